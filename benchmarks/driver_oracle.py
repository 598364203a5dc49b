"""Random work under the frugal driver, compared cell for cell with what Textual drew.

``python -m benchmarks.driver_oracle [STEPS]``: every frame goes to two terminals in memory, as Textual wrote it and
through the ``Wire``; after each key both must show the same cells. STEPS are for each colour mode and size.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyte
from textual.driver import Driver
from textual.drivers.headless_driver import HeadlessDriver

from diagnostics.demo import generate
from diagnostics.settings import Settings
from tests.tui.pty_screen import cells
from tui.actions import actions_of
from tui.app import TriageApp
from tui.screens.tickets import Tickets
from tui.session import Session
from tui.terminal.wire import Wire

STEPS = 100
SIZES = ((80, 24), (60, 15), (200, 50))
MODES = {
    "16 couleurs": {"TERM": "xterm"},
    "256 couleurs": {"TERM": "xterm-256color"},
    "vraies couleurs": {"TERM": "xterm-256color", "COLORTERM": "truecolor"},
    "sans couleur": {"TERM": "xterm", "NO_COLOR": "1"},
}
NEVER = frozenset({"quitter", "suspendre", "ecrire", "copier", "questions", "recharger", "charger"})
"""Actions that leave, write or wait."""
TYPED = ("a", "e", "é", "space", "backspace", "q", "escape", "q", "enter", "down", "up", "pagedown", "tab")


class Recorder(HeadlessDriver):
    """A driver without a terminal that keeps the frames."""

    frames: list[str]

    @property
    def is_headless(self) -> bool:
        return False

    def write(self, data: str) -> None:
        self.frames.append(data)


class Recorded(TriageApp):
    """The program, its frames kept."""

    def _build_driver(self, headless: bool, inline: bool, mouse: bool, size: tuple[int, int] | None) -> Driver:
        driver = self._driver = Recorder(self, mouse=False, size=size)
        driver.frames = self.frames = []
        return driver


def key(app: TriageApp, rng: random.Random) -> str:
    """A key that means something on the screen that is shown."""
    sheet = app.sheet
    editing = sheet.prompt.is_open or (isinstance(sheet, Tickets) and sheet.editor.is_open)
    if editing or rng.random() < 0.1:
        return rng.choice(TYPED)
    return rng.choice([action for action in actions_of(sheet.screen_id) if action.id not in NEVER]).keys[0]


@contextmanager
def environment(values: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.pop(name, None) for name in ("TERM", "COLORTERM", "NO_COLOR")}
    os.environ.update(values)
    yield
    for name, value in before.items():
        os.environ.pop(name, None)
        if value is not None:
            os.environ[name] = value


def terminal(size: tuple[int, int]) -> tuple[pyte.Screen, pyte.Stream]:
    screen = pyte.Screen(*size)
    screen.reset_mode(pyte.modes.DECAWM)
    return screen, pyte.Stream(screen)


async def compare(exports: Path, folder: Path, size: tuple[int, int], steps: int, seed: int) -> tuple[int, int, int]:
    """(steps that differ, bytes drawn, bytes sent)."""
    rng = random.Random(seed)
    app = Recorded(Session([exports], settings=Settings(), store_path=folder / f"{seed}.sqlite", demo=True))
    straight, plain = terminal(size)
    frugal, fed = terminal(size)
    wire = Wire(*size)
    drawn = sent = wrong = 0
    async with app.run_test(size=size) as pilot:
        await app.workers.wait_for_complete()
        app.do_quitter = lambda: app.say("")  # type: ignore[method-assign]
        for _ in range(steps):
            await pilot.press(key(app, rng))
            await pilot.pause()
            for frame in app.frames:
                if not frame.startswith("\x1b[") or frame.startswith("\x1b[?"):
                    continue
                output = wire.frame(frame)
                plain.feed(frame)
                fed.feed(output)
                drawn += len(frame.encode())
                sent += len(output.encode())
            app.frames.clear()
            wrong += cells(straight) != cells(frugal)
    return wrong, drawn, sent


def main() -> None:
    steps = int(sys.argv[1]) if len(sys.argv) > 1 else STEPS
    failed = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["ENT_TRIAGE_DATA"] = name
        exports = folder / "exports"
        generate(exports, pupils=80)
        for number, (mode, values) in enumerate(MODES.items()):
            for size in SIZES:
                with environment(values):
                    wrong, drawn, sent = asyncio.run(compare(exports, folder, size, steps, number * 100 + size[0]))
                failed += wrong
                print(f"{mode:16} {size[0]}x{size[1]}: {steps} steps, {wrong} differ, {drawn} bytes drawn, {sent} sent")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
