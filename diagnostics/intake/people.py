"""Mentions as persons, each once."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from diagnostics.intake.lexicon import usual_profile
from diagnostics.intake.persons import Mention
from diagnostics.model import Person, Profile
from diagnostics.text import code, fold


def person_of(mention: Mention, mentions: Sequence[Mention], category: str) -> Person:
    """A mention as a person; a child tied to a named parent bears that name."""
    surname = mention.name.surname
    if not surname and 0 <= mention.child_of < len(mentions):
        surname = mentions[mention.child_of].name.surname
    known = mention.profile is not Profile.INCONNU
    return Person(
        surname=cased(surname),
        given_names=cased(mention.name.given),
        profile=mention.profile if known or not surname else usual(mention, category),
        division=mention.division,
        function=mention.function,
    )


def usual(mention: Mention, category: str) -> Profile:
    """Who is touched as a rule; nobody calls a pupil « Mme »."""
    profile = usual_profile(category)
    return Profile.INCONNU if mention.name.title and profile is Profile.ELEVE else profile


def cased(name: str) -> str:
    """A name typed in small letters gets its capitals; any other is kept as written."""
    if name and name == name.lower():
        return re.sub(r"(^|[\s'’-])(\w)", lambda m: m[1] + m[2].upper(), name)
    return name


def merged(found: Sequence[Person], *, apart: bool = False) -> list[Person]:
    """Each person once: a bare given name joins the full name that has it, facts add up.

    ``apart``: two classes make two persons.
    """
    kept: list[Person] = []
    by_name: dict[str, list[int]] = {}
    for person in found:
        names = [name for name in {fold(person.surname), fold(person.given_names)} if name]
        near = sorted({place for name in names for place in by_name.get(name, ())})
        place = next((place for place in near if same_person(person, kept[place], apart=apart)), None)
        if place is None:
            place = len(kept)
            kept.append(person)
        else:
            kept[place] = united(kept[place], person)
        for name in names:
            if place not in by_name.setdefault(name, []):
                by_name[name].append(place)
    return kept


def same_person(one: Person, other: Person, *, apart: bool = False) -> bool:
    """Whether two ways of naming may be one person of the same message."""
    if apart and one.division and other.division and code(one.division) != code(other.division):
        return False
    surnames = fold(one.surname), fold(other.surname)
    givens = fold(one.given_names), fold(other.given_names)
    if not any(surnames + givens) or not (any((surnames[0], givens[0])) and any((surnames[1], givens[1]))):
        return False
    if all(surnames) and surnames[0] != surnames[1]:
        return all(givens) and surnames[0] == givens[1] and givens[0] == surnames[1]
    if all(givens) and givens[0] != givens[1]:
        return all(surnames) and initials(givens[0], givens[1])
    if all(givens):
        return True
    if not all(surnames):
        return False
    # A title and a surname beside a full name: one person unless their profiles differ.
    return len({one.profile, other.profile} - {Profile.INCONNU}) < 2


def initials(one: str, other: str) -> bool:
    """« G. » and « Gérald »."""
    short, long = sorted((one, other), key=len)
    return len(short) == 1 and long.startswith(short)


def united(known: Person, more: Person) -> Person:
    given = max(
        known.given_names, more.given_names, key=lambda name: (len(name.rstrip(".")) > 1, name == known.given_names)
    )
    return msgspec.structs.replace(
        known,
        surname=known.surname or more.surname,
        given_names=given,
        profile=known.profile if known.profile is not Profile.INCONNU else more.profile,
        division=known.division or more.division,
        function=known.function or more.function,
    )
