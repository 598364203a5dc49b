"""Keeps texts as they are typed: on disk before the screen shows them, unless the base makes the hand wait."""

from __future__ import annotations

import threading
from collections.abc import Callable

from diagnostics.safety import Refusal
from tui import journal

PATIENCE_SECONDS = 2.0
"""Longest wait of one key for the base, which a colleague may hold for seconds; the next ones do not wait at all."""
SLOW = "La base fait attendre : ce que vous tapez sera gardé dès qu’elle répondra."
RETRY_SECONDS = 1.0
"""Between two attempts while the base takes nothing."""
LAST_SECONDS = 1.5
"""Given on leaving to what still waits."""


class Keeper:
    """Writes the last text of each place in a thread of its own; the older ones that still wait are of no use."""

    def __init__(self, write: Callable[[str, str], None]) -> None:
        self.write = write
        self.turn = threading.Condition()
        self.waiting: dict[str, str] = {}
        self.refusal: Refusal | None = None
        """Why the last attempt failed, until somebody was told."""
        self.thread: threading.Thread | None = None
        self.writing = threading.Lock()

    def keep(self, place: str, text: str) -> None:
        """Keep a text, "" to forget it; done when this returns, unless it was said that the base is slow.

        Raises:
            Refusal: the base takes nothing now, or makes wait; the text waits for it.
        """
        with self.turn:
            told = bool(self.waiting)
            self.waiting[place] = text
            if self.thread is None:
                self.thread = threading.Thread(target=self._run, daemon=True)
                self.thread.start()
            self.turn.notify_all()
            if not told and not self.turn.wait_for(self._answered, PATIENCE_SECONDS):
                self.refusal = Refusal(SLOW)
            refusal, self.refusal = self.refusal, None
        if refusal is not None:
            raise refusal

    def _answered(self) -> bool:
        return not self.waiting or self.refusal is not None

    def pending(self, place: str) -> str | None:
        """The text of a place that is not on disk yet."""
        return self.waiting.get(place)

    def drop(self, place: str) -> None:
        """What waits for this place is not to be written any more; nothing of it is being written after this."""
        with self.turn:
            self.waiting.pop(place, None)
        with self.writing:
            pass

    def settle(self) -> None:
        """Give what waits a last chance."""
        with self.turn:
            self.turn.wait_for(lambda: not self.waiting, LAST_SECONDS)

    def _run(self) -> None:
        while True:
            with self.turn:
                if not self.waiting:
                    self.thread = None
                    return
                place = next(iter(self.waiting))
            refusal = self._write(place)
            with self.turn:
                self.refusal = refusal
                self.turn.notify_all()
                if refusal is not None:
                    self.turn.wait(RETRY_SECONDS)

    def _write(self, place: str) -> Refusal | None:
        """Write what waits for a place; why it could not be, when it could not."""
        with self.writing:
            text = self.waiting.get(place)
            if text is None:
                return None
            try:
                self.write(place, text)
            except Refusal as refusal:
                return refusal
            except Exception as error:
                journal.record(error)
            with self.turn:
                if self.waiting.get(place) == text:
                    del self.waiting[place]
        return None
