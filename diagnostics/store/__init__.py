"""What the agents decided: the only room that writes state.

``Store`` comes when it is first wanted: it brings SQLAlchemy, and whoever only shows what was decided needs neither.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from diagnostics.store.values import (
    PROGRAM,
    Case,
    Change,
    Followed,
    Group,
    IncidentState,
    Rerouted,
    SavedTicket,
    SentTicket,
    Snapshot,
    Step,
)

if TYPE_CHECKING:
    from diagnostics.store.store import Facts, Store

__all__ = [
    "PROGRAM",
    "Case",
    "Change",
    "Facts",
    "Followed",
    "Group",
    "IncidentState",
    "Rerouted",
    "SavedTicket",
    "SentTicket",
    "Snapshot",
    "Step",
    "Store",
]


def __getattr__(name: str) -> Any:
    if name not in {"Facts", "Store"}:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from diagnostics.store import store

    return getattr(store, name)
