"""What was decided on a case, by whom and when: as text to read, as a document for scripts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from diagnostics.cases import alike, dates, rerouting
from diagnostics.model import ACTOR_LABELS, PROFILE_LABELS, Actor, Incident, Struct
from diagnostics.safety import Refusal
from diagnostics.store import Case, Followed, Group, IncidentState, Rerouted, SavedTicket, SentTicket, Step, Store
from diagnostics.store.values import (
    CASE,
    FOLLOWED,
    GROUP,
    INCIDENT,
    KIND_LABELS,
    ROUTE,
    SENDING,
    TICKET,
    decode,
)

HIDDEN = frozenset({FOLLOWED})
"""Kinds whose steps tell nothing more than the step that they go with."""


class Dossier(Struct, frozen=True, kw_only=True):
    """A case whole: the message, its incidents, their tickets, their history."""

    id: str
    case: Case | None
    incidents: tuple[str, ...]
    followed: Mapping[str, Followed]
    states: Mapping[str, IncidentState]
    tickets: Mapping[str, SavedTicket]
    sendings: Mapping[str, SentTicket]
    groups: tuple[Group, ...]
    steps: tuple[Step, ...]


def dossier(store: Store, wanted: str) -> Dossier:
    """A case by its id, or by the id of one of its incidents (all known by their beginning).

    Raises:
        Refusal: nothing has that id, or several do.
    """
    states, followed, cases = store.incident_states(), store.followed(), store.cases()
    found = resolve(wanted, [*states, *followed], cases)
    case = next((one for one in cases if one.id == found), None) or alike.case_of(found, cases)
    incidents = case.incidents if case else (found,)
    subjects = (*incidents, *((case.id,) if case else ()))
    return Dossier(
        id=case.id if case else found,
        case=case,
        incidents=incidents,
        followed={i: followed[i] for i in incidents if i in followed},
        states={i: states.get(i, IncidentState()) for i in incidents},
        tickets={i: ticket for i, ticket in store.tickets().items() if i in incidents},
        sendings={i: sent for i, sent in store.sendings().items() if i in incidents},
        groups=tuple(g for g in store.groups().values() if {g.lead, *g.members} & set(incidents)),
        steps=tuple(step for step in store.history(*subjects) if step.kind not in HIDDEN),
    )


def resolve(wanted: str, incidents: list[str], cases: tuple[Case, ...]) -> str:
    """The id that is meant: whole, or its beginning when it is the only one.

    Raises:
        Refusal: nothing has that id, or several do.
    """
    known = dict.fromkeys([*incidents, *(case.id for case in cases)])
    if wanted in known:
        return wanted
    found = [identifier for identifier in known if wanted and identifier.lower().startswith(wanted.lower())]
    if len(found) == 1:
        return found[0]
    if not found:
        raise Refusal(
            f"« {wanted} » : aucun dossier ni incident suivi n'a ce numéro. Voyez « ent-triage aujourd-hui »."
        )
    raise Refusal(f"« {wanted} » : plusieurs numéros commencent ainsi ({', '.join(found[:5])}). Écrivez-le en entier.")


def sentence(step: Step) -> str:
    """« 12/09/2026 à 10:02  claire  état : prêt → envoyé (n° K-4711) »."""
    what = told(step)
    taken_back = "  (annulé)" if step.undone else ""
    return f"{dates.said(step.at)}  {step.agent or '–'}  {what}{taken_back}"


def told(step: Step) -> str:
    if not step.after and not step.before:
        return f"{KIND_LABELS[step.kind]} : effacé par la purge"
    teller = TELLERS.get(step.kind)
    return teller(step) if teller else KIND_LABELS[step.kind]


def state_change(step: Step) -> str:
    before = decode(step.before, IncidentState) if step.before else IncidentState(state="")
    if not step.after:
        return f"état : {before.state} retiré"
    after = decode(step.after, IncidentState)
    parts = []
    if after.external and after.external != before.external:
        parts.append(f"n° {after.external}")
    if after.until and after.until != before.until:
        parts.append(f"à revoir le {dates.said(after.until)}")
    if after.note and after.note != before.note:
        parts.append(f"note : {after.note}")
    if before.state == after.state:
        return f"état inchangé : {after.state}" + (f" ({' ; '.join(parts)})" if parts else "")
    begin = f"{before.state} → " if before.state else ""
    return f"état : {begin}{after.state}" + (f" ({' ; '.join(parts)})" if parts else "")


def ticket_change(step: Step) -> str:
    before = decode(step.before, SavedTicket) if step.before else SavedTicket(incident=step.subject)
    if not step.after:
        return "brouillon retiré"
    after = decode(step.after, SavedTicket)
    changed = [
        label
        for label, one, other in (
            ("objet", before.subject, after.subject),
            ("texte", before.body, after.body),
            ("réponses", before.fields, after.fields),
        )
        if one != other
    ]
    if after.recipient != before.recipient:
        to = ACTOR_LABELS[Actor(after.recipient)] if after.recipient in frozenset(Actor) else "celui qui est proposé"
        changed.append(f"destinataire : {to}")
    return f"ticket : {', '.join(changed)}" if changed else "brouillon ouvert"


def case_change(step: Step) -> str:
    before = decode(step.before, Case) if step.before else None
    if not step.after:
        return "dossier retiré"
    after = decode(step.after, Case)
    count = f"{len(after.incidents)} incident{'s' if len(after.incidents) > 1 else ''}"
    return f"dossier ouvert : {count}" if before is None else f"découpe revue : {count}"


def sending_change(step: Step) -> str:
    sent = decode(step.after, SentTicket) if step.after else None
    return f"ticket {sent.ticket} envoyé : {sent.subject}" if sent else "envoi retiré"


def group_change(step: Step) -> str:
    group = decode(step.after, Group) if step.after else None
    return f"ticket partagé par {len(group.members) + 1} incidents" if group else "incidents séparés"


def route_change(step: Step) -> str:
    change = decode(step.after, Rerouted) if step.after else None
    if change is None:
        return "aiguillage : celui du programme"
    return f"aiguillage : {rerouting.said(change)} ({change.why})"


TELLERS: Mapping[str, Callable[[Step], str]] = {
    INCIDENT: state_change,
    TICKET: ticket_change,
    CASE: case_change,
    SENDING: sending_change,
    GROUP: group_change,
    ROUTE: route_change,
}


def text(found: Dossier) -> str:
    """The whole case, to read or to print."""
    lines = [f"Dossier {found.id}" + (f" – {found.case.title}" if found.case and found.case.title else "")]
    if found.case and found.case.text:
        lines += ["", "Message reçu :", *(f"  {line}" for line in found.case.text.splitlines())]
    for identifier in found.incidents:
        lines += ["", *incident_lines(found, identifier)]
    lines += ["", "Historique :", *(f"  {sentence(step)}" for step in found.steps)]
    return "\n".join(lines)


def incident_lines(found: Dossier, identifier: str) -> list[str]:
    state = found.states[identifier]
    known = found.followed.get(identifier)
    lines = [f"Incident {identifier}" + (f" – {known.incident.category} {known.incident.summary}" if known else "")]
    lines.append(f"  État : {state.state}" + (f" depuis le {dates.said(state.since)}" if state.since else ""))
    if known:
        lines += [f"  {line}" for line in people(known.incident)]
        lines.append(
            f"  Agit : {ACTOR_LABELS[known.route.first_actor]}. Ticket : {ACTOR_LABELS[known.route.recipient]}."
        )
    for label, value in (
        ("À revoir le", dates.said(state.until)),
        ("Numéro du support", state.external),
        ("Note", state.note),
    ):
        if value:
            lines.append(f"  {label} : {value}")
    for group in found.groups:
        if identifier in (group.lead, *group.members):
            others = [other for other in (group.lead, *group.members) if other != identifier]
            lines.append(f"  Même ticket que : {', '.join(others)}")
    if sent := found.sendings.get(identifier):
        lines.append(f"  Ticket {sent.ticket} envoyé le {dates.said(sent.at)} par {sent.agent} : {sent.subject}")
        lines += [f"    | {line}" for line in sent.body.splitlines()]
    return lines


def people(incident: Incident) -> list[str]:
    return [
        f"{person.surname} {person.given_names} ({PROFILE_LABELS[person.profile]}"
        + (f", {person.division}" if person.division else "") + ")"
        for person in incident.persons
    ]  # fmt: skip


def document(found: Dossier) -> dict[str, Any]:
    """The same for scripts: English keys, French values."""
    return {
        "case": found.id,
        "message": msgspec.to_builtins(found.case) if found.case else None,
        "incidents": [
            {
                "incident": identifier,
                **msgspec.to_builtins(found.states[identifier]),
                "about": msgspec.to_builtins(found.followed[identifier]) if identifier in found.followed else None,
                "draft": msgspec.to_builtins(found.tickets[identifier]) if identifier in found.tickets else None,
                "sent": msgspec.to_builtins(found.sendings[identifier]) if identifier in found.sendings else None,
            }
            for identifier in found.incidents
        ],
        "groups": msgspec.to_builtins(found.groups),
        "history": [
            {"at": step.at, "agent": step.agent, "what": told(step), "subject": step.subject, "undone": step.undone}
            for step in found.steps
        ],
    }
