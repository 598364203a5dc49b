"""A pane of wrapped text that scrolls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.glyphs import shown, width_of, wrap
from tui.theme import NORMAL, RULE, Span, Spans
from tui.widgets.drawn import Drawn, strip_of


@dataclass(frozen=True)
class Para:
    """A paragraph: an unbroken lead (a label), then text that wraps under itself.

    Attributes:
        lead: drawn before the first line.
        text: wrapped in the room that is left.
        role: role of the text.
        hang: cells before the following lines; the width of the lead when negative.
    """

    text: str
    role: str = NORMAL
    lead: Spans = ()
    hang: int = -1

    def lines(self, width: int) -> list[list[Span]]:
        lead = sum(width_of(shown(text)) for text, _ in self.lead)
        hang = lead if self.hang < 0 else self.hang
        if hang > width // 2:
            hang = 2
        first, *rest = wrap(self.text, max(width - max(lead, hang), 8))
        return [[*self.lead, (first, self.role)], *([(" " * hang + line, self.role)] for line in rest)]


@dataclass(frozen=True)
class Fixed:
    """A line that is cut, not wrapped."""

    spans: Spans

    def lines(self, width: int) -> list[list[Span]]:
        return [list(self.spans)]


Block = Para | Fixed
BLANK = Fixed(())


class TextPane(ScrollView, Drawn, inherit_bindings=False):
    """Blocks of text wrapped to the width; scrolls by lines."""

    can_focus = False

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.resized: Callable[[], None] | None = None
        """Called once the text is wrapped to another size: what does not fit is then known."""
        self.blocks: Sequence[Block] = ()
        self.lines: list[list[Span]] = []
        self._width = -1

    @property
    def ruled(self) -> bool:
        """A rule is drawn on the left where the pane stands beside a list."""
        return self.region.x > 0

    @property
    def top(self) -> int:
        return round(self.scroll_y)

    @property
    def hidden_below(self) -> int:
        """Lines that do not fit below."""
        return max(0, len(self.lines) - self.top - self.size.height)

    def show(self, blocks: Sequence[Block], *, keep: bool = False) -> None:
        """Replace the text; from its top unless ``keep``."""
        if blocks == self.blocks and self._width == self.size.width:
            return
        self.blocks = blocks
        self._width = -1
        self._flow()
        if not keep and self.top:
            self.scroll_to(y=0, animate=False, immediate=True, force=True)
        self.refresh()

    def move(self, by: int) -> bool:
        """Scroll by lines; returns whether anything moved."""
        top = max(0, min(self.top + by, len(self.lines) - self.size.height))
        if top == self.top:
            return False
        self.scroll_to(y=top, animate=False, immediate=True, force=True)
        self.place_cursor(0, 0)
        return True

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        index = self.top + y
        spans: Spans = self.lines[index] if index < len(self.lines) else ()
        edge = ("│ ", RULE) if self.ruled else (" ", NORMAL)
        return strip_of([edge, *spans], width, self.look)

    def on_resize(self) -> None:
        self._flow()
        self.refresh()
        self.moved_to()
        if self.resized:
            self.resized()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        if round(old_value) != round(new_value):
            self.refresh()

    def _flow(self) -> None:
        width = self.size.width
        if width and width != self._width:
            self._width = width
            room = width - (3 if self.ruled else 2)
            self.lines = [line for block in self.blocks for line in block.lines(room)]
            self.virtual_size = Size(0, len(self.lines))
