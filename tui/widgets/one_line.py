"""A widget of one line: place, state, message, keys, rules."""

from __future__ import annotations

from textual.strip import Strip

from tui.glyphs import cut, wrap
from tui.theme import NORMAL, RULE, Spans
from tui.widgets.drawn import Drawn, spread, strip_of


class OneLine(Drawn):
    """Text on the left, text on the right; repaints only when what it shows changes."""

    def __init__(self, *, id: str | None = None, left: Spans = (), right: Spans = ()) -> None:
        super().__init__(id=id)
        self.left = left
        self.right = right

    def show(self, left: Spans | str, right: Spans = ()) -> None:
        if isinstance(left, str):
            left = [(left, NORMAL)]
        if (left, right) != (self.left, self.right):
            self.left, self.right = left, right
            self.refresh()

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        return strip_of(spread(self.left, self.right, width), width, self.look)


class Rule(OneLine):
    """Parts two blocks by a caption; a line across the screen would cost three bytes a cell."""

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        lead = [("─── ", RULE)] if self.left else []
        return strip_of(spread([*lead, *self.left], self.right, width), width, self.look)


class Said(Drawn):
    """What the program says: one line, more when the sentence needs them; it is never cut before its end."""

    MOST = 3

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.lines: list[str] = [""]

    def show(self, text: str) -> None:
        lines = wrap(text, max(self.app.size.width - 2, 20)) if text else [""]
        if len(lines) > self.MOST:
            lines = [*lines[: self.MOST - 1], " ".join(lines[self.MOST - 1 :])]
        if len(lines) != len(self.lines):
            self.styles.height = len(lines)
        if lines != self.lines:
            self.lines = lines
            self.refresh()

    def render_line(self, y: int) -> Strip:
        text = self.lines[y] if y < len(self.lines) else ""
        return strip_of([(" " + cut(text, self.size.width - 1), NORMAL)], self.size.width, self.look)
