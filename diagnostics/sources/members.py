"""What every archive has in common: limits, names that are refused, members as sources."""

from __future__ import annotations

import io
import tarfile
import zipfile
import zlib
from collections.abc import Callable
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
IN_MEMORY = 4 * 1024 * 1024
"""Members up to this size are inflated once and kept while they are read."""
JUNK = ("__MACOSX/", "._", ".DS_STORE", "THUMBS.DB", "DESKTOP.INI")
BOMB = (
    "Archive refusée : son contenu décompressé serait démesuré ({what}). Si elle est légitime, décompressez-la et"
    " donnez les fichiers."
)
BROKEN = "Archive abîmée ou incomplète : téléchargez-la ou copiez-la de nouveau."


@dataclass(frozen=True)
class Rejected:
    """A member that is not read, and why (French)."""

    member: str
    reason: str


Member = Source | Rejected


def wrong_name(name: str) -> str:
    """Why a member's name is refused, "" when it is harmless: names are labels here, but such archives are attacks."""
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ".." in parts or (len(name) > 1 and name[1] == ":"):
        return "Nom de fichier dangereux dans l'archive (chemin hors du dossier) : membre non lu."
    return ""


def is_junk(name: str) -> bool:
    upper = name.upper()
    return upper.startswith(JUNK[0]) or upper.rsplit("/", 1)[-1].startswith(JUNK[1:])


def joined(outer: Source, name: str) -> str:
    return f"{outer.member} › {name}" if outer.member else name


def member_source(outer: Source, member: str, size: int, modified: str, opener: Callable[[], BinaryIO]) -> Source:
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


class Guarded(io.RawIOBase):
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
