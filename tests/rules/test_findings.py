"""What holds for every finding: order, identity over reloads, evidence, what could not be checked, and re-checks."""

from __future__ import annotations

import msgspec
from rules_builders import Town, calm_town

from diagnostics.cases.recheck import Change, compare
from diagnostics.catalogue import cards
from diagnostics.model import Finding, Kind, Profile
from diagnostics.rules import not_checked, run
from diagnostics.rules.coverage import NEEDS


def spoilt_town() -> Town:
    """Absents, leavers in EDT, incomplete records and a doubled account."""
    town = calm_town()
    pupils = [row.who for row in town.rows["siecle"]]
    town.drop(pupils[0], "ent", "educonnect")
    town.drop(pupils[1], "ent", "educonnect")
    town.row("siecle", pupils[2]).ids.pop("ine")
    town.row("educonnect", pupils[3]).extra["state"] = "Bloqué"
    for n in range(3):
        town.add("edt", f"parti{n}", Profile.ELEVE, f"PARTI{'ABC'[n]}", "Léo", "2010-01-01").ids["ident"] = f"z{n}"
    town.ran("2025-11-17T05:30", "Rejet - Seuil dépassé")
    return town


def test_findings_are_the_same_whatever_the_order_of_the_files() -> None:
    town = spoilt_town()
    assert [f.id for f in run(town.data())] == [f.id for f in run(town.data(reverse=True))]
    assert [f.summary for f in run(town.data())] == [f.summary for f in run(town.data(reverse=True))]


def test_what_hurts_comes_first_and_ids_are_unique() -> None:
    found = spoilt_town().findings()
    assert [f.severity for f in found] == sorted(f.severity for f in found)
    assert len({f.id for f in found}) == len(found)


def test_a_finding_keeps_its_id_when_one_of_its_persons_is_put_right() -> None:
    before, after = spoilt_town(), spoilt_town()
    after.drop("parti0", "edt")
    (one,), (other,) = before.findings("EDT-02"), after.findings("EDT-02")
    assert one.id == other.id
    assert len(one.persons) == len(other.persons) + 1


def test_every_finding_has_a_sentence_a_cause_and_evidence_with_its_file() -> None:
    for finding in spoilt_town().findings():
        assert finding.summary.endswith(".")
        assert finding.cause
        assert finding.evidence
        assert all(e.file and e.field and e.value for e in finding.evidence)
        assert all(p.identity for p in finding.persons)


def test_every_category_that_may_be_checked_has_a_card() -> None:
    assert NEEDS.keys() <= cards().keys()


def test_what_cannot_be_checked_says_which_export_to_fetch() -> None:
    town = calm_town()
    del town.kinds["responsables"]
    missing = dict(not_checked(town.data()))
    assert "Responsables" in missing["SIE-01"]
    assert "rejetés" in missing["ANN-04"]
    assert "ANN-03" not in missing
    assert "ANN-06" not in missing


def test_with_nothing_loaded_everything_is_to_fetch_and_nothing_is_found() -> None:
    data = Town().data()
    assert run(data) == ()
    assert {category for category, _ in not_checked(data)} == set(NEEDS)


def test_an_encrypted_export_of_edt_does_not_pass_for_a_readable_one() -> None:
    town = calm_town()
    town.rows["edt"] = []
    town.services["edt"] = []
    town.structures["edt"] = []
    town.table("chiffre", Kind.EDT_CHIFFRE)
    missing = dict(not_checked(town.data()))
    assert "chiffré" in missing["STS-04"]
    assert "EDT-05" not in missing


# -- re-check ------------------------------------------------------------------------------------------------------


def changes(before: list[Finding], after: list[Finding], **known: object) -> dict[str, Change]:
    return {r.finding.category: r.change for r in compare(before, after, **known)}  # type: ignore[arg-type]


def test_a_newer_load_tells_solved_still_there_and_new() -> None:
    before, after = spoilt_town(), spoilt_town()
    for row in after.rows["educonnect"]:
        row.extra["state"] = "Actif"
    after.rows["edt"][1].birth = "2013-03-27"
    found = changes(before.findings(), after.findings())
    assert found["EDU-05"] is Change.SOLVED
    assert found["EDT-02"] is Change.REMAINS
    assert found["ANN-06"] is Change.NEW


def test_persons_who_left_or_joined_a_finding_are_named() -> None:
    before, after = spoilt_town(), spoilt_town()
    after.drop("parti0", "edt")
    after.add("edt", "parti9", Profile.ELEVE, "PARTIZ", "Mia", "2010-01-01").ids["ident"] = "z9"
    (found,) = compare(before.findings("EDT-02"), after.findings("EDT-02"))
    assert [p.surname for p in found.solved] == ["PARTIA"]
    assert [p.surname for p in found.added] == ["PARTIZ"]


def test_a_finding_solved_before_is_back() -> None:
    found = spoilt_town().findings("EDT-02")
    (again,) = compare([], found, past={found[0].id})
    assert again.change is Change.BACK


def test_what_the_newer_exports_cannot_show_is_not_solved() -> None:
    found = spoilt_town().findings("EDT-02")
    (left,) = compare(found, [], unchecked={"EDT-02"})
    assert left.change is Change.NOT_CHECKED


def test_a_finding_whose_key_changed_is_found_again_by_its_persons() -> None:
    (old,) = spoilt_town().findings("EDT-02")
    new = msgspec.structs.replace(old, id="autre", persons=old.persons[1:])
    (found,) = compare([old], [new])
    assert found.change is Change.REMAINS
    assert len(found.solved) == 1
