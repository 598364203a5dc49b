"""Which accounts a person is worth comparing with: exact keys first, then the vocabulary of names near in spelling.

Nothing is compared with everything: a record that an exact key settles costs a few look-ups; only the rest goes through
the distances, over distinct names, in one vectorised call.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from diagnostics.matching.names import MIN_PART
from diagnostics.matching.people import Person

if TYPE_CHECKING:
    import numpy

FULL_BLOCK = 60
"""Accounts of one key that are all compared; beyond, a second trait must agree."""
NEAR_SURNAME = 0.72
NEAR_FULL = 0.74
"""Indel similarities under which a name is not worth a look: one slip in five letters is 0.80, two in nine 0.78."""
MATRIX_CELLS = 4_000_000
"""Cells of a distance matrix held at once (one byte each)."""


class Index:
    """Accounts by every exact key."""

    def __init__(self, accounts: Sequence[Person]) -> None:
        self.accounts = accounts
        self.full: dict[tuple[str, str], list[int]] = {}
        self.surname: dict[str, list[int]] = {}
        self.given: dict[str, list[int]] = {}
        self.dates: dict[str, list[int]] = {}
        self.bags: dict[str, list[int]] = {}
        self.ids: dict[tuple[str, str], list[int]] = {}
        self.contacts: dict[str, list[int]] = {}
        self.children: dict[int, list[int]] = {}
        for place, account in enumerate(accounts):
            names = account.names
            for form in names.forms:
                for given in names.compact_given or ("",):
                    self.full.setdefault((form, given), []).append(place)
            for key in surname_keys(account):
                self.surname.setdefault(key, []).append(place)
            for key in given_keys(account):
                self.given.setdefault(key, []).append(place)
            for date in account.dates:
                self.dates.setdefault(date, []).append(place)
            self.bags.setdefault(names.bag, []).append(place)
            for name, values in account.ids.items():
                for value in values:
                    self.ids.setdefault((name, value), []).append(place)
            for contact in account.contacts:
                self.contacts.setdefault(contact, []).append(place)
        self._near: tuple[list[str], list[str]] | None = None

    def exact(self, person: Person) -> set[int]:
        """Accounts that share a surname, an identifier, the words of the name, or the birth date and a bit of name."""
        names = person.names
        found: set[int] = set()
        for name, values in person.ids.items():
            for value in values:
                found.update(self.ids.get((name, value), ()))
        for contact in person.contacts:
            found.update(self.contacts.get(contact, ()))
        for key in surname_keys(person):
            block = self.surname.get(key)
            if block:
                found.update(block if len(block) <= FULL_BLOCK else self._likely(person, block))
        found.update(self.bags.get(names.bag, ()))
        for given in names.compact_given:
            for form in names.forms:
                found.update(self.full.get((given, form), ()))
        for date in person.dates:
            block = self.dates.get(date)
            if block:
                found.update(block if len(block) <= FULL_BLOCK else self._likely(person, block))
        return found

    def settled(self, person: Person) -> list[int]:
        """Accounts with the very same surname, given name and, where both state one, birth date."""
        found: list[int] = []
        for form in person.names.forms:
            for given in person.names.compact_given:
                for place in self.full.get((form, given), ()):
                    dates = self.accounts[place].dates
                    if place not in found and (
                        not dates or not person.dates or not set(dates).isdisjoint(person.dates)
                    ):
                        found.append(place)
        return found

    def _likely(self, person: Person, block: Iterable[int]) -> Iterable[int]:
        """Of a large block, those that share a date, the class or the beginning of a name."""
        starts = {form[:2] for form in person.names.compact_given} | {form[:3] for form in person.names.forms}
        dates, divisions = set(person.dates), set(person.divisions)
        for place in block:
            account = self.accounts[place]
            if (
                not dates.isdisjoint(account.dates)
                or not starts.isdisjoint(form[:2] for form in account.names.compact_given)
                or not starts.isdisjoint(form[:3] for form in account.names.forms)
                or not divisions.isdisjoint(account.divisions)
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
            for key in surname_keys(person):
                wanted.setdefault(key, []).append(place)
            # The names may be the wrong way round.
            for key in person.names.compact_given:
                wanted.setdefault(key, []).append(place)
        for key, matches in _nearest(list(wanted), surnames, NEAR_SURNAME):
            block = [place for form in matches for place in self.surname[form]]
            for place in wanted[key]:
                found[place].update(block if len(block) <= FULL_BLOCK else self._likely(persons[place], block))
        wanted = {}
        for place, person in enumerate(persons):
            wanted.setdefault(person.names.bag, []).append(place)
        for key, matches in _nearest(list(wanted), bags, NEAR_FULL):
            block = [place for form in matches for place in self.bags[form]]
            for place in wanted[key]:
                found[place].update(block)
        for place, person in enumerate(persons):
            divisions = set(person.divisions)
            for key in given_keys(person):
                for account in self.given.get(key, ()):
                    other = self.accounts[account]
                    if not divisions.isdisjoint(other.divisions) or not person.child_names.isdisjoint(
                        other.child_names
                    ):
                        found[place].add(account)
        return found


def surname_keys(person: Person) -> set[str]:
    """Folded surnames, glued, without particles, and their halves."""
    found: set[str] = set()
    for name in person.names.surnames:
        if name.compact:
            found.add(name.compact)
            if name.core_compact != name.compact:
                found.add(name.core_compact)
            if len(name.core) > 1:
                found.update(token for token in name.core if len(token) >= MIN_PART)
            if name.lossy:
                found.add(name.lossy)
            if name.german:
                found.add(name.german)
    return found


def given_keys(person: Person) -> set[str]:
    return {key for name in person.names.given if name.compact for key in (name.compact, name.tokens[0])}


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
