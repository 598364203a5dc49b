"""Messages as agents cut them: kept with their case, found again whoever reads the message next."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from diagnostics.cases.follow import case_id, of_message, open_case
from diagnostics.model import Incident, Route
from diagnostics.store import Case, Followed, Store

if TYPE_CHECKING:
    from diagnostics.intake import Message


class Cut(msgspec.Struct, frozen=True):
    """A message as an agent cut it: its incidents and their routes, by incident id."""

    incidents: tuple[Incident, ...]
    routes: dict[str, Route]


def as_cut(message: Message, cases: Iterable[Case]) -> Message:
    """The message as an agent cut it, when one did."""
    identifier = case_id(message.raw.text)
    cut = next((case.cut for case in cases if case.id == identifier and case.cut), "")
    if not cut:
        return message
    kept = msgspec.json.decode(cut, type=Cut)
    return dataclasses.replace(message, incidents=kept.incidents, routes=kept.routes)


def keep(
    store: Store, message: Message, about: Mapping[str, Followed], agent: str, now: datetime, *, cut: bool = False
) -> bool:
    """Follow what a message tells: its incidents stay linked, as the agent cut them; on disk before this returns.

    Returns whether anything changed.

    Args:
        about: what it takes to follow each incident.
        cut: the agent changed the cut, the people or the categories.
    """
    identifier = case_id(message.raw.text)
    held = next((case for case in store.cases() if case.id == identifier), None)
    typed = msgspec.json.encode(Cut(message.incidents, dict(message.routes))).decode() if cut else ""
    case = of_message(message, typed or (held.cut if held else ""))
    if case == held:
        return False
    open_case(store, case, about, agent, now)
    return True
