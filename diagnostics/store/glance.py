"""A look at the base that must not be felt: what the shell completes at a key. No name, no text, nothing written."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import msgspec

from diagnostics.store.values import INCIDENT, IncidentState

WAIT_SECONDS = 0.2
"""Longest wait for a base that somebody writes."""
MOST = 200
"""Incidents told, the last changed first: nobody reads more, and two letters more say which."""


def followed_ids(path: Path, beginning: str) -> list[tuple[str, str]]:
    """(id, its state and category) of the incidents whose id begins so; [] when the base cannot be looked at now."""
    if not path.is_file():
        return []
    query = (
        "SELECT subject, value FROM fact WHERE kind = ? AND substr(subject, 1, ?) = ? ORDER BY at DESC, subject LIMIT ?"
    )
    address = f"{path.absolute().as_uri()}?mode=ro"
    try:
        with contextlib.closing(sqlite3.connect(address, uri=True, timeout=WAIT_SECONDS)) as base:
            rows = base.execute(query, (INCIDENT, len(beginning), beginning.lower(), MOST)).fetchall()
        held = [(subject, msgspec.json.decode(value, type=IncidentState)) for subject, value in rows]
    except (sqlite3.Error, OSError, msgspec.MsgspecError):
        return []
    return [(subject, " ".join(filter(None, (one.state, one.category)))) for subject, one in held]
