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
from collections.abc import Callable, Iterable, Mapping
from math import log2

from diagnostics.matching import classes, keys
from diagnostics.matching.classes import ClassLevel, compare_divisions
from diagnostics.matching.dates import DateLevel, compare_dates
from diagnostics.matching.names import CLOSE, Level, Name
from diagnostics.matching.people import NameComparison, NameSet, Person, Wall, compare_names

SURNAME_M: Mapping[Level, float] = {
    Level.EXACT: 0.88, Level.ACCENTS: 0.01, Level.PARTICLE: 0.01, Level.CROSSED: 0.02, Level.PART: 0.02,
    Level.SOUND: 0.01, Level.SLIP: 0.02, Level.CUT: 0.003, Level.PART_SLIP: 0.003, Level.SLIPS: 0.003,
    Level.SHARED: 0.002, Level.NEAR: 0.002, Level.DIFFERENT: 0.012,
}  # fmt: skip
SURNAME_U: Mapping[Level, float] = {
    Level.EXACT: 0.0, Level.ACCENTS: 0.0, Level.PARTICLE: 3e-4, Level.CROSSED: 0.0, Level.PART: 1e-3,
    Level.SOUND: 4e-4, Level.SLIP: 4e-4, Level.CUT: 2e-4, Level.PART_SLIP: 5e-4, Level.SLIPS: 3e-4,
    Level.SHARED: 1e-3, Level.NEAR: 4e-3, Level.DIFFERENT: 0.98,
}  # fmt: skip
"""Chance of the level between two different surnames drawn at random, measured on the schools of benchmarks/schools.py
and rounded up; that of bearing the very same name is its frequency, which is added."""
SURNAME_F: Mapping[Level, float] = {
    Level.EXACT: 0.75, Level.ACCENTS: 0.01, Level.PARTICLE: 0.01, Level.CROSSED: 0.05, Level.PART: 0.06,
    Level.SOUND: 0.006, Level.SLIP: 0.02, Level.CUT: 0.003, Level.PART_SLIP: 0.004, Level.SLIPS: 0.003,
    Level.SHARED: 0.02, Level.NEAR: 0.004, Level.DIFFERENT: 0.25,
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

SEX_ERROR = 0.015
SEX_F: Mapping[Wall, float] = {Wall.OPEN: 0.5, Wall.PUPIL: 0.5, Wall.GUARDIAN: 0.08, Wall.STAFF: 0.3}
"""Relatives of the same sex."""
CLASS_M: Mapping[ClassLevel, float] = {ClassLevel.EXACT: 0.94, ClassLevel.SAME_YEAR: 0.05, ClassLevel.DIFFERENT: 0.01}
CLASS_F_SAME = 0.06
"""Siblings of one class: twins, and not always."""
CHILD_M = 0.95
CHILD_F = 0.93
SCHOOL_M = {Wall.OPEN: 0.9, Wall.PUPIL: 0.985, Wall.GUARDIAN: 0.97, Wall.STAFF: 0.9}
"""Shared teachers and movers have their account in another school (knowledge.md §2.5)."""
PROFILE_M = 0.97
"""Staff whose profile differs between teaching and not teaching."""
CONTACT_M = 0.5
CONTACT_U = 1e-4
CONTACT_F = 0.2
ID_AGREE = 20.0
"""Bits of a hard identifier that agrees and that nobody else bears."""
ID_SHARED_AGREE = 8.0
"""The same when another record or account bears it too: one of them has it wrongly."""
ID_CROSSED = 8.0
"""The same when the rest says another human: identifiers are crossed between twins and namesakes above all."""
ID_CONTRADICT = -8.0

SURNAME_PRIOR = 1e-5
GIVEN_PRIOR = 1e-4
"""Frequency of a name that the loaded data does not show: surnames have about 1 bearer in 100 000 (median of the INSEE
file of surnames), given names 1 in 10 000."""
PSEUDO_PERSONS = 300.0
"""Weight of those priors, in persons."""


NameEvidence = tuple[NameComparison, float, float, float, float, float, float]


class Weights:
    """Frequencies among the accounts and the weight of every level under them."""

    def __init__(self, accounts: Iterable[Person]) -> None:
        surnames: Counter[str] = Counter()
        given: Counter[str] = Counter()
        years: dict[Wall, Counter[str]] = {wall: Counter() for wall in Wall}
        divisions: Counter[str] = Counter()
        levels: Counter[str] = Counter()
        total = 0
        sets: Counter[int] = Counter()
        by_number: dict[int, NameSet] = {}
        for person in accounts:
            total += 1
            sets[person.names.number] += 1
            by_number[person.names.number] = person.names
            if person.dates:
                years[person.wall][person.dates[0][:4]] += 1
            if person.divisions:
                level, code = classes.normal(person.divisions[0])
                divisions[code] += 1
                levels[level] += 1
        for number, count in sets.items():
            names = by_number[number]
            for form in {form for n in names.surnames for form in (n.compact, *n.core)}:
                surnames[form] += count
            for form in {form for n in names.given for form in (n.compact, *n.tokens[:1])}:
                given[form] += count
        self.persons = total
        self._surnames, self._given = surnames, given
        self._years = years
        self._year_totals = {wall: sum(counter.values()) for wall, counter in years.items()}
        self._divisions, self._levels = divisions, levels
        self._division_total = max(1, sum(divisions.values()))
        self.class_m = dict(CLASS_M)
        self.shared_ids: frozenset[tuple[str, str]] = frozenset()
        self._names: dict[tuple[int, int], NameEvidence] = {}
        self._dates: dict[tuple[str, str, Wall], tuple[DateLevel, float, float, float]] = {}
        self._classes: dict[tuple[str, str, bool], tuple[ClassLevel, float, float, float]] = {}

    def surname_frequency(self, form: str) -> float:
        """Share of other people who bear a folded surname."""
        others = max(0.0, self._surnames[form] - 1.0)
        return (others + PSEUDO_PERSONS * SURNAME_PRIOR) / (self.persons + PSEUDO_PERSONS) + SURNAME_PRIOR

    def given_frequency(self, form: str) -> float:
        """Share of other people who bear a folded given name."""
        others = max(0.0, self._given[form] - 1.0)
        return (others + PSEUDO_PERSONS * GIVEN_PRIOR) / (self.persons + PSEUDO_PERSONS) + GIVEN_PRIOR

    def names(self, left: NameSet, right: NameSet) -> NameEvidence:
        """(comparison, m, u, f of a sibling, f of another relative, surname alone, given name alone), in bits."""
        key = (left.number, right.number)
        found = self._names.get(key)
        if found is None:
            found = self._names[key] = self._weigh_names(compare_names(left, right))
        return found

    def _weigh_names(self, seen: NameComparison) -> NameEvidence:
        m = u = sibling = other = 0.0
        surname = given = 0.0
        if seen.surname is not Level.UNKNOWN:
            chance = SURNAME_U.get(seen.surname, 0.02)
            if seen.surname < Level.SHARED:
                chance += self._commonest(seen.surname, seen.surname_pair, self.surname_frequency)
            m, u = log2(SURNAME_M.get(seen.surname, 0.001)), log2(min(1.0, chance))
            sibling = other = log2(SURNAME_F.get(seen.surname, 0.01))
            surname = m - u
        if seen.given is not Level.UNKNOWN:
            chance = base = GIVEN_U.get(seen.given, 0.02)
            frequency = 0.0
            if seen.given < Level.SHARED:
                frequency = self._commonest(seen.given, seen.given_pair, self.given_frequency)
                chance += frequency
            my_m, my_u = log2(GIVEN_M.get(seen.given, 0.001)), log2(min(1.0, chance))
            m, u = m + my_m, u + my_u
            sibling += log2(GIVEN_F.get(seen.given, 0.01))
            other += log2(base + OTHER_SAME_GIVEN + SAME_GIVEN_F * frequency)
            given = my_m - my_u
        if seen.second is not Level.UNKNOWN:
            if seen.second in CLOSE or seen.second is Level.EXACT:
                m, u = m + SECOND_SURNAME_M, u + SECOND_SURNAME_U
                sibling, other = sibling + SECOND_SURNAME_F, other + SECOND_SURNAME_F
            else:
                m += OTHER_SECOND_SURNAME_M
                sibling, other = sibling + OTHER_SECOND_SURNAME_F, other + OTHER_SECOND_SURNAME_F
        if seen.inverted:
            # As rare whoever the two are: it proves nothing, but costs nothing either.
            turned = log2(0.01)
            m, u, sibling, other = m + turned, u + turned, sibling + turned, other + turned
        return seen, m, u, sibling, other, surname, given

    @staticmethod
    def _commonest(level: Level, pair: tuple[Name | None, Name | None], frequency: Callable[[str], float]) -> float:
        """Frequency of the name that the two share, or of the commoner of two spellings."""
        forms = [n.compact for n in pair if n is not None]
        if level is Level.PART:
            forms = [min((n.core_compact for n in pair if n is not None), key=len, default="")]
        return max((frequency(form) for form in forms), default=0.0)

    def dates(self, left: str, right: str, wall: Wall) -> tuple[DateLevel, float, float, float]:
        """(level, m, u, f) of two birth dates."""
        key = (left, right, wall)
        found = self._dates.get(key)
        if found is None:
            level = compare_dates(left, right)
            if level is DateLevel.UNKNOWN:
                found = (level, 0.0, 0.0, 0.0)
            else:
                total = self._year_totals[wall]
                year = max(self._years[wall][left[:4]], self._years[wall][right[:4]])
                # Never better than one year in forty: whoever loads three records has learned nothing of their ages.
                share = max((year + 1) / (total + 40), 1 / 60)
                chance = DATE_CHANCES[level] * (share if level is not DateLevel.DIFFERENT else 1.0)
                twin = DATE_F[level] if wall is Wall.PUPIL else min(DATE_F[level], chance) if level < 10 else 1.0
                found = (level, log2(DATE_M[level]), log2(min(1.0, chance)), log2(twin))
            self._dates[key] = found
        return found

    def divisions(self, left: str, right: str, dated: bool) -> tuple[ClassLevel, float, float, float]:
        """(level, m, u, f) of two classes; ``dated`` when the birth dates agree, which all but gives the level."""
        key = (left, right, dated)
        found = self._classes.get(key)
        if found is None:
            level = compare_divisions(left, right)
            if level is ClassLevel.UNKNOWN:
                found = (level, 0.0, 0.0, 0.0)
            else:
                year, code = classes.normal(left)
                same = max(self._divisions[code] / self._division_total, 0.01)
                same_year = max(self._levels[year] / self._division_total, same) if year else same
                if dated:
                    same, same_year = same / same_year, 0.95
                chance = {
                    ClassLevel.EXACT: same,
                    ClassLevel.SAME_YEAR: max(same_year - same, 0.02),
                    ClassLevel.DIFFERENT: max(1 - same_year, 0.05),
                }[level]
                twin = CLASS_F_SAME if level is ClassLevel.EXACT else 0.4
                if dated:
                    twin = 0.5
                found = (level, log2(self.class_m[level]), log2(min(1.0, chance)), log2(twin))
            self._classes[key] = found
        return found

    def identifiers(self, left: Person, right: Person) -> tuple[float, str, str]:
        """(bits, name of a hard identifier that decides, name of one that contradicts)."""
        agree, contradict, decides, contradicts = 0.0, 0.0, "", ""
        for name, mine in left.ids.items():
            theirs = right.ids.get(name)
            if not theirs:
                continue
            shared = mine & theirs
            if shared:
                if any((name, value) in self.shared_ids for value in shared):
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
