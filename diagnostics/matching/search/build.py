"""Building of the index of a whole ENT in bounded memory: pairs are spilled as they come, placed in a second pass."""

from __future__ import annotations

import os
import shutil
from array import array
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec

from diagnostics.matching.search import layout
from diagnostics.matching.spelling import sound
from diagnostics.model import Record

if TYPE_CHECKING:
    import numpy

    Array = numpy.ndarray[Any, Any]

PART_BITS = 3
PARTS = 1 << PART_BITS
"""Slices of the hashes that are sorted one at a time."""
SPILL = 1 << 19
"""Pairs (word, person) held before they are written aside."""
REPORT = 20_000


def build(
    records: Iterable[Record],
    path: Path,
    *,
    progress: Callable[[int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> int:
    """Write the index of ``records`` into the folder ``path``, replacing what is there once it is whole.

    ``progress`` is called with the number of persons read. The folder is readable by its owner only. Returns how many
    persons it holds, 0 when it was cancelled and the former one stays.
    """
    partial = aside(path)
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True, mode=0o700)
    try:
        persons = _write(records, partial, progress, cancelled)
        if persons < 0:
            return 0
        shutil.rmtree(path, ignore_errors=True)
        partial.replace(path)
        return persons
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def aside(path: Path) -> Path:
    """Where an index is written until it is whole."""
    return path.with_name(path.name + ".partiel")


class _Pairs:
    """(key, person) pairs on their way to disk."""

    def __init__(self, path: Path, code: str) -> None:
        self.keys, self.persons = array(code), array("i")
        self.path = path
        self.size = 0
        self._keys: BinaryIO = path.with_suffix(".cles").open("wb")
        self._persons: BinaryIO = path.with_suffix(".personnes").open("wb")

    def spill(self) -> None:
        self.size += len(self.keys)
        self.keys.tofile(self._keys)
        self.persons.tofile(self._persons)
        del self.keys[:], self.persons[:]

    def close(self) -> tuple[Path, Path]:
        self.spill()
        self._keys.close()
        self._persons.close()
        return self.path.with_suffix(".cles"), self.path.with_suffix(".personnes")


def _write(
    records: Iterable[Record],
    folder: Path,
    progress: Callable[[int], None] | None,
    cancelled: Callable[[], bool] | None,
) -> int:
    """Number of persons written, -1 when the writing was cancelled."""
    encode = msgspec.msgpack.Encoder().encode
    numbers: dict[str, int] = {}
    simple = bytearray()
    words, days, hashes = _Pairs(folder / "mots", "i"), _Pairs(folder / "jours", "i"), _Pairs(folder / "ids", "Q")
    starts = array("q", [0])
    place = 0
    person = 0
    with (folder / layout.ROWS).open("wb", buffering=1 << 20) as rows:
        for person, record in enumerate(records):
            data = encode(layout.row_of(record))
            rows.write(data)
            place += len(data)
            starts.append(place)
            whole = set(layout.glued_words_of(record))
            for word in set(layout.words_of(record)):
                number = numbers.setdefault(word, len(numbers))
                if number == len(simple):
                    simple.append(0)
                if word not in whole and word[0] not in layout.MARKS:
                    simple[number] = 1
                words.keys.append(number)
                words.persons.append(person)
            if day := layout.day_number(record.birth_date):
                days.keys.append(day)
                days.persons.append(person)
            ids = record.ids
            for name in layout.IDS:
                if name in ids and (hashed := layout.hash_of(ids[name])):
                    hashes.keys.append(hashed)
                    hashes.persons.append(person)
            if len(words.keys) >= SPILL:
                for pairs in (words, days, hashes):
                    pairs.spill()
            if person % REPORT == 0:
                if cancelled and cancelled():
                    return -1
                if progress:
                    progress(person)
    persons = len(starts) - 1
    with (folder / layout.ROW_STARTS).open("wb") as out:
        starts.tofile(out)
    del starts
    _finish(folder, numbers, simple, words, days, hashes)
    meta = layout.Meta(layout.VERSION, persons, len(numbers), datetime.now().isoformat(timespec="seconds"))
    (folder / layout.META).write_bytes(msgspec.json.encode(meta))
    for file in folder.iterdir():
        os.chmod(file, 0o600)
    if progress:
        progress(persons)
    return persons


def _finish(
    folder: Path, numbers: dict[str, int], simple: bytearray, words: _Pairs, days: _Pairs, hashes: _Pairs
) -> None:
    import numpy

    ordered = sorted(numbers)
    final = numpy.empty(len(ordered), dtype=numpy.int32)
    for new, word in enumerate(ordered):
        final[numbers[word]] = new
    (folder / layout.WORDS).write_text("\n".join(ordered), encoding="utf-8")
    (folder / layout.SIMPLE).write_bytes(bytes(simple[numbers[word]] for word in ordered))
    (folder / layout.SOUNDS).write_text("\n".join(sound(word) for word in ordered), encoding="utf-8")
    word_keys, word_persons = words.close()
    size = len(ordered)
    _place(folder, word_keys, word_persons, words.size, size, lambda part: final[part], layout.WORD_STARTS,
           layout.WORD_PERSONS)  # fmt: skip

    day_keys, day_persons = days.close()
    known = numpy.unique(numpy.fromfile(day_keys, dtype=numpy.int32))
    known.tofile(folder / layout.DAYS)
    _place(folder, day_keys, day_persons, days.size, len(known), lambda part: numpy.searchsorted(known, part),
           layout.DAY_STARTS, layout.DAY_PERSONS)  # fmt: skip

    hash_keys, hash_persons = hashes.close()
    with (folder / layout.HASHES).open("wb") as values, (folder / layout.HASH_PERSONS).open("wb") as bearers:
        for part in range(PARTS):
            found, who = [], []
            for some, persons in zip(_slices(hash_keys, numpy.uint64), _slices(hash_persons), strict=True):
                mine = some >> numpy.uint64(64 - PART_BITS) == part
                found.append(some[mine])
                who.append(persons[mine])
            joined = numpy.concatenate(found) if found else numpy.empty(0, dtype=numpy.uint64)
            order = numpy.argsort(joined)
            joined[order].tofile(values)
            if found:
                numpy.concatenate(who)[order].tofile(bearers)
    for file in (word_keys, word_persons, day_keys, day_persons, hash_keys, hash_persons):
        file.unlink()


def _place(
    folder: Path,
    keys: Path,
    persons: Path,
    pairs: int,
    size: int,
    number: Callable[[Array], Array],
    starts_name: str,
    persons_name: str,
) -> None:
    """Group the persons by key: a counting sort by slices, so that memory does not grow with the region."""
    import numpy

    counts = numpy.zeros(size + 1, dtype=numpy.int64)
    for part in _slices(keys):
        counts[1:] += numpy.bincount(number(part), minlength=size)
    starts = numpy.cumsum(counts)
    starts.tofile(folder / starts_name)
    target = numpy.memmap(folder / persons_name, dtype=numpy.int32, mode="w+", shape=(max(1, pairs),))
    next_free = starts[:-1].copy()
    for part, who in zip(_slices(keys), _slices(persons), strict=True):
        mine = number(part)
        order = numpy.argsort(mine, kind="stable")
        sorted_keys = mine[order]
        first = numpy.searchsorted(sorted_keys, sorted_keys, side="left")
        target[next_free[sorted_keys] + numpy.arange(len(sorted_keys)) - first] = who[order]
        next_free += numpy.bincount(mine, minlength=size)
    target.flush()


def _slices(path: Path, kind: type | None = None) -> Iterable[Array]:
    import numpy

    with path.open("rb") as file:
        while True:
            part: Array = numpy.fromfile(file, dtype=kind or numpy.int32, count=SPILL)
            if not len(part):
                return
            yield part
