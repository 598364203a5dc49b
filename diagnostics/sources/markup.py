"""Tables saved as web pages, among them the « .xls » that several programs write as HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html.parser import HTMLParser

from .. import safety
from .encoding import Damage
from .rows import MAX_COLUMNS, Row, fold_cell

HTML = re.compile(r"<(?:table|tr)\b", re.IGNORECASE)
SKIPPED = frozenset({"script", "style", "head", "template"})
MAX_SPAN = 200
"""Columns or rows of one cell."""
MAX_CELLS = 5_000_000
"""Cells of a page, those repeated over several rows included."""
MAX_ROWS = 200_000
"""Rows of a page; beyond, it is no screen of anybody."""


class _Tables(HTMLParser):
    """Collects rows of cells with the line where each begins; text outside tables makes one-cell rows.

    A cell over several columns is followed by empty ones, a cell over several rows is repeated in each.

    Attributes:
        cut: the page ends inside a row of a table.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[Row] = []
        self.cut = False
        self._cells: list[str] | None = None
        self._below: dict[int, tuple[int, str]] = {}
        """Column → (rows still to come, value) of the cells that go on over the next rows."""
        self._above: dict[int, str] = {}
        """Column → value of the cells of the rows above that take a place in this one."""
        self._span: tuple[int, int] | None = None
        """(columns, rows) of the cell being read, None between cells."""
        self._text: list[str] = []
        self._count = 0
        self._line = 1
        self._skipping = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SKIPPED:
            self._skipping += 1
        elif tag == "table":
            self._below.clear()
        elif tag == "tr":
            self._end_row()
            self._cells, self._line = [], self.getpos()[0]
            self._above = {at: value for at, (_, value) in self._below.items()}
            self._below = {at: (left - 1, value) for at, (left, value) in self._below.items() if left > 1}
        elif tag in {"td", "th"}:
            self._end_cell()
            if self._cells is not None:
                about = dict(attrs)
                self._span = (_span(about.get("colspan")), _span(about.get("rowspan")))
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
        elif tag in {"td", "th"}:
            self._end_cell()
        elif tag in {"tr", "table"} or (self._cells is None and tag in {"p", "div", "li", "h1", "h2", "h3", "h4"}):
            self._end_row()

    def handle_data(self, data: str) -> None:
        if not self._skipping:
            if self._cells is None and not self._text and data.strip():
                self._line = self.getpos()[0]
            self._text.append(data)

    def end(self) -> None:
        """The page is over."""
        self.close()
        self.cut = self._cells is not None
        self._end_row()

    def _end_cell(self) -> None:
        if self._cells is None:
            return
        value = fold_cell("".join(self._text))
        if self._span is not None or value:
            columns, rows = self._span or (1, 1)
            self._go_on()
            if rows > 1:
                self._below[len(self._cells)] = (rows - 1, value)
            self._cells += [value, *[""] * (columns - 1)]
            if len(self._cells) > MAX_COLUMNS:
                raise safety.Refusal(
                    f"Une ligne a plus de {MAX_COLUMNS} colonnes : ce n'est pas un export.", self._line
                )
        self._span, self._text = None, []

    def _go_on(self) -> None:
        """Repeat the cells of the rows above that stand before the next one."""
        assert self._cells is not None
        while (at := len(self._cells)) in self._above:
            self._cells.append(self._above.pop(at))

    def _end_row(self) -> None:
        if self._cells is None:
            waiting = fold_cell("".join(self._text))
            cells = [waiting] if waiting else []
        else:
            self._end_cell()
            self._go_on()
            cells = self._cells
        if any(cells) and len(self.rows) < MAX_ROWS:
            self._count += len(cells)
            if self._count > MAX_CELLS:
                raise safety.Refusal("Les tableaux de cette page sont démesurés : elle n'a pas été lue.", self._line)
            self.rows.append((self._line, cells))
        self._cells, self._span, self._text = None, None, []


def _span(value: str | None) -> int:
    """How many columns or rows a cell takes."""
    return min(int(value), MAX_SPAN) if value and value.isdecimal() and len(value) < 5 and int(value) else 1


def is_html(lines: Iterable[str]) -> bool:
    """Whether lines hold a table written in HTML."""
    return any(HTML.search(line) for line in lines)


def table_rows(lines: Iterable[str], damage: Damage | None = None) -> list[Row]:
    """Rows of every table of a page, in order, with their physical lines; ``damage`` is told when the page is cut."""
    parser = _Tables()
    for line in lines:
        parser.feed(line + "\n")
    parser.end()
    if damage is not None:
        damage.unterminated = parser.cut
    return parser.rows
