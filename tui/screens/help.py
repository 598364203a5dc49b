"""Aide: the keys of the screen one comes from, made from the registry."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget

from tui import strings
from tui.actions import HELP, actions_of, key_name
from tui.glyphs import fit
from tui.screens.base import Sheet
from tui.theme import DIM, KEY, NORMAL, TITLE, Spans
from tui.widgets.pane import BLANK, Block, Para, TextPane

LABEL = 20
FREQUENT = "Sur cet écran"
MOVEMENT = "Se déplacer"
MOVES = frozenset({"haut", "bas", "page_haut", "page_bas", "debut", "fin", "autre_volet", "precedent", "suivant"})
GOING = "Aller à"
PLACES = frozenset({"anomalies", "rapprocher", "messages", "tickets", "chargement", "corrections"})
SIGNS = (
    ("▲ ■ ·", "bloque maintenant, cassera le prochain import, à ranger"),
    ("= ≈ ≠ ?", "champs égaux, proches, différents, inconnus"),
    ("○ ◄ … □ ● √", "à qualifier, attend l’établissement, délai, prêt, envoyé, clos"),
    ("É", "colonne de l’état, par ces signes"),
    ("! + ?", "à regarder ; nouvelle depuis le chargement d’avant ; à vérifier"),
    ("►  •", "ligne en cours, ligne marquée"),
)


class Help(Sheet):
    screen_id = HELP

    def __init__(self) -> None:
        super().__init__()
        self.pane = TextPane(id="help-pane")
        self.about = ""

    def body(self) -> Iterable[Widget]:
        yield self.pane

    def target(self) -> TextPane:
        return self.pane

    def breadcrumb(self) -> str:
        return f"Aide > {strings.TITLES[self.about]}" if self.about else super().breadcrumb()

    def begin(self, about: str) -> None:
        """The keys of a screen, from the first one."""
        self.about = about
        self.pane.move(-len(self.pane.lines))

    def fill(self) -> None:
        self.pane.show(self.blocks(), keep=True)

    def state_line(self) -> tuple[Spans, Spans]:
        below = self.pane.hidden_below
        return [(strings.NO_CTRL, DIM)], [(f"encore {strings.plural(below, 'ligne')}" if below else "", DIM)]

    def moved(self) -> None:
        self.show_state()

    def move(self, by: int) -> None:
        if self.pane.move(by):
            self.show_state()

    def blocks(self) -> list[Block]:
        actions = actions_of(self.about)
        groups = (
            (FREQUENT, [a for a in actions if a.id not in MOVES | PLACES]),
            (GOING, [a for a in actions if a.id in PLACES]),
            (MOVEMENT, [a for a in actions if a.id in MOVES]),
        )
        blocks: list[Block] = []
        for title, group in groups:
            if not group:
                continue
            blocks.append(Para(title, TITLE))
            for action in group:
                first, *doubles = self.triage.keys.of(action)
                also = f"  (aussi {', '.join(key_name(key) for key in doubles)})" if doubles else ""
                lead = [(" " + key_name(first).ljust(11), KEY), (fit(action.label, LABEL), NORMAL)]
                blocks.append(Para(action.help + also, lead=lead))
            blocks.append(BLANK)
        blocks.append(Para("Signes", TITLE))
        blocks += [Para(meaning, lead=[(" " + signs.ljust(14), KEY)]) for signs, meaning in SIGNS]
        return [*blocks, BLANK, Para(strings.LOCAL, DIM)]
