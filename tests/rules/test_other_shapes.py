"""The same defects in other shapes (exports, columns, profiles), and beside each what resembles it."""

from __future__ import annotations

import random
from datetime import date

import msgspec
import pytest
from clean_school import clean
from rules_builders import Town, calm_town

from diagnostics.model import Kind, Profile, StructureType
from diagnostics.school import analyse
from diagnostics.school_year import in_class
from diagnostics.settings import Settings


def codes(town: Town) -> list[str]:
    return sorted({finding.category for finding in town.findings()})


def pupil(town: Town, index: int = 3) -> str:
    return town.rows["siecle"][index].who


# -- accounts ------------------------------------------------------------------------------------------------------


def with_aaf(town: Town) -> Town:
    """The same accounts as the AAF feeds them: a jointure, neither uid nor login, which the directory alone states."""
    town.kinds["aaf"] = Kind.AAF
    for row in list(town.rows["ent"]):
        jointure = row.ids.pop("jointure")
        town.add("aaf", row.who, row.profile, row.surname, row.given, row.birth, row.division, {"jointure": jointure})
    return town


def test_the_directory_and_the_aaf_state_one_account() -> None:
    assert with_aaf(calm_town()).findings() == []


def test_a_second_account_is_seen_beside_the_aaf_too() -> None:
    town = with_aaf(calm_town())
    first = town.rows["ent"][0]
    town.add(
        "ent",
        first.who,
        first.profile,
        first.surname,
        first.given,
        first.birth,
        first.division,
        {"uid": "QBIS", "login": "b"},
    )
    assert codes(town) == ["ANN-05"]


@pytest.mark.parametrize(("status", "said"), [("Expiré", ["ANN-08"]), ("Désactivé", ["ANN-08"]), ("Opérationnel", [])])
def test_a_guest_whose_account_is_closed(status: str, said: list[str]) -> None:
    town = calm_town()
    town.add(
        "ent",
        "invité",
        Profile.AUTRE,
        "INTERVENIR",
        "Paul",
        "",
        "",
        {"uid": "QI"},
        {"directory": "Annuaire ENT", "status": status},
    )
    assert codes(town) == said


def test_a_local_account_of_a_family_is_told_by_the_directory_even_when_another_file_has_a_key() -> None:
    town = calm_town()
    row = town.rows["ent"][1]
    assert row.profile is Profile.PARENT
    row.extra["directory"] = "Annuaire ENT"
    town.kinds["idents"] = Kind.ENT_IDENTIFIANTS
    for each in town.rows["ent"]:
        town.add("idents", each.who, each.profile, each.surname, each.given, "", each.division, dict(each.ids))
    assert codes(town) == ["EDU-10"]


def test_a_cpe_without_pronote_identifier_and_an_agent_who_needs_none() -> None:
    town = calm_town()
    for given, function in (("Ana", "EDU"), ("Bob", "DIR"), ("Cid", "DOC"), ("Dan", "ADM")):
        n = town.next()
        town.add(
            "sts",
            given,
            Profile.NON_ENSEIGNANT,
            "PERSONNEL",
            given,
            "1980-01-01",
            "",
            {"sts_id": n},
            {"function": function},
        )
        ids = town.account(n) if given in ("Bob", "Cid") else {"uid": f"QN{n}", "jointure": n}
        town.add(
            "ent", given, Profile.NON_ENSEIGNANT, "PERSONNEL", given, "", "", ids, {"function": "X", "directory": "AAF"}
        )
    assert town.said()["PRN-01"] == ["PERSONNEL Ana"]


def test_a_pupil_whom_only_the_class_keeps_from_the_account() -> None:
    town = calm_town()
    who = pupil(town)
    town.row("ent", who).division = "6B"
    town.row("siecle", who).undecided = (who,)
    for name in ("edt", "educonnect", "sts"):
        del town.kinds[name]
    assert codes(town) == ["ANN-15"]


def test_a_homonym_in_another_class_is_not_misplaced() -> None:
    town = calm_town()
    who = pupil(town)
    row = town.row("siecle", who)
    town.row("ent", who).division = "6B"
    row.undecided = (who,)
    town.pupil(row.surname, row.given, "2012-12-12", "6B")
    assert "ANN-15" not in town.said()


# -- EduConnect ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("export", "other"), [("educonnect", "educonnect_resp"), ("educonnect_resp", "educonnect")])
def test_who_lacks_an_account_is_seen_without_the_directory(export: str, other: str) -> None:
    town = calm_town()
    who = town.rows[export][3].who
    town.drop(who, export)
    for name in ("ent", "edt", "sts", other):
        del town.kinds[name]
    assert codes(town) == ["EDU-05"]


def test_a_list_of_guardians_of_one_class_is_no_lack_of_accounts() -> None:
    town = calm_town()
    here = {row.who for row in town.rows["siecle"] if row.division == "5A"}
    ids = {town.row("siecle", who).ids["eleve_id"] for who in here}
    tied = {tie.guardian[1] for tie in town.relations["responsables"] if tie.pupil[1] in ids}
    gone = [row.who for row in town.rows["responsables"] if row.ids["personne_id"] not in tied]
    for who in gone:
        town.drop(who, "educonnect_resp")
    assert codes(town) == []


def test_two_sheets_in_siecle_are_said_once_with_their_two_accounts_as_proof() -> None:
    town = calm_town()
    elder, younger = town.pupil("FRATRIE", "Ana", "2012-01-01", "5A"), town.pupil("FRATRIE", "Bob", "2013-01-01", "5A")
    town.guardian("FRATRIE", "Catherine", elder)
    second = town.guardian("FRATRIE", "Catherine", younger)
    for key in ("phone", "mail", "address"):
        first = next(r for r in town.rows["responsables"] if r.surname == "FRATRIE")
        town.row("responsables", second).extra[key] = first.extra[key]
    found = [f for f in town.findings() if f.category in {"SIE-01", "SIE-02", "EDU-04"}]
    assert [f.category for f in found] == ["SIE-01"]
    assert sum(e.field == "compte dans EduConnect" for e in found[0].evidence) == 2


# -- SIECLE --------------------------------------------------------------------------------------------------------


def test_a_pupil_entered_twice_is_one_finding() -> None:
    town = calm_town()
    row = town.rows["siecle"][3]
    town.add(
        "siecle",
        "bis",
        Profile.ELEVE,
        row.surname,
        row.given,
        row.birth,
        row.division,
        {"eleve_id": "899"},
        dict(row.extra),
    )
    (found,) = town.findings()
    assert found.category == "SIE-06"
    assert len(found.persons) == 1


def test_the_mail_of_one_sheet_reaches_the_guardian_of_both() -> None:
    town = calm_town()
    elder, younger = town.pupil("FRATRIE", "Ana", "2012-01-01", "5A"), town.pupil("FRATRIE", "Bob", "2013-01-01", "5A")
    first, second = town.guardian("FRATRIE", "Catherine", elder), town.guardian("FRATRIE", "Catherine", younger)
    for key in ("phone", "address"):
        town.row("responsables", second).extra[key] = town.row("responsables", first).extra[key]
    town.row("responsables", second).extra["mail"] = ""
    town.drop(second, "educonnect_resp")
    assert "MSG-06" not in town.said()


# -- EDT, STS-Web, ENT ---------------------------------------------------------------------------------------------


def groups(town: Town, names: dict[str, str]) -> Town:
    """A group of the pupils of each class, under the name that each export gives it."""
    for export, name in names.items():
        for row in town.rows[export]:
            if row.profile is Profile.ELEVE and row.division == "5A":
                row.groups = (name,)
        town.structure("siecle" if export == "siecle" else export, StructureType.GROUPE, name, parts=("p1",))
    return town


def test_a_group_renamed_in_edt_is_a_renaming_and_nothing_else() -> None:
    town = groups(calm_town(), {"siecle": "5ALAT", "edt": "5ALATIN"})
    town.structure("sts", StructureType.GROUPE, "5ALAT")
    (found,) = town.findings()
    assert found.category == "EDT-09"
    assert "5ALAT → 5ALATIN" in found.summary


def test_a_group_of_one_name_everywhere_is_no_renaming() -> None:
    town = groups(calm_town(), {"siecle": "5ALAT", "edt": "5ALAT"})
    town.structure("sts", StructureType.GROUPE, "5ALAT")
    assert town.findings() == []


def test_a_class_absent_from_the_ent_is_not_twelve_misplaced_pupils() -> None:
    town = calm_town()
    for row in town.rows["ent"]:
        if row.division == "6B":
            row.division = ""
    (found,) = town.findings()
    assert found.category == "CDT-05"


# -- imports and calendar ------------------------------------------------------------------------------------------


OK = "Import réalisé avec succès"


def queue(*lines: tuple[str, str], made: str = "2025-11-20T07:00:00") -> Town:
    town = calm_town()
    for when, status in lines:
        town.ran(when, status)
    town.table("bilans", Kind.ENT_BILANS, made_on=made, made_from="fichier")
    return town


def test_a_queue_of_more_than_a_day_is_told_whatever_waits_behind_it() -> None:
    assert codes(queue(("2025-11-19T04:10:00", "En attente"), ("2025-11-18T04:10:00", OK))) == ["EDT-03"]
    assert codes(queue(("2025-11-18T04:10:00", "En attente"), ("2025-11-20T04:10:00", "En attente"))) == ["EDT-03"]


def test_a_queue_of_some_hours_or_gone_is_normal() -> None:
    assert codes(queue(("2025-11-20T04:10:00", "En attente"), ("2025-11-19T04:10:00", OK))) == []
    assert codes(queue(("2025-11-18T04:10:00", "En attente"), ("2025-11-19T04:10:00", OK))) == []


def test_holidays_are_not_days_without_import() -> None:
    assert in_class(date(2026, 10, 15), date(2026, 11, 2)) == 1
    assert in_class(date(2026, 9, 14), date(2026, 10, 5)) == 21
    assert in_class(date(2026, 12, 18), date(2027, 1, 4)) == 1


# -- no false alarm ------------------------------------------------------------------------------------------------


def test_any_part_of_a_clean_school_s_files_raises_no_alarm() -> None:
    from datetime import datetime

    loaded, rng = clean(), random.Random(5)
    for _ in range(18):
        kept = rng.sample(loaded.exports, k=rng.randrange(1, 6))
        some = msgspec.structs.replace(loaded, exports=tuple(e for e in loaded.exports if e in kept))
        school = analyse(some, settings=Settings(), decisions={}, now=datetime(2026, 11, 22, 9).astimezone())
        assert [f.summary for f in school.findings] == [], [e.label for e in kept]
