"""What every test of the screens wants: a pilot that waits for the program, not for the clock."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import textual.app
import textual.pilot

from tui import keeper

SLICE = 0.009
"""Seconds slept between two looks; two are longer than a frame."""
WORK = SLICE / 20
"""Seconds of processor that the timers of a program at rest take in a slice."""


async def at_rest(min_sleep: float = SLICE, max_sleep: float = 2.0) -> None:
    """Return once the event loop has nothing to do, however busy the machine is.

    Textual's own function sleeps in longer slices, and believes at rest a program that the machine gives no time.
    """
    ready = asyncio.get_running_loop()._ready  # type: ignore[attr-defined]
    began = time.monotonic()
    while True:
        before = time.thread_time()
        await asyncio.sleep(SLICE)
        slept = time.monotonic() - began
        if slept >= max_sleep or (slept >= min_sleep and not ready and time.thread_time() - before < WORK):
            return


@pytest.fixture(autouse=True, scope="session")
def quick_pilot() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(textual.app, "wait_for_idle", at_rest)
        patch.setattr(textual.pilot, "wait_for_idle", at_rest)
        patch.setattr(keeper, "PATIENCE_SECONDS", 10.0)  # what is typed is on disk, however busy the machine is
        yield


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tickets go to the folder of the agent: never to that of who runs the tests."""
    monkeypatch.setenv("HOME", str(tmp_path))
