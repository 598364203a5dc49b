"""The history of the imports of EDT, as the ENT keeps it."""

from __future__ import annotations

from datetime import datetime, timedelta

from diagnostics.demo_school.people import School
from diagnostics.demo_school.views import Exports, Run

SUCCESS, TWICE = "Import réalisé avec succès", "Rejet - Double du fichier d'import"
OVER_LIMIT = "Rejet - Seuil de modifications dépassé"


def history(exports: Exports) -> None:
    """A first import by hand before the start of the year, then one a night."""
    school, rng = exports.school, exports.school.rng
    first = datetime(school.year, 8, 31, 14, rng.randrange(60))
    if first.date() < school.today:
        exports.runs.append(Run(first, SUCCESS, False, import_file(school, first)))
    day = max(first.date() + timedelta(days=1), school.today - timedelta(days=20))
    while day <= school.today:
        if day.weekday() < 5:
            when = datetime(day.year, day.month, day.day, 5, rng.randrange(20, 50))
            exports.runs.append(Run(when, SUCCESS, True, import_file(school, when)))
        day += timedelta(days=1)


def import_file(school: School, when: datetime, kind: str = "") -> str:
    """Name under which the ENT stores an export of EDT (formats.md §4): milliseconds since 1970."""
    stamp = int((when - datetime(1970, 1, 1)).total_seconds()) * 1000 + school.rng.randrange(1000)
    return f"EDT_{kind or school.year}_{stamp}.xml"
