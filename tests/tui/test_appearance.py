"""How the screen looks: by the environment, else by the settings, else as it was; kept when changed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tui_fake import app_on

from diagnostics.settings import CHOICES, Settings, load_settings
from tui import appearance
from tui.glyphs import repertoire
from tui.theme import LOOKS


@pytest.fixture(autouse=True)
def own_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ENT_TRIAGE_THEME", "ENT_TRIAGE_ASCII", "ENT_TRIAGE_CURSEUR"):
        monkeypatch.setenv(name, "")  # kept by the patch, so that what the test sets is taken back
        monkeypatch.delenv(name)
    monkeypatch.setenv("ENT_TRIAGE_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setattr(repertoire, "ascii_only", False)


def test_the_settings_say_how_the_screen_looks() -> None:
    assert not appearance.follow(Settings(look="Contraste", ascii=True, cursor=True))
    assert os.environ["ENT_TRIAGE_THEME"] == "contraste"
    assert os.environ["ENT_TRIAGE_CURSEUR"] == "1"
    assert repertoire.ascii_only
    assert CHOICES["look"] == tuple(LOOKS)


def test_the_environment_outdoes_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENT_TRIAGE_THEME", "mono")
    monkeypatch.setenv("ENT_TRIAGE_ASCII", "0")
    assert not appearance.follow(Settings(look="clair", ascii=True))
    assert os.environ["ENT_TRIAGE_THEME"] == "mono"
    assert not repertoire.ascii_only


def test_a_look_that_does_not_exist_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENT_TRIAGE_THEME", "bleu")
    assert "sombre, clair, contraste, mono" in appearance.follow(Settings())


async def test_a_look_that_is_chosen_is_kept(tmp_path: Path) -> None:
    app = app_on(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.press(":", *"theme", "enter")
        await pilot.press(*"clair", "enter")
        await pilot.pause()
        assert app.look is LOOKS["clair"]
    assert load_settings().look == "clair"
