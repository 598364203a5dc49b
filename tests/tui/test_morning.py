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


def start(work: Path, *paths: Path, ready: bool = True) -> PtyScreen:
    screen = PtyScreen(
        [sys.executable, "-m", "tui.cli", "ouvrir", *map(str, paths)],
        env={"ENT_TRIAGE_DATA": str(work), "ENT_TRIAGE_CONFIG": str(work / "config.toml"), "PYTHONPATH": str(ROOT)},
        cwd=work,
    )
    screen.read(30, until="À faire" if ready else "Pour commencer")
    return screen


def test_from_a_folder_to_tickets_on_disk_and_nothing_lost_on_the_way(exports: Path, tmp_path: Path) -> None:
    (tmp_path / "exports").symlink_to(exports)
    screen = start(tmp_path, ready=False)
    try:
        loading = ["o", "e", "x", "tab", "enter"]
        screen.press(*loading)
        screen.read(30, until="Anomalies par famille")
        keys = ["p", "t", "w", "enter"]
        screen.press(*keys, until="ticket écrit")
        assert len(keys) <= 5
        assert len(loading + keys) <= 25
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
    again = start(tmp_path)  # without a path: what was open the last time
    try:
        assert "17 exports" in again.text
        again.press("u", until="Annulé")
        again.press("a")
        again.read(30, until=before.split(" sur ")[0].strip())  # once what was undone is analysed again
        assert again.lines[1].split()[:-1] == before.split()[:-1]  # whom one stands on is who was first then
        again.press("q", "q")
        assert again.wait() == 0
    finally:
        again.close()
