"""From files and folders to exports: each file is recognised by its content and read, or refused with the reason.

Nothing that one file contains stops the others; the result is the same whatever the order of the paths.
"""

from __future__ import annotations

import contextlib
import dataclasses
import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec

from diagnostics import coherence, opening, recognition
from diagnostics.model import (
    Count,
    Export,
    ImportRun,
    Loaded,
    Origin,
    Record,
    RefusedFile,
    Relation,
    Service,
    Structure,
)
from diagnostics.safety import Refusal, clean
from diagnostics.sources import aaf, archives, gar, harvest
from diagnostics.sources.members import Rejected
from diagnostics.sources.source import Source, of_bytes
from diagnostics.text import find_uai

if TYPE_CHECKING:
    from diagnostics.sources.unknown_columns import Unmapped

Progress = Callable[[str, int, int], None]
"""Called with (file, bytes done, bytes in all)."""
Mapped = Mapping[str, Mapping[str, str]]
Stated = TypeVar("Stated", Record, Relation, Structure, Service, ImportRun, Count)
STOPPED = "Chargement interrompu à votre demande : fichier non lu."


class Cancelled(Exception):
    """The agent stopped the load."""


def load(
    paths: Sequence[str | Path],
    *,
    mapping: Mapped | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    today: date | None = None,
    keep_older: bool = False,
) -> Loaded:
    """Read files and folders.

    Args:
        mapping: meaning of the columns that an agent named, by signature of the header.
        progress: called while reading.
        cancelled: asked while reading; what was not read by then is listed as refused.
        today: day against which freshness is judged.
        keep_older: analyse older exports beside newer ones too.
    """
    files = list(opening.find(paths))
    loading = _Loading(mapping, progress, cancelled, _total(files))
    with _no_collection():
        for path, reason in files:
            loading.file(path, reason)
        return loading.close(today or date.today(), keep_older)


def load_text(text: str, name: str, *, mapping: Mapped | None = None, today: date | None = None) -> Loaded:
    """Read what an agent pasted: a table, a report or an XML export; ``name`` is what the program calls it."""
    loading = _Loading(mapping, None, None, 0)
    content = text.encode("utf-8", "replace")
    loading.content(of_bytes(name, content), pasted=True)
    return loading.close(today or date.today(), keep_older=False)


def unmapped(path: str | Path, *, member: str = "", mapping: Mapped | None = None) -> Unmapped | None:
    """The first rows of a table with columns that nobody could guess, None when there is nothing to name.

    Args:
        path: one file.
        member: name inside an archive; the first member with unknown columns when empty.
        mapping: columns already named.

    Raises:
        Refusal: the file cannot be opened or is no text.
    """
    from diagnostics.sources import spreadsheets

    source, _ = opening.open_file(opening.actual(path), lambda _: None)
    if spreadsheets.is_workbook(source) or not archives.is_archive(source.head):
        return _unmapped(source, mapping)
    for found in archives.members(source):
        if isinstance(found, Rejected) or (member and opening.shown(found.member) != member):
            continue
        with contextlib.nullcontext() if member else contextlib.suppress(Refusal):
            if unknown := _unmapped(found, mapping):
                return unknown
    return None


def unmapped_text(text: str, name: str, *, mapping: Mapped | None = None) -> Unmapped | None:
    """The same of what an agent pasted."""
    return _unmapped(of_bytes(name, text.encode("utf-8", "replace")), mapping)


def can_be_named(refused: RefusedFile) -> bool:
    """Whether a file was refused only because its columns are unknown."""
    from diagnostics.sources.recognition import NAME_THEM

    return refused.reason.endswith(NAME_THEM)


def _unmapped(source: Source, mapping: Mapped | None) -> Unmapped | None:
    from diagnostics.sources import spreadsheets, tables

    recognition.refuse_binary(source)
    table = spreadsheets.is_workbook(source) or (
        (recognition.is_web_page(source) or not recognition.is_xml(source)) and tables.looks_like_table(source)
    )
    return tables.unmapped(source, mapping=mapping) if table else None


@contextlib.contextmanager
def _no_collection() -> Iterator[None]:
    """Reading makes many objects and no cycle: looking for cycles meanwhile costs a third of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _total(files: Sequence[tuple[Path, str]]) -> int:
    total = 0
    for path, reason in files:
        try:
            total += 0 if reason else path.stat().st_size
        except OSError:
            continue
    return total


class _Loading:
    def __init__(
        self, mapping: Mapped | None, progress: Progress | None, cancelled: Callable[[], bool] | None, total: int
    ) -> None:
        self.mapping = mapping
        self.progress = progress
        self.cancelled = cancelled
        self.total = total
        self.done = 0
        self.exports: list[Export] = []
        self.refused: list[RefusedFile] = []
        self.messages: list[str] = []

    def file(self, path: Path, reason: str) -> None:
        name = opening.shown(path)
        if reason:
            self.refuse(name, reason)
            return
        seen = 0

        def report(position: int) -> None:
            nonlocal seen
            seen = max(seen, position)
            if self.progress:
                self.progress(name, min(self.done + seen, self.total), self.total)
            if self.cancelled and self.cancelled():
                raise Cancelled

        kept = len(self.exports), len(self.refused), len(self.messages)
        try:
            report(0)
            source, check = opening.open_file(path, report)
            try:
                self.content(source)
                report(source.size)
            finally:
                self.done += source.size
            check()
        except Cancelled:
            self._forget(kept)
            self.refuse(name, STOPPED)
        except Refusal as refusal:
            self._forget(kept)
            self.refuse(name, refusal.reason, refusal.line)

    def _forget(self, kept: tuple[int, int, int]) -> None:
        """Drop what was read of a file that turns out to be unusable as a whole."""
        del self.exports[kept[0] :], self.refused[kept[1] :], self.messages[kept[2] :]

    def content(self, source: Source, *, pasted: bool = False) -> None:
        try:
            self._content(source, pasted)
        except Refusal as refusal:
            self.refuse(_label(source), refusal.reason, refusal.line)
        except (Cancelled, KeyboardInterrupt):
            raise
        except Exception as error:  # a reader at fault must not stop the others
            self.refuse(
                _label(source), f"Lecture impossible (erreur interne {type(error).__name__}) : signalez ce fichier."
            )

    def _content(self, source: Source, pasted: bool) -> None:
        from diagnostics.sources import spreadsheets, tables, udt

        recognition.refuse_binary(source)
        if spreadsheets.is_workbook(source):
            self._keep(source, tables.read_table_source(source, mapping=self.mapping))
            return
        recognition.refuse_document(source)
        if udt.is_udt(archives.names(source)):
            self._keep(source, (udt.read_archive(source),))
        elif archives.is_archive(source.head):
            self._archive(source)
        elif recognition.is_web_page(source) and tables.looks_like_table(source):
            self._keep(source, tables.read_table_source(source, mapping=self.mapping))
        elif recognition.is_xml(source):
            self._keep(source, (recognition.xml_reader(source)(source),))
        elif tables.looks_like_table(source):
            self._keep(source, tables.read_table_source(source, mapping=self.mapping))
        elif pasted:
            raise Refusal("Texte collé non reconnu : collez un tableau avec sa ligne de titres.")
        else:
            recognition.refuse_unless_message(source)
            self.messages.append(source.file)

    def _archive(self, source: Source) -> None:
        for member in archives.members(source):
            if isinstance(member, Rejected):
                self.refuse(f"{source.file} › {clean(member.member)}", member.reason)
            elif not recognition.is_description(member):
                self.content(displayed(member))

    def _keep(self, source: Source, exports: Sequence[Export]) -> None:
        taken = {export.id for export in self.exports}
        for export in exports:
            number, name = 1, export.id
            while name in taken:
                number += 1
                name = f"{export.id}-{number}"
            taken.add(name)
            export = placed(export, source)
            self.exports.append(export if name == export.id else renamed(export, name))

    def refuse(self, file: str, reason: str, line: int = 0) -> None:
        place = f"Ligne {line} : " if line > 0 else ""
        self.refused.append(RefusedFile(file=file, reason=place + clean(reason)))

    def close(self, today: date, keep_older: bool) -> Loaded:
        if self.progress:
            self.progress("", self.total, self.total)
        return Loaded(
            exports=coherence.settle(gar.resolve(aaf.resolve(self.exports)), today, keep_older=keep_older),
            refused=tuple(self.refused),
            messages=tuple(self.messages),
        )


def _label(source: Source) -> str:
    return f"{source.file} › {source.member}" if source.member else source.file


def displayed(member: Source) -> Source:
    """The member under a name that may be displayed."""
    name = opening.shown(member.member)
    if name == member.member:
        return member
    shown = dataclasses.replace(member, member=name)
    shown.__dict__["sha256"] = member.sha256
    return shown


def placed(export: Export, source: Source) -> Export:
    """The export with the school and the date that its name states, when its content states none."""
    school = export.school or find_uai(source.name.replace("_", " "))
    if export.made_from not in {"", "fichier"} or not (stated := harvest.name_date(source.name)):
        return msgspec.structs.replace(export, school=school)
    return msgspec.structs.replace(export, school=school, made_on=stated, made_from="nom")


def renamed(export: Export, name: str) -> Export:
    """The same export under another id, everywhere that it is quoted."""

    def moved(origin: Origin) -> Origin:
        return Origin(name, origin.line, origin.path)

    def all_moved(items: Sequence[Stated]) -> tuple[Stated, ...]:
        return tuple(msgspec.structs.replace(item, origin=moved(item.origin)) for item in items)

    return msgspec.structs.replace(
        export,
        id=name,
        records=all_moved(export.records),
        relations=all_moved(export.relations),
        structures=all_moved(export.structures),
        services=all_moved(export.services),
        runs=all_moved(export.runs),
        counts=all_moved(export.counts),
    )
