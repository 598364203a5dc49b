"""A screen in memory: what each cell holds, as the frames of Textual draw it."""

from __future__ import annotations

import re

from rich.cells import cell_len

from tui.terminal.sgr import DEFAULT, Look, NotUnderstood, apply, on_blank

TOKENS = re.compile(r"\x1b\[([0-9;]*)([Hm])|(\n)|(\r)|([^\x00-\x1f\x7f]+)|([\s\S])")
NARROW_BELOW = "\u0300"
"""Printable characters before the combining marks take one cell each."""

_widths: dict[str, int] = {}


def width_of(character: str) -> int:
    """Cells of one character, remembered."""
    width = _widths.get(character)
    if width is None:
        width = _widths[character] = cell_len(character)
    return width


class Row:
    """One line of cells: a character (with its marks) and a look each; "" is the second half of a wide one.

    The look of a blank is what shows of it: no colour nor weight of a letter that is not there.
    """

    __slots__ = ("chars", "looks", "plain")

    def __init__(self, width: int) -> None:
        self.chars = [" "] * width
        self.looks = [DEFAULT] * width
        self.plain = True
        """Every cell holds one character of one cell: columns can be counted on."""

    def copy(self) -> Row:
        row = Row(0)
        row.chars, row.looks, row.plain = self.chars[:], self.looks[:], self.plain
        return row

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Row) and self.chars == other.chars and self.looks == other.looks

    def __hash__(self) -> int:
        return hash("".join(self.chars))

    @property
    def blank(self) -> bool:
        return not "".join(self.chars).strip(" ")


class ScreenModel:
    """Cells, cursor and current look; ``draw`` takes a frame."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self.rows = [Row(width) for _ in range(height)]
        self.x = 0
        """Column of the cursor; the width itself when the last cell was just written."""
        self.y = 0
        self.look: Look = DEFAULT
        self.touched: set[int] = set()
        """Rows drawn on since this was last emptied."""

    def draw(self, data: str) -> None:
        """Draw a frame.

        Raises:
            NotUnderstood: anything but text, line ends, ``CSI … H`` and ``CSI … m``.
        """
        for match in TOKENS.finditer(data):
            params, final, newline, carriage, text, other = match.groups()
            if text is not None:
                self.write(text)
            elif final == "m":
                self.look = apply(params, self.look)
            elif final == "H":
                row, _, column = params.partition(";")
                self.y = min(max(int(row or 1) - 1, 0), self.height - 1)
                self.x = min(max(int(column or 1) - 1, 0), self.width - 1)
            elif newline:
                self.x = 0
                self.y = min(self.y + 1, self.height - 1)
            elif carriage:
                self.x = 0
            else:
                raise NotUnderstood(repr(other))

    def write(self, text: str) -> None:
        """Put text at the cursor; lines do not wrap (Textual turns wrapping off)."""
        row = self.rows[self.y]
        self.touched.add(self.y)
        if text.isascii() or max(text) < NARROW_BELOW:
            self._write_narrow(row, text)
            return
        for character in text:
            width = width_of(character)
            if width == 0:
                self._combine(row, character)
            elif width == 1:
                self._write_narrow(row, character)
            else:
                self._write_wide(row, character)

    def _write_narrow(self, row: Row, text: str) -> None:
        start = min(self.x, self.width - 1)
        room = self.width - start
        if len(text) > room:
            # The cursor stays on the last cell: what is too long overwrites it, the last character wins.
            text = text[: room - 1] + text[-1]
        end = start + len(text)
        if not row.plain:
            self._split_wide(row, start)
            self._split_wide(row, end)
        row.chars[start:end] = text
        look, blank = self.look, on_blank(self.look)
        if look is blank or " " not in text:
            row.looks[start:end] = [look] * (end - start)
        else:
            row.looks[start:end] = [blank if character == " " else look for character in text]
        self.x = end

    def _write_wide(self, row: Row, character: str) -> None:
        row.plain = False
        if self.x + 1 >= self.width:
            return
        self._split_wide(row, self.x)
        self._split_wide(row, self.x + 2)
        row.chars[self.x : self.x + 2] = [character, ""]
        row.looks[self.x : self.x + 2] = [self.look, self.look]
        self.x += 2

    def _combine(self, row: Row, mark: str) -> None:
        row.plain = False
        if self.x and (at := self.x - 1) >= 0:
            while at and not row.chars[at]:
                at -= 1
            row.chars[at] += mark

    def _split_wide(self, row: Row, at: int) -> None:
        """Blank a wide character that a write begins or ends in the middle of."""
        if 0 < at < self.width and not row.chars[at]:
            row.chars[at - 1] = row.chars[at] = " "
            row.looks[at - 1] = row.looks[at] = on_blank(row.looks[at])
