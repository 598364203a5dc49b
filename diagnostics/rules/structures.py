"""Divisions and groups as each tool names them (knowledge.md §4.5-4.9)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from diagnostics import text
from diagnostics.model import Evidence, Kind, Origin, Profile, StructureType
from diagnostics.rules.data import SchoolData
from diagnostics.rules.differences import correspondences
from diagnostics.rules.report import quote_line
from diagnostics.rules.view import Tool

Codes = Mapping[str, tuple[str, Origin]]
"""Folded code → (code as written, where)."""


def declared(data: SchoolData, tool: Tool, kind: StructureType) -> Codes:
    """Structures that a tool declares."""
    found: dict[str, tuple[str, Origin]] = {}
    for structure in data.structures(tool, kind):
        found.setdefault(text.code(structure.code), (structure.code, structure.origin))
    return found


def inhabited(data: SchoolData, tool: Tool, kind: StructureType) -> Counter[str]:
    """Folded code → pupils whom a tool places in it."""
    counts: Counter[str] = Counter()
    for record in data.records(tool, Profile.ELEVE):
        codes = (record.division,) if kind is StructureType.DIVISION else record.groups
        counts.update({text.code(code) for code in codes if code})
    return counts


def siecle_groups(data: SchoolData) -> dict[str, tuple[str, Origin]]:
    """Groups that SIECLE declares or gives to pupils who are there."""
    found = dict(declared(data, Tool.SIECLE, StructureType.GROUPE))
    for view in data.pupils:
        for record in view.of(Tool.SIECLE):
            for group in record.groups:
                found.setdefault(text.code(group), (group, record.origin))
    return found


def siecle_divisions(data: SchoolData) -> dict[str, tuple[str, Origin]]:
    found = dict(declared(data, Tool.SIECLE, StructureType.DIVISION))
    for view in data.pupils:
        for record in view.of(Tool.SIECLE):
            if record.division:
                found.setdefault(text.code(record.division), (record.division, record.origin))
    return found


def renamed(data: SchoolData) -> dict[str, str]:
    """Division of SIECLE → division of EDT that holds its pupils under another name, both folded."""
    return {mine: theirs for mine, theirs in data.once(correspondences)[Tool.EDT].items() if mine != theirs}


def quoted(data: SchoolData, codes: Codes, keys: list[str], field: str) -> list[Evidence]:
    return [quote_line(data, codes[key][1], field, codes[key][0]) for key in keys]


def has_courses(data: SchoolData) -> bool:
    return any(export.services for export in data.of(Kind.EDT_CLAIR))
