"""The one list: draws the lines that are seen, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any

from rich.style import Style
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.theme import ACCENT, NORMAL, Spans
from tui.widgets.drawn import Drawn, strip_of

RenderRow = Callable[[Any, int], Spans]
"""(row, width in cells) → what to draw."""
MARKER = ("► ", "  ")
TICK = ("• ", "  ")


class VirtualList(ScrollView, Drawn, inherit_bindings=False):
    """Rows of anything, one line each, with a cursor, marks and an optional fixed header.

    Attributes:
        rows: what is shown, in order.
        cursor: index of the current row, 0 when there is none.
        marked: keys of the marked rows; survives ``show``.
        highlight: cells of the current row drawn as the selection, 0 for the whole row.
    """

    can_focus = False

    def __init__(
        self,
        render_row: RenderRow,
        *,
        id: str | None = None,
        key: Callable[[Any], Hashable] = lambda row: row,
        skip: Callable[[Any], bool] | None = None,
        header: Callable[[int], Spans] | None = None,
        marks: bool = False,
        highlight: int = 0,
    ) -> None:
        super().__init__(id=id)
        self.render_row = render_row
        self.key_of = key
        self.skip = skip
        self.header = header
        self.marks = marks
        self.highlight = highlight
        self.rows: Sequence[Any] = ()
        self.marked: set[Hashable] = set()
        self.cursor = 0
        self.active = True
        self._strips: dict[tuple[int, int, bool, bool], Strip] = {}

    @property
    def gutter_width(self) -> int:
        return len(MARKER[0]) + (len(TICK[0]) if self.marks else 0)

    @property
    def head(self) -> int:
        """Lines of the header."""
        return 1 if self.header else 0

    @property
    def page(self) -> int:
        """Rows seen at once."""
        return max(self.size.height - self.head, 1)

    @property
    def top(self) -> int:
        """Index of the first row seen."""
        return round(self.scroll_y)

    @property
    def current(self) -> Any | None:
        """The row under the cursor."""
        return self.rows[self.cursor] if self.rows else None

    def show(self, rows: Sequence[Any], *, keep: bool = True) -> None:
        """Replace the rows; with ``keep`` the cursor stays on the row of the same key, else near."""
        held = self.key_of(self.current) if keep and self.current is not None else None
        near = self.cursor if keep else 0
        self.rows = rows
        self._strips.clear()
        if held is not None:
            near = next((i for i, row in enumerate(rows) if self.key_of(row) == held), near)
        self.cursor = self._allowed(near, 1)
        self.virtual_size = Size(0, len(rows) + self.head)
        self._bring_into_view()
        self.refresh()

    def redraw(self) -> None:
        """Draw again: what the rows look like changed, not which they are."""
        self._strips.clear()
        self.refresh()

    def move(self, by: int) -> bool:
        """Move the cursor; returns whether it moved."""
        return self.go(self.cursor + by, 1 if by > 0 else -1)

    def go(self, index: int, direction: int = 1) -> bool:
        """Put the cursor on a row, or on the next one in the direction that may take it."""
        if not self.rows:
            return False
        before = self.cursor
        self.cursor = self._allowed(index, direction)
        if self.cursor == before:
            self._bring_into_view()
            return False
        if not self._bring_into_view():
            for index in (before, self.cursor):
                self.refresh(Region(0, index - self.top + self.head, self.size.width, 1))
        return True

    def go_to_key(self, key: Hashable) -> bool:
        """Put the cursor on the row of that key; returns whether there is one."""
        for index, row in enumerate(self.rows):
            if self.key_of(row) == key:
                self.go(index)
                return True
        return False

    def mark(self) -> None:
        """Mark or unmark the current row and move down."""
        if self.current is not None:
            self.marked ^= {self.key_of(self.current)}
            self.refresh(Region(0, self.cursor - self.top + self.head, self.size.width, 1))
            self.move(1)

    def mark_all(self) -> None:
        """Mark every row, or none when all are marked."""
        keys = {self.key_of(row) for row in self.rows}
        self.marked = set() if keys <= self.marked else self.marked | keys
        self.refresh()

    def chosen(self) -> list[Any]:
        """The marked rows in order, or the current one when none is marked."""
        marked = [row for row in self.rows if self.key_of(row) in self.marked]
        return marked or ([self.current] if self.current is not None else [])

    def seen_marks(self) -> int:
        """How many of the marked rows are among those shown."""
        return sum(self.key_of(row) in self.marked for row in self.rows) if self.marked else 0

    def set_active(self, active: bool) -> None:
        """Whether this list has the keys, when a screen has several."""
        if active != self.active:
            self.active = active
            self.redraw()
        if active:
            self.point()

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if self.header and y == 0:
            return strip_of(
                [(" " * self.gutter_width, "dim"), *self.header(width - self.gutter_width)], width, self.look
            )
        index = self.top + y - self.head
        if not 0 <= index < len(self.rows):
            return Strip.blank(width, Style.null())
        row = self.rows[index]
        selected = index == self.cursor and self.active
        marked = self.key_of(row) in self.marked
        key = (index, width, index == self.cursor, marked)
        if key not in self._strips:
            gutter = MARKER[0 if index == self.cursor else 1] + (TICK[0 if marked else 1] if self.marks else "")
            spans = [(gutter, ACCENT if gutter.strip() else NORMAL), *self.render_row(row, width - self.gutter_width)]
            extent = (self.highlight or width) if selected else 0
            if len(self._strips) > 2000:
                self._strips.clear()
            self._strips[key] = strip_of(spans, width, self.look, selected=extent)
        return self._strips[key]

    def on_resize(self) -> None:
        self._strips.clear()
        self._bring_into_view()
        self.moved_to()

    def _allowed(self, index: int, direction: int) -> int:
        """The nearest row in the direction that may take the cursor, else the nearest in the other."""
        last = len(self.rows) - 1
        if last < 0:
            return 0
        index = min(max(index, 0), last)
        if self.skip is None:
            return index
        for step in (direction, -direction):
            probe = index
            while 0 <= probe <= last:
                if not self.skip(self.rows[probe]):
                    return probe
                probe += step
        return index

    def _bring_into_view(self) -> bool:
        """Scroll so that the cursor is seen; returns whether it scrolled."""
        if not self.size.height:
            return False
        top = min(max(self.top, self.cursor - self.page + 1), self.cursor)
        if self.skip is not None and all(self.skip(row) for row in self.rows[: self.cursor]):
            top = 0 if self.cursor < self.page else top  # headings above the first row are worth seeing
        top = max(0, min(top, len(self.rows) - self.page))
        scrolled = top != self.top
        if scrolled:
            self.scroll_to(y=top, animate=False, immediate=True, force=True)
        self.point()
        return scrolled

    def point(self) -> None:
        """Put the terminal's cursor on the current line."""
        if self.active and self.is_attached and self.screen.is_current:
            self.place_cursor(0, self.cursor - self.top + self.head)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        if round(old_value) != round(new_value):
            self.refresh()
