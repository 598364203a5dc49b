"""One phrase of the lexicon and where it stands in a line of keys; no regular expression is compiled for it."""

from __future__ import annotations

import functools
import re
import sys
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

GAPS = {"..": 6, "...": 16}
"""Words that a gap may jump over."""
DEFAULT_WEIGHT = 3.0
WEIGHT = re.compile(r"\s*=\s*(-?\d+(?:\.\d+)?)\s*$")


class Step(NamedTuple):
    """One token of a sequence."""

    gap: int
    """Words that may stand between the token before and this one."""
    options: tuple[tuple[str, ...], ...]
    """Its spellings, each one or several words; a word that ends with ``*`` is a beginning."""


class Steps(NamedTuple):
    """Steps that follow each other; ``opening``: from the first word of the text."""

    steps: tuple[Step, ...]
    opening: bool


class Phrase(NamedTuple):
    """One phrase of a category, all of whose sequences must be found."""

    text: str
    weight: float
    anchors: tuple[tuple[str, ...], ...]
    """For every token, its spellings, one of which must be in the text: makes a miss cost nothing."""

    def may_be_in(self, text: str) -> bool:
        """Whether every token has a spelling somewhere in the text, in any order."""
        # Asked hundreds of times for each sentence: loops are quicker here than any() and all().
        for spellings in self.anchors:
            for spelling in spellings:
                if spelling in text:
                    break
            else:
                return False
        return True

    @property
    def sequences(self) -> tuple[Steps, ...]:
        """What must be found; worked out when the anchors are all there, which is seldom."""
        return sequences_of(self.text)


@dataclass(slots=True)
class Line:
    """A text of space-separated keys, with the places of its words."""

    text: str
    words: list[str] = field(init=False)
    places: dict[str, list[int]] = field(init=False)

    def __post_init__(self) -> None:
        self.words = self.text.split()
        self.places = {}
        for place, word in enumerate(self.words):
            self.places.setdefault(word, []).append(place)

    def matches_at(self, option: tuple[str, ...], place: int) -> bool:
        """Whether the words of one spelling stand at a place."""
        words = self.words
        if place + len(option) > len(words):
            return False
        return all(
            words[place + n].startswith(word[:-1]) if word[-1] == "*" else words[place + n] == word
            for n, word in enumerate(option)
        )

    def starts(self, option: tuple[str, ...]) -> Sequence[int]:
        """Places where the first word of a spelling stands."""
        first = option[0]
        if first[-1] != "*":
            return self.places.get(first, ())
        head = first[:-1]
        return [place for word, found in self.places.items() if word.startswith(head) for place in found]

    def find(self, sequence: Steps) -> tuple[int, int] | None:
        """The half-open range of words of the first match of a sequence, None without."""
        first = sequence.steps[0]
        # The end of each way of matching so far, with where it began; one beginning is enough for each end.
        ways: dict[int, int] = {}
        for option in first.options:
            for place in (0,) if sequence.opening else self.starts(option):
                if self.matches_at(option, place):
                    ways.setdefault(place + len(option), place)
        for step in sequence.steps[1:]:
            following: dict[int, int] = {}
            for option in step.options:
                if step.gap and option[0][-1] != "*" and option[0] not in self.places:
                    continue
                for end, began in ways.items():
                    for place in range(end, min(end + step.gap + 1, len(self.words))):
                        if self.matches_at(option, place):
                            following.setdefault(place + len(option), began)
            if not following:
                return None
            ways = following
        if not ways:
            return None
        end = min(ways, key=lambda stop: (ways[stop], stop))
        return ways[end], end


def read_phrase(text: str) -> Phrase:
    """A phrase as the lexicon writes it, with its weight."""
    weight = DEFAULT_WEIGHT
    body = text
    if match := WEIGHT.search(text):
        weight, body = float(match[1]), text[: match.start()]
    return Phrase(body.strip(), weight, anchors(body))


@functools.lru_cache(maxsize=2_048)
def sequences_of(body: str) -> tuple[Steps, ...]:
    return tuple(sequence_of(part) for part in body.split("&"))


def sequence_of(said: str) -> Steps:
    steps: list[Step] = []
    opening, gap = False, 0
    for token in said.split():
        if token == "^":
            opening = True
        elif token in GAPS:
            gap = GAPS[token]
        else:
            steps.append(Step(gap, tuple(tuple(option.split("_")) for option in token.split("|"))))
            gap = 0
    return Steps(tuple(steps), opening)


def anchors(body: str) -> tuple[tuple[str, ...], ...]:
    """Spellings of every token, as they stand in a text of keys; the token with the fewest first."""
    tokens = [token for token in body.replace("&", " ").split() if token not in {*GAPS, "^"}]
    spellings = {tuple(anchor(option) for option in token.split("|")) for token in tokens}
    return tuple(sorted(spellings, key=lambda options: (len(options), -min(map(len, options)))))


def anchor(option: str) -> str:
    text = " " + option.replace("_", " ")
    # Phrases share most of their words.
    return sys.intern(text.split("*")[0] if "*" in text else text + " ")


def literals(text: str) -> set[str]:
    """Whole words of a phrase, towards which slips are mended."""
    body = WEIGHT.sub("", text)
    words = re.split(r"[\s&|_^]+", body)
    return {word for word in words if word and not word.endswith("*") and word.isalnum()}


class Book:
    """Phrases by what they lead to; a text is compared with those only of which it has a word."""

    __slots__ = ("always", "by_word", "entries")

    def __init__(self, phrases: Mapping[str, Sequence[Phrase]]) -> None:
        self.entries: tuple[tuple[str, Phrase], ...] = tuple(
            (name, phrase) for name, several in phrases.items() for phrase in several
        )
        found: dict[str, list[int]] = {}
        always: list[int] = []
        for number, (_, phrase) in enumerate(self.entries):
            words = opening_words(phrase)
            for word in words:
                found.setdefault(word, []).append(number)
            if not words:
                always.append(number)
        self.always = array("H", always)
        self.by_word: Mapping[str, array[int]] = {word: array("H", numbers) for word, numbers in found.items()}

    def found(self, text: str) -> Iterator[tuple[str, Phrase, list[tuple[int, int]]]]:
        """(what it leads to, phrase, ranges of keys that it matched) of the phrases present in a text, in order."""
        line = Line(text)
        likely = set(self.always)
        for word in line.places:
            likely.update(self.by_word.get(word, ()))
        for number in sorted(likely):
            name, phrase = self.entries[number]
            if not phrase.may_be_in(text):
                continue
            ranges = [place for sequence in phrase.sequences if (place := line.find(sequence))]
            if len(ranges) == len(phrase.sequences):
                yield name, phrase, ranges


def opening_words(phrase: Phrase) -> frozenset[str]:
    """Words one of which is in any text that has the phrase; none when each of its tokens has a mere beginning."""
    for spellings in phrase.anchors:
        if all(spelling.endswith(" ") for spelling in spellings):
            return frozenset(sys.intern(spelling.split()[0]) for spelling in spellings)
    return frozenset()
