"""The program without a terminal, what it draws kept frame by frame, as a terminal would be sent it."""

from __future__ import annotations

from textual import events
from textual.app import App
from textual.driver import Driver
from textual.drivers.headless_driver import HeadlessDriver

from tui.app import TriageApp

SAID = {"space": " "}
"""Keys whose character is not their name."""


class Recorder(HeadlessDriver):
    """A driver without a terminal that keeps the frames."""

    frames: list[str]

    @property
    def is_headless(self) -> bool:
        return False

    def write(self, data: str) -> None:
        self.frames.append(data)


def recorder(app: App[int], size: tuple[int, int] | None) -> Recorder:
    driver = Recorder(app, mouse=False, size=size)
    driver.frames = []
    return driver


class Recorded(TriageApp):
    """The program, its frames kept."""

    def _build_driver(self, headless: bool, inline: bool, mouse: bool, size: tuple[int, int] | None) -> Driver:
        driver = self._driver = recorder(self, size)
        self.frames = driver.frames
        return driver

    def send(self, key: str) -> None:
        """Press a key, or paste what is longer than a key, as a terminal would, without waiting."""
        assert self._driver is not None
        event: events.Event
        if key.startswith("\x1b[200~"):
            event = events.Paste(key.removeprefix("\x1b[200~").removesuffix("\x1b[201~"))
        else:
            event = events.Key(key, SAID.get(key, key if len(key) == 1 else None))
        event.set_sender(self)
        self._driver.send_message(event)

    def taken(self) -> list[str]:
        """The frames drawn since this was last asked."""
        frames = [frame for frame in self.frames if frame.startswith("\x1b[") and not frame.startswith("\x1b[?")]
        self.frames.clear()
        return frames
