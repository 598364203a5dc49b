"""SIECLE in XML: every version, sections in any order, links, addresses, structures."""

from __future__ import annotations

import pytest
from exports_xml import PARAMETERS, UAI, declared, named, pupil, pupils, read_with, structure

from diagnostics.model import Export, Kind, Profile, StructureType
from diagnostics.safety import Refusal
from diagnostics.sources import siecle


def read(content: str, name: str = "export.xml") -> Export:
    return read_with(siecle.read, content, name)


def test_a_pupil_states_names_dates_identifiers_and_where_it_was_read() -> None:
    fields = (
        "<PRENOM2>Lou</PRENOM2><PRENOM3>Ange</PRENOM3><CODE_REGIME>2</CODE_REGIME><CODE_STATUT>ST</CODE_STATUT>"
        "<CODE_MEF>10110001110</CODE_MEF><ID_ELEVE_ETAB>E7</ID_ELEVE_ETAB><DATE_ENTREE>01/09/2026</DATE_ENTREE>"
    )
    content = declared(
        pupils(pupil(fields=fields), structures=[structure(1, "5A"), structure(1, "5ANG1", "G")]), "UTF-8"
    )
    export = read(content)
    (record,) = export.records
    assert record.profile is Profile.ELEVE
    assert (record.surname, record.usage_name, record.given_names) == ("TESTARD", "", "Aurèle")
    assert (record.other_given_names, record.birth_date, record.sex) == ("Lou Ange", "2013-02-14", "M")
    assert (record.division, record.groups, record.school) == ("5A", ("5ANG1",), UAI)
    assert dict(record.ids) == {"ine": "000000001AB", "eleve_id": "801", "elenoet": "1", "etab_id": "E7"}
    assert dict(record.extra) == {"entry_date": "2026-09-01", "status": "ST", "regime": "2", "mef": "10110001110"}
    assert record.origin.line == content[: content.index("<ELEVE ")].count("\n") + 1
    assert export.kind is Kind.SIECLE_ELEVES
    assert (export.school, export.school_year, export.made_on) == (UAI, 2026, "2026-09-05T09:11:05")
    assert (export.made_from, export.meta["version"]) == ("contenu", "2.1")


def test_structures_may_come_before_the_pupils() -> None:
    content = (
        f"<BEE_ELEVES>{PARAMETERS}<DONNEES><STRUCTURES>{structure(1, '5A')}</STRUCTURES><ELEVES>{pupil(1)}</ELEVES>"
        "</DONNEES></BEE_ELEVES>"
    )
    assert read(content).records[0].division == "5A"


def test_pupils_without_eleve_id_are_joined_by_elenoet() -> None:
    content = pupils(pupil(1), structures=[structure(1, "5A")]).replace(' ELEVE_ID="801"', "")
    assert read(content).records[0].division == "5A"


def test_elenoet_may_be_a_child_and_names_those_of_before_2016() -> None:
    content = pupils(
        '<ELEVE ELEVE_ID="9"><ELENOET>77</ELENOET><NOM>  FICTIF  </NOM><PRENOM>\n Lou \n</PRENOM></ELEVE>'
    ).replace("BEE_ELEVES", "BEE_EPHC_ELEVES")
    export = read(content)
    assert export.kind is Kind.SIECLE_ELEVES
    assert (export.records[0].surname, export.records[0].given_names) == ("FICTIF", "Lou")
    assert export.records[0].ids["elenoet"] == "77"


def test_leavers_inactives_and_pupils_without_division_are_kept() -> None:
    leaver = pupil(1, fields="<DATE_SORTIE>12/10/2026</DATE_SORTIE><CODE_MOTIF_SORTIE>03</CODE_MOTIF_SORTIE>")
    export = read(pupils(leaver, pupil(2), pupil(3), structures=[structure(1, "5A"), structure(2, "Inactifs")]))
    assert [record.division for record in export.records] == ["5A", "Inactifs", ""]
    assert export.records[0].extra["exit_date"] == "2026-10-12"
    assert export.records[0].extra["exit_reason"] == "03"


@pytest.mark.parametrize(
    ("fields", "ine"),
    [
        ("<INE_RNIE>111111111AB</INE_RNIE>", "111111111AB"),
        ("<INE_BEA>1111111111a</INE_BEA>", "1111111111A"),
        ("<ID_NATIONAL/>", ""),
    ],
)
def test_the_ine_is_read_from_the_field_that_states_it(fields: str, ine: str) -> None:
    (record,) = read(pupils(pupil(fields=fields).replace("<ID_NATIONAL>000000001AB</ID_NATIONAL>", ""))).records
    assert record.ids.get("ine", "") == ine


def test_the_mef_may_stand_in_another_section() -> None:
    fields = "<SCOLARITE_ACTIVE><CODE_MEF>10310019110</CODE_MEF></SCOLARITE_ACTIVE>"
    assert read(pupils(pupil(fields=fields))).records[0].extra["mef"] == "10310019110"


def test_an_impossible_birth_date_is_quoted_not_guessed() -> None:
    (record,) = read(pupils(pupil().replace("14/02/2013", "31/02/2013"))).records
    assert record.birth_date == ""
    assert record.extra["birth_as_read"] == "31/02/2013"


def test_a_usage_name_that_repeats_the_surname_is_not_kept() -> None:
    same = pupil(1).replace("<NOM_USAGE/>", "<NOM_USAGE>Testard</NOM_USAGE>")
    other = pupil(2).replace("<NOM_USAGE/>", "<NOM_USAGE>FICTIF</NOM_USAGE>")
    assert [record.usage_name for record in read(pupils(same, other)).records] == ["", "FICTIF"]


def test_a_pupil_without_any_name_is_refused_with_its_line() -> None:
    nameless = '<ELEVE ELEVE_ID="1">\n<NOM_DE_FAMILLE> </NOM_DE_FAMILLE><PRENOM/></ELEVE>'
    content = pupils(pupil(1), nameless)
    export = read(content)
    (refused,) = export.refused
    assert refused.line == content[: content.index('ELEVE_ID="1"')].count("\n") + 1
    assert "sans nom" in refused.reason
    assert (export.records_read, export.records_kept) == (2, 1)


def guardian(number: int, surname: str = "TESTARD", fields: str = "") -> str:
    return (
        f'<PERSONNE PERSONNE_ID="{number}"><NOM_DE_FAMILLE>{surname}</NOM_DE_FAMILLE><PRENOM>Solène</PRENOM>'
        f"<LC_CIVILITE>MME</LC_CIVILITE>{fields}</PERSONNE>"
    )


def responsables(persons: str, links: str, addresses: str = "") -> str:
    return (
        f"<BEE_RESPONSABLES>{PARAMETERS}<DONNEES><PERSONNES>{persons}</PERSONNES><RESPONSABLES>{links}</RESPONSABLES>"
        f"<ADRESSES>{addresses}</ADRESSES></DONNEES></BEE_RESPONSABLES>"
    )


def test_guardians_have_their_ways_to_be_reached_and_their_address() -> None:
    fields = (
        "<TEL_PERSONNEL>0500000000</TEL_PERSONNEL><TEL_PORTABLE>0600000000</TEL_PORTABLE><MEL>s@exemple.invalid</MEL>"
        "<ADRESSE_ID>5501</ADRESSE_ID>"
    )
    address = (
        '<ADRESSE ADRESSE_ID="5501"><LIGNE1_ADRESSE>1 rue</LIGNE1_ADRESSE><LIGNE2_ADRESSE>des Essais</LIGNE2_ADRESSE>'
        "<CODE_POSTAL>31000</CODE_POSTAL><LIBELLE_POSTAL>TOULOUSE</LIBELLE_POSTAL></ADRESSE>"
    )
    export = read(responsables(guardian(990, fields=fields), "", address))
    (record,) = export.records
    assert export.kind is Kind.SIECLE_RESPONSABLES
    assert (record.profile, record.sex, record.ids["personne_id"]) == (Profile.PARENT, "F", "990")
    assert record.extra["phone"] == "0600000000"
    assert record.extra["home_phone"] == "0500000000"
    assert record.extra["address"] == "1 rue des Essais"
    assert (record.extra["postcode"], record.extra["city"]) == ("31000", "TOULOUSE")


@pytest.mark.parametrize(
    ("stated", "level", "rank"),
    [
        ("<RESP_LEGAL>1</RESP_LEGAL>", "legal", "1"),
        ("<RESP_LEGAL>2</RESP_LEGAL>", "legal", "2"),
        ("<RESP_LEGAL>0</RESP_LEGAL>", "contact", "0"),
        ("<NIVEAU_RESPONSABILITE>1</NIVEAU_RESPONSABILITE>", "legal", "1"),
        ("<NIVEAU_RESPONSABILITE>2</NIVEAU_RESPONSABILITE>", "en_charge", "2"),
        ("<NIVEAU_RESPONSABILITE>0</NIVEAU_RESPONSABILITE>", "contact", "0"),
        ("<RESP_LEGAL>0</RESP_LEGAL><NIVEAU_RESPONSABILITE>2</NIVEAU_RESPONSABILITE>", "en_charge", "0"),
        ("", "", ""),
    ],
)
def test_the_level_of_responsibility_is_read_in_both_words(stated: str, level: str, rank: str) -> None:
    for tag in ("RESPONSABLE_ELEVE", "RESPONSABLE"):
        who = "<ELEVE_ID>801</ELEVE_ID><PERSONNE_ID>990</PERSONNE_ID><CODE_PARENTE>10</CODE_PARENTE>"
        link = f"<{tag}>{who}{stated}</{tag}>"
        export = read(responsables(guardian(990), link))
        (relation,) = export.relations
        assert (relation.pupil, relation.guardian) == (("eleve_id", "801"), ("personne_id", "990"))
        assert (relation.level, relation.rank, relation.kinship) == (level, rank, "10")
        assert export.records[0].extra.get("level", "") == level


def test_structures_give_divisions_and_the_divisions_of_groups() -> None:
    export = read(
        f"<BEE_STRUCTURES>{PARAMETERS}<DONNEES><DIVISIONS>"
        "<DIVISION CODE_STRUCTURE='5A '><LIBELLE_LONG>5EME A</LIBELLE_LONG>"
        "</DIVISION></DIVISIONS><GROUPES><GROUPE CODE_STRUCTURE='5ANG1'><DIVISIONS_APPARTENANCE><DIVISION_APPARTENANCE>"
        "<CODE_STRUCTURE>5A</CODE_STRUCTURE></DIVISION_APPARTENANCE></DIVISIONS_APPARTENANCE></GROUPE></GROUPES></DONNEES>"
        "</BEE_STRUCTURES>"
    )
    assert export.kind is Kind.SIECLE_STRUCTURES
    division, group = export.structures
    assert (division.type, division.code, division.label) == (StructureType.DIVISION, "5A", "5EME A")
    assert (group.type, group.code, group.parents) == (StructureType.GROUPE, "5ANG1", ("5A",))


@pytest.mark.parametrize(
    ("root", "kind"),
    [
        ("BEE_NOMENCLATURES", Kind.SIECLE_NOMENCLATURE),
        ("BEE_NOMENCLATURE", Kind.SIECLE_NOMENCLATURE),
        ("BEE_COMMUN", Kind.SIECLE_COMMUNS),
        ("BEE_COMMUNS", Kind.SIECLE_COMMUNS),
        ("BEE_GEOGRAPHIQUE", Kind.SIECLE_GEOGRAPHIQUE),
        ("BEE_ETABLISSEMENTS", Kind.SIECLE_ETABLISSEMENTS),
        ("bee_responsables", Kind.SIECLE_RESPONSABLES),
    ],
)
def test_the_other_exports_are_recognised(root: str, kind: Kind) -> None:
    export = read(f"<{root}>{PARAMETERS}<DONNEES><MEFS><MEF CODE_MEF='1'/></MEFS></DONNEES></{root}>")
    assert export.kind is kind
    assert export.school == UAI


def test_an_unknown_siecle_export_is_known_by_its_sections_or_refused() -> None:
    assert read(f"<BEE_EXTRAIT>{PARAMETERS}<DONNEES><ELEVES>{pupil()}</ELEVES></DONNEES></BEE_EXTRAIT>").kind is (
        Kind.SIECLE_ELEVES
    )
    with pytest.raises(Refusal, match="BEE_BOURSES"):
        read(f"<BEE_BOURSES>{PARAMETERS}<DONNEES/></BEE_BOURSES>")


def test_the_name_of_the_file_helps_when_the_content_is_silent() -> None:
    export = read("<BEE_ELEVES><DONNEES/></BEE_ELEVES>", f"Eleves_{UAI}_20260905.xml")
    assert (export.school, export.made_on, export.made_from) == (UAI, "2026-09-05", "nom")


def test_hostile_characters_do_not_pass() -> None:
    (record,) = read(pupils(pupil(given="Lou\u202e\u200b\x1b[2J", surname="[/b]"))).records
    assert record.given_names == "Lou·[2J"
    assert record.surname == "[/b]"
    assert named(read(pupils(pupil(surname="A" * 9_000))), "A" * 4_000)


def test_hand_made_files_may_state_a_class_and_a_group_in_their_own_way() -> None:
    export = read(
        "<BEE_ELEVES><ELEVE ELEVE_ID='1'><NOM>TESTARD</NOM><CODE_STRUCTURE>3A</CODE_STRUCTURE></ELEVE></BEE_ELEVES>"
    )
    assert export.records[0].division == "3A"
    group = "<GROUPE CODE_GROUPE='5B'><LIBELLE_COURT>5 B</LIBELLE_COURT></GROUPE>"
    (structure,) = read(f"<BEE_STRUCTURES>{group}</BEE_STRUCTURES>").structures
    assert (structure.code, structure.label) == ("5B", "5 B")


def test_an_export_without_anybody_says_so_and_proves_no_absence() -> None:
    export = read(pupils())
    assert (export.records, export.meta["incomplet"]) == ((), "vide")
    assert [(note.code, note.warning) for note in export.notes] == [("vide", True)]
    assert [note.code for note in read(f"<BEE_GEOGRAPHIQUE>{PARAMETERS}</BEE_GEOGRAPHIQUE>").notes] == ["inutile"]
