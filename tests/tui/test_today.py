"""What waits today on the first screen: reminders, delays that end, drafts, each one key from its incident."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot
from tui_fake import app_on

from diagnostics.store import Store
from tui.app import TriageApp
from tui.screens.anomalies import Anomalies
from tui.screens.home import Home
from tui.screens.tickets import Tickets

PAST = "2025-09-01T09:00:00+02:00"


@pytest.fixture(autouse=True)
def private_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENT_TRIAGE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("ENT_TRIAGE_CONFIG", str(tmp_path / "config.toml"))


@asynccontextmanager
async def opened(folder: Path, screen: tuple[int, int] = (80, 24)) -> AsyncIterator[tuple[TriageApp, Pilot[int]]]:
    app = app_on(folder)
    async with app.run_test(size=screen) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        yield app, pilot


def waiting(app: TriageApp) -> list[str]:
    rows = app.home.items.rows
    return [f"{row.spans[1][0].strip()} {row.where}" for row in rows if row.key.startswith("suivi")]


async def test_nothing_followed_takes_no_room(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, _):
        assert not waiting(app)
        assert app.home.items.rows[0].key == "titre À faire"


@pytest.mark.parametrize("screen", [(80, 24), (60, 15)])
async def test_a_delay_that_ended_opens_its_incident(tmp_path: Path, screen: tuple[int, int]) -> None:
    Store.open(tmp_path / "store.sqlite").set_state("i4", "délai en cours", "testeur", until=PAST)
    async with opened(tmp_path, screen) as (app, pilot):
        (line,) = waiting(app)
        assert line.startswith("vérifier retard")
        await pilot.press("enter")
        assert isinstance(app.sheet, Anomalies)
        assert app.sheet.list.current.id == "i4"
        assert "délai est passé" in app.message


async def test_a_ticket_without_answer_opens_to_be_sent_again(tmp_path: Path) -> None:
    Store.open(tmp_path / "store.sqlite").set_state("i3", "envoyé", "testeur", until=PAST, recipient="INDEX")
    async with opened(tmp_path) as (app, pilot):
        (line,) = waiting(app)
        assert line.startswith("relancer")
        await pilot.press("enter")
        assert isinstance(app.sheet, Tickets)
        assert app.sheet.ticket.incident.id == "i3"  # type: ignore[union-attr]
        assert not app.session.drafts
        await pilot.press("!")
        assert "relancé" in app.message
        await pilot.press("q")
        assert isinstance(app.sheet, Home)
        assert not waiting(app)
    held = Store.open(tmp_path / "store.sqlite").incident_states()["i3"]
    assert (held.state, held.reminders) == ("relancé", 1)


async def test_an_unfinished_draft_is_found_again_until_it_leaves(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("p", "t", "q", "q")
        assert waiting(app) == ["brouillon "]
        await pilot.press("home", "enter")
        assert isinstance(app.sheet, Tickets)
        await pilot.press("!", *"oui", "enter", "q")
        assert isinstance(app.sheet, Home)
        assert not waiting(app)
    (followed,) = Store.open(tmp_path / "store.sqlite").followed().values()
    assert not followed.incident.evidence
    assert Store.open(tmp_path / "store.sqlite").sendings()


async def test_a_case_whose_exports_are_not_loaded_says_so(tmp_path: Path) -> None:
    Store.open(tmp_path / "store.sqlite").set_state("ailleurs", "délai en cours", "testeur", until=PAST)
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("enter")
        assert isinstance(app.sheet, Home)
        assert "ne sont pas chargés" in app.message


async def test_many_followed_cases_are_counted_after_the_first(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "store.sqlite")
    for number in range(9):
        store.set_state(f"i{number}", "délai en cours", "testeur", until=PAST)
    async with opened(tmp_path) as (app, pilot):
        assert len(waiting(app)) == 6
        await pilot.press(*["down"] * 6, "enter")
        assert isinstance(app.sheet, Anomalies)
        assert len(app.sheet.list.rows) == 3
