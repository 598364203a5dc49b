"""A message as it arrives: a text file, a mail, what was pasted. Nothing is fetched, nothing is run."""

from __future__ import annotations

import re

from diagnostics.intake.raw import MAILBOX_LINE, RawMessage, build, decode
from diagnostics.safety import Refusal

MAX_BYTES = 30_000_000
"""A mail with its attachments; mail servers refuse more (25 MB is the usual limit)."""
MAIL_HEADER = re.compile(rb"^[A-Za-z][A-Za-z0-9-]{1,60}:[ \t]", re.MULTILINE)
MAILBOX_LINES = re.compile(rb"^From \S+[^\r\n]{0,30} \d{4}[ \t]*\r?\n(?=[A-Za-z][A-Za-z0-9-]{1,60}:)", re.MULTILINE)
MAIL_FIELDS = (b"from:", b"subject:", b"received:", b"return-path:", b"mime-version:", b"message-id:", b"date:", b"to:")


def read(content: bytes, name: str = "message") -> RawMessage:
    """Decode a message.

    Raises:
        Refusal: it is too large, or is not text.
    """
    if len(content) > MAX_BYTES:
        raise Refusal(f"{name} : message de plus de 30 Mo. Enregistrez-le sans ses pièces jointes.")
    if is_mailbox(content):
        raise Refusal(f"{name} : c'est une boîte de plusieurs courriels. Enregistrez chaque message à part (.eml).")
    if is_mail(content):
        from diagnostics.intake.mail import read_mail

        return read_mail(content, name)
    if content[:512].count(b"\0") > 8 and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refusal(f"{name} : ce n'est pas un texte. Donnez un fichier texte ou un courriel (.eml).")
    text = decode(content)
    if re.match(r"\s*<(?:!doctype html|html)", text, re.IGNORECASE):
        from diagnostics.intake.html_text import html_to_text

        text = html_to_text(text)
    return build(name, text)


def is_mail(content: bytes) -> bool:
    """Whether bytes begin as an RFC 5322 message: header lines, two of which every mail has."""
    head = (
        MAILBOX_LINE.sub(b"", content[:8_192].lstrip(b"\xef\xbb\xbf\r\n"), count=1)
        .split(b"\r\n\r\n")[0]
        .split(b"\n\n")[0]
        .lower()
    )
    if not MAIL_HEADER.match(head):
        return False
    return sum(field in b"\n" + head for field in (b"\n" + name for name in MAIL_FIELDS)) >= 2


def is_mailbox(content: bytes) -> bool:
    """Whether bytes are a mailbox file of several mails."""
    return bool(MAILBOX_LINE.match(content)) and len(MAILBOX_LINES.findall(content)) > 1
