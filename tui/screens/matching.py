"""Rapprochement: the person of an export beside the accounts of the ENT, field by field, and the next one by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from textual import events
from textual.containers import Container
from textual.widget import Widget

from diagnostics.model import KIND_LABELS, PROFILE_LABELS, Candidate, Incident, Link, Record, Verdict
from diagnostics.text import fold
from tui import strings
from tui.actions import MATCHING, Action
from tui.finding import apart, find_accounts, likely_elsewhere
from tui.glyphs import fit
from tui.screens.base import Sheet, Sorts, position
from tui.screens.comparison import account_name, comparison_table, source_blocks, verdict_words
from tui.screens.wording import SHORT_PROFILES, labelled, record_name
from tui.theme import ACCENT, BAD, DIM, GOOD, KEY, NORMAL, TITLE, WARN, Span, Spans
from tui.widgets.one_line import Rule
from tui.widgets.pane import BLANK, Block, Para, TextPane
from tui.widgets.prompt import Question
from tui.widgets.virtual_list import VirtualList

SORTS: Sorts = {
    "programme": ("p", "à confirmer d’abord, puis sans compte"),
    "nom": ("n", "nom, prénom"),
    "profil": ("r", "profil, nom"),
    "classe": ("c", "classe, nom"),
    "score": ("s", "les plus ressemblants d’abord"),
}
VERDICT_SIGNS = {Verdict.CERTAIN: "√", Verdict.REVIEW: "?", Verdict.ABSENT: "×"}
YES = "oui"


class Matching(Sheet):
    screen_id = MATCHING

    def __init__(self) -> None:
        super().__init__()
        self.source = TextPane(id="match-source")
        self.candidates = VirtualList(
            self.draw_candidate,
            id="match-candidates",
            key=lambda candidate: id(candidate.account),
            header=self.candidate_header,
        )
        self.rule = Rule(id="match-rule")
        self.comparison = TextPane(id="match-comparison")
        self.queue = VirtualList(
            self.draw_link, id="match-queue", key=lambda link: link.key, header=self.queue_header, highlight=40
        )
        self.links: list[Link] = []
        """Who is gone through, decided or not, in a stable order."""
        self.index = 0
        self.listing = False
        self.filter = ""
        self.found: tuple[Candidate, ...] | None = None
        """What a search in the whole ENT gave, in the place of the program's candidates."""
        self.searched = ""
        self.sort = "programme"
        self._place: dict[str, int] = {}
        """Where the program put each person."""
        self._shown_link = ""
        self._shown_school: object = None

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
        return self.links[self.index] if 0 <= self.index < len(self.links) else None

    @property
    def candidate(self) -> Candidate | None:
        return self.candidates.current

    def go_to(self, key: str) -> None:
        """Begin with that person; the first undecided one when ``key`` is not in the queue."""
        self.fill_queue()
        self.found = None
        self.index = next((i for i, link in enumerate(self.links) if link.key == key), self.next_undecided(0))
        self.set_listing(False)

    def fill_queue(self) -> None:
        """Keep the order of this sitting as long as the analysis is the same.

        A new analysis may end under the eyes of the agent: the person and the account on which they are stay, or the
        next key would decide for somebody else.
        """
        if self._shown_school is not self.session.school:
            self._shown_school = self.session.school
            held, near = self.link.key if self.link else "", self.index
            self.links = self.session.to_match()
            self._place = {link.key: place for place, link in enumerate(self.links)}
            self.index = 0
            self.found = None
            self.sort_links(self.sort)
            self.index = self._index_of(held, near)
        elif not self.links:
            self.links = self.session.to_match()

    def _index_of(self, key: str, near: int) -> int:
        """Where a person is; when an agent has decided of them, the place they left."""
        found = next((place for place, link in enumerate(self.links) if link.key == key), None)
        return min(near, max(len(self.links) - 1, 0)) if found is None else found

    def next_undecided(self, start: int) -> int:
        """The first undecided person from ``start``, going round; ``start`` when all are decided."""
        count = len(self.links)
        for step in range(count):
            index = (start + step) % count
            if self.links[index].key not in self.session.decisions:
                return index
        return min(start, max(count - 1, 0))

    def undecided(self) -> int:
        return sum(link.key not in self.session.decisions for link in self.links)

    def fill(self) -> None:
        self.fill_queue()
        words = fold(self.filter).split()
        rows = [link for link in self.links if all(w in fold(record_name(link.record)) for w in words)]
        self.queue.show(rows)
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
        self._shown_link = link.key if link is not None else ""
        candidates = self.found if self.found is not None else link.candidates if link else ()
        self.candidates.show(candidates, keep=False)
        if link is not None:
            free = (i for i, candidate in enumerate(candidates) if not self.doubt(link, candidate.account))
            kept = (i for i, one in enumerate(candidates) if same and self.session.account_key(one.account) == held)
            self.candidates.go(next(kept, next(free, 0)))
        self.source.show(source_blocks(self.session, link))
        self.show_comparison()

    def show_comparison(self) -> None:
        link, candidate = self.link, self.candidate
        caption = ""
        if link is not None:
            caption = f"{PROFILE_LABELS[link.record.profile]} – {verdict_words(link)}"
        self.rule.show([(caption, TITLE)] if caption else ())
        self.comparison.show(self.comparison_blocks(link, candidate))

    def on_resize(self, event: events.Resize) -> None:
        self.call_after_refresh(self.show_comparison)

    def moved(self) -> None:
        if not self.listing:
            self.show_comparison()

    def state_line(self) -> tuple[Spans, Spans]:
        if not self.links:
            return [("", NORMAL)], ()
        left: list[Span] = [(f"{strings.plural(self.undecided(), 'personne')} à voir sur {len(self.links)}", NORMAL)]
        if self.found is not None:
            what = self.searched or "les plus proches"
            left.append((f"   {self.where_searched()} : {what} ({strings.plural(len(self.found), 'compte')})", ACCENT))
        if self.sort != "programme":
            left.append((f"   tri : {SORTS[self.sort][1].partition(',')[0]}", DIM))
        if self.listing:
            return left, [(position(self.queue), DIM)]
        return left, [(f"{self.index + 1}/{len(self.links)}", DIM)]

    def where_searched(self) -> str:
        """How far a search goes: the exports that are loaded, or the directory of the whole ENT too."""
        region = self.session.region()
        if region is None:
            return "comptes des exports chargés"
        return f"tout l’ENT ({strings.number(region.persons)} comptes, {strings.day_month(region.made_on)})"

    # Drawing.

    def candidate_header(self, width: int) -> Spans:
        what = "trouvés dans l’ENT" if self.found is not None else "comptes de l’ENT, le plus proche d’abord"
        return [(fit(what, width), DIM)]

    def draw_candidate(self, candidate: Candidate, width: int) -> Spans:
        account = candidate.account
        place = account.division or account.ids.get("login", "") or SHORT_PROFILES[account.profile]
        if self.session.export(account) is None:
            place = account.extra.get("main_school", "") or account.school or "autre établissement"
        birth = strings.birth(account.birth_date)
        if not account.birth_date:
            birth = next((f.right for f in candidate.fields if f.field == "naissance" and f.right), birth)
        score = f"{candidate.score:>3.0f} " if candidate.score else "    "
        link = self.link
        held = self.session.chosen_account(link) if link else None
        sign = "√" if held == account else " "
        name = max((width - 17) * 3 // 5, 10)
        return [
            (score, KEY),
            (fit(record_name(account), name) + " ", NORMAL),
            (fit(birth, 11), NORMAL),
            (sign + " ", GOOD),
            (place, DIM),
        ]

    def comparison_blocks(self, link: Link | None, candidate: Candidate | None) -> list[Block]:
        if link is None:
            return []
        blocks: list[Block] = []
        decision = self.session.decisions.get(link.key)
        if decision is not None:
            account = self.session.chosen_account(link)
            what = f"associé à {account_name(account)}" if account else "aucun compte"
            blocks.append(Para(f"Décidé par {decision.agent} : {what}.   u annule la dernière décision", GOOD))
        if candidate is None:
            why = link.why or "Aucun compte proche dans l’ENT."
            blocks.append(Para(why))
            if link.expected:
                blocks.append(labelled("Attendu", link.expected, WARN))
            blocks.append(Para("/ cherche dans tout l’ENT, x note « aucun compte ».", DIM))
            return blocks
        blocks += comparison_table(link, candidate, self.comparison.size.width)
        if candidate.why:
            blocks.append(labelled("Pourquoi", candidate.why))
        login = candidate.account.ids.get("login", "")
        status = candidate.account.extra.get("status") or candidate.account.extra.get("state", "")
        if login or status:
            blocks.append(labelled("Compte", "  ".join(part for part in (login, status) if part)))
        if doubt := self.doubt(link, candidate.account):
            blocks.append(labelled("Attention", doubt, BAD))
        return [*blocks, BLANK, Para(strings.NOTHING_SENT, DIM), *self.elsewhere(link)]

    def elsewhere(self, link: Link) -> list[Block]:
        """What the other exports say of the person, where there is room for it."""
        identity = self.session.identity(link.record)
        others = [record for record in identity.records if record != link.record] if identity else []
        lines = [
            labelled(
                "Ailleurs" if i == 0 else "",
                ", ".join(
                    part
                    for part in (
                        KIND_LABELS[self.session.kind(record)],
                        record_name(record),
                        strings.birth(record.birth_date) if record.birth_date else "",
                        record.division,
                    )
                    if part
                ),
                DIM,
            )
            for i, record in enumerate(others)
        ]
        return [BLANK, *lines] if lines else []

    def queue_header(self, width: int) -> Spans:
        name = max((width - 38) // 2, 14)
        return [(f"  {fit('Personne', name)} Profil Cl.   Né(e) le   {fit('Le plus proche dans l’ENT', name)}", DIM)]

    def draw_link(self, link: Link, width: int) -> Spans:
        name = max((width - 38) // 2, 14)
        decided = link.key in self.session.decisions
        account = self.session.chosen_account(link)
        if decided:
            near = f"√ {record_name(account)}" if account else "√ aucun compte"
        elif link.candidates:
            near = f"{link.candidates[0].score:.0f} {record_name(link.candidates[0].account)}"
        else:
            near = "–"
        return [
            ("√ " if decided else VERDICT_SIGNS[link.verdict] + " ", GOOD if decided else WARN),
            (fit(record_name(link.record), name) + " ", NORMAL),
            (fit(SHORT_PROFILES[link.record.profile], 7), DIM),
            (fit(link.record.division, 6), NORMAL),
            (fit(strings.birth(link.record.birth_date), 11), NORMAL),
            (near, NORMAL),
        ]

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
        if self.listing and self.links:
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
                self.index = self.links.index(chosen)
                self.found = None
                self.set_listing(False)
                self.show_link()
                self.refresh_frame()
            return
        if link is None or candidate is None:
            return
        doubt = self.doubt(link, candidate.account)
        if not doubt:
            self.decide(link, candidate.account)
            return
        label = f"{doubt}. Tapez {YES} pour associer quand même :"
        self.ask(Question(label, lambda answer: self.decide_if_yes(answer, link, candidate.account), keep=False))

    def doubt(self, link: Link, account: Record) -> str:
        """Why an association must be confirmed in so many letters, "" when it need not."""
        if apart(link.record.profile, account.profile):
            return f"Compte d’un {PROFILE_LABELS[account.profile]} pour un {PROFILE_LABELS[link.record.profile]}"
        other = self.session.holder(account, link)
        return f"Ce compte est déjà celui de {record_name(other.record)}" if other else ""

    def decide_if_yes(self, answer: str, link: Link, account: Record) -> None:
        if fold(answer) == fold(YES):
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
        self.index = self.next_undecided(self.index)
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
        if not 0 <= self.index + by < len(self.links):
            self.say("Dernière personne." if by > 0 else "Première personne.")
            return
        self.index += by
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
        self.offer_sorts(SORTS, self.sort, self.sort_links)

    def sort_links(self, name: str) -> None:
        held, self.sort = self.link, name
        profile = SHORT_PROFILES
        orders: dict[str, Callable[[Link], Any]] = {
            "programme": lambda link: self._place[link.key],
            "nom": lambda link: fold(record_name(link.record)),
            "profil": lambda link: (profile[link.record.profile], fold(record_name(link.record))),
            "classe": lambda link: (not link.record.division, link.record.division, fold(record_name(link.record))),
            "score": lambda link: -(link.candidates[0].score if link.candidates else 0),
        }
        self._place = {**{link.key: i for i, link in enumerate(self.links)}, **self._place}
        self.links.sort(key=orders[name])
        if held is not None:
            self.index = self.links.index(held)

    def do_chercher(self) -> None:
        if self.listing:
            before = self.filter
            self.ask(Question("Nom :", self.set_filter, self.set_filter, lambda: self.set_filter(before)), self.filter)
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

    def do_personne(self) -> None:
        link = self.link if not self.listing else self.queue.current
        identity = self.session.identity(link.record) if link else None
        if identity is not None:
            self.triage.show_person([identity])
        else:
            self.triage.ask_person()
