"""Stable keys of records, and what each identifier proves (formats.md §0.6).

A key must survive a reload of a newer export of the same software, so it rests on an identifier that the software
keeps, else on what names the person. Two records that share a key in one export are told apart by the rest of what they
state: a decision is lost rather than given to the wrong one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from diagnostics import text
from diagnostics.model import ENT_ACCOUNT_KINDS, Export, Kind, Record

HARD_IDS = ("ine", "jointure", "sts_id", "idpn", "uid", "eleve_id", "personne_id")
"""Identifiers that name one human for good or for one base; agreement decides, contradiction alarms.

``login``, ``elenoet``, ``etab_id``, ``educonnect``, ``ident`` and ``code_source`` do not: a login is proper to one
tool, the numbers of a school or of a file are re-used, a code source is only a name and a date.
"""
BASE_IDS = frozenset({"idpn", "eleve_id", "personne_id"})
"""Numbers of one base (PRONOTE, SIECLE), renewed when the base is rebuilt (formats.md §0.6, knowledge.md §3)."""
ENT_KEY_IDS = ("uid", "jointure", "login")
"""What names an account of the ENT, best first."""
SOURCE_KEY_IDS: dict[Kind, tuple[str, ...]] = {
    Kind.SIECLE_ELEVES: ("ine", "elenoet"),
    Kind.SIECLE_RESPONSABLES: ("personne_id",),
    Kind.SIECLE_CSV: ("ine",),
    Kind.STS_EMP: ("sts_id",),
    Kind.EDUCONNECT_ELEVES: ("educonnect", "ine"),
    Kind.EDUCONNECT_RESPONSABLES: ("educonnect",),
    Kind.GAR: ("uid",),
}
"""Identifier that the software keeps over exports; ELEVE_ID is not one (knowledge.md §3, warning on D2)."""
DEFAULT_KEY_IDS = ("ine", "idpn", "personne_id", "sts_id", "educonnect", "uid", "jointure")


def hard_id(record: Record, name: str) -> str:
    """The value of a hard identifier in its comparable form, "" when not stated."""
    value = record.ids.get(name, "")
    return comparable(name, value) if value else ""


def comparable(name: str, value: str) -> str:
    """A hard identifier without what varies between exports: prefix, leading zeros, case."""
    if not value:
        return ""
    if name == "jointure":
        return text.jointure(value).lstrip("0")
    if name == "sts_id":
        # The number is unique only within its type (formats.md §1); EDT states the number alone.
        return value.strip().lstrip("0")
    return value.strip().upper()


def ids_contradict(name: str, left: Record, right: Record) -> bool:
    """Whether two stated values of one hard identifier cannot be the same human's."""
    mine, theirs = hard_id(left, name), hard_id(right, name)
    if not mine or not theirs or mine == theirs:
        return False
    return not (name in BASE_IDS and left.school and right.school and left.school != right.school)


def name_key(record: Record) -> str:
    """What names the person when no identifier does."""
    return "/".join((
        text.fold(record.surname).replace(" ", ""),
        text.fold(record.given_names).replace(" ", ""),
        record.birth_date,
    ))  # fmt: skip


def record_key(record: Record, export_kind: Kind | str) -> str:
    """Key of a record that a newer export of the same kind gives again.

    Accounts of the ENT share one family of keys whatever the export (``ent:uid:…``), so that a decision made on the
    identifiants file holds when only the annuaire is loaded.
    """
    kind = Kind(export_kind)
    if kind in ENT_ACCOUNT_KINDS:
        return account_keys(record)[0]
    for name in SOURCE_KEY_IDS.get(kind, DEFAULT_KEY_IDS):
        value = hard_id(record, name) if name in HARD_IDS else record.ids.get(name, "").strip().upper()
        if value:
            if name == "sts_id":
                value = f"{record.ids.get('sts_type', 'epp').lower() or 'epp'}-{value}"
            return f"{kind}:{record.profile}:{name}:{value}"
    return f"{kind}:{record.profile}:nom:{name_key(record)}"


def account_keys(record: Record) -> tuple[str, ...]:
    """Every key under which an account may have been chosen, best first; never empty."""
    keys = []
    for name in ENT_KEY_IDS:
        value = hard_id(record, name) if name in HARD_IDS else record.ids.get(name, "").strip().upper()
        if value:
            # The directory numbers pupils, guardians and staff apart (AAF): one jointure may name one of each.
            keys.append(f"ent:{name}:{record.profile}:{value}" if name == "jointure" else f"ent:{name}:{value}")
    keys.append(f"ent:{record.profile}:nom:{name_key(record)}/{text.code(record.division)}")
    return tuple(keys)


def fingerprint(record: Record) -> str:
    """Digest of everything a record states but its place in the file."""
    stated = (
        record.profile, record.surname, record.usage_name, record.given_names, record.other_given_names,
        record.birth_date, record.sex, record.division, *sorted(record.groups), record.school, *sorted(record.children),
        *(f"{key}={value}" for key, value in sorted(record.ids.items())),
        *(f"{key}={value}" for key, value in sorted(record.extra.items()) if key != "raw"),
    )  # fmt: skip
    return hashlib.blake2b("\x1f".join(stated).encode(), digest_size=6).hexdigest()


def unique_keys(records: Sequence[Record], export_kind: Kind | str) -> list[str]:
    """One key for each record of an export, in their order.

    Records that share a key get a suffix made of all that they state; rows that state the very same things cannot be
    told apart and are numbered.
    """
    keys = [record_key(record, export_kind) for record in records]
    seen: dict[str, list[int]] = {}
    for index, key in enumerate(keys):
        seen.setdefault(key, []).append(index)
    for key, places in seen.items():
        if len(places) == 1:
            continue
        twice: dict[str, int] = {}
        for index in places:
            suffix = fingerprint(records[index])
            twice[suffix] = twice.get(suffix, 0) + 1
            keys[index] = f"{key}#{suffix}" + (f".{twice[suffix]}" if twice[suffix] > 1 else "")
    return keys


def active(exports: Iterable[Export]) -> tuple[Export, ...]:
    """Exports that no newer export replaces."""
    return tuple(export for export in exports if export.analysed)
