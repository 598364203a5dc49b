"""The program in real pseudo-terminals: what reaches the wire, what is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import termios
import tty
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pty_screen import PtyScreen, cells

from diagnostics.store import Store
from tui.terminal.tolerant_driver import Decoder

ROOT = Path(__file__).parents[2]
FAKE = ROOT / "tests" / "tui" / "tui_fake.py"
READY = "anomalies bloquent"
Opener = Callable[..., PtyScreen]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opener]:
    """Opens the program on the invented school in a terminal, and closes it."""
    screens = []

    def start(*, size: int = 60, pending: int = 6, columns: int = 80, lines: int = 24, **env: str) -> PtyScreen:
        folder = tmp_path / f"session{len(screens)}"
        folder.mkdir(exist_ok=True)
        screen = PtyScreen(
            [sys.executable, str(FAKE), str(folder), str(size), str(pending)],
            columns=columns,
            lines=lines,
            env={"ENT_TRIAGE_DATA": str(folder), "PYTHONPATH": path_with(ROOT), **env},
            cwd=tmp_path,
        )
        screens.append(screen)
        screen.read(10, until=READY)
        return screen

    yield start
    for screen in screens:
        screen.close()


def path_with(*folders: Path) -> str:
    return os.pathsep.join([*map(str, folders), *filter(None, [os.environ.get("PYTHONPATH", "")])])


def test_the_line_carries_what_the_wire_sends_and_is_silent_at_rest(opened: Opener) -> None:
    """Each gesture is counted in ``test_bytes``; here, that the system adds no byte and that rest is rest."""
    screen = opened(TERM="xterm", REST="60")
    screen.read(0.5)
    assert len(screen.raw) <= 2_500
    assert screen.press("p") <= 1_500
    assert screen.press("down", "down") <= 200
    assert b"\r\n" in screen.raw
    assert b"\r\r\n" not in screen.raw
    screen.press("/")
    assert screen.press("b") <= 1_300
    assert screen.read(0.8) == 0


def test_the_frugal_driver_shows_what_textuals_own_shows(opened: Opener) -> None:
    keys = [
        "p",
        "down",
        "pagedown",
        "enter",
        "q",
        "/",
        "b",
        "escape",
        "q",
        "a",
        "enter",
        "l",
        ":",
        "escape",
        "?",
        "end",
        "q",
    ]
    frugal = opened(TERM="xterm-256color", REST="0.001")
    stock = opened(TERM="xterm-256color", REST="0.001", ENT_TRIAGE_DRIVER="stock")
    for key in keys:
        frugal.press(key)
        stock.press(key)
        frugal.settle(lambda: frugal.lines == stock.lines or not stock.read(0.2), 4)
        assert frugal.lines == stock.lines, key
        assert cells(frugal.screen) == cells(stock.screen), key
    assert len(frugal.raw) * 3 < len(stock.raw)


def test_a_resized_terminal_is_drawn_whole_even_when_the_shell_exports_a_size(opened: Opener) -> None:
    """Laid out for the size of the shell and for its own, the program went from one to the other for ever."""
    screen = opened(columns=60, lines=15, COLUMNS="80", LINES="24")
    screen.press("p")
    for columns, lines in ((100, 30), (60, 15)):
        screen.resize(columns, lines)
        screen.settle(lambda: "retour" in screen.lines[-1] and "Anomalies" in screen.lines[0])
        assert "Anomalies" in screen.lines[0]
        assert "retour" in screen.lines[-1]
        assert len(screen.lines) == lines


@pytest.mark.parametrize("number", [signal.SIGQUIT, signal.SIGHUP])
def test_a_signal_restores_the_terminal(opened: Opener, number: signal.Signals) -> None:
    master, untouched = os.openpty()
    screen = opened()
    assert termios.tcgetattr(screen.fd)[3] != termios.tcgetattr(untouched)[3]
    before = len(screen.raw)
    os.kill(screen.pid, number)
    assert screen.wait() == 128 + number
    assert termios.tcgetattr(screen.fd) == termios.tcgetattr(untouched)
    tail = bytes(screen.raw[before:])
    assert b"\x1b[?1049l" in tail
    assert b"\x1b[?25h" in tail
    assert ("arrêté de l’extérieur" in tail.decode()) == (number == signal.SIGQUIT)
    assert b"Traceback" not in tail
    os.close(master)
    os.close(untouched)


def test_suspended_and_resumed_the_screen_is_whole_again(opened: Opener) -> None:
    screen = opened()
    screen.press("p")
    screen.read(1)
    shown = screen.lines
    screen.press("\x1a")
    screen.read(1)
    assert b"\x1b[?1049l" in screen.raw
    os.kill(screen.pid, signal.SIGCONT)
    screen.settle(lambda: screen.lines == shown)
    assert screen.lines == shown


def test_a_killed_program_loses_no_decision(opened: Opener, tmp_path: Path) -> None:
    screen = opened()
    screen.press("a", "enter")
    assert "encore 5" in screen.text
    os.kill(screen.pid, signal.SIGKILL)
    assert screen.wait() == -signal.SIGKILL
    assert len(Store.open(tmp_path / "session0" / "store.sqlite").decisions()) == 1


@pytest.mark.parametrize("driver", ["", "stock"])
def test_a_terminal_set_to_latin_1_types_and_pastes_its_accents(opened: Opener, driver: str) -> None:
    """It sends one byte for « é »; Textual's own driver ends there."""
    screen = opened(ENT_TRIAGE_DRIVER=driver)
    screen.press("p", "/")
    screen.write(b"Zo\xe9 L\xe9a \xff")
    screen.press("b")
    assert screen.lines[22] == " Filtre : Zoé Léa ÿb"
    screen.write(b"\x1b[200~\xc9lo\xefse\xe2\x82\xac\x81\x1b[201~")
    screen.press("c")
    assert screen.lines[22] == " Filtre : Zoé Léa ÿbÉloïse€�c"
    screen.press("escape", "q", "q")
    assert screen.wait() == 0


def test_an_input_that_has_ended_is_told_once_each_time() -> None:
    """A terminal may go away without any signal: its end is then always ready to be read."""
    gone: list[None] = []
    decoder = Decoder(lambda: gone.append(None))
    assert decoder.decode("é".encode()[:1]) == ""
    assert decoder.decode("é".encode()[1:]) == "é"
    assert not gone
    assert decoder.decode(b"") == ""
    assert len(gone) == 1
    assert decoder.decode(b"", final=True) == ""
    assert len(gone) == 1


def test_an_error_of_the_input_thread_is_logged_without_its_data(opened: Opener, tmp_path: Path) -> None:
    screen = opened(INPUT_CRASH="AMARANTE Lise")
    screen.write("p")
    assert screen.wait() == 4
    text = next(tmp_path.rglob("journal.txt")).read_text(encoding="utf-8")
    assert "ZeroDivisionError" in text
    assert "run_input_thread" in text
    assert "AMARANTE" not in text


def test_a_crash_names_nobody(opened: Opener, tmp_path: Path) -> None:
    """What is printed and what is logged hold no variable and no message of the exception."""
    screen = opened(CRASH="AMARANTE Lise")
    before = len(screen.raw)
    screen.press("?")
    assert screen.wait() == 4
    printed = bytes(screen.raw[before:]).decode()
    assert "s’est arrêté" in printed
    assert "AMARANTE" not in printed.split("\x1b[?1049l")[-1]
    journal = next(tmp_path.rglob("journal.txt"))
    assert journal.stat().st_mode & 0o077 == 0
    text = journal.read_text(encoding="utf-8")
    assert "ZeroDivisionError" in text
    assert "AMARANTE" not in text


@pytest.mark.parametrize(
    ("term", "locale"), [("linux", "C"), ("screen", "POSIX"), ("tmux-256color", "C.UTF-8"), ("vt100", "fr_FR.inconnu")]
)
def test_it_opens_on_common_terminals_and_in_poor_locales(opened: Opener, term: str, locale: str) -> None:
    screen = opened(TERM=term, LC_ALL=locale)
    assert "Anomalies par famille" in screen.text
    screen.press("p")
    assert {cell.bg for y in range(24) for cell in screen.screen.buffer[y].values()} == {"default"}
    assert "Éloïse" in screen.text


def test_no_colour_is_sent_when_none_is_wanted_and_q_restores_the_terminal(opened: Opener) -> None:
    screen = opened(NO_COLOR="1")
    screen.press("p", "down")
    assert not any(
        cell.fg != "default" or cell.bg != "default" for y in range(24) for cell in screen.screen.buffer[y].values()
    )
    assert "▲" in screen.text
    assert not termios.tcgetattr(screen.fd)[tty.OFLAG] & termios.OPOST
    screen.press("q", "q")
    assert screen.wait() == 0
    assert termios.tcgetattr(screen.fd)[tty.OFLAG] & termios.OPOST
    assert b"\x1b[?1049l" in screen.raw


def test_ascii_only_terminals_get_ascii_only_and_the_cursor_may_stay_visible(opened: Opener) -> None:
    screen = opened(ENT_TRIAGE_ASCII="1", ENT_TRIAGE_CURSEUR="1")
    screen.press("p", "down")
    assert not screen.screen.cursor.hidden
    assert screen.lines[screen.screen.cursor.y].startswith(">")
    screen.press("enter")
    assert screen.raw.isascii()
    assert "AMARANTE" in screen.text


@pytest.mark.parametrize(
    ("env", "word"),
    [
        ({"TERM": "dumb"}, "TERM=dumb"),
        ({"TERM": ""}, "TERM=vide"),
        ({"PYTHONIOENCODING": "latin-1"}, "ENT_TRIAGE_ASCII=1"),
    ],
)
def test_a_hopeless_terminal_is_refused_in_french(tmp_path: Path, env: dict[str, str], word: str) -> None:
    screen = PtyScreen(
        [sys.executable, "-m", "tui.cli", "ouvrir"], env={"ENT_TRIAGE_DATA": str(tmp_path), **env}, cwd=ROOT
    )
    try:
        assert screen.wait(10) == 2
        assert word in screen.text
        assert b"\x1b" not in screen.raw
    finally:
        screen.close()


def test_without_a_terminal_the_program_says_what_to_do(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tui.cli", "ouvrir"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, "ENT_TRIAGE_DATA": str(tmp_path)},
        check=False,
    )
    assert done.returncode == 2
    assert "terminal" in done.stderr.decode()
    assert b"\x1b" not in done.stdout + done.stderr
