"""Archives as sources of their members: nothing is unpacked to disk, bombs are refused before they inflate."""

from __future__ import annotations

import contextlib
import io
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, cast

from ..safety import Refusal
from .source import CHUNK, HEAD, Source

MAX_MEMBERS = 5_000
"""An AAF bundle of a whole academy has some two hundred."""
MAX_TOTAL = 4 * 1024**3
"""Bytes once inflated."""
MAX_RATIO = 200
"""Inflated to compressed; exports lie between 8 and 40, bombs near 1 000."""
RATIO_FREE = 8 * 1024 * 1024
"""Bytes under which a ratio says nothing."""
MAX_NESTED = 32 * 1024 * 1024
"""Bytes of an archive inside an archive: it is held in memory."""
IN_MEMORY = 4 * 1024 * 1024
"""Members up to this size are inflated once and kept while they are read."""
METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2})
JUNK = ("__MACOSX/", "._", ".DS_STORE", "THUMBS.DB", "DESKTOP.INI")
BOMB = (
    "Archive refusée : son contenu décompressé serait démesuré ({what}). Si elle est légitime, décompressez-la et"
    " donnez les fichiers."
)
BROKEN = "Archive abîmée ou incomplète : téléchargez-la ou copiez-la de nouveau."
ENCRYPTED = "Archive protégée par un mot de passe : ouvrez-la et donnez les fichiers qu'elle contient."


@dataclass(frozen=True)
class Rejected:
    """A member that is not read, and why (French)."""

    member: str
    reason: str


Member = Source | Rejected


def is_zip(head: bytes) -> bool:
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"))


def is_gzip(head: bytes) -> bool:
    return head.startswith(b"\x1f\x8b")


def is_tar(head: bytes) -> bool:
    return head[257:262] == b"ustar"


def is_archive(head: bytes) -> bool:
    return is_zip(head) or is_gzip(head) or is_tar(head)


def names(source: Source) -> list[str]:
    """Names of the members of a zip, [] for anything else or when it cannot be read."""
    if not is_zip(source.head):
        return []
    try:
        with source.open() as stream, zipfile.ZipFile(stream) as archive:
            return archive.namelist()[: MAX_MEMBERS + 1]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, Refusal):
        return []


def members(source: Source, *, nested: bool = False) -> Iterator[Member]:
    """The files of an archive in the order of their names; archives inside it are opened one level deep.

    A source is to be read before the next one is asked for.

    Raises:
        Refusal: the archive as a whole cannot or must not be opened.
    """
    found = _zip_members(source) if is_zip(source.head) else _tar_members(source)
    for member in found:
        if isinstance(member, Rejected) or not is_archive(member.head) or _is_office(member):
            yield member
        elif nested:
            yield Rejected(
                member.member, "Archives imbriquées : ouvrez celle-ci et donnez les fichiers qu'elle contient."
            )
        elif member.size > MAX_NESTED:
            yield Rejected(member.member, "Archive trop grosse dans une archive : sortez-la et donnez-la seule.")
        else:
            yield from _inside(member)


def _inside(member: Source) -> Iterator[Member]:
    with member.open() as stream:
        content = stream.read(MAX_NESTED + 1)
    inner = Source(
        file=member.file, member=member.member, size=len(content), modified=member.modified, head=member.head,
        open=lambda: io.BytesIO(content),
    )  # fmt: skip
    try:
        yield from members(inner, nested=True)
    except Refusal as refusal:
        yield Rejected(member.member, refusal.reason)


def _is_office(source: Source) -> bool:
    """A workbook or a document is one file, though it is a zip."""
    inside = names(source)
    return "[Content_Types].xml" in inside or "mimetype" in inside


def _wrong_name(name: str) -> str:
    """Why a member's name is refused, "" when it is harmless: names are labels here, but such archives are attacks."""
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ".." in parts or (len(name) > 1 and name[1] == ":"):
        return "Nom de fichier dangereux dans l'archive (chemin hors du dossier) : membre non lu."
    return ""


def _is_junk(name: str) -> bool:
    upper = name.upper()
    return upper.startswith(JUNK[0]) or upper.rsplit("/", 1)[-1].startswith(JUNK[1:])


def _join(outer: Source, name: str) -> str:
    return f"{outer.member} › {name}" if outer.member else name


# -- zip ------------------------------------------------------------------------------------------------------------


def _zip_members(source: Source) -> Iterator[Member]:
    with contextlib.ExitStack() as stack:
        try:
            stream = stack.enter_context(source.open())
            archive = stack.enter_context(zipfile.ZipFile(stream))
            infos = [info for info in archive.infolist() if not info.is_dir() and not _is_junk(info.filename)]
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError, UnicodeDecodeError) as error:
            raise Refusal(BROKEN) from error
        _check_zip(infos)
        if not infos:
            raise Refusal("Archive vide.")
        for info in sorted(infos, key=lambda info: (info.filename, info.header_offset)):
            yield _zip_member(source, archive, info)


def _check_zip(infos: list[zipfile.ZipInfo]) -> None:
    if len(infos) > MAX_MEMBERS:
        raise Refusal(BOMB.format(what=f"{len(infos)} fichiers"))
    total = sum(info.file_size for info in infos)
    if total > MAX_TOTAL:
        raise Refusal(BOMB.format(what=f"{total // 1024**2} Mo"))
    for info in infos:
        if info.file_size > RATIO_FREE and info.file_size > MAX_RATIO * max(info.compress_size, 1):
            raise Refusal(BOMB.format(what=f"un fichier grossit {info.file_size // max(info.compress_size, 1)} fois"))


def _zip_member(source: Source, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Member:
    name = _join(source, info.filename)
    if reason := _wrong_name(info.filename):
        return Rejected(name, reason)
    if info.flag_bits & 0x1:
        return Rejected(name, ENCRYPTED)
    if info.compress_type not in METHODS:
        return Rejected(name, "Compression non prise en charge : décompressez l'archive et donnez les fichiers.")
    if stat.S_ISLNK(info.external_attr >> 16):
        return Rejected(name, "Lien au lieu d'un fichier : membre non lu.")

    def opener() -> BinaryIO:
        return cast(BinaryIO, _Guarded(archive.open(info), info.file_size))

    try:
        return _source(source, name, info.file_size, _zip_date(info), opener)
    except Refusal as refusal:
        return Rejected(name, refusal.reason)


def _zip_date(info: zipfile.ZipInfo) -> str:
    year, month, day, hour, minute, second = info.date_time
    if year <= 1980 or not 1 <= month <= 12 or not 1 <= day <= 31:
        return ""
    return f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"


def _source(outer: Source, member: str, size: int, modified: str, opener: Callable[[], BinaryIO]) -> Source:
    with opener() as stream:
        head = read_exactly(stream, min(max(size, 0), IN_MEMORY) if size <= IN_MEMORY else HEAD)
    if size <= IN_MEMORY:
        content = head
        return Source(
            file=outer.file, member=member, size=len(content), modified=modified or outer.modified, head=content[:HEAD],
            open=lambda: io.BytesIO(content),
        )  # fmt: skip
    return Source(
        file=outer.file, member=member, size=size, modified=modified or outer.modified, head=head, open=opener
    )


def read_exactly(stream: BinaryIO, size: int) -> bytes:
    parts = []
    while size > 0 and (part := stream.read(min(size, CHUNK))):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


class _Guarded(io.RawIOBase):
    """A stream of inflated bytes whose errors are refusals and which never gives more than was announced."""

    def __init__(self, inner: object, limit: int) -> None:
        super().__init__()
        self._inner = cast(BinaryIO, inner)
        self._left = limit

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        try:
            data = self._inner.read(size if size >= 0 else self._left + 1)
        except (zipfile.BadZipFile, tarfile.TarError, zlib.error, OSError, EOFError, ValueError) as error:
            raise Refusal(BROKEN) from error
        self._left -= len(data)
        if self._left < 0:
            raise Refusal(BOMB.format(what="plus que ce que l'archive annonce"))
        return data

    def close(self) -> None:
        self._inner.close()
        super().close()


# -- gzip and tar -----------------------------------------------------------------------------------------------------


class _Inflated(io.RawIOBase):
    """A gzip stream inflated step by step within the limits."""

    def __init__(self, source: Source) -> None:
        super().__init__()
        self._stream = source.open()
        self._inflate = zlib.decompressobj(wbits=31)
        self._size = max(source.size, 1)
        self._ready = b""
        self._done = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        wanted = size if size >= 0 else MAX_TOTAL
        parts: list[bytes] = []
        while wanted > 0 and (part := self._some(min(wanted, CHUNK))):
            parts.append(part)
            wanted -= len(part)
        return b"".join(parts)

    def _some(self, size: int) -> bytes:
        while True:
            try:
                data = self._inflate.decompress(self._ready, size)
            except zlib.error as error:
                raise Refusal(BROKEN) from error
            self._ready = self._inflate.unconsumed_tail
            if data:
                self._done += len(data)
                if self._done > MAX_TOTAL or (self._done > RATIO_FREE and self._done > MAX_RATIO * self._size):
                    raise Refusal(BOMB.format(what=f"plus de {self._done // 1024**2} Mo"))
                return data
            if self._inflate.eof:
                rest = self._inflate.unused_data.lstrip(b"\0") or self._stream.read(CHUNK).lstrip(b"\0")
                if not rest:
                    return b""
                self._inflate, self._ready = zlib.decompressobj(wbits=31), rest  # gzip files may follow one another
            elif not self._ready:
                self._ready = self._stream.read(CHUNK)
                if not self._ready:
                    raise Refusal(BROKEN)

    def close(self) -> None:
        self._stream.close()
        super().close()


def _open_plain(source: Source) -> BinaryIO:
    return cast(BinaryIO, _Inflated(source)) if is_gzip(source.head) else source.open()


def _tar_members(source: Source) -> Iterator[Member]:
    with _open_plain(source) as stream:
        head = read_exactly(stream, 512)
    if not is_tar(head):
        yield from _gzip_member(source)
        return
    found = _list_tar(source)
    cursor = _Cursor(source)
    try:
        for position, name, size, date in found:
            if size < 0:
                yield Rejected(name, date)
                continue
            yield _source(source, name, size, date, lambda position=position, size=size: cursor.open(position, size))  # type: ignore[misc]
    finally:
        cursor.close()


def _list_tar(source: Source) -> list[tuple[int, str, int, str]]:
    """(position, name, size, date) of the members, in the order of the archive; size -1 and the reason when refused."""
    found: list[tuple[int, str, int, str]] = []
    total = 0
    try:
        with _open_plain(source) as stream, tarfile.open(fileobj=stream, mode="r|") as archive:
            for position, info in enumerate(archive):
                if position >= MAX_MEMBERS:
                    raise Refusal(BOMB.format(what=f"plus de {MAX_MEMBERS} fichiers"))
                total += info.size
                if total > MAX_TOTAL:
                    raise Refusal(BOMB.format(what=f"{total // 1024**2} Mo"))
                if info.isdir() or _is_junk(info.name):
                    continue
                name = _join(source, info.name)
                if not info.isreg():
                    found.append((position, name, -1, "Lien ou périphérique au lieu d'un fichier : membre non lu."))
                elif reason := _wrong_name(info.name):
                    found.append((position, name, -1, reason))
                else:
                    found.append((position, name, info.size, _tar_date(info)))
    except (tarfile.TarError, EOFError, OSError, ValueError) as error:
        raise Refusal(BROKEN) from error
    if not found:
        raise Refusal("Archive vide.")
    return found


def _tar_date(info: tarfile.TarInfo) -> str:
    from datetime import datetime

    try:
        return datetime.fromtimestamp(info.mtime).strftime("%Y-%m-%dT%H:%M:%S") if info.mtime > 0 else ""
    except (OverflowError, OSError, ValueError):
        return ""


class _Cursor:
    """Reads the members of a tar in order: going back costs a new reading of the archive, so nobody does it twice."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._stream: BinaryIO | None = None
        self._archive: tarfile.TarFile | None = None
        self._next = 0

    def open(self, position: int, size: int) -> BinaryIO:
        try:
            if self._archive is None or self._next > position:
                self.close()
                self._stream = _open_plain(self._source)
                self._archive, self._next = tarfile.open(fileobj=self._stream, mode="r|"), 0  # noqa: SIM115
            while True:
                info = self._archive.next()
                self._next += 1
                if info is None:
                    raise Refusal(BROKEN)
                if self._next > position:
                    inner = self._archive.extractfile(info)
                    if inner is None:
                        raise Refusal(BROKEN)
                    return cast(BinaryIO, _Guarded(inner, size))
        except (tarfile.TarError, EOFError, OSError, ValueError) as error:
            raise Refusal(BROKEN) from error

    def close(self) -> None:
        if self._archive is not None:
            self._archive.close()
            self._archive = None
        if self._stream is not None:
            self._stream.close()
            self._stream = None


def _gzip_member(source: Source) -> Iterator[Member]:
    name = source.name
    if not name.lower().endswith((".gz", ".tgz", ".z")):
        raise Refusal(
            "Fichier compressé (gzip) sous un nom qui annonce autre chose : décompressez-le, puis donnez le fichier"
            " obtenu."
        )
    size = 0
    with _Inflated(source) as stream:
        while part := stream.read(CHUNK):
            size += len(part)
    inner = name[: name.rindex(".")] or name
    yield _source(source, _join(source, inner), size, "", lambda: cast(BinaryIO, _Inflated(source)))
