"""Colonnes: a table whose columns nobody could guess; the agent names them once and the settings remember it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from textual.containers import Container
from textual.widget import Widget

from tui import meanings, strings
from tui.actions import COLUMNS, LOADING, Action
from tui.glyphs import cut, fit
from tui.screens.base import position
from tui.screens.detail import Detailed
from tui.screens.home import short_name
from tui.theme import ACCENT, DIM, KEY, NORMAL, TITLE, WARN, Spans
from tui.widgets.one_line import Rule
from tui.widgets.palette import Choice, Palette
from tui.widgets.pane import Block, Para, TextPane
from tui.widgets.prompt import Question
from tui.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from diagnostics.sources.unknown_columns import Unmapped
    from tui.screens.loading import Loading

ASKED_TITLE = 24
"""Cells of the column's title in the question."""
GUESS_WORDS = "(laisser le programme deviner)"
PERSON = ({"nom", "prenom"}, {"nom", "prenom_usage"}, {"nom_prenom"}, {"prenom_nom"}, {"code_source"})
"""Columns of which one set is enough to know who the person of a row is."""


@dataclass(frozen=True)
class Row:
    """A column: its title, what the program makes of it, its first values."""

    index: int
    title: str
    guess: str
    values: tuple[str, ...]


class Meanings(Palette):
    """Meanings that fit what is typed."""

    def draw(self, choice: Choice, width: int) -> Spans:
        return [(fit(choice.name, max(width - 22, 20)) + " ", NORMAL), (choice.help, DIM)]


class Columns(Detailed):
    screen_id = COLUMNS

    def __init__(self) -> None:
        super().__init__()
        self.file = ""
        self.table: Unmapped | None = None
        self.named: dict[str, str] = {}
        """Title → name, what the agent said of this header."""
        self.list = VirtualList(
            self.draw, id="columns-list", key=lambda row: row.index, header=self.header, highlight=24
        )
        self.rule = Rule(id="columns-rule", left=[(strings.FIRST_VALUES, TITLE)])
        self.pane = TextPane(id="columns-pane")
        self.meanings = Meanings(self.meaning_choices, id="meanings")

    def body(self) -> Iterable[Widget]:
        with Container(id="columns-split"):
            yield self.list
            yield self.rule
            yield self.pane
        yield self.meanings

    def target(self) -> VirtualList:
        return self.list

    def begin(self, file: str, table: Unmapped) -> None:
        """Show this table from now on, with what the settings already say of its header."""
        self.file, self.table = file, table
        self.named = dict(self.session.settings.columns.get(table.signature, {}))
        self.list.show(self.rows(), keep=False)
        unknown = (row.index for row in self.list.rows if self.meaning(row) == meanings.GUESS)
        self.list.go(next(unknown, 0))

    def rows(self) -> list[Row]:
        table = self.table
        if table is None:
            return []
        return [
            Row(i, title, guess, tuple(row[i] for row in table.rows if i < len(row) and row[i]))
            for i, (title, guess) in enumerate(zip(table.columns, table.guessed, strict=True))
        ]

    def meaning(self, row: Row) -> str:
        """What the column is read as: a password whatever is said, else the agent's word, else the guess."""
        return row.guess if row.guess == meanings.PASSWORD else self.named.get(row.title, row.guess)

    # Drawing.

    def breadcrumb(self) -> str:
        sheet = f" › {self.table.sheet}" if self.table and self.table.sheet else ""
        return f"{super().breadcrumb()} > {short_name(self.file)}{sheet}"

    def widths(self, width: int) -> tuple[int, int]:
        """Cells of the title and of the meaning."""
        return max(width * 3 // 10, 16), max(width * 7 // 20, 20)

    def header(self, width: int) -> Spans:
        title, meaning = self.widths(width)
        return [(fit("Titre", title) + "  " + fit("Sens", meaning) + strings.FIRST_VALUES, DIM)]

    def draw(self, row: Row, width: int) -> Spans:
        title, wide = self.widths(width)
        meaning = self.meaning(row)
        role = ACCENT if row.title in self.named else KEY if meaning else WARN
        sign = "• " if row.title in self.named else "  "
        return [
            (fit(row.title, title - 1) + " ", NORMAL),
            (sign, ACCENT),
            (fit(meanings.said(meaning), wide - 1) + " ", role),
            (" · ".join(row.values), DIM),
        ]

    def fill(self) -> None:
        self.list.show(self.rows())
        self.show_detail_soon()

    def show_detail(self) -> None:
        row = self.list.current
        blocks: list[Block] = [] if row is None else [Para(value) for value in row.values]
        self.pane.show(blocks or [Para(strings.NO_VALUE, DIM)])

    def state_line(self) -> tuple[Spans, Spans]:
        rows = self.list.rows
        unknown = sum(self.meaning(row) == meanings.GUESS for row in rows)
        spans = [(strings.plural(unknown, "colonne inconnue", "colonnes inconnues"), NORMAL)]
        if self.table and not self.table.line:
            spans.append((f" · {strings.NO_TITLES}", WARN))
        if self.table and self.table.needed and not self.names_persons():
            spans.append((f" · {strings.NEED_NAMES}", WARN))
        return spans, [(position(self.list), DIM)]

    def names_persons(self) -> bool:
        known = {self.meaning(row) for row in self.list.rows}
        return any(wanted <= known for wanted in PERSON)

    # Actions.

    def label(self, action: Action) -> str:
        return {"ouvrir": "choisir", "retour": "abandonner"}.get(action.id) or super().label(action)

    def why_not_ouvrir(self) -> str:
        row = self.list.current
        if row is None:
            return strings.NOTHING_LOADED
        return strings.NEVER_READ if row.guess == meanings.PASSWORD else ""

    def do_ouvrir(self) -> None:
        row = cast(Row, self.list.current)
        self.meanings.open()
        self.meanings.go_to_key(meanings.said(self.meaning(row)))
        self.ask(
            Question(
                f"« {cut(row.title, ASKED_TITLE)} » :",
                self.choose,
                change=self.meanings.narrow,
                cancel=self.leave_meanings,
                key=self.meanings.take,
            )
        )

    def meaning_choices(self) -> list[Choice]:
        found = [Choice(meanings.said(name), name, "", lambda _, n=name: self.give(n)) for name in meanings.names()]  # type: ignore[misc]
        return [*found, Choice(GUESS_WORDS, "", "", lambda _: self.give(meanings.GUESS))]

    def leave_meanings(self) -> None:
        self.meanings.display = False

    def choose(self, text: str) -> None:
        self.leave_meanings()
        choice = self.meanings.current
        if choice is None:
            self.say(f"Aucun sens ne correspond à « {text} ».")
        else:
            choice.run(text)

    def give(self, meaning: str) -> None:
        """Say what the current column is, and go to the next."""
        row = cast(Row, self.list.current)
        if meaning:
            self.named[row.title] = meaning
        else:
            self.named.pop(row.title, None)
        self.list.redraw()
        self.move(1)
        self.refresh_frame()

    def why_not_ne_pas_lire(self) -> str:
        return self.why_not_ouvrir()

    def do_ne_pas_lire(self) -> None:
        self.give(meanings.NOT_READ)

    def why_not_enregistrer(self) -> str:
        table = self.table
        before = self.session.settings.columns.get(table.signature, {}) if table else {}
        return strings.NOTHING_NAMED if self.named == before else ""

    def do_enregistrer(self) -> None:
        if self.table is None:
            return
        self.session.name_columns(self.table.signature, self.named)
        sheet = cast("Loading", self.triage.get(LOADING))
        sheet.wanted = self.file
        self.triage.read()
        self.triage.go(LOADING)
        self.say(strings.COLUMNS_SAVED)
