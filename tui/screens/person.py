"""One person across all exports: what each says, where they contradict each other, what is wrong, what was decided."""

from __future__ import annotations

from collections.abc import Iterable

from textual.containers import Container
from textual.widget import Widget

from diagnostics.model import KIND_LABELS, PROFILE_LABELS, VERDICT_LABELS, Identity, Incident, Link, Record
from diagnostics.text import fold
from tui import strings
from tui.actions import PERSON
from tui.glyphs import fit
from tui.screens.base import position
from tui.screens.comparison import account_name
from tui.screens.detail import Detailed
from tui.screens.home import short_name
from tui.screens.wording import labelled, record_name
from tui.theme import BAD, DIM, GOOD, KEY, NORMAL, TITLE, WARN, Span, Spans
from tui.widgets.drawn import plain_text
from tui.widgets.one_line import Rule
from tui.widgets.pane import BLANK, Block, Para, TextPane
from tui.widgets.virtual_list import VirtualList

FIELDS = ("surname", "given_names", "birth_date", "division")
ID_LABELS = {
    "ine": "INE",
    "eleve_id": "N° élève SIECLE",
    "elenoet": "N° interne (ELENOET)",
    "personne_id": "N° responsable",
    "jointure": "Jointure AAF",
    "sts_id": "N° STS",
    "idpn": "ID Pronote",
    "uid": "Uid ENT",
    "login": "Compte ENT",
    "educonnect": "Compte EduConnect",
    "code_source": "Code source",
}
EXTRA_LABELS = {
    "civility": "Civilité",
    "function": "Fonction",
    "discipline": "Discipline",
    "entry_date": "Entrée",
    "exit_date": "Sortie",
    "exit_reason": "Motif de sortie",
    "status": "Statut",
    "state": "État",
    "last_login": "Dernière connexion",
    "reason": "Motif",
    "main_school": "Établissement principal",
}


class PersonSheet(Detailed):
    screen_id = PERSON

    def __init__(self) -> None:
        super().__init__()
        self.records = VirtualList(
            self.draw, id="person-records", key=lambda record: record.mark, header=self.header, highlight=30
        )
        self.rule = Rule(id="person-rule")
        self.pane = TextPane(id="person-pane")
        self.people: list[Identity] = []
        self.index = 0
        self.in_pane = False

    def body(self) -> Iterable[Widget]:
        with Container(id="person-split"):
            yield self.records
            yield self.rule
            yield self.pane

    def target(self) -> VirtualList | TextPane:
        return self.pane if self.in_pane else self.records

    @property
    def identity(self) -> Identity | None:
        return self.people[self.index] if self.index < len(self.people) else None

    def show_people(self, people: list[Identity], index: int = 0) -> None:
        self.people, self.index = people, index
        self.set_pane(False)

    def set_pane(self, in_pane: bool) -> None:
        self.in_pane = in_pane
        self.records.set_active(not in_pane)
        self.point_soon()

    def breadcrumb(self) -> str:
        identity = self.identity
        return f"{identity.surname} {identity.given_names}" if identity else super().breadcrumb()

    def fill(self) -> None:
        identity = self.identity
        if identity is not None and self.session.school is not None:
            identity = self.session.school.identity_of.get(identity.id, identity)
            self.people[self.index] = identity
        self.records.show(identity.records if identity else ())
        self.rule.show([("Ce qui ne concorde pas, ce qui manque", TITLE)])
        self.show_detail()

    def show_detail(self) -> None:
        self.pane.show(self.blocks(self.identity))

    def state_line(self) -> tuple[Spans, Spans]:
        identity = self.identity
        if identity is None:
            return (), ()
        parts = [PROFILE_LABELS[identity.profile], identity.division, strings.birth(identity.birth_date)]
        left: list[Span] = [(" · ".join(part for part in parts if part not in {"", "–"}), NORMAL)]
        left.append((f" · {strings.plural(len(identity.records), 'fiche')}", NORMAL))
        if identity.contradictions:
            left.append((f"   ≠ {strings.plural(len(identity.contradictions), 'contradiction')}", BAD))
        right = f"{self.index + 1}/{len(self.people)} " if len(self.people) > 1 else ""
        return left, [(right + position(self.records), DIM)]

    def widths(self, width: int) -> tuple[int, int, int]:
        """Export, surname, given name."""
        free = max(width - 13 - 8, 30)
        export = min(24, free * 3 // 8)
        surname = (free - export) // 2
        return export, surname, free - export - surname

    def header(self, width: int) -> Spans:
        export, surname, given = self.widths(width)
        titles = (
            fit("Export", export) + fit("  Nom", surname) + fit("  Prénom", given) + fit("  Né(e) le", 13) + "  Classe"
        )
        return [(titles, DIM)]

    def draw(self, record: Record, width: int) -> Spans:
        export, surname, given = self.widths(width)
        disputed = self.disputed()
        spans: list[Span] = [(fit(KIND_LABELS[self.session.kind(record)], export - 1) + " ", KEY)]
        sizes = {"surname": surname, "given_names": given, "birth_date": 13, "division": 8}
        for field in FIELDS:
            value = getattr(record, field)
            text = strings.birth(value) if field == "birth_date" else value
            odd = field in disputed and bool(value)
            spans.append((("≠ " if odd else "  ") + fit(text or "–", sizes[field] - 2), BAD if odd else NORMAL))
        return spans

    def disputed(self) -> set[str]:
        """Attributes of a record that the contradictions are about, as far as the columns show them."""
        identity = self.identity
        if identity is None:
            return set()
        named = {word for contradiction in identity.contradictions for word in fold(contradiction.field).split()}
        return {field for field, word in FIELD_WORDS.items() if word in named}

    def blocks(self, identity: Identity | None) -> list[Block]:
        if identity is None:
            return [Para("Personne à montrer : v cherche par le nom.")]
        blocks: list[Block] = []
        for contradiction in identity.contradictions:
            blocks.append(Para(contradiction.field, BAD, lead=[("≠ ", BAD)]))
            for value, origin in contradiction.values:
                export = self.session.export_by_id(origin.export)
                place = f"{short_name(export.label)}, ligne {origin.line}" if export else ""
                blocks.append(Para(f"{strings.birth(value) or '–'}   {place}", lead=[("    ", NORMAL)]))
        for incident in self.session.incidents_of(identity):
            state = self.session.state(incident)
            blocks.append(
                Para(
                    f"{incident.summary} ({state})",
                    lead=[
                        (strings.SEVERITY_SIGNS.get(incident.severity, "·") + " ", WARN),
                        (f"{incident.category} ", KEY),
                    ],
                    hang=2,
                )
            )
        blocks += self.account_blocks(identity)
        record = self.records.current
        if record is not None:
            blocks += [
                BLANK,
                Para(f"Fiche : {KIND_LABELS[self.session.kind(record)]}", TITLE),
                *self.record_blocks(record),
            ]
        return blocks or [Para("Les exports disent tous la même chose.", GOOD)]

    def account_blocks(self, identity: Identity) -> list[Block]:
        """The account that each export leads to; those that lead to the same one together."""
        found: dict[str, list[Link]] = {}
        for link in self.session.links_of(identity):
            account = self.session.chosen_account(link)
            found.setdefault(account_name(account) if account else VERDICT_LABELS[link.verdict], []).append(link)
        blocks: list[Block] = []
        for what, links in found.items():
            sure = self.session.chosen_account(links[0]) is not None
            kinds = ", ".join(dict.fromkeys(KIND_LABELS[self.session.kind(link.record)] for link in links))
            blocks.append(labelled("Compte", f"{what}   d’après {kinds} : {links[0].why}", GOOD if sure else WARN))
        return blocks

    def record_blocks(self, record: Record) -> list[Block]:
        """Everything one export says."""
        export = self.session.export(record)
        blocks: list[Block] = [wide("Nom", record_name(record))]
        if record.other_given_names:
            blocks.append(wide("Autres prénoms", record.other_given_names))
        if record.birth_date:
            blocks.append(wide("Né(e) le", strings.birth(record.birth_date)))
        if record.division or record.groups:
            blocks.append(wide("Classe, groupes", ", ".join(x for x in (record.division, *record.groups) if x)))
        if record.children:
            blocks.append(wide("Enfants", ", ".join(record.children)))
        blocks += [wide(ID_LABELS.get(name, name), value) for name, value in record.ids.items() if value]
        blocks += [wide(label, record.extra[name]) for name, label in EXTRA_LABELS.items() if record.extra.get(name)]
        if export is not None:
            line = f", ligne {record.origin.line}" if record.origin.line else ""
            blocks.append(wide("Lu dans", export.label + line))
        return blocks

    def back(self) -> bool:
        if self.in_pane:
            self.set_pane(False)
            return True
        return False

    # Actions.

    def do_autre_volet(self) -> None:
        self.set_pane(not self.in_pane)
        self.say("Les flèches font défiler le détail ; Tab revient aux fiches." if self.in_pane else "")

    def do_ouvrir(self) -> None:
        self.do_autre_volet()

    def do_suivant(self) -> None:
        self.step(1)

    def do_precedent(self) -> None:
        self.step(-1)

    def step(self, by: int) -> None:
        if 0 <= self.index + by < len(self.people):
            self.index += by
            self.refresh_all()
        else:
            self.say("Une seule personne ici." if len(self.people) < 2 else "Dernière personne de la recherche.")

    def about_incidents(self) -> list[Incident]:
        return self.incidents()

    def incidents(self) -> list[Incident]:
        return (
            [i for i in self.session.incidents_of(self.identity) if not self.session.is_closed(i)]
            if self.identity
            else []
        )

    def why_not_ticket(self) -> str:
        return "" if self.incidents() else "Aucune anomalie ouverte pour cette personne."

    def do_ticket(self) -> None:
        self.triage.open_tickets(self.incidents())

    why_not_fiche = why_not_ticket

    def do_fiche(self) -> None:
        self.triage.show_incident(self.incidents()[0], card=True)

    def why_not_rapprocher(self) -> str:
        return (
            "" if self.identity and self.session.links_of(self.identity) else "Aucun rapprochement pour cette personne."
        )

    def do_rapprocher(self) -> None:
        if self.identity:
            waiting = {link.key for link in self.session.to_match()}
            link = next((link for link in self.session.links_of(self.identity) if link.key in waiting), None)
            if link is None:
                self.say("Cette personne est déjà rapprochée.")
            else:
                self.triage.show_matching(link.key)

    def do_personne(self) -> None:
        self.triage.ask_person()

    def why_not_copier(self) -> str:
        return "" if self.identity else strings.NO_PERSON

    def do_copier(self) -> None:
        identity = self.identity
        if identity is not None:
            records = [plain_text(self.draw(record, 100)).rstrip() for record in identity.records]
            blocks = [plain_text(line) for block in self.blocks(identity) for line in block.lines(100)]
            self.triage.copy("\n".join([f"{identity.surname} {identity.given_names}", *records, "", *blocks]))


FIELD_WORDS = {"surname": "NOM", "given_names": "PRENOM", "birth_date": "NAISSANCE", "division": "CLASSE"}


def wide(label: str, value: str) -> Para:
    return Para(value, lead=[(label.ljust(22), DIM)])
