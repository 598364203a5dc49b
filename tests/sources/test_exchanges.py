"""IMPORT_ELEVES, LSU, EXP_COURS and UDT."""

from __future__ import annotations

import io
import zipfile

import pytest
from exports_xml import UAI, read_with, source

from diagnostics.model import Kind, Profile, StructureType
from diagnostics.safety import Refusal
from diagnostics.sources import exchanges, udt
from diagnostics.sources.tables import read_table_source


def test_pupils_in_groups_for_siecle() -> None:
    content = (
        f'<IMPORT_ELEVES VERSION="1.3"><PARAMETRES><UAJ>{UAI}</UAJ><ANNEE_SCOLAIRE>2026</ANNEE_SCOLAIRE>'
        "<DATE_IMPORT>05/09/2026</DATE_IMPORT><LOGICIEL>EDT</LOGICIEL></PARAMETRES><DONNEES><ELEVES><ELEVE>"
        "<ELEVE_ID>812</ELEVE_ID><NOM>FICTIF</NOM><PRENOM>Lou</PRENOM><DATE_NAISS>14/02/2013</DATE_NAISS><GROUPES>"
        "<GROUPE><CODE_GROUPE>5ANG1</CODE_GROUPE></GROUPE><GROUPE><CODE_GROUPE>5LAT</CODE_GROUPE></GROUPE></GROUPES>"
        "</ELEVE><ELEVE><ELEVE_ID>813</ELEVE_ID></ELEVE></ELEVES></DONNEES></IMPORT_ELEVES>"
    )
    export = read_with(exchanges.read_import_eleves, content)
    (record,) = export.records
    assert (export.kind, export.school, export.school_year) == (Kind.IMPORT_ELEVES, UAI, 2026)
    assert (export.made_on, export.meta["software"], len(export.refused)) == ("2026-09-05", "EDT", 1)
    assert (record.surname, record.ids["eleve_id"], record.groups) == ("FICTIF", "812", ("5ANG1", "5LAT"))
    assert (record.birth_date, record.school) == ("2013-02-14", UAI)
    assert [(s.code, s.headcount) for s in export.structures] == [("5ANG1", 1), ("5LAT", 1)]


def test_the_lsu_gives_identifiers_of_siecle_and_sts() -> None:
    content = (
        '<lsun-bilans xmlns="urn:fr:edu:scolarite:lsun:bilans:import" schemaVersion="3.0"><entete><editeur>E</editeur>'
        f"<application>PRONOTE</application><etablissement>{UAI}</etablissement></entete><donnees>"
        '<periodes><periode id="P1" millesime="2026"/></periodes><eleves>'
        '<eleve id="E1" id-be="812" nom="FICTIF" prenom="Lou" code-division="5A"/></eleves><enseignants>'
        '<enseignant id="T1" type="epp" id-sts="70001" civilite="MME" nom="TESTARD" prenom="Maëlle"/></enseignants>'
        '<bilans-periodiques><bilan-periodique eleve-ref="E1"/></bilans-periodiques></donnees></lsun-bilans>'
    )
    export = read_with(exchanges.read_lsu, content)
    pupil, teacher = export.records
    assert (export.kind, export.school, export.school_year) == (Kind.LSU, UAI, 2026)
    assert (pupil.profile, pupil.ids["eleve_id"], pupil.division) == (Profile.ELEVE, "812", "5A")
    assert (teacher.profile, teacher.sex) == (Profile.ENSEIGNANT, "F")
    assert (teacher.ids["sts_id"], teacher.ids["sts_type"]) == ("70001", "epp")


def test_guardians_of_the_lsu_are_linked_once_to_each_of_their_children() -> None:
    def report(pupil: str, street: str) -> str:
        return (
            f'<bilan-periodique eleve-ref="{pupil}"><responsables><responsable civilite="MME" nom="FICTIF" prenom="Ida"'
            f' lien-parente="MERE" legal1="true" legal2="false"><adresse ligne1="{street}" code-postal="31000"'
            ' commune="V"/></responsable><responsable nom="FICTIF" prenom="Luc" legal1="false" legal2="false"/>'
            "</responsables></bilan-periodique>"
        )

    pupils = "".join(f'<eleve id="E{n}" nom="FICTIF" prenom="Lou{n}" code-division="5A"/>' for n in (1, 2, 3))
    content = (
        f"<lsun-bilans><donnees><eleves>{pupils}</eleves><bilans-periodiques>{report('E1', '1 rue X')}"
        f"{report('E1', '1 rue X')}{report('E2', '1 rue X')}{report('E3', '9 rue Y')}</bilans-periodiques></donnees>"
        "</lsun-bilans>"
    )
    export = read_with(exchanges.read_lsu, content)
    mothers = [r for r in export.records if r.given_names == "Ida"]
    assert (len(mothers), mothers[0].sex, mothers[0].extra["address"]) == (2, "F", "1 rue X")
    linked = [r for r in export.relations if r.guardian == ("ident", mothers[0].ids["ident"])]
    assert [(r.pupil, r.level, r.rank, r.kinship) for r in linked] == [
        (("ident", "E1"), "legal", "1", "10"),
        (("ident", "E2"), "legal", "1", "10"),
    ]
    assert (len(export.relations), {r.level for r in export.relations}) == (6, {"legal", ""})


def test_the_courses_of_edt_give_teachers_once_each() -> None:
    def course(surname: str, given: str, tag: str = "Cours") -> str:
        return (
            f'<{tag} numero="1"><MAT_LIBELLE>FRANCAIS</MAT_LIBELLE><PROF_NOM>{surname}</PROF_NOM><PROF_PRENOM>{given}'
            f"</PROF_PRENOM><CLASSE>5A, 5B</CLASSE><H.DEBUT>08h30</H.DEBUT></{tag}>"
        )

    content = (
        "<TABLE>" + course("TESTARD", "Maëlle") + course("TESTARD, ESSAI", "Maëlle, Ange", "Cours_annuels")
        + course("", "") + "</TABLE>"
    )  # fmt: skip
    export = read_with(exchanges.read_courses, content)
    assert export.kind is Kind.EDT_COURS
    assert [(record.surname, record.given_names) for record in export.records] == [
        ("TESTARD", "Maëlle"),
        ("ESSAI", "Ange"),
    ]
    assert [service.teachers for service in export.services] == [
        (("ident", "Maëlle TESTARD"),),
        (("ident", "Maëlle TESTARD"), ("ident", "Ange ESSAI")),
        (),
    ]
    assert export.services[0].structures == ("5A", "5B")


def test_groups_and_parts_of_the_courses_of_edt_are_no_classes() -> None:
    content = "<TABLE><Cours><PROF_NOM>TESTARD</PROF_NOM><CLASSE>[5ANG1], &lt;5A&gt; 5A.1, 5B</CLASSE></Cours></TABLE>"
    export = read_with(exchanges.read_courses, content)
    assert {(s.structure_type, s.structures) for s in export.services} == {
        (StructureType.GROUPE, ("5ANG1",)),
        (StructureType.PARTIE, ("<5A> 5A.1",)),
        (StructureType.DIVISION, ("5B",)),
    }
    assert export.meta["courses"] == "1"


def test_the_courses_of_edt_saved_as_a_text_are_no_row_for_each_teacher() -> None:
    content = (
        "NUMERO;DUREE;MAT_CODE;MAT_LIBELLE;PROF_NOM;PROF_PRENOM;CLASSE;SALLE;JOUR;H.DEBUT\n"
        "1;1h00;ANG;ANGLAIS;TESTARD;Ida;5A;S12;mardi;08h30\n2;1h00;ANG;ANGLAIS;TESTARD;Ida;[5ANG1];S12;lundi;08h30\n"
        '3;1h00;FRA;FRANCAIS;"TESTARD, ESSAI";"Ida, Luc";5B;S12;lundi;09h30\n'
    )
    (export,) = read_table_source(source(content, "EXP_COURS.csv"))
    assert export.kind is Kind.EDT_COURS
    assert [(r.surname, r.given_names) for r in export.records] == [("TESTARD", "Ida"), ("ESSAI", "Luc")]
    assert [s.structures for s in export.services] == [("5A",), ("5ANG1",), ("5B",)]
    assert (export.records_read, export.records_kept, export.meta["courses"]) == (2, 2, "3")


def test_the_list_of_courses_of_udt_names_its_teachers_once() -> None:
    content = (
        "Jour;Heure;Div;Matière;Professeur;Salle;Groupe;Regroup;Eff;Mo;Freq;Aire;\n"
        "Lundi;8h;5A;ANGLAIS;TESTARD Ida;S1;;;25;;;;\nMardi;8h;5A;ANGLAIS;TESTARD Ida;S1;1;;12;;;;\n"
        "Mardi;9h;5A;MUSIQUE;Mme ESSAI Lou;S1;;CHORALE;40;;;;\n"
    )
    (export,) = read_table_source(source(content, "udt.csv"))
    assert (export.kind, [r.surname for r in export.records]) == (Kind.UDT, ["TESTARD", "ESSAI"])
    assert [(s.structures, s.structure_type) for s in export.services] == [
        (("5A",), StructureType.DIVISION),
        (("5A1",), StructureType.GROUPE),
        (("CHORALE",), StructureType.GROUPE),
    ]


UDT = {
    "UDCal_24.xml": '<cal><calendrier annee="2026" debut_eleve="01/09/2026"/></cal>',
    "udcal_04.xml": '<profs><prof code="TES" nom="TESTARD" prenom="Maëlle" civilite="Mme" epj="A$3000001"/></profs>',
    "UDCal_08.xml": '<divs><div code="5A" libelle="Cinquième A"/></divs>',
    "UDCal_10.xml": '<eleves>\n<eleve code="E1" nom="FICTIF" prenom="Lou" naissance="14/02/2013"/>\n'
    '<eleve code="E2"/></eleves>',
    "UDCal_05.xml": '<mats><mat code="ANG" libelle="ANGLAIS"/></mats>',
    "UDCal_12.xml": '<lignes>\n<ligfiche code="001A" fic="F1" div="5A" mat="ANG" prof="TES" rgpmt="0" gpe="G1"/>'
    '<ligfiche code="002A" fic="F2" div="5A" mat="ANG" prof="TES" rgpmt="0" gpe="G1"/>'
    '<ligfiche code="003A" fic="F3" div="5A" mat="MUS" prof="TES" rgpmt="R1" gpe=""/>'
    '<ligfiche code="004A" fic="F4" div="5B" mat="FRA" prof="ABS" rgpmt="0" gpe=""/></lignes>',
    "UDCal_13.xml": '<r><rgpmt code="R1" code_div="5A" code_gpe="G1" nom="CHORALE"/><rgpmt code="R2" code_div="5B"'
    ' code_gpe="" nom="CHORALE"/></r>',
    "UDCal_19.xml": '<gpes><gpe code="G1" code_div="5A" id="77"/><gpe code="G1" code_div="5B" code_sts="5BX"/></gpes>',
    "UDCal_21.xml": '<x><ele_gpe ele="E1" code_div="5A" gpe="G1" semaines="1"/></x>',
    "UDCal_23.xml": '<x><coens lignefic="003A" prof="AUT"/></x>',
    "UDCal_12_36.xml": '<lignes><ligfiche code="001A" fic="F1" div="5A" mat="ANG" prof="TES" rgpmt="0" gpe="G1"/>'
    "</lignes>",
    "semaines.xml": "<semaines/>",
}  # fmt: skip


def zipped(files: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def test_the_files_of_udt_are_one_export() -> None:
    export = read_with(udt.read_archive, zipped(UDT), "udt.zip")
    pupil = next(record for record in export.records if record.profile is Profile.ELEVE)
    teacher = next(record for record in export.records if record.profile is Profile.ENSEIGNANT)
    assert (export.kind, export.school_year, len(export.refused)) == (Kind.UDT, 2026, 1)
    assert (pupil.surname, pupil.division, pupil.groups) == ("FICTIF", "5A", ("5AG1", "CHORALE"))
    assert (pupil.birth_date, pupil.origin.line, pupil.origin.path) == ("2013-02-14", 2, "UDCal_10.xml")
    assert (teacher.ids["jointure"], teacher.sex) == ("3000001", "F")
    assert [(s.type, s.code, s.parents) for s in export.structures] == [
        (StructureType.DIVISION, "5A", ()),
        (StructureType.GROUPE, "5AG1", ("5A",)),
        (StructureType.GROUPE, "5BX", ("5B",)),
        (StructureType.GROUPE, "CHORALE", ("5A", "5B")),
    ]


def test_lessons_of_udt_become_services_stated_once() -> None:
    export = read_with(udt.read_archive, zipped(UDT), "udt.zip")
    assert [(s.structures, s.subject, s.teachers) for s in export.services] == [
        (("5AG1",), "ANGLAIS", (("ident", "TES"),)),
        (("CHORALE",), "MUS", (("ident", "TES"), ("ident", "AUT"))),
        (("5B",), "FRA", (("ident", "ABS"),)),
    ]
    assert (export.services[0].origin.path, export.services[0].origin.line) == ("UDCal_12.xml", 2)


def test_a_udt_file_given_alone_is_known_by_its_elements() -> None:
    content = UDT["udcal_04.xml"]
    assert udt.looks_like_udt(content.encode())
    assert read_with(udt.read, content).records[0].surname == "TESTARD"


def test_a_hostile_file_inside_udt_refuses_the_export() -> None:
    with pytest.raises(Refusal):
        udt.read_archive(source(zipped(UDT | {"UDCal_05.xml": "<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"}), "udt.zip"))
