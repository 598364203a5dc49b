"""The program killed while an agent decides: ``python -m benchmarks.program_kills [--kills N]``.

The real program, on an invented school in a pseudo-terminal, is given decisions as fast as it takes them and killed
(SIGKILL) at a random moment. What its screen said to be decided must be in the base, and the base must be whole.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

from diagnostics.store import Store
from tests.tui.pty_screen import PtyScreen

ROOT = Path(__file__).parents[1]
FAKE = ROOT / "tests" / "tui" / "tui_fake.py"
PENDING = 60
"""People to match in the invented school."""
LIFE_SECONDS = 0.8
"""Longest time between the first key and the death."""
LEFT = re.compile(r"encore (\d+)")


def one(folder: Path, rng: random.Random) -> tuple[int, int, str]:
    """(decisions that the screen told, those in the base beyond what it held before, damage)."""
    base = folder / "store.sqlite"
    before = held(base)
    screen = PtyScreen(
        [sys.executable, str(FAKE), str(folder), str(PENDING), str(PENDING)],
        env={"ENT_TRIAGE_DATA": str(folder), "PYTHONPATH": str(ROOT), "TERM": "xterm"},
    )
    try:
        screen.read(60, until="anomalies bloquent")
        screen.press("a", until="Rapprochement")
        screen.quiet = 0.005
        end = time.monotonic() + rng.uniform(0.0, LIFE_SECONDS)
        while time.monotonic() < end:
            screen.write("enter")
            screen.read(rng.uniform(0.001, 0.05), answer=True)
        told = LEFT.search(screen.text)
    finally:
        screen.close()
    left = PENDING - before
    return (left - int(told.group(1)) if told else 0), held(base) - before, damage(base)


def held(base: Path) -> int:
    if not base.exists():
        return 0
    store = Store.open(base)
    count = len(store.decisions())
    store.close()
    return count


def damage(base: Path) -> str:
    with sqlite3.connect(base) as connection:
        verdict = str(connection.execute("PRAGMA integrity_check").fetchone()[0])
    return "" if verdict == "ok" else verdict


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    rng = random.Random(given.seed)
    told = lost = 0
    damaged: set[str] = set()
    folder = Path(tempfile.mkdtemp())
    for number in range(1, given.kills + 1):
        said, kept, wrong = one(folder, rng)
        told += said
        lost += max(0, said - kept)
        damaged |= {wrong} - {""}
        if held(folder / "store.sqlite") > PENDING // 2:
            shutil.rmtree(folder)
            folder.mkdir()
        if number % 50 == 0 or number == given.kills:
            print(f"{number} kills, {told} decisions told, {lost} lost, damage: {damaged or 'none'}", flush=True)
    shutil.rmtree(folder)
    sys.exit(bool(lost or damaged))


if __name__ == "__main__":
    main()
