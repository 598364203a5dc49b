"""Files that the agent adds to a ticket: recognised by content, measured, previewed, refused at need."""

from __future__ import annotations

import io
import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

from diagnostics.model import Attachment
from diagnostics.safety import Refusal, clean, clean_lines, os_reason
from diagnostics.text import header
from diagnostics.tickets.crowds import WHOLE, people_in
from diagnostics.tickets.masking import sort_of as sort_of_field

MAX_SIZE = 20 * 1024 * 1024
"""Bytes of one file: what academic mailboxes take (judgement; common limits go from 20 to 25 MB)."""
PREVIEW_LINES = 40
PREVIEW_BYTES = 64 * 1024
MAX_MEMBERS = 200
"""Members of an archive listed in a preview."""
DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError)
"""What reading a damaged archive raises; NotImplementedError is a RuntimeError."""
NAME_SAFE = re.compile(r"[^\w .()-]+")

MAGIC: tuple[tuple[bytes, str, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image", "image/png"),
    (b"\xff\xd8\xff", "image", "image/jpeg"),
    (b"GIF87a", "image", "image/gif"),
    (b"GIF89a", "image", "image/gif"),
    (b"BM", "image", "image/bmp"),
    (b"%PDF", "pdf", "application/pdf"),
    (b"PK\x03\x04", "archive", "application/zip"),
    (b"\x1f\x8b", "archive", "application/gzip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "document", "application/x-ole-storage"),
)
PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa", b"\xcf\xfa\xed\xfe")
"""First bytes of what a mail server refuses: programs and scripts."""
SUFFIXES = {
    "image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/bmp": ".bmp", "image/webp": ".webp",
    "application/pdf": ".pdf", "application/zip": ".zip", "text/csv": ".csv", "text/xml": ".xml",
    "text/plain": ".txt", "message/rfc822": ".eml",
}  # fmt: skip
OFFICE = {
    "word/": ("document", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx"),
    "xl/": ("tableau", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"),
    "ppt/": ("document", "application/vnd.openxmlformats-officedocument.presentationml.presentation", ".pptx"),
}
OPEN_DOCUMENT = {
    b"application/vnd.oasis.opendocument.text": ("document", ".odt"),
    b"application/vnd.oasis.opendocument.spreadsheet": ("tableau", ".ods"),
}
SORT_LABELS = {
    "image": "image", "pdf": "document PDF", "tableau": "tableau", "xml": "fichier XML", "texte": "texte",
    "archive": "archive", "message": "courriel", "document": "document bureautique",
}  # fmt: skip


def recognise(content: bytes) -> tuple[str, str, str]:
    """(sort, media type, usual suffix) of a content; sorts are those of ``library.ACCEPTED``.

    Raises:
        Refusal: empty, a program, or nothing that a support can open.
    """
    if not content:
        raise Refusal("Le fichier est vide : il n'aiderait pas au diagnostic.")
    if content.startswith(PROGRAMS) and not content.startswith(b"MZ\x20"):
        raise Refusal("C'est un programme ou un script : les messageries le refusent. Joignez une copie d'écran.")
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image", "image/webp", ".webp"
    if content.startswith(b"PK\x03\x04"):
        return _archive(content)
    for magic, sort, media_type in MAGIC:
        if content.startswith(magic):
            return sort, media_type, SUFFIXES.get(media_type, "")
    text = decode(content[:PREVIEW_BYTES])
    if text is None:
        return _by_puremagic(content)
    start = text.lstrip("\ufeff \t\r\n")[:200].lower()
    if start.startswith(("<?xml", "<!doctype ")) or re.match(r"<[a-z_][\w:.-]*[\s>]", start):
        return ("texte", "text/html", ".html") if "<html" in start or "doctype html" in start else (
            "xml", "text/xml", ".xml")  # fmt: skip
    if re.match(r"(?:received|from|to|subject|date|return-path|x-unsent|mime-version): ", start):
        return "message", "message/rfc822", ".eml"
    return ("tableau", "text/csv", ".csv") if delimiter(text) else ("texte", "text/plain", ".txt")


def _archive(content: bytes) -> tuple[str, str, str]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            # The standard wants it stored as it is (OpenDocument 1.2, part 3 §3.3); some tools deflate it.
            member = archive.getinfo("mimetype") if "mimetype" in names else None
            plain = member and member.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
            if member and plain and member.file_size < 200:
                kind = archive.read("mimetype").strip()
                if kind in OPEN_DOCUMENT:
                    sort, suffix = OPEN_DOCUMENT[kind]
                    return sort, kind.decode("ascii"), suffix
    except DAMAGED as error:
        raise Refusal("L'archive est abîmée : refaites-la, ou joignez le fichier lui-même.") from error
    for folder, found in OFFICE.items():
        if any(name.startswith(folder) for name in names):
            return found
    return "archive", "application/zip", ".zip"


def _by_puremagic(content: bytes) -> tuple[str, str, str]:
    import puremagic

    try:
        media_type = puremagic.from_string(content[:PREVIEW_BYTES], mime=True)
    except puremagic.PureError:
        media_type = ""
    if media_type.startswith("image/"):
        return "image", media_type, SUFFIXES.get(media_type, "")
    raise Refusal("Le contenu n'est pas reconnu. Joignez une image, un PDF, un tableau, un texte ou une archive zip.")


def decode(content: bytes) -> str | None:
    """The text of a content, or None when it is not text."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError as error:
            if encoding == "utf-8-sig" and error.start >= len(content) - 3:
                text = content[: error.start].decode("utf-8-sig")
            else:
                continue
        return None if _is_binary(text) else text
    return None


def _is_binary(text: str) -> bool:
    control = sum(1 for character in text if ord(character) < 32 and character not in "\t\r\n\f\x1b")
    return control > len(text) // 100


def delimiter(text: str) -> str:
    """The separator of a table's header, or "" when the text is none."""
    lines = [line for line in text.splitlines() if line.strip()][:5]
    for candidate in (";", "\t", "|", ","):
        found = [line.count(candidate) for line in lines]
        if len(found) > 1 and min(found) >= 1 and max(found) - min(found) <= 1:
            return candidate
    return ""


def attach(path: Path, *, about: str = "") -> Attachment:
    """An agent's file as an attachment, named by what it is.

    Raises:
        Refusal: unreadable, empty, too big, a program, not recognised, or a table with a column of passwords.
    """
    try:
        content = _read(path)
    except (OSError, ValueError) as error:
        reason = os_reason(error) if isinstance(error, OSError) else "nom inutilisable"
        raise Refusal(f"{path.name} : fichier illisible ({reason}). Vérifiez le chemin et les droits.") from error
    return attachment(content, path.name, about=about)


def _read(path: Path) -> bytes:
    """A plain file of bounded size, opened without waiting: a pipe would never answer, a device never end."""
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as stream:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise Refusal(f"{path.name} : ce n'est pas un fichier (tube, périphérique ou prise). Joignez-en un.")
        # A file may grow while it is read, and those of /proc have no size.
        content = stream.read(MAX_SIZE + 1)
    if len(content) > MAX_SIZE:
        size, limit = size_label(max(status.st_size, len(content))), size_label(MAX_SIZE)
        raise Refusal(f"{path.name} : {size}, la limite est {limit}. Joignez une copie d'écran.")
    return content


def attachment(content: bytes, name: str, *, about: str = "") -> Attachment:
    """The same from a content already in memory."""
    try:
        sort, media_type, suffix = recognise(content)
    except Refusal as refusal:
        raise Refusal(f"{clean(name)} : {refusal.reason}") from refusal
    if secret := password_column(content, sort):
        raise Refusal(f"{clean(name)} : la colonne « {secret} » contient des mots de passe. Retirez-la avant l'envoi.")
    shown = people_in(content, decode(content) if sort in ("tableau", "xml", "texte") else None)
    crowd = f", {shown} personnes" if shown >= WHOLE else ""
    return Attachment(
        name=safe_name(name, suffix),
        content=content,
        media_type=media_type,
        about=f"{clean(about) or SORT_LABELS[sort]}{crowd}",
        persons=shown,
    )


def safe_name(name: str, suffix: str) -> str:
    """A file name that every system takes and whose suffix tells the truth about the content."""
    stem = NAME_SAFE.sub("_", clean(Path(name.replace("\\", "/")).name)).strip(" ._") or "piece"
    base, dot, ending = stem.rpartition(".")
    same = {suffix, ".jpeg"} if suffix == ".jpg" else {".log", ".txt", ".md"} if suffix == ".txt" else {suffix}
    if suffix and f".{ending.lower()}" not in same:
        return f"{(base if dot and len(ending) <= 4 else stem)[:80]}{suffix}"
    return f"{base[:80]}.{ending}" if dot else stem[:80]


def distinct(names: Sequence[str]) -> list[str]:
    """The names, numbered where two would be one file on a system that ignores case."""
    taken: set[str] = set()
    found: list[str] = []
    for name in names:
        stem, dot, suffix = name.rpartition(".")
        free, number = name, 1
        while free.casefold() in taken:
            number += 1
            free = f"{stem}-{number}.{suffix}" if dot else f"{name}-{number}"
        taken.add(free.casefold())
        found.append(free)
    return found


def password_column(content: bytes, sort: str) -> str:
    """The title of a column of passwords in a text table, or ""."""
    if sort != "tableau":
        return ""
    text = decode(content[:PREVIEW_BYTES]) or ""
    mark = delimiter(text)
    for line in text.splitlines()[:10] if mark else ():
        for title in line.split(mark):
            if header(title) and sort_of_field(title.strip(' "')) == "password":
                return clean(title.strip(' "'))
    return ""


def sort_of(one: Attachment) -> str:
    """The sort of an attachment, by its content; "" when it is not recognised."""
    try:
        return recognise(one.content)[0]
    except Refusal:
        return ""


def size_label(size: int) -> str:
    """« 12 Ko », « 3,4 Mo »."""
    if size < 1024:
        return f"{size} octets"
    if size < 1024 * 1024:
        return f"{size / 1024:.0f} Ko"
    return f"{size / 1024 / 1024:.1f} Mo".replace(".", ",")


def preview(one: Attachment) -> str:
    """What the agent sees of what will leave: sort, size, then dimensions, pages, members or the first lines."""
    sort = sort_of(one)
    head = f"{clean(one.name)} : {SORT_LABELS.get(sort, 'fichier')}, {size_label(len(one.content))}"
    if sort == "image":
        width, height = dimensions(one.content)
        notes = [head + (f", {width} × {height} points" if width else "")]
        if has_place(one.content):
            notes.append("Cette photo contient des données cachées (appareil, lieu) : préférez une copie d'écran.")
        return "\n".join(notes)
    if sort == "pdf":
        pages = len(re.findall(rb"/Type\s*/Page\b(?!s)", one.content))
        return head + (f", {pages} page{'s' if pages > 1 else ''}" if pages else "")
    if sort in ("archive", "document") or one.media_type.endswith("sheet"):
        return "\n".join((head, *members(one.content)))
    text = decode(one.content[:PREVIEW_BYTES])
    if text is None:
        return head
    lines = clean_lines(text).splitlines()
    shown = lines[:PREVIEW_LINES]
    if len(lines) > PREVIEW_LINES or len(one.content) > PREVIEW_BYTES:
        shown.append("…")
    return "\n".join((head, "", *shown))


def members(content: bytes) -> list[str]:
    """Names and sizes of what an archive holds."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except DAMAGED:
        return []
    listed = [f"- {clean(entry.filename)} ({size_label(entry.file_size)})" for entry in entries[:MAX_MEMBERS]]
    return listed + (["…"] if len(entries) > MAX_MEMBERS else [])


def dimensions(content: bytes) -> tuple[int, int]:
    """(width, height) of a PNG, GIF, BMP, JPEG or WebP image; (0, 0) when they cannot be read."""
    try:
        if content.startswith(b"\x89PNG"):
            return struct.unpack(">II", content[16:24])
        if content.startswith(b"GIF8"):
            return struct.unpack("<HH", content[6:10])
        if content.startswith(b"BM"):
            width, height = struct.unpack("<ii", content[18:26])
            return abs(width), abs(height)
        if content.startswith(b"\xff\xd8"):
            return _jpeg_dimensions(content)
        if content[12:16] == b"VP8X":
            wide, high = content[24:27], content[27:30]
            return 1 + int.from_bytes(wide, "little"), 1 + int.from_bytes(high, "little")
        if content[12:16] == b"VP8L":
            bits = int.from_bytes(content[21:25], "little")
            return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
        if content[12:16] == b"VP8 ":
            width, height = struct.unpack("<HH", content[26:30])
            return width & 0x3FFF, height & 0x3FFF
    except (struct.error, IndexError):
        pass
    return 0, 0


def _jpeg_dimensions(content: bytes) -> tuple[int, int]:
    for marker, start, _ in _jpeg_segments(content):
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[start + 1 : start + 5])
            return width, height
    return 0, 0


def _jpeg_segments(content: bytes) -> list[tuple[int, int, int]]:
    """(marker, start, end) of the segments before the image data."""
    found: list[tuple[int, int, int]] = []
    position = 2
    while position + 4 <= len(content) and content[position] == 0xFF:
        marker = content[position + 1]
        length = int.from_bytes(content[position + 2 : position + 4], "big")
        if marker == 0xDA or length < 2:
            break
        found.append((marker, position + 4, position + 2 + length))
        position += 2 + length
    return found


def has_place(content: bytes) -> bool:
    """Whether a JPEG carries EXIF data: a phone writes the place there."""
    if not content.startswith(b"\xff\xd8"):
        return False
    return any(marker == 0xE1 and content[start : start + 4] == b"Exif" for marker, start, _ in _jpeg_segments(content))
