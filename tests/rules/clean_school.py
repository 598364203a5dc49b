"""A school without anomaly, and what becomes of it when one thing of it is changed."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path

import msgspec

from diagnostics import demo
from diagnostics.load import load
from diagnostics.model import Export, Finding, Kind, Loaded, Profile, Record
from diagnostics.school import School, analyse
from diagnostics.settings import Settings

TODAY = date(2026, 11, 22)
Change = Callable[[Export], Export]


@functools.cache
def clean() -> Loaded:
    with tempfile.TemporaryDirectory() as place:
        demo.generate(Path(place) / "exports", seed=31, pupils=120, staff=25, today=TODAY, defects=False)
        return load([Path(place) / "exports"], today=TODAY)


def changed(*changes: tuple[Kind, Change], more: Iterable[Export] = ()) -> School:
    """The clean school with every export of a kind changed and others added, analysed."""
    loaded = clean()
    exports = list(loaded.exports)
    for kind, change in changes:
        exports = [change(export) if export.kind is kind else export for export in exports]
    loaded = msgspec.structs.replace(loaded, exports=(*exports, *more))
    now = datetime(TODAY.year, TODAY.month, TODAY.day, 9).astimezone()
    return analyse(loaded, settings=Settings(), decisions={}, now=now)


def of(kind: Kind) -> Export:
    return next(export for export in clean().active() if export.kind is kind)


def records(kind: Kind, profile: Profile) -> list[Record]:
    return [record for record in of(kind).records if record.profile is profile]


def with_records(alter: Callable[[Record], Record | None], more: Iterable[Record] = ()) -> Change:
    """Each record altered (None takes it away), then others added."""

    def change(export: Export) -> Export:
        kept = [new for record in export.records if (new := alter(record)) is not None]
        return msgspec.structs.replace(export, records=(*kept, *more))

    return change


def same(record: Record) -> Record:
    return record


def extra(record: Record, **facts: str) -> Record:
    return msgspec.structs.replace(record, extra={**record.extra, **facts})


def categories(school: School) -> list[str]:
    return [finding.category for finding in school.findings]


def only(school: School) -> Finding:
    assert len(school.findings) == 1, [(f.category, f.summary) for f in school.findings]
    return school.findings[0]


def who(finding: Finding) -> set[tuple[str, str]]:
    return {(person.surname, person.given_names) for person in finding.persons}
