"""What the comparison looks at in a record, or in several records already held to be one human.

Names are interned: a school's exports state the same few thousand names four times over, and two sets of names are
compared once.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Mapping, Sequence

from diagnostics import text
from diagnostics.matching import keys, spelling
from diagnostics.matching.homes import home_of
from diagnostics.matching.names import MIN_PART, SAME, Level, Name, compare_given, compare_surnames, name
from diagnostics.model import Profile, Record

NOT_DIGIT = re.compile(r"\D")


class Wall(enum.IntEnum):
    """Populations that never mix: a pupil is never handed a guardian's account."""

    OPEN = 0
    PUPIL = 1
    GUARDIAN = 2
    STAFF = 3


WALLS: Mapping[Profile, Wall] = {
    Profile.ELEVE: Wall.PUPIL,
    Profile.PARENT: Wall.GUARDIAN,
    Profile.ENSEIGNANT: Wall.STAFF,
    Profile.NON_ENSEIGNANT: Wall.STAFF,
    Profile.COLLECTIVITE: Wall.STAFF,
    Profile.AUTRE: Wall.OPEN,
    Profile.INCONNU: Wall.OPEN,
}
CIVILITY_SEX = {"M": "M", "MR": "M", "MONSIEUR": "M", "MME": "F", "MLLE": "F", "MADAME": "F", "MADEMOISELLE": "F"}


class NameSet:
    """Every name a human is stated under."""

    __slots__ = (
        "bag", "both", "compact_given", "forms", "full", "given", "given_keys", "keys", "number", "others", "sex",
        "starts", "surnames", "whole",
    )  # fmt: skip

    def __init__(
        self,
        number: int,
        surnames: tuple[str, ...],
        given: tuple[str, ...],
        others: tuple[str, ...],
        both: tuple[str, str] | None = None,
    ) -> None:
        self.number = number
        self.surnames: tuple[Name, ...] = tuple(name(value) for value in surnames)
        self.given: tuple[Name, ...] = tuple(name(value) for value in given)
        self.both = (name(both[0]), name(both[1])) if both else None
        """Birth name and usage name, where one record states both and they differ."""
        self.others: tuple[Name, ...] = tuple(name(value) for value in others)
        self.forms = tuple(dict.fromkeys(n.compact for n in self.surnames if n.compact))
        self.compact_given = tuple(dict.fromkeys(n.compact for n in self.given if n.compact))
        tokens = (self.surnames[0].tokens if self.surnames else ()) + (self.given[0].tokens if self.given else ())
        self.bag = " ".join(sorted(tokens))
        self.whole = len(tokens) > 1 and any(len(form) > 1 for form in self.compact_given)
        """Whether there is more than one word, and a given name that is no initial."""
        keys: set[str] = set()
        for n in self.surnames:
            if n.compact:
                keys.update((n.compact, n.core_compact, *(form for form in (n.lossy, n.german) if form)))
                if len(n.core) > 1:
                    keys.update(token for token in n.core if len(token) >= MIN_PART)
        self.keys = frozenset(keys)
        """Folded surnames, glued, without particles, and their halves."""
        self.given_keys = frozenset(key for n in self.given if n.compact for key in (n.compact, n.tokens[0]))
        self.sex = spelling.sex_of_given(self.given[0].tokens[0]) if self.given and self.given[0].tokens else ""
        """What the given name says of the sex, when it says it."""
        self.full = frozenset((form, given) for form in self.forms for given in self.compact_given)
        self.starts = frozenset(form[:2] for form in self.compact_given)


class NameComparison:
    """Two sets of names compared.

    ``left``/``right`` of each pair are the names that came nearest, in the caller's order; ``second`` is the level of
    the other surnames when both sides state a birth name and a usage name.
    """

    __slots__ = ("given", "given_pair", "inverted", "second", "shuffled", "surname", "surname_pair")

    def __init__(
        self,
        surname: Level,
        surname_pair: tuple[Name | None, Name | None],
        given: Level,
        given_pair: tuple[Name | None, Name | None],
        inverted: bool = False,
        shuffled: bool = False,
        second: Level = Level.UNKNOWN,
    ) -> None:
        self.surname = surname
        self.surname_pair = surname_pair
        self.given = given
        self.given_pair = given_pair
        self.inverted = inverted
        self.shuffled = shuffled
        self.second = second


INVERTIBLE_GIVEN = frozenset({
    Level.EXACT, Level.ACCENTS, Level.PART, Level.VARIANT, Level.NICKNAME, Level.SOUND, Level.SLIP, Level.CUT,
    Level.SLIPS,
})  # fmt: skip
INVERTIBLE = frozenset({Level.EXACT, Level.ACCENTS, Level.PARTICLE, Level.SOUND, Level.SLIP, Level.PART})
WEAK = frozenset({Level.UNKNOWN, Level.NEAR, Level.OTHER, Level.DIFFERENT, Level.SHARED, Level.INITIAL})


def compare_names(left: NameSet, right: NameSet) -> NameComparison:
    """Surname and usage name in any crossing, given names, and both the wrong way round."""
    surname, given = Level.UNKNOWN, Level.UNKNOWN
    surname_pair: tuple[Name | None, Name | None] = (None, None)
    given_pair: tuple[Name | None, Name | None] = (None, None)
    second = Level.UNKNOWN
    best = 99
    for i, mine in enumerate(left.surnames):
        for j, theirs in enumerate(right.surnames):
            level = compare_surnames(mine.raw, theirs.raw)
            if level is Level.EXACT and i != j:
                level = Level.CROSSED
            if level and level < best:
                best, surname, surname_pair = level, level, (mine, theirs)
    if left.both and right.both and surname in SAME:
        # Both state birth and usage name, and one name agrees: what of the other?
        if surname_pair == (left.both[0], right.both[0]):
            second = compare_surnames(left.both[1].raw, right.both[1].raw)
        elif surname_pair == (left.both[1], right.both[1]):
            second = compare_surnames(left.both[0].raw, right.both[0].raw)
    best = 99
    for mine in left.given:
        for theirs in right.given:
            level = compare_given(mine.raw, theirs.raw)
            if level and level < best:
                best, given, given_pair = level, level, (mine, theirs)
    if given > Level.PART and _second(left, right):
        given = Level.SECOND
    if surname in WEAK or given in WEAK:
        if left.bag and left.bag == right.bag and left.whole and right.whole:
            return NameComparison(Level.EXACT, surname_pair, Level.EXACT, given_pair, shuffled=True)
        turned = _inverted(left, right)
        if turned and max(turned.surname, turned.given) < max(surname or 99, given or 99):
            return turned
    return NameComparison(surname, surname_pair, given, given_pair, second=second)


def _second(left: NameSet, right: NameSet) -> bool:
    if not left.others and not right.others:
        return False
    mine, theirs = set(left.compact_given), set(right.compact_given)
    more_mine = {token for n in left.others for token in (*n.tokens, n.compact)}
    more_theirs = {token for n in right.others for token in (*n.tokens, n.compact)}
    return not (mine.isdisjoint(more_theirs) and theirs.isdisjoint(more_mine))


def _inverted(left: NameSet, right: NameSet) -> NameComparison | None:
    """The two sets once the surname and the given name of one of them are exchanged."""
    if found := _turned(left, right):
        surname, pair, given, given_pair = found
        return NameComparison(surname, pair, given, given_pair, inverted=True)
    if found := _turned(right, left):
        surname, pair, given, given_pair = found
        return NameComparison(surname, pair[::-1], given, given_pair[::-1], inverted=True)
    return None


Turned = tuple[Level, tuple[Name, Name], Level, tuple[Name, Name]]


def _turned(turned: NameSet, straight: NameSet) -> Turned | None:
    """``turned`` bears its given name as surname and its surname as given name; its usage name may have stayed."""
    for misplaced in turned.surnames:
        for given in straight.given:
            given_level = compare_given(misplaced.raw, given.raw)
            if given_level not in INVERTIBLE_GIVEN:
                continue
            for mine in (*turned.given, *turned.surnames):
                if mine.compact == misplaced.compact:
                    continue
                for theirs in straight.surnames:
                    if theirs.compact == given.compact:
                        continue
                    surname_level = compare_surnames(mine.raw, theirs.raw)
                    if given_level is Level.EXACT and _initial(mine, theirs):
                        surname_level = Level.INITIAL
                    if surname_level not in INVERTIBLE and surname_level is not Level.INITIAL:
                        continue
                    # Nothing says which word is the given name: twins must not pass for a slip in a surname.
                    if compare_given(mine.raw, theirs.raw) in {Level.OTHER, Level.LETTER}:
                        continue
                    # A usage name that has stayed in place leaves a given name that agrees with nothing: that of a
                    # woman whose birth name is her husband's given name, as well.
                    kept = given_level if mine not in turned.surnames else Level.SHARED
                    return surname_level, (mine, theirs), kept, (misplaced, given)
    return None


def _initial(left: Name, right: Name) -> bool:
    """Whether one of two names is the first letter of the other."""
    short, long = sorted((left.compact, right.compact), key=len)
    return len(short) == 1 < len(long) and long[0] == short


class Person:
    """One or several records of one human, as the comparison sees them."""

    __slots__ = (
        "child_accounts", "child_names", "children_said", "contacts", "dates", "divisions", "groups", "handicap",
        "home", "ids", "names", "place", "profile", "records", "schools", "sex", "sex_guess", "wall",
    )  # fmt: skip

    def __init__(self, records: Sequence[Record], names: NameSet) -> None:
        first = records[0]
        self.records = records
        self.names = names
        self.place = 0
        self.profile = first.profile
        self.wall = WALLS[first.profile]
        self.sex = sex_of(first)
        self.sex_guess = names.sex
        self.ids: dict[str, frozenset[str]] = ids_of(first)
        self.home = home_of(first) or next((home for r in records[1:] if (home := home_of(r))), None)
        self.child_names: frozenset[str] = frozenset()
        self.child_accounts: frozenset[int] = frozenset()
        self.children_said: dict[str, str] = {}
        """The children as the exports write them, by ``bag``."""
        self.contacts: frozenset[str] = frozenset()
        self.handicap = 0.0
        """Bits against having any account, for what the exports say of the person."""
        if len(records) == 1:
            self.dates: tuple[str, ...] = (first.birth_date,) if first.birth_date else ()
            self.divisions: tuple[str, ...] = (first.division,) if first.division else ()
            self.groups = frozenset(first.groups)
            self.schools = frozenset((first.school,)) if first.school else frozenset()
            if first.children:
                self.children_said = {bag(child): child for child in first.children}
                self.child_names = frozenset(self.children_said)
            return
        self.dates = tuple(dict.fromkeys(r.birth_date for r in records if r.birth_date))
        self.divisions = tuple(dict.fromkeys(r.division for r in records if r.division))
        self.groups = frozenset(group for r in records for group in r.groups)
        self.schools = frozenset(r.school for r in records if r.school)
        self.children_said = {bag(child): child for r in records for child in r.children}
        self.child_names = frozenset(self.children_said)
        for record in records[1:]:
            self.sex = self.sex or sex_of(record)
            if self.wall is Wall.OPEN:
                self.profile, self.wall = record.profile, WALLS[record.profile]
            for key, values in ids_of(record).items():
                self.ids[key] = self.ids.get(key, frozenset()) | values


def bag(full_name: str) -> str:
    """The words of a full name whatever their order."""
    return " ".join(sorted(text.words(full_name)))


def sex_of(record: Record) -> str:
    """ "M", "F" or "", from the sex or else the civility."""
    return record.sex or CIVILITY_SEX.get(record.extra.get("civility", "").upper().rstrip("."), "")


def ids_of(record: Record) -> dict[str, frozenset[str]]:
    """The hard identifiers a record states, comparable."""
    return {
        name: frozenset((found,))
        for name, value in record.ids.items()
        if name in keys.HARD_IDS and (found := keys.comparable(name, value))
    }


def contacts_of(record: Record) -> Iterable[str]:
    """Mail addresses and phone numbers, comparable."""
    if mail := record.extra.get("mail", ""):
        yield mail.strip().lower()
    for value in re.split(r"[,;/]", record.extra.get("phone", "")):
        digits = NOT_DIGIT.sub("", value)
        if len(digits) >= 9:
            yield digits[-9:]


NameKey = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[str, str] | None]


class People:
    """Makes persons and keeps their sets of names, so that equal names are one object."""

    def __init__(self) -> None:
        self._sets: dict[NameKey, NameSet] = {}

    def names(self, records: Sequence[Record]) -> NameSet:
        first = records[0]
        both = next(
            ((r.surname, r.usage_name) for r in records if r.usage_name and r.surname and r.usage_name != r.surname),
            None,
        )
        key: NameKey
        if len(records) == 1:
            key = (
                both or (first.surname or first.usage_name,),
                (first.given_names,),
                (first.other_given_names,) if first.other_given_names else (),
                both,
            )
        else:
            key = (
                tuple(dict.fromkeys(value for r in records for value in (r.surname, r.usage_name) if value)),
                tuple(dict.fromkeys(r.given_names for r in records if r.given_names)),
                tuple(dict.fromkeys(r.other_given_names for r in records if r.other_given_names)),
                both,
            )
        found = self._sets.get(key)
        if found is None:
            found = self._sets[key] = NameSet(len(self._sets), *key)
        return found

    def person(self, records: Sequence[Record]) -> Person:
        return Person(records, self.names(records))
