"""A text as words that can be compared: folded, abbreviations opened, slips mended, each with its place."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import NamedTuple

from diagnostics.text import fold

WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*|[^\W_]+", re.UNICODE)
ELISION = re.compile(r"^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)['’]", re.IGNORECASE)
MIN_MENDED = 5
"""Letters under which a slip is not mended: too many short words differ by one letter."""
MIN_TWO_SLIPS = 9
KEPT = 10_000
"""Unknown words whose mending is remembered."""
GLUED = frozenset("ldjnsmtc")
VOWELS = frozenset("aeiouyh")


class Word(NamedTuple):
    """One word: its range in the text, as written, and as compared."""

    start: int
    end: int
    raw: str
    key: str


def split_words(text: str, at: int = 0) -> list[Word]:
    """Words in order; an elided article or pronoun is a word of its own, a compound is cut at its hyphens."""
    found: list[Word] = []
    for match in WORD.finditer(text):
        start, raw = match.start(), match[0]
        if raw.isascii() and raw.isalnum():
            found.append(Word(at + start, at + match.end(), raw, raw.lower()))
            continue
        if elided := ELISION.match(raw):
            found.append(Word(at + start, at + start + elided.end(), elided[0], fold(elided[0]).lower()))
            start, raw = start + elided.end(), raw[elided.end() :]
        for part in re.finditer(r"[^-'’]+", raw):
            key = fold(part[0]).lower().replace(" ", "")
            if key:
                found.append(Word(at + start + part.start(), at + start + part.end(), part[0], key))
    return found


class Mender:
    """Opens abbreviations and mends slips towards the words that the lexicon knows."""

    def __init__(self, vocabulary: Collection[str], abbreviations: Mapping[str, str], common: Collection[str]) -> None:
        self.vocabulary = frozenset(vocabulary)
        self.abbreviations = abbreviations
        self.common = frozenset(common)
        self.by_length: dict[int, list[str]] = {}
        for word in sorted(self.vocabulary):
            if len(word) >= MIN_MENDED:
                self.by_length.setdefault(len(word), []).append(word)
        self.known: dict[str, str] = {}

    def mend(self, word: Word) -> str:
        """The word or words that were meant; a capitalised word, maybe a name, is mended for one slip only."""
        key = word.key
        if key in self.abbreviations:
            return self.abbreviations[key]
        if key in self.vocabulary or key in self.common or len(key) < MIN_MENDED or not key.isalpha():
            return key
        if key not in self.known:
            if len(self.known) >= KEPT:
                self.known.clear()
            self.known[key] = self.unglued(key) or self.nearest(key)
        return self.known[key]

    def unglued(self, key: str) -> str:
        """« lappli », « narrive », « dacces »: an elided word typed without its apostrophe."""
        if key[0] not in GLUED or key[1] not in VOWELS:
            return ""
        rest = self.abbreviations.get(key[1:], key[1:])
        return f"{key[0]} {rest}" if rest in self.vocabulary or key[1:] in self.abbreviations else ""

    def nearest(self, key: str) -> str:
        """The known word that is one slip away, two for a long word, and shares its beginning."""
        from rapidfuzz import process
        from rapidfuzz.distance import DamerauLevenshtein

        slips = 2 if len(key) >= MIN_TWO_SLIPS else 1
        best, distance = key, slips + 1
        for length in range(len(key) - slips, len(key) + slips + 1):
            near = process.extract(
                key, self.by_length.get(length, ()), scorer=DamerauLevenshtein.distance, score_cutoff=slips, limit=5
            )
            for word, found, _ in near:
                if found < distance and (word[0] == key[0] or word[1] == key[1]):
                    best, distance = word, int(found)
        return best
