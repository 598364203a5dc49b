"""À emporter: the accounts to choose in the import screen, who has none yet, the values to correct at the source."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from textual.containers import Container
from textual.widget import Widget

from diagnostics.text import fold
from tui import drafting, strings
from tui.actions import CORRECTIONS
from tui.glyphs import fit
from tui.screens.base import Sorts, position
from tui.screens.detail import Detailed
from tui.screens.wording import labelled
from tui.theme import DIM, KEY, NORMAL, TITLE, WARN, Spans
from tui.widgets.one_line import Rule
from tui.widgets.pane import Block, Para, TextPane
from tui.widgets.prompt import Question, complete_path
from tui.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from diagnostics.matching.corrections import Correction, ToType, Waiting
    from diagnostics.school import School

SORTS: Sorts = {
    "ecran": ("e", "logiciel et écran, comme on les ouvre"),
    "personne": ("n", "nom de la personne"),
    "champ": ("c", "champ ou profil"),
}


@dataclass(frozen=True)
class Lists:
    """The lists of one analysis."""

    school: School
    to_type: tuple[ToType, ...]
    waiting: tuple[Waiting, ...]
    at_source: tuple[Correction, ...]


@dataclass(frozen=True)
class Row:
    """A heading, or a line of one of the lists."""

    key: str
    title: str = ""
    to_type: ToType | None = None
    waiting: Waiting | None = None
    correction: Correction | None = None


def lists_of(school: School) -> Lists:
    """Work out the lists."""
    from diagnostics.matching import corrections

    exports = school.loaded.active()
    return Lists(
        school,
        corrections.to_type(school.links, exports),
        corrections.waiting(school.links, exports),
        corrections.at_source(school.identities, exports),
    )


class Corrections(Detailed):
    screen_id = CORRECTIONS

    def __init__(self) -> None:
        super().__init__()
        self.list = VirtualList(
            self.draw, id="lists-list", key=lambda row: row.key, skip=lambda row: bool(row.title), highlight=30
        )
        self.rule = Rule(id="lists-rule", left=[("Cette ligne", TITLE)])
        self.pane = TextPane(id="lists-pane")
        self.lists: Lists | None = None
        self.sort = "ecran"

    @property
    def lists_of(self) -> School | None:
        """The analysis that the lists shown come from."""
        return self.lists.school if self.lists else None

    def body(self) -> Iterable[Widget]:
        with Container(id="lists-split"):
            yield self.list
            yield self.rule
            yield self.pane

    def target(self) -> VirtualList:
        return self.list

    def take(self, lists: Lists) -> None:
        self.lists = lists
        if self.triage.sheet is self:
            self.refresh_all()

    def fill(self) -> None:
        if self.session.school is not None and self.lists_of is not self.session.school:
            self.triage.make_lists()
        self.list.show(self.rows())
        self.show_detail_soon()

    def rows(self) -> list[Row]:
        lists = self.lists
        if lists is None:
            return []
        rows = [Row("titre ent", title=f"À choisir dans l’écran « Rapprochements » de l’ENT ({len(lists.to_type)})")]
        chosen = sorted(lists.to_type, key=lambda r: fold(r.person)) if self.sort == "personne" else lists.to_type
        rows += [Row(f"ent {i} {line.code_source}", to_type=line) for i, line in enumerate(chosen)]
        if lists.waiting:
            title = f"Que cet écran demandera aussi, sans compte choisi ({len(lists.waiting)})"
            rows.append(Row("titre attente", title=title))
            asked = sorted(lists.waiting, key=lambda r: fold(r.person)) if self.sort == "personne" else lists.waiting
            rows += [Row(f"attente {i} {line.person}", waiting=line) for i, line in enumerate(asked)]
        rows.append(Row("titre source", title=f"À corriger à la source ({len(lists.at_source)})"))
        values: Sequence[Correction] = lists.at_source
        if self.sort != "ecran":
            values = sorted(values, key=lambda r: (r.field if self.sort == "champ" else "", fold(r.person)))
        software = ""
        for number, value in enumerate(values):
            place = f"{value.software} › {value.screen}"
            if self.sort == "ecran" and place != software:
                software = place
                rows.append(Row(f"titre {place}", title=f"  {place}"))
            rows.append(Row(f"source {number} {value.person} {value.field}", correction=value))
        return rows

    def state_line(self) -> tuple[Spans, Spans]:
        lists = self.lists
        if lists is None:
            return [("" if self.triage.jobs.running else strings.NOTHING_LOADED, DIM)], ()
        text = f"{strings.plural(len(lists.to_type), 'compte')} à choisir · "
        text += f"{len(lists.waiting)} sans compte · " if lists.waiting else ""
        text += f"{strings.plural(len(lists.at_source), 'valeur')} à corriger"
        if self.sort != "ecran":
            text += f"   tri : {SORTS[self.sort][1]}"
        return [(text, NORMAL)], [(position(self.list), DIM)]

    def draw(self, row: Row, width: int) -> Spans:
        if row.title:
            return [(row.title, TITLE)]
        person = max(20, width * 3 // 10)
        if row.to_type is not None:
            line = row.to_type
            account = f"{line.login or line.account} ({line.account_name})"
            return [
                (fit(line.person, person) + " ", NORMAL),
                (fit(line.code_source, person + 4) + " ", NORMAL),
                ("→ ", NORMAL),
                (account, KEY),
            ]
        if row.waiting is not None:
            asked = row.waiting
            return [
                (fit(asked.person, person) + " ", NORMAL),
                (fit(asked.birth_date or "–", 11), DIM),
                (fit(asked.verdict, 13), WARN),
                (asked.why, NORMAL),
            ]
        value = row.correction
        assert value is not None
        who = f"{value.person} {value.division}".rstrip()
        return [
            (fit(who, person) + " ", NORMAL),
            (fit(value.field, 18), DIM),
            (f"{value.now} → ", WARN),
            (value.wanted, KEY),
        ]

    def show_detail(self) -> None:
        self.pane.show(self.blocks(self.list.current))

    def blocks(self, row: Row | None) -> list[Block]:
        if row is None or row.title:
            return [Para("Rien à emporter : aucun compte à choisir, aucune valeur à corriger." if self.lists else "")]
        if row.to_type is not None:
            line = row.to_type
            return [
                labelled("Code", line.code_source),
                labelled("Personne", ", ".join(x for x in (line.person, line.profile, line.birth_date) if x)),
                labelled("Compte", ", ".join(x for x in (line.account_name, line.account, line.login) if x), KEY),
                labelled("Établ.", line.school or "–"),
                labelled("Décidé par", line.decided_by or "le programme (certain)"),
            ]
        if row.waiting is not None:
            asked = row.waiting
            return [
                labelled("Personne", ", ".join(x for x in (asked.person, asked.profile, asked.birth_date) if x)),
                labelled("Où en est", asked.verdict, WARN),
                labelled("Pourquoi", asked.why),
                Para("a va au rapprochement : son compte s’y choisit, ou « aucun compte ».", DIM),
            ]
        value = row.correction
        assert value is not None
        return [
            labelled("Où", f"{value.software} › {value.screen}", KEY),
            labelled("Qui", ", ".join(x for x in (value.person, value.profile, value.division) if x)),
            labelled("Champ", f"{value.field} : « {value.now} » → « {value.wanted} »"),
            labelled("Pourquoi", value.because),
            labelled("Lu dans", value.file + (f", ligne {value.line}" if value.line else ""), DIM),
        ]

    # Actions.

    def why_not_ouvrir(self) -> str:
        return "" if self.list.current is not None and not self.list.current.title else "Aucune ligne à ouvrir."

    def do_ouvrir(self) -> None:
        """The page of the person of this line."""
        row = self.list.current
        line = row.to_type or row.waiting or row.correction if row else None
        if line is not None:
            self.triage.find_person(line.person)

    def do_personne(self) -> None:
        self.do_ouvrir()

    why_not_personne = why_not_ouvrir

    def do_autre_volet(self) -> None:
        """Tab goes from one list to the next."""
        titles = [i for i, row in enumerate(self.list.rows) if row.title and not row.title.startswith(" ")]
        title = next((i for i in titles if i > self.list.cursor), 0)
        self.list.scroll_to(y=title, animate=False, immediate=True, force=True)
        self.list.go(title)
        self.moved()
        self.show_state()

    def do_rapprocher(self) -> None:
        """The person of this line among those to be matched, when they are there."""
        row = self.list.current
        line = (row.to_type or row.waiting or row.correction) if row else None
        name = fold(line.person) if line else "-"
        waiting = ((link.key, link.record) for link in self.session.to_match())
        named = (key for key, record in waiting if fold(f"{record.surname} {record.given_names}") == name)
        self.triage.show_matching(next(named, ""))

    def why_not_copier(self) -> str:
        return "" if self.lists is not None else strings.NOTHING_LOADED

    why_not_ecrire_listes = why_not_copier

    def do_copier(self) -> None:
        """The list under the cursor, as text."""
        from diagnostics.matching import corrections

        row = self.list.current
        if self.lists is None:
            return
        if row is not None and row.correction is not None:
            self.triage.copy(corrections.at_source_text(self.lists.at_source))
        elif row is not None and row.waiting is not None:
            self.triage.copy(corrections.waiting_text(self.lists.waiting))
        else:
            self.triage.copy(corrections.to_type_text(self.lists.to_type))

    def do_ecrire_listes(self) -> None:
        self.ask(
            Question("Écrire les listes dans :", self.write, complete=complete_path),
            drafting.default_folder(self.session),
        )

    def write(self, folder: str) -> None:
        from diagnostics.matching import corrections
        from diagnostics.tickets import bundle

        if self.lists is None or not folder.strip():
            self.say(strings.NOTHING_WRITTEN)
            return
        files = corrections.files(self.lists.to_type, self.lists.at_source, self.lists.waiting)
        written = bundle.write_files(files, Path(folder.strip()).expanduser())
        self.say(f"{len(files)} fichiers écrits dans {strings.place(written)} (texte et CSV).")

    def do_trier(self) -> None:
        def sort(name: str) -> None:
            self.sort = name

        self.offer_sorts(SORTS, self.sort, sort)
