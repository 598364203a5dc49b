"""Textual's own driver, less what ends or deafens the program: odd bytes, a terminal that goes away, a stale size."""

from __future__ import annotations

import codecs
import os
import select
import signal
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual import events
from textual.drivers import linux_driver
from textual.drivers.linux_driver import LinuxDriver

from tui.terminal.raw_paste import Bursts

if TYPE_CHECKING:
    from textual.message import Message

LATIN = "ent-triage-latin"
"""Name of the way to read a byte that is not UTF-8."""
UNKNOWN = "\ufffd"
"""What a byte becomes that means nothing."""
PAUSE_SECONDS = 0.2
"""Silence that ends a paste that the terminal does not mark."""
READ_BYTES = 65_536
GONE_SECONDS = 0.1
"""Between two looks at a terminal that has gone: an input that has ended is always ready."""


class TolerantDriver(LinuxDriver):
    """``LinuxDriver`` that nothing typed, pasted or cut can end."""

    def _get_terminal_size(self) -> tuple[int, int]:
        """The terminal's own size: COLUMNS and LINES, when a shell exports them, do not follow a resize."""
        try:
            columns, lines = os.get_terminal_size(self.fileno)
        except OSError:
            return super()._get_terminal_size()
        return columns or 80, lines or 24

    def run_input_thread(self) -> None:
        """Read the keys; Textual's own decoder ends the program at the first byte that is not UTF-8."""
        decoder = Bursts(Decoder(terminal_gone).decode, self.at_once, self.is_typing)
        vars(linux_driver)["getincrementaldecoder"] = lambda encoding: lambda: decoder
        try:
            super().run_input_thread()
        except OSError:
            terminal_gone()

    def at_once(self) -> bytes:
        """What follows without a pause."""
        ready, _, _ = select.select([self.fileno], [], [], PAUSE_SECONDS)
        return os.read(self.fileno, READ_BYTES) if ready else b""

    def is_typing(self) -> bool:
        """Whether a field of the program takes letters."""
        return bool(getattr(self._app, "is_typing", False))

    def process_message(self, message: Message) -> None:
        if isinstance(message, events.Key) and message.character == UNKNOWN:
            return
        super().process_message(message)


class Decoder:
    """UTF-8, and for what is not, the letters of western Europe: a terminal set to Latin-1 sends one byte for « é »."""

    def __init__(self, gone: Callable[[], None]) -> None:
        self.decoder = codecs.getincrementaldecoder("utf-8")(errors=LATIN)
        self.gone = gone

    def decode(self, data: bytes, final: bool = False) -> str:
        if not data and not final:
            self.gone()  # read because there was something to read, and there was nothing: its other end is closed
            time.sleep(GONE_SECONDS)
        return self.decoder.decode(data, final)


def latin(error: UnicodeError) -> tuple[str, int]:
    """A byte that is not UTF-8, as Windows-1252 has it."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


def terminal_gone() -> None:
    """Leave as when the line drops; a system that says nothing of it would leave us to run for nobody."""
    os.kill(os.getpid(), signal.SIGHUP)


codecs.register_error(LATIN, latin)
