"""Measures of the base of cases: ``python -m benchmarks.store [--base FILE|URL] [--agents 30] [--seconds 30]``.

Thirty agents act once a second: a decision, a state or a reservation, then read what they show again. The disk's own
time for one forced write is printed too: on a saturated machine it is most of what is measured.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import secrets
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.synchronize import Barrier
from pathlib import Path

from benchmarks import kills
from diagnostics.model import Decision
from diagnostics.safety import Refusal
from diagnostics.store import Store, engine, leases

STEPS = 10_000
GOAL = "but : p99 ≤ 50 ms, aucune erreur"


def act(store: Store, agent: str, number: int) -> None:
    """One action of an agent, with what the screen reads again after it."""
    if number % 3 == 0:
        store.decide(Decision(record_key=f"edt:{agent}:{number}", account_key="ent:uid:QAA1", agent=agent, at=""))
        store.decisions()
    elif number % 3 == 1:
        store.set_state(f"{agent}-{number}", "prêt", agent, note="x" * 80)
        store.incident_states()
    else:
        leases.take(store, f"ticket/{agent}/{number}", agent)


def agent_at_work(
    location: str, name: str, seconds: float, together: Barrier, told: multiprocessing.Queue[tuple[list[float], int]]
) -> None:
    store = Store.open(location)
    act(store, name, 0)
    together.wait()
    begin = time.monotonic() + random.random()
    times, errors = [], 0
    for number in range(1, int(seconds) + 1):
        time.sleep(max(0.0, begin + number - 1 - time.monotonic()))
        start = time.perf_counter()
        try:
            act(store, name, number)
        except Refusal as refusal:
            errors += 1
            print(refusal.reason)
        times.append(time.perf_counter() - start)
    told.put((times, errors))


def together(location: str, agents: int, seconds: float) -> tuple[list[float], int]:
    """Seconds that each action took, over all agents, and how many failed."""
    context = multiprocessing.get_context("fork")
    told: multiprocessing.Queue[tuple[list[float], int]] = context.Queue()
    barrier = context.Barrier(agents)
    at_work = [
        context.Process(target=agent_at_work, args=(location, f"agent {n}", seconds, barrier, told))
        for n in range(agents)
    ]
    for process in at_work:
        process.start()
    found = [told.get() for _ in at_work]
    for process in at_work:
        process.join()
    return sorted(value for times, _ in found for value in times), sum(errors for _, errors in found)


def forced_write(folder: Path) -> float:
    """Median milliseconds of one write forced to disk."""
    times = []
    with (folder / "disque").open("wb", buffering=0) as file:
        for _ in range(50):
            file.write(os.urandom(4096))
            start = time.perf_counter()
            os.fsync(file.fileno())
            times.append(time.perf_counter() - start)
    return sorted(times)[25] * 1000


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


@contextmanager
def journal(name: str) -> Iterator[None]:
    """The SQLite journal of this name, whatever the SQLite in use would choose."""
    held = engine.WAL_SAFE_SINCE, engine.ROLLBACK
    engine.WAL_SAFE_SINCE = (0, 0, 0) if name == "WAL" else (99, 0, 0)
    engine.ROLLBACK = name
    try:
        yield
    finally:
        engine.WAL_SAFE_SINCE, engine.ROLLBACK = held


def measure(name: str, location: str, agents: int, seconds: float, killed: int) -> None:
    new = timed(lambda: Store.open(location).close())
    times, errors = together(location, agents, seconds)
    store = Store.open(location)
    start = time.perf_counter()
    for number in range(STEPS):
        store.decide(Decision(record_key=f"siecle:{number}", account_key=f"ent:uid:{number}", agent="claire", at=""))
    each = (time.perf_counter() - start) * 1000 / STEPS
    read = timed(store.decisions)
    store.close()
    again = timed(lambda: Store.open(location).close())
    size = "–" if engine.is_postgres(location) else f"{Path(location).stat().st_size / 1e6:.1f} Mo"
    outcome = kills.run(location, killed, tag=secrets.token_hex(4)) if killed else kills.Outcome()
    print(
        f"{name:<11}{times[len(times) // 2] * 1000:>7.1f}{times[int(len(times) * 0.99)] * 1000:>7.1f}"
        f"{times[-1] * 1000:>7.1f}{errors:>8}{new:>9.0f}{again:>9.0f}{each:>9.2f}{read:>9.1f}{size:>9}"
        f"{outcome.kills:>7}{outcome.lost + outcome.half:>7}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", metavar="URL", help="an empty PostgreSQL base to measure as well")
    parser.add_argument("--agents", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--kills", type=int, default=100)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print(f"{given.agents} agents, une action par seconde, {given.seconds:.0f} s ({GOAL})")
        print(f"SQLite {sqlite3.sqlite_version} ; une écriture forcée du disque : {forced_write(folder):.2f} ms")
        print("base           p50    p99    max erreurs  nouvelle  rouvrir    geste   relire   taille  tués perdus")
        for kind in ("WAL", "PERSIST", "TRUNCATE"):
            with journal(kind):
                measure(kind, str(folder / f"{kind}.sqlite"), given.agents, given.seconds, given.kills)
        if given.postgres:
            measure("PostgreSQL", given.postgres, given.agents, given.seconds, given.kills)
        print(f"Temps en ms. « taille », « geste », « relire » : après {STEPS} gestes.")


if __name__ == "__main__":
    main()
