"""Courses as a list: ``EXP_COURS`` of EDT, in XML or as a text, and the list of UDT (formats.md §10 and §11)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from .. import text
from ..model import Origin, Profile, Record, Service, StructureType
from ..safety import clean
from . import cells as cell
from .columns import key
from .layout import Layout

TITLES = (
    "PROF_NOM", "PROF_PRENOM", "MAT_CODE", "MAT_LIBELLE", "CLASSE", "PROFESSEUR", "DIV", "MATIERE", "GROUPE", "REGROUP",
)  # fmt: skip
"""What is read of a course, by its title."""
UDT_TITLES = frozenset({"jour", "heure", "div", "professeur"})
"""``Jour;Heure;Div;Matière;Professeur;Salle;Groupe;Regroup;Eff;Mo;Freq;Aire;``"""
SCHEDULED = frozenset({"hdebut", "jour", "frequence"})


class Courses:
    """Services and teachers of the courses added; each teacher is one record, where first named."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.services: list[Service] = []
        self.count = 0
        self._teachers: set[str] = set()

    def add(self, values: Mapping[str, str], origin: Origin) -> None:
        """A course by the titles of its values."""
        self.count += 1
        own = []
        teachers = _pairs(values.get("PROF_NOM", ""), values.get("PROF_PRENOM", ""))
        if whole := values.get("PROFESSEUR"):
            teachers = [cell.full_name(cell.civil_name(part)[1]) for part in _parts(whole)]
        for surname, given in teachers:
            ident = f"{given} {surname}".strip()
            own.append(("ident", ident))
            if ident not in self._teachers:
                self._teachers.add(ident)
                self.records.append(
                    Record(
                        origin=origin,
                        profile=Profile.ENSEIGNANT,
                        surname=surname,
                        given_names=given,
                        ids={"ident": ident, "code_source": text.code_source(given, surname, "")},
                    )
                )
        before: dict[StructureType, list[str]] = {}
        for code in _parts(values.get("CLASSE", "")):
            kind, name = structure(code)
            before.setdefault(kind, []).append(name)
        if division := values.get("DIV"):
            group = values.get("REGROUP") or (division + values["GROUPE"] if "GROUPE" in values else "")
            before[StructureType.GROUPE if group else StructureType.DIVISION] = [group or division]
        for kind, codes in before.items() or [(StructureType.DIVISION, [])]:
            self.services.append(
                Service(
                    structures=tuple(codes),
                    structure_type=kind,
                    subject=values.get("MAT_LIBELLE") or values.get("MATIERE") or values.get("MAT_CODE", ""),
                    teachers=tuple(own),
                    origin=origin,
                )
            )


def structure(code: str) -> tuple[StructureType, str]:
    """What EDT calls a class (``5A``), a group (``[5ANG1]``) or a part of a class (``<5A> 5A.1``)."""
    if code.startswith("[") and code.endswith("]"):
        return StructureType.GROUPE, code[1:-1].strip()
    return (StructureType.PARTIE if code.startswith("<") else StructureType.DIVISION), code


def is_udt(layout: Layout) -> bool:
    return layout.keys() >= UDT_TITLES


def is_list(layout: Layout) -> bool:
    """Whether a table lists courses: its rows are not persons, a teacher stands in many."""
    keys = layout.keys()
    edt = {"profnom", "classe"} <= keys and bool({"matcode", "matlibelle"} & keys) and bool(SCHEDULED & keys)
    return edt or is_udt(layout)


def of_rows(layout: Layout, rows: Iterator[tuple[int, list[str]]], export: str, sheet: str) -> Courses:
    """The courses of a table."""
    places = {key(label): index for index, label in reversed(list(enumerate(layout.labels)))}
    wanted = [(title, places[key(title)]) for title in TITLES if key(title) in places]
    found = Courses()
    for line, row in rows:
        values = {title: row[index] for title, index in wanted if index < len(row) and row[index]}
        if len(values) > 1:
            found.add(values, Origin(export, line, sheet))
    return found


def _parts(value: str) -> Sequence[str]:
    return [part for piece in value.split(",") if (part := clean(piece.strip()))]


def _pairs(surnames: str, given: str) -> list[tuple[str, str]]:
    """Teachers of a course; several stand in one cell, separated by commas, in the same order."""
    many, firsts = _parts(surnames), _parts(given)
    if len(many) == len(firsts):
        return list(zip(many, firsts, strict=True))
    whole = clean(surnames.strip()), clean(given.strip())
    return [whole] if any(whole) else []
