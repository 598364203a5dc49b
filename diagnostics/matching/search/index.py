"""The index of a whole ENT, searched as one types.

What is typed is compared with the vocabulary – some tens of thousands of distinct words – and not with the persons;
then the persons who bear the near words are counted, the birth date being a second door. A few dozen are compared in
full.
"""

from __future__ import annotations

import functools
import threading
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from diagnostics.matching import spelling
from diagnostics.matching.dates import DateLevel
from diagnostics.matching.search import layout
from diagnostics.matching.search.arrays import Letters, Stored
from diagnostics.matching.search.asked import Asked, near_dates, other_spellings, worth_of
from diagnostics.matching.search.loaded import said
from diagnostics.model import Candidate, Record

if TYPE_CHECKING:
    import numpy

    Array = numpy.ndarray[Any, Any]

NEAR = 0.66
"""Indel similarity under which two words are not near: one slip in three letters is 0.67, two in six too."""
NEAR_WORDS = 160
CACHED = 512
MIN_NEAR = 3
PREFIX = 3
SOUND_WORTH, SPELLING_WORTH, BEGUN_WORTH, INITIAL_WORTH = 88, 82, 72, 40
MANY = 200
"""Words with one beginning, beyond which they are no longer told apart."""
Span = tuple[int, int, int]
"""First number of a run of words, first number after it, worth in hundredths."""
DATE_WORTH = {DateLevel.EXACT: 70, DateLevel.SWAPPED: 52, DateLevel.DIGIT: 46, DateLevel.TRANSPOSED: 46,
              DateLevel.DAY_OFF: 46, DateLevel.YEAR: 30, DateLevel.PLACEHOLDER: 20}  # fmt: skip
ID_WORTH = 255
"""An identifier outdoes every name."""
LIGHT, HEAVY = 22, 60
"""Worth of a word that everybody bears, and of one that nobody else does."""
PLACE_WORTH = 18
YEAR_WORTH = 18
"""A year of birth typed alone."""
MOST = 250
FRACTION = 0.55
"""Share of the best sum under which a person is not looked at in full."""
COMPARED = 90


class Index:
    """A folder written by ``build``; open for as long as one searches."""

    def __init__(self, path: Path) -> None:
        """Map the index at ``path``; ``OSError`` when there is none, ``ValueError`` when it is of another version."""
        import numpy

        self.path = path
        meta = layout.read_meta(path)
        self.persons = meta.persons
        self.made_on = meta.made_on
        self._words = (path / layout.WORDS).read_text(encoding="utf-8").split("\n")
        self._word_starts = numpy.fromfile(path / layout.WORD_STARTS, dtype=numpy.int64)
        # Read at every letter typed, some dozens of megabytes: mapped, where the rest is read piece by piece.
        self._word_persons: Array = numpy.memmap(path / layout.WORD_PERSONS, dtype=numpy.int32, mode="r")
        self._days = numpy.fromfile(path / layout.DAYS, dtype=numpy.int32)
        self._day_starts = numpy.fromfile(path / layout.DAY_STARTS, dtype=numpy.int64)
        self._day_persons = Stored(path / layout.DAY_PERSONS, numpy.int32)
        self._hashes = Stored(path / layout.HASHES, numpy.uint64)
        self._hash_persons = Stored(path / layout.HASH_PERSONS, numpy.int32)
        self._row_starts = Stored(path / layout.ROW_STARTS, numpy.int64)
        self._rows = Stored(path / layout.ROWS, numpy.uint8)
        self._decode = msgspec.msgpack.Decoder(layout.Row).decode
        self._sum = numpy.zeros(self.persons, dtype=numpy.uint8)
        self._one = numpy.zeros(self.persons, dtype=numpy.uint8)
        self._lock = threading.Lock()
        self._near_words: OrderedDict[tuple[str, bool], Sequence[Span]] = OrderedDict()

    def close(self) -> None:
        for stored in (self._day_persons, self._hashes, self._hash_persons, self._row_starts,
                       self._rows):  # fmt: skip
            stored.close()

    def __len__(self) -> int:
        return self.persons

    def record(self, person: int) -> Record:
        """A person of the index."""
        start, end = self._row_starts.read(person, person + 2).tolist()
        return layout.record_of(self._decode(self._rows.data(start, end)), self.path.name)

    def frequency(self, word: str) -> float:
        """Share of the persons who bear a folded word."""
        number = self._number(word)
        return 0.0 if number < 0 else self._bearers(number) / max(1, self.persons)

    def find(self, query: str, limit: int = 20) -> tuple[Candidate, ...]:
        """Persons who fit what is typed, best first; the last word may be unfinished."""
        asked = Asked.typed(query)
        return tuple(
            Candidate(account=record, score=round(min(100.0, 100 * worth / max(1.0, asked.most)), 1), why=said(record))
            for worth, _, record in self._ranked(asked)[:limit]
        )

    def like(self, record: Record, limit: int = COMPARED) -> tuple[tuple[int, Record], ...]:
        """Persons (and their numbers) near a record in names and birth date, for the matching to compare."""
        return tuple((person, found) for _, person, found in self._ranked(Asked.record(record))[:limit])

    def asked(self, asked: Asked) -> tuple[Record, ...]:
        """Persons who answer, best first."""
        return tuple(record for _, _, record in self._ranked(asked))

    def _ranked(self, asked: Asked) -> list[tuple[float, int, Record]]:
        """Persons with what they are worth, best first."""
        with self._lock:
            return self._rank(asked)

    def _rank(self, asked: Asked) -> list[tuple[float, int, Record]]:
        import numpy

        total = self._sum
        total.fill(0)
        weights = self._weights(asked)
        others = DATE_WORTH[DateLevel.EXACT] * len(asked.dates) + PLACE_WORTH * len(asked.places)
        others += YEAR_WORTH * len(asked.years)
        room = min(1.0, MOST / max(1.0, sum(weights) + others))
        near = self._near([(word, word == asked.begun) for word in asked.words])
        for words, weight in zip(near, weights, strict=True):
            self._add(words, weight * room)
        for word in asked.places:
            self._add_exact(word, PLACE_WORTH * room)
        for date in asked.dates:
            self._add_date(date, room)
        for year in asked.years:
            self._add_year(year, room)
        for word in asked.ids:
            self._add_id(word)
        best = int(total.max(initial=0))
        if not best:
            return []
        persons = numpy.flatnonzero(total >= max(1, int(best * FRACTION)))
        if len(persons) > COMPARED:
            counts = numpy.bincount(total[persons], minlength=256)[::-1].cumsum()[::-1]
            level = best
            while level > 1 and counts[level - 1] <= COMPARED:
                level -= 1
            persons = persons[total[persons] >= level][: 4 * COMPARED]
        found = []
        for person in persons.tolist():
            record = self.record(person)
            found.append((worth_of(asked, record), person, record))
        found.sort(key=lambda item: (-item[0], item[1]))
        return _each_once(found)

    def _weights(self, asked: Asked) -> list[float]:
        """A rare word says more than MARTIN."""
        import math

        whole = math.log2(max(2, self.persons))
        found = []
        for word in asked.words:
            number = self._number(word)
            bearers = self._bearers(number) if number >= 0 else 50
            rarity = math.log2(max(2.0, self.persons / max(1, bearers))) / whole
            found.append(LIGHT + (HEAVY - LIGHT) * rarity)
        return found

    def _number(self, word: str) -> int:
        place = bisect_left(self._words, word)
        return place if place < len(self._words) and self._words[place] == word else -1

    def _bearers(self, number: int) -> int:
        return int(self._word_starts[number + 1] - self._word_starts[number])

    def _add(self, words: Sequence[Span], weight: float) -> None:
        one = self._one
        one.fill(0)
        for first, after, worth in words:
            one[self._persons_of(first, after)] = max(1, int(weight * worth / 100))
        self._sum += one

    def _persons_of(self, first: int, after: int) -> Array:
        return self._word_persons[int(self._word_starts[first]) : int(self._word_starts[after])]

    def _add_exact(self, word: str, weight: float) -> None:
        number = self._number(word)
        if number >= 0:
            self._sum[self._persons_of(number, number + 1)] += int(weight)

    def _add_date(self, iso: str, room: float) -> None:
        import numpy

        one = self._one
        one.fill(0)
        for day, level in near_dates(iso):
            place = int(numpy.searchsorted(self._days, day))
            if place < len(self._days) and int(self._days[place]) == day:
                bearers = self._day_persons.read(int(self._day_starts[place]), int(self._day_starts[place + 1]))
                one[bearers] = numpy.maximum(one[bearers], int(DATE_WORTH[level] * room))
        self._sum += one

    def _add_year(self, year: str, room: float) -> None:
        import numpy

        first, after = numpy.searchsorted(self._days, (int(year) * 10_000, (int(year) + 1) * 10_000)).tolist()
        bearers = self._day_persons.read(int(self._day_starts[first]), int(self._day_starts[after]))
        self._sum[bearers] += max(1, int(YEAR_WORTH * room))

    def _add_id(self, word: str) -> None:
        hashed = layout.hash_of(word)
        first = self._hashes.find(hashed)
        last = self._hashes.find(hashed + 1)
        self._sum[self._hash_persons.read(first, last)] = ID_WORTH

    def _near(self, asked: Sequence[tuple[str, bool]]) -> list[Sequence[Span]]:
        """For each word, the words near it, the nearest last."""
        cache = self._near_words
        for word, begun in asked:
            if (word, begun) not in cache:
                cache[word, begun] = self._near_of(word, begun, self._alike(word) if len(word) >= MIN_NEAR else ())
        found = [cache[key] for key in asked]
        while len(cache) > CACHED:
            cache.popitem(last=False)
        return found

    def _alike(self, word: str) -> Sequence[tuple[int, int]]:
        """Numbers of the words near one in spelling, each with its likeness in hundredths."""
        import numpy
        from rapidfuzz.distance import Indel
        from rapidfuzz.process import cdist

        numbers, names = self._simple
        places = self._letters.may_be_near(word, NEAR)
        row = cdist(
            [word], [names[place] for place in places.tolist()], scorer=Indel.normalized_similarity, score_cutoff=NEAR,
            dtype=numpy.uint8, score_multiplier=100,
        )[0]  # fmt: skip
        kept = numpy.flatnonzero(row)
        if len(kept) > NEAR_WORDS:
            kept = kept[numpy.argpartition(row[kept], -NEAR_WORDS)[-NEAR_WORDS:]]
        return list(zip(numbers[places[kept]].tolist(), row[kept].tolist(), strict=True))

    def _near_of(self, word: str, begun: bool, alike: Sequence[tuple[int, int]]) -> Sequence[Span]:
        found: dict[int, int] = {}

        def keep(number: int, worth: int) -> None:
            if worth > found.get(number, 0):
                found[number] = worth

        for number, ratio in alike:
            # 100 when the same, 40 at the least: two slips are worth less than two thirds of a name.
            keep(number, max(40, int(100 - (100 - ratio) * 1.75)))
        if len(word) >= MIN_NEAR:
            for number in self._by_sound.get(spelling.sound(word), ()):
                keep(number, SOUND_WORTH)
            for other in other_spellings(word):
                if (number := self._number(other)) >= 0:
                    keep(number, SPELLING_WORTH)
        spans: list[Span] = []
        if begun or len(word) >= PREFIX or len(word) == 1:
            first, after = bisect_left(self._words, word), bisect_left(self._words, word + "\uffff")
            if after - first > MANY:
                # Words lie in their order, and so do those who bear them: one piece to read.
                spans.append((first, after, BEGUN_WORTH if begun and len(word) > 1 else INITIAL_WORTH))
                after = first
            for number in range(first, after):
                share = len(word) / len(self._words[number])
                if share == 1 or begun or len(word) >= PREFIX:
                    keep(number, 100 if share == 1 else int((60 if begun else 45) + 40 * share))
                else:
                    keep(number, INITIAL_WORTH)
        if (number := self._number(word)) >= 0:
            keep(number, 100)
        spans += [(number, number + 1, worth) for number, worth in found.items()]
        return sorted(spans, key=lambda span: span[2])

    @functools.cached_property
    def _simple(self) -> tuple[Array, list[str]]:
        """Numbers and words of what a word may be near in the vocabulary: no class, no school, nothing glued."""
        import numpy

        numbers = numpy.flatnonzero(numpy.fromfile(self.path / layout.SIMPLE, dtype=numpy.uint8))
        return numbers, [self._words[number] for number in numbers.tolist()]

    @functools.cached_property
    def _letters(self) -> Letters:
        return Letters(self._simple[1])

    @functools.cached_property
    def _by_sound(self) -> dict[str, list[int]]:
        sounds = (self.path / layout.SOUNDS).read_text(encoding="utf-8").split("\n")
        found: dict[str, list[int]] = {}
        for number in self._simple[0].tolist():
            found.setdefault(sounds[number], []).append(number)
        return found


def _each_once(ranked: Sequence[tuple[float, int, Record]]) -> list[tuple[float, int, Record]]:
    """An account that several files state, or several schools, is one."""
    seen: set[str] = set()
    kept = []
    for item in ranked:
        uid = item[2].ids.get("uid", "")
        if not uid or uid not in seen:
            kept.append(item)
            seen.add(uid)
    return kept
