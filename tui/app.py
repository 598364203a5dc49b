"""Wiring: the session, the jobs, the signals, and what all screens can do."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from rich.console import RenderableType
from rich.style import Style
from rich.text import Text
from textual.driver import Driver
from textual.filter import LineFilter
from textual.screen import Screen

from diagnostics.model import Loaded
from diagnostics.safety import Refusal, clean_lines
from diagnostics.settings import Settings, config_path
from tui import apart, appearance, demo_door, doorstep, half_typed, journal, keymap, pasting, strings, tour
from tui.actions import (
    CORRECTIONS,
    HELP,
    HOME,
    TICKETS,
)
from tui.clipboard import keep_copy
from tui.exit_codes import INTERNAL, USAGE
from tui.jobs import Cancelled, Jobs, Report
from tui.messages import Failed, Finished, PartlyRead, Progressed
from tui.navigation import ANALYSE, LISTS, LOOK, Navigator
from tui.screens.base import Sheet
from tui.screens.home import Home
from tui.session import Session
from tui.terminal.border import Border
from tui.theme import DEFAULT_LOOK, DEFAULT_THEME, LOOK_VARIABLE, LOOKS, TEXTUAL_THEMES, look
from tui.widgets.prompt import complete_path
from tui.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from diagnostics.school import School
    from tui.screens.corrections import Corrections
    from tui.screens.help import Help
    from tui.screens.tickets import Tickets

READ, WRITE = "lecture", "ecriture"
DRIVER_VARIABLE = "ENT_TRIAGE_DRIVER"
KEYS_FILE = "touches.toml"
LEAVING_SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT)
"""After which the program leaves as if asked to; after the second nobody is there to be told."""
PAINT_SECONDS = 2.0
"""Longest wait for the first screen."""
GRACE_SECONDS = 2.0
"""Time given to leave properly after a signal; a dead line may never let us."""


class TriageApp(Navigator, inherit_bindings=False):
    CSS_PATH = Path(__file__).with_name("styles.tcss")
    TITLE = strings.PROGRAM
    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    AUTO_FOCUS = ""

    def __init__(
        self,
        session: Session,
        *,
        keys: keymap.Bindings | None = None,
        driver_class: type[Driver] | None = None,
        welcome: bool = False,
    ) -> None:
        self.look_name = os.environ.get(LOOK_VARIABLE, DEFAULT_LOOK)
        self.border = Border()
        super().__init__(driver_class=driver_class)
        self.look: Mapping[str, Style] = look(self.look_name, no_color=self.no_color)
        self.theme = TEXTUAL_THEMES.get(self.look_name, DEFAULT_THEME)
        self.session = session
        self.keys = keys or keymap.Bindings()
        self.jobs = Jobs(self)
        self.message = ""
        self.progress_text = ""
        self.welcome = welcome
        """Whether the tour begins by itself, when it was not seen to its end."""
        self.tour = tour.Tour(self)
        self.home = Home()
        self.painted = threading.Event()
        """Set once the first screen is drawn: work that begins before would only delay it."""
        self.prepared = False
        self.trail: list[str] = [HOME]
        """Screens gone through, the current one last."""
        self.sheets: dict[str, Sheet] = {HOME: self.home}
        self.install_screen(self.home, HOME)

    # Frame of Textual.

    def get_default_screen(self) -> Screen[None]:
        return self.home

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), self.border]

    def on_mount(self) -> None:
        loop = asyncio.get_running_loop()
        if not self.is_headless:
            journal.hear(loop)
        for number in LEAVING_SIGNALS:
            try:
                loop.add_signal_handler(number, self.leave_for, number)
            except (RuntimeError, ValueError):
                break
        self.read()
        self.call_after_refresh(self.first_paint_done)

    def first_paint_done(self) -> None:
        """Let work begin; what was imported with the collector at rest is never looked at again."""
        if not gc.isenabled():
            gc.freeze()
            gc.enable()
        self.painted.set()

    def leave_for(self, number: int) -> None:
        """Leave after a signal, the terminal restored when there still is one."""
        last_resort = threading.Timer(GRACE_SECONDS, os._exit, (128 + number,))
        last_resort.daemon = True
        last_resort.start()
        self.jobs.stop_all()
        told = None if number == signal.SIGHUP else Text(strings.STOPPED_BY.format(name=signal.Signals(number).name))
        self.exit(return_code=128 + number, message=told)

    def panic(self, *renderables: RenderableType) -> None:
        """A thread of Textual died: the same words as for any error, never its traceback."""
        from rich.traceback import Traceback

        drawn = next((one for one in renderables if isinstance(one, Traceback)), None)
        if drawn is None:
            self._fatal_error()
        else:  # the error is that of another thread: only its drawing reaches us
            self._leave_after_error(journal.record_trace(drawn.trace))

    def _fatal_error(self) -> None:
        error = sys.exc_info()[1]
        self._leave_after_error(journal.record(error) if error is not None else "")

    def _leave_after_error(self, log: str) -> None:
        """Leave, saying which log says where it happened, "" when none does."""
        self._return_code = INTERNAL
        self._exit_renderables[:] = [Text(strings.fatal(log, self.session.read_only))]
        self._close_messages_no_wait()

    # Long work.

    def read(self) -> None:
        """Read the files again and analyse them."""

        def work(report: Report, cancelled: Cancelled) -> School | None:
            self.painted.wait(PAINT_SECONDS)
            if self.session.demo and not self.session.paths:
                self.session.paths = [str(demo_door.folder(lambda text: report(text, 0, 1)))]
            return self.session.read(report, cancelled, self.show_partly)

        self.jobs.start(READ, work)
        self.home.refresh_all()

    def open_demo(self) -> None:
        """The demo school, and its tour when it was not seen."""
        self.session.demo = self.welcome = True
        self.session.paths = []
        self.read()

    def show_partly(self, loaded: Loaded) -> None:
        """Show what was read, from the thread that reads."""
        self.post_message(PartlyRead(loaded))

    def on_partly_read(self, message: PartlyRead) -> None:
        if READ in self.jobs.running or self.session.school is None:
            self.session.loaded = message.loaded
            self.sheet.refresh_all()

    def prepare(self) -> None:
        """Get ready for a first message, beside, while the agent goes and copies it."""
        self.run_worker(self.session.prepare, name="préparation", thread=True, exit_on_error=False)

    def analyse(self) -> None:
        self.jobs.start(ANALYSE, self.session.analyse)

    def write_tickets(self, folder: str) -> None:
        """Write the tickets of the screen into a folder."""
        if not folder.strip():
            self.say(strings.NOTHING_WRITTEN)
            return
        sheet = cast("Tickets", self.get(TICKETS))
        incidents = list(sheet.incidents)
        path = Path(folder.strip()).expanduser()

        def work(report: Report, cancelled: Cancelled) -> str:
            from tui import drafting

            report("écriture des tickets", 0, 1)
            return drafting.write(self.session, incidents, path)

        self.jobs.start(WRITE, work)

    def set_look(self, name: str) -> None:
        """Change colours at once, and keep them."""
        if name.strip() not in LOOKS:
            self.say(f"Aspects : {', '.join(LOOKS)}.")
            return
        self.look = look(name.strip(), no_color=self.no_color)
        self.theme = TEXTUAL_THEMES.get(name.strip(), DEFAULT_THEME)
        for sheet in self.sheets.values():
            for widget in sheet.query(VirtualList):
                widget.redraw()
        self.refresh(layout=True)
        self.sheet.refresh(layout=True)
        self.session.change_settings({"look": name.strip()})
        self.say(f"Aspect « {name.strip()} », gardé dans les réglages.")

    def add_path(self, text: str) -> None:
        path = Path(text.strip()).expanduser()
        if not text.strip():
            return
        if not path.exists():
            completed, several = complete_path(text.strip())
            path = path if several else Path(completed).expanduser()
        if not path.exists():
            raise Refusal(f"{path} : ni fichier ni dossier de ce nom. Tab complète le chemin.")
        if str(path) not in self.session.paths:
            self.session.paths.append(str(path))
        self.read()

    def add_pasted(self, text: str) -> None:
        """A table or a report copied from another window, read as a file would be."""
        half_typed.keep_pasted(self.session, text)
        self.read()
        self.show_loading()

    def on_progressed(self, message: Progressed) -> None:
        if not self.jobs.is_current(message.job, message.run):
            return
        self.progress_text = strings.progress(message.step, message.done, message.total)
        self.sheet.show_state()

    def on_finished(self, message: Finished) -> None:
        if not self.jobs.ended(message.job, message.run):
            return
        self.progress_text = ""
        if message.job in {READ, ANALYSE} and message.result is not None:
            self.session.take(message.result)
            if message.job == READ:
                self.message = strings.loaded(message.result.loaded)
            elif not self.message:  # what an undo took back is worth more than this news
                self.message = strings.ANALYSED
        elif message.job == READ:
            self.session.refresh_state()
        self.sheet.refresh_all()
        if message.job == LOOK:
            self.columns_seen(*message.result)
        if message.job == WRITE:
            self.say(message.result)
        if message.job == LISTS:
            cast("Corrections", self.get(CORRECTIONS)).take(message.result)
        if message.job == READ and self.welcome and self.tour.wanted:
            self.tour.begin()

    def on_failed(self, message: Failed) -> None:
        if not self.jobs.ended(message.job, message.run):
            return
        self.progress_text = ""
        self.message = message.reason
        self.sheet.refresh_all()

    # What every screen can do.

    def say(self, text: str) -> None:
        self.sheet.say(text)

    def copy(self, text: str) -> None:
        self.copy_to_clipboard(clean_lines(text))
        path = keep_copy(text)
        self.say(f"Copié ; aussi dans {strings.place(path)}")

    def do_annuler(self) -> None:
        what = self.session.undo()
        what = self.said_of_messages(what)
        self.sheet.fill()
        self.sheet.show_state()
        self.say(f"Annulé : {what}.   U : refaire" if what else strings.NOTHING_TO_UNDO)
        self.refresh_analysis()

    def do_refaire(self) -> None:
        what = self.session.redo()
        what = self.said_of_messages(what)
        self.sheet.fill()
        self.sheet.show_state()
        self.say(f"Refait : {what}.   u : annuler" if what else strings.NOTHING_TO_REDO)
        self.refresh_analysis()

    def said_of_messages(self, what: str) -> str:
        """What was undone or redone; when it is the cut of a message, the messages are cut as they now are."""
        if strings.CASE_STEP not in what and strings.PASTED_STEP not in what:
            return self.session.undone
        before = [message.incidents for message in self.session.messages]
        pasting.read_again(self.session)
        if strings.PASTED_STEP in what:
            return strings.PASTED_STEP
        same = before == [message.incidents for message in self.session.messages]
        return "suivi du message" if same else "découpe du message"

    def do_rapprocher(self) -> None:
        self.show_matching()

    def do_anomalies(self) -> None:
        self.show_anomalies()

    def do_tickets(self) -> None:
        self.show_tickets()

    def do_messages(self) -> None:
        self.show_messages()

    def do_chargement(self) -> None:
        self.show_loading()

    def do_recharger(self) -> None:
        """Read again; while something is being read, stop it, as the same key of a browser does."""
        if self.jobs.running:
            self.jobs.stop_all()
            self.say("Arrêt demandé…")
        else:
            self.read()

    def why_not_recharger(self) -> str:
        return "" if self.session.paths or self.jobs.running else strings.NOTHING_LOADED

    def do_personne(self) -> None:
        self.ask_person()

    def do_trouver(self) -> None:
        self.ask_person()

    def do_quelquun(self) -> None:
        self.ask_person()

    def do_corrections(self) -> None:
        self.show_corrections()

    def why_not_router(self) -> str:
        return "" if self.sheet.about_incidents() else strings.NO_ROUTE

    def do_router(self) -> None:
        self.show_routing(self.sheet.about_incidents())

    def do_aide(self) -> None:
        sheet = cast("Help", self.get(HELP))
        sheet.begin(self.trail[-1])
        self.go(HELP)

    def do_redessiner(self) -> None:
        forget = getattr(self._driver, "forget", None)
        if forget is not None:
            forget()
        self.screen.refresh(layout=True)

    def do_suspendre(self) -> None:
        self.action_suspend_process()

    def do_quitter(self) -> None:
        self.jobs.stop_all()
        self.sheet.guarded(lambda: half_typed.forget_pasted(self.session))
        self.exit(0)


def driver_class() -> type[Driver]:
    """The frugal driver, unless the environment asks for one that writes as Textual does."""
    if os.environ.get(DRIVER_VARIABLE, "").lower() == "stock":
        from tui.terminal.tolerant_driver import TolerantDriver

        return TolerantDriver
    from tui.terminal.frugal_driver import FrugalDriver

    return FrugalDriver


def run(paths: Sequence[str | Path], *, settings: Settings, store_path: str | Path, demo: bool = False) -> int:
    """Open the program; returns its exit code (0 left, 2 no usable terminal, 4 internal error)."""
    if reason := appearance.follow(settings) or doorstep.refusal():
        print(reason, file=sys.stderr)
        return USAGE
    keys_path = config_path().with_name(KEYS_FILE)
    keys = keymap.read(keys_path) if keys_path.exists() else keymap.Bindings()
    session = Session(paths, settings=settings, store_path=store_path, demo=demo, carry_out=apart.carry_out)
    app = TriageApp(session, keys=keys, driver_class=driver_class(), welcome=demo)
    app.run(mouse=False)
    session.keeper.settle()
    return app.return_code or 0
