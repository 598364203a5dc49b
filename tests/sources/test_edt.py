"""EDT and PRONOTE → ENT: the clear timetable, old and new shapes, the encrypted envelope, the identifiers."""

from __future__ import annotations

import pytest
from exports_xml import UAI, named, read_with

from diagnostics.model import Export, Kind, Profile, StructureType
from diagnostics.sources import edt

NAMESPACE = 'xmlns="http://www.index-education.com/exportemploidutemps"'
SPAN = 'DateEntree="2020-09-01" DateSortie="2099-08-31"'
HEAD = (
    '<AnneeScolaire DateDebut="2020-09-01" DateFin="2099-08-31" DatePremierJourSemaine1="2020-08-31"/>'
    '<Matieres><Matiere Ident="2" Code="FRANC" Libelle="FRANCAIS"/></Matieres>'
    '<Professeurs><Professeur Ident="10" Nom="TESTARD" Prenom="MAELLE" IDSTS="70001" IDPN="AAAABBBBCCCC1234" IDCAS=""/>'
    "</Professeurs>"
    '<Classes><Classe Ident="9" Nom="5A"><PartieDeClasse Ident="2"/><PartieDeClasse Ident="3"/></Classe>'
    '<Classe Ident="8" Nom="5B"/></Classes>'
    '<Groupes><Groupe Ident="4" Nom="5ANGGR1"><PartieDeClasse Ident="2"/></Groupe>'
    '<Groupe Ident="5" Nom="5LATIN"><Classe Ident="8"/></Groupe></Groupes>'
)


def document(pupils: str = "", courses: str = "", head: str = HEAD) -> str:
    return (
        f'<ExportEmploiDuTemps {NAMESPACE} Version="1.1" UAI="{UAI}">{head}<Eleves>{pupils}</Eleves>'
        f"<Cours>{courses}</Cours></ExportEmploiDuTemps>"
    )


def read(content: str, name: str = "export.xml") -> Export:
    return read_with(edt.read, content, name)


PUPIL = (
    '<Eleve Ident="1" Nom="FICTIF" Prenom="Aurèle" DateNaissance="2013-02-14" Sexe="Masculin" IDSconet="812"\n'
    ' NumeroNational="123456789ab" IDEtablissement="E7" IDPN="DDDDEEEEFFFF1234" IDCAS="QAA00001">'
    '<Responsable Ident="14" RespLegal="1" Nom="TESTARD" Prenom="Solène" Civilite="Mme" Adresse1="1 rue"'
    ' Adresse2="des Essais" CodePostal="31000" Ville="TOULOUSE" IDPN="GGGGHHHHJJJJ1234"/>'
    f'<Classe Ident="9" {SPAN}/><PartieDeClasse Ident="2" {SPAN}/></Eleve>'
)


def test_a_pupil_has_class_groups_through_parts_and_every_identifier() -> None:
    export = read(document(PUPIL))
    record = named(export, "FICTIF")
    assert export.kind is Kind.EDT_CLAIR
    assert (export.school, export.school_year) == (UAI, 2020)
    assert (record.profile, record.sex, record.birth_date) == (Profile.ELEVE, "M", "2013-02-14")
    assert (record.division, record.groups, record.school) == ("5A", ("5ANGGR1",), UAI)
    assert dict(record.ids) == {
        "ident": "1", "idpn": "DDDDEEEEFFFF1234", "uid": "QAA00001", "eleve_id": "812", "ine": "123456789AB",
        "etab_id": "E7", "code_source": "Aurèle$FICTIF$2013-02-14",
    }  # fmt: skip


def test_guardians_are_linked_and_the_parent_of_siblings_is_one_record() -> None:
    sibling = PUPIL.replace('Ident="1" Nom', 'Ident="2" Nom').replace("Aurèle", "Lou")
    export = read(document(PUPIL + sibling))
    guardians = [record for record in export.records if record.profile is Profile.PARENT]
    assert [record.extra["address"] for record in guardians] == ["1 rue des Essais"]
    assert guardians[0].sex == "F"
    assert [(relation.pupil, relation.guardian, relation.level) for relation in export.relations] == [
        (("ident", "1"), ("ident", "14"), "legal"),
        (("ident", "2"), ("ident", "14"), "legal"),
    ]


def test_two_guardians_under_one_number_but_two_names_stay_two() -> None:
    other = PUPIL.replace('Ident="1" Nom', 'Ident="2" Nom').replace("Solène", "Marc")
    assert len([r for r in read(document(PUPIL + other)).records if r.profile is Profile.PARENT]) == 2


def test_guardians_may_stand_apart_and_be_referred_to() -> None:
    pupil = '<Eleve Ident="1" Nom="FICTIF" Prenom="Lou"><Responsable Ident="14" RespLegal="2"/></Eleve>'
    content = document(pupil).replace(
        "<Eleves>", '<Responsables><Responsable Ident="14" Nom="TESTARD" Prenom="Solène"/></Responsables><Eleves>'
    )
    export = read(content)
    assert [record.surname for record in export.records] == ["TESTARD", "TESTARD", "FICTIF"]
    assert export.relations[0].guardian == ("ident", "14")
    assert not export.refused


def test_teachers_and_staff_are_told_apart() -> None:
    content = document().replace(
        "<Eleves>", '<Personnels><Personnel Ident="3" Nom="ESSAI" Prenom="Ange"/></Personnels><Eleves>'
    )
    assert {record.surname: record.profile for record in read(content).records} == {
        "TESTARD": Profile.ENSEIGNANT,
        "ESSAI": Profile.NON_ENSEIGNANT,
    }


def test_a_teacher_without_birth_date_has_a_code_source_without_date() -> None:
    teacher = named(read(document()), "TESTARD")
    assert teacher.ids["code_source"] == "MAELLE$TESTARD$"
    assert teacher.ids["sts_id"] == "70001"


@pytest.mark.parametrize(
    ("periods", "division", "left"),
    [
        (f'<Classe Ident="9" DateEntree="2020-09-01" DateSortie="2020-12-03"/><Classe Ident="8" {SPAN}/>', "5B", ""),
        ('<Classe Ident="9" DateEntree="2020-09-01" DateSortie="2020-12-03"/>', "5A", "2020-12-03"),
        ('<Classe Ident="8" DateEntree="2098-09-01" DateSortie="2099-07-04"/>', "5B", ""),
        ("", "", ""),
    ],
)
def test_the_class_of_the_day_is_kept_and_leavers_have_a_date(periods: str, division: str, left: str) -> None:
    record = named(read(document(f'<Eleve Ident="1" Nom="FICTIF" Prenom="Lou">{periods}</Eleve>')), "FICTIF")
    assert (record.division, record.extra.get("exit_date", "")) == (division, left)


def test_structures_say_which_groups_hold_which_parts() -> None:
    export = read(document())
    by_type = {kind: [s for s in export.structures if s.type is kind] for kind in StructureType}
    assert [(s.code, s.ident, s.parents) for s in by_type[StructureType.DIVISION]] == [
        ("5A", "9", ("2", "3")),
        ("5B", "8", ()),
    ]
    assert [(s.code, s.parents, s.parts) for s in by_type[StructureType.GROUPE]] == [
        ("5ANGGR1", ("5A",), ("2",)),
        ("5LATIN", ("5B",), ()),
    ]
    assert [(s.code, s.parents) for s in by_type[StructureType.PARTIE]] == [("2", ("5A",)), ("3", ("5A",))]


def test_courses_become_services_for_classes_groups_and_parts_without_group() -> None:
    def course(before: str) -> str:
        return f'<Cours Jour="1"><Matiere Ident="2"/><Professeur Ident="10" Semaines="2"/>{before}</Cours>'

    export = read(
        document(
            courses=course('<Classe Ident="9"/>')
            + course('<Groupe Ident="4"/>')
            + course('<PartieDeClasse Ident="3"/>')
        )
    )
    assert [(s.structure_type, s.structures, s.subject, s.teachers) for s in export.services] == [
        (StructureType.DIVISION, ("5A",), "FRANCAIS", (("ident", "10"),)),
        (StructureType.GROUPE, ("5ANGGR1",), "FRANCAIS", (("ident", "10"),)),
        (StructureType.PARTIE, ("3",), "FRANCAIS", (("ident", "10"),)),
    ]
    assert len(export.records) == 1


def test_children_instead_of_attributes_and_other_cases_are_read() -> None:
    content = (
        f"<EXPORTEMPLOIDUTEMPS uai='{UAI}'><eleves><ELEVE><ident>1</ident><NOM>FICTIF</NOM><prenom>Lou</prenom>"
        "<Date_Naissance>14/02/2013</Date_Naissance><idPn>AAAABBBBCCCC1234</idPn><classe>5A</classe></ELEVE></eleves>"
        "</EXPORTEMPLOIDUTEMPS>"
    )
    (record,) = read(content).records
    assert (record.surname, record.birth_date, record.division) == ("FICTIF", "2013-02-14", "5A")
    assert record.ids["idpn"] == "AAAABBBBCCCC1234"


def test_homonyms_stay_two_and_persons_without_name_are_refused() -> None:
    pupils = (
        '<Eleve Ident="1" Nom="FICTIF" Prenom="Lou" DateNaissance=""/><Eleve Ident="2" Nom="FICTIF" Prenom="Lou"/>'
        '<Eleve Ident="3" Nom="" Prenom=""/>'
    )
    export = read(document(pupils))
    assert [r.ids["ident"] for r in export.records if r.surname == "FICTIF"] == ["1", "2"]
    assert (export.records_read, len(export.refused)) == (4, 1)


def test_clear_identifiers_are_known_by_their_content() -> None:
    content = (
        "<ExportIdentifiants><Eleves><Eleve Nom='FICTIF' Prenom='Lou' IDPN='AAAABBBBCCCC1234'/></Eleves>"
        "<MaitresDeStage><MaitreDeStage Nom='ESSAI' Prenom='Ange' IDPN='BBBBBBBBCCCC1234'/></MaitresDeStage>"
        "</ExportIdentifiants>"
    )
    assert edt.looks_like_idpn(content.encode())
    export = read(content)
    assert export.kind is Kind.IDPN
    assert [record.profile for record in export.records] == [Profile.ELEVE, Profile.AUTRE]


def envelope(partner: str = "KOSMOS", content: str = "QUJD") -> str:
    return (
        '<EXPORT_INDEX_EDUCATION xmlns="http://www.index-education.com/conteneurexportchiffre"><VERSION>1.0</VERSION>'
        "<LOGICIEL>EDT 2026 - 0.1</LOGICIEL><CLES><PARTENAIRE NOM='INDEXEDUCATION'>QUJD</PARTENAIRE>"
        f"<PARTENAIRE NOM='{partner}'>QUJD</PARTENAIRE></CLES><CONTENU>{content}</CONTENU>"
        f"<VERIFICATION>QUJD</VERIFICATION><DATEHEURE>2026-09-05T10:19:08.486+02:00</DATEHEURE><UAI>{UAI}</UAI>"
        "<NOMETABLISSEMENT>COLLEGE DES ESSAIS</NOMETABLISSEMENT><CODEPOSTALVILLE/></EXPORT_INDEX_EDUCATION>"
    )


def read_envelope(content: str, name: str = "EDT_To_KOSMOS.xml") -> Export:
    return read_with(edt.read_envelope, content, name)


def test_an_encrypted_export_says_what_it_can_and_what_to_use_instead() -> None:
    export = read_envelope(envelope())
    assert export.kind is Kind.EDT_CHIFFRE
    assert (export.school, export.school_name, export.made_on) == (UAI, "COLLEGE DES ESSAIS", "2026-09-05T10:19:08")
    assert (export.school_year, export.meta["software"], export.meta["partners"]) == (2026, "EDT 2026 - 0.1", "KOSMOS")
    assert (export.records, export.records_read) == ((), 0)
    (note,) = export.notes
    assert note.code == "chiffre"
    assert "sts_emp" in note.text


@pytest.mark.parametrize(
    ("partner", "rejected"), [("LaclasseCom", True), ("Skolengo", False), ("K-d'Ecole", False), ("kosmos", False)]
)
def test_an_export_made_for_another_ent_is_a_sure_rejection(partner: str, rejected: bool) -> None:
    notes = {note.code: note for note in read_envelope(envelope(partner).replace("'K-d'", "\"K-d'")).notes}
    assert ("partenaire" in notes) is rejected
    assert not rejected or notes["partenaire"].warning


def test_the_envelope_of_the_identifiers_is_known_by_its_name_only() -> None:
    assert read_envelope(envelope(), "IdPN_To_KOSMOS.xml").kind is Kind.IDPN
    assert read_envelope(envelope(), "copie de edt.xml").kind is Kind.EDT_CHIFFRE


def test_an_envelope_of_pronote_without_a_telling_name_is_doubted() -> None:
    pronote = envelope().replace("EDT ", "PRONOTE ")
    told = {name: read_with(edt.read_envelope, pronote, name).notes for name in ("EDT_To_KOSMOS.xml", "a.xml")}
    assert [[n.code for n in notes if n.code == "nature"] for notes in told.values()] == [[], ["nature"]]


def test_an_empty_envelope_is_said() -> None:
    assert "vide" in [note.code for note in read_envelope(envelope(content="")).notes]
