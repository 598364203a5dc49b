"""The « Rapprochements » screen of the EDT import: persons whom the ENT did not recognise (formats.md §6.3)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .. import text
from ..model import Kind, Profile
from .columns import Column
from .fitting import shape_of
from .layout import SAMPLE_ROWS, Layout
from .persons import Reading
from .rows import Row

COUNTERS = re.compile(r"(\d+) (\w+) (non )?reconnu", re.IGNORECASE)


def table(layout: Layout) -> Reading | None:
    """The table with its header: « Nom Prénom | Code source | Date de naissance | Identifier »."""
    if "code_source" not in layout.own():
        return None
    return reading(layout)


def reading(layout: Layout) -> Reading:
    above = layout.title_text()
    meta: dict[str, str] = {}
    profile = Profile.INCONNU
    for match in COUNTERS.finditer(above):
        meta[("unrecognised" if match[3] else "recognised")] = match[1]
        folded = text.fold(match[2])
        if folded.startswith("ENSEIGNANT"):
            profile = Profile.ENSEIGNANT
        elif folded.startswith("ELEVE"):
            profile = Profile.ELEVE
    if profile is Profile.INCONNU:
        profile = layout.subject()
    return Reading(kind=Kind.ENT_RAPPROCHEMENTS, columns=layout.columns, profile=profile, meta=meta, software="Kosmos")


def headerless_layout(first_rows: Sequence[Row]) -> Layout | None:
    """Rows of codes source without a header."""
    if not first_rows:
        return None
    width = max(len(row) for _, row in first_rows)
    for index in range(min(width, 12)):
        values = [row[index] for _, row in first_rows if index < len(row)]
        codes = sum(bool(text.CODE_SOURCE.fullmatch(v)) for v in values)
        if codes * 10 >= len(first_rows) * 8:
            labels = tuple("Code source" if i == index else f"colonne {i + 1}" for i in range(width))
            columns = tuple(Column(i, labels[i], "code_source" if i == index else "") for i in range(width))
            sample = tuple(tuple(row) for _, row in first_rows[:SAMPLE_ROWS])
            shape = shape_of([row for _, row in first_rows], width)
            return Layout(header_line=0, labels=labels, columns=columns, sample=sample, shape=shape)
    return None
