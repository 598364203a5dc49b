"""Long work in threads that only post messages."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from textual.message import Message

from diagnostics.safety import Refusal
from tui import apart, journal, strings
from tui.messages import Failed, Finished, Progressed, Stop

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


class Jobs:
    """At most one running job for each name; a new one of the same name stops the old."""

    def __init__(self, app: TriageApp) -> None:
        self.app = app
        self.running: dict[str, Stop] = {}
        self.latest: dict[str, Stop] = {}
        """The last run of each name, still going or not: the word of an older one is not heard any more."""

    def start(self, name: str, work: Work) -> None:
        self.stop(name, quietly=True)
        stop = Stop()
        self.running[name] = self.latest[name] = stop
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

    def is_current(self, name: str, stop: Stop) -> bool:
        """Whether the word of a run still counts: none of the same name was started after it."""
        return self.latest.get(name) is stop

    def ended(self, name: str, stop: Stop) -> bool:
        """Take note of the last word of a run; returns whether it counts."""
        current = self.is_current(name, stop)
        if current:
            self.running.pop(name, None)
        return current

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
                post(Progressed(name, stop, step, done, total))

        try:
            result = work(report, stop.is_set)
        except Stopped:
            post(Failed(name, stop, strings.STOPPED))
        except Refusal as refusal:
            post(Failed(name, stop, refusal.reason))
        except MemoryError:
            post(Failed(name, stop, strings.OUT_OF_MEMORY))
        except apart.Killed:
            post(Failed(name, stop, strings.KILLED))
        except apart.Failure as failure:
            post(Failed(name, stop, strings.internal_error(failure.log)))
        except Exception as error:
            post(Failed(name, stop, strings.internal_error(journal.record(error))))
        else:
            if not stop.is_set():
                post(Finished(name, stop, result))
            else:
                post(Failed(name, stop, strings.STOPPED))
