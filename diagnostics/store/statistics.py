"""What can be counted without naming anyone: by category, recipient and school, with the delays."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from datetime import datetime
from statistics import median

from diagnostics.safety import csv_cell
from diagnostics.store.store import Store

COLUMNS = ("école", "catégorie", "destinataire", "incidents", "ouverts", "clos", "délai médian (jours)")

KEYS = ("school", "category", "recipient", "incidents", "open", "closed", "median_days")
"""The same, for scripts."""


def statistics(store: Store) -> tuple[tuple[str, str, str, int, int, int, float | None], ...]:
    """Rows of ``COLUMNS``, sorted; the delay runs from the first step to the closing."""
    groups: dict[tuple[str, str, str], list[tuple[bool, float | None]]] = defaultdict(list)
    for state in store.incident_states().values():
        days = elapsed(state.opened_at, state.since) if state.closed else None
        groups[state.school, state.category, state.recipient].append((state.closed, days))
    return tuple(
        (
            *key,
            len(cases),
            sum(not closed for closed, _ in cases),
            sum(closed for closed, _ in cases),
            round(median(delays), 1) if (delays := [days for _, days in cases if days is not None]) else None,
        )
        for key, cases in sorted(groups.items())
    )


def statistics_csv(store: Store) -> bytes:
    """The same as CSV that a spreadsheet opens: UTF-8 with BOM, semicolons, decimal comma."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in statistics(store):
        writer.writerow(["" if cell is None else csv_cell(str(cell).replace(".", ",")) for cell in row])
    return text.getvalue().encode("utf-8-sig")


def elapsed(start: str, end: str) -> float | None:
    try:
        return max(0.0, (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds() / 86_400)
    except (TypeError, ValueError):
        return None
