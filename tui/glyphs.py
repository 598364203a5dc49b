"""What may be drawn: harmless characters only, and an ASCII twin for terminals that have no more."""

from __future__ import annotations

import os
import re

from rich.cells import cell_len, set_cell_size

from diagnostics.safety import clean

ASCII_VARIABLE = "ENT_TRIAGE_ASCII"

TWINS = str.maketrans({
    "▲": "!", "■": "#", "·": ".", "►": ">", "◄": "<", "●": "x", "○": "o", "•": "*", "√": "v", "≠": "#", "≈": "~",
    "│": "|", "─": "-", "┴": "+", "┬": "+", "├": "+", "┤": "+", "┼": "+", "→": ">", "←": "<", "↑": "^", "↓": "v",
    "┌": "+", "┐": "+", "└": "+", "┘": "+",
    "█": "#", "▓": "#", "▒": "=", "░": "-", "▄": "=", "…": "~", "«": '"', "»": '"', "’": "'", "–": "-", "—": "-",
    "±": "+", "×": "x", "□": "o", "\u00a0": " ", "°": "o",
})  # fmt: skip
"""One character for one, so that columns do not move."""

VARIANT = re.compile("[\ufe00-\ufe0f]")
UNSURE = re.compile("[\ufe00-\ufe0f\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff]")
"""What terminals give one, two or no cell: flags, skin tones, choices of a picture for a sign."""


class Repertoire:
    """Which characters the terminal has; one instance for the process (``repertoire``)."""

    def __init__(self, ascii_only: bool) -> None:
        self.ascii_only = ascii_only

    def shown(self, text: str) -> str:
        """The text as it may be drawn: one line, no control, no invisible or direction mark."""
        if not text.isprintable():
            text = clean(text) if text.strip() else " " * len(text)
            if not text.isprintable():  # of private use, or no character yet: nobody knows their width
                text = "".join(character if character.isprintable() else "·" for character in text)
        if not text.isascii() and UNSURE.search(text):
            text = UNSURE.sub("·", VARIANT.sub("", text))
        if self.ascii_only and not text.isascii():
            text = plain(text)
        return text


def plain(text: str) -> str:
    """ASCII only: signs by their twin, letters without accents."""
    from anyascii import anyascii

    return anyascii(text.translate(TWINS))


repertoire = Repertoire(os.environ.get(ASCII_VARIABLE, "") not in {"", "0"})


def shown(text: str) -> str:
    return repertoire.shown(text)


def width_of(text: str) -> int:
    return len(text) if text.isascii() else cell_len(text)


def cut(text: str, width: int) -> str:
    """At most ``width`` cells; what is cut leaves an ellipsis."""
    text = shown(text)
    if width_of(text) <= width:
        return text
    if width <= 0:
        return ""
    return set_cell_size(text, width - 1).rstrip() + shown("…")


def fit(text: str, width: int, *, right: bool = False) -> str:
    """Exactly ``width`` cells, padded on the right (on the left when ``right``)."""
    text = cut(text, width)
    padding = " " * (width - width_of(text))
    return padding + text if right else text + padding


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most ``width`` cells, broken at spaces where there are some; at least one line."""
    width = max(width, 1)
    lines: list[str] = []
    current, used = "", 0
    for word in map(shown, together(text.split(" "))):
        size = width_of(word)
        if current and used + 1 + size <= width:
            current, used = f"{current} {word}", used + 1 + size
            continue
        if current:
            lines.append(current)
        while size > width:
            head = set_cell_size(word, width)
            kept = len(head.rstrip()) or 1
            lines.append(word[:kept])
            word = word[kept:]
            size = width_of(word)
        current, used = word, size
    lines.append(current)
    return lines


OPENS, CLOSES = frozenset({"«", "n°"}), frozenset({"»", ":", ";", "!", "?", "%", "».", "»,", "»)", ") :"})
"""Signs that French typography ties to the word after them, and to the word before."""


def together(words: list[str]) -> list[str]:
    """The words, each with the signs that no line may part from it."""
    found: list[str] = []
    tied = False
    for word in words:
        if found and (tied or word in CLOSES):
            found[-1] += f" {word}"
        else:
            found.append(word)
        tied = word in OPENS
    return found
