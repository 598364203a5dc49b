"""Which accounts a person is worth comparing with: exact keys first, then the vocabulary of names near in spelling.

Nothing is compared with everything. A record that an exact key settles costs a few look-ups and meets only the accounts
that could rival with it; a record that stays uneasy meets those that share one trait; only the rest goes through the
distances, over distinct names, in one vectorised call.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from diagnostics.matching.dates import agree_on_dates
from diagnostics.matching.names import Level, compare_given, compare_surnames
from diagnostics.matching.people import NameSet, Person, Wall

if TYPE_CHECKING:
    import numpy

EMPTY: frozenset[str] = frozenset()
FULL_BLOCK = 24
"""Accounts of one key that are all compared; beyond, a second trait must agree."""
NEAR_SURNAME = 0.72
NEAR_FULL = 0.74
"""Indel similarities under which a name is not worth a look: one slip in five letters is 0.80, two in nine 0.78."""
MATRIX_CELLS = 4_000_000
"""Cells of a distance matrix held at once (one byte each)."""


class Index:
    """Accounts (places in the list given) by every exact key."""

    def __init__(self, accounts: Sequence[Person]) -> None:
        self.accounts = {account.place: account for account in accounts}
        self.full: dict[tuple[str, str], list[int]] = {}
        self.surname: dict[str, list[int]] = {}
        self.surname_and: dict[tuple[str, str], list[int]] = {}
        self.given: dict[str, list[int]] = {}
        self.dates: dict[str, list[int]] = {}
        self.bags: dict[str, list[int]] = {}
        self.ids: dict[tuple[str, str], list[int]] = {}
        self.contacts: dict[str, list[int]] = {}
        self.homes: dict[str, list[int]] = {}
        self.children: dict[str, list[int]] = {}
        for account in accounts:
            place, names = account.place, account.names
            for form in names.forms:
                for given in names.compact_given or ("",):
                    self.full.setdefault((form, given), []).append(place)
            initials = {given[0] for given in names.compact_given}
            for key in names.keys:
                self.surname.setdefault(key, []).append(place)
                for trait in (*account.dates, *initials):
                    self.surname_and.setdefault((key, trait), []).append(place)
            for key in names.given_keys:
                self.given.setdefault(key, []).append(place)
            for date in account.dates:
                self.dates.setdefault(date, []).append(place)
            self.bags.setdefault(names.bag, []).append(place)
            for name, values in account.ids.items():
                for value in values:
                    self.ids.setdefault((name, value), []).append(place)
            for child in account.child_names:
                self.children.setdefault(child, []).append(place)
            if account.home is not None and account.home.street:
                self.homes.setdefault(account.home.street, []).append(place)
            for contact in account.contacts:
                self.contacts.setdefault(contact, []).append(place)
        self._near: tuple[list[str], list[str]] | None = None

    def rivals(self, person: Person) -> set[int]:
        """Accounts that bear the very name or an identifier, and those that could dispute them."""
        names = person.names
        found: set[int] = set()
        for name, values in person.ids.items():
            for value in values:
                found.update(self.ids.get((name, value), ()))
        dated = False
        for key in names.full:
            exact = self.full.get(key)
            if exact:
                found.update(exact)
                dated = dated or any(not set(self.accounts[place].dates).isdisjoint(person.dates) for place in exact)
            found.update(self.full.get((key[1], key[0]), ()))
        found.update(self.bags.get(names.bag, ()))
        for form in names.keys:
            for date in person.dates:
                found.update(self.surname_and.get((form, date), ()))
            if not dated:
                # Without a birth date, whoever bears the surname and a near given name is a rival.
                for given in names.compact_given:
                    found.update(self._of(person, self.surname_and.get((form, given[0]), ())))
        for child in person.child_names:
            found.update(self.children.get(child, ()))
        if person.home is not None and person.home.street:
            found.update(self._of(person, self.homes.get(person.home.street, ())))
        for contact in person.contacts:
            found.update(self.contacts.get(contact, ()))
        return found

    def related(self, person: Person) -> set[int]:
        """Accounts that share a surname, half of one, or the birth date."""
        found: set[int] = set()
        for key in person.names.keys:
            found.update(self._of(person, self.surname.get(key, ())))
        for date in person.dates:
            found.update(self._of(person, self.dates.get(date, ())))
        return found

    def _of(self, person: Person, block: Sequence[int]) -> Iterable[int]:
        return block if len(block) <= FULL_BLOCK else self._likely(person, block)

    def _likely(self, person: Person, block: Iterable[int]) -> Iterable[int]:
        """Of a large block, those that share a date, the class, a child or the beginning of the given name."""
        starts, dates, divisions, children = person.names.starts, person.dates, person.divisions, person.child_names
        for place in block:
            account = self.accounts[place]
            if (
                not starts.isdisjoint(account.names.starts)
                or (dates and any(date in account.dates for date in dates))
                or (divisions and any(division in account.divisions for division in divisions))
                or (children and not children.isdisjoint(account.child_names))
            ):
                yield place

    def near(self, persons: Sequence[Person]) -> list[set[int]]:
        """Accounts whose surname or whole name is near in spelling, for each person."""
        found: list[set[int]] = [set() for _ in persons]
        if not persons or not self.accounts:
            return found
        if self._near is None:
            self._near = (list(self.surname), list(self.bags))
        surnames, bags = self._near
        wanted: dict[str, list[int]] = {}
        for place, person in enumerate(persons):
            for key in person.names.keys:
                wanted.setdefault(key, []).append(place)
            # The names may be the wrong way round.
            for key in person.names.compact_given:
                wanted.setdefault(key, []).append(place)
        for key, matches in _nearest(list(wanted), surnames, NEAR_SURNAME):
            block = [place for form in matches for place in self.surname[form]]
            for place in wanted[key]:
                found[place].update(self._likely(persons[place], block))
        wanted = {}
        for place, person in enumerate(persons):
            wanted.setdefault(person.names.bag, []).append(place)
        for key, matches in _nearest(list(wanted), bags, NEAR_FULL):
            block = [place for form in matches for place in self.bags[form]]
            for place in wanted[key]:
                found[place].update(block)
        for place, person in enumerate(persons):
            divisions, children = set(person.divisions), person.child_names
            if not divisions and not children:
                continue
            for key in person.names.given_keys:
                for account in self.given.get(key, ()):
                    other = self.accounts[account]
                    if not divisions.isdisjoint(other.divisions) or not children.isdisjoint(other.child_names):
                        found[place].add(account)
        return found


def turned(mine: NameSet, theirs: NameSet) -> bool:
    """Whether a surname of one begins like a given name of the other and comes near it: they may be exchanged."""
    return any(
        surname.compact[:1] == given.compact[:1]
        and compare_surnames(surname.raw, given.raw) not in {Level.DIFFERENT, Level.UNKNOWN}
        for surname in mine.surnames
        for given in theirs.given
    )


def hopeless(person: Person, account: Person) -> bool:
    """Whether two given names that have nothing in common stand alone: such a pair is never shown (``plausible``).

    A look at the given names costs twenty times less than a whole comparison.
    """
    if person.wall is Wall.OPEN or account.wall is Wall.OPEN:
        return False
    mine, theirs = person.names, account.names
    if not mine.given or not theirs.given:
        return False
    for one in mine.given:
        for other in theirs.given:
            if compare_given(one.raw, other.raw) is not Level.DIFFERENT:
                return False
    if person.dates and account.dates and agree_on_dates(person.dates, account.dates):
        return False
    if mine.bag == theirs.bag or mine.others or theirs.others:
        return False
    if turned(mine, theirs) or turned(theirs, mine):
        return False
    if not person.contacts.isdisjoint(account.contacts):
        return False
    return all(account.ids.get(name, EMPTY).isdisjoint(values) for name, values in person.ids.items())


def _nearest(queries: Sequence[str], choices: Sequence[str], cutoff: float) -> Iterable[tuple[str, list[str]]]:
    """For each query, the choices at least ``cutoff`` alike, in vectorised slices of bounded size."""
    if not queries or not choices:
        return
    import numpy
    from rapidfuzz.distance import Indel
    from rapidfuzz.process import cdist

    step = max(1, MATRIX_CELLS // len(choices))
    for start in range(0, len(queries), step):
        part = queries[start : start + step]
        matrix: numpy.ndarray[tuple[int, int], numpy.dtype[numpy.uint8]] = cdist(
            part,
            choices,
            scorer=Indel.normalized_similarity,
            score_cutoff=cutoff,
            dtype=numpy.uint8,
            score_multiplier=100,
        )
        rows, columns = numpy.nonzero(matrix)
        current: list[str] = []
        last = -1
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
            if row != last:
                if current:
                    yield part[last], current
                current, last = [], row
            current.append(choices[column])
        if current:
            yield part[last], current
