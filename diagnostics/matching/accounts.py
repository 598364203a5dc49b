"""The accounts of the ENT: the records of every account export that describe one account, merged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from diagnostics.matching import keys
from diagnostics.matching.classes import ClassLevel, compare_divisions
from diagnostics.matching.clusters import Clusters
from diagnostics.matching.people import WALLS
from diagnostics.model import ENT_ACCOUNT_KINDS, Export, Kind, Record

PREFERENCE: Mapping[Kind, int] = {Kind.ENT_IDENTIFIANTS: 0, Kind.ENT_ANNUAIRE: 1}
"""Which record stands for the account: the export that gives the identifier to type first."""


def account_exports(exports: Iterable[Export], against: str | None = None) -> tuple[Export, ...]:
    """Exports whose records are the accounts, best first; ``against`` names one by its file, member or id."""
    active = keys.active(exports)
    if against is not None:
        chosen = [
            e for e in active if against in {e.id, e.file, e.member, e.file.replace("\\", "/").rsplit("/", 1)[-1]}
        ]
    else:
        chosen = [e for e in active if e.kind in ENT_ACCOUNT_KINDS]
    return tuple(sorted(chosen, key=lambda e: (PREFERENCE.get(e.kind, 2), e.kind, e.id)))


def merged(exports: Sequence[Export]) -> list[list[Record]]:
    """Groups of records that describe one account; the first of each stands for it.

    Within one export records are joined by uid, by login or by jointure, never by name: two accounts of one human are a
    finding, not a merge. Two exports that share no identifier (AAF and annuaire) are laid one upon the other by names
    borne once in each. Groups come in an order that the content alone decides.
    """
    records: list[Record] = [record for export in exports for record in export.records]
    together = Clusters(len(records))
    first: dict[tuple[str, ...], int] = {}
    place = 0
    for export in exports:
        for record in export.records:
            for key in _joining(record, export):
                other = first.setdefault(key, place)
                if other != place:
                    together.join(other, place)
            place += 1
    if len(exports) > 1:
        _lay(exports, records, together)
    groups = [[records[place] for place in places] for places in together.groups().values()]
    return sorted(groups, key=lambda group: (keys.account_keys(group[0])[0], keys.name_key(group[0])))


def _joining(record: Record, export: Export) -> Iterator[tuple[str, ...]]:
    for name, stated in record.ids.items():
        value = keys.comparable(name, stated)
        if name == "uid" and value:
            yield name, value
        elif name == "jointure" and value:
            # The directory numbers pupils, guardians and staff apart: one number may name one of each.
            yield name, value, WALLS[record.profile].name
        elif name == "login" and value and export.kind in PREFERENCE:
            yield name, value.lower(), export.school


def _lay(exports: Sequence[Export], records: Sequence[Record], together: Clusters) -> None:
    """Join an account that one export alone describes to the one that another alone describes under the same name."""
    numbers = [number for number, export in enumerate(exports) for _ in export.records]
    described: dict[int, set[int]] = {}
    for place, number in enumerate(numbers):
        described.setdefault(together.root(place), set()).add(number)
    named: list[dict[tuple[str, ...], list[int]]] = [{} for _ in exports]
    for place, record in enumerate(records):
        if len(described[together.root(place)]) == 1:
            key = (WALLS[record.profile].name, *keys.name_key(record).split("/")[:2])
            named[numbers[place]].setdefault(key, []).append(place)
    for number, mine in enumerate(named):
        for other in named[number + 1 :]:
            for key in mine.keys() & other.keys():
                places = {together.root(place) for place in mine[key]}, {together.root(place) for place in other[key]}
                if len(places[0]) == len(places[1]) == 1 and _alike(records[mine[key][0]], records[other[key][0]]):
                    together.join(mine[key][0], other[key][0])


def _alike(left: Record, right: Record) -> bool:
    """Whether two accounts of one name say nothing against each other."""
    return (
        _same(left.birth_date, right.birth_date)
        and _same(left.school, right.school)
        and _same(left.sex, right.sex)
        and compare_divisions(left.division, right.division) in {ClassLevel.UNKNOWN, ClassLevel.EXACT}
        and not any(keys.ids_contradict(name, left, right) for name in keys.HARD_IDS)
    )


def _same(left: str, right: str) -> bool:
    return not left or not right or left == right


def accounts(exports: Iterable[Export], against: str | None = None) -> tuple[Record, ...]:
    """One record for each account of the ENT among the loaded exports (identifiants first, then annuaire)."""
    return tuple(group[0] for group in merged(account_exports(exports, against)))
