"""The text of a ticket as it is typed: kept on disk at each change, judged by the four rules at once."""

from __future__ import annotations

from diagnostics.model import Ticket
from tui import drafting
from tui.screens.ticket_case import CaseSheet
from tui.screens.writing import ENDS, Writing
from tui.theme import Spans
from tui.widgets.one_line import OneLine
from tui.widgets.virtual_list import VirtualList


class TextSheet(Writing, CaseSheet):
    """The part of the screen that edits the text in the place of the form."""

    form: VirtualList
    checks: OneLine

    def check_spans(self) -> Spans:
        raise NotImplementedError

    def save(self, *, body: str | None = None) -> None:
        raise NotImplementedError

    def edit_text(self, ticket: Ticket) -> None:
        kept = self.session.kept_text(self.text_place)
        row = self.form.current
        self.form.display = False
        self.editor.open(kept or ticket.body, row.line if row is not None and not kept else 0)
        self.show_keys()
        self.say(f"{ENDS} (tout est gardé à mesure)." + ("   Texte repris où il en était." if kept else ""))

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
