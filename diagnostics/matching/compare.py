"""Two persons compared: the evidence as one number, and field by field for whoever wants to check it."""

from __future__ import annotations

import functools
from math import log2

from diagnostics.matching.classes import ClassLevel
from diagnostics.matching.dates import DateLevel
from diagnostics.matching.homes import HomeLevel
from diagnostics.matching.names import CLOSE, SAME, Level
from diagnostics.matching.people import NameComparison, Person, Wall
from diagnostics.matching.weights import (
    ID_AGREE,
    ID_CROSSED,
    NOTHING,
    REFERENCE_POPULATION,
    RELATIVES,
    SEX_F,
    SURNAME_M,
    Evidence,
    Weights,
)

SURNAME_CHANGED = log2(SURNAME_M[Level.DIFFERENT])
OTHER_SURNAME_M = {"pupil": log2(0.004), "man": log2(0.005), "woman": log2(0.03), "": log2(0.015)}
"""How often one human bears two surnames that nothing joins: the birth name here, the usage name there."""
SEX_ERROR = 0.015
SEX_SAME, SEX_DIFFERENT = log2(1 - SEX_ERROR), log2(SEX_ERROR)
GUESSED_SEX_ERROR = log2(0.08)
SCHOOL_M = {Wall.OPEN: 0.9, Wall.PUPIL: 0.985, Wall.GUARDIAN: 0.97, Wall.STAFF: 0.9}
"""Shared teachers and movers have their account in another school (knowledge.md §2.5)."""
PROFILE_DIFFERENT_M, PROFILE_DIFFERENT_U = log2(0.03), log2(0.3)
"""Staff who teach for one software and do not for the other."""
CHILD_M, CHILD_F = log2(0.95), log2(0.93)
CHILD_CHANCE = 2.5
"""Guardians that a child has, rounded up."""
SIBLING_M, SIBLING_U, SIBLING_F = log2(0.9), log2(0.3), log2(0.8)
"""Each further child in common: the other guardians of a family share them all, homonyms seldom more than one."""
ALONE_M, ALONE_U, ALONE_F = log2(0.25), log2(0.5), log2(0.4)
"""Each child whom one side alone gives: exports leave some out, and homonyms have their own."""
MOST_SIBLINGS = 2
"""Further children that count: those of one family are no evidence apart from each other."""
NO_CHILD_M, NO_CHILD_F = log2(0.008), log2(0.07)
NO_CHILD_NAMED_M, NO_CHILD_NAMED_F = log2(0.15), log2(0.3)
"""When only names of children can be compared: they are misspelt and incomplete."""
CONTACT_M, CONTACT_U, CONTACT_F = log2(0.5), log2(1e-4), log2(0.2)
"""A shared mail address or phone number; parents share theirs now and then."""


Change = tuple[float, float, float]
"""Bits to add to m, u and f."""
NO_CHANGE: Change = (0.0, 0.0, 0.0)


class Pair:
    """A record and an account compared.

    Attributes:
        bits: evidence that they are one human, in bits; the higher the surer.
        rank: the same under reference frequencies, to measure leads between rivals.
        names, date, division: levels, for gates and reasons.
        decides: name of the hard identifier that agrees and is borne by nobody else, or "".
        contradicts: name of the hard identifier that says otherwise, or "".
        children: 1 some child shared, -1 none though both sides name theirs, 0 not known.
        siblings: (children in common, children of the larger family).
        school: 1 same, -1 another, 0 not known.
        sex: 1 same, -1 different, 0 not known.
        home: level of the addresses.
        contact: a shared mail address or phone number.
        borne: the surnames are near but not the same, and accounts bear either.
    """

    __slots__ = (
        "account", "bits", "borne", "children", "contact", "contradicts", "date", "date_pair", "decides", "division",
        "division_pair", "home", "names", "person", "rank", "school", "sex", "siblings", "weights",
    )  # fmt: skip

    def __init__(self, person: Person, account: Person) -> None:
        self.person = person
        self.account = account
        self.bits = 0.0
        self.rank = 0.0
        self.names: NameComparison
        self.date = DateLevel.UNKNOWN
        self.date_pair = ("", "")
        self.division = ClassLevel.UNKNOWN
        self.division_pair = ("", "")
        self.decides = ""
        self.contradicts = ""
        self.children = 0
        self.siblings = (0, 0)
        self.school = 0
        self.sex = 0
        self.contact = False
        self.borne = False
        self.home = HomeLevel.UNKNOWN
        self.weights: dict[str, float] = {}


def walled(left: Person, right: Person) -> bool:
    """Whether the profiles can never be one account's."""
    return left.wall is not right.wall and left.wall is not Wall.OPEN and right.wall is not Wall.OPEN


def compare(person: Person, account: Person, weights: Weights, population: float, elsewhere: float = 0.0) -> Pair:
    """The evidence that ``account`` is ``person``'s.

    ``population`` is how many accounts of the person's school (or of no known school) could be, ``elsewhere`` how many
    of other schools: a name alone proves much among sixty teachers and nothing among sixty thousand.

    Symmetric: ``compare(a, b).bits == compare(b, a).bits``.
    """
    pair = Pair(person, account)
    wall = max(person.wall, account.wall)
    named = weights.names(person.names, account.names)
    seen = pair.names = named.seen
    detail = pair.weights
    detail["nom"], detail["prénom"] = named.surname, named.given
    m, u, r = named.m, named.u, named.r
    f, f_r = (named.sibling, named.sibling) if wall is Wall.PUPIL else (named.other, named.other_r)

    if person.dates and account.dates and (said := _dates(pair, weights, wall)).level:
        m, u, f, r, f_r = m + said.m, u + said.u, f + said.f, r + said.r, f_r + said.f
        detail["naissance"] = said.m - said.u
    if person.divisions and account.divisions and (said := _divisions(pair, weights)).level:
        m, u, f, r, f_r = m + said.m, u + said.u, f + said.f, r + said.r, f_r + said.f
        detail["classe"] = said.m - said.u
    if person.home is not None and account.home is not None and (said := _homes(pair, weights)).level:
        m, u, f, r, f_r = m + said.m, u + said.u, f + said.f, r + said.r, f_r + said.f
        detail["adresse"] = said.m - said.u
    if seen.surname in CLOSE and seen.surname not in SAME:
        pair.borne = all(name is not None and weights.is_borne(name.compact) for name in seen.surname_pair)
    if seen.surname is Level.DIFFERENT:
        m += _other_surname(pair, wall)
    more_m, more_u, more_f = _sexes(pair, wall)
    if person.schools or person.profile is not account.profile:
        m, u, f, r, f_r = _added(m, u, f, r, f_r, _places(pair, wall, population, elsewhere))
    if person.child_names and account.child_names:
        m, u, f, r, f_r = _added(m, u, f, r, f_r, _children(pair, population))
    if person.contacts and account.contacts:
        m, u, f, r, f_r = _added(m, u, f, r, f_r, _contacts(pair))
    m, u, f, r, f_r = m + more_m, u + more_u, f + more_f, r + more_u, f_r + more_f

    identified = 0.0
    if person.ids and account.ids:
        identified, pair.decides, pair.contradicts = weights.identifiers(person, account)
        if pair.decides and (pair.date in AGAINST_DATES or seen.given in AGAINST_GIVEN):
            identified += ID_CROSSED - ID_AGREE
        if identified:
            detail["identifiant"] = identified
    identified -= person.handicap + account.handicap
    pair.bits = m - _mixed(u, f, RELATIVES[wall] / max(population, 2.0)) + identified
    pair.rank = m - _mixed(r, f_r, RELATIVES[wall] / REFERENCE_POPULATION) + identified
    return pair


AGAINST_DATES = frozenset({DateLevel.DIFFERENT, DateLevel.SAME_YEAR})
AGAINST_GIVEN = frozenset({Level.OTHER, Level.DIFFERENT})


def _added(
    m: float, u: float, f: float, r: float, f_r: float, change: Change
) -> tuple[float, float, float, float, float]:
    more_m, more_u, more_f = change
    return m + more_m, u + more_u, f + more_f, r + more_u, f_r + more_f


@functools.lru_cache(maxsize=64)
def _logs(share: float) -> tuple[float, float]:
    return log2(1 - share), log2(share)


def _mixed(stranger: float, relative: float, share: float) -> float:
    """log2((1 - p)·2^u + p·2^f), p at most one half, without leaving the range of floats."""
    not_share, share = _logs(min(0.5, share))
    stranger, relative = stranger + not_share, relative + share
    if stranger < relative:
        stranger, relative = relative, stranger
    # Beyond twenty bits the smaller changes nothing that counts.
    return stranger if stranger - relative > 20 else stranger + log2(1 + 2 ** (relative - stranger))


def _dates(pair: Pair, weights: Weights, wall: Wall) -> Evidence:
    best = NOTHING
    for mine in pair.person.dates:
        for theirs in pair.account.dates:
            found = weights.dates(mine, theirs, wall)
            if found.level and (not best.level or found.m - found.u > best.m - best.u):
                best = found
                pair.date, pair.date_pair = DateLevel(found.level), (mine, theirs)
    return best


def _divisions(pair: Pair, weights: Weights) -> Evidence:
    best = NOTHING
    dated = DateLevel.EXACT <= pair.date <= DateLevel.DAY
    for mine in pair.person.divisions:
        for theirs in pair.account.divisions:
            found = weights.divisions(mine, theirs, dated)
            if found.level and (not best.level or found.level < best.level):
                best = found
                pair.division, pair.division_pair = ClassLevel(found.level), (mine, theirs)
    return best


def _homes(pair: Pair, weights: Weights) -> Evidence:
    mine, theirs = pair.person.home, pair.account.home
    assert mine is not None
    assert theirs is not None
    found = weights.homes(mine, theirs)
    pair.home = HomeLevel(found.level)
    return found


def _other_surname(pair: Pair, wall: Wall) -> float:
    """Bits to add to ``m``: women change their name more than men, and pupils least."""
    left, right = pair.person, pair.account
    known = {left.sex, right.sex} - {""} or {left.sex_guess, right.sex_guess} - {""}
    kind = "pupil" if wall is Wall.PUPIL else "woman" if known == {"F"} else "man" if known == {"M"} else ""
    change = OTHER_SURNAME_M[kind] - SURNAME_CHANGED
    pair.weights["nom"] += change
    return change


def _sexes(pair: Pair, wall: Wall) -> Change:
    left, right, seen = pair.person, pair.account, pair.names
    sex, other = left.sex, right.sex
    if sex and other:
        alike = SEX_F[wall]
        same = sex == other
        pair.sex = 1 if same else -1
        found = SEX_SAME if same else SEX_DIFFERENT
        pair.weights["sexe"] = found + 1.0
        return found, -1.0, log2(alike if same else 1 - alike)
    if not (seen.inverted or seen.given >= Level.NEAR) or seen.shuffled:
        return NO_CHANGE
    # What the given names say of the sex; a name in the wrong place says nothing of its bearer.
    if not seen.inverted or other:
        sex = sex or left.sex_guess
    if not seen.inverted or left.sex:
        other = other or right.sex_guess
    if not sex or not other or sex == other:
        return NO_CHANGE
    pair.sex = -1
    pair.weights["sexe"] = GUESSED_SEX_ERROR + 1.0
    return GUESSED_SEX_ERROR, -1.0, log2(1 - SEX_F[wall])


def _places(pair: Pair, wall: Wall, population: float, elsewhere: float) -> Change:
    """School, and the two sorts of staff."""
    left, right = pair.person, pair.account
    m = u = 0.0
    if left.schools and right.schools:
        pair.school = -1 if left.schools.isdisjoint(right.schools) else 1
        if pair.school < 0:
            m = log2(1 - SCHOOL_M[wall]) - max(0.0, log2(max(1.0, elsewhere) / max(1.0, population)))
            pair.weights["établissement"] = m
    if left.profile is not right.profile and left.wall is Wall.STAFF and right.wall is Wall.STAFF:
        m, u = m + PROFILE_DIFFERENT_M, u + PROFILE_DIFFERENT_U
        pair.weights["profil"] = PROFILE_DIFFERENT_M - PROFILE_DIFFERENT_U
    return m, u, u


def _children(pair: Pair, population: float) -> Change:
    left, right = pair.person, pair.account
    if not left.child_accounts.isdisjoint(right.child_accounts) or not left.child_names.isdisjoint(right.child_names):
        pair.children = 1
        fewest = min(len(left.child_names), len(right.child_names))
        m, u, f = CHILD_M, log2(min(0.5, CHILD_CHANCE * fewest / max(population, 2.0))), CHILD_F
        mine, theirs = _family_size(left), _family_size(right)
        common = min(len(left.child_names & right.child_names), mine, theirs)
        common = max(common, len(left.child_accounts & right.child_accounts), 1)
        pair.siblings = common, max(mine, theirs)
        more, alone = min(common - 1, MOST_SIBLINGS), min(abs(mine - theirs), MOST_SIBLINGS)
        m += more * SIBLING_M + alone * ALONE_M
        u += more * SIBLING_U + alone * ALONE_U
        f += more * SIBLING_F + alone * ALONE_F
    elif left.child_accounts and right.child_accounts:
        pair.children = -1
        m, u, f = NO_CHILD_M, 0.0, NO_CHILD_F
    else:
        pair.children = -1
        m, u, f = NO_CHILD_NAMED_M, 0.0, NO_CHILD_NAMED_F
    pair.weights["enfants"] = m - u
    return m, u, f


def _family_size(person: Person) -> int:
    """How many children the exports give; ``child_names`` also has other spellings of them."""
    return len(person.children_said) or len(person.child_accounts)


def _contacts(pair: Pair) -> Change:
    if pair.person.contacts.isdisjoint(pair.account.contacts):
        return NO_CHANGE
    pair.contact = True
    pair.weights["coordonnées"] = CONTACT_M - CONTACT_U
    return CONTACT_M, CONTACT_U, CONTACT_F
