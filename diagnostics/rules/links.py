"""SIE-09: the file of links between pupils and groups that EDT makes for SIECLE (knowledge.md §4.4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from diagnostics import text
from diagnostics.model import Evidence, Export, Finding, Kind, Origin, StructureType
from diagnostics.rules.data import SchoolData
from diagnostics.rules.report import NEXT_IMPORT, finding, listing, many, quote_line, verb, widespread
from diagnostics.rules.structures import declared, siecle_groups
from diagnostics.rules.view import Tool

Fault = tuple[str, list[Evidence]]
"""What is wrong, in French, and its proofs."""


def refused_links(data: SchoolData) -> Iterator[Finding]:
    """A file of another school or year, or with groups that neither SIECLE nor STS-Web holds: SIECLE refuses them."""
    for index, export in enumerate(data.given(Kind.IMPORT_ELEVES)):
        faults = [*wrong_base(data, export), *unknown_groups(data, export)]
        if faults:
            yield finding(
                "SIE-09",
                f"liens|{index}",
                summary=f"{export.label} sera refusé par SIECLE, en tout ou partie :"
                f" {', '.join(why for why, _ in faults)}.",
                cause="Liens exportés d'une autre base EDT, ou groupes créés dans EDT sans l'être dans STS-Web :"
                " créer les groupes dans STS-Web, exporter la structure vers SIECLE, refaire l'export des liens en"
                " superviseur et en usage exclusif.",
                severity=NEXT_IMPORT,
                evidence=[proof for _, proofs in faults for proof in proofs],
            )


def wrong_base(data: SchoolData, export: Export) -> Iterator[Fault]:
    """What the head of the file says otherwise than the exports of SIECLE."""
    reference = data.of_tool(Tool.SIECLE)
    schools = {e.school for e in reference if e.school}
    years = {e.school_year for e in reference if e.school_year}
    origin = Origin(export.id, 0)
    if export.school and len(schools) == 1 and export.school not in schools:
        why = f"établissement {export.school} au lieu de {min(schools)}"
        yield why, [quote_line(data, origin, "établissement", export.school)]
    if export.school_year and len(years) == 1 and export.school_year not in years:
        year, ours = export.school_year, min(years)
        why = f"année {year}-{year + 1} au lieu de {ours}-{ours + 1}"
        yield why, [quote_line(data, origin, "année scolaire", str(year))]


def unknown_groups(data: SchoolData, export: Export) -> Iterator[Fault]:
    """Groups of the links that the bases of the ministry do not hold, when they hold most of the others."""
    known = {*siecle_groups(data), *declared(data, Tool.STS, StructureType.GROUPE)}
    counts: Counter[str] = Counter()
    written: dict[str, tuple[str, Origin]] = {}
    for record in export.records:
        for group in record.groups:
            counts[text.code(group)] += 1
            written.setdefault(text.code(group), (group, record.origin))
    missing = sorted(counts.keys() - known)
    if not known or not missing or widespread(len(missing), len(counts)) or len(missing) == len(counts):
        return
    word = verb(len(missing), "groupe inconnu", "groupes inconnus")
    yield (
        f"{word} de SIECLE et de STS-Web ({listing(written[key][0] for key in missing)})",
        [
            quote_line(
                data, written[key][1], "groupe inconnu", f"{written[key][0]} : {many(counts[key], 'élève', 'élèves')}"
            )
            for key in missing
        ],
    )
