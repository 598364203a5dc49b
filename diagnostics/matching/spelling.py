"""How one written name can become another: damage of encodings, slips of the keyboard, sounds, other alphabets."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping
from importlib import resources

from diagnostics import text

AZERTY = ("AZERTYUIOP", "QSDFGHJKLM", "WXCVBN")
MOJIBAKE = re.compile("[ÃÂÅÄ][\u0080-\u00bf\u0152-\u2122]|[├┬][\u0080-\u2593]|Ã$|Ã(?= )")
"""UTF-8 read as cp1252 (``Ã©``) or as cp850 (``├®``); ``Ã`` alone is ``à`` whose second byte was a no-break space."""
LOST = re.compile("(?<=\\w)[?\ufffd·](?=\\w)|(?<=\\w)[?\ufffd·]$|^[?\ufffd·](?=\\w)")
"""A letter that a program could not write; safety.clean turns a control character into a middle dot."""
GERMAN = str.maketrans({"Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "Ø": "Oe",
                        "å": "aa", "Å": "Aa"})  # fmt: skip
SOUNDS = (
    ("EAUX", "O"), ("EAU", "O"), ("AUX", "O"), ("AULT", "O"), ("AUD", "O"), ("AUT", "O"), ("AU", "O"),
    ("SCH", "CH"), ("TCH", "CH"), ("SH", "CH"), ("DJ", "J"), ("PH", "F"), ("TH", "T"), ("KH", "K"), ("GH", "G"),
    ("DH", "D"), ("BH", "B"), ("RH", "R"), ("LH", "L"), ("QU", "K"), ("CK", "K"), ("CQ", "K"), ("GUE", "GE"),
    ("GUI", "GI"), ("CE", "SE"), ("CI", "SI"), ("CY", "SI"), ("GE", "JE"), ("GI", "JI"), ("CH", "#"), ("C", "K"),
    ("Q", "K"), ("X", "KS"), ("Z", "S"), ("OU", "U"), ("OO", "U"), ("W", "U"), ("AI", "E"), ("EI", "E"), ("AY", "E"),
    ("EY", "E"), ("Y", "I"), ("EE", "I"), ("IE", "I"), ("AE", "E"), ("OE", "E"), ("H", ""),
)  # fmt: skip
SILENT_END = re.compile(r"(?<=[A-Z#]{3})(?:ES|E|S|T|D|NT)$")
DOUBLED = re.compile(r"(.)\1+")


def _neighbours() -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for row, keys in enumerate(AZERTY):
        for place, key in enumerate(keys):
            near = found.setdefault(key, set())
            for other_row in (row - 1, row, row + 1):
                if 0 <= other_row < len(AZERTY):
                    near.update(AZERTY[other_row][max(0, place - 1) : place + 2])
            near.discard(key)
    return {key: frozenset(near) for key, near in found.items()}


NEIGHBOURS = _neighbours()
"""Keys that touch each other on a French keyboard."""


def repair(value: str) -> tuple[str, bool]:
    """(the text before an encoding damaged it as far as it can be known, whether it was damaged)."""
    if value.isascii() and "?" not in value:
        return value, False
    damaged = False
    for _ in range(2):
        if not MOJIBAKE.search(value):
            break
        mended = _reread(value)
        if mended == value:
            break
        value, damaged = mended, True
    if LOST.search(value):
        return LOST.sub("", value), True
    return value, damaged


def _reread(value: str) -> str:
    padded = re.sub("Ã(?= |$)", "Ã\u00a0", value)
    for encoding in ("cp1252", "latin-1", "cp850"):
        for candidate in (padded, value):
            try:
                return candidate.encode(encoding).decode("utf-8")
            except (UnicodeEncodeError, UnicodeDecodeError):
                continue
    return value


def without_accented(value: str) -> str:
    """The name as a program writes it that drops every letter it does not know: ``Hélène`` → ``HLNE``."""
    return text.fold("".join(c for c in value if c.isascii() or c in "’‐‑–")).replace(" ", "")


def german(value: str) -> str:
    """The other way to write what ASCII has not: ``Müller`` → ``MUELLER``."""
    return text.fold(value.translate(GERMAN)).replace(" ", "")


@functools.lru_cache(maxsize=1 << 15)
def sound(compact: str) -> str:
    """How a folded name sounds to a French clerk: ``PHILIPPE`` and ``FILIP`` are one."""
    if len(compact) < 3:
        return compact
    key = compact
    for written, heard in SOUNDS:
        if written in key:
            key = key.replace(written, heard)
    key = DOUBLED.sub(r"\1", key)
    # MARTINEZ is not heard as MARTIN.
    if not compact.endswith("EZ"):
        key = SILENT_END.sub("", key)
    return key or compact


def slip(left: str, right: str) -> str:
    """What one keystroke of difference is: "doublée", "inversées", "voisine", "oubliée" or "autre".

    The two are one edit apart (OSA distance 1), in either order.
    """
    short, long = sorted((left, right), key=len)
    place = 0
    while place < len(short) and short[place] == long[place]:
        place += 1
    if len(short) != len(long):
        letter = long[place] if place < len(long) else ""
        around = long[place - 1 : place] + long[place + 1 : place + 2]
        return "doublée" if letter and letter in around else "oubliée"
    if short[place : place + 2] == long[place : place + 2][::-1] and short[place + 2 :] == long[place + 2 :]:
        return "inversées"
    return "voisine" if long[place] in NEIGHBOURS.get(short[place], ()) else "autre"


class GivenNames:
    """What ``given_names.toml`` says: spellings of one name, familiar forms, the names that exist and their sex."""

    __slots__ = ("familiar", "feminine", "full", "groups", "masculine", "spellings")

    def __init__(self) -> None:
        data = tomllib.loads(resources.files(__package__).joinpath("given_names.toml").read_text(encoding="utf-8"))
        groups: dict[str, set[int]] = {}
        self.spellings: tuple[tuple[str, ...], ...] = tuple(tuple(line.split()) for line in data["transliterations"])
        for number, line in enumerate(self.spellings):
            for name in line:
                groups.setdefault(name, set()).add(number)
        full: dict[str, set[str]] = {}
        for line in data["nicknames"]:
            nickname, _, names = line.partition(":")
            full.setdefault(nickname.replace(" ", ""), set()).update(names.split())
        self.groups: Mapping[str, frozenset[int]] = {name: frozenset(numbers) for name, numbers in groups.items()}
        self.full: Mapping[str, frozenset[str]] = {name: frozenset(names) for name, names in full.items()}
        familiar: dict[str, set[str]] = {}
        for short, names in full.items():
            for name in names:
                familiar.setdefault(name, set()).add(short)
        self.familiar: Mapping[str, frozenset[str]] = {name: frozenset(short) for name, short in familiar.items()}
        self.masculine = frozenset(data["masculine"].split())
        self.feminine = frozenset(data["feminine"].split())


@functools.cache
def given_names() -> GivenNames:
    """The table of given names, read once, when a name differs for the first time."""
    return GivenNames()


def is_given_name(compact: str) -> bool:
    """Whether a folded word is known as a given name."""
    known = given_names()
    return compact in known.masculine or compact in known.feminine


def sex_of_given(compact: str) -> str:
    """ "M" or "F" when a folded given name is known for one sex only, else ""."""
    known = given_names()
    masculine, feminine = compact in known.masculine, compact in known.feminine
    if masculine is feminine:
        return ""
    return "M" if masculine else "F"


def ends_as_other_sex(left: str, right: str) -> bool:
    """Whether two folded names differ by a last vowel that usually tells boys from girls: Kenzo/Kenza, Amin/Amina.

    A slip of the keyboard seldom falls there, and A, O and E do not touch each other.
    """
    short, long = sorted((left, right), key=len)
    if len(short) == len(long):
        return left[:-1] == right[:-1] and {left[-1], right[-1]} <= set("AEO")
    return len(long) == len(short) + 1 and long == short + "A"


def opposite_sexes(left: str, right: str) -> bool:
    """Whether two folded given names are known, one for boys only and the other for girls only."""
    known = given_names()
    sexes = [(name in known.masculine, name in known.feminine) for name in (left, right)]
    return sorted(sexes) == [(False, True), (True, False)]


def is_transliteration(left: str, right: str) -> bool:
    """Whether two folded given names are one name carried over from another language or spelt otherwise."""
    groups = given_names().groups
    return not groups.get(left, frozenset()).isdisjoint(groups.get(right, frozenset()))


def is_nickname(left: str, right: str) -> bool:
    """Whether one folded given name is a familiar form of the other."""
    full = given_names().full
    return right in full.get(left, ()) or left in full.get(right, ())
