"""The one-line editor, on the line of messages: filter, command, path, note, field of a ticket."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from textual import events
from textual.strip import Strip

from diagnostics.safety import Refusal, clean
from tui.glyphs import shown, width_of, wrap
from tui.theme import KEY, NORMAL, SELECTED, Span
from tui.widgets.drawn import Drawn, strip_of

ROOM = 24
"""Cells kept for what is typed and the spaces around the question."""
Completer = Callable[[str], tuple[str, tuple[str, ...]]]
"""Text → (completed text, what it could still be)."""


@dataclass(frozen=True)
class Question:
    """What is asked and who hears the answer.

    Attributes:
        label: short, before the text.
        submit: called with the text on Enter.
        change: called with the text at each change.
        cancel: called when the agent leaves without answering.
        complete: Tab key.
        frozen: the text is only there to place the caret in.
        key: called first with (key, text); returns whether it took the key (choices of a palette).
        typed: called with the text at each change of an answer that is kept.
        keep: what is typed is kept on disk until it is answered or left; never so of a search, which has ``change``
            or ``key``.
    """

    label: str
    submit: Callable[[str], None]
    change: Callable[[str], None] | None = None
    cancel: Callable[[], None] | None = None
    complete: Completer | None = None
    key: Callable[[str, str], bool] | None = None
    frozen: bool = False
    typed: Callable[[str], None] | None = None
    keep: bool = True

    @property
    def is_kept(self) -> bool:
        return self.keep and not (self.frozen or self.change or self.key)


class Prompt(Drawn):
    """Line editor; the screen gives it the keys while it is open."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.question: Question | None = None
        self.text = ""
        self.proposed = ""
        """What the text was when the question was asked."""
        self.untouched = True
        """No key was pressed since the question was asked."""
        self.caret = 0
        self.choices: tuple[str, ...] = ()
        self.above: list[str] = []
        """Lines of a question that would leave no room for its answer."""

    @property
    def is_open(self) -> bool:
        return self.question is not None

    def open(self, question: Question, value: str = "") -> None:
        self.question = question
        self.text = self.proposed = value
        self.untouched = True
        self.caret = 0 if question.frozen else len(value)
        self.choices = ()
        self.make_room()
        self.display = True
        self.refresh()

    def make_room(self) -> None:
        """Put a long question above the line that is typed on."""
        width = self.app.size.width
        label = self.question.label if self.question is not None else ""
        above = wrap(label, width - 1) if width_of(shown(label)) + ROOM > width else []
        if len(above) != len(self.above):
            self.styles.height = len(above) + 1
        self.above = above

    def on_resize(self) -> None:
        self.make_room()

    def close(self) -> None:
        self.question = None
        self.display = False

    def take(self, event: events.Key) -> None:
        """Act on a key; a closed prompt takes none."""
        question = self.question
        if question is None:
            return
        before = self.text
        self.choices = ()
        if question.key is not None and question.key(event.key, self.text):
            return
        match event.key:
            case "enter":
                self.answer(question)
                return
            case "escape" | "ctrl+c":
                self.cancel()
                return
            case "tab" if question.complete:
                self.text, self.choices = question.complete(self.text)
                self.caret = len(self.text)
            case "left" | "ctrl+b":
                self.caret = max(self.caret - 1, 0)
            case "right" | "ctrl+f":
                self.caret = min(self.caret + 1, len(self.text))
            case "space" if question.frozen:
                after = self.text.find(" ", self.caret + 1)
                self.caret = len(self.text) if after < 0 else after + 1
            case "tab" | "down" if question.frozen:
                self.caret = next((at for at in sentences(self.text) if at > self.caret), len(self.text))
            case "up" if question.frozen:
                self.caret = max((at for at in sentences(self.text) if at < self.caret), default=0)
            case "home" | "ctrl+a":
                self.caret = 0
            case "end" | "ctrl+e":
                self.caret = len(self.text)
            case "backspace" if not self.text:
                self.cancel()
                return
            case "backspace" if self.caret:
                self._replace(self.caret - 1, self.caret, "")
            case "delete" | "ctrl+d":
                self._replace(self.caret, self.caret + 1, "")
            case "ctrl+u":
                self._replace(0, self.caret, "")
            case "ctrl+w":
                start = len(self.text[: self.caret].rstrip().rpartition(" ")[0])
                self._replace(start, self.caret, "")
            case _ if event.character and event.is_printable:
                anew = self.is_old_search or self.begins_a_path(event.character)
                self._replace(0 if anew else self.caret, self.caret, event.character)
        self.untouched = False
        if question.frozen:
            self.text = before
            self.caret = min(self.caret, len(before))
        self._after(before)

    def answer(self, question: Question) -> None:
        """Give the answer; one that is refused stays there to be mended."""
        self.close()
        try:
            question.submit(self.text)
        except Refusal:
            if self.text.strip() and not self.is_open and not question.frozen and not question.key:
                self.open(question, self.text)
            raise

    def paste(self, text: str) -> None:
        before = self.text
        self._replace(self.caret, self.caret, clean(text))
        self._after(before)

    def cancel(self) -> None:
        question = self.question
        self.close()
        if question is not None and question.cancel:
            question.cancel()

    @property
    def is_old_search(self) -> bool:
        """The text is that of the search before: what is typed now takes its place."""
        searching = self.question is not None and self.question.change is not None and not self.question.frozen
        return searching and self.untouched and bool(self.text)

    def begins_a_path(self, character: str) -> bool:
        """Whether a character typed after a folder that was proposed begins another path: it means nothing there."""
        proposed = self.text == self.proposed and self.caret == len(self.text) and self.text.endswith("/")
        return proposed and character in "/~" and self.question is not None and self.question.complete is complete_path

    def _after(self, before: str) -> None:
        self.refresh()
        if self.text == before or self.question is None:
            return
        for heard in (self.question.change, self.question.typed):
            if heard is not None:
                heard(self.text)

    def _replace(self, start: int, end: int, text: str) -> None:
        self.text = self.text[:start] + text + self.text[end:]
        self.caret = start + len(text)

    def point(self) -> None:
        """Drawing the line puts the cursor after what is typed."""
        self.refresh()

    def render_line(self, y: int) -> Strip:
        question = self.question
        if question is None:
            return Strip.blank(self.size.width)
        if y < len(self.above):
            return strip_of([(" " + self.above[y], KEY)], self.size.width, self.look)
        label = " > " if self.above else f" {question.label} "
        room = max(self.size.width - width_of(shown(label)) - 1, 4)
        start = 0
        before_caret = room // 2 if question.frozen else room  # where a text is cut, what follows is to be seen
        while width_of(self.text[start : self.caret]) >= before_caret:
            start += 1
        before, at, after = (
            self.text[start : self.caret],
            self.text[self.caret : self.caret + 1],
            self.text[self.caret + 1 :],
        )
        role = SELECTED if self.is_old_search else NORMAL
        spans: list[Span] = [(label, KEY), (before, role), (at or " ", self.caret_role), (after, NORMAL)]
        if self.choices:
            spans.append(("   " + "  ".join(self.choices), "dim"))
        self.place_cursor(width_of(shown(label)) + width_of(before), y)
        return strip_of(spans, self.size.width, self.look)


def sentences(text: str) -> list[int]:
    """Where sentences and items of a list begin after the first, in a text on one line."""
    return [found.end() for found in re.finditer(r"[.!?;:]+\s+(?:[-•]\s+)?|\s[-•]\s+", text)]


def complete_path(text: str) -> tuple[str, tuple[str, ...]]:
    """Completion of a path: the longest common beginning, and the names that fit (at most eight)."""
    from pathlib import Path

    expanded = Path(text).expanduser()
    folder, start = (expanded, "") if text.endswith("/") or not text else (expanded.parent, expanded.name)
    try:
        names = sorted(
            entry.name + ("/" if entry.is_dir() else "")
            for entry in folder.iterdir()
            if entry.name.startswith(start) and (start.startswith(".") or not entry.name.startswith("."))
        )
    except OSError:
        return text, ()
    if not names:
        return text, ()
    kept = text[: len(text) - len(start)] if start else text
    return kept + common_start(names), tuple(names[:8]) if len(names) > 1 else ()


def common_start(names: list[str]) -> str:
    """What all names begin with."""
    first, last = min(names), max(names)
    length = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))
    return first[:length]
