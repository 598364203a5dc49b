"""Comparison of birth dates: what a clerk, a spreadsheet or a missing civil register makes of one date."""

from __future__ import annotations

import enum
import functools
import re
from collections.abc import Collection, Iterable
from datetime import date

ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


class DateLevel(enum.IntEnum):
    UNKNOWN = 0
    EXACT = 1
    SWAPPED = 2
    """Day and month inverted."""
    DIGIT = 3
    """One digit differs."""
    TRANSPOSED = 4
    """Two neighbouring digits inverted."""
    PLACEHOLDER = 5
    """1 January of the same year on one side: the day is not known (foreign civil registers)."""
    DAY_OFF = 6
    """One day apart, which a time zone does."""
    YEAR = 7
    """Same day and month, another year."""
    DAY = 8
    """Same month and year, another day."""
    MONTH = 9
    """Same day and year, another month."""
    PARTIAL = 10
    """One side states less, and nothing against."""
    SAME_YEAR = 11
    DIFFERENT = 12


AGREEING = frozenset(range(DateLevel.EXACT, DateLevel.PARTIAL + 1))
STRONG = frozenset({DateLevel.EXACT, DateLevel.SWAPPED})


@functools.lru_cache(maxsize=1 << 16)
def compare_dates(left: str, right: str) -> DateLevel:
    """Level of two ISO dates, the same in either order; what is not a date counts as not stated."""
    mine, theirs = ISO.fullmatch(left), ISO.fullmatch(right)
    if not mine or not theirs:
        return _partial(left, right)
    if left == right:
        return DateLevel.EXACT
    (y1, m1, d1), (y2, m2, d2) = mine.groups(), theirs.groups()
    if y1 == y2:
        if (m1, d1) == (d2, m2):
            return DateLevel.SWAPPED
        if (m1, d1) == ("01", "01") or (m2, d2) == ("01", "01"):
            return DateLevel.PLACEHOLDER
    a, b = d1 + m1 + y1, d2 + m2 + y2
    places = [place for place in range(8) if a[place] != b[place]]
    if len(places) == 1:
        return DateLevel.DIGIT
    if (
        len(places) == 2
        and places[1] == places[0] + 1
        and a[places[0]] == b[places[1]]
        and a[places[1]] == b[places[0]]
    ):
        return DateLevel.TRANSPOSED
    if abs(_ordinal(left) - _ordinal(right)) == 1:
        return DateLevel.DAY_OFF
    if (m1, d1) == (m2, d2):
        return DateLevel.YEAR
    if y1 == y2:
        if m1 == m2:
            return DateLevel.DAY
        return DateLevel.MONTH if d1 == d2 else DateLevel.SAME_YEAR
    return DateLevel.DIFFERENT


def agree_on_dates(left: Iterable[str], right: Collection[str]) -> bool:
    """Whether some date of one side is near some date of the other."""
    return any(compare_dates(mine, theirs) in AGREEING for mine in left for theirs in right)


def _ordinal(iso: str) -> int:
    try:
        return date.fromisoformat(iso).toordinal()
    except ValueError:
        return -10


def _partial(left: str, right: str) -> DateLevel:
    """Dates of which one is not whole: ``2013``, ``2013-02``, ``2013-00-00``."""
    mine, theirs = (re.fullmatch(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", value) for value in (left, right))
    if not mine or not theirs:
        return DateLevel.UNKNOWN
    for one, other in zip(mine.groups(), theirs.groups(), strict=True):
        if one in (None, "00") or other in (None, "00"):
            continue
        if one != other:
            return DateLevel.DIFFERENT
    return DateLevel.PARTIAL
