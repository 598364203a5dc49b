"""Rapprochement: the person of an export beside the accounts of the ENT, field by field, and the next one by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from textual import events
from textual.containers import Container
from textual.widget import Widget

from diagnostics.model import PROFILE_LABELS, Candidate, Incident, Link, Record
from diagnostics.text import fold
from tui import strings
from tui.actions import MATCHING, Action
from tui.finding import apart, find_accounts, likely_elsewhere
from tui.glyphs import fit
from tui.screens.base import Sheet, position
from tui.screens.comparison import (
    account_name,
    account_spans,
    comparison_blocks,
    source_blocks,
    table_header,
    verdict_words,
)
from tui.screens.match_queue import SORTS, Queue, draw_link, queue_header
from tui.screens.wording import record_name
from tui.theme import ACCENT, DIM, NORMAL, Span, Spans
from tui.widgets.one_line import Rule
from tui.widgets.pane import BLANK, Block, Fixed, TextPane
from tui.widgets.prompt import Question
from tui.widgets.virtual_list import VirtualList

LEVEL = 1.0
"""Points of likeness under which two accounts fit as well as each other: the one shown first is no proposal."""
HIGH = 36
"""Lines from which who comes next stands below the comparison."""


class Matching(Sheet):
    screen_id = MATCHING
    VERTICAL_BREAKPOINTS = [*Sheet.VERTICAL_BREAKPOINTS, (HIGH, "-high")]  # noqa: RUF012 - declared so by Textual

    def __init__(self) -> None:
        super().__init__()
        self.source = TextPane(id="match-source")
        self.candidates = VirtualList(
            self.draw_candidate,
            id="match-candidates",
            key=lambda candidate: candidate.account.origin,
            header=self.candidate_header,
        )
        self.rule = Rule(id="match-rule")
        self.comparison = TextPane(id="match-comparison")
        self.queue = VirtualList(
            lambda link, width: draw_link(self.session, link, width),
            id="match-queue",
            key=lambda link: link.key,
            header=queue_header,
            highlight=40,
        )
        self.people = Queue()
        self.listing = False
        self.filter = ""
        self.found: tuple[Candidate, ...] | None = None
        """What a search in the whole ENT gave, in the place of the program's candidates."""
        self.searched = ""
        self.pointed = False
        """The agent went to the account that is current."""
        self._shown_link = ""

    def body(self) -> Iterable[Widget]:
        with Container(id="match-top"):
            yield self.source
            yield self.candidates
        yield self.rule
        yield self.comparison
        yield self.queue

    def target(self) -> VirtualList:
        return self.queue if self.listing else self.candidates

    @property
    def link(self) -> Link | None:
        return self.people.current

    @property
    def candidate(self) -> Candidate | None:
        return self.candidates.current

    def go_to(self, key: str) -> None:
        """Begin with that person; the first undecided one when ``key`` is not in the queue."""
        self.take_people()
        self.found = None
        self.people.begin_at(self.session, key)
        self.set_listing(False)

    def take_people(self) -> None:
        if self.people.refresh(self.session):
            self.found = None

    def undecided(self) -> int:
        return len(self.people.links) - len(self.people.decided(self.session))

    def fill(self) -> None:
        self.take_people()
        self.queue.show(self.people.named(self.filter))
        self.show_link()

    def set_listing(self, listing: bool) -> None:
        self.listing = listing
        self.set_class(listing, "-listing")
        self.candidates.set_active(not listing)
        self.queue.set_active(listing)
        if listing and self.link is not None:
            self.queue.go_to_key(self.link.key)

    def show_link(self, *, keep: bool = True) -> None:
        """The current person and their candidates; the account on which one was when it is the same person."""
        link = self.link
        held = self.session.account_key(self.candidate.account) if self.candidate else ""
        same = keep and link is not None and link.key == self._shown_link
        self.pointed = self.pointed and same
        self._shown_link = link.key if link is not None else ""
        candidates = self.found if self.found is not None else link.candidates if link else ()
        self.candidates.show(candidates, keep=False)
        if link is not None:
            free = (i for i, candidate in enumerate(candidates) if not self.doubt(link, candidate.account))
            kept = (i for i, one in enumerate(candidates) if same and self.session.account_key(one.account) == held)
            self.candidates.go(next(kept, next(free, 0)))
        if link is not None:
            self.queue.go_to_key(link.key)
        self.source.show(source_blocks(self.session, link))
        self.show_comparison()
        self.call_after_refresh(self.show_hidden)

    def show_comparison(self) -> None:
        link, candidate = self.link, self.candidate
        columns = self.app.size.width - 2  # the pane's own width is not known before it is laid out
        header = table_header(self.session, link, columns) if link and candidate else ""
        self.rule.show([(header, DIM)] if header else ())
        blocks: list[Block] = []
        if link is not None:
            doubt = self.doubt(link, candidate.account) if candidate else ""
            blocks = comparison_blocks(self.session, link, candidate, columns, doubt)
        self.comparison.show([*blocks, *self.source_rest()])
        self.show_hidden()

    def source_rest(self) -> list[Block]:
        """What the export says of the person and the small pane above has no room for."""
        rest = self.source.lines[self.source.size.height :] if self.source.size.height else []
        return [BLANK, *map(Fixed, rest)] if rest else []

    def show_hidden(self) -> None:
        """Say on the rule how much of the comparison is below, and how to reach it."""
        below, left = self.comparison.hidden_below, self.rule.left
        self.rule.show(left, [(f"encore {below} : Page suiv.", DIM)] if below else ())

    def on_resize(self, event: events.Resize) -> None:
        self.call_after_refresh(self.show_comparison)

    def moved(self) -> None:
        if not self.listing:
            self.pointed = True
            self.show_comparison()

    def do_annuler(self) -> None:
        self.follow_decision(self.triage.do_annuler)

    def do_refaire(self) -> None:
        self.follow_decision(self.triage.do_refaire)

    def follow_decision(self, travel: Callable[[], None]) -> None:
        """Take back or do again, then stand on the person whose decision that was."""
        before = self.people.decided(self.session)
        travel()
        changed = before ^ self.people.decided(self.session)
        index = next((place for place, link in enumerate(self.people.links) if link.key in changed), None)
        if index is not None:
            self.people.index, self.found = index, None
            self.show_link()
            self.show_state()

    def do_page_haut(self) -> None:
        self.turn(-1)

    def do_page_bas(self) -> None:
        self.turn(1)

    def turn(self, way: int) -> None:
        """The page keys read the comparison to its end, else they go through the candidates."""
        pane = self.comparison
        if self.listing or len(pane.lines) <= pane.size.height:
            self.move(way * self.page())
        elif pane.move(way * max(pane.size.height - 1, 1)):
            self.show_hidden()

    def state_line(self) -> tuple[Spans, Spans]:
        if not self.people.links:
            return [("", NORMAL)], ()
        count = len(self.people.links)
        left: list[Span] = [(f"{strings.plural(self.undecided(), 'personne')} à voir sur {count}", NORMAL)]
        if not self.listing and self.found is None and self.link is not None:
            left.append((f"   {PROFILE_LABELS[self.link.record.profile]}, {verdict_words(self.link)}", DIM))
        if self.found is not None:
            what = self.searched or "les plus proches"
            left.append((f"   {self.where_searched()} : {what} ({strings.plural(len(self.found), 'compte')})", ACCENT))
        if self.people.sort != "programme":
            left.append((f"   tri : {SORTS[self.people.sort][1].partition(',')[0]}", DIM))
        if self.listing:
            return left, [(position(self.queue), DIM)]
        return left, [(f"{self.people.index + 1}/{len(self.people.links)}", DIM)]

    def where_searched(self) -> str:
        """How far a search goes: the exports that are loaded, or the directory of the whole ENT too."""
        region = self.session.region()
        if region is None:
            return "comptes des exports chargés"
        return f"tout l’ENT ({strings.number(region.persons)} comptes, {strings.day_month(region.made_on)})"

    # Drawing.

    def candidate_header(self, width: int) -> Spans:
        what = "trouvés par les mots tapés" if self.found is not None else "comptes de l’ENT, le plus proche d’abord"
        return [(fit(what, width), DIM)]

    def draw_candidate(self, candidate: Candidate, width: int) -> Spans:
        held = self.session.chosen_account(self.link) if self.link else None
        # The likeness of the words typed says nothing of the person.
        likeness = candidate.score if self.found is None else 0
        return account_spans(self.session, candidate, self.candidates.rows, width, likeness, held == candidate.account)

    # Actions.

    def back(self) -> bool:
        if self.found is not None:
            self.found = None
            self.show_link()
            return True
        if self.filter:
            self.filter = ""
            self.fill()
            return True
        if self.listing and self.people.links:
            self.set_listing(False)
            return True
        return False

    def label(self, action: Action) -> str:
        if self.listing and action.id == "associer":
            return "comparer"
        if action.id == "autre_volet":
            return "comparaison" if self.listing else "liste"
        return super().label(action)

    def why_not_associer(self) -> str:
        if self.link is None:
            return strings.NO_MATCHING_NEEDED
        if not self.listing and self.candidate is None:
            return "Aucun compte à associer : / en cherche un dans tout l’ENT, x note « aucun compte »."
        return ""

    def do_associer(self) -> None:
        link, candidate = self.link, self.candidate
        if self.listing:
            chosen = self.queue.current
            if chosen is not None:
                self.people.index = self.people.links.index(chosen)
                self.found = None
                self.set_listing(False)
                self.show_link()
                self.refresh_frame()
            return
        if link is None or candidate is None:
            return
        doubt = self.doubt(link, candidate.account) or self.level(link)
        if not doubt:
            self.decide(link, candidate.account)
            return
        label = f"{doubt}. Tapez {strings.YES} pour associer quand même :"
        self.ask(Question(label, lambda answer: self.decide_if_yes(answer, link, candidate.account), keep=False))

    def doubt(self, link: Link, account: Record) -> str:
        """Why an association must be confirmed in so many letters, "" when it need not."""
        if apart(link.record.profile, account.profile):
            return f"Compte d’un {PROFILE_LABELS[account.profile]} pour un {PROFILE_LABELS[link.record.profile]}"
        other = self.session.holder(account, link)
        return f"Ce compte est déjà celui de {record_name(other.record)}" if other else ""

    def level(self, link: Link) -> str:
        """Why the account that is first cannot be taken as if it had been chosen: another one fits as well."""
        if self.pointed or self.found is not None:
            return ""
        free = [one.score for one in link.candidates if not self.doubt(link, one.account)]
        best = sum(max(free) - score < LEVEL for score in free) if free else 0
        return f"{best} comptes à égalité, les flèches choisissent" if best > 1 else ""

    def decide_if_yes(self, answer: str, link: Link, account: Record) -> None:
        if fold(answer) == fold(strings.YES):
            self.decide(link, account)
        else:
            self.say("Rien n’a été associé.")

    def why_not_aucun(self) -> str:
        return "" if self.link is not None else strings.NO_MATCHING_NEEDED

    def do_aucun(self) -> None:
        if self.link is not None:
            self.decide(self.link, None)

    def decide(self, link: Link, account: Record | None) -> None:
        self.session.decide(link, account)
        self.found = None
        self.people.index = self.people.next_undecided(self.session, self.people.index)
        self.fill()
        left = self.undecided()
        rest = f"encore {left}" if left else "toutes les personnes sont vues"
        what = f"→ {account_name(account)}" if account else ": aucun compte"
        self.say(f"{record_name(link.record)} {what}   u : annuler   {rest}")
        self.show_state()

    def do_suivant(self) -> None:
        self.step(1)

    def do_precedent(self) -> None:
        self.step(-1)

    def step(self, by: int) -> None:
        if self.listing:
            self.move(by)
            return
        if not 0 <= self.people.index + by < len(self.people.links):
            self.say("Dernière personne." if by > 0 else "Première personne.")
            return
        self.people.index += by
        self.found = None
        self.show_link()
        self.refresh_frame()

    def do_autre_volet(self) -> None:
        """All the persons, or back to the comparison."""
        self.set_listing(not self.listing)
        self.fill()
        self.refresh_frame()

    def do_trier(self) -> None:
        """The order in which one goes through the persons; the current one stays current."""
        self.offer_sorts(SORTS, self.people.sort, self.people.sort_by)

    def do_chercher(self) -> None:
        if self.listing:
            self.ask(Question("Nom :", self.set_filter, self.set_filter, lambda: self.set_filter("")), self.filter)
            return
        question = Question("Chercher dans l’ENT :", self.search, self.search, self.forget_search, key=self.take_arrow)
        self.ask(question, self.searched)
        self.search(self.searched)

    def take_arrow(self, key: str, text: str) -> bool:
        """Arrows move among what was found while one types."""
        if key in {"down", "up"}:
            self.move(1 if key == "down" else -1)
            return True
        return False

    def set_filter(self, text: str) -> None:
        self.filter = text
        self.fill()
        self.show_state()

    def forget_search(self) -> None:
        self.searched, self.found = "", None
        self.show_link()
        self.show_state()

    def search(self, query: str) -> None:
        """Accounts of the whole ENT, at each character."""
        link = self.link
        if link is None:
            return
        self.searched = query
        if query.strip():
            self.found = find_accounts(self.session, link, query)
        else:
            self.found = likely_elsewhere(self.session, link) or None
        self.show_link(keep=False)
        self.show_state()

    def about_incidents(self) -> list[Incident]:
        link = self.link if not self.listing else self.queue.current
        identity = self.session.identity(link.record) if link else None
        return [i for i in self.session.incidents_of(identity) if not self.session.is_closed(i)] if identity else []

    def why_not_router(self) -> str:
        return "" if self.about_incidents() else "Aucune anomalie ouverte ne nomme cette personne."

    why_not_ticket = why_not_router

    def do_ticket(self) -> None:
        """One for each open anomaly that names the person."""
        self.triage.open_tickets(self.about_incidents())

    def do_personne(self) -> None:
        link = self.link if not self.listing else self.queue.current
        identity = self.session.identity(link.record) if link else None
        if identity is not None:
            self.triage.show_person([identity])
        else:
            self.triage.ask_person()
