"""What the loaded data teaches: how far classes and numbers count, what a certain record says of its account."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from diagnostics.matching import keys
from diagnostics.matching.classes import ClassLevel, compare_divisions, normal
from diagnostics.matching.dates import agree_on_dates
from diagnostics.matching.names import SAME, Level, compare_given, compare_surnames
from diagnostics.matching.people import Person, Wall
from diagnostics.model import Record

FEWEST_CLASSES, USUAL_SHARE = 20, 0.8
"""Pupils whom names settle, and share of them in one class on both sides, under and beyond whom nothing is learned."""
FEWEST_OF_CLASS, CLASS_SHARE = 8, 0.95
"""Pupils of one class whom names settle, and share of them in one class on the other side, from which two names are
held to be those of one class."""
FEWEST_NUMBERS, FOREIGN_SHARE = 20, 0.2
"""Persons, and share of them whose number agrees, under which a number is held to come from another base."""
LEARNT_SURNAMES = frozenset({Level.DIFFERENT, Level.PART, Level.SHARED, Level.PARTICLE})
Settled = Sequence[tuple[Person, Person]]
"""Persons and the account that names settle."""


def settled_by_name(persons: Iterable[Person], accounts: Sequence[Person]) -> Settled:
    """Persons and the one account that bears their very name, no birth date speaking against."""
    bearers: dict[tuple[Wall, str, str], int] = {}
    for place, account in enumerate(accounts):
        for form, given in account.names.full:
            key = (account.wall, form, given)
            bearers[key] = -1 if key in bearers else place
    found = []
    for person in persons:
        for form, given in person.names.full:
            place = bearers.get((person.wall, form, given), -1)
            if place >= 0:
                account = accounts[place]
                if not person.dates or not account.dates or agree_on_dates(person.dates, account.dates):
                    found.append((person, account))
                break
    return found


def class_names(settled: Settled, accounts: Iterable[Person]) -> dict[str, str]:
    """Class of the records → class of the accounts, for classes that go by another name on each side (601 is 6A).

    Learned from the pupils whom names settle, when nearly all of one class are in one class, both ways. A name that
    both sides know is its own: pupils who all changed class are no other name.
    """
    theirs = {normal(division)[1] for account in accounts for division in account.divisions}
    there: dict[str, Counter[str]] = defaultdict(Counter)
    back: dict[str, Counter[str]] = defaultdict(Counter)
    for person, account in settled:
        if person.wall is Wall.PUPIL and person.divisions and account.divisions:
            mine, other = normal(person.divisions[0])[1], normal(account.divisions[0])[1]
            there[mine][other] += 1
            back[other][mine] += 1
    found: dict[str, str] = {}
    for mine, seen in there.items():
        other, pupils = seen.most_common(1)[0]
        together = CLASS_SHARE * max(seen.total(), back[other].total())
        if mine and other and mine not in theirs and pupils >= FEWEST_OF_CLASS and pupils >= together:
            found[mine] = other
    return found


def class_agreement(settled: Settled, names: Mapping[str, str]) -> Counter[ClassLevel]:
    """How classes agree between pupils and accounts whom names settle; nothing when they are few or as usual."""
    seen = Counter(
        compare_divisions(person.divisions[0], account.divisions[0], names)
        for person, account in settled
        if person.wall is Wall.PUPIL and person.divisions and account.divisions
    )
    del seen[ClassLevel.UNKNOWN]
    usual = seen[ClassLevel.EXACT] >= USUAL_SHARE * seen.total()
    return Counter() if usual or seen.total() < FEWEST_CLASSES else seen


def foreign_ids(settled: Settled) -> frozenset[str]:
    """Numbers of one base that disagree almost everywhere: the base was rebuilt (formats.md §0.6, IDPN)."""
    agree: Counter[str] = Counter()
    stated: Counter[str] = Counter()
    for person, account in settled:
        for name in keys.BASE_IDS:
            mine, theirs = person.ids.get(name), account.ids.get(name)
            if mine and theirs:
                stated[name] += 1
                agree[name] += not mine.isdisjoint(theirs)
    return frozenset(
        name for name, total in stated.items() if total >= FEWEST_NUMBERS and agree[name] < FOREIGN_SHARE * total
    )


def lesson(account: Person, record: Record) -> Record:
    """What a certain record teaches of its account: another surname, a missing birth date, a class, identifiers.

    Misspellings teach nothing: an account that had learnt one would outdo its namesakes on a record misspelt alike.
    """
    first = account.records[0]
    learnt: list[str] = []
    if any(compare_given(record.given_names, known.raw) in SAME for known in account.names.given):
        learnt = [
            form
            for form in (record.surname, record.usage_name)
            if form and all(compare_surnames(form, known.raw) in LEARNT_SURNAMES for known in account.names.surnames)
        ]
    return msgspec.structs.replace(
        record,
        surname=learnt[0] if learnt else first.surname,
        usage_name=learnt[1] if len(learnt) > 1 else "",
        given_names=first.given_names,
        birth_date="" if account.dates else record.birth_date,
    )
