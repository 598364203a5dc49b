"""What the screen of tickets does of a case: who writes it, its state, dates and number, reminders, joining."""

from __future__ import annotations

from collections.abc import Callable

from diagnostics.model import Incident, Ticket
from diagnostics.states import DELAYED, LEFT, REMINDED, SENT, STATES
from diagnostics.text import fold
from tui import drafting, following, strings
from tui.actions import Action
from tui.screens.base import Sheet
from tui.screens.ticket_form import PIECE, SIMILAR, FormRow
from tui.widgets.palette import Choice
from tui.widgets.prompt import Question, complete_path

WRITES = frozenset({
    "editer", "piece", "transmis", "service", "etat", "numero", "rappel", "relance", "reunir", "separer",
})  # fmt: skip
"""Actions that change the ticket: they reserve it first."""
RENEW_SECONDS = 45
"""Between two renewals while a text or an answer is being typed; a reservation lives two minutes without one."""


class CaseSheet(Sheet):
    """The part of the screen that follows; the ticket itself is made and shown by ``Tickets``."""

    ticket: Ticket | None
    incidents: list[Incident]
    reminding: bool
    reserved: Incident | None = None
    """The incident whose ticket is reserved to us."""

    @property
    def incident(self) -> Incident | None:
        raise NotImplementedError

    @property
    def row(self) -> FormRow | None:
        raise NotImplementedError

    def set_preview(self, previewing: bool) -> None:
        """Show something to read in the place of the ticket, or the ticket again."""
        raise NotImplementedError

    def make(self) -> None:
        raise NotImplementedError

    def show_text(self, lines: list[str]) -> None:
        """Show a text to read in the place of the ticket."""
        raise NotImplementedError

    # Two agents, one ticket.

    def on_mount(self) -> None:
        self.set_interval(RENEW_SECONDS, lambda: self.guarded(self.renew))

    def do(self, action: Action) -> None:
        opens = action.id == "ouvrir" and self.row is not None and self.row.part not in {PIECE, SIMILAR}
        if (action.id in WRITES or opens) and self.ticket is not None and not self.why_not(action):
            reason = self.why_not_write()
            if reason:
                self.say(reason)
                self.refresh_frame()
                return
        super().do(action)

    def why_not_write(self) -> str:
        """Reserve the ticket; the reason why it can only be read, "" when it is ours."""
        incident = self.incident
        if self.session.read_only:
            return strings.read_only(self.session.read_only)
        if incident is None:
            return ""
        if who := following.reserve(self.session, incident):
            return strings.held_by(who)
        self.reserved = incident
        return ""

    def renew(self) -> None:
        """Keep the ticket reserved while something is being typed."""
        if self.reserved is not None and self.is_typing():
            following.reserve(self.session, self.reserved)

    def let_go(self) -> None:
        if self.reserved is not None:
            following.free(self.session, self.reserved)
            self.reserved = None

    def on_screen_suspend(self) -> None:
        self.guarded(self.let_go)

    # State, date, number.

    def do_etat(self) -> None:
        """The states, on the one that holds."""
        if self.incident is not None:
            options = [
                Choice(state, "", str(rank), lambda _, s=state: self.set_state(s))  # type: ignore[misc]
                for rank, state in enumerate(STATES, 1)
            ]
            self.offer("État :", options, at=self.session.state(self.incident))

    def set_state(self, state: str) -> None:
        incident = self.incident
        if incident is None:
            return
        if state in SENT:
            self.ask_sent(state)
        elif state == DELAYED:
            self.ask(Question("Jusqu’au (27/11, lundi, +3 ; vide : le délai prévu) :", self.wait_until))
        else:
            self.change(lambda: self.session.set_state([incident], state), f"Noté : {state}.")

    def wait_until(self, text: str) -> None:
        if (incident := self.incident) is not None:
            until = following.moment_of(text)
            self.change(lambda: self.session.set_state([incident], DELAYED, until=until), "Noté : délai en cours.")

    def do_rappel(self) -> None:
        self.ask(Question("À revoir le (27/11, lundi, +3 pour dans trois jours) :", self.look_again))

    def look_again(self, text: str) -> None:
        if (incident := self.incident) is not None and text.strip():
            said: list[str] = []
            self.change(lambda: said.append(following.postpone(self.session, incident, text)), "")
            self.say(f"À revoir le {said[0]}.   u : annuler" if said else "")

    def why_not_rappel(self) -> str:
        if self.incident is None or self.incident.id not in self.session.states:
            return "Cet incident n'est pas encore suivi : i change son état."
        return "Il est clos : i le rouvre." if self.session.is_closed(self.incident) else ""

    def do_numero(self) -> None:
        if self.incident is not None:
            held = self.session.states.get(self.incident.id)
            self.ask(Question("Numéro donné par le support :", self.keep_number), held.external if held else "")

    def keep_number(self, text: str) -> None:
        if (incident := self.incident) is not None and text.strip():
            self.change(lambda: following.number(self.session, incident, text), f"Noté : n° {text.strip()}.")

    def do_transmis(self) -> None:
        if self.ticket is not None and self.incident is not None:
            self.ask_sent(REMINDED if self.session.was_sent(self.incident) else LEFT)

    def ask_sent(self, state: str) -> None:
        """Note it, or ask first: a second press of the key, or one too early, must not make a false history."""
        doubt = self.doubt_of_sending(state)
        if not doubt:
            self.mark_sent(state)
            return

        def answered(text: str) -> None:
            if fold(text) == fold(strings.YES):
                self.mark_sent(state)
            else:
                self.say("Rien n’a été noté.")

        self.ask(Question(f"{doubt}. Tapez {strings.YES} pour le noter quand même :", answered, keep=False))

    def doubt_of_sending(self, state: str) -> str:
        """Why noting that the ticket left must be confirmed, "" when it need not."""
        held = self.session.states.get(self.incident.id) if self.incident else None
        if state == LEFT and self.ticket is not None and self.ticket.missing:
            return f"Il manque {strings.plural(len(self.ticket.missing), 'élément')} à ce ticket"
        if state == REMINDED and held is not None and not self.reminding and following.is_later(held.until):
            return f"Déjà transmis le {strings.moment(held.sent_at)}, à relancer le {strings.moment(held.until)}"
        return ""

    def mark_sent(self, state: str) -> None:
        incident, ticket = self.incident, self.ticket
        if incident is None or ticket is None:
            return
        self.session.set_state([incident], state, sent=ticket if state == LEFT else None)
        if self.reminding:
            drafting.end_reminder(self.session, incident)
            self.reminding = False
        self.fill()
        self.refresh_frame()
        word = "relancé" if state == REMINDED else "transmis"
        known = self.session.states[incident.id].external
        self.say(f"Noté comme {word}." + ("" if known else "   n : son numéro") + "   u : annuler")

    # Reminders.

    def why_not_relance(self) -> str:
        if self.incident is None or not self.session.was_sent(self.incident):
            return "On ne relance qu'un ticket parti : ! le note comme transmis."
        return ""

    def do_relance(self) -> None:
        """The draft of the reminder, in the place of the ticket; again to come back."""
        self.reminding = not self.reminding
        self.set_preview(False)
        self.make()
        self.refresh_frame()
        self.say("Relance à relire ; ! note qu'elle est partie.   q : revenir au ticket" if self.reminding else "")

    # Out, into a folder.

    def do_ecrire(self) -> None:
        ticket = self.ticket
        if self.reminding and ticket is not None:
            self.ask(
                Question(
                    "Écrire la relance dans :",
                    lambda folder: self.say(drafting.write_reminder(ticket, folder)),
                    complete=complete_path,
                ),
                drafting.default_folder(self.session),
            )
            return
        count = len(self.incidents)
        tickets = [drafting.draft(self.session, incident) for incident in self.incidents]
        ready = sum(ticket.ready for ticket in tickets)
        label = f"Écrire {strings.plural(count, 'ticket')} ({ready} {'prêt' if ready < 2 else 'prêts'}) dans :"
        self.ask(
            Question(label, self.triage.write_tickets, complete=complete_path), drafting.default_folder(self.session)
        )

    # The case.

    def why_not_historique(self) -> str:
        if self.incident is None or self.incident.id not in self.session.states:
            return "Rien n'est encore noté de cet incident."
        return ""

    def do_historique(self) -> None:
        if self.incident is not None:
            self.show_text(following.history(self.session, self.incident))
            self.say("Le dossier, tel qu'il est noté.   q : retour au ticket")

    # One ticket for several.

    def do_reunir(self) -> None:
        """With the look-alike under the cursor, else with the other tickets of the list."""
        incident, row = self.incident, self.row
        if incident is None:
            return
        if row is not None and row.part == SIMILAR:
            other = self.session.known_incidents().get(row.name) or following.kept(self.session, row.name)
            if other is not None:
                self.ask(Question("Cause commune :", lambda why: self.join(other, [incident], why)))
            return
        others = [one for one in self.incidents if one.id != incident.id and not self.session.is_closed(one)]
        if not others:
            self.say("Rien à réunir : marquez plusieurs anomalies (Espace), ou allez sur une ligne « Semblable ».")
            return
        label = f"Un seul ticket pour ces {len(others) + 1} incidents. Cause commune :"
        self.ask(Question(label, lambda why: self.join(incident, others, why)))

    def join(self, lead: Incident, others: list[Incident], why: str) -> None:
        count = following.shared(self.session, lead) + len(others)
        self.change(lambda: following.join(self.session, lead, others, why), f"Un seul ticket pour {count} incidents.")

    def why_not_separer(self) -> str:
        if self.incident is None or following.shared(self.session, self.incident) == 1:
            return "Ce ticket n'est celui que d'un incident."
        return ""

    def do_separer(self) -> None:
        if (incident := self.incident) is not None:
            self.change(lambda: following.part(self.session, incident), "Incidents séparés.")

    def change(self, work: Callable[[], None], said: str) -> None:
        """Do it, show the ticket anew, say what was done."""
        work()
        self.fill()
        self.refresh_frame()
        if said:
            self.say(f"{said}   u : annuler")
