"""Workbooks that Excel 2003 writes in XML (SpreadsheetML), often under a name in « .xls »."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from .. import safety
from .prolog import looks_like_xml, read_prolog
from .rows import MAX_COLUMNS, Row, fold_cell
from .source import Source
from .xml import NAMES, Document, attributes, child

if TYPE_CHECKING:
    from lxml.etree import _Element

ROOT = "WORKBOOK"
SPACE = b"urn:schemas-microsoft-com:office:spreadsheet"
MAX_CELLS = 10_000_000
"""Cells of a workbook, empty ones before a value included."""
CUT = "Classeur coupé à la ligne {line} : copiez-le de nouveau, ou refaites l'export."


def is_spreadsheetml(source: Source) -> bool:
    head = source.head
    if SPACE not in head.replace(b"\0", b"") or not looks_like_xml(head):
        return False
    try:
        return read_prolog(head).root.upper() == ROOT
    except safety.Refusal:
        return False


def sheets(source: Source) -> Iterator[tuple[str, list[Row]]]:
    """(sheet name, rows) of every sheet that holds something; lines are those of the sheet, from 1.

    Raises:
        safety.Refusal: hostile, unreadable or cut content.
    """
    document = Document(source)
    read = (_row(element) for element in document.elements(("Row",)))
    total = 0
    for (_, name), found in groupby(_numbered(read), key=lambda row: row[0]):
        rows: list[Row] = []
        position = 0
        for _, index, cells in found:
            total += len(cells)
            if total > MAX_CELLS:
                raise safety.Refusal("Ce classeur est démesuré : enregistrez la feuille utile en CSV.")
            position = index or position + 1
            if cells:
                rows.append((position, cells))
        if rows:
            yield name, rows
    if document.cut:
        raise safety.Refusal(CUT.format(line=document.cut[0]), document.cut[0])


Numbered = tuple[tuple[int, str], int, list[str]]
"""((number of the sheet, its name), index that the row states or 0, cells)."""


def _numbered(rows: Iterator[tuple[str, int, list[str]]]) -> Iterator[Numbered]:
    """Rows with the number of their sheet, which a row under another name begins."""
    sheet, last = 0, ""
    for name, index, cells in rows:
        sheet += name != last
        last = name
        yield (sheet, name), index, cells


def _row(element: _Element) -> tuple[str, int, list[str]]:
    """(name of the sheet, index that the row states or 0, cells without the empty ones at its end)."""
    name = ""
    above = element.getparent()
    while above is not None and not name:
        name = safety.clean(attributes(above).get("NAME", ""))
        above = above.getparent()
    cells: list[str] = []
    for cell in element:
        if NAMES[cell.tag] != "CELL":
            continue
        about = attributes(cell)
        place = _number(about.get("INDEX", "")) or len(cells) + 1
        if place > MAX_COLUMNS:
            raise safety.Refusal(f"Une ligne a plus de {MAX_COLUMNS} colonnes : ce n'est pas un export.")
        cells += [""] * (place - 1 - len(cells))
        cells.append(_value(cell))
        cells += [""] * min(_number(about.get("MERGEACROSS", "")), MAX_COLUMNS)
    while cells and not cells[-1]:
        cells.pop()
    return name, _number(attributes(element).get("INDEX", "")), cells


def _value(cell: _Element) -> str:
    from .spreadsheets import as_text

    data = child(cell, "DATA")
    if data is None:
        return ""
    value = fold_cell("".join(str(part) for part in data.itertext()))
    kind = attributes(data).get("TYPE", "")
    try:
        if kind == "Number":
            return as_text(float(value))
        if kind == "DateTime":
            return as_text(dt.datetime.fromisoformat(value[:19]))
    except ValueError:
        return as_text(value)
    if kind == "Boolean":
        return as_text(value == "1")
    return as_text(value)


def _number(value: str) -> int:
    return int(value) if value.isdecimal() and len(value) < 8 else 0
