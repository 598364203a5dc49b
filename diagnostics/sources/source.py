"""What every reader receives: the bytes of one file or of one member of an archive, never a path."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

Progress = Callable[[int, int], None]
"""Called with (bytes done, bytes in all)."""


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
