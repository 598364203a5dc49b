"""Dates of the school year and the behaviours that they make normal."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from diagnostics import school_year
from diagnostics.school_year import behaviours, french_moment, holds, rentree, toussaint


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2025, 10, 14), 2025), (date(2026, 6, 30), 2025), (date(2026, 7, 31), 2025), (date(2026, 8, 1), 2026),
        (date(2026, 1, 1), 2025),
    ],
)  # fmt: skip
def test_the_school_year_changes_in_august(day: date, year: int) -> None:
    assert school_year.school_year(day) == year


@pytest.mark.parametrize(
    ("year", "day"), [(2022, 1), (2023, 4), (2024, 2), (2025, 1), (2020, 1)]
)  # fmt: skip
def test_the_rentree_is_that_of_the_official_calendar(year: int, day: int) -> None:
    assert rentree(year) == date(year, 9, day)


@pytest.mark.parametrize(("year", "day"), [(2021, 8), (2022, 7), (2023, 6), (2024, 4), (2025, 3)])
def test_toussaint_ends_with_its_holidays(year: int, day: int) -> None:
    assert toussaint(year) == date(year, 11, day)


def test_leavers_are_normal_until_toussaint_and_no_longer() -> None:
    assert holds("anciens_toussaint", date(2025, 9, 15))
    assert holds("anciens_toussaint", date(2025, 11, 2))
    assert not holds("anciens_toussaint", date(2025, 11, 3))
    assert not holds("anciens_toussaint", date(2026, 3, 1))


def test_end_of_year_runs_from_4_to_15_july() -> None:
    days = [day for day in range(1, 32) if holds("fin_officielle", date(2026, 7, day))]
    assert days == list(range(4, 16))


def test_nothing_is_normal_in_winter() -> None:
    assert not [one for one in behaviours(date(2026, 1, 20)) if one.normal]


def test_a_date_and_a_date_time_give_the_same_behaviours() -> None:
    assert behaviours(date(2026, 7, 7)) == behaviours(datetime(2026, 7, 7, 23, 59))


@pytest.mark.parametrize("year", [2019, 2024, 2025, 2026, 2031])
def test_every_behaviour_lies_in_its_school_year(year: int) -> None:
    for one in school_year.year_behaviours(year):
        assert one.start < one.until
        assert school_year.school_year(one.start) == year
        assert school_year.school_year(one.until - timedelta(days=1)) == year
        assert one.sources
        assert one.explanation


def test_an_unknown_behaviour_is_an_error() -> None:
    with pytest.raises(KeyError):
        holds("noel", date(2026, 12, 25))


def test_moments_are_said_in_french() -> None:
    assert french_moment(datetime(2026, 9, 17, 14, 0), datetime(2026, 9, 15)) == "jeudi 17 septembre 14:00"
    assert french_moment(date(2027, 2, 1), date(2026, 12, 1)) == "lundi 1er février 2027"
    assert french_moment(datetime(2026, 9, 6), datetime(2026, 9, 1)) == "dimanche 6 septembre"
