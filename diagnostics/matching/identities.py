"""The records of one human over all the loaded exports, with what they contradict each other on.

Records are joined by hard identifiers that names allow, by links that are certain, and, for those whom the ENT does not
know, by the same name, birth date and profile borne once in each export. A weak link never joins.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from diagnostics import text
from diagnostics.matching import clusters, keys
from diagnostics.matching.accounts import account_exports, merged
from diagnostics.matching.classes import ClassLevel, compare_divisions
from diagnostics.matching.people import WALLS, People, Wall, sex_of
from diagnostics.model import (
    Contradiction,
    Export,
    Identity,
    Kind,
    Link,
    Origin,
    Profile,
    Record,
    Verdict,
)

AUTHORITY: Mapping[Kind, int] = {
    Kind.SIECLE_ELEVES: 0, Kind.SIECLE_RESPONSABLES: 0, Kind.STS_EMP: 0, Kind.SIECLE_CSV: 1, Kind.AAF: 2,
    Kind.ENT_IDENTIFIANTS: 3, Kind.ENT_ANNUAIRE: 4,
}  # fmt: skip
"""Whose statement names the person: the ministry's bases first (knowledge.md §1, flow)."""


def identities(exports: Iterable[Export], links: Iterable[Link]) -> tuple[Identity, ...]:
    """One identity for each human of the active exports; every record belongs to exactly one."""
    active = keys.active(exports)
    people = People()
    together = clusters.by_identifiers(active, people)
    records: list[Record] = []
    kinds: list[Kind] = []
    place_of: dict[int, int] = {}
    for place, export, record in clusters.numbered(active):
        place_of[id(record)] = place
        records.append(record)
        kinds.append(export.kind)
    for group in merged(account_exports(active)):
        for other in group[1:]:
            together.join(place_of[id(group[0])], place_of[id(other)])
    for link in links:
        if link.verdict is Verdict.CERTAIN and link.account is not None:
            mine, theirs = place_of.get(id(link.record)), place_of.get(id(link.account))
            if mine is not None and theirs is not None:
                together.join(mine, theirs)
    _join_unknown(active, records, together)
    found = [_identity([(records[place], kinds[place]) for place in members]) for members in together.groups().values()]
    return tuple(_with_unique_ids(found))


def _join_unknown(exports: Sequence[Export], records: Sequence[Record], together: clusters.Clusters) -> None:
    """Join records that no account settles yet say the very same person, once in each export."""
    accounts = {export.id for export in account_exports(exports)}
    known = set()
    for place, export, _ in clusters.numbered(exports):
        if export.id in accounts:
            known.add(together.root(place))
    claims: dict[tuple[str, str, str, Wall], list[tuple[int, str]]] = {}
    for place, export, record in clusters.numbered(exports):
        if together.root(place) in known or not record.birth_date:
            continue
        key = (
            text.fold(record.surname).replace(" ", ""),
            text.fold(record.given_names).replace(" ", ""),
            record.birth_date,
            WALLS[record.profile],
        )
        claims.setdefault(key, []).append((place, export.id))
    for claimants in claims.values():
        roots: dict[int, set[str]] = {}
        for place, export_id in claimants:
            roots.setdefault(together.root(place), set()).add(export_id)
        seen = Counter(export_id for ids in roots.values() for export_id in ids)
        first = claimants[0][0]
        if len(roots) > 1 and max(seen.values()) == 1:
            for place, _ in claimants[1:]:
                if not any(
                    keys.ids_contradict(name, records[first], records[place])
                    for name in keys.HARD_IDS
                    if name not in keys.BASE_IDS
                ):
                    together.join(first, place)


def _identity(stated: list[tuple[Record, Kind]]) -> Identity:
    stated.sort(key=lambda s: (AUTHORITY.get(s[1], 5), s[1], s[0].origin.export, s[0].origin.line))
    records = [record for record, _ in stated]
    first = records[0]
    profile = next((r.profile for r in records if r.profile is not Profile.INCONNU), first.profile)
    return Identity(
        id=_identity_id(records, stated[0][1]),
        profile=profile,
        surname=first.surname,
        given_names=first.given_names,
        birth_date=next((r.birth_date for r in records if r.birth_date), ""),
        division=next((r.division for r in records if r.division), ""),
        records=tuple(records),
        contradictions=contradictions(records) if len(records) > 1 else (),
    )


def _identity_id(records: Sequence[Record], kind: Kind) -> str:
    """Digest of what names the human best: INE, STS id, jointure, account, else the key of the first record."""
    for name in ("ine", "sts_id", "jointure", "uid", "personne_id", "idpn"):
        values = sorted({value for r in records if name in r.ids and (value := keys.hard_id(r, name))})
        if values:
            return _digest(f"{WALLS[records[0].profile]}:{name}:{values[0]}")
    return _digest(keys.record_key(records[0], kind))


def _digest(key: str) -> str:
    return hashlib.blake2b(key.encode(), digest_size=8).hexdigest()


def _with_unique_ids(found: Sequence[Identity]) -> list[Identity]:
    """Identities that would share an id (one identifier stated for two humans) are told apart by what they state."""
    import msgspec

    counts = Counter(identity.id for identity in found)
    if max(counts.values(), default=0) < 2:
        return list(found)
    seen: Counter[str] = Counter()
    renamed = []
    for identity in found:
        if counts[identity.id] == 1:
            renamed.append(identity)
            continue
        new = _digest(identity.id + "".join(sorted(keys.fingerprint(r) for r in identity.records)))
        seen[new] += 1
        renamed.append(msgspec.structs.replace(identity, id=new if seen[new] == 1 else _digest(f"{new}.{seen[new]}")))
    return renamed


def contradictions(records: Sequence[Record]) -> tuple[Contradiction, ...]:
    """Fields on which records of one human do not say the same, each value with where it was read."""
    found = []
    names = [({_compact(r.surname), _compact(r.usage_name)} - {""}, r) for r in records]
    stated = [(forms, r) for forms, r in names if forms]
    if stated and any(forms.isdisjoint(stated[0][0]) for forms, _ in stated[1:]):
        found.append(_contradiction("nom", [(r.surname, r.origin) for _, r in stated]))
    for field, values, key in (
        ("prénom", [(r.given_names, r.origin) for r in records], _compact),
        ("naissance", [(r.birth_date, r.origin) for r in records], str),
        ("sexe", [(sex_of(r), r.origin) for r in records], str),
    ):
        if len({key(value) for value, _ in values if value}) > 1:
            found.append(_contradiction(field, values))
    divisions = [(r.division, r.origin) for r in records if r.division]
    if any(
        compare_divisions(divisions[0][0], value) in {ClassLevel.SAME_YEAR, ClassLevel.DIFFERENT}
        for value, _ in divisions[1:]
    ):
        found.append(_contradiction("classe", divisions))
    profiles = {WALLS[r.profile] for r in records} - {Wall.OPEN}
    if len(profiles) > 1:
        found.append(_contradiction("profil", [(r.profile.value, r.origin) for r in records]))
    for name in keys.HARD_IDS:
        values = [(keys.hard_id(r, name), r.origin) for r in records if name in r.ids]
        if len({value for value, _ in values if value}) > 1:
            found.append(_contradiction(name, values))
    return tuple(found)


def _compact(value: str) -> str:
    return text.fold(value).replace(" ", "")


def _contradiction(field: str, values: Sequence[tuple[str, Origin]]) -> Contradiction:
    return Contradiction(field=field, values=tuple((value, origin) for value, origin in values if value))
