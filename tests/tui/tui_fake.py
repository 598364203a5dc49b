"""The program on the invented school of ``school.py``: no file is read, decisions go to a real store."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message
from textual.strip import Strip
from tui_school import make

from diagnostics.school import School
from diagnostics.settings import Settings
from diagnostics.sources.unknown_columns import Unmapped
from tui.analysis import Partly
from tui.app import TriageApp
from tui.jobs import Cancelled, Report
from tui.screens import detail
from tui.session import Session


class FakeSession(Session):
    """A session whose files are the invented school."""

    def __init__(self, folder: Path, school: School | None) -> None:
        super().__init__([], settings=Settings(agent="testeur"), store_path=folder / "store.sqlite", demo=False)
        self.fake = school
        self.preparations = 0

    def read(self, report: Report, cancelled: Cancelled, partly: Partly) -> School | None:
        self.open_store()
        self.loaded = self.fake.loaded if self.fake else None
        return self.fake

    def unmapped(self, file: str, member: str) -> Unmapped:
        """A table of two columns that nobody could guess, whatever the file."""
        return Unmapped(
            signature="patro;petitnom;div",
            line=1,
            columns=("Patro", "Petit nom", "Div"),
            guessed=("", "", "classe"),
            rows=(("AMARANTE", "Lise", "6A"), ("BASTIDE", "Maël", "5A")),
            needed=True,
        )

    def prepare(self) -> None:
        """Only counted: it costs half a second of processor, and few tests read a message."""
        self.preparations += 1

    def analyse(self, report: Report, cancelled: Cancelled) -> School:
        assert self.fake is not None
        return self.fake


def app_on(folder: Path, *, size: int = 24, pending: int = 4, welcome: bool = False) -> TriageApp:
    return TriageApp(FakeSession(folder, make(size, pending)), welcome=welcome)


if __name__ == "__main__":
    from tui.app import driver_class

    program = app_on(Path(sys.argv[1]), size=int(sys.argv[2]), pending=int(sys.argv[3]))
    program.driver_class = driver_class() or program.driver_class
    if rest := os.environ.get("REST"):
        detail.REST_SECONDS = float(rest)
    if secret := os.environ.get("CRASH"):

        def crash(y: int) -> Strip:
            name = secret
            raise ZeroDivisionError(name)

        program.get("aide").pane.render_line = crash  # type: ignore[attr-defined]
    if secret := os.environ.get("INPUT_CRASH"):

        def crash_on_key(driver: LinuxDriver, message: Message) -> None:
            raise ZeroDivisionError(secret)

        LinuxDriver.process_message = crash_on_key  # type: ignore[method-assign]
    program.run(mouse=False)
    sys.exit(program.return_code or 0)
