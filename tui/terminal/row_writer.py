"""The fewest bytes that turn a row of the terminal into the row that is wanted."""

from __future__ import annotations

from typing import NamedTuple

from tui.terminal.moves import Cursor, along, to
from tui.terminal.screen_model import Row
from tui.terminal.sgr import DEFAULT, Look, on_blank, transition

ERASE = "\x1b[K"
FEW = 6
"""Cells that may be cheaper to print again than to jump over."""
NARROW_GAP = 3
"""Blanks between two words that are not worth a move of their own."""


class Pen(NamedTuple):
    """What the terminal will do with the next character."""

    cursor: Cursor
    look: Look


class Piece(NamedTuple):
    """Cells of one look, all to be sent or all right already."""

    start: int
    stop: int
    look: Look
    blank: bool
    changed: bool


class Trace(NamedTuple):
    """What was sent of a row so far."""

    text: str
    size: int
    look: Look
    column: int | None
    """Where the cursor is, None while it is still on another row."""


def write_row(new: Row, old: Row, y: int, pen: Pen) -> tuple[str, Pen]:
    """Bytes, and where they leave the pen."""
    if not (new.plain and old.plain):
        return _write_whole(new, old, y, pen)
    width = len(new.chars)
    pieces = _pieces(new, old)
    changed = [number for number, piece in enumerate(pieces) if piece.changed]
    if not changed:
        return "", pen
    writer = _Writer(new, y, pen.cursor)
    over = Trace("", 0, pen.look, None)
    """Drawn over what is there."""
    erased: Trace | None = None
    """Drawn after the rest of the row was erased somewhere."""
    for number in range(changed[0], len(pieces)):
        piece = pieces[number]
        if erased is not None and not (piece.blank and piece.look == DEFAULT):
            erased = writer.put(erased, pieces, number)
        if piece.changed:
            if number <= changed[-1]:
                fresh = writer.erase(over, piece.start)
                if not (piece.blank and piece.look == DEFAULT):
                    fresh = writer.put(fresh, pieces, number)
                if erased is None or fresh.size <= erased.size:
                    erased = fresh
            over = writer.put(over, pieces, number)
    best = over if erased is None or over.size <= erased.size else erased
    column = best.column
    return best.text, Pen((None if column == width else column, y), best.look)


class _Writer:
    """Adds to traces of one row."""

    def __init__(self, row: Row, y: int, cursor: Cursor) -> None:
        self.row = row
        self.y = y
        self.cursor = cursor

    def put(self, trace: Trace, pieces: list[Piece], number: int) -> Trace:
        """Go to a piece and print it."""
        piece = pieces[number]
        look = trace.look
        if piece.blank:
            if on_blank(look) != piece.look:
                following = pieces[number + 1].look if number + 1 < len(pieces) else piece.look
                look = following if on_blank(following) == piece.look else piece.look
        else:
            look = piece.look
        text = "".join(self.row.chars[piece.start : piece.stop])
        return self._add(trace, piece.start, look, text, piece.stop)

    def erase(self, trace: Trace, x: int) -> Trace:
        """Go to a column and erase from there to the end of the row, with the colours of an empty screen."""
        look = trace.look if on_blank(trace.look) == DEFAULT else DEFAULT
        return self._add(trace, x, look, ERASE, x)

    def _add(self, trace: Trace, x: int, look: Look, text: str, column: int) -> Trace:
        way = self._way(trace, x, look)
        return Trace(trace.text + way + text, trace.size + size_of(way) + size_of(text), look, column)

    def _way(self, trace: Trace, x: int, look: Look) -> str:
        """To a column and a look; on the way, what is there already may be printed again."""
        change = transition(trace.look, look)
        start = trace.column
        if start == x:
            return change
        if start is None:
            ways = [to(self.cursor, x, self.y) + change]
            arrival, start = to(self.cursor, 0, self.y), 0
        else:
            ways = [along(start, x) + change]
            arrival = ""
        if start < x <= start + FEW:
            printed = "".join(self.row.chars[start:x])
            if self._prints(start, x, trace.look):
                ways.append(arrival + printed + change)
            elif self._prints(start, x, look):
                ways.append(arrival + change + printed)
        return min(ways, key=size_of)

    def _prints(self, start: int, stop: int, look: Look) -> bool:
        """Whether these cells can be printed in that look."""
        chars, looks = self.row.chars, self.row.looks
        blank = on_blank(look)
        return all(looks[x] == (blank if chars[x] == " " else look) for x in range(start, stop))


def size_of(text: str) -> int:
    """Bytes of a text on the wire."""
    return len(text) if text.isascii() else len(text.encode())


def _pieces(new: Row, old: Row) -> list[Piece]:
    """The row cut where its look, or what must be sent of it, changes."""
    found: list[Piece] = []
    chars, looks = new.chars, new.looks
    cells = zip(chars, looks, old.chars, old.looks, strict=True)
    start, held, was_blank, was_changed = 0, None, False, False
    for x, (char, look, before, look_before) in enumerate(cells):
        changed = char != before or (look is not look_before and look != look_before)
        blank = char == " "
        if held is not None and (look is held or look == held) and blank == was_blank and changed == was_changed:
            continue
        if held is not None:
            _join(found, Piece(start, x, held, was_blank, was_changed))
        start, held, was_blank, was_changed = x, look, blank, changed
    if held is not None:
        _join(found, Piece(start, len(chars), held, was_blank, was_changed))
    return found


def _join(found: list[Piece], piece: Piece) -> None:
    """Add a piece; a short gap between words of one look is part of them."""
    if len(found) > 1 and not piece.blank and piece.changed:
        gap, word = found[-1], found[-2]
        if (
            gap.blank and gap.stop - gap.start < NARROW_GAP and word.changed and not word.blank
            and word.look == piece.look and on_blank(piece.look) == gap.look
        ):  # fmt: skip
            found[-2:] = [Piece(word.start, piece.stop, piece.look, False, True)]
            return
    found.append(piece)


def _write_whole(new: Row, old: Row, y: int, pen: Pen) -> tuple[str, Pen]:
    """From the first change to the end: a cell of another width than we think would move all that follows."""
    width = len(new.chars)
    end = width
    while end and new.chars[end - 1] == " " and new.looks[end - 1] == DEFAULT:
        end -= 1
    start = next((x for x in range(width) if new.chars[x] != old.chars[x] or new.looks[x] != old.looks[x]), width)
    if start == width:
        return "", pen
    start = min(start, end)
    while start and start < width and not new.chars[start]:
        start -= 1
    out = [to(pen.cursor, start, y)]
    look = pen.look
    x = start
    while x < end:
        stop = x + 1
        while stop < end and new.looks[stop] == new.looks[x]:
            stop += 1
        out += [transition(look, new.looks[x]), "".join(new.chars[x:stop])]
        look = new.looks[x]
        x = stop
    if end < width:
        erasing = look if on_blank(look) == DEFAULT else DEFAULT
        out += [to(None, end, y), transition(look, erasing), ERASE]
        return "".join(out), Pen((end, y), erasing)
    return "".join(out), Pen((None, y), look)
