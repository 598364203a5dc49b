"""What the index looks things up in: arrays on disk, and the letters of a vocabulary in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy

    Array = numpy.ndarray[Any, Any]


class Letters:
    """How many of each letter the words of a list have: two words are no nearer than the letters they share.

    Comparing letters costs a tenth of comparing words, and leaves one word in ten to compare.
    """

    def __init__(self, words: Sequence[str]) -> None:
        import numpy

        self._lengths = numpy.fromiter(map(len, words), dtype=numpy.int16, count=len(words))
        text = numpy.frombuffer("".join(words).encode("ascii", "replace"), dtype=numpy.uint8)
        owners = numpy.repeat(numpy.arange(len(words)), self._lengths)
        self._counts = {
            letter: numpy.bincount(owners[text == letter], minlength=len(words)).astype(numpy.int16)
            for letter in numpy.unique(text).tolist()
        }

    def may_be_near(self, word: str, least: float) -> Array:
        """Places of the words whose Indel similarity with one may reach ``least``."""
        import numpy

        shared = numpy.zeros(len(self._lengths), dtype=numpy.int16)
        for letter, many in Counter(word.encode("ascii", "replace")).items():
            if letter in self._counts:
                shared += numpy.minimum(self._counts[letter], many)
        return numpy.flatnonzero(shared * 2 >= (self._lengths + len(word)) * least)


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
