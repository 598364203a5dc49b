"""Columns that nobody could guess, shown to an agent who names them once (the settings remember the answer)."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from .. import text
from . import columns, layout
from .layout import Layout, Mapped
from .recognition import recognise
from .rows import Row

SHOWN_ROWS = 5
MASK = "•••"


class Unmapped(msgspec.Struct, frozen=True, kw_only=True):
    """A header with columns that could not be guessed."""

    signature: str
    """Key of the mapping: ``mapping[signature] = {title: canonical name}`` (names in ``titles.CANONICAL``)."""
    line: int
    """Line of the header, 0 when the table has none."""
    columns: tuple[str, ...]
    """Titles as written; « colonne N » when a column has none."""
    guessed: tuple[str, ...]
    """Canonical name of each, "" when unknown."""
    rows: tuple[tuple[str, ...], ...]
    """First rows, passwords masked."""
    needed: bool
    """The table cannot be read until columns are named."""
    sheet: str = ""


def find_unmapped(first_rows: Sequence[Row], mapping: Mapped | None, sheet: str = "") -> Unmapped | None:
    """The header and the first rows when a column is unknown and holds something, else None."""
    if not first_rows:
        return None
    first_rows = layout.in_one_line(first_rows, mapping)
    header = layout.find_header(first_rows, mapping)
    if header < 0:
        header = likely_header(first_rows)
    if header >= 0:
        found = layout.build(first_rows, header, mapping, sheet)
        signature = columns.signature(first_rows[header][1])
    else:
        found = bare(first_rows, sheet)
        signature = layout.headerless_signature(first_rows, found.width)
        if mapping and signature in mapping:
            return None
    said = {columns.key(title) for title in (mapping or {}).get(signature, ())}
    unknown = [
        c
        for c in found.columns
        if not c.name
        and columns.key(c.label or columns.unnamed(c.index)) not in said
        and any(c.index < len(r) and r[c.index] for r in found.sample)
    ]
    if not unknown:
        return None
    secret = {c.index for c in found.columns if c.name == "mdp"}
    return Unmapped(
        signature=signature,
        line=found.header_line,
        columns=tuple(c.label or columns.unnamed(c.index) for c in found.columns),
        guessed=tuple(f"{c.role}.{c.name}" if c.role and c.name else c.name for c in found.columns),
        rows=tuple(
            tuple(MASK if index in secret and value else value for index, value in enumerate(row[: found.width]))
            for row in found.sample[:SHOWN_ROWS]
        ),
        needed=recognise(found) is None,
        sheet=sheet,
    )


def likely_header(first_rows: Sequence[Row]) -> int:
    """Index of a row that looks like titles above data though none is known, -1 when all rows look like data."""
    widest = max(len(row) for _, row in first_rows)
    for index, (_, row) in enumerate(first_rows):
        filled = [c for c in row if c]
        if len(filled) * 2 <= widest:
            continue
        body = [r for _, r in first_rows[index + 1 :]]
        titles = len(set(filled)) == len(filled) and not any("@" in c or any(map(str.isdigit, c)) for c in filled)
        data = any("@" in c or any(map(str.isdigit, c)) for r in body for c in r)
        known = any(columns.understand(c)[0] for c in filled)
        return index if titles and (data or known or unlike(row, body)) else -1
    return -1


def unlike(row: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """Whether a row is written otherwise than those under it, which agree: « Patro » over « TESTARD » and « ESSAI »."""
    for index, title in enumerate(row):
        values = [r[index] for r in body if index < len(r) and r[index]]
        forms = {form(value) for value in values}
        if title in values:
            return False
        if title and len(values) > 1 and len(forms) == 1 and form(title) not in forms:
            return True
    return False


def form(value: str) -> str:
    """How the words of a value are written."""
    words = [word for word in value.split() if any(map(str.isalpha, word))]
    if all(map(text.is_upper, words)):
        return "majuscules"
    return "minuscules" if any(word[0].islower() for word in words if text.fold(word) not in text.PARTICLES) else "noms"


def bare(first_rows: Sequence[Row], sheet: str) -> Layout:
    """The layout of a table without header, its columns numbered."""
    width = layout.bare_shape(first_rows).length
    labels = tuple(columns.unnamed(i) for i in range(width))
    numbered = tuple(columns.Column(i, label, "") for i, label in enumerate(labels))
    sample = tuple(tuple(row) for _, row in first_rows[: layout.SAMPLE_ROWS])
    return Layout(header_line=0, labels=labels, columns=numbered, sample=sample, sheet=sheet)
