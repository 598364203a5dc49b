"""One incident from the ranges of a message that tell it: category, persons, what was tried, what is missing."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import msgspec

from diagnostics.catalogue import gestures
from diagnostics.intake import concerned, cut, questions
from diagnostics.intake.classify import Scored, main_profile, outermost, score, with_profiles
from diagnostics.intake.parts import Part, Piece
from diagnostics.intake.persons import Mention
from diagnostics.intake.raw import RawMessage
from diagnostics.intake.sensitive import Sensitive, without
from diagnostics.intake.units import Before, sentences
from diagnostics.model import Incident, Span

SUMMARY_LENGTH = 160
WHOLE_SHARE, OPENING_SHARE = 0.4, 0.35
"""Parts of the points of the whole text and of the unit that opens it; the rest are those of its main clause."""
LEADING = re.compile(
    r"\s*(?:(?:et|mais|bonjour)[, ]+)?(?:depuis|suite [àa]|apr[eè]s|en tant que|lors d\w+|[àa] la suite|"
    r"malgr[ée]|comme|bien que|"
    r"pendant|dans le cadre)\b[^,:;]{4,120}[,:]\s+",
    re.IGNORECASE,
)
TRAILING = re.compile(
    r",?\s(?:depuis qu|alors qu|pourtant|car\s|parce qu|bien qu|apr[eè]s (?:que|avoir|le|la|une?)|puisqu|"
    r"sachant|tandis|suite [àa])|"
    r"\s?;\s|,\s(?:mais|or|donc)\s",
    re.IGNORECASE,
)
SHORTEST_CLAUSE = 28
"""Characters under which what is left would tell nothing."""
TITLE_SHARE = 0.35
"""Part of a title's points that counts for the incident of its message when there is one only."""
DONE = re.compile(
    r"\b(?:j['’]ai|nous avons|on a|ai|avons|a [ée]t[ée]|ont [ée]t[ée]|[ée]t[ée]|faite?s?|saisie?s?|refait|"
    r"relanc\w*|vérifi\w*|test\w*|essay\w*|déjà|deja|ok|bien)\b",
    re.IGNORECASE,
)
NOT_DONE = re.compile(
    r"\b(?:faut-il|dois-je|doit-on|pas (?:encore )?(?:été )?(?:fait|d['’]export|test|saisi|relanc)\w*|pouvez|"
    r"merci de|comment|jamais|pas d['’]|je ne sais pas|aucun)|\?\s*$",
    re.IGNORECASE,
)
CLAUSE = re.compile(r"\([^)]*\)|(?:(?!\bmais\b)[^,;()])+")
AGAIN = re.compile(
    r"\b(?:re(?:fait|lanc|d[ée]marr|import|export|initialis|copi)\w*|d[ée]j[àa]|bien|v[ée]rifi\w*|test\w*|essay\w*)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Source:
    """What an incident is built from: the message as read so far."""

    raw: RawMessage
    pieces: tuple[Piece, ...]
    mentions: tuple[Mention, ...]
    name_words: frozenset[int]
    sender: Mention | None
    caller: Mention | None
    sensitive: tuple[Sensitive, ...]

    @property
    def text(self) -> str:
        return self.raw.text


def inner_words(text: str, named: Sequence[Mention]) -> frozenset[int]:
    """Places where each word of a name begins: names are not mended into words of the lexicon."""
    return frozenset(
        mention.start + match.start()
        for mention in named
        if mention.start >= 0
        for match in re.finditer(r"[^\W_]+", text[mention.start : mention.end])
    )


def incident(source: Source, spans: Sequence[Span], scored: Scored, *, alone: bool) -> Incident:
    """The incident that the ranges tell; ``alone`` when the message tells no other."""
    text = source.text
    ranges = [(span.start, span.end) for span in spans]
    readers = concerned.Reader(text, source.pieces, source.mentions, source.sender, source.caller, alone=alone)
    people = readers.concerned(scored.best, ranges)
    said = " ".join(text[start:end] for start, end in ranges)
    ranked = with_profiles(scored, main_profile(said, [person.profile for person in people]))
    if ranked.best != scored.best:
        people = readers.concerned(ranked.best, ranges)
    made = Incident(
        id=incident_id(text, spans),
        category=ranked.best,
        summary=summary(text, spans, source.sensitive),
        persons=people,
        source=source.raw.name,
        spans=tuple(spans),
        text=" ".join(without(text, start, end, source.sensitive) for start, end in ranges),
        alternatives=ranked.alternatives,
        confidence=ranked.confidence,
        words=outermost(ranked.words.get(ranked.best, ())),
        tried=tried(text, ranges),
    )
    return with_missing(made, source)


def with_missing(made: Incident, source: Source) -> Incident:
    said = " ".join(source.text[span.start : span.end] for span in made.spans)
    return msgspec.structs.replace(made, missing=questions.missing(made, said, source.raw.attachments))


def overall(source: Source, spans: Sequence[Span], units: Sequence[cut.Judged], *, alone: bool) -> Scored:
    """Points of an incident: its whole text, the unit that opens it, and in that unit the main clause.

    What opens says the symptom; what follows tells causes, trials and effects, in the words of other categories. A
    title counts a little when the incident is the only one.
    """
    text, names = source.text, source.name_words
    whole = score(text, spans[0].start, spans[-1].end, names=names)
    opening = units[0].scored if units else whole
    first, last = main_clause(text, units[0].start, units[0].end) if units else (spans[0].start, spans[0].end)
    clause = score(text, first, last, names=names)
    shares = ((whole, WHOLE_SHARE), (opening, OPENING_SHARE), (clause, 1 - WHOLE_SHARE - OPENING_SHARE))
    points: dict[str, float] = {}
    words: dict[str, list[str]] = {}
    for scored, share in (*shares, *((score(title, 0, len(title)), TITLE_SHARE) for title in titles(source) if alone)):
        for code, value in scored.points.items():
            points[code] = points.get(code, 0.0) + share * value
            words.setdefault(code, []).extend(scored.words.get(code, ()))
    ranked = dict(sorted(points.items(), key=lambda item: (-item[1], item[0])))
    return Scored(ranked, {code: tuple(dict.fromkeys(words.get(code, ()))) for code in ranked}, whole.cues)


def main_clause(text: str, start: int, end: int) -> tuple[int, int]:
    """The part of a sentence that tells the symptom: without « Depuis que…, » before and « alors que… » after."""
    said = text[start:end]
    before = LEADING.match(said)
    first = before.end() if before and len(said) - before.end() >= SHORTEST_CLAUSE else 0
    after = TRAILING.search(said, first + SHORTEST_CLAUSE)
    return start + first, start + after.start() if after else end


def titles(source: Source) -> list[str]:
    found = [source.text[piece.start : piece.end] for piece in source.pieces if piece.part is Part.TITLE]
    if source.raw.subject:
        found.append(re.sub(r"^\s*(?:(?:re|tr|fw|fwd|rép)\s*:\s*)+", "", source.raw.subject, flags=re.IGNORECASE))
    return found


def incident_id(text: str, spans: Sequence[Span]) -> str:
    """Stable for the same text cut at the same place."""
    seed = hashlib.sha256(text.encode("utf-8", "surrogatepass"))
    seed.update("|".join(f"{span.start}-{span.end}" for span in spans).encode())
    return "m" + seed.hexdigest()[:11]


def summary(text: str, spans: Sequence[Span], facts: tuple[Sensitive, ...]) -> str:
    """The first sentence, sensitive facts struck out."""
    said = " ".join(without(text, spans[0].start, spans[0].end, facts).split())
    first = re.split(r"(?<=[.!?])\s", said)[0] if len(said) > SUMMARY_LENGTH else said
    return first if len(first) <= SUMMARY_LENGTH else first[:SUMMARY_LENGTH].rsplit(" ", 1)[0] + "…"


def tried(text: str, ranges: Collection[tuple[int, int]]) -> tuple[str, ...]:
    """Clauses that tell what was done already, as the routing reads them.

    In the sentence that tells the symptom, an act is what went wrong (« nous avons exporté… mais il est vide ») unless
    it is said to be a check or stands in brackets.
    """
    found = []
    opening = min(start for start, _ in ranges)
    for start, end in ranges:
        for unit in sentences(text, start, end, Before.SENTENCE):
            for clause in CLAUSE.finditer(text, unit.start, unit.end):
                said = clause[0].strip(" ,;()")
                first = unit.start == opening and not (clause[0].startswith("(") or AGAIN.search(said))
                if not first and DONE.search(said) and not NOT_DONE.search(said) and gestures.recognise(said):
                    found.append(said)
    return tuple(found)
