"""What the agents decided: the only room that writes state."""

from __future__ import annotations

from diagnostics.store.store import STATES, Case, IncidentState, SavedTicket, Snapshot, Step, Store

__all__ = ["STATES", "Case", "IncidentState", "SavedTicket", "Snapshot", "Step", "Store"]
