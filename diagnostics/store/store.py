"""Decisions, states and drafts, each on disk before the call returns, each undoable."""

from __future__ import annotations

import getpass
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import OperationalError

from diagnostics.model import Decision, Struct
from diagnostics.safety import Refusal
from diagnostics.store.engine import open_engine
from diagnostics.store.migrate import migrate
from diagnostics.store.schema import event, fact, snapshot

STATES = (
    "à qualifier",
    "en attente de l'établissement",
    "délai en cours",
    "prêt",
    "envoyé",
    "relancé",
    "résolu",
    "clos",
)
"""States of an incident, in the order of its life (knowledge.md §9, line 18)."""

MATCH, INCIDENT, TICKET, TEXT, CASE = "match", "incident", "ticket", "text", "case"


class IncidentState(Struct, frozen=True, kw_only=True):
    state: str = "à qualifier"
    note: str = ""
    until: str = ""
    """ISO date-time of the next reminder, "" when none."""
    external: str = ""
    """Number given by the support."""
    school: str = ""
    category: str = ""
    recipient: str = ""
    agent: str = ""
    at: str = ""


class SavedTicket(Struct, frozen=True, kw_only=True):
    """What an agent typed into a draft; the rest is made again from the data."""

    incident: str
    subject: str = ""
    body: str = ""
    fields: Mapping[str, str] = {}
    recipient: str = ""


class Case(Struct, frozen=True, kw_only=True):
    """What arrived together, usually one message: its text and the incidents cut from it (« dossier »)."""

    id: str
    title: str
    text: str = ""
    source: str = ""
    incidents: tuple[str, ...] = ()
    cut: str = ""
    """The agent's cut, people and categories as JSON, "" when the program's stand."""


class Step(Struct, frozen=True, kw_only=True):
    """One line of history."""

    at: str
    agent: str
    kind: str
    subject: str
    before: str
    after: str
    undone: bool


class Snapshot(Struct, frozen=True, kw_only=True):
    """What a load found, without names: enough to say « résolu », « revenu », « nouveau » at the next one."""

    at: str
    school: str
    exports: Mapping[str, str]
    findings: Mapping[str, str]
    """Finding id → category."""


class Store:
    """One base. Every method is one transaction; nothing is cached, so several agents may share it."""

    def __init__(self, location: str | Path) -> None:
        self.engine = open_engine(location)
        with self.writing() as connection:
            migrate(connection)

    @classmethod
    def open(cls, location: str | Path) -> Store:
        """Open or create the base.

        Raises:
            Refusal: it cannot be written or is damaged.
        """
        return cls(location)

    def close(self) -> None:
        self.engine.dispose()

    def compact(self) -> None:
        """Give back the room of what was removed, so that no byte of it stays in the file or beside it."""
        with self.reading() as connection:
            connection.exec_driver_sql("VACUUM")
            if self.engine.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def decisions(self) -> Mapping[str, Decision]:
        """Decisions of the agents on matches, by record key."""
        with self.reading() as connection:
            rows = connection.execute(select(fact.c.value).where(fact.c.kind == MATCH)).scalars()
            found = (msgspec.json.decode(row, type=Decision) for row in rows)
            return {decision.record_key: decision for decision in found}

    def decide(self, decision: Decision) -> None:
        """Keep the agent's choice for a record; it replaces an earlier one."""
        self._set(MATCH, decision.record_key, msgspec.json.encode(decision).decode(), decision.agent)

    def incident_states(self) -> Mapping[str, IncidentState]:
        """States by incident id; an incident that is not there is « à qualifier »."""
        with self.reading() as connection:
            rows = connection.execute(select(fact.c.subject, fact.c.value).where(fact.c.kind == INCIDENT))
            return {row.subject: msgspec.json.decode(row.value, type=IncidentState) for row in rows}

    def set_state(self, incident: str, state: str, agent: str, **facts: str) -> None:
        """Move an incident to a state of ``STATES``; facts not given (note, until, external, school, category,
        recipient) stay as they were."""
        if state not in STATES:
            raise ValueError(f"unknown state {state!r}")
        earlier = self.incident_states().get(incident, IncidentState())
        value = msgspec.structs.replace(earlier, **facts, state=state, agent=agent, at=now())
        self._set(INCIDENT, incident, msgspec.json.encode(value).decode(), agent)

    def cases(self) -> tuple[Case, ...]:
        """Cases, the oldest first."""
        with self.reading() as connection:
            rows = connection.execute(
                select(fact.c.value).where(fact.c.kind == CASE).order_by(fact.c.at, fact.c.subject)
            )
            return tuple(msgspec.json.decode(row.value, type=Case) for row in rows)

    def save_case(self, case: Case, agent: str) -> None:
        self._set(CASE, case.id, msgspec.json.encode(case).decode(), agent)

    def tickets(self) -> Mapping[str, SavedTicket]:
        """What agents typed into drafts, by incident id."""
        with self.reading() as connection:
            rows = connection.execute(select(fact.c.value).where(fact.c.kind == TICKET)).scalars()
            found = (msgspec.json.decode(row, type=SavedTicket) for row in rows)
            return {ticket.incident: ticket for ticket in found}

    def save_ticket(self, ticket: SavedTicket, agent: str) -> None:
        self._set(TICKET, ticket.incident, msgspec.json.encode(ticket).decode(), agent)

    def keep_text(self, place: str, text: str, agent: str) -> None:
        """Keep a text being typed, so that a dropped line loses nothing; "" forgets it. No step of history."""
        with self.writing() as connection:
            self._write_fact(connection, TEXT, f"{agent}/{place}", json.dumps(text) if text else None, agent)

    def kept_text(self, place: str, agent: str) -> str:
        with self.reading() as connection:
            return str(json.loads(self._read_fact(connection, TEXT, f"{agent}/{place}") or '""'))

    def undo(self, agent: str) -> str:
        """Take back the agent's last step; returns what was undone in French, "" when there is nothing to undo."""
        return self._reverse(agent, undone=False)

    def redo(self, agent: str) -> str:
        """Do again the agent's last undone step; returns what was done in French, "" when there is nothing."""
        return self._reverse(agent, undone=True)

    def history(self, subject: str = "") -> tuple[Step, ...]:
        """Steps, oldest first; of one record or incident when ``subject`` is given."""
        query = select(event).order_by(event.c.id)
        if subject:
            query = query.where(event.c.subject == subject)
        with self.reading() as connection:
            return tuple(
                Step(
                    at=row.at,
                    agent=row.agent,
                    kind=row.kind,
                    subject=row.subject,
                    before=row.before or "",
                    after=row.after or "",
                    undone=bool(row.undone),
                )
                for row in connection.execute(query)
            )

    def keep_snapshot(self, school: str, exports: Mapping[str, str], findings: Mapping[str, str]) -> None:
        """Remember what a load found, unless it is what the last one found."""
        with self.writing() as connection:
            last = connection.execute(
                select(snapshot).where(snapshot.c.school == school).order_by(snapshot.c.id.desc()).limit(1)
            ).first()
            values = {"exports": dump(exports), "findings": dump(findings)}
            if last and (last.exports, last.findings) == (values["exports"], values["findings"]):
                return
            connection.execute(insert(snapshot).values(at=now(), school=school, **values))

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

    def reading(self) -> Connection:
        """A connection that takes no lock beyond each query."""
        return self.engine.connect().execution_options(isolation_level="AUTOCOMMIT")

    def writing(self) -> Any:
        """A write transaction; « disque plein », « lecture seule » and « occupé » become a Refusal."""
        return Writing(self.engine)

    def _set(self, kind: str, subject: str, after: str | None, agent: str) -> None:
        with self.writing() as connection:
            before = self._read_fact(connection, kind, subject)
            # A new step makes what was undone unreachable, as in every editor.
            connection.execute(delete(event).where(event.c.agent == agent, event.c.undone == 1))
            connection.execute(
                insert(event).values(
                    at=now(), agent=agent, kind=kind, subject=subject, before=before, after=after, undone=0
                )
            )
            self._write_fact(connection, kind, subject, after, agent)

    def _reverse(self, agent: str, *, undone: bool) -> str:
        order = event.c.id.asc() if undone else event.c.id.desc()
        with self.writing() as connection:
            step = connection.execute(
                select(event).where(event.c.agent == agent, event.c.undone == int(undone)).order_by(order).limit(1)
            ).first()
            if step is None:
                return ""
            self._write_fact(connection, step.kind, step.subject, step.after if undone else step.before, agent)
            connection.execute(update(event).where(event.c.id == step.id).values(undone=int(not undone)))
            return describe(step.kind)

    @staticmethod
    def _read_fact(connection: Connection, kind: str, subject: str) -> str | None:
        return connection.execute(
            select(fact.c.value).where(fact.c.kind == kind, fact.c.subject == subject)
        ).scalar_one_or_none()

    @staticmethod
    def _write_fact(connection: Connection, kind: str, subject: str, value: str | None, agent: str) -> None:
        connection.execute(delete(fact).where(fact.c.kind == kind, fact.c.subject == subject))
        if value is not None:
            connection.execute(insert(fact).values(kind=kind, subject=subject, value=value, agent=agent, at=now()))


class Writing:
    """``with`` block of one write transaction."""

    def __init__(self, engine: Any) -> None:
        self._transaction = engine.begin()

    def __enter__(self) -> Connection:
        try:
            connection: Connection = self._transaction.__enter__()
        except OperationalError as error:
            raise refusal(error) from error
        return connection

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> bool | None:
        try:
            result: bool | None = self._transaction.__exit__(kind, error, trace)
        except OperationalError as failure:
            raise refusal(failure) from failure
        if isinstance(error, OperationalError):
            raise refusal(error) from error
        return result


def refusal(error: OperationalError) -> Refusal:
    """What the user can do about a base that does not take a write."""
    text = str(error.orig).lower()
    if "full" in text:
        return Refusal("Le disque est plein : la décision n'est pas enregistrée. Libérez de la place et recommencez.")
    if "readonly" in text or "read-only" in text:
        return Refusal(
            "La base est en lecture seule : la décision n'est pas enregistrée. Vérifiez les droits du fichier."
        )
    if "locked" in text or "busy" in text:
        return Refusal("La base est occupée par un autre agent : la décision n'est pas enregistrée. Recommencez.")
    return Refusal(f"La base a refusé l'écriture ({error.orig}) : la décision n'est pas enregistrée.")


def describe(kind: str) -> str:
    return {MATCH: "rapprochement", INCIDENT: "état de l'incident", TICKET: "texte du ticket", CASE: "dossier"}[kind]


def dump(value: Mapping[str, str]) -> str:
    return json.dumps(dict(value), sort_keys=True, ensure_ascii=False)


def now() -> str:
    """Local time to the second, with its offset: agents read it, and two hosts can be compared."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


def login_name() -> str:
    """Name of the person at the keyboard, for the history."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "agent"
