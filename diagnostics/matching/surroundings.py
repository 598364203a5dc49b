"""What the other exports say of a person who has no account."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping

from diagnostics.matching.absent import Around
from diagnostics.matching.people import Wall
from diagnostics.matching.run import Run
from diagnostics.model import Kind, Record

Name = tuple[str, str]


def surroundings(run: Run) -> Callable[[int], Around]:
    """For the place of a record, what explains that it has no account; the names are gathered when first asked."""

    @functools.cache
    def named(kind: Kind) -> Mapping[Name, list[Record]] | None:
        """Records of an export by the names they bear; None when none is loaded."""
        found: dict[Name, list[Record]] | None = None
        for export, start in zip(run.sources, run.starts, strict=True):
            if export.kind is kind:
                found = {} if found is None else found
                for person, record in zip(run.persons[start:], export.records, strict=False):
                    for name in person.names.full:
                        found.setdefault(name, []).append(record)
        return found

    def bearers(kind: Kind, names: frozenset[Name]) -> list[Record] | None:
        known = named(kind)
        return None if known is None else [record for name in names for record in known.get(name, ())]

    def around(place: int) -> Around:
        person = run.persons[place]
        names = person.names.full
        sts = bearers(Kind.STS_EMP, names) if person.wall in {Wall.STAFF, Wall.OPEN} else []
        siecle = bearers(Kind.SIECLE_ELEVES, names) if person.wall is Wall.PUPIL else None
        guardians = bearers(Kind.SIECLE_RESPONSABLES, names) if person.wall is Wall.GUARDIAN else None
        same = {record.ids.get("eleve_id", "") or id(record): record for record in siecle or ()}
        rejections = {
            record.extra.get("reason", "")
            for record in bearers(Kind.ENT_REJETS, names) or ()
            if record.profile is person.profile
        }
        return Around(
            sts_loaded=sts is not None,
            in_sts=bool(sts),
            in_siecle=None if siecle is None else bool(siecle),
            siecle=next(iter(same.values())) if len(same) == 1 else None,
            in_guardians=None if guardians is None else bool(guardians),
            contact_only=place in run.families.contact_only,
            children_absent=run.children_absent(place),
            rejected=rejections.pop() if len(rejections) == 1 else "",
        )

    return around
