"""How the cut of a message is mended: where it is cut, what goes together, the category, who is concerned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from diagnostics import intake
from diagnostics.intake import Message
from diagnostics.model import Identity, Incident, Person
from tui import strings
from tui.screens.detail import Detailed
from tui.screens.message_text import namesakes_of
from tui.screens.wording import person_line, person_name
from tui.screens.writing import Writing
from tui.widgets.palette import Choice
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


class MendSheet(Writing, Detailed):
    """The part of the screen that changes what the program made of a message."""

    list: VirtualList

    @property
    def row(self) -> Row | None:
        return self.list.current

    @property
    def incident(self) -> Incident | None:
        return self.row.incident if self.row else None

    def why_not_incident(self) -> str:
        return "" if self.incident else "Placez-vous sur un incident du message."

    why_not_couper = why_not_categorie = why_not_concerner = why_not_incident

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


def as_person(identity: Identity) -> Person:
    return Person(surname=identity.surname, given_names=identity.given_names, profile=identity.profile,
                  division=identity.division, identity=identity.id)  # fmt: skip


def without(persons: Sequence[Person], person: Person) -> tuple[Person, ...]:
    return tuple(other for other in persons if other is not person)
