"""The accounts of the ENT: the records of every account export that describe one account, merged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from diagnostics.matching import keys
from diagnostics.model import ENT_ACCOUNT_KINDS, Export, Kind, Record

PREFERENCE: Mapping[Kind, int] = {Kind.ENT_IDENTIFIANTS: 0, Kind.ENT_ANNUAIRE: 1}
"""Which record stands for the account: the export that gives the identifier to type first."""
JOINING_IDS = ("uid", "jointure")


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

    Records are joined by uid or by jointure, never by name: two accounts of one human are a finding, not a merge.
    Groups come in an order that the content alone decides.
    """
    records: list[Record] = [record for export in exports for record in export.records]
    parent = list(range(len(records)))

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    first: dict[tuple[str, str], int] = {}
    for place, record in enumerate(records):
        for name in JOINING_IDS:
            if name in record.ids and (value := keys.hard_id(record, name)):
                other = first.setdefault((name, value), place)
                if other != place:
                    a, b = root(other), root(place)
                    parent[max(a, b)] = min(a, b)
    groups: dict[int, list[Record]] = {}
    for place, record in enumerate(records):
        groups.setdefault(root(place), []).append(record)
    return sorted(groups.values(), key=lambda group: (keys.account_keys(group[0])[0], keys.name_key(group[0])))


def accounts(exports: Iterable[Export], against: str | None = None) -> tuple[Record, ...]:
    """One record for each account of the ENT among the loaded exports (identifiants first, then annuaire)."""
    return tuple(group[0] for group in merged(account_exports(exports, against)))
