"""Incidents that may be one: shown before a second ticket is made, and joined when an agent says so.

Nothing is joined by the program: two parents with the same symptom may have two causes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from diagnostics.cases import dates
from diagnostics.model import ACTOR_LABELS, Incident, Person, Profile, Struct
from diagnostics.safety import Refusal
from diagnostics.states import FIRST_STATE
from diagnostics.store import Case, Change, Facts, Followed, Group, IncidentState, Store
from diagnostics.store.values import FOLLOWED, GROUP, INCIDENT, moved
from diagnostics.text import code, fold

SAME_DAYS = 14
"""Two messages further apart are rarely one outage (judgement)."""
ONE_TICKET = 4
"""Strength from which two incidents are held to be one cause."""


class Similar(Struct, frozen=True, kw_only=True):
    """An open incident that a new one looks like."""

    incident: str
    strength: int
    """1 worth a look, 4 and more nearly surely the same."""
    reasons: tuple[str, ...]
    """French, the strongest first."""


class Proposal(Struct, frozen=True, kw_only=True):
    """Incidents that one ticket could serve."""

    lead: str
    members: tuple[str, ...]
    why: str
    sure: bool
    """Whether the data themselves show one cause; otherwise it is only likely."""


def similar(incident: Incident, others: Iterable[Incident]) -> tuple[Similar, ...]:
    """Open incidents that look like this one, the most alike first; itself left out."""
    found = [
        Similar(incident=other.id, strength=sum(w for w, _ in reasons), reasons=tuple(why for _, why in reasons))
        for other in others
        if other.id != incident.id and (reasons := resemblances(incident, other))
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: (-one.strength, one.incident)))


def resemblances(one: Incident, other: Incident) -> list[tuple[int, str]]:
    """(weight, French reason); empty when two incidents have nothing telling in common."""
    same_category = one.category == other.category
    if one.finding and one.finding == other.finding:
        return [(ONE_TICKET + 1, "c'est la même anomalie des exports")]
    shared = in_common(one.persons, other.persons)
    found: list[tuple[int, str]] = []
    if same_category and shared:
        found.append((ONE_TICKET, f"même problème ({one.category}) et même personne : {shared}"))
    elif shared and one.category.split("-")[0] == other.category.split("-")[0]:
        found.append((2, f"même personne : {shared}, problème voisin ({other.category})"))
    elif same_category:
        found.append((1, f"même problème ({one.category})"))
    if same_category and one.cause and one.cause == other.cause:
        found.append((2, "même cause"))
    places = classes(one.persons) & classes(other.persons)
    if same_category and not shared and places:
        found.append((2, f"même classe : {', '.join(sorted(places))}"))
    if same_category and not shared and one.text and fold(one.text) == fold(other.text):
        found.append((2, "même texte"))
    return sorted(found, key=lambda pair: -pair[0])


def in_common(left: Sequence[Person], right: Sequence[Person]) -> str:
    """A person of both, as named; "" when there is none. Two full names and profiles that agree, or one identity."""
    for person in left:
        for other in right:
            if person.identity and other.identity:
                if person.identity == other.identity:
                    return named(person)
            elif same_name(person, other):
                return named(person)
    return ""


def same_name(one: Person, other: Person) -> bool:
    """Whether two persons bear the same full name and nothing stated tells them apart."""
    if not (one.surname and one.given_names) or fold(one.surname) != fold(other.surname):
        return False
    known = {one.profile, other.profile} - {Profile.INCONNU}
    divisions = {code(one.division), code(other.division)} - {""}
    return fold(one.given_names) == fold(other.given_names) and len(known) < 2 and len(divisions) < 2


def named(person: Person) -> str:
    return f"{person.surname} {person.given_names}".strip()


def classes(persons: Iterable[Person]) -> set[str]:
    return {person.division for person in persons if person.division}


def proposals(
    followed: Mapping[str, Followed], states: Mapping[str, IncidentState], groups: Mapping[str, Group], now: datetime
) -> tuple[Proposal, ...]:
    """Open incidents that one ticket could serve, not yet joined: same anomaly, or same problem of one school within
    ``SAME_DAYS``."""
    joined = {subject for group in groups.values() for subject in (group.lead, *group.members)}
    waiting = [
        (incident, known)
        for incident, known in followed.items()
        if incident in states
        and not states[incident].closed
        and not states[incident].sent_at
        and incident not in joined
    ]
    waiting.sort(key=lambda pair: (states[pair[0]].opened_at, pair[0]))
    by_finding: dict[str, list[str]] = {}
    by_outage: dict[tuple[str, str, str], dict[str, list[str]]] = {}
    """By trouble, then by message: two incidents of one message were cut apart on purpose."""
    for incident, known in waiting:
        if known.incident.finding:
            by_finding.setdefault(known.incident.finding, []).append(incident)
        elif (outage := outage_of(known)) is not None:
            by_outage.setdefault(outage, {}).setdefault(known.incident.source, []).append(incident)
    opened = {incident: dates.moment(states[incident].opened_at, now) for incident, _ in waiting}
    found: list[Proposal] = []
    done: set[str] = set()
    for lead, known in waiting:
        if lead in done:
            continue
        sure = bool(known.incident.finding)
        if sure:
            same = [i for i in by_finding[known.incident.finding] if i != lead and i not in done]
        else:
            outage = outage_of(known)
            same = [
                incident
                for source, told in (by_outage[outage] if outage else {}).items()
                if source != known.incident.source
                for incident in told
                if incident not in done and close(opened[lead], opened[incident])
            ]
        if same:
            done |= {lead, *same}
            why = (
                "même anomalie des exports" if sure else f"même problème ({known.incident.category}), même destinataire"
            )
            found.append(Proposal(lead=lead, members=tuple(same), why=why, sure=sure))
    return tuple(found)


def outage_of(known: Followed) -> tuple[str, str, str] | None:
    """What messages on one trouble share (problem, school, recipient); None for what is never joined so: findings,
    which are already one for each cause, and exposed data."""
    if known.incident.finding or known.incident.category.startswith("SEC-"):
        return None
    return known.incident.category, known.school, known.route.recipient.value


def close(left: datetime | None, right: datetime | None) -> bool:
    return left is not None and right is not None and abs(left - right) <= timedelta(days=SAME_DAYS)


def one_service(together: Sequence[Followed]) -> None:
    """One ticket is for one service and one recipient: several would each treat a part of it (knowledge.md §2.1).

    Raises:
        Refusal: they are not.
    """
    from diagnostics.tickets import wording  # with the room of tickets: the first screen needs none of it

    services = sorted({wording.service(known.incident.category) for known in together if known.incident.category})
    recipients = sorted({ACTOR_LABELS[known.route.recipient] for known in together})
    families = {known.incident.category[:3] for known in together if known.incident.category}
    if len(families) > 1:
        raise Refusal(f"Ces incidents ne touchent pas le même service ({', '.join(services)}) : un ticket pour chacun.")
    if len(recipients) > 1:
        raise Refusal(f"Ces incidents ne vont pas au même destinataire ({', '.join(recipients)}) : un ticket chacun.")


def join(
    store: Store,
    lead: str,
    members: Sequence[str],
    agent: str,
    *,
    now: datetime,
    why: str = "",
    about: Mapping[str, Followed] | None = None,
) -> Group:
    """One ticket, that of the lead, for all these incidents; they take its state and move together from now on.

    Args:
        about: what is known of those that are taken up now (``follow.taken_up``).

    Raises:
        Refusal: one of them already shares another ticket, or they are not of one service (rule 1).
    """
    made: list[Group] = []

    def edit(facts: Facts) -> list[Change]:
        held: dict[str, Group] = facts.all(GROUP)
        mine = held.get(lead)
        wanted = tuple(dict.fromkeys((*(mine.members if mine else ()), *members)))
        for group in held.values():
            if group.lead != lead and {lead, *wanted} & {group.lead, *group.members}:
                raise Refusal("L'un de ces incidents partage déjà un autre ticket. Séparez-le d'abord.")
        kept = {incident: facts.get(FOLLOWED, incident) or (about or {}).get(incident) for incident in (lead, *wanted)}
        one_service([known for known in kept.values() if known is not None])
        made[:] = [
            Group(lead=lead, members=tuple(m for m in wanted if m != lead), why=why or (mine.why if mine else ""))
        ]
        state = facts.state(lead)
        at = now.astimezone().isoformat(timespec="seconds")
        known = about or {}
        taken = [
            Change(kind=FOLLOWED, subject=incident, value=known[incident])
            for incident in (lead, *members)
            if incident in known and facts.get(FOLLOWED, incident) is None
        ]
        if facts.get(INCIDENT, lead) is None and lead in known:
            state = moved(state, FIRST_STATE, agent, at, **counted(known[lead]))
            taken.append(Change(kind=INCIDENT, subject=lead, value=state))
        return [
            Change(kind=GROUP, subject=lead, value=made[0]),
            *taken,
            *(
                Change(kind=INCIDENT, subject=one, value=like(state, facts.state(one), agent, at, known.get(one)))
                for one in members
            ),
        ]

    store.update(agent, edit)
    return made[0]


def counted(known: Followed) -> dict[str, str]:
    """What the statistics count of an incident."""
    return {"school": known.school, "category": known.incident.category, "recipient": known.route.recipient.value}


def like(
    lead: IncidentState, member: IncidentState, agent: str, at: str, known: Followed | None = None
) -> IncidentState:
    """The state of the lead, the member's own beginning and note."""
    facts = {"until": lead.until, "external": lead.external or member.external}
    if known and not member.category:
        facts |= counted(known)
    entered = moved(member, lead.state, agent, at, **facts)
    return msgspec.structs.replace(entered, sent_at=lead.sent_at, recipient=lead.recipient or member.recipient)


def part(store: Store, member: str, agent: str) -> None:
    """Take an incident out of the ticket that it shares; it keeps its state."""

    def edit(facts: Facts) -> list[Change]:
        for group in facts.all(GROUP).values():
            if member == group.lead:
                return [Change(kind=GROUP, subject=group.lead)]
            if member in group.members:
                left = tuple(other for other in group.members if other != member)
                kept = msgspec.structs.replace(group, members=left) if left else None
                return [Change(kind=GROUP, subject=group.lead, value=kept)]
        return []

    store.update(agent, edit)


def merged(lead: Incident, members: Sequence[Incident]) -> Incident:
    """The incident of the shared ticket: everybody of all, each once, what was tried by any."""
    persons: list[Person] = []
    for person in (person for one in (lead, *members) for person in one.persons):
        # A namesake may be somebody else: only what is stated alike, or one identity, is one person.
        if person not in persons and not (person.identity and any(person.identity == p.identity for p in persons)):
            persons.append(person)
    evidence = {(item.origin, item.field): item for one in (lead, *members) for item in one.evidence}
    return msgspec.structs.replace(
        lead,
        persons=tuple(persons),
        evidence=tuple(evidence.values()),
        text="\n\n".join(dict.fromkeys(one.text for one in (lead, *members) if one.text)),
        spans=(),
        severity=min(one.severity for one in (lead, *members)),
        tried=tuple(dict.fromkeys(step for one in (lead, *members) for step in one.tried)),
    )


def group_of(incident: str, groups: Mapping[str, Group]) -> Group | None:
    """The shared ticket that an incident is on."""
    return next((group for group in groups.values() if incident in (group.lead, *group.members)), None)


def open_incidents(store: Store) -> tuple[Incident, ...]:
    """The incidents followed and not closed, to set a new one against (``similar``)."""
    states = store.incident_states()
    return tuple(
        known.incident
        for incident, known in store.followed().items()
        if incident not in states or not states[incident].closed
    )


def case_of(incident: str, cases: Iterable[Case]) -> Case | None:
    """What the incident arrived with."""
    return next((case for case in cases if incident in case.incidents), None)
