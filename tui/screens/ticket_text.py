"""The text of a ticket as it is typed: kept on disk at each change, judged by the four rules at once."""

from __future__ import annotations

from textual import events

from diagnostics.model import Ticket
from tui import drafting
from tui.screens.ticket_case import CaseSheet
from tui.theme import KEY, NORMAL, Spans
from tui.widgets.one_line import OneLine
from tui.widgets.text_editor import TextEditor
from tui.widgets.virtual_list import VirtualList

END_KEYS = frozenset({"escape", "tab", "ctrl+c", "ctrl+s"})
EDITOR_KEYS = (("Échap", "terminer"), ("Tab", "terminer"), ("Ctrl+Z", "annuler la frappe"))


class TextSheet(CaseSheet):
    """The part of the screen that edits the text in the place of the form."""

    form: VirtualList
    checks: OneLine

    def __init__(self) -> None:
        super().__init__()
        self.editor = TextEditor(self.typed, id="ticket-editor")

    def check_spans(self) -> Spans:
        raise NotImplementedError

    def save(self, *, body: str | None = None) -> None:
        raise NotImplementedError

    def is_typing(self) -> bool:
        return self.editor.is_open or self.prompt.is_open

    def show_keys(self) -> None:
        if self.prompt.is_open or not self.editor.is_open:
            super().show_keys()
        else:
            self.keybar.show([span for key, word in EDITOR_KEYS for span in ((f" {key}", KEY), (f" {word} ", NORMAL))])

    def point(self) -> None:
        if self.prompt.is_open or not self.editor.is_open:
            super().point()
        else:
            self.editor.refresh()  # drawing the line of the caret puts the cursor there

    def edit_text(self, ticket: Ticket) -> None:
        kept = self.session.kept_text(self.text_place)
        row = self.form.current
        self.form.display = False
        self.editor.open(kept or ticket.body, row.line if row is not None and not kept else 0)
        self.show_keys()
        self.say(
            "Échap ou Tab : terminer (tout est gardé à mesure)." + ("   Texte repris où il en était." if kept else "")
        )

    @property
    def text_place(self) -> str:
        kind = self.side() or "ticket"
        return f"{kind}/{self.incident.id}" if self.incident else kind

    def typed(self, text: str) -> None:
        """Each change is kept on disk and judged by the four rules at once."""
        if self.ticket is not None:
            self.ticket = drafting.with_body(self.session, self.ticket, text)
            self.checks.show(self.check_spans())
        self.session.keep_typed(self.text_place, text)

    def end_text(self) -> None:
        text = self.editor.buffer.text
        reason = self.why_not_write()
        if reason:
            self.session.keep_text(self.text_place, text)
            said = f"{reason} Votre texte est gardé."
        else:
            self.save(body=text)  # when it is refused the text stays where it is
            self.session.keep_text(self.text_place, "")
        self.editor.close()
        self.form.display = True
        self.refresh_frame()
        if reason:
            self.say(said)

    async def on_key(self, event: events.Key) -> None:
        if not self.editor.is_open or self.prompt.is_open:
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
            self.say("Échap ou Tab : terminer.")

    def take_paste(self, text: str) -> None:
        if self.editor.is_open and not self.prompt.is_open:
            self.editor.paste(text)
        else:
            super().take_paste(text)
