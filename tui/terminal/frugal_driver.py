"""The driver that sends only what changed; on any doubt it steps aside for Textual's own way."""

from __future__ import annotations

import contextlib
import os
import termios
import tty
from typing import TYPE_CHECKING, Any

from tui import journal
from tui.terminal.sgr import NotUnderstood
from tui.terminal.tolerant_driver import TolerantDriver
from tui.terminal.wire import Wire
from tui.widgets.drawn import CURSOR_VARIABLE

if TYPE_CHECKING:
    from textual.app import App

USELESS = frozenset({
    "\x1b[?2026h", "\x1b[?2026l",  # synchronised updates: a frame is one small write
    "\x1b[?2026$p", "\x1b[?2048$p",  # questions to the terminal: their answers would change nothing
    "\x1b[?1004h", "\x1b[?1004l",  # focus reports: the screens do not care
    "\x1b[<u",  # end of a keyboard protocol that is never begun
})  # fmt: skip
POINTER_SHAPE = "\x1b]22;"
"""Shape of the mouse pointer: the mouse is not used."""
FRAME_START = "\x1b["
RESET = "\x1b[r\x1b[m\x1b[2J"
MAX_DOUBTS = 3
"""Frames with a sequence we do not know, after which we stop pretending to know the screen."""


class FrugalDriver(TolerantDriver):
    """``TolerantDriver`` whose frames pass through a ``Wire``."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self.wire: Wire | None = None
        self.drawing = False
        self.doubts = 0
        self.stock = False
        """An internal error happened: frames pass untouched for the rest of the session."""

    def start_application_mode(self) -> None:
        self.drawing = False
        super().start_application_mode()  # type: ignore[no-untyped-call]
        self.send_line_ends_as_they_are()
        self.drawing = True
        self.forget()
        if os.environ.get(CURSOR_VARIABLE):
            super().write("\x1b[?25h")

    def send_line_ends_as_they_are(self) -> None:
        """Else the system adds a return to each; leaving puts the settings of before back."""
        with contextlib.suppress(termios.error):
            settings = termios.tcgetattr(self.fileno)
            settings[tty.OFLAG] &= ~termios.OPOST
            termios.tcsetattr(self.fileno, termios.TCSANOW, settings)

    def stop_application_mode(self) -> None:
        self.drawing = False
        super().stop_application_mode()

    def forget(self) -> None:
        """Nothing is known of the terminal any more: the next frame sends all."""
        if self.wire is not None:
            self.wire.forget()

    def write(self, data: str) -> None:
        if data in USELESS or data.startswith(POINTER_SHAPE):
            return
        if not self.drawing or self.stock or not data.startswith(FRAME_START) or data.startswith("\x1b[?"):
            super().write(data)
            return
        try:
            data = self._through_the_wire(data)
        except NotUnderstood:
            # What follows on the screen is not known: let it pass, then draw all again from nothing.
            self.doubts += 1
            self.stock = self.doubts > MAX_DOUBTS
            self.forget()
            self._draw_again()
        except Exception as error:
            journal.record(error)
            self.stock = True
            data = RESET + data
            self._draw_again()
        if data:
            super().write(data)

    def _draw_again(self) -> None:
        self._loop.call_soon_threadsafe(lambda: self._app.screen.refresh(layout=True))

    def _through_the_wire(self, data: str) -> str:
        width, height = self._app.size
        if self.wire is None:
            self.wire = Wire(width, height)
        elif (self.wire.wanted.width, self.wire.wanted.height) != (width, height):
            # Frames on their way may be of the old size: draw all again once the layout is done.
            self.wire.resize(width, height)
            self._draw_again()
        return self.wire.frame(data)
