"""What a reader gathers from one file before the export is closed, and the facts that every export states."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime

from .. import safety, text
from ..model import (
    Export,
    Kind,
    Note,
    Origin,
    Record,
    RefusedRow,
    Relation,
    Service,
    Structure,
)
from .source import Source

SCHOOL_YEAR_BEGINS = 8
"""Month from which a date belongs to the school year that begins: SIECLE and EDT open the new year in August."""
SEX = {"1": "M", "2": "F", "m": "M", "f": "F", "masculin": "M", "feminin": "F", "féminin": "F"}
CLOCK = re.compile(r"(\d{1,2})[:hH](\d{2})(?::(\d{2}))?")
OF_PERSONS = frozenset({
    Kind.SIECLE_ELEVES, Kind.SIECLE_RESPONSABLES, Kind.STS_EMP, Kind.EDT_CLAIR, Kind.EDT_COURS, Kind.IMPORT_ELEVES,
    Kind.LSU,
})  # fmt: skip
"""Exports that state persons, or say nothing."""
OWN_FACTS = frozenset({
    "mail", "phone", "mobile", "home_phone", "work_phone", "address", "birth_as_read", "divisions", "structures",
})  # fmt: skip
"""Facts that differ from one person to the next."""
NAME_DATES = (
    re.compile(r"(?<!\d)(?P<y>20\d{2})[-_.]?(?P<m>0[1-9]|1[0-2])[-_.]?(?P<d>0[1-9]|[12]\d|3[01])(?!\d)"),
    re.compile(r"(?<!\d)(?P<d>0[1-9]|[12]\d|3[01])[-_.](?P<m>0[1-9]|1[0-2])[-_.](?P<y>20\d{2})(?!\d)"),
)
EPOCH_MS = re.compile(r"(?<!\d)(1[3-9]\d{11})(?!\d)")
"""The ENT renames what it stores: ``EDT_2015_1463498681146.xml`` (formats.md §4)."""


def moment(value: str) -> str:
    """ISO date, or date-time when an hour is stated: ``05/09/2025 09:11:05`` → ``2025-09-05T09:11:05``; else ""."""
    value = value.strip()
    day = text.iso_date(value.replace("T", " ", 1).split(" ")[0]) if value else ""
    if not day:
        return ""
    clock = CLOCK.search(value, 8)
    if not clock or int(clock[1]) > 23 or int(clock[2]) > 59:
        return day
    return f"{day}T{int(clock[1]):02}:{clock[2]}:{clock[3] or '00'}"


def name_date(name: str) -> str:
    """The date written in a file's name, "" when there is none."""
    for pattern in NAME_DATES:
        if match := pattern.search(name):
            return text.iso_date(f"{match['y']}-{match['m']}-{match['d']}")
    if match := EPOCH_MS.search(name):
        return datetime.fromtimestamp(int(match[1]) / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return ""


def school_year_of(moment_: str) -> int | None:
    """First calendar year of the school year in which an ISO date falls."""
    try:
        day = date.fromisoformat(moment_[:10])
    except ValueError:
        return None
    return day.year if day.month >= SCHOOL_YEAR_BEGINS else day.year - 1


def year(value: str) -> int | None:
    """First calendar year of ``2025``, ``2025-2026``…"""
    match = re.search(r"(?<!\d)(?:19|20)\d{2}(?!\d)", value)
    return int(match[0]) if match else None


def sex(value: str) -> str:
    return SEX.get(value.strip().lower(), "")


def usage(surname: str, usage_name: str) -> tuple[str, str]:
    """(surname, usage name): the second only when it says something else than the first."""
    if not surname:
        return usage_name, ""
    return surname, "" if text.fold(usage_name) == text.fold(surname) else usage_name


def present(**values: str) -> dict[str, str]:
    """The values that are stated."""
    return {key: value for key, value in values.items() if value}


class Harvest:
    """What is read of one file; ``export`` closes it with counts that add up."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.id = source.id
        self.school = ""
        self.school_name = ""
        self.school_year: int | None = None
        self.made_on = ""
        self.encoding = ""
        self.records: list[Record] = []
        self.relations: list[Relation] = []
        self.structures: list[Structure] = []
        self.services: list[Service] = []
        self.refused: list[RefusedRow] = []
        self.notes: list[Note] = []
        self.meta: dict[str, str] = {}
        self._extras: dict[tuple[tuple[str, str], ...], Mapping[str, str]] = {}

    def shared(self, extra: dict[str, str]) -> Mapping[str, str]:
        """One mapping for all who say the same, as most of a class do; it must not change any more."""
        if not OWN_FACTS.isdisjoint(extra):
            return extra
        return self._extras.setdefault(tuple(extra.items()), extra)

    def origin(self, line: int, path: str = "") -> Origin:
        return Origin(self.id, line, path)

    def refuse(self, line: int, reason: str, column: str = "") -> None:
        self.refused.append(RefusedRow(line=line, column=column, reason=reason))

    def note(self, code: str, sentence: str, *, line: int = 0, warning: bool = False) -> None:
        self.notes.append(Note(code=code, text=sentence, line=line, warning=warning))

    def facts(self, **facts: str) -> None:
        """Keep what is stated about the file itself."""
        self.meta.update({key: safety.clean(value) for key, value in facts.items() if value.strip()})

    def export(self, kind: Kind, notes: Iterable[Note] = ()) -> Export:
        """The export, dated and placed by its content, else by its name, else by the file's own date."""
        source = self.source
        made_on, made_from = self.made_on, "contenu"
        if not made_on:
            made_on, made_from = name_date(source.name), "nom"
        if not made_on:
            made_on, made_from = source.modified, "fichier"
        school = safety.clean(self.school).upper()
        if kind in OF_PERSONS and not (self.records or self.refused or self.structures or self.services):
            self.meta.setdefault("incomplet", "vide")
            told = "Aucune personne dans ce fichier : l'export est vide, refaites-le avant de conclure à une absence."
            self.note("vide", told, warning=True)
        return Export(
            id=self.id,
            file=source.file,
            member=source.member,
            kind=kind,
            school=school or text.find_uai(source.name.replace("_", " ")),
            school_name=safety.clean(self.school_name),
            school_year=self.school_year,
            made_on=made_on,
            made_from=made_from if made_on else "",
            sha256=source.sha256,
            encoding=self.encoding,
            records=tuple(self.records),
            relations=tuple(self.relations),
            structures=tuple(self.structures),
            services=tuple(self.services),
            records_read=len(self.records) + len(self.refused),
            records_kept=len(self.records),
            refused=tuple(self.refused),
            notes=(*self.notes, *notes),
            meta=self.meta,
        )
