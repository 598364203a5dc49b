"""What must raise no alarm: agreement, and everything that looks like a fault and is not."""

from __future__ import annotations

import pytest
from rules_builders import ELSEWHERE, Town, calm_town

from diagnostics.model import Kind, Profile


def test_nothing_is_said_of_a_school_where_everything_agrees() -> None:
    assert calm_town().findings() == []


@pytest.mark.parametrize(
    "kept", [("siecle",), ("ent",), ("edt",), ("sts",), ("siecle", "ent"), ("siecle", "edt"), ("sts", "edt"), ()]
)
def test_a_part_of_the_exports_raises_no_alarm(kept: tuple[str, ...]) -> None:
    town = calm_town()
    for name in list(town.kinds):
        if name not in kept:
            del town.kinds[name]
    assert town.findings() == []


def test_a_pupil_who_left_is_not_missed_in_the_ent() -> None:
    town = calm_town()
    gone = town.pupil("SORTIN", "Léo")
    parent = town.guardian("SORTIN", "Aude", gone)
    town.row("siecle", gone).extra["exit_date"] = "2025-10-03"
    for who in (gone, parent):
        town.drop(who, "ent", "edt", "educonnect", "educonnect_resp")
    assert town.findings() == []


def test_a_pupil_to_come_is_not_missed_in_the_ent() -> None:
    town = calm_town()
    coming = town.pupil("VENIRAS", "Zoé")
    town.row("siecle", coming).extra["entry_date"] = "2026-01-05"
    town.drop(coming, "ent", "educonnect")
    assert town.findings() == []


def test_an_adult_pupil_who_is_his_own_guardian_needs_no_second_account() -> None:
    town = calm_town()
    adult = town.pupil("MAJORIN", "Sacha", "2006-01-02")
    town.guardian("MAJORIN", "Sacha", adult, kinship="70")
    town.drop("MAJORIN Sacha resp", "ent", "educonnect_resp")
    assert "ANN-01" not in town.said()


def test_a_person_to_call_needs_no_account() -> None:
    town = calm_town()
    child = town.rows["siecle"][0].who
    town.guardian("VOISINE", "Odette", child, kinship="90", level="contact")
    assert town.findings() == []


def test_a_foster_family_in_charge_is_as_it_should_be() -> None:
    town = calm_town()
    child = town.pupil("PLACIDE", "Noé")
    town.guardian("ACCUEILLE", "Rose", child, kinship="42", level="en_charge")
    assert town.findings() == []


def test_parents_who_share_an_address_and_a_phone_are_two() -> None:
    town = calm_town()
    child = town.pupil("COUPLIN", "Lou")
    mother = town.guardian("COUPLIN", "Danièle", child)
    father = town.guardian("COUPLIN", "Daniel", child, kinship="20", sex="M")
    for key in ("phone", "mail", "address"):
        town.row("responsables", father).extra[key] = town.row("responsables", mother).extra[key]
    town.row("educonnect_resp", father).extra["mail"] = town.row("educonnect_resp", mother).extra["mail"]
    assert town.findings() == []


def test_a_father_and_a_grandfather_of_one_name_at_one_address_are_two() -> None:
    town = calm_town()
    child = town.pupil("LIGNEE", "Ian")
    father = town.guardian("LIGNEE", "Paul", child, kinship="20", sex="M")
    elder = town.guardian("LIGNEE", "Paul", child, kinship="38", level="contact", sex="M")
    town.row("responsables", elder).extra["address"] = town.row("responsables", father).extra["address"]
    assert "SIE-01" not in town.said()


def test_homonyms_with_other_children_are_two_guardians() -> None:
    town = calm_town()
    town.guardian("HOMON", "Samira", town.pupil("HOMON", "Ada"))
    town.guardian("HOMON", "Samira", town.pupil("HOMON", "Basile", "2012-02-02", "6B"))
    assert town.findings() == []


def test_homonymous_pupils_and_twins_are_told_apart() -> None:
    town = calm_town()
    town.guardian("MARTINEL", "Ève", town.pupil("MARTINEL", "Lucas", "2013-01-01"))
    town.guardian("MARTINEL", "Inès", town.pupil("MARTINEL", "Lucas", "2012-07-08", "6B"))
    twins = [town.pupil("DOUBLET", given, "2013-06-06") for given in ("Léa", "Léo")]
    town.guardian("DOUBLET", "Marc", *twins, kinship="20", sex="M")
    assert town.findings() == []


def test_a_married_name_known_of_siecle_is_no_error() -> None:
    town = calm_town()
    town.guardian("NEEBERT", "Clara", town.pupil("MARIEE", "Tom"), usage="MARIEE")
    assert town.findings() == []


def test_lost_accents_capitals_and_initials_are_no_error() -> None:
    town = calm_town()
    pupil = town.pupil("D'ŒUVRE-ØRSTED", "Anne-Gaëlle")
    town.guardian("D'ŒUVRE-ØRSTED", "Loïs", pupil)
    town.row("edt", pupil).surname, town.row("edt", pupil).given = "D OEUVRE ORSTED", "ANNE GAELLE"
    teacher = town.teacher("CASTELIN", "Jean-Marc", courses=("5A", "6B"))
    town.row("edt", teacher).given = "J.-M."
    assert town.findings() == []


def test_staff_without_lessons_are_not_asked_for_in_sts_nor_in_pronote() -> None:
    town = calm_town()
    for given in ("Ali", "Bea"):
        town.add(
            "ent",
            f"{given} adm",
            Profile.NON_ENSEIGNANT,
            "GESTIONNEL",
            given,
            "1970-01-01",
            "",
            {"uid": f"QZZ{given}", "jointure": f"55{given}"},
            {"function": "PERSONNELS ADMINISTRATIFS", "directory": "AAF"},
        )
    librarian = town.teacher("LIVRESQUE", "Paule", courses=())
    town.row("sts", librarian).extra["function"] = "DOC"
    assert town.findings() == []


def test_accounts_of_other_schools_brought_by_a_search_are_left_alone() -> None:
    town = calm_town()
    for n in range(3):
        row = town.add(
            "ent", f"autre{n}", Profile.ENSEIGNANT, f"AILLEURS{'XYZ'[n]}", "Guy", "1975-05-05", "", {"uid": f"QYY{n}"}
        )
        row.school = ELSEWHERE
        row.extra = {"main_school": "LYCEE D'AILLEURS", "function": "ENSEIGNEMENT"}
    assert town.findings() == []


def test_a_directory_without_the_pronote_column_says_nothing_of_pronote() -> None:
    town = calm_town()
    for row in town.rows["ent"]:
        row.ids.pop("idpn", None)
    assert not {"PRN-01", "PRN-02", "PRN-05"} & town.said().keys()


def test_classes_named_otherwise_in_a_whole_tool_misplace_nobody() -> None:
    town = calm_town()
    names = {"5A": "5EME A", "6B": "6°B"}
    for row in town.rows["ent"]:
        row.division = names.get(row.division, row.division)
    assert town.findings() == []


def test_a_record_to_confirm_accuses_nobody() -> None:
    town = calm_town()
    pupil = town.pupil("DOUTEUX", "Mia")
    for export in ("siecle", "edt", "educonnect"):
        town.row(export, pupil).undecided = (pupil,)
    assert not {"ANN-01", "ANN-07", "EDU-06", "EDT-02"} & town.said().keys()


def test_services_still_empty_in_september_are_normal() -> None:
    town = calm_town()
    town.services["sts"] = []
    town.table("sts", Kind.STS_EMP, made_on="2025-09-10")
    assert town.findings("STS-01") == []


def test_a_block_without_date_in_the_settings_is_not_invented() -> None:
    assert Town().findings() == []
