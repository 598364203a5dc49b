"""A screen on which a text of several lines is typed in the place of something else."""

from __future__ import annotations

from textual import events

from tui.screens.base import Sheet
from tui.theme import KEY, NORMAL
from tui.widgets.text_editor import TextEditor

END_KEYS = frozenset({"escape", "tab", "ctrl+c", "ctrl+s"})
ENDS = "Échap ou Tab : terminer"


class Writing(Sheet):
    """While its editor is open it has the keys, what is pasted and the cursor."""

    def __init__(self) -> None:
        super().__init__()
        self.editor = TextEditor(self.typed, id=f"{self.screen_id}-editor")

    @property
    def is_writing(self) -> bool:
        return self.editor.is_open and not self.prompt.is_open

    def typed(self, text: str) -> None:
        """The text changed."""
        raise NotImplementedError

    def end_text(self) -> None:
        """The agent has finished."""
        raise NotImplementedError

    def is_typing(self) -> bool:
        return self.editor.is_open or super().is_typing()

    def show_keys(self) -> None:
        if not self.is_writing:
            super().show_keys()
            return
        pairs = (("Échap", "terminer"), ("Tab", "terminer"), ("Ctrl+Z", "annuler la frappe"))
        self.keybar.show([span for key, word in pairs for span in ((f" {key}", KEY), (f" {word} ", NORMAL))])

    def point(self) -> None:
        if self.is_writing:
            self.editor.refresh()  # drawing the line of the caret puts the cursor there
        else:
            super().point()

    async def on_key(self, event: events.Key) -> None:
        if not self.is_writing:
            await super().on_key(event)
            return
        event.stop()
        event.prevent_default()
        if event.key in END_KEYS:
            self.guarded(self.end_text)
        else:
            self.guarded(lambda: self.type_key(event))

    def type_key(self, event: events.Key) -> None:
        if not self.editor.take(event):
            self.say(f"{ENDS}.")

    def take_paste(self, text: str) -> None:
        if self.is_writing:
            self.editor.paste(text)
        else:
            super().take_paste(text)
