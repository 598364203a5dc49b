"""A list, and what its current line is about once the cursor rests on it."""

from __future__ import annotations

from textual.timer import Timer

from tui.screens.base import Sheet
from tui.widgets.pane import TextPane

REST_SECONDS = 0.25
"""Rest of the cursor after which the detail follows it."""


class Detailed(Sheet):
    """A screen whose pane follows its list.

    A key held down on a slow line must not wait for details nobody reads, nor someone who only goes through the screen.
    Without a terminal (pictures, tests) there is no line to spare: the detail comes at once.
    """

    pane: TextPane
    reading = False
    """The pane has the whole room and the keys."""
    _rest: Timer | None = None

    def show_detail(self) -> None:
        """Show what the current line is about."""
        raise NotImplementedError

    def show_detail_soon(self) -> None:
        self._stop_waiting()
        if self.reading or self.app.is_headless:
            self.show_detail()
        elif self.is_current:  # else it is filled again when it is gone to
            self._rest = self.set_timer(REST_SECONDS, self.show_detail)

    def moved(self) -> None:
        self.show_detail_soon()

    def show_list_first(self) -> None:
        """The list has its room back: what the pane held would be drawn only to be replaced."""
        if not self.app.is_headless:
            self.pane.show(())
        self.show_detail_soon()

    def on_screen_suspend(self) -> None:
        """Who comes back and goes on at once does not wait for the detail either."""
        self._stop_waiting()
        if not (self.reading or self.app.is_headless):
            self.pane.show(())

    def _stop_waiting(self) -> None:
        if self._rest is not None:
            self._rest.stop()
            self._rest = None
