"""A received message and one of its incidents, as text: what was said, who, what it is taken for and why."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from diagnostics.intake import edit as intake
from diagnostics.model import Incident, Person
from diagnostics.text import french_date
from tui import strings
from tui.glyphs import wrap
from tui.screens.wording import labelled, person_line, route_blocks
from tui.theme import ACCENT, BAD, DIM, GOOD, HIT, KEY, NORMAL, WARN, Span
from tui.widgets.pane import BLANK, Block, Fixed, Para

if TYPE_CHECKING:
    from diagnostics.intake import Message
    from tui.session import Session

SURE = 0.75
"""Confidence from which the category is shown without a question mark."""
MOST_WORDS = 5


def message_blocks(message: Message, incident: Incident | None, width: int) -> list[Block]:
    """The whole text, its incidents underlined (or the one that is given), private facts marked; what is not clear."""
    raw = message.raw
    blocks: list[Block] = [
        labelled(label, value)
        for label, value in (("De", raw.sender), ("Objet", raw.subject), ("Reçu", french_date(raw.sent_on)))
        if value
    ]
    blocks += [Para(note, WARN) for note in raw.notes]
    if message.needs_clarification:
        blocks.append(Para("Trop peu est dit pour aiguiller. y copie la question à renvoyer :", BAD))
        blocks += [Para(question, lead=[("- ", DIM)]) for question in message.questions]
    blocks += sensitive_blocks(message)
    if message.others:
        blocks.append(labelled("Cités", " ; ".join(person_line(person) for person in message.others), DIM))
    shown = message.incidents if incident is None else (incident,)
    spans = [(span.start, span.end, HIT) for one in shown for span in one.spans]
    facts = [(fact.start, fact.end, BAD) for fact in message.sensitive]
    return [*blocks, BLANK, *text_blocks(raw.text, [*facts, *spans], width)]


def sensitive_blocks(message: Message, incident: Incident | None = None) -> list[Block]:
    """What must not leave for a support, kind by kind, in the words of the message; of one incident if it is given."""
    kinds: dict[str, list[str]] = {}
    for fact in message.sensitive:
        if incident and not any(span.start < fact.end and fact.start < span.end for span in incident.spans):
            continue
        kinds.setdefault(fact.kind, []).append(" ".join(message.raw.text[fact.start : fact.end].split()))
    told = " ; ".join(f"{kind} (« {' », « '.join(dict.fromkeys(words))} »)" for kind, words in kinds.items())
    return [Para(f"Ne doit pas partir vers un support : {told}.", BAD, lead=[("! ", BAD)])] if told else []


def incident_blocks(session: Session, message: Message, incident: Incident) -> list[Block]:
    """One incident: its words, its category and why, who, what the data say, the route, what is missing."""
    from diagnostics.catalogue import cards

    known = cards(session.settings.catalogue)
    card = known.get(incident.category)
    blocks: list[Block] = [
        Para(f"« {told(message, incident)} »", ACCENT),
        Para(card.label if card else strings.NO_CATEGORY, lead=[(f"{incident.category or '?'}  ", KEY)], hang=2),
        sureness(incident),
    ]
    blocks += [
        labelled("Ou bien" if i == 0 else "", f"{code} {known[code].label}", DIM)
        for i, code in enumerate(code for code in incident.alternatives[:3] if code in known)
    ]
    blocks += people_blocks(session, message, incident)
    blocks += [
        labelled("Données", why, BAD if link == "contredit" else GOOD)
        for _, link, why in message.findings.get(incident.id, ())
    ]
    blocks += [labelled("Manque" if i == 0 else "", text, WARN) for i, text in enumerate(incident.missing)]
    if incident.missing:
        blocks.append(labelled("", "y copie la question à renvoyer", DIM))
    blocks += sensitive_blocks(message, incident)
    return [*blocks, *route_blocks(session.route(incident))]


def told(message: Message, incident: Incident) -> str:
    """The incident in the words of the message, on one line."""
    text = message.raw.text
    return " … ".join(" ".join(text[span.start : span.end].split()) for span in incident.spans)


def sureness(incident: Incident) -> Para:
    """How sure the category is, and the words that led to it."""
    if incident.words == (intake.CHOSEN,):
        return labelled("Confiance", "catégorie choisie par un agent")
    words = ", ".join(f"« {word} »" for word in incident.words[:MOST_WORDS])
    text = f"{round(100 * incident.confidence)} %" + (f", d’après {words}" if words else "")
    sure = incident.confidence >= SURE
    return labelled(
        "Confiance", text if sure else f"{text} : à vérifier, e change la catégorie", NORMAL if sure else WARN
    )


def people_blocks(session: Session, message: Message, incident: Incident) -> list[Block]:
    """Who is concerned; who is in no export, and who bears the same name."""
    blocks: list[Block] = []
    namesakes = dict(namesakes_of(message, incident))
    for i, person in enumerate(incident.persons):
        unknown = session.school is not None and not person.identity and person not in namesakes
        blocks.append(labelled("Qui" if i == 0 else "", person_line(person)))
        if unknown:
            blocks.append(labelled("", "aucune personne de ce nom dans les exports chargés ; V la cherche", WARN))
        if others := namesakes.get(person):
            blocks.append(labelled("", f"{len(others)} personnes de ce nom, a choisit :", WARN))
            blocks += [labelled("", f"- {person_line(other)}", WARN) for other in others]
    if not incident.persons:
        blocks.append(labelled("Qui", "personne n’est nommé ; a ajoute quelqu’un", WARN))
    return blocks


def namesakes_of(message: Message, incident: Incident) -> list[tuple[Person, tuple[Person, ...]]]:
    """Persons of an incident whose name several loaded persons bear, with these."""
    return [
        (person, people)
        for person in incident.persons
        for name, people in message.homonyms.items()
        if name == f"{person.given_names} {person.surname}".strip()
    ]


def text_blocks(text: str, ranges: Sequence[tuple[int, int, str]], width: int) -> list[Block]:
    """The text as it was written; each range drawn in its role, the first given outdoing the others."""
    blocks: list[Block] = []
    start = 0
    for line in text.split("\n"):
        offset = start
        for piece in wrap(line, width):
            at = text.find(piece, offset, start + len(line) + 1)
            at = offset if at < 0 else at
            blocks.append(Fixed(marked(piece, at, ranges)))
            offset = at + len(piece)
        start += len(line) + 1
    return blocks


def marked(piece: str, start: int, ranges: Sequence[tuple[int, int, str]]) -> list[Span]:
    """A line cut where a range begins or ends."""
    edges = sorted({0, len(piece), *(max(0, min(edge - start, len(piece))) for one in ranges for edge in one[:2])})
    return [
        (piece[a:b], next((role for first, last, role in ranges if first <= start + a < last), NORMAL))
        for a, b in pairwise(edges)
    ]
