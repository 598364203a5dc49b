"""Tables saved as web pages, among them the « .xls » that several programs write as HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html.parser import HTMLParser

from .rows import Row, fold_cell

HTML = re.compile(r"<(?:table|tr)\b", re.IGNORECASE)
SKIPPED = frozenset({"script", "style", "head", "template"})
MAX_ROWS = 200_000
"""Rows of a page; beyond, it is no screen of anybody."""


class _Tables(HTMLParser):
    """Collects rows of cells with the line where each begins; text outside tables makes one-cell rows."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[Row] = []
        self._cells: list[str] | None = None
        self._text: list[str] = []
        self._line = 1
        self._skipping = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SKIPPED:
            self._skipping += 1
        elif tag == "tr":
            self._end_row()
            self._cells, self._line = [], self.getpos()[0]
        elif tag in {"td", "th"}:
            self._end_cell()
        elif tag in {"br", "p", "div", "li", "h1", "h2", "h3", "h4"}:
            if self._cells is None:
                self._end_row()
            else:
                self._text.append(" ")
        elif tag == "input":
            self._text.append(" " + (dict(attrs).get("value") or ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in SKIPPED:
            self._skipping = max(0, self._skipping - 1)
        elif tag in {"td", "th"} and self._cells is not None:
            self._cells.append(fold_cell("".join(self._text)))
            self._text = []
        elif tag in {"tr", "table"} or (self._cells is None and tag in {"p", "div", "li", "h1", "h2", "h3", "h4"}):
            self._end_row()

    def handle_data(self, data: str) -> None:
        if not self._skipping:
            if self._cells is None and not self._text and data.strip():
                self._line = self.getpos()[0]
            self._text.append(data)

    def _end_cell(self) -> None:
        if self._cells is not None:
            waiting = fold_cell("".join(self._text))
            if waiting:
                self._cells.append(waiting)
        self._text = []

    def _end_row(self) -> None:
        waiting = fold_cell("".join(self._text))
        cells = self._cells or []
        if waiting:
            cells.append(waiting)
        if any(cells) and len(self.rows) < MAX_ROWS:
            self.rows.append((self._line, cells))
        self._cells, self._text = None, []


def is_html(lines: Iterable[str]) -> bool:
    """Whether lines hold a table written in HTML."""
    return any(HTML.search(line) for line in lines)


def table_rows(lines: Iterable[str]) -> list[Row]:
    """Rows of every table of a page, in order, with their physical lines."""
    parser = _Tables()
    for line in lines:
        parser.feed(line + "\n")
    parser.close()
    parser._end_row()
    return parser.rows
