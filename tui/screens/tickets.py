"""Tickets: one for each incident; its text, the four rules live, what it carries, what it lacks, and the way out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from textual import events
from textual.containers import Container
from textual.widget import Widget

from diagnostics.model import ACTOR_LABELS, Actor, Incident, Ticket
from tui import drafting, following, strings
from tui.actions import TICKETS, Action
from tui.screens.base import position
from tui.screens.ticket_form import (
    CAPTION,
    FIELD,
    LABEL,
    LACK,
    PIECE,
    RULES,
    SERVICE,
    SIMILAR,
    SUBJECT,
    FormRow,
    draw_row,
    form_rows,
    preview_blocks,
)
from tui.screens.ticket_text import TextSheet
from tui.screens.wording import people_of
from tui.theme import BAD, DIM, GOOD, NORMAL, TITLE, WARN, Spans
from tui.widgets.one_line import OneLine, Rule
from tui.widgets.palette import Choice
from tui.widgets.pane import BLANK, Para, TextPane
from tui.widgets.prompt import Question, complete_path
from tui.widgets.virtual_list import VirtualList

IN_SETTINGS = {
    "Émetteur": (
        ("sender_name", "Votre nom :"),
        ("sender_function", "Votre fonction :"),
        ("sender_contact", "Votre courriel ou téléphone :"),
    ),
    "Établissement": (("school_name", "Nom de l’établissement :"), ("uai", "UAI de l’établissement :")),
}
"""What a ticket lacks and only the settings can give, by the first word of the lack."""
REMINDER = "relance"
"""The text of the reminder, beside that of the ticket."""


class Tickets(TextSheet):
    screen_id = TICKETS

    def __init__(self) -> None:
        super().__init__()
        self.form = VirtualList(
            draw_row,
            id="ticket-form",
            key=lambda row: row.key,
            skip=lambda row: row.part == CAPTION,
            highlight=LABEL + 2,
        )
        self.preview = TextPane(id="ticket-preview")
        self.rule = Rule(id="ticket-rule")
        self.checks = OneLine(id="ticket-checks")
        self.incidents: list[Incident] = []
        self.index = 0
        self.ticket: Ticket | None = None
        self.previewing = False
        self.reminding = False
        """The reminder of the ticket is shown in its place."""
        self.held = ""
        """Who else writes the current ticket."""

    def body(self) -> Iterable[Widget]:
        with Container(id="ticket-split"):
            yield self.form
            yield self.editor
            yield self.preview
        yield self.rule
        yield self.checks

    def target(self) -> VirtualList | TextPane:
        return self.preview if self.previewing else self.form

    @property
    def incident(self) -> Incident | None:
        return self.incidents[self.index] if self.index < len(self.incidents) else None

    @property
    def row(self) -> FormRow | None:
        return self.form.current

    def side(self) -> str:
        return REMINDER if self.reminding else ""

    def turn_to(self, side: str) -> None:
        self.reminding = side == REMINDER
        self.make()

    def begin(self, incidents: Sequence[Incident], *, keep: bool = True) -> None:
        """Work on the tickets of these incidents; with ``keep`` each becomes a draft at once.

        One that looks like an open one is only shown, with it: a second draft is the agent's choice.
        """
        self.guarded(self.let_go)
        self.incidents = following.leads(self.session, incidents)
        self.index = 0
        self.reminding = False
        for incident in self.incidents if keep and not self.session.read_only else ():
            if (message := following.message_of(self.session, incident)) is not None:
                following.keep_case(self.session, message)
            if incident.id not in self.session.drafts and not following.surely_alike(self.session, incident):
                drafting.start(self.session, incident)
        self.set_preview(False)
        self.form.show((), keep=False)  # each visit begins at the first line

    def breadcrumb(self) -> str:
        return (
            f"{super().breadcrumb()} {self.index + 1}/{len(self.incidents)}" if self.incidents else super().breadcrumb()
        )

    def fill(self) -> None:
        known = self.session.known_incidents()
        mine = [known[i.id] for i in self.incidents if i.id in known]
        if not mine:
            mine = [i for i in known.values() if i.id in self.session.drafts and not self.session.is_closed(i)]
        self.incidents = following.leads(self.session, mine)
        self.index = min(self.index, max(len(self.incidents) - 1, 0))
        self.make()

    def make(self) -> None:
        """The ticket of the current incident, from the data and from what was typed."""
        incident = self.incident
        self.reminding = self.reminding and incident is not None and self.session.was_sent(incident)
        make = drafting.reminder if self.reminding else drafting.draft
        self.ticket = make(self.session, incident) if incident is not None else None
        self.held = following.holder(self.session, incident) if incident is not None else ""
        self.show_ticket()

    def show_ticket(self) -> None:
        self.form.show(self.rows())
        self.rule.show([("Règles et pièces", TITLE)] if self.ticket else ())
        self.checks.show(self.check_spans())

    def state_line(self) -> tuple[Spans, Spans]:
        ticket = self.ticket
        if ticket is None:
            return [("aucun ticket en préparation", DIM)], ()
        state = self.session.state(ticket.incident)
        ready = (
            ("prêt", GOOD)
            if ticket.ready
            else (strings.plural(len(ticket.missing), "élément manque", "éléments manquent"), WARN)
        )
        if self.held:
            return [(strings.held_by(self.held), WARN)], [(position(self.form), DIM)]
        what = "relance   " if self.reminding else ""
        left = [
            (f"{ticket.incident.category} {people_of(ticket.incident)}   ", NORMAL),
            (what, WARN),
            ready,
            (f"   état : {state}", DIM),
        ]
        return left, [(position(self.form), DIM)]

    def check_spans(self) -> Spans:
        """The four rules on one line: a filled sign when kept, an empty one when not."""
        ticket = self.ticket
        if ticket is None:
            return ()
        spans = [(" ", NORMAL)]
        for check in ticket.checks:
            sign, role = ("●", GOOD) if check.ok else ("○", BAD)
            spans += [(f"{sign} ", role), (f"{RULES.get(check.rule, str(check.rule))}   ", NORMAL)]
        return spans

    # The form.

    def rows(self) -> list[FormRow]:
        return form_rows(self.session, self.ticket, self.app.size.width)

    # Actions.

    def why_not_ticket(self) -> str:
        return "" if self.ticket is not None else "Aucun ticket : dans la liste des anomalies, t en prépare un."

    why_not_editer = why_not_ecrire = why_not_transmis = why_not_copier = why_not_service = why_not_ticket
    why_not_etat = why_not_numero = why_not_reunir = why_not_ticket

    def do_ouvrir(self) -> None:
        row = self.form.current
        if row is not None and row.part == PIECE:
            self.show_piece(row.name)
        elif row is not None and row.part == SIMILAR:
            self.open_similar(row.name)
        elif self.ticket is not None:
            self.do_editer()

    def open_similar(self, identifier: str) -> None:
        """The ticket that this one looks like."""
        other = self.session.known_incidents().get(identifier)
        if other is None:
            self.say("Ce ticket vient d'ailleurs : ses exports ou son message ne sont pas chargés ici.   = : réunir")
            return
        self.begin([other, *self.incidents], keep=False)
        self.fill()
        self.refresh_frame()

    why_not_ouvrir = why_not_ticket

    def do_editer(self) -> None:
        row, ticket = self.form.current, self.ticket
        if row is None or ticket is None:
            return
        if row.part == SUBJECT:
            self.ask(Question("Objet :", lambda text: self.save(subject=text)), ticket.subject)
        elif row.part == SERVICE:
            self.do_service()
        elif row.part == FIELD:
            self.ask(
                Question(f"{self.label_of(row)} :", lambda text: self.save(fields={row.name: text.strip()})),
                ticket.fields.get(row.name, ""),
            )
        elif row.part == LACK:
            self.edit_lack(ticket, row.name)
        elif row.part == PIECE:
            self.show_piece(row.name)
        else:
            self.edit_text(ticket)

    def label_of(self, row: FormRow) -> str:
        """The label of a field, which its first lines bear."""
        words = (one.label for one in self.form.rows if (one.part, one.name) == (row.part, row.name) and one.label)
        return " ".join(words) or row.name

    def edit_lack(self, ticket: Ticket, lack: str) -> None:
        """Fill what is missing where it belongs: a document's absence, or the settings of the school and the sender."""
        field = drafting.absent_piece(self.session, ticket, lack)
        missing_settings = next((names for start, names in IN_SETTINGS.items() if lack.startswith(start)), ())
        if field:
            self.ask(Question("Pourquoi sans cette pièce :", lambda text: self.save(fields={field: text})))
        elif missing_settings:
            self.ask_settings(missing_settings, {})
        else:
            self.say(lack)

    def ask_settings(self, names: Sequence[tuple[str, str]], answers: dict[str, str]) -> None:
        """Ask for settings one after the other, then keep them."""
        if not names:
            self.session.change_settings(answers)
            self.make()
            self.refresh_frame()
            self.say("Réglages enregistrés.")
            return
        (name, label), *rest = names
        held = str(getattr(self.session.settings, name))
        self.ask(Question(label, lambda text: self.ask_settings(rest, {**answers, name: text.strip()})), held)

    def save(
        self,
        *,
        subject: str | None = None,
        body: str | None = None,
        fields: dict[str, str] | None = None,
        recipient: str | None = None,
    ) -> None:
        """Keep what the agent changed, then make the ticket again."""
        if self.incident is not None and self.ticket is not None:
            drafting.save(
                self.session, self.ticket, subject=subject, body=body, fields=fields, recipient=recipient,
                reminding=self.reminding,
            )  # fmt: skip
            self.make()
            self.refresh_frame()
            self.say("Enregistré.   u : annuler")

    def do_service(self) -> None:
        """Whom the ticket goes to, of those that the route allows; r changes the route itself."""
        ticket = self.ticket
        if ticket is None:
            return
        saved = self.session.drafts.get(ticket.incident.id)
        options = [
            Choice(ACTOR_LABELS[Actor(name)] if name else "comme proposé", why, "", partial(self.set_service, name))
            for name, why in drafting.recipients(self.session, ticket).items()
        ]
        held = ACTOR_LABELS[Actor(saved.recipient)] if saved and saved.recipient else "comme proposé"
        self.offer("Ticket vers :", options, at=held, search=True)

    def set_service(self, name: str, _: str) -> None:
        self.save(recipient=name)
        if self.ticket is not None:
            self.say(f"Vers {ACTOR_LABELS[self.ticket.recipient]}.   u : annuler")

    def do_piece(self) -> None:
        self.ask(Question("Fichier à joindre :", self.attach, complete=complete_path))

    why_not_piece = why_not_ticket

    def attach(self, path: str) -> None:
        if self.ticket is not None and path.strip():
            drafting.add_file(self.session, self.ticket, Path(path.strip()).expanduser())
            self.make()
            self.refresh_frame()
            self.say("Fichier joint.   u : annuler")

    def show_piece(self, name: str) -> None:
        piece = next((a for a in (self.ticket.attachments if self.ticket else ()) if a.name == name), None)
        if piece is not None:
            self.set_preview(True)
            self.preview.show(preview_blocks(piece))
            self.say(f"{piece.name} : ce qui partira.   q : retour au ticket")

    def show_text(self, lines: list[str]) -> None:
        self.set_preview(True)
        self.preview.show([Para(line, NORMAL) if line else BLANK for line in lines])

    def set_preview(self, previewing: bool) -> None:
        self.previewing = previewing
        self.preview.display = previewing
        self.form.display = not previewing
        self.form.set_active(not previewing)

    def back(self) -> bool:
        if self.previewing:
            self.set_preview(False)
            return True
        if self.reminding:
            self.reminding = False
            self.make()
            return True
        return False

    def do_autre_volet(self) -> None:
        if self.previewing:
            self.set_preview(False)
        elif self.ticket is not None and self.ticket.attachments:
            self.show_piece(self.ticket.attachments[0].name)

    def do_suivant(self) -> None:
        self.step(1)

    def do_precedent(self) -> None:
        self.step(-1)

    def step(self, by: int) -> None:
        if 0 <= self.index + by < len(self.incidents):
            self.let_go()
            self.index += by
            self.reminding = False
            self.set_preview(False)
            self.make()
            self.form.go(0)
            self.refresh_frame()
        else:
            self.say("Dernier ticket." if by > 0 else "Premier ticket.")

    def do_copier(self) -> None:
        if self.ticket is not None:
            self.triage.copy(f"{self.ticket.subject}\n\n{self.ticket.body}")

    def do_personne(self) -> None:
        people = self.ticket.incident.persons if self.ticket else ()
        found = [identity for person in people if (identity := self.session.identity_of_person(person))]
        if found:
            self.triage.show_person(found)
        else:
            self.triage.ask_person()

    def label(self, action: Action) -> str:
        if action.id == "ouvrir" and self.form.current is not None and self.form.current.part == PIECE:
            return "voir"
        return "modifier" if action.id == "ouvrir" else super().label(action)

    def on_resize(self, event: events.Resize) -> None:
        # The frame follows by the handler of the base; a size that is over is not laid out.
        if event.size == self.app.size:
            self.call_after_refresh(self.show_ticket)
