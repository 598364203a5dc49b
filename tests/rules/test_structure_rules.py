"""STS, EDT, AUT, GRP, CDT and BLO: structures, imports and calendars."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest
from rules_builders import ELSEWHERE, Town, calm_town

from diagnostics.model import Count, Kind, Origin, Profile, StructureType
from diagnostics.settings import Settings


def grouped_town() -> Town:
    """A calm town with two groups that every base knows and fills."""
    town = calm_town()
    for code in ("5ALL", "6ESP", "5LAT"):
        town.structure("sts", StructureType.GROUPE, code)
        town.structure("edt", StructureType.GROUPE, code, parts=(f"p{code}",))
        town.course(code, kind=StructureType.GROUPE)
    for n, row in enumerate(town.rows["siecle"]):
        groups = (("5ALL", "5LAT") if n % 4 else ("5ALL",)) if row.division == "5A" else ("6ESP",)
        row.groups = town.row("edt", row.who).groups = town.row("ent", row.who).groups = groups
    return town


def test_groups_that_agree_raise_nothing() -> None:
    assert grouped_town().findings() == []


# -- STS -----------------------------------------------------------------------------------------------------------


def test_a_teacher_with_courses_and_no_service() -> None:
    town = calm_town()
    who = town.rows["sts"][0].who
    sts_id = town.rows["sts"][0].ids["sts_id"]
    town.services["sts"] = [s for s in town.services["sts"] if s.teachers[0][1] != sts_id]
    assert len(town.said()["STS-01"]) == 1
    town.services["edt"] = [s for s in town.services["edt"] if s.teachers[0][1] != town.row("edt", who).ids["ident"]]
    assert town.findings("STS-01") == []


def test_a_group_of_edt_that_sts_does_not_know() -> None:
    town = grouped_town()
    town.structure("edt", StructureType.GROUPE, "5DNB", parts=("pd",))
    town.course("5DNB", kind=StructureType.GROUPE)
    town.row("edt", town.rows["siecle"][1].who).groups += ("5DNB",)
    (found,) = town.findings("STS-03")
    assert "5DNB" in found.summary


def test_a_division_doubled_and_empty_in_edt() -> None:
    town = calm_town()
    town.division("edt", "5 A")
    (found,) = town.findings("STS-04")
    assert "5A et 5 A" in found.summary
    assert "CDT-01" not in town.said()


# -- EDT -----------------------------------------------------------------------------------------------------------


def test_47_leavers_in_edt_are_one_finding() -> None:
    town = calm_town()
    for n in range(8):
        row = town.add("edt", f"parti{n}", Profile.ELEVE, f"PARTI{'ABCDEFGH'[n]}", "Léo", "2010-01-01")
        row.ids["ident"] = f"z{n}"
    (found,) = town.findings("EDT-02")
    assert len(found.persons) == 8
    assert "sans classe : 8" in found.summary


def test_a_pupil_gone_from_siecle_and_still_in_a_class_of_edt() -> None:
    town = calm_town()
    gone = town.pupil("SORTI", "Max")
    town.row("siecle", gone).extra["exit_date"] = "2025-10-01"
    town.drop(gone, "ent", "educonnect")
    stranger = town.add("edt", "jamais", Profile.ELEVE, "INCONNUE", "Zélie", "2011-11-11", "5A")
    stranger.ids["ident"] = "zz"
    assert sorted(town.said()["EDT-02"]) == ["INCONNUE Zélie", "SORTI Max"]


def test_the_screen_of_the_import_is_one_finding_a_profile() -> None:
    town = calm_town()
    town.table("rappro", Kind.ENT_RAPPROCHEMENTS)
    for row in (*town.rows["sts"][:3], *town.rows["siecle"][:2]):
        town.add("rappro", row.who, row.profile, row.surname, row.given, row.birth)
    found = town.findings("EDT-01")
    assert sorted(len(f.persons) for f in found) == [2, 3]
    assert all("$" in e.value for f in found for e in f.evidence)


def test_a_pupil_of_last_year_on_the_screen_is_to_be_taken_out_of_edt_and_not_to_be_recognised() -> None:
    town = calm_town()
    row = town.add("edt", "parti", Profile.ELEVE, "PARTI", "Léo", "2010-01-01")
    row.ids["ident"] = "z1"
    town.table("rappro", Kind.ENT_RAPPROCHEMENTS)
    town.add("rappro", "parti", Profile.ELEVE, "PARTI", "Léo", "2010-01-01")
    said = town.said()
    assert said["EDT-02"] == ["PARTI Léo"]
    assert "EDT-01" not in said


@pytest.mark.parametrize(
    ("screen", "timetable", "category"),
    [("pronote", True, "PRN-03"), ("edt", False, "EDT-01"), ("", True, "EDT-01"), ("", False, "PRN-03")],
)
def test_one_person_of_one_screen_is_told_once(screen: str, timetable: bool, category: str) -> None:
    town = calm_town()
    who = town.teacher("SEULE", "Ida")
    row = town.row("sts", who)
    town.table("idpn", Kind.IDPN)
    town.table("rappro", Kind.ENT_RAPPROCHEMENTS, meta={"screen": screen} if screen else {})
    town.add("rappro", who, row.profile, row.surname, row.given, row.birth)
    if not timetable:
        del town.kinds["edt"]
    said = town.said()
    assert {code for code in ("EDT-01", "PRN-03") if code in said} == {category}


def bilan(town: Town, *lines: tuple[int, str]) -> None:
    town.table("bilan", Kind.ENT_BILAN_PRELIMINAIRE)
    town.counts["bilan"] = [
        Count(group="Séances", label=label, value=value, origin=Origin("bilan", n))
        for n, (value, label) in enumerate(lines, 1)
    ]


def test_an_abnormal_report_quotes_what_is_lost() -> None:
    town = calm_town()
    bilan(
        town,
        (194, "services d'enseignement modifiés"),
        (6749, "séances en moins depuis l'import précédent"),
        (1, "classe dont les services n'ont pas été importés"),
        (0, "groupe d'option dont les services n'ont pas été importés"),
    )
    (found,) = town.findings("EDT-04")
    assert [e.origin.line for e in found.evidence] == [2, 3]


def test_a_report_names_its_teachers_and_nobody_for_a_homonym() -> None:
    town = calm_town()
    town.teacher("CITÉ", "Ida")
    town.teacher("PAREIL", "Max")
    town.add("sts", "autre", Profile.ENSEIGNANT, "PAREIL", "Max", "1990-01-01", "", {"sts_id": "799"})
    bilan(town, (3, "enseignants dont les cours n'ont pas été importés"))
    (count,) = town.counts["bilan"]
    town.counts["bilan"] = [msgspec.structs.replace(count, names=("Ida CITÉ", "PAREIL Max", "PERSONNE Zoé"))]
    (found,) = town.findings("EDT-04")
    assert [(p.surname, p.given_names, bool(p.identity)) for p in found.persons] == [
        ("CITÉ", "Ida", True),
        ("PAREIL", "Max", False),
        ("PERSONNE", "Zoé", False),
    ]


def test_an_ordinary_report_is_no_finding() -> None:
    town = calm_town()
    bilan(town, (12, "séances en moins depuis l'import précédent"), (16, "classes dont les services ont été importés"))
    assert town.findings() == []


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"meta": {"partners": "INDEXEDUCATION, LaclasseCom"}}, "LaclasseCom"),
        ({"school": ELSEWHERE}, ELSEWHERE),
        ({"school_year": 2024}, "2024-2025"),
        ({"meta": {"software": "EDT Réseau-EDT 2021 - 0.1"}}, "2021"),
        ({"meta": {"partners": "INDEXEDUCATION, Kosmos", "software": "EDT 2025"}}, ""),
        ({"school_year": 2025}, ""),
    ],
)
def test_a_file_that_the_import_would_refuse(facts: dict[str, object], why: str) -> None:
    town = calm_town()
    for name in ("siecle", "sts"):
        town.facts[name]["school_year"] = 2025
    town.table("chiffre", Kind.EDT_CHIFFRE, **facts)
    found = town.findings("EDT-05")
    assert bool(found) == bool(why)
    assert all(why in f.summary for f in found)


def test_parts_taught_and_in_no_group() -> None:
    town = grouped_town()
    town.structures["edt"] = [s for s in town.structures["edt"] if s.code != "5A"]
    town.division("edt", "5A", parts=("p1", "p5ALL"))
    town.course("p1", kind=StructureType.PARTIE)
    town.course("p5ALL", kind=StructureType.PARTIE)
    (found,) = town.findings("EDT-06")
    assert "5A" in found.summary
    assert "1 partie de classe" in found.summary


def test_groups_made_by_hand_in_the_ent_and_lost_at_an_import() -> None:
    town = grouped_town()
    town.table("ancien", Kind.ENT_ANNUAIRE, superseded_by="ent", made_on="2025-11-10")
    town.rows["ancien"] = [
        msgspec.convert(msgspec.to_builtins(row), type(row)) for row in town.rows["ent"] if row.profile is Profile.ELEVE
    ]
    town.rows["ancien"][0].groups += ("CHORALE",)
    town.ran("2025-11-12T05:30")
    (found,) = town.findings("EDT-08")
    assert "CHORALE" in found.summary


def test_a_division_renamed_in_edt_is_one_finding_and_misplaces_nobody() -> None:
    town = calm_town()
    for row in town.rows["edt"]:
        if row.division == "5A":
            row.division = "5EURO"
    town.structures["edt"] = []
    for code in ("5EURO", "6B"):
        town.division("edt", code)
        town.course(code)
    said = town.said()
    assert set(said) == {"EDT-09"}
    assert "5A → 5EURO" in said["EDT-09"][0]


# -- AUT -----------------------------------------------------------------------------------------------------------


def every_night(town: Town, last: int) -> None:
    for day in range(1, last + 1):
        town.ran(f"2025-11-{day:02d}T05:30")


def test_a_double_beside_its_successful_twin_is_harmless() -> None:
    town = calm_town()
    every_night(town, 18)
    town.ran("2025-11-18T05:31", "Rejet - Double du fichier d'import")
    (found,) = town.findings()
    assert (found.category, found.severity) == ("AUT-01", 3)
    assert "à la même heure" in found.summary


def test_a_double_alone_is_worth_a_look() -> None:
    town = calm_town()
    every_night(town, 17)
    town.ran("2025-11-18T05:31", "Rejet - doublon de fichier")
    (found,) = town.findings()
    assert (found.category, found.severity) == ("AUT-01", 2)


def test_an_import_over_the_limits() -> None:
    town = calm_town()
    every_night(town, 16)
    town.ran("2025-11-18T05:30", "Rejet - Seuil dépassé : trop de modifications")
    (found,) = town.findings()
    assert (found.category, found.severity) == ("AUT-02", 2)


def test_automation_that_stopped_counts_to_the_date_of_the_history() -> None:
    town = calm_town()
    every_night(town, 5)
    (found,) = town.findings()
    assert found.category == "AUT-03"
    assert "13 jours" in found.summary
    town.facts["bilans"]["made_on"] = "2025-11-08"
    assert town.findings() == []


def test_a_history_saved_today_is_not_dated_by_its_file() -> None:
    town = calm_town()
    every_night(town, 18)
    town.facts["bilans"] |= {"made_on": "2026-11-20", "made_from": "fichier"}
    town.today = date(2026, 11, 21)
    assert town.findings() == []


# -- GRP -----------------------------------------------------------------------------------------------------------


def test_a_group_empty_in_edt_and_a_group_that_edt_lacks() -> None:
    town = grouped_town()
    for row in town.rows["edt"]:
        row.groups = tuple(g for g in row.groups if g == "6ESP")
    town.structures["edt"] = [s for s in town.structures["edt"] if s.code != "5LAT"]
    (found,) = [f for f in town.findings("GRP-01") if "absents d'EDT" in f.summary]
    assert "5ALL" in found.summary
    assert "5LAT" in found.summary


def test_groups_of_the_ent_that_are_out_of_date() -> None:
    town = grouped_town()
    moved = next(row for row in town.rows["ent"] if row.groups == ("5ALL", "5LAT"))
    moved.groups = ("5ALL",)
    town.ran("2025-09-12T05:30")
    (found,) = town.findings("GRP-02")
    assert len(found.persons) == 1
    assert "12/09/2025" in found.summary


def test_groups_of_one_base_only() -> None:
    town = grouped_town()
    town.rows["siecle"][0].groups += ("CHORALE",)
    town.structure("sts", StructureType.GROUPE, "THEATRE")
    (found,) = town.findings("GRP-04")
    assert "CHORALE" in found.summary
    assert "THEATRE" in found.summary


# -- CDT, BLO ------------------------------------------------------------------------------------------------------


def test_a_class_without_any_course() -> None:
    town = calm_town()
    town.services["edt"] = [s for s in town.services["edt"] if s.structures != ("5A",)]
    (found,) = town.findings("CDT-01")
    assert "5A" in found.summary


def test_pupils_out_of_their_classes_in_july_only() -> None:
    town = calm_town()
    for row in town.rows["ent"]:
        row.division = ""
    town.facts["ent"]["made_on"] = "2026-07-06"
    town.today = date(2026, 7, 7)
    assert [f.category for f in town.findings("CDT-02")] == ["CDT-02"]
    town.facts["ent"]["made_on"] = "2025-11-06"
    assert town.findings("CDT-02") == []


def test_a_class_under_two_names_in_the_ent() -> None:
    town = calm_town()
    for row in [r for r in town.rows["ent"] if r.division == "5A"][:2]:
        row.division = "5BIL"
    assert set(town.said()) == {"CDT-05"}


@pytest.mark.parametrize(("today", "severity"), [(date(2025, 8, 28), 3), (date(2025, 9, 20), 1)])
def test_a_block_is_normal_before_the_return_and_an_oversight_after(today: date, severity: int) -> None:
    town = Town()
    town.today = today
    town.settings = Settings(block_parents_until="2025-10-01")
    (found,) = town.findings()
    assert (found.category, found.severity) == ("BLO-01", severity)
