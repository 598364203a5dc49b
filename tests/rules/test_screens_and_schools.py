"""Screens that say which import they are of, exports of two schools of one cité, and who is at fault."""

from __future__ import annotations

from datetime import datetime

import pytest
from rules_builders import ELSEWHERE, Town, calm_town

from diagnostics.catalogue import card, explain_text
from diagnostics.model import Kind, Profile
from diagnostics.routing import route_incident
from diagnostics.school import incident_of
from diagnostics.settings import Settings


def codes(town: Town) -> list[str]:
    return sorted({finding.category for finding in town.findings()})


@pytest.mark.parametrize(("screen", "said"), [("pronote", ["PRN-03"]), ("edt", ["EDT-01"]), ("", ["EDT-01"])])
def test_the_title_of_a_screen_says_which_import_is_to_be_done_again(screen: str, said: list[str]) -> None:
    town = calm_town()
    town.table("ecran", Kind.ENT_RAPPROCHEMENTS, meta={"screen": screen} if screen else {})
    row = town.rows["edt"][0]
    town.add("ecran", row.who, Profile.ELEVE, row.surname, row.given, row.birth)
    assert codes(town) == said


def cite() -> Town:
    """A lycée beside the collège, in one ENT: its own SIECLE, its accounts under its own UAI and name."""
    town = calm_town()
    for row in town.rows["ent"]:
        row.extra["main_school"] = "CLG DES ESSAIS"
    town.table("siecle_lycee", Kind.SIECLE_ELEVES, school=ELSEWHERE)
    for index in range(6):
        n, given = town.next(), "ABCDEF"[index] + "na"
        ids = {"ine": f"2{int(n):08d}AB", "eleve_id": f"6{n}"}
        who = f"LYCEENNE {given}"
        made = town.add("siecle_lycee", who, Profile.ELEVE, "LYCEENNE", given, f"2009-04-0{index + 1}", "2GT4", ids)
        made.school = ELSEWHERE
        facts = {"directory": "AAF", "main_school": "LYC DES ESSAIS"}
        account = town.add("ent", who, Profile.ELEVE, "LYCEENNE", given, "", "2GT4", town.account(n), facts)
        account.school = ELSEWHERE
    return town


def test_both_schools_of_a_cite_are_at_home() -> None:
    assert not {"ANN-12", "ANN-07", "PRN-13", "ANN-01"} & set(codes(cite()))


def test_a_pupil_of_neither_school_is_still_elsewhere() -> None:
    town = cite()
    account = town.row("ent", town.rows["siecle"][2].who)
    account.school, account.extra["main_school"] = "0750001A", "LYC D'AILLEURS"
    assert "ANN-12" in codes(town)


@pytest.mark.parametrize(
    ("export", "said", "unsaid"),
    [("edt", "corriger la fiche dans EDT", "SIECLE Base"), ("ent", "L'ENT seul", "EDT seul")],
)
def test_the_base_that_stands_alone_is_the_one_to_correct(export: str, said: str, unsaid: str) -> None:
    town = calm_town()
    row = town.row(export, town.rows["siecle"][4].who)
    row.birth = "2012-01-01"
    (found,) = town.findings()
    assert found.category == "ANN-06"
    incident = incident_of(found)
    steps = " ".join(route_incident(incident, settings=Settings(), now=datetime(2025, 11, 20, 9)).try_first)
    assert said in steps
    assert unsaid not in steps


def test_a_card_says_in_french_when_a_step_applies() -> None:
    text = " ".join(explain_text(card("ANN-06")).split())
    assert "EDT seul en cause" in text
    assert "at_fault" not in text
