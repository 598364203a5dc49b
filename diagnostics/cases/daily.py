"""Today's list: what an agent has to do first, what hurts most at the top."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from diagnostics.cases import alike, dates
from diagnostics.cases.closing import CAME_BACK, Seen, look_again
from diagnostics.cases.recheck import Change
from diagnostics.model import ACTOR_LABELS, Actor, Incident, Struct
from diagnostics.states import DELAYED, FIRST_STATE, READY, SENT
from diagnostics.store import Followed, Group, IncidentState, Store

if TYPE_CHECKING:
    from diagnostics.school import School

URGENT_FAMILY = "SEC-"
"""Personal data seen by those who must not: before everything (knowledge.md §7.2, step 1)."""
SEVERITY_TITLES = {
    1: ("personne bloquée maintenant", "anomalies qui bloquent des personnes"),
    2: ("anomalie qui gênera le prochain import", "anomalies qui gêneront le prochain import"),
    3: ("anomalie d'entretien", "anomalies d'entretien"),
}


class Action(enum.StrEnum):
    """What to do, in the order in which it is done when nothing else tells two lines apart."""

    REOPEN = "rouvrir"
    REMIND = "relancer"
    CHECK = "vérifier"
    SEND = "envoyer"
    QUALIFY = "qualifier"
    JOIN = "regrouper"
    CLOSE = "clore"


ORDER = list(Action)


class TodayItem(Struct, frozen=True, kw_only=True):
    """One line of today's list."""

    action: Action
    title: str
    why: str
    """French sentence: since when, what was awaited."""
    incident: str = ""
    """"" for a line that counts several."""
    case: str = ""
    state: str = ""
    category: str = ""
    recipient: str = ""
    external: str = ""
    severity: int = 2
    due: str = ""
    """ISO date since which it is to be done."""
    late_days: int = 0
    persons: int = 0
    count: int = 1
    """Incidents that the line stands for."""


def today(store: Store, school: School | None, now: datetime) -> tuple[TodayItem, ...]:
    """What there is to do, ordered by what hurts; ``school`` None before anything is loaded."""
    states, followed, groups = store.incident_states(), store.followed(), store.groups()
    cases = store.cases()
    seen = {one.incident: one for one in look_again(followed, states, school)} if school else {}
    led = {member: group for group in groups.values() for member in group.members}
    known_now = {incident.id: incident for incident in school.incidents} if school else {}
    items = [
        item
        for incident, state in states.items()
        if incident not in led
        and (item := of_incident(incident, state, followed.get(incident), seen.get(incident), groups, known_now, now))
    ]
    arrived = {incident: case.id for case in cases for incident in case.incidents}
    items = [msgspec.structs.replace(item, case=arrived.get(item.incident, "")) for item in items]
    items += together(followed, states, groups, now)
    if school:
        items += untouched(school, states)
    return tuple(sorted(items, key=hurts))


def hurts(item: TodayItem) -> tuple[bool, bool, int, int, int, int, str, str]:
    """Exposed data, then people locked out; what is over comes last."""
    return (
        not item.category.startswith(URGENT_FAMILY),
        item.action in (Action.CLOSE, Action.JOIN),
        item.severity,
        ORDER.index(item.action),
        -item.late_days,
        -item.persons,
        item.due,
        item.incident or item.title,
    )


def of_incident(
    incident: str,
    state: IncidentState,
    known: Followed | None,
    seen: Seen | None,
    groups: Mapping[str, Group],
    known_now: Mapping[str, Incident],
    now: datetime,
) -> TodayItem | None:
    """The line of a followed incident, None when it waits for nothing today."""
    found = what_to_do(state, seen, now)
    if found is None:
        return None
    action, why, due = found
    about = known_now.get(incident) or (known.incident if known else None)
    if about is None and state.state == FIRST_STATE:
        return None
    group = groups.get(incident)
    title = about.summary if about else f"incident {incident}"
    return TodayItem(
        action=action,
        title=title + (f" ({len(group.members) + 1} demandes)" if group else ""),
        why=why,
        incident=incident,
        state=state.state,
        category=about.category if about else state.category,
        recipient=state.recipient,
        external=state.external,
        severity=about.severity if about else 2,
        due=due,
        late_days=dates.days_since(due, now),
        persons=len(about.persons) if about else 0,
        count=len(group.members) + 1 if group else 1,
    )


def what_to_do(state: IncidentState, seen: Seen | None, now: datetime) -> tuple[Action, str, str] | None:
    """(action, why, since when) of an incident today; None when there is nothing to do."""
    if seen and seen.change is Change.BACK:
        return Action.REOPEN, f"{seen.why} après avoir été résolu le {dates.said(state.since)}", state.since
    if state.closed:
        return None
    if seen and seen.change is Change.SOLVED:
        return Action.CLOSE, seen.why, state.since
    over = dates.is_past(state.until, now)
    still = f" ; {seen.why}" if seen and seen.change is Change.REMAINS else ""
    recipient = ACTOR_LABELS[Actor(state.recipient)] if state.recipient in frozenset(Actor) else "destinataire"
    if state.state in SENT and over:
        number = f" (n° {state.external})" if state.external else ""
        again = f", relancé {state.reminders} fois" if state.reminders else ""
        sent = f"envoyé le {dates.said(state.sent_at)} : {recipient}{number}{again}"
        return Action.REMIND, f"{sent}, sans réponse notée depuis {days(state.since, now)}{still}", state.until
    if state.state == "en attente de l'établissement" and over:
        return Action.REMIND, f"l'établissement devait agir avant le {dates.said(state.until)}{still}", state.until
    if state.state == DELAYED and over:
        then = still or " : chargez un export récent pour vérifier"
        return Action.CHECK, f"le délai est passé depuis le {dates.said(state.until)}{then}", state.until
    if state.state == READY:
        return Action.SEND, f"prêt depuis {days(state.since, now)}, pas encore envoyé{still}", state.since
    if state.state == FIRST_STATE and (back := state.note.rsplit("\n", 1)[-1]).startswith(CAME_BACK):
        return Action.REOPEN, f"{back} après avoir été résolu", state.since
    if state.state == FIRST_STATE:
        return Action.QUALIFY, f"à qualifier depuis {days(state.since, now)}", state.since
    return None


def days(iso: str, now: datetime) -> str:
    count = dates.days_since(iso, now)
    return "aujourd'hui" if count == 0 else f"{count} jour{'s' if count > 1 else ''}"


def together(
    followed: Mapping[str, Followed], states: Mapping[str, IncidentState], groups: Mapping[str, Group], now: datetime
) -> list[TodayItem]:
    """Incidents that one ticket could serve."""
    return [
        TodayItem(
            action=Action.JOIN,
            title=f"{len(one.members) + 1} demandes peuvent faire un seul ticket",
            why=one.why,
            incident=one.lead,
            category=followed[one.lead].incident.category,
            recipient=followed[one.lead].route.recipient.value,
            severity=followed[one.lead].incident.severity,
            count=len(one.members) + 1,
        )
        for one in alike.proposals(followed, states, groups, now)
    ]


def untouched(school: School, states: Mapping[str, IncidentState]) -> list[TodayItem]:
    """The anomalies of the exports that nobody took up, counted by what they do to people; exposed data one by one."""
    new = [incident for incident in school.incidents if incident.id not in states]
    urgent = [incident for incident in new if incident.category.startswith(URGENT_FAMILY)]
    found = [
        TodayItem(
            action=Action.QUALIFY,
            title=incident.summary,
            why="des données personnelles sont exposées",
            incident=incident.id,
            state=FIRST_STATE,
            category=incident.category,
            recipient=school.routes[incident.id].recipient.value,
            severity=1,
            persons=len(incident.persons),
        )
        for incident in urgent
    ]
    counts = Counter(incident.severity for incident in new if incident not in urgent)
    for severity, count in sorted(counts.items()):
        one, many = SEVERITY_TITLES[severity]
        found.append(
            TodayItem(
                action=Action.QUALIFY,
                title=f"{count} {many if count > 1 else one}",
                why="vues dans les exports chargés" if count > 1 else "vue dans les exports chargés",
                state=FIRST_STATE,
                severity=severity,
                count=count,
            )
        )
    return found
