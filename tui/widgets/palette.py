"""The palette: what can be done here, narrowed as one types; drawn over the bottom of the work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from diagnostics.text import fold
from tui.glyphs import fit, shown, width_of
from tui.theme import DIM, KEY, NORMAL, Spans
from tui.widgets.prompt import Completer
from tui.widgets.virtual_list import VirtualList

HEIGHT = 8
LONGEST_NAME = 40


@dataclass(frozen=True)
class Choice:
    """Something to do: by its name, by its key, perhaps with an argument (« personne NOM »)."""

    name: str
    help: str
    key: str
    run: Callable[[str], None]
    argument: str = ""
    complete: Completer | None = None

    @property
    def question(self) -> str:
        """What is asked when its argument is not given."""
        return f"{self.name} {self.argument} :"


class Palette(VirtualList):
    """Choices that fit what is typed; the prompt gives it the arrows."""

    def __init__(self, choices: Callable[[], Sequence[Choice]], *, id: str = "palette") -> None:
        super().__init__(self.draw, id=id, key=lambda choice: choice.name, highlight=30)
        self.choices = choices
        self.options: Sequence[Choice] | None = None
        """A closed list offered in the place of all that can be done."""
        self.letters = False
        self.name_width = 0
        """Each line of the closed list has its letter."""
        self.display = False

    def draw(self, choice: Choice, width: int) -> Spans:
        if self.options is not None:
            letter = [(fit(choice.key, 3), KEY)] if self.letters else []
            return [*letter, (fit(choice.name, self.name_width) + "  ", NORMAL), (choice.help, DIM)]
        return [
            (fit(f"{choice.name} {choice.argument}".rstrip(), 26) + " ", NORMAL),
            (fit(choice.key, 12), KEY),
            (choice.help, DIM),
        ]

    def open(self) -> None:
        self.forget()
        self.styles.height = HEIGHT
        self.display = True
        self.narrow("")

    def offer(self, options: Sequence[Choice], at: str = "", *, letters: bool = True) -> None:
        """Open on a closed list, on the line of that name."""
        self.options, self.letters = list(options), letters
        self.name_width = min(LONGEST_NAME, max((width_of(shown(choice.name)) for choice in options), default=0))
        self.styles.height = max(1, min(len(options), HEIGHT if letters else HEIGHT + 2))
        self.display = True
        self.show(self.options, keep=False)
        self.go_to_key(at)

    def forget(self) -> None:
        self.options = None
        self.display = False

    def of_key(self, key: str) -> Choice | None:
        """The line of a letter, of those that have one."""
        lines = (self.options or ()) if self.letters else ()
        return next((choice for choice in lines if choice.key == key), None)

    def narrow(self, text: str) -> None:
        """Keep what fits: the first word when a command with an argument is typed, else any words."""
        if self.options is not None:
            words = fold(text).split()
            self.show([c for c in self.options if all(w in fold(f"{c.name} {c.help}") for w in words)], keep=False)
            return
        command = text.split(" ", 1)[0]
        rows = [c for c in self.choices() if c.argument and " " in text and fold(c.name) == fold(command)]
        if not rows:
            words = fold(text).split()
            rows = [c for c in self.choices() if all(word in fold(f"{c.name} {c.help}") for word in words)]
            rows.sort(key=lambda c: not fold(c.name).startswith(fold(text)))
        self.show(rows, keep=False)

    def take(self, key: str, text: str) -> bool:
        """Arrows choose; everything else belongs to the prompt."""
        steps = {"down": 1, "up": -1, "pagedown": HEIGHT - 1, "pageup": 1 - HEIGHT}
        if key in steps:
            self.move(steps[key])
            return True
        return False
