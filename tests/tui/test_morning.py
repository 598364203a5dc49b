"""The work of a morning on a small invented school, as an agent does it: from a folder to tickets on disk."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest
from pty_screen import PtyScreen

from diagnostics.demo import generate

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exports")
    generate(folder, seed=7, pupils=60)
    return folder


def start(exports: Path, work: Path) -> PtyScreen:
    screen = PtyScreen(
        [sys.executable, "-m", "tui.cli", "ouvrir", str(exports)],
        env={"ENT_TRIAGE_DATA": str(work), "ENT_TRIAGE_CONFIG": str(work / "config.toml"), "PYTHONPATH": str(ROOT)},
        cwd=work,
    )
    screen.read(30, until="À faire")
    return screen


def test_from_a_folder_to_tickets_on_disk_and_nothing_lost_on_the_way(exports: Path, tmp_path: Path) -> None:
    screen = start(exports, tmp_path)
    try:
        assert "Anomalies par famille" in screen.text
        keys = ["p", "t", "w", "enter"]
        screen.press(*keys, until="ticket écrit")
        assert len(keys) <= 5
        written = list(tmp_path.rglob("ticket.txt"))
        assert len(written) == 1
        assert written[0].with_name("ticket.eml").exists()
        assert "Objet :" in written[0].read_text(encoding="utf-8")
        screen.press("q", "q", "a")
        assert "Rapprochement" in screen.lines[0]
        before = screen.lines[1]
        screen.press("x", until="aucun compte")
        after = screen.lines[1]
        assert before != after
        os.kill(screen.pid, signal.SIGKILL)
        screen.wait()
    finally:
        screen.close()
    again = start(exports, tmp_path)
    try:
        again.press("u", until="Annulé")
        again.press("a")
        assert again.lines[1] == before
        again.press("q", "q")
        assert again.wait() == 0
    finally:
        again.close()


def test_an_empty_start_offers_what_was_open_the_last_time(exports: Path, tmp_path: Path) -> None:
    screen = start(exports, tmp_path)
    screen.press("q")
    screen.wait()
    screen.close()
    again = PtyScreen(
        [sys.executable, "-m", "tui.cli", "ouvrir"],
        env={
            "ENT_TRIAGE_DATA": str(tmp_path),
            "ENT_TRIAGE_CONFIG": str(tmp_path / "config.toml"),
            "PYTHONPATH": str(ROOT),
        },
        cwd=tmp_path,
    )
    try:
        again.read(30, until="À faire")
        assert "17 exports" in again.text
    finally:
        again.close()
