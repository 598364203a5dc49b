"""Class codes as SIECLE, STS, EDT, the ENT and people write them: ``6 A``, ``6EME A``, ``6°A`` and ``6A`` are one."""

from __future__ import annotations

import enum
import functools
import re
from collections.abc import Mapping

from diagnostics import text

LEVEL = re.compile(
    r"(?P<six>6|5|4|3)(?:IEME|EME|E(?=[A-Z0-9]))?"
    r"|(?P<second>2(?:NDE|DE|ND|D(?=[0-9]|$))?|SECONDE)"
    r"|(?P<first>1(?:ERE|RE|ER)?|PREMIERE)"
    r"|(?P<last>TERMINALE|TERM|TLE|T(?=[A-Z0-9]))"
)


class ClassLevel(enum.IntEnum):
    UNKNOWN = 0
    EXACT = 1
    SAME_YEAR = 2
    """Another class of the same level (6A and 6C)."""
    DIFFERENT = 3


@functools.lru_cache(maxsize=1 << 13)
def normal(division: str) -> tuple[str, str]:
    """(level: "6" … "3", "2", "1", "T", or ""; the code in its plainest form)."""
    # AAF and iTOP put the school before the class: ``52001$5A``.
    folded = text.code(division.rsplit("$", 1)[-1].replace("°", "").replace("º", ""))
    found = LEVEL.match(folded)
    if not found:
        return "", folded
    level = found["six"] or ("2" if found["second"] else "1" if found["first"] else "T")
    return level, level + folded[found.end() :]


NO_NAMES: Mapping[str, str] = {}


def compare_divisions(left: str, right: str, names: Mapping[str, str] = NO_NAMES) -> ClassLevel:
    """Level of two class codes; ``names`` are classes of the left known under another name on the right."""
    level = compare_codes(left, right)
    if names and level > ClassLevel.EXACT and names.get(normal(left)[1]) == normal(right)[1]:
        return ClassLevel.EXACT
    return level


@functools.lru_cache(maxsize=1 << 14)
def compare_codes(left: str, right: str) -> ClassLevel:
    """Level of two class codes, the same in either order."""
    if not left or not right:
        return ClassLevel.UNKNOWN
    (level_left, code_left), (level_right, code_right) = normal(left), normal(right)
    if not code_left or not code_right:
        return ClassLevel.UNKNOWN
    if code_left == code_right or text.code(left) == text.code(right):
        return ClassLevel.EXACT
    return ClassLevel.SAME_YEAR if level_left and level_left == level_right else ClassLevel.DIFFERENT
