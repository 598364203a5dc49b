"""What an undo changed, in the agent's words: whom it is about, from what to what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from diagnostics.model import Decision
from diagnostics.states import FIRST_STATE
from tui import strings
from tui.screens.wording import people_of, record_name

if TYPE_CHECKING:
    from diagnostics.store import IncidentState
    from tui.session import Session


def told(session: Session, decisions: Mapping[str, Decision], states: Mapping[str, IncidentState], kinds: str) -> str:
    """« AMARANTE Lise, ANN-01 : envoyé → à qualifier »; what the base calls the gesture when it is something else.

    Args:
        decisions: those that held before.
        states: those that held before.
        kinds: what the base calls the gesture, "" when there was none.
    """
    changes = [*matched(session, decisions), *moved(session, states)] if kinds else []
    if not changes:
        return kinds
    others = len(changes) - 1
    return changes[0] + (f", et {strings.plural(others, 'autre')}" if others else "")


def matched(session: Session, before: Mapping[str, Decision]) -> Iterator[str]:
    """Each person once, though several of their records were decided."""
    after = session.decisions
    if before == after:
        return
    seen = set()
    for link in session.links:
        one, other = (held.get(link.key) for held in (before, after))
        if one != other and (person := session.person_of(link)) not in seen:
            seen.add(person)
            yield f"{record_name(link.record)}, {choice(session, one)} → {choice(session, other)}"


def choice(session: Session, decision: Decision | None) -> str:
    if decision is None:
        return "à voir"
    account = session.account_of(decision.account_key) if decision.account_key else None
    if account is not None:
        return account.ids.get("login") or record_name(account)
    return "un compte" if decision.account_key else "aucun compte"


def moved(session: Session, before: Mapping[str, IncidentState]) -> Iterator[str]:
    known, after = session.known_incidents(), session.states
    for identifier in sorted(before.keys() | after.keys()):
        one, other = (held[identifier].state if identifier in held else FIRST_STATE for held in (before, after))
        incident = known.get(identifier)
        if one != other and incident is not None:
            who = people_of(incident)
            yield f"{who}, {incident.category} : {one} → {other}" if who else f"{incident.category} : {one} → {other}"
