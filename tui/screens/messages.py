"""Messages: what was received, cut into incidents; who, where to, and how to mend the cut."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from textual import events
from textual.containers import Container
from textual.widget import Widget

from diagnostics import intake
from diagnostics.intake import Message
from diagnostics.model import Identity, Incident, Person
from diagnostics.states import SHELVED
from tui import pasting, strings
from tui.actions import MESSAGES, Action
from tui.glyphs import fit
from tui.screens.anomalies import card_blocks
from tui.screens.base import WIDE, position
from tui.screens.detail import Detailed
from tui.screens.home import short_name
from tui.screens.message_text import SURE, incident_blocks, message_blocks, namesakes_of
from tui.screens.wording import SHORT_ACTORS, people_of, person_line, person_name
from tui.theme import DIM, NORMAL, TITLE, WARN, Spans
from tui.widgets.one_line import Rule
from tui.widgets.palette import Choice
from tui.widgets.pane import BLANK, Block, Para, TextPane
from tui.widgets.prompt import Question
from tui.widgets.virtual_list import VirtualList

MOST_FOUND = 40
"""Persons offered for a name: more, and one more word says who."""


@dataclass(frozen=True)
class Row:
    """A message, or one of its incidents."""

    key: str
    message: Message
    incident: Incident | None = None


class Messages(Detailed):
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

    def target(self) -> VirtualList | TextPane:
        return self.pane if self.reading else self.list

    @property
    def row(self) -> Row | None:
        return self.list.current

    @property
    def incident(self) -> Incident | None:
        return self.row.incident if self.row else None

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
        doubt = " " if incident.confidence >= SURE else "?"
        return [
            ("  ", NORMAL),
            (fit(incident.category or "?", 6), NORMAL),
            (doubt + " ", WARN),
            (fit(people_of(incident) or "–", 24) + " ", NORMAL),
            (fit(" ".join(incident.text.split()), max(width - 46, 10)) + " ", NORMAL),
            (fit(SHORT_ACTORS[route.recipient] if route else "", 8), NORMAL),
            (strings.STATE_SIGNS.get(self.session.state(incident), "○"), NORMAL),
        ]

    # The detail.

    def on_resize(self, event: events.Resize) -> None:
        self.call_after_refresh(self.show_detail)

    def show_detail(self) -> None:
        self.pane.ruled = self.app.size.width >= WIDE
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
                Para("Un fichier de message se charge comme un export.", DIM),
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
        if self.prompt.is_open:
            super().take_paste(text)
        elif text.strip():
            self.add(text)

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

    def why_not_incident(self) -> str:
        return "" if self.incident else "Placez-vous sur un incident du message."

    why_not_ignorer = why_not_fiche = why_not_ticket = why_not_couper = why_not_categorie = why_not_concerner = (
        why_not_incident
    )

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

    def do_ticket(self) -> None:
        if self.incident is not None:
            self.triage.open_tickets([self.incident])

    def do_couper(self) -> None:
        """Place the caret in the incident's text; a cut may fall in any of its pieces."""
        row, incident = self.row, self.incident
        if row is None or incident is None:
            return
        places = [at for span in incident.spans for at in (*range(span.start, span.end), span.end)]
        text = "".join(row.message.raw.text[at] if at < span.end else " "
                       for span in incident.spans for at in (*range(span.start, span.end), span.end))  # fmt: skip
        question = Question(
            "Couper où ?",
            lambda _: self.change(
                row.message,
                intake.cut_at(row.message, incident.id, places[min(self.prompt.caret, len(places) - 1)]),
            ),
            frozen=True,
        )
        self.ask(question, text.replace("\n", " ").rstrip())

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

    def why_not_rassembler(self) -> str:
        return self.why_not_incident() or ("" if self.following() else "Aucun incident après celui-ci dans le message.")

    def following(self) -> Incident | None:
        """The next incident of the same message."""
        if self.row is None or self.incident is None:
            return None
        incidents = self.row.message.incidents
        after = incidents.index(self.incident) + 1
        return incidents[after] if after < len(incidents) else None

    def do_rassembler(self) -> None:
        row, incident, other = self.row, self.incident, self.following()
        if row is not None and incident is not None and other is not None:
            self.change(row.message, intake.join(row.message, incident.id, other.id))

    def do_categorie(self) -> None:
        """Every category, the likeliest first; words narrow the list."""
        from diagnostics.catalogue import cards

        row, incident = self.row, self.incident
        if row is None or incident is None:
            return
        known = cards(self.session.settings.catalogue)
        near = [code for code in (incident.category, *incident.alternatives) if code in known]
        codes = list(dict.fromkeys([*near, *sorted(known)]))
        options = [
            Choice(("≈ " if code in near else "  ") + code, known[code].label, "", partial(self.set_category, code))
            for code in codes
        ]
        self.offer("Catégorie (des mots la trouvent) :", options, search=True)

    def set_category(self, code: str, _: str) -> None:
        row, incident = self.row, self.incident
        if row is not None and incident is not None:
            self.change(row.message, intake.set_category(row.message, incident.id, code))
            self.say(f"{code} : le destinataire suit.   u : annuler")

    def do_concerner(self) -> None:
        """Who is concerned: take somebody off, choose between namesakes, add somebody."""
        row, incident = self.row, self.incident
        if row is None or incident is None:
            return
        persons = incident.persons
        options = [
            Choice(
                f"- {person_name(person)}",
                "retirer de cet incident",
                "",
                partial(self.set_persons, without(persons, person)),
            )
            for person in persons
        ]
        for person, namesakes in namesakes_of(row.message, incident):
            options += [
                Choice(f"= {person_name(other)}", person_line(other), "",
                       partial(self.set_persons, (*without(persons, person), other)))
                for other in namesakes
            ]  # fmt: skip
        options += [
            Choice(
                f"+ {person_name(other)}",
                f"ajouter : {person_line(other)}",
                "",
                partial(self.set_persons, (*persons, other)),
            )
            for other in row.message.others
        ]
        if not options:
            self.ask_concerned("")
            return
        options.append(Choice("+ quelqu’un d’autre…", "chercher dans les exports chargés", "", self.ask_concerned))
        self.offer("Qui est concerné :", options, search=True)

    def ask_concerned(self, _: str) -> None:
        self.ask(Question("Nom de la personne concernée :", self.concern))

    def concern(self, query: str) -> None:
        incident = self.incident
        found = self.session.find_people(query)
        if incident is None or not query.strip():
            return
        if not found:
            self.say(strings.nobody(query.strip()))
            return
        options = [
            Choice(person_name(person), person_line(person), "", partial(self.set_persons, (*incident.persons, person)))
            for person in map(as_person, found[:MOST_FOUND])
        ]
        if len(options) == 1:
            options[0].run("")
        else:
            self.offer("Laquelle :", options, search=True)

    def set_persons(self, persons: Sequence[Person], _: str) -> None:
        row, incident = self.row, self.incident
        if row is not None and incident is not None:
            self.change(row.message, intake.set_persons(row.message, incident.id, persons))

    def change(self, before: Message, after: Message) -> None:
        """Put the mended message in the place of the old one."""
        kept = {incident.id for incident in before.incidents}
        self.session.change_message(before, after)
        self.fill()
        new = next((incident.id for incident in after.incidents if incident.id not in kept), "")
        if new:
            self.list.go_to_key(new)
            self.show_detail()
        self.refresh_frame()
        self.say(f"{strings.plural(len(after.incidents), 'incident')} dans ce message.   u : annuler")

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


def as_person(identity: Identity) -> Person:
    return Person(surname=identity.surname, given_names=identity.given_names, profile=identity.profile,
                  division=identity.division, identity=identity.id)  # fmt: skip


def without(persons: Sequence[Person], person: Person) -> tuple[Person, ...]:
    return tuple(other for other in persons if other is not person)
