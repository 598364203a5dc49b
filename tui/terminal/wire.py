"""From a frame to the fewest bytes: only what differs from what the terminal shows."""

from __future__ import annotations

from collections import Counter

from tui.terminal.screen_model import Row, ScreenModel
from tui.terminal.sgr import DEFAULT, Look, transition

GAP = 4
"""Unchanged cells that are cheaper to send again than to jump over."""
SHIFT_COST = 28
"""Bytes of a scroll: margins, move, line ends, margins again."""
MIN_SHIFTED = 3
"""Rows that must have moved together before a scroll is considered."""
CLEAR = "\x1b[m\x1b[2J"


class Wire:
    """What the terminal shows, and how to make it show the next frame.

    Frames are drawn on ``wanted``; ``shown`` is what was sent. Both are the same between frames.
    """

    def __init__(self, width: int, height: int) -> None:
        self.resize(width, height)

    def resize(self, width: int, height: int) -> None:
        """Begin again with a terminal of that size, of which nothing is known."""
        self.wanted = ScreenModel(width, height)
        self.shown = [Row(width) for _ in range(height)]
        self.forgotten = True
        self.look: Look = DEFAULT
        self.cursor: tuple[int, int] | None = None
        """(x, y) of the terminal's cursor, None when it is not known."""

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
        out: list[str] = []
        if self.forgotten:
            self.forgotten = False
            self._clear(out)
            wanted.touched.update(range(wanted.height))
        changed = sorted(y for y in wanted.touched if wanted.rows[y] != self.shown[y])
        wanted.touched.clear()
        if len(changed) > wanted.height // 2 and self._worth_clearing():
            self._clear(out)
            changed = [y for y in range(wanted.height) if wanted.rows[y] != self.shown[y]]
        elif len(changed) > MIN_SHIFTED and self._shift(changed, out):
            changed = [y for y in range(wanted.height) if wanted.rows[y] != self.shown[y]]
        for y in changed:
            self._row(y, out)
            self.shown[y] = wanted.rows[y].copy()
        self._move(min(wanted.x, wanted.width - 1), wanted.y, out)
        return "".join(out)

    def _clear(self, out: list[str]) -> None:
        out.append(CLEAR)
        self.look, self.cursor = DEFAULT, None
        self.shown = [Row(self.wanted.width) for _ in range(self.wanted.height)]

    def _worth_clearing(self) -> bool:
        """Whether an empty screen is nearer to the next frame than what is shown."""
        blank = [Row(self.wanted.width) for _ in range(self.wanted.height)]
        return self._cost(blank) + len(CLEAR) < self._cost(self.shown)

    # Rows.

    def _row(self, y: int, out: list[str]) -> None:
        """Send the cells of a row that changed."""
        new, old = self.wanted.rows[y], self.shown[y]
        width = self.wanted.width
        sure = new.plain and old.plain
        end = width
        while end and new.chars[end - 1] == " " and new.looks[end - 1] == DEFAULT:
            end -= 1
        erased = any(
            old.chars[x] != " " or old.looks[x] != DEFAULT for x in range(end, width)
        )  # fmt: skip
        limit = end if erased else width
        x = 0
        while x < limit:
            if new.chars[x] == old.chars[x] and new.looks[x] == old.looks[x]:
                x += 1
                continue
            start = x
            while start and not new.chars[start]:
                start -= 1
            last = x
            x += 1
            while x < limit and x - last <= GAP:
                if new.chars[x] != old.chars[x] or new.looks[x] != old.looks[x]:
                    last = x
                x += 1
            if not sure:
                # A cell of another width than we think would move all that follows: send the row to its end.
                last = x = limit - 1
                x += 1
            self._move(start, y, out)
            self._cells(new, start, last + 1, out, sure)
            x = last + 1
        if erased and end < width:
            self._move(end, y, out)
            self._set_look(DEFAULT, out)
            out.append("\x1b[K")

    def _cells(self, row: Row, start: int, end: int, out: list[str], sure: bool) -> None:
        """Send cells from ``start`` to ``end``, the cursor being there."""
        x = start
        while x < end:
            look = row.looks[x]
            stop = x + 1
            while stop < end and row.looks[stop] == look:
                stop += 1
            self._set_look(look, out)
            out.append("".join(row.chars[x:stop]))
            x = stop
        if sure and end < self.wanted.width and self.cursor is not None:
            self.cursor = (end, self.cursor[1])
        else:
            self.cursor = None

    def _set_look(self, look: Look, out: list[str]) -> None:
        if look != self.look:
            out.append(transition(self.look, look))
            self.look = look

    def _move(self, x: int, y: int, out: list[str]) -> None:
        """Put the cursor on a cell by the shortest way."""
        if self.cursor == (x, y):
            return
        absolute = f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H" if y else "\x1b[H"
        best = absolute
        if self.cursor is not None and self.cursor[1] == y:
            if x == 0:
                best = "\r"
            elif x > self.cursor[0]:
                by = x - self.cursor[0]
                forward = f"\x1b[{by}C" if by > 1 else "\x1b[C"
                best = min(absolute, forward, key=len)
            else:
                by = self.cursor[0] - x
                best = min(absolute, "\b" * by if by < 4 else f"\x1b[{by}D", key=len)
        elif self.cursor is not None and x == 0 and y == self.cursor[1] + 1:
            best = "\r\n"
        out.append(best)
        self.cursor = (x, y)

    # Scrolls.

    def _shift(self, changed: list[int], out: list[str]) -> bool:
        """Scroll a block of rows when that saves bytes; returns whether it did."""
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
            return False
        by, count = votes.most_common(1)[0]
        if count < MIN_SHIFTED:
            return False
        moved = [y for y in changed if 0 <= y + by < len(wanted) and wanted[y] == self.shown[y + by]]
        top, bottom = min(*moved, min(moved) + by), max(*moved, max(moved) + by)
        shifted = self._shifted(top, bottom, by)
        if self._cost(self.shown) <= self._cost(shifted) + SHIFT_COST:
            return False
        self._set_look(DEFAULT, out)
        out.append(f"\x1b[{top + 1};{bottom + 1}r")
        if by > 0:
            out.append(f"\x1b[{bottom + 1};1H" + "\n" * by)
        else:
            out.append(f"\x1b[{top + 1};1H" + "\x1bM" * -by)
        out.append("\x1b[r")
        self.cursor = None
        self.shown = shifted
        return True

    def _shifted(self, top: int, bottom: int, by: int) -> list[Row]:
        """What the terminal will show after the block was scrolled."""
        width = self.wanted.width
        rows = self.shown[:]
        for y in range(top, bottom + 1):
            rows[y] = self.shown[y + by].copy() if top <= y + by <= bottom else Row(width)
        return rows

    def _cost(self, shown: list[Row]) -> int:
        """Cells that would have to be sent from there, near enough."""
        total = 0
        for row, other in zip(self.wanted.rows, shown, strict=True):
            if row != other:
                pairs = zip(row.chars, row.looks, other.chars, other.looks, strict=True)
                total += 8 + sum(a != c or b != d for a, b, c, d in pairs)
        return total
