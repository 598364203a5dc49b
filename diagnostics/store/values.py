"""What the base holds, as plain values: states, texts, cases, steps of history, loads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from diagnostics.model import Decision, Incident, Route, Struct
from diagnostics.states import CLOSED, FIRST_STATE, SENT, STATES

PROGRAM = "programme"
"""Agent of what a load does by itself: the history must not say that a person did; any agent may undo it."""

MATCH, INCIDENT, TICKET, TEXT, CASE = "match", "incident", "ticket", "text", "case"
FOLLOWED, SENDING, GROUP, ROUTE = "suivi", "envoi", "groupe", "aiguillage"
KIND_LABELS: Mapping[str, str] = {
    MATCH: "rapprochement",
    INCIDENT: "état de l'incident",
    TICKET: "texte du ticket",
    CASE: "dossier",
    FOLLOWED: "suivi de l'incident",
    SENDING: "envoi du ticket",
    GROUP: "regroupement",
    ROUTE: "aiguillage",
    TEXT: "message collé",
}
"""Kinds of fact that leave a step in the history, as an agent reads them."""


class IncidentState(Struct, frozen=True, kw_only=True):
    """Where an incident stands. Dates are ISO date-times, "" when they do not apply."""

    state: str = FIRST_STATE
    note: str = ""
    until: str = ""
    """When to look at it again."""
    external: str = ""
    """Number given by the support."""
    school: str = ""
    category: str = ""
    recipient: str = ""
    agent: str = ""
    at: str = ""
    """Last change of any of this."""
    opened_at: str = ""
    since: str = ""
    """When this state began."""
    sent_at: str = ""
    """When the ticket first left."""
    reminders: int = 0

    @property
    def closed(self) -> bool:
        return self.state in CLOSED


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


class Followed(Struct, frozen=True, kw_only=True):
    """An incident as it was when an agent took it up: enough to follow it when its exports are not loaded."""

    incident: Incident
    """Without its evidence: whole rows of exports are not kept."""
    route: Route
    school: str = ""
    seen_in: Mapping[str, str] = {}
    """Kind of export → date of the newest one in which the incident was last seen."""


class SentTicket(Struct, frozen=True, kw_only=True):
    """A ticket as it left, for the reminders that quote it."""

    incident: str
    ticket: str
    """Our number (``Ticket.id``)."""
    recipient: str
    subject: str
    body: str
    at: str
    agent: str
    attachments: tuple[str, ...] = ()


class Group(Struct, frozen=True, kw_only=True):
    """Incidents that have one cause: one ticket, that of the lead, linked to each."""

    lead: str
    members: tuple[str, ...]
    """The other incidents."""
    why: str = ""


class Rerouted(Struct, frozen=True, kw_only=True):
    """What an agent changed of a route; "" leaves what the program says."""

    incident: str
    first_actor: str = ""
    recipient: str = ""
    wait_until: str = ""
    """ISO date-time, or ``NO_WAIT``."""
    why: str = ""
    agent: str = ""
    at: str = ""


NO_WAIT = "aucune"
"""``Rerouted.wait_until`` of an agent who says that there is nothing to wait for."""


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
    """Kind of export → date of the newest one."""
    findings: Mapping[str, str]
    """Finding id → category."""


def moved(earlier: IncidentState, state: str, agent: str, at: str, **facts: Any) -> IncidentState:
    """The incident in a state of ``STATES``, its dates kept; facts not given stay as they were."""
    if state not in STATES:
        raise ValueError(f"unknown state {state!r}")
    return msgspec.structs.replace(
        earlier,
        state=state,
        agent=agent,
        at=at,
        opened_at=earlier.opened_at or at,
        since=earlier.since if earlier.state == state and earlier.since else at,
        sent_at=earlier.sent_at or (at if state in SENT else ""),
        **facts,
    )


class Change(Struct, frozen=True, kw_only=True):
    """A fact to write; ``value`` None removes it."""

    kind: str
    subject: str
    value: Any = None


Value = TypeVar("Value")
TYPES: Mapping[str, type[Any]] = {
    MATCH: Decision,
    INCIDENT: IncidentState,
    TICKET: SavedTicket,
    CASE: Case,
    FOLLOWED: Followed,
    SENDING: SentTicket,
    GROUP: Group,
    ROUTE: Rerouted,
}


def encode(value: Any) -> str:
    """A value as it is stored. Equal values give equal text: a step is undone only if what it wrote still holds."""
    return msgspec.json.encode(value, order="sorted").decode()


def decode(text: str, type: type[Value]) -> Value:
    """A value as it was stored, by this version or an earlier one."""
    return msgspec.json.decode(text, type=type)


def now() -> str:
    """Local time to the second, with its offset: agents read it, and two hosts can be compared."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


def login_name() -> str:
    """Name of the person at the keyboard, for the history."""
    import getpass  # brings the handling of terminals, for one name

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "agent"
