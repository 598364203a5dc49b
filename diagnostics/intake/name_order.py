"""A name as written, and the order of its words: which is the surname, which the given name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from diagnostics.intake.tokens import Token
from diagnostics.text import PARTICLES, is_upper


@dataclass(frozen=True)
class Name:
    """A name as written.

    Attributes:
        start, end: its range, title excluded.
        surname, given: as understood; "" when not written.
        title: folded title before it (« MME », « PARENTS »), "" without.
        unsure: its order cannot be told from the text (« Mohamed Rola »).
        typed: how it was recognised: "titre", "casse", "initiale", "prénom", "minuscules".
    """

    start: int
    end: int
    surname: str
    given: str
    title: str = ""
    unsure: bool = False
    typed: str = "casse"


PARTICLE_WORDS = PARTICLES - {"LES", "DES", "SAINT", "ST", "SAINTE", "STE", "AL"} | {"DELA", "VANDE", "TER", "Y", "E"}
SOURCE_CODE = re.compile(
    r"([^\W\d_](?:[^\W\d_]|['’-]){0,30}\.?(?: [^\W\d_](?:[^\W\d_]|['’-]){1,20}){0,2})\$([^$\n]{2,40})\$"
    r"(?:\d{4}-\d\d-\d\d|\d\d/\d\d/\d{4})?"
)
"""A teacher's source code (formats.md)."""
SURNAME_FIRST = frozenset({
    "NGUYEN", "TRAN", "PHAM", "HUYNH", "HOANG", "VUONG", "DANG", "TRINH", "ZHANG", "WANG", "CHEN", "LIU", "ZHOU",
    "HUANG", "BUI", "DINH", "PHAN", "TRUONG", "DUONG", "VU", "VO", "LY", "HO",
})  # fmt: skip
"""Surnames that are written before the given names where they come from."""
COMPOUND_FIRST = frozenset({"JEAN", "MARIE", "ANNE", "PIERRE", "ABD", "ABDEL", "LOU", "LISE", "ROSE"})


def order(parts: Sequence[Token], *, titled: bool = False) -> tuple[str, str, bool]:
    """(surname, given names, whether the order is a guess)."""
    raws = [part.raw for part in parts]
    upper = [part.upper for part in parts]
    if parts[0].initial:
        return " ".join(raws[1:]), raws[0], False
    if parts[-1].initial:
        return raws[-1], " ".join(raws[:-1]), False
    if any(upper) and not all(upper):
        if upper[0]:
            cut = next(i for i, up in enumerate(upper) if not up)
            if all(not up for up in upper[cut:]):
                return " ".join(raws[:cut]), " ".join(raws[cut:]), False
        elif upper[-1]:
            cut = len(upper) - next(i for i, up in enumerate(reversed(upper)) if not up)
            return " ".join(raws[cut:]), " ".join(raws[:cut]), False
    first, last = parts[0].given, parts[-1].given
    if titled and not first and not last and any(part.key in PARTICLE_WORDS for part in parts):
        return " ".join(raws), "", False
    if parts[0].key in PARTICLE_WORDS and all(upper):
        return " ".join(raws), "", False
    if parts[0].key in SURNAME_FIRST or (len(parts) > 2 and parts[1].key == "THI"):
        return raws[0], " ".join(raws[1:]), True
    if len(parts) > 2 and parts[1].key in PARTICLE_WORDS and parts[0].key not in PARTICLE_WORDS:
        return " ".join(raws[1:]), raws[0], False
    if parts[0].key in PARTICLE_WORDS:
        return " ".join(raws[:-1]), raws[-1], not last
    if last and not first and len(parts) > 2 and parts[-2].key in COMPOUND_FIRST:
        return " ".join(raws[:-2]), " ".join(raws[-2:]), True
    if last and not first:
        # « Dimitaux Christophe », but also « Rola Mohamed »: many given names are surnames too.
        return " ".join(raws[:-1]), raws[-1], True
    cut = 1
    if len(parts) > 2 and parts[0].key in COMPOUND_FIRST and parts[1].given:
        cut = 2
    return " ".join(raws[cut:]), " ".join(raws[:cut]), first == last


def one_order(text: str, found: list[Name]) -> list[Name]:
    """A name whose order is a guess follows the order of the others, when they all have one."""
    sure = {text.startswith(name.given, name.start) for name in found if plainly_ordered(name)}
    if sure != {True}:
        return found
    return [
        replace(name, surname=name.given, given=name.surname)
        if name.unsure and name.typed == "casse" and text.startswith(name.surname, name.start)
        else name
        for name in found
    ]


def plainly_ordered(name: Name) -> bool:
    """Whether a name in small letters with capitals shows which word is the given name."""
    return (
        name.typed == "casse" and not name.unsure and bool(name.surname and name.given) and not is_upper(name.surname)
    )


def coded(text: str, start: int, end: int) -> list[Name]:
    """« Prénom$NOM$1984-05-12 », « A.$NOM$ »: persons as EDT writes them in its lists."""
    return [
        Name(match.start(), match.end(), match[2].strip(), match[1].strip(), typed="code")
        for match in SOURCE_CODE.finditer(text, start, end)
    ]
