"""Keys of matched records become digests, gestures of several steps are joined, the base knows facts about itself."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from diagnostics.store.sealing import digest, new_salt, sealed_again

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "meta",
        sa.Column("name", sa.String(400), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.add_column("event", sa.Column("batch", sa.String(16), nullable=False, server_default=""))
    connection = op.get_bind()
    salt = new_salt()
    connection.execute(sa.text("INSERT INTO meta (name, value) VALUES ('sel', :salt)"), {"salt": salt})
    seal_facts(connection, salt)
    seal_events(connection, salt)
    if connection.dialect.name == "postgresql":
        # The planner's samples of a column would keep names that a purge removes.
        for table, column in (("fact", "value"), ("event", "before"), ("event", "after")):
            connection.execute(sa.text(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0"))


def seal_facts(connection: sa.Connection, salt: str) -> None:
    for row in connection.execute(sa.text("SELECT subject, value FROM fact WHERE kind = 'match'")).all():
        connection.execute(
            sa.text("UPDATE fact SET subject = :new, value = :value WHERE kind = 'match' AND subject = :old"),
            {"new": digest(row.subject, salt), "old": row.subject, "value": sealed_again(row.value, salt)},
        )


def seal_events(connection: sa.Connection, salt: str) -> None:
    """A step and the fact that it made hold the same text, so that it can still be undone."""
    facts = {
        row.subject: row.value
        for row in connection.execute(sa.text("SELECT subject, value FROM fact WHERE kind = 'match'"))
    }
    last: dict[str, str | None] = {}
    query = sa.text("SELECT id, subject, after, undone FROM event WHERE kind = 'match' ORDER BY id")
    rows = connection.execute(query).all()
    newest = {row.subject: row.id for row in rows if not row.undone}
    for row in rows:
        subject = digest(row.subject, salt)
        after = facts.get(subject) if newest.get(row.subject) == row.id else None
        if after is None and row.after is not None:
            after = sealed_again(row.after, salt)
        connection.execute(
            sa.text('UPDATE event SET subject = :subject, "before" = :before, "after" = :after WHERE id = :id'),
            {"subject": subject, "before": last.get(subject), "after": after, "id": row.id},
        )
        if not row.undone:
            last[subject] = after
