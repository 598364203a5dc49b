"""SIE and MSG: doubled guardians, levels of responsibility, incomplete records, means of contact."""

from __future__ import annotations

import pytest
from rules_builders import Row, Town, calm_town

from diagnostics.model import Profile


def second_sheet(town: Town, mother: str, child: str, **changes: str) -> Row:
    """Another PERSONNE for the guardian, who has lost her tie to the child to it."""
    first = town.row("responsables", mother)
    number = town.next()
    row = town.add(
        "responsables",
        f"{mother} bis {number}",
        Profile.PARENT,
        changes.get("surname", first.surname),
        changes.get("given", first.given),
        "",
        "",
        {"personne_id": f"9{number}"},
        dict(first.extra),
    )
    row.sex = first.sex
    eleve = town.row("siecle", child).ids["eleve_id"]
    town.relations["responsables"] = [
        r for r in town.relations["responsables"] if r.pupil[1] != eleve or r.guardian[1] != first.ids["personne_id"]
    ]
    town.tie(child, f"9{number}")
    return row


def siblings(town: Town, *divisions: str) -> list[str]:
    return [
        town.pupil("FRATRIE", given, f"201{n}-05-05", d)
        for n, (given, d) in enumerate(zip(("Ana", "Bob", "Cléo"), divisions, strict=False))
    ]


@pytest.mark.parametrize("given", ["Catherine", "Cathy", "Catherne"])
def test_a_guardian_doubled_over_three_children_is_one_finding(given: str) -> None:
    town = calm_town()
    children = siblings(town, "5A", "4B", "3C")
    mother = town.guardian("FRATRIE", "Catherine", *children)
    town.guardian("AUTREPART", "Paul", *children, kinship="20", sex="M")
    second_sheet(town, mother, children[2], given=given)
    (found,) = town.findings("SIE-01", "SIE-02")
    assert found.category == "SIE-01"
    assert [p.surname for p in found.persons] == ["FRATRIE"]
    assert "3 enfants" in found.summary
    assert "ANN-01" not in town.said()


def test_the_sheet_that_came_with_the_child_in_6e_is_a_family_to_join() -> None:
    town = calm_town()
    children = siblings(town, "4B", "6B")
    mother = town.guardian("FRATRIE", "Catherine", *children)
    second_sheet(town, mother, children[1])
    assert [f.category for f in town.findings("SIE-01", "SIE-02")] == ["SIE-02"]


def test_two_sisters_who_share_a_phone_are_two() -> None:
    town = calm_town()
    children = siblings(town, "5A", "4B")
    one = town.guardian("FRATRIE", "Maria", children[0])
    two = town.guardian("FRATRIE", "Marie", children[1])
    for key in ("phone", "address"):
        town.row("responsables", two).extra[key] = town.row("responsables", one).extra[key]
    assert town.findings("SIE-01", "SIE-02") == []


def test_two_mothers_of_one_child_are_two() -> None:
    town = calm_town()
    child = town.pupil("ARCENCIEL", "Max")
    one = town.guardian("ARCENCIEL", "Julie", child)
    two = town.guardian("ARCENCIEL", "Nora", child)
    town.row("responsables", two).extra["mail"] = town.row("responsables", one).extra["mail"]
    assert town.findings("SIE-01", "SIE-02") == []


def test_a_foster_family_declared_to_call_has_no_access() -> None:
    town = calm_town()
    child = town.pupil("PLACE", "Zac")
    town.guardian("ACCUEIL", "Rose", child, kinship="42", level="contact")
    (found,) = town.findings("SIE-04")
    assert {p.surname for p in found.persons} == {"PLACE", "ACCUEIL"}
    assert "SIE-07" not in town.said()


def test_a_person_to_call_who_sees_the_child() -> None:
    town = calm_town()
    child = town.rows["siecle"][0].who
    neighbour = town.guardian("VOISINE", "Odette", child, kinship="90", level="contact")
    town.add("ent", neighbour, Profile.PARENT, "VOISINE", "Odette", "", "", {"uid": "QVOIS", "idpn": "PV"})
    town.hang(child, neighbour)
    assert "VOISINE Odette" in town.said()["SIE-05"]


def test_no_guardian_and_three_legal_guardians() -> None:
    town = calm_town()
    alone = town.pupil("SEULETTE", "Ida")
    crowd = town.pupil("TROPPLEIN", "Ugo")
    for given, kinship in (("Ana", "10"), ("Bob", "20"), ("Cid", "90")):
        town.guardian("TROPPLEIN", given, crowd, kinship=kinship)
    found = town.findings("SIE-07")
    assert sorted(len(f.persons) for f in found) == [1, 4]
    assert alone in {f"{p.surname} {p.given_names}" for f in found for p in f.persons}


def test_guardians_of_another_day_s_export_accuse_nobody() -> None:
    town = calm_town()
    for relation in range(len(town.relations["responsables"])):
        old = town.relations["responsables"][relation]
        town.relations["responsables"][relation] = type(old)(
            pupil=("eleve_id", "X" + old.pupil[1]), guardian=old.guardian, level="legal", origin=old.origin
        )
    assert not {"SIE-07", "ANN-01", "SEC-01"} & town.said().keys()


def test_incomplete_records_are_one_finding_that_counts_what_lacks() -> None:
    town = calm_town()
    rows = town.rows["siecle"]
    rows[0].ids.pop("ine")
    rows[1].division = ""
    rows[2].birth = ""
    (found,) = town.findings("SIE-06")
    assert len(found.persons) == 3
    assert "INE (1)" in found.summary
    assert "division (1)" in found.summary


def test_an_export_without_the_ine_column_is_not_twelve_incomplete_records() -> None:
    town = calm_town()
    for row in town.rows["siecle"]:
        row.ids.pop("ine")
    assert town.findings("SIE-06") == []


def test_one_ine_for_two_pupils() -> None:
    town = calm_town()
    town.rows["siecle"][0].ids["ine"] = town.rows["siecle"][1].ids["ine"]
    (found,) = town.findings("SIE-06")
    assert "le même INE" in found.summary
    assert len(found.persons) == 2


def test_guardians_who_cannot_be_reached_or_notified() -> None:
    town = calm_town()
    first, second, third = (row.who for row in town.rows["responsables"][:3])
    town.row("responsables", first).extra = {"address": "1 rue Seule"}
    town.row("responsables", second).extra["mail"] = ""
    town.row("responsables", third).extra["mail"] = "pas une adresse"
    for who in (first, second, third):
        town.row("educonnect_resp", who).extra.pop("mail")
    assert [len(f.persons) for f in town.findings("SIE-08")] == [1]
    assert sorted(len(f.persons) for f in town.findings("MSG-06")) == [1, 1]


def test_a_mail_corrected_on_one_side_only() -> None:
    town = calm_town()
    row = town.rows["responsables"][0]
    row.extra["mail"] = "nouveau@exemple.invalid"
    assert town.said()["SIE-08"] == [f"{row.surname} {row.given}"]
