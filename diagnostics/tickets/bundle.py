"""The only door out: a folder, a draft mail, an archive and a printable page for each ticket. Nothing is ever sent.

What is written is readable by its owner only, whole or not at all, and never in place of something else: a folder that
already holds another text of the same ticket keeps it, and the new one gets the next number.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import html as html_module
import io
import os
import re
import shutil
import tempfile
import time
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from pathlib import Path

from diagnostics.model import ACTOR_LABELS, Actor, Ticket
from diagnostics.safety import Refusal, clean, os_reason
from diagnostics.text import fold
from diagnostics.tickets.files import distinct, safe_name, size_label

FILE_MODE, FOLDER_MODE = 0o600, 0o700
MAX_COPIES = 999
"""Versions of one ticket kept side by side before writing is refused."""
NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK)
"""What a file system without hard links answers (FAT, exFAT, some SMB shares)."""
UNFINISHED = ".ent-triage-"
"""Beginning of the names of what is being written."""
UNFINISHED_NAME = re.compile(re.escape(UNFINISHED) + "[a-z0-9_]{8}")
ABANDONED_SECONDS = 3600
"""Age at which something unfinished is held to be that of a program that was killed: no ticket takes so long."""
ZIP_DATE = (1980, 1, 1, 0, 0, 0)
"""Date of the members: the same ticket gives the same archive."""
DRAFT_HEADERS = (("X-Unsent", "1"), ("X-Mozilla-Draft-Info", "internal/draft; vcard=0; receipt=0; DSN=0; uuencode=0"))
"""What makes Outlook, then Thunderbird, open the file as a message to finish and not as one received."""
SUBJECT_HERE = "objet-du-ticket"
"""Stands for the subject until the message is written."""
STYLE = """
@page { margin: 18mm } body { font: 11pt/1.4 sans-serif; color: #000; background: #fff;
  max-width: 46em; margin: 2em auto; padding: 0 1em }
h1 { font-size: 14pt; break-after: avoid } tr { break-inside: avoid }
pre { font: inherit; white-space: pre-wrap; overflow-wrap: anywhere }
table { border-collapse: collapse; font-size: 9pt }
td, th { border: 1px solid #888; padding: 2px 6px; text-align: left }
.note { border: 1px solid #888; padding: .5em 1em }
"""
FILES_FOLDER = "corrections"


def write(tickets: Sequence[Ticket], out: Path, *, zip: bool = False, html: bool = False) -> tuple[Path, ...]:
    """Write each ticket into its own folder of ``out``; the folders, in the order of the tickets.

    A folder holds ``ticket.txt``, ``ticket.eml`` (a draft), ``pieces/`` and, when asked, ``ticket.html``; ``zip`` adds
    an archive of the folder beside it. Writing the same tickets again changes nothing.

    Raises:
        Refusal: the folder cannot be made or written, or the disk is full. What was finished before stays.
    """
    _prepare(out)
    return tuple(
        _write_folder(out, folder_name(ticket, number), contents(ticket, html=html), archive=zip)
        for number, ticket in enumerate(tickets, 1)
    )


def write_files(files: Mapping[str, bytes], out: Path) -> Path:
    """Write loose files (lists to type, corrections) into a new folder of ``out``; that folder.

    Raises:
        Refusal: the folder cannot be made or written, or the disk is full.
    """
    _prepare(out)
    return _write_folder(out, FILES_FOLDER, files, archive=False)


def contents(ticket: Ticket, *, html: bool = False) -> Mapping[str, bytes]:
    """The files of a ticket by relative path: exactly what leaves."""
    found = {"ticket.txt": text(ticket).encode(), "ticket.eml": eml(ticket)}
    if html:
        found["ticket.html"] = page(ticket).encode()
    for name, attachment in zip(file_names(ticket), ticket.attachments, strict=True):
        found[f"pieces/{name}"] = attachment.content
    return found


def file_names(ticket: Ticket) -> list[str]:
    """Names of the attachments that are safe on every system and differ from each other."""
    return distinct([safe_name(attachment.name, "") for attachment in ticket.attachments])


def text(ticket: Ticket) -> str:
    """The ticket as plain text, to read, paste or put in a form; what is left to do comes first and is marked."""
    head = [f"À : {ACTOR_LABELS[ticket.recipient]}", f"Objet : {ticket.subject}"]
    if channel := ticket.fields.get("contact"):
        head.insert(1, f"Par : {channel}")
    if ticket.missing:
        head += ["", "À FAIRE AVANT D'ENVOYER (ces lignes ne font pas partie du ticket) :"]
        head += [f"- {lack}" for lack in ticket.missing]
    return "\n".join((*head, "", "-" * 72, "", ticket.body))


def eml(ticket: Ticket) -> bytes:
    """The ticket as a mail draft with its attachments, that Thunderbird and Outlook open ready to finish and send."""
    message = EmailMessage(policy=SMTP)
    for header, value in DRAFT_HEADERS:
        message[header] = value
    if sender := _address(ticket.fields.get("mail_from", "")):
        message["From"] = sender
    if recipient := _address(ticket.fields.get("mail_to", "")):
        message["To"] = recipient
    message["Subject"] = SUBJECT_HERE
    message.set_content(ticket.body, charset="utf-8", cte="quoted-printable")
    later = {SUBJECT_HERE: encoded(clean(ticket.subject), len("Subject: "))}
    for name, attachment in zip(file_names(ticket), ticket.attachments, strict=True):
        maintype, _, subtype = attachment.media_type.partition("/")
        if maintype in ("", "multipart", "message") or not subtype:
            maintype, subtype = "application", "octet-stream"
        message.add_attachment(attachment.content, maintype=maintype, subtype=subtype, filename=name)
        if not name.isascii():
            # Outlook reads the name as an encoded word (RFC 2047) where others read it in parts (RFC 2231).
            *_, part = message.iter_attachments()
            stand_in = f"nom-de-piece-{len(later)}"
            part.set_param("name", stand_in)
            later[stand_in] = encoded(name, 0).replace("\r\n", "")
    if message.is_multipart():
        seed = hashlib.sha256(ticket.id.encode() + ticket.body.encode()).hexdigest()
        message.set_boundary(f"=_{seed[:32]}")
    content = message.as_bytes()
    for stand_in, written in later.items():
        content = content.replace(stand_in.encode(), written.encode(), 1)
    return content


def encoded(text: str, taken: int) -> str:
    """A header's text as encoded words (RFC 2047), ``taken`` characters of the first line being used.

    The library's own folding loses a space between two of them.
    """
    if text.isascii():
        return text
    return Header(text, "utf-8", maxlinelen=75, header_name="x" * taken).encode(linesep="\r\n")


def _address(value: str) -> Address | None:
    """One mail address, or None when the setting holds something else."""
    name, address = parseaddr(value)
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", address):
        return None
    try:
        return Address(display_name=clean(name), addr_spec=address)
    except (ValueError, IndexError):
        return None


def page(ticket: Ticket) -> str:
    """The ticket as a page to print; everything from outside is escaped."""
    escape = html_module.escape
    parts = [
        '<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8">',
        f"<title>{escape(ticket.subject)}</title><style>{STYLE}</style></head><body>",
        f"<h1>{escape(ticket.subject)}</h1><p>À : {escape(ACTOR_LABELS[ticket.recipient])}</p>",
    ]
    if ticket.missing:
        lacks = "".join(f"<li>{escape(lack)}</li>" for lack in ticket.missing)
        parts.append(f'<div class="note"><strong>À faire avant d\'envoyer</strong><ul>{lacks}</ul></div>')
    parts.append(f"<pre>{escape(ticket.body)}</pre>")
    if ticket.attachments:
        rows = "".join(
            f"<tr><td>{escape(item.name)}</td><td>{escape(item.about)}</td><td>{size_label(len(item.content))}</td></tr>"
            for item in ticket.attachments
        )
        parts.append(f"<table><tr><th>Pièce jointe</th><th>Contenu</th><th>Taille</th></tr>{rows}</table>")
    return "\n".join((*parts, "</body></html>\n"))


def archive(files: Mapping[str, bytes], folder: str) -> bytes:
    """The files as one zip, under the folder's name."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in sorted(files.items()):
            entry = zipfile.ZipInfo(f"{folder}/{name}", ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = FILE_MODE << 16
            packed.writestr(entry, data)
    return content.getvalue()


def folder_name(ticket: Ticket, number: int) -> str:
    """``01_KOSMOS_ANN-04_T-1A2B3C4D``: sorted as listed, nobody's name, the same on every system."""
    parts = (f"{number:02d}", ticket.recipient.value, ticket.incident.category, ticket.id)
    return "_".join(re.sub(r"[^A-Z0-9-]+", "-", fold_keeping_dashes(part)) for part in parts if part)[:80]


def fold_keeping_dashes(value: str) -> str:
    return "-".join(fold(part).replace(" ", "-") for part in value.split("-"))


def _prepare(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True, mode=FOLDER_MODE)
    except FileExistsError as error:
        raise Refusal(f"{out} : c'est un fichier, pas un dossier. Choisissez un autre dossier.") from error
    except OSError as error:
        raise _refusal(out, error) from error
    if not out.is_dir():
        raise Refusal(f"{out} : c'est un fichier, pas un dossier. Choisissez un autre dossier.")
    if not os.access(out, os.W_OK | os.X_OK):
        raise Refusal(f"{out} : vous n'avez pas le droit d'écrire dans ce dossier. Choisissez-en un autre.")
    _sweep(out)


def _sweep(out: Path) -> None:
    """Remove the halves of tickets that a killed program left: they name people, and nobody sees them."""
    for path in out.glob(f"{UNFINISHED}*"):
        with contextlib.suppress(OSError):
            if UNFINISHED_NAME.fullmatch(path.name) and path.lstat().st_mtime < time.time() - ABANDONED_SECONDS:
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def _write_folder(out: Path, name: str, files: Mapping[str, bytes], *, archive: bool) -> Path:
    temporary: Path | None = None
    try:
        target = _free(out, name, files)
        if not target.exists():
            temporary = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=out))
            for relative, content in files.items():
                _write_file(temporary / relative, content)
            temporary.rename(target)
            temporary = None
        if archive:
            _write_archive(target, files)
    except OSError as error:
        raise _refusal(out, error) from error
    finally:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)
    return target


def _free(out: Path, name: str, files: Mapping[str, bytes]) -> Path:
    """The folder to write: the one that already holds exactly this, else the first name not taken."""
    for copy in range(1, MAX_COPIES + 1):
        target = out / (name if copy == 1 else f"{name}-{copy}")
        if not os.path.lexists(target) or _holds(target, files):
            return target
    raise Refusal(
        f"{out} : {MAX_COPIES} versions de ce ticket existent déjà. Rangez ce dossier ou choisissez-en un autre."
    )


def _holds(folder: Path, files: Mapping[str, bytes]) -> bool:
    if folder.is_symlink() or not folder.is_dir():
        return False
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    return found == set(files) and all((folder / name).read_bytes() == content for name, content in files.items())


def _write_file(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=FOLDER_MODE, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)


def _write_whole(path: Path, content: bytes) -> None:
    """Write a file that must not stay half-written."""
    try:
        _write_file(path, content)
    except FileExistsError:
        raise
    except OSError:
        path.unlink(missing_ok=True)
        raise


def _write_archive(folder: Path, files: Mapping[str, bytes]) -> None:
    target = folder.with_name(f"{folder.name}.zip")
    content = archive(files, folder.name)
    if target.is_file() and not target.is_symlink() and target.read_bytes() == content:
        return
    copy = 1
    while os.path.lexists(target):
        copy += 1
        target = folder.with_name(f"{folder.name}({copy}).zip")
    handle, name = tempfile.mkstemp(prefix=UNFINISHED, dir=folder.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        try:
            os.link(name, target)
        except OSError as error:
            if error.errno not in NO_LINKS:
                raise
            _write_whole(target, content)
    finally:
        os.unlink(name)


def _refusal(out: Path, error: OSError) -> Refusal:
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            why = "le disque est plein. Libérez de la place, puis recommencez"
        case errno.EACCES | errno.EPERM | errno.EROFS:
            why = "vous n'avez pas le droit d'écrire dans ce dossier. Choisissez-en un autre"
        case errno.ENAMETOOLONG:
            why = "le chemin est trop long. Choisissez un dossier plus proche de la racine"
        case errno.ENOENT | errno.ENOTDIR:
            why = "le chemin n'existe pas ou passe par un fichier. Vérifiez-le"
        case _:
            why = f"écriture impossible ({os_reason(error)}). Choisissez un autre dossier"
    return Refusal(f"{out} : {why}.")


def recipients(tickets: Iterable[Ticket]) -> Mapping[Actor, int]:
    """How many tickets go to each recipient."""
    found: dict[Actor, int] = {}
    for ticket in tickets:
        found[ticket.recipient] = found.get(ticket.recipient, 0) + 1
    return found
