"""Comparison of addresses: street, postcode and town, as guardians' exports give them."""

from __future__ import annotations

import enum
from typing import NamedTuple

from diagnostics import text
from diagnostics.model import Record

NEAR_STREET = 0.78
ABBREVIATIONS = {"AV": "AVENUE", "AVE": "AVENUE", "BD": "BOULEVARD", "BLD": "BOULEVARD", "BVD": "BOULEVARD",
                 "CH": "CHEMIN", "CHE": "CHEMIN", "IMP": "IMPASSE", "PL": "PLACE", "RTE": "ROUTE", "ALL": "ALLEE",
                 "RES": "RESIDENCE", "BAT": "BATIMENT", "ST": "SAINT", "STE": "SAINTE", "APT": "APPARTEMENT",
                 "APPT": "APPARTEMENT", "LOT": "LOTISSEMENT", "R": "RUE", "SQ": "SQUARE"}  # fmt: skip


class HomeLevel(enum.IntEnum):
    UNKNOWN = 0
    SAME = 1
    NEAR = 2
    """The street is misspelt or told in part."""
    POSTCODE = 3
    """The postcode only."""
    CITY = 4
    """The town only."""
    DIFFERENT = 5


class HomePart(enum.Enum):
    STREET = 0
    POSTCODE = 1
    CITY = 2


class Home(NamedTuple):
    """Street, postcode, town, folded."""

    street: str
    postcode: str
    city: str


def home_of(record: Record) -> Home | None:
    """The address of a record, None when it states none."""
    extra = record.extra
    if not extra:
        return None
    street, postcode, city = extra.get("address", ""), extra.get("postcode", ""), extra.get("city", "")
    if not street and not postcode and not city:
        return None
    words = (ABBREVIATIONS.get(word, word) for word in text.words(street))
    return Home(" ".join(words), text.fold(postcode).replace(" ", ""), text.fold(city))


def compare_homes(left: Home, right: Home) -> HomeLevel:
    """Level of two addresses, the same in either order."""
    if left.street and right.street:
        if left.street == right.street:
            return HomeLevel.SAME
        if _near(left.street, right.street):
            return HomeLevel.NEAR
    if left.postcode and left.postcode == right.postcode:
        return HomeLevel.POSTCODE
    if left.city and left.city == right.city:
        return HomeLevel.CITY
    stated = any(mine and theirs for mine, theirs in zip(left, right, strict=True))
    return HomeLevel.DIFFERENT if stated else HomeLevel.UNKNOWN


def _near(left: str, right: str) -> bool:
    from rapidfuzz.distance import Indel

    return bool(Indel.normalized_similarity(left, right, score_cutoff=NEAR_STREET) > 0)
