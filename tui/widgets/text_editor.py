"""The text editor of a ticket: wraps, scrolls, and tells each change so that nothing typed can be lost."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.strip import Strip

from tui.glyphs import shown, width_of
from tui.theme import NORMAL, Spans
from tui.widgets.drawn import Drawn, strip_of
from tui.widgets.text_buffer import TextBuffer


class TextEditor(Drawn):
    """Draws a ``TextBuffer``; the screen gives it the keys while it is open."""

    def __init__(self, changed: Callable[[str], None], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.buffer = TextBuffer()
        self.changed = changed
        self.top = 0
        self.display = False

    @property
    def is_open(self) -> bool:
        return bool(self.display)

    def open(self, text: str, line: int = 0) -> None:
        """Edit a text, the caret at the beginning of a line."""
        caret = len("".join(part + "\n" for part in text.split("\n")[:line]))
        self.buffer = TextBuffer(text=text, caret=min(caret, len(text)), width=self.buffer.width)
        self._bring_into_view()
        self.display = True
        self.refresh()

    def close(self) -> str:
        self.display = False
        return self.buffer.text

    def take(self, event: events.Key) -> bool:
        """Act on a key; returns whether it meant something here."""
        before = self.buffer.text
        if not self.buffer.press(event.key, event.character):
            return False
        self._after(before)
        return True

    def paste(self, text: str) -> None:
        before = self.buffer.text
        self.buffer.insert(text)
        self._after(before)

    def _after(self, before: str) -> None:
        self._bring_into_view()
        self.refresh()
        if self.buffer.text != before:
            self.changed(self.buffer.text)

    def _bring_into_view(self) -> None:
        number, _ = self.buffer.place()
        height = max(self.size.height, 1)
        top = min(max(self.top, number - height + 1), number)
        self.top = min(top, max(len(self.buffer.rows()) - height, 0))

    def on_resize(self) -> None:
        self.buffer.width = max(self.size.width - 2, 10)
        self._bring_into_view()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        rows = self.buffer.rows()
        index = self.top + y
        if index >= len(rows):
            return Strip.blank(self.size.width)
        start, end = rows[index]
        line = self.buffer.text[start:end]
        number, column = self.buffer.place()
        spans: Spans = [(" ", NORMAL), (line, NORMAL)]
        if index == number:
            before, at, after = line[:column], line[column : column + 1], line[column + 1 :]
            spans = [(" ", NORMAL), (before, NORMAL), (at or " ", self.caret_role), (after, NORMAL)]
            self.place_cursor(1 + width_of(shown(before)), y)
        return strip_of(spans, self.size.width, self.look)
