"""How people, records and incidents are said, in one place for all screens."""

from __future__ import annotations

from collections.abc import Sequence

from diagnostics.model import ACTOR_LABELS, PROFILE_LABELS, Actor, Evidence, Incident, Person, Profile, Record, Route
from diagnostics.states import CLOSED
from diagnostics.text import french_date
from tui import strings
from tui.glyphs import cut, fit, width_of
from tui.theme import BAD, DIM, GOOD, KEY, NORMAL, TITLE, WARN
from tui.widgets.pane import BLANK, Block, Para

SHORT_PROFILES = {
    Profile.ELEVE: "élève",
    Profile.PARENT: "resp.",
    Profile.ENSEIGNANT: "ens.",
    Profile.NON_ENSEIGNANT: "pers.",
    Profile.COLLECTIVITE: "coll.",
    Profile.AUTRE: "autre",
    Profile.INCONNU: "–",
}
SHORT_ACTORS = {
    Actor.ETAB: "étab.",
    Actor.REF: "référent",
    Actor.KOSMOS: "Kosmos",
    Actor.INDEX: "Index",
    Actor.DSI: "DSI",
    Actor.DRANE: "DRANE",
    Actor.AUTRE: "autre",
}
LABEL_WIDTH = 11


def person_name(person: Person) -> str:
    return f"{person.surname.upper()} {person.given_names}".strip() or "–"


def people_of(incident: Incident) -> str:
    """« NOM Prénom », « NOM Prénom (+3) », or "" when nobody is named."""
    if not incident.persons:
        return ""
    more = f" (+{len(incident.persons) - 1})" if len(incident.persons) > 1 else ""
    return person_name(incident.persons[0]) + more


def people_cell(incident: Incident, width: int) -> str:
    """The same in a column: the name gives way, how many others never does."""
    if not incident.persons:
        return fit("–", width)
    more = f" (+{len(incident.persons) - 1})" if len(incident.persons) > 1 else ""
    return fit(cut(person_name(incident.persons[0]), width - len(more)) + more, width)


VERBS = frozenset({"a", "ont", "n'a", "n'ont", "est", "sont", "n'est", "ne", "manque", "manquent", "figure", "porte"})
SUBJECT = 9
"""Words among which the verb of a summary is looked for."""


def predicate(incident: Incident, width: int) -> str:
    """What is wrong, for a column beside the one that says with whom: of a summary that is too long, what its subject
    does."""
    text = incident.summary
    if width_of(text) > width and incident.persons:
        words = text.split(" ")
        for place, word in enumerate(words[:SUBJECT]):
            if place > 1 and word in VERBS:
                text = " ".join(words[place:])
                break
            if word == ":":
                break
    what, _, which = text.partition(" : ")
    if which.startswith("«") and width_of(text) > width:  # the reason given sets it apart from its likes
        text = cut(what, width * 2 // 5) + f" {which}"
    return fit(text, width)


def record_name(record: Record) -> str:
    usage = f" ({record.usage_name})" if record.usage_name and record.usage_name != record.surname else ""
    return f"{record.surname}{usage} {record.given_names}".strip() or "–"


def person_line(person: Person) -> str:
    parts = [person_name(person), PROFILE_LABELS[person.profile], person.division, person.function]
    return ", ".join(part for part in parts if part)


def labelled(label: str, text: str, role: str = NORMAL) -> Para:
    return Para(text, role, lead=[(label.ljust(LABEL_WIDTH), DIM)])


def numbered(steps: Sequence[str]) -> list[Block]:
    """Steps in their order, each with its number."""
    return [Para(step, lead=[(f"{number:>2}. ", KEY)]) for number, step in enumerate(steps, 1)]


def file_of(proof: Evidence) -> str:
    """The file as people name it, without its folders; the member when it is in an archive."""
    return proof.file.rpartition(" › ")[2].replace("\\", "/").rpartition("/")[2]


def evidence_blocks(incident: Incident, limit: int = 0) -> list[Block]:
    """The proofs: value, file, line."""
    shown = incident.evidence[:limit] if limit else incident.evidence
    several = len(incident.persons) > 1
    blocks: list[Block] = [
        Para(
            (f"{record_name(proof.record)}, " if several and proof.record is not None else "")
            + f"{proof.field} : {french_date(proof.value) or '(vide)'}   {file_of(proof)}"
            + (f", ligne {proof.origin.line}" if proof.origin.line else ""),
            lead=[("- ", DIM)],
        )
        for proof in shown
    ]
    if limit and len(incident.evidence) > limit:
        blocks.append(Para(f"… et {len(incident.evidence) - limit} autres preuves : Entrée", DIM))
    return blocks


def wait_words(route: Route) -> str:
    """« 48 heures après la correction, au plus tôt le 24/11/2026 à 08:00 », "" when there is nothing to wait for."""
    hours = strings.wait(route.wait_hours)
    if not hours or not route.wait_until:
        return hours
    when = french_date(route.wait_until)
    if strings.ONCE_CORRECTED in route.why:
        return f"{hours} après la correction, au plus tôt le {when}"
    return f"{hours}, jusqu’au {when}"


def route_blocks(route: Route | None, *, short: bool = False) -> list[Block]:
    """Who acts first, what to try, who gets the ticket, how long to wait."""
    if route is None:
        return []
    delay = wait_words(route)
    blocks: list[Block] = [
        labelled("Agit", f"{ACTOR_LABELS[route.first_actor]}   →  ticket : {ACTOR_LABELS[route.recipient]}", KEY)
    ]
    if delay:
        blocks.append(labelled("Attendre", delay, WARN))
    tries = route.try_first[:1] if short else route.try_first
    blocks += [labelled("D’abord" if i == 0 else "", step) for i, step in enumerate(tries)]
    if not short:
        if route.why:
            blocks.append(labelled("Pourquoi", route.why))
        blocks += [
            labelled("Sinon" if i == 0 else "", f"{ACTOR_LABELS[actor]} : {when}")
            for i, (actor, when) in enumerate(route.alternatives)
        ]
    return blocks


def incident_blocks(incident: Incident, route: Route | None, state: str, note: str, limit: int = 0) -> list[Block]:
    """Everything on one anomaly: who, why, what to do, then the proofs; ``limit`` of persons and proofs, 0 for all."""
    sign = strings.SEVERITY_SIGNS.get(incident.severity, "·")
    word = strings.SEVERITY_WORDS.get(incident.severity, "")
    blocks: list[Block] = [
        Para(incident.summary, TITLE, lead=[(f"{incident.category}  ", KEY)], hang=2),
        Para(f"{sign} {word}", BAD if incident.severity == 1 else NORMAL),
        BLANK,
    ]
    shown = incident.persons[:limit] if limit else incident.persons
    blocks += [labelled("Personnes" if i == 0 else "", person_line(person)) for i, person in enumerate(shown)]
    if len(incident.persons) > len(shown):
        blocks.append(labelled("", f"… et {len(incident.persons) - len(shown)} autres : Entrée", DIM))
    if incident.cause:
        blocks.append(labelled("Cause", incident.cause))
    if route:
        blocks += [BLANK, Para("Que faire", TITLE), *route_blocks(route)]
    if incident.evidence:
        blocks += [BLANK, Para("Preuves", TITLE), *evidence_blocks(incident, limit)]
    if incident.missing:
        blocks += [
            BLANK,
            Para("Manque pour un ticket", TITLE),
            *(Para(m, lead=[("- ", DIM)]) for m in incident.missing),
        ]
    blocks += [BLANK, labelled("État", state, GOOD if state in CLOSED else NORMAL)]
    if note:
        blocks.append(labelled("Note", note))
    return blocks


def incident_short(incident: Incident, route: Route | None) -> list[Block]:
    """The same in a few lines, under the list."""
    blocks: list[Block] = [Para(incident.summary, TITLE, lead=[(f"{incident.category}  ", KEY)], hang=2)]
    blocks += evidence_blocks(incident, limit=2)
    blocks += route_blocks(route, short=True)
    return blocks
