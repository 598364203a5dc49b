"""A cut message as the JSON document of scripts and as text for the terminal."""

from __future__ import annotations

import textwrap
from typing import Any

from diagnostics.intake.message import Message
from diagnostics.model import ACTOR_LABELS, PROFILE_LABELS, Incident, Person, Profile

WIDTH = 80


def document(message: Message) -> dict[str, Any]:
    """The document of ``ent-triage split --json``."""
    from diagnostics.documents import person_entry, split_entry

    return {
        "incidents": [
            split_entry(one, message.routes[one.id])
            | {
                "text": told(message, one),
                "id": one.id,
                "summary": one.summary,
                "wait_hours": message.routes[one.id].wait_hours,
                "wait_until": message.routes[one.id].wait_until or None,
                "try_first": list(message.routes[one.id].try_first),
                "tried": list(one.tried),
                "findings": [
                    {"id": found, "link": link, "why": why} for found, link, why in message.findings.get(one.id, ())
                ],
            }
            for one in message.incidents
        ],
        "needs_clarification": message.needs_clarification,
        "questions": list(message.questions),
        "sensitive": [{"start": one.start, "end": one.end, "kind": one.kind} for one in message.sensitive],
        "others": [person_entry(person) for person in message.others],
        "sender": person_entry(message.sender) if message.sender else None,
        "homonyms": {name: [person_entry(person) for person in people] for name, people in message.homonyms.items()},
        "pieces": [{"start": piece.start, "end": piece.end, "part": piece.part.value} for piece in message.pieces],
        "attachments": list(message.raw.attachments),
        "notes": list(message.raw.notes),
    }


def told(message: Message, one: Incident) -> str:
    """The incident in the words of the message; ``Incident.text`` leaves out what no ticket may say."""
    return " ".join(message.raw.text[span.start : span.end] for span in one.spans)


def report(message: Message) -> str:
    """The message's incidents as French text, at most 80 columns."""
    from diagnostics import catalogue

    lines = [heading(message)]
    for number, one in enumerate(message.incidents, 1):
        route = message.routes[one.id]
        card = catalogue.card(one.category, message.context.settings.catalogue)
        lines += ["", f"Incident {number} sur {len(message.incidents)} · {one.category}"]
        lines += wrapped(card.label, "  ")
        lines += wrapped(f"« {' '.join(told(message, one).split())} »", "  ")
        if one.persons:
            lines += wrapped("Qui : " + " ; ".join(person_text(person) for person in one.persons), "  ")
        lines += wrapped(
            f"Agit d'abord : {ACTOR_LABELS[route.first_actor]}. Ticket : {ACTOR_LABELS[route.recipient]}.", "  "
        )
        lines += wrapped(f"Pourquoi : {route.why}", "  ")
        lines += wrapped(sureness(one), "  ")
        for _, _, why in message.findings.get(one.id, ()):
            lines += wrapped(f"Les données : {why}", "  ")
        for lack in one.missing:
            lines += wrapped(f"À demander : {lack}", "  ")
        lines += candidates(message, one)
    if message.needs_clarification:
        lines += ["", "Message trop vague pour être traité. Questions à renvoyer :"]
        for question in message.questions:
            lines += wrapped(f"- {question}", "  ")
    if message.raw.attachments:
        lines += ["", *wrapped(f"Pièces jointes du message : {', '.join(message.raw.attachments)}.", "")]
    for note in message.raw.notes:
        lines += wrapped(note, "")
    if message.sensitive:
        kinds = sorted({one.kind for one in message.sensitive})
        lines += [
            "",
            *wrapped(f"Faits sensibles (ne pas transmettre à un support extérieur) : {', '.join(kinds)}.", ""),
        ]
    return "\n".join(lines)


def candidates(message: Message, one: Incident) -> list[str]:
    """The persons of the exports among whom the agent has to choose, for each name that several bear."""
    lines: list[str] = []
    for person in one.persons:
        name = " ".join(filter(None, (person.given_names, person.surname)))
        among = message.homonyms.get(name, ()) if not person.identity else ()
        if among:
            lines += wrapped(f"Peut être : {' ; '.join(person_text(other) for other in among)}", "  ")
    return lines


def heading(message: Message) -> str:
    count = len(message.incidents)
    if not count:
        return "Aucun incident dans ce message."
    return "1 incident dans ce message." if count == 1 else f"{count} incidents dans ce message : {count} tickets."


def sureness(one: Incident) -> str:
    said = f"Confiance : {round(100 * one.confidence)} %"
    if one.words:
        said += " · mots : " + ", ".join(f"« {word} »" for word in one.words[:4])
    if one.alternatives:
        said += f" · ou bien : {', '.join(one.alternatives)}"
    return said


def person_text(person: Person) -> str:
    name = " ".join(filter(None, (person.given_names, person.surname.upper()))) or "nom inconnu"
    details = [PROFILE_LABELS[person.profile]] if person.profile is not Profile.INCONNU else []
    details += [person.division] if person.division else []
    details += [person.function] if person.function and person.function.lower() not in " ".join(details) else []
    return f"{name} ({', '.join(details)})" if details else name


def wrapped(said: str, indent: str) -> list[str]:
    return textwrap.wrap(said, WIDTH, initial_indent=indent, subsequent_indent=indent + "  ", break_long_words=True)
