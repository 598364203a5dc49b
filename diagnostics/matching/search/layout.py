"""How the index of a whole ENT lies on disk, and which words a person is found by.

A folder of plain arrays that are mapped, never loaded: the vocabulary of distinct words (some tens of thousands,
sorted), for each word the persons who bear it, the same for birth dates, identifiers by their hash, and the persons
themselves.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable
from pathlib import Path

import msgspec

from diagnostics import text
from diagnostics.matching import classes
from diagnostics.matching.spelling import repair
from diagnostics.model import Origin, Profile, Record

VERSION = 2
META, WORDS, SOUNDS, SIMPLE = "index.json", "words.txt", "sounds.txt", "simple.u1"
WORD_STARTS, WORD_PERSONS = "word_starts.i8", "word_persons.i4"
DAYS, DAY_STARTS, DAY_PERSONS = "days.i4", "day_starts.i8", "day_persons.i4"
HASHES, HASH_PERSONS = "hashes.u8", "hash_persons.i4"
ROW_STARTS, ROWS = "row_starts.i8", "rows.bin"
IDS = ("ine", "uid", "login", "jointure", "idpn", "sts_id", "educonnect", "eleve_id", "personne_id")
KEPT_EXTRA = ("civility", "function", "discipline", "status", "directory", "main_school", "mail", "phone")
CLASS_MARK, SCHOOL_MARK = "#", "@"
MARKS = (CLASS_MARK, SCHOOL_MARK)
"""First letter of the words that are a class or a school: never near a name."""
MAX_WORD = 40


class Meta(msgspec.Struct, frozen=True):
    version: int
    persons: int
    words: int
    made_on: str = ""
    """ISO date-time, local time."""


def read_meta(folder: Path) -> Meta:
    """What the index in a folder says of itself; ``OSError`` when there is none, ``ValueError`` when it is unusable."""
    try:
        meta = msgspec.json.decode((folder / META).read_bytes(), type=Meta)
    except msgspec.DecodeError as problem:
        raise ValueError("index illisible") from problem
    if meta.version != VERSION:
        raise ValueError("index d’une autre version : le refaire")
    return meta


class Row(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A person as kept on disk."""

    line: int
    profile: str
    surname: str
    usage_name: str
    given_names: str
    other_given_names: str
    birth_date: str
    sex: str
    division: str
    school: str
    ids: dict[str, str]
    extra: dict[str, str]


def row_of(record: Record) -> Row:
    extra = record.extra
    return Row(
        record.origin.line,
        record.profile.value,
        record.surname,
        record.usage_name,
        record.given_names,
        record.other_given_names,
        record.birth_date,
        record.sex,
        record.division,
        record.school,
        dict(record.ids),
        {key: extra[key] for key in KEPT_EXTRA if key in extra} if extra else {},
    )


def record_of(row: Row, export: str) -> Record:
    return Record(
        origin=Origin(export, row.line),
        profile=Profile(row.profile),
        surname=row.surname,
        usage_name=row.usage_name,
        given_names=row.given_names,
        other_given_names=row.other_given_names,
        birth_date=row.birth_date,
        sex=row.sex,
        division=row.division,
        school=row.school,
        ids=row.ids,
        extra=row.extra,
    )


@functools.lru_cache(maxsize=1 << 14)
def name_words(name: str) -> tuple[str, ...]:
    """Words by which a name is found: its own, without particles, and all of them glued."""
    mended, _ = repair(name)
    found = text.words(mended)
    if len(found) < 2:
        return tuple(word[:MAX_WORD] for word in found)
    kept = [word for word in found if word not in text.PARTICLES and len(word) > 1] or list(found)
    return tuple(dict.fromkeys(word[:MAX_WORD] for word in (*kept, "".join(found))))


def glued(words: tuple[str, ...]) -> str:
    """Of the words of a name, the one that is all of them glued; "" when it is a name in its own right."""
    return words[-1] if len(words) > 1 and len(words[-1]) > max(len(word) for word in words[:-1]) else ""


def class_word(division: str) -> str:
    return CLASS_MARK + classes.normal(division)[1] if division else ""


@functools.lru_cache(maxsize=1 << 12)
def school_words(school: str, name: str) -> tuple[str, ...]:
    """The code of the school and the words of its name."""
    found = [SCHOOL_MARK + text.fold(school)] if school else []
    found += [SCHOOL_MARK + word for word in text.words(name) if len(word) > 2]
    return tuple(dict.fromkeys(word[:MAX_WORD] for word in found))


def words_of(record: Record) -> Iterable[str]:
    """Every word by which a person is found, repeats included."""
    yield from name_words(record.surname)
    if record.usage_name:
        yield from name_words(record.usage_name)
    yield from name_words(record.given_names)
    if record.division:
        yield class_word(record.division)
    main = record.extra.get("main_school", "")
    if record.school or main:
        yield from school_words(record.school, main)


def glued_words_of(record: Record) -> Iterable[str]:
    """Of those words, the ones that are several glued: found as they are, never near another."""
    for name in (record.surname, record.usage_name, record.given_names):
        if word := glued(name_words(name)):
            yield word


def hash_of(identifier: str) -> int:
    """64 bits of an identifier, whatever its case, punctuation and leading zeros."""
    folded = "".join(c for c in text.jointure(identifier).upper() if c.isalnum()).lstrip("0")
    return int.from_bytes(hashlib.blake2b(folded.encode(), digest_size=8).digest(), "little") if folded else 0


def day_number(iso: str) -> int:
    """``2013-02-14`` → 20130214, 0 when it is no whole date."""
    digits = iso.replace("-", "")
    return int(digits) if len(digits) == 8 and digits.isdigit() else 0
