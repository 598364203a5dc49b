"""A message in, incidents out: reads, cuts, finds who, names the problem, routes each part."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from diagnostics import routing
from diagnostics.intake import build, clean, concerned, cut, lexicon, persons, questions
from diagnostics.intake.build import Source
from diagnostics.intake.classify import Scored, score
from diagnostics.intake.clean import Part, Piece
from diagnostics.intake.keyed import cues_in, keyed
from diagnostics.intake.likeness import STOP
from diagnostics.intake.message import Context, Message
from diagnostics.intake.read import RawMessage
from diagnostics.intake.sensitive import sensitive
from diagnostics.intake.units import Before, sentences, units
from diagnostics.model import Incident, Person, Route, Span
from diagnostics.settings import Settings

if TYPE_CHECKING:
    from diagnostics.school import School

TOUCHING = 3
"""Characters between two units that do not part them."""
FOLLOW_UP = "SUP-02"
BARE = 4
"""Words up to which one word that names a service is not enough: « problème Pronote »."""
VAGUE_CATEGORY = "POR-07"
VAGUE_CATEGORIES = (("relance", FOLLOW_UP), ("connexion", "EDU-05"))
"""What an unspecified complaint most often is, by the cue that it gives: « toujours pas » follows something."""


def split(message: RawMessage, *, school: School | None = None, settings: Settings, now: datetime) -> Message:
    """Cut a message into incidents, each with its persons, category and route."""
    source = source_of(message)
    made = groups_of(source)
    if "automatique" in cues_in(keyed(body_of(source.text, source.pieces)).keys):
        made = []
    incidents = []
    for group in made:
        spans = spans_of(group)
        alone = len(made) == 1
        scored = build.overall(source, spans, [one.scored for one in group if one.tells], alone=alone)
        incidents.append(build.incident(source, spans, scored, alone=alone))
    vague = False
    if not incidents and (complaint := vague_incident(source)):
        incidents, vague = [complaint], True
    elif len(incidents) == 1 and is_vague(source, incidents[0]):
        incidents, vague = [vaguely(source, incidents[0])], True
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
        caller=persons.caller_of(text, named),
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
    people = first_named(source)
    found = [
        cut.judge(text, piece, names, people)
        for unit in units(text, source.pieces)
        for piece in cut.clauses(text, unit, names, people)
    ]
    if made := cut.groups(text, found):
        return made
    if whole := taken_together(source, found):
        return [whole]
    titles = [
        cut.judge(text, unit, names, people)
        for piece in source.pieces
        if piece.part is Part.TITLE
        for unit in sentences(text, piece.start, piece.end, Before.PARAGRAPH)
    ]
    return cut.groups(text, titles)


def first_named(source: Source) -> list[int]:
    """Where each person who may be concerned is named for the first time."""
    seen: list[Person] = []
    places = []
    for mention in source.mentions:
        person = concerned.person_of(mention, source.mentions, "")
        if not mention.aside and not any(concerned.same_person(person, one) for one in seen):
            places.append(mention.start)
        seen.append(person)
    return places


def taken_together(source: Source, found: Sequence[cut.Judged]) -> list[cut.Judged]:
    """The sentences of a message none of which tells by itself, when together they do."""
    told = [one for one in found if not one.has("rien") or one.has("panne")]
    if not told or any(one.settled for one in told):
        return []
    scored = score(source.text, told[0].start, told[-1].end, names=source.name_words)
    known = not scored.cues.isdisjoint({"panne", "demande"})
    if scored.top < max(cut.TOLD, scored.nothing * (1.0 if known else 1.3)):
        return []
    return [dataclasses.replace(one, tells=True) for one in told]


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
    if {"resolu", "automatique"} & cues or not {"vague", "relance"} & cues:
        return None
    return vaguely(source, build.incident(source, [span], Scored({VAGUE_CATEGORY: 1.0}, {}, cues), alone=True))


def vaguely(source: Source, one: Incident) -> Incident:
    """A complaint without an object under what it most often is; what its words suggested stays as alternatives."""
    cues = cues_in(keyed(body_of(source.text, source.pieces)).keys)
    category = next((code for cue, code in VAGUE_CATEGORIES if cue in cues), VAGUE_CATEGORY)
    others = [code for code in (one.category, *one.alternatives) if code != category]
    return msgspec.structs.replace(one, category=category, alternatives=tuple(others), confidence=0.0)


def is_vague(source: Source, one: Incident) -> bool:
    """Whether an incident names no service, no person and no object: nothing to route on."""
    if one.persons:
        return False
    keys = keyed(body_of(source.text, source.pieces)).keys.split()
    known = lexicon.lexicon()
    telling = {key for key in keys if key in known.vocabulary and key not in known.vague and key not in STOP}
    return not telling or (len(telling) == 1 and len(keys) <= BARE)


def route_of(one: Incident, context: Context) -> Route:
    return routing.route_incident(one, settings=context.settings, now=context.now)


def count_incidents(text: str) -> int:
    """How many incidents a text tells, for the first writing rule."""
    return len(groups_of(source_of(RawMessage(name="texte", text=text))))
