"""Messages: what was received, cut into incidents; who, where to, and how to mend the cut."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual import events
from textual.containers import Container
from textual.widget import Widget

from diagnostics.model import Incident
from diagnostics.states import SHELVED
from tui import pasting, strings
from tui.actions import MESSAGES, Action
from tui.glyphs import fit
from tui.screens.anomalies import card_blocks
from tui.screens.base import WIDE, position
from tui.screens.home import short_name
from tui.screens.message_mend import MendSheet, Row
from tui.screens.message_text import SURE, incident_blocks, message_blocks
from tui.screens.wording import SHORT_ACTORS, people_cell
from tui.screens.writing import ENDS
from tui.theme import DIM, NORMAL, TITLE, WARN, Spans
from tui.widgets.one_line import Rule
from tui.widgets.pane import BLANK, Block, Para, TextPane
from tui.widgets.prompt import Question
from tui.widgets.virtual_list import VirtualList

NEW_PLACE = "message-en-cours"
"""Where a message being typed is kept."""


class Messages(MendSheet):
    screen_id = MESSAGES

    def __init__(self) -> None:
        super().__init__()
        self.list = VirtualList(self.draw, id="messages-list", key=lambda row: row.key, highlight=34)
        self.rule = Rule(id="messages-rule", left=[("Texte", TITLE)])
        self.pane = TextPane(id="messages-pane")
        self.reading = False
        self.card_shown = False
        self.show_closed = False
        self.original = False
        """The whole message is shown in the place of the incident."""

    def body(self) -> Iterable[Widget]:
        with Container(id="messages-split"):
            yield self.list
            yield self.rule
            yield self.pane
            yield self.editor

    def target(self) -> VirtualList | TextPane:
        return self.pane if self.reading else self.list

    def begin_at(self, name: str) -> None:
        self.fill()
        if name:
            self.list.go_to_key(name)
        self.read_pane(False)

    def fill(self) -> None:
        self.list.show(self.rows())
        self.show_detail_soon()

    def rows(self) -> list[Row]:
        """Messages and their incidents; what is closed is hidden until it is asked for."""
        found = []
        for message in self.session.messages:
            shown = [i for i in message.incidents if self.show_closed or not self.session.is_closed(i)]
            if shown or not message.incidents:
                found.append(Row(message.raw.name, message))
                found += [Row(incident.id, message, incident) for incident in shown]
        return found

    def state_line(self) -> tuple[Spans, Spans]:
        messages = self.session.messages
        if not messages:
            return [("Aucun message : collez-en un ici.", DIM)], ()
        incidents = [incident for message in messages for incident in message.incidents]
        text = f"{strings.plural(len(messages), 'message')} · {strings.plural(len(incidents), 'incident')}"
        left = [(text, NORMAL)]
        if closed := sum(self.session.is_closed(incident) for incident in incidents):
            how = "montrés" if self.show_closed else "cachés"
            left.append((f"   {strings.number(closed)} clos {how} (h)", DIM))
        if self.reading and self.pane.hidden_below:
            left.append((f"   encore {strings.plural(self.pane.hidden_below, 'ligne')}", DIM))
        return left, [(position(self.list), DIM)]

    def draw(self, row: Row, width: int) -> Spans:
        incident = row.incident
        if incident is None:
            raw = row.message.raw
            title = raw.subject or short_name(raw.name)
            ask = "  à faire préciser" if row.message.needs_clarification else ""
            count = strings.plural(len(row.message.incidents), "incident")
            return [(fit(title, max(width - 34, 20)) + " ", TITLE), (count, DIM), (ask, WARN)]
        route = self.session.route(incident)
        name = max(14, min(24, width // 3 - 4))
        doubt = " " if incident.confidence >= SURE else "?"
        return [
            ("  ", NORMAL),
            (fit(incident.category or "?", 6), NORMAL),
            (doubt + " ", WARN),
            (people_cell(incident, name) + " ", NORMAL),
            (fit(" ".join(incident.text.split()), max(width - name - 22, 10)) + " ", NORMAL),
            (fit(SHORT_ACTORS[route.recipient] if route else "", 8), NORMAL),
            (strings.STATE_SIGNS.get(self.session.state(incident), "○"), NORMAL),
        ]

    # The detail.

    def on_resize(self, event: events.Resize) -> None:
        self.call_after_refresh(self.show_detail)

    def show_detail(self) -> None:
        caption = "Texte reçu" if self.incident is None or self.original else "Incident"
        self.rule.show([(caption, TITLE)])
        self.pane.show(self.blocks(self.row))

    @property
    def pane_width(self) -> int:
        return max((self.pane.size.width or self.app.size.width) - 4, 30)

    def blocks(self, row: Row | None) -> Sequence[Block]:
        if row is None:
            if self.session.school is None and self.triage.jobs.running:
                return [Para(strings.NOT_YET)]
            return [
                Para("Collez ici un message reçu (mail, action de l’outil de suivi) : il sera découpé en incidents."),
                Para("n en note un au clavier. Un fichier de message se charge comme un export.", DIM),
            ]
        incident = row.incident
        if incident is None or self.original:
            return message_blocks(row.message, incident, self.pane_width)
        if self.card_shown:
            return card_blocks(incident.category, self.pane_width, self.session.settings.catalogue)
        told = incident_blocks(self.session, row.message, incident)
        if not (self.reading or self.app.size.width >= WIDE):
            return told
        return [*told, BLANK, Para("Message reçu", TITLE), *message_blocks(row.message, incident, self.pane_width)]

    def read_pane(self, reading: bool, *, card: bool = False) -> None:
        self.reading, self.card_shown, self.original = reading, card, False
        self.set_class(reading, "-reading")
        self.list.set_active(not reading)
        if reading:
            self.show_detail()
        else:
            self.show_list_first()

    def back(self) -> bool:
        if self.original:
            self.do_original()
            return True
        if self.reading:
            self.read_pane(False)
            return True
        return False

    # Actions.

    def take_paste(self, text: str) -> None:
        if self.is_typing():
            super().take_paste(text)
        elif text.strip():
            self.add(text)

    def do_nouveau(self) -> None:
        """A place for what was said on the phone, or for a message that the terminal does not paste whole."""
        self.show_editor(True)
        self.editor.open(self.session.kept_text(NEW_PLACE))
        self.show_keys()
        self.point_soon()
        self.say(f"Tapez ou collez le message. {ENDS}, et il est découpé.")

    def show_editor(self, shown: bool) -> None:
        for widget in (self.list, self.rule, self.pane):
            widget.display = not shown

    def typed(self, text: str) -> None:
        self.session.keep_typed(NEW_PLACE, text)

    def end_text(self) -> None:
        text = self.editor.close()
        self.show_editor(False)
        if text.strip():
            self.add(text)  # when it is refused what was typed stays kept
        else:
            self.refresh_frame()
            self.say("Rien n’a été noté.")
        self.session.keep_text(NEW_PLACE, "")

    def add(self, text: str) -> None:
        self.session.add_message(text)
        self.fill()
        self.list.go_to_key(self.session.messages[-1].raw.name)
        self.show_detail()
        self.refresh_frame()
        self.say(f"{strings.plural(len(self.session.messages[-1].incidents), 'incident')} dans ce message.")

    def why_not_ouvrir(self) -> str:
        return "" if self.row else "Aucun message : collez-en un ici."

    def do_ouvrir(self) -> None:
        self.read_pane(not self.reading)
        self.refresh_frame()

    def do_autre_volet(self) -> None:
        self.do_ouvrir()

    def label(self, action: Action) -> str:
        return "liste" if action.id == "ouvrir" and self.reading else super().label(action)

    def do_fiche(self) -> None:
        self.read_pane(True, card=not (self.reading and self.card_shown))
        self.refresh_frame()

    def do_suivant(self) -> None:
        self.move_row(1)

    def do_precedent(self) -> None:
        self.move_row(-1)

    def move_row(self, by: int) -> None:
        if self.list.move(by):
            self.show_detail()
            self.refresh_frame()
        else:
            self.say("Dernière ligne." if by > 0 else "Première ligne.")

    why_not_ignorer = why_not_fiche = MendSheet.why_not_incident

    def why_not_original(self) -> str:
        return self.why_not_ouvrir()

    def do_original(self) -> None:
        """The message as it was received, the incident underlined in it; and back."""
        self.original = not self.original
        self.show_detail()
        self.show_state()

    def do_clos(self) -> None:
        self.show_closed = not self.show_closed
        self.fill()
        self.show_state()

    def do_ignorer(self) -> None:
        """What is no incident, or is none of ours, with a reason."""
        incident = self.incident
        if incident is not None:
            self.ask(Question("Raison (cet incident) :", lambda reason: self.close_incident(incident, reason)))

    def close_incident(self, incident: Incident, reason: str) -> None:
        if not reason.strip():
            self.say("Une raison est nécessaire : rien n’a été classé.")
            return
        self.session.set_state([incident], SHELVED, note=f"sans suite : {reason.strip()}")
        self.fill()
        self.show_state()
        self.say("Incident classé sans suite.   u : annuler")

    def open_here(self) -> list[Incident]:
        """The incident of the line; on the line of a message, all those that are still open."""
        if self.incident is not None or self.row is None:
            return [self.incident] if self.incident is not None else []
        return [incident for incident in self.row.message.incidents if not self.session.is_closed(incident)]

    def why_not_ticket(self) -> str:
        return "" if self.open_here() else "Aucun incident ouvert sur cette ligne."

    def do_ticket(self) -> None:
        self.triage.open_tickets(self.open_here())

    def why_not_retirer_message(self) -> str:
        if self.row is None:
            return "Aucun message à retirer."
        if self.incident is not None:
            return "x retire un message entier : placez-vous sur sa ligne. i classe cet incident seul sans suite."
        return ""

    def do_retirer_message(self) -> None:
        """A pasted message goes, with its incidents and what was typed of them: it is personal data."""
        if self.row is not None:
            message = self.row.message
            pasting.withdraw(self.session, message)
            self.fill()
            self.refresh_frame()
            self.say(f"Message retiré, avec {strings.plural(len(message.incidents), 'incident')}.   u : annuler")

    def why_not_questions(self) -> str:
        return "" if self.row is not None else "Aucun message : collez-en un ici."

    def do_questions(self) -> None:
        """The question back to the sender: what is not known, as a closed list."""
        from diagnostics.tickets import question_back

        row = self.row
        if row is None:
            return
        about = self.incident or next(iter(row.message.incidents), None)
        if about is not None:
            self.triage.copy(question_back(about, settings=self.session.settings))
        elif row.message.questions:
            self.triage.copy("\n".join(f"- {question}" for question in row.message.questions))
        else:
            self.say("Ce message ne demande rien : il n’y a aucun incident à préciser.")

    def do_personne(self) -> None:
        found = [
            i for p in (self.incident.persons if self.incident else ()) if (i := self.session.identity_of_person(p))
        ]
        if found:
            self.triage.show_person(found)
        else:
            self.triage.ask_person()
