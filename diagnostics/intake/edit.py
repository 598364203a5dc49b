"""What an agent changes in a cut message; each gives a new message, so that undoing is going back to the old one."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import msgspec

from diagnostics import catalogue
from diagnostics.intake import build, cut
from diagnostics.intake.build import Source
from diagnostics.intake.classify import score
from diagnostics.intake.message import Message
from diagnostics.intake.split import assembled, source_of
from diagnostics.model import Incident, Person, Span
from diagnostics.safety import Refusal

CHOSEN = "choix de l'agent"


def cut_at(message: Message, incident_id: str, offset: int) -> Message:
    """Two incidents from one, cut at an offset of the message's text.

    Raises:
        Refusal: the offset is not inside the incident, or one side would hold no word.
    """
    one = message.incident(incident_id)
    source = source_of(message.raw, message.context.school)
    left = trimmed(source.text, [Span(s.start, min(s.end, offset)) for s in one.spans if s.start < offset])
    right = trimmed(source.text, [Span(max(s.start, offset), s.end) for s in one.spans if s.end > offset])
    if not left or not right:
        raise Refusal("Couper ici laisserait une partie vide : placez le curseur à l'intérieur du texte de l'incident.")
    return replaced(message, source, [incident_id], [part_of(one, source, side) for side in (left, right)])


def join(message: Message, first_id: str, second_id: str) -> Message:
    """One incident from two; the text between them belongs to it only when it is blank.

    Raises:
        Refusal: the two are the same.
    """
    if first_id == second_id:
        raise Refusal("Choisissez deux incidents différents à réunir.")
    source = source_of(message.raw, message.context.school)
    one, other = message.incident(first_id), message.incident(second_id)
    spans: list[Span] = []
    for span in sorted([*one.spans, *other.spans], key=lambda s: s.start):
        if spans and not source.text[spans[-1].end : span.start].strip(" \n\r\t.,;:-*•+"):
            spans[-1] = Span(spans[-1].start, span.end)
        else:
            spans.append(span)
    return replaced(message, source, [first_id, second_id], [fresh(source, spans)])


def set_category(message: Message, incident_id: str, category: str) -> Message:
    """The incident under another category; its route follows.

    Raises:
        Refusal: unknown category.
    """
    card = catalogue.card(category, message.context.settings.catalogue)
    one = message.incident(incident_id)
    others = tuple(code for code in (one.category, *one.alternatives) if code != card.code)
    changed = msgspec.structs.replace(
        one, category=card.code, alternatives=others, confidence=1.0, words=(CHOSEN,), finding=""
    )
    source = source_of(message.raw, message.context.school)
    return replaced(message, source, [incident_id], [build.with_missing(changed, source)])


def set_persons(message: Message, incident_id: str, persons: Sequence[Person]) -> Message:
    """The incident with other persons concerned."""
    changed = msgspec.structs.replace(message.incident(incident_id), persons=tuple(persons))
    source = source_of(message.raw, message.context.school)
    return replaced(message, source, [incident_id], [build.with_missing(changed, source)])


def fresh(source: Source, spans: Sequence[Span]) -> Incident:
    """An incident read anew on its ranges."""
    return build.incident(source, spans, build.overall(source, spans, (), alone=False), alone=False)


def part_of(one: Incident, source: Source, spans: Sequence[Span]) -> Incident:
    """A part cut off an incident; one that tells no trouble by itself (« idem pour sa sœur ») keeps the category."""
    made = fresh(source, spans)
    scored = score(source.text, spans[0].start, spans[-1].end, names=source.name_words)
    tells = cut.asks(scored) and scored.top >= max(cut.SURE, scored.nothing) and "idem" not in scored.cues
    if tells or made.category == one.category:
        return made
    kept = msgspec.structs.replace(
        made, category=one.category, alternatives=one.alternatives, confidence=one.confidence, words=one.words
    )
    return build.with_missing(kept, source)


def trimmed(text: str, spans: Sequence[Span]) -> list[Span]:
    """Ranges without the blanks and marks of a list at their ends; empty ones dropped."""
    kept = []
    for span in spans:
        start, end = span.start, span.end
        while start < end and text[start] in " \n\r\t,;:-*•+.":
            start += 1
        while end > start and text[end - 1] in " \n\r\t,;:-*•+":
            end -= 1
        if any(c.isalnum() for c in text[start:end]):
            kept.append(Span(start, end))
    return kept


def replaced(message: Message, source: Source, gone: Sequence[str], new: Sequence[Incident]) -> Message:
    incidents = sorted(
        [*(one for one in message.incidents if one.id not in gone), *new], key=lambda one: one.spans[0].start
    )
    made = assembled(source, message.context, incidents, vague=False)
    return dataclasses.replace(made, resolved=message.resolved)
