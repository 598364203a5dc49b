"""The persons of an incident as the loaded exports know them: what one of them is tells of the others."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from diagnostics.intake import lookup
from diagnostics.intake.name_order import SEX_OF_TITLE
from diagnostics.intake.persons import Mention
from diagnostics.matching.names import SAME, compare_given
from diagnostics.model import Identity, Incident, Person, Profile
from diagnostics.text import fold

if TYPE_CHECKING:
    from diagnostics.school import School

STRANGERS = frozenset({"SEC-01", "SEC-02"})
"""Categories where who is named beside a pupil may well be no relative."""
MOTHER, FATHER = "10", "20"
"""CODE_PARENTE of SIECLE (formats.md §12.4)."""
TIES = {"mère": MOTHER, "père": FATHER}
Doubts = dict[int, tuple[Identity, ...]]
"""By place of a person, the identities among which nothing tells."""


def persons_of(one: Incident, mentions: Sequence[Mention], school: School) -> tuple[list[Person], Doubts]:
    """The persons of an incident, with what the exports say of them, and the doubts that they leave."""
    persons = list(one.persons)
    doubts: Doubts = {}
    look(persons, doubts, mentions, school, {})
    if one.category not in STRANGERS and any(not person.identity for person in persons):
        tied = lookup.directory(school.identities).tied(school.loaded.active())
        persons[:] = [child_of_the_named(person, persons, doubts, tied, school) for person in persons]
        # A child who is known tells which of two homonymous parents is meant, and the other way round.
        look(persons, doubts, mentions, school, tied)
    pupils = frozenset(p.identity for p in persons if p.identity and p.profile is Profile.ELEVE)
    persons = [guardian_of(person, pupils, school) for person in persons]
    return persons, {place: found for place, found in doubts.items() if not persons[place].identity}


def look(
    persons: list[Person], doubts: Doubts, mentions: Sequence[Mention], school: School, tied: Mapping[str, set[str]]
) -> None:
    """Look every person not yet known up among the identities of the school."""
    relatives = {relative for person in persons if person.identity for relative in tied.get(person.identity, ())}
    for place, person in enumerate(persons):
        if not person.identity:
            sex = sex_said(person, mentions)
            persons[place], doubt = lookup.known_as(person, school.identities, relatives, sex)
            doubts.pop(place, None)
            if doubt:
                doubts[place] = doubt


def child_of_the_named(
    person: Person, persons: Sequence[Person], doubts: Doubts, tied: Mapping[str, set[str]], school: School
) -> Person:
    """« M. Ruiz ne voit pas Alvaro »: the one Alvaro whose guardian is a Ruiz, whatever the child's own surname."""
    alone = person.profile is Profile.INCONNU and not person.surname
    if person.identity or not person.given_names or not (alone or person.profile is Profile.ELEVE):
        return person
    adults = [(place, adult) for place, adult in enumerate(persons) if adult is not person and adult.surname]
    adults = [(place, adult) for place, adult in adults if adult.profile is not Profile.ELEVE]
    if person.surname and all(fold(person.surname) != fold(adult.surname) for _, adult in adults):
        return person
    guardians = {adult.identity for _, adult in adults if adult.identity}
    guardians |= {identity.id for place, _ in adults for identity in doubts.get(place, ())}
    children = sorted({child for guardian in guardians for child in tied.get(guardian, ())})
    found = [
        school.identity_of[child]
        for child in children
        if child in school.identity_of
        and compare_given(person.given_names, school.identity_of[child].given_names) in SAME
    ]
    humans = lookup.distinct(found, lookup.directory(school.identities))
    return lookup.filled(person, humans[0]) if len(humans) == 1 else person


def sex_said(person: Person, mentions: Sequence[Mention]) -> str:
    """What the titles before a surname say of a person named without a given name, "" when nothing or both."""
    if person.given_names:
        return ""
    said = {
        SEX_OF_TITLE.get(mention.name.title, "")
        for mention in mentions
        if mention.name.title and fold(mention.name.surname) == fold(person.surname)
    }
    return said.pop() if len(said) == 1 else ""


def guardian_of(person: Person, pupils: Collection[str], school: School) -> Person:
    """« la mère de Sude Koç », as the exports know her: only when one person alone is tied so to these pupils."""
    kinship = TIES.get(person.function)
    if kinship is None or person.surname or person.given_names or person.profile is not Profile.PARENT or not pupils:
        return person
    owners = lookup.directory(school.identities).owners
    tied = {
        owners.get(relation.guardian, "")
        for export in school.loaded.active()
        for relation in export.relations
        if relation.kinship == kinship and relation.level != "contact" and owners.get(relation.pupil) in pupils
    }
    known = [school.identity_of[key] for key in sorted(tied) if key in school.identity_of]
    alone = lookup.distinct(known, lookup.directory(school.identities))
    return lookup.filled(person, alone[0]) if len(alone) == 1 and len(known) == len(tied) else person
