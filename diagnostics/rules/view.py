"""One person as every tool states them: the records of an identity, by tool."""

from __future__ import annotations

import enum
import functools
from collections.abc import Iterable, Iterator, Mapping

from diagnostics import text
from diagnostics.matching.names import CLOSE, SAME, Level, compare_given, compare_surnames
from diagnostics.model import Identity, Kind, Profile, Record


class Tool(enum.StrEnum):
    """The software that states a record; several kinds of export come from one."""

    SIECLE = "SIECLE"
    STS = "STS-Web"
    EDT = "EDT"
    PRONOTE = "Pronote"
    IDPN = "identifiants Pronote"
    ENT = "ENT"
    EDUCONNECT = "EduConnect"
    UNRECOGNISED = "rapprochements"
    REJECTED = "comptes rejetés"
    OTHER = "autre"


def place(tool: Tool) -> str:
    """« l'ENT » but « EduConnect »: the tool as a sentence names it."""
    return "l'ENT" if tool is Tool.ENT else str(tool)


TOOLS: Mapping[Kind, Tool] = {
    Kind.SIECLE_ELEVES: Tool.SIECLE,
    Kind.SIECLE_RESPONSABLES: Tool.SIECLE,
    Kind.SIECLE_CSV: Tool.SIECLE,
    Kind.STS_EMP: Tool.STS,
    Kind.EDT_CLAIR: Tool.EDT,
    Kind.EDT_COURS: Tool.EDT,
    Kind.UDT: Tool.EDT,
    Kind.PRONOTE_LISTE: Tool.PRONOTE,
    Kind.IDPN: Tool.IDPN,
    Kind.ENT_IDENTIFIANTS: Tool.ENT,
    Kind.ENT_ANNUAIRE: Tool.ENT,
    Kind.AAF: Tool.ENT,
    Kind.EDIFICE: Tool.ENT,
    Kind.ITOP: Tool.ENT,
    Kind.ATOS: Tool.ENT,
    Kind.EDUCONNECT_ELEVES: Tool.EDUCONNECT,
    Kind.EDUCONNECT_RESPONSABLES: Tool.EDUCONNECT,
    Kind.ENT_RAPPROCHEMENTS: Tool.UNRECOGNISED,
    Kind.ENT_REJETS: Tool.REJECTED,
}
AUTHORITY = (Tool.SIECLE, Tool.STS, Tool.ENT, Tool.EDT, Tool.PRONOTE, Tool.EDUCONNECT)
"""Whose word names a person, best first (knowledge.md §1: SIECLE and STS-Web feed, the ENT is the mirror)."""
KEY_IDS = ("ine", "personne_id", "sts_id", "uid", "idpn", "educonnect", "jointure", "eleve_id")
"""Identifiers that name a person over reloads, best first (formats.md §0.6)."""
STAFF = frozenset({Profile.ENSEIGNANT, Profile.NON_ENSEIGNANT, Profile.COLLECTIVITE, Profile.AUTRE})
WALL: Mapping[Profile, str] = {Profile.ELEVE: "eleve", Profile.PARENT: "parent"} | dict.fromkeys(STAFF, "personnel")
NEARLY = CLOSE - {Level.SHARED, Level.NEAR}
"""Levels that a clerk's hand explains; « Jean-Luc » and « Jean-Marc » share a half and are two."""
NOTHING: tuple[Record, ...] = ()
FIRST_OF: Mapping[Tool, str] = {
    Tool.SIECLE: "siecle", Tool.ENT: "ent", Tool.EDT: "edt", Tool.STS: "sts", Tool.EDUCONNECT: "educonnect",
}  # fmt: skip


class View:
    """The records of one person, by tool; ``identity`` is None when no identity holds the record."""

    __slots__ = ("_key", "by_tool", "edt", "educonnect", "ent", "identity", "profile", "siecle", "sts")

    def __init__(self, identity: Identity | None, profile: Profile) -> None:
        self.identity = identity
        self.profile = profile
        self.by_tool: dict[Tool, list[Record]] = {}
        self._key = ""
        # The first record of the tools that rules ask for most, None when the tool states none.
        self.siecle: Record | None = None
        self.ent: Record | None = None
        self.edt: Record | None = None
        self.sts: Record | None = None
        self.educonnect: Record | None = None

    def add(self, tool: Tool, record: Record) -> None:
        found = self.by_tool.get(tool)
        if found is not None:
            found.append(record)
            return
        self.by_tool[tool] = [record]
        if name := FIRST_OF.get(tool):
            setattr(self, name, record)

    def of(self, tool: Tool) -> list[Record] | tuple[Record, ...]:
        return self.by_tool.get(tool, NOTHING)

    def first(self, tool: Tool) -> Record | None:
        found = self.by_tool.get(tool)
        return found[0] if found else None

    def records(self) -> Iterator[Record]:
        for found in self.by_tool.values():
            yield from found

    @property
    def best(self) -> Record:
        """The record whose word counts most."""
        for tool in AUTHORITY:
            if found := self.by_tool.get(tool):
                return found[0]
        return next(self.records())

    def value(self, name: str, *tools: Tool) -> str:
        """The first value of an identifier stated by one of the tools (all of them by default)."""
        for tool in tools or tuple(self.by_tool):
            for record in self.of(tool):
                if value := record.ids.get(name, ""):
                    return value
        return ""

    @property
    def key(self) -> str:
        """What names the person over reloads: an identifier, else name and birth date."""
        if not self._key:
            self._key = self._find_key()
        return self._key

    def _find_key(self) -> str:
        ids = [record.ids for record in self.records() if record.ids]
        for name in KEY_IDS:
            if values := [found[name] for found in ids if name in found]:
                return f"{name}:{min(values).upper()}"
        best = self.best
        return f"nom:{text.fold(best.surname)}|{text.fold(best.given_names)}|{best.birth_date}|{self.profile}"


def name_keys(record: Record) -> tuple[tuple[str, str], ...]:
    """(surname, given names) folded and without spaces, for each surname of the record."""
    return folded_keys(record.surname, record.usage_name, record.given_names)


@functools.lru_cache(maxsize=1 << 16)
def folded_keys(surname: str, usage: str, given: str) -> tuple[tuple[str, str], ...]:
    last = text.code(given)
    mine, other = text.code(surname), text.code(usage)
    if other and other != mine:
        return ((mine, last), (other, last)) if mine else ((other, last),)
    return ((mine, last),) if mine else ()


def surname_level(left: Record, right: Record) -> Level:
    """The nearest level over any crossing of birth and usage names."""
    best = Level.DIFFERENT
    for mine in (left.surname, left.usage_name):
        for theirs in (right.surname, right.usage_name):
            if mine and theirs:
                level = compare_surnames(mine, theirs)
                if level is not Level.UNKNOWN and level < best:
                    best = level
    return best


def given_level(left: Record, right: Record) -> Level:
    return compare_given(left.given_names, right.given_names)


def same_name(left: Record, right: Record) -> bool:
    """One name in both records, whatever the accents, particles and usage name."""
    return surname_level(left, right) in SAME and given_level(left, right) in SAME


def near_name(left: Record, right: Record) -> bool:
    """One name, or nearly: a slip, a half of a compound, a nickname; never two given names in their own right."""
    mine, theirs = surname_level(left, right), given_level(left, right)
    if mine in SAME:
        return theirs in SAME or theirs in NEARLY
    return mine in NEARLY and theirs in SAME


def inverted(left: Record, right: Record) -> bool:
    """Surname of one is the given name of the other, both ways."""
    return any(
        compare_surnames(surname, right.given_names) in SAME and compare_given(left.given_names, other) in SAME
        for surname in (left.surname, left.usage_name)
        for other in (right.surname, right.usage_name)
        if surname and other
    )


def strangers(left: Record, right: Record) -> bool:
    """Two names that cannot be one person's, however badly typed."""
    if near_name(left, right) or inverted(left, right):
        return False
    surname, given = surname_level(left, right), given_level(left, right)
    return surname is Level.DIFFERENT and given in {Level.DIFFERENT, Level.OTHER}


def distinct(records: Iterable[Record], name: str) -> set[str]:
    """Distinct values of an identifier."""
    return {value for record in records if (value := record.ids.get(name, ""))}
