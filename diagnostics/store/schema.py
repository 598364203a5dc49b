"""The tables. ``fact`` is what holds now, ``event`` how it came to hold: both change in one transaction.

``snapshot`` is what loads found, without names; ``lease`` says who is writing what.
"""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, Integer, MetaData, String, Table, Text

metadata = MetaData()

fact = Table(
    "fact",
    metadata,
    Column("kind", String(20), primary_key=True),
    Column("subject", String(400), primary_key=True),
    Column("value", Text, nullable=False),
    Column("agent", String(200), nullable=False),
    Column("at", String(32), nullable=False),
)

event = Table(
    "event",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", String(32), nullable=False),
    Column("agent", String(200), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("subject", String(400), nullable=False),
    Column("before", Text),
    Column("after", Text),
    Column("undone", Integer, nullable=False, default=0),
    Index("event_by_subject", "kind", "subject"),
    Index("event_by_agent", "agent", "undone", "id"),
)

snapshot = Table(
    "snapshot",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", String(32), nullable=False),
    Column("school", String(16), nullable=False),
    Column("exports", Text, nullable=False),
    Column("findings", Text, nullable=False),
    Index("snapshot_by_school", "school", "id"),
)

lease = Table(
    "lease",
    metadata,
    Column("subject", String(400), primary_key=True),
    Column("agent", String(200), nullable=False),
    Column("host", String(200), nullable=False),
    Column("until", Float, nullable=False),
)
