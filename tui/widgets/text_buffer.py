"""A text being edited: what each key does to it, without a screen."""

from __future__ import annotations

from dataclasses import dataclass, field

from rich.cells import set_cell_size

from diagnostics.safety import clean_lines
from tui.glyphs import width_of

MAX_UNDO = 200


@dataclass
class TextBuffer:
    """Text, caret and steps to take back.

    Attributes:
        text: what is edited.
        caret: index in the text, 0 to its length.
        width: cells of a visual line.
    """

    text: str = ""
    caret: int = 0
    width: int = 78
    _undo: list[tuple[str, int]] = field(default_factory=list)

    def rows(self) -> list[tuple[int, int]]:
        """Visual lines as ranges of the text; a line is broken after a space where it can."""
        found: list[tuple[int, int]] = []
        start = 0
        for line in self.text.split("\n"):
            offset = 0
            while width_of(line[offset:]) > self.width:
                room = len(set_cell_size(line[offset:], self.width).rstrip("\0"))
                cut = line.rfind(" ", offset, offset + room) + 1
                end = cut if cut > offset else offset + max(room, 1)
                found.append((start + offset, start + end))
                offset = end
            found.append((start + offset, start + len(line)))
            start += len(line) + 1
        return found

    def place(self) -> tuple[int, int]:
        """(visual line, index in it) of the caret."""
        rows = self.rows()
        for number, (start, end) in enumerate(rows):
            next_start = rows[number + 1][0] if number + 1 < len(rows) else end + 2
            if start <= self.caret <= end and not (self.caret == end == next_start):
                return number, self.caret - start
        start, _ = rows[-1]
        return len(rows) - 1, self.caret - start

    def insert(self, text: str) -> None:
        self.replace(self.caret, self.caret, clean_lines(text).replace("\t", "    "))

    def replace(self, start: int, end: int, text: str) -> None:
        """Put a text in the place of a range; can be taken back."""
        start, end = max(start, 0), min(end, len(self.text))
        if start == end and not text:
            return
        self._undo.append((self.text, self.caret))
        del self._undo[:-MAX_UNDO]
        self.text = self.text[:start] + text + self.text[end:]
        self.caret = start + len(text)

    def undo(self) -> None:
        if self._undo:
            self.text, self.caret = self._undo.pop()

    def vertical(self, by: int) -> None:
        """Move by visual lines, keeping the column when there is room."""
        rows = self.rows()
        number, column = self.place()
        target = min(max(number + by, 0), len(rows) - 1)
        start, end = rows[target]
        self.caret = min(start + column, end)

    def press(self, key: str, character: str | None) -> bool:
        """Act on a key; returns whether it meant something here."""
        number, column = self.place()
        start, end = self.rows()[number]
        match key:
            case "left":
                self.caret = max(self.caret - 1, 0)
            case "right":
                self.caret = min(self.caret + 1, len(self.text))
            case "up":
                self.vertical(-1)
            case "down":
                self.vertical(1)
            case "pageup":
                self.vertical(-10)
            case "pagedown":
                self.vertical(10)
            case "home" | "ctrl+a":
                self.caret = start
            case "end" | "ctrl+e":
                self.caret = end
            case "ctrl+home":
                self.caret = 0
            case "ctrl+end":
                self.caret = len(self.text)
            case "enter":
                self.replace(self.caret, self.caret, "\n")
            case "backspace":
                self.replace(self.caret - 1, self.caret, "")
            case "delete" | "ctrl+d":
                self.replace(self.caret, self.caret + 1, "")
            case "ctrl+w":
                self.replace(
                    self.caret - column + self.text[start : self.caret].rstrip().rfind(" ") + 1, self.caret, ""
                )
            case "ctrl+u":
                self.replace(start, self.caret, "")
            case "ctrl+k":
                self.replace(self.caret, end, "")
            case "ctrl+z":
                self.undo()
            case _ if character and len(character) == 1 and character.isprintable():
                self.insert(character)
            case _:
                return False
        return True
