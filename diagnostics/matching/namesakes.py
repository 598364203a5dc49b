"""Rivals whom the other exports know, a namesake or a twin: they take certainty away though not in the export."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from diagnostics.matching.classes import ClassLevel, compare_divisions
from diagnostics.matching.compare import Pair
from diagnostics.matching.dates import agree_on_dates
from diagnostics.matching.decide import COMFORTABLE_BITS, Decided
from diagnostics.matching.names import Level, compare_given
from diagnostics.matching.people import Person, Wall


class Namesakes:
    """Every human of the sources by name, and the twins by surname and birth date.

    ``cluster`` numbers the humans, ``export_of`` the exports, both by the place of a person; ``decided`` is filled as
    the run goes on.
    """

    def __init__(
        self,
        persons: Sequence[Person],
        cluster: Sequence[int],
        export_of: Sequence[int],
        decided: Mapping[int, Decided],
    ) -> None:
        self._persons, self._cluster, self._export_of, self._decided = persons, cluster, export_of, decided
        self._by_name: dict[tuple[str, str], list[int]] = {}
        for person in persons:
            for key in person.names.full:
                self._by_name.setdefault(key, []).append(person.place)
        self._several = {key for key, places in self._by_name.items() if self._differ(places)}
        self._twins = self._twins_by_birth()

    def dispute(self, pair: Pair, worth: float) -> bool:
        """Whether another human of that name may be meant, whom a record without birth date could be as well."""
        person, account = pair.person, pair.account
        if pair.names.given is not Level.EXACT and self._twin(person, account):
            return True
        if person.dates or pair.decides or pair.children > 0:
            return False
        mine = self._cluster[person.place]
        for key in person.names.full:
            several = key in self._several
            for place in self._by_name.get(key, ()):
                other = self._persons[place]
                if other.wall is not person.wall or self._cluster[place] == mine:
                    continue
                if pair.division is ClassLevel.EXACT and (
                    not same_class(person, other) if other.divisions else worth >= COMFORTABLE_BITS
                ):
                    continue
                decided = self._decided.get(place)
                if decided is not None and decided.certain:
                    if decided.pairs[0].account.place != account.place:
                        return True
                elif several or (other.dates and account.dates and not agree_on_dates(other.dates, account.dates)):
                    return True
        return False

    def _twin(self, person: Person, account: Person) -> bool:
        """Whether an export states twins of whom one is nearer to the account and the other nearer to the person."""
        for form in person.names.forms:
            for date in person.dates:
                for twins in self._twins.get((form, date), ()):
                    own = min(twins, key=lambda twin: (nearness(person, twin), twin.place))
                    its = min(twins, key=lambda twin: (nearness(account, twin), twin.place))
                    if nearness(person, own) < nearness(person, its):
                        return True
        return False

    def _twins_by_birth(self) -> dict[tuple[str, str], list[list[Person]]]:
        """Persons of one export who share surname and birth date, when there are several."""
        found: dict[tuple[str, str, int], list[Person]] = {}
        for person in self._persons:
            if person.wall is Wall.PUPIL:
                for form in person.names.forms:
                    for date in person.dates:
                        found.setdefault((form, date, self._export_of[person.place]), []).append(person)
        twins: dict[tuple[str, str], list[list[Person]]] = {}
        for (form, date, _), together in found.items():
            if len(together) > 1:
                twins.setdefault((form, date), []).append(together)
        return twins

    def _differ(self, places: Sequence[int]) -> bool:
        """Whether some export states two humans under one name: other birth dates or other identifiers."""
        if len(places) < 2:
            return False
        by_export: dict[int, list[Person]] = {}
        for place in places:
            by_export.setdefault(self._export_of[place], []).append(self._persons[place])
        return any(
            mine.wall is theirs.wall
            and self._cluster[mine.place] != self._cluster[theirs.place]
            and (
                (mine.dates and theirs.dates and not agree_on_dates(mine.dates, theirs.dates))
                or any(ids.isdisjoint(theirs.ids.get(name, ids)) for name, ids in mine.ids.items())
            )
            for together in by_export.values()
            for mine, theirs in itertools.combinations(together, 2)
        )


def same_class(left: Person, right: Person) -> bool:
    return any(
        compare_divisions(mine, theirs) is ClassLevel.EXACT for mine in left.divisions for theirs in right.divisions
    )


def nearness(left: Person, right: Person) -> int:
    """Best level between the given names of two persons; the smaller, the nearer."""
    levels = (compare_given(mine.raw, theirs.raw) for mine in left.names.given for theirs in right.names.given)
    return min((level for level in levels if level), default=Level.DIFFERENT)
