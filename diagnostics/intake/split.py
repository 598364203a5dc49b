"""A message in, incidents out: reads, cuts, finds who, names the problem, routes each part."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from diagnostics import routing
from diagnostics.intake import (
    build,
    clean,
    cut,
    data_say,
    known,
    lexicon,
    likeness,
    lookup,
    people,
    persons,
    questions,
    sender,
)
from diagnostics.intake.build import Source
from diagnostics.intake.classify import Scored, main_profile, score
from diagnostics.intake.keyed import cues_in, keyed
from diagnostics.intake.likeness import STOP
from diagnostics.intake.message import Context, Message
from diagnostics.intake.parts import Part, Piece
from diagnostics.intake.raw import RawMessage
from diagnostics.intake.sensitive import PRIVATE, is_secret, sensitive
from diagnostics.intake.units import Before, sentences, units
from diagnostics.model import Incident, Person, Profile, Route, Span
from diagnostics.settings import Settings

if TYPE_CHECKING:
    from diagnostics.school import School

RECALLED = 60
"""Persons named before among whom a name is looked for: a long list is not read over again for each of its lines."""
FAINTLY = 1.25
"""Times its points that « tells nothing » may have in a sentence that complains about somebody."""
ASKED_SHARE = 1.05
"""Times the points of « tells nothing » that sentences which only ask must have together."""
TOUCHING = 3
"""Characters between two units that do not part them."""
FOLLOW_UP = "SUP-02"
BARE = 4
"""Words up to which one word that names a service is not enough: « problème Pronote »."""
VAGUE_CATEGORY = "POR-07"
VAGUE_CATEGORIES = (("relance", FOLLOW_UP), ("connexion", "EDU-05"))
"""What an unspecified complaint most often is, by the cue that it gives: « toujours pas » follows something."""


OF_FAMILIES, OF_STAFF = frozenset({"EDU-05"}), "ANN-11"
"""A connection that fails is EduConnect's for families, the académie's account for its staff."""
STAFF = frozenset({Profile.ENSEIGNANT, Profile.NON_ENSEIGNANT})


def split(message: RawMessage, *, school: School | None = None, settings: Settings, now: datetime) -> Message:
    """Cut a message into incidents, each with its persons, category and route."""
    source = source_of(message, school)
    made = groups_of(source)
    if "automatique" in cues_in(keyed(body_of(source.text, source.pieces)).keys):
        made = []
    incidents = []
    for group in made:
        spans = spans_of(group)
        alone = len(made) == 1
        scored = build.overall(source, spans, [one for one in group if one.tells], alone=alone)
        incidents.append(build.incident(source, spans, scored, alone=alone))
    vague = False
    if not incidents and (complaint := vague_incident(source)):
        incidents, vague = [complaint], True
    elif len(incidents) == 1 and is_vague(source, incidents[0]):
        incidents, vague = [vaguely(source, incidents[0])], True
    context = Context(settings=settings, now=now, school=school)
    return assembled(source, context, incidents, vague=vague)


def prepare() -> None:
    """Load what reading needs (lexicon, examples), so that the first message is as quick as the others."""
    likeness.examples()


def source_of(message: RawMessage, school: School | None = None) -> Source:
    text = message.text
    parts = clean.pieces(text)
    found = lookup.directory(school.identities).named_in(text) if school is not None else ()
    facts = sensitive(text)
    hidden = [fact for fact in facts if fact.kind not in PRIVATE]
    named = tuple(
        one
        for one in persons.mentions(text, known=found)
        if not any(fact.start < one.end and one.start < fact.end for fact in hidden)
    )
    about = persons.filed(text, parts)
    filler = persons.declared(text, parts)
    if about is not None or filler is not None:
        fields = [piece for piece in parts if piece.label in {*persons.OF_SURNAME, *persons.OF_GIVEN}]
        named = tuple(one for one in named if not any(field.start <= one.start < field.end for field in fields))
        named = (*named, about) if about is not None else named
    return Source(
        raw=message,
        pieces=parts,
        mentions=named,
        name_words=build.inner_words(text, named),
        sender=sender.sender_of(text, parts, message.sender),
        caller=sender.caller_of(text, named),
        sensitive=facts,
    )


def assembled(source: Source, context: Context, incidents: Sequence[Incident], *, vague: bool) -> Message:
    """The message around its incidents: known persons, what the data say, routes, other persons, questions."""
    homonyms: dict[str, tuple[Person, ...]] = {}
    said: dict[str, tuple[data_say.Saying, ...]] = {}
    if context.school is not None:
        incidents = [recognised(one, source, context.school, homonyms) for one in incidents]
        said = {one.id: data_say.sayings(one, context.school, homonyms) for one in incidents}
        incidents = [explained(one, said[one.id]) for one in incidents]
    taken = [person for one in incidents for person in one.persons]
    others = tuple(
        person
        for person in people.merged([people.person_of(m, source.mentions, "") for m in source.mentions])
        if not any(people.same_person(person, one) for one in taken)
    )
    asked = questions.VAGUE if vague else tuple(dict.fromkeys(q for one in incidents for q in one.missing))
    return Message(
        raw=source.raw,
        pieces=source.pieces,
        incidents=tuple(incidents),
        routes={one.id: route_of(one, context, vague=vague) for one in incidents},
        context=context,
        others=others,
        needs_clarification=vague,
        questions=asked,
        sensitive=source.sensitive,
        resolved=(),
        homonyms=homonyms,
        findings={key: value for key, value in said.items() if value},
        mentions=source.mentions,
        sender=people.person_of(source.sender, (), "") if source.sender else None,
    )


def recognised(one: Incident, source: Source, school: School, homonyms: dict[str, tuple[Person, ...]]) -> Incident:
    """The incident with its persons as the loaded exports know them; doubts are kept aside, never settled."""
    persons, doubts = known.persons_of(one, source.mentions, school)
    asked = []
    for place, candidates in doubts.items():
        name = " ".join(filter(None, (persons[place].given_names, persons[place].surname)))
        homonyms[name] = tuple(lookup.shown(identity, persons[place]) for identity in candidates)
        if len(candidates) > 1:
            asked.append(questions.WHICH.format(name=name, count=len(candidates)))
    made = build.with_missing(msgspec.structs.replace(one, persons=tuple(people.merged(persons))), source)
    return msgspec.structs.replace(made, missing=(*made.missing, *asked)) if asked else made


def explained(one: Incident, said: Sequence[data_say.Saying]) -> Incident:
    """The incident tied to the finding that explains it, if one does."""
    finding = next((key for key, link, _ in said if key and link == data_say.EXPLAINS), "")
    return msgspec.structs.replace(one, finding=finding)


def groups_of(source: Source) -> list[list[cut.Judged]]:
    """Units of the body by matter; of the title when the body tells nothing."""
    text, names = source.text, source.name_words
    people = first_named(source)
    found = [
        cut.judge(text, piece, names, people)
        for unit in units(text, source.pieces)
        if not is_secret(text, unit.start, unit.end, source.sensitive)
        for piece in cut.clauses(text, unit, names, people)
    ]
    if made := cut.groups(text, found):
        return made
    if whole := taken_together(source, found) or faintly_told(found):
        return [whole]
    titles = [
        cut.judge(text, unit, names, people)
        for piece in source.pieces
        if piece.part is Part.TITLE
        for unit in sentences(text, piece.start, piece.end, Before.PARAGRAPH)
    ]
    return cut.groups(text, titles)


def first_named(source: Source) -> dict[int, Profile]:
    """Where each person who may be concerned is named for the first time, with the profile that is said."""
    seen: list[Person] = []
    places: dict[int, Profile] = {}
    for mention in source.mentions:
        person = people.person_of(mention, source.mentions, "")
        if not mention.aside and not any(people.same_person(person, one) for one in seen[-RECALLED:]):
            places[mention.start] = mention.profile
        seen.append(person)
    return places


def taken_together(source: Source, found: Sequence[cut.Judged]) -> list[cut.Judged]:
    """The sentences of a message none of which tells by itself, when together they do."""
    told = [one for one in found if not one.has("rien") or one.has("panne", "demande")]
    if not told or any(one.settled for one in told):
        return []
    scored = score(source.text, told[0].start, told[-1].end, names=source.name_words)
    share = 1.0 if "panne" in scored.cues else ASKED_SHARE if "demande" in scored.cues else cut.PLAINLY
    if scored.top < max(cut.TOLD, scored.nothing * share):
        return []
    return [dataclasses.replace(one, tells=True) for one in told]


def faintly_told(found: Sequence[cut.Judged]) -> list[cut.Judged]:
    """The sentence that complains about somebody named, when nothing else tells: better a doubtful matter than none."""
    if any(one.settled or one.has("apaise", "invitation", "retire") for one in found):
        return []
    doubtful = [
        one
        for one in found
        if one.has("panne")
        and one.people
        and one.scored.top >= cut.TOLD
        and one.scored.nothing <= FAINTLY * one.scored.top
    ]
    return [dataclasses.replace(one, tells=True) for one in doubtful[:1]]


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
    if {"resolu", "apaise", "automatique"} & cues or not {"vague", "relance"} & cues:
        return None
    return vaguely(source, build.incident(source, [span], Scored({VAGUE_CATEGORY: 1.0}, {}, cues), alone=True))


def vaguely(source: Source, one: Incident) -> Incident:
    """A complaint without an object under what it most often is; what its words suggested stays as alternatives."""
    cues = cues_in(keyed(body_of(source.text, source.pieces)).keys)
    category = next((code for cue, code in VAGUE_CATEGORIES if cue in cues), VAGUE_CATEGORY)
    if category in OF_FAMILIES and source.sender is not None and source.sender.profile in STAFF:
        category = OF_STAFF
    others = [code for code in (one.category, *one.alternatives) if code != category]
    return msgspec.structs.replace(one, category=category, alternatives=tuple(others), confidence=0.0)


def is_vague(source: Source, one: Incident) -> bool:
    """Whether an incident names no service, no person and no object: nothing to route on."""
    own = people.person_of(source.sender, (), "") if source.sender else None
    if any(own is None or not people.same_person(person, own) for person in one.persons):
        return False
    keys = keyed(body_of(source.text, source.pieces)).keys.split()
    known = lexicon.lexicon()
    telling = {key for key in keys if key in known.telling and key not in STOP}
    return not telling or (len(telling) == 1 and len(keys) <= BARE)


def route_of(one: Incident, context: Context, *, vague: bool = False) -> Route:
    """The route by the directory of whom it is about; of a vague complaint only the next step is sure: ask."""
    profiles = main_profile(one.text, [person.profile for person in one.persons])
    owners = tuple(Person(profile=profile) for profile in profiles) or one.persons
    found = routing.route_incident(
        msgspec.structs.replace(one, persons=owners), settings=context.settings, now=context.now
    )
    if not vague:
        return found
    asking = routing.route(category="", settings=context.settings, now=context.now)
    return msgspec.structs.replace(
        found, first_actor=asking.first_actor, try_first=asking.try_first, why=asking.why, wait_hours=0, wait_until=""
    )


def count_incidents(text: str) -> int:
    """How many incidents a text tells, for the first writing rule."""
    return len(groups_of(source_of(RawMessage(name="texte", text=text))))
