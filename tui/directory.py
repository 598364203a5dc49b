"""Who is where in the analysed school: the lookups that screens make at each key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from diagnostics.compact import Packed, Places
from diagnostics.model import Export, Identity, Kind, Link, Person, Record, Verdict
from diagnostics.safety import Refusal
from diagnostics.text import fold
from tui import flow

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


class Index:
    """Where things stand in one analysis: made beside, in the thread of the job, for it goes through everything.

    Attributes:
        unsettled: links that the program does not hold for certain.
        arrows: the flow of identities towards the ENT, drawn on the overview.
        accounts: how many accounts the ENT has.
    """

    def __init__(self, school: School) -> None:
        self.school = school
        self.exports = {export.id: export for export in school.loaded.exports}
        self._by_key, self._by_record, self._by_account, self._identities = Places(), Places(), Places(), Places()
        unsettled = []
        for place, link in enumerate(school.links):
            self._by_key.add(link.key, place)
            self._by_record.add(link.record.mark, place)
            if link.account:
                self._by_account.add((link.record.origin.export, link.account.mark), place)
            if link.verdict is not Verdict.CERTAIN:
                unsettled.append(link)
        self.unsettled = Packed(unsettled)
        for place, identity in enumerate(school.identities):
            for record in identity.records:
                self._identities.add(record.mark, place)
        active = school.loaded.active()
        self.arrows = flow.arrows(active, school.links)
        self.accounts = flow.accounts_of(active)
        self.anomalies = Counter(
            identifier
            for incident in school.incidents
            for identifier in {person.identity for person in incident.persons if person.identity}
        )

    def link(self, key: str) -> Link | None:
        """The link of a key."""
        found = (self.school.links[place] for place in self._by_key.of(key))
        return next((link for link in found if link.key == key), None)

    def links_of(self, record: Record) -> list[Link]:
        """The links that start from a record."""
        found = (self.school.links[place] for place in self._by_record.of(record.mark))
        return [link for link in found if link.record.mark == record.mark]

    def holders(self, export: str, account: Record) -> list[Link]:
        """The links by which the program gave an account to records of an export."""
        found = (self.school.links[place] for place in self._by_account.of((export, account.mark)))
        return [
            link
            for link in found
            if link.account and link.account.mark == account.mark and link.record.origin.export == export
        ]

    def identity(self, record: Record) -> Identity | None:
        """Who a record is."""
        found = (self.school.identities[place] for place in self._identities.of(record.mark))
        return next((one for one in found if any(own.mark == record.mark for own in one.records)), None)


class Directory:
    """The lookups in the analysis that is shown.

    Attributes:
        school: the analysis, None before the first.
        places: its index, None before the first.
    """

    def __init__(self) -> None:
        self.school: School | None = None
        self.places: Index | None = None
        self._accounts: dict[str, Record] = {}
        self._account_list: tuple[Record, ...] = ()
        self._finder: Finder | None = None
        self._region: Region | None = None
        self._region_made: tuple[int, int] | None = None
        """File number and moment of the directory that is open."""
        self._far_accounts: dict[str, Record | None] = {}

    def show(self, index: Index) -> None:
        """Look things up in this analysis from now on."""
        self.school = index.school
        self.places = index
        self._accounts = {}
        self._account_list = ()
        self._finder = None
        self._far_accounts = {}

    @property
    def unsettled(self) -> Sequence[Link]:
        """Links that the program does not hold for certain."""
        return self.places.unsettled if self.places else ()

    def link(self, key: str) -> Link | None:
        return self.places.link(key) if self.places else None

    def export(self, record: Record) -> Export | None:
        return self.export_by_id(record.origin.export)

    def export_by_id(self, identifier: str) -> Export | None:
        return self.places.exports.get(identifier) if self.places else None

    def kind(self, record: Record) -> Kind:
        export = self.export(record)
        return export.kind if export else Kind.TABLEAU

    def account_key(self, account: Record) -> str:
        from diagnostics.matching import account_keys

        return account_keys(account)[0]

    def same_account(self, one: Record, other: Record) -> bool:
        """Whether two records are one account of the ENT: several exports may state it."""
        from diagnostics.matching import account_keys

        mine, theirs = account_keys(one), account_keys(other)
        return mine == theirs or not set(mine[:-1]).isdisjoint(theirs[:-1])  # the last is only a name

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
        """The directory of the whole ENT, None when there is none; one made meanwhile takes the place of the former.

        Raises:
            Refusal: it is there and cannot be read.
        """
        from diagnostics.matching.search import open_region, region_path

        try:
            found = region_path().stat()
            made: tuple[int, int] | None = found.st_ino, found.st_mtime_ns
        except OSError:
            made = None
        if made != self._region_made:
            if self._region is not None:
                self._region.close()
            self._region, self._region_made = None, None
            self._region = open_region()
            self._region_made = made
            self._far_accounts = {}
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
        return self.places.identity(record) if self.places else None

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
        return self.places.anomalies[identity.id] if self.places else 0

    def family(self, record: Record) -> str:
        """Family of the export that states a record, in three letters."""
        kind = self.kind(record).value.split("_")[0]
        return FAMILY_SHORT.get(kind, kind[:3].upper())

    def stated_in(self, identity: Identity) -> list[str]:
        """Families of the exports that speak of a person, in three letters, in the order of the flow."""
        kinds = {self.kind(record).value.split("_")[0] for record in identity.records}
        return list(dict.fromkeys(short for start, short in FAMILY_SHORT.items() if start in kinds)) + sorted(
            kind[:3].upper() for kind in kinds if kind not in FAMILY_SHORT
        )
