"""Forgetting: what is older than the retention set leaves the base, its side files and its backups."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Mapping, Set
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from sqlalchemy import Connection, delete, select, update

from diagnostics.model import Struct
from diagnostics.safety import Refusal
from diagnostics.settings import Retention
from diagnostics.states import FIRST_STATE
from diagnostics.store import engine, files
from diagnostics.store.backup import disown, is_ours, known_backups, stamp, verify, why
from diagnostics.store.schema import event, fact, lease, snapshot
from diagnostics.store.store import Facts, Store
from diagnostics.store.values import (
    CASE,
    FOLLOWED,
    GROUP,
    INCIDENT,
    MATCH,
    ROUTE,
    SENDING,
    TEXT,
    TICKET,
    Case,
    IncidentState,
    encode,
)

NOT_OURS = (
    "ce fichier n'est pas une sauvegarde, ou quelqu'un y a travaillé depuis ; rien n'y a été changé, et les purges "
    "suivantes l'ignoreront."
)


class Purged(Struct, frozen=True, kw_only=True):
    """How many lines left, or would leave."""

    snapshots: int = 0
    incidents: int = 0
    cases: int = 0
    decisions: int = 0
    texts: int = 0
    drafts: int = 0
    backups: int = 0
    """Backups gone through as well."""
    unread: tuple[str, ...] = ()
    """Backups that could not be, each with why: what they hold is not forgotten."""


class Limits(Struct, frozen=True, kw_only=True):
    """What is older than these dates goes."""

    snapshot: datetime
    case: datetime


class Forgotten(Struct, frozen=True, kw_only=True):
    """What one base forgets: ids of rows, subjects, and what stays of the incidents and cases that lose their words."""

    snapshots: tuple[int, ...] = ()
    incidents: Mapping[str, IncidentState] = {}
    cases: Mapping[str, Case] = {}
    decisions: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    drafts: tuple[str, ...] = ()
    """Incidents that somebody looked at and never took up."""
    steps: tuple[int, ...] = ()
    """Steps of history of what no longer exists."""
    bare: Mapping[str, IncidentState] = {}
    """Every incident without words from now on, those of earlier purges included."""


def purge(store: Store, retention: Retention, now: datetime, *, dry_run: bool = False) -> Purged:
    """Remove what is too old, from the base and from its backups.

    Closed incidents, and those that nobody took up, keep their category, recipient and dates for the statistics and
    lose every word written about them; agents' decisions on matches go after the same delay; so do
    drafts and texts left half-typed.

    Raises:
        Refusal: the retention makes no sense, or the base does not take the write.
    """
    if min(retention.snapshots, retention.closed_cases, retention.log, retention.directory) < 0:
        raise Refusal("Réglage « retention » : une durée de conservation ne peut pas être négative.")
    limits = Limits(
        snapshot=now - timedelta(days=retention.snapshots), case=now - timedelta(days=retention.closed_cases)
    )
    own = files.backups_folder(Path(store.location).expanduser())
    backups = () if engine.is_postgres(store.location) else known_backups(store)
    with store.reading() if dry_run else store.writing() as connection:
        found = what_to_forget(connection, limits, {})
        if not dry_run:
            forget_all(connection, found)
    unread = []
    for path in () if dry_run else backups:
        try:
            verify(path, stamped=True)
            if path.parent == own or is_ours(path):
                purge_backup(path, limits, found.bare)
            else:
                disown(store, path)
                unread.append(f"{path} : {NOT_OURS}")
        except (Refusal, sqlite3.Error, OSError) as error:
            reason = error.reason if isinstance(error, Refusal) else f"{path} : {why(error)}."
            unread.append(f"{reason} Supprimez-la si elle n'est plus utile.")
    if not dry_run:
        store.compact()
    return Purged(
        snapshots=len(found.snapshots),
        incidents=len(found.incidents),
        cases=len(found.cases),
        decisions=len(found.decisions),
        texts=len(found.texts),
        drafts=len(found.drafts),
        backups=len(backups) - len(unread),
        unread=tuple(unread),
    )


def purge_backup(path: Path, limits: Limits, bare: Mapping[str, IncidentState]) -> None:
    """Forget in a backup too: an incident may have been closed, and forgotten, after it was made."""
    copy = Store.open(path)
    try:
        with copy.writing() as connection:
            forget_all(connection, what_to_forget(connection, limits, bare))
        copy.compact()
    finally:
        copy.close()
        stamp(path)


def what_to_forget(connection: Connection, limits: Limits, also: Mapping[str, IncidentState]) -> Forgotten:
    """What is too old in a base, and the incidents ``also`` that another one forgot."""
    facts = Facts(connection)
    states: dict[str, IncidentState] = facts.all(INCIDENT)
    dated = [
        (row.kind, row.subject, row.at) for row in connection.execute(select(fact.c.kind, fact.c.subject, fact.c.at))
    ]
    old = {(kind, subject) for kind, subject, at in dated if before(at, limits.case)}
    lively = {subject for kind, subject, _ in dated if kind in ABOUT_INCIDENT and (kind, subject) not in old}
    bare = {
        subject: also.get(subject) or stripped(state)
        for subject, state in states.items()
        if subject in also
        or (state.closed and before(state.since or state.at, limits.case))
        or (untaken(state) and subject not in lively and before(state.at or state.since, limits.case))
    }
    worded = {subject for kind, subject, _ in dated if kind in ABOUT_INCIDENT}
    cases: dict[str, Case] = facts.all(CASE)
    finished = {
        case.id: Case(id=case.id, title="", incidents=case.incidents)
        for case in cases.values()
        if not any(subject in states and subject not in bare for subject in case.incidents)
        and ((CASE, case.id) in old or (case.incidents and set(case.incidents) <= set(bare)))
    }
    gone = {*bare, *finished}
    return Forgotten(
        snapshots=tuple(
            row.id
            for row in connection.execute(select(snapshot.c.id, snapshot.c.at))
            if before(row.at, limits.snapshot)
        ),
        incidents={s: state for s, state in bare.items() if states[s] != state or s in worded},
        cases={s: case for s, case in finished.items() if cases[s] != case},
        decisions=tuple(subject for kind, subject in old if kind == MATCH),
        texts=tuple(
            subject
            for kind, subject, _ in dated
            if kind == TEXT and ((kind, subject) in old or any(place in subject for place in gone))
        ),
        drafts=tuple({subject for kind, subject in old if kind in ABOUT_INCIDENT and subject not in states}),
        steps=steps_of_nothing(connection, {(kind, subject) for kind, subject, _ in dated}, limits.case),
        bare=bare,
    )


def untaken(state: IncidentState) -> bool:
    """Whether an incident was never taken further than its arrival."""
    return state.state == FIRST_STATE and not state.sent_at


def steps_of_nothing(connection: Connection, facts: Set[tuple[str, str]], limit: datetime) -> tuple[int, ...]:
    """Old steps whose fact was taken back: their texts are in the history alone."""
    rows = connection.execute(select(event.c.id, event.c.kind, event.c.subject, event.c.at))
    return tuple(row.id for row in rows if (row.kind, row.subject) not in facts and before(row.at, limit))


ABOUT_INCIDENT = (TICKET, FOLLOWED, SENDING, GROUP, ROUTE)
"""Facts on an incident that hold names or words."""


def stripped(state: IncidentState) -> IncidentState:
    """What the statistics count, and nothing else."""
    return msgspec.structs.replace(state, note="", external="", agent="", until="")


def forget_all(connection: Connection, found: Forgotten) -> None:
    connection.execute(delete(lease).where(lease.c.until < time.time()))
    for table, ids in ((snapshot, found.snapshots), (event, found.steps)):
        for number in ids:
            connection.execute(delete(table).where(table.c.id == number))
    for subject, state in found.incidents.items():
        keep_bare(connection, INCIDENT, subject, encode(state))
    for subject, case in found.cases.items():
        keep_bare(connection, CASE, subject, encode(case))
    for kind in ABOUT_INCIDENT:
        forget(connection, kind, (*found.incidents, *found.drafts))
    forget(connection, MATCH, found.decisions)
    forget(connection, TEXT, found.texts)


def keep_bare(connection: Connection, kind: str, subject: str, value: str) -> None:
    """A fact without words, and its history without anything but dates."""
    mine = (fact.c.kind == kind, fact.c.subject == subject)
    connection.execute(update(fact).where(*mine).values(value=value, agent=""))
    steps = update(event).where(event.c.kind == kind, event.c.subject == subject)
    connection.execute(steps.values(before=None, after=None, agent="", batch=""))


def forget(connection: Connection, kind: str, subjects: Iterable[str]) -> None:
    """Remove facts and their history."""
    for subject in subjects:
        connection.execute(delete(fact).where(fact.c.kind == kind, fact.c.subject == subject))
        connection.execute(delete(event).where(event.c.kind == kind, event.c.subject == subject))


def before(at: str, limit: datetime) -> bool:
    """Whether a date is too old; what has none was never closed by this program and goes too."""
    try:
        found = datetime.fromisoformat(at)
    except ValueError:
        return True
    if (found.tzinfo is None) != (limit.tzinfo is None):
        return found.replace(tzinfo=None) < limit.replace(tzinfo=None)
    return found < limit
