"""What every screen has: the place, the state, the work, the message or the prompt, the keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.geometry import Region
from textual.screen import Screen
from textual.widget import Widget

from diagnostics.model import Incident
from diagnostics.safety import Refusal
from tui import commands, half_typed, journal, strings
from tui.actions import HOME, Action, actions_of, in_bar, key_name
from tui.glyphs import cut, shown, width_of
from tui.theme import DIM, KEY, NORMAL, RULE, TITLE, WARN, Span, Spans
from tui.widgets.one_line import OneLine, Said
from tui.widgets.palette import Choice, Palette
from tui.widgets.pane import Fixed, Para, TextPane
from tui.widgets.prompt import Prompt, Question, complete_path
from tui.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from tui.app import TriageApp
    from tui.session import Session

LONG_PASTE = 200
"""Characters above which what is pasted is a table or a report, not a word meant for a prompt."""
COMMANDS = "commandes"
"""Action of the palette, whose questions are the same on every screen."""
Sorts = Mapping[str, tuple[str, str]]
"""Name of an order → its letter in the menu, what it is."""
WIDE = 100
"""Columns from which the detail stands beside the list."""


class Sheet(Screen[None], inherit_bindings=False):
    """A screen kept alive; it owns the keys and gives them to the registry's actions."""

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = []
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012 - declared so by Textual
    VERTICAL_BREAKPOINTS = [(0, "-low"), (22, "-tall")]  # noqa: RUF012 - declared so by Textual
    screen_id: ClassVar[str] = ""

    def __init__(self) -> None:
        super().__init__(id=self.screen_id)
        self.place = OneLine(id="place")
        self.state = OneLine(id="state")
        self.message = Said(id="message")
        self.prompt = Prompt(id="prompt")
        self.keybar = OneLine(id="keys")
        self.palette = Palette(self.choices)
        self.pressed = ""
        """The key being acted on."""
        self.doing = ""
        """The action being done, or whose question is being answered."""
        self.asking = False
        """The prompt stands in the place of the message."""
        self.tour_box = TextPane(id="tour")
        self.prompt.display = False
        self.tour_box.display = False

    @property
    def triage(self) -> TriageApp:
        return cast("TriageApp", self.app)

    @property
    def session(self) -> Session:
        return self.triage.session

    # What a screen fills in.

    def body(self) -> Iterable[Widget]:
        """The widgets between the state and the message."""
        raise NotImplementedError

    def fill(self) -> None:
        """Show the session as it is now."""
        raise NotImplementedError

    def state_line(self) -> tuple[Spans, Spans]:
        """Left and right part of the second line."""
        return (), ()

    def breadcrumb(self) -> str:
        return strings.TITLES[self.screen_id]

    def target(self) -> VirtualList | TextPane | None:
        """What the movement keys move."""
        return None

    def moved(self) -> None:
        """The cursor of the target moved."""

    def about_incidents(self) -> list[Incident]:
        """The incidents that the current line, or the marks, are about."""
        incident: Incident | None = getattr(self, "incident", None)
        return [incident] if incident is not None else []

    def side(self) -> str:
        """Which of the texts of its incident this screen shows, when it has several."""
        return ""

    def turn_to(self, side: str) -> None:
        """Show that one of the texts."""

    def back(self) -> bool:
        """Leave an inner state (filter, pane) if there is one; returns whether there was."""
        return False

    # Frame.

    def compose(self) -> ComposeResult:
        yield self.place
        yield self.state
        yield from self.body()
        yield self.message
        yield self.prompt
        yield self.keybar
        yield self.palette
        yield self.tour_box

    def on_screen_resume(self) -> None:
        self.refresh_all()
        self.show_tour()

    def show_tour(self) -> None:
        """The words of the tour over the bottom of the work, when there is one."""
        tour = self.triage.tour
        self.tour_box.display = tour.running
        if tour.running:
            words = Para(tour.text, TITLE)
            self.tour_box.styles.height = 2 + len(words.lines(self.app.size.width - 2))
            self.tour_box.show([Fixed([("─── ", RULE), (tour.keys, DIM)]), words])

    def on_resize(self, event: events.Resize) -> None:
        if event.size != self.app.size:
            # Each layout sends its size again: of two on their way, one laid out after the other, neither would end.
            event.prevent_default()
            return
        self.call_after_refresh(self.refresh_frame)

    def refresh_all(self) -> None:
        self.guarded(self.fill)
        self.refresh_frame()

    def refresh_frame(self) -> None:
        """The lines around the work."""
        self.show_place()
        self.show_state()
        self.show_keys()
        self.message.show(self.triage.message)
        self.point_soon()

    def point_soon(self) -> None:
        """Put the terminal's cursor where the keys act, once what is shown has its place."""
        self.call_after_refresh(self.point)

    def point(self) -> None:
        """On the line of a choice, in the text being typed, on the current line, else on the first of what is read."""
        if not self.is_current:
            return
        target = self.palette if self.palette.display else self.prompt if self.prompt.is_open else self.target()
        if target is not None:
            target.point()
            target.refresh(Region(0, 0, 1, 1))  # the cursor goes to the terminal with something drawn

    def show_place(self) -> None:
        """The program, the school, where one is; the name of the school gives way."""
        school = self.session.school
        place: list[Span] = [(" > ", DIM), (self.breadcrumb(), TITLE)]
        if self.session.read_only:
            place.append((strings.READ_ONLY_MARK, WARN))
        left: list[Span] = [(f" {strings.PROGRAM}", TITLE)]
        room = self.app.size.width - 2
        if school and (school.uai or school.name):
            taken = sum(width_of(text) for text, _ in (*left, *place)) + 3
            left.append((f"  {cut(f'{school.uai} {school.name}'.strip(), max(room - taken, len(school.uai)))}", NORMAL))
        left += place
        room -= sum(width_of(text) for text, _ in left)
        self.place.show(left, [*self.freshness(room), (" ", NORMAL)])

    def freshness(self, room: int) -> Spans:
        """The dates of the exports that count, as many as there is room for."""
        school = self.session.school
        if school is None:
            return ()
        dates: dict[str, str] = {}
        for export in school.loaded.active():
            family = export.kind.value.split("_")[0].upper()
            dates[family] = max(dates.get(family, ""), export.made_on[:10])
        spans: list[Span] = []
        for family, made in dates.items():
            if made and (room := room - len(family) - 8) > 0:
                spans.append((f"  {family} {strings.day_month(made)}", DIM))
        return spans

    def show_state(self) -> None:
        left, right = self.state_line()
        job = self.triage.progress_text
        if job:
            left = [(" " + job, WARN)]
        self.state.show([(" ", NORMAL), *left] if not job else left, [*right, (" ", NORMAL)])

    def show_keys(self) -> None:
        """One line: the keys that matter here, as many as fit; those of the prompt while it is open."""
        question = self.prompt.question
        if question is not None:
            pairs = prompt_keys(question)
            self.keybar.show([span for key, word in pairs for span in ((f" {key}", KEY), (f" {word} ", NORMAL))])
            return
        shown_actions = in_bar(self.screen_id)
        last = [a for a in shown_actions if a.id in {"aide", "retour"}]
        room = self.app.size.width - 1
        chosen: list[Action] = []
        for action in [*last, *(a for a in shown_actions if a not in last)]:
            size = width_of(shown(self.key_label(action))) + width_of(shown(self.label(action))) + 3
            if size <= room:
                room -= size
                chosen.append(action)
        spans: list[Span] = [(" ", NORMAL)]
        for action in (a for a in shown_actions if a in chosen):
            spans += [(self.key_label(action), KEY), (f" {self.label(action)}  ", NORMAL)]
        self.keybar.show(spans)

    def key_label(self, action: Action) -> str:
        return key_name(self.triage.keys.of(action)[0])

    def label(self, action: Action) -> str:
        """The word of an action in the key bar; a screen may say it better."""
        return action.label

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
            self.say(f"Touche « {key_name(key)} » : rien ici. ? montre les touches.")
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
            self.say(reason)
            return
        self.doing = action.id
        handler = cast(Callable[[], None] | None, getattr(self, f"do_{action.method}", None))
        if handler is None:
            handler = cast(Callable[[], None], getattr(self.triage, f"do_{action.method}"))
        self.guarded(handler)

    def guarded(self, work: Callable[[], None]) -> None:
        """Do it; what is refused or goes wrong is said and never ends the program."""
        try:
            work()
        except Refusal as refusal:
            self.say(refusal.reason)
        except Exception as error:
            self.say(strings.internal_error(journal.record(error)))

    def why_not(self, action: Action) -> str:
        """The reason why an action cannot be done now, "" when it can."""
        for owner in (self, self.triage):
            reason = getattr(owner, f"why_not_{action.method}", None)
            if reason is not None:
                return cast(Callable[[], str], reason)()
        return ""

    def say(self, text: str) -> None:
        """Show a sentence on the line of messages."""
        self.triage.message = text
        self.message.show(text)
        if self.prompt.is_open:
            self.message.display = bool(text)

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


def prompt_keys(question: Question) -> list[tuple[str, str]]:
    """What the keys do while a prompt is open."""
    keys = [("Entrée", "valider"), ("Échap", "abandonner")]
    if not question.frozen:
        keys.append(("Ctrl+U", "vider"))
    if question.complete:
        keys.insert(1, ("Tab", "compléter"))
    if question.frozen and not question.key:
        keys[1:1] = [("← →", "lettre"), ("Espace", "mot suivant")]
    if question.key:
        keys.insert(1, ("↑ ↓", "choisir"))
    return keys


def position(target: VirtualList) -> str:
    """« 4/37 »."""
    return f"{target.cursor + 1}/{len(target.rows)}" if target.rows else "0"
