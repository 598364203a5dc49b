"""Going from screen to screen: the screens are made when they are first wanted, and kept."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

from textual.app import App

from diagnostics.model import Identity, Incident
from tui import strings
from tui.actions import (
    ANOMALIES,
    COLUMNS,
    CORRECTIONS,
    HELP,
    HOME,
    LOADING,
    MATCHING,
    MESSAGES,
    PERSON,
    ROUTING,
    SEARCH,
    TICKETS,
)
from tui.jobs import Cancelled, Jobs, Report
from tui.screens.base import Sheet
from tui.screens.home import Home
from tui.session import Session

if TYPE_CHECKING:
    from diagnostics.sources.unknown_columns import Unmapped
    from tui.screens.anomalies import Anomalies
    from tui.screens.columns import Columns
    from tui.screens.corrections import Corrections, Lists
    from tui.screens.loading import Loading
    from tui.screens.matching import Matching
    from tui.screens.messages import Messages
    from tui.screens.person import PersonSheet
    from tui.screens.routing import Routing
    from tui.screens.search import Search
    from tui.screens.tickets import Tickets

ANALYSE, LOOK, LISTS = "analyse", "colonnes", "listes"
MAKERS: Mapping[str, tuple[str, str]] = {
    ANOMALIES: ("tui.screens.anomalies", "Anomalies"),
    COLUMNS: ("tui.screens.columns", "Columns"),
    CORRECTIONS: ("tui.screens.corrections", "Corrections"),
    HELP: ("tui.screens.help", "Help"),
    LOADING: ("tui.screens.loading", "Loading"),
    MATCHING: ("tui.screens.matching", "Matching"),
    MESSAGES: ("tui.screens.messages", "Messages"),
    PERSON: ("tui.screens.person", "PersonSheet"),
    ROUTING: ("tui.screens.routing", "Routing"),
    SEARCH: ("tui.screens.search", "Search"),
    TICKETS: ("tui.screens.tickets", "Tickets"),
}
"""Screen → its module and class, imported when the screen is first wanted: none may delay the first paint."""


def sheet_class(name: str) -> type[Sheet]:
    module, kind = MAKERS[name]
    return cast(type[Sheet], getattr(importlib.import_module(module), kind))


class Navigator(App[int], inherit_bindings=False):
    """The screens and the way from one to another.

    Attributes:
        trail: screens gone through, the current one last.
        sheets: the screens made so far, by name.
        message: the sentence under the work, lost when one goes elsewhere.
        prepared: the program was readied for a first message.
    """

    session: Session
    jobs: Jobs
    home: Home
    trail: list[str]
    sheets: dict[str, Sheet]
    message: str
    prepared: bool

    def say(self, text: str) -> None:
        raise NotImplementedError

    def analyse(self) -> None:
        """Analyse again what was read."""
        raise NotImplementedError

    def prepare(self) -> None:
        """Get ready for a first message, beside, while the agent goes and copies it."""
        raise NotImplementedError

    def do_quitter(self) -> None:
        raise NotImplementedError

    @property
    def sheet(self) -> Sheet:
        """The screen that is shown."""
        return self.sheets[self.trail[-1]]

    @property
    def is_typing(self) -> bool:
        """Whether a field takes letters: the driver asks, from the thread that reads them."""
        return self.sheet.is_typing()

    def get(self, name: str) -> Sheet:
        """A screen, made the first time it is wanted and kept."""
        if name not in self.sheets:
            self.sheets[name] = sheet_class(name)()
            self.install_screen(self.sheets[name], name)
        return self.sheets[name]

    def go(self, name: str) -> None:
        if name in self.trail:
            del self.trail[self.trail.index(name) + 1 :]
        else:
            self.trail.append(name)
        self.message = ""
        if name == HOME:
            if self.screen is not self.home:
                self.pop_screen()
        elif self.screen is self.home:
            self.push_screen(name)
        else:
            self.switch_screen(name)
        self.refresh_analysis()

    def refresh_analysis(self) -> None:
        """Analyse again after decisions, but not under the eyes of an agent who goes from person to person."""
        if self.session.stale and self.trail[-1] != MATCHING and ANALYSE not in self.jobs.running:
            self.analyse()

    def leave(self) -> None:
        """Back to the screen before; from the first one, out of the program."""
        if len(self.trail) < 2:
            self.do_quitter()
        else:
            self.go(self.trail[-2])

    def show_loading(self, export_id: str = "") -> None:
        sheet = cast("Loading", self.get(LOADING))
        if export_id:
            sheet.go_to(export_id)
        self.go(LOADING)

    def show_columns(self, file: str, member: str) -> None:
        """Look at the columns of a file again, then show them; a large file takes its time."""

        def work(report: Report, cancelled: Cancelled) -> tuple[str, Unmapped | None]:
            report("lecture des colonnes", 0, 1)
            return file, self.session.unmapped(file, member)

        self.jobs.start(LOOK, work)

    def columns_seen(self, file: str, table: Unmapped | None) -> None:
        if table is None:
            self.say(strings.NO_COLUMNS)
            return
        sheet = cast("Columns", self.get(COLUMNS))
        sheet.begin(file, table)
        self.go(COLUMNS)

    def show_anomalies(self, filter_text: str = "") -> None:
        sheet = cast("Anomalies", self.get(ANOMALIES))
        sheet.filter = filter_text
        self.go(ANOMALIES)

    def show_incident(self, incident: Incident, *, card: bool = False) -> None:
        sheet = cast("Anomalies", self.get(ANOMALIES))
        sheet.begin_at(incident, card=card)
        self.go(ANOMALIES)

    def show_matching(self, key: str = "") -> None:
        sheet = cast("Matching", self.get(MATCHING))
        sheet.go_to(key)
        self.go(MATCHING)

    def show_messages(self, name: str = "") -> None:
        sheet = cast("Messages", self.get(MESSAGES))
        sheet.begin_at(name)
        self.go(MESSAGES)
        if not self.prepared:
            self.prepared = True
            self.call_after_refresh(self.prepare)

    def show_person(self, people: list[Identity], index: int = 0) -> None:
        """The page of someone; ``people`` are gone through from there."""
        sheet = cast("PersonSheet", self.get(PERSON))
        sheet.show_people(people, index)
        if self.sheet is sheet:
            sheet.refresh_all()
        else:
            self.go(PERSON)

    def ask_person(self, query: str = "") -> None:
        """Search someone in all exports, as one types."""
        sheet = cast("Search", self.get(SEARCH))
        if self.session.school is None:
            self.say(strings.NOT_YET if self.jobs.running else strings.NOTHING_LOADED)
            return
        if self.sheet is not sheet:
            self.go(SEARCH)
        sheet.begin(query)

    def find_person(self, query: str) -> None:
        """Someone by a name given whole: their page, or the list when several answer."""
        found = self.session.find_people(query) if query.strip() else []
        if len(found) == 1:
            self.show_person(found)
        else:
            self.ask_person(query)

    def show_routing(self, incidents: Sequence[Incident]) -> None:
        sheet = cast("Routing", self.get(ROUTING))
        sheet.begin(incidents)
        self.go(ROUTING)

    def show_corrections(self) -> None:
        self.get(CORRECTIONS)
        self.go(CORRECTIONS)
        self.make_lists()

    def make_lists(self) -> None:
        """What the agent leaves with, worked out beside: a large school takes its time."""
        sheet = cast("Corrections", self.get(CORRECTIONS))
        school = self.session.school
        if school is None or sheet.lists_of is school:
            return

        def work(report: Report, cancelled: Cancelled) -> Lists:
            from tui.screens.corrections import lists_of

            report("listes à emporter", 0, 1)
            return lists_of(school)

        self.jobs.start(LISTS, work)

    def show_tickets(self) -> None:
        self.get(TICKETS)
        self.go(TICKETS)

    def open_tickets(self, incidents: Sequence[Incident], *, keep: bool = True) -> None:
        """Draft a ticket for each and show the first; without ``keep`` they are only looked at."""
        sheet = cast("Tickets", self.get(TICKETS))
        sheet.begin(incidents, keep=keep)
        self.go(TICKETS)
