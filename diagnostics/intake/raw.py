"""What arrived, decoded and made harmless: where every way of reading a message ends."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from diagnostics.intake.sensitive import veiled
from diagnostics.safety import CONTROL, INVISIBLE

MAX_TEXT = 60_000
"""Characters of text that are analysed: twenty pages."""
MAILBOX_LINE = re.compile(rb"\AFrom [^\r\n:]{1,120}[^\r\n]{0,60}\r?\n")
"""« From a@b.fr Mon Nov 10 … »: what a mailbox file writes before each mail."""


@dataclass(frozen=True)
class RawMessage:
    """What arrived.

    Attributes:
        name: file name, or what the caller calls it.
        text: decoded text; offsets of incidents count its characters. Dangerous characters and passwords are replaced
            one for one.
        subject: of a mail, "" otherwise.
        sender: « Nom <adresse> » of a mail, "" otherwise.
        sent_on: ISO date-time of a mail, "" otherwise.
        attachments: names of the files that came with it.
    """

    name: str
    text: str
    subject: str = ""
    sender: str = ""
    sent_on: str = ""
    attachments: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())


def build(name: str, text: str, **facts: str | tuple[str, ...]) -> RawMessage:
    notes: tuple[str, ...] = ()
    if len(text) > MAX_TEXT:
        text, notes = text[:MAX_TEXT], ("Message très long : seul son début est analysé.",)
    if isinstance(subject := facts.get("subject"), str):
        facts["subject"] = veiled(subject)
    return RawMessage(name=name, text=veiled(harmless(text)), notes=notes, **facts)  # type: ignore[arg-type]


def harmless(text: str) -> str:
    """Same length, without any character that a terminal obeys."""
    return INVISIBLE.sub(" ", CONTROL.sub("·", text))


def decode(content: bytes) -> str:
    """Text of bytes: BOM, strict UTF-8, else cp1252 (what Windows writes)."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")
