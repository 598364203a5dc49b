"""The program opened straight on files, without the rest of the commands."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tui.opening import only_paths

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], []),
        (["ouvrir"], []),
        (["ouvrir", "exports"], ["exports"]),
        (["./exports", "table.csv"], ["./exports", "table.csv"]),
        (["exports"], None),  # a command as well as a folder
        (["./absent"], None),
        (["ouvrir", "--demo"], None),
        (["--help"], None),
        (["./exports", "--json"], None),
    ],
)
def test_only_what_can_be_nothing_but_paths_opens_the_program_at_once(
    arguments: list[str], expected: list[str] | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "exports").mkdir()
    (tmp_path / "table.csv").touch()
    monkeypatch.chdir(tmp_path)
    assert only_paths(arguments) == expected


def test_the_screens_start_without_openssl_nor_the_commands_and_leave_openssl_to_whoever_wants_it() -> None:
    program = (
        "import sys\nfrom tui import lean, opening, start\nlean.import_without_openssl()\nimport tui.app, hashlib\n"
        "held = [name for name in ('ssl', '_hashlib', 'click', 'sqlalchemy', 'tui.cli') if name in sys.modules]\n"
        "print(held, hashlib.sha256(b'a').hexdigest()[:4])\n"
        "import ssl\nprint(bool(ssl.create_default_context()))"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True)
    assert run.stdout == "[] ca97\nTrue\n"


def test_without_a_terminal_the_program_says_so_and_the_shell_knows() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tui", str(ROOT)], stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd=ROOT
    )
    assert run.returncode == 2
    assert "terminal" in run.stderr
