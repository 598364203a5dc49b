"""Recherche: anyone of the loaded exports, found as one types; Enter opens their page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from textual.widget import Widget

from diagnostics.model import Identity
from diagnostics.text import fold
from tui import strings
from tui.actions import SEARCH
from tui.directory import MOST_PEOPLE
from tui.glyphs import fit
from tui.screens.base import Sheet, Sorts, position
from tui.screens.wording import SHORT_PROFILES
from tui.theme import ACCENT, BAD, DIM, NORMAL, WARN, Spans
from tui.widgets.prompt import Question
from tui.widgets.virtual_list import VirtualList

SORTS: Sorts = {
    "proches": ("p", "les plus proches d’abord"),
    "nom": ("n", "nom, prénom"),
    "classe": ("c", "classe, nom"),
    "profil": ("r", "profil, nom"),
    "contradictions": ("d", "contradictions d’abord"),
}
FIRST_SORT = "proches"
FIXED = 40
"""Cells of the columns other than the name and the exports."""


class Search(Sheet):
    screen_id = SEARCH

    def __init__(self) -> None:
        super().__init__()
        self.list = VirtualList(
            self.draw, id="search-list", key=lambda identity: identity.id, header=self.header, highlight=32
        )
        self.query_text = ""
        self.sort = FIRST_SORT

    def body(self) -> Iterable[Widget]:
        yield self.list

    def target(self) -> VirtualList:
        return self.list

    def begin(self, query: str = "") -> None:
        """Ask for a name; what was found before stays until something is typed."""
        if query:
            self.look_for(query)
        self.do_trouver(query)

    def fill(self) -> None:
        self.list.show(self.sorted(self.session.find_people(self.query_text)))

    def sorted(self, found: list[Identity]) -> list[Identity]:
        orders: dict[str, Callable[[Identity], Any]] = {
            "nom": lambda i: (fold(i.surname), fold(i.given_names)),
            "classe": lambda i: (i.division == "", fold(i.division), fold(i.surname), fold(i.given_names)),
            "profil": lambda i: (i.profile, fold(i.surname), fold(i.given_names)),
            "contradictions": lambda i: -len(i.contradictions),
        }
        return sorted(found, key=orders[self.sort]) if self.sort in orders else found

    def state_line(self) -> tuple[Spans, Spans]:
        if not self.query_text.strip():
            return [(strings.SEARCH_HOW, DIM)], ()
        count = len(self.list.rows)
        text = strings.plural(count, "personne") if count else "aucune personne"
        if count == MOST_PEOPLE:
            text = f"les {count} plus proches"
        left = [(text, NORMAL if count else WARN), (f"   {self.query_text}", ACCENT)]
        if self.sort != FIRST_SORT:
            left.append((f"   tri : {SORTS[self.sort][1]}", DIM))
        return left, [(position(self.list), DIM)]

    def columns(self, width: int) -> tuple[int, int]:
        """Widths of the name and of the exports."""
        name = max(20, min(36, (width - FIXED) * 3 // 5))
        return name, max(width - FIXED - name, 4)

    def header(self, width: int) -> Spans:
        name, exports = self.columns(width)
        return [("  " + fit("Personne", name) + fit("Profil", 7) + fit("Classe", 8) + fit("Né(e) le", 12)
                 + fit("Anom.", 7) + fit("Dans", exports), DIM)]  # fmt: skip

    def draw(self, identity: Identity, width: int) -> Spans:
        name, exports = self.columns(width)
        count = self.session.anomalies_of(identity)
        return [
            ("≠ " if identity.contradictions else "  ", BAD),
            (fit(f"{identity.surname} {identity.given_names}", name - 1) + " ", NORMAL),
            (fit(SHORT_PROFILES[identity.profile], 7), NORMAL),
            (fit(identity.division, 7) + " ", NORMAL),
            (fit(strings.birth(identity.birth_date) if identity.birth_date else "", 12), NORMAL),
            (fit(str(count) if count else "", 7), NORMAL),
            (fit(" ".join(self.session.stated_in(identity)), exports), NORMAL),
        ]

    # Actions.

    def do_trouver(self, query: str = "") -> None:
        before = self.query_text
        question = Question(
            "Nom, naissance, classe ou identifiant :",
            self.open_current,
            change=self.look_for,
            cancel=lambda: self.given_up(before),
            key=self.take_arrow,
        )
        self.ask(question, query)

    def do_quelquun(self) -> None:
        self.do_trouver()

    def do_personne(self) -> None:
        self.do_trouver()

    def take_arrow(self, key: str, text: str) -> bool:
        """Arrows move in what was found while one types."""
        steps = {"down": 1, "up": -1, "pagedown": self.page(), "pageup": -self.page()}
        if key in steps:
            self.move(steps[key])
            return True
        return False

    def look_for(self, query: str) -> None:
        self.query_text = query
        self.list.cursor = 0
        self.fill()
        self.list.go(0)
        self.show_state()

    def given_up(self, before: str) -> None:
        """Nothing found and nothing wanted: back to where one was."""
        if not self.list.rows and not before:
            self.query_text = ""
            self.triage.leave()

    def open_current(self, _: str) -> None:
        if self.why_not_ouvrir():
            self.say(self.why_not_ouvrir())
        else:
            self.do_ouvrir()

    def why_not_ouvrir(self) -> str:
        if self.list.current is not None:
            return ""
        if self.query_text.strip():
            return strings.nobody(self.query_text.strip())
        return "Personne à montrer : / cherche par le nom."

    def do_ouvrir(self) -> None:
        """The page of the person; there , and ; go on to the others that were found."""
        self.triage.show_person(list(self.list.rows), self.list.cursor)

    def do_trier(self) -> None:
        def sort(name: str) -> None:
            self.sort = name

        self.offer_sorts(SORTS, self.sort, sort)
