"""A message in, incidents out: reads, cuts, finds who, names the problem, routes each part."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from diagnostics import routing
from diagnostics.intake import build, clean, concerned, cut, persons, questions
from diagnostics.intake.build import Source
from diagnostics.intake.classify import Scored, score
from diagnostics.intake.clean import Part, Piece
from diagnostics.intake.keyed import cues_in, keyed
from diagnostics.intake.message import Context, Message
from diagnostics.intake.read import RawMessage
from diagnostics.intake.sensitive import sensitive
from diagnostics.intake.units import Before, sentences, units
from diagnostics.model import Incident, Route, Span
from diagnostics.settings import Settings

if TYPE_CHECKING:
    from diagnostics.school import School

TOUCHING = 3
"""Characters between two units that do not part them."""
VAGUE_CATEGORY = "SUP-02"
"""What an unspecified « ça ne marche toujours pas » most often is."""
KNOWN_POINTS = 2.0


def split(message: RawMessage, *, school: School | None = None, settings: Settings, now: datetime) -> Message:
    """Cut a message into incidents, each with its persons, category and route."""
    source = source_of(message)
    made = groups_of(source)
    if "automatique" in cues_in(keyed(body_of(source.text, source.pieces)).keys):
        made = []
    incidents = []
    for group in made:
        spans = spans_of(group)
        scored = build.overall(source, spans, [one.scored for one in group], alone=len(made) == 1)
        incidents.append(build.incident(source, spans, scored))
    vague = False
    if not incidents and (complaint := vague_incident(source)):
        incidents, vague = [complaint], True
    elif len(incidents) == 1:
        vague = is_vague(source, incidents[0])
    context = Context(settings=settings, now=now, school=school)
    return assembled(source, context, incidents, vague=vague)


def source_of(message: RawMessage) -> Source:
    text = message.text
    parts = clean.pieces(text)
    named = tuple(persons.mentions(text))
    return Source(
        raw=message,
        pieces=parts,
        mentions=named,
        name_words=build.inner_words(text, named),
        sender=persons.sender_of(text, parts, message.sender),
        caller=None,
        sensitive=sensitive(text),
    )


def assembled(source: Source, context: Context, incidents: Sequence[Incident], *, vague: bool) -> Message:
    """The message around its incidents: routes, other persons, questions."""
    taken = [person for one in incidents for person in one.persons]
    others = tuple(
        person
        for person in concerned.merged([concerned.person_of(m, source.mentions, "") for m in source.mentions])
        if not any(concerned.same_person(person, one) for one in taken)
    )
    asked = questions.VAGUE if vague else tuple(dict.fromkeys(q for one in incidents for q in one.missing))
    return Message(
        raw=source.raw,
        pieces=source.pieces,
        incidents=tuple(incidents),
        routes={one.id: route_of(one, context) for one in incidents},
        context=context,
        others=others,
        needs_clarification=vague,
        questions=asked,
        sensitive=source.sensitive,
        resolved=(),
        mentions=source.mentions,
        sender=concerned.person_of(source.sender, (), "") if source.sender else None,
    )


def groups_of(source: Source) -> list[list[cut.Judged]]:
    """Units of the body by matter; of the title when the body tells nothing."""
    text, names = source.text, source.name_words
    people = [mention.start for mention in source.mentions if not mention.aside]
    found = [
        cut.judge(text, piece, names, people)
        for unit in units(text, source.pieces)
        for piece in cut.clauses(text, unit, names)
    ]
    if made := cut.groups(text, found):
        return made
    titles = [
        cut.judge(text, unit, names, people)
        for piece in source.pieces
        if piece.part is Part.TITLE
        for unit in sentences(text, piece.start, piece.end, Before.PARAGRAPH)
    ]
    return cut.groups(text, titles)


def body_of(text: str, parts: Sequence[Piece]) -> str:
    return " ".join(text[p.start : p.end] for p in parts if p.part in {Part.BODY, Part.TITLE})


def spans_of(group: Sequence[cut.Judged]) -> tuple[Span, ...]:
    """One range from the first unit to the last, unless what they leave out is longer than what they tell."""
    ordered = sorted(group, key=lambda unit: unit.start)
    made: list[Span] = []
    for one in ordered:
        if made and one.start - made[-1].end <= TOUCHING:
            made[-1] = Span(made[-1].start, one.end)
        else:
            made.append(Span(one.start, one.end))
    told = sum(span.end - span.start for span in made)
    whole = Span(made[0].start, made[-1].end)
    return (whole,) if whole.end - whole.start <= 2 * told else tuple(made)


def vague_incident(source: Source) -> Incident | None:
    """One incident for a message that complains without saying of what; None when it complains of nothing."""
    body = [piece for piece in source.pieces if piece.part in {Part.BODY, Part.TITLE}]
    if not body:
        return None
    span = Span(body[0].start, body[-1].end)
    cues = cues_in(keyed(source.text, span.start, span.end).keys)
    if {"resolu", "automatique"} & cues or "vague" not in cues:
        return None
    scored = score(source.text, span.start, span.end, names=source.name_words)
    category = scored.best if scored.top >= KNOWN_POINTS else VAGUE_CATEGORY
    ranked = Scored({category: 1.0, **{c: v for c, v in scored.points.items() if c != category}}, scored.words, cues)
    return build.incident(source, [span], ranked)


def is_vague(source: Source, one: Incident) -> bool:
    """Whether an incident names no service, no person and no object: nothing to route on."""
    body = body_of(source.text, source.pieces)
    cues = cues_in(keyed(body).keys)
    return "precis" not in cues and not one.persons and len(re.findall(r"\w+", body)) <= questions.FEW_WORDS


def route_of(one: Incident, context: Context) -> Route:
    return routing.route_incident(one, settings=context.settings, now=context.now)


def count_incidents(text: str) -> int:
    """How many incidents a text tells, for the first writing rule."""
    return len(groups_of(source_of(RawMessage(name="texte", text=text))))
