"""Invented persons and exports for the tests of matching."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import msgspec

from diagnostics.model import Export, Kind, Origin, Profile, Record, Relation

_lines = itertools.count(1)


def person(surname: str, given_names: str, birth_date: str = "", division: str = "", **more: object) -> Record:
    """A pupil unless said otherwise; identifiers are given as ``ids={…}``."""
    more.setdefault("profile", Profile.ELEVE)
    return Record(
        origin=Origin("essai", next(_lines)),
        surname=surname,
        given_names=given_names,
        birth_date=birth_date,
        division=division,
        **more,  # type: ignore[arg-type]
    )


def account(
    uid: str, surname: str, given_names: str, birth_date: str = "", division: str = "", **more: object
) -> Record:
    ids = {"uid": uid, **more.pop("ids", {})}  # type: ignore[dict-item]
    return person(surname, given_names, birth_date, division, ids=ids, **more)


def export(kind: Kind, records: Iterable[Record], relations: Iterable[Relation] = (), **more: object) -> Export:
    identifier = str(more.pop("id", kind.value))
    records = tuple(msgspec.structs.replace(r, origin=Origin(identifier, r.origin.line)) for r in records)
    return Export(
        id=identifier,
        file=str(more.pop("file", f"{kind.value}.xml")),
        kind=kind,
        records=records,
        relations=tuple(relations),
        records_read=len(records),
        records_kept=len(records),
        **more,  # type: ignore[arg-type]
    )


def accounts_export(*records: Record, relations: Iterable[Relation] = ()) -> Export:
    return export(Kind.ENT_IDENTIFIANTS, records, relations)


def crowd(size: int = 60, **more: object) -> list[tuple[str, str, str, str]]:
    """Persons nobody resembles, so that a school is not made of the case under test alone."""
    roots = ("Bravel", "Cormon", "Dastier", "Evrolle", "Fugain", "Gorlan", "Hibou", "Jarnel", "Kestrel", "Lormier")
    ends = ("", "ac", "in", "ot", "ville", "mont")
    names = ("Aubin", "Bertille", "Cyprien", "Domitille", "Elzéar", "Faustine", "Gontran")
    made = []
    for number in range(size):
        surname = (roots[number % 10] + ends[number // 10 % 6]).upper()
        day = f"201{number % 4}-{number % 12 + 1:02d}-{number % 28 + 1:02d}"
        made.append((surname, names[number % 7], day, f"{6 - number % 4}{'ABC'[number % 3]}"))
    return made
