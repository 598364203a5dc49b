"""Long work in threads that only post messages."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event
from typing import TYPE_CHECKING, Any

from textual.message import Message

from diagnostics.safety import Refusal
from tui import journal, strings
from tui.messages import Failed, Finished, Progressed

if TYPE_CHECKING:
    from tui.app import TriageApp

Report = Callable[[str, int, int], None]
"""(French name of the step, done, in all)."""
Cancelled = Callable[[], bool]
Work = Callable[[Report, Cancelled], Any]
REPORT_SECONDS = 0.25
"""Time between two reports: a slow line must not be filled by a progress line."""


class Stopped(Exception):
    """The agent asked to stop."""


class Stop(Event):
    """Set to ask a job to stop; ``quiet`` when nobody waits for its word any more."""

    quiet = False


class Jobs:
    """At most one running job for each name; a new one of the same name stops the old."""

    def __init__(self, app: TriageApp) -> None:
        self.app = app
        self.running: dict[str, Stop] = {}

    def start(self, name: str, work: Work) -> None:
        self.stop(name, quietly=True)
        stop = Stop()
        self.running[name] = stop
        self.app.run_worker(
            lambda: self._run(name, work, stop), name=name, group=name, thread=True, exit_on_error=False
        )

    def stop(self, name: str, *, quietly: bool = False) -> bool:
        """Ask a job to stop, without a word when another takes its place; returns whether it ran."""
        stop = self.running.pop(name, None)
        if stop is not None:
            stop.quiet = quietly
            stop.set()
        return stop is not None

    def stop_all(self) -> None:
        for name in list(self.running):
            self.stop(name)

    def ended(self, name: str) -> None:
        self.running.pop(name, None)

    def _run(self, name: str, work: Work, stop: Stop) -> None:
        last = 0.0

        def post(message: Message) -> None:
            if not stop.quiet:
                self.app.post_message(message)

        def report(step: str, done: int, total: int) -> None:
            nonlocal last
            if stop.is_set():
                raise Stopped
            if time.monotonic() - last >= REPORT_SECONDS or done >= total:
                last = time.monotonic()
                post(Progressed(name, step, done, total))

        try:
            result = work(report, stop.is_set)
        except Stopped:
            post(Failed(name, strings.STOPPED))
        except Refusal as refusal:
            post(Failed(name, refusal.reason))
        except MemoryError:
            post(Failed(name, strings.OUT_OF_MEMORY))
        except Exception as error:
            post(Failed(name, strings.internal_error(journal.record(error))))
        else:
            if not stop.is_set():
                post(Finished(name, result))
            else:
                post(Failed(name, strings.STOPPED))
