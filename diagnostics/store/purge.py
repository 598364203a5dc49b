"""Forgetting: what is older than the retention set leaves the base, its side files and its backups."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection, delete, select, update

from diagnostics.model import Struct
from diagnostics.settings import Retention
from diagnostics.store.schema import event, fact, snapshot
from diagnostics.store.store import CASE, INCIDENT, MATCH, TEXT, TICKET, IncidentState, Store

CLOSED = ("résolu", "clos")


class Purged(Struct, frozen=True, kw_only=True):
    """How many lines left, or would leave."""

    snapshots: int = 0
    incidents: int = 0
    decisions: int = 0
    texts: int = 0


def purge(store: Store, retention: Retention, now: datetime, *, dry_run: bool = False) -> Purged:
    """Remove what is too old.

    Closed incidents keep their category, recipient and dates for the statistics and lose every word written about them;
    agents' decisions on matches, whose keys may hold a name, go after the same delay; so do texts left half-typed.
    """
    oldest_snapshot = now - timedelta(days=retention.snapshots)
    oldest_case = now - timedelta(days=retention.closed_cases)
    with store.writing() as connection:
        snapshots = [
            row.id
            for row in connection.execute(select(snapshot.c.id, snapshot.c.at))
            if before(row.at, oldest_snapshot)
        ]
        incidents = closed_incidents(connection, oldest_case)
        decisions = old_subjects(connection, MATCH, oldest_case)
        texts = old_subjects(connection, TEXT, oldest_case)
        found = Purged(snapshots=len(snapshots), incidents=len(incidents), decisions=len(decisions), texts=len(texts))
        if dry_run:
            return found
        connection.execute(delete(snapshot).where(snapshot.c.id.in_(snapshots)))
        for subject, state in incidents.items():
            bare = msgspec.structs.replace(state, note="", external="", agent="")
            set_value(connection, INCIDENT, subject, msgspec.json.encode(bare).decode())
            forget(connection, TICKET, subject)
            connection.execute(
                update(event)
                .where(event.c.kind == INCIDENT, event.c.subject == subject)
                .values(before=None, after=None, agent="")
            )
        remaining = open_incidents(connection)
        for case in connection.execute(
            select(fact.c.subject, fact.c.value, fact.c.at).where(fact.c.kind == CASE)
        ).all():
            if before(case.at, oldest_case) and not remaining & set(json.loads(case.value)["incidents"]):
                forget(connection, CASE, case.subject)
        for kind, subjects in ((MATCH, decisions), (TEXT, texts)):
            for subject in subjects:
                forget(connection, kind, subject)
    store.compact()
    return found


def before(at: str, limit: datetime) -> bool:
    try:
        return datetime.fromisoformat(at) < limit
    except ValueError:
        return True


def closed_incidents(connection: Connection, limit: datetime) -> dict[str, IncidentState]:
    rows = connection.execute(select(fact.c.subject, fact.c.value).where(fact.c.kind == INCIDENT))
    states = {row.subject: msgspec.json.decode(row.value, type=IncidentState) for row in rows}
    return {
        subject: state
        for subject, state in states.items()
        if state.state in CLOSED and before(state.at, limit) and (state.note or state.external or state.agent)
    }


def open_incidents(connection: Connection) -> set[str]:
    rows = connection.execute(select(fact.c.subject, fact.c.value).where(fact.c.kind == INCIDENT))
    return {row.subject for row in rows if msgspec.json.decode(row.value, type=IncidentState).state not in CLOSED}


def old_subjects(connection: Connection, kind: str, limit: datetime) -> list[str]:
    rows = connection.execute(select(fact.c.subject, fact.c.at).where(fact.c.kind == kind))
    return [row.subject for row in rows if before(row.at, limit)]


def set_value(connection: Connection, kind: str, subject: str, value: str) -> None:
    connection.execute(update(fact).where(fact.c.kind == kind, fact.c.subject == subject).values(value=value, agent=""))


def forget(connection: Connection, kind: str, subject: str) -> None:
    """Remove a fact and its history."""
    connection.execute(delete(fact).where(fact.c.kind == kind, fact.c.subject == subject))
    connection.execute(delete(event).where(event.c.kind == kind, event.c.subject == subject))
