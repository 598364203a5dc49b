"""EDT: what the import of the timetable will refuse or has refused (knowledge.md §4.6)."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from diagnostics import text
from diagnostics.model import (
    Evidence,
    Export,
    Finding,
    Kind,
    Origin,
    Profile,
    Record,
    StructureType,
)
from diagnostics.rules.absence import absences
from diagnostics.rules.annuaire import account_elsewhere
from diagnostics.rules.basics import day
from diagnostics.rules.data import SchoolData
from diagnostics.rules.differences import BIRTH, compared
from diagnostics.rules.identifiers import last_years_file
from diagnostics.rules.report import (
    LOCKED_OUT,
    NEXT_IMPORT,
    by_name,
    finding,
    is_not,
    listing,
    many,
    people,
    quote,
    quote_line,
    verb,
    widespread,
)
from diagnostics.rules.screens import EDT_SCREEN, screen_of
from diagnostics.rules.view import Tool, View

OUR_ENT = re.compile(r"KOSMOS|SKOLENGO|K ?D ?ECOLE|KDECOLE")
PUBLISHER = re.compile(r"INDEX ?EDUCATION")
EDT_KINDS = (Kind.EDT_CLAIR, Kind.EDT_CHIFFRE, Kind.IDPN)
SOFTWARE_YEAR = re.compile(r"\b(20\d\d)\b")
OLD_SOFTWARE = 2
"""Years behind the school year from which a version of EDT is too old for the assistant (judgement)."""


# -- unrecognised persons ------------------------------------------------------------------------------------------


def unrecognised(data: SchoolData) -> Iterator[Finding]:
    """EDT-01: the persons of the « Rapprochements » screen; without it, those of EDT whom the ENT cannot recognise."""
    told: set[int] = set()
    by_profile: dict[Profile, list[tuple[View, Record]]] = defaultdict(list)
    gone = data.once(leaving)
    for record in data.records(Tool.UNRECOGNISED):
        view = data.view(record)
        told.add(id(view))
        # A pupil of last year is not to be recognised but to be taken out of EDT: EDT-02 says it.
        if screen_of(data, record) == EDT_SCREEN and id(view) not in gone:
            by_profile[view.profile].append((view, record))
    for profile, rows in sorted(by_profile.items()):
        views = by_name({id(v): v for v, _ in rows}.values())
        count = len(views)
        yield finding(
            "EDT-01",
            f"{profile}|rapprochements",
            summary=f"{people(count, profile)} {is_not(count)} pas {verb(count, 'reconnu', 'reconnus')} au"
            " rapprochement de l'import EDT.",
            cause="Nom, prénom ou date de naissance différents entre EDT et l'ENT, personne d'un autre établissement,"
            " nouvel"
            " arrivant ou ancien resté dans EDT ; leurs cours ne sont pas importés.",
            severity=LOCKED_OUT if profile is Profile.ENSEIGNANT else NEXT_IMPORT,
            views=views,
            evidence=[e for view, record in rows for e in unrecognised_evidence(data, view, record)],
        )
    yield from unknown_to_ent(data, told)


def unrecognised_evidence(data: SchoolData, view: View, record: Record) -> Iterator[Evidence]:
    """What the screen shows, and what the account of this very person says otherwise, or the school it belongs to."""
    yield quote(data, record, "code source", code_source(record))
    account, other = account_elsewhere(data, view)
    if account is not None:
        yield quote(data, account, "établissement principal", other)
        return
    told: set[str] = set()
    for account in view.of(Tool.ENT):
        for field, value, expected in compared(record, account):
            if field in told:
                continue
            told.add(field)
            if field == BIRTH:
                # That it differs is what the support needs: the dates themselves stay in the exports.
                note = value.partition(" ")[2]
                yield quote(data, account, "écart avec l'ENT", f"{BIRTH} différente {note}".strip())
            else:
                yield quote(data, account, f"{field} dans l'ENT", expected)
    if not view.of(Tool.ENT) and data.of_tool(Tool.ENT) and data.has_no_account(view):
        yield quote(data, record, "compte ENT", "aucun")


def code_source(record: Record) -> str:
    return record.ids.get("code_source", "") or text.code_source(record.given_names, record.surname, record.birth_date)


def unknown_to_ent(data: SchoolData, told: set[int]) -> Iterator[Finding]:
    """Teachers with courses whom nothing ties to an account, when no screen of the import was given."""
    if data.of(Kind.ENT_RAPPROCHEMENTS) or not data.of_tool(Tool.ENT) or not data.covered.get(Profile.ENSEIGNANT):
        return
    if Profile.ENSEIGNANT in data.once(absences).missing:
        return
    explained = {id(a.view) for a in data.once(absences).found}
    every = [v for v in data.with_tool(Tool.EDT, Profile.ENSEIGNANT) if id(v) in data.taught]
    lost = [v for v in every if id(v) not in told | explained and v.edt and data.has_no_account(v)]
    if lost and not widespread(len(lost), len(every)):
        views = by_name(lost)
        count = len(views)
        yield finding(
            "EDT-01",
            f"{Profile.ENSEIGNANT}|annuaire",
            summary=f"{people(count, Profile.ENSEIGNANT)} d'EDT"
            f" {verb(count, 'ne sera pas reconnu', 'ne seront pas reconnus')}"
            " par l'import : aucun compte ENT de ce nom.",
            cause="Nom, prénom ou date de naissance différents entre EDT et l'ENT, ou personne d'un autre"
            " établissement.",
            severity=NEXT_IMPORT,
            views=views,
            evidence=[quote(data, v.edt, "code source", code_source(v.edt)) for v in views if v.edt],
        )


# -- pupils of last year -------------------------------------------------------------------------------------------


def leaving(data: SchoolData) -> dict[int, tuple[View, Record, str]]:
    """By id of their view, the pupils of EDT without class, or whom SIECLE no longer holds, and why; none when they are
    so many that an export is at fault."""
    exports = [e for e in data.of_tool(Tool.EDT) if any(r.profile is Profile.ELEVE and r.division for r in e.records)]
    ids = {export.id for export in exports}
    found: dict[int, tuple[View, Record, str]] = {}
    known = data.pupils
    for view in data.with_tool(Tool.EDT, Profile.ELEVE):
        for record in view.of(Tool.EDT):
            if record.origin.export in ids and (why := reason(data, view, record, bool(known))):
                found[id(view)] = (view, record, why)
    total = sum(1 for _ in data.with_tool(Tool.EDT, Profile.ELEVE))
    return {} if widespread(len(found), total) else found


def leavers(data: SchoolData) -> Iterator[Finding]:
    """EDT-02: pupils of last year who are still in EDT."""
    found = data.once(leaving)
    if not found:
        return
    views = by_name(view for view, _, _ in found.values())
    reasons = Counter(why for _, _, why in found.values())
    count = len(views)
    yield finding(
        "EDT-02",
        "élèves",
        summary=f"{people(count, Profile.ELEVE)} encore dans EDT"
        f" {verb(count, 'est', 'sont')} sans classe ou {verb(count, 'parti', 'partis')}"
        f" ({', '.join(f'{why} : {n}' for why, n in sorted(reasons.items()))}).",
        cause="Élèves de l'année précédente restés dans la base EDT : les supprimer (élèves sans classe) avant"
        " d'exporter de"
        " nouveau.",
        severity=NEXT_IMPORT,
        views=views,
        evidence=[
            quote(
                data, found[id(v)][1], "classe dans EDT", f"{found[id(v)][1].division or '(vide)'} — {found[id(v)][2]}"
            )
            for v in views
        ],
    )


def reason(data: SchoolData, view: View, record: Record, siecle_known: bool) -> str:
    """Why a pupil should not be in EDT any more, "" when nothing says so."""
    export = data.export_of(record)
    made = data.date_of(export) if export else data.today
    if view.siecle:
        left = day(view.siecle.extra.get("exit_date", ""))
        if left and left < made and id(view) not in data.known_pupils:
            return "sorti de SIECLE"
        if not record.division and id(view) in data.known_pupils and not view.siecle.division:
            return ""
        return "" if record.division else "sans classe"
    if not record.division:
        return "sans classe"
    if not siecle_known or not certainly_unknown(data, view, record):
        return ""
    return "inconnu de SIECLE"


def certainly_unknown(data: SchoolData, view: View, record: Record) -> bool:
    """Whether SIECLE has nobody who could be this pupil: no identifier, no account of the ENT, no name alike."""
    if view.ent is not None or id(view) in data.wanted:
        return False
    ids = data.once(siecle_ids)
    if any((name, value.upper()) in ids for name, value in record.ids.items()):
        return False
    link = data.link(record)
    if link is not None and link.candidates:
        return False
    names = data.once(siecle_words)
    births = names.get(text.code(record.surname), set()) | names.get(text.code(record.given_names), set())
    return not births or (bool(record.birth_date) and record.birth_date not in births and "" not in births)


def siecle_ids(data: SchoolData) -> set[tuple[str, str]]:
    return {(name, value.upper()) for r in data.records(Tool.SIECLE, Profile.ELEVE) for name, value in r.ids.items()}


def siecle_words(data: SchoolData) -> dict[str, set[str]]:
    """Surname or given name, folded → birth dates of the pupils who bear it."""
    found: dict[str, set[str]] = defaultdict(set)
    for record in data.records(Tool.SIECLE, Profile.ELEVE):
        for word in (record.surname, record.usage_name, record.given_names):
            if word:
                found[text.code(word)].add(record.birth_date)
    return found


# -- wrong file ----------------------------------------------------------------------------------------------------


def wrong_file(data: SchoolData) -> Iterator[Finding]:
    """EDT-05: made for another ENT, of another school or year, or by too old a version; files of one fault together, so
    that a file made again with the same fault is the same finding."""
    found: dict[str, list[tuple[Export, list[tuple[str, str, str]]]]] = defaultdict(list)
    for export in data.given(*EDT_KINDS):
        if whys := list(faults(data, export)):
            found[f"{export.kind}|{'|'.join(f'{label}={value}' for label, _, value in whys)}"].append((export, whys))
    for key, exports in found.items():
        whys = exports[0][1]
        yield finding(
            "EDT-05",
            key,
            summary=f"{listing(export.label for export, _ in exports)}"
            f" {verb(len(exports), 'ne convient', 'ne conviennent')} pas à l'import :"
            f" {', '.join(why for _, why, _ in whys)}.",
            cause="Mauvais socle choisi à l'export, mauvais fichier, ou base d'un autre établissement ou d'une"
            " autre année : refaire l'export manuel vers le socle Skolengo (K-d'école).",
            severity=NEXT_IMPORT,
            evidence=[
                quote_line(data, Origin(export.id, 0), label, value)
                for export, _ in exports
                for label, _, value in whys
            ],
            facts={"imported": "non"},
        )


def faults(data: SchoolData, export: Export) -> Iterator[tuple[str, str, str]]:
    """(field, why, value)."""
    partners = export.meta.get("partners", "")
    others = [p for p in re.split(r"[,;]\s*", partners) if p and not PUBLISHER.search(text.fold(p))]
    if others and not any(OUR_ENT.search(text.fold(p)) for p in others):
        yield "partenaire", f"fait pour {', '.join(others)}", partners
    reference = [e for e in data.active if e.kind in {Kind.SIECLE_ELEVES, Kind.SIECLE_RESPONSABLES, Kind.STS_EMP}]
    schools = Counter(e.school for e in reference if e.school)
    ours = data.settings.uai or (schools.most_common(1)[0][0] if len(schools) == 1 else "")
    if export.school and ours and export.school != ours:
        yield "établissement", f"établissement {export.school} au lieu de {ours}", export.school
    years = Counter(e.school_year for e in reference if e.school_year)
    told = data.once(last_years_file)
    if told is not None and told[0] is export:
        return
    if export.school_year and len(years) == 1 and export.school_year not in years:
        year = next(iter(years))
        yield (
            "année scolaire",
            f"année {export.school_year}-{export.school_year + 1} au lieu de {year}-{year + 1}",
            str(export.school_year),
        )
    software = export.meta.get("software", "")
    version = SOFTWARE_YEAR.search(software)
    year_known = next(iter(years), None)
    if version and year_known and int(version[1]) + OLD_SOFTWARE <= year_known:
        yield "logiciel", f"version {version[1]} trop ancienne", software


# -- parts ---------------------------------------------------------------------------------------------------------


def lonely_parts(data: SchoolData) -> Iterator[Finding]:
    """EDT-06: parts of divisions that courses use and that no group holds: their courses do not reach the ENT."""
    for export in data.of(Kind.EDT_CLAIR):
        grouped = {part for s in export.structures if s.type is StructureType.GROUPE for part in s.parts}
        parts = {s.ident: s for s in export.structures if s.type is StructureType.PARTIE}
        courses: Counter[str] = Counter()
        where: dict[str, Origin] = {}
        for service in export.services:
            if service.structure_type is StructureType.PARTIE:
                for ident in service.structures:
                    if ident not in grouped:
                        courses[ident] += 1
                        where.setdefault(ident, service.origin)
        if not courses:
            continue
        named = {
            i: (", ".join(parts[i].parents) if i in parts and parts[i].parents else f"partie {i}") for i in courses
        }
        divisions = sorted(set(named.values()))
        yield finding(
            "EDT-06",
            f"parties|{export.school or data.uai}",
            summary=f"{many(len(courses), 'partie de classe a', 'parties de classe ont')} des cours sans être dans un"
            " groupe"
            f" ({listing(divisions)}) :"
            f" {many(courses.total(), 'cours ne sera pas importé', 'cours ne seront pas importés')}.",
            cause="Seuls les groupes faits de parties remontent dans l'ENT : générer des groupes pour Pronote,"
            " exporter,"
            " importer.",
            severity=NEXT_IMPORT,
            evidence=[
                quote_line(data, where[i], f"cours de la partie {i}", f"{named[i]} : {courses[i]} cours")
                for i in sorted(courses, key=lambda i: (named[i], i))
            ],
        )
