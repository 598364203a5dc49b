"""The counting of findings and links against the truth of a demo school."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from diagnostics import demo
from diagnostics.demo_school import score
from diagnostics.model import Evidence, Finding, Link, Origin, Person, Profile, Record, Verdict

ORIGIN = Origin("e", 1)


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> demo.Truth:
    return demo.generate(tmp_path_factory.mktemp("score"), seed=23, pupils=150, staff=40)


def finding(true: demo.TruthFinding, category: str = "") -> Finding:
    people = tuple(
        Person(surname=p.surname, given_names=p.given_names, profile=Profile(p.profile), division=p.division)
        for p in true.persons
    )
    evidence = tuple(
        Evidence(origin=ORIGIN, file="f", field="classe", value=structure) for structure in true.structures
    )
    return Finding(
        id=true.note, category=category or true.category, summary=true.note, persons=people, evidence=evidence
    )


def link(true: demo.TruthLink, verdict: Verdict, uid: str | None) -> Link:
    profile = Profile(true.profile)
    record = Record(origin=ORIGIN, profile=profile, surname=true.surname, given_names=true.given_names, ids=true.ids)
    account = Record(origin=ORIGIN, profile=profile, ids={"uid": uid}) if uid else None
    return Link(key="k", record=record, verdict=verdict, account=account)


def test_saying_the_truth_scores_full_marks(truth: demo.Truth) -> None:
    scores = score.findings(truth, [finding(true) for true in truth.findings])
    assert len(scores) >= 30
    for one in scores.values():
        assert (one.recall, one.precision, one.missed, one.false) == (1.0, 1.0, [], []), one.category


def test_silence_misses_everything(truth: demo.Truth) -> None:
    scores = score.findings(truth, [])
    assert all(one.found == 0 and one.expected == len(one.missed) for one in scores.values())


def test_what_is_tolerated_is_neither_missed_nor_false(truth: demo.Truth) -> None:
    scores = score.findings(truth, [finding(true) for true in (*truth.findings, *truth.tolerated)])
    assert all(one.false == [] and one.recall == 1.0 for one in scores.values())


def test_a_category_said_instead_answers(truth: demo.Truth) -> None:
    true = next(f for f in truth.findings if f.category == "SIE-02")
    scores = score.findings(truth, [finding(true, "SIE-01")])
    assert scores["SIE-02"].recall > 0
    assert scores["SIE-01"].false == []


def test_a_person_without_that_defect_is_false(truth: demo.Truth) -> None:
    stranger = Person(surname="PERSONNE", given_names="Nulle", profile=Profile.ELEVE)
    said = Finding(id="x", category="ANN-01", summary="absente", persons=(stranger,))
    scores = score.findings(truth, [said])
    assert scores["ANN-01"].precision == 0
    assert scores["ANN-01"].false == ["PERSONNE Nulle : absente"]


def test_a_homonym_of_another_division_is_another_person(truth: demo.Truth) -> None:
    true = next(f for f in truth.findings if f.category == "ANN-15")
    named = finding(true)
    elsewhere = tuple(msgspec.structs.replace(p, division="9Z") for p in named.persons)
    scores = score.findings(truth, [msgspec.structs.replace(named, persons=elsewhere)])
    assert len(scores["ANN-15"].false) == len(elsewhere)


def test_right_links_are_all_accepted(truth: demo.Truth) -> None:
    verdicts = {name: Verdict(name) for name in ("certain", "review", "absent")}
    given = []
    for true in truth.links:
        verdict = verdicts[true.acceptable_verdicts[0]]
        given.append((true.source, link(true, verdict, true.account_uid if verdict is Verdict.CERTAIN else None)))
    scores = score.links(truth, given)
    assert sum(one.total for one in scores.values()) == len(truth.links)
    assert all(one.wrong == [] and one.unacceptable == [] and one.unknown == 0 for one in scores.values())


def test_a_certain_link_to_someone_else_is_wrong(truth: demo.Truth) -> None:
    given = [(true.source, link(true, Verdict.CERTAIN, "XXX00000")) for true in truth.links]
    scores = score.links(truth, given)
    assert all(len(one.wrong) == one.total for one in scores.values())


def test_the_truth_is_told_where_it_was_written(truth: demo.Truth, tmp_path: Path) -> None:
    again = demo.generate(tmp_path, seed=23, pupils=150, staff=40)
    assert again == truth
