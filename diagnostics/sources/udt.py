"""UDT (Omnitec): a zip of ``UDCal_NN.xml`` files read together as one export (formats.md §10)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .. import text
from ..model import Export, Kind, Note, Profile, Record, Structure, StructureType
from ..safety import Refusal, clean
from .archives import members
from .harvest import Harvest, present, year
from .members import Rejected
from .siecle import civility_sex
from .source import Source
from .xml import NAMES, attributes, line_of, read_document

if TYPE_CHECKING:
    from lxml.etree import _Element

MEMBER = re.compile(r"(?:^|[/\\])udcal_(\d\d)(?:_\d\d)?\.xml$", re.IGNORECASE)
TAGS = ("prof", "eleve", "div", "gpe", "rgpmt", "mat", "ele_gpe", "calendrier")
PERSONS = frozenset({"PROF", "ELEVE"})
SEEN = re.compile(rb"<(?:prof|eleve|ele_gpe|rgpmt)\b[^>]{0,600}?\b(?:code|ele)\s*=", re.IGNORECASE)
"""A UDT file given alone: its root is not documented, its elements are."""


def is_udt(names: Sequence[str]) -> bool:
    """Whether the members of an archive are those of a UDT export."""
    return any(MEMBER.search(name) for name in names)


def looks_like_udt(head: bytes) -> bool:
    return bool(SEEN.search(head))


def read(source: Source) -> Export:
    """One UDT file given alone.

    Raises:
        Refusal: hostile or unreadable content.
    """
    reader = _Reader(Harvest(source))
    reader.file(source, "")
    return reader.close()


def read_archive(source: Source) -> Export:
    """The UDT files of a zip.

    Raises:
        Refusal: hostile or unreadable content.
    """
    reader = _Reader(Harvest(source))
    for member in members(source):
        if isinstance(member, Rejected):
            raise Refusal(f"{member.member} : {member.reason}")
        if MEMBER.search(member.member):
            reader.file(member, member.name)
    return reader.close()


class _Reader:
    def __init__(self, harvest: Harvest) -> None:
        self.harvest = harvest
        self.path = ""
        self.pupils: list[tuple[int, str, dict[str, str]]] = []
        self.division_of: dict[str, str] = {}
        self.groups_of: dict[str, dict[str, None]] = {}
        self.divisions: dict[str, str] = {}
        self.groups: dict[str, str] = {}

    def file(self, source: Source, path: str) -> None:
        """Read one file of the export into the common harvest; lines are those of the file named by ``path``."""
        self.path = path
        part = Harvest(source)
        part.id = self.harvest.id
        read_document(source, TAGS, self.use, part, PERSONS)
        self.harvest.encoding = self.harvest.encoding or part.encoding
        place = f"{path} : " if path else ""
        self.harvest.notes += [
            Note(code=n.code, text=place + n.text, line=n.line, warning=n.warning) for n in part.notes
        ]
        self.harvest.refused += part.refused
        self.harvest.meta.update(part.meta)

    def use(self, name: str, element: _Element) -> None:
        values = attributes(element)
        line = line_of(element)
        if name == "PROF":
            self._teacher(values, line)
        elif name == "ELEVE":
            self.pupils.append((line, self.path, values))
        elif name == "ELE_GPE":
            pupil = values.get("ELE", "")
            if division := values.get("CODE_DIV"):
                self.division_of.setdefault(pupil, division)
            if group := values.get("GPE"):
                self.groups_of.setdefault(pupil, {})[group] = None
        elif name == "CALENDRIER":
            values |= {NAMES[node.tag]: (node.text or "").strip() for node in element}
            self.harvest.school_year = year(values.get("ANNEE", "")) or year(values.get("DEBUT_ELEVE", ""))
        elif name in {"DIV", "GPE", "RGPMT"}:
            self._structure(name, values, line)

    def _teacher(self, values: dict[str, str], line: int) -> None:
        harvest = self.harvest
        surname, given = clean(values.get("NOM", "")), clean(values.get("PRENOM", ""))
        if not surname and not given:
            harvest.refuse(line, "Enseignant sans nom ni prénom : à compléter dans UDT.", "nom")
            return
        civility = clean(values.get("CIVILITE", ""))
        harvest.records.append(
            Record(
                origin=harvest.origin(line, self.path),
                profile=Profile.ENSEIGNANT,
                surname=surname,
                given_names=given,
                birth_date=text.iso_date(values.get("DATE_NAISSANCE", "")),
                sex=civility_sex(civility),
                ids=present(ident=clean(values.get("CODE", "")), jointure=text.jointure(clean(values.get("EPJ", "")))),
                extra=present(
                    civility=civility,
                    mail=clean(values.get("MAIL", "")),
                    discipline=clean(values.get("CODE_MATPPL", "")),
                ),
            )
        )

    def _structure(self, name: str, values: dict[str, str], line: int) -> None:
        code = clean(values.get("CODE", ""))
        if not code:
            return
        label = clean(values.get("LIBELLE") or values.get("NOM", ""))
        if name == "DIV":
            self.divisions[code] = code
        else:
            self.groups[code] = clean(values.get("NOM") or values.get("CODE_STS") or code)
        division = clean(values.get("CODE_DIV", ""))
        self.harvest.structures.append(
            Structure(
                type=StructureType.DIVISION if name == "DIV" else StructureType.GROUPE,
                code=code if name == "DIV" else self.groups[code],
                label=label,
                ident=clean(values.get("ID") or code),
                parents=(division,) if division and name != "DIV" else (),
                origin=self.harvest.origin(line, self.path),
            )
        )

    def _pupil(self, values: dict[str, str], line: int, path: str) -> None:
        harvest = self.harvest
        surname, given = clean(values.get("NOM", "")), clean(values.get("PRENOM", ""))
        if not surname and not given:
            harvest.refuse(line, "Élève sans nom ni prénom : à compléter dans UDT.", "nom")
            return
        code = values.get("CODE", "")
        harvest.records.append(
            Record(
                origin=harvest.origin(line, path),
                profile=Profile.ELEVE,
                surname=surname,
                given_names=given,
                birth_date=text.iso_date(values.get("NAISSANCE", "")),
                division=clean(self.division_of.get(code) or values.get("CODE_DIV") or values.get("CLASSE", "")),
                groups=tuple(self.groups.get(group, clean(group)) for group in self.groups_of.get(code, ())),
                ids=present(ident=clean(code)),
            )
        )

    def close(self) -> Export:
        for line, path, values in self.pupils:
            self._pupil(values, line, path)
        self.harvest.facts(software="UDT")
        return self.harvest.export(Kind.UDT)
