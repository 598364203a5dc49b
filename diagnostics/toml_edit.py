"""Changes a few keys of a TOML text that a person writes too: the rest stays as typed, comments included."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Any

HEADER = re.compile(r"\s*\[{1,2}\s*\"?([A-Za-z0-9_-]+)")
VALUE = r"(?:\"(?:[^\"\\]|\\.)*\"|'[^']*'|[^\s#\"'\[{]+)"
"""A value on one line that is no list nor table."""


def edited(text: str, wanted: Mapping[str, Any]) -> str:
    """``text`` changed so that it reads as ``wanted``; written anew, comments lost, when no plain edit gives that."""
    import tomli_w

    table = tomllib.loads(text)
    lines = text.splitlines()
    for key in [*wanted, *(key for key in table if key not in wanted)]:
        if table.get(key) != wanted.get(key):
            lines = changed(lines, key, table.get(key), wanted.get(key))
    result = "\n".join(lines).strip("\n") + "\n" if lines else ""
    try:
        if tomllib.loads(result) == wanted:
            return result
    except tomllib.TOMLDecodeError:
        pass
    return tomli_w.dumps(wanted)


def changed(lines: list[str], key: str, former: Any, value: Any) -> list[str]:
    """The lines with one key set to ``value``, or without it when None."""
    import tomli_w

    if isinstance(former, dict) or isinstance(value, dict):
        kept = without_tables(lines, key)
        return kept if value is None else [*kept, "", *tomli_w.dumps({key: value}).splitlines()]
    top = next((number for number, line in enumerate(lines) if HEADER.match(line)), len(lines))
    new = "" if value is None else tomli_w.dumps({key: value}).rstrip("\n")
    for number, line in enumerate(lines[:top]):
        if found := re.fullmatch(rf"\s*\"?{key}\"?\s*=\s*{VALUE}(\s*#.*)?\s*", line):
            comment = found[1] or ""
            return [*lines[:number], *([new + comment] if new else []), *lines[number + 1 :]]
    last = max((number + 1 for number, line in enumerate(lines[:top]) if re.match(r"\s*[^#\s]", line)), default=0)
    # With no key yet, what stands at the head is a comment on the whole file.
    place = last or (top if top == len(lines) else 0)
    return [*lines[:place], *([new] if new else []), *lines[place:]]


def without_tables(lines: list[str], key: str) -> list[str]:
    """The lines without the sections ``[key]`` and ``[key.…]``."""
    kept, inside = [], False
    for line in lines:
        if header := HEADER.match(line):
            inside = header[1] == key
        if not inside:
            kept.append(line)
    return kept
