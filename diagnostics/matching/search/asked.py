"""What is looked for in a whole ENT, from what one types or from a record, and how well a person fits it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from diagnostics import text
from diagnostics.matching import spelling
from diagnostics.matching.dates import AGREEING, DateLevel, compare_dates
from diagnostics.matching.search import layout
from diagnostics.matching.search.loaded import DATE, day_of
from diagnostics.model import Record

YEAR = re.compile(r"(?:19[2-9]|20[0-3])\d")


class Asked:
    """What is looked for: words of names, places (class, school), dates, years of birth, identifiers.

    ``begun`` may be unfinished; ``most`` is the worth of a person who has it all, identifiers apart.
    """

    __slots__ = ("begun", "dates", "ids", "most", "places", "words", "years")

    def __init__(
        self,
        words: Iterable[str],
        *,
        places: Iterable[str] = (),
        dates: Iterable[str] = (),
        ids: Iterable[str] = (),
        years: Iterable[str] = (),
        begun: str = "",
    ) -> None:
        self.words = list(dict.fromkeys(word for word in words if word))[:8]
        self.places = list(dict.fromkeys(places))
        self.dates = list(dict.fromkeys(dates))[:2]
        self.ids = list(dict.fromkeys(ids))
        self.years = list(dict.fromkeys(years))[:2]
        self.begun = begun
        self.most = 100.0 * len(self.words) + 120.0 * len(self.dates) + 40.0 * len(self.years)

    @classmethod
    def typed(cls, query: str) -> Asked:
        """From what one types, in any order."""
        words: list[str] = []
        places: list[str] = []
        dates: list[str] = []
        ids: list[str] = []
        years: list[str] = []
        position = 0
        for match in DATE.finditer(query):
            if iso := day_of(match[0]):
                dates.append(iso)
                words += query[position : match.start()].split()
                position = match.end()
        words += query[position:].split()
        names: list[str] = []
        for word in words:
            digits = any(c.isdigit() for c in word)
            folded = text.fold(spelling.repair(word)[0])
            if digits and (iso := day_of(word)):
                dates.append(iso)
            elif YEAR.fullmatch(word):
                years.append(word)
            elif digits:
                places += [layout.class_word(folded), layout.SCHOOL_MARK + folded.replace(" ", "")]
                ids.append(word)
            else:
                parts = layout.name_words(word)
                if "." in word or "@" in word:
                    ids.append(word.partition("@")[0])
                names += parts[:-1] if len(parts) > 2 else parts
        kept = [name for name in names if name not in text.PARTICLES] or names
        whole = not query[-1:].isspace()
        begun = kept[-1] if kept and whole else ""
        return cls(kept, places=places, dates=dates, ids=ids, years=years, begun=begun)

    @classmethod
    def record(cls, record: Record) -> Asked:
        """From a record of an export."""
        words = [*layout.name_words(record.surname), *layout.name_words(record.usage_name)]
        words += layout.name_words(record.given_names)[:2]
        ids = [record.ids[name] for name in ("ine", "uid", "jointure", "idpn") if record.ids.get(name)]
        return cls(words, dates=[record.birth_date] if layout.day_number(record.birth_date) else (), ids=ids)

    @classmethod
    def of_key(cls, key: str) -> Asked:
        """From the key of an account (``matching.account_keys``): an identifier, or the name and the birth date."""
        _, _, rest = key.partition(":")
        kind, _, value = rest.partition(":")
        if ":nom:" not in key:
            return cls((), ids=[value.rpartition(":")[2]]) if kind in layout.IDS else cls(())
        words = value.partition(":")[2].split("/")
        dates = [word for word in words if layout.day_number(word)]
        return cls(words[:2], dates=dates)


def near_dates(iso: str) -> Iterable[tuple[int, DateLevel]]:
    """A birth date as a number, then those that a slip makes of it."""
    yield layout.day_number(iso), DateLevel.EXACT
    digits = iso.replace("-", "")
    for place in range(8):
        for digit in "0123456789":
            if digit != digits[place]:
                yield int(digits[:place] + digit + digits[place + 1 :]), DateLevel.DIGIT
    for place in range(7):
        if digits[place] != digits[place + 1]:
            swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
            yield int(swapped), DateLevel.TRANSPOSED
    yield int(digits[:4] + "0101"), DateLevel.PLACEHOLDER
    yield int(digits[:4] + digits[6:] + digits[4:6]), DateLevel.SWAPPED


def other_spellings(word: str) -> Iterable[str]:
    """Transliterations, familiar and full forms of a given name."""
    known = spelling.given_names()
    for group in known.groups.get(word, ()):
        yield from known.spellings[group]
    yield from known.full.get(word, ())
    yield from known.familiar.get(word, ())


def worth_of(asked: Asked, record: Record) -> float:
    """How well a person fits: each word typed against the nearest of his, less what he has besides."""
    from rapidfuzz.distance import Indel

    mine = {*layout.name_words(record.surname), *layout.name_words(record.usage_name)}
    mine.update(layout.name_words(record.given_names))
    total = 0.0
    used: set[str] = set()
    for word in asked.words:
        best, nearest = 0.0, ""
        for own in mine:
            if own == word:
                alike = 1.0
            else:
                alike = float(Indel.normalized_similarity(own, word))
                alike = 1 - (1 - alike) * 1.6
                if own.startswith(word) and len(word) >= 1:
                    alike = max(alike, (0.72 if word == asked.begun else 0.55) + 0.25 * len(word) / len(own))
                elif alike < 0.85 and len(word) > 2 and spelling.sound(own) == spelling.sound(word):
                    alike = 0.85
                elif alike < 0.8 and (spelling.is_nickname(own, word) or spelling.is_transliteration(own, word)):
                    alike = 0.8
            if alike > best:
                best, nearest = alike, own
        total += 100 * best
        used.add(nearest)
    simple = {w for name in (record.surname, record.given_names) for w in text.words(name) if w not in text.PARTICLES}
    total -= 6 * len(simple - used)
    for date in asked.dates:
        if record.birth_date:
            level = compare_dates(date, record.birth_date)
            total += 120 if level is DateLevel.EXACT else 75 if level in AGREEING else -40
    for year in asked.years:
        total += 40 if record.birth_date.startswith(year) else -10 if record.birth_date else 0
    if asked.places:
        own_places = {layout.class_word(record.division)}
        own_places.update(layout.school_words(record.school, record.extra.get("main_school", "")))
        total += 20 * len(own_places.intersection(asked.places))
    if asked.ids:
        hashes = {layout.hash_of(record.ids[name]) for name in layout.IDS if name in record.ids}
        total += 300 * sum(layout.hash_of(word) in hashes for word in asked.ids)
    return total
