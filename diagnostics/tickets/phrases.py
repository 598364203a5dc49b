"""Small French wording: a person as a ticket names one, sentences, quotes."""

from __future__ import annotations

import re

from diagnostics.model import PROFILE_LABELS, Person, Record
from diagnostics.safety import clean


def named(person: Person) -> str:
    return f"{person.surname.upper()} {person.given_names}".strip() or "personne sans nom"


def described(person: Person) -> str:
    parts = (
        named(person),
        PROFILE_LABELS[person.profile],
        f"classe {person.division}" if person.division else "",
        person.function,
    )
    return clean(", ".join(filter(None, parts)))


def person_of(record: Record) -> Person:
    return Person(
        surname=record.surname,
        given_names=record.given_names,
        profile=record.profile,
        division=record.division,
    )


def plural(label: str) -> str:
    first, _, rest = label.partition(" ")
    return f"{first}s {rest}".strip() if first != "non" else f"{label}s"


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """The text with a capital and an end mark."""
    text = capital(text.strip())
    return text if not text or text.endswith((".", "!", "?", "…", ":", "»")) else f"{text}."


def quote(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def tidy(text: str) -> str:
    """No trailing space, no doubled full stop, never two blank lines."""
    lines = [re.sub(r"(?<!\.)\.\.$", ".", line.rstrip()) for line in text.strip().splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n"
