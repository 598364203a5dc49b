"""A mail as a message: its text, who sent it and when, the names of what came with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from email.message import EmailMessage

from diagnostics.intake.html_text import html_to_text
from diagnostics.intake.raw import MAILBOX_LINE, RawMessage, build, decode
from diagnostics.safety import clean

EXPORT_ENDINGS = (".csv", ".xml", ".zip", ".xlsx", ".ods", ".xls")
"""What an export's name ends with."""
WHOLE = "message/rfc822"
PASSED_ON = "---------- Message transféré ----------"


@dataclass
class Section:
    """The texts of one mail, among those attached whole to another."""

    head: str = ""
    plain: list[str] = field(default_factory=list)
    rich: list[str] = field(default_factory=list)

    def text(self) -> str:
        """Its header and its plain text, else the visible text of its HTML."""
        body = "\n".join(text for text in self.plain if text.strip()) or "\n".join(self.rich)
        return f"{self.head}\n{body}" if self.head else body


def read_mail(content: bytes, name: str) -> RawMessage:
    """Text, sender and attachment names of a mail; the plain part is preferred to the HTML one."""
    content = MAILBOX_LINE.sub(b"", content.lstrip(b"\xef\xbb\xbf\r\n"), count=1)
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    names: list[str] = []
    sections = [Section()]
    for part in walk(message):
        if part.get_content_type() == WHOLE:
            sections.append(Section(passed_on(part)))
            continue
        filename = safe_filename(part)
        if filename or part.get_content_disposition() == "attachment":
            names.append(re.split(r"[/\\]", clean(filename or "sans nom"))[-1] or "sans nom")
        elif part.get_content_type() == "text/plain":
            sections[-1].plain.append(part_text(part))
        elif part.get_content_type() == "text/html":
            sections[-1].rich.append(html_to_text(part_text(part)))
    body = "\n".join(section.text() for section in sections)
    if not any(letter.isalnum() for letter in body):
        body = header(message, "subject")
    exports = [one for one in names if one.lower().endswith(EXPORT_ENDINGS)]
    made = build(
        name,
        body,
        subject=header(message, "subject"),
        sender=header(message, "from"),
        sent_on=sent_on(message),
        attachments=tuple(names),
    )
    if not exports:
        return made
    said = f"Pièce jointe qui peut être un export, non chargée : {', '.join(exports)}. Enregistrez-la pour la charger."
    return replace(made, notes=(*made.notes, said))


def passed_on(whole: EmailMessage) -> str:
    """The header of a mail attached whole, as mail programs write it above what they forward."""
    inner = whole.get_payload(0)
    assert isinstance(inner, EmailMessage)
    lines = ["", PASSED_ON]
    for label, name in (("De", "from"), ("Date", "date"), ("Objet", "subject")):
        if said := header(inner, name):
            lines.append(f"{label} : {said}")
    return "\n".join([*lines, ""])


def walk(message: EmailMessage, depth: int = 0) -> Iterator[EmailMessage]:
    """Leaf parts, and mails attached whole (« transférer en pièce jointe ») before their own parts; bounded depth."""
    if depth > 12:
        return
    if message.get_content_type() == WHOLE and message.is_multipart():
        yield message
    if message.is_multipart():
        for part in message.get_payload():
            if isinstance(part, EmailMessage):
                yield from walk(part, depth + 1)
    else:
        yield message


def part_text(part: EmailMessage) -> str:
    payload = part.get_payload(decode=True)
    charset = part.get_content_charset() or "us-ascii"
    if isinstance(payload, bytes) and not payload.isascii() and charset == "us-ascii":
        return decode(payload)
    try:
        text = part.get_content()
        return text if isinstance(text, str) else decode(text)
    except (LookupError, UnicodeError, ValueError, KeyError):
        payload = part.get_payload(decode=True)
        return decode(payload) if isinstance(payload, bytes) else str(part.get_payload())


def header(message: EmailMessage, name: str) -> str:
    try:
        return clean(str(message.get(name, "")))
    except (ValueError, IndexError, AttributeError, TypeError):
        # The standard library's header parser fails on some broken addresses; a sender is not worth a message.
        return ""


def safe_filename(part: EmailMessage) -> str:
    try:
        return part.get_filename() or ""
    except (ValueError, TypeError, AttributeError):
        return "sans nom"


def sent_on(message: EmailMessage) -> str:
    try:
        when = message["date"].datetime
        return when.isoformat() if when else ""
    except (AttributeError, ValueError, TypeError, IndexError):
        return ""
