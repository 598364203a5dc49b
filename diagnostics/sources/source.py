"""What every reader receives: the bytes of one file or of one member of an archive, never a path."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import BinaryIO

Progress = Callable[[int, int], None]
"""Called with (bytes done, bytes in all)."""

HEAD = 64 * 1024
"""Bytes by which a content is recognised."""
CHUNK = 256 * 1024
ID_DIGITS = 12


@dataclass(frozen=True)
class Source:
    """One readable stream of bytes.

    Attributes:
        file: path as the user gave it, or a name for pasted text.
        member: name inside the archive, "" for a plain file.
        size: length in bytes.
        modified: ISO date-time of the file's last change, "" when pasted.
        head: the first bytes (at most 64 KiB).
        open: opens the stream anew at its beginning.
    """

    file: str
    member: str
    size: int
    modified: str
    head: bytes
    open: Callable[[], BinaryIO]

    @cached_property
    def sha256(self) -> str:
        """Hexadecimal digest of the whole content; reads the stream once."""
        digest = hashlib.sha256()
        with self.open() as stream:
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
        return digest.hexdigest()

    @property
    def id(self) -> str:
        """``Export.id`` of what is read from here."""
        return self.sha256[:ID_DIGITS]

    @property
    def name(self) -> str:
        """The file's own name, without its folder."""
        return (self.member or self.file).replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]


def of_bytes(file: str, content: bytes, *, member: str = "", modified: str = "") -> Source:
    """A source whose whole content is in memory."""
    return Source(
        file=file,
        member=member,
        size=len(content),
        modified=modified,
        head=content[:HEAD],
        open=lambda: io.BytesIO(content),
    )
