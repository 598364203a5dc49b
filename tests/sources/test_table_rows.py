"""Rows: titles, totals, blanks, quotes, widths; every row is kept or refused with its line, column and reason."""

from __future__ import annotations

import pytest
from tabular import UAI, notes, only, read, source

from diagnostics import safety
from diagnostics.sources.tables import looks_like_table, read_table_source

HEADER = "Nom;Prénom;Date de naissance;Classe;Mél"


def test_title_lines_blank_lines_totals_and_repeated_headers_state_nobody() -> None:
    export = read(
        f"Collège des Essais ({UAI})\nListe des élèves 2025-2026\nÉdité le 05/09/2025\n\n{HEADER}\n"
        f"TESTARD;Aurèle;14/02/2013;5A;\n\n{HEADER}\nGARÇON;Zoé;01/03/2013;5B;\n"
        ";;;;\n2 élèves;;;;\nTotal;2;;;\nPage 1/1\n"
    )
    assert [(r.surname, r.origin.line) for r in export.records] == [("TESTARD", 6), ("GARÇON", 9)]
    assert (export.records_read, export.refused) == (2, ())
    assert (export.school, export.school_year, export.made_on, export.made_from) == (UAI, 2025, "2025-09-05", "contenu")
    assert notes(export, "entete")


def test_lines_are_those_of_the_file_even_after_values_that_span_lines() -> None:
    export = read('Nom;Prénom;Adresse\nTESTARD;Aurèle;"1 rue X\nBât. B\nAppt 3"\n\nGARÇON;Zoé;2 rue Y\n')
    assert [(r.surname, r.origin.line) for r in export.records] == [("TESTARD", 2), ("GARÇON", 6)]
    assert export.records[0].extra["address"] == "1 rue X Bât. B Appt 3"


def test_a_trailing_separator_is_no_column() -> None:
    export = read("Nom;Prénom;\nTESTARD;Aurèle;\nGARÇON;Zoé;\n")
    assert export.columns == ("Nom", "Prénom")
    assert export.records_kept == 2


def test_quoted_and_unquoted_values_mix() -> None:
    export = read('"Nom";Prénom;"Mél"\n"LE ""GRAND"" TEST";Aurèle;"a;b@x.fr"\n')
    assert only(export).surname == 'LE "GRAND" TEST'
    assert only(export).extra["mail"] == "a;b@x.fr"


def test_excel_sep_line_is_obeyed() -> None:
    assert only(read("sep=,\nNom,Prénom\nTESTARD,Aurèle\n")).origin.line == 3


def test_an_unclosed_quote_costs_at_most_its_row() -> None:
    export = read(f'{HEADER}\n"TESTARD;Aurèle;14/02/2013;5A\nGARÇON;Zoé;01/03/2013;5B;\nNOËL;Théo;01/04/2013;5B;\n')
    assert [r.surname for r in export.records] == ["GARÇON", "NOËL"]
    assert [(r.line, "guillemet" in r.reason) for r in export.refused] == [(2, True)]


def test_a_stray_quote_in_a_whole_row_is_dropped_and_said() -> None:
    export = read(f'{HEADER}\n"TESTARD;Aurèle;14/02/2013;5A;\nGARÇON;Zoé;01/03/2013;5B;\n')
    assert [r.surname for r in export.records] == ["TESTARD", "GARÇON"]
    assert notes(export, "guillemet")


def test_an_unclosed_quote_at_the_end_of_a_long_file_is_refused_alone() -> None:
    rows = "".join(f"TESTARD;Aurèle{chr(65 + i % 26)};14/02/2013;5A;\n" for i in range(500))
    export = read(f'{HEADER}\n{rows}"GARÇON;Zoé\n')
    assert export.records_kept == 500
    assert [r.line for r in export.refused] == [502]


def test_short_rows_are_kept_only_when_nothing_shifted() -> None:
    export = read(f"{HEADER}\nTESTARD;Aurèle;14/02/2013\nGARÇON;14/02/2013;5A;x@y.fr\nNOËL\n")
    assert [r.surname for r in export.records] == ["TESTARD"]
    assert [(r.line, r.column) for r in export.refused] == [(3, "Prénom"), (4, "Prénom")]
    assert all("trop courte" in r.reason for r in export.refused)


def test_a_broken_row_of_a_regular_file_is_refused_and_a_trimmed_one_is_not() -> None:
    rows = [f"TESTARD-{chr(65 + i)};Aurèle;14/02/2013;{5 + i % 2}A;a{i}@x.fr" for i in range(20)]
    for broken in (
        "GARÇONZoé;14/02/2013;5A;z@x.fr",
        "GARÇON;Zoé;14/02/2013;5Az@x.fr",
        "GARÇON;Zoé;14/02/20",
        "GARÇON;Zoé;;5",
        "GARÇON;",
    ):
        export = read("\n".join([HEADER, *rows[:10], broken, *rows[10:], ""]))
        assert [r.line for r in export.refused] == [12], broken
        assert export.records_kept == 20
    for trimmed in ("GARÇON;Zoé;14/02/2013;5A", "GARÇON;Zoé;14/02/2013"):
        export = read("\n".join([HEADER, *rows[:10], trimmed, *rows[10:], ""]))
        assert (export.records_kept, export.refused) == (21, ()), trimmed


def test_a_lost_separator_is_seen_even_when_rows_end_with_one() -> None:
    rows = "".join(f"TESTARD-{chr(65 + i)};Zoé;Élève;\n" for i in range(20))
    export = read(f"Nom;Prénom;Profil;\n{rows}GARÇON;ZoéÉlève;\n")
    assert (export.records_kept, [r.line for r in export.refused]) == (20, [22])


def test_a_line_break_inside_an_address_is_put_together_and_inside_a_name_is_not() -> None:
    rows = [f"TESTARD-{chr(65 + i)};Zoé;1 rue X;31000" for i in range(20)]
    table = ["Nom;Prénom;Adresse;Code postal", *rows[:10], "GARÇON;Théo;2 rue Y", "Bât. B;31000", *rows[10:], ""]
    export = read("\n".join(table))
    assert (export.records_read, export.refused) == (21, ())
    assert (export.records[10].origin.line, export.records[10].extra["address"]) == (12, "2 rue Y Bât. B")
    assert export.records[11].origin.line == 14
    assert notes(export, "retour")
    cut_name = read("\n".join([table[0], *rows[:10], "GAR", "ÇON;Théo;2 rue Y;31000", *rows[10:], ""]))
    assert [r.line for r in cut_name.refused] == [12]
    assert "GAR" not in {r.surname for r in cut_name.records}


def test_long_rows_are_refused_unless_the_rest_is_empty() -> None:
    export = read(f"{HEADER}\nTESTARD;Aurèle;14/02/2013;5A;a@x.fr;;\nGARÇON;Zoé;14/02/2013;5;A;z@x.fr\n")
    assert [r.surname for r in export.records] == ["TESTARD"]
    assert "6 valeurs pour 5 colonnes" in export.refused[0].reason


def test_a_file_cut_in_its_last_row_does_not_invent_a_name() -> None:
    export = read(f"{HEADER}\nTESTARD;Aurèle;14/02/2013;5A;a@x.fr\nGARÇON;Zo")
    assert [r.surname for r in export.records] == ["TESTARD"]
    assert "incomplet" in export.refused[0].reason
    assert export.meta["incomplet"] == "ligne 3"


def test_a_row_without_name_is_refused_with_its_column() -> None:
    export = read(f"{HEADER}\n;Aurèle;14/02/2013;5A;\nGARÇON;Zoé;14/02/2013;5B;\n")
    assert [(r.line, r.column) for r in export.refused] == [(2, "Nom")]


def test_duplicate_and_missing_titles_are_said() -> None:
    export = read("Nom;Prénom;Nom;\nTESTARD;Aurèle;AUTRE;secret\nGARÇON;Zoé;AUTRE;secret\n")
    assert [r.surname for r in export.records] == ["TESTARD", "GARÇON"]
    assert any("la première" in text for text in notes(export, "colonnes"))
    assert any("sans titre" in text for text in notes(export, "colonnes"))


def test_a_class_announced_by_a_title_line_applies_to_the_rows_under_it() -> None:
    export = read("Division : 5A\nNom;Prénom\nTESTARD;Aurèle\nDivision : 5B\nNom;Prénom\nGARÇON;Zoé\n")
    assert [(r.surname, r.division) for r in export.records] == [("TESTARD", "5A"), ("GARÇON", "5B")]


def test_a_header_in_two_lines_is_made_one() -> None:
    export = read(
        "Élève;;Responsable 1;;Responsable 2;\nNom;Prénom;Nom;Prénom;Nom;Prénom\nTESTARD;Aurèle;ESSAI;Ida;PREUVE;Luc\n"
    )
    assert [(r.profile.value, r.surname, r.given_names) for r in export.records] == [
        ("eleve", "TESTARD", "Aurèle"),
        ("parent", "ESSAI", "Ida"),
        ("parent", "PREUVE", "Luc"),
    ]


@pytest.mark.parametrize(
    "titles", ["Nom;Prénom;Date de\n;;naissance", "Nom de;Prénom de;Date de\nfamille;l'élève;naissance"]
)
def test_titles_typed_over_two_lines_are_one_header(titles: str) -> None:
    record = only(read(f"{titles}\nTESTARD;Zoé;12/03/2013\n"))
    assert (record.surname, record.given_names, record.birth_date) == ("TESTARD", "Zoé", "2013-03-12")


def test_cells_of_a_page_over_several_columns_or_rows_do_not_shift_the_others() -> None:
    page = (
        "<table><tr><th colspan=4>Liste</tr><tr><th>Nom<th>Prénom<th>Né(e) le<th>Classe</tr>"
        "<tr><td>TESTARD<td>Zoé<td>12/03/2013<td rowspan='2'>5A</tr><tr><td>ESSAI<td>Luc<td></tr>"
        "<tr><td>FICTIF<td>Ida<td><td>5B</table>"
    )
    found = [(r.surname, r.birth_date, r.division) for r in read(page).records]
    assert found == [("TESTARD", "2013-03-12", "5A"), ("ESSAI", "", "5A"), ("FICTIF", "", "5B")]


@pytest.mark.parametrize("titles", ["Prénom;Élève(s) rattaché(s);Identifiant", "prenom;prenom enfant;nom enfant;login"])
def test_a_given_name_is_never_put_with_the_surname_of_the_person_beside(titles: str) -> None:
    row = ";".join(["Ida", "TESTARD Zoé", "i.x1", "i.x1"][: titles.count(";") + 1])
    with pytest.raises(safety.Refusal):
        read_table_source(source(f"{titles}\n{row}\n{row}\n"))


ANNUAIRE = "Civilité;Nom;Prénom;Profil;Login;Identifiant ENT;Etablissement"
ROWS = [f"Mme;TESTARD-{'ABCDEFGH'[i]};Ida;Professeur;ida.t{i};QAA0000{i};Collège" for i in range(8)]


@pytest.mark.parametrize(
    "row", [";M.;ESSAI;Luc;Tuteur;luc.essai;QAA00009", "ESSAI;Luc;Tuteur;luc.essai;QAA00009;Collège;"]
)
def test_a_row_whose_values_are_not_under_their_titles_is_refused(row: str) -> None:
    export = read("\n".join([ANNUAIRE, *ROWS, row, "M.;ESSAI;Luc;Tuteur;luc.essai;QAA00009;Collège"]) + "\n")
    assert [(r.line, "décalées" in r.reason) for r in export.refused] == [(10, True)]
    assert export.records[-1].surname == "ESSAI"


def test_a_last_value_cut_short_is_not_an_identifier() -> None:
    titles, rows = "Élève;Né(e) le;Identifiant CAS", [f"TESTARD Zoé;1{i}/03/2013;QAA0000{i}" for i in range(8)]
    cut = read("\n".join([titles, *rows, "ESSAI Luc;01/03/2013;QAA0"]))
    assert [r.line for r in cut.refused] == [10]
    assert cut.meta["incomplet"]
    assert not read("\n".join([titles, *rows, "ESSAI Luc;01/03/2013;QAA00009"])).refused


def test_a_table_pasted_twice_with_its_titles_states_no_title() -> None:
    once = "COLLEGE DES ESSAIS\nNom;Prénom;Classe\nTESTARD;Zoé;5A\nESSAI;Luc;5B\n"
    assert {r.surname for r in read(once + once).records} == {"TESTARD", "ESSAI"}


def test_a_table_of_an_answered_mail_is_read() -> None:
    record = only(read("> Nom;Prénom;Classe\n> TESTARD;Zoé;5A\n>\n"))
    assert (record.surname, record.division) == ("TESTARD", "5A")


def test_a_stray_quote_before_the_titles_costs_nothing() -> None:
    export = read('"Nom;Prénom;Classe\nTESTARD;Zoé;5A\nESS"AI;"Luc";5B\n')
    assert [r.surname for r in export.records] == ["TESTARD", "ESSAI"]


def test_blocks_of_nul_bytes_after_the_end_are_nothing() -> None:
    content = "Nom;Prénom;Classe\nTESTARD;Zoé;5A\n".encode() + bytes(5_000)
    assert looks_like_table(source(content))
    assert only(read(content)).division == "5A"


def test_a_mark_in_the_middle_of_an_8_bit_file_is_no_letter() -> None:
    content = "Nom;Prénom\nTESTARD;Zoé\n".encode("cp1252")
    assert {r.surname for r in read(content + b"\xef\xbb\xbf" + content).records} == {"TESTARD"}


@pytest.mark.parametrize(
    "text",
    [
        "0123456S;QAA00001;5A;Eleve;Zoé;TESTARD;z.t;Mot de passe déjà modifié par utilisateur\n" * 3,
        "Eleve;TESTARD;Zoé;14/02/2013;5A;123;Date de naissance différente de celle de l'annuaire fédérateur\n" * 3,
    ],
)
def test_rows_without_titles_are_no_titles_nor_another_format(text: str) -> None:
    assert looks_like_table(source(text))
    with pytest.raises(safety.Refusal, match="colonnes de personnes"):
        read_table_source(source(text))


def test_tags_are_no_cells() -> None:
    page = "> <ELEVE ELEVE_ID='1'>\n" + "> <NOM>TESTARD</NOM>; <PRENOM>Zoé</PRENOM>\n" * 5
    assert not looks_like_table(source(page))


def test_a_page_that_ends_inside_a_row_refuses_that_row() -> None:
    row = "<tr><td>TESTARD</td><td>Zoé</td><td>5A</td></tr>"
    export = read(f"<table><tr><th>Nom<th>Prénom<th>Classe</tr>{row}<tr><td>ESSAI</td><td>Lu")
    assert (len(export.records), len(export.refused)) == (1, 1)
    assert export.meta["incomplet"]


def test_a_huge_value_is_cut_and_said() -> None:
    export = read("Nom;Prénom;Adresse\nTESTARD;Aurèle;" + "x" * 200_000 + "\nGARÇON;Zoé;y\n")
    assert len(export.records[0].extra["address"]) == safety.MAX_VALUE
    assert export.records_kept == 2
    assert notes(export, "valeur_longue")


def test_a_thousand_columns_are_read_and_more_than_two_thousand_refused() -> None:
    filler = ";".join(f"option {i}" for i in range(998))
    export = read(f"Nom;Prénom;{filler}\nTESTARD;Aurèle{';x' * 998}\n")
    assert only(export).surname == "TESTARD"
    with pytest.raises(safety.Refusal, match="colonnes"):
        read("Nom;Prénom\n" + "x;" * 3000)


def test_nul_bytes_and_escape_sequences_are_shown_not_kept() -> None:
    export = read("Nom;Prénom\nTEST\0ARD;Au\x1b[31mrèle\nGARÇON;Zoé\u202e\n")
    assert [(r.surname, r.given_names) for r in export.records] == [("TEST·ARD", "Au·[31mrèle"), ("GARÇON", "Zoé")]
    assert notes(export, "encodage")


def test_formulas_stay_text() -> None:
    assert only(read('Nom;Prénom\n=1+1;"=HYPERLINK(""http://x"")"\n')).surname == "=1+1"


def test_a_table_without_persons_says_what_it_saw_and_what_it_needs() -> None:
    with pytest.raises(safety.Refusal) as refusal:
        read_table_source(source("Salle;Capacité\nS12;30\nS13;28\n"))
    assert "« Salle », « Capacité »" in refusal.value.reason
    assert "« Nom » et « Prénom »" in refusal.value.reason


def test_a_table_without_rows_is_read_and_said_to_be_empty() -> None:
    export = read(HEADER + "\n")
    assert (export.records_read, export.refused) == (0, ())
    assert notes(export, "vide")


def test_the_date_in_a_title_is_that_of_the_export_and_two_dates_are_a_period() -> None:
    dated = read(f"Liste des élèves - Collège - 14/09/2026\n{HEADER}\nTESTARD;Zoé;14/02/2013;5A;\n")
    assert (dated.made_on, dated.made_from) == ("2026-09-14", "contenu")
    period = read(f"Année du 01/09/2026 au 31/08/2027\n{HEADER}\nTESTARD;Zoé;14/02/2013;5A;\n")
    assert period.made_on == ""


def test_an_empty_file_is_refused() -> None:
    for content in ("", "\n\n", "\ufeff"):
        with pytest.raises(safety.Refusal, match="vide"):
            read_table_source(source(content))


def test_a_row_longer_than_the_others_and_shorter_than_its_header_is_read() -> None:
    short = "TESTARD;Zoé;5A;z.t\n"
    export = read("Nom;Prénom;Classe;Login;Mél;Nom Prénom\n" + short * 3 + "ESSAI;Luc;5B;l.e;l.e@exemple.invalid\n")
    assert export.records[-1].surname == "ESSAI"
    assert export.records[-1].extra["mail"] == "l.e@exemple.invalid"
