"""From an incident seen to an incident followed: taking it up, moving it, sending its ticket, its reminders."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from diagnostics.cases import dates
from diagnostics.model import Export, Incident, Route, Ticket
from diagnostics.safety import Refusal, clean, clean_lines
from diagnostics.settings import Settings
from diagnostics.states import FIRST_STATE, LEFT, REMINDED, STATES
from diagnostics.store import Case, Change, Facts, Followed, Group, IncidentState, SentTicket, Store
from diagnostics.store.values import CASE, FOLLOWED, GROUP, INCIDENT, SENDING, TICKET, moved

if TYPE_CHECKING:
    from diagnostics.intake import Message

TITLE_LENGTH = 60
"""Characters of a message's first line kept as the title of its case."""


def taken_up(incident: Incident, route: Route, *, school: str = "", exports: Iterable[Export] = ()) -> Followed:
    """What is kept of an incident to follow it without its exports: no row of an export, no word list."""
    seen_in: dict[str, str] = {}
    for export in exports:
        if export.made_on and export.analysed:
            seen_in[export.kind] = max(export.made_on, seen_in.get(export.kind, ""))
    kept = msgspec.structs.replace(incident, evidence=(), words=(), alternatives=(), missing=())
    return Followed(incident=kept, route=route, school=school, seen_in=seen_in)


def move(
    store: Store,
    incidents: Sequence[str],
    state: str,
    agent: str,
    *,
    settings: Settings,
    now: datetime,
    note: str = "",
    notes: Mapping[str, str] | None = None,
    external: str = "",
    until: str = "",
    about: Mapping[str, Followed] | None = None,
    sent: Ticket | None = None,
) -> tuple[str, ...]:
    """Move incidents to a state, all or none; those that share a ticket move together. The ids moved.

    Args:
        note, external: "" leaves what was there.
        notes: what to note of some of them in place of ``note``.
        until: ISO date-time to look again; "" computes it from the state, the route and the settings.
        about: what is known of the incidents taken up now (``taken_up``).
        sent: the ticket that left, kept for the reminders that quote it.

    Raises:
        Refusal: the state cannot be entered, or the base does not take the write.
    """
    if state not in STATES:
        raise Refusal(f"« {state} » : cet état n'existe pas. États : {', '.join(STATES)}.")
    found: list[str] = []

    def edit(facts: Facts) -> list[Change]:
        found[:] = with_members(facts, incidents)
        changes: list[Change] = []
        for incident in found:
            known = (about or {}).get(incident) or facts.get(FOLLOWED, incident)
            earlier = facts.state(incident)
            if state == REMINDED and not earlier.sent_at:
                raise Refusal("Ce ticket n'a pas encore été envoyé : il n'y a rien à relancer.")
            recipient = sent.recipient.value if sent else earlier.recipient or (known.route.recipient if known else "")
            entered = moved(
                earlier,
                state,
                agent,
                now.astimezone().isoformat(timespec="seconds"),
                note=clean_lines((notes or {}).get(incident, note)).strip() or earlier.note,
                external=clean(external) or earlier.external,
                until=until or dates.look_again_at(state, recipient, known.route if known else None,
                                                   settings.reminders, now),
                school=known.school if known else earlier.school,
                category=known.incident.category if known else earlier.category,
                recipient=recipient,
                reminders=earlier.reminders + (state == REMINDED),
            )  # fmt: skip
            changes.append(Change(kind=INCIDENT, subject=incident, value=entered))
            if known:
                changes.append(Change(kind=FOLLOWED, subject=incident, value=known))
        if sent is not None and state == LEFT:
            changes.append(Change(kind=SENDING, subject=incidents[0], value=as_sent(sent, agent, now)))
        return changes

    store.update(agent, edit)
    return tuple(found)


def postpone(store: Store, incidents: Sequence[str], until: str, agent: str) -> tuple[str, ...]:
    """Change when to look again at incidents (ISO date-time), and nothing else; the ids, those of one ticket together.

    Raises:
        Refusal: the base does not take the write.
    """
    found: list[str] = []

    def edit(facts: Facts) -> list[Change]:
        found[:] = with_members(facts, incidents)
        return [
            Change(kind=INCIDENT, subject=one, value=msgspec.structs.replace(facts.state(one), until=until))
            for one in found
        ]

    store.update(agent, edit)
    return tuple(found)


def note(store: Store, incident: str, text: str, agent: str, *, external: str = "") -> None:
    """Change the note or the support's number of an incident; its state and its dates stay."""

    def edit(facts: Facts) -> list[Change]:
        held: IncidentState = facts.state(incident)
        kept = msgspec.structs.replace(
            held, note=clean_lines(text).strip() or held.note, external=clean(external) or held.external
        )
        return [Change(kind=INCIDENT, subject=incident, value=kept)]

    store.update(agent, edit)


def of_message(message: Message, cut: str = "") -> Case:
    """The case that a message opens; the same message gives the same one, whatever its file is called.

    Args:
        cut: the agent's cut, people and categories as JSON, "" when the program's stand.
    """
    text = message.raw.text
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return Case(
        id=case_id(text),
        title=message.raw.subject.strip() or first[:TITLE_LENGTH],
        text=text,
        source=message.raw.name,
        incidents=tuple(incident.id for incident in message.incidents),
        cut=cut,
    )


def case_id(text: str) -> str:
    return "M-" + hashlib.sha256(text.strip().encode()).hexdigest()[:10].upper()


def open_case(store: Store, case: Case, about: Mapping[str, Followed], agent: str, now: datetime) -> None:
    """Keep what arrived together with its incidents, each « à qualifier » until an agent says more; once only.

    A message already kept is kept again without touching the states of its incidents; those that another cut replaced
    are forgotten, unless somebody worked on them.
    """

    def edit(facts: Facts) -> list[Change]:
        changes = [Change(kind=CASE, subject=case.id, value=case)]
        held: Case | None = facts.get(CASE, case.id)
        for gone in set(held.incidents if held else ()) - set(case.incidents):
            if untouched(facts, gone):
                changes += [Change(kind=FOLLOWED, subject=gone), Change(kind=INCIDENT, subject=gone)]
        at = now.astimezone().isoformat(timespec="seconds")
        for incident in case.incidents:
            known = about[incident]
            changes.append(Change(kind=FOLLOWED, subject=incident, value=known))
            if facts.get(INCIDENT, incident) is None:
                first = moved(
                    IncidentState(),
                    FIRST_STATE,
                    agent,
                    at,
                    school=known.school,
                    category=known.incident.category,
                    recipient=known.route.recipient.value,
                )
                changes.append(Change(kind=INCIDENT, subject=incident, value=first))
        return changes

    store.update(agent, edit)


def untouched(facts: Facts, incident: str) -> bool:
    """Whether nobody did anything of an incident since it was opened."""
    state = facts.state(incident)
    words = state.note or state.external or facts.get(TICKET, incident) or facts.get(GROUP, incident)
    return state.state == FIRST_STATE and not words


def with_members(facts: Facts, incidents: Iterable[str]) -> list[str]:
    """The incidents and those that share their ticket, each once."""
    groups: Iterable[Group] = facts.all(GROUP).values()
    found: dict[str, None] = {}
    for incident in incidents:
        found[incident] = None
        for group in groups:
            if incident == group.lead or incident in group.members:
                found |= dict.fromkeys((group.lead, *group.members))
    return list(found)


def as_sent(ticket: Ticket, agent: str, now: datetime) -> SentTicket:
    return SentTicket(
        incident=ticket.incident.id,
        ticket=ticket.id,
        recipient=ticket.recipient.value,
        subject=ticket.subject,
        body=ticket.body,
        at=now.astimezone().isoformat(timespec="seconds"),
        agent=agent,
        attachments=tuple(attachment.name for attachment in ticket.attachments),
    )
