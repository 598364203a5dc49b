"""What every rule reads a value with: dates, class codes, places of records."""

from __future__ import annotations

import functools
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from diagnostics.matching.classes import normal
from diagnostics.model import Origin, Profile, Record

Locator = tuple[Origin, Profile, str, str]


@contextmanager
def collector_paused() -> Iterator[None]:
    """No garbage collection meanwhile: indexes hold no cycle, and each pass would walk the whole school again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@functools.lru_cache(maxsize=1 << 14)
def day(iso: str) -> date | None:
    """The date of an ISO date or date-time, None when it is none."""
    try:
        return date.fromisoformat(iso[:10])
    except ValueError:
        return None


def locate(record: Record) -> Locator:
    return record.origin, record.profile, record.surname, record.given_names


def division_key(code: str) -> str:
    """A class code as tools compare it: ``6 A``, ``6EME A`` and ``6A`` are one."""
    return normal(code)[1]
