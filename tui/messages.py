"""What thread workers say to the program; they never touch a widget."""

from __future__ import annotations

from threading import Event
from typing import Any

from textual.message import Message

from diagnostics.model import Loaded


class Stop(Event):
    """One run of a job. Set to ask it to stop; ``quiet`` when nobody waits for its word any more."""

    quiet = False


class Progressed(Message):
    """How far the run of a job is; a newer one replaces one that waits."""

    def __init__(self, job: str, run: Stop, step: str, done: int, total: int) -> None:
        super().__init__()
        self.job = job
        self.run = run
        self.step = step
        self.done = done
        self.total = total

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, Progressed) and message.run is self.run


class Finished(Message):
    """A job is done."""

    def __init__(self, job: str, run: Stop, result: Any) -> None:
        super().__init__()
        self.job = job
        self.run = run
        self.result = result


class Failed(Message):
    """A job stopped; ``reason`` is a French sentence that says where and what to do."""

    def __init__(self, job: str, run: Stop, reason: str) -> None:
        super().__init__()
        self.job = job
        self.run = run
        self.reason = reason


class PartlyRead(Message):
    """Files are read, and their analysis takes long."""

    def __init__(self, loaded: Loaded) -> None:
        super().__init__()
        self.loaded = loaded
