"""What the other exports say of a person who has no account."""

from __future__ import annotations

import functools
from collections.abc import Callable

from diagnostics.matching.absent import Around
from diagnostics.matching.run import Run
from diagnostics.model import Kind


def surroundings(run: Run) -> Callable[[int], Around]:
    """For the place of a record, what explains that it has no account; the names are gathered when first asked."""

    @functools.cache
    def names_of(kind: Kind) -> frozenset[tuple[str, str]] | None:
        found: set[tuple[str, str]] | None = None
        for export, start in zip(run.sources, run.starts, strict=True):
            if export.kind is kind:
                found = found or set()
                for person in run.persons[start : start + len(export.records)]:
                    found.update(person.names.full)
        return frozenset(found) if found is not None else None

    def around(place: int) -> Around:
        mine = run.persons[place].names.full
        sts, siecle = names_of(Kind.STS_EMP), names_of(Kind.SIECLE_ELEVES)
        return Around(
            sts_loaded=sts is not None,
            in_sts=sts is not None and not mine.isdisjoint(sts),
            in_siecle=None if siecle is None else not mine.isdisjoint(siecle),
            contact_only=place in run.families.contact_only,
            children_absent=run.children_absent(place),
        )

    return around
