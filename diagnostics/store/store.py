"""Decisions, states and drafts, each on disk before the call returns, each undoable."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, Row, delete, insert, select, update

from diagnostics.model import Decision
from diagnostics.safety import Refusal
from diagnostics.states import STATES
from diagnostics.store import engine, values
from diagnostics.store.errors import Guarded
from diagnostics.store.migrate import HEAD, check_unchanged, migrate, refuse_newer, revision
from diagnostics.store.schema import DONE, FINGERPRINT, REPLACED, SALT, UNDONE, event, fact, meta, snapshot
from diagnostics.store.sealing import Decisions, digest, sealed, unseal
from diagnostics.store.values import (
    CASE,
    FOLLOWED,
    GROUP,
    INCIDENT,
    MATCH,
    PROGRAM,
    ROUTE,
    SENDING,
    TEXT,
    TICKET,
    Case,
    Change,
    Followed,
    Group,
    IncidentState,
    Rerouted,
    SavedTicket,
    SentTicket,
    Snapshot,
    Step,
    decode,
    encode,
    login_name,
    moved,
    now,
)

__all__ = ["Facts", "Store", "login_name", "now"]

CLOCK_SLACK = timedelta(minutes=5)
"""Two hosts' clocks may differ by so much before it is worth a word."""
SILENT = frozenset({FOLLOWED, SENDING})
"""Kinds that go with another step of the same gesture, and are not named when it is undone."""


class Held(NamedTuple):
    """A fact as stored."""

    value: str
    agent: str


class Facts:
    """What holds, as a write transaction sees it."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def get(self, kind: str, subject: str) -> Any:
        """The value, or None."""
        found = raw(self.connection, kind, subject)
        return None if found is None else decode(found.value, values.TYPES[kind])

    def state(self, incident: str) -> IncidentState:
        found: IncidentState | None = self.get(INCIDENT, incident)
        return found or IncidentState()

    def all(self, kind: str) -> dict[str, Any]:
        return {subject: decode(text, values.TYPES[kind]) for subject, text in rows_of(self.connection, kind)}


class Store:
    """One base. Every method is one transaction; nothing is cached, so several agents may share it.

    Attributes:
        frozen: why nothing can be written, in French; "" when all is well (``rescue.read_only``).
    """

    def __init__(self, location: str | Path, *, held: Engine | None = None) -> None:
        self.location = str(location)
        self.frozen = ""
        self.engine = held or engine.open_engine(location)
        try:
            with self.reading() as connection:
                found = revision(connection)
                refuse_newer(found)
            if found != HEAD:
                with Guarded(self.engine, writing=True) as connection:
                    migrate(connection)
            with self.reading() as connection:
                about = {row.name: row.value for row in connection.execute(select(meta.c.name, meta.c.value))}
            self.salt = about[SALT]
            if FINGERPRINT in about:
                # A restored backup lives again: the fingerprint of what it was must not condemn what it becomes.
                with self.writing() as connection:
                    connection.execute(delete(meta).where(meta.c.name == FINGERPRINT))
        except BaseException:
            self.engine.dispose()
            raise

    @classmethod
    def open(cls, location: str | Path) -> Store:
        """Open or create the base.

        Raises:
            Refusal: it cannot be written, is damaged, or belongs to a newer version.
        """
        return cls(location)

    def close(self) -> None:
        self.engine.dispose()

    def warnings(self, at: datetime | None = None) -> tuple[str, ...]:
        """What the agent should know before working: a network disk, a clock behind the last step."""
        found = [engine.advice(self.location)]
        with self.reading() as connection:
            last = connection.execute(select(event.c.at).order_by(event.c.id.desc()).limit(1)).scalar()
        try:
            latest = datetime.fromisoformat(last or "").astimezone()
        except ValueError:
            latest = None
        here = (at or datetime.now()).astimezone()
        if latest and latest > here + CLOCK_SLACK:
            found.append(
                f"L'horloge de ce poste ({here:%d/%m/%Y à %H:%M}) est en retard sur le dernier geste enregistré "
                f"({latest:%d/%m/%Y à %H:%M}). Vérifiez-la : les rappels en dépendent. Rien n'est perdu."
            )
        return tuple(filter(None, found))

    def compact(self) -> None:
        """Give back the room of what was removed, so that no byte of it stays in the file or beside it.

        Raises:
            Refusal: other agents hold the base; what was removed is removed, its bytes are not yet.
        """
        with self.reading() as connection:
            if self.engine.dialect.name == "sqlite":
                connection.exec_driver_sql("VACUUM")
                journal = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
                if journal != "wal":
                    connection.exec_driver_sql("PRAGMA journal_mode=DELETE")
                    connection.exec_driver_sql(f"PRAGMA journal_mode={journal}")
                busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
                if busy:
                    raise Refusal(
                        "La purge est faite, mais d'autres agents lisent la base : des restes peuvent se trouver dans "
                        "son journal (-wal). Recommencez quand ils auront quitté le programme."
                    )
            else:
                connection.exec_driver_sql("SET statement_timeout = 0")
                for table in (fact, event, snapshot, meta):
                    connection.exec_driver_sql(f"VACUUM FULL {table.name}")

    # What agents decided.

    def decisions(self) -> Mapping[str, Decision]:
        """Decisions of the agents on matches, to be asked for by record key: the base holds digests of the keys."""
        with self.reading() as connection:
            return Decisions(dict(rows_of(connection, MATCH)), self.salt)

    def decide(self, *decisions: Decision) -> None:
        """Keep the agent's choice for the records of a person, one gesture to undo; it replaces an earlier one."""
        kept = [sealed(decision, self.salt) for decision in decisions]
        self.update(kept[0].agent, lambda _: [Change(kind=MATCH, subject=one.record_key, value=one) for one in kept])

    def incident_states(self) -> Mapping[str, IncidentState]:
        """States by incident id; an incident that is not there is « à qualifier »."""
        return self._all(INCIDENT)

    def set_state(self, incident: str, state: str, agent: str, **facts: Any) -> None:
        """Move an incident to a state of ``STATES``; facts not given (note, until, external, school, category,
        recipient) stay as they were."""
        if state not in STATES:
            raise ValueError(f"unknown state {state!r}")
        self.update(
            agent,
            lambda held: [
                Change(kind=INCIDENT, subject=incident, value=moved(held.state(incident), state, agent, now(), **facts))
            ],
        )

    def cases(self) -> tuple[Case, ...]:
        """Cases, the oldest first."""
        with self.reading() as connection:
            query = select(fact.c.value).where(fact.c.kind == CASE).order_by(fact.c.at, fact.c.subject)
            return tuple(decode(value, Case) for value in connection.execute(query).scalars())

    def save_case(self, case: Case, agent: str) -> None:
        self.update(agent, lambda _: [Change(kind=CASE, subject=case.id, value=case)])

    def tickets(self) -> Mapping[str, SavedTicket]:
        """What agents typed into drafts, by incident id."""
        return self._all(TICKET)

    def save_ticket(self, ticket: SavedTicket, agent: str) -> None:
        self.update(agent, lambda _: [Change(kind=TICKET, subject=ticket.incident, value=ticket)])

    def followed(self) -> Mapping[str, Followed]:
        """Incidents that agents took up, as they were then, by id."""
        return self._all(FOLLOWED)

    def sendings(self) -> Mapping[str, SentTicket]:
        """Tickets as they left, by incident id."""
        return self._all(SENDING)

    def groups(self) -> Mapping[str, Group]:
        """Incidents that share one ticket, by the incident that leads."""
        return self._all(GROUP)

    def routes(self) -> Mapping[str, Rerouted]:
        """Routes that agents changed, by incident id."""
        return self._all(ROUTE)

    def update(self, agent: str, edit: Callable[[Facts], Iterable[Change]]) -> None:
        """Write what ``edit`` makes of what holds: one transaction, one gesture to undo.

        Raises:
            Refusal: the base does not take the write; nothing of it is kept.
        """
        with self.writing() as connection:
            changes = list(edit(Facts(connection)))
            if not changes:
                return
            # A new step makes what was undone unreachable, as in every editor.
            connection.execute(
                update(event).where(event.c.agent == agent, event.c.undone == UNDONE).values(undone=REPLACED)
            )
            batch = secrets.token_hex(8) if len(changes) > 1 else ""
            for change in changes:
                write_step(connection, change, agent, batch)

    # Texts being typed: no step of history.

    def keep_text(self, place: str, text: str, agent: str) -> None:
        """Keep a text being typed, so that a dropped line loses nothing; "" forgets it."""
        with self.writing() as connection:
            write_fact(connection, TEXT, f"{agent}/{place}", json.dumps(text) if text else None, agent)

    def kept_text(self, place: str, agent: str) -> str:
        with self.reading() as connection:
            found = raw(connection, TEXT, f"{agent}/{place}")
            return str(json.loads(found.value)) if found else ""

    def kept_places(self, agent: str) -> tuple[str, ...]:
        """Where the agent's kept texts are."""
        with self.reading() as connection:
            subjects = [subject for subject, _ in rows_of(connection, TEXT)]
        return tuple(subject.removeprefix(f"{agent}/") for subject in subjects if subject.startswith(f"{agent}/"))

    def kept_texts(self, place: str, agent: str) -> list[str]:
        """The texts kept under a place (« messages/… »), in the order of their names: each is forgotten at its age."""
        start = f"{agent}/{place}/"
        query = select(fact.c.value).where(fact.c.kind == TEXT, fact.c.subject.startswith(start, autoescape=True))
        with self.reading() as connection:
            return [str(json.loads(value)) for value in connection.execute(query.order_by(fact.c.subject)).scalars()]

    # History.

    def undo(self, agent: str) -> str:
        """Take back the agent's last gesture; returns what was undone in French, "" when there is nothing to undo.

        Raises:
            Refusal: another agent has changed the same thing since; nothing is undone.
        """
        return self._reverse(agent, undone=False)

    def redo(self, agent: str) -> str:
        """Do again the agent's last undone gesture; returns what was done in French, "" when there is nothing.

        Raises:
            Refusal: another agent has changed the same thing since; nothing is done.
        """
        return self._reverse(agent, undone=True)

    def history(self, *subjects: str) -> tuple[Step, ...]:
        """Steps, oldest first; those of these records, incidents or cases when some are given."""
        query = select(event).order_by(event.c.id)
        keys = {digest(subject, self.salt): subject for subject in subjects}
        if subjects:
            query = query.where(event.c.subject.in_({*subjects, *keys}))
        with self.reading() as connection:
            return tuple(self._step(row, keys) for row in connection.execute(query))

    def _step(self, row: Row[Any], keys: Mapping[str, str]) -> Step:
        before, after, subject = row.before or "", row.after or "", row.subject
        if row.kind == MATCH and subject in keys:
            subject = keys[subject]
            before, after = (self._opened(text, subject) for text in (before, after))
        undone = row.undone != DONE
        return Step(
            at=row.at, agent=row.agent, kind=row.kind, subject=subject, before=before, after=after, undone=undone
        )

    def _opened(self, text: str, key: str) -> str:
        if not text:
            return ""
        stored = decode(text, Decision)
        account = unseal(stored.account_key, key, self.salt)
        return encode(Decision(record_key=key, account_key=account, agent=stored.agent, at=stored.at))

    def _reverse(self, agent: str, *, undone: bool) -> str:
        with self.writing() as connection:
            steps = gesture(connection, agent, UNDONE if undone else DONE)
            for step in steps if undone else reversed(steps):
                expected, wanted = (step.before, step.after) if undone else (step.after, step.before)
                held = raw(connection, step.kind, step.subject)
                if (held.value if held else None) != expected:
                    who = f" par {held.agent}" if held and held.agent != agent else ""
                    raise Refusal(
                        f"{values.KIND_LABELS[step.kind].capitalize()} : changé depuis{who}. Rien n'a été modifié."
                    )
                write_fact(connection, step.kind, step.subject, wanted, agent)
                # What the program did is not the agent's to do again.
                now_is = DONE if undone else REPLACED if step.agent == PROGRAM else UNDONE
                connection.execute(update(event).where(event.c.id == step.id).values(undone=now_is))
            return described([step.kind for step in steps])

    # What loads found.

    def keep_snapshot(self, school: str, exports: Mapping[str, str], findings: Mapping[str, str]) -> None:
        """Remember what a load found, unless it is what the last one found."""
        kept = {"exports": encode(dict(exports)), "findings": encode(dict(findings))}
        latest = select(snapshot).where(snapshot.c.school == school).order_by(snapshot.c.id.desc()).limit(1)
        with self.writing() as connection:
            last = connection.execute(latest).first()
            if last is None or {"exports": last.exports, "findings": last.findings} != kept:
                connection.execute(insert(snapshot).values(at=now(), school=school, **kept))

    def snapshots(self, school: str) -> Sequence[Snapshot]:
        """What earlier loads found, oldest first."""
        query = select(snapshot).where(snapshot.c.school == school).order_by(snapshot.c.id)
        with self.reading() as connection:
            return [
                Snapshot(
                    at=row.at, school=row.school, exports=json.loads(row.exports), findings=json.loads(row.findings)
                )
                for row in connection.execute(query)
            ]

    # Connections.

    def reading(self) -> Guarded:
        """A connection that takes no lock beyond each query."""
        return Guarded(self.engine, writing=False)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A write transaction, one at a time over all agents; « disque plein », « lecture seule », « occupé » and
        « autre version » become a Refusal."""
        if self.frozen:
            raise Refusal(self.frozen)
        with Guarded(self.engine, writing=True) as connection:
            check_unchanged(connection)
            yield connection

    def _all(self, kind: str) -> dict[str, Any]:
        with self.reading() as connection:
            return Facts(connection).all(kind)


def rows_of(connection: Connection, kind: str) -> list[tuple[str, str]]:
    """(subject, value as stored) of a kind."""
    found = connection.execute(select(fact.c.subject, fact.c.value).where(fact.c.kind == kind))
    return [(row.subject, row.value) for row in found]


def raw(connection: Connection, kind: str, subject: str) -> Held | None:
    query = select(fact.c.value, fact.c.agent).where(fact.c.kind == kind, fact.c.subject == subject)
    row = connection.execute(query).first()
    return Held(row.value, row.agent) if row else None


def write_fact(connection: Connection, kind: str, subject: str, value: str | None, agent: str) -> None:
    connection.execute(delete(fact).where(fact.c.kind == kind, fact.c.subject == subject))
    if value is not None:
        connection.execute(insert(fact).values(kind=kind, subject=subject, value=value, agent=agent, at=now()))


def write_step(connection: Connection, change: Change, agent: str, batch: str) -> None:
    """Write a fact and how it came to hold; nothing when it holds already."""
    held = raw(connection, change.kind, change.subject)
    before = held.value if held else None
    after = None if change.value is None else encode(change.value)
    if before == after:
        return
    step = {"at": now(), "agent": agent, "kind": change.kind, "subject": change.subject}
    connection.execute(insert(event).values(**step, before=before, after=after, undone=DONE, batch=batch))
    write_fact(connection, change.kind, change.subject, after, agent)


def gesture(connection: Connection, agent: str, state: int) -> Sequence[Row[Any]]:
    """The steps of the agent's next gesture to reverse, oldest first; what the program did by itself is anybody's."""
    who = (agent, PROGRAM) if state == DONE else (agent,)
    mine = select(event).where(event.c.agent.in_(who), event.c.undone == state)
    order = event.c.id.asc() if state == UNDONE else event.c.id.desc()
    step = connection.execute(mine.order_by(order).limit(1)).first()
    if step is None or not step.batch:
        return [step] if step else []
    return connection.execute(mine.where(event.c.batch == step.batch).order_by(event.c.id)).all()


def described(kinds: Sequence[str]) -> str:
    """« rapprochement », « état de l'incident (15) »."""
    told = [kind for kind in kinds if kind not in SILENT] or list(kinds)
    counts = {kind: told.count(kind) for kind in told}
    return ", ".join(values.KIND_LABELS[kind] + (f" ({count})" if count > 1 else "") for kind, count in counts.items())
