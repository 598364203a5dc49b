"""Random work under the frugal driver, compared cell for cell with what Textual drew.

``python -m benchmarks.driver_oracle [STEPS] [--only N]``: every frame goes to two terminals in memory, as Textual wrote
it and through the ``Wire``; after each key both must show the same. STEPS are for each of the colour modes and sizes,
which run side by side, each in a process of its own: a program spends most of a step waiting for its own timers.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.fast_pyte import FastScreen
from diagnostics.demo import generate
from diagnostics.settings import Settings
from tests.tui.pty_screen import seen
from tests.tui.recorded import Recorded
from tui.actions import actions_of
from tui.screens.tickets import Tickets
from tui.session import Session
from tui.terminal.wire import Wire

ROOT = Path(__file__).parents[1]
STEPS = 100
SIZES = ((80, 24), (60, 15), (200, 50))
MODES = {
    "16 couleurs": {"TERM": "xterm"},
    "256 couleurs": {"TERM": "xterm-256color"},
    "vraies couleurs": {"TERM": "xterm-256color", "COLORTERM": "truecolor"},
    "sans couleur": {"TERM": "xterm", "NO_COLOR": "1"},
}
CASES = [(mode, size) for mode in MODES for size in SIZES]
NEVER = frozenset({"quitter", "suspendre", "ecrire", "ecrire_listes", "copier", "questions", "recharger", "charger"})
"""Actions that leave, write or wait."""
TYPED = ("a", "e", "é", "space", "backspace", "q", "escape", "q", "enter", "down", "up", "pagedown", "tab")
STEP_SECONDS = 0.03
"""For a key to be acted on and drawn; what comes later is compared with the next one."""
FORGET_EVERY = 500
"""Steps after which the driver is told to forget what it knew, as after a suspension."""
TOLD_EVERY = 1000
"""Steps after which the count is told."""
SHOWN = 5
"""Differences told one by one."""


@dataclass
class Tally:
    steps: int = 0
    wrong: int = 0
    drawn: int = 0
    sent: int = 0


class Twins:
    """Two terminals: one is sent what Textual draws, the other what the wire makes of it."""

    def __init__(self, size: tuple[int, int]) -> None:
        self.straight, self.frugal = FastScreen(*size), FastScreen(*size)
        self.wire = Wire(*size)
        self.tally = Tally()

    def take(self, frames: list[str]) -> None:
        for frame in frames:
            output = self.wire.frame(frame)
            self.straight.feed(frame)
            self.frugal.feed(output)
            self.tally.drawn += len(frame.encode())
            self.tally.sent += len(output.encode())

    def compare(self) -> str:
        """Where they differ, "" when they do not; lines that neither drew on are as they were."""
        one, other = self.straight, self.frugal
        for y in sorted(one.dirty | other.dirty):
            for x in range(one.columns):
                ours, theirs = other.buffer[y][x], one.buffer[y][x]
                if ours is not theirs and ours != theirs and seen(ours) != seen(theirs):
                    return f"ligne {y + 1}, colonne {x + 1} : {theirs} / {ours}"
        one.dirty.clear()
        other.dirty.clear()
        ends = [(min(screen.cursor.x, screen.columns - 1), screen.cursor.y) for screen in (one, other)]
        return "" if ends[0] == ends[1] else f"curseur : {ends}"


def key(app: Recorded, rng: random.Random) -> str:
    """A key that means something on the screen that is shown."""
    sheet = app.sheet
    editing = sheet.prompt.is_open or (isinstance(sheet, Tickets) and sheet.editor.is_open)
    if editing or rng.random() < 0.1:
        return rng.choice(TYPED)
    return rng.choice([action for action in actions_of(sheet.screen_id) if action.id not in NEVER]).keys[0]


def tell(text: str) -> None:
    """Textual keeps for itself what is printed while a program runs."""
    print(text, file=sys.__stdout__, flush=True)


async def work(exports: Path, folder: Path, size: tuple[int, int], steps: int, seed: int) -> Tally:
    rng = random.Random(seed)
    app = Recorded(Session([exports], settings=Settings(), store_path=folder / f"{seed}.sqlite", demo=True))
    twins = Twins(size)
    async with app.run_test(size=size):
        await app.workers.wait_for_complete()
        app.do_quitter = lambda: app.say("")  # type: ignore[method-assign]
        for number in range(steps):
            if number % FORGET_EVERY == FORGET_EVERY - 1:
                twins.wire.forget()
            pressed = key(app, rng)
            where = app.sheet.screen_id
            app.send(pressed)
            await asyncio.sleep(STEP_SECONDS)
            twins.take(app.taken())
            twins.tally.steps += 1
            if difference := twins.compare():
                twins.tally.wrong += 1
                if twins.tally.wrong <= SHOWN:
                    tell(f"pas {number}, {where}, touche {pressed} : {difference}")
            if twins.tally.steps % TOLD_EVERY == 0:
                tell(f"{os.getpid()}: {twins.tally.steps} steps, {twins.tally.wrong} differ")
    return twins.tally


def one_case(number: int, steps: int) -> None:
    mode, size = CASES[number]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ |= {"ENT_TRIAGE_DATA": name, "ENT_TRIAGE_CONFIG": str(folder / "config.toml")}
        exports = folder / "exports"
        generate(exports, seed=number + 1, pupils=80)
        began = time.process_time()
        tally = asyncio.run(work(exports, folder, size, steps, number))
        spent = time.process_time() - began
    print(f"{mode:16} {size[0]}x{size[1]}: {tally.steps} steps, {tally.wrong} differ, {tally.drawn} bytes drawn, "
          f"{tally.sent} sent, {1000 * spent / steps:.1f} ms of processor a step", flush=True)  # fmt: skip
    sys.exit(1 if tally.wrong else 0)


def started(number: int, steps: int) -> subprocess.Popen[bytes]:
    """A case in a process of its own, its colours said by its environment before anything is imported."""
    mode, _ = CASES[number]
    told = {name: value for name, value in os.environ.items() if name not in {"COLORTERM", "NO_COLOR"}}
    command = [sys.executable, "-m", "benchmarks.driver_oracle", str(steps), "--only", str(number)]
    return subprocess.Popen(command, cwd=ROOT, env={**told, **MODES[mode]})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("steps", nargs="?", type=int, default=STEPS)
    parser.add_argument("--only", type=int, default=-1, help="one case alone, by its number")
    given = parser.parse_args()
    if given.only >= 0:
        one_case(given.only, given.steps)
    running = [started(number, given.steps) for number in range(len(CASES))]
    sys.exit(max([case.wait() for case in running]))


if __name__ == "__main__":
    main()
