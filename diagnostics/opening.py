"""Files on disk as sources: found in a stable order, opened only when they are plain files, watched while read."""

from __future__ import annotations

import hashlib
import io
import os
import re
import stat
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast

from diagnostics.safety import CONTROL, INVISIBLE, Refusal, os_reason
from diagnostics.sources.source import CHUNK, HEAD, Source

MAX_FILES = 2_000
"""Files looked at in one load; a school has some twenty exports, a home folder is given by mistake."""
MAX_DEPTH = 8
IN_MEMORY = 4 * 1024 * 1024
"""Files up to this size are read at once: what is analysed is one state of the file."""
IGNORED = re.compile(r"\.|~\$|(thumbs\.db|desktop\.ini)$", re.IGNORECASE)
"""Beginnings of names that systems and office programs leave beside the files."""
ONE_LINE = re.compile(CONTROL.pattern + r"|[\t\n\r\u2028\u2029]")
CHANGED = "Le fichier a changé pendant la lecture : attendez que sa copie ou son export soit fini, puis rechargez."
Report = Callable[[int], None]
"""Called with the number of bytes read so far of a file; may raise to stop."""


def shown(path: str | Path) -> str:
    """A path as it may be displayed: one line, no control nor direction mark, undecodable bytes as « ? »."""
    return ONE_LINE.sub("·", INVISIBLE.sub("", str(path).encode("utf-8", "replace").decode("utf-8")))


def actual(name: str | Path) -> Path:
    """The file whose path is displayed so: the path itself, or the only one that ``shown`` turns into it."""
    path = Path(name)
    try:
        if path.exists() or path.parent == path:
            return path
        folder = actual(path.parent)
        alike = [folder / found for found in os.listdir(folder) if shown(found) == path.name]
    except (OSError, ValueError):
        return path
    return alike[0] if len(alike) == 1 else path


def find(paths: Sequence[str | Path]) -> Iterator[tuple[Path, str]]:
    """(file, reason of refusal or "") for every file under the paths, each once, sorted whatever the order given."""
    seen: set[str] = set()
    found: dict[str, tuple[Path, str]] = {}
    for path in sorted({str(path) for path in paths}):
        for file, reason in _under(Path(path)):
            real = os.path.realpath(file)
            if real not in seen:
                seen.add(real)
                found[str(file)] = (file, reason)
            if len(found) > MAX_FILES:
                break
    for count, name in enumerate(sorted(found)):
        if count == MAX_FILES:
            yield (
                Path(name),
                f"Plus de {MAX_FILES} fichiers : donnez seulement le dossier des exports. La suite n'a pas été lue.",
            )
            return
        yield found[name]


def _under(path: Path) -> Iterator[tuple[Path, str]]:
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        yield path, _os_reason(error)
        return
    if not stat.S_ISDIR(mode):
        yield path, ""
        return
    base = len(path.parts)
    unreadable: list[OSError] = []
    for folder, folders, files in os.walk(path, onerror=unreadable.append):
        folders[:] = sorted(name for name in folders if not IGNORED.match(name) and name != "__MACOSX")
        if len(Path(folder).parts) - base >= MAX_DEPTH:
            folders.clear()
        for name in sorted(files):
            if not IGNORED.match(name):
                yield Path(folder, name), ""
    for problem in unreadable:
        yield Path(problem.filename or path), _os_reason(problem)


def _os_reason(error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError):
        return "Fichier introuvable : vérifiez le chemin."
    if isinstance(error, PermissionError):
        return "Lecture interdite : demandez le droit de lire ce fichier, ou copiez-le dans un dossier à vous."
    if isinstance(error, OSError):
        return f"Lecture impossible ({os_reason(error)}) : copiez le fichier ailleurs et réessayez."
    return "Nom de fichier inutilisable : renommez-le."


def open_file(path: Path, report: Report) -> tuple[Source, Callable[[], None]]:
    """The source of a plain file, and what checks afterwards that it did not change.

    Raises:
        Refusal: no plain file, or it cannot be read.
    """
    with _open(path) as stream:
        before = os.fstat(stream.fileno())
        digest = hashlib.sha256()
        if before.st_size <= IN_MEMORY:
            content = _read(stream, IN_MEMORY + 1)
            if len(content) > IN_MEMORY:
                raise Refusal(CHANGED)
            report(len(content))
            digest.update(content)
            size, head = len(content), content[:HEAD]
            opener: Callable[[], BinaryIO] = lambda: io.BytesIO(content)  # noqa: E731
        else:
            head = _read(stream, HEAD)
            digest.update(head)
            size = len(head)
            while chunk := _read(stream, CHUNK):
                digest.update(chunk)
                size += len(chunk)
                report(0)
            opener = lambda: cast(BinaryIO, _Counted(_open(path), report))  # noqa: E731
    source = Source(
        file=shown(path),
        member="",
        size=size,
        modified=datetime.fromtimestamp(before.st_mtime).strftime("%Y-%m-%dT%H:%M:%S"),
        head=head,
        open=opener,
    )
    source.__dict__["sha256"] = digest.hexdigest()

    def check() -> None:
        try:
            after = path.stat()
        except OSError as error:
            raise Refusal(CHANGED) from error
        if (after.st_size, after.st_mtime_ns, after.st_ino) != (before.st_size, before.st_mtime_ns, before.st_ino):
            raise Refusal(CHANGED)

    return source, check


def _open(path: Path) -> BinaryIO:
    """A plain file, opened without waiting: a pipe would never answer."""
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise Refusal("Ce n'est pas un fichier (tube, périphérique ou prise) : donnez le fichier lui-même.")
        number = os.open(path, flags)
    except (OSError, ValueError) as error:
        raise Refusal(_os_reason(error)) from error
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise Refusal("Ce n'est pas un fichier (tube, périphérique ou prise) : donnez le fichier lui-même.")
    return os.fdopen(number, "rb")


def _read(stream: BinaryIO, size: int) -> bytes:
    try:
        return stream.read(size)
    except OSError as error:
        raise Refusal(_os_reason(error)) from error


class _Counted(io.RawIOBase):
    """A file that tells how far it was read."""

    def __init__(self, stream: BinaryIO, report: Report) -> None:
        super().__init__()
        self._stream = stream
        self._report = report

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def read(self, size: int = -1) -> bytes:
        try:
            data = self._stream.read(size)
        except OSError as error:
            raise Refusal(_os_reason(error)) from error
        self._report(self._stream.tell())
        return data

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._stream.close()
        super().close()
