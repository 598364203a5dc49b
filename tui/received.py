"""What comes in beside the exports: messages to cut, pasted tables to add."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from diagnostics.model import Loaded
from diagnostics.safety import Refusal
from diagnostics.settings import Settings

if TYPE_CHECKING:
    from diagnostics.intake import Message
    from diagnostics.school import School


PASTED = "message collé {}"
"""What a pasted message is called, by its rank."""


def cut(paths: Sequence[str], told: Sequence[str], school: School | None, settings: Settings) -> list[Message]:
    """The messages of files and the pasted ones, cut into incidents; one that cannot be read is left out."""
    from diagnostics import intake
    from diagnostics.opening import actual

    sources: list[tuple[str, bytes]] = []
    for path in paths:
        try:
            sources.append((path, actual(path).read_bytes()))
        except OSError:
            continue
    sources += [(PASTED.format(number), text.encode()) for number, text in enumerate(told, 1)]
    found = []
    for name, content in sources:
        try:
            raw = intake.read(content, name)
        except Refusal:
            continue
        found.append(intake.split(raw, school=school, settings=settings, now=datetime.now().astimezone()))
    return found


def both(one: Loaded, other: Loaded) -> Loaded:
    """Two loads as one."""
    return Loaded(
        exports=one.exports + other.exports,
        refused=one.refused + other.refused,
        messages=one.messages + other.messages,
    )
