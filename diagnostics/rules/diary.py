"""CDT: timetables and class rubrics that will be empty, doubled or wrong (knowledge.md §4.9)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from diagnostics import text
from diagnostics.model import Evidence, Finding, Kind, Origin, Profile, Record, StructureType
from diagnostics.rules.automation import Outcome, history, is_success, outcome
from diagnostics.rules.basics import division_key
from diagnostics.rules.data import SchoolData
from diagnostics.rules.differences import SECOND_NAME, without_rubric
from diagnostics.rules.report import LOCKED_OUT, NEXT_IMPORT, finding, listing, many, quote_line, verb, widespread
from diagnostics.rules.structures import declared, has_courses, inhabited, siecle_divisions
from diagnostics.rules.view import Tool
from diagnostics.school_year import rentree, school_year

JULY = ((7, 1), (8, 20))
"""Weeks in which the end of the year takes pupils out of their classes (003:1100-1114)."""
WRONG = {"at_fault": str(Tool.EDT), "source_ok": "non"}


def without_courses(data: SchoolData) -> Iterator[Finding]:
    """CDT-01: divisions with pupils and no course in EDT, while the others have some; no successful import at all."""
    if has_courses(data):
        places = declared(data, Tool.EDT, StructureType.DIVISION)
        filled = inhabited(data, Tool.EDT, StructureType.DIVISION)
        taught = taught_divisions(data)
        bare = sorted(key for key in places if filled.get(key) and key not in taught)
        if bare and not widespread(len(bare), len(places)) and taught:
            yield finding(
                "CDT-01",
                "classes",
                summary=f"{many(len(bare), 'classe', 'classes')} sans aucun cours dans l'export d'EDT :"
                f" {listing(places[key][0] for key in bare)}.",
                cause="Cours non exportables, en parties de classe ou pas encore placés : emploi du temps et cahier"
                " de textes"
                " restent vides dans l'ENT.",
                severity=NEXT_IMPORT,
                evidence=[
                    quote_line(
                        data,
                        places[key][1],
                        "classe sans cours",
                        f"{places[key][0]} : {many(filled[key], 'élève', 'élèves')}",
                    )
                    for key in bare
                ],
                facts=WRONG,
            )
    yield from no_course_at_all(data)
    for _, runs in history(data):
        ended = [run for _, run in runs if outcome(run) is not Outcome.WAITING]
        if ended and not any(is_success(run) for run in ended):
            yield finding(
                "CDT-01",
                "imports",
                summary=f"Aucun des {len(runs)} imports de l'historique n'a réussi : l'emploi du temps de l'ENT est"
                " vide ou ancien.",
                cause="Premier import de l'année non fait ou toujours refusé : lire le dernier bilan, importer à la"
                " main.",
                severity=LOCKED_OUT,
                evidence=[quote_line(data, runs[-1][1].origin, "dernier statut", runs[-1][1].status)],
            )


def no_course_at_all(data: SchoolData) -> Iterator[Finding]:
    """An export of EDT with classes and pupils and not one course, once the pupils are back."""
    exports = [e for e in data.of(Kind.EDT_CLAIR) if any(s.type is StructureType.DIVISION for s in e.structures)]
    if not exports or any(True for _ in data.services(Tool.EDT)):
        return
    filled = inhabited(data, Tool.EDT, StructureType.DIVISION)
    made = max(data.date_of(export) for export in exports)
    if not filled or made < rentree(school_year(made)):
        return
    yield finding(
        "CDT-01",
        "aucun cours",
        summary=f"L'export d'EDT ne contient aucun cours pour {many(len(filled), 'classe', 'classes')} : l'emploi du"
        " temps de l'ENT sera vide.",
        cause="Base EDT sans emploi du temps placé, export fait sans les cours, ou mauvaise base ouverte : vérifier"
        " dans EDT avant d'importer.",
        severity=NEXT_IMPORT,
        evidence=[quote_line(data, Origin(e.id, 0), "cours lus", str(len(e.services))) for e in exports],
        facts=WRONG,
    )


def taught_divisions(data: SchoolData) -> set[str]:
    """Divisions with a course of their own, or of one of their parts."""
    found: set[str] = set()
    for export in data.of(Kind.EDT_CLAIR):
        part_of = {s.ident: s.parents for s in export.structures if s.type is StructureType.PARTIE}
        for service in export.services:
            if service.structure_type is StructureType.DIVISION:
                found.update(text.code(code) for code in service.structures)
            elif service.structure_type is StructureType.PARTIE:
                found.update(text.code(code) for ident in service.structures for code in part_of.get(ident, ()))
    return found


def out_of_classes(data: SchoolData) -> Iterator[Finding]:
    """CDT-02: in July, the pupils of the ENT are no longer in their classes."""
    if not JULY[0] <= (data.ent_date.month, data.ent_date.day) <= JULY[1]:
        return
    for export in data.of_tool(Tool.ENT):
        pupils = [r for r in export.records if r.profile is Profile.ELEVE and data.view(r).siecle]
        lost = [r for r in pupils if not r.division]
        columns = {text.header(column) for column in export.columns}
        if not widespread(len(lost), len(pupils)) or (columns and not columns & {"classe", "classes", "division"}):
            continue
        yield finding(
            "CDT-02",
            "classes",
            summary=f"{len(lost)} des {len(pupils)} élèves n'ont plus de classe dans l'ENT.",
            cause="La fin officielle de l'année, dans EDT, sort les élèves de leurs classes à l'import automatisé :"
            " prolonger la"
            " date de fin, ajouter une période de vacances, importer à la main, jamais au-delà du 15 juillet.",
            severity=NEXT_IMPORT,
            evidence=[quote_line(data, lost[0].origin, "élèves sans classe", f"{len(lost)} sur {len(pupils)}")],
        )
        return


def rubrics(data: SchoolData) -> Iterator[Finding]:
    """CDT-05: a class that the ENT shows under two names, or not at all."""
    twice: dict[str, tuple[str, list[str], list[Evidence]]] = {}
    ours = {division_key(code): (code, origin) for code, origin in siecle_divisions(data).values()}
    in_ent: dict[str, Counter[str]] = defaultdict(Counter)
    first: dict[str, Record] = {}
    for view in data.pupils:
        if not view.siecle or not view.siecle.division:
            continue
        mine = division_key(view.siecle.division)
        for code in {r.division for r in view.of(Tool.ENT) if r.division}:
            in_ent[mine][code] += 1
        for record in view.of(Tool.ENT):
            if record.division:
                first.setdefault(record.division, record)
    unofficial = {code for counts in in_ent.values() for code in counts if division_key(code) not in ours}
    for mine, counts in sorted(in_ent.items()):
        # Two spellings of one class, or a name no other base knows, borne by a good part of the class.
        names = [
            c
            for c, n in counts.items()
            if division_key(c) == mine or (c in unofficial and n >= counts.total() * SECOND_NAME)
        ]
        if len(names) > 1 and mine in ours and (spelt_twice(names) or any(c in unofficial for c in names)):
            twice[mine] = (
                ours[mine][0],
                sorted(names),
                [
                    quote_line(
                        data, first[c].origin, "rubrique de classe", f"{c} : {many(counts[c], 'élève', 'élèves')}"
                    )
                    for c in sorted(names)
                ],
            )
    if twice:
        yield finding(
            "CDT-05",
            "doubles",
            summary=f"{many(len(twice), 'classe a', 'classes ont')} deux noms dans l'ENT :"
            f" {listing(' et '.join(names) for _, names, _ in twice.values())}.",
            cause="Classe renommée ou écrite autrement dans STS-Web, SIECLE ou EDT : l'ENT crée une seconde rubrique."
            " Mettre le"
            " même nom partout.",
            severity=NEXT_IMPORT,
            evidence=[
                e
                for mine, (_, _, proofs) in twice.items()
                for e in (quote_line(data, ours[mine][1], "division dans SIECLE", ours[mine][0]), *proofs)
            ],
        )
    yield from missing_rubrics(data, ours)
    yield from undeclared(data)


def spelt_twice(names: list[str]) -> bool:
    """Whether the names differ by more than what exports do to a code: its spaces, its case."""
    return len({text.code(name) for name in names}) > 1


def missing_rubrics(data: SchoolData, ours: dict[str, tuple[str, Origin]]) -> Iterator[Finding]:
    """Divisions of SIECLE none of whose pupils, known of the ENT, is in a class there."""
    missing = sorted(key for key in data.once(without_rubric) if key in ours)
    if missing:
        yield finding(
            "CDT-05",
            "absentes",
            summary=f"{many(len(missing), 'classe de SIECLE est absente', 'classes de SIECLE sont absentes')} de"
            " l'ENT :"
            f" {listing(ours[key][0] for key in missing)}.",
            cause="Division non transmise à l'annuaire ou nommée autrement dans STS-Web : même nom dans STS-Web,"
            " SIECLE et EDT.",
            severity=NEXT_IMPORT,
            evidence=[quote_line(data, ours[key][1], "division dans SIECLE", ours[key][0]) for key in missing],
        )


def undeclared(data: SchoolData) -> Iterator[Finding]:
    """Divisions that hold pupils in SIECLE and that SIECLE's own list of structures does not declare."""
    exports = [
        e for e in data.of(Kind.SIECLE_STRUCTURES) if any(s.type is StructureType.DIVISION for s in e.structures)
    ]
    if not exports:
        return
    listed = {division_key(s.code) for e in exports for s in e.structures if s.type is StructureType.DIVISION}
    filled: Counter[str] = Counter()
    first: dict[str, Record] = {}
    for view in data.pupils:
        if view.siecle and view.siecle.division:
            key = division_key(view.siecle.division)
            filled[key] += 1
            first.setdefault(key, view.siecle)
    missing = sorted(key for key in filled if key not in listed)
    if not missing or widespread(len(missing), len(filled)) or len(missing) == len(filled):
        return
    yield finding(
        "CDT-05",
        "structures",
        summary=f"{many(len(missing), 'classe', 'classes')} de SIECLE {verb(len(missing), 'a', 'ont')} des élèves sans"
        f" figurer dans les structures de SIECLE : {listing(first[key].division for key in missing)}.",
        cause="Division supprimée ou renommée dans les structures de SIECLE, ou export des structures fait un autre"
        " jour : même nom dans STS-Web, SIECLE et EDT, sinon l'ENT perd ou double la rubrique.",
        severity=NEXT_IMPORT,
        evidence=[
            quote_line(
                data,
                first[key].origin,
                "division absente des structures",
                f"{first[key].division} : {many(filled[key], 'élève', 'élèves')}",
            )
            for key in missing
        ],
    )
