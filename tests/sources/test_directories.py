"""AAF and GAR: what feeds the ENT and what the ENT feeds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from exports_xml import named, read_with

from diagnostics.load import load
from diagnostics.model import Export, Kind, Profile, StructureType
from diagnostics.sources import aaf, gar


def attr(name: str, *values: str) -> str:
    return f'<attr name="{name}">' + "".join(f"<value>{v}</value>" if v else "<value/>" for v in values) + "</attr>"


def request(category: str, identifier: str, *attributes: str, tag: str = "addRequest") -> str:
    kind = "Structure" if category == "EtabEducNat" else "Personne"
    return (
        f'<{tag}>\n<operationalAttributes><attr name="categorie{kind}"><value>{category}</value></attr>'
        f"</operationalAttributes><identifier><id>{identifier}</id></identifier>\n<attributes>"
        + "".join(attributes)
        + f"</attributes></{tag}>\n"
    )


def document(*requests: str, comment: str = "", doctype: str = "") -> str:
    return (
        f"<?xml version='1.0' encoding='UTF-8'?>{doctype}<ficAlimMENESR>\n{comment}"
        + "".join(requests)
        + "</ficAlimMENESR>"
    )


def read(content: str, name: str = "ENT_Complet_20260905_Eleve_0000.xml") -> Export:
    return read_with(aaf.read, content, name)


PUPIL = request(
    "Eleve", "1000001",
    attr("ENTPersonJointure", "ACADEMIE$1000001"), attr("ENTEleveINE", "123456789ab"),
    attr("ENTEleveStructRattachId", "812"), attr("ENTPersonDateNaissance", "14/02/2013"),
    attr("ENTPersonNomPatro", "FICTIF"), attr("sn", "TESTARD"), attr("givenName", "Aurèle"),
    attr("ENTPersonAutresPrenoms", "Aurèle", "Lou"), attr("personalTitle", "M."), attr("mail", ""),
    attr("ENTElevePersRelEleve", "2000001$10$1$1$1$1", "2000002$20$0$2$0$0", "2000003$90$0$0$0$0",
         "2000001$10$1$1$1$1"),
    attr("ENTPersonStructRattach", "52001"), attr("ENTEleveClasses", "60001$6Z", "52001$5A"),
    attr("ENTEleveGroupes", "52001$5ANGGR1", "52001$5LATIN"),
    attr("ENTPersonAdresse", "1 rue des Essais$$$"),
)  # fmt: skip
SCHOOL = request(
    "EtabEducNat", "52001", attr("ENTStructureJointure", "52001"), attr("ENTStructureUAI", "0123456s"),
    attr("ENTStructureNomCourant", "CLG-DES ESSAIS-ac-TEST"), attr("ENTServAcAcademie", "TOULOUSE"),
    attr("ENTStructureClasses", "5A$5EME A$10110001110"), attr("ENTStructureGroupes", "5ANGGR1$ANGLAIS"),
)  # fmt: skip


def test_a_pupil_of_the_directory_is_read_and_linked() -> None:
    export = read(document(PUPIL, doctype='<!DOCTYPE ficAlimMENESR SYSTEM "ficAlimMENESR.dtd">'))
    (record,) = export.records
    assert export.kind is Kind.AAF
    assert (export.meta["category"], export.meta["mode"]) == ("Eleve", "Complet")
    assert (export.made_on, export.school_year) == ("2026-09-05", 2026)
    assert (record.surname, record.usage_name, record.given_names) == ("FICTIF", "TESTARD", "Aurèle")
    assert (record.other_given_names, record.birth_date, record.sex) == ("Lou", "2013-02-14", "M")
    assert dict(record.ids) == {"jointure": "1000001", "ine": "123456789AB", "eleve_id": "812"}
    assert (record.division, record.groups) == ("5A", ("5ANGGR1", "5LATIN"))
    assert record.extra["divisions"] == "5A, 6Z"
    assert record.extra["address"] == "1 rue des Essais"
    assert [(link.guardian[1], link.level, link.kinship) for link in export.relations] == [
        ("2000001", "legal", "10"),
        ("2000002", "en_charge", "20"),
        ("2000003", "contact", "90"),
    ]


def staff(number: int, function: str, *more: str) -> str:
    names = (attr("sn", f"NOM{number}"), attr("givenName", "Lou"), attr("ENTPersonFonctions", function))
    return request("PersEducNat", str(number), *names, *more)


def test_staff_profiles_follow_their_functions() -> None:
    export = read(
        document(
            staff(1, "52001$ENS$ENSEIGNEMENT$L1700$EDUCATION MUSICALE"),
            staff(2, "52001$DOC$DOCUMENTATION$L0080$DOC"),
            staff(3, "52001$AED$ASSISTANCE$D0021$AED"),
            staff(4, "52001$COL$COLLECTIVITE$$"),
            staff(5, "$$$$"),
            staff(6, "$$$$", attr("ENTAuxEnsClasses", "52001$5A")),
            staff(7, ""),
        )
    )
    assert [record.profile for record in export.records] == [
        Profile.ENSEIGNANT, Profile.ENSEIGNANT, Profile.NON_ENSEIGNANT, Profile.COLLECTIVITE, Profile.INCONNU,
        Profile.ENSEIGNANT, Profile.INCONNU,
    ]  # fmt: skip
    assert export.records[0].extra["discipline"] == "EDUCATION MUSICALE"


def test_a_school_gives_its_uai_its_structures_and_its_jointure() -> None:
    export = read(document(SCHOOL), "ENT_Complet_20260905_EtabEducNat_0000.xml")
    assert (export.school, export.school_name, export.meta["academy"]) == (
        "0123456S", "CLG-DES ESSAIS-ac-TEST", "TOULOUSE",
    )  # fmt: skip
    assert [(s.type, s.code, s.label) for s in export.structures] == [
        (StructureType.DIVISION, "5A", "5EME A"),
        (StructureType.GROUPE, "5ANGGR1", "ANGLAIS"),
    ]
    assert export.records_read == 0


def test_jointures_of_schools_become_uais_over_the_whole_bundle() -> None:
    guardian = request("PersRelEleve", "2000001", attr("sn", "TESTARD"), attr("givenName", "Solène"))
    pupils, schools, parents = (read(document(*items)) for items in ((PUPIL,), (SCHOOL,), (guardian,)))
    resolved = aaf.resolve([pupils, schools, parents])
    assert [export.school for export in resolved] == ["0123456S"] * 3
    assert [record.school for export in resolved for record in export.records] == ["0123456S", "0123456S"]


def test_records_of_several_schools_keep_their_own() -> None:
    other = SCHOOL.replace("52001", "60001").replace("0123456s", "0771991W")
    elsewhere = PUPIL.replace('Rattach"><value>52001', 'Rattach"><value>60001').replace("FICTIF", "AUTRE")
    pupils, schools = aaf.resolve([read(document(PUPIL, elsewhere)), read(document(SCHOOL, other))])
    assert (named(pupils, "FICTIF").school, named(pupils, "AUTRE").school) == ("0123456S", "0771991W")
    assert (pupils.school, schools.school, schools.school_name) == ("", "", "")


def change(category: str, identifier: str, *modifications: str) -> str:
    return request(category, identifier, *modifications, tag="modifyRequest").replace("attributes>", "modifications>")


def modification(name: str, *values: str) -> str:
    stated = "".join(f"<value>{value}</value>" if value else "<value/>" for value in values)
    return f'<modification name="{name}" operation="replace">{stated}</modification>'


GONE = "<deleteRequest><identifier><id>ACADEMIE$7</id></identifier></deleteRequest>"
DELTA = "ENT_Delta_20260906_Eleve_0000.xml"


def test_a_delta_without_its_complet_says_what_it_changes_and_counts_the_nameless() -> None:
    named_change = change("Eleve", "1", modification("sn", "NOUVEAU"))
    nameless = change("Eleve", "2", modification("ENTEleveClasses", "52001$6B"))
    (export,) = aaf.resolve([read(document(named_change, nameless, GONE), DELTA)])
    assert export.meta["mode"] == "Delta"
    assert [(record.surname, record.ids["jointure"], record.extra["request"]) for record in export.records] == [
        ("NOUVEAU", "1", "modification")
    ]
    assert (export.records_read, export.records_kept) == (3, 1)
    assert [row.reason.partition(" : ")[0] for row in export.refused] == [
        "Modification de la personne 2",
        "Suppression de la personne 7",
    ]
    assert "Chargez le Complet" in export.refused[0].reason


def test_a_delta_is_applied_over_the_complet_of_the_school() -> None:
    leaver = request("Eleve", "7", attr("sn", "PARTANT"), attr("givenName", "Zélie"),
                     attr("ENTElevePersRelEleve", "2000009$10$1$1$1$1"))  # fmt: skip
    moved = change("Eleve", "1000001", modification("ENTEleveClasses", "52001$6B"), modification("ENTEleveGroupes", ""))
    for order in (1, -1):
        complet, delta = read(document(PUPIL, leaver)), read(document(moved, GONE), DELTA)
        resolved = {export.meta["mode"]: export for export in aaf.resolve([complet, delta][::order])}
        complet, delta = resolved["Complet"], resolved["Delta"]
        assert not complet.records
        assert {relation.pupil[1] for relation in complet.relations} == {"1000001"}
        (record,) = delta.records
        assert (record.surname, record.usage_name, record.division, record.groups) == ("FICTIF", "TESTARD", "6B", ())
        assert (record.birth_date, record.ids["ine"]) == ("2013-02-14", "123456789AB")
        assert record.origin.export == delta.id
        assert not {"stated", "category"} & record.extra.keys()
        assert (delta.records_read, delta.records_kept, delta.refused) == (2, 2, ())
        assert any("2 personne(s)" in note.text for note in complet.notes)


def test_a_delta_that_states_guardians_anew_replaces_the_known_ones() -> None:
    anew = change("Eleve", "1000001", modification("ENTElevePersRelEleve", "2000008$10$1$1$1$1"))
    resolved = aaf.resolve([read(document(PUPIL)), read(document(anew), DELTA)])
    assert [relation.guardian[1] for export in resolved for relation in export.relations] == ["2000008"]


def test_a_married_name_of_a_delta_keeps_the_birth_name() -> None:
    married = change("Eleve", "1000001", modification("sn", "NOUVEAU"))
    delta = aaf.resolve([read(document(PUPIL)), read(document(married), DELTA)])[1]
    assert [(record.surname, record.usage_name) for record in delta.records] == [("FICTIF", "NOUVEAU")]


def test_a_number_shared_by_a_pupil_and_a_guardian_does_not_delete_either_without_a_category() -> None:
    both = [request(category, "7", attr("sn", category.upper())) for category in ("Eleve", "PersRelEleve")]
    complet, delta = aaf.resolve([read(document(*both)), read(document(GONE), DELTA)])
    assert len(complet.records) == 2
    assert len(delta.refused) == 1


def test_a_category_tells_the_pupil_from_the_colleague_of_the_same_number() -> None:
    both = [request(category, "7", attr("sn", category.upper())) for category in ("Eleve", "PersEducNat")]
    gone = request("PersEducNat", "7", tag="deleteRequest")
    complet, delta = aaf.resolve([read(document(*both)), read(document(gone), DELTA)])
    assert [record.surname for record in complet.records] == ["ELEVE"]
    assert (delta.records_read, delta.records_kept) == (1, 1)


def test_a_delta_older_than_the_complet_or_of_another_school_changes_nothing() -> None:
    for name in ("ENT_Delta_20260801_Eleve_0000.xml", "ENT_0771991W_Delta_20260906_Eleve_0000.xml"):
        base = read(document(PUPIL), "ENT_0123456S_Complet_20260905_Eleve_0000.xml")
        gone = GONE.replace("$7", "$1000001")
        complet, _ = aaf.resolve([base, read(document(gone), name)])
        assert len(complet.records) == 1


def test_facts_of_the_header_comments_are_kept() -> None:
    comment = (
        '<!-- versionAF="AAF-VE2407" codeAcademieExport="16" degre="2D" dateGenerationExport="2026-09-04 22:10:00" -->'
    )
    export = read(document(PUPIL, comment=comment), "fichier.xml")
    assert (export.made_on, export.made_from) == ("2026-09-04T22:10:00", "contenu")
    assert (export.meta["version"], export.meta["academy_code"], export.meta["degree"]) == ("AAF-VE2407", "16", "2D")


def test_guardians_of_the_older_attributes_are_linked() -> None:
    older = (
        '<attr name="ENTEleveParents"><value>21</value><value>22</value></attr><attr name="ENTEleveMere"><value>22'
        '</value></attr><attr name="ENTEleveAutoriteParentale"><value>22</value></attr></attributes>'
    )
    export = read(
        document(re.sub(r'<attr name="ENTElevePersRelEleve">.*?</attr>', "", PUPIL).replace("</attributes>", older))
    )
    assert [(r.guardian[1], r.level, r.kinship) for r in export.relations] == [("22", "legal", "2"), ("21", "", "")]


# -- GAR ------------------------------------------------------------------------------------------------------------


def gar_document(kind: str, body: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><men:GAR-ENT-' + kind + ' xmlns:men="http://data.education.fr/ns/gar"'
        f' Version="1.0">{body}</men:GAR-ENT-{kind}>'
    )


def gar_person(
    tag: str = "GAREleve", profile: str = "National_elv", other: str = "Lou", surname: str = "FICTIF"
) -> str:
    return (
        f"<men:{tag}><men:GARPersonIdentifiant>uid-1</men:GARPersonIdentifiant><men:GARPersonProfils>"
        "<men:GARStructureUAI>0123456S</men:GARStructureUAI>"
        f"<men:GARPersonProfil>{profile}</men:GARPersonProfil></men:GARPersonProfils>"
        f"<men:GARPersonNomPatro>{surname}</men:GARPersonNomPatro><men:GARPersonNom>TESTARD</men:GARPersonNom>"
        f"<men:GARPersonPrenom>Aurèle</men:GARPersonPrenom><men:GARPersonAutresPrenoms>{other}</men:GARPersonAutresPrenoms>"
        "<men:GARPersonEtab>0123456S</men:GARPersonEtab>"
        f"<men:GARPersonDateNaissance>2013-02-14</men:GARPersonDateNaissance></men:{tag}>"
    )


@pytest.mark.parametrize(
    ("tag", "profile", "expected"),
    [
        ("GAREleve", "National_elv", Profile.ELEVE),
        ("GAREnseignant", "National_ens", Profile.ENSEIGNANT),
        ("GAREnseignant", "National_doc", Profile.ENSEIGNANT),
        ("GAREnseignant", "National_evs", Profile.NON_ENSEIGNANT),
        ("GAREnseignant", "National_col", Profile.COLLECTIVITE),
    ],
)
def test_persons_of_the_gar_are_read(tag: str, profile: str, expected: Profile) -> None:
    export = read_with(gar.read, gar_document("Eleve", gar_person(tag, profile)))
    (record,) = export.records
    assert (export.kind, export.school, record.profile) == (Kind.GAR, "0123456S", expected)
    assert (record.surname, record.usage_name, record.birth_date) == ("FICTIF", "TESTARD", "2013-02-14")
    assert record.ids["uid"] == "uid-1"
    assert not export.notes


def test_a_missing_mandatory_field_of_the_gar_is_said() -> None:
    export = read_with(gar.read, gar_document("Eleve", gar_person(other="") + gar_person(surname="AUTRE")))
    assert named(export, "FICTIF").extra["gar_missing"] == "GARPERSONAUTRESPRENOMS"
    assert [(note.code, note.warning) for note in export.notes] == [("gar", True)]


def test_groups_of_the_gar_are_counted() -> None:
    member = (
        "<men:GARPersonGroupe><men:GARStructureUAI>0123456S</men:GARStructureUAI><men:GARPersonIdentifiant>{}"
        "</men:GARPersonIdentifiant><men:GARGroupeCode>5ANG1</men:GARGroupeCode></men:GARPersonGroupe>"
    )
    group = (
        "<men:GARGroupe><men:GARGroupeCode>5ANG1</men:GARGroupeCode><men:GARStructureUAI>0123456S</men:GARStructureUAI>"
        "<men:GARGroupeLibelle>Anglais</men:GARGroupeLibelle><men:GARGroupeStatut>GROUPE</men:GARGroupeStatut>"
        "<men:GARGroupeDivAppartenance>5A</men:GARGroupeDivAppartenance></men:GARGroupe>"
    )
    export = read_with(gar.read, gar_document("Groupe", group + member.format(1) + member.format(2)))
    (structure,) = export.structures
    assert (structure.code, structure.label, structure.parents, structure.headcount) == ("5ANG1", "Anglais", ("5A",), 2)


def test_pupils_of_the_gar_have_the_division_that_another_file_states(tmp_path: Path) -> None:
    def group(code: str, label: str, status: str) -> str:
        return (
            f"<men:GARGroupe><men:GARGroupeCode>{code}</men:GARGroupeCode><men:GARStructureUAI>0123456S"
            f"</men:GARStructureUAI><men:GARGroupeLibelle>{label}</men:GARGroupeLibelle><men:GARGroupeStatut>{status}"
            "</men:GARGroupeStatut></men:GARGroupe><men:GARPersonGroupe><men:GARStructureUAI>0123456S"
            "</men:GARStructureUAI><men:GARPersonIdentifiant>uid-1</men:GARPersonIdentifiant><men:GARGroupeCode>"
            f"{code}</men:GARGroupeCode></men:GARPersonGroupe>"
        )

    groups = group("5ANG1", "Anglais", "GROUPE") + group("123456789012345", "5A", "DIVISION")
    (tmp_path / "a.xml").write_text(gar_document("Eleve", gar_person()), encoding="utf-8")
    (tmp_path / "b.xml").write_text(gar_document("Groupe", groups), encoding="utf-8")
    pupils, structures = load([tmp_path]).exports
    assert (pupils.records[0].division, pupils.records[0].groups) == ("5A", ("5ANG1",))
    assert type(structures) is Export
    assert [(s.code, s.headcount) for s in structures.structures] == [("5ANG1", 1), ("5A", 1)]
