"""What the agents decided: the only room that writes state."""

from __future__ import annotations

from diagnostics.store.store import Facts, Store
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
