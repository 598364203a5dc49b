"""The last guard before the wire: no character of a strip may be anything but printable text."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from tui.glyphs import repertoire, shown, width_of


class Border(LineFilter):
    """Replaces what could command the terminal; the screens clean before laying out, this catches what they missed."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        if all(text.isprintable() for text, _, _ in segments) and not repertoire.ascii_only:
            return segments
        return [Segment(harmless(text), style) for text, style, _ in segments]


def harmless(text: str) -> str:
    """The same number of cells, printable."""
    if text.isprintable() and (text.isascii() or not repertoire.ascii_only):
        return text
    cleaned = "".join(shown(character) or ("·" if width_of(character) else "") for character in text)
    return set_cell_size(cleaned, cell_len(text))
