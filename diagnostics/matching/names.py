"""Comparison of names: each pair of names falls on one level, the levels are what the weights are given to.

The levels hold for surnames and given names alike; what a level is worth differs (``weights.py``).
"""

from __future__ import annotations

import enum
import functools

from diagnostics import text
from diagnostics.matching import spelling


class Level(enum.IntEnum):
    """How near two names are; the order is for reading, the weights decide."""

    UNKNOWN = 0
    EXACT = 1
    ACCENTS = 2
    """Same once what an encoding destroyed is set aside."""
    PARTICLE = 3
    CROSSED = 4
    """The usage name of one is the birth name of the other."""
    PART = 5
    """One half of a compound name, one of several given names."""
    SECOND = 6
    """The first given name of one is a further given name of the other."""
    VARIANT = 7
    """Transliteration or a current spelling of the same name."""
    NICKNAME = 8
    SOUND = 9
    SLIP = 10
    """One slip of the keyboard."""
    CUT = 11
    """One is the beginning of the other."""
    INITIAL = 12
    PART_SLIP = 13
    SLIPS = 14
    """Two slips in a long name."""
    SHARED = 15
    """Two compound names share a half."""
    NEAR = 16
    LETTER = 17
    """One letter stands for another that no slip of the hand explains."""
    OTHER = 18
    """Near, but both are given names in their own right: Léo and Léa, Nina and Lina."""
    DIFFERENT = 19


CLOSE = frozenset(range(Level.ACCENTS, Level.OTHER))
SAME = frozenset({Level.EXACT, Level.ACCENTS, Level.PARTICLE, Level.CROSSED})
GLUED = frozenset({
    "DE", "DU", "DES", "D", "LA", "LE", "LES", "L", "DELA", "VAN", "VANDE", "VANDER", "VANDEN", "VON", "DI", "DA",
    "DOS", "DEL", "EL", "AL", "BEN", "BENT", "ABD", "ABOU", "AIT", "SAINT", "ST", "MAC", "MC", "O", "OULD", "N",
})  # fmt: skip
"""Particles that clerks glue to the name."""
MIN_PART = 3
MIN_SLIP = 4
"""Under four letters one keystroke makes another name (LE, LY, BA, SOW)."""
MIN_SLIPS = 7
MIN_CUT_SURNAME = 6
MIN_CUT_GIVEN = 3
NEAR_RATIO = 0.75


class Name:
    """One name as written and the forms it is compared under; built once for each spelling."""

    __slots__ = ("compact", "core", "core_compact", "damaged", "german", "lossy", "raw", "tokens")

    def __init__(self, raw: str) -> None:
        mended, self.damaged = spelling.repair(raw)
        self.raw = raw
        self.tokens = text.words(mended)
        self.compact = "".join(self.tokens)
        core = tuple(token for token in self.tokens if token not in text.PARTICLES)
        self.core = core or self.tokens
        self.core_compact = "".join(self.core)
        if mended.isascii():
            self.lossy = self.german = ""
        else:
            self.lossy = spelling.without_accented(mended)
            other = spelling.german(mended)
            self.german = other if other != self.compact else ""


@functools.lru_cache(maxsize=1 << 17)
def name(raw: str) -> Name:
    """The forms of a written name."""
    return Name(raw)


def osa(left: str, right: str, most: int) -> int:
    """Edits (one swap counts one) between two folded names, ``most`` + 1 when there are more."""
    from rapidfuzz.distance import OSA

    return int(OSA.distance(left, right, score_cutoff=most))


def same_letters(left: Name, right: Name) -> Level | None:
    """EXACT or ACCENTS when the letters are the same; None when they are not."""
    if left.compact == right.compact:
        return Level.ACCENTS if left.damaged or right.damaged else Level.EXACT
    for one, other in ((left, right), (right, left)):
        if one.lossy and one.lossy in (other.compact, other.lossy):
            return Level.ACCENTS
        if one.german and one.german == other.compact:
            return Level.ACCENTS
    return None


@functools.lru_cache(maxsize=1 << 17)
def compare_surnames(left_raw: str, right_raw: str) -> Level:
    """Level of two surnames, the same in either order."""
    left, right = name(left_raw), name(right_raw)
    if not left.compact or not right.compact:
        return Level.UNKNOWN
    if level := same_letters(left, right):
        return level
    if left.core_compact == right.core_compact or _glued(left.compact, right.compact):
        return Level.PARTICLE
    mine = {token for token in left.core if len(token) >= MIN_PART}
    theirs = {token for token in right.core if len(token) >= MIN_PART}
    shared = mine & theirs
    if shared:
        if mine == theirs:
            return Level.PARTICLE
        if shared in (mine, theirs):
            return Level.PART
    a, b = left.compact, right.compact
    short = min(len(a), len(b))
    distance = osa(a, b, 2) if short >= MIN_SLIP else 3
    if distance == 1 and spelling.slip(a, b) == "doublée":
        return Level.SLIP
    if short >= MIN_PART and spelling.sound(a) == spelling.sound(b):
        return Level.SOUND
    if distance == 1:
        return Level.SLIP
    if left.core_compact != a or right.core_compact != b:
        core = min(len(left.core_compact), len(right.core_compact))
        if core >= MIN_SLIP + 1 and osa(left.core_compact, right.core_compact, 1) == 1:
            return Level.PART_SLIP
    if short >= MIN_CUT_SURNAME and (a.startswith(b) or b.startswith(a)):
        return Level.CUT
    if distance == 2 and short >= MIN_SLIPS:
        return Level.SLIPS
    if _part_slip(left, right):
        return Level.PART_SLIP
    if shared:
        return Level.SHARED
    if distance == 2 and short >= MIN_SLIP + 1:
        return Level.NEAR
    return Level.NEAR if short >= MIN_CUT_SURNAME and _ratio(a, b) >= NEAR_RATIO else Level.DIFFERENT


@functools.lru_cache(maxsize=1 << 17)
def compare_given(left_raw: str, right_raw: str) -> Level:
    """Level of two given names, the same in either order."""
    left, right = name(left_raw), name(right_raw)
    a, b = left.compact, right.compact
    if not a or not b:
        return Level.UNKNOWN
    if level := same_letters(left, right):
        # The same initial twice says no more than once.
        return level if min(len(a), len(b)) > 1 else Level.INITIAL
    short = min(len(a), len(b))
    if _initials(left, right):
        return Level.INITIAL
    if short == 1:
        return Level.DIFFERENT
    if _first_shared(left, right) or sorted(left.tokens) == sorted(right.tokens):
        return Level.PART
    if spelling.is_transliteration(a, b):
        return Level.OTHER if spelling.opposite_sexes(a, b) else Level.VARIANT
    if spelling.is_nickname(a, b):
        return Level.NICKNAME
    level = _near_given(left, right)
    if level in {Level.SOUND, Level.SLIP, Level.LETTER, Level.SLIPS, Level.CUT, Level.NEAR}:
        if level is Level.SOUND:
            return Level.OTHER if spelling.opposite_sexes(a, b) else level
        if spelling.ends_as_other_sex(a, b):
            return Level.OTHER
        if spelling.is_given_name(a) and spelling.is_given_name(b):
            return Level.DIFFERENT if level is Level.NEAR else Level.OTHER
    return level


def _near_given(left: Name, right: Name) -> Level:
    a, b = left.compact, right.compact
    short = min(len(a), len(b))
    distance = osa(a, b, 2)
    if distance == 1 and short >= MIN_SLIP and spelling.slip(a, b) == "doublée":
        return Level.SLIP
    if short >= MIN_SLIP and spelling.sound(a) == spelling.sound(b):
        return Level.SOUND
    if distance == 1 and short >= MIN_SLIP - 1:
        kind = spelling.slip(a, b)
        # The last letter often makes another name of it (Elio, Elia; Esma, Esmal), and so does any letter of three.
        whole = max(len(a), len(b)) - 1
        last = a[:whole] == b[:whole]
        if kind == "autre" or (kind == "voisine" and short < MIN_SLIP) or (kind in {"voisine", "oubliée"} and last):
            return Level.LETTER
        return Level.SLIP
    if len(left.tokens) > 1 or len(right.tokens) > 1:
        one, other = left.tokens[0], right.tokens[0]
        if one == other and len(one) > 1:
            return Level.SHARED
        if min(len(one), len(other)) >= MIN_CUT_GIVEN and len(left.tokens) != len(right.tokens):
            if spelling.is_transliteration(one, other):
                return Level.PART_SLIP
            if min(len(one), len(other)) > MIN_SLIP and osa(one, other, 1) == 1:
                return Level.PART_SLIP
    if short >= MIN_CUT_GIVEN and (a.startswith(b) or b.startswith(a)):
        return Level.CUT
    if distance == 1 and short == MIN_SLIP - 2 and len(a) != len(b) and a[0] == b[0]:
        return Level.NEAR
    if distance == 2 and short >= MIN_SLIPS:
        return Level.SLIPS
    if not set(left.tokens).isdisjoint(token for token in right.tokens if len(token) >= MIN_PART):
        return Level.SHARED
    if distance == 2 and short >= MIN_SLIP + 1:
        return Level.NEAR
    return Level.NEAR if short >= MIN_CUT_SURNAME and _ratio(a, b) >= NEAR_RATIO else Level.DIFFERENT


def _ratio(a: str, b: str) -> float:
    from rapidfuzz.distance import Indel

    return float(Indel.normalized_similarity(a, b, score_cutoff=NEAR_RATIO))


def _glued(a: str, b: str) -> bool:
    short, long = (a, b) if len(a) < len(b) else (b, a)
    return len(short) >= MIN_PART and long.endswith(short) and long[: -len(short)] in GLUED


def _part_slip(left: Name, right: Name) -> bool:
    """One half of a compound name, with a slip in it."""
    if len(left.core) == len(right.core) == 1 or min(len(left.core), len(right.core)) > 1:
        return False
    compound, single = (left, right) if len(left.core) > 1 else (right, left)
    return len(single.core[0]) > MIN_SLIP and any(
        len(token) > MIN_SLIP and osa(token, single.core[0], 1) == 1 for token in compound.core
    )


def _first_shared(left: Name, right: Name) -> bool:
    """``Jean`` and ``Jean-Marc``, ``MARIE DESI`` and ``Marie-Désirée``; not ``Jean-Luc`` and ``Jean-Marc``."""
    short, long = sorted((left.tokens, right.tokens), key=len)
    if len(long) == 1 or short[0] != long[0] or len(short[0]) < 2:
        return False
    if len(short) == 1:
        return True
    return all(
        mine == theirs or (min(len(mine), len(theirs)) >= 1 and (mine.startswith(theirs) or theirs.startswith(mine)))
        for mine, theirs in zip(short[1:], long[1:], strict=False)
    )


def _initials(left: Name, right: Name) -> bool:
    """``J.-M.``, ``JM`` or ``J`` for ``Jean-Marc``."""
    for one, other in ((left, right), (right, left)):
        heads = "".join(token[0] for token in other.tokens)
        if len(one.compact) <= 2 and (one.compact == heads or (len(one.compact) == 1 and heads[:1] == one.compact)):
            return len(other.compact) > len(one.compact)
    return False
