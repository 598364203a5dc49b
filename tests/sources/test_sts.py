"""STS-Web: the staff, the services, and the file that goes the other way."""

from __future__ import annotations

from exports_xml import UAI, declared, read_with

from diagnostics.model import Export, Kind, Profile, StructureType
from diagnostics.sources import sts

HEAD = (
    f'<PARAMETRES><UAJ CODE="{UAI}"><ACADEMIE><CODE>016</CODE><LIBELLE>TOULOUSE</LIBELLE></ACADEMIE><SIGLE>CLG</SIGLE>'
    "<DENOM_PRINC>COLLEGE</DENOM_PRINC><DENOM_COMPL>DES ESSAIS</DENOM_COMPL></UAJ>"
    '<ANNEE_SCOLAIRE ANNEE="2026"><DATE_DEBUT>2026-09-01</DATE_DEBUT></ANNEE_SCOLAIRE></PARAMETRES>'
    '<NOMENCLATURES><CIVILITES><CIVILITE CODE="2"><LIBELLE_COURT>MME</LIBELLE_COURT></CIVILITE></CIVILITES>'
    '<MATIERES><MATIERE CODE="020700"><LIBELLE_EDITION>Français   </LIBELLE_EDITION></MATIERE></MATIERES>'
    "</NOMENCLATURES>"
)
TEACHER = (
    '<INDIVIDU ID="70001" TYPE="epp"><SEXE>2</SEXE><CIVILITE>2</CIVILITE>\n<NOM_USAGE>TESTARD</NOM_USAGE>'
    "<NOM_PATRONYMIQUE>FICTIF</NOM_PATRONYMIQUE><PRENOM>\n  Maëlle\n</PRENOM>"
    "<DATE_NAISSANCE>1981-05-04</DATE_NAISSANCE>"
    "<GRADE>CERT. CL N</GRADE><FONCTION>ENS</FONCTION><PROFS_PRINC><PROF_PRINC><CODE_STRUCTURE>3A</CODE_STRUCTURE>"
    '</PROF_PRINC></PROFS_PRINC><DISCIPLINES><DISCIPLINE CODE="L0202"><LIBELLE_COURT>LET MODERN</LIBELLE_COURT>'
    "</DISCIPLINE></DISCIPLINES></INDIVIDU>"
)
STRUCTURE = (
    '<STRUCTURE><DIVISIONS><DIVISION CODE="3A"><EFFECTIF_CALCULE>25</EFFECTIF_CALCULE><SERVICES>'
    '<SERVICE CODE_MATIERE="020700" CODE_MOD_COURS="CG"><ENSEIGNANTS><ENSEIGNANT TYPE="epp" ID="70001"/>'
    '<ENSEIGNANT TYPE="local" ID="3"/></ENSEIGNANTS></SERVICE></SERVICES></DIVISION></DIVISIONS><GROUPES>'
    '<GROUPE CODE="3ALL2"><DIVISIONS_APPARTENANCE><DIVISION_APPARTENANCE CODE="3A"/><DIVISION_APPARTENANCE CODE="3B"/>'
    "</DIVISIONS_APPARTENANCE><SERVICES/></GROUPE></GROUPES></STRUCTURE>"
)


def document(*staff: str, structure: str = "") -> str:
    return declared(
        f"<STS_EDT>{HEAD}<DONNEES><INDIVIDUS>" + "\n".join(staff) + f"</INDIVIDUS>{structure}</DONNEES></STS_EDT>",
        "UTF-8",
    )


def read(content: str) -> Export:
    return read_with(sts.read, content)


def test_a_teacher_is_read_with_both_names() -> None:
    export = read(document(TEACHER))
    (record,) = export.records
    assert export.kind is Kind.STS_EMP
    assert (export.school, export.school_name, export.school_year) == (UAI, "CLG DES ESSAIS", 2026)
    assert (export.meta["academy"], export.meta["academy_code"]) == ("TOULOUSE", "016")
    assert (record.surname, record.usage_name, record.given_names) == ("FICTIF", "TESTARD", "Maëlle")
    assert (record.birth_date, record.sex, record.profile) == ("1981-05-04", "F", Profile.ENSEIGNANT)
    assert dict(record.ids) == {"sts_id": "70001", "sts_type": "epp"}
    assert record.extra["function"] == "ENS"
    assert record.extra["discipline"] == "LET MODERN"
    assert record.extra["discipline_code"] == "L0202"
    assert record.extra["main_teacher_of"] == "3A"
    assert record.extra["civility"] == "MME"


def individual(number: int, fields: str, kind: str = ' TYPE="local"') -> str:
    return f'<INDIVIDU ID="{number}"{kind}><NOM_USAGE>NOM{number}</NOM_USAGE><PRENOM>Lou</PRENOM>{fields}</INDIVIDU>'


def test_the_usage_name_is_the_surname_of_those_without_another() -> None:
    (record,) = read(document(individual(1, "<NOM_PATRONYMIQUE/>"))).records
    assert (record.surname, record.usage_name) == ("NOM1", "")


def test_profiles_follow_the_function_then_the_discipline_then_the_services() -> None:
    export = read(
        document(
            individual(1, "<FONCTION>EDU</FONCTION>"),
            individual(2, '<DISCIPLINES><DISCIPLINE CODE="L0202"/></DISCIPLINES>'),
            individual(3, ""),
            individual(4, ""),
            individual(5, "<FONCTION>DOC</FONCTION>"),
            structure=STRUCTURE,
        )
    )
    teacher, staff, unknown = Profile.ENSEIGNANT, Profile.NON_ENSEIGNANT, Profile.INCONNU
    assert [record.profile for record in export.records] == [staff, teacher, teacher, unknown, teacher]


def test_a_missing_type_is_epp_and_substitutes_are_read() -> None:
    content = document(individual(1, "", "")).replace(
        "</DONNEES>", f"<SUPPLEANTS>{individual(2, '').replace('INDIVIDU', 'SUPPLEANT')}</SUPPLEANTS></DONNEES>"
    )
    assert [record.ids["sts_type"] for record in read(content).records] == ["epp", "local"]


def test_structures_and_services_point_at_teachers() -> None:
    export = read(document(TEACHER, structure=STRUCTURE))
    division, group = export.structures
    assert (division.type, division.code, division.headcount) == (StructureType.DIVISION, "3A", 25)
    assert (group.type, group.parents) == (StructureType.GROUPE, ("3A", "3B"))
    (service,) = export.services
    assert (service.structures, service.subject) == (("3A",), "Français")
    assert service.teachers == (("sts_id", "70001"), ("sts_id", "3"))


def test_an_agent_without_name_is_refused() -> None:
    export = read(document(TEACHER, '<INDIVIDU ID="9" TYPE="epp"><PRENOM/></INDIVIDU>'))
    assert (export.records_read, export.records_kept) == (2, 1)
    assert "9" in export.refused[0].reason


def test_the_file_of_the_other_direction_is_named_and_holds_no_person() -> None:
    export = read(
        f"<EDT_STS><PARAMETRES><UAJ>{UAI}</UAJ><ANNEE_SCOLAIRE>2026</ANNEE_SCOLAIRE><APPLICATION_SOURCE>EDITEUR_PRIVE"
        '</APPLICATION_SOURCE></PARAMETRES><DONNEES><INDIVIDUS><INDIVIDU ID="70001"><INDEMNITES/></INDIVIDU>'
        "</INDIVIDUS>"
        f"{STRUCTURE}</DONNEES></EDT_STS>"
    )
    assert export.kind is Kind.EMP_STS
    assert (export.school, export.school_year, export.records_read) == (UAI, 2026, 0)
    assert export.services[0].teachers[0] == ("sts_id", "70001")
    assert export.meta["staff_ids"] == "1"
    assert "sts_emp" in next(note.text for note in export.notes if note.code == "sens")
