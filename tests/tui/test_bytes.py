"""What each gesture sends on every screen at 80×24, 16 colours: exact bytes, as the wire makes them."""

from __future__ import annotations

from pathlib import Path

import pytest
import textual.screen
from gestures import AROUND, DEEPEST, KEYS, SWITCH
from recorded import Recorded
from textual.pilot import Pilot
from tui_fake import FakeSession
from tui_school import make

from tui.actions import COLUMNS, HOME, SCREENS
from tui.screens import detail
from tui.terminal.wire import Wire

FIRST_SCREEN = 2500
NEVER = 1000.0
"""Seconds of rest before the detail comes: it is asked for here, and measured apart."""


@pytest.fixture
def sixteen_colours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENT_TRIAGE_DATA", str(tmp_path))
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("COLORTERM", raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr(detail, "REST_SECONDS", NEVER)
    monkeypatch.setattr(textual.screen, "UPDATE_PERIOD", 0.002)


class Line:
    """The program at one end, the bytes at the other."""

    def __init__(self, app: Recorded, pilot: Pilot[int]) -> None:
        self.app = app
        self.pilot = pilot
        self.wire = Wire(80, 24)

    def sent(self) -> int:
        return sum(len(self.wire.frame(frame).encode()) for frame in self.app.taken())

    async def settled(self) -> int:
        """Bytes until nothing more is drawn."""
        total = 0
        while True:
            await self.pilot.pause()
            if not (sent := self.sent()):
                return total
            total += sent

    async def press(self, key: str) -> int:
        self.app.send(KEYS.get(key, key))
        return await self.settled()

    async def detail(self) -> int:
        """What follows once the agent rests."""
        if not isinstance(self.app.sheet, detail.Detailed):
            return 0
        self.app.sheet.show_detail()
        return await self.settled()

    async def home(self) -> None:
        for _ in range(DEEPEST):
            if self.app.sheet.screen_id == HOME:
                break
            await self.press("left")
        await self.press("home")


@pytest.mark.usefixtures("sixteen_colours")
async def test_every_gesture_on_every_screen_stays_under_its_budget(tmp_path: Path) -> None:
    app = Recorded(FakeSession(tmp_path, make(60, 12)))
    too_many, seen = [], set()
    async with app.run_test(size=(80, 24)) as pilot:
        line = Line(app, pilot)
        await app.workers.wait_for_complete()
        first = await line.settled()
        for steps in AROUND:
            for step in steps:
                for key in step.keys[:-1]:
                    await line.press(key)
                if len(step.keys) > 1:
                    await line.detail()
                sent = await line.press(step.keys[-1])
                rest = await line.detail()
                seen.add(app.sheet.screen_id)
                if sent > step.most or rest > SWITCH:
                    too_many.append(f"{app.sheet.screen_id} : {step.what}, {sent} octets sur {step.most}, puis {rest}")
            await line.home()
    assert not too_many
    assert first <= FIRST_SCREEN
    assert seen == set(SCREENS) - {COLUMNS}
