"""Two persons compared: the evidence as one number, and field by field for whoever wants to check it."""

from __future__ import annotations

from math import log2

from diagnostics.matching.classes import ClassLevel
from diagnostics.matching.dates import DateLevel
from diagnostics.matching.names import Level
from diagnostics.matching.people import NameComparison, Person, Wall
from diagnostics.matching.weights import (
    CHILD_F,
    CHILD_M,
    CONTACT_F,
    CONTACT_M,
    CONTACT_U,
    ID_AGREE,
    ID_CROSSED,
    PROFILE_M,
    RELATIVES,
    SCHOOL_M,
    SEX_ERROR,
    SEX_F,
    SURNAME_M,
    Weights,
)

NO_CHILD_M, NO_CHILD_F = log2(0.02), log2(0.07)
NO_CHILD_NAMED_M, NO_CHILD_NAMED_F = log2(0.15), log2(0.3)
"""When only names of children can be compared: they are misspelt and incomplete."""
OTHER_SURNAME_M = {"pupil": log2(0.004), "man": log2(0.005), "woman": log2(0.05), "": log2(0.02)}
"""How often one human bears two surnames that nothing joins: the birth name here, the usage name there."""
GUESSED_SEX_ERROR = log2(0.08)
SEX_SAME, SEX_DIFFERENT = log2(1 - SEX_ERROR), log2(SEX_ERROR)


class Pair:
    """A record and an account compared.

    Attributes:
        bits: evidence that they are one human, in bits; the higher the surer.
        names, date, division: levels, for gates and reasons.
        decides: name of the hard identifier that agrees and is borne by nobody else, or "".
        contradicts: name of the hard identifier that says otherwise, or "".
        children: 1 some child shared, -1 none though both sides name theirs, 0 not known.
        school: 1 same, -1 another, 0 not known.
        sex: 1 same, -1 different, 0 not known.
        contact: a shared mail address or phone number.
    """

    __slots__ = (
        "account", "bits", "children", "contact", "contradicts", "date", "date_pair", "decides", "division",
        "division_pair", "names", "person", "school", "sex", "weights",
    )  # fmt: skip

    def __init__(self, person: Person, account: Person) -> None:
        self.person = person
        self.account = account
        self.bits = 0.0
        self.names: NameComparison
        self.date = DateLevel.UNKNOWN
        self.date_pair = ("", "")
        self.division = ClassLevel.UNKNOWN
        self.division_pair = ("", "")
        self.decides = ""
        self.contradicts = ""
        self.children = 0
        self.school = 0
        self.sex = 0
        self.contact = False
        self.weights: dict[str, float] = {}


def walled(left: Person, right: Person) -> bool:
    """Whether the profiles can never be one account's."""
    return left.wall is not right.wall and left.wall is not Wall.OPEN and right.wall is not Wall.OPEN


def compare(person: Person, account: Person, weights: Weights, population: float) -> Pair:
    """The evidence that ``account`` is ``person``'s; ``population`` is how many accounts could be.

    Symmetric: ``compare(a, b).bits == compare(b, a).bits``.
    """
    pair = Pair(person, account)
    wall = max(person.wall, account.wall)
    detail = pair.weights
    evidence = weights.names(person.names, account.names)
    pair.names, m, u, sibling, other, detail["nom"], detail["prénom"] = evidence
    f = sibling if wall is Wall.PUPIL else other
    seen = pair.names

    best: tuple[DateLevel, float, float, float] | None = None
    for mine in person.dates:
        for theirs in account.dates:
            found = weights.dates(mine, theirs, wall)
            if found[0] and (best is None or found[1] - found[2] > best[1] - best[2]):
                best = found
                pair.date_pair = (mine, theirs)
    if best is not None:
        pair.date = best[0]
        m, u, f = m + best[1], u + best[2], f + best[3]
        detail["naissance"] = best[1] - best[2]

    if person.divisions and account.divisions:
        dated = DateLevel.EXACT <= pair.date <= DateLevel.DAY
        chosen: tuple[ClassLevel, float, float, float] | None = None
        for mine in person.divisions:
            for theirs in account.divisions:
                met = weights.divisions(mine, theirs, dated)
                if met[0] and (chosen is None or met[0] < chosen[0]):
                    chosen = met
                    pair.division_pair = (mine, theirs)
        if chosen is not None:
            pair.division = chosen[0]
            m, u, f = m + chosen[1], u + chosen[2], f + chosen[3]
            detail["classe"] = chosen[1] - chosen[2]

    sex, their_sex = person.sex, account.sex
    if seen.surname is Level.DIFFERENT:
        who = sex or their_sex or person.sex_guess
        kind = "pupil" if wall is Wall.PUPIL else "woman" if who == "F" else "man" if who == "M" else ""
        change = OTHER_SURNAME_M[kind] - log2(SURNAME_M[Level.DIFFERENT])
        m += change
        detail["nom"] += change
    if sex and their_sex:
        alike = SEX_F[wall]
        if sex == their_sex:
            pair.sex = 1
            m, u, f = m + SEX_SAME, u - 1.0, f + log2(alike)
            detail["sexe"] = SEX_SAME + 1.0
        else:
            pair.sex = -1
            m, u, f = m + SEX_DIFFERENT, u - 1.0, f + log2(1 - alike)
            detail["sexe"] = SEX_DIFFERENT + 1.0
    elif (seen.inverted or seen.given >= Level.NEAR) and not seen.shuffled:
        # What the given names say of the sex; a name in the wrong place says nothing of its bearer.
        if not seen.inverted or their_sex:
            sex = sex or person.sex_guess
        if not seen.inverted or person.sex:
            their_sex = their_sex or account.sex_guess
        if sex and their_sex and sex != their_sex:
            pair.sex = -1
            m, u, f = m + GUESSED_SEX_ERROR, u - 1.0, f + log2(1 - SEX_F[wall])
            detail["sexe"] = GUESSED_SEX_ERROR + 1.0

    if person.schools and account.schools:
        there = SCHOOL_M[wall]
        pair.school = -1 if person.schools.isdisjoint(account.schools) else 1
        if pair.school < 0:
            m += log2(1 - there)
            detail["établissement"] = log2(1 - there)

    if person.profile is not account.profile and person.wall is Wall.STAFF and account.wall is Wall.STAFF:
        m, u, f = m + log2(1 - PROFILE_M), u + log2(0.3), f + log2(0.3)
        detail["profil"] = log2(1 - PROFILE_M) - log2(0.3)

    if person.child_names and account.child_names:
        known = bool(person.child_accounts) and bool(account.child_accounts)
        if not person.child_accounts.isdisjoint(account.child_accounts) or not person.child_names.isdisjoint(
            account.child_names
        ):
            pair.children = 1
            chance = log2(min(0.5, 2.5 * len(account.child_names) / max(population, 2.0)))
            m, u, f = m + log2(CHILD_M), u + chance, f + log2(CHILD_F)
            detail["enfants"] = log2(CHILD_M) - chance
        elif known:
            pair.children = -1
            m, f = m + NO_CHILD_M, f + NO_CHILD_F
            detail["enfants"] = NO_CHILD_M
        else:
            pair.children = -1
            m, f = m + NO_CHILD_NAMED_M, f + NO_CHILD_NAMED_F
            detail["enfants"] = NO_CHILD_NAMED_M

    if person.contacts and account.contacts and not person.contacts.isdisjoint(account.contacts):
        pair.contact = True
        m, u, f = m + log2(CONTACT_M), u + log2(CONTACT_U), f + log2(CONTACT_F)
        detail["coordonnées"] = log2(CONTACT_M) - log2(CONTACT_U)

    relatives = min(0.5, RELATIVES[wall] / max(population, 2.0))
    # log2((1 - p)·2^u + p·2^f) without leaving floats' range.
    stranger, relative = u + log2(1 - relatives), f + log2(relatives)
    top = max(stranger, relative)
    chance = top + log2(1 + 2 ** -(abs(stranger - relative)))
    identified, pair.decides, pair.contradicts = weights.identifiers(person, account)
    against = pair.date in {DateLevel.DIFFERENT, DateLevel.SAME_YEAR} or seen.given in {Level.OTHER, Level.DIFFERENT}
    if pair.decides and against:
        identified += ID_CROSSED - ID_AGREE
    if identified:
        detail["identifiant"] = identified
    pair.bits = m - chance + identified
    return pair
