"""The tour: each screen once, forwards and back; left, it goes on from there; it says the keys that the agent has."""

from __future__ import annotations

from pathlib import Path

import pytest
from tui_fake import FakeSession, app_on

from tui import demo_door
from tui.app import TriageApp
from tui.keymap import Bindings
from tui.screens.anomalies import Anomalies
from tui.screens.home import Home
from tui.tour import LEFT, PLACE, SEEN

SCREENS = ["accueil", "anomalies", "routage", "rapprochement", "messages", "personne", "tickets", "aide"]


def lines(app: TriageApp) -> list[str]:
    update = app.screen._compositor.render_full_update()
    return ["".join(segment.text for strip in line for segment in strip) for line in update.strips]


def spaced(text: str) -> str:
    """The words, one space between two, wherever the lines break."""
    return " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())


@pytest.mark.parametrize("size", [(80, 24), (60, 15)])
async def test_the_tour_shows_each_screen_with_all_its_words(tmp_path: Path, size: tuple[int, int]) -> None:
    app = app_on(tmp_path, welcome=True)
    async with app.run_test(size=size) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        for step, screen in enumerate(SCREENS):
            assert app.sheet.screen_id == screen
            words = spaced(app.tour.text)
            for _ in range(20):  # a busy machine lays it out a little later
                if words in (shown := spaced("\n".join(lines(app)))):
                    break
                await pilot.pause()
            assert words in shown
            assert ("suite" if step + 1 < len(SCREENS) else "Entrée : terminer") in shown
            await pilot.press("enter")
        assert isinstance(app.sheet, Home)
        assert not app.session.drafts
        assert "Visite" not in "\n".join(lines(app))
        assert app.session.kept_text(PLACE) == SEEN
        assert not app.tour.wanted


async def test_a_tour_that_was_left_goes_on_from_there(tmp_path: Path) -> None:
    app = app_on(tmp_path, welcome=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        await pilot.press("enter", "enter", "left")
        assert app.sheet.screen_id == "anomalies"
        await pilot.press("q")
        assert isinstance(app.sheet, Home)
        assert "visite" in app.message
        assert app.session.kept_text(PLACE) == f"{LEFT}1"
        assert not app.tour.wanted
        app.tour.begin()
        await pilot.pause()
        assert app.sheet.screen_id == "anomalies"
    app = app_on(tmp_path, welcome=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert app.sheet.screen_id == "anomalies"
        assert app.tour.running


async def test_a_key_that_is_not_the_tours_ends_it_and_acts(tmp_path: Path) -> None:
    app = app_on(tmp_path, welcome=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        await pilot.press("p")
        assert not app.tour.running
        assert isinstance(app.sheet, Anomalies)


async def test_the_tour_says_the_keys_that_the_agent_chose(tmp_path: Path) -> None:
    app = app_on(tmp_path)
    app.keys = Bindings({"fiche": ["f6"]})
    async with app.run_test(size=(80, 24)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        app.tour.at = 1
        assert "F6\N{NO-BREAK SPACE}ouvre la fiche" in app.tour.text
        app.tour.at = -1


async def test_an_agent_without_exports_is_offered_the_demo_school_and_its_tour(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo_door, "folder", lambda tell: tmp_path / "exports")
    app = TriageApp(FakeSession(tmp_path, None))
    async with app.run_test(size=(80, 24)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "établissement inventé" in "\n".join(lines(app))
        await pilot.press(":", *"demo", "enter")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert app.session.paths == [str(tmp_path / "exports")]
        assert app.session.demo
        assert app.tour.running
