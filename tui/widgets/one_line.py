"""A widget of one line: place, state, message, keys, rules."""

from __future__ import annotations

from textual.strip import Strip

from tui.theme import NORMAL, Spans
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
    """A horizontal rule with a caption."""

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        caption = list(self.left)
        used = sum(len(text) for text, _ in caption)
        head = [("─── ", "rule"), *caption, (" ", NORMAL)] if caption else []
        start = used + 5 if caption else 0
        tail = [(" ", NORMAL), *self.right] if self.right else []
        end = sum(len(text) for text, _ in tail)
        return strip_of([*head, ("─" * max(width - start - end, 0), "rule"), *tail], width, self.look)
