"""What the agent leaves with: the list for the import screen and the corrections at the source."""

from __future__ import annotations

from matching_cases import account, accounts_export, crowd, export, person

from diagnostics import matching
from diagnostics.matching import corrections
from diagnostics.model import Export, Kind, Profile


def school() -> tuple[Export, ...]:
    others = crowd(30)
    pupil = ("BRELLAN", "Aubin", "2013-02-14", "6A")
    twin_class = [(f"KORMAL{n}", "Zélie", f"2013-04-{n + 1:02d}", "6D") for n in range(8)]
    siecle = [person(*row, ids={"ine": f"{n:09}AB"}) for n, row in enumerate([pupil, *twin_class, *others])]
    edt = [
        person("BRELALN", "Aubin", "2013-02-14", "6A", ids={"ine": "000000000AB"}),
        *(person(*row[:3], "6DANSE", ids={"ine": f"{n + 1:09}AB"}) for n, row in enumerate(twin_class)),
        *(person(*row) for row in others),
        person("CORMET", "Faustine", profile=Profile.ENSEIGNANT, ids={"sts_id": "701"}),
    ]
    sts = [
        person("DASTIER", "Faustine", "1981-05-04", usage_name="CORMAT", profile=Profile.ENSEIGNANT,
               ids={"sts_id": "701", "sts_type": "epp"})
    ]  # fmt: skip
    accounts = [account(f"AAA{n:05}", *row) for n, row in enumerate([pupil, *twin_class, *others])]
    accounts.append(account("BBB00001", "CORMAT", "Faustine", profile=Profile.ENSEIGNANT, ids={"login": "f.cormat"}))
    return (
        export(Kind.SIECLE_ELEVES, siecle),
        export(Kind.EDT_CLAIR, edt),
        export(Kind.STS_EMP, sts),
        accounts_export(*accounts),
    )


def test_only_persons_the_import_does_not_recognise_are_to_be_typed() -> None:
    exports = school()
    rows = corrections.to_type(matching.match(exports), exports)
    assert [(row.code_source, row.account, row.login) for row in rows] == [
        ("Faustine$CORMET$", "BBB00001", "f.cormat"),
        ("Aubin$BRELALN$2013-02-14", "AAA00000", ""),
    ]
    shown = corrections.to_type_text(rows)
    assert "Faustine$CORMET$  →  CORMAT Faustine, BBB00001 (f.cormat)" in shown
    assert "2 comptes à choisir" in shown


def test_the_table_of_the_screen_says_whom_to_type() -> None:
    exports = school()
    asked = export(
        Kind.ENT_RAPPROCHEMENTS,
        [person("BRELALN", "Aubin", "2013-02-14", ids={"code_source": "Aubin$BRELALN$2013-02-14"})],
    )
    everything = (*exports, asked)
    rows = corrections.to_type(matching.match(everything), everything)
    assert [(row.code_source, row.account) for row in rows] == [("Aubin$BRELALN$2013-02-14", "AAA00000")]


def test_values_are_corrected_where_they_were_typed_again() -> None:
    exports = school()
    rows = corrections.at_source(matching.identities(exports, matching.match(exports)), exports)
    said = {(row.software, row.person, row.field, row.now, row.wanted) for row in rows}
    assert ("EDT", "BRELLAN Aubin", "Nom", "BRELALN", "BRELLAN") in said
    assert ("EDT", "DASTIER Faustine", "Nom", "CORMET", "CORMAT") in said
    assert all(row.line and row.file for row in rows)
    assert "SIECLE Base élèves fait foi" in corrections.at_source_text(rows)


def test_a_class_under_another_code_is_one_line_and_not_one_a_pupil() -> None:
    exports = school()
    rows = corrections.at_source(matching.identities(exports, matching.match(exports)), exports)
    assert [row.person for row in rows if row.field == "Classe"] == ["toute la classe 6D (8 élèves)"]


def test_the_authority_is_doubted_when_timetable_and_directory_agree_against_it() -> None:
    siecle = export(Kind.SIECLE_ELEVES, [person("BRELLAN", "Aubin", "2013-10-02", "6A", ids={"ine": "123456789AB"})])
    edt = export(Kind.EDT_CLAIR, [person("BRELLAN", "Aubin", "2013-02-10", "6A", ids={"ine": "123456789AB"})])
    ent = accounts_export(account("AAA00001", "BRELLAN", "Aubin", "2013-02-10", "6A"))
    exports = (siecle, edt, ent)
    [row] = corrections.at_source(matching.identities(exports, matching.match(exports)), exports)
    assert (row.software, row.field, row.now, row.wanted) == (
        "SIECLE Base élèves", "Date de naissance", "02/10/2013", "10/02/2013",
    )  # fmt: skip
    assert "à vérifier sur pièce" in row.because


def test_csv_opens_in_a_spreadsheet_and_runs_nothing() -> None:
    exports = school()
    rows = corrections.to_type(matching.match(exports), exports)
    table = corrections.as_csv(corrections.to_type_rows(rows))
    assert table.startswith("\ufeffCode source;Personne;")
    assert len(table.splitlines()) == len(rows) + 1
    assert corrections.as_csv([["=1+1"]]) == "\ufeff'=1+1\r\n"


def test_nothing_to_do_is_said() -> None:
    assert "Rien à saisir" in corrections.to_type_text(())
    assert "Rien à corriger" in corrections.at_source_text(())


def test_who_has_no_account_to_choose_is_told_with_the_reason() -> None:
    strangers = [person("NOVELLE", "Zoé", "2011-01-01"), person("ETRANGE", "Luc", "2011-05-05")]
    twice = [person("CORMET", "Agnès", profile=Profile.ENSEIGNANT) for _ in range(2)]
    exports = (
        export(Kind.ENT_RAPPROCHEMENTS, [*strangers, *twice]),
        export(Kind.SIECLE_ELEVES, [person("BRELLAN", "Aubin", "2013-02-14", "6A")]),
        accounts_export(*(account(f"AAA0000{n}", "CORMET", "Agnès", profile=Profile.ENSEIGNANT) for n in range(2)),
                        account("AAA00009", "BRELLAN", "Aubin", "2013-02-14", "6A")),
    )  # fmt: skip
    rows = corrections.waiting(matching.match(exports), exports)
    assert [(row.person, row.verdict) for row in rows] == [
        ("ETRANGE Luc", "absent"), ("NOVELLE Zoé", "absent"),
        ("CORMET Agnès", "à confirmer"), ("CORMET Agnès", "à confirmer"),
    ]  # fmt: skip
    told = corrections.waiting_text(rows)
    assert told.startswith("2 personnes à confirmer d’abord")
    assert "  élève absent de SIECLE" in told
    assert "    NOVELLE Zoé, élève, 01/01/2011" in told
    assert len(corrections.waiting_rows(rows)) == 5
    assert corrections.waiting_text(()) == ""


def at_source(*exports: Export) -> list[corrections.Correction]:
    identities = matching.identities(exports, matching.match(exports))
    return list(corrections.at_source(identities, exports))


def test_names_in_each_other_s_place_are_one_correction_towards_the_name_that_is_used() -> None:
    teacher = person("DASTIER", "Faustine", "1981-05-04", usage_name="CORMAT", profile=Profile.ENSEIGNANT,
                     ids={"sts_id": "701", "sts_type": "epp"})  # fmt: skip
    typed = person("FAUSTINE", "Cormat", profile=Profile.ENSEIGNANT, ids={"sts_id": "701"})
    (row,) = at_source(export(Kind.STS_EMP, [teacher]), export(Kind.EDT_CLAIR, [typed]))
    assert (row.field, row.now, row.wanted) == (
        "Nom et prénom", "nom FAUSTINE, prénom Cormat", "nom CORMAT, prénom Faustine",
    )  # fmt: skip


def test_a_class_code_that_differs_is_corrected_in_one_direction() -> None:
    pupils = [(f"KORMAL{n}", "Zélie", f"2013-04-{n + 1:02d}") for n in range(9)]
    siecle = [person(*row, "6D", ids={"ine": f"{n:09}AB"}) for n, row in enumerate(pupils)]
    edt = [person(*row, "6DANSE", ids={"ine": f"{n:09}AB"}) for n, row in enumerate(pupils)]
    # For some, the directory says what EDT does.
    ent = [
        account(f"AAA{n:05}", *row, "6DANSE" if n < 4 else "6D", ids={"ine": f"{n:09}AB"})
        for n, row in enumerate(pupils)
    ]
    rows = at_source(export(Kind.SIECLE_ELEVES, siecle), export(Kind.EDT_CLAIR, edt), accounts_export(*ent))
    assert [(row.software, row.person, row.now, row.wanted) for row in rows] == [
        ("EDT", "toute la classe 6D (9 élèves)", "6DANSE", "6D")
    ]
