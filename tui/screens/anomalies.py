"""Anomalies: the list, its filter and marks, and the evidence, cause and route of the current one."""

from __future__ import annotations

from collections.abc import Iterable

from textual.containers import Container
from textual.widget import Widget

from diagnostics.model import Incident
from diagnostics.states import DELAYED, SHELVED
from tui import strings
from tui.actions import ANOMALIES, Action
from tui.glyphs import fit
from tui.listing import FIRST_SORT, SORTS, fits, rank
from tui.screens.base import WIDE, position
from tui.screens.detail import Detailed
from tui.screens.wording import SHORT_ACTORS, SHORT_PROFILES, incident_blocks, incident_short, people_cell, predicate
from tui.theme import ACCENT, BAD, DIM, NORMAL, TITLE, WARN, Spans
from tui.widgets.one_line import Rule
from tui.widgets.pane import Block, Fixed, Para, TextPane
from tui.widgets.prompt import Question
from tui.widgets.virtual_list import VirtualList

RULE_CAPTION = [("Preuves et marche à suivre", TITLE)]
WHO = 10
"""Cells of the profile and the class."""
TO, ROOMY = 8, 74
"""Cells of the recipient, and those of a list from which it has a column."""
ROLES = {1: BAD, 2: WARN, 3: NORMAL}
BESIDE = 5
"""Persons and proofs shown beside the list; Enter shows them all."""
HIGHLIGHT = 40
"""Cells of the current row shown reversed: sign, code and name. The whole row would double the bytes of a move."""


class Anomalies(Detailed):
    screen_id = ANOMALIES

    def __init__(self) -> None:
        super().__init__()
        self.list = VirtualList(
            self.draw,
            id="anomalies-list",
            key=lambda incident: incident.id,
            header=self.header,
            marks=True,
            highlight=HIGHLIGHT,
        )
        self.rule = Rule(id="anomalies-rule", left=RULE_CAPTION)
        self.pane = TextPane(id="anomalies-pane")
        self.filter = ""
        self.sort = FIRST_SORT
        self.pane.resized = self.show_below
        self.show_closed = False
        self.reading = False
        self.card_shown = False

    def body(self) -> Iterable[Widget]:
        with Container(id="anomalies-split"):
            yield self.list
            yield self.rule
            yield self.pane

    def target(self) -> VirtualList | TextPane:
        return self.pane if self.reading else self.list

    @property
    def current(self) -> Incident | None:
        return self.list.current

    def about_incidents(self) -> list[Incident]:
        return self.list.chosen()

    def breadcrumb(self) -> str:
        incident = self.current
        if not self.reading or incident is None:
            return super().breadcrumb()
        return f"{super().breadcrumb()} > {incident.category} {'fiche' if self.card_shown else 'détail'}"

    # The list.

    def header(self, width: int) -> Spans:
        name, summary, to = self.columns(width)
        titles = fit("Personne", name) + fit("Qui", WHO) + fit("Anomalie", summary) + fit("Vers", to) + "É"
        return [("  Code   " + titles, DIM)]

    def columns(self, width: int) -> tuple[int, int, int]:
        """Widths of the name, the summary and the recipient, whom a narrow list leaves to the detail."""
        to = TO if width >= ROOMY or self.sort == "destinataire" else 0
        name = max(16, min(28, width // 3 - 3))
        return name, max(width - name - WHO - to - 10, 8), to

    def draw(self, incident: Incident, width: int) -> Spans:
        name, summary, to = self.columns(width)
        person = incident.persons[0] if incident.persons else None
        route = self.session.route(incident)
        profile = SHORT_PROFILES[person.profile] if person else "–"
        return [
            (strings.SEVERITY_SIGNS.get(incident.severity, "·"), ROLES.get(incident.severity, NORMAL)),
            ("+" if incident.id in self.session.new else " ", NORMAL),
            (fit(incident.category, 7), NORMAL),
            (people_cell(incident, name - 1) + " ", NORMAL),
            (fit(f"{profile} {person.division if person else ''}", WHO - 1) + " ", NORMAL),
            (predicate(incident, summary - 1) + " ", NORMAL),
            (fit(SHORT_ACTORS[route.recipient] if route else "", to), NORMAL),
            (strings.STATE_SIGNS.get(self.session.state(incident), "○"), NORMAL),
        ]

    def fill(self) -> None:
        rows = [i for i in self.session.incidents if self.show_closed or not self.session.is_closed(i)]
        rows = [incident for incident in rows if self.matches(incident)]
        rows.sort(key=self.rank)
        self.list.marked &= {incident.id for incident in self.session.incidents}
        self.list.show(rows)
        if rows:
            self.show_detail_soon()
        else:
            self.show_detail()

    def matches(self, incident: Incident) -> bool:
        return fits(self.filter, incident, self.session.route(incident), self.session.state(incident))

    def rank(self, incident: Incident) -> tuple[object, ...]:
        new = incident.id in self.session.new
        return rank(self.sort, incident, self.session.route(incident), self.session.state(incident), new=new)

    def state_line(self) -> tuple[Spans, Spans]:
        total = len(self.session.incidents)
        still = len(self.session.open_incidents())
        closed = total - still
        text = f"{strings.plural(still, 'ouverte')}   tri : {SORTS[self.sort][1].partition(',')[0]}"
        if closed:
            text += f"   {strings.plural(closed, 'close')} {'montrée' if self.show_closed else 'cachée'}"
            text += "s" if closed > 1 else ""
        left: list[tuple[str, str]] = [(text, NORMAL)]
        if self.filter:
            shown = "ces anomalies" if self.filter.startswith("id:") else self.filter
            hidden = (total if self.show_closed else still) - len(self.list.rows)
            left.append((f"   filtre : {shown}", ACCENT))
            left.append((f" ({strings.plural(hidden, 'cachée')})", WARN))
        if self.reading and self.pane.hidden_below:
            left = [(f"encore {strings.plural(self.pane.hidden_below, 'ligne')}", DIM)]
        marks, seen = len(self.list.marked), self.list.seen_marks()
        right = f"{strings.plural(marks, 'marquée')}" if marks else ""
        right += f" (dont {marks - seen} hors filtre)   " if marks > seen else "   " if marks else ""
        return left, [(right + position(self.list), DIM)]

    # The detail.

    def show_detail(self) -> None:
        incident = self.current
        wide = self.app.size.width >= WIDE
        self.pane.show(self.blocks(incident, full=self.reading or wide), keep=False)
        self.show_below()

    def show_below(self) -> None:
        """Say on the rule how much of the detail does not fit."""
        below = self.pane.hidden_below
        self.rule.show(RULE_CAPTION, [(f"encore {strings.plural(below, 'ligne')} : Entrée", DIM)] if below else ())
        if self.reading:
            self.show_state()

    def blocks(self, incident: Incident | None, *, full: bool) -> list[Block]:
        if incident is None:
            if self.session.school is None:
                return [Para(strings.NOT_YET if self.triage.jobs.running else strings.NOTHING_LOADED)]
            return [Para(strings.NO_ANOMALY_FOR_FILTER if self.filter else strings.NO_ANOMALY)]
        if self.card_shown:
            return card_blocks(incident.category, self.app.size.width - 2, self.session.settings.catalogue)
        route = self.session.route(incident)
        if not full:
            return incident_short(incident, route)
        held = self.session.states.get(incident.id)
        limit = 0 if self.reading else BESIDE
        return incident_blocks(incident, route, self.session.state(incident), held.note if held else "", limit)

    def begin_at(self, incident: Incident, *, card: bool = False) -> None:
        """Show this anomaly, alone, with its evidence or its card."""
        self.filter = ""
        self.show_closed = self.show_closed or self.session.is_closed(incident)
        self.fill()
        self.list.go_to_key(incident.id)
        self.read_pane(True, card=card)

    def read_pane(self, reading: bool, *, card: bool = False) -> None:
        """Give the room to the pane, or give it back to the list."""
        self.reading, self.card_shown = reading, card
        self.set_class(reading, "-reading")
        self.list.set_active(not reading)
        if reading:
            self.show_detail()
            self.call_after_refresh(self.show_detail)
        else:
            self.show_list_first()

    def back(self) -> bool:
        if self.reading:
            self.read_pane(False)
            return True
        if self.filter:
            self.set_filter("")
            return True
        return False

    # Actions.

    def do_ouvrir(self) -> None:
        self.read_pane(not self.reading)
        self.refresh_frame()

    def label(self, action: Action) -> str:
        return "liste" if action.id == "ouvrir" and self.reading else super().label(action)

    def why_not_ouvrir(self) -> str:
        return self.why_not_current()

    def why_not_current(self) -> str:
        return "" if self.current is not None else "Aucune anomalie sur cette ligne."

    def do_fiche(self) -> None:
        self.read_pane(True, card=not (self.reading and self.card_shown))
        self.refresh_frame()

    why_not_fiche = why_not_current

    def do_autre_volet(self) -> None:
        self.read_pane(not self.reading)
        self.refresh_frame()

    def do_suivant(self) -> None:
        self.step(1)

    def do_precedent(self) -> None:
        self.step(-1)

    def step(self, by: int) -> None:
        if self.list.move(by):
            self.show_detail()
            self.refresh_frame()
        else:
            self.say("Dernière anomalie de la liste." if by > 0 else "Première anomalie de la liste.")

    def do_marquer(self) -> None:
        self.list.mark()
        self.moved()
        self.show_state()

    why_not_marquer = why_not_current

    def do_tout_marquer(self) -> None:
        self.list.mark_all()
        self.show_state()

    def do_trier(self) -> None:
        def sort(name: str) -> None:
            self.sort = name

        self.offer_sorts(SORTS, self.sort, sort)

    def do_clos(self) -> None:
        self.show_closed = not self.show_closed
        self.fill()
        self.show_state()

    def do_filtrer(self) -> None:
        question = Question("Filtre :", self.set_filter, change=self.set_filter, cancel=lambda: self.set_filter(""))
        self.ask(question, self.filter)

    def set_filter(self, text: str) -> None:
        self.filter = text.strip()
        self.fill()
        self.show_state()

    def do_ignorer(self) -> None:
        chosen = self.list.chosen()
        label = f"Raison ({strings.plural(len(chosen), 'anomalie')}) :"
        self.ask(Question(label, lambda reason: self.close_incidents(chosen, reason)))

    why_not_ignorer = why_not_current

    def close_incidents(self, incidents: list[Incident], reason: str) -> None:
        if not reason.strip():
            self.say("Une raison est nécessaire : rien n’a été classé.")
            return
        self.session.set_state(incidents, SHELVED, note=f"sans suite : {reason.strip()}")
        self.list.marked -= {incident.id for incident in incidents}
        self.fill()
        self.say(
            f"{strings.plural(len(incidents), 'anomalie classée', 'anomalies classées')} sans suite.   u : annuler"
        )

    def delayed(self) -> list[Incident]:
        """Those chosen that have a delay to wait for."""
        routes = ((incident, self.session.route(incident)) for incident in self.list.chosen())
        return [incident for incident, route in routes if route and route.wait_until]

    def why_not_attendre(self) -> str:
        if self.delayed():
            return ""
        return "Aucun délai à attendre pour " + ("ces anomalies." if self.list.marked else "cette anomalie.")

    def do_attendre(self) -> None:
        chosen = self.delayed()
        left = len(self.list.chosen()) - len(chosen)
        self.session.set_state(chosen, DELAYED)
        self.list.marked -= {incident.id for incident in chosen}
        self.fill()
        self.show_state()
        others = f", {left} sans délai" if left else ""
        self.say(
            f"{strings.plural(len(chosen), 'anomalie')} en attente{others} : l’accueil le rappellera.   u : annuler"
        )

    def do_commenter(self) -> None:
        incident = self.current
        if incident is not None:
            held = self.session.states.get(incident.id)
            self.ask(Question("Note :", lambda text: self.comment(incident, text)), held.note if held else "")

    why_not_commenter = why_not_current

    def comment(self, incident: Incident, text: str) -> None:
        self.session.comment([incident], text.strip())
        self.show_detail()
        self.say("Note enregistrée.   u : annuler")

    def do_ticket(self) -> None:
        self.triage.open_tickets(self.list.chosen())
        self.list.marked.clear()

    why_not_ticket = why_not_current

    def do_rapprocher(self) -> None:
        """Go to the link of this person when there is one."""
        incident = self.current
        identities = {person.identity for person in incident.persons} if incident else set()
        link = next(
            (
                link
                for link in self.session.to_match()
                if (i := self.session.identity(link.record)) and i.id in identities
            ),
            None,
        )
        self.triage.show_matching(link.key if link else "")

    def do_personne(self) -> None:
        incident = self.current
        found = [i for p in incident.persons if (i := self.session.identity_of_person(p))] if incident else []
        if found:
            self.triage.show_person(found)
        else:
            self.triage.ask_person()

    def do_copier(self) -> None:
        incident = self.current
        if incident is not None:
            from tui.widgets.drawn import plain_text

            lines = [plain_text(line) for block in self.blocks(incident, full=True) for line in block.lines(100)]
            self.triage.copy("\n".join(lines))

    why_not_copier = why_not_current


def card_blocks(code: str, width: int, folder: str) -> list[Block]:
    """The card of a problem, as the catalogue tells it."""
    from diagnostics.catalogue import card, explain_text

    return [Fixed([(line, NORMAL)]) for line in explain_text(card(code, folder), width=max(width, 40)).splitlines()]
