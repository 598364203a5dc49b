"""A real pseudo-terminal with a screen in memory: what a user sees, and the bytes it took."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pyte

QUIET = 0.06
"""Seconds without a byte nor any work after which the program is held to have finished drawing."""
ESCAPE_SECONDS = 0.12
"""After the escape key Textual waits 0.1 s, to tell it from the beginning of a sequence."""
WORK = 1_000_000
"""Nanoseconds of processor above which a program was at work; waking up to look for keys takes less."""
KEYS = {"enter": "\r", "up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D", "escape": "\x1b",
        "tab": "\t", "space": " ", "pagedown": "\x1b[6~", "pageup": "\x1b[5~", "backspace": "\x7f", "home": "\x1b[H",
        "end": "\x1b[F"}  # fmt: skip


def seen(cell: pyte.screens.Char) -> pyte.screens.Char:
    """What shows of a cell: a blank has neither the colour nor the weight of a letter."""
    if cell.data == " " and not (cell.reverse or cell.underscore or cell.strikethrough):
        return pyte.screens.Char(" ", bg=cell.bg)
    return cell


def cells(screen: pyte.Screen) -> list[list[pyte.screens.Char]]:
    """What shows, line by line."""
    return [[seen(screen.buffer[y][x]) for x in range(screen.columns)] for y in range(screen.lines)]


class PtyScreen:
    """A program running in a pseudo-terminal, or a function in a copy of this process.

    Attributes:
        received: bytes of the last step.
        heard: moment (monotonic) of the last byte.
        raw: all bytes since the start.
    """

    def __init__(
        self,
        command: Sequence[str] | Callable[[], object],
        *,
        columns: int = 80,
        lines: int = 24,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> None:
        self.screen = pyte.Screen(columns, lines)
        self.stream = pyte.ByteStream(self.screen)
        self.raw = bytearray()
        self.received = 0
        self.heard = 0.0
        self.quiet = QUIET
        self.code: int | None = None
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            if cwd:
                os.chdir(cwd)
            os.environ.update({"TERM": "xterm-256color", **(env or {})})
            if callable(command):
                self.resize(columns, lines, model=False, fd=1)
                try:
                    command()
                finally:
                    os._exit(0)
            os.execvp(command[0], list(command))
        self.resize(columns, lines, model=False)

    def resize(self, columns: int, lines: int, *, model: bool = True, fd: int = -1) -> None:
        fcntl.ioctl(self.fd if fd < 0 else fd, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        if model:
            self.screen.resize(lines, columns)
            os.kill(self.pid, signal.SIGWINCH)

    def read(self, timeout: float = 5.0, *, until: str = "", answer: bool = False) -> int:
        """Read until silence, or until a text is on the screen; returns the bytes received.

        Args:
            answer: a key was pressed: stop when the program is at rest, even if it had nothing to draw.
        """
        end = time.monotonic() + timeout
        count = 0
        worked = self.work()
        while time.monotonic() < end:
            ready, _, _ = select.select([self.fd], [], [], self.quiet)
            if not ready:
                before, worked = worked, self.work()
                at_rest = worked - before < WORK and not self.runs()
                if at_rest and (until in self.text if until else count or answer):
                    break
                continue
            try:
                data = os.read(self.fd, 65536)
            except OSError:
                break
            if not data:
                break
            count += len(data)
            self.heard = time.monotonic()
            worked = self.work()
            self.raw += data
            self.stream.feed(data.replace(b"\x1b[<u", b""))
        self.received = count
        return count

    def tasks(self, name: str) -> list[str]:
        """What the system says of each thread of the program, none where it does not say."""
        found = []
        for path in Path(f"/proc/{self.pid}/task").glob(f"*/{name}"):
            with contextlib.suppress(OSError):
                found.append(path.read_text())
        return found

    def work(self) -> int:
        """Nanoseconds of processor that the program took."""
        return sum(int(text.split()[0]) for text in self.tasks("schedstat"))

    def runs(self) -> bool:
        """Whether a thread of the program works or waits for a processor or a disk."""
        return any(text.rpartition(")")[2].split()[0] in "RD" for text in self.tasks("stat"))

    def press(self, *keys: str, until: str = "") -> int:
        """Press keys one after the other; returns the bytes that the last one took."""
        for key in keys[:-1]:
            self._press(key)
        return self._press(keys[-1], until)

    def write(self, key: str | bytes) -> None:
        """Press a key, or send bytes as they are, and look at nothing."""
        os.write(self.fd, key if isinstance(key, bytes) else KEYS.get(key, key).encode())

    def _press(self, key: str, until: str = "") -> int:
        self.write(key)
        if key == "escape":
            time.sleep(ESCAPE_SECONDS)
        return self.read(8.0 if until else 2.0, until=until, answer=True)

    def settle(self, condition: Callable[[], bool], timeout: float = 8.0) -> None:
        """Read until a condition holds, however busy the machine is."""
        end = time.monotonic() + timeout
        while not condition() and time.monotonic() < end:
            self.read(0.3)

    @property
    def lines(self) -> list[str]:
        return [line.rstrip() for line in self.screen.display]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def wait(self, timeout: float = 5.0) -> int:
        """Wait for the end; returns the exit code (minus the signal when one ended it)."""
        end = time.monotonic() + timeout
        while self.code is None and time.monotonic() < end:
            self.read(0.2)
            done, status = os.waitpid(self.pid, os.WNOHANG)
            if done:
                self.code = os.waitstatus_to_exitcode(status)
        if self.code is None:
            raise TimeoutError("the program did not end")
        return self.code

    def close(self) -> None:
        if self.code is None:
            try:
                os.kill(self.pid, signal.SIGKILL)
                os.waitpid(self.pid, 0)
            except (ProcessLookupError, ChildProcessError):
                pass
        os.close(self.fd)
