"""The demo school of this computer: kept with the program's data, dated of today, made anew when it has aged."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from diagnostics import __version__

DATE_FILE = "fait-le.txt"
DAYS = 7
"""Age after which its exports would be said to be old."""
MAKING = "Création de l’établissement de démonstration…"


def folder(tell: Callable[[str], None]) -> Path:
    """Where its exports are; ``tell`` is called when they must be made first, which takes a second or two."""
    from datetime import date

    from diagnostics.demo import generate
    from diagnostics.settings import data_path

    place = data_path() / "demo" / __version__
    made = place / DATE_FILE
    today = date.today()
    try:
        age = (today - date.fromisoformat(made.read_text())).days
    except (OSError, ValueError):
        age = DAYS + 1
    if not 0 <= age <= DAYS:
        tell(MAKING)
        generate(place / "exports", today=today)
        made.write_text(today.isoformat())
    return place / "exports"
