"""Three loads of one school, in any order of files, with people renamed meanwhile: solved, still there, new, back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rules_builders import Town, calm_town

from diagnostics.cases.recheck import Change, Recheck, compare
from diagnostics.model import Finding, Kind, Profile
from diagnostics.rules import not_checked, run, unseen


def told(town: Town, *, reverse: bool = False) -> tuple[Finding, ...]:
    return run(town.data(reverse=reverse))


def by_category(found: tuple[Recheck, ...]) -> dict[str, Change]:
    return {one.finding.category: one.change for one in found}


def missing(town: Town, *people: str) -> Town:
    for who in people:
        town.drop(who, "ent", "educonnect", "educonnect_resp")
    return town


def renamed(town: Town, who: str, surname: str) -> Town:
    """SIECLE corrects a name; every tool follows."""
    for rows in town.rows.values():
        for row in rows:
            if row.who == who:
                row.surname = surname
    return town


def pupil(town: Town) -> str:
    return town.rows["siecle"][3].who


def other(town: Town) -> str:
    return town.rows["siecle"][7].who


@pytest.mark.parametrize("reverse", [False, True])
def test_a_problem_solved_then_back_is_told_over_three_loads(reverse: bool) -> None:
    first = missing(calm_town(), pupil(calm_town()))
    second = calm_town()
    third = missing(calm_town(), pupil(calm_town()))
    one, two, three = told(first), told(second, reverse=reverse), told(third, reverse=reverse)
    solved = compare(one, two)
    assert [r.change for r in solved] == [Change.SOLVED]
    again = compare(two, three, past={r.finding.id for r in solved})
    assert [r.change for r in again] == [Change.BACK]
    assert [r.change for r in compare(one, three)] == [Change.REMAINS]


def test_one_of_two_persons_is_put_right_and_another_joins() -> None:
    before = missing(calm_town(), pupil(calm_town()), other(calm_town()))
    joined = calm_town().rows["siecle"][5].who
    after = missing(calm_town(), other(calm_town()), joined)
    (found,) = compare(told(before), told(after))
    assert found.change is Change.REMAINS
    assert [f"{p.surname} {p.given_names}" for p in found.solved] == [pupil(calm_town())]
    assert [f"{p.surname} {p.given_names}" for p in found.added] == [joined]


def test_a_person_renamed_meanwhile_is_the_same_person() -> None:
    before = missing(calm_town(), pupil(calm_town()))
    after = renamed(missing(calm_town(), pupil(calm_town())), pupil(calm_town()), "CORRIGEE")
    (found,) = compare(told(before), told(after))
    assert found.change is Change.REMAINS
    assert (found.solved, found.added) == ((), ())


def test_a_person_renamed_whose_problem_is_solved_is_solved() -> None:
    before = missing(calm_town(), pupil(calm_town()))
    after = renamed(calm_town(), pupil(calm_town()), "CORRIGEE")
    assert [r.change for r in compare(told(before), told(after))] == [Change.SOLVED]


def test_guardians_are_not_solved_by_a_load_that_does_not_hold_them() -> None:
    guardian = calm_town().rows["responsables"][2].who
    before = missing(calm_town(), guardian)
    after = calm_town()
    for name in ("responsables", "educonnect_resp"):
        del after.kinds[name]
    data = after.data()
    unchecked = {category for category, _ in not_checked(data)} | unseen(data)
    found = compare(told(before), run(data), unchecked=unchecked)
    assert [(r.finding.category, r.change) for r in found] == [("ANN-01", Change.NOT_CHECKED)]


def spoilt_file(town: Town, digest: str) -> Town:
    town.table("autre", Kind.EDT_CHIFFRE, meta={"partners": "INDEXEDUCATION, LaclasseCom"}, sha256=digest)
    return town


@pytest.mark.parametrize("change", [lambda t: spoilt_file(t, "a"), lambda t: missing(t, pupil(t))])
def test_the_same_load_twice_changes_nothing(change: Callable[[Town], Town]) -> None:
    found = compare(told(change(calm_town())), told(change(calm_town()), reverse=True))
    assert [r.change for r in found] == [Change.REMAINS]


def test_a_file_made_again_with_the_same_fault_is_still_wrong() -> None:
    found = compare(told(spoilt_file(calm_town(), "a")), told(spoilt_file(calm_town(), "b")))
    assert by_category(found) == {"EDT-05": Change.REMAINS}


def test_every_finding_of_a_load_has_its_own_id() -> None:
    town = missing(calm_town(), pupil(calm_town()), calm_town().rows["responsables"][1].who)
    for row in town.rows["educonnect"]:
        row.extra["state"] = "Bloqué"
    for row in town.rows["ent"][:4]:
        if row.profile is Profile.ELEVE:
            row.division = "6B"
    ids = [finding.id for finding in told(town)]
    assert len(ids) == len(set(ids)) > 1
