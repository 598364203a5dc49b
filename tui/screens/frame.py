"""The frame of every screen: the place, the state, the work, the message or the prompt, the keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events
from textual.app import ComposeResult
from textual.geometry import Region
from textual.screen import Screen
from textual.widget import Widget

from diagnostics.model import Incident
from diagnostics.safety import Refusal
from tui import journal, strings
from tui.actions import Action, in_bar, key_name
from tui.glyphs import cut, shown, width_of
from tui.theme import DIM, KEY, NORMAL, RULE, TITLE, WARN, Span, Spans
from tui.widgets.one_line import OneLine, Said
from tui.widgets.palette import Choice, Palette
from tui.widgets.pane import Fixed, Para, TextPane
from tui.widgets.prompt import Prompt, Question
from tui.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from tui.app import TriageApp
    from tui.session import Session


class Frame(Screen[None], inherit_bindings=False):
    """What surrounds the work, and what a screen fills it with."""

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
        self.refused = ""
        """Why the last key did nothing, "" once another did something."""
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
            self.tour_box.styles.height = 1 + len(words.lines(self.app.size.width - 2))
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

    def choices(self) -> list[Choice]:
        """Everything that can be done here."""
        raise NotImplementedError

    # What is said.

    def say(self, text: str) -> None:
        """Show a sentence on the line of messages."""
        self.triage.message = text
        self.message.show(text)
        if self.prompt.is_open:
            self.message.display = bool(text)

    def guarded(self, work: Callable[[], None]) -> None:
        """Do it; what is refused or goes wrong is said and never ends the program."""
        try:
            work()
        except Refusal as refusal:
            self.say(refusal.reason)
        except Exception as error:
            self.say(strings.internal_error(journal.record(error)))


def prompt_keys(question: Question) -> list[tuple[str, str]]:
    """What the keys do while a prompt is open."""
    keys = [("Entrée", "valider"), ("Échap", "abandonner")]
    if not question.frozen:
        keys.append(("Ctrl+U", "vider"))
    if question.complete:
        keys.insert(1, ("Tab", "compléter"))
    if question.frozen and not question.key:
        keys[1:1] = [("↑ ↓", "phrase"), ("Espace", "mot"), ("← →", "lettre")]
    if question.key:
        keys.insert(1, ("↑ ↓", "choisir"))
    return keys
