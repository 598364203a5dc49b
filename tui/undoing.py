"""What an undo changed, in the agent's words: whom it is about, from what to what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from diagnostics.model import Decision
from diagnostics.states import FIRST_STATE
from tui import strings
from tui.screens.wording import people_of, record_name

if TYPE_CHECKING:
    from diagnostics.store import IncidentState, Rerouted, SavedTicket
    from tui.session import Session


class Held(NamedTuple):
    """What was decided, at one moment."""

    decisions: Mapping[str, Decision]
    states: Mapping[str, IncidentState]
    drafts: Mapping[str, SavedTicket]
    routes: Mapping[str, Rerouted]


def held(session: Session) -> Held:
    return Held(session.decisions, session.states, session.drafts, session.rerouted)


def told(session: Session, before: Held, kinds: str) -> str:
    """« AMARANTE Lise, ANN-01 : envoyé → à qualifier »; what the base calls the gesture when it is something else.

    Args:
        kinds: what the base calls the gesture, "" when there was none.
    """
    changes = [*matched(session, before.decisions), *incidents(session, before)] if kinds else []
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
        one, other = (decided.get(link.key) for decided in (before, after))
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


def incidents(session: Session, before: Held) -> Iterator[str]:
    known, after = session.known_incidents(), held(session)
    touched = before.states.keys() | after.states.keys() | before.drafts.keys() | after.drafts.keys()
    for identifier in sorted(touched | before.routes.keys() | after.routes.keys()):
        incident, what = known.get(identifier), "; ".join(changed(identifier, before, after))
        if incident is not None and what:
            yield f"{', '.join(filter(None, (people_of(incident), incident.category)))} : {what}"


def changed(identifier: str, before: Held, after: Held) -> Iterator[str]:
    """What is not as it was of one incident."""
    one, other = (moment.states.get(identifier) for moment in (before, after))
    state, new_state = (found.state if found else FIRST_STATE for found in (one, other))
    note, new_note = (found.note if found else "" for found in (one, other))
    if state != new_state:
        yield f"{state} → {new_state}"
    elif note != new_note:
        yield f"note « {new_note or note} »" + ("" if new_note else " retirée")
    if before.drafts.get(identifier) != after.drafts.get(identifier):
        yield "texte du ticket"
    if before.routes.get(identifier) != after.routes.get(identifier):
        yield "aiguillage"
