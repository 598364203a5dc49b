"""Writers killed in the middle of their writes: ``python -m benchmarks.kills BASE [--kills N]``.

Each writer writes gestures of three facts and says a number when each is acknowledged. It is killed (SIGKILL) at a
random moment. What it acknowledged must be in the base, and the three facts must always be of the same gesture.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sqlite3
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from diagnostics.store import Case, Change, IncidentState, SavedTicket, Store
from diagnostics.store.engine import is_postgres
from diagnostics.store.values import CASE, INCIDENT, TICKET

AT_ONCE = 20
"""Writers killed in one round: they also wait for each other's locks."""
LIFE_SECONDS = (0.005, 0.2)
"""Between its first acknowledged write and its death."""


@dataclass
class Outcome:
    kills: int = 0
    acknowledged: int = 0
    lost: int = 0
    half: int = 0
    damaged: str = ""


def write_until_killed(location: str, name: str, acknowledge: int) -> None:
    """Runs in a process of its own."""
    store = Store.open(location)
    number = 0
    while True:
        number += 1
        told = str(number)
        changes = (
            Change(kind=INCIDENT, subject=name, value=IncidentState(note=told)),
            Change(kind=TICKET, subject=name, value=SavedTicket(incident=name, subject=told, body="x" * 2000)),
            Change(kind=CASE, subject=name, value=Case(id=name, title=told)),
        )
        store.update(name, lambda _, changes=changes: changes)  # type: ignore[misc]
        os.write(acknowledge, f"{told}\n".encode())


def start(location: str, name: str) -> tuple[int, int]:
    """(process, end of the pipe that tells what it acknowledged)."""
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(told)
        try:
            write_until_killed(location, name, tell)
        finally:
            os._exit(1)
    os.close(tell)
    return child, told


def round_of(location: str, names: list[str], randomly: random.Random) -> dict[str, int]:
    """Kill one writer of each name; the last number that each acknowledged."""
    started = {name: start(location, name) for name in names}
    first = {name: os.read(told, 1) for name, (_, told) in started.items()}
    last = {}
    for name, (child, told) in started.items():
        time.sleep(randomly.uniform(*LIFE_SECONDS) / len(names))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        with os.fdopen(told, "rb") as pipe:
            last[name] = int((first[name] + pipe.read()).split()[-1])
    return last


def run(location: str, kills: int, seed: int = 1, tag: str = "agent") -> Outcome:
    """Kill so many writers of a base and look at what is left; ``tag`` tells their names from those of other runs."""
    randomly, outcome = random.Random(seed), Outcome()
    Store.open(location).close()
    last: dict[str, int] = {}
    while outcome.kills < kills:
        names = [f"{tag} {outcome.kills + n}" for n in range(min(AT_ONCE, kills - outcome.kills))]
        last |= round_of(location, names, randomly)
        outcome.kills += len(names)
    judge(location, last, outcome)
    return outcome


def judge(location: str, last: dict[str, int], outcome: Outcome) -> None:
    store = Store.open(location)
    states, tickets = store.incident_states(), store.tickets()
    cases = {case.id: case for case in store.cases()}
    steps: dict[str, int] = {}
    for step in store.history():
        steps[step.subject] = steps.get(step.subject, 0) + 1
    for name, number in last.items():
        held = {states[name].note, tickets[name].subject, cases[name].title}
        outcome.acknowledged += number
        outcome.half += len(held) != 1 or steps[name] != 3 * int(held.pop())
        outcome.lost += int(states[name].note) < number
    store.close()
    if not is_postgres(location):
        with sqlite3.connect(location) as connection:
            verdict = connection.execute("PRAGMA integrity_check").fetchone()[0]
        outcome.damaged = "" if verdict == "ok" else verdict


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("base", help="file of a new SQLite base, or URL of an empty PostgreSQL base")
    parser.add_argument("--kills", type=int, default=100)
    given = parser.parse_args()
    outcome = run(given.base if is_postgres(given.base) else str(Path(given.base)), given.kills)
    print(json.dumps(asdict(outcome)))
    sys.exit(bool(outcome.lost or outcome.half or outcome.damaged))


if __name__ == "__main__":
    main()
