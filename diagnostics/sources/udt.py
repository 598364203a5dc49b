"""UDT (Omnitec): a zip of ``UDCal_NN.xml`` files read together as one export (formats.md §10)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from .. import text
from ..model import Export, Kind, Note, Profile, Record, Service, Structure, StructureType
from ..safety import clean
from .archives import members
from .harvest import Harvest, present, year
from .members import Rejected
from .siecle import civility_sex
from .source import Source
from .xml import NAMES, attributes, line_of, read_document

if TYPE_CHECKING:
    from lxml.etree import _Element

MEMBER = re.compile(r"(?:^|[/\\])udcal_(\d\d)(?:_\d\d)?\.xml$", re.IGNORECASE)
TAGS = ("prof", "eleve", "div", "gpe", "rgpmt", "mat", "ele_gpe", "calendrier", "ligfiche", "coens")
PERSONS = frozenset({"PROF", "ELEVE"})
SEEN = re.compile(rb"<(?:prof|eleve|ele_gpe|rgpmt|ligfiche)\b[^>]{0,600}?\b(?:code|ele)\s*=", re.IGNORECASE)
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
            reader.missing(member)
        elif MEMBER.search(member.member):
            reader.file(member, member.name)
    return reader.close()


Member = tuple[str, str]
"""(division, code of the group in that division, "" for the whole division): codes come back from class to class."""


class _Reader:
    def __init__(self, harvest: Harvest) -> None:
        self.harvest = harvest
        self.path = ""
        self.pupils: list[tuple[int, str, dict[str, str]]] = []
        self.members: dict[str, dict[Member, None]] = {}
        """Groups of each pupil."""
        self.subjects: dict[str, str] = {}
        self.groups: dict[Member, str] = {}
        """Name of each group."""
        self.gathered: dict[str, tuple[str, dict[Member, None]]] = {}
        """Code of a « regroupement » → its name and the groups or divisions it gathers."""
        self.holding: dict[Member, list[str]] = {}
        """Group or division → names of the « regroupements » that hold it."""
        self.places: dict[str, tuple[int, str, str]] = {}
        """Name of a « regroupement » → line and file where it is first seen, its number."""
        self.lessons: list[tuple[int, str, dict[str, str]]] = []
        self.shared: dict[str, dict[str, None]] = {}
        """Code of a lesson → the teachers who share it."""

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

    def missing(self, member: Rejected) -> None:
        """A file of the export that cannot be read: nobody is called absent on the word of the others."""
        self.harvest.meta["incomplet"] = clean(member.member)
        told = f"{clean(member.member)} n'a pas été lu ({member.reason}) : refaites l'export UDT."
        self.harvest.note("incomplet", told, warning=True)

    def use(self, name: str, element: _Element) -> None:
        values = attributes(element)
        line = line_of(element)
        if name == "PROF":
            self._teacher(values, line)
        elif name == "ELEVE":
            self.pupils.append((line, self.path, values))
        elif name == "ELE_GPE":
            member = (values.get("CODE_DIV", ""), values.get("GPE", ""))
            self.members.setdefault(values.get("ELE", ""), {})[member] = None
        elif name == "CALENDRIER":
            values |= {NAMES[node.tag]: (node.text or "").strip() for node in element}
            self.harvest.school_year = year(values.get("ANNEE", "")) or year(values.get("DEBUT_ELEVE", ""))
        elif name == "MAT":
            self.subjects[values.get("CODE", "")] = values.get("LIBELLE", "")
        elif name == "LIGFICHE":
            self.lessons.append((line, self.path, values))
        elif name == "COENS":
            self.shared.setdefault(values.get("LIGNEFIC", ""), {})[values.get("PROF", "")] = None
        elif name in {"DIV", "GPE", "RGPMT"}:
            self._structure(name, values, line)

    def _teacher(self, values: dict[str, str], line: int) -> None:
        harvest = self.harvest
        surname, given = values.get("NOM", ""), values.get("PRENOM", "")
        if not surname and not given:
            harvest.refuse(line, "Enseignant sans nom ni prénom : à compléter dans UDT.", "nom")
            return
        civility = values.get("CIVILITE", "")
        harvest.records.append(
            Record(
                origin=harvest.origin(line, self.path),
                profile=Profile.ENSEIGNANT,
                surname=surname,
                given_names=given,
                birth_date=text.iso_date(values.get("DATE_NAISSANCE", "")),
                sex=civility_sex(civility),
                ids=present(ident=values.get("CODE", ""), jointure=text.jointure(values.get("EPJ", ""))),
                extra=present(
                    civility=civility,
                    mail=values.get("MAIL", ""),
                    discipline=values.get("CODE_MATPPL", ""),
                ),
            )
        )

    def _structure(self, name: str, values: dict[str, str], line: int) -> None:
        harvest = self.harvest
        code, division = values.get("CODE", ""), values.get("CODE_DIV", "")
        if not code:
            return
        if name == "RGPMT":
            title = values.get("NOM") or code
            gathered = self.gathered.setdefault(code, (title, {}))[1]
            gathered[division, values.get("CODE_GPE", "")] = None
            self.places.setdefault(title, (line, self.path, values.get("ID", "")))
            return
        title = code if name == "DIV" else values.get("CODE_STS") or division + code
        if name == "GPE":
            self.groups[division, code] = title
        harvest.structures.append(
            Structure(
                type=StructureType.DIVISION if name == "DIV" else StructureType.GROUPE,
                code=title,
                label=values.get("LIBELLE") or values.get("NOM", ""),
                ident=values.get("ID") or code,
                parents=(division,) if division and name != "DIV" else (),
                origin=harvest.origin(line, self.path),
            )
        )

    def _pupil(self, values: dict[str, str], line: int, path: str) -> None:
        harvest = self.harvest
        surname, given = values.get("NOM", ""), values.get("PRENOM", "")
        if not surname and not given:
            harvest.refuse(line, "Élève sans nom ni prénom : à compléter dans UDT.", "nom")
            return
        code = values.get("CODE", "")
        members = self.members.get(code, {})
        division = next((division for division, _ in members if division), "")
        groups = dict.fromkeys(name for member in members for name in self._groups_of(member))
        harvest.records.append(
            Record(
                origin=harvest.origin(line, path),
                profile=Profile.ELEVE,
                surname=surname,
                given_names=given,
                birth_date=text.iso_date(values.get("NAISSANCE", "")),
                division=division or values.get("CODE_DIV") or values.get("DIV") or values.get("CLASSE", ""),
                groups=tuple(groups),
                ids=present(ident=clean(code)),
            )
        )

    def _groups_of(self, member: Member) -> Iterator[str]:
        """Names of a group and of the « regroupements » that hold it, or hold the whole division."""
        if member[1]:
            yield self.groups.get(member, "".join(member))
        for place in dict.fromkeys((member, (member[0], ""))):
            yield from self.holding.get(place, ())

    def _gatherings(self) -> None:
        """A « regroupement » is written once for each group that it gathers: it is one group."""
        parents: dict[str, dict[str, None]] = {}
        for name, gathered in self.gathered.values():
            parents.setdefault(name, {}).update(dict.fromkeys(division for division, _ in gathered if division))
        for name, (line, path, ident) in self.places.items():
            self.harvest.structures.append(
                Structure(
                    type=StructureType.GROUPE,
                    code=name,
                    ident=ident,
                    parents=tuple(parents[name]),
                    origin=self.harvest.origin(line, path),
                )
            )

    def _services(self) -> None:
        """Lessons stand once for each half-hour and each week: a service is stated once."""
        seen: set[tuple[str, str, tuple[str, ...]]] = set()
        for line, path, values in self.lessons:
            division, group = values.get("DIV", ""), values.get("GPE", "")
            gathered = self.gathered.get(values.get("RGPMT", ""))
            if gathered:
                kind, structure = StructureType.GROUPE, gathered[0]
            elif group:
                kind, structure = StructureType.GROUPE, self.groups.get((division, group), division + group)
            else:
                kind, structure = StructureType.DIVISION, division
            subject = values.get("MAT", "")
            own = dict.fromkeys((values.get("PROF", ""), *self.shared.get(values.get("CODE", ""), ())))
            teachers = tuple(code for code in own if code)
            if not structure or (structure, subject, teachers) in seen:
                continue
            seen.add((structure, subject, teachers))
            self.harvest.services.append(
                Service(
                    structures=(structure,),
                    structure_type=kind,
                    subject=self.subjects.get(subject) or subject,
                    teachers=tuple(("ident", code) for code in teachers),
                    origin=self.harvest.origin(line, path),
                )
            )

    def close(self) -> Export:
        for name, gathered in self.gathered.values():
            for member in gathered:
                self.holding.setdefault(member, []).append(name)
        for line, path, values in self.pupils:
            self._pupil(values, line, path)
        self._gatherings()
        self._services()
        self.harvest.facts(software="UDT")
        return self.harvest.export(Kind.UDT)
