"""What waits today in the cases followed, as lines of the first screen: reminders, delays that end, drafts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from tui import strings
from tui.screens.wording import people_of
from tui.theme import ACCENT, GOOD, NORMAL, WARN

if TYPE_CHECKING:
    from diagnostics.cases import TodayItem
    from diagnostics.model import Incident
    from tui.session import Session

DRAFT, SETTLED, JOIN = "brouillon", "résolu", "regrouper"
QUALIFY = "qualifier"
LATE = frozenset({"relancer", "vérifier"})
"""What is to be done from a date on; the rest has only waited since one."""
OPENS_TICKET = frozenset({"relancer", "envoyer", DRAFT})
SIGNS: Mapping[str, tuple[str, str]] = {
    "rouvrir": ("! ", WARN),
    "relancer": ("! ", WARN),
    "vérifier": ("! ", WARN),
    "clore": ("√ ", GOOD),
    JOIN: ("+ ", ACCENT),
    DRAFT: ("□ ", NORMAL),
    SETTLED: ("√ ", GOOD),
}
SHOWN = 6
"""Lines of the list that the first screen has room for; the rest is counted."""


@dataclass(frozen=True)
class Line:
    """One thing to do on one incident."""

    action: str
    incident: str
    title: str
    why: str = ""
    when: str = ""

    @property
    def sign(self) -> tuple[str, str]:
        return SIGNS.get(self.action, ("· ", NORMAL))

    @property
    def opens_ticket(self) -> bool:
        return self.action in OPENS_TICKET


def lines(session: Session, now: datetime) -> list[Line]:
    """What waits, what hurts most first, then the drafts that nobody finished.

    Anomalies that nobody took up are not there: the screen counts them by severity.
    """
    if session.store is None:
        return []
    from diagnostics import cases

    known = session.known_incidents()
    found = [
        Line(item.action.value, item.incident, titled(known.get(item.incident), item.title), item.why, since(item))
        for item in cases.today(session.store, session.school, now)
        if item.incident in session.states
    ]
    written = {incident.id for incident in session.unfinished_drafts()}
    found = [line for line in found if not (line.action == QUALIFY and line.incident in written)]
    taken = {line.incident for line in found if line.opens_ticket}
    drafts = [
        Line(DRAFT, incident.id, titled(incident, incident.summary), when=begun(session, incident))
        for incident in session.unfinished_drafts()
        if incident.id not in taken
    ]
    return [*found, *drafts, *settled(session)]


def begun(session: Session, incident: Incident) -> str:
    return strings.BEING_TYPED if incident.id in session.begun else ""


def settled(session: Session) -> list[Line]:
    """What the last load showed to be solved, and closed by itself: told, so that nobody is surprised."""
    known = session.known_incidents()
    kept = session.store.followed() if session.store and session.settled else {}
    lines = []
    for identifier in session.settled:
        incident = known.get(identifier) or (kept[identifier].incident if identifier in kept else None)
        state = session.states.get(identifier)
        if incident is not None and state is not None and state.closed:
            why = state.note.rsplit("\n", 1)[-1]
            lines.append(Line(SETTLED, identifier, titled(incident, incident.summary), why))
    return lines


def titled(incident: Incident | None, summary: str) -> str:
    """« PRN-01 NOM Prénom : … » when the incident is at hand: who it is about comes first."""
    if incident is None:
        return summary
    return f"{incident.category} {people_of(incident)}".rstrip() + f" : {summary}"


def since(item: TodayItem) -> str:
    """« retard 12 j », « depuis 3 j », « aujourd’hui », or "" when no date tells."""
    if not item.due:
        return ""
    if item.late_days <= 0:
        return "aujourd’hui"
    return f"{'retard' if item.action.value in LATE else 'depuis'} {strings.number(item.late_days)} j"
