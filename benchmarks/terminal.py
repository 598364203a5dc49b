"""The measures of the terminal in one table: ``python -m benchmarks.terminal [--runs N] [--pupils N] [--schools N]``.

Everything is measured at 80×24 in a pseudo-terminal, in one run: a minimal Textual program, the real program on
invented schools, and the same with Textual's own driver. Bytes are exact, and the most that any school takes. Times are
the least of several runs: wall (from the command, or the key, to the last byte) and processor; on a busy machine only
the latter says something.
"""

from __future__ import annotations

import argparse
import os
import select
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from diagnostics.demo import generate
from tests.tui.gestures import AROUND, DEEPEST, KEYS, SWITCH, Gesture
from tests.tui.pty_screen import PtyScreen

ROOT = Path(__file__).parents[1]
MINIMAL = """
from textual.app import App
from textual.widgets import Static
class Minimal(App):
    def compose(self):
        yield Static("Bonjour")
Minimal().run(mouse=False)
"""
LIST = """
import sys
import tui
from rich.style import Style
from textual.app import App
from tui.terminal.frugal_driver import FrugalDriver
from tui.theme import look
from tui.widgets.virtual_list import VirtualList
class Rows(App):
    look = look("ansi", no_color=False)
    def compose(self):
        yield VirtualList(lambda row, width: [(f"{row[0]:<24} {row[1]:<20} {row[2]}", "normal")], id="rows")
    def on_mount(self):
        people = [(f"AMARANTE-{n}", f"Lise {n % 97}", f"{n % 28 + 1:02}/09/2012") for n in range(int(sys.argv[1]))]
        self.query_one(VirtualList).show(people)
Rows(driver_class=FrugalDriver).run(mouse=False)
"""
TABLE = """
import sys
from textual.app import App
from textual.widgets import DataTable
class Table(App):
    def compose(self):
        yield DataTable()
    def on_mount(self):
        table = self.query_one(DataTable)
        table.add_columns("Nom", "Prénom", "Naissance")
        for n in range(int(sys.argv[1])):
            table.add_row(f"AMARANTE-{n}", f"Lise {n % 97}", f"{n % 28 + 1:02}/09/2012")
Table().run(mouse=False)
"""
WHOLE = "anomalies bloquent"
"""On the first screen once everything is analysed."""
REST_SECONDS = 0.5
"""After a move the detail follows once the agent rests a quarter of a second."""
IDLE_SECONDS = 5.0
ROWS = 100_000
SCHOOLS: tuple[tuple[int, str], ...] = ((1, ""), (11, "arret"), (42, "juillet"), (23, "blocage"))
"""(seed, scenario) of the invented schools, of which the first one is also measured under Textual's own driver."""


@dataclass
class Start:
    """A program until a text is on its screen: milliseconds, and megabytes resident."""

    wall: float
    processor: float
    memory: float


@dataclass
class Taken:
    """What a gesture took.

    Attributes:
        sent: bytes.
        rest: bytes that follow once the agent rests.
        wall: milliseconds from the key to the last byte.
        switched: another screen is shown.
    """

    gesture: Gesture
    sent: int
    rest: int
    wall: float
    switched: bool


def environment(folder: Path, **more: str) -> dict[str, str]:
    return {
        "ENT_TRIAGE_DATA": str(folder),
        "ENT_TRIAGE_CONFIG": str(folder / "config.toml"),
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "",
        "TERM": "xterm",
        **more,
    }


@contextmanager
def opened(command: Sequence[str], folder: Path, **env: str) -> Iterator[PtyScreen]:
    screen = PtyScreen([sys.executable, *command], env=environment(folder, **env))
    try:
        yield screen
    finally:
        screen.close()


def resident(pid: int) -> float:
    """Megabytes of physical memory of a process."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def start(command: Sequence[str], folder: Path, text: bytes) -> Start:
    began = time.monotonic()
    with opened(command, folder) as screen:
        raw = b""
        while text not in raw and select.select([screen.fd], [], [], 60)[0]:
            raw += os.read(screen.fd, 65536)
        return Start((time.monotonic() - began) * 1000, screen.work() / 1e6, resident(screen.pid))


def best(command: Sequence[str], folder: Path, text: str, runs: int) -> Start:
    found = [start(command, folder, text.encode()) for _ in range(runs)]
    return Start(*(min(getattr(one, name) for one in found) for name in ("wall", "processor", "memory")))


def measured(screen: PtyScreen, gesture: Gesture) -> Taken:
    for key in gesture.keys[:-1]:
        screen.press(KEYS.get(key, key))
    screen.read(REST_SECONDS)
    place, pressed = screen.lines[0], time.monotonic()
    sent = screen.press(KEYS.get(gesture.keys[-1], gesture.keys[-1]))
    wall = (screen.heard - pressed) * 1000
    return Taken(gesture, sent, screen.read(REST_SECONDS), wall, screen.lines[0] != place)


def gestures(command: Sequence[str], folder: Path, **env: str) -> list[Taken]:
    """Every gesture on every screen."""
    found = []
    with opened(command, folder, **env) as screen:
        screen.read(120, until=WHOLE)
        screen.read(1)
        for steps in AROUND:
            found += [measured(screen, gesture) for gesture in steps]
            for _ in range(DEEPEST):
                screen.press("left")
            screen.press("home")
    return found


def idle(command: Sequence[str], folder: Path) -> tuple[float, float, float, int]:
    """(bytes per second, processor ms per second, resident MB, bytes of the whole first screen)."""
    with opened(command, folder) as screen:
        screen.read(120, until=WHOLE)
        screen.read(1)
        drawn, before = len(screen.raw), screen.work()
        end = time.monotonic() + IDLE_SECONDS
        while (left := end - time.monotonic()) > 0:
            screen.read(left)
        spent = (screen.work() - before) / 1e6
        return (len(screen.raw) - drawn) / IDLE_SECONDS, spent / IDLE_SECONDS, resident(screen.pid), drawn


def version(folder: Path, runs: int) -> float:
    """Milliseconds of ``--version``."""
    times = []
    for _ in range(runs):
        began = time.monotonic()
        subprocess.run([sys.executable, "-m", "tui", "--version"], env={**os.environ, **environment(folder)},
                       stdout=subprocess.DEVNULL, check=True)  # fmt: skip
        times.append(time.monotonic() - began)
    return min(times) * 1000


def line(what: str, stock: str, ours: str, goal: str, held: bool) -> None:
    print(f"{what:<34}{stock:>16}{ours:>16}{goal:>16}  {'tenu' if held else 'NON TENU'}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--pupils", type=int, default=680, help="three times as many people, all told")
    parser.add_argument("--schools", type=int, default=len(SCHOOLS), help="schools gone through, of those known")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        exports = folder / "exports"
        generate(exports, pupils=given.pupils)
        program = ["-m", "tui", "ouvrir", str(exports)]
        print(f"{'80×24':<34}{'Textual':>16}{'ici':>16}{'but':>16}")
        took = version(folder, given.runs)
        line("--version, ms", "–", f"{took:.0f}", "60", took <= 60)
        least = best(["-c", MINIMAL], folder, "Bonjour", given.runs)
        ours = best(program, folder, "quitter", given.runs)
        ratio = ours.processor / least.processor
        line("premier écran, ms (mur)", f"{least.wall:.0f}", f"{ours.wall:.0f}", "", True)
        line("premier écran, ms (processeur)", f"{least.processor:.0f}", f"{ours.processor:.0f}",
             "1,3 fois", ratio <= 1.3)  # fmt: skip
        whole = best(program, folder, WHOLE, max(1, given.runs // 3))
        line("tout lu et analysé, ms (mur)", "–", f"{whole.wall:.0f}", "", True)
        bytes_idle, work_idle, memory, drawn = idle(program, folder)
        line("mémoire, Mo", f"{least.memory:.0f}", f"{memory:.0f}", "60", memory <= 60)
        line("repos, octets/s", "–", f"{bytes_idle:.0f}", "0", bytes_idle == 0)
        line("repos, ms de processeur/s", "–", f"{work_idle:.1f}", "2", work_idle <= 2)
        line("écran d’accueil complet, octets", "–", str(drawn), "2500", drawn <= 2500)
        rows = best(["-c", LIST, str(ROWS)], folder, "AMARANTE-9", given.runs)
        table = best(["-c", TABLE, "1000"], folder, "AMARANTE-9", max(1, given.runs // 3))
        line("100 000 lignes, ms (mur)", f"{table.wall:.0f} (1 000)", f"{rows.wall:.0f}", "550", rows.wall <= 550)
        stock = gestures(program, folder, ENT_TRIAGE_DRIVER="stock")
        tell_gestures(stock, [gestures(open_school(folder, *one), folder) for one in SCHOOLS[: given.schools]])


def open_school(folder: Path, seed: int, scenario: str) -> list[str]:
    """The command that opens an invented school."""
    exports = folder / f"exports {seed}"
    generate(exports, seed=seed, scenario=scenario)
    return ["-m", "tui", "ouvrir", str(exports)]


def tell_gestures(stock: list[Taken], schools: list[list[Taken]]) -> None:
    """One line for each gesture: the most that it takes in any school."""
    for other, *ours in zip(stock, *schools, strict=True):
        most, sent, rest = other.gesture.most, max(one.sent for one in ours), max(one.rest for one in ours)
        line(f"{other.gesture.what}, octets", str(other.sent), str(sent), str(most), sent <= most)
        if rest:
            line("  puis le détail, octets", str(other.rest), str(rest), str(SWITCH), rest <= SWITCH)
    usual = statistics.median(one.wall for school in schools for one in school if one.switched)
    line("changer d’écran, ms, médiane", "–", f"{usual:.0f}", "30", usual <= 30)


if __name__ == "__main__":
    main()
