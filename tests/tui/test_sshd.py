"""The program over a real sshd on the loopback, cut in the middle of an edit."""

from __future__ import annotations

import getpass
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pty_screen import KEYS, PtyScreen

ROOT = Path(__file__).parents[2]
FAKE = ROOT / "tests" / "tui" / "tui_fake.py"
SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
pytestmark = pytest.mark.skipif(
    not (SSHD and shutil.which("ssh") and shutil.which("ssh-keygen")), reason="there is no sshd here"
)
Connect = Callable[[], PtyScreen]


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def connect(tmp_path: Path) -> Iterator[Connect]:
    """Opens the program on the invented school through ssh."""
    for name in ("host", "agent"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / name], check=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = tmp_path / "sshd_config"
    config.write_text(
        f"ListenAddress 127.0.0.1\nPort {port}\nHostKey {tmp_path}/host\nAuthorizedKeysFile {tmp_path}/agent.pub\n"
        "UsePAM no\nStrictModes no\nPermitRootLogin yes\nPidFile none\n"
    )
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    server = subprocess.Popen([str(SSHD), "-D", "-e", "-f", config], stderr=subprocess.DEVNULL)
    screens: list[PtyScreen] = []
    try:
        end = time.monotonic() + 5
        while not answers(port) and time.monotonic() < end and server.poll() is None:
            time.sleep(0.02)
        if not answers(port):
            pytest.skip("sshd does not start here")

        def start() -> PtyScreen:
            data = {"ENT_TRIAGE_DATA": tmp_path, "PYTHONPATH": ROOT, "LC_ALL": "C.UTF-8", "TERM": "xterm"}
            program = shlex.join(["env", *(f"{name}={value}" for name, value in data.items()),
                                  sys.executable, str(FAKE), str(tmp_path), "12", "2"])  # fmt: skip
            options = ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR", "BatchMode=yes",
                       "IdentitiesOnly=yes"]  # fmt: skip
            screen = PtyScreen(
                ["ssh", "-tt", "-F", "none", "-p", str(port), "-i", str(tmp_path / "agent"),
                 *(word for option in options for word in ("-o", option)), f"{getpass.getuser()}@127.0.0.1",
                 f"cd {shlex.quote(str(tmp_path))}; echo $$ > pid; exec {program}"],
            )  # fmt: skip
            screens.append(screen)
            screen.read(15, until="anomalies bloquent")
            return screen

        yield start
    finally:
        for screen in screens:
            screen.close()
        server.terminate()
        server.wait()


def ended(pid: int, seconds: float = 5.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


def begin_text(screen: PtyScreen) -> None:
    """Open the editor on the last line of the ticket that is shown."""
    screen.press("end")
    screen.press("enter", until="Échap ou Tab")


def test_a_line_cut_in_the_middle_of_an_edit_loses_no_letter(connect: Connect, tmp_path: Path) -> None:
    screen = connect()
    screen.press("p", until="> Anomalies")
    screen.press("t", until="> Tickets")
    begin_text(screen)
    screen.press("Coupure", until="Coupure")
    assert "Coupure" in screen.text
    pid = int((tmp_path / "pid").read_text())
    os.kill(screen.pid, signal.SIGKILL)
    screen.wait()
    assert ended(pid), "the program outlived its line"
    again = connect()
    assert "texte à reprendre" in again.text
    again.press("enter", until="> Tickets")
    begin_text(again)
    assert "Texte repris où il en" in again.text
    again.press(KEYS["down"] * 30, until="Coupure")
    assert "Coupure" in again.text
    again.press("tab", until="w écrire")
    again.press("q", until="> Aujourd’hui")
    again.press("q")
    assert again.wait() == 0
