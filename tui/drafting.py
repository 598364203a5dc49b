"""Between the session and the tickets' room: a draft is made from the data, then takes what the agent typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from diagnostics.model import Actor, Attachment, Incident, Ticket
from diagnostics.safety import Refusal, clean
from diagnostics.states import FIRST_STATE, READY
from tui import following, strings

if TYPE_CHECKING:
    from diagnostics.store import SavedTicket
    from diagnostics.tickets import Template
    from tui.session import Session

FOLDER = "tickets-ent"
FILES = "fichiers_joints"
"""Field of a saved draft that holds the paths of the agent's own files, one a line."""
WITHOUT = "sans_"
"""Field by which an agent says why an attachment is not there (``tickets.drafting.WITHOUT``)."""


REMINDER = "relance_"
"""Prefix of the fields of a saved draft that belong to its reminder."""
REMINDER_SUBJECT, REMINDER_BODY = REMINDER + "objet", REMINDER + "texte"


def start(session: Session, incident: Incident) -> None:
    """Open a draft: from now on it is listed, even if nothing is typed in it."""
    from diagnostics.store import SavedTicket

    session.save_draft(SavedTicket(incident=incident.id))


def draft(session: Session, incident: Incident) -> Ticket:
    """The ticket as it stands; of an incident that shares one, the ticket of all.

    Raises:
        Refusal: a template of the school's own folder cannot be used.
    """
    from diagnostics import tickets

    school = session.school
    incident = following.whole(session, incident)
    saved = session.drafts.get(incident.id)
    route = session.route(incident)
    assert route is not None
    stage = ""
    if saved and saved.recipient:
        stage = "support"
        route = msgspec.structs.replace(route, recipient=Actor(saved.recipient))
    files, gone = attached(saved.fields.get(FILES, "") if saved else "")
    ticket = tickets.draft(
        incident,
        route,
        exports=school.loaded.exports if school else (),
        settings=session.settings,
        now=school.now if school else datetime.now(),
        fields=answers(saved),
        files=files,
        identities=school.identities if school else (),
        stage=stage,
    )
    ticket = msgspec.structs.replace(ticket, missing=(*gone, *ticket.missing))
    if saved is None or not (saved.subject or saved.body):
        return ticket
    ticket = msgspec.structs.replace(ticket, subject=saved.subject or ticket.subject, body=saved.body or ticket.body)
    return judged(session, ticket)


def answers(saved: SavedTicket | None) -> dict[str, str]:
    """The agent's answers to the questions of the ticket."""
    fields = saved.fields if saved else {}
    return {key: value for key, value in fields.items() if key != FILES and not key.startswith(REMINDER)}


def reminder(session: Session, incident: Incident) -> Ticket:
    """The reminder of a ticket that left, which quotes it, with what the agent typed in it.

    Raises:
        Refusal: the incident is not followed, or its ticket has not left.
    """
    from diagnostics import cases

    school = session.school
    saved = session.drafts.get(incident.id)
    typed = saved.fields if saved else {}
    ticket = cases.remind(
        session.open_store(),
        incident.id,
        settings=session.settings,
        now=following.right_now(),
        answers={
            key.removeprefix(REMINDER): value
            for key, value in typed.items()
            if key.startswith(REMINDER) and key not in (REMINDER_SUBJECT, REMINDER_BODY)
        },
        exports=school.loaded.exports if school else (),
        identities=school.identities if school else (),
    )
    subject, body = typed.get(REMINDER_SUBJECT), typed.get(REMINDER_BODY)
    if subject or body:
        ticket = msgspec.structs.replace(ticket, subject=subject or ticket.subject, body=body or ticket.body)
        ticket = judged(session, ticket)
    return ticket


def write_reminder(ticket: Ticket, folder: str) -> str:
    """Write the draft of a reminder; returns what was done, in French.

    Raises:
        Refusal: no folder is given, or it cannot be written.
    """
    from diagnostics.tickets import bundle

    if not folder.strip():
        raise Refusal(strings.NOTHING_WRITTEN)
    (made,) = bundle.write([ticket], Path(folder.strip()).expanduser())
    return f"Relance écrite dans {made}.   ! : la noter comme partie"


def end_reminder(session: Session, incident: Incident) -> None:
    """Forget what was typed in a reminder that left: the next one begins anew."""
    held = session.drafts.get(incident.id)
    if held and any(key.startswith(REMINDER) for key in held.fields):
        kept = {key: value for key, value in held.fields.items() if not key.startswith(REMINDER)}
        session.save_draft(msgspec.structs.replace(held, fields=kept))


def attached(paths: str) -> tuple[list[Attachment], tuple[str, ...]]:
    """The agent's files that can still be read, and what is to be told of those that cannot."""
    from diagnostics.tickets import files

    found, gone = [], []
    for path in filter(None, paths.split("\n")):
        try:
            found.append(files.attach(Path(path)))
        except Refusal:
            gone.append(f"Pièce introuvable : {clean(Path(path).name)}. Joignez-la de nouveau, ou retirez-la.")
    return found, tuple(gone)


def template_of(session: Session, ticket: Ticket) -> Template:
    from diagnostics.tickets import templates

    folder = session.settings.templates
    return templates(Path(folder).expanduser() if folder else None)[ticket.template]


def judged(session: Session, ticket: Ticket) -> Ticket:
    """The ticket with the verdict of the four rules on its text as it is."""
    from diagnostics.tickets.check import check_ticket
    from diagnostics.tickets.drafting import concerning

    template = template_of(session, ticket)
    checks = check_ticket(ticket, template, concerning(ticket.incident, template))
    return msgspec.structs.replace(ticket, checks=checks)


def with_body(session: Session, ticket: Ticket, body: str) -> Ticket:
    """The ticket with that text, judged again."""
    return judged(session, msgspec.structs.replace(ticket, body=body))


def questions(session: Session, ticket: Ticket) -> Sequence[tuple[str, str, str]]:
    """(key, label, question) of what the ticket needs from the agent, or already has."""
    from diagnostics.tickets.drafting import asked

    template = template_of(session, ticket)
    return [
        (question.key, question.label, question.question)
        for question in asked(template, ticket.incident)
        if question.needed(ticket.incident) or ticket.fields.get(question.key)
    ]


def absent_piece(session: Session, ticket: Ticket, lack: str) -> str:
    """Field that says why the attachment of a « Pièce à joindre » is not there, "" when the lack is another."""
    for wanted in template_of(session, ticket).attachments:
        if lack.startswith(f"Pièce à joindre : {wanted.label}"):
            return WITHOUT + wanted.key
    return ""


def recipients(session: Session, ticket: Ticket) -> Mapping[str, str]:
    """Whom the ticket can go to, with the reason: what the program proposes ("") first, then the supports."""
    route = session.route(ticket.incident) or ticket.route
    found = {"": f"{route.why} (proposé par le programme)", str(route.recipient): route.why}
    for actor, when in route.alternatives:
        found.setdefault(str(actor), when)
    return found


def save(
    session: Session,
    ticket: Ticket,
    *,
    subject: str | None = None,
    body: str | None = None,
    fields: Mapping[str, str] | None = None,
    recipient: str | None = None,
    reminding: bool = False,
) -> None:
    """Keep what the agent changed; what was not changed goes on being made from the data.

    ``reminding``: the change is to the reminder of the ticket, the ticket that left stays as it was.
    """
    from diagnostics.store import SavedTicket

    held = session.drafts.get(ticket.incident.id) or SavedTicket(incident=ticket.incident.id)
    if reminding:
        typed = {REMINDER + key: value for key, value in (fields or {}).items()}
        typed |= {REMINDER_SUBJECT: subject.strip()} if subject is not None else {}
        typed |= {REMINDER_BODY: body} if body is not None else {}
        session.save_draft(msgspec.structs.replace(held, fields={**held.fields, **typed}))
        return
    session.save_draft(
        msgspec.structs.replace(
            held,
            subject=held.subject if subject is None else subject.strip(),
            body=held.body if body is None else body,
            fields=held.fields if fields is None else {**held.fields, **fields},
            recipient=held.recipient if recipient is None else recipient,
        )
    )


def add_file(session: Session, ticket: Ticket, path: Path) -> None:
    """Attach a file of the agent's.

    Raises:
        Refusal: it cannot be read or must not leave (password list, program…).
    """
    from diagnostics.tickets import files

    files.attach(path)
    held = session.drafts.get(ticket.incident.id)
    paths = list(filter(None, (held.fields.get(FILES, "") if held else "").split("\n")))
    save(session, ticket, fields={FILES: "\n".join(dict.fromkeys([*paths, str(path.absolute())]))})


def default_folder(session: Session) -> str:
    """Where tickets are written when the agent says nothing: a folder of the day in their own, wherever the program
    was started from."""
    school = session.school.uai if session.school else ""
    return f"~/{FOLDER}/" + "-".join(part for part in (school, f"{datetime.now():%Y-%m-%d}") if part) + "/"


def write(session: Session, incidents: Sequence[Incident], folder: Path) -> str:
    """Write the tickets and note as ready those that are; returns what was done, in French.

    Raises:
        Refusal: the folder cannot be written, or somebody else is writing every one of them.
    """
    from diagnostics.tickets import bundle

    leads = following.leads(session, incidents)
    ours, held = following.not_held(session, leads)
    if not ours:
        following.refuse_held(session, leads)
    tickets = [draft(session, incident) for incident in ours]
    bundle.write(tickets, folder)
    ready = [ticket.incident for ticket in tickets if ticket.ready]
    session.set_state([incident for incident in ready if session.state(incident) == FIRST_STATE], READY)
    said = strings.written(len(tickets), len(ready), str(folder))
    return f"{said}   Non écrit : {', '.join(held)}." if held else said
