"""STS: teachers without classes, structures that STS-Web does not know (knowledge.md §4.5)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from diagnostics import text
from diagnostics.matching.classes import normal
from diagnostics.model import Evidence, Finding, Kind, Origin, Profile, StructureType
from diagnostics.rules.absence import LOCAL
from diagnostics.rules.data import SchoolData
from diagnostics.rules.renaming import renamed_groups
from diagnostics.rules.report import (
    NEXT_IMPORT,
    by_name,
    exist_not,
    finding,
    has_not,
    listing,
    many,
    people,
    quote,
    quote_line,
    verb,
    widespread,
)
from diagnostics.rules.structures import declared, inhabited, renamed, siecle_divisions, siecle_groups
from diagnostics.rules.view import Tool, View

TEACHING = "ENS"
"""FONCTION of those who have services; librarians (DOC) have none (formats.md §12.1)."""


def teachers(data: SchoolData) -> list[View]:
    """Teachers of STS-Web who should have services: not the librarians, nor those typed by hand of whom EDT says
    nothing."""
    return [
        view
        for view in data.with_tool(Tool.STS, Profile.ENSEIGNANT)
        if any(
            r.extra.get("function", TEACHING) == TEACHING
            and (id(view) in data.taught or text.fold(r.ids.get("sts_type", "")) != text.fold(LOCAL))
            for r in view.of(Tool.STS)
        )
    ]


def without_services(data: SchoolData) -> Iterator[Finding]:
    """STS-01: teachers with no service in STS-Web, when others have some."""
    everyone = teachers(data)
    if not everyone:
        return
    if not data.serving:
        yield from no_service_at_all(data, everyone)
        return
    lacking = [v for v in everyone if id(v) not in data.serving and (not data.taught or id(v) in data.taught)]
    if not lacking:
        return
    if widespread(len(lacking), len(everyone)):
        yield from no_service_at_all(data, lacking)
        return
    views = by_name(lacking)
    count = len(views)
    yield finding(
        "STS-01",
        "enseignants",
        summary=f"{people(count, Profile.ENSEIGNANT)} de STS-Web {has_not(count)} aucun service : ni classe, ni"
        " rubrique, ni liste d'élèves dans l'ENT.",
        cause="Services pas encore saisis ou remontés, exports « structure » et « services » à refaire ; l'ENT suit"
        " sous 48 h.",
        severity=NEXT_IMPORT,
        views=views,
        evidence=[quote(data, v.sts, "services dans STS-Web", "aucun") for v in views if v.sts],
    )


def no_service_at_all(data: SchoolData, everyone: list[View]) -> Iterator[Finding]:
    exports = data.of(Kind.STS_EMP)
    months = {data.date_of(export).month for export in exports}
    if not data.taught or any(month in (7, 8, 9) for month in months):
        return
    yield finding(
        "STS-01",
        "tous",
        summary=f"STS-Web ne donne de service à presque aucun des {people(len(everyone), Profile.ENSEIGNANT)}, alors"
        " qu'EDT a"
        " des cours.",
        cause="La remontée d'EDT vers STS-Web n'est pas faite : exporter d'EDT, importer dans STS-Web, puis exporter"
        " « structure » et « services ».",
        severity=NEXT_IMPORT,
        evidence=[quote_line(data, Origin(e.id, 0), "services lus", str(len(e.services))) for e in exports],
    )


def unknown_structures(data: SchoolData) -> Iterator[Finding]:
    """STS-03: divisions and groups with courses in EDT, or sent back by EDT, that STS-Web does not declare."""
    if not any(export.structures for export in data.of(Kind.STS_EMP)):
        return
    proofs: list[Evidence] = []
    names: list[str] = []
    for kind, word in ((StructureType.DIVISION, "division"), (StructureType.GROUPE, "groupe")):
        ours = declared(data, Tool.STS, kind)
        known = set(ours) | (
            {normal(code)[1] for code, _ in ours.values()} if kind is StructureType.DIVISION else set()
        )
        if not ours:
            continue
        theirs = used(data, kind)
        unknown = [key for key, (code, _) in theirs.items() if key not in known and normal(code)[1] not in known]
        if kind is StructureType.DIVISION:
            unknown = [key for key in unknown if not is_renaming(data, theirs[key][0])]
        else:
            # A new name is EDT-09; a group that SIECLE holds and STS-Web does not is GRP-04.
            told = {*data.once(renamed_groups)[1], *siecle_groups(data)}
            unknown = [key for key in unknown if key not in told]
        if not unknown or widespread(len(unknown), len(theirs)):
            continue
        for key in sorted(unknown):
            code, origin = theirs[key]
            names.append(code)
            proofs.append(
                quote_line(data, origin, f"{word} absent{'e' if word == 'division' else ''} de STS-Web", code)
            )
    if names:
        count = len(names)
        yield finding(
            "STS-03",
            "structures",
            summary=f"{many(count, 'structure', 'structures')} d'EDT {exist_not(count)} pas dans STS-Web :"
            f" {listing(names)}.",
            cause="Classe ou groupe créé dans EDT après la déclaration des structures : STS-Web refuse ses services."
            " Créer la"
            " structure dans STS-Web, puis importer de nouveau.",
            severity=NEXT_IMPORT,
            evidence=proofs,
        )


def unknown_teachers(data: SchoolData) -> Iterator[Finding]:
    """STS-03: teachers whom the file sent back by EDT states and STS-Web does not hold (formats.md §2)."""
    known = {record.ids["sts_id"] for record in data.records(Tool.STS) if record.ids.get("sts_id")}
    stated: dict[str, Origin] = {}
    for export in data.of(Kind.EMP_STS):
        for service in export.services:
            for name, value in service.teachers:
                if name == "sts_id" and value:
                    stated.setdefault(value, service.origin)
    # Somebody whom EDT alone holds is told by ANN-03: nothing reaches the ENT without the entry in STS-Web.
    told = {r.ids["sts_id"] for r in data.records(Tool.EDT) if r.ids.get("sts_id") and not data.view(r).sts}
    missing = sorted(stated.keys() - known - told)
    if not known or not missing or widespread(len(missing), len(stated)):
        return
    count = len(missing)
    yield finding(
        "STS-03",
        "enseignants",
        summary=f"{people(count, Profile.ENSEIGNANT)} du fichier d'EDT pour STS-Web {exist_not(count)} pas dans"
        f" STS-Web : {verb(count, 'numéro', 'numéros')} {listing(missing)}.",
        cause="Enseignant saisi dans EDT avec un autre numéro, ou parti de STS-Web depuis le dernier import : refaire"
        " la correspondance des enseignants dans EDT (onglet STS-Web), puis exporter de nouveau.",
        severity=NEXT_IMPORT,
        evidence=[quote_line(data, stated[value], "enseignant inconnu de STS-Web", value) for value in missing],
    )


def used(data: SchoolData, kind: StructureType) -> dict[str, tuple[str, Origin]]:
    """Structures that EDT teaches or fills, or that its file for STS-Web states."""
    places = declared(data, Tool.EDT, kind)
    filled = inhabited(data, Tool.EDT, kind)
    taught = {text.code(c) for s in data.services(Tool.EDT) if s.structure_type is kind for c in s.structures}
    found = {
        key: place
        for key, place in places.items()
        if key in taught or (filled.get(key) and kind is StructureType.GROUPE)
    }
    for export in data.of(Kind.EMP_STS):
        for structure in export.structures:
            if structure.type is kind:
                found.setdefault(text.code(structure.code), (structure.code, structure.origin))
    return found


def is_renaming(data: SchoolData, code: str) -> bool:
    """Whether a division of EDT is one of SIECLE's under another name: EDT-09 says it."""
    return normal(code)[1] in renamed(data).values()


def doubled_divisions(data: SchoolData) -> Iterator[Finding]:
    """STS-04: EDT holds a division twice, once as EDT made it and once as sts_emp brought it."""
    by_code: dict[str, dict[str, Origin]] = defaultdict(dict)
    twice: dict[str, list[Origin]] = {}
    known = {normal(code)[1] for code, _ in declared(data, Tool.EDT, StructureType.DIVISION).values()}
    for export in data.of(Kind.EDT_CLAIR):
        idents: dict[str, dict[str, Origin]] = defaultdict(dict)
        for structure in export.structures:
            if structure.type is StructureType.DIVISION:
                by_code[double_key(structure.code, known)].setdefault(structure.code, structure.origin)
                idents[structure.code].setdefault(structure.ident, structure.origin)
        twice |= {code: list(found.values()) for code, found in idents.items() if len(found) > 1}
    filled: dict[str, int] = defaultdict(int)
    for record in data.records(Tool.EDT, Profile.ELEVE):
        filled[record.division] += 1
    official = {code for code, _ in siecle_divisions(data).values()}
    official |= {code for code, _ in declared(data, Tool.STS, StructureType.DIVISION).values()}
    doubles = {
        key: codes
        for key, codes in by_code.items()
        if (len(codes) > 1 and any(not filled[code] for code in codes) and len(official & codes.keys()) < 2)
        or any(code in twice for code in codes)
    }
    if doubles:
        places = {code: twice.get(code, [origin]) for codes in doubles.values() for code, origin in codes.items()}
        pairs = [
            " et ".join(code for code in sorted(codes, key=lambda c: (-filled[c], c)) for _ in places[code])
            for _, codes in sorted(doubles.items())
        ]
        yield finding(
            "STS-04",
            "divisions",
            summary=f"{many(len(doubles), 'division est', 'divisions sont')} en double dans EDT : {listing(pairs)}.",
            cause="Le fichier sts_emp a été importé dans EDT avec ses classes et services : reprendre la copie"
            " d'avant et"
            " réimporter sans les classes ni les services.",
            severity=NEXT_IMPORT,
            evidence=[
                quote_line(data, origin, "division d'EDT", f"{code} ({many(filled[code], 'élève', 'élèves')})")
                for _, codes in sorted(doubles.items())
                for code in sorted(codes)
                for origin in places[code]
            ],
        )


AGAIN = re.compile(r"[ _.\-]*[(_.\- ](?:\d{1,2}|BIS|TER|STS|COPIE|DOUBLE)\)?$|\(\d{1,2}\)$", re.IGNORECASE)
"""What EDT or a hand adds to the name of a class made again."""


def double_key(code: str, known: set[str]) -> str:
    """``6 A``, ``6A (2)``, ``6A_1``, ``6A bis`` and ``6A`` are one name typed or numbered again.

    What was added is taken off only when the rest is a class of its own: ``6 1`` and ``6 2`` are two.
    """
    base = normal(AGAIN.sub("", code.strip()))[1]
    return base if base and base in known else normal(code)[1]
