"""The mail draft put in the « Brouillons » folder of the agent's mailbox; sending it stays the agent's gesture."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import imaplib
import re
import ssl
from collections.abc import Sequence
from email.utils import formatdate

from diagnostics.safety import Refusal
from diagnostics.settings import Mailbox
from diagnostics.tickets.outbound.connection import TIMEOUT_SECONDS, is_this_machine, why
from diagnostics.tickets.outbound.outgoing import Outgoing, Receipt

MARK_HEADER = "X-Ent-Triage"
PASSWORD_VARIABLE = "ENT_TRIAGE_IMAP_PASSWORD"
TLS_PORT, PLAIN_PORT = 993, 143
LISTED = re.compile(rb'\((?P<flags>[^)]*)\) (?:"(?:[^"\\]|\\.)*"|NIL) (?P<name>.+)', re.DOTALL)
"""A line of LIST: flags, separator, name (RFC 3501 §7.2.2)."""
LITERAL = re.compile(rb"\{\d+\}$")
DRAFTS_FLAG = rb"\drafts"
"""RFC 6154 §2; flags have no case."""
FLAGS = r"(\Draft \Seen)"


def where(mailbox: Mailbox) -> str:
    """What will be done, in French.

    Raises:
        Refusal: the settings do not say where, or not in an encrypted way.
    """
    if not (mailbox.host and mailbox.user):
        raise Refusal("La boîte n'est pas réglée : renseignez « mailbox » (host, user) dans les réglages.")
    if mailbox.security == "aucune" and not is_this_machine(mailbox.host):
        raise Refusal("Réglage « mailbox.security » : une boîte distante n'est jointe qu'en chiffré (tls, starttls).")
    return f"brouillons de la boîte {mailbox.user} ({mailbox.host})"


def put(ticket: Outgoing, mailbox: Mailbox, password: str) -> Receipt:
    """Append the draft, as it was shown, to the folder of drafts.

    Raises:
        Refusal: the mailbox cannot be reached in an encrypted way, refuses, or does not say where its drafts are.
    """
    where(mailbox)
    connection = connect(mailbox)
    try:
        log_in(connection, mailbox, password)
        folder = quoted(mailbox.drafts) if mailbox.drafts else drafts_folder(connection)
        mark = mark_of(ticket)
        if is_there(connection, folder, mark):
            return Receipt(
                where=f"dossier « {readable(folder)} » de {mailbox.user}",
                warnings=("Ce brouillon y était déjà, le même : rien n'a été ajouté.",),
            )
        status, _ = connection.append(folder, FLAGS, "", marked(ticket.eml, mark))
        if status != "OK":
            raise Refusal(
                f"La boîte refuse le brouillon dans « {readable(folder)} ». Vérifiez le dossier (mailbox.drafts) et la "
                "place qui reste."
            )
        return Receipt(where=f"dossier « {readable(folder)} » de {mailbox.user}")
    except imaplib.IMAP4.error as error:
        raise Refusal(f"La boîte {mailbox.host} a refusé la demande. Rien n'y a été mis.") from error
    except OSError as error:
        raise Refusal(f"{mailbox.host} : {why(error)}. Regardez dans les brouillons avant de recommencer.") from error
    finally:
        leave(connection)


def mark_of(ticket: Outgoing) -> str:
    """What tells this very draft from another version of the same ticket."""
    return f"{ticket.reference or 'ticket'}.{hashlib.sha256(ticket.eml).hexdigest()[:16]}"


def marked(eml: bytes, mark: str) -> bytes:
    """The draft with our mark, and the date by which a mailbox sorts its drafts."""
    date = (
        b""
        if re.search(rb"^Date:", eml, re.IGNORECASE | re.MULTILINE)
        else f"Date: {formatdate(localtime=True)}\r\n".encode()
    )
    return f"{MARK_HEADER}: {mark}\r\n".encode() + date + eml


def is_there(connection: imaplib.IMAP4, folder: str, mark: str) -> bool:
    """Whether the folder holds this draft already: an answer that was lost must not make a second one."""
    try:
        status, _ = connection.select(folder, readonly=True)
        if status != "OK":
            return False
        status, found = connection.search(None, "HEADER", MARK_HEADER, f'"{mark}"')
        return status == "OK" and bool(found and found[0])
    except imaplib.IMAP4.error:
        return False


def connect(mailbox: Mailbox) -> imaplib.IMAP4:
    """An encrypted connection; a plain one to this machine only."""
    context = ssl.create_default_context()
    try:
        if mailbox.security == "tls":
            return imaplib.IMAP4_SSL(
                mailbox.host, mailbox.port or TLS_PORT, ssl_context=context, timeout=TIMEOUT_SECONDS
            )
        connection = imaplib.IMAP4(mailbox.host, mailbox.port or PLAIN_PORT, timeout=TIMEOUT_SECONDS)
        if mailbox.security == "starttls":
            try:
                connection.starttls(context)
            except BaseException:
                hang_up(connection)
                raise
        return connection
    except imaplib.IMAP4.error as error:
        raise Refusal(
            f"{mailbox.host} : la boîte n'accepte pas de connexion chiffrée ainsi. Vérifiez « mailbox.security »."
        ) from error
    except OSError as error:
        raise Refusal(f"{mailbox.host} : {why(error)}. Rien n'est parti.") from error


def log_in(connection: imaplib.IMAP4, mailbox: Mailbox, password: str) -> None:
    try:
        if "AUTH=PLAIN" in connection.capabilities:
            connection.authenticate("PLAIN", lambda _: f"\0{mailbox.user}\0{password}".encode())
        else:
            connection.login(mailbox.user, password)
    except (imaplib.IMAP4.error, UnicodeError):
        # Neither the server's words nor ours may repeat the password: the cause is not kept.
        raise Refusal(
            f"La boîte refuse l'identifiant {mailbox.user} ou son mot de passe. Certaines demandent un mot de passe "
            "d'application."
        ) from None


def drafts_folder(connection: imaplib.IMAP4) -> str:
    """Name of the folder that the server marks \\Drafts, as the server writes it.

    Raises:
        Refusal: none is marked.
    """
    names: list[str] = []
    scopes = ('(SPECIAL-USE) ""', '""') if "SPECIAL-USE" in connection.capabilities else ('""',)
    for scope in scopes:
        status, lines = connection.list(scope, '"*"')
        for flags, name in listed(lines if status == "OK" else ()):
            names.append(name)
            if DRAFTS_FLAG in flags.lower().split():
                return name
    shown = ", ".join(sorted({readable(name) for name in names})[:12])
    raise Refusal(
        f"La boîte ne dit pas quel dossier contient les brouillons. Nommez-le (mailbox.drafts). Dossiers : {shown}."
    )


def listed(lines: Sequence[object]) -> list[tuple[bytes, str]]:
    """(flags, name as the server writes it) of the answers to LIST; a name may come apart, as a literal."""
    found = []
    for line in lines:
        head, literal = (line[0], line[1]) if isinstance(line, tuple) else (line, b"")
        if isinstance(head, bytes) and (match := LISTED.match(head)):
            raw = match["name"].strip()
            name = b'"' + literal.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"' if LITERAL.search(raw) else raw
            found.append((match["flags"], name.decode("ascii", errors="replace")))
    return found


def quoted(folder: str) -> str:
    """A folder's name as IMAP writes it: modified UTF-7 between quotes (RFC 3501 §5.1.3)."""
    encoded = re.sub(r"[^\x20-\x7e]+|&", lambda match: "&-" if match[0] == "&" else f"&{b64(match[0])}-", folder)
    return '"' + encoded.replace("\\", "\\\\").replace('"', '\\"') + '"'


def b64(text: str) -> str:
    return base64.b64encode(text.encode("utf-16-be")).decode().rstrip("=").replace("/", ",")


def readable(folder: str) -> str:
    """A folder's name as people read it."""
    name = folder.removeprefix('"').removesuffix('"').replace('\\"', '"').replace("\\\\", "\\")
    return re.sub(r"&([^-]*)-", lambda match: from_b64(match[1]) if match[1] else "&", name)


def from_b64(text: str) -> str:
    padded = text.replace(",", "/") + "=" * (-len(text) % 4)
    try:
        return base64.b64decode(padded).decode("utf-16-be")
    except ValueError:
        return f"&{text}-"


def leave(connection: imaplib.IMAP4) -> None:
    """Log out; a server that has gone already is no matter."""
    try:
        connection.logout()
    except (imaplib.IMAP4.error, OSError):
        hang_up(connection)


def hang_up(connection: imaplib.IMAP4) -> None:
    """Close without a word, whatever is left of the connection."""
    with contextlib.suppress(OSError):
        connection.shutdown()
