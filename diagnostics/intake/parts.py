"""The parts of a message, and its lines."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Part(enum.StrEnum):
    """What a piece of a message is."""

    BODY = "corps"
    TITLE = "objet"
    GREETING = "salutation"
    CLOSING = "formule"
    SIGNATURE = "signature"
    QUOTE = "citation"
    HEADER = "en-tête"
    FIELD = "champ"
    DISCLAIMER = "mention"


@dataclass(frozen=True)
class Piece:
    """A half-open range of the text and what it is."""

    start: int
    end: int
    part: Part
    label: str = ""
    """For a form's field or a header: its folded name."""


@dataclass(frozen=True)
class Line:
    start: int
    end: int
    text: str

    def part(self, first: int, last: int) -> Line:
        """The sub-line between two positions of its text."""
        return Line(self.start + first, self.start + last, self.text[first:last])
