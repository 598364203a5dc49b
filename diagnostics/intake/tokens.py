"""Words of a text as the search for names sees them: their case, and what they may be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from diagnostics.intake import lexicon
from diagnostics.matching.spelling import given_names, is_given_name
from diagnostics.text import fold, is_upper

TOKEN = re.compile(r"(?<!\w)(?:[A-ZÀ-Ý]\.[-‐‑][A-ZÀ-Ý]\.|[^\W\d_]+(?:[-'’‐‑]{1,2}[^\W\d_]+)*(?!\w)\.?)", re.UNICODE)
INITIAL = re.compile(r"[A-ZÀ-Ý](?:\.?[-‐‑][A-ZÀ-Ý])?\.|(?:Ch|Ph|Th|Fr)\.")
"""« J. », « A.-M. », « Ph. »."""
TITLE = re.compile(
    r"(?:MM?|Mrs?|Mmes?|Mlles?|Mle|Dr|Pr|Me)\.?|Monsieur|Madame|Mademoiselle|[Mm]onsieur|[Mm]adame|mme|mlle|mr|"
    r"[Pp]arents|[Ff]amilles?|[Ff]ratrie|[Ee]poux|[Cc]ouple"
)
ARTICLED = re.compile(r"(?:al|el)[-‐‑][A-ZÀ-Ý]")
"""« al-Rahman »: a name for all its small letter."""
CAPITAL_BEFORE = re.compile(r"(?:^|[\s(])[A-ZÀ-ÖØ-Ý][\w'’-]+[ \u00a0]$")


@dataclass(frozen=True)
class Token:
    start: int
    end: int
    raw: str
    key: str
    capital: bool
    upper: bool
    initial: bool
    opens: bool
    """First word of a sentence, a line or an item: its capital tells nothing."""
    paired: bool
    """A capitalised word follows or comes before, with a space between."""

    @property
    def given(self) -> bool:
        return is_given(self.raw)

    @property
    def plain(self) -> bool:
        """An everyday word or a word of the trade, no name; « Noël Raimbault » is a name, « à Noël » is none."""
        common = not_names()
        ordinary = all(part in common for part in self.key.lower().split())
        return ordinary and not (self.capital and self.paired and self.given)


def tokens_of(text: str, start: int, end: int) -> Iterator[Token]:
    for match in TOKEN.finditer(text, start, end):
        raw, stop = match[0], match.end()
        elided = re.match(r"(?:[dlDLnNsScCjJmMtT]|[qQ]u)['’]", raw)
        begin = match.start()
        if elided and not whole_name(raw, elided.end()):
            begin, raw = begin + elided.end(), raw[elided.end() :]
        initial = bool(INITIAL.fullmatch(raw))
        if raw.endswith(".") and not initial and not TITLE.fullmatch(raw):
            raw, stop = raw[:-1], stop - 1
        if not raw:
            continue
        before = text[max(0, begin - 12) : begin]
        opens = (
            begin == 0
            or bool(re.search(r"(?:[.!?:;…\n•*«\"(]|(?:^|\s)[-–+>]+|\d[.)])\s*$", before))
            or not before.strip()
        )
        paired = bool(re.match(r"[ \u00a0][A-ZÀ-ÖØ-Ý][\w'’-]", text[stop : stop + 3]) or CAPITAL_BEFORE.search(before))
        upper = is_upper(raw) and len(raw) > 1
        capital = raw[:1].isupper() or bool(ARTICLED.match(raw))
        yield Token(begin, stop, raw, fold(raw), capital, upper, initial, opens, paired)


def whole_name(raw: str, after: int) -> bool:
    """« D'Hervilly », « N'Diaye », « M'Barek »: no elided word before a name; « N'A », « D'ACCÈS » are elisions."""
    rest = raw[after:]
    if raw[0] not in "DNM" or not rest[:1].isupper():
        return False
    return raw[0] == "D" or (len(rest) > 2 and fold(rest).lower() not in not_names())


COMPOUND_FIRST = frozenset({
    "JEAN", "MARIE", "ANNE", "PIERRE", "ABD", "ABDEL", "ABDOUL", "LOU", "LISE", "ROSE", "ANA", "MARIA", "JOSE", "LEO",
    "PAUL", "LOUIS", "CHARLES", "LILY", "MARY", "EL", "SEIF", "NOUR", "MOHAMED", "MOHAMMED",
})  # fmt: skip
"""What compound given names begin with."""


def is_given(raw: str) -> bool:
    """Whether a word, whole or every part of a compound, is a given name that exists; « Marceau-Lévêque » is none."""
    parts = fold(raw).split()
    if exists("".join(parts)):
        return True
    return len(parts) > 1 and exists(parts[0]) and (parts[0] in COMPOUND_FIRST or all(map(exists, parts[1:])))


def exists(compact: str) -> bool:
    """Whether a folded word is known as a given name."""
    return is_given_name(compact) or compact in given_names().groups or compact.lower() in lexicon.lexicon().given_names


def not_names() -> frozenset[str]:
    """Words of the trade and of every day, folded in small letters."""
    known = lexicon.lexicon()
    return known.not_names
