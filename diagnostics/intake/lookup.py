"""The persons of a message among those of the loaded exports: spelling, order, class and profile come from there.

A homonym is never chosen: a person is known only when one identity fits, or one alone is of the class that is stated.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise

import msgspec

from diagnostics import text
from diagnostics.intake.tokens import not_names
from diagnostics.matching import spelling
from diagnostics.matching.names import SAME, Level, compare_given, compare_surnames
from diagnostics.matching.people import WALLS, Wall
from diagnostics.model import Export, Identity, Person, Profile

WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
EXACT, LIKELY, FAINT = 3.0, 2.0, 1.0
SURNAME_WORTH = {
    **dict.fromkeys(SAME, EXACT),
    Level.PART: LIKELY, Level.SOUND: LIKELY, Level.SLIP: LIKELY, Level.CUT: FAINT, Level.SLIPS: FAINT,
    Level.PART_SLIP: FAINT, Level.VARIANT: LIKELY,
}  # fmt: skip
GIVEN_WORTH = {
    **dict.fromkeys(SAME, EXACT),
    Level.PART: LIKELY, Level.SECOND: FAINT, Level.VARIANT: LIKELY, Level.NICKNAME: LIKELY, Level.SOUND: LIKELY,
    Level.SLIP: LIKELY, Level.INITIAL: FAINT, Level.CUT: FAINT, Level.SLIPS: FAINT,
}  # fmt: skip
"""What a level of agreement is worth; a level that is not named excludes."""
CLASS_WORTH = 2.0
OTHER_LEVEL = -0.5
ORDINALS = ("IEME", "EME", "NDE", "ND", "ERE", "RE", "LE", "E")
ORDER_COST = 0.5
"""Taken off when the names must be exchanged to fit."""
CLEAR = 1.0
"""By how much the best must surpass the second to be the one."""
SLIP_LENGTH = 5
"""Letters of a name under which a slip makes another name."""
MOST_SHOWN = 5
ENOUGH = 3.4
"""Worth under which a likeness is not even proposed."""


class Directory:
    """The identities of a school by what people write of them; built once."""

    def __init__(self, identities: Sequence[Identity]) -> None:
        self.identities = identities
        self._by_key: dict[str, list[int]] = {}
        for place, identity in enumerate(identities):
            for key in set(keys_of(identity)):
                self._by_key.setdefault(key, []).append(place)
        self.human = humans(identities)
        self._tied: dict[str, set[str]] | None = None
        self._surnames: dict[str, set[str]] = {}
        self._givens: dict[str, set[str]] = {}
        for identity in identities:
            surname, given = text.fold(identity.surname), text.fold(identity.given_names).partition(" ")[0]
            self._surnames.setdefault(given, set()).add(surname)
            self._givens.setdefault(surname, set()).add(given)

    @functools.cached_property
    def owners(self) -> dict[tuple[str, str], str]:
        """Identity of each identifier of the exports."""
        return {
            (kind, value): identity.id
            for identity in self.identities
            for record in identity.records
            for kind, value in record.ids.items()
        }

    def tied(self, exports: Iterable[Export]) -> dict[str, set[str]]:
        """By identity, the identities that an export ties to it as pupil and guardian; worked out once."""
        if self._tied is None:
            self._tied = {}
            for relation in (relation for export in exports for relation in export.relations):
                pupil, guardian = self.owners.get(relation.pupil), self.owners.get(relation.guardian)
                if pupil and guardian:
                    self._tied.setdefault(pupil, set()).add(guardian)
                    self._tied.setdefault(guardian, set()).add(pupil)
        return self._tied

    def fitting(self, person: Person) -> list[tuple[float, Identity]]:
        """Identities that may be this person, with what speaks for each, best first."""
        kept = self.worthy(person, keys_typed(person))
        if not kept and person.surname and person.given_names:
            # A slip in the surname that is heard: those of that given name are compared.
            kept = self.worthy(person, (f"={word}" for word in text.words(person.given_names)))
        return sorted(kept, key=lambda item: (-item[0], item[1].surname, item[1].given_names, item[1].id))

    def worthy(self, person: Person, keys: Iterable[str]) -> list[tuple[float, Identity]]:
        wanted = {place for key in keys for place in self._by_key.get(key, ())}
        found = [(worth(person, self.identities[place]), self.identities[place]) for place in wanted]
        return [(value, identity) for value, identity in found if value >= ENOUGH]

    def named_in(self, said: str) -> list[tuple[int, int, str, str]]:
        """(start, end, surname, given names) of loaded persons whose two names stand side by side, in any case.

        One slip in one of the two names is forgiven: the matching engine then decides who it is.
        """
        words = [(match.start(), match.end(), text.fold(match[0])) for match in WORD.finditer(said)]
        found = []
        for (start, middle, one), (restart, end, other) in pairwise(words):
            if said[middle:restart].strip() or one == other:
                continue
            for surname, given in ((one, other), (other, one)):
                if self.are_names(surname, given):
                    found.append(
                        (
                            start,
                            end,
                            *(
                                (said[start:middle], said[restart:end])
                                if surname == one
                                else (said[restart:end], said[start:middle])
                            ),
                        )
                    )
                    break
        return found

    def are_names(self, surname: str, given: str) -> bool:
        """Whether two words are the names of somebody, one of them maybe with a slip."""
        surnames, givens = self._surnames.get(given, ()), self._givens.get(surname, ())
        if surname in surnames:
            return True
        return slipped(surname, surnames) or slipped(given, givens)


def slipped(word: str, known: Collection[str]) -> bool:
    """Whether a word of some length, which is no everyday word, is one slip away from a known one."""
    if not known or len(word) < SLIP_LENGTH or word.lower() in not_names():
        return False
    from rapidfuzz.distance import DamerauLevenshtein

    return any(DamerauLevenshtein.distance(word, other, score_cutoff=1) <= 1 for other in known)


_last: list[Directory] = []


def directory(identities: Sequence[Identity]) -> Directory:
    """The directory of a school; the last one stays prepared."""
    if not _last or _last[0].identities is not identities:
        _last[:] = [Directory(identities)]
    return _last[0]


def keys_of(identity: Identity) -> Iterable[str]:
    names = {identity.surname, *(record.usage_name for record in identity.records)}
    for name in names:
        for word in text.words(name):
            yield word
            yield "~" + spelling.sound(word)
    for word in text.words(identity.given_names):
        yield f"{word}@{class_key(identity.division)}"
        yield f"={word}"


def keys_typed(person: Person) -> Iterable[str]:
    for word in (*text.words(person.surname), *text.words(person.given_names)):
        yield word
        yield "~" + spelling.sound(word)
    for word in text.words(person.given_names) if not person.surname or short(person.surname) else ():
        yield f"{word}@{class_key(person.division)}"


def short(name: str) -> bool:
    """« R. »: an initial."""
    return len(text.fold(name)) == 1


def worth(person: Person, identity: Identity) -> float:
    """What speaks for an identity; 0 when something speaks against it."""
    mine, theirs = WALLS[person.profile], WALLS[identity.profile]
    if Wall.OPEN not in (mine, theirs) and mine is not theirs:
        return 0.0
    straight = names_worth(person.surname, person.given_names, identity)
    crossed = names_worth(person.given_names, person.surname, identity) - ORDER_COST
    value = max(straight, crossed)
    if value <= 0:
        return 0.0
    if person.division and identity.division and person.profile is Profile.ELEVE:
        value += class_worth(person.division, identity.division)
    return value


def class_key(stated: str) -> str:
    """A class without its ordinal: « 4e A », « 4EMEA » and « 4A » are one."""
    code = text.code(stated)
    digits = len(code) - len(code.lstrip("0123456789"))
    for ending in ORDINALS:
        if digits and code[digits:].startswith(ending) and len(code) > digits + len(ending):
            return code[:digits] + code[digits + len(ending) :]
    return code


def class_worth(stated: str, known: str) -> float:
    """For the same class; nothing for a level of it; against when they differ (but people move)."""
    one, other = class_key(stated), class_key(known)
    if one == other:
        return CLASS_WORTH
    return 0.0 if one[:1] == other[:1] else OTHER_LEVEL


def names_worth(surname: str, given: str, identity: Identity) -> float:
    if not surname and not given:
        return 0.0
    value = 0.0
    if surname and not short(surname):
        stated = {identity.surname, *(record.usage_name for record in identity.records if record.usage_name)}
        value += max(SURNAME_WORTH.get(compare_surnames(surname, name), -9.0) for name in stated)
    elif surname:
        value += FAINT if text.fold(identity.surname).startswith(text.fold(surname)) else -9.0
    if given:
        value += GIVEN_WORTH.get(compare_given(given, identity.given_names), -9.0)
    if not surname or not given:
        value += FAINT
    return value


def known_as(
    person: Person, identities: Sequence[Identity], relatives: Collection[str] = (), sex: str = ""
) -> tuple[Person, tuple[Identity, ...]]:
    """The person as the exports state them, and the identities that may be meant when one cannot be chosen.

    ``relatives`` are ids of identities that the exports hold to be of the family of others named beside this person;
    ``sex`` is what the title before the name says, "" without.
    """
    fitting = [one for one in directory(identities).fitting(person) if of_sex(one[1], sex)]
    if not fitting:
        return person, ()
    best = fitting[0][0]
    near = distinct((identity for value, identity in fitting if best - value < CLEAR), directory(identities))
    near = side_by_side(near)
    kin = [identity for identity in near if identity.id in relatives]
    identity, *rivals = kin if len(kin) == 1 else near
    if rivals:
        return person, tuple([identity, *rivals][:MOST_SHOWN])
    if not person.surname and not person.division:
        # A given name alone, whatever the school: not enough to name somebody.
        return person, (identity,)
    return filled(person, identity), ()


def of_sex(identity: Identity, sex: str) -> bool:
    """Whether « M. » or « Mme » may be said of somebody of that given name."""
    known = spelling.sex_of_given(text.fold(identity.given_names).partition(" ")[0])
    return not sex or not known or known == sex


def distinct(identities: Iterable[Identity], known: Directory) -> list[Identity]:
    """One identity for each human: the one with most records of those that the exports could not join."""
    kept: dict[frozenset[str], Identity] = {}
    for identity in identities:
        human = known.human.get(identity.id, frozenset({identity.id}))
        if human not in kept or len(identity.records) > len(kept[human].records):
            kept[human] = identity
    return list(kept.values())


def side_by_side(near: list[Identity]) -> list[Identity]:
    """As many candidates as there are humans: those of the exports that show most of them beside each other.

    What other exports hold of the same name is a part of one of them, though none can say of which.
    """
    shown: dict[str, list[Identity]] = {}
    for identity in near:
        for export in {record.origin.export for record in identity.records}:
            shown.setdefault(export, []).append(identity)
    count = max(map(len, shown.values()), default=0)
    if count < 2:
        return near
    ids = {identity.id for several in shown.values() if len(several) == count for identity in several}
    most = [identity for identity in near if identity.id in ids]
    return [one for one in near if one.id in ids or not any(alike(one, other) for other in most)]


def alike(one: Identity, other: Identity) -> bool:
    """Whether two identities of one name may be one human, by birth date and class."""
    same = text.fold(one.surname) == text.fold(other.surname) and one.profile is other.profile
    apart = bool(one.birth_date and other.birth_date and one.birth_date != other.birth_date)
    return same and not apart


def humans(identities: Sequence[Identity]) -> dict[str, frozenset[str]]:
    """By identity, those of the same names and profile that no export holds to be two persons, and no date parts.

    Homonyms stand side by side in one export; parts of one human stand in different ones.
    """
    buckets: dict[tuple[str, str, Profile], list[list[Identity]]] = {}
    for identity in sorted(identities, key=lambda one: (-len(one.records), one.id)):
        key = (text.fold(identity.surname), text.fold(identity.given_names), identity.profile)
        groups = buckets.setdefault(key, [])
        fitting = [group for group in groups if all(may_be_one(identity, other) for other in group)]
        if len(fitting) == 1:
            fitting[0].append(identity)
        else:
            groups.append([identity])
    return {
        identity.id: frozenset(one.id for one in group)
        for groups in buckets.values()
        for group in groups
        for identity in group
    }


def may_be_one(one: Identity, other: Identity) -> bool:
    seen = {record.origin.export for record in one.records}
    apart = bool(one.birth_date and other.birth_date and one.birth_date != other.birth_date)
    moved = bool(one.division and other.division and text.code(one.division) != text.code(other.division))
    return not apart and not moved and not any(record.origin.export in seen for record in other.records)


def same_human(identity: Identity, identities: Sequence[Identity]) -> frozenset[str]:
    """Ids of the identities that are this human, its own included."""
    return directory(identities).human.get(identity.id, frozenset({identity.id}))


def filled(person: Person, identity: Identity) -> Person:
    """What the message says, completed and spelt as the exports do; a class that the message states is kept."""
    return msgspec.structs.replace(
        person,
        surname=surname_for(person, identity) or person.surname,
        given_names=identity.given_names or person.given_names,
        profile=identity.profile if identity.profile is not Profile.INCONNU else person.profile,
        division=person.division or identity.division,
        function=person.function or function_of(identity),
        identity=identity.id,
    )


def surname_for(person: Person, identity: Identity) -> str:
    """The surname of the exports under which a message names somebody: a name of use is no reason to tell the other."""
    typed = {text.fold(person.surname), text.fold(person.given_names)} - {""}
    usual = (record.usage_name for record in identity.records if record.usage_name)
    if text.fold(identity.surname) in typed:
        return identity.surname
    return next((name for name in usual if text.fold(name) in typed), identity.surname)


def function_of(identity: Identity) -> str:
    return next((record.extra["function"] for record in identity.records if record.extra.get("function")), "")


def shown(identity: Identity, person: Person) -> Person:
    """An identity as a candidate for a person of a message."""
    return Person(
        surname=surname_for(person, identity),
        given_names=identity.given_names,
        profile=identity.profile,
        division=identity.division,
        function=function_of(identity),
        identity=identity.id,
    )
