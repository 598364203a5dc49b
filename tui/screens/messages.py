"""Messages: what was received, cut into incidents; who, where to, and how to mend the cut."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from textual import events
from textual.containers import Container
from textual.widget import Widget

from diagnostics import intake
from diagnostics.intake import Message
from diagnostics.model import Identity, Incident, Person
from tui import strings
from tui.actions import MESSAGES
from tui.glyphs import fit, wrap
from tui.screens.anomalies import card_blocks
from tui.screens.base import Sheet, position
from tui.screens.home import short_name
from tui.screens.wording import SHORT_ACTORS, labelled, people_of, person_line, route_blocks
from tui.theme import ACCENT, BAD, DIM, HIT, KEY, NORMAL, TITLE, WARN, Span, Spans
from tui.widgets.one_line import Rule
from tui.widgets.pane import BLANK, Block, Fixed, Para, TextPane
from tui.widgets.prompt import Question
from tui.widgets.virtual_list import VirtualList

SURE = 0.75
"""Confidence from which the category is shown without a question mark."""


@dataclass(frozen=True)
class Row:
    """A message, or one of its incidents."""

    key: str
    message: Message
    incident: Incident | None = None


class Messages(Sheet):
    screen_id = MESSAGES

    def __init__(self) -> None:
        super().__init__()
        self.list = VirtualList(self.draw, id="messages-list", key=lambda row: row.key, highlight=34)
        self.rule = Rule(id="messages-rule", left=[("Texte", TITLE)])
        self.pane = TextPane(id="messages-pane")
        self.reading = False
        self.card_shown = False

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
        self.show_detail()

    def rows(self) -> list[Row]:
        found = []
        for message in self.session.messages:
            found.append(Row(message.raw.name, message))
            found += [Row(incident.id, message, incident) for incident in message.incidents]
        return found

    def state_line(self) -> tuple[Spans, Spans]:
        messages = self.session.messages
        if not messages:
            return [("Aucun message : collez-en un ici.", DIM)], ()
        count = sum(len(message.incidents) for message in messages)
        text = f"{strings.plural(len(messages), 'message')} · {strings.plural(count, 'incident')}"
        return [(text, NORMAL)], [(position(self.list), DIM)]

    def draw(self, row: Row, width: int) -> Spans:
        incident = row.incident
        if incident is None:
            raw = row.message.raw
            title = raw.subject or short_name(raw.name)
            ask = "  à faire préciser" if row.message.needs_clarification else ""
            count = strings.plural(len(row.message.incidents), "incident")
            return [(fit(title, max(width - 34, 20)) + " ", TITLE), (count, DIM), (ask, WARN)]
        route = row.message.routes[incident.id]
        doubt = " " if incident.confidence >= SURE else "?"
        return [
            ("  ", NORMAL),
            (incident.category, NORMAL),
            (doubt + " ", WARN),
            (fit(people_of(incident) or "–", 24) + " ", NORMAL),
            (fit(" ".join(incident.text.split()), max(width - 46, 10)) + " ", NORMAL),
            (fit(SHORT_ACTORS[route.recipient], 9), NORMAL),
        ]

    # The detail.

    def moved(self) -> None:
        self.show_detail()

    def show_detail(self) -> None:
        self.pane.show(self.blocks(self.row))

    def blocks(self, row: Row | None) -> Sequence[Block]:
        if row is None:
            return [
                Para("Collez ici un message reçu (mail, action de l’outil de suivi) : il sera découpé en incidents."),
                Para("Un fichier de message se charge comme un export.", DIM),
            ]
        incident = row.incident
        if incident is None:
            return self.message_blocks(row.message)
        if self.card_shown:
            return card_blocks(incident.category, self.app.size.width - 2, self.session.settings.catalogue)
        return self.incident_blocks(row.message, incident)

    def message_blocks(self, message: Message) -> list[Block]:
        """The whole text, incidents underlined, then what is not clear."""
        raw = message.raw
        blocks: list[Block] = [
            labelled(label, value)
            for label, value in (("De", raw.sender), ("Objet", raw.subject), ("Reçu", raw.sent_on.replace("T", " à ")))
            if value
        ]
        blocks += [Para(note, WARN) for note in raw.notes]
        if message.needs_clarification:
            blocks.append(Para("Trop peu est dit pour aiguiller. y copie la question à renvoyer :", BAD))
            blocks += [Para(question, lead=[("- ", DIM)]) for question in message.questions]
        if message.sensitive:
            kinds = ", ".join(sorted({one.kind for one in message.sensitive}))
            blocks.append(Para(f"Ne doit pas partir vers un support : {kinds}.", BAD))
        if message.others:
            blocks.append(labelled("Cités", " ; ".join(person_line(person) for person in message.others), DIM))
        spans = [(span.start, span.end) for incident in message.incidents for span in incident.spans]
        return [*blocks, BLANK, *text_blocks(raw.text, spans, max(self.app.size.width - 4, 40))]

    def incident_blocks(self, message: Message, incident: Incident) -> list[Block]:
        from diagnostics.catalogue import card

        label = card(incident.category, self.session.settings.catalogue).label
        sure = "" if incident.confidence >= SURE else f" (à vérifier ; sinon {', '.join(incident.alternatives[:3])})"
        blocks: list[Block] = [
            Para(f"« {' '.join(incident.text.split())} »", ACCENT),
            Para(label + sure, lead=[(f"{incident.category}  ", KEY)], hang=2),
        ]
        blocks += [labelled("Qui" if i == 0 else "", person_line(p)) for i, p in enumerate(incident.persons)]
        for name, people in message.homonyms.items():
            if any(f"{p.given_names} {p.surname}".strip() == name for p in incident.persons):
                blocks.append(labelled("Homonymes", " ; ".join(person_line(person) for person in people), WARN))
        blocks += [
            labelled("Données", why, BAD if link == "contredit" else NORMAL)
            for _, link, why in message.findings.get(incident.id, ())
        ]
        blocks += route_blocks(message.routes[incident.id])
        if incident.missing:
            blocks += [labelled("Manque" if i == 0 else "", text, WARN) for i, text in enumerate(incident.missing)]
        return blocks

    def read_pane(self, reading: bool, *, card: bool = False) -> None:
        self.reading, self.card_shown = reading, card
        self.set_class(reading, "-reading")
        self.list.set_active(not reading)
        self.show_detail()

    def back(self) -> bool:
        if self.reading:
            self.read_pane(False)
            return True
        return False

    # Actions.

    def on_paste(self, event: events.Paste) -> None:
        if self.prompt.is_open:
            super().on_paste(event)
        elif event.text.strip():
            self.guarded(lambda: self.add(event.text))

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

    why_not_fiche = why_not_ticket = why_not_couper = why_not_categorie = why_not_concerner = why_not_incident

    def do_ticket(self) -> None:
        if self.incident is not None:
            self.triage.open_tickets([self.incident])

    def do_couper(self) -> None:
        row, incident = self.row, self.incident
        if row is None or incident is None:
            return
        if len(incident.spans) != 1:
            self.say("Cet incident est en plusieurs morceaux : réunissez ou coupez ses voisins.")
            return
        start = incident.spans[0].start
        text = row.message.raw.text[start : incident.spans[0].end].replace("\n", " ")
        question = Question(
            "Flèches puis Entrée :",
            lambda _: self.change(row.message, intake.cut_at(row.message, incident.id, start + self.prompt.caret)),
            frozen=True,
        )
        self.ask(question, text)

    def why_not_reunir(self) -> str:
        return self.why_not_incident() or ("" if self.following() else "Aucun incident après celui-ci dans le message.")

    def following(self) -> Incident | None:
        """The next incident of the same message."""
        if self.row is None or self.incident is None:
            return None
        incidents = self.row.message.incidents
        after = incidents.index(self.incident) + 1
        return incidents[after] if after < len(incidents) else None

    def do_reunir(self) -> None:
        row, incident, other = self.row, self.incident, self.following()
        if row is not None and incident is not None and other is not None:
            self.change(row.message, intake.join(row.message, incident.id, other.id))

    def do_categorie(self) -> None:
        row, incident = self.row, self.incident
        if row is not None and incident is not None:
            question = Question(
                "Catégorie :",
                lambda code: self.change(row.message, intake.set_category(row.message, incident.id, code)),
                complete=lambda text: complete_category(text, incident.alternatives),
            )
            self.ask(question)

    def do_concerner(self) -> None:
        self.ask(Question("Nom de la personne concernée :", self.concern))

    def concern(self, query: str) -> None:
        row, incident = self.row, self.incident
        found = self.session.find_people(query)
        if row is None or incident is None or not query.strip():
            return
        if len(found) > 1:
            people = " ; ".join(person_line(as_person(identity)) for identity in found[:4])
            self.say(f"{len(found)} personnes : {people}. Précisez le prénom ou la classe.")
        elif not found:
            self.say(f"Personne ne s’appelle « {query.strip()} » dans les exports chargés.")
        else:
            persons = [*incident.persons, as_person(found[0])]
            self.change(row.message, intake.set_persons(row.message, incident.id, persons))

    def change(self, before: Message, after: Message) -> None:
        """Put the mended message in the place of the old one."""
        self.session.change_message(before, after)
        self.fill()
        self.refresh_frame()
        self.say(f"{strings.plural(len(after.incidents), 'incident')} dans ce message.")

    def do_questions(self) -> None:
        """The question back to the sender: what is not known, as a closed list."""
        from diagnostics.tickets import question_back

        if self.row is not None and self.row.message.incidents:
            about = self.incident or self.row.message.incidents[0]
            self.triage.copy(question_back(about, settings=self.session.settings))
        else:
            self.say("Rien à demander.")

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


def complete_category(text: str, nearest: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Codes that begin so; the likeliest when nothing is typed."""
    from diagnostics.catalogue import cards

    if not text.strip():
        return text, tuple(nearest)
    found = tuple(code for code in cards() if code.startswith(text.strip().upper()))
    return (found[0], ()) if len(found) == 1 else (text, found[:8])


def text_blocks(text: str, spans: Sequence[tuple[int, int]], width: int) -> list[Block]:
    """The text as it was written, the given ranges underlined."""
    blocks: list[Block] = []
    start = 0
    for line in text.split("\n"):
        offset = start
        for piece in wrap(line, width):
            at = text.find(piece, offset, start + len(line) + 1)
            at = offset if at < 0 else at
            blocks.append(Fixed(underlined(piece, at, spans)))
            offset = at + len(piece)
        start += len(line) + 1
    return blocks


def underlined(piece: str, start: int, spans: Sequence[tuple[int, int]]) -> list[Span]:
    """A line cut where a range begins or ends."""
    edges = sorted({0, len(piece), *(max(0, min(edge - start, len(piece))) for span in spans for edge in span)})
    return [
        (piece[a:b], HIT if any(first <= start + a < last for first, last in spans) else NORMAL)
        for a, b in pairwise(edges)
    ]
