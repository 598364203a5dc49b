"""Answers being typed on one line: kept at each key, offered again where they were typed, forgotten once given."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from diagnostics.text import fold
from tui.actions import ANOMALIES, MESSAGES, ROUTING, TICKETS

if TYPE_CHECKING:
    from tui.app import TriageApp
    from tui.session import Session
    from tui.widgets.prompt import Question

PLACE = "saisie"
PASTED = "collages"
"""Place of the tables pasted from another window, which no file holds."""
RESUMED = "Repris."
"""Before the label of a question whose answer was being typed when the program ended."""
HEADING = "Saisie interrompue"
SPARE = "Repris, à copier (Échap : oublier) :"
"""Label of an answer whose incident is not loaded any more."""
CHANGING = re.compile(r"\([^)]*\)|«[^»]*»|\d+")
"""What a label says of the moment: counts, hints, values."""
LONGEST = 40
"""Characters of a label in the name of a place."""


@dataclass(frozen=True)
class Spot:
    """Where an answer is typed.

    Attributes:
        screen: id of the screen.
        about: id of the incident, "" when it is about none.
        side: which of the texts of the incident, when it has several (ticket, reminder).
        label: what was asked, as the agent read it.
        action: id of the action that asked.
        row: key of the line that the cursor stood on.
    """

    screen: str
    about: str
    side: str
    label: str
    action: str = ""
    row: str = ""

    @property
    def place(self) -> str:
        """The name it is kept under: the same whatever the counts in the label."""
        words = fold(CHANGING.sub(" ", self.label)).split()
        label = "-".join(word.removesuffix("S") for word in words)[:LONGEST]
        return "/".join([PLACE, *(quote(part, safe="") for part in (self.screen, self.about, self.side, label))])


@dataclass(frozen=True)
class HalfTyped:
    """An answer that nobody gave."""

    place: str
    spot: Spot
    text: str


def watched(session: Session, spot: Spot, question: Question, value: str) -> tuple[Question, str]:
    """The question with its answer kept as it is typed, and what to begin with.

    The answer is forgotten once it is taken, or when the agent leaves it; one that is refused stays.
    """
    held = at(session, spot.place)
    kept = bool(held)

    def keep(text: str) -> None:
        nonlocal kept
        text = "" if text == value else text
        if (text or kept) and session.store is not None:
            stored = json.dumps([spot.label, spot.action, spot.row, text], ensure_ascii=False) if text else ""
            kept = bool(text)
            session.keep_typed(spot.place, stored)

    def submit(text: str) -> None:
        question.submit(text)
        keep(value)

    def cancel() -> None:
        keep(value)
        if question.cancel:
            question.cancel()

    label = f"{RESUMED} {question.label}" if held else question.label
    return replace(question, label=label, submit=submit, typed=keep, cancel=cancel), held.text if held else value


def at(session: Session, place: str) -> HalfTyped | None:
    """What was being typed there."""
    stored = session.kept_text(place) if session.store is not None else ""
    if not stored:
        return None
    _, screen, about, side, _ = (unquote(part) for part in place.split("/"))
    label, action, row, text = json.loads(stored)
    return HalfTyped(place, Spot(screen, about, side, label, action, row), text)


def left(session: Session) -> list[HalfTyped]:
    """All that was being typed when the program ended."""
    if session.store is None:
        return []
    places = [place for place in session.store.kept_places(session.agent) if place.startswith(f"{PLACE}/")]
    return [found for place in places if (found := at(session, place)) is not None]


def resume(app: TriageApp, found: HalfTyped) -> None:
    """Go where it was being typed and ask again."""
    spot = found.spot
    incident = app.session.known_incidents().get(spot.about)
    if spot.about and incident is None:
        app.sheet.ask(spare(app, found), found.text)
        return
    if incident is None:
        app.get(spot.screen)
        app.go(spot.screen)
    elif spot.screen == ANOMALIES:
        app.show_incident(incident)
    elif spot.screen == MESSAGES:
        app.show_messages(incident.id)
    elif spot.screen == ROUTING:
        app.show_routing([incident])
    elif spot.screen == TICKETS:
        app.open_tickets([incident], keep=False)
    sheet = app.sheet
    sheet.call_after_refresh(lambda: sheet.guarded(lambda: sheet.go_on(spot)))


def spare(app: TriageApp, found: HalfTyped) -> Question:
    """What to ask of an answer whose incident is not loaded: Enter copies it, Escape forgets it."""
    from tui.widgets.prompt import Question

    def forget() -> None:
        app.session.keep_text(found.place, "")
        app.sheet.fill()

    def take(text: str) -> None:
        app.copy(text)
        forget()

    return Question(SPARE, take, cancel=forget, keep=False)


# Tables pasted from another window.


def keep_pasted(session: Session, text: str) -> None:
    """Keep a pasted table while the program runs: no file holds it; on disk before this returns."""
    session.pasted.append(text)
    session.keep_text(f"{PASTED}/{datetime.now().astimezone().isoformat(timespec='microseconds')}", text)


def pasted(session: Session) -> list[str]:
    """The tables that were read when the program ended, if it ended without being left."""
    return session.open_store().kept_texts(PASTED, session.agent)


def forget_pasted(session: Session) -> None:
    """The program is left: what was pasted is of no more use."""
    if session.store is not None and session.pasted:
        for place in session.store.kept_places(session.agent):
            if place.startswith(f"{PASTED}/"):
                session.keep_text(place, "")
