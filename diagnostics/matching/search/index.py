"""The index of a whole ENT, searched as one types.

What is typed is compared with the vocabulary – some tens of thousands of distinct words – and not with the persons;
then the persons who bear the near words are counted, the birth date being a second door. A few dozen are compared in
full.
"""

from __future__ import annotations

import functools
import re
import threading
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from diagnostics import text
from diagnostics.matching import spelling
from diagnostics.matching.dates import AGREEING, DateLevel, compare_dates
from diagnostics.matching.search import layout
from diagnostics.matching.search.loaded import DATE, said
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
YEAR = re.compile(r"(?:19[2-9]|20[0-3])\d")
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
        self._word_persons = Stored(path / layout.WORD_PERSONS, numpy.int32)
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
        for stored in (self._word_persons, self._day_persons, self._hashes, self._hash_persons, self._row_starts,
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
        return self._word_persons.read(int(self._word_starts[first]), int(self._word_starts[after]))

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
        missing = [key for key in asked if key not in cache]
        if missing:
            # All in one call: reading the vocabulary costs more than comparing it.
            alike = self._alike([word for word, _ in missing if len(word) >= MIN_NEAR])
            for word, begun in missing:
                cache[word, begun] = self._near_of(word, begun, alike.get(word, ()))
        found = [cache[key] for key in asked]
        while len(cache) > CACHED:
            cache.popitem(last=False)
        return found

    def _alike(self, words: Sequence[str]) -> dict[str, Sequence[tuple[int, int]]]:
        import numpy
        from rapidfuzz.distance import Indel
        from rapidfuzz.process import cdist

        if not words:
            return {}
        simple, names = self._simple
        matrix = cdist(
            words, names, scorer=Indel.normalized_similarity, score_cutoff=NEAR, dtype=numpy.uint8,
            score_multiplier=100,
        )  # fmt: skip
        found: dict[str, Sequence[tuple[int, int]]] = {}
        for word, row in zip(words, matrix, strict=True):
            places = numpy.flatnonzero(row)
            if len(places) > NEAR_WORDS:
                places = places[numpy.argpartition(row[places], -NEAR_WORDS)[-NEAR_WORDS:]]
            found[word] = list(zip(simple[places].tolist(), row[places].tolist(), strict=True))
        return found

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
    def _by_sound(self) -> dict[str, list[int]]:
        sounds = (self.path / layout.SOUNDS).read_text(encoding="utf-8").split("\n")
        found: dict[str, list[int]] = {}
        for number in self._simple[0].tolist():
            found.setdefault(sounds[number], []).append(number)
        return found


class Stored:
    """An array on disk, read piece by piece: mapping it would keep in memory all that was ever looked at."""

    def __init__(self, path: Path, kind: type) -> None:
        import numpy

        self._file = path.open("rb", buffering=0)
        self._type = numpy.dtype(kind)
        self.size = path.stat().st_size // self._type.itemsize

    def data(self, start: int, end: int) -> bytes:
        width = self._type.itemsize
        self._file.seek(start * width)
        return self._file.read((end - start) * width) or b""

    def read(self, start: int, end: int) -> Array:
        import numpy

        return numpy.frombuffer(self.data(start, end), dtype=self._type)

    def find(self, value: int) -> int:
        """Place of the first number that is not under ``value``; the array is sorted."""
        low, high = 0, self.size
        while low < high:
            middle = (low + high) // 2
            if int(self.read(middle, middle + 1)[0]) < value:
                low = middle + 1
            else:
                high = middle
        return low

    def close(self) -> None:
        self._file.close()


class Asked:
    """What is looked for: words of names, places (class, school), dates, years of birth, identifiers.

    ``begun`` may be unfinished; ``most`` is the worth of a person who has it all, identifiers apart.
    """

    __slots__ = ("begun", "dates", "ids", "most", "places", "words", "years")

    def __init__(
        self,
        words: Iterable[str],
        *,
        places: Iterable[str] = (),
        dates: Iterable[str] = (),
        ids: Iterable[str] = (),
        years: Iterable[str] = (),
        begun: str = "",
    ) -> None:
        self.words = list(dict.fromkeys(word for word in words if word))[:8]
        self.places = list(dict.fromkeys(places))
        self.dates = list(dict.fromkeys(dates))[:2]
        self.ids = list(dict.fromkeys(ids))
        self.years = list(dict.fromkeys(years))[:2]
        self.begun = begun
        self.most = 100.0 * len(self.words) + 120.0 * len(self.dates) + 40.0 * len(self.years)

    @classmethod
    def typed(cls, query: str) -> Asked:
        """From what one types, in any order."""
        words: list[str] = []
        places: list[str] = []
        dates: list[str] = []
        ids: list[str] = []
        years: list[str] = []
        position = 0
        for match in DATE.finditer(query):
            if iso := text.iso_date(match[0]):
                dates.append(iso)
                words += query[position : match.start()].split()
                position = match.end()
        words += query[position:].split()
        names: list[str] = []
        for word in words:
            digits = any(c.isdigit() for c in word)
            folded = text.fold(spelling.repair(word)[0])
            if digits and (iso := text.iso_date(word)):
                dates.append(iso)
            elif YEAR.fullmatch(word):
                years.append(word)
            elif digits:
                places += [layout.class_word(folded), layout.SCHOOL_MARK + folded.replace(" ", "")]
                ids.append(word)
            else:
                parts = layout.name_words(word)
                if "." in word or "@" in word:
                    ids.append(word.partition("@")[0])
                names += parts[:-1] if len(parts) > 2 else parts
        kept = [name for name in names if name not in text.PARTICLES] or names
        whole = not query[-1:].isspace()
        begun = kept[-1] if kept and whole else ""
        return cls(kept, places=places, dates=dates, ids=ids, years=years, begun=begun)

    @classmethod
    def record(cls, record: Record) -> Asked:
        """From a record of an export."""
        words = [*layout.name_words(record.surname), *layout.name_words(record.usage_name)]
        words += layout.name_words(record.given_names)[:2]
        ids = [record.ids[name] for name in ("ine", "uid", "jointure", "idpn") if record.ids.get(name)]
        return cls(words, dates=[record.birth_date] if layout.day_number(record.birth_date) else (), ids=ids)

    @classmethod
    def of_key(cls, key: str) -> Asked:
        """From the key of an account (``matching.account_keys``): an identifier, or the name and the birth date."""
        _, _, rest = key.partition(":")
        kind, _, value = rest.partition(":")
        if ":nom:" not in key:
            return cls((), ids=[value.rpartition(":")[2]]) if kind in layout.IDS else cls(())
        words = value.partition(":")[2].split("/")
        dates = [word for word in words if layout.day_number(word)]
        return cls(words[:2], dates=dates)


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


def near_dates(iso: str) -> Iterable[tuple[int, DateLevel]]:
    """A birth date as a number, then those that a slip makes of it."""
    yield layout.day_number(iso), DateLevel.EXACT
    digits = iso.replace("-", "")
    for place in range(8):
        for digit in "0123456789":
            if digit != digits[place]:
                yield int(digits[:place] + digit + digits[place + 1 :]), DateLevel.DIGIT
    for place in range(7):
        if digits[place] != digits[place + 1]:
            swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
            yield int(swapped), DateLevel.TRANSPOSED
    yield int(digits[:4] + "0101"), DateLevel.PLACEHOLDER
    yield int(digits[:4] + digits[6:] + digits[4:6]), DateLevel.SWAPPED


def other_spellings(word: str) -> Iterable[str]:
    """Transliterations, familiar and full forms of a given name."""
    known = spelling.given_names()
    for group in known.groups.get(word, ()):
        yield from known.spellings[group]
    yield from known.full.get(word, ())
    yield from known.familiar.get(word, ())


def worth_of(asked: Asked, record: Record) -> float:
    """How well a person fits: each word typed against the nearest of his, less what he has besides."""
    from rapidfuzz.distance import Indel

    mine = {*layout.name_words(record.surname), *layout.name_words(record.usage_name)}
    mine.update(layout.name_words(record.given_names))
    total = 0.0
    used: set[str] = set()
    for word in asked.words:
        best, nearest = 0.0, ""
        for own in mine:
            if own == word:
                alike = 1.0
            else:
                alike = float(Indel.normalized_similarity(own, word))
                alike = 1 - (1 - alike) * 1.6
                if own.startswith(word) and len(word) >= 1:
                    alike = max(alike, (0.72 if word == asked.begun else 0.55) + 0.25 * len(word) / len(own))
                elif alike < 0.85 and len(word) > 2 and spelling.sound(own) == spelling.sound(word):
                    alike = 0.85
                elif alike < 0.8 and (spelling.is_nickname(own, word) or spelling.is_transliteration(own, word)):
                    alike = 0.8
            if alike > best:
                best, nearest = alike, own
        total += 100 * best
        used.add(nearest)
    simple = {w for name in (record.surname, record.given_names) for w in text.words(name) if w not in text.PARTICLES}
    total -= 6 * len(simple - used)
    for date in asked.dates:
        if record.birth_date:
            level = compare_dates(date, record.birth_date)
            total += 120 if level is DateLevel.EXACT else 75 if level in AGREEING else -40
    for year in asked.years:
        total += 40 if record.birth_date.startswith(year) else -10 if record.birth_date else 0
    if asked.places:
        own_places = {layout.class_word(record.division)}
        own_places.update(layout.school_words(record.school, record.extra.get("main_school", "")))
        total += 20 * len(own_places.intersection(asked.places))
    if asked.ids:
        hashes = {layout.hash_of(record.ids[name]) for name in layout.IDS if name in record.ids}
        total += 300 * sum(layout.hash_of(word) in hashes for word in asked.ids)
    return total
