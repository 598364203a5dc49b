"""What thread workers say to the program; they never touch a widget."""

from __future__ import annotations

from typing import Any

from textual.message import Message


class Progressed(Message):
    """How far a job is; a newer one replaces one that waits."""

    def __init__(self, job: str, step: str, done: int, total: int) -> None:
        super().__init__()
        self.job = job
        self.step = step
        self.done = done
        self.total = total

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, Progressed) and message.job == self.job


class Finished(Message):
    """A job is done."""

    def __init__(self, job: str, result: Any) -> None:
        super().__init__()
        self.job = job
        self.result = result


class Failed(Message):
    """A job stopped; ``reason`` is a French sentence that says where and what to do."""

    def __init__(self, job: str, reason: str) -> None:
        super().__init__()
        self.job = job
        self.reason = reason
