"""Guardians whom SIECLE states under several PERSONNE_ID: sheets that are one human, and why (knowledge.md §4.4)."""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations

from diagnostics import text
from diagnostics.matching.classes import normal
from diagnostics.matching.names import SAME
from diagnostics.model import Profile, Record
from diagnostics.rules.data import SchoolData
from diagnostics.rules.view import Tool, View, near_name, same_name, surname_level

PARENTS = frozenset({"10", "20"})
"""CODE_PARENTE of mother and father (formats.md §12.4)."""
ENTRY_LEVELS = frozenset({"6", "2"})
"""Levels at which new pupils arrive: 6e and 2de (003:759-775)."""
SHARED_BY_MANY = 12
"""A phone, mail or address that so many sheets bear is a home's or the school's own: it says nothing (judgement)."""
PHONES = ("phone", "mobile", "home_phone", "work_phone")
NOT_DIGIT = re.compile(r"\D")


@functools.lru_cache(maxsize=1 << 14)
def number(written: str) -> str:
    """The number without prefix nor punctuation, "" when it is too short to be one."""
    digits = NOT_DIGIT.sub("", written)
    return digits[-9:] if len(digits) >= 9 else ""


def phone(record: Record) -> str:
    return number(record.extra.get("phone", ""))


def phones(record: Record) -> set[str]:
    """Every number of a record."""
    return {found for name in PHONES if (found := number(record.extra.get(name, "")))}


def mail(record: Record) -> str:
    written = record.extra.get("mail")
    return mail_key(written) if written else ""


@functools.lru_cache(maxsize=1 << 14)
def mail_key(written: str) -> str:
    """The address as a key, "" when it cannot be one."""
    value = written.strip().casefold()
    return value if "@" in value else ""


def address(record: Record) -> str:
    street = text.fold(record.extra.get("address", ""))
    return f"{street}|{text.code(record.extra.get('postcode', ''))}" if street else ""


@dataclass(eq=False)
class Sheet:
    """One PERSONNE of SIECLE with what it is tied to."""

    record: Record
    view: View
    children: dict[str, View] = field(default_factory=dict)
    kinships: set[str] = field(default_factory=set)
    partners: set[str] = field(default_factory=set)
    """PERSONNE_ID of the other guardians of the same children."""

    @property
    def ident(self) -> str:
        return self.record.ids.get("personne_id", "")


@dataclass(frozen=True)
class Double:
    """Sheets held to be one guardian.

    Attributes:
        why: what they share, in French.
    """

    sheets: tuple[Sheet, ...]
    why: tuple[str, ...]

    @property
    def key(self) -> str:
        return "+".join(sorted(sheet.ident for sheet in self.sheets))

    @property
    def children(self) -> dict[str, View]:
        found: dict[str, View] = {}
        for sheet in self.sheets:
            found |= sheet.children
        return found

    @property
    def joins_siblings(self) -> bool:
        """Whether a sheet came with the children who arrive (6e, 2de), beside the sheet of their elders."""
        levels = [{normal(child.best.division)[0] for child in sheet.children.values()} for sheet in self.sheets]
        if not all(levels) or any("" in found for found in levels):
            return False
        if any(one.children.keys() & other.children.keys() for one, other in combinations(self.sheets, 2)):
            return False
        arriving = [found <= ENTRY_LEVELS for found in levels]
        return any(arriving) and not all(arriving)


class Sheets:
    """The doubles of a school and who is in one."""

    def __init__(self, doubles: tuple[Double, ...]) -> None:
        self.doubles = doubles
        self._double_of = {sheet.ident: double for double in doubles for sheet in double.sheets}
        self._others: dict[int, list[View]] = defaultdict(list)
        for double in doubles:
            views = list({id(sheet.view): sheet.view for sheet in double.sheets}.values())
            for view in views:
                self._others[id(view)] = [other for other in views if other is not view]

    def of(self, view: View) -> list[View]:
        """The other views of the same guardian."""
        return self._others.get(id(view), [])

    def doubled(self, view: View) -> bool:
        return id(view) in self._others

    def records(self, personne_id: str) -> tuple[Record, ...]:
        """The records of all the sheets of a doubled guardian, () when the sheet is alone."""
        double = self._double_of.get(personne_id)
        return tuple(sheet.record for sheet in double.sheets) if double else ()

    def person(self, personne_id: str) -> str:
        """The same value for the sheets of one guardian."""
        double = self._double_of.get(personne_id)
        return double.key if double else personne_id


def sheets(data: SchoolData) -> Sheets:
    """Sheets of SIECLE that are one guardian, from what they share and how near their names are."""
    known = {sheet.ident: sheet for sheet in all_sheets(data)}
    joined: dict[str, set[str]] = {}
    reasons: dict[frozenset[str], list[str]] = {}
    for one, other in pairs(list(known.values())):
        why = one_human(one, other)
        if why:
            reasons[frozenset((one.ident, other.ident))] = why
            cluster = joined.get(one.ident, {one.ident}) | joined.get(other.ident, {other.ident})
            for ident in cluster:
                joined[ident] = cluster
    doubles = []
    for cluster in {id(c): c for c in joined.values()}.values():
        members = tuple(known[ident] for ident in sorted(cluster))
        why = [
            w for pair, found in sorted(reasons.items(), key=lambda r: sorted(r[0])) if pair <= cluster for w in found
        ]
        doubles.append(Double(members, tuple(dict.fromkeys(why))))
    return Sheets(tuple(sorted(doubles, key=lambda double: double.key)))


def all_sheets(data: SchoolData) -> Iterable[Sheet]:
    """Sheets of guardians of pupils who are there; a sheet without child is an old one and makes no account."""
    found: dict[str, Sheet] = {}
    for view in data.with_tool(Tool.SIECLE, Profile.PARENT):
        for record in view.of(Tool.SIECLE):
            if ident := record.ids.get("personne_id"):
                found.setdefault(ident, Sheet(record, view))
    tied: dict[int, list[tuple[str, str]]] = defaultdict(list)
    pupils: dict[int, View] = {}
    for tie in data.siecle_ties:
        name, value = tie.relation.guardian
        if id(tie.pupil) in data.known_pupils and name == "personne_id" and value in found:
            tied[id(tie.pupil)].append((value, tie.relation.kinship))
            pupils[id(tie.pupil)] = tie.pupil
    for pupil, guardians in tied.items():
        for ident, kinship in guardians:
            sheet = found[ident]
            sheet.children[pupils[pupil].key] = pupils[pupil]
            if kinship:
                sheet.kinships.add(kinship)
            sheet.partners.update(other for other, _ in guardians if other != ident)
    return [sheet for sheet in found.values() if sheet.children]


def pairs(known: list[Sheet]) -> Iterable[tuple[Sheet, Sheet]]:
    """Pairs that share something, each once."""
    blocks: dict[tuple[str, str], list[Sheet]] = defaultdict(list)
    for sheet in known:
        for name, value in (
            ("tel", phone(sheet.record)),
            ("mel", mail(sheet.record)),
            ("adresse", address(sheet.record)),
        ):
            if value:
                blocks[name, value].append(sheet)
        blocks["fiche", str(id(sheet.view))].append(sheet)
        for child in sheet.children:
            blocks["enfant", child].append(sheet)
        for partner in sheet.partners:
            blocks["autre", partner].append(sheet)
    seen: set[tuple[str, str]] = set()
    for block in blocks.values():
        if len(block) > SHARED_BY_MANY:
            continue
        for one, other in combinations(block, 2):
            pair = (one.ident, other.ident) if one.ident < other.ident else (other.ident, one.ident)
            if pair not in seen and pair[0] != pair[1]:
                seen.add(pair)
                yield (one, other) if pair[0] == one.ident else (other, one)


def one_human(one: Sheet, other: Sheet) -> list[str]:
    """What shows that two sheets are one human, [] when nothing does.

    The name alone never does: homonyms are many. A father and a grandfather of one name, a couple that shares a phone
    stay two.
    """
    left, right = one.record, other.record
    if left.sex and right.sex and left.sex != right.sex:
        return []
    shared = [
        label
        for label, same in (
            ("même enfant", bool(one.children.keys() & other.children.keys())),
            ("même téléphone", phone(left) == phone(right) != ""),
            ("même courriel", mail(left) == mail(right) != ""),
            ("même adresse", address(left) == address(right) != ""),
            ("même autre responsable", bool(one.partners & other.partners)),
        )
        if same
    ]
    if not shared:
        return ["même compte"] if one.view is other.view and near_name(left, right) else []
    same_kin = bool(one.kinships & other.kinships) or not one.kinships or not other.kinships
    reachable = "même téléphone" in shared or "même courriel" in shared
    if same_name(left, right):
        if shared == ["même adresse"] and apart(left, right) and not siblings(one, other):
            return []
        return ["même nom", *shared] if same_kin or "même courriel" in shared else []
    if near_name(left, right):
        return ["noms presque identiques", *shared] if (reachable and same_kin) or (same_kin and one.kinships) else []
    # Another given name on the sheet: the same mail, the same place beside the same other parent, never both at once.
    replaced = (
        surname_level(left, right) in SAME
        and bool(one.kinships & other.kinships & PARENTS)
        and {"même courriel", "même autre responsable"} <= set(shared)
        and "même enfant" not in shared
    )
    return ["même nom de famille", *shared] if replaced else []


def siblings(one: Sheet, other: Sheet) -> bool:
    """Whether one sheet came with a newcomer who bears the surname of the other's children."""
    mine, theirs = ({text.code(v.best.surname) for v in sheet.children.values()} for sheet in (one, other))
    return bool(mine & theirs) and Double((one, other), ()).joins_siblings


def apart(left: Record, right: Record) -> bool:
    """Whether phone and mail are stated on both sides and both differ: two homonyms of one building."""
    phones, mails = {phone(left), phone(right)}, {mail(left), mail(right)}
    return len(phones) == len(mails) == 2 and "" not in phones | mails
