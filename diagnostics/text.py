"""Names, dates and codes as keys: the same person typed by two clerks must give the same key."""

from __future__ import annotations

import functools
import re
import unicodedata
from datetime import date, timedelta

from anyascii import anyascii

NOT_KEY = re.compile(r"[^A-Z0-9]+")
HEADER_NOT_KEY = re.compile(r"[^a-z0-9]+")
PARTICLES = frozenset({
    "DE", "DU", "DES", "D", "LA", "LE", "LES", "L", "VAN", "VON", "DER", "DEN", "DI", "DA", "DO", "DOS", "DAS", "DEL",
    "DELLA", "EL", "AL", "BEN", "BENT", "BIN", "BINT", "ABD", "ABOU", "ABU", "AIT", "SAINT", "ST", "SAINTE", "STE",
    "MAC", "MC", "O",
})  # fmt: skip
"""Words that open or join a surname without naming the family on their own."""
UAI = re.compile(r"(?<![0-9A-Z])([0-9]{7})([A-Z])(?![0-9A-Z])", re.IGNORECASE)
UAI_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
"""formats.md §0.6: letter = number mod 23, without I, O, Q."""
INE = re.compile(r"[0-9]{9}[A-Z]{2}|[0-9]{10}[A-Z]|[0-9]{4}A[0-9]{5}[A-Z]")
"""formats.md §0.6: RNIE, BEA and apprentice shapes; the check letter's algorithm is not public."""
EXCEL_EPOCH = date(1899, 12, 30)
CODE_SOURCE = re.compile(r"([^$;\t\n|]*)\$([^$;\t\n|]*)\$(\d{4}-\d{2}-\d{2})?")
"""Prénom$NOM$AAAA-MM-JJ (formats.md §0.6)."""


@functools.lru_cache(maxsize=1 << 17)
def fold(value: str) -> str:
    """Upper-case ASCII letters and digits, one space between words: ``d'Œuvre-Ørsted`` → ``D OEUVRE ORSTED``."""
    if not value.isascii():
        value = anyascii(unicodedata.normalize("NFC", value))
    return NOT_KEY.sub(" ", value.upper()).strip()


def words(value: str) -> tuple[str, ...]:
    """The words of a folded value."""
    folded = fold(value)
    return tuple(folded.split(" ")) if folded else ()


def header(value: str) -> str:
    """A column title as a key (formats.md §0.5): ``Prénom * `` → ``prenom``."""
    return HEADER_NOT_KEY.sub("", anyascii(value).lower())


@functools.lru_cache(maxsize=1 << 16)
def code(value: str) -> str:
    """A class or group code as a key: ``6 A``, ``6a `` and ``6A`` are one."""
    return fold(value).replace(" ", "")


def initials(value: str) -> str:
    return "".join(word[0] for word in words(value))


@functools.lru_cache(maxsize=1 << 15)
def iso_date(value: str) -> str:
    """ISO date of ``jj/mm/aaaa``, ``aaaa-mm-jj``, ``jj.mm.aaaa``, ``jj-mm-aa``, or an Excel serial; "" when it is none.

    An impossible date (31/02) gives "": the caller reports the value as read.
    """
    value = value.strip()
    if match := re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?", value):
        year, month, day = (int(part) for part in match.groups())
    elif match := re.fullmatch(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})(?: .*)?", value):
        day, month, year = (int(part) for part in match.groups())
        if year < 100:
            year += 2000 if year <= date.today().year % 100 else 1900
    elif match := re.fullmatch(r"(\d{8})", value):
        year, month, day = int(value[:4]), int(value[4:6]), int(value[6:])
    elif re.fullmatch(r"\d{5}(\.0+)?", value) and 7_000 <= float(value) <= 55_000:
        return (EXCEL_EPOCH + timedelta(days=int(float(value)))).isoformat()
    else:
        return ""
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


def french_date(iso: str) -> str:
    """``2013-02-14`` → ``14/02/2013``; anything else is returned as it is."""
    if match := re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}:\d{2}).*)?", iso):
        year, month, day, hour = match.groups()
        return f"{day}/{month}/{year}" + (f" à {hour}" if hour else "")
    return iso


@functools.lru_cache(maxsize=1 << 10)
def find_uai(value: str) -> str:
    """The UAI written in a text, upper-cased, or ""."""
    match = UAI.search(value)
    return (match[1] + match[2]).upper() if match else ""


def uai_is_valid(uai: str) -> bool:
    """Whether the check letter fits (test data often breaks it: warn, never refuse)."""
    return bool(UAI.fullmatch(uai)) and UAI_LETTERS[int(uai[:7]) % 23] == uai[7].upper()


def jointure(value: str) -> str:
    """``MENESR$1234567`` → ``1234567``: the prefix varies between exports (formats.md §0.6)."""
    return value.rsplit("$", 1)[-1].strip()


def is_upper(word: str) -> bool:
    letters = [c for c in word if c.isalpha()]
    return bool(letters) and all(c == c.upper() and c != c.lower() for c in letters)


def split_full_name(value: str) -> tuple[str, str]:
    """``DE LA TOUR Jean-Marc`` → (surname, given names); also ``Jean-Marc DE LA TOUR``.

    Upper-case words are the surname (what PRONOTE, EDT and the ENT write); when case does not tell, the first word and
    its particles are the surname, which is the order of school lists.
    """
    parts = value.split()
    upper = [is_upper(part) for part in parts]
    if any(upper) and not all(upper):
        first, last = upper.index(True), len(upper) - 1 - upper[::-1].index(True)
        if first == 0:
            end = upper.index(False)
            return " ".join(parts[:end]), " ".join(parts[end:])
        if last == len(parts) - 1 and all(upper[first:]):
            return " ".join(parts[first:]), " ".join(parts[:first])
    end = 1
    while end < len(parts) - 1 and fold(parts[end - 1]) in PARTICLES:
        end += 1
    return " ".join(parts[:end]), " ".join(parts[end:])


def code_source(given_names: str, surname: str, birth_date: str) -> str:
    """The key that the ENT's import screen shows (formats.md §0.6)."""
    return f"{given_names}${surname}${birth_date}"


NUMBER = re.compile(r"\[([^\[\]/]*)/([^\[\]/]*)\]")


def agreed(sentence: str, *, several: bool) -> str:
    """« [ce compte/ces comptes] » in the number wanted."""
    return NUMBER.sub(lambda match: match[2] if several else match[1], sentence)


def one_colon(sentence: str) -> str:
    """« Longue absence : réactiver » → « Longue absence. Réactiver », to stand after a colon of its own."""
    head, mark, tail = sentence.partition(" : ")
    return f"{head}. {tail[:1].upper()}{tail[1:]}" if mark and head.count("«") == head.count("»") else sentence
