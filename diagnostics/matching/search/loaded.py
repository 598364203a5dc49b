"""Search in the loaded accounts: every word typed, in any order, whole, begun or misspelt."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from diagnostics import text
from diagnostics.model import PROFILE_LABELS, Candidate, Record

EXACT, BEGUN, INSIDE, NEAR = 4.0, 3.0, 1.5, 1.2
MIN_INSIDE = 3
MIN_NEAR = 4
NEAR_RATIO = 0.75
DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}(?:[-/.]\d{1,4})?|(?<!\w)[0-3]\d[01]\d(?:19|20)\d\d(?!\w)")
GLUED_DATE = re.compile(r"(\d\d)(\d\d)(\d{4})")
IDS = ("ine", "uid", "login", "jointure", "idpn", "sts_id", "educonnect", "eleve_id", "personne_id")


class Finder:
    """The accounts by every word one may type; built once for a list of accounts."""

    def __init__(self, accounts: Sequence[Record]) -> None:
        self.accounts = accounts
        postings: dict[str, set[int]] = {}
        for place, record in enumerate(accounts):
            for word in filter(None, _words(record)):
                postings.setdefault(word, set()).add(place)
        self._postings = postings
        self._vocabulary = list(postings)

    def find(self, query: str, limit: int = 20) -> tuple[Candidate, ...]:
        """Accounts that fit what is typed, best first; the last word may be unfinished."""
        totals: dict[int, float] = {}
        met: dict[int, int] = {}
        wanted = list(_typed(query))
        for word in wanted:
            best: dict[int, float] = {}
            for known, worth in self._near(word):
                for place in self._postings[known]:
                    if worth > best.get(place, 0.0):
                        best[place] = worth
            for place, worth in best.items():
                totals[place] = totals.get(place, 0.0) + worth
                met[place] = met.get(place, 0) + 1
        # One word of three or more may be wrong altogether.
        needed = len(wanted) - (1 if len(wanted) > 2 else 0)
        ranked = sorted(
            (place for place in totals if met[place] >= needed),
            key=lambda place: (-met[place], -totals[place], self.accounts[place].surname, place),
        )
        most = EXACT * max(1, len(wanted))
        return tuple(
            Candidate(
                account=self.accounts[place],
                score=round(100 * min(1.0, totals[place] / most), 1),
                why=said(self.accounts[place]),
            )
            for place in ranked[:limit]
        )

    def _near(self, word: str) -> Iterable[tuple[str, float]]:
        from rapidfuzz.distance import Indel
        from rapidfuzz.process import extract

        if word in self._postings:
            yield word, EXACT
        inside = len(word) >= MIN_INSIDE
        for known in self._vocabulary:
            if known.startswith(word):
                yield known, BEGUN + len(word) / len(known)
            elif inside and word in known:
                yield known, INSIDE
        if len(word) >= MIN_NEAR and not word.startswith("@"):
            for known, ratio, _ in extract(
                word, self._vocabulary, scorer=Indel.normalized_similarity, score_cutoff=NEAR_RATIO, limit=40
            ):
                yield known, NEAR + ratio


def _words(record: Record) -> Iterable[str]:
    names = (record.surname, record.usage_name, record.given_names)
    for value in names:
        yield from text.words(value)
        if value:
            yield text.fold(value).replace(" ", "")
    yield text.code(record.division)
    yield text.fold(record.school)
    for name in IDS:
        value = record.ids.get(name, "")
        yield text.fold(text.jointure(value)).replace(" ", "")
    if record.birth_date:
        year, _, rest = record.birth_date.partition("-")
        month, _, day = rest.partition("-")
        yield from (f"@{record.birth_date}", f"@{day}/{month}/{year}", year)


def _typed(query: str) -> Iterable[str]:
    """The words of what is typed; a date, whole or begun, is one word."""
    position = 0
    for match in DATE.finditer(query):
        yield from text.words(query[position : match.start()])
        iso = day_of(match[0])
        parts = re.split(r"[-/.]", match[0])
        yield f"@{iso}" if iso else "@" + "/".join(part.zfill(2) for part in parts)
        position = match.end()
    yield from text.words(query[position:])


def day_of(word: str) -> str:
    """ISO date of a word typed: ``14022013`` is a day, a month and a year, else what ``text.iso_date`` reads."""
    glued = GLUED_DATE.fullmatch(word)
    return (text.iso_date("/".join(glued.groups())) if glued else "") or text.iso_date(word)


def said(record: Record) -> str:
    """What tells an account from its namesakes, on one line."""
    parts = (
        PROFILE_LABELS[record.profile],
        f"né(e) le {text.french_date(record.birth_date)}" if record.birth_date else "",
        record.division and f"classe {record.division}",
        record.extra.get("main_school", "") or record.school,
        record.ids.get("login", "") or record.ids.get("uid", ""),
    )
    return ", ".join(part for part in parts if part)


_last: list[Finder] = []


def find(accounts: Sequence[Record], query: str, limit: int = 20) -> tuple[Candidate, ...]:
    """Accounts that fit what is typed, best first; () for an empty query. The last list searched stays prepared."""
    if not _last or _last[0].accounts is not accounts:
        _last[:] = [Finder(accounts)]
    return _last[0].find(query, limit)
