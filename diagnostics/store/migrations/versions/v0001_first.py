"""What holds now, how it came to hold, what loads found, and who is writing what."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "fact",
        sa.Column("kind", sa.String(20), primary_key=True),
        sa.Column("subject", sa.String(400), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("agent", sa.String(200), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
    )
    op.create_table(
        "event",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("agent", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("subject", sa.String(400), nullable=False),
        sa.Column("before", sa.Text),
        sa.Column("after", sa.Text),
        sa.Column("undone", sa.Integer, nullable=False),
    )
    op.create_index("event_by_subject", "event", ["kind", "subject"])
    op.create_index("event_by_agent", "event", ["agent", "undone", "id"])
    op.create_table(
        "snapshot",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("school", sa.String(16), nullable=False),
        sa.Column("exports", sa.Text, nullable=False),
        sa.Column("findings", sa.Text, nullable=False),
    )
    op.create_index("snapshot_by_school", "snapshot", ["school", "id"])
    op.create_table(
        "lease",
        sa.Column("subject", sa.String(400), primary_key=True),
        sa.Column("agent", sa.String(200), nullable=False),
        sa.Column("host", sa.String(200), nullable=False),
        sa.Column("until", sa.Float, nullable=False),
    )
