"""The log of what went wrong inside the program: where, never with whose data."""

from __future__ import annotations

import os
import re
import sys
import threading
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from diagnostics import __version__
from diagnostics.settings import data_path

if TYPE_CHECKING:
    import asyncio

    from rich.traceback import Trace

FILE = "journal.txt"
MAX_BYTES = 200_000
ENTRY = re.compile(r"(?m)^(?=\S)")
"""Where an entry begins: its frames are indented."""


def path() -> Path:
    return data_path() / FILE


def record(error: BaseException) -> str:
    """Write where an error happened; returns the path of the log, "" when it cannot be written.

    Neither the message of the exception nor any variable is written: both may name a pupil.
    """
    return write(report(error))


def record_trace(trace: Trace) -> str:
    """Write where the error of a thread of Textual happened, which reaches us drawn; returns as ``record``."""
    lines = [heading()]
    for stack in trace.stacks:
        lines.append(f"  {stack.exc_type}")
        lines.extend(f"    {Path(frame.filename).stem}:{frame.lineno} {frame.name}" for frame in stack.frames)
    return write("\n".join(lines) + "\n")


def hear(loop: asyncio.AbstractEventLoop) -> None:
    """Write what goes wrong where nobody waits for the result: a thread, a task, a callback."""
    loop.set_exception_handler(lambda _, context: note(context.get("exception")))
    threading.excepthook = lambda told: note(told.exc_value)


def note(error: BaseException | None) -> None:
    """Write an error of the program; that of a terminal or a disk that has gone is none."""
    if error is not None and not isinstance(error, OSError):
        record(error)


def write(entry: str) -> str:
    log = path()
    try:
        log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        flags = (
            os.O_CREAT | os.O_WRONLY | (os.O_TRUNC if log.exists() and log.stat().st_size > MAX_BYTES else os.O_APPEND)
        )
        with os.fdopen(os.open(log, flags, 0o600), "w", encoding="utf-8") as file:
            file.write(entry)
    except OSError:
        return ""
    return str(log)


def entries() -> list[str]:
    """The errors written, oldest first."""
    try:
        return [entry for entry in ENTRY.split(path().read_text(encoding="utf-8", errors="replace")) if entry]
    except OSError:
        return []


def count(limit: datetime) -> int:
    """How many errors were written before a date."""
    return sum(is_before(entry, limit) for entry in entries())


def prune(limit: datetime) -> int:
    """Forget what was written before a date; returns how many errors that was."""
    written, log = entries(), path()
    kept = [entry for entry in written if not is_before(entry, limit)]
    if len(kept) < len(written):
        temporary = log.with_name(f"{log.name}.tmp")
        with os.fdopen(os.open(temporary, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
            file.write("".join(kept))
        temporary.replace(log)
    return len(written) - len(kept)


def is_before(entry: str, limit: datetime) -> bool:
    """Whether an entry is older; what bears no date is older than anything."""
    try:
        return datetime.fromisoformat(entry.split(" ", 1)[0]).astimezone() < limit.astimezone()
    except ValueError:
        return True


def report(error: BaseException) -> str:
    """Type of the error and its frames (module, line, function), causes included."""
    lines = [heading()]
    seen: BaseException | None = error
    while seen is not None:
        lines.append(f"  {type(seen).__name__}")
        lines.extend(f"    {frame}" for frame in frames(seen.__traceback__))
        seen = seen.__cause__ or seen.__context__
    return "\n".join(lines) + "\n"


def heading() -> str:
    """When, and what was running: the line that begins an entry."""
    stamp = datetime.now().astimezone().isoformat(timespec="seconds")
    return f"{stamp} ent-triage {__version__} Python {sys.version.split()[0]}"


def frames(trace: TracebackType | None) -> list[str]:
    found = []
    while trace is not None:
        code = trace.tb_frame.f_code
        found.append(f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return found
