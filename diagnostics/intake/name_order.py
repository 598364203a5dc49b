"""A name as written, and the order of its words: which is the surname, which the given name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from diagnostics.intake import lexicon
from diagnostics.intake.tokens import COMPOUND_FIRST, Token, is_given
from diagnostics.matching.spelling import sex_of_given
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
    r"([^\W\d_](?:[^\W\d_]|['’-]){0,30}\.?(?: [^\W\d_](?:[^\W\d_]|['’-]){1,20}){0,2})\$"
    r"((?=[^$\n]*[^\W\d_])[^$\n]{2,40})\$(?:\d{4}-\d\d-\d\d|\d\d/\d\d/\d{4})?"
)
"""A teacher's source code (formats.md)."""
SURNAME_FIRST = frozenset({
    "NGUYEN", "TRAN", "PHAM", "HUYNH", "HOANG", "VUONG", "DANG", "TRINH", "ZHANG", "WANG", "CHEN", "LIU", "ZHOU",
    "HUANG", "BUI", "DINH", "PHAN", "TRUONG", "DUONG", "VU", "VO", "LY", "HO",
})  # fmt: skip
"""Surnames that are written before the given names where they come from."""
MIDDLE_NAMES = frozenset({"THI", "VAN", "DINH", "DUC", "HUU", "NGOC", "XUAN", "QUOC", "MINH", "HOANG", "BAO", "ANH"})
"""What stands between a Vietnamese surname and the given name."""
SERVANTS = frozenset({"ABD", "ABDUL", "ABDOUL", "ABDEL"})
"""« Abd al-Rahman »: two words, one given name."""
DEVOTIONS = frozenset({
    "CEU", "CONCEICAO", "CARMO", "ROSARIO", "SOCORRO", "DORES", "GRACA", "LURDES", "LOURDES", "FATIMA", "LUZ", "JESUS",
    "ANJOS", "SANTOS", "AMPARO", "PILAR", "MAR", "CARMEN", "DELCEU",
})  # fmt: skip
"""« Maria do Céu », « Maria de Fátima », « José de Jesus »: what follows the particle belongs to the given name."""
SEX_OF_TITLE = {"M": "M", "MR": "M", "MONSIEUR": "M", "MME": "F", "MADAME": "F", "MLLE": "F", "MADEMOISELLE": "F"}


LISTED = re.compile(
    r"(?:[\s,;/&+()•*>–-]|\bet\b)*(?:\(?(?:[1-6]|T[A-Z0-9]|[Tt]erm)[\w°]{0,7}(?:\s[A-Z0-9]{1,3})?\)?)?"
    r"(?:[\s,;/&+()•*>–-]|\bet\b)*(?:\d{1,2}\s?[.)°]\s*)?"
)
"""What stands between two names of a list: a comma, a bullet, a class."""
SHORTEST_LIST = 3
AGREEING = 0.75
"""Share of the names of a list that must show the same order."""


def order(parts: Sequence[Token], *, titled: bool = False, title: str = "") -> tuple[str, str, bool]:
    """(surname, given names, whether the order is a guess)."""
    raws = [part.raw for part in parts]
    upper = [part.upper for part in parts]
    if parts[0].initial:
        return " ".join(raws[1:]), raws[0], False
    if parts[-1].initial:
        # « Sacha B. » hides the surname, « Roche J. » the given name.
        surname_too = titled and parts[0].key.lower() in lexicon.lexicon().also_surnames
        if parts[0].given and not surname_too and not (parts[0].upper and len(parts[0].raw) > 1 and titled):
            return raws[-1], " ".join(raws[:-1]), False
        return " ".join(raws[:-1]), raws[-1], False
    if any(upper) and not all(upper):
        if upper[0]:
            cut = next(i for i, up in enumerate(upper) if not up)
            if all(not up for up in upper[cut:]):
                return " ".join(raws[:cut]), " ".join(raws[cut:]), False
        elif upper[-1]:
            cut = len(upper) - next(i for i, up in enumerate(reversed(upper)) if not up)
            return " ".join(raws[cut:]), " ".join(raws[:cut]), False
    first, last = parts[0].given, parts[-1].given
    if len(parts) > 2 and parts[0].key in SERVANTS and not parts[0].upper:
        return " ".join(raws[2:]), " ".join(raws[:2]), False
    if len(parts) > 2 and not first and all(part.given for part in parts[1:]) and not any(upper):
        return raws[0], " ".join(raws[1:]), True
    if len(parts) > 3 and first and parts[1].key in PARTICLE_WORDS and parts[2].key in DEVOTIONS:
        return " ".join(raws[3:]), " ".join(raws[:3]), False
    if titled and first and last and len(parts) == 2 and (turned := by_sex(parts, title)) is not None:
        return raws[1 - turned], raws[turned], False
    if titled and not first and not last and any(part.key in PARTICLE_WORDS for part in parts):
        return " ".join(raws), "", False
    if parts[0].key in PARTICLE_WORDS and all(upper):
        return " ".join(raws), "", False
    if parts[0].key in SURNAME_FIRST or (len(parts) > 2 and parts[1].key == "THI"):
        middle = len(parts) > 2 and parts[1].key in MIDDLE_NAMES
        return raws[0], " ".join(raws[1:]), not middle
    if len(parts) > 2 and parts[1].key in PARTICLE_WORDS and parts[0].key not in PARTICLE_WORDS:
        return " ".join(raws[1:]), raws[0], False
    if parts[0].key in PARTICLE_WORDS:
        return " ".join(raws[:-1]), raws[-1], not last
    if last and not first and len(parts) > 2 and parts[-2].key in COMPOUND_FIRST:
        return " ".join(raws[:-2]), " ".join(raws[-2:]), True
    if last and not first:
        # « Dimitaux Christophe », but also « Rola Mohamed »: many given names are surnames too.
        return " ".join(raws[:-1]), raws[-1], True
    if doubled(parts[0]) and not first and not last and len(parts) == 2 and not doubled(parts[1]):
        return raws[0], raws[1], True
    cut = 1
    if len(parts) > 2 and parts[0].key in COMPOUND_FIRST and parts[1].given:
        cut = 2
    return " ".join(raws[cut:]), " ".join(raws[:cut]), first == last


def by_sex(parts: Sequence[Token], title: str) -> int | None:
    """« Mme Noël Pascale »: which of two given names is the one that a title calls for, None when both or neither."""
    wanted = SEX_OF_TITLE.get(title)
    fitting = [
        place for place, part in enumerate(parts) if wanted and sex_of_given(part.key.replace(" ", "")) == wanted
    ]
    other = [place for place, part in enumerate(parts) if sex_of_given(part.key.replace(" ", "")) not in {wanted, ""}]
    return fitting[0] if len(fitting) == 1 and len(other) == 1 else None


def doubled(part: Token) -> bool:
    """« Bessière--Nolot », « Marceau-Lévêque »: two surnames in one word."""
    return len(part.key.split()) > 1 and bool(re.search(r"[^\W\d_]{3,}[-‐‑]{1,2}[^\W\d_]{3,}", part.raw))


def one_order(text: str, found: list[Name]) -> list[Name]:
    """A name whose order is a guess follows the order of its list, else of the others when they all have one."""
    found = [name for run in runs(text, found) for name in alike(text, run)]
    sure = {text.startswith(name.given, name.start) for name in found if plainly_ordered(name)}
    if sure != {True}:
        return found
    return [
        replace(name, surname=name.given, given=name.surname)
        if name.unsure and name.typed == "casse" and text.startswith(name.surname, name.start) and not plain_given(name)
        else name
        for name in found
    ]


def runs(text: str, found: Sequence[Name]) -> list[list[Name]]:
    """Names that stand in one list, on lines or separated by commas."""
    made: list[list[Name]] = []
    for name in found:
        if made and LISTED.fullmatch(text, made[-1][-1].end, name.start):
            made[-1].append(name)
        else:
            made.append([name])
    return made


def alike(text: str, run: Sequence[Name]) -> list[Name]:
    """The names of one list in the order that most of them show: nobody changes it from one line to the next."""
    votes = [
        text.startswith(name.given, name.start)
        for name in run
        if name.surname and name.given and not name.title
        and (not name.unsure or is_given(name.given) is not is_given(name.surname))
    ]  # fmt: skip
    first = votes.count(True)
    if len(run) < SHORTEST_LIST or max(first, len(votes) - first) < AGREEING * len(votes) or not votes:
        return list(run)
    given_first = 2 * first > len(votes)
    return [
        replace(name, surname=name.given, given=name.surname)
        if name.unsure and name.typed == "casse" and text.startswith(name.given, name.start) is not given_first
        else name
        for name in run
    ]


def plain_given(name: Name) -> bool:
    """Whether the given name is one and the surname none: « Dimitaux Christophe », unlike « Rola Mohamed »."""
    too = name.given.lower() in lexicon.lexicon().also_surnames
    return is_given(name.given) and not is_given(name.surname) and not too


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
