"""Routage: who acts first, what to try, who gets the ticket, until when to wait and why; the agent may change it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from textual.containers import Container
from textual.widget import Widget

from diagnostics.model import ACTOR_LABELS, Actor, Incident, Route
from tui import strings
from tui.actions import ROUTING, Action
from tui.glyphs import cut, fit
from tui.screens.base import Sheet, position
from tui.screens.wording import labelled, numbered, people_of, person_line, wait_words
from tui.theme import DIM, GOOD, KEY, NORMAL, TITLE, WARN, Spans
from tui.widgets.drawn import plain_text
from tui.widgets.one_line import Rule
from tui.widgets.palette import Choice
from tui.widgets.pane import BLANK, Block, Para, TextPane
from tui.widgets.prompt import Question
from tui.widgets.virtual_list import VirtualList

FIRST, RECIPIENT, WAIT, CONTACT = "premier", "service", "delai", "contact"
LABEL = 14
REASON = 36
"""Cells of a reason that is offered."""
ACTOR_LETTERS: dict[Actor, str] = {
    Actor.KOSMOS: "k",
    Actor.INDEX: "i",
    Actor.DSI: "d",
    Actor.ETAB: "e",
    Actor.REF: "r",
    Actor.DRANE: "n",
    Actor.AUTRE: "a",
}
DELAYS = (("1", "+1"), ("3", "+3"), ("7", "+7"))
"""Letter of the menu and delay in days, as ``cases.dates`` reads it."""


@dataclass(frozen=True)
class Line:
    """One thing that the route says and that may be changed."""

    key: str
    label: str
    value: str
    changed: bool = False


class Routing(Sheet):
    screen_id = ROUTING

    def __init__(self) -> None:
        super().__init__()
        self.list = VirtualList(self.draw, id="routing-list", key=lambda line: line.key, highlight=LABEL + 2)
        self.rule = Rule(id="routing-rule", left=[("À essayer d’abord, et pourquoi", TITLE)])
        self.pane = TextPane(id="routing-pane")
        self.incidents: list[Incident] = []
        self.together = False
        """What is changed is changed for all of them."""
        self.index = 0
        self.in_pane = False

    def body(self) -> Iterable[Widget]:
        with Container(id="routing-split"):
            yield self.list
            yield self.rule
            yield self.pane

    def target(self) -> VirtualList | TextPane:
        return self.pane if self.in_pane else self.list

    def begin(self, incidents: Sequence[Incident], *, together: bool = True) -> None:
        self.incidents, self.index, self.together = list(incidents), 0, together
        self.set_pane(False)
        self.list.cursor = 0

    @property
    def incident(self) -> Incident | None:
        return self.incidents[self.index] if self.index < len(self.incidents) else None

    @property
    def route(self) -> Route | None:
        return self.session.route(self.incident) if self.incident else None

    def breadcrumb(self) -> str:
        code = f" {self.incident.category}" if self.incident else ""
        rank = f" {self.index + 1}/{len(self.incidents)}" if len(self.incidents) > 1 else ""
        return super().breadcrumb() + code + rank

    def state_line(self) -> tuple[Spans, Spans]:
        incident = self.incident
        if incident is None:
            return (), ()
        left = [
            (f"{strings.SEVERITY_SIGNS.get(incident.severity, '·')} {people_of(incident) or incident.summary}", NORMAL)
        ]
        if self.together and len(self.incidents) > 1:
            left.append((f"   un changement vaut pour les {len(self.incidents)} incidents", WARN))
        return left, [(position(self.list), DIM)]

    def fill(self) -> None:
        known = self.session.known_incidents()
        self.incidents = [known[i.id] for i in self.incidents if i.id in known]
        self.index = min(self.index, max(len(self.incidents) - 1, 0))
        self.list.show(self.lines())
        self.pane.show(self.blocks())

    def lines(self) -> list[Line]:
        incident, route = self.incident, self.route
        if incident is None or route is None:
            return []
        proposed = self.session.proposed_route(incident) or route
        wait = wait_words(route)
        return [
            Line(FIRST, "Agit d’abord", ACTOR_LABELS[route.first_actor], route.first_actor is not proposed.first_actor),
            Line(RECIPIENT, "Ticket vers", ACTOR_LABELS[route.recipient], route.recipient is not proposed.recipient),
            Line(WAIT, "Attendre", wait or "rien à attendre", route.wait_until != proposed.wait_until),
            Line(CONTACT, "Joindre", self.contact(route.recipient)),
        ]  # fmt: skip

    def contact(self, actor: Actor) -> str:
        """How to reach an actor, "" being said as such."""
        from diagnostics.routing import contact

        found = contact(actor, self.session.settings)
        parts = (found.name, found.channel, found.phone, found.mail, found.url)
        known = [part for part in dict.fromkeys(parts) if part and part != ACTOR_LABELS[actor]]
        return " · ".join(known) or strings.NO_CONTACT

    def draw(self, line: Line, width: int) -> Spans:
        proposed = "   (votre choix)" if line.changed else ""
        return [(fit(line.label, LABEL), DIM), (line.value, KEY if line.changed else NORMAL), (proposed, WARN)]

    def blocks(self) -> list[Block]:
        incident, route = self.incident, self.route
        if incident is None or route is None:
            return [Para(strings.NO_ROUTE)]
        blocks: list[Block] = []
        change = self.session.rerouted.get(incident.id)
        if change is not None:
            text = (
                f"Changé par {change.agent} le {strings.moment(change.at)} : {change.why}.   x revient à la proposition"
            )
            blocks += [Para(text, GOOD)]
        blocks += numbered(route.try_first) or [Para("Rien à essayer avant le ticket.", DIM)]
        blocks.append(BLANK)
        blocks.append(labelled("Problème", f"{incident.category}  {incident.summary}"))
        blocks += [labelled("Qui" if i == 0 else "", person_line(p)) for i, p in enumerate(incident.persons[:6])]
        if len(incident.persons) > 6:
            blocks.append(labelled("", f"… et {len(incident.persons) - 6} autres"))
        if route.why:
            blocks.append(labelled("Pourquoi", route.why))
        blocks += [
            labelled("Sinon" if i == 0 else "", f"{ACTOR_LABELS[actor]} : {when}")
            for i, (actor, when) in enumerate(route.alternatives)
        ]
        blocks.append(labelled("État", self.session.state(incident)))
        if incident.missing:
            blocks += [labelled("Manque" if i == 0 else "", text, WARN) for i, text in enumerate(incident.missing)]
        for actor in dict.fromkeys((route.recipient, route.first_actor)):
            blocks.append(labelled("Joindre", f"{ACTOR_LABELS[actor]} : {self.contact(actor)}"))
        return blocks

    def set_pane(self, in_pane: bool) -> None:
        self.in_pane = in_pane
        self.list.set_active(not in_pane)
        self.point_soon()

    def back(self) -> bool:
        if self.in_pane:
            self.set_pane(False)
            return True
        return False

    # Actions.

    def why_not_ouvrir(self) -> str:
        return "" if self.incident is not None else strings.NO_ROUTE

    why_not_premier = why_not_destinataire = why_not_delai = why_not_ticket = why_not_copier = why_not_ouvrir
    why_not_fiche = why_not_ouvrir

    def do_ouvrir(self) -> None:
        line = self.list.current
        if self.in_pane or line is None:
            self.do_autre_volet()
        elif line.key == CONTACT:
            self.do_copier()
        else:
            {FIRST: self.do_premier, RECIPIENT: self.do_destinataire, WAIT: self.do_delai}[line.key]()

    def do_autre_volet(self) -> None:
        self.set_pane(not self.in_pane)
        self.say("Les flèches font défiler le texte ; Tab revient aux choix." if self.in_pane else "")

    def label_for(self, what: str) -> str:
        several = self.together and len(self.incidents) > 1
        return f"{what} ({len(self.incidents)} incidents) :" if several else f"{what} :"

    def do_premier(self) -> None:
        self.pick(self.label_for("Agit d’abord"), self.route, lambda actor, why: self.ask_why(why, first_actor=actor),
                  lambda route: route.first_actor)  # fmt: skip

    def do_destinataire(self) -> None:
        self.pick(self.label_for("Ticket vers"), self.route, lambda actor, why: self.ask_why(why, recipient=actor),
                  lambda route: route.recipient)  # fmt: skip

    def pick(
        self, label: str, route: Route | None, then: Callable[[str, str], None], of: Callable[[Route], Actor]
    ) -> None:
        """Offer every actor, each with why it may be the one."""
        incident = self.incident
        if incident is None or route is None:
            return
        proposed = self.session.proposed_route(incident) or route
        when = dict(route.alternatives)
        options = []
        for actor, letter in ACTOR_LETTERS.items():
            if actor is of(proposed):
                words, why = "proposé par le programme", "comme proposé"
            elif actor in when:
                words = why = when[actor]
            else:
                words, why = strings.ACTOR_PURPOSES.get(actor.value, ""), ""
            run = partial(self.picked, then, actor, of(route), why)
            options.append(Choice(ACTOR_LABELS[actor], words, letter, run))
        self.offer(label, options, at=ACTOR_LABELS[of(route)])

    def picked(self, then: Callable[[str, str], None], actor: Actor, held: Actor, why: str, _: str) -> None:
        if actor is held and not (self.together and len(self.incidents) > 1):
            self.say(f"C’est déjà le cas : {ACTOR_LABELS[actor]}.")
        else:
            then(actor.value, why)

    def do_delai(self) -> None:
        from diagnostics.cases import dates
        from diagnostics.store.values import NO_WAIT

        now = datetime.now().astimezone()
        options = [Choice("rien à attendre", "le délai est passé, ou n’a pas lieu d’être", "n",
                          partial(self.ask_why, wait_until=NO_WAIT))]  # fmt: skip
        for letter, delay in DELAYS:
            until = dates.read_date(delay, now)
            days = int(letter)
            options.append(
                Choice(
                    strings.plural(days, "jour"),
                    f"jusqu’au {dates.said(until)}",
                    letter,
                    partial(self.ask_why, wait_until=until),
                )
            )
        options.append(Choice("à une autre date", "27/11, lundi, ou +5 pour dans cinq jours", "d", self.ask_date))
        self.offer(self.label_for("Attendre"), options)

    def ask_date(self, _: str) -> None:
        from diagnostics.cases import dates

        def until(text: str) -> None:
            self.ask_why("", wait_until=dates.read_date(text, datetime.now().astimezone()))

        self.ask(Question("Attendre jusqu’au :", until))

    def ask_why(self, why: str, **change: str) -> None:
        """The reason, without which nothing changes; the card's own words are taken when none is typed."""
        label = f"Raison (Entrée : {cut(why, REASON)}) :" if why else "Raison du changement :"
        self.ask(Question(label, lambda text: self.change(text.strip() or why, change)))

    def change(self, why: str, change: dict[str, str]) -> None:
        from diagnostics.cases import rerouting

        concerned = self.concerned()
        rerouting.reroute(self.session.open_store(), [i.id for i in concerned], self.session.agent, why=why, **change)
        self.changed(f"Aiguillage changé pour {strings.plural(len(concerned), 'incident')}.   u : annuler")

    def concerned(self) -> list[Incident]:
        if self.together:
            return self.incidents
        return [self.incident] if self.incident else []

    def changed(self, said: str) -> None:
        self.session.refresh_state()
        self.fill()
        self.refresh_frame()
        self.say(said)

    def why_not_proposition(self) -> str:
        changed = any(incident.id in self.session.rerouted for incident in self.concerned())
        return "" if changed else "Rien n’a été changé : c’est déjà ce que propose le programme."

    def do_proposition(self) -> None:
        from diagnostics.cases import rerouting

        rerouting.restore(self.session.open_store(), [i.id for i in self.concerned()], self.session.agent)
        self.changed("Aiguillage du programme.   u : annuler")

    def do_ticket(self) -> None:
        self.triage.open_tickets(self.concerned())

    def do_fiche(self) -> None:
        if self.incident is not None:
            self.triage.show_incident(self.incident, card=True)

    def do_suivant(self) -> None:
        self.step(1)

    def do_precedent(self) -> None:
        self.step(-1)

    def step(self, by: int) -> None:
        if 0 <= self.index + by < len(self.incidents):
            self.index += by
            self.refresh_all()
        else:
            self.say("Un seul incident ici." if len(self.incidents) < 2 else "Plus d’incident dans ce sens.")

    def do_personne(self) -> None:
        people = self.incident.persons if self.incident else ()
        found = [identity for person in people if (identity := self.session.identity_of_person(person))]
        if found:
            self.triage.show_person(found)
        else:
            self.triage.ask_person()

    def do_copier(self) -> None:
        lines = [plain_text(self.draw(line, 100)).rstrip() for line in self.lines()]
        blocks = [plain_text(line) for block in self.blocks() for line in block.lines(100)]
        self.triage.copy("\n".join([*lines, "", *blocks]))

    def label(self, action: Action) -> str:
        line = self.list.current
        if action.id == "ouvrir":
            return "copier" if line is not None and line.key == CONTACT else "changer"
        return super().label(action)
