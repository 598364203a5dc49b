"""EDT-08: what an import of EDT wiped out in the ENT (knowledge.md §4.6)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from diagnostics import text
from diagnostics.model import (
    ENT_ACCOUNT_KINDS,
    Finding,
    Kind,
    Origin,
    Profile,
    StructureType,
)
from diagnostics.rules.basics import day
from diagnostics.rules.data import SchoolData
from diagnostics.rules.report import (
    HOUSEKEEPING,
    finding,
    listing,
    many,
    quote_line,
    verb,
)
from diagnostics.rules.structures import declared
from diagnostics.rules.view import Tool


def overwritten(data: SchoolData) -> Iterator[Finding]:
    """EDT-08: groups of the ENT that EDT does not know, gone after an import between two exports of the ENT."""
    ours = declared(data, Tool.EDT, StructureType.GROUPE)
    if not ours:
        return
    now = {text.code(g) for r in data.records(Tool.ENT, Profile.ELEVE) for g in r.groups}
    if not now:
        return
    lost: dict[str, tuple[str, Origin, set[int]]] = {}
    for export in data.older(*ENT_ACCOUNT_KINDS):
        before, after = data.date_of(export), data.ent_date
        runs = [
            r
            for e in data.of(Kind.ENT_BILANS)
            for r in e.runs
            if is_success(r.status) and between(r.when, before, after)
        ]
        if not runs:
            continue
        for index, record in enumerate(export.records):
            if record.profile is Profile.ELEVE:
                for group in record.groups:
                    key = text.code(group)
                    if key not in now and key not in ours:
                        lost.setdefault(key, (group, record.origin, set()))[2].add(index)
    if lost:
        yield finding(
            "EDT-08",
            "groupes",
            summary=f"{many(len(lost), 'groupe saisi', 'groupes saisis')} dans l'ENT {verb(len(lost), 'a', 'ont')}"
            " disparu à"
            f" l'import d'EDT : {listing(group for group, _, _ in lost.values())}.",
            cause="Chaque import efface ce qui a été ajouté à la main dans l'ENT depuis le précédent : saisir dans"
            " EDT.",
            severity=HOUSEKEEPING,
            evidence=[
                quote_line(data, origin, "groupe de l'ancien export", f"{group} ({many(len(who), 'élève', 'élèves')})")
                for group, origin, who in (lost[key] for key in sorted(lost))
            ],
        )


def is_success(status: str) -> bool:
    return "SUCCES" in text.fold(status)


def between(when: str, before: date, after: date) -> bool:
    moment = day(when)
    return moment is not None and before <= moment <= after
