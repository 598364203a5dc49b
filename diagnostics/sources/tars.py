"""Tar and gzip, the wrapping of AAF bundles (formats.md §8): read from one end to the other, twice at most."""

from __future__ import annotations

import hashlib
import io
import tarfile
import zlib
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import BinaryIO, NamedTuple, cast

from ..safety import Refusal
from .members import (
    BOMB,
    BROKEN,
    IN_MEMORY,
    MAX_MEMBERS,
    MAX_RATIO,
    MAX_TOTAL,
    RATIO_FREE,
    Guarded,
    Member,
    Rejected,
    is_junk,
    joined,
    member_source,
    read_exactly,
    wrong_name,
)
from .source import CHUNK, HEAD, Source

COMPRESSED_NAMES = (".gz", ".tgz", ".z")
MAX_HEADER = 1024 * 1024
"""Bytes of an extended header, which is held in memory; real ones have some hundred."""
HEADERS = frozenset({
    tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE,
})  # fmt: skip
FAULTS = (tarfile.TarError, EOFError, OSError, ValueError)


def is_gzip(head: bytes) -> bool:
    return head.startswith(b"\x1f\x8b")


def is_tar(head: bytes) -> bool:
    return head[257:262] == b"ustar"


class _Info(tarfile.TarInfo):
    """A header that does not swallow memory."""

    def _proc_member(self, archive: tarfile.TarFile) -> tarfile.TarInfo:
        if self.size > MAX_HEADER and self.type in HEADERS:
            raise tarfile.ReadError("header")
        return super()._proc_member(archive)  # type: ignore[misc,no-any-return]


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


class _Found(NamedTuple):
    """A member seen on the first reading; ``reason`` is why it is refused."""

    position: int
    name: str
    reason: str = ""
    size: int = 0
    date: str = ""
    sha256: str = ""


def tar_members(source: Source) -> Iterator[Member]:
    """The members of a tar, compressed or not, in its own order; the one member of a plain gzip.

    Raises:
        Refusal: the archive as a whole cannot or must not be opened.
    """
    with _open_plain(source) as stream:
        head = read_exactly(stream, 512)
    if not is_tar(head):
        yield _gzip_member(source)
        return
    cursor = _Cursor(source)
    try:
        for found in _list(source):
            if found.reason:
                yield Rejected(found.name, found.reason)
            else:
                yield cursor.member(found)
    finally:
        cursor.close()


def _list(source: Source) -> list[_Found]:
    """First reading: what is inside, and the digest of each member."""
    seen: list[_Found] = []
    total = 0
    try:
        with _open_plain(source) as stream, tarfile.open(fileobj=stream, mode="r|", tarinfo=_Info) as archive:
            for position, info in enumerate(archive):
                total += max(info.size, 0)
                if position >= MAX_MEMBERS:
                    raise Refusal(BOMB.format(what=f"plus de {MAX_MEMBERS} fichiers"))
                if total > MAX_TOTAL:
                    raise Refusal(BOMB.format(what=f"{total // 1024**2} Mo"))
                if not info.isdir() and not is_junk(info.name):
                    seen.append(_look(source, archive, info, position))
    except FAULTS as error:
        raise Refusal(BROKEN) from error
    if not seen:
        raise Refusal("Archive vide.")
    return seen


def _look(source: Source, archive: tarfile.TarFile, info: tarfile.TarInfo, position: int) -> _Found:
    name = joined(source, info.name)
    if not info.isreg() or info.issparse():
        return _Found(position, name, "Lien ou périphérique au lieu d'un fichier : membre non lu.")
    if reason := wrong_name(info.name):
        return _Found(position, name, reason)
    digest = hashlib.sha256()
    if (inner := archive.extractfile(info)) is not None:
        while chunk := inner.read(CHUNK):
            digest.update(chunk)
    return _Found(position, name, "", info.size, _date(info), digest.hexdigest())


def _date(info: tarfile.TarInfo) -> str:
    try:
        return datetime.fromtimestamp(info.mtime).strftime("%Y-%m-%dT%H:%M:%S") if info.mtime > 0 else ""
    except (OverflowError, OSError, ValueError):
        return ""


class _Cursor:
    """Second reading: goes forward from member to member; going back costs a reading from the start."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._stream: BinaryIO | None = None
        self._archive: tarfile.TarFile | None = None
        self._next = 0
        self._waiting: tuple[int, bytes, BinaryIO] | None = None
        """(position, head, rest) of the member whose head only was read."""

    def member(self, found: _Found) -> Source:
        inner = self._forward(found)
        head = read_exactly(inner, found.size if found.size <= IN_MEMORY else HEAD)
        if found.size <= IN_MEMORY:
            opener: Callable[[], BinaryIO] = lambda: io.BytesIO(head)  # noqa: E731
        else:
            self._waiting = (found.position, head, inner)
            opener = lambda: self._open(found)  # noqa: E731
        source = Source(
            file=self._source.file,
            member=found.name,
            size=found.size,
            modified=found.date or self._source.modified,
            head=head[:HEAD],
            open=opener,
        )
        source.__dict__["sha256"] = found.sha256
        return source

    def _open(self, found: _Found) -> BinaryIO:
        waiting, self._waiting = self._waiting, None
        if waiting and waiting[0] == found.position:
            return cast(BinaryIO, _Resumed(waiting[1], waiting[2]))
        return self._forward(found)

    def _forward(self, found: _Found) -> BinaryIO:
        try:
            if self._archive is None or self._next > found.position:
                self.close()
                self._stream = _open_plain(self._source)
                self._archive = tarfile.open(fileobj=self._stream, mode="r|", tarinfo=_Info)  # noqa: SIM115 (closed by close)
                self._next = 0
            while info := self._archive.next():
                self._next += 1
                if self._next > found.position and (inner := self._archive.extractfile(info)) is not None:
                    return cast(BinaryIO, Guarded(inner, found.size))
        except FAULTS as error:
            raise Refusal(BROKEN) from error
        raise Refusal(BROKEN)

    def close(self) -> None:
        if self._archive is not None:
            self._archive.close()
        if self._stream is not None:
            self._stream.close()
        self._archive = self._stream = self._waiting = None


class _Resumed(io.RawIOBase):
    """A stream whose head was already read."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        super().__init__()
        self._head = head
        self._rest = rest

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if not self._head:
            return self._rest.read(size)
        if size < 0:
            data, self._head = self._head + self._rest.read(), b""
        else:
            data, self._head = self._head[:size], self._head[size:]
        return data


def _gzip_member(source: Source) -> Source:
    """The one file of a plain gzip; its name must say that it is compressed."""
    name = source.name
    if not name.lower().endswith(COMPRESSED_NAMES):
        raise Refusal(
            "Fichier compressé (gzip) sous un nom qui annonce autre chose : décompressez-le, puis donnez le fichier"
            " obtenu."
        )
    size = 0
    with _Inflated(source) as stream:
        while part := stream.read(CHUNK):
            size += len(part)
    inner = name.rpartition(".")[0] or name
    return member_source(source, joined(source, inner), size, "", lambda: cast(BinaryIO, _Inflated(source)))
