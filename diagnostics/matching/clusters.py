"""Records that a hard identifier says are one human, before any account is looked at.

What one export leaves out another states: the birth date of an EDT teacher is in STS-Web, the INE of an EDT pupil is in
SIECLE. A shared identifier joins two records only when their names allow it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from diagnostics.matching import keys
from diagnostics.matching.dates import DateLevel, compare_dates
from diagnostics.matching.names import CLOSE, SAME, Level
from diagnostics.matching.people import WALLS, People, Wall, compare_names
from diagnostics.model import Export, Record

FILE_IDS = ("ident", "educonnect")
"""Identifiers that join rows of one file only: the same guardian under each of his children."""


class Clusters:
    """Groups of record places (one numbering over all the exports given)."""

    def __init__(self, size: int) -> None:
        self._parent = list(range(size))

    def root(self, place: int) -> int:
        parent = self._parent
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    def join(self, left: int, right: int) -> None:
        a, b = self.root(left), self.root(right)
        self._parent[max(a, b)] = min(a, b)

    def groups(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for place in range(len(self._parent)):
            found.setdefault(self.root(place), []).append(place)
        return found


def compatible(left: Record, right: Record, people: People) -> bool:
    """Whether what two records say besides the identifier they share allows one human."""
    mine, theirs = WALLS[left.profile], WALLS[right.profile]
    if mine is not theirs and Wall.OPEN not in (mine, theirs):
        return False
    for name in keys.HARD_IDS:
        if name not in keys.BASE_IDS and keys.ids_contradict(name, left, right):
            return False
    if left.surname == right.surname and left.given_names == right.given_names:
        seen_surname = seen_given = Level.EXACT
    else:
        seen = compare_names(people.names((left,)), people.names((right,)))
        seen_surname, seen_given = seen.surname, seen.given
    date = compare_dates(left.birth_date, right.birth_date)
    near_given = seen_given in CLOSE or seen_given in {Level.EXACT, Level.UNKNOWN}
    near_surname = seen_surname in CLOSE or seen_surname in {Level.EXACT, Level.UNKNOWN}
    if date in {DateLevel.DIFFERENT, DateLevel.SAME_YEAR}:
        return seen_given in SAME and seen_surname in SAME
    if near_surname and near_given:
        return True
    return seen_given in SAME and date is DateLevel.EXACT


def by_identifiers(exports: Sequence[Export], people: People) -> Clusters:
    """Clusters of the records of ``exports``, numbered in their order."""
    clusters = Clusters(sum(len(export.records) for export in exports))
    held: dict[tuple[str, ...], list[tuple[int, Record]]] = {}
    schools = schools_of(exports)
    for place, export, record in numbered(exports):
        if not record.ids:
            continue
        for key in _joining(record, export, record.school or schools.get(export.id, "") if schools else ""):
            held.setdefault(key, []).append((place, record))
    for bearers in held.values():
        if len(bearers) == 1:
            continue
        first_place, first = bearers[0]
        if all(_same_statement(first, other) for _, other in bearers[1:]):
            for place, _ in bearers[1:]:
                clusters.join(first_place, place)
            continue
        kept: list[tuple[int, Record]] = []
        for place, record in sorted(bearers, key=lambda bearer: stated(bearer[1])):
            for other_place, other in kept:
                if compatible(record, other, people):
                    clusters.join(place, other_place)
                    break
            else:
                kept.append((place, record))
        # An identifier that names two humans names nobody, but those whom it joined state the same person anyway.
    return clusters


def stated(record: Record) -> tuple[str, ...]:
    """What orders records whatever file and line they come from."""
    return record.surname, record.given_names, record.usage_name, record.birth_date, record.division


def numbered(exports: Sequence[Export]) -> Iterator[tuple[int, Export, Record]]:
    place = 0
    for export in exports:
        for record in export.records:
            yield place, export, record
            place += 1


def schools_of(exports: Iterable[Export]) -> dict[str, str]:
    """School of each export, by id; nothing when all are of one school, whether every export says so or not."""
    found = {export.id: export.school for export in exports if export.school}
    return found if len(set(found.values())) > 1 else {}


def _joining(record: Record, export: Export, school: str) -> Iterator[tuple[str, ...]]:
    for name, stated in record.ids.items():
        if name in FILE_IDS:
            if stated:
                yield name, stated, export.id, WALLS[record.profile].name
        elif name in keys.HARD_IDS and (value := keys.comparable(name, stated)):
            if name in keys.BASE_IDS:
                yield name, value, school
            else:
                yield name, value


def _same_statement(left: Record, right: Record) -> bool:
    return (
        left.profile is right.profile
        and left.surname == right.surname
        and left.given_names == right.given_names
        and left.birth_date == right.birth_date
        and not any(keys.ids_contradict(name, left, right) for name in keys.HARD_IDS if name not in keys.BASE_IDS)
    )
