"""Who is where in the analysed school: the lookups that screens make at each key."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING

from diagnostics.model import Export, Identity, Kind, Link, Person, Record, Verdict
from diagnostics.text import fold

if TYPE_CHECKING:
    from diagnostics.school import School


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
        self._haystacks: list[str] = []

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
        self._haystacks = []

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

    def identity(self, record: Record) -> Identity | None:
        return self._identity_of.get(id(record))

    def identity_of_person(self, person: Person) -> Identity | None:
        return self.school.identity_of.get(person.identity) if self.school and person.identity else None

    def find_people(self, query: str, limit: int = 200) -> list[Identity]:
        """Identities whose names, class or identifiers hold every word of the query."""
        words = fold(query).split()
        if not words or self.school is None:
            return []
        if not self._haystacks:
            self._haystacks = [haystack(identity) for identity in self.school.identities]
        pairs = zip(self.school.identities, self._haystacks, strict=True)
        return list(islice((identity for identity, text in pairs if all(word in text for word in words)), limit))


def haystack(identity: Identity) -> str:
    """What a search looks into, folded."""
    record_ids = (value for record in identity.records for value in record.ids.values())
    names = (name for record in identity.records for name in (record.surname, record.usage_name, record.given_names))
    return fold(" ".join((identity.surname, identity.given_names, identity.division, *names, *record_ids)))
