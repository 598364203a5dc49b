"""The program killed while an agent works: ``python -m benchmarks.program_kills [--kills N] [--only NAME]``.

The real program in a pseudo-terminal is killed (SIGKILL) at a random moment of one of its lives: opening, loading real
files, deciding, undoing, typing a note or the text of a ticket, resizing, writing tickets. What its screen said to be
done must be done, what it showed to be typed must be kept, a ticket on disk must be whole, and so must the base.

All but the loading run on an invented school, in a copy (fork) of this process, where every module is already loaded.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from diagnostics.store import Store
from tests.tui.pty_screen import PtyScreen
from tui.actions import ACTIONS

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "tui"))  # where the invented school is, imported by the lives
PENDING = 60
"""People to match in the invented school."""
PUPILS = 60
LIFE_SECONDS = 0.8
"""Longest time between the first key and the death."""
LOADING_SECONDS = 4.0
RESIZED = 0.2
"""Share of the decisions that come with another size."""
LEFT = re.compile(r"(\d+) personnes? à voir")
TYPED = re.compile(r"ZQ[0-9]+")
WRITTEN = re.compile(r"(\d+) tickets? écrits?")
AGENT = "testeur"
HOME_KEY, CLEAR = "\x1b[1;5H", "\x15"


def key(action: str) -> str:
    """The first key of an action, as the program has it."""
    return next(one.keys[0] for one in ACTIONS if one.id == action)


@dataclass
class Death:
    """What a life left behind.

    Attributes:
        told: things that the screen said to be done.
        lost: how many of them are not.
        damage: what is not whole, "" when all is.
    """

    told: int = 0
    lost: int = 0
    damage: str = ""


Life = Callable[[Path, random.Random], Death]


def invented(folder: Path) -> PtyScreen:
    """The program on the invented school, from the memory of this process."""

    def run() -> None:
        from tui_fake import app_on

        from tui.app import driver_class

        program = app_on(folder, size=PUPILS, pending=PENDING)
        program.driver_class = driver_class() or program.driver_class
        program.run(mouse=False)

    screen = PtyScreen(run, env={"ENT_TRIAGE_DATA": str(folder), "TERM": "xterm"}, cwd=folder)
    screen.quiet = 0.01
    return screen


def opened(folder: Path) -> PtyScreen:
    screen = invented(folder)
    screen.read(60, until="anomalies bloquent")
    return screen


def until_death(rng: random.Random, seconds: float = LIFE_SECONDS) -> Callable[[], bool]:
    """Whether the life still lasts."""
    end = time.monotonic() + rng.uniform(0.0, seconds)
    return lambda: time.monotonic() < end


def glance(screen: PtyScreen, rng: random.Random) -> None:
    """Hear what the program says now, without waiting for it to be done."""
    screen.read(rng.uniform(0.001, 0.05), answer=True)


# The lives.


def opening(folder: Path, rng: random.Random) -> Death:
    screen = invented(folder)
    living = until_death(rng, 1.2)
    while living():
        glance(screen, rng)
    screen.close()
    return Death()


def deciding(folder: Path, rng: random.Random, *, resized: bool = False) -> Death:
    before = held(folder)
    screen = opened(folder)
    screen.press(key("rapprocher"), until="Rapprochement")
    living = until_death(rng)
    while living():
        screen.write("enter")
        if resized and rng.random() < RESIZED:
            screen.resize(rng.randint(60, 120), rng.randint(15, 40))
        glance(screen, rng)
    found = LEFT.search(screen.text)
    screen.close()
    told = PENDING - before - int(found.group(1)) if found else 0
    return Death(max(told, 0), max(0, told - (held(folder) - before)))


def resizing(folder: Path, rng: random.Random) -> Death:
    return deciding(folder, rng, resized=True)


def undoing(folder: Path, rng: random.Random) -> Death:
    """What was said to be undone must be so."""
    before = held(folder)
    screen = opened(folder)
    screen.press(key("rapprocher"), until="Rapprochement")
    taken = rng.randint(2, 5)
    for _ in range(taken):
        screen.press("enter")
    most = before + taken
    screen.settle(lambda: f"{PENDING - most} personne" in screen.text, 60)
    living = until_death(rng)
    while living():
        screen.write(key("annuler"))
        glance(screen, rng)
    found = LEFT.search(screen.text)
    screen.close()
    standing = PENDING - int(found.group(1)) if found else most
    return Death(most - standing, max(0, held(folder) - standing))


def type_on(screen: PtyScreen, rng: random.Random) -> str:
    """Type until death; returns what the screen showed of it."""
    living = until_death(rng)
    written = 0
    screen.write(b"ZQ")
    while living() and written < 55:
        count = rng.randint(1, 2)
        screen.write("".join(rng.choices("0123456789", k=count)).encode())
        written += count
        glance(screen, rng)
    found = TYPED.findall(screen.text)
    return max(found, key=len) if found else ""


def kept(folder: Path, typed: str) -> Death:
    """Whether what was shown is kept."""
    store = Store.open(folder / "store.sqlite")
    texts = [store.kept_text(place, AGENT) for place in store.kept_places(AGENT)]
    store.close()
    if not typed or any(typed in text for text in texts):
        return Death(len(typed))
    return Death(len(typed), len(typed), f"« {typed} » shown, not kept: {[text[:80] for text in texts]}")


def forget(folder: Path) -> None:
    """Begin with nothing typed: a frame cut by death could be read as a mixture of two texts."""
    store = Store.open(folder / "store.sqlite")
    for place in store.kept_places(AGENT):
        store.keep_text(place, "", AGENT)
    store.close()


def noting(folder: Path, rng: random.Random) -> Death:
    forget(folder)
    screen = opened(folder)
    screen.press(key("anomalies"), until="> Anomalies")
    screen.press(key("commenter"), until="Note :")
    screen.write(CLEAR)
    typed = type_on(screen, rng)
    screen.close()
    return kept(folder, typed)


def drafting(folder: Path, rng: random.Random) -> Death:
    forget(folder)
    screen = opened(folder)
    screen.press(key("anomalies"), until="> Anomalies")
    screen.press(key("ticket"), until="> Tickets")
    screen.press("end")
    screen.press("up")
    screen.press(key("editer"), until="Échap ou Tab")
    screen.write(HOME_KEY)
    typed = type_on(screen, rng)
    screen.close()
    return kept(folder, typed)


def writing(folder: Path, rng: random.Random) -> Death:
    out = folder / "sortie"
    screen = opened(folder)
    screen.press(key("anomalies"), until="> Anomalies")
    screen.press("down", key("tout_marquer"))
    screen.press(key("ticket"), until="> Tickets")
    screen.press(key("ecrire"), until="dans :")
    screen.write(CLEAR + str(out))
    screen.write("enter")
    living = until_death(rng, 1.5)
    while living():
        glance(screen, rng)
    found = WRITTEN.search(screen.text)
    screen.close()
    told = int(found.group(1)) if found else 0
    folders = [path for path in out.iterdir() if not path.name.startswith(".")] if out.exists() else []
    half = [path.name for path in folders if not whole(path)]
    shutil.rmtree(out, ignore_errors=True)
    return Death(told, max(0, told - len(folders)), f"half-written: {half}" if half else "")


def whole(folder: Path) -> bool:
    """Whether a ticket on disk has its text and its message, none of them cut."""
    mails = list(folder.glob("*.eml"))
    return bool(mails) and all(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def loading(folder: Path, rng: random.Random) -> Death:
    """The real command on real files; nobody may outlive it."""
    exports = folder / "exports"
    if not exports.exists():
        ours = [sys.executable, "-m", "tui.cli", "demo", str(exports), "--pupils", "60", "--staff", "12"]
        subprocess.run(ours, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    env = {"ENT_TRIAGE_DATA": str(folder), "ENT_TRIAGE_CONFIG": str(folder / "c.toml"), "TERM": "xterm"}
    screen = PtyScreen([sys.executable, "-m", "tui.cli", "ouvrir", str(exports)], env=env, cwd=ROOT)
    living = until_death(rng, LOADING_SECONDS)
    while living():
        glance(screen, rng)
    children = children_of(screen.pid)
    screen.close()
    end = time.monotonic() + 5
    while any(map(alive, children)) and time.monotonic() < end:
        time.sleep(0.02)
    left = sum(map(alive, children))
    return Death(damage=f"{left} processes outlived it" if left else "")


def children_of(pid: int) -> list[int]:
    found: list[int] = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        found += [int(one) for one in path.read_text().split()]
    return found


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


LIVES: dict[Life, int] = {
    opening: 8, loading: 5, deciding: 25, undoing: 12, noting: 16, drafting: 14, resizing: 10, writing: 10,
}  # fmt: skip
"""Each life and how many of a hundred are such."""


def held(folder: Path) -> int:
    base = folder / "store.sqlite"
    if not base.exists():
        return 0
    store = Store.open(base)
    count = len(store.decisions())
    store.close()
    return count


def damage(folder: Path) -> str:
    base = folder / "store.sqlite"
    if not base.exists():
        return ""
    with sqlite3.connect(base) as connection:
        verdict = str(connection.execute("PRAGMA integrity_check").fetchone()[0])
    return "" if verdict == "ok" else verdict


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=[life.__name__ for life in LIVES])
    given = parser.parse_args()
    rng = random.Random(given.seed)
    lives = [life for life in LIVES if given.only in (None, life.__name__)]
    told: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    kills: Counter[str] = Counter()
    damaged: set[str] = set()
    folder = Path(tempfile.mkdtemp())
    for number in range(1, given.kills + 1):
        (life,) = rng.choices(lives, [LIVES[one] for one in lives])
        name = life.__name__
        death = life(folder, rng)
        kills[name] += 1
        told[name] += death.told
        lost[name] += death.lost
        damaged |= {f"{name}: {wrong}" for wrong in (death.damage, damage(folder)) if wrong}
        if held(folder) > PENDING // 2:
            shutil.rmtree(folder)
            folder.mkdir()
        if number % 50 == 0 or number == given.kills:
            done = ", ".join(f"{name} {kills[name]} ({told[name]} told, {lost[name]} lost)" for name in sorted(kills))
            print(f"{number} kills: {done}; damage: {damaged or 'none'}", flush=True)
    shutil.rmtree(folder)
    sys.exit(bool(lost.total() or damaged))


if __name__ == "__main__":
    main()
