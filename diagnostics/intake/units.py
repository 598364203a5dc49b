"""The body of a message as units, the smallest stretches that may tell a symptom: items, lines, sentences, clauses."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from diagnostics.intake.keyed import cues_in, keyed
from diagnostics.intake.parts import Part, Piece


class Before(enum.IntEnum):
    """What stands before a unit: the stronger, the likelier that another matter begins."""

    CLAUSE = 1
    SENTENCE = 2
    LINE = 3
    PARAGRAPH = 4
    ITEM = 5
    RULE = 6


@dataclass(frozen=True)
class Unit:
    """A half-open range of the text, without the bullet or the blanks around it."""

    start: int
    end: int
    before: Before


RULE = re.compile(r"(?:^|(?<=\s))(?:-{3,}|={3,}|\*{3,}|_{3,}|~{3,}|—{2,})(?=\s|$)")
"""« ----- »: what people type between two matters, on a line of its own or not."""
BULLET = re.compile(
    r"[ \t]*(?:[-*•–—·►▪◦→>+✓✔](?![-*=_])|\(?\d{1,2}\s?(?:[).°:]|[/-](?=\s))(?!\d)|\(?[a-hA-H]\)|n°\s?\d{1,2}\s?[:.)-]|"
    r"(?:point|pb|problème|incident|demande|sujet)\s+n?°?\s?\d{1,2}\s?[:.)-]|"
    r"(?:premièrement|deuxièmement|troisièmement|primo|secundo|tertio)\s?[:,])[ \t]*(?=\S)",
    re.IGNORECASE,
)
PLUS = re.compile(r"[ \t]*\+[ \t]*(?=\S)")
INLINE_ITEM = re.compile(r"(?<=[\s:;.,])(?:\(?(\d{1,2})\s?[)°]|(\d)[./-](?=\s)|\(?([a-h])\))\s?(?=\S)")
INLINE_DASH = re.compile(r"(?<=[\s:;.,])[-•–*►](?= )\s")
CALL = re.compile(
    r"\s*(?:\[?appel|tel\b|t[ée]l\b|t[ée]l[ée]phone|\d{1,2}/\d{1,2}(?:/\d+)?\b|\d{1,2}\s?h\s?\d{0,2}\b|\d{2}:\d{2}\b)",
    re.IGNORECASE,
)
"""How a phone note begins."""
CALL_HEAD = re.compile(r"[^:\n]{8,110}?(?<!\d)\s?:\s(?=\S)")
"""Who called and when, before what is told: « 01/09 7h58 - collège X - Mme Y : »."""
ENDING = re.compile(r"[.!?…]+[\"»”')\]]*(?=\s|$)|\s\?+(?=\s|$)|(?<=\S);(?=\s)")
ABBREVIATED = re.compile(
    r"(?:\b(?:M|MM|Mr|Mrs|Mme|Mmes|Mlle|Dr|Pr|St|Ste|cf|etc|tel|tél|ex|env|ens|resp|sec|svt|nb|réf|ref|num|n|p|"
    r"art|av|bd|éd|coll|lyc|etab|étab|adj|princ|prov|perm|mat|max|min|desti|prof)|\b[A-ZÀ-Ý])\.$",
)
ABBREVIATION_REACH = 24
"""Characters before a full stop in which an abbreviation, or what is none, stands whole."""
FOLLOWING = re.compile(r"\s*(\S)")
SELDOM_INITIAL = re.compile(r"(?:\d|\b[A-Z]{2,})[A-Z]?\.$")
BLANK_LINE = re.compile(r"\n[^\S\n]*\r?\n")
WRAP_WIDTHS = (50, 100)
"""Widths of the longest line between which mail programs cut lines (72 to 78 as a rule)."""
WRAP_SLACK = 8
"""Characters by which a program may cut short of the longest line."""


def units(text: str, parts: Sequence[Piece]) -> list[Unit]:
    """The units of the body pieces, in order."""
    found: list[Unit] = []
    for start, end, before in blocks(text, parts):
        named = CALL_HEAD.match(text, start, end) if not found and CALL.match(text, start) else None
        if named and len(list(sentences(text, start, named.end(), before))) == 1:
            found.extend(trimmed(text, start, named.end(), before))
            start, before = named.end(), Before.LINE
        for first, last, strength in items(text, start, end, before):
            found.extend(sentences(text, first, last, strength))
    return [unit for unit in found if any(c.isalnum() for c in text[unit.start : unit.end])]


def blocks(text: str, parts: Sequence[Piece]) -> Iterator[tuple[int, int, Before]]:
    """Body lines joined when a mail program has wrapped them; each with what stands before."""
    body = [piece for piece in parts if piece.part is Part.BODY]
    width = max((len(line) for line in text.splitlines()), default=0)
    start = end = -1
    before = Before.PARAGRAPH
    for piece in body:
        if start >= 0 and is_wrapped(text, end, piece, width):
            end = piece.end
            continue
        if start >= 0:
            yield start, end, before
        gap = text[end : piece.start] if end >= 0 else "\n\n"
        before = Before.PARAGRAPH if end < 0 or BLANK_LINE.search(gap) else Before.LINE
        start, end = piece.start, piece.end
    if start >= 0:
        yield start, end, before


def is_wrapped(text: str, end: int, piece: Piece, width: int) -> bool:
    """Whether a line goes on the one before it: unfinished, and its first word would not have fitted there."""
    gap = text[end : piece.start]
    if gap.count("\n") != 1 or gap.strip() or not WRAP_WIDTHS[0] <= width <= WRAP_WIDTHS[1]:
        return False
    line = text[text.rfind("\n", 0, end) + 1 : end]
    following = text[piece.start : piece.end].lstrip()
    if BULLET.match(following) or RULE.match(following) or re.search(r"[.!?…:;]\s*$", line):
        return False
    fits = len(line) + 1 + len(following.split()[0]) <= width - WRAP_SLACK
    if cues_in(keyed(following[:120]).keys) & {"autre", "aussi"}:
        return False
    return not fits and (following[:1].islower() or following[:1] in "(«\"'")


def items(text: str, start: int, end: int, before: Before) -> Iterator[tuple[int, int, Before]]:
    """A block cut at its rules and at the items of a list, on several lines or on one."""
    cuts: list[tuple[int, int, Before]] = []
    if match := BULLET.match(text, start, end):
        cuts.append((start, match.end(), Before.ITEM))
    cuts.extend((match.start(), match.end(), Before.RULE) for match in RULE.finditer(text, start, end))
    cuts.extend(inline_items(text, cuts[0][1] if cuts and cuts[0][2] is Before.ITEM else start, end))
    cuts.sort()
    at, strength = start, before
    for first, last, kind in cuts:
        if first < at:
            continue
        if text[at:first].strip():
            yield at, first, strength
        at, strength = last, kind
    if text[at:end].strip():
        yield at, end, strength


def inline_items(text: str, start: int, end: int) -> Iterator[tuple[int, int, Before]]:
    """« … 1) … 2) … » or « … - … - … » on one line: numbers must follow each other, dashes must be two at least."""
    wanted = 1
    numbered: list[tuple[int, int, Before]] = []
    for match in INLINE_ITEM.finditer(text, start, end):
        if match[0].rstrip().endswith(")") and "(" not in match[0] and unclosed(text[start : match.start()]):
            continue
        number = int(match[1] or match[2]) if match[1] or match[2] else ord(match[3].lower()) - ord("a") + 1
        if number == wanted or (wanted == 1 and number == 2 and not numbered):
            numbered.append((match.start(), match.end(), Before.ITEM))
            wanted = number + 1
    if len(numbered) >= 2 or (numbered and wanted > 2):
        yield from numbered
        return
    dashes = [(match.start(), match.end(), Before.ITEM) for match in INLINE_DASH.finditer(text, start, end)]
    if len(dashes) >= 2:
        yield from dashes


def unclosed(text: str) -> bool:
    """Whether a bracket is open at the end: « (5e 2) » ends no item."""
    return text.count("(") > text.count(")")


def sentences(text: str, start: int, end: int, before: Before) -> Iterator[Unit]:
    """The sentences of a stretch; an abbreviation or an initial does not end one."""
    at, strength = start, before
    counted = start
    brackets = quotes = 0
    for match in ENDING.finditer(text, start, end):
        if match.end() >= end or not ends_sentence(text, at, match, end):
            continue
        brackets += text.count("(", counted, match.start()) - text.count(")", counted, match.start())
        quotes += text.count("«", counted, match.start()) - text.count("»", counted, match.start())
        counted = match.start()
        if brackets > 0 or quotes > 0:
            continue
        yield from trimmed(text, at, match.end(), strength)
        at, strength, counted = match.end(), Before.SENTENCE, match.end()
        brackets = quotes = 0
    yield from trimmed(text, at, end, strength)


def ends_sentence(text: str, start: int, match: re.Match[str], end: int) -> bool:
    if match[0].startswith("."):
        head = text[max(start, match.start() - ABBREVIATION_REACH) : match.start() + 1]
        if ABBREVIATED.search(head) and not SELDOM_INITIAL.search(head):
            return False
        if match[0].startswith(("..", "…")):
            following = FOLLOWING.match(text, match.end(), end)
            return bool(following and following[1].isupper())
    return True


def trimmed(text: str, start: int, end: int, before: Before) -> Iterator[Unit]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield Unit(start, end, before)
