"""A stretch of text ready for the lexicon: one line of keys, each key with the place of its word in the text."""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from diagnostics.intake import lexicon
from diagnostics.intake.divisions import BARE_NUMBER, CLASS, NUMBERED, TROUBLE_REACH, TROUBLED
from diagnostics.intake.example_texts import example_texts
from diagnostics.intake.words import Mender, split_words
from diagnostics.text import fold

HAS_NUMBER = re.compile(r"\b[3-6]0\d\b")
LAST_WORD = re.compile(r"[^\W_]+(?=\W{1,2}$)")
CUE_MARK = " | @"
CLASS_KEY = "kclasse"
"""Key of any class code: 5C, 2GT4, « 3ème A »."""


@dataclass(frozen=True)
class Keyed:
    """Keys of a stretch.

    Attributes:
        keys: mended keys separated by single spaces, with a space at both ends.
        places: of each key, where what it comes from stands in the text; an abbreviation opened gives several keys.
    """

    keys: str
    places: tuple[tuple[int, int], ...]

    def with_cues(self, cues: Iterable[str]) -> str:
        """The keys followed by the names of cues, as phrases of the lexicon look for them."""
        marks = "".join(f"{CUE_MARK}{cue} " for cue in sorted(cues))
        return self.keys + marks.lstrip() if marks else self.keys


@functools.cache
def mender() -> Mender:
    """The one mender of the program's lexicon."""
    known = lexicon.lexicon()
    return Mender(known.vocabulary | example_words(), known.abbreviations, known.common)


def example_words() -> frozenset[str]:
    """Words that examples are written with: no slips, and slips are mended towards them."""
    said = " ".join({text for _, text in example_texts()})
    return frozenset(fold(said).lower().split())


def keyed(text: str, start: int = 0, end: int | None = None, *, names: Collection[int] = ()) -> Keyed:
    """The keys of ``text[start:end]``; words that begin at an offset of ``names`` are persons' names: left as typed."""
    words = split_words(text[start:end], start)
    stop = len(text) if end is None else end
    classes = [match.span() for match in CLASS.finditer(text, start, stop)]
    if HAS_NUMBER.search(text, start, stop):
        classes += numbered_classes(text, start, stop, names)
    heads = dict(classes)
    within = {place for first, last in classes for place in range(first, last)}
    parts = [" "]
    places: list[tuple[int, int]] = []
    for word in words:
        last = word.end
        if word.start in within:
            if word.start not in heads:
                continue
            key, last = CLASS_KEY, heads[word.start]
        else:
            key = word.key if word.start in names else mender().mend(word)
        parts.append(key + " ")
        places.extend([(word.start, last)] * (key.count(" ") + 1))
    return Keyed("".join(parts), tuple(places))


def numbered_classes(text: str, start: int, end: int, names: Collection[int]) -> list[tuple[int, int]]:
    """« Louis Åkerström (503) », « en 503 », « Louis Åkerström 503 »: numbers that are classes there."""
    found = [
        match.span("code")
        for match in NUMBERED.finditer(text, start, end)
        if not TROUBLED.search(text, max(start, match.start("code") - TROUBLE_REACH), match.start("code"))
    ]
    for match in BARE_NUMBER.finditer(text, start, end):
        before = text[max(start, match.start() - 24) : match.start()]
        word = LAST_WORD.search(before)
        if word and match.start() - len(before) + word.start() in names:
            found.append(match.span())
    return found


@functools.lru_cache(maxsize=256)
def cues_in(keys: str) -> frozenset[str]:
    """Names of the cues that a line of keys gives (``parent``, ``tous``, ``resolu``…)."""
    return frozenset(name for name, _, _ in lexicon.lexicon().cues.found(keys))
