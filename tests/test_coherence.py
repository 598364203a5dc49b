"""What a set of exports says together."""

from __future__ import annotations

from datetime import date

import pytest

from diagnostics import coherence
from diagnostics.model import Export, Kind, Note, Origin, Profile, Record, Service, StructureType

TODAY = date(2026, 9, 14)
UAI, OTHER = "0123456S", "0771991W"


def export(
    name: str, kind: Kind = Kind.SIECLE_ELEVES, *people: str, made: str = "2026-09-10", made_from: str = "contenu",
    school: str = UAI, year: int | None = 2026, content: str = "", **more: object,
) -> Export:  # fmt: skip
    return Export(
        id=name,
        file=f"dossier/{name}",
        kind=kind,
        school=school,
        school_year=year,
        made_on=made,
        made_from=made_from,
        sha256=content or name,
        records=tuple(
            Record(origin=Origin(name, n), profile=Profile.ELEVE, surname=person, given_names="Lou")
            for n, person in enumerate(people)
        ),
        records_read=len(people),
        records_kept=len(people),
        **more,  # type: ignore[arg-type]
    )


def settle(*exports: Export, today: date = TODAY, **options: bool) -> dict[str, Export]:
    settled = coherence.settle(exports, today, **options)
    assert [e.id for e in settled] == [e.id for e in exports]
    return {e.id: e for e in settled}


def notes(of: Export) -> dict[str, Note]:
    return {note.code: note for note in of.notes}


def test_the_same_content_twice_is_analysed_once() -> None:
    result = settle(export("a", content="même"), export("b", content="même"))
    assert (result["a"].superseded_by, result["b"].superseded_by) == ("", "a")
    assert "« a »" in notes(result["b"])["doublon"].text


def test_the_newest_of_a_kind_wins_whatever_the_order() -> None:
    old, new = export("ancien", made="2026-09-01"), export("neuf", made="2026-09-10T08:00:00")
    for result in (settle(old, new), settle(new, old)):
        assert (result["ancien"].superseded_by, result["neuf"].superseded_by) == ("neuf", "")
        assert "10/09/2026" in notes(result["ancien"])["plus_recent"].text


def test_the_year_counts_before_the_date() -> None:
    result = settle(export("a", year=2025, made="2026-09-12"), export("b", year=2026, made="2026-09-01"))
    assert result["a"].superseded_by == "b"


def test_older_exports_are_kept_when_asked() -> None:
    result = settle(export("a", made="2026-09-01"), export("b"), keep_older=True)
    assert [e.superseded_by for e in result.values()] == ["", ""]


def test_exports_of_two_schools_do_not_replace_each_other() -> None:
    result = settle(export("a", made="2026-09-01", school=OTHER), export("b"))
    assert not any(e.superseded_by for e in result.values())


def test_lists_of_other_people_do_not_replace_each_other() -> None:
    kind = Kind.PRONOTE_LISTE
    result = settle(
        export("6A", kind, "UN", "DEUX", made="2026-09-01"),
        export("5A", kind, "TROIS", "QUATRE"),
        export("6A bis", kind, "UN", "DEUX", "CINQ", made="2026-09-12"),
    )
    assert {name: e.superseded_by for name, e in result.items()} == {"6A": "6A bis", "5A": "", "6A bis": ""}


def test_a_list_that_says_less_does_not_replace_one_that_says_more() -> None:
    kind = Kind.ENT_ANNUAIRE
    rich = export("riche", kind, "UN", "DEUX", made="2026-09-01", columns=("Nom", "Prénom", "Login"))
    poor = export("pauvre", kind, "UN", "DEUX", columns=("Nom", "Prénom"))
    assert not any(e.superseded_by for e in settle(rich, poor).values())


def test_a_file_that_is_cut_does_not_replace_a_whole_one() -> None:
    result = settle(
        export("entier", made="2026-09-01"), export("coupé", made="2026-09-12", meta={"incomplet": "ligne 3"})
    )
    assert result["coupé"].superseded_by == "entier"
    assert "coupé" in notes(result["coupé"])["plus_recent"].text


def test_an_empty_export_does_not_replace_one_that_names_people() -> None:
    empty = export("vide", Kind.SIECLE_ELEVES, made="2026-09-05", meta={"incomplet": "vide"})
    result = settle(export("plein", Kind.SIECLE_ELEVES, "A", "B", made="2026-09-01"), empty)
    assert {name for name, e in result.items() if e.superseded_by} == {"vide"}


def test_parts_and_differences_of_the_directory_stand_together() -> None:
    complete = {"mode": "Complet", "category": "Eleve"}
    result = settle(
        export("0000", Kind.AAF, "UN", "DEUX", meta=complete),
        export("0001", Kind.AAF, "TROIS", "QUATRE", meta=complete),
        export("delta", Kind.AAF, "UN", made="2026-09-12", meta={"mode": "Delta", "category": "Eleve"}),
        export("staff", Kind.AAF, "UN", "DEUX", made="2026-09-12", meta={"mode": "Complet", "category": "PersEducNat"}),
        export("veille", Kind.AAF, "UN", "DEUX", made="2026-09-01", meta=complete),
    )
    assert {name for name, e in result.items() if e.superseded_by} == {"veille"}


def test_envelopes_of_other_programs_or_partners_stand_together() -> None:
    kind = Kind.EDT_CHIFFRE
    result = settle(
        export("edt", kind, made="2026-09-01", meta={"software": "EDT 2026", "partners": "KOSMOS"}),
        export("pronote", kind, made="2026-09-02", meta={"software": "PRONOTE 2026", "partners": "KOSMOS"}),
        export("autre", kind, made="2026-09-03", meta={"software": "EDT 2026", "partners": "AUTRE"}),
        export("neuf", kind, made="2026-09-04", meta={"software": "EDT 2026", "partners": "KOSMOS"}),
    )
    assert {name for name, e in result.items() if e.superseded_by} == {"edt"}


def test_an_envelope_of_unknown_content_replaces_none_that_says_its_own() -> None:
    known = {"software": "PRONOTE 2026", "partners": "KOSMOS"}
    result = settle(
        export("edt", Kind.EDT_CHIFFRE, made="2026-09-01", meta=known),
        export("quoi", Kind.EDT_CHIFFRE, made="2026-09-02", meta={**known, "guessed": "oui"}),
    )
    assert not any(e.superseded_by for e in result.values())


def test_another_school_among_the_others_is_said() -> None:
    result = settle(export("a"), export("b", Kind.STS_EMP), export("c", Kind.EDT_CLAIR, school=OTHER))
    assert {name for name, e in result.items() if "uai" in notes(e)} == {"c"}
    assert notes(result["c"])["uai"].warning
    assert UAI in notes(result["c"])["uai"].text


def test_two_schools_as_often_stated_are_questioned_once() -> None:
    result = settle(export("a"), export("b", Kind.STS_EMP, school=OTHER))
    asked = [note.text for e in result.values() for note in e.notes if note.code == "uai"]
    assert len(asked) == 1
    assert UAI in asked[0]
    assert OTHER in asked[0]


def test_a_wrong_check_letter_is_a_warning_not_a_refusal() -> None:
    result = settle(export("a", school="0123456A"))
    assert notes(result["a"])["uai"].warning


@pytest.mark.parametrize(
    ("year", "today", "said"),
    [
        (2026, date(2026, 9, 14), False), (2025, date(2026, 9, 14), True), (2025, date(2026, 3, 1), False),
        (2026, date(2026, 7, 5), False), (2025, date(2026, 7, 5), False), (2025, date(2026, 8, 20), False),
        (2026, date(2026, 8, 20), False), (2024, date(2026, 8, 20), True), (2027, date(2026, 9, 14), True),
        (None, date(2026, 9, 14), False),
    ],
)  # fmt: skip
def test_another_school_year_is_said(year: int | None, today: date, said: bool) -> None:
    result = settle(export("a", year=year, made=""), today=today)
    assert ("annee" in notes(result["a"])) is said


def test_the_year_of_the_others_is_the_measure() -> None:
    result = settle(
        export("a", year=2025), export("b", Kind.STS_EMP, year=2025), export("c", Kind.EDT_CLAIR, year=2026),
        today=date(2025, 10, 1),
    )  # fmt: skip
    assert {name for name, e in result.items() if "annee" in notes(e)} == {"c"}
    assert "2025-2026" in notes(result["c"])["annee"].text


def test_a_stale_export_is_said_louder_beside_fresh_ones() -> None:
    result = settle(export("vieux", made="2026-06-01"), export("frais", Kind.STS_EMP))
    assert notes(result["vieux"])["perime"].warning
    alone = settle(export("vieux", made="2026-06-01", made_from="fichier"))["vieux"]
    assert not notes(alone)["perime"].warning
    assert "date du fichier" in notes(alone)["perime"].text


def test_an_export_of_the_future_is_said() -> None:
    assert "futur" in notes(settle(export("a", made="2027-01-01"))["a"])["perime"].text


SENS = Note(code="sens", text="C'est l'autre fichier.")


def test_the_wrong_direction_is_a_warning_only_without_the_right_file() -> None:
    back = export("retour", Kind.EMP_STS, notes=(SENS,))
    assert notes(settle(back)["retour"])["sens"].warning
    assert not notes(settle(back, export("sts", Kind.STS_EMP))["retour"])["sens"].warning


def test_teachers_that_sts_does_not_know_are_counted() -> None:
    service = Service(
        structures=("3A",), structure_type=StructureType.DIVISION, teachers=(("sts_id", "9"),), origin=Origin("r", 1)
    )
    result = settle(export("r", Kind.EMP_STS, services=(service,)), export("sts", Kind.STS_EMP))
    assert "9" in notes(result["r"])["numeros"].text


def test_an_export_of_a_past_year_beside_this_year_s_is_set_aside() -> None:
    result = settle(
        export("ancien", Kind.SIECLE_ELEVES, "Aa", "Bb", year=2025),
        export("services", Kind.STS_EMP, "Cc"),
        export("parents", Kind.SIECLE_RESPONSABLES, "Dd"),
    )
    assert {name for name, e in result.items() if not e.analysed} == {"ancien"}
    assert "2025-2026" in notes(result["ancien"])["annee"].text
    only = settle(export("seul", Kind.SIECLE_ELEVES, "Aa", year=2025))
    assert only["seul"].analysed, "with nothing beside it, it is said and used"


def test_a_school_whose_people_no_other_software_holds_is_set_aside_with_its_structures() -> None:
    ours = ("Aa", "Bb", "Cc", "Dd")
    slipped = (
        export("intrus", Kind.SIECLE_ELEVES, "Xx", "Yy", "Zz", school=OTHER),
        export("classes", Kind.SIECLE_STRUCTURES, school=OTHER),
    )
    here = (
        export("eleves", Kind.SIECLE_ELEVES, *ours),
        export("parents", Kind.SIECLE_RESPONSABLES, "Pp"),
        export("sts", Kind.STS_EMP, "Tt"),
        export("comptes", Kind.ENT_ANNUAIRE, *ours, "Pp", "Tt", school=""),
    )
    for order in ((*here, *slipped), (*slipped, *here)):
        result = settle(*order)
        assert {name for name, e in result.items() if e.set_aside} == {"intrus", "classes"}
        assert len([note for note in result["intrus"].notes if note.warning]) == 1
    shared = settle(*here[:3], *slipped, export("comptes", Kind.ENT_ANNUAIRE, *ours, "Xx", "Yy", school=""))
    assert all(e.analysed for e in shared.values()), "two schools that share an ENT"
    assert all(e.analysed for e in settle(*here[:3], *slipped).values()), "without accounts nothing can be said"
