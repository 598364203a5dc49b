"""Who is where in the analysed school: the lookups that screens make at each key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from diagnostics.model import Export, Identity, Kind, Link, Person, Record, Verdict
from diagnostics.safety import Refusal
from diagnostics.text import fold

if TYPE_CHECKING:
    from diagnostics.matching.search import Finder, Region
    from diagnostics.school import School

MOST_PEOPLE = 200
"""Persons shown of a search: nobody reads more, and one more letter says who."""
RECORDS_EACH = 8
"""Records that one person has at most in the exports of a school, for a search to find enough persons."""
FAMILY_SHORT = {
    "siecle": "SIE", "sts": "STS", "emp": "STS", "aaf": "AAF", "educonnect": "EDU", "ent": "ENT", "edt": "EDT",
    "idpn": "PRN", "pronote": "PRN",
}  # fmt: skip
"""How the kinds of exports begin → the family in three letters, in the order of the flow."""


class Directory:
    """Indexes of one analysis.

    Attributes:
        school: the analysis, None before the first.
        by_key: links by key.
        unsettled: links that the program does not hold for certain.
        holders: links by (export, account) for the accounts that the program gave.
    """

    def __init__(self) -> None:
        self.school: School | None = None
        self.by_key: dict[str, Link] = {}
        self.unsettled: list[Link] = []
        self.holders: dict[tuple[str, int], Link] = {}
        self._exports: dict[str, Export] = {}
        self._identity_of: dict[int, Identity] = {}
        self._accounts: dict[str, Record] = {}
        self._account_list: tuple[Record, ...] = ()
        self._finder: Finder | None = None
        self._region: Region | None = None
        self._asked_region = False
        self._far_accounts: dict[str, Record | None] = {}
        self._anomalies: Counter[str] = Counter()

    def index(self, school: School) -> None:
        """Look things up in this analysis from now on."""
        self.school = school
        self.by_key = {link.key: link for link in school.links}
        self.unsettled = [link for link in school.links if link.verdict is not Verdict.CERTAIN]
        self.holders = {(link.record.origin.export, id(link.account)): link for link in school.links if link.account}
        self._exports = {export.id: export for export in school.loaded.exports}
        self._identity_of = {id(record): identity for identity in school.identities for record in identity.records}
        self._accounts = {}
        self._account_list = ()
        self._finder = None
        self._far_accounts = {}
        self._anomalies = Counter(
            identifier
            for incident in school.incidents
            for identifier in {person.identity for person in incident.persons if person.identity}
        )

    def export(self, record: Record) -> Export | None:
        return self._exports.get(record.origin.export)

    def export_by_id(self, identifier: str) -> Export | None:
        return self._exports.get(identifier)

    def kind(self, record: Record) -> Kind:
        export = self.export(record)
        return export.kind if export else Kind.TABLEAU

    def account_key(self, account: Record) -> str:
        from diagnostics.matching import account_keys

        return account_keys(account)[0]

    def account_list(self) -> tuple[Record, ...]:
        """One record for each account of the ENT; the same object until the next analysis."""
        if not self._account_list and self.school:
            from diagnostics.matching import accounts

            self._account_list = accounts(self.school.loaded.active())
        return self._account_list

    def accounts(self) -> Mapping[str, Record]:
        """Accounts of the ENT by each key under which they may have been chosen."""
        if not self._accounts:
            from diagnostics.matching import account_keys

            self._accounts = {key: record for record in self.account_list() for key in account_keys(record)}
        return self._accounts

    def region(self) -> Region | None:
        """The directory of the whole ENT, None when none was built; opened at its first use.

        Raises:
            Refusal: it is there and cannot be read.
        """
        if not self._asked_region:
            from diagnostics.matching.search import open_region

            self._region = open_region()
            self._asked_region = True
        return self._region

    def elsewhere(self, key: str) -> Record | None:
        """The account of a key that no loaded export has, from the directory of the whole ENT."""
        try:
            region = self.region()
        except Refusal:
            return None
        return region.account(key) if region is not None else None

    def account_of(self, key: str) -> Record | None:
        """The account of a key, loaded or of the whole ENT; the latter the same object until the next analysis."""
        found = self.accounts().get(key) or self._far_accounts.get(key)
        if found is None and key not in self._far_accounts:
            found = self.elsewhere(key)
            self._far_accounts[key] = found
        return found

    def identity(self, record: Record) -> Identity | None:
        return self._identity_of.get(id(record))

    def identity_of_person(self, person: Person) -> Identity | None:
        return self.school.identity_of.get(person.identity) if self.school and person.identity else None

    def find_people(self, query: str, limit: int = MOST_PEOPLE) -> list[Identity]:
        """Persons of whom some export says every word of the query, best first: names however spelt, birth date,
        class, identifiers; the last word may be unfinished."""
        if not query.strip() or self.school is None:
            return []
        if self._finder is None:
            from diagnostics.matching.search import Finder

            self._finder = Finder([record for identity in self.school.identities for record in identity.records])
        found: dict[str, Identity] = {}
        for one in self._finder.find(query, limit * RECORDS_EACH):
            identity = self.identity(one.account)
            if identity is not None:
                found.setdefault(identity.id, identity)
        people = list(found.values())[:limit]
        words = fold(query).split()
        if len(words) == 1:  # one word is first of all a surname, or its beginning
            people.sort(key=lambda identity: not fold(identity.surname).startswith(words[0]))
        return people

    def anomalies_of(self, identity: Identity) -> int:
        """How many incidents of the data name a person."""
        return self._anomalies[identity.id]

    def stated_in(self, identity: Identity) -> list[str]:
        """Families of the exports that speak of a person, in three letters, in the order of the flow."""
        kinds = {self.kind(record).value.split("_")[0] for record in identity.records}
        return list(dict.fromkeys(short for start, short in FAMILY_SHORT.items() if start in kinds)) + sorted(
            kind[:3].upper() for kind in kinds if kind not in FAMILY_SHORT
        )
