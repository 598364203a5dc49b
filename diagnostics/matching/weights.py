"""What each agreement is worth: Fellegi–Sunter weights, with frequencies learned from the loaded data.

A pair of records is weighed against two ways to be wrong: the account is a *stranger's*, or it is a *relative's* – a
brother, a twin, the other parent – who shares surname, address and sometimes the birth date. Three products are kept,
in bits:

    m  how often the true pair shows what is seen,
    u  how often a stranger of the same population shows it by chance,
    f  how often a relative of the same profile shows it.

The evidence of a pair is ``m − log2((1 − p)·2^u + p·2^f)`` where ``p`` is the chance that an account drawn at random is
a relative's. The tables below are priors: the orders of magnitude of typing errors in the record-linkage literature
(Fellegi & Sunter 1969; Christen, *Data Matching*, 2012, ch. 2: 1–5 % of values mistyped, most by one edit), set for
French school data. What a name, a class or a year of birth is worth is learned from what is loaded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import log2
from typing import NamedTuple

from diagnostics.matching import classes, keys
from diagnostics.matching.classes import ClassLevel, compare_divisions
from diagnostics.matching.dates import DateLevel, compare_dates
from diagnostics.matching.homes import Home, HomeLevel, HomePart, compare_homes
from diagnostics.matching.names import CLOSE, Level, Name
from diagnostics.matching.people import NameComparison, NameSet, Person, Wall, compare_names

SURNAME_M: Mapping[Level, float] = {
    Level.EXACT: 0.88, Level.ACCENTS: 0.01, Level.PARTICLE: 0.01, Level.CROSSED: 0.02, Level.PART: 0.02,
    Level.SOUND: 0.01, Level.SLIP: 0.02, Level.CUT: 0.003, Level.PART_SLIP: 0.003, Level.SLIPS: 0.003,
    Level.SHARED: 0.002, Level.NEAR: 0.002, Level.DIFFERENT: 0.012, Level.INITIAL: 5e-4,
}  # fmt: skip
SURNAME_U: Mapping[Level, float] = {
    Level.EXACT: 0.0, Level.ACCENTS: 0.0, Level.PARTICLE: 3e-4, Level.CROSSED: 0.0, Level.PART: 1e-3,
    Level.SOUND: 4e-4, Level.SLIP: 4e-4, Level.CUT: 2e-4, Level.PART_SLIP: 5e-4, Level.SLIPS: 3e-4,
    Level.SHARED: 1e-3, Level.NEAR: 4e-3, Level.DIFFERENT: 0.98, Level.INITIAL: 0.06,
}  # fmt: skip
"""Chance of the level between two different surnames drawn at random, measured on the schools of benchmarks/schools.py
and rounded up; that of bearing the very same name is its frequency, which is added."""
SURNAME_F: Mapping[Level, float] = {
    Level.EXACT: 0.75, Level.ACCENTS: 0.01, Level.PARTICLE: 0.01, Level.CROSSED: 0.05, Level.PART: 0.06,
    Level.SOUND: 0.006, Level.SLIP: 0.02, Level.CUT: 0.003, Level.PART_SLIP: 0.004, Level.SLIPS: 0.003,
    Level.SHARED: 0.02, Level.NEAR: 0.004, Level.DIFFERENT: 0.25, Level.INITIAL: 5e-4,
}  # fmt: skip
SECOND_SURNAME_M, SECOND_SURNAME_U, SECOND_SURNAME_F = log2(0.9), log2(0.01), log2(0.1)
OTHER_SECOND_SURNAME_M, OTHER_SECOND_SURNAME_F = log2(0.1), log2(0.9)
"""When both sides state a birth name and a usage name: the other one agrees, or does not."""
GIVEN_M: Mapping[Level, float] = {
    Level.EXACT: 0.88, Level.ACCENTS: 0.012, Level.PART: 0.025, Level.SECOND: 0.006, Level.VARIANT: 0.015,
    Level.NICKNAME: 0.01, Level.SOUND: 0.01, Level.SLIP: 0.02, Level.CUT: 0.004, Level.INITIAL: 0.005,
    Level.PART_SLIP: 0.002, Level.SLIPS: 0.003, Level.SHARED: 0.001, Level.NEAR: 0.001, Level.LETTER: 0.004,
    Level.OTHER: 0.002, Level.DIFFERENT: 0.0015,
}  # fmt: skip
GIVEN_U: Mapping[Level, float] = {
    Level.EXACT: 0.0, Level.ACCENTS: 0.0, Level.PART: 5e-4, Level.SECOND: 5e-3, Level.VARIANT: 6e-4,
    Level.NICKNAME: 1e-3, Level.SOUND: 2e-4, Level.SLIP: 3e-4, Level.CUT: 4e-4, Level.INITIAL: 0.08,
    Level.PART_SLIP: 2e-4, Level.SLIPS: 3e-4, Level.SHARED: 1e-3, Level.NEAR: 2e-3, Level.LETTER: 3e-4,
    Level.OTHER: 5e-3, Level.DIFFERENT: 0.97,
}  # fmt: skip
"""As ``SURNAME_U``; also what a relative who is no sibling shows, whose parents were others."""
GIVEN_F: Mapping[Level, float] = {
    Level.EXACT: 2e-4, Level.ACCENTS: 1e-4, Level.PART: 3e-3, Level.SECOND: 1e-2, Level.VARIANT: 2e-3,
    Level.NICKNAME: 1e-3, Level.SOUND: 1.5e-3, Level.SLIP: 1.5e-3, Level.CUT: 2e-3, Level.INITIAL: 0.10,
    Level.PART_SLIP: 2e-3, Level.SLIPS: 4e-3, Level.SHARED: 2e-2, Level.NEAR: 2e-2, Level.LETTER: 8e-3,
    Level.OTHER: 3e-2, Level.DIFFERENT: 0.88,
}  # fmt: skip
"""Given names of brothers and sisters: never the same, alike more often than chance has it."""
OTHER_SAME_GIVEN = 1e-4
SAME_GIVEN_F = 0.08
"""Part of the frequency of a given name with which a relative bears it too (two guardians called Mohamed)."""
DATE_M: Mapping[DateLevel, float] = {
    DateLevel.EXACT: 0.93, DateLevel.SWAPPED: 0.015, DateLevel.DIGIT: 0.02, DateLevel.TRANSPOSED: 0.003,
    DateLevel.PLACEHOLDER: 0.005, DateLevel.DAY_OFF: 0.002, DateLevel.YEAR: 0.005, DateLevel.DAY: 0.004,
    DateLevel.MONTH: 0.004, DateLevel.PARTIAL: 0.005, DateLevel.SAME_YEAR: 0.003, DateLevel.DIFFERENT: 0.005,
}  # fmt: skip
DATE_CHANCES: Mapping[DateLevel, float] = {
    DateLevel.EXACT: 1 / 365, DateLevel.SWAPPED: 1 / 365, DateLevel.DIGIT: 16 / 365, DateLevel.TRANSPOSED: 3 / 365,
    DateLevel.PLACEHOLDER: 2 / 365, DateLevel.DAY_OFF: 2 / 365, DateLevel.YEAR: 1 / 365, DateLevel.DAY: 27 / 365,
    DateLevel.MONTH: 10 / 365, DateLevel.PARTIAL: 1.0, DateLevel.SAME_YEAR: 0.8, DateLevel.DIFFERENT: 1.0,
}  # fmt: skip
"""Part of the dates of one year that fall on the level; times the share of that year."""
DATE_F: Mapping[DateLevel, float] = {
    DateLevel.EXACT: 0.04, DateLevel.SWAPPED: 6e-4, DateLevel.DIGIT: 4e-3, DateLevel.TRANSPOSED: 1e-3,
    DateLevel.PLACEHOLDER: 1e-3, DateLevel.DAY_OFF: 3e-4, DateLevel.YEAR: 3e-3, DateLevel.DAY: 2e-3,
    DateLevel.MONTH: 2e-3, DateLevel.PARTIAL: 0.05, DateLevel.SAME_YEAR: 0.02, DateLevel.DIFFERENT: 0.92,
}  # fmt: skip
"""Among brothers and sisters of one school about one pair in twenty-five is a pair of twins."""
RELATIVES: Mapping[Wall, float] = {Wall.OPEN: 0.5, Wall.PUPIL: 0.5, Wall.GUARDIAN: 1.0, Wall.STAFF: 0.03}
"""Accounts of the same profile that belong to relatives of one person: siblings, the other parent, a
colleague who is the spouse."""

SEX_F: Mapping[Wall, float] = {Wall.OPEN: 0.5, Wall.PUPIL: 0.5, Wall.GUARDIAN: 0.08, Wall.STAFF: 0.3}
"""Relatives of the same sex."""
CLASS_M: Mapping[ClassLevel, float] = {ClassLevel.EXACT: 0.94, ClassLevel.SAME_YEAR: 0.05, ClassLevel.DIFFERENT: 0.01}
CLASS_STEP = 0.5
CLASS_PSEUDO = 40.0
"""Weight of that prior, in pairs."""
UNTOLD_CLASSES = 0.2
CLASS_F_SAME = 0.06
"""Siblings of one class: twins, and not always."""
HOME_M: Mapping[HomeLevel, float] = {
    HomeLevel.SAME: 0.72, HomeLevel.NEAR: 0.12, HomeLevel.POSTCODE: 0.08, HomeLevel.CITY: 0.02,
    HomeLevel.DIFFERENT: 0.06,
}  # fmt: skip
HOME_U: Mapping[HomeLevel, float] = {
    HomeLevel.SAME: 2e-4, HomeLevel.NEAR: 1.5e-3, HomeLevel.POSTCODE: 1e-3, HomeLevel.CITY: 1e-3,
    HomeLevel.DIFFERENT: 0.9,
}  # fmt: skip
"""Beyond the frequency of the street, the postcode or the town among the accounts."""
HOME_PARTS: Mapping[HomeLevel, HomePart] = {
    HomeLevel.SAME: HomePart.STREET, HomeLevel.NEAR: HomePart.STREET, HomeLevel.POSTCODE: HomePart.POSTCODE,
    HomeLevel.CITY: HomePart.CITY,
}  # fmt: skip
HOME_F: Mapping[HomeLevel, float] = {
    HomeLevel.SAME: 0.6, HomeLevel.NEAR: 0.1, HomeLevel.POSTCODE: 0.1, HomeLevel.CITY: 0.02, HomeLevel.DIFFERENT: 0.18,
}  # fmt: skip
"""Relatives live together, or apart after a separation."""
ID_AGREE = 20.0
"""Bits of a hard identifier that agrees and that nobody else bears."""
ID_SHARED_AGREE = 8.0
"""The same when another record or account bears it too: one of them has it wrongly."""
ID_CROSSED = 8.0
"""The same when the rest says another human: identifiers are crossed between twins and namesakes above all."""
ID_CONTRADICT = -8.0

REFERENCE_SURNAME, REFERENCE_GIVEN = 1e-3, 3e-3
REFERENCE_YEAR: Mapping[Wall, float] = {Wall.OPEN: 0.1, Wall.PUPIL: 0.25, Wall.GUARDIAN: 0.04, Wall.STAFF: 0.03}
REFERENCE_CLASS, REFERENCE_LEVEL = 1 / 25, 1 / 4
REFERENCE_HOME: Mapping[HomePart, float] = {HomePart.STREET: 1e-3, HomePart.POSTCODE: 0.1, HomePart.CITY: 0.1}
REFERENCE_POPULATION = 500.0
"""A middling school, whatever is loaded: leads are measured in it, so that one person more or less changes none."""
RAREST = 1e-6
SURNAME_PRIOR = 1e-5
GIVEN_PRIOR = 1e-4
"""Frequency of a name that the loaded data does not show: surnames have about 1 bearer in 100 000 (median of the INSEE
file of surnames), given names 1 in 10 000."""
PSEUDO_PERSONS = 300
"""Weight of those priors, in persons."""
PSEUDO_OTHERS = 40
"""Weight of the reference frequencies of years, classes and homes: whoever loads three records has learned nothing."""


class Evidence(NamedTuple):
    """What one field says, in bits: ``r`` is ``u`` under reference frequencies, whatever is loaded."""

    level: int
    m: float
    u: float
    f: float
    r: float


class NameEvidence(NamedTuple):
    """What the names say: ``f`` for a sibling and for another relative, each also under reference frequencies."""

    seen: NameComparison
    m: float
    u: float
    r: float
    sibling: float
    other: float
    other_r: float
    surname: float
    """Weight of the surname alone, to show."""
    given: float


NOTHING = Evidence(0, 0.0, 0.0, 0.0, 0.0)


class Weights:
    """Frequencies among the accounts and the weight of every level under them."""

    def __init__(self, accounts: Iterable[Person]) -> None:
        self._years: dict[Wall, Counter[str]] = {wall: Counter() for wall in Wall}
        self._divisions: Counter[str] = Counter()
        self._levels: Counter[str] = Counter()
        self._homes: dict[HomePart, Counter[str]] = {part: Counter() for part in HomePart}
        self._surnames: Counter[str] = Counter()
        self._given: Counter[str] = Counter()
        sets: Counter[NameSet] = Counter()
        for person in accounts:
            sets[person.names] += 1
            if person.dates:
                self._years[person.wall][person.dates[0][:4]] += 1
            if person.home is not None:
                for part, said in zip(HomePart, person.home, strict=True):
                    if said:
                        self._homes[part][said] += 1
            if person.divisions:
                level, code = classes.normal(person.divisions[0])
                self._divisions[code] += 1
                self._levels[level] += 1
        for names, count in sets.items():
            for form in {form for n in names.surnames for form in (n.compact, *n.core)}:
                self._surnames[form] += count
            for form in {form for n in names.given for form in (n.compact, *n.tokens[:1])}:
                self._given[form] += count
        self._name_total = _coarse(sum(sets.values()) + PSEUDO_PERSONS)
        self.foreign_ids: frozenset[str] = frozenset()
        """Numbers that the sources and the accounts take from two bases: they neither agree nor contradict."""
        self.class_m: dict[ClassLevel, float] = dict(CLASS_M)
        self.class_names: Mapping[str, str] = {}
        self.shared_ids: frozenset[tuple[Wall, str, str]] = frozenset()
        self._year_totals = {wall: _coarse(sum(years.values()) + PSEUDO_OTHERS) for wall, years in self._years.items()}
        self._division_total = _coarse(sum(self._divisions.values()) + PSEUDO_OTHERS)
        self._level_totals = {level: _coarse(count + PSEUDO_OTHERS) for level, count in self._levels.items()}
        self._home_totals = {part: _coarse(sum(seen.values()) + PSEUDO_OTHERS) for part, seen in self._homes.items()}
        self._home_pairs: dict[tuple[Home, Home], Evidence] = {}
        self._name_pairs: dict[tuple[int, int], NameEvidence] = {}
        self._date_pairs: dict[tuple[str, str, Wall], Evidence] = {}
        self._class_pairs: dict[tuple[str, str, bool], Evidence] = {}

    def learn_classes(self, seen: Mapping[ClassLevel, int], names: Mapping[str, str]) -> None:
        """How often classes agree, from pairs that names settle: last year's classes agree on nothing; and which go by
        two names."""
        self.class_names = names
        whole = sum(seen.values()) + CLASS_PSEUDO
        for level, prior in CLASS_M.items():
            learned = log2((seen.get(level, 0) + CLASS_PSEUDO * prior) / whole)
            self.class_m[level] = float(2.0 ** (round(learned / CLASS_STEP) * CLASS_STEP))
        self._class_pairs.clear()

    @property
    def classes_tell(self) -> bool:
        """Whether a class of another level speaks against a pair at all."""
        return self.class_m[ClassLevel.DIFFERENT] < UNTOLD_CLASSES

    def surname_frequency(self, form: str) -> float:
        """Share of other people who bear a folded surname."""
        others = max(0.0, self._surnames[form] - 1.0)
        return (others + PSEUDO_PERSONS * SURNAME_PRIOR) / self._name_total + SURNAME_PRIOR

    def given_frequency(self, form: str) -> float:
        """Share of other people who bear a folded given name."""
        others = max(0.0, self._given[form] - 1.0)
        return (others + PSEUDO_PERSONS * GIVEN_PRIOR) / self._name_total + GIVEN_PRIOR

    def is_borne(self, form: str) -> bool:
        """Whether an account bears a folded surname, or half of one."""
        return form in self._surnames

    def names(self, left: NameSet, right: NameSet) -> NameEvidence:
        """Evidence of two sets of names."""
        key = (left.number, right.number)
        found = self._name_pairs.get(key)
        if found is None:
            found = self._name_pairs[key] = self._weigh_names(compare_names(left, right))
        return found

    def _weigh_names(self, seen: NameComparison) -> NameEvidence:
        m = u = r = sibling = other = other_r = surname = given = 0.0
        if seen.surname is not Level.UNKNOWN:
            base = SURNAME_U.get(seen.surname, 0.02)
            named = seen.surname < Level.SHARED
            frequency = _commonest(seen.surname, seen.surname_pair, self.surname_frequency) if named else 0.0
            m, u = log2(SURNAME_M.get(seen.surname, 0.001)), log2(min(1.0, base + frequency))
            r = log2(min(1.0, base + (REFERENCE_SURNAME if named else 0.0)))
            sibling = other = other_r = log2(SURNAME_F.get(seen.surname, 0.01))
            surname = m - u
        if seen.given is not Level.UNKNOWN:
            base = GIVEN_U.get(seen.given, 0.02)
            named = seen.given < Level.SHARED
            frequency = _commonest(seen.given, seen.given_pair, self.given_frequency) if named else 0.0
            reference = REFERENCE_GIVEN if named else 0.0
            given_m, given_u = log2(GIVEN_M.get(seen.given, 0.001)), log2(min(1.0, base + frequency))
            m, u, r = m + given_m, u + given_u, r + log2(min(1.0, base + reference))
            sibling += log2(GIVEN_F.get(seen.given, 0.01))
            other += log2(base + OTHER_SAME_GIVEN + SAME_GIVEN_F * frequency)
            other_r += log2(base + OTHER_SAME_GIVEN + SAME_GIVEN_F * reference)
            given = given_m - given_u
        if seen.second is not Level.UNKNOWN:
            if seen.second in CLOSE or seen.second is Level.EXACT:
                more_m, more_u, more_f = SECOND_SURNAME_M, SECOND_SURNAME_U, SECOND_SURNAME_F
            else:
                more_m, more_u, more_f = OTHER_SECOND_SURNAME_M, 0.0, OTHER_SECOND_SURNAME_F
            m, u, r = m + more_m, u + more_u, r + more_u
            sibling, other, other_r = sibling + more_f, other + more_f, other_r + more_f
        return NameEvidence(seen, m, u, r, sibling, other, other_r, surname, given)

    def dates(self, left: str, right: str, wall: Wall) -> Evidence:
        """Evidence of two birth dates."""
        key = (left, right, wall)
        found = self._date_pairs.get(key)
        if found is None:
            found = self._date_pairs[key] = self._weigh_dates(*key)
        return found

    def _weigh_dates(self, left: str, right: str, wall: Wall) -> Evidence:
        level = compare_dates(left, right)
        if level is DateLevel.UNKNOWN:
            return NOTHING
        year = max(self._years[wall][left[:4]], self._years[wall][right[:4]])
        share = max((year + 1) / self._year_totals[wall], 1 / 60)
        reference = REFERENCE_YEAR[wall]
        if level is DateLevel.DIFFERENT:
            share = reference = 1.0
        chance, referred = min(1.0, DATE_CHANCES[level] * share), min(1.0, DATE_CHANCES[level] * reference)
        if wall is Wall.PUPIL:
            relative = DATE_F[level]
        else:
            relative = min(DATE_F[level], referred) if level < DateLevel.PARTIAL else 1.0
        return Evidence(level, log2(DATE_M[level]), log2(chance), log2(relative), log2(referred))

    def divisions(self, left: str, right: str, dated: bool) -> Evidence:
        """Evidence of two classes; ``dated`` when the birth dates agree, which all but gives the level."""
        key = (left, right, dated)
        found = self._class_pairs.get(key)
        if found is None:
            found = self._class_pairs[key] = self._weigh_divisions(*key)
        return found

    def _weigh_divisions(self, left: str, right: str, dated: bool) -> Evidence:
        level = compare_divisions(left, right, self.class_names)
        if level is ClassLevel.UNKNOWN:
            return NOTHING
        normal = (classes.normal(left), classes.normal(right))
        chance = log2(self._class_chance(level, normal, dated))
        referred = log2(_class_chance(level, REFERENCE_CLASS, REFERENCE_LEVEL, dated))
        relative = 0.5 if dated else CLASS_F_SAME if level is ClassLevel.EXACT else 0.4
        return Evidence(level, log2(self.class_m[level]), chance, log2(relative), referred)

    def _class_chance(self, level: ClassLevel, seen: Sequence[tuple[str, str]], dated: bool) -> float:
        """Chance that two pupils show the level; of a class that differs, whatever is loaded."""
        if level is not ClassLevel.EXACT:
            return _class_chance(level, REFERENCE_CLASS, REFERENCE_LEVEL, dated)
        year, code = max(seen, key=lambda said: self._divisions[said[1]])
        if dated:
            pupils = self._divisions[code] + PSEUDO_OTHERS * REFERENCE_CLASS / REFERENCE_LEVEL
            return min(1.0, pupils / self._level_totals.get(year, PSEUDO_OTHERS))
        return min(1.0, (self._divisions[code] + PSEUDO_OTHERS * REFERENCE_CLASS) / self._division_total)

    def homes(self, left: Home, right: Home) -> Evidence:
        """Evidence of two addresses."""
        key = (left, right)
        found = self._home_pairs.get(key)
        if found is None:
            found = self._home_pairs[key] = self._weigh_homes(left, right)
        return found

    def _weigh_homes(self, left: Home, right: Home) -> Evidence:
        level = compare_homes(left, right)
        if level is HomeLevel.UNKNOWN:
            return NOTHING
        base, frequency, reference = HOME_U[level], 0.0, 0.0
        if level is not HomeLevel.DIFFERENT:
            part = HOME_PARTS[level]
            counts = self._homes[part]
            bearers = max(counts[left[part.value]], counts[right[part.value]])
            reference = REFERENCE_HOME[part]
            frequency = (max(0, bearers - 1) + PSEUDO_OTHERS * reference) / self._home_totals[part]
        chance, referred = min(1.0, base + frequency), min(1.0, base + reference)
        return Evidence(level, log2(HOME_M[level]), log2(chance), log2(HOME_F[level]), log2(referred))

    def identifiers(self, left: Person, right: Person) -> tuple[float, str, str]:
        """(bits, name of a hard identifier that decides, name of one that contradicts)."""
        walls = {left.wall, right.wall}
        agree, contradict, decides, contradicts = 0.0, 0.0, "", ""
        for name, mine in left.ids.items():
            theirs = right.ids.get(name)
            if not theirs or name in self.foreign_ids:
                continue
            shared = mine & theirs
            if shared:
                if any((wall, name, value) in self.shared_ids for value in shared for wall in walls):
                    agree = max(agree, ID_SHARED_AGREE)
                else:
                    agree = ID_AGREE
                    decides = decides or name
            elif name in keys.BASE_IDS and left.schools and right.schools and left.schools.isdisjoint(right.schools):
                continue
            else:
                contradict = ID_CONTRADICT
                contradicts = contradicts or name
        return agree + contradict, decides, contradicts


def _coarse(total: int) -> int:
    """A total rounded down on a scale of quarters: one person more or less changes no frequency, hence no verdict."""
    step = 1
    while step < total:
        further = max(step + 1, step * 5 // 4)
        if further > total:
            break
        step = further
    return min(step, total)


def _commonest(level: Level, pair: tuple[Name | None, Name | None], frequency: Callable[[str], float]) -> float:
    """Frequency of the name that the two share, or of the commoner of two spellings."""
    forms = [n.compact for n in pair if n is not None]
    if level is Level.PART:
        forms = [min((n.core_compact for n in pair if n is not None), key=len, default="")]
    return max((frequency(form) for form in forms), default=RAREST)


def _class_chance(level: ClassLevel, same: float, same_year: float, dated: bool) -> float:
    """Chance that two pupils are in one class, in two of one level, in two levels."""
    if dated:
        same, same_year = same / same_year, 0.95
    if level is ClassLevel.EXACT:
        return same
    return max(same_year - same, 0.02) if level is ClassLevel.SAME_YEAR else max(1 - same_year, 0.05)
