"""Large collections kept small: compressed blocks, decoded as they are looked at, and where things stand in them.

A record that lives costs more than a kilobyte and a school of 2 000 people has 12 000 of them; compressed they cost a
tenth of it, and a screen shows twenty at a time.
"""

from __future__ import annotations

import dataclasses
import functools
import pickle
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, overload

import msgspec

from diagnostics.model import Export, Loaded

if TYPE_CHECKING:
    from diagnostics.school import School

T = TypeVar("T")
BLOCK = 32
"""Items of a block: about as many as a screen shows."""
HELD = 6
"""Blocks kept decoded."""
LEVEL = 6
"""Of compression."""
BULKY = ("records", "relations", "structures", "services")
"""Parts of an export that grow with the school."""


class Packed(Sequence[T]):
    """An immutable sequence kept compressed. An item is decoded anew each time: compare with ``==``, never ``is``."""

    __slots__ = ("_blocks", "_length")

    def __init__(self, items: Sequence[T]) -> None:
        self._length = len(items)
        self._blocks = tuple(
            zlib.compress(pickle.dumps(items[start : start + BLOCK], pickle.HIGHEST_PROTOCOL), LEVEL)
            for start in range(0, len(items), BLOCK)
        )

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[T]:
        for block in self._blocks:
            yield from decode(block)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[T, ...]: ...
    def __getitem__(self, index: int | slice) -> T | tuple[T, ...]:
        if isinstance(index, slice):
            return tuple(self[place] for place in range(*index.indices(self._length)))
        place = index + self._length if index < 0 else index
        if not 0 <= place < self._length:
            raise IndexError(index)
        item: T = recent(self._blocks[place // BLOCK])[place % BLOCK]
        return item

    def __getstate__(self) -> tuple[int, tuple[bytes, ...]]:
        return self._length, self._blocks

    def __setstate__(self, state: tuple[int, tuple[bytes, ...]]) -> None:
        self._length, self._blocks = state


def decode(block: bytes) -> Sequence[Any]:
    items: Sequence[Any] = pickle.loads(zlib.decompress(block))  # made by this program, by ``Packed``
    return items


recent = functools.lru_cache(maxsize=HELD)(decode)


class Places:
    """Where items stand, by what tells them apart: 16 bytes each where a dictionary takes a hundred.

    Only hashes are kept: whoever asks looks whether the item that stands there is the one meant.
    """

    __slots__ = ("_hashes", "_places", "_sorted")

    def __init__(self) -> None:
        self._hashes = array("q")
        self._places = array("q")
        self._sorted = True

    def add(self, key: Hashable, place: int) -> None:
        self._hashes.append(hash(key))
        self._places.append(place)
        self._sorted = False

    def of(self, key: Hashable) -> Iterator[int]:
        """The places where that item may stand, in the order in which they were added."""
        self._sort()
        number = hash(key)
        at = bisect_left(self._hashes, number)
        while at < len(self._hashes) and self._hashes[at] == number:
            yield self._places[at]
            at += 1

    def _sort(self) -> None:
        if not self._sorted:
            order = sorted(range(len(self._hashes)), key=self._hashes.__getitem__)
            self._hashes = array("q", (self._hashes[at] for at in order))
            self._places = array("q", (self._places[at] for at in order))
            self._sorted = True


class Seen:
    """Which texts were seen: 8 bytes each. One that was not is taken for one that was once in many billions."""

    __slots__ = ("_hashes",)

    def __init__(self, texts: Iterable[str]) -> None:
        hashes = array("q", (hash(text) for text in texts))
        self._hashes = array("q", sorted(set(hashes)))

    def __contains__(self, text: object) -> bool:
        number = hash(text)
        at = bisect_left(self._hashes, number)
        return at < len(self._hashes) and self._hashes[at] == number


class Keyed(Mapping[str, T]):
    """The items of a sequence by their id."""

    __slots__ = ("_items", "_places")

    def __init__(self, ids: Iterable[str], items: Sequence[T]) -> None:
        self._places = {identifier: place for place, identifier in enumerate(ids)}
        self._items = items

    def __getitem__(self, key: str) -> T:
        return self._items[self._places[key]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def packed(loaded: Loaded) -> Loaded:
    """A load whose exports keep their people compressed."""
    return msgspec.structs.replace(loaded, exports=tuple(packed_export(export) for export in loaded.exports))


def packed_export(export: Export) -> Export:
    return msgspec.structs.replace(
        export, **{name: Packed(items) for name in BULKY if len(items := getattr(export, name))}
    )


def plain(loaded: Loaded) -> Loaded:
    """The same, every record alive and always the same object: what matching and the rules need."""
    exports = (
        msgspec.structs.replace(export, **{name: tuple(getattr(export, name)) for name in BULKY})
        for export in loaded.exports
    )
    return msgspec.structs.replace(loaded, exports=tuple(exports))


def packed_school(school: School) -> School:
    """A school that the screens can hold for a day."""
    identities = Packed(school.identities)
    return dataclasses.replace(
        school,
        loaded=packed(school.loaded),
        links=Packed(school.links),
        identities=identities,
        identity_of=Keyed((identity.id for identity in school.identities), identities),
    )
