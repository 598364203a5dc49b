"""Runs the migrations on the connection that ``store.migrate`` hands over."""

from __future__ import annotations

from alembic import context

from diagnostics.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, transaction_per_migration=False
)
context.run_migrations()
