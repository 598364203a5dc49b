"""Between the session and the cases: what a load closes, what a message opens, who writes what, what looks alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from diagnostics.model import Incident
from diagnostics.safety import Refusal
from diagnostics.states import SOLVED
from tui import strings

if TYPE_CHECKING:
    from diagnostics.cases import Similar
    from diagnostics.intake import Message
    from diagnostics.school import School
    from diagnostics.store import Followed, IncidentState, Store
    from tui.session import Session

PAST = 12
"""Earlier loads drawn on the overview: a term of weekly loads."""
SHOWN_SIMILAR = 3


# What a load says.


def remember(session: Session, school: School) -> None:
    """Compare with what earlier loads found, keep what this one did, close what is solved, reopen what is back."""
    from diagnostics import cases
    from diagnostics.store import PROGRAM

    store = session.open_store()
    found = {finding.id: finding.category for finding in school.findings}
    earlier = [snapshot for snapshot in store.snapshots(school.uai) if snapshot.findings != found]
    session.past = [Counter(code[:3] for code in s.findings.values()) for s in earlier[-PAST:]]
    session.since = earlier[-1].at if earlier else ""
    session.new = set(found) - set(earlier[-1].findings) if earlier else set()
    session.gone = len(set(earlier[-1].findings) - set(found)) if earlier else 0
    session.settled = ()
    if session.read_only:
        return
    news = cases.after_load(store, school)
    cases.settle(store, news.seen, PROGRAM, settings=session.settings, now=right_now())
    cases.reopen(store, news.seen, PROGRAM, settings=session.settings, now=right_now())
    session.settled = solved_today(store, school.uai)


def solved_today(store: Store, school: str) -> tuple[str, ...]:
    """The incidents of a school that loads of this day showed to be solved: told all day, to each agent who comes."""
    from diagnostics.store import PROGRAM

    today = right_now().date().isoformat()
    return tuple(
        identifier
        for identifier, held in store.incident_states().items()
        if held.state == SOLVED and held.agent == PROGRAM and held.since[:10] == today and held.school in ("", school)
    )


def right_now() -> datetime:
    return datetime.now().astimezone()


# What a message opens.


def keep_case(session: Session, message: Message, *, cut: bool = False) -> None:
    """Follow what a message tells: its incidents stay linked, as the agent cut them; on disk before this returns.

    Args:
        cut: the agent changed the cut, the people or the categories.
    """
    from diagnostics.cases import cuts

    if session.read_only or not message.incidents:
        return
    store, about = session.open_store(), followed(session, message.incidents)
    if cuts.keep(store, message, about, session.agent, right_now(), cut=cut):
        session.states = store.incident_states()


def as_cut(session: Session, messages: Sequence[Message]) -> list[Message]:
    """The messages as agents cut them, when they did."""
    from diagnostics.cases import cuts

    held = session.open_store().cases()
    return [cuts.as_cut(message, held) for message in messages]


def message_of(session: Session, incident: Incident) -> Message | None:
    """The message that an incident was cut from."""
    return next((one for one in session.messages if any(i.id == incident.id for i in one.incidents)), None)


def followed(session: Session, incidents: Sequence[Incident]) -> dict[str, Followed]:
    """What it takes to follow incidents once their exports are no longer loaded."""
    from diagnostics import cases

    exports = session.school.loaded.exports if session.school else ()
    school = session.school.uai if session.school else ""
    return {
        incident.id: cases.taken_up(incident, route, school=school, exports=exports)
        for incident in incidents
        if (route := session.route(incident)) is not None
    }


def siblings(session: Session, incident: Incident) -> list[Incident]:
    """The other incidents of the message that an incident was cut from."""
    message = message_of(session, incident)
    return [one for one in message.incidents if one.id != incident.id] if message else []


# Who writes what.


def reserve(session: Session, incident: Incident) -> str:
    """Reserve the ticket of an incident, or renew; who else has it, "" when it is ours."""
    from diagnostics.store import leases

    if session.read_only:
        return ""
    return leases.take(session.open_store(), leases.of_ticket(incident.id), session.agent)


def holder(session: Session, incident: Incident) -> str:
    """Who else writes the ticket of an incident, "" when nobody does."""
    from diagnostics.store import leases

    return leases.holder(session.open_store(), leases.of_ticket(incident.id), session.agent)


def refuse_held(session: Session, incidents: Sequence[Incident]) -> None:
    """Refuse to change incidents whose ticket somebody else is writing.

    Raises:
        Refusal: who is writing which.
    """
    from diagnostics.store import leases

    held = leases.held_by_others(session.open_store(), session.agent)
    for incident in incidents if held else ():
        if who := held.get(leases.of_ticket(incident.id)):
            raise Refusal(f"{incident.category} : {strings.held_by(who)} Rien n’a été changé.")


def not_held(session: Session, incidents: Sequence[Incident]) -> tuple[list[Incident], list[str]]:
    """Those whose ticket nobody else is writing; the others as « ANN-02 (claire) »."""
    from diagnostics.store import leases

    held = leases.held_by_others(session.open_store(), session.agent)
    others = {one.id: who for one in incidents if (who := held.get(leases.of_ticket(one.id)))}
    told = [f"{one.category} ({others[one.id]})" for one in incidents if one.id in others]
    return [one for one in incidents if one.id not in others], told


def free(session: Session, incident: Incident) -> None:
    """Give a ticket back; a base that does not answer frees it by itself after two minutes."""
    from diagnostics.store import leases

    try:
        leases.release(session.open_store(), leases.of_ticket(incident.id), session.agent)
    except Refusal:
        return


# What looks alike, and what is one.


def alike(session: Session, incident: Incident) -> list[tuple[Similar, Incident]]:
    """Open incidents, followed or with a draft, that may be this one: the nearest first, a few of them."""
    from diagnostics import cases

    store = session.open_store()
    known = session.known_incidents()
    others = {one.id: one for one in cases.open_incidents(store)}
    others |= {
        i: known[i] for i in (*session.drafts, *session.states) if i in known and not session.is_closed(known[i])
    }
    group = cases.group_of(incident.id, store.groups())
    mine = {incident.id, *((group.lead, *group.members) if group else ())}
    found = cases.similar(incident, [one for one in others.values() if one.id not in mine])
    return [(one, others[one.incident]) for one in found if one.strength > 1][:SHOWN_SIMILAR]


def surely_alike(session: Session, incident: Incident) -> bool:
    """Whether an open incident is nearly surely the same: a second ticket would be one too many."""
    from diagnostics.cases.alike import ONE_TICKET

    return any(similar.strength >= ONE_TICKET for similar, _ in alike(session, incident))


def whole(session: Session, incident: Incident) -> Incident:
    """The incident of the shared ticket when several share one, else itself."""
    from diagnostics import cases

    store = session.open_store()
    group = cases.group_of(incident.id, store.groups())
    if group is None:
        return incident
    known = {**{i: one.incident for i, one in store.followed().items()}, **session.known_incidents()}
    lead = known.get(group.lead, incident)
    return cases.merged(lead, [known[member] for member in group.members if member in known])


def shared(session: Session, incident: Incident) -> int:
    """How many incidents the ticket of this one serves."""
    from diagnostics import cases

    group = cases.group_of(incident.id, session.open_store().groups())
    return len(group.members) + 1 if group else 1


def leads(session: Session, incidents: Sequence[Incident]) -> list[Incident]:
    """The incidents without those that share the ticket of another one of them."""
    groups = session.open_store().groups() if session.store else {}
    led = {member: group.lead for group in groups.values() for member in group.members}
    ids = {incident.id for incident in incidents}
    return [incident for incident in incidents if led.get(incident.id) not in ids]


def proposed(session: Session, lead: Incident) -> list[Incident]:
    """The incidents that one ticket could serve with this one, itself first."""
    from diagnostics import cases

    store = session.open_store()
    known = session.known_incidents()
    for one in cases.proposals(store.followed(), store.incident_states(), store.groups(), right_now()):
        if one.lead == lead.id:
            return [lead, *(known[member] for member in one.members if member in known)]
    return [lead]


def join(session: Session, lead: Incident, others: Sequence[Incident], why: str) -> None:
    """One ticket for all, that of the lead; on disk before this returns.

    Raises:
        Refusal: one of them shares another ticket, or the base does not take the write.
    """
    from diagnostics import cases

    store = session.open_store()
    cases.join(
        store, lead.id, [one.id for one in others], session.agent,
        now=right_now(), why=why.strip(), about=followed(session, [lead, *others]),
    )  # fmt: skip
    session.refresh_state()


def part(session: Session, incident: Incident) -> None:
    """A ticket of its own again for an incident that shared one."""
    from diagnostics import cases

    cases.part(session.open_store(), incident.id, session.agent)
    session.refresh_state()


# Dates, numbers, words.


def number(session: Session, incident: Incident, external: str) -> None:
    """Keep the number that the support gave; on disk before this returns."""
    from diagnostics import cases

    store = session.open_store()
    group = cases.group_of(incident.id, store.groups())
    for one in (group.lead, *group.members) if group else (incident.id,):
        cases.note(store, one, "", session.agent, external=external)
    session.states = store.incident_states()


def postpone(session: Session, incident: Incident, text: str) -> str:
    """Change when to look again (« 15/09/2026 », « +3 »); the date kept, in French.

    Raises:
        Refusal: it is no date, it is over, or the base does not take the write.
    """
    from diagnostics import cases
    from diagnostics.cases.dates import read_date, said

    store, until = session.open_store(), read_date(text, right_now())
    cases.postpone(store, [incident.id], until, session.agent)
    session.states = store.incident_states()
    return said(until)


def history(session: Session, incident: Incident) -> list[str]:
    """The case of an incident, to read: who decided what and when, the last first, then its message and its tickets."""
    from diagnostics.cases.history import dossier, sentence, text

    found = dossier(session.open_store(), incident.id)
    steps = [f"  {sentence(step)}" for step in reversed(found.steps)]
    whole = text(msgspec.structs.replace(found, steps=())).rstrip().removesuffix("Historique :")
    return ["Qui a décidé quoi, et quand :", *steps, "", *whole.splitlines()]


def described(session: Session, incident: Incident) -> str:
    """« envoyé le 12/09/2026, n° K-4711, à revoir le 15/09/2026 » of a followed incident."""
    from diagnostics.cases.dates import said

    state: IncidentState | None = session.states.get(incident.id)
    if state is None:
        return "brouillon" if incident.id in session.drafts else ""
    parts = [state.state + (f" le {said(state.since)}" if state.since else "")]
    if state.external:
        parts.append(f"n° {state.external}")
    if state.reminders:
        parts.append(f"{strings.plural(state.reminders, 'relance')}")
    if state.until and not state.closed:
        parts.append(f"à revoir le {said(state.until)}")
    return ", ".join(parts)


def told(session: Session, incident: Incident) -> str:
    """What is known of the case: state and dates, who shares the ticket, what came in the same message."""
    parts = [described(session, incident)] if incident.id in session.states else []
    if (count := shared(session, incident)) > 1:
        parts.append(f"un seul ticket pour {count} incidents")
    if others := siblings(session, incident):
        codes = ", ".join(one.category or "à préciser" for one in others[:4])
        parts.append(f"même message que {codes}" + (" …" if len(others) > 4 else ""))
    return " ; ".join(parts)


def is_later(iso: str) -> bool:
    """Whether an ISO date-time is still to come."""
    return bool(iso) and datetime.fromisoformat(iso).astimezone() > right_now()


def moment_of(text: str) -> str:
    """ISO moment of a typed date, "" when nothing is typed.

    Raises:
        Refusal: it is no date, or it is over.
    """
    from diagnostics.cases.dates import read_date

    return read_date(text, right_now()) if text.strip() else ""


def kept(session: Session, incident: str) -> Incident | None:
    """A followed incident whose exports or message are not loaded."""
    found = session.open_store().followed().get(incident)
    return found.incident if found else None
