"""STS-Web: ``sts_emp_<UAI>_<year>.xml`` (formats.md §1)."""

from __future__ import annotations

from collections import defaultdict

from diagnostics.demo_school.people import ALL_SUBJECTS, LEVELS, MEF, MEFSTAT4, School, Service
from diagnostics.demo_school.views import Exports, Row
from diagnostics.demo_school.writers_siecle import SIECLE_ENCODING, element, elements


def parameters(school: School) -> str:
    code, name = school.academy
    return (
        f'<PARAMETRES><UAJ CODE="{school.uai}">'
        f"<ACADEMIE>{elements(CODE=code, LIBELLE=name)}</ACADEMIE>"
        + elements(
            SIGLE="CLG",
            DENOM_PRINC="COLLEGE",
            DENOM_COMPL=school.name.removeprefix("COLLEGE "),
            CODE_NATURE="340",
            CODE_CATEGORIE="CLG",
            ADRESSE="",
            COMMUNE=school.town.upper(),
            CODE_POSTAL=school.postcode,
            STATUT="public",
        )
        + f'</UAJ><ANNEE_SCOLAIRE ANNEE="{school.year}">'
        + elements(DATE_DEBUT=f"{school.year}-09-01", DATE_FIN=f"{school.year + 1}-08-31")
        + "</ANNEE_SCOLAIRE></PARAMETRES>"
    )


def nomenclatures() -> list[str]:
    civilities = (("1", "M.", "Monsieur"), ("2", "MME", "Mme"))
    lines = ["<NOMENCLATURES>", "<CIVILITES>"]
    lines += [
        f'<CIVILITE CODE="{code}">{elements(LIBELLE_COURT=short, LIBELLE_LONG=long)}</CIVILITE>'
        for code, short, long in civilities
    ]
    lines += ["</CIVILITES>", "<MATIERES>"]
    lines += [
        f'<MATIERE CODE="{s.code}">'
        + elements(CODE_GESTION=s.short, LIBELLE_COURT=s.short, LIBELLE_LONG=s.label, LIBELLE_EDITION=s.label.title())
        + "</MATIERE>"
        for s in ALL_SUBJECTS
    ]
    lines += ["</MATIERES>", "<MEFS>"]
    lines += [
        f'<MEF CODE="{MEF[level]}">'
        + elements(FORMATION=f"{level}EME", SPECIALITE="", LIBELLE_LONG=f"{level}EME", MEFSTAT4=MEFSTAT4[level])
        + "</MEF>"
        for level in LEVELS
    ]
    return [*lines, "</MEFS>", "</NOMENCLATURES>"]


def individual(school: School, row: Row, main_of: list[str]) -> str:
    person = row.person
    sex = "1" if row.sex == "M" else "2"
    parts = [
        f'<INDIVIDU ID="{row.ids["sts_id"]}" TYPE="{row.ids["sts_type"]}">',
        elements(
            SEXE=sex,
            CIVILITE=sex,
            NOM_USAGE=row.usage or row.surname,
            NOM_PATRONYMIQUE="" if person.sts_type == "local" else row.surname,
            PRENOM=row.given,
            DATE_NAISSANCE=row.birth,
            GRADE="CERT. CL N" if person.function == "ENS" else "",
            FONCTION=person.function,
        ),
    ]
    if main_of:
        parts.append("<PROFS_PRINC>")
        for code in main_of:
            dates = elements(
                CODE_STRUCTURE=code, DATE_DEBUT=f"{school.year}-09-01", DATE_FIN=f"{school.year + 1}-08-31"
            )
            parts.append(f"<PROF_PRINC>{dates}</PROF_PRINC>")
        parts.append("</PROFS_PRINC>")
    code, label = person.discipline
    if code:
        parts.append(
            f'<DISCIPLINES><DISCIPLINE CODE="{code}">{elements(LIBELLE_COURT=label, NB_HEURES="18.00")}'
            "</DISCIPLINE></DISCIPLINES>"
        )
    return "".join([*parts, "</INDIVIDU>"])


def services_element(services: list[Service]) -> str:
    if not services:
        return "<SERVICES/>"
    parts = []
    for service in services:
        teachers = "".join(f'<ENSEIGNANT TYPE="{t.sts_type}" ID="{t.sts_id}"/>' for t in service.teachers)
        parts.append(
            f'<SERVICE CODE_MATIERE="{service.subject.code}" CODE_MOD_COURS="CG">'
            f"<ENSEIGNANTS>{teachers}</ENSEIGNANTS></SERVICE>"
        )
    return f"<SERVICES>{''.join(parts)}</SERVICES>"


def files(exports: Exports) -> dict[str, bytes]:
    school = exports.school
    by_structure: dict[str, list[Service]] = defaultdict(list)
    for service in exports.sts_services:
        by_structure[service.structure].append(service)
    main_of: dict[str, list[str]] = defaultdict(list)
    for code, teacher in school.main_teachers.items():
        main_of[teacher.sts_id].append(code)
    sizes: dict[str, int] = defaultdict(int)
    for pupil in school.pupils:
        for code in (pupil.division, *pupil.groups):
            sizes[code] += 1
    lines = ['<?xml version="1.0" encoding="ISO-8859-15"?>', "<STS_EDT>", parameters(school), *nomenclatures()]
    lines += ["<DONNEES>", "<INDIVIDUS>"]
    lines += [individual(school, row, main_of[row.ids["sts_id"]]) for row in exports.sts_staff]
    lines += ["</INDIVIDUS>", "<STRUCTURE>", "<DIVISIONS>"]
    for code in exports.sts_divisions:
        level = school.divisions[code]
        counts = elements(EFFECTIF_PREVU=str(sizes[code]), EFFECTIF_CALCULE=str(sizes[code]))
        lines.append(
            f'<DIVISION CODE="{code}">{element("LIBELLE_LONG", f"{level}EME {code}")}{counts}<MEFS_APPARTENANCE>'
            f'<MEF_APPARTENANCE CODE="{MEF[level]}">{counts}</MEF_APPARTENANCE></MEFS_APPARTENANCE>'
            f"{services_element(by_structure[code])}</DIVISION>"
        )
    lines += ["</DIVISIONS>", "<GROUPES>"]
    for code, group in exports.sts_groups.items():
        counts = elements(EFFECTIF_PREVU=str(sizes[code]), EFFECTIF_CALCULE=str(sizes[code]))
        belongs = "".join(f'<DIVISION_APPARTENANCE CODE="{d}"/>' for d in group.divisions)
        lines.append(
            f'<GROUPE CODE="{code}">{element("LIBELLE_LONG", group.subject.label.title())}{counts}'
            f"<DIVISIONS_APPARTENANCE>{belongs}</DIVISIONS_APPARTENANCE>"
            f"{services_element(by_structure[code])}</GROUPE>"
        )
    lines += ["</GROUPES>", "</STRUCTURE>", "<SUPPLEANTS/>", "</DONNEES>", "</STS_EDT>", ""]
    content = "\n".join(lines).replace("’", "'").encode(SIECLE_ENCODING, "xmlcharrefreplace")
    return {f"sts_emp_{school.uai}_{school.year}.xml": content}
