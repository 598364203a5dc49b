"""A message as it arrives: a text file, a mail, what was pasted. Nothing is fetched, nothing is run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser

from diagnostics.safety import CONTROL, INVISIBLE, Refusal, clean

MAX_BYTES = 30_000_000
"""A mail with its attachments; mail servers refuse more (25 MB is the usual limit)."""
MAX_TEXT = 60_000
"""Characters of text that are analysed: twenty pages."""
MAIL_HEADER = re.compile(rb"^[A-Za-z][A-Za-z0-9-]{1,60}:[ \t]", re.MULTILINE)
MAILBOX_LINE = re.compile(rb"\AFrom [^\r\n:]{1,120}[^\r\n]{0,60}\r?\n")
"""« From a@b.fr Mon Nov 10 … »: what a mailbox file writes before each mail."""
MAILBOX_LINES = re.compile(rb"^From \S+[^\r\n]{0,30} \d{4}[ \t]*\r?\n(?=[A-Za-z][A-Za-z0-9-]{1,60}:)", re.MULTILINE)
EXPORT_ENDINGS = (".csv", ".xml", ".zip", ".xlsx", ".ods", ".xls")
"""What an export's name ends with."""
MAIL_FIELDS = (b"from:", b"subject:", b"received:", b"return-path:", b"mime-version:", b"message-id:", b"date:", b"to:")
BLOCKS = frozenset(["p", "div", "tr", "li", "h1", "h2", "h3", "h4", "blockquote", "table", "ul", "ol", "pre"])
WHOLE = "message/rfc822"
PASSED_ON = "---------- Message transféré ----------"
SILENT = frozenset(["script", "style", "head", "title", "template", "noscript"])


@dataclass(frozen=True)
class RawMessage:
    """What arrived.

    Attributes:
        name: file name, or what the caller calls it.
        text: decoded text; offsets of incidents count its characters. Dangerous characters are replaced one for one.
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
        return read_mail(content, name)
    if content[:512].count(b"\0") > 8 and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refusal(f"{name} : ce n'est pas un texte. Donnez un fichier texte ou un courriel (.eml).")
    text = decode(content)
    if re.match(r"\s*<(?:!doctype html|html)", text, re.IGNORECASE):
        text = html_to_text(text)
    return build(name, text)


def build(name: str, text: str, **facts: str | tuple[str, ...]) -> RawMessage:
    notes: tuple[str, ...] = ()
    if len(text) > MAX_TEXT:
        text, notes = text[:MAX_TEXT], ("Message très long : seul son début est analysé.",)
    return RawMessage(name=name, text=harmless(text), notes=notes, **facts)  # type: ignore[arg-type]


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


def is_mailbox(content: bytes) -> bool:
    """Whether bytes are a mailbox file of several mails."""
    return bool(MAILBOX_LINE.match(content)) and len(MAILBOX_LINES.findall(content)) > 1


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


class TextOfHtml(HTMLParser):
    """Visible text of HTML: blocks on lines of their own, list items with a dash, nothing run, nothing fetched."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.silent = 0
        self.quote = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SILENT:
            self.silent += 1
        elif tag == "br":
            self.break_line()
        elif tag in BLOCKS:
            self.break_line()
            self.quote += tag == "blockquote"
            if tag == "li":
                self.pieces.append("- ")
        elif tag in {"td", "th"}:
            self.pieces.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag in BLOCKS:
            self.quote = max(0, self.quote - (tag == "blockquote"))
            self.break_line()

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.pieces.append(re.sub(r"\s+", " ", data))

    def break_line(self) -> None:
        self.pieces.append("\n" + "> " * self.quote)


def html_to_text(html: str) -> str:
    parser = TextOfHtml()
    parser.feed(html)
    parser.close()
    text = re.sub(r"[ \t]+", " ", "".join(parser.pieces)).replace(" \n", "\n").replace("\n ", "\n")
    return re.sub(r"(?:\n(?:> )*){3,}", "\n\n", text).strip()
