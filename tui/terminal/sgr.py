"""Styles as the terminal holds them, and the shortest sequence from one to the next."""

from __future__ import annotations

import functools
from typing import NamedTuple


class NotUnderstood(Exception):
    """A sequence that this model does not know: the caller must let it pass and forget what it knew."""


class Look(NamedTuple):
    """What SGR sets.

    Attributes:
        flags: attributes that are on (keys of ``OFF``).
        fg: parameters of the foreground colour, "" for the default one.
        bg: the same for the background.
    """

    flags: frozenset[str] = frozenset()
    fg: str = ""
    bg: str = ""


DEFAULT = Look()
OFF = {"1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "7": "27", "8": "28", "9": "29", "21": "24", "53": "55"}
"""Attribute → what puts it out. Bold and dim share one, as do the two underlines."""
REVERSED: dict[str, frozenset[str]] = {
    code: frozenset(on for on, off in OFF.items() if off == code) for code in set(OFF.values())
}
SEEN_ON_BLANKS = frozenset({"4", "7", "9", "21", "53"})
"""Lines over, under and through, and reverse: what shows where there is no letter."""


@functools.lru_cache(maxsize=4096)
def apply(params: str, look: Look) -> Look:
    """The look after ``CSI params m``.

    Raises:
        NotUnderstood: a parameter that is none of ours.
    """
    flags, fg, bg = set(look.flags), look.fg, look.bg
    codes = params.split(";") if params else ["0"]
    position = 0
    while position < len(codes):
        code = codes[position].lstrip("0") or "0"
        position += 1
        if code == "0":
            flags, fg, bg = set(), "", ""
        elif code in OFF:
            flags.add(code)
        elif code in REVERSED:
            flags -= REVERSED[code]
        elif code in {"38", "48"}:
            length = {"5": 2, "2": 4}.get(codes[position] if position < len(codes) else "")
            if length is None or position + length > len(codes):
                raise NotUnderstood(params)
            value = ";".join([code, *codes[position : position + length]])
            position += length
            fg, bg = (value, bg) if code == "38" else (fg, value)
        elif code == "39":
            fg = ""
        elif code == "49":
            bg = ""
        elif code.isdigit() and (30 <= int(code) <= 37 or 90 <= int(code) <= 97):
            fg = code
        elif code.isdigit() and (40 <= int(code) <= 47 or 100 <= int(code) <= 107):
            bg = code
        else:
            raise NotUnderstood(params)
    return _the_one(Look(frozenset(flags), fg, bg))


@functools.lru_cache(maxsize=4096)
def _the_one(look: Look) -> Look:
    """One object for equal looks: rows are compared cell for cell, and the same object is equal at once."""
    return DEFAULT if look == DEFAULT else look


@functools.lru_cache(maxsize=4096)
def on_blank(look: Look) -> Look:
    """What shows of a look where there is no letter: the colour and the weight of a blank are not seen."""
    return look if look.flags & SEEN_ON_BLANKS else _the_one(Look(bg=look.bg))


@functools.lru_cache(maxsize=4096)
def transition(before: Look, after: Look) -> str:
    """The shortest sequence that turns one look into the other, "" when they are the same."""
    if before == after:
        return ""
    whole = ["", *sorted(after.flags, key=int), *(colour for colour in (after.fg, after.bg) if colour)]
    steps: list[str] = []
    kept = set(before.flags)
    for flag in sorted(before.flags - after.flags, key=int):
        if flag in kept:
            steps.append(OFF[flag])
            kept -= REVERSED[OFF[flag]]
    steps += sorted(after.flags - kept, key=int)
    if before.fg != after.fg:
        steps.append(after.fg or "39")
    if before.bg != after.bg:
        steps.append(after.bg or "49")
    return f"\x1b[{min(';'.join(steps), ';'.join(whole), key=len)}m"
