"""The tables. ``fact`` is what holds now, ``event`` how it came to hold: both change in one transaction.

``snapshot`` is what loads found, without names; ``lease`` says who is writing what; ``meta`` is about the base itself.
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

DONE, UNDONE, REPLACED = 0, 1, 2
"""``event.undone``: the step holds, was taken back and can be done again, or was taken back and left behind."""

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
    Column("undone", Integer, nullable=False, default=DONE),
    Column("batch", String(16), nullable=False, server_default=""),
    Index("event_by_subject", "kind", "subject"),
    Index("event_by_agent", "agent", "undone", "id"),
)
"""``batch`` joins the steps of one gesture: they are undone together."""

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

meta = Table(
    "meta",
    metadata,
    Column("name", String(400), primary_key=True),
    Column("value", Text, nullable=False),
)

SALT = "sel"
"""Row of ``meta``: key of the digests that stand for the keys of records."""
FINGERPRINT = "empreinte"
"""Row of ``meta`` that only a backup has: digest of its content."""
BACKUP = "sauvegarde:"
"""Prefix of the rows of ``meta`` that name the backups made outside our folder."""
