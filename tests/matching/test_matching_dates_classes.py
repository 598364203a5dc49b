"""Comparison of birth dates and of class codes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnostics.matching.classes import ClassLevel, compare_divisions
from diagnostics.matching.dates import DateLevel, compare_dates


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        ("2013-02-14", "2013-02-14", DateLevel.EXACT),
        ("2013-02-10", "2013-10-02", DateLevel.SWAPPED),
        ("2013-02-14", "2013-02-15", DateLevel.DIGIT),
        ("2013-02-14", "2013-02-41", DateLevel.TRANSPOSED),
        ("2013-02-14", "2013-01-01", DateLevel.PLACEHOLDER),
        ("2013-02-19", "2013-02-20", DateLevel.DAY_OFF),
        ("2013-02-14", "2018-02-14", DateLevel.DIGIT),
        ("2013-02-14", "1998-02-14", DateLevel.YEAR),
        ("2013-02-14", "2013-02-27", DateLevel.DAY),
        ("2013-02-14", "2013-11-14", DateLevel.MONTH),
        ("2013-02-14", "2013-11-25", DateLevel.SAME_YEAR),
        ("2013-02-14", "2009-07-30", DateLevel.DIFFERENT),
        ("2013-02-14", "2013", DateLevel.PARTIAL),
        ("2013-02-14", "2012", DateLevel.DIFFERENT),
        ("2013-02-14", "", DateLevel.UNKNOWN),
        ("2013-02-14", "hier", DateLevel.UNKNOWN),
    ],
)
def test_dates_fall_on_their_level(left: str, right: str, level: DateLevel) -> None:
    assert compare_dates(left, right) is level
    assert compare_dates(right, left) is level


DATES = st.dates().map(lambda d: d.isoformat())


@given(DATES, DATES)
@settings(max_examples=100)
def test_dates_do_not_depend_on_the_side(left: str, right: str) -> None:
    assert compare_dates(left, right) is compare_dates(right, left)
    assert compare_dates(left, left) is DateLevel.EXACT


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        ("6A", "6 a", ClassLevel.EXACT),
        ("6A", "6EME A", ClassLevel.EXACT),
        ("6A", "6°A", ClassLevel.EXACT),
        ("6E", "6EME E", ClassLevel.EXACT),
        ("6e1", "6EME 1", ClassLevel.EXACT),
        ("2DE3", "2NDE 3", ClassLevel.EXACT),
        ("1ERE S", "1S", ClassLevel.EXACT),
        ("TLE 2", "T2", ClassLevel.EXACT),
        ("52001$5A", "5A", ClassLevel.EXACT),
        ("6A", "6C", ClassLevel.SAME_YEAR),
        ("6A", "5A", ClassLevel.DIFFERENT),
        ("6A", "", ClassLevel.UNKNOWN),
    ],
)
def test_classes_fall_on_their_level(left: str, right: str, level: ClassLevel) -> None:
    assert compare_divisions(left, right) is level
    assert compare_divisions(right, left) is level
