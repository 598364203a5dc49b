"""What the agents decided: the only room that writes state."""

from __future__ import annotations

from diagnostics.store.store import STATES, IncidentState, SavedTicket, Snapshot, Step, Store

__all__ = ["STATES", "IncidentState", "SavedTicket", "Snapshot", "Step", "Store"]
