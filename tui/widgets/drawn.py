"""Spans to strips, and the base of the widgets that draw them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, cast

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Offset
from textual.strip import Strip
from textual.widget import Widget

from tui.glyphs import cut, shown, width_of
from tui.theme import NORMAL, SELECTED, Span, Spans

if TYPE_CHECKING:
    from tui.app import TriageApp


def strip_of(spans: Spans, width: int, styles: Mapping[str, Style], *, selected: int = 0) -> Strip:
    """One line of exactly ``width`` cells; its first ``selected`` cells are drawn as the selection."""
    segments: list[Segment] = []
    room = width
    for text, role in spans:
        if room <= 0:
            break
        text = shown(text)
        size = width_of(text)
        if size > room:
            text = cut(text, room)
            size = width_of(text)
        room -= size
        if text:
            segments.append(Segment(text, styles[role]))
    if room > 0:
        segments.append(Segment(" " * room, styles[NORMAL]))
    strip = Strip(segments, width)
    if not selected:
        return strip
    head, tail = strip.divide([min(selected, width), width]) if selected < width else (strip, None)
    reverse = styles[SELECTED]
    marked = [Segment(segment.text, (segment.style or Style.null()) + reverse) for segment in head]
    return Strip([*marked, *(tail or ())], width)


def spread(left: Spans, right: Spans, width: int) -> list[Span]:
    """Left part, then the right part against the right edge; the left part gives way."""
    tail = sum(width_of(shown(text)) for text, _ in right)
    room = width - tail - (1 if right else 0)
    spans: list[Span] = []
    for text, role in left:
        if room <= 0:
            break
        text = cut(text, room)
        room -= width_of(text)
        spans.append((text, role))
    spans.append((" " * (max(room, 0) + (1 if right else 0)), NORMAL))
    spans.extend(right)
    return spans


def plain_text(spans: Iterable[Span]) -> str:
    return "".join(text for text, _ in spans)


CURSOR_VARIABLE = "ENT_TRIAGE_CURSEUR"
"""When set, the terminal's cursor stays visible on the selected line (screen readers that need to see it)."""


class Drawn(Widget, inherit_bindings=False):
    """A widget that draws its own lines and never takes the focus: keys are the screen's."""

    can_focus = False

    @property
    def triage(self) -> TriageApp:
        return cast("TriageApp", self.app)

    @property
    def look(self) -> Mapping[str, Style]:
        return self.triage.look

    @property
    def caret_role(self) -> str:
        """Role of the cell under the caret: the terminal's own cursor shows it when it is visible."""
        return NORMAL if os.environ.get(CURSOR_VARIABLE) else SELECTED

    def point(self) -> None:
        """Put the terminal's cursor where the keys act."""
        self.place_cursor(0, 0)

    def moved_to(self) -> None:
        """The layout gave this widget another place: the cursor that stands in it goes along."""
        if point_soon := getattr(self.screen, "point_soon", None):
            point_soon()

    def place_cursor(self, x: int, y: int) -> None:
        """Put the terminal's cursor on a cell of this widget, for braille displays and screen readers."""
        region = self.content_region
        self.app.cursor_position = Offset(region.x + x, region.y + y)
