"""From a frame to the fewest bytes: only what differs from what the terminal shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tui.terminal.moves import to
from tui.terminal.row_writer import Pen, size_of, write_row
from tui.terminal.screen_model import Row, ScreenModel
from tui.terminal.sgr import DEFAULT, on_blank, transition

MIN_SHIFTED = 3
"""Rows that must have moved together before a scroll is considered."""
MIN_ERASED = 3
"""Rows that must have changed before erasing the end of the screen is considered."""
CLEAR = "\x1b[m\x1b[H\x1b[J"
ERASE_BELOW = "\x1b[J"


class Wire:
    """What the terminal shows, and how to make it show the next frame.

    Frames are drawn on ``wanted``; ``shown`` is what was sent. Both are the same between frames.
    """

    def __init__(self, width: int, height: int) -> None:
        self.resize(width, height)

    def resize(self, width: int, height: int) -> None:
        """Begin again with a terminal of that size, of which nothing is known."""
        self.wanted = ScreenModel(width, height)
        self.blank = Row(width)
        self.shown = [self.blank] * height
        self.forgotten = True
        self.pen = Pen(None, DEFAULT)
        self.alone = [0] * height
        """Bytes that each wanted row takes on an empty screen; those of rows drawn on since are not known (-1)."""

    def forget(self) -> None:
        """Nothing is known of what the terminal shows: the next frame clears it and sends all."""
        self.forgotten = True

    def frame(self, data: str) -> str:
        """Bytes that make the terminal show this frame.

        Raises:
            NotUnderstood: a sequence that the model does not know.
        """
        wanted = self.wanted
        wanted.draw(data)
        begin = ""
        if self.forgotten:
            self.forgotten = False
            begin = CLEAR
            self.pen = Pen((0, 0), DEFAULT)
            self.shown = [self.blank] * wanted.height
            wanted.touched.update(range(wanted.height))
        changed = sorted(y for y in wanted.touched if wanted.rows[y] != self.shown[y])
        for y in wanted.touched:
            self.alone[y] = -1
        wanted.touched.clear()
        out, pen = self._best(changed) if changed else ("", self.pen)
        for y in changed:
            self.shown[y] = wanted.rows[y].copy()
        x = min(wanted.x, wanted.width - 1)
        if pen.cursor != (x, wanted.y):
            out += to(pen.cursor, x, wanted.y)
        self.pen = Pen((x, wanted.y), pen.look)
        return begin + out

    def _best(self, changed: list[int]) -> tuple[str, Pen]:
        """The cheapest of: drawing over, erasing the end of the screen first, scrolling a part of it first."""
        lines, pen = self._rows(changed, self.shown, self.pen)
        ways = [("".join(lines), pen)]
        if len(changed) >= MIN_ERASED:
            ways += self._erased(dict(zip(changed, map(size_of, lines), strict=True)))
        if len(changed) >= MIN_SHIFTED:
            ways += self._scrolled(changed)
        return min(ways, key=lambda way: size_of(way[0]))

    def _rows(self, numbers: Sequence[int], shown: Sequence[Row], pen: Pen) -> tuple[list[str], Pen]:
        """What each row takes, drawn over what is shown."""
        lines = []
        for y in numbers:
            line, pen = write_row(self.wanted.rows[y], shown[y], y, pen)
            lines.append(line)
        return lines, pen

    def _erased(self, costs: dict[int, int]) -> list[tuple[str, Pen]]:
        """Erase from the row where that pays most, and draw what stands below on an empty screen."""
        wanted, empty = self.wanted, [self.blank] * self.wanted.height
        left, least, first = sum(costs.values()), sum(costs.values()), -1
        below = 0
        for y in range(wanted.height - 1, -1, -1):
            left -= costs.get(y, 0)
            if self.alone[y] < 0:
                self.alone[y] = size_of(write_row(wanted.rows[y], self.blank, y, Pen((0, y - 1), DEFAULT))[0])
            below += self.alone[y]
            if y in costs and left + len(ERASE_BELOW) + below < least:
                least, first = left + len(ERASE_BELOW) + below, y
        if first < 0:
            return []
        lines, pen = self._rows([y for y in costs if y < first], self.shown, self.pen)
        plain = pen.look if on_blank(pen.look) == DEFAULT else DEFAULT
        erase = to(pen.cursor, 0, first) + transition(pen.look, plain) + ERASE_BELOW
        more, pen = self._rows(range(first, wanted.height), empty, Pen((0, first), plain))
        return [("".join([*lines, erase, *more]), pen)]

    def _scrolled(self, changed: list[int]) -> list[tuple[str, Pen]]:
        """Scroll the block of rows that most of the changed ones agree on, then draw over."""
        wanted = self.wanted.rows
        places: dict[Row, list[int]] = {}
        for y, row in enumerate(self.shown):
            if not row.blank:
                places.setdefault(row, []).append(y)
        votes: Counter[int] = Counter()
        for y in changed:
            for origin in places.get(wanted[y], ()):
                if origin != y:
                    votes[origin - y] += 1
        if not votes:
            return []
        by, count = votes.most_common(1)[0]
        if count < MIN_SHIFTED:
            return []
        moved = [y for y in changed if 0 <= y + by < len(wanted) and wanted[y] == self.shown[y + by]]
        top, bottom = min(*moved, min(moved) + by), max(*moved, max(moved) + by)
        shifted = self._shifted(top, bottom, by)
        plain = self.pen.look if on_blank(self.pen.look) == DEFAULT else DEFAULT
        edge = f"\x1b[{bottom + 1}H" + "\n" * by if by > 0 else f"\x1b[{top + 1}H" + "\x1bM" * -by
        scroll = f"{transition(self.pen.look, plain)}\x1b[{top + 1};{bottom + 1}r{edge}\x1b[r"
        # Not every terminal puts the cursor in the corner when the margins go.
        lines, pen = self._rows([y for y in range(len(wanted)) if wanted[y] != shifted[y]], shifted, Pen(None, plain))
        return [(scroll + "".join(lines), pen)]

    def _shifted(self, top: int, bottom: int, by: int) -> list[Row]:
        """What the terminal will show after the block was scrolled."""
        rows = self.shown[:]
        for y in range(top, bottom + 1):
            rows[y] = self.shown[y + by] if top <= y + by <= bottom else self.blank
        return rows
