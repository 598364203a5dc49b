"""A written ticket as it will leave: read from its folder or its mail draft, and shown whole."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from diagnostics.model import Attachment, Struct
from diagnostics.safety import Refusal, clean, clean_lines
from diagnostics.tickets.files import size_label

DRAFT, TEXT = "ticket.eml", "ticket.txt"
MAX_BYTES = 40_000_000
"""No mailbox takes a larger message."""
SHOWN_LINES = 40
"""Lines of a text attachment shown before it leaves."""
TODO_MARK = "À FAIRE AVANT D'ENVOYER"
TO_FILL = "[à compléter"
REFERENCE = re.compile(r"T-[0-9A-F]{8}")


class Outgoing(Struct, frozen=True, kw_only=True):
    """What leaves, exactly."""

    path: str
    subject: str
    body: str
    to: str = ""
    sender: str = ""
    attachments: tuple[Attachment, ...] = ()
    eml: bytes
    todo: tuple[str, ...] = ()
    """What the ticket still lacks, in French."""
    reference: str = ""
    """Our number (``T-1A2B3C4D``) when the ticket bears one."""


class Receipt(Struct, frozen=True, kw_only=True):
    """What was done, once it is done."""

    where: str
    number: str = ""
    """Number given by the other side."""
    warnings: tuple[str, ...] = ()


def read(path: Path) -> Outgoing:
    """A ticket from the folder that ``ent-triage tickets`` wrote, or from its ``.eml``.

    Raises:
        Refusal: there is no ticket there, or it cannot be read.
    """
    draft = path / DRAFT if path.is_dir() else path
    if draft.suffix.lower() != ".eml" or not draft.is_file():
        raise Refusal(f"{path} : il n'y a pas de ticket ici. Donnez le dossier d'un ticket écrit, ou son fichier .eml.")
    try:
        if draft.stat().st_size > MAX_BYTES:
            raise Refusal(f"{draft} : trop gros pour partir. Retirez ou réduisez des pièces jointes.")
        content = draft.read_bytes()
        told = (draft.parent / TEXT).read_text(encoding="utf-8", errors="replace") if path.is_dir() else ""
    except OSError as error:
        raise Refusal(f"{draft} : lecture impossible. Vérifiez les droits du fichier.") from error
    try:
        return parse(content, draft, told)
    except (MessageError, LookupError, ValueError, TypeError) as error:
        raise Refusal(f"{draft} : ce courriel n'est pas lisible. Écrivez le ticket de nouveau.") from error


def parse(content: bytes, draft: Path, told: str) -> Outgoing:
    message = message_from_bytes(content, policy=default)
    part = message.get_body(preferencelist=("plain",))
    body = clean_lines(part.get_content()).rstrip("\n") if part is not None else ""
    if not body.strip():
        raise Refusal(f"{draft} : ce courriel n'a pas de texte. Écrivez le ticket de nouveau.")
    reference = REFERENCE.search(f"{draft.parent.name} {body}")
    return Outgoing(
        path=str(draft),
        subject=clean(str(message.get("Subject", ""))),
        body=body,
        to=clean(str(message.get("To", ""))),
        sender=clean(str(message.get("From", ""))),
        attachments=tuple(attachment(part, n) for n, part in enumerate(message.iter_attachments(), 1)),
        eml=content,
        todo=tuple(lacks(told, body)),
        reference=reference[0] if reference else "",
    )


def attachment(part: EmailMessage, number: int) -> Attachment:
    content = part.get_payload(decode=True)
    return Attachment(
        name=clean(part.get_filename() or f"piece-{number}"),
        content=content if isinstance(content, bytes) else b"",
        media_type=part.get_content_type(),
        about="",
    )


def lacks(told: str, body: str) -> list[str]:
    """What the written ticket says is left to do."""
    found: list[str] = []
    lines = told.splitlines()
    start = next((n for n, line in enumerate(lines) if line.startswith(TODO_MARK)), None)
    if start is not None:
        for line in lines[start + 1 :]:
            if not line.startswith("- "):
                break
            found.append(clean(line[2:]))
    if TO_FILL in body:
        found.append("Le texte contient encore « [à compléter… ] ».")
    return found


def preview(ticket: Outgoing, where: str) -> str:
    """Everything that will leave, and to where."""
    lines = [f"Vers : {where}"]
    if ticket.to:
        lines.append(f"À : {ticket.to}")
    lines += [f"Objet : {ticket.subject}", "", *(f"  {line}" for line in ticket.body.splitlines())]
    for number, item in enumerate(ticket.attachments, 1):
        lines += ["", f"Pièce {number} : {item.name} ({item.media_type}, {size_label(len(item.content))})"]
        lines += [f"  | {line}" for line in shown(item)]
    if ticket.todo:
        lines += ["", "ATTENTION, ce ticket n'est pas complet :", *(f"- {lack}" for lack in ticket.todo)]
    return "\n".join(lines)


def shown(item: Attachment) -> list[str]:
    """The lines of a text; nothing of what is none."""
    if not item.media_type.startswith("text/"):
        return []
    try:
        text = item.content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = item.content.decode("cp1252", errors="replace")
    lines = clean_lines(text).splitlines()
    more = len(lines) - SHOWN_LINES
    return lines[:SHOWN_LINES] + ([f"… et {more} autres lignes"] if more > 0 else [])
