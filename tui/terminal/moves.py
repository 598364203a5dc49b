"""Moves of the cursor by the fewest bytes, with what every terminal knows since the VT100."""

from __future__ import annotations

import functools

MOST_LINES = 7
"""Line ends that cost no more than saying where to go."""

Cursor = tuple[int | None, int] | None
"""(column, row), from 0; the column is not known after the last one was written; None when nothing is known."""


@functools.lru_cache(maxsize=16384)
def along(start: int, stop: int) -> str:
    """From a column to another of the same row, printing nothing."""
    by = stop - start
    if by >= 0:
        return f"\x1b[{by}C" if by > 1 else "\x1b[C" if by else ""
    back = "\b" * -by if by > -5 else f"\x1b[{-by}D"
    return min(back, "\r" + along(0, stop), key=len)


@functools.lru_cache(maxsize=65536)
def to(cursor: Cursor, x: int, y: int) -> str:
    """From wherever the cursor is to a cell."""
    ways = [f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H" if y else "\x1b[H"]
    if cursor is not None and abs(y - cursor[1]) <= MOST_LINES:
        column, row = cursor
        # A line feed alone keeps the column or not, as the line is set; after a carriage return it does not matter.
        ways.append("\r" + ("\n" * (y - row) if y >= row else "\x1bM" * (row - y)) + along(0, x))
        if column is not None and y <= row:
            ways.append("\x1bM" * (row - y) + along(column, x))
    return min(ways, key=len)
