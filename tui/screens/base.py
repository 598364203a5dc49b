"""What every screen does: the keys, the questions, the palette, the movement."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import ClassVar, cast

from textual import events
from textual.binding import BindingType

from tui import commands, half_typed, strings
from tui.actions import HOME, Action, actions_of, key_name
from tui.screens.frame import Frame
from tui.widgets.palette import Choice
from tui.widgets.prompt import Question, complete_path
from tui.widgets.virtual_list import VirtualList

LONG_PASTE = 200
"""Characters above which what is pasted is a table or a report, not a word meant for a prompt."""
COMMANDS = "commandes"
"""Action of the palette, whose questions are the same on every screen."""
Sorts = Mapping[str, tuple[str, str]]
"""Name of an order → its letter in the menu, what it is."""
WIDE = 100
"""Columns from which the detail stands beside the list."""


class Sheet(Frame, inherit_bindings=False):
    """A screen kept alive; it owns the keys and gives them to the registry's actions."""

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = []
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012 - declared so by Textual
    VERTICAL_BREAKPOINTS = [(0, "-low"), (22, "-tall")]  # noqa: RUF012 - declared so by Textual

    # Keys.

    def is_typing(self) -> bool:
        """Whether letters go to a field."""
        return self.prompt.is_open or self.palette.display

    async def on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        self.guarded(lambda: self.take_key(event))
        self._after_prompt()

    def take_key(self, event: events.Key) -> None:
        """A key of the prompt while it is open, else of an action."""
        if self.prompt.is_open:
            self.prompt.take(event)
            return
        if self.triage.tour.running and self.triage.tour.take(event.key):
            return
        character = event.character
        key = (
            character
            if character and len(character) == 1 and character.isprintable() and character != " "
            else event.key
        )
        self.pressed = key
        action = self.triage.keys.table[self.screen_id].get(key)
        if action is None:
            self.refuse(f"Touche « {key_name(key)} » : rien ici. ? montre les touches.")
            return
        self.do(action)

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        text = event.text.replace("\r\n", "\n").replace("\r", "\n")  # terminals paste a line's end as Return
        self.guarded(lambda: self.take_paste(text))

    def take_paste(self, text: str) -> None:
        """What is pasted; a screen that overrides ``on_paste`` itself would see it taken twice, there and here."""
        if self.prompt.is_open:
            self.prompt.paste(text)
        elif len(text) > LONG_PASTE or "\n" in text.strip():
            self.triage.add_pasted(text)
        else:
            self.say(strings.PASTE_WHERE)

    def do(self, action: Action) -> None:
        """Do an action, or say why it cannot be done."""
        reason = self.why_not(action)
        if reason:
            self.refuse(reason)
            return
        if self.refused and self.triage.message == self.refused:
            self.say("")
        self.refused = ""
        self.doing = action.id
        handler = cast(Callable[[], None] | None, getattr(self, f"do_{action.method}", None))
        if handler is None:
            handler = cast(Callable[[], None], getattr(self.triage, f"do_{action.method}"))
        self.guarded(handler)

    def refuse(self, reason: str) -> None:
        """Say why nothing is done; it is true until something is."""
        self.say(reason)
        self.refused = reason

    def why_not(self, action: Action) -> str:
        """The reason why an action cannot be done now, "" when it can."""
        for owner in (self, self.triage):
            reason = getattr(owner, f"why_not_{action.method}", None)
            if reason is not None:
                return cast(Callable[[], str], reason)()
        return ""

    def ask(self, question: Question, value: str = "") -> None:
        """Open the prompt in the place of the message; an answer that was being typed goes on where it stood."""
        if question.is_kept:
            question, value = half_typed.watched(self.session, self.spot(question.label), question, value)
        self.asking = True
        self.message.display = False
        self.prompt.open(question, value)
        self.show_keys()
        self.point_soon()

    def spot(self, label: str) -> half_typed.Spot:
        """Where a question is asked, so that its answer is found again."""
        if self.doing == COMMANDS:
            return half_typed.Spot(HOME, "", "", label, COMMANDS)
        about, target = self.about_incidents(), self.target()
        current = target.current if isinstance(target, VirtualList) else None
        row = str(target.key_of(current)) if isinstance(target, VirtualList) and current is not None else ""
        return half_typed.Spot(self.screen_id, about[0].id if about else "", self.side(), label, self.doing, row)

    def go_on(self, spot: half_typed.Spot) -> None:
        """Ask again what was being answered: the same line, the same action."""
        self.turn_to(spot.side)
        target = self.target()
        if isinstance(target, VirtualList):
            keys = {str(key): key for key in map(target.key_of, target.rows)}
            target.go_to_key(keys.get(spot.row))
        choice = next((one for one in self.choices() if one.question == spot.label), None)
        action = next((one for one in actions_of(self.screen_id) if one.id == spot.action), None)
        if choice is not None and spot.action == COMMANDS:
            self.doing = COMMANDS
            self.ask_argument(choice)
        elif action is not None:
            self.do(action)

    def do_commandes(self) -> None:
        self.palette.open()
        self.ask(
            Question(
                ":",
                self.run_command,
                change=self.palette.narrow,
                key=self.palette.take,
            )
        )

    def offer(self, label: str, options: Sequence[Choice], *, at: str = "", search: bool = False) -> None:
        """A closed list over the bottom of the work: arrows and Enter, or the letter of a line.

        Args:
            at: name of the line to stand on, the one that holds now.
            search: the list is long: letters narrow it instead of choosing.
        """
        self.palette.offer(options, at, letters=not search)
        self.ask(
            Question(
                label,
                self.run_choice,
                change=self.palette.narrow if search else None,
                key=self.palette.take if search else self.take_letter,
                cancel=self.palette.forget,
                frozen=not search,
            )
        )

    def offer_sorts(self, sorts: Sorts, held: str, sort: Callable[[str], None]) -> None:
        """The orders of a list, on the one that holds."""
        options = [
            Choice(words, "", letter, partial(self.sort_by, sort, name)) for name, (letter, words) in sorts.items()
        ]
        self.offer("Trier :", options, at=sorts[held][1])

    def sort_by(self, sort: Callable[[str], None], name: str, _: str) -> None:
        sort(name)
        self.fill()
        self.show_state()

    def take_letter(self, key: str, text: str) -> bool:
        """The letter of a line chooses it; q leaves; every other one says nothing."""
        choice = self.palette.of_key(key)
        if choice is not None:
            self.prompt.close()
            self.palette.forget()
            self.guarded(lambda: choice.run(""))
            return True
        if key in {"q", "left"}:
            self.prompt.cancel()
            return True
        return self.palette.take(key, text)

    def run_choice(self, text: str) -> None:
        choice = self.palette.current
        self.palette.forget()
        if choice is None:
            self.say(strings.NO_CHOICE.format(text=text.strip()))
        else:
            choice.run("")

    def run_command(self, text: str) -> None:
        self.palette.display = False
        choice = self.palette.current
        if choice is None:
            self.say(f"Commande inconnue : « {text} ».   : montre toutes les commandes")
        elif choice.argument and not text.strip().partition(" ")[2]:
            self.ask_argument(choice)
        else:
            choice.run(text.strip().partition(" ")[2] if choice.argument else "")

    def ask_argument(self, choice: Choice) -> None:
        kept = choice.complete is complete_path  # the other arguments are words of a search
        self.ask(Question(choice.question, choice.run, complete=choice.complete, keep=kept))

    def choices(self) -> list[Choice]:
        """Everything that can be done here: commands with an argument, then the actions of the registry."""
        found = commands.choices(self.triage)
        for action in actions_of(self.screen_id):
            if action.id != COMMANDS:
                run = cast(Callable[[str], None], lambda _, action=action: self.do(action))
                found.append(Choice(action.label, action.help, self.key_label(action), run))
        return found

    def _after_prompt(self) -> None:
        if not self.prompt.is_open and self.asking:
            self.asking = False
            self.palette.display = False
            self.message.display = True
            self.refresh_frame()
            target = self.target()
            if isinstance(target, VirtualList):
                target.set_active(True)

    # Movement, the same everywhere.

    def move(self, by: int) -> None:
        target = self.target()
        if target is not None and target.move(by):
            if isinstance(target, VirtualList):
                self.moved()
            self.show_state()

    def page(self) -> int:
        target = self.target()
        if isinstance(target, VirtualList):
            return max(target.page - 1, 1)
        return max(target.size.height - 1, 1) if target is not None else 1

    def do_haut(self) -> None:
        self.move(-1)

    def do_bas(self) -> None:
        self.move(1)

    def do_page_haut(self) -> None:
        self.move(-self.page())

    def do_page_bas(self) -> None:
        self.move(self.page())

    def do_debut(self) -> None:
        self.move(-1_000_000_000)

    def do_fin(self) -> None:
        self.move(1_000_000_000)

    def do_retour(self) -> None:
        if not self.back():
            self.triage.leave()
        else:
            self.refresh_frame()


def position(target: VirtualList) -> str:
    """« 4/37 »."""
    return f"{target.cursor + 1}/{len(target.rows)}" if target.rows else "0"
