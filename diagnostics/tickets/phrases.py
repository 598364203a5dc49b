"""Small French wording: a person as a ticket names one, sentences, quotes."""

from __future__ import annotations

import re
from collections.abc import Mapping

from diagnostics.model import PROFILE_LABELS, Person, Profile, Record
from diagnostics.safety import clean
from diagnostics.text import fold
from diagnostics.tickets import wording

FUNCTIONS: Mapping[str, str] = {
    "ENS": "enseignement", "DIR": "direction", "EDU": "éducation (CPE)", "DOC": "documentation", "SUR": "surveillance",
    "AED": "assistance d'éducation", "AES": "accompagnement", "AEH": "accompagnement", "AVS": "accompagnement",
    "ASH": "accompagnement", "ASE": "assistance d'éducation", "ORI": "orientation", "PSY": "psychologue",
    "ADF": "administration", "ADM": "administration", "ALB": "laboratoire", "LAB": "laboratoire",
    "MDS": "santé et social", "OUV": "agent de service", "CTR": "chef de travaux (DDFPT)", "TEC": "technique",
}  # fmt: skip
"""What the codes of functions mean (formats.md §10.4): a support need not know them."""
CODES = re.compile(r"\s*\((?:(?:voir|cf\.?) )?[A-Z]{3}-\d{2}(?:(?:, | et | ou |/)[A-Z]{3}-\d{2})*\)")
CODE = re.compile(r"\b[A-Z]{3}-\d{2}\b")
TEACHING = frozenset({"ENS", "ENSEIGNEMENT", "ENSEIGNANT", "PROFESSEUR"})
"""Functions that say no more than the profile « enseignant »."""


def named(person: Person) -> str:
    return f"{person.surname.upper()} {person.given_names}".strip() or "personne sans nom"


def described(person: Person) -> str:
    parts = (
        named(person),
        PROFILE_LABELS[person.profile],
        f"classe {person.division}" if person.division else "",
        function_of(person),
    )
    return clean(", ".join(filter(None, parts)))


def function_of(person: Person) -> str:
    """The function in words, "" when it only repeats the profile."""
    if person.profile is Profile.ENSEIGNANT and fold(person.function) in TEACHING:
        return ""
    return function_label(person.function)


def function_label(function: str) -> str:
    """« ADF » → « administration »; what is no known code stays as written, in small letters when it shouts."""
    if known := FUNCTIONS.get(function.strip().upper()):
        return known
    return function.lower() if function.isupper() and len(function) > 4 else function


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


def without_codes(text: str) -> str:
    """The text without the codes of our catalogue, which nobody outside knows: « … (ANN-12) » → « … », « suivre
    ANN-01 » → « suivre « compte absent » »."""
    return CODE.sub(lambda match: f"« {wording.symptom(match[0])} »", CODES.sub("", text))


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
