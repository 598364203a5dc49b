"""Chargement: what was read, how old, what was odd or refused, what is missing and where to fetch it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from textual.containers import Container
from textual.widget import Widget

from diagnostics.load import can_be_named
from diagnostics.model import KIND_LABELS, Export, RefusedFile
from diagnostics.text import fold, french_date
from tui import pasting, strings
from tui.actions import LOADING, Action
from tui.glyphs import fit
from tui.screens.base import WIDE, Sorts, position
from tui.screens.detail import Detailed
from tui.screens.home import short_name
from tui.screens.wording import labelled
from tui.theme import BAD, DIM, GOOD, KEY, NORMAL, TITLE, WARN, Spans
from tui.widgets.one_line import Rule
from tui.widgets.pane import Block, Para, TextPane
from tui.widgets.prompt import Question, complete_path
from tui.widgets.virtual_list import VirtualList

NARROW_KIND, KIND_WIDTH, WIDE_KIND = 16, 22, 34
NARROW = 70
"""Columns under which the kind gives way to the name of the file."""
MAX_REFUSED_ROWS = 200
"""Refused rows named one by one; a file with more has one cause for all."""
SORTS: Sorts = {
    "lecture": ("l", "ordre de lecture"),
    "regarder": ("a", "à regarder d’abord"),
    "age": ("d", "les plus anciens d’abord"),
    "sorte": ("s", "sorte d’export"),
    "nom": ("n", "nom du fichier"),
}


@dataclass(frozen=True)
class Entry:
    """A line: a file read, a file refused, or an export that would be needed."""

    key: str
    export: Export | None = None
    refused: RefusedFile | None = None
    need: str = ""
    categories: tuple[str, ...] = ()
    message: str = ""

    @property
    def name(self) -> str:
        """The file without its folders, "" when there is none."""
        export = self.export
        return short_name(
            export.member or export.file if export else self.refused.file if self.refused else self.message
        )

    @property
    def kind(self) -> str:
        return KIND_LABELS[self.export.kind] if self.export else ""

    @property
    def warned(self) -> bool:
        """Whether something was odd in a file that was read."""
        return bool(self.export and (self.export.refused or any(note.warning for note in self.export.notes)))


class Loading(Detailed):
    screen_id = LOADING

    def __init__(self) -> None:
        super().__init__()
        self.list = VirtualList(
            self.draw, id="loading-list", key=lambda entry: entry.key, header=self.header, marks=False, highlight=36
        )
        self.rule = Rule(id="loading-rule", left=[("Ce fichier", TITLE)])
        self.pane = TextPane(id="loading-pane")
        self.reading = False
        self.sort = "lecture"
        self.wanted = ""
        """File to stand on once the files are read again, "" for none."""

    def body(self) -> Iterable[Widget]:
        with Container(id="loading-split"):
            yield self.list
            yield self.rule
            yield self.pane

    def target(self) -> VirtualList | TextPane:
        return self.pane if self.reading else self.list

    def header(self, width: int) -> Spans:
        return [
            (
                "  "
                + fit("Fichier", self.file_width(width))
                + fit("Reconnu comme", self.kind_width(width))
                + " Fiches  Du     État",
                DIM,
            )
        ]

    def file_width(self, width: int) -> int:
        return max(width - self.kind_width(width) - (26 if width < NARROW else 30), 14)

    def kind_width(self, width: int) -> int:
        return NARROW_KIND if width < NARROW else KIND_WIDTH if width < WIDE else WIDE_KIND

    def draw(self, entry: Entry, width: int) -> Spans:
        name = self.file_width(width)
        if entry.need:
            return [("? ", WARN), (entry.need, NORMAL)]
        if entry.message:
            return [("  ", NORMAL), (fit(short_name(entry.message), name - 1) + " message reçu", NORMAL)]
        if entry.refused is not None:
            return [
                ("× ", BAD),
                (fit(short_name(entry.refused.file), name - 1) + " ", NORMAL),
                ("e : nommer ses colonnes. " if can_be_named(entry.refused) else "", KEY),
                (entry.refused.reason, WARN),
            ]
        export = entry.export
        assert export is not None
        state, role = self.state_of(export)
        return [
            ("! " if entry.warned else "  ", WARN),
            (fit(entry.name, name - 1) + " ", NORMAL),
            (fit(KIND_LABELS[export.kind], self.kind_width(width) - 1) + " ", KEY),
            (fit(strings.number(export.records_kept), 7, right=True) + "  ", NORMAL),
            (fit(strings.day_month(export.made_on), 7), NORMAL),
            (state, role),
        ]

    def state_of(self, export: Export) -> tuple[str, str]:
        if export.id in self.session.left_out:
            return "retiré", WARN
        if export.set_aside:
            return "mis à part", WARN
        if export.superseded_by:
            return "remplacé", DIM
        if export.refused:
            return f"lu, {len(export.refused)} refus", WARN
        return "lu", GOOD

    def fill(self) -> None:
        rows = self.sorted(self.entries())
        self.list.show(rows)
        if self.wanted and not self.triage.jobs.running:
            self.list.go(next((i for i, row in enumerate(rows) if place_of(row)[0] == self.wanted), self.list.cursor))
            self.wanted = ""
        self.show_detail_soon()

    def entries(self) -> list[Entry]:
        loaded = self.session.loaded
        if loaded is None:
            return []
        rows = [Entry(key=export.id, export=export) for export in loaded.exports]
        rows += [Entry(key=f"refus {refused.file}", refused=refused) for refused in loaded.refused]
        rows += [Entry(key=f"message {path}", message=path) for path in loaded.messages]
        needs: dict[str, list[str]] = {}
        for category, need in self.session.school.not_checked if self.session.school else ():
            needs.setdefault(need, []).append(category)
        rows += [Entry(key=f"manque {need}", need=need, categories=tuple(found)) for need, found in needs.items()]
        return rows

    def sorted(self, rows: list[Entry]) -> list[Entry]:
        if self.sort == "regarder":
            return sorted(rows, key=lambda row: (row.refused is None, not row.need, not row.warned))
        if self.sort == "age":
            return sorted(rows, key=lambda row: (row.export is None, row.export.made_on[:10] if row.export else ""))
        if self.sort == "sorte":
            return sorted(rows, key=lambda row: (row.export is None, row.kind, fold(row.name)))
        return sorted(rows, key=lambda row: (not row.name, fold(row.name))) if self.sort == "nom" else rows

    def state_line(self) -> tuple[Spans, Spans]:
        loaded = self.session.loaded
        if loaded is None:
            return [(strings.LOCAL, DIM)], ()
        text = (
            f"{strings.plural(len(loaded.exports), 'export lu', 'exports lus')} · "
            f"{strings.plural(len(loaded.refused), 'refusé')} · "
            f"{strings.plural(sum(e.records_kept for e in loaded.exports), 'fiche')}"
        )
        if self.sort != "lecture":
            text += f"   tri : {SORTS[self.sort][1]}"
        return [(text, NORMAL)], [(position(self.list), DIM)]

    def show_detail(self) -> None:
        self.pane.show(self.blocks(self.list.current))

    def blocks(self, entry: Entry | None) -> list[Block]:
        if entry is None:
            return [
                Para(strings.READING_NOW if self.triage.jobs.running else strings.NOTHING_LOADED),
                Para(strings.LOCAL, DIM),
            ]
        if entry.need:
            return [
                Para(entry.need, TITLE),
                Para("Sans cela, on ne peut pas chercher :"),
                *(Para(label, lead=[(f"{code}  ", KEY)]) for code, label in self.labels(entry.categories)),
            ]
        if entry.message:
            return [
                labelled("Message", entry.message),
                Para("Un message reçu, pas un export : Entrée l’ouvre.", DIM),
            ]
        if entry.refused is not None:
            told: list[Block] = [
                labelled("Fichier", entry.refused.file),
                labelled("Refusé", entry.refused.reason, WARN),
            ]
            return [Para(strings.NAME_COLUMNS, KEY), *told] if can_be_named(entry.refused) else told
        assert entry.export is not None
        return export_blocks(entry.export)

    def labels(self, codes: Iterable[str]) -> list[tuple[str, str]]:
        """The codes with what they are."""
        from diagnostics.catalogue import cards

        known = cards(self.session.settings.catalogue)
        return [(code, known[code].label if code in known else "") for code in codes]

    def go_to(self, export_id: str) -> None:
        self.fill()
        self.list.go_to_key(export_id)
        self.show_detail_soon()

    def read_pane(self, reading: bool) -> None:
        self.reading = reading
        self.set_class(reading, "-reading")
        self.list.set_active(not reading)

    def back(self) -> bool:
        if self.reading:
            self.read_pane(False)
            return True
        return False

    # Actions.

    def why_not_ouvrir(self) -> str:
        return "" if self.list.current else strings.NOTHING_LOADED

    def do_ouvrir(self) -> None:
        entry = self.list.current
        if entry is not None and entry.message:
            self.triage.show_messages(entry.message)
            return
        self.read_pane(not self.reading)
        self.refresh_frame()

    def do_charger(self) -> None:
        self.ask(Question("Chemin :", self.triage.add_path, complete=complete_path))

    def label(self, action: Action) -> str:
        entry = self.list.current
        if action.id == "retirer" and entry and entry.export and entry.export.id in self.session.left_out:
            return "remettre"
        return super().label(action)

    def why_not_colonnes(self) -> str:
        return "" if place_of(self.list.current)[0] else strings.ONLY_A_FILE

    def do_colonnes(self) -> None:
        self.triage.show_columns(*place_of(self.list.current))

    def do_trier(self) -> None:
        def sort(name: str) -> None:
            self.sort = name

        self.offer_sorts(SORTS, self.sort, sort)

    def why_not_retirer(self) -> str:
        entry = self.list.current
        there = entry is not None and (entry.export is not None or entry.refused is not None)
        return "" if there else "Rien à retirer sur cette ligne : ce n’est pas un fichier."

    def do_retirer(self) -> None:
        entry = self.list.current
        if entry is not None and entry.export is not None:
            self.session.left_out ^= {entry.export.id}
            self.list.redraw()
            self.triage.analyse()
            self.refresh_frame()
            out = entry.export.id in self.session.left_out
            self.say(f"{short_name(entry.export.file)} {'retiré' if out else 'remis'} : nouvelle analyse…")
        elif entry is not None and entry.refused is not None:
            if pasting.forget_refused(self.session, entry.refused.file):
                self.triage.read()
                self.say(f"{entry.name} retiré : relecture…")
            else:
                self.say("Il est dans un dossier chargé : effacez-le ou déplacez-le, puis z relit.")


def place_of(entry: Entry | None) -> tuple[str, str]:
    """(file, member) of a line, ("", "") when it is no file with rows."""
    if entry is not None and entry.export is not None:
        return entry.export.file, entry.export.member
    if entry is not None and entry.refused is not None:
        file, _, member = entry.refused.file.partition(" › ")
        return file, member
    return "", ""


def export_blocks(export: Export) -> list[Block]:
    """Everything on one export: where it comes from, what was odd, which rows were refused and why."""
    made = french_date(export.made_on) if export.made_on else "inconnue"
    made_from = {"contenu": "", "nom": " (d’après le nom du fichier)", "fichier": " (date du fichier)"}.get(
        export.made_from, ""
    )
    year = f"{export.school_year}-{export.school_year + 1}" if export.school_year else "non indiquée"
    blocks: list[Block] = [
        labelled("Fichier", export.label),
        labelled("Contenu", KIND_LABELS[export.kind] + (f", {export.encoding}" if export.encoding else "")),
        labelled("Établ.", f"{export.school} {export.school_name}".strip() or "non indiqué"),
        labelled("Année", f"{year}   fait le : {made}{made_from}"),
        labelled("Fiches", f"{strings.number(export.records_kept)} sur {strings.number(export.records_read)} lues"),
    ]
    blocks += [
        Para(note.text + (f" (ligne {note.line})" if note.line else ""), WARN if note.warning else NORMAL,
             lead=[("! " if note.warning else "- ", WARN)])
        for note in export.notes
    ]  # fmt: skip
    if any(note.code == "colonnes" for note in export.notes):
        blocks.append(Para(strings.NAME_COLUMNS, KEY))
    if export.refused:
        blocks.append(Para(strings.plural(len(export.refused), "ligne refusée", "lignes refusées"), TITLE))
        blocks += [
            Para(f"{row.column + ' : ' if row.column else ''}{row.reason}", lead=[(f"  ligne {row.line:<6} ", DIM)])
            for row in export.refused[:MAX_REFUSED_ROWS]
        ]
        if len(export.refused) > MAX_REFUSED_ROWS:
            blocks.append(Para(f"… et {len(export.refused) - MAX_REFUSED_ROWS} autres.", DIM))
    return blocks
