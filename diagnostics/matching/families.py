"""Children of guardians, on both sides: by identifiers where the exports give them, by name otherwise."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence

from diagnostics.matching import clusters, keys
from diagnostics.matching.people import WALLS, Person, Wall, bag, contacts_of
from diagnostics.model import Export, Record

NO_ACCOUNT_LEVEL = "contact"
CONTACT_ONLY_BITS = 6.0
"""Against a person to contact having an account: SIECLE gives none (knowledge.md §2.4), but levels change."""


Reference = tuple[str, str, str]
"""Identifier, value, and the school when the number is of one base."""


def _references(record: Record, school: str, names: frozenset[str]) -> list[Reference]:
    """The identifiers of a record that relations may quote, comparable."""
    return [_reference((name, record.ids[name]), school) for name in names if record.ids.get(name)]


def _reference(reference: tuple[str, str], school: str) -> Reference:
    name, value = reference
    school = school if name in keys.BASE_IDS else ""
    return name, keys.comparable(name, value) if name in keys.HARD_IDS else value, school


class Families:
    """Fills ``child_names``, ``child_accounts`` and ``contacts`` of guardians.

    Attributes:
        contact_only: places of guardians who are only to be contacted, whom SIECLE gives no account.
    """

    def __init__(
        self,
        holders: Sequence[Export],
        sources: Sequence[Export],
        groups: Sequence[Sequence[Record]],
        persons: Sequence[Person],
        accounts: Sequence[Person],
        cluster: Sequence[int],
    ) -> None:
        self._children: dict[int, set[int]] = {}
        self._cluster = cluster
        self._persons = persons
        self._accounts = accounts
        self._account_children: dict[int, set[int]] = {}
        self.contact_only: set[int] = set()
        if not any(export.relations for export in (*holders, *sources)):
            self._contacts(persons, accounts)
            return
        names = frozenset(
            name
            for export in (*holders, *sources)
            for relation in export.relations
            for name in (relation.pupil[0], relation.guardian[0])
        )
        schools = clusters.schools_of((*holders, *sources))
        everywhere: dict[Reference, int] = {}
        local: list[dict[Reference, list[int]]] = []
        place = 0
        for export in sources:
            mine: dict[Reference, list[int]] = {}
            for record in export.records:
                for reference in _references(record, schools.get(export.id, ""), names):
                    mine.setdefault(reference, []).append(place)
                    if reference[0] != "ident" and persons[place].wall is not Wall.GUARDIAN:
                        everywhere.setdefault(reference, place)
                place += 1
            local.append(mine)
        levels: dict[int, set[str]] = {}
        for export, mine in zip(sources, local, strict=True):
            for relation in export.relations:
                pupil_reference, guardian_reference = (
                    _reference(relation.pupil, schools.get(export.id, "")),
                    _reference(relation.guardian, schools.get(export.id, "")),
                )
                pupils = [p for p in mine.get(pupil_reference, ()) if persons[p].wall is not Wall.GUARDIAN]
                if not pupils and pupil_reference in everywhere:
                    pupils = [everywhere[pupil_reference]]
                for guardian in mine.get(guardian_reference, ()):
                    if persons[guardian].wall is Wall.PUPIL:
                        continue
                    levels.setdefault(guardian, set()).add(relation.level)
                    self._children.setdefault(guardian, set()).update(pupils)
        self.contact_only = {place for place, found in levels.items() if found == {NO_ACCOUNT_LEVEL}}
        for guardian in self.contact_only:
            persons[guardian].handicap = CONTACT_ONLY_BITS
        for guardian, children in self._children.items():
            person = persons[guardian]
            person.children_said |= {_bag(record): _said(record) for p in children for record in persons[p].records[:1]}
            person.child_names |= person.children_said.keys()
        owners = {id(record): place for place, group in enumerate(groups) for record in group}
        everyone: dict[tuple[bool, Reference], int] = {}
        for export in holders:
            for record in export.records:
                adult = WALLS[record.profile] is Wall.GUARDIAN
                for reference in _references(record, schools.get(export.id, ""), names):
                    everyone.setdefault((adult, reference), owners[id(record)])
        for export in holders:
            for relation in export.relations:
                pupil = everyone.get((False, _reference(relation.pupil, schools.get(export.id, ""))))
                guardian_account = everyone.get((True, _reference(relation.guardian, schools.get(export.id, ""))))
                if pupil is not None and guardian_account is not None:
                    self._account_children.setdefault(guardian_account, set()).add(pupil)
        for guardian_account, child_accounts in self._account_children.items():
            account = accounts[guardian_account]
            account.child_accounts = frozenset(child_accounts)
            account.children_said |= {_bag(r): _said(r) for child in child_accounts for r in accounts[child].records}
            account.child_names |= account.children_said.keys()
        self._contacts(persons, accounts)

    def _contacts(self, persons: Sequence[Person], accounts: Sequence[Person]) -> None:
        for person in (*persons, *accounts):
            found = frozenset(contact for record in person.records for contact in contacts_of(record))
            if found:
                person.contacts = found

    def children(self, guardian: int) -> frozenset[int]:
        """Places of the children whom the exports give a guardian by identifier."""
        return frozenset(self._children.get(guardian, ()))

    def link_children(self, linked: Mapping[int, int]) -> None:
        """Tell each guardian the accounts of the children already linked, and the names those accounts bear.

        Children given by name only are found under every spelling of a pupil who is linked, when it is one pupil's.
        """
        by_cluster = {self._cluster[place]: account for place, account in linked.items()}
        spelt: dict[str, int] = {}
        for place, account in linked.items():
            if self._persons[place].wall is not Wall.GUARDIAN:
                for record in (*self._persons[place].records, *self._accounts[account].records):
                    spelling = _bag(record)
                    spelt[spelling] = account if spelt.get(spelling, account) == account else -1
        for person in self._persons:
            if person.wall is Wall.PUPIL or not (person.child_names or person.place in self._children):
                continue
            found = {
                by_cluster[self._cluster[pupil]]
                for pupil in self._children.get(person.place, ())
                if self._cluster[pupil] in by_cluster
            }
            if person.place not in self._children:
                found.update(account for child in person.child_names if (account := spelt.get(child, -1)) >= 0)
            if found:
                person.child_accounts = frozenset(found)
                person.child_names |= {_bag(record) for account in found for record in self._accounts[account].records}
        for holder in self._accounts:
            if holder.child_names and not holder.child_accounts:
                holder.child_accounts = frozenset(
                    pupil for child in holder.child_names if (pupil := spelt.get(child, -1)) >= 0
                )


def _said(record: Record) -> str:
    division = f" ({record.division})" if record.division else ""
    return f"{record.surname} {record.given_names}{division}"


def _bag(record: Record) -> str:
    return _bag_of(record.surname, record.given_names)


@functools.lru_cache(maxsize=1 << 15)
def _bag_of(surname: str, given_names: str) -> str:
    return bag(f"{surname} {given_names}")
