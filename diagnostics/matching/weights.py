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
from collections.abc import Iterable, Mapping
from math import log2

from diagnostics.matching import classes, keys
from diagnostics.matching.classes import ClassLevel, compare_divisions
from diagnostics.matching.dates import DateLevel, compare_dates
from diagnostics.matching.names import Level
from diagnostics.matching.people import NameComparison, NameSet, Person, Wall, compare_names

SURNAME_M: Mapping[Level, float] = {
    Level.EXACT: 0.88, Level.ACCENTS: 0.01, Level.PARTICLE: 0.01, Level.CROSSED: 0.02, Level.PART: 0.02,
    Level.SOUND: 0.006, Level.SLIP: 0.02, Level.CUT: 0.003, Level.PART_SLIP: 0.003, Level.SLIPS: 0.003,
    Level.SHARED: 0.002, Level.NEAR: 0.002, Level.DIFFERENT: 0.012,
}  # fmt: skip
SURNAME_U: Mapping[Level, float] = {
    Level.EXACT: 0.0, Level.ACCENTS: 0.0, Level.PARTICLE: 2e-5, Level.CROSSED: 0.0, Level.PART: 1e-4,
    Level.SOUND: 2e-4, Level.SLIP: 6e-4, Level.CUT: 1e-4, Level.PART_SLIP: 6e-4, Level.SLIPS: 2e-3,
    Level.SHARED: 1e-3, Level.NEAR: 1e-2, Level.DIFFERENT: 0.98,
}  # fmt: skip
"""Chance of the level beyond that of bearing the very same name, which the frequency gives."""
SURNAME_F: Mapping[Level, float] = {
    Level.EXACT: 0.80, Level.ACCENTS: 0.01, Level.PARTICLE: 0.01, Level.CROSSED: 0.05, Level.PART: 0.06,
    Level.SOUND: 0.006, Level.SLIP: 0.02, Level.CUT: 0.003, Level.PART_SLIP: 0.004, Level.SLIPS: 0.003,
    Level.SHARED: 0.02, Level.NEAR: 0.004, Level.DIFFERENT: 0.20,
}  # fmt: skip
GIVEN_M: Mapping[Level, float] = {
    Level.EXACT: 0.88, Level.ACCENTS: 0.012, Level.PART: 0.025, Level.SECOND: 0.006, Level.VARIANT: 0.015,
    Level.NICKNAME: 0.01, Level.SOUND: 0.008, Level.SLIP: 0.02, Level.CUT: 0.004, Level.INITIAL: 0.005,
    Level.PART_SLIP: 0.002, Level.SLIPS: 0.003, Level.SHARED: 0.001, Level.NEAR: 0.001, Level.OTHER: 0.002,
    Level.DIFFERENT: 0.0015,
}  # fmt: skip
GIVEN_U: Mapping[Level, float] = {
    Level.EXACT: 0.0, Level.ACCENTS: 0.0, Level.PART: 2e-3, Level.SECOND: 5e-3, Level.VARIANT: 2e-3,
    Level.NICKNAME: 2e-3, Level.SOUND: 1e-3, Level.SLIP: 1e-3, Level.CUT: 1e-3, Level.INITIAL: 0.08,
    Level.PART_SLIP: 1e-3, Level.SLIPS: 2e-3, Level.SHARED: 1e-2, Level.NEAR: 1e-2, Level.OTHER: 1.5e-2,
    Level.DIFFERENT: 0.93,
}  # fmt: skip
GIVEN_F: Mapping[Level, float] = {
    Level.EXACT: 2e-4, Level.ACCENTS: 1e-4, Level.PART: 3e-3, Level.SECOND: 1e-2, Level.VARIANT: 2e-3,
    Level.NICKNAME: 1e-3, Level.SOUND: 1.5e-3, Level.SLIP: 1.5e-3, Level.CUT: 3e-3, Level.INITIAL: 0.10,
    Level.PART_SLIP: 2e-3, Level.SLIPS: 4e-3, Level.SHARED: 2e-2, Level.NEAR: 2e-2, Level.OTHER: 3e-2,
    Level.DIFFERENT: 0.90,
}  # fmt: skip
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
CLASS_M: Mapping[ClassLevel, float] = {ClassLevel.EXACT: 0.93, ClassLevel.SAME_YEAR: 0.045, ClassLevel.DIFFERENT: 0.025}
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
ID_CONTRADICT = -8.0

SURNAME_PRIOR = 1e-5
GIVEN_PRIOR = 1e-4
"""Frequency of a name that the loaded data does not show: surnames have about 1 bearer in 100 000 (median of the INSEE
file of surnames), given names 1 in 10 000."""
PSEUDO_PERSONS = 300.0
"""Weight of those priors, in persons."""


NameEvidence = tuple[NameComparison, float, float, float, float, float]


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
        self.ignored_ids: frozenset[str] = frozenset()
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
        """(comparison, m, u, f, surname alone, given name alone) of two sets of names, in bits."""
        key = (left.number, right.number)
        found = self._names.get(key)
        if found is None:
            found = self._names[key] = self._weigh_names(compare_names(left, right))
        return found

    def _weigh_names(self, seen: NameComparison) -> NameEvidence:
        m = u = f = 0.0
        alone: list[float] = []
        for level, pair, tables, frequency in (
            (seen.surname, seen.surname_pair, (SURNAME_M, SURNAME_U, SURNAME_F), self.surname_frequency),
            (seen.given, seen.given_pair, (GIVEN_M, GIVEN_U, GIVEN_F), self.given_frequency),
        ):
            if level is Level.UNKNOWN:
                alone.append(0.0)
                continue
            chance = tables[1].get(level, 0.02)
            if level < Level.SHARED:
                # A name as rare as the rarer spelling of the two; exact names have one spelling.
                forms = [n.compact for n in pair if n is not None]
                if level is Level.PART:
                    forms = [min((n.core_compact for n in pair if n is not None), key=len, default="")]
                chance += max((frequency(form) for form in forms), default=0.0)
            m += log2(tables[0].get(level, 0.001))
            u += log2(min(1.0, chance))
            relative = tables[2].get(level, 0.01)
            if level is Level.EXACT and frequency is not self.surname_frequency:
                relative += SAME_GIVEN_F * chance
            f += log2(relative)
            alone.append(log2(tables[0].get(level, 0.001)) - log2(min(1.0, chance)))
        if seen.inverted:
            m, u, f = m + log2(0.01), u + log2(0.01), f + log2(0.01)
        return seen, m, u, f, alone[0], alone[1]

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
        bits, decides, contradicts = 0.0, "", ""
        for name, mine in left.ids.items():
            theirs = right.ids.get(name)
            if not theirs or name in self.ignored_ids:
                continue
            shared = mine & theirs
            if shared:
                if any((name, value) in self.shared_ids for value in shared):
                    bits += ID_SHARED_AGREE
                else:
                    bits += ID_AGREE
                    decides = decides or name
            elif name in keys.BASE_IDS and left.schools and right.schools and left.schools.isdisjoint(right.schools):
                continue
            else:
                bits += ID_CONTRADICT
                contradicts = contradicts or name
        return bits, decides, contradicts
