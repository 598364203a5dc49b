"""Between the session and the tickets' room: a draft is made from the data, then takes what the agent typed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from diagnostics.model import Actor, Incident, Route, Ticket
from tui import strings

if TYPE_CHECKING:
    from tui.session import Session

FOLDER = "tickets"


def start(session: Session, incident: Incident) -> None:
    """Open a draft: from now on it is listed, even if nothing is typed in it."""
    from diagnostics.store import SavedTicket

    session.save_draft(SavedTicket(incident=incident.id))


def draft(session: Session, incident: Incident) -> Ticket:
    """The ticket as it stands."""
    from diagnostics import tickets

    school = session.school
    assert school is not None
    saved = session.drafts.get(incident.id)
    ticket = tickets.draft(
        incident,
        school.routes[incident.id],
        exports=school.loaded.exports,
        settings=session.settings,
        now=school.now,
        fields=saved.fields if saved else {},
        identities=school.identities,
        stage=stage_of(school.routes[incident.id], saved.recipient if saved else ""),
    )
    if saved is None or not (saved.subject or saved.body):
        return ticket
    return tickets.checked(
        msgspec.structs.replace(ticket, subject=saved.subject or ticket.subject, body=saved.body or ticket.body)
    )


def stage_of(route: Route, recipient: str) -> str:
    """The stage that addresses the ticket to the recipient the agent chose."""
    return "support" if recipient and recipient == route.recipient and recipient != route.first_actor else ""


def with_body(session: Session, ticket: Ticket, body: str) -> Ticket:
    """The ticket with that text, judged again."""
    from diagnostics import tickets

    return tickets.checked(msgspec.structs.replace(ticket, body=body))


def save(
    session: Session,
    ticket: Ticket,
    *,
    subject: str | None = None,
    body: str | None = None,
    fields: Mapping[str, str] | None = None,
    recipient: Actor | None = None,
) -> None:
    """Keep what the agent changed; what was not changed goes on being made from the data."""
    from diagnostics.store import SavedTicket

    held = session.drafts.get(ticket.incident.id) or SavedTicket(incident=ticket.incident.id)
    session.save_draft(
        msgspec.structs.replace(
            held,
            subject=held.subject if subject is None else subject.strip(),
            body=held.body if body is None else body,
            fields=held.fields if fields is None else {**held.fields, **fields},
            recipient=held.recipient if recipient is None else recipient,
        )
    )


def default_folder(session: Session) -> str:
    """Where tickets are written when the agent says nothing: a folder of the day, in the current one."""
    school = session.school.uai if session.school else ""
    return str(Path.cwd() / FOLDER / "-".join(part for part in (school, f"{datetime.now():%Y-%m-%d}") if part)) + "/"


def write(session: Session, incidents: list[Incident], folder: Path) -> str:
    """Write the tickets and note them ready; returns what was done, in French.

    Raises:
        Refusal: the folder cannot be written.
    """
    from diagnostics.tickets import bundle

    tickets = [draft(session, incident) for incident in incidents]
    bundle.write(tickets, folder)
    ready = [ticket.incident for ticket in tickets if ticket.ready]
    session.set_state([incident for incident in ready if session.state(incident) == "à qualifier"], "prêt")
    return strings.written(len(tickets), len(ready), str(folder))
