"""What was pasted here, taken back: a message, a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui import following
from tui.received import PASTED

if TYPE_CHECKING:
    from diagnostics.intake import Message
    from tui.session import Session


def withdraw(session: Session, message: Message) -> None:
    """Take a message back with its incidents; on disk before this returns.

    Raises:
        Refusal: it comes from a file, one of its tickets left, or the base does not take the write.
    """
    from diagnostics import cases
    from tui.session import MESSAGES_PLACE

    following.refuse_held(session, message.incidents)
    text = next((t for rank, t in enumerate(session.told, 1) if PASTED.format(rank) == message.raw.name), "")
    identifiers = [incident.id for incident in message.incidents]
    case = cases.case_id(message.raw.text)
    cases.withdraw(session.open_store(), text, MESSAGES_PLACE, case, identifiers, session.agent)
    read_again(session)


def forget_refused(session: Session, file: str) -> bool:
    """Take a refused file, or a refused pasted table, off what is read; returns whether it could be."""
    from tui import analysis, half_typed

    rank = next((n for n in range(1, len(session.pasted) + 1) if analysis.PASTED.format(n) == file), 0)
    if rank:
        text = session.pasted.pop(rank - 1)
        for place in session.open_store().kept_places(session.agent):
            if place.startswith(f"{half_typed.PASTED}/") and session.kept_text(place) == text:
                session.keep_text(place, "")
        return True
    if file in session.paths:
        session.paths.remove(file)
        return True
    return False


def read_again(session: Session) -> None:
    """The messages as they are kept now: one was taken back, or put back."""
    from tui.session import MESSAGES_PLACE

    session.told = session.open_store().kept_texts(MESSAGES_PLACE, session.agent)
    session.messages = session.cut_messages(session.school)
    session.refresh_state()
