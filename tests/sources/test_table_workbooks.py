"""Workbooks: sheets, true dates, damage of spreadsheets, and archives that mean harm."""

from __future__ import annotations

import pytest
from tabular import UAI, notes, only, read, source
from workbooks import ods, spreadsheetml, xls, xlsx, zipped

from diagnostics import safety
from diagnostics.model import Kind, Profile
from diagnostics.sources.tables import looks_like_table, read_table_source, unmapped

PUPILS: list[list[object]] = [
    ["Élève", "Né(e) le", "Classe", "INE", "Identifiant CAS"],
    ["TESTARD Aurèle", ("date", 41319), "5A", "123456789AB", "QAA00001"],
    ["GARÇON Zoé", ("date", 41348), "6E1", "", ""],
]


def test_a_sheet_gives_its_rows_with_their_numbers_and_true_dates() -> None:
    content = xlsx({"Élèves": [["Liste des élèves"], [], *PUPILS, ["2 élèves"]]})
    assert looks_like_table(source(content))
    export = read(content)
    assert (export.kind, export.records_read) == (Kind.PRONOTE_LISTE, 2)
    first, second = export.records
    assert (first.surname, first.birth_date, first.division, first.ids["uid"]) == (
        "TESTARD",
        "2013-02-14",
        "5A",
        "QAA00001",
    )
    assert [(r.origin.line, r.origin.path) for r in export.records] == [(4, "Élèves"), (5, "Élèves")]
    assert not notes(export, "excel")
    assert second.birth_date == "2013-03-15"


def test_rows_that_begin_lower_on_the_sheet_keep_their_numbers() -> None:
    assert [r.origin.line for r in read(xlsx({"F": PUPILS}, first_row=7)).records] == [8, 9]


def test_a_workbook_gives_one_export_for_each_usable_sheet() -> None:
    teachers: list[list[object]] = [["Professeur", "Identifiant CAS"], ["ESSAI Ida", "QAA00003"]]
    content = xlsx({"Élèves": PUPILS, "Salles": [["Salle", "Places"], ["S12", 30]], "Professeurs": teachers})
    first, second = read_table_source(source(content))
    assert [first.kind, second.kind] == [Kind.PRONOTE_LISTE, Kind.PRONOTE_LISTE]
    assert first.id != second.id
    assert only(second).profile is Profile.ENSEIGNANT
    assert only(second).origin.export == second.id
    assert "« Salles »" in notes(first, "feuilles")[0]


def test_hidden_sheets_are_not_read() -> None:
    old: list[list[object]] = [["Nom", "Prénom"], ["ANCIEN", "Luc"]]
    export = read(xlsx({"Élèves": PUPILS, "Ancienne": old}, hidden="Ancienne"))
    assert "ANCIEN" not in repr(export)


def test_numbers_are_written_as_people_write_them() -> None:
    export = read(
        xlsx({"F": [["Nom", "Prénom", "N° interne", "Téléphone", "CP"], ["TESTARD", "Zoé", 812345.0, 612345678, 1000]]})
    )
    assert only(export).ids["eleve_id"] == "812345"
    assert (only(export).extra["phone"], only(export).extra["postcode"]) == ("0612345678", "01000")


def test_ods_is_read_like_xlsx() -> None:
    export = read(ods([["Nom", "Prénom", "Classe"], ["TESTARD", "Zoé", "5A"], ["", "", ""], ["GARÇON", "Théo", 603]]))
    assert [(r.surname, r.division, r.origin.line) for r in export.records] == [
        ("TESTARD", "5A", 2),
        ("GARÇON", "603", 4),
    ]


def test_a_workbook_of_excel_97_is_read_like_xlsx() -> None:
    export = read(xls([["Nom", "Prénom", "Né(e) le", "Classe"], ["TESTARD", "Cœurine", 41319, "5A"]]), name="a.xml")
    assert (only(export).given_names, only(export).birth_date, only(export).division) == ("Cœurine", "2013-02-14", "5A")


def cells(*values: str, index: int = 0) -> str:
    inside = "".join(f'<Cell><Data ss:Type="String">{value}</Data></Cell>' for value in values)
    place = f' ss:Index="{index}"' if index else ""
    return f"<Row{place}>{inside}</Row>"


def test_a_workbook_of_excel_2003_in_xml_is_read_like_xlsx() -> None:
    pupil = (
        '<Row><Cell><ss:Data ss:Type="String"><B>TEST</B>ARD</ss:Data></Cell><Cell><Data ss:Type="String">Zoé</Data>'
        '</Cell><Cell><Data ss:Type="DateTime">2013-02-14T00:00:00.000</Data></Cell><Cell ss:Index="5"><Data'
        ' ss:Type="String">5A</Data></Cell></Row>'
    )
    title = '<Row><Cell ss:MergeAcross="3"><Data ss:Type="String">Élèves</Data></Cell></Row>'
    content = spreadsheetml([title, cells("Nom", "Prénom", "Né(e) le", "", "Classe", index=4), pupil], "Liste")
    assert looks_like_table(source(content))
    record = only(read(content))
    assert (record.surname, record.birth_date, record.division) == ("TESTARD", "2013-02-14", "5A")
    assert (record.origin.line, record.origin.path) == (5, "Liste")
    for bad in (content[:-40], content.replace('ss:Index="5"', 'ss:Index="500000"')):
        with pytest.raises(safety.Refusal):
            read(bad)


def test_merged_cells_over_surname_and_given_name_are_two_columns() -> None:
    record = only(read(xlsx({"F": [["Élève", "", "Classe"], ["DE LA TEST", "Zoé", "5A"]]})))
    assert (record.surname, record.given_names, record.division) == ("DE LA TEST", "Zoé", "5A")


def test_columns_of_a_sheet_can_be_named_by_an_agent() -> None:
    content = xlsx({"F": [["Patro", "Petit nom", "N"], ["TESTARD", "Zoé", 1], ["ESSAI", "Luc", 2]]})
    shown = unmapped(source(content))
    assert shown is not None
    assert (shown.sheet, shown.needed) == ("F", True)
    export = read(content, mapping={shown.signature: {"Patro": "nom", "Petit nom": "prenom"}})
    assert len(export.records) == 2


def test_a_workbook_without_persons_says_why() -> None:
    with pytest.raises(safety.Refusal, match="Colonnes vues"):
        read_table_source(source(xlsx({"F": [["Salle", "Places"], ["S12", 30]]})))
    with pytest.raises(safety.Refusal, match="vide"):
        read_table_source(source(xlsx({"F": []})))


def test_escape_sequences_in_cells_are_not_kept() -> None:
    export = read(xlsx({"F": [["Nom", "Prénom"], ["TEST\u202eARD", "Zoé\u200b"]]}))
    assert (only(export).surname, only(export).given_names) == ("TESTARD", "Zoé")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (xlsx({"F": PUPILS}, {"xl/media/bomb.bin": b"\0" * 60_000_000}), "piégée"),
        (xlsx({"F": PUPILS})[:700], "abîmé"),
        (zipped({"[Content_Types].xml": b"", "xl/workbook.xml": b"<x/>"}), "lu"),
        (xlsx({"F": PUPILS}, {"xl/extra.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a/>'}), "DTD"),
    ],
)
def test_bombs_broken_archives_and_doctypes_are_refused(content: bytes, reason: str) -> None:
    with pytest.raises(safety.Refusal, match=reason):
        read_table_source(source(content))


def test_one_cell_in_the_last_corner_does_not_ask_for_gigabytes() -> None:
    corner = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1">'
        b'<v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    )
    content = xlsx({"F": PUPILS}, {"xl/worksheets/sheet1.xml": corner})
    with pytest.raises(safety.Refusal, match="éloignées"):
        read_table_source(source(content))


def test_repeated_cells_of_an_ods_do_not_ask_for_gigabytes() -> None:
    bomb = (
        '<table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="16000" '
        'office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row>'
    )
    with pytest.raises(safety.Refusal, match="éloignées"):
        read_table_source(source(ods([["Nom", "Prénom"]], table_attributes=bomb)))


HEADER = "RNE;Nom;Prénom;Date de naissance;INE;Téléphone;Classe"


def test_what_excel_broke_is_mended_where_certain_and_said() -> None:
    export = read(f"{HEADER}\n123456S;TESTARD;Zoé;41319;12345678AB;612345678;6,00E+01\n")
    pupil = only(export)
    assert (pupil.school, pupil.birth_date, pupil.ids["ine"], pupil.extra["phone"], pupil.division) == (
        UAI,
        "2013-02-14",
        "012345678AB",
        "0612345678",
        "6E1",
    )
    assert len(notes(export, "excel")) == 5


def test_an_ine_in_scientific_notation_is_dropped_and_said() -> None:
    for written in ("1,23457E+10", "1.23E+12", "1E+11"):
        export = read(f"{HEADER}\n{UAI};TESTARD;Zoé;14/02/2013;{written};;5A\n")
        assert "ine" not in only(export).ids
        assert any("chiffres perdus" in text for text in notes(export, "excel"))


def test_a_short_uai_whose_letter_does_not_fit_is_not_invented() -> None:
    export = read(f"{HEADER}\n123456A;TESTARD;Zoé;14/02/2013;;;5A\n")
    assert only(export).school == ""
    assert any("clé de contrôle" in text for text in notes(export, "excel"))


def test_american_dates_are_turned_only_when_the_whole_file_says_so() -> None:
    american = read(f"{HEADER}\n{UAI};TESTARD;Zoé;02/14/2013;;;5A\n{UAI};ESSAI;Luc;03/04/2013;;;5A\n")
    assert [r.birth_date for r in american.records] == ["2013-02-14", "2013-03-04"]
    assert any("américain" in text for text in notes(american, "excel"))
    mixed = read(f"{HEADER}\n{UAI};TESTARD;Zoé;02/14/2013;;;5A\n{UAI};ESSAI;Luc;25/04/2013;;;5A\n")
    assert [r.birth_date for r in mixed.records] == ["", "2013-04-25"]
    assert notes(mixed, "date")


@pytest.mark.parametrize(
    "written",
    [
        "14/02/2013",
        "2013-02-14",
        "14.02.2013",
        "14-02-13",
        "14 février 2013",
        "14-févr-13",
        "jeudi 14 février 2013",
        "14/02/2013 00:00",
    ],
)
def test_days_are_read_in_every_french_writing(written: str) -> None:
    assert only(read(f"{HEADER}\n{UAI};TESTARD;Zoé;{written};;;5A\n")).birth_date == "2013-02-14"


def test_an_impossible_date_is_left_empty_and_quoted() -> None:
    export = read(f"{HEADER}\n{UAI};TESTARD;Zoé;31/02/2013;;;5A\n")
    assert only(export).birth_date == ""
    assert "31/02/2013" in notes(export, "date")[0]
