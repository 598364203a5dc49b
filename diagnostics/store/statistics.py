"""What can be counted without naming anyone: by category, recipient and school, with the delays."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from datetime import datetime
from statistics import median

from sqlalchemy import func, select

from diagnostics.safety import csv_cell
from diagnostics.store.purge import CLOSED
from diagnostics.store.schema import event
from diagnostics.store.store import INCIDENT, Store

COLUMNS = ("école", "catégorie", "destinataire", "incidents", "ouverts", "clos", "délai médian (jours)")


def statistics(store: Store) -> tuple[tuple[str, str, str, int, int, int, float | None], ...]:
    """Rows of ``COLUMNS``, sorted; the delay runs from the first step to the closing."""
    with store.reading() as connection:
        firsts = {
            row.subject: row.at
            for row in connection.execute(
                select(event.c.subject, func.min(event.c.at).label("at"))
                .where(event.c.kind == INCIDENT)
                .group_by(event.c.subject)
            )
        }
    groups: dict[tuple[str, str, str], list[tuple[bool, float | None]]] = defaultdict(list)
    for subject, state in store.incident_states().items():
        closed = state.state in CLOSED
        days = elapsed(firsts.get(subject, state.at), state.at) if closed else None
        groups[state.school, state.category, state.recipient].append((closed, days))
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
