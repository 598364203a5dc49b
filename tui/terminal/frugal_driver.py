"""The driver that sends only what changed; on any doubt it steps aside for Textual's own way."""

from __future__ import annotations

import codecs
import functools
import os
from typing import TYPE_CHECKING, Any

from textual import events
from textual.drivers import linux_driver
from textual.drivers.linux_driver import LinuxDriver

from tui import journal
from tui.terminal.sgr import NotUnderstood
from tui.terminal.wire import Wire
from tui.widgets.drawn import CURSOR_VARIABLE

if TYPE_CHECKING:
    from textual.app import App
    from textual.message import Message

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
NOT_UTF8 = "\ufffd"
"""What a byte becomes that is not UTF-8: a terminal set to Latin-1 sends one for « é »."""
MAX_DOUBTS = 3
"""Frames with a sequence we do not know, after which we stop pretending to know the screen."""


class FrugalDriver(LinuxDriver):
    """``LinuxDriver`` whose frames pass through a ``Wire``."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self.wire: Wire | None = None
        self.drawing = False
        self.doubts = 0
        self.stock = False
        """An internal error happened: frames pass untouched for the rest of the session."""

    def _get_terminal_size(self) -> tuple[int, int]:
        """The terminal's own size: COLUMNS and LINES, when a shell exports them, do not follow a resize."""
        try:
            columns, lines = os.get_terminal_size(self.fileno)
        except OSError:
            return super()._get_terminal_size()
        return columns or 80, lines or 24

    def start_application_mode(self) -> None:
        self.drawing = False
        super().start_application_mode()  # type: ignore[no-untyped-call]
        self.drawing = True
        self.forget()
        if os.environ.get(CURSOR_VARIABLE):
            super().write("\x1b[?25h")

    def stop_application_mode(self) -> None:
        self.drawing = False
        super().stop_application_mode()

    def run_input_thread(self) -> None:
        """Read the keys; Textual's own decoder ends the program at the first byte that is not UTF-8."""
        vars(linux_driver)["getincrementaldecoder"] = tolerant_decoder
        super().run_input_thread()

    def process_message(self, message: Message) -> None:
        if isinstance(message, events.Key) and message.character == NOT_UTF8:
            return
        super().process_message(message)

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


def tolerant_decoder(encoding: str) -> functools.partial[codecs.IncrementalDecoder]:
    """As ``codecs.getincrementaldecoder``, for a decoder that nothing stops."""
    return functools.partial(codecs.getincrementaldecoder(encoding), errors="replace")
