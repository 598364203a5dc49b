"""Comparison of birth dates and of class codes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matching_cases import account, accounts_export, crowd, export, person

from diagnostics.matching import match
from diagnostics.matching.classes import ClassLevel, compare_divisions
from diagnostics.matching.dates import DateLevel, compare_dates
from diagnostics.model import Agreement, Export, Kind


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


def two_classes(*, moved: int = 0, names: tuple[str, str] = ("601", "602")) -> tuple[Export, Export]:
    """Twenty-four pupils without birth dates in two classes, ``moved`` of each being in the other one's in the ENT, and
    two namesakes, one in each class."""
    there = ("6A", "6B")
    everyone = [(surname, given, number % 2) for number, (surname, given, _, _) in enumerate(crowd(24))]
    rows = [person(surname, given, "", names[side]) for surname, given, side in everyone]
    known = [
        account(f"u{n}", surname, given, "", there[1 - side if n < 2 * moved else side])
        for n, (surname, given, side) in enumerate(everyone)
    ]
    rows += [person("DOUBLET", "Léa", "", names[side]) for side in (0, 1)]
    known += [account(f"jumelle{side}", "DOUBLET", "Léa", "", there[side]) for side in (1, 0)]
    return export(Kind.PRONOTE_LISTE, rows), accounts_export(*known)


def namesakes_of(exports: tuple[Export, Export]) -> dict[str, list[str]]:
    """Class of each namesake → accounts proposed, the nearest first."""
    links = match(list(exports))
    return {
        link.record.division: [candidate.account.ids["uid"] for candidate in link.candidates]
        for link in links
        if link.record.surname == "DOUBLET"
    }


def test_a_class_under_another_name_is_learnt_from_the_pupils_whom_names_settle() -> None:
    found = namesakes_of(two_classes())
    assert (found["601"][0], found["602"][0]) == ("jumelle0", "jumelle1")
    (link,) = [x for x in match(list(two_classes())) if x.record.surname == "DOUBLET" and x.record.division == "601"]
    (field,) = [field for field in link.candidates[0].fields if field.field == "classe"]
    assert (field.agreement, field.note) == (Agreement.EXACT, "la même classe sous deux noms")


@pytest.mark.parametrize(
    "exports",
    [
        pytest.param(two_classes(moved=2), id="two of twelve are elsewhere"),
        pytest.param(two_classes(names=("6B", "6A")), id="names that both sides know"),
    ],
)
def test_classes_that_do_not_map_one_by_one_are_not_taken_for_one(exports: tuple[Export, Export]) -> None:
    links = [link for link in match(list(exports)) if link.record.surname == "DOUBLET"]
    notes = {field.note for link in links for one in link.candidates for field in one.fields}
    assert "la même classe sous deux noms" not in notes
