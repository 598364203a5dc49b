"""The accounts that files of a whole ENT state, read in bounded memory: small files together, large ones by pieces."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from diagnostics import opening
from diagnostics.load import load, load_text
from diagnostics.model import ENT_ACCOUNT_KINDS, KIND_LABELS, Export, Origin, Record, RefusedFile
from diagnostics.safety import Refusal
from diagnostics.sources import encoding, layout, tables
from diagnostics.sources.recognition import choose_separator
from diagnostics.sources.rows import MAX_SPAN, Breakage, rows
from diagnostics.sources.source import Source

BATCH_BYTES = 24 * 1024 * 1024
"""Files are read together up to this size: those of one delivery of the academic directory complete each other."""
LARGE_BYTES = 8 * 1024 * 1024
"""Size from which a table is read by pieces."""
PIECE_LINES = 10_000
Mapped = Mapping[str, Mapping[str, str]]


class Gathered:
    """The accounts of files, one after the other, and what could not be used.

    Attributes:
        files: how many files gave accounts.
        refused: files that gave none, and why; rows of tables that could not be used, in one line for each table.
    """

    def __init__(
        self,
        paths: Sequence[str | Path],
        *,
        mapping: Mapped | None = None,
        progress: Callable[[str], None] | None = None,
    ) -> None:
        self._paths = paths
        self._mapping = mapping
        self._progress = progress
        self.files = 0
        self.refused: list[RefusedFile] = []

    def __iter__(self) -> Iterator[Record]:
        batch: list[Path] = []
        weight = 0
        for path, reason in opening.find(self._paths):
            if reason:
                self._refuse(opening.shown(path), reason)
                continue
            try:
                size = path.stat().st_size
                source = _large_table(path) if size >= LARGE_BYTES else None
            except (OSError, Refusal):
                size, source = 0, None
            if source is not None:
                yield from self._pieces(source)
                continue
            if batch and weight + size > BATCH_BYTES:
                yield from self._together(batch)
                batch, weight = [], 0
            batch.append(path)
            weight += size
        if batch:
            yield from self._together(batch)

    def _together(self, paths: Sequence[Path]) -> Iterator[Record]:
        if self._progress:
            self._progress(opening.shown(paths[0]))
        loaded = load(paths, mapping=self._mapping, keep_older=True)
        self.refused += loaded.refused
        self.refused += (RefusedFile(file=file, reason="C’est un message, pas un export.") for file in loaded.messages)
        for export in loaded.exports:
            if self._usable(export):
                self.files += 1
                yield from export.records

    def _usable(self, export: Export) -> bool:
        if export.kind in ENT_ACCOUNT_KINDS:
            return True
        found = KIND_LABELS[export.kind]
        self._refuse(export.label, f"C’est un export « {found} » : l’annuaire se construit sur les comptes de l’ENT.")
        return False

    def _pieces(self, source: Source) -> Iterator[Record]:
        if self._progress:
            self._progress(source.file)
        read = lost = 0
        for first, text in pieces(source, self._mapping, PIECE_LINES):
            loaded = load_text(text, source.file, mapping=self._mapping)
            for export in loaded.exports:
                if not self._usable(export):
                    return
                lost += len(export.refused)
                read += len(export.records)
                for record in export.records:
                    yield msgspec.structs.replace(
                        record, origin=Origin(record.origin.export, record.origin.line + first)
                    )
            if loaded.refused and not read:
                self.refused += loaded.refused
                return
        self.files += bool(read)
        if lost:
            self._refuse(source.file, f"{lost} lignes illisibles, non reprises.")

    def _refuse(self, file: str, reason: str) -> None:
        self.refused.append(RefusedFile(file=file, reason=reason))


def _large_table(path: Path) -> Source | None:
    """The source of a table in text, None of anything else."""
    from diagnostics import recognition
    from diagnostics.sources import archives, spreadsheets

    source, _ = opening.open_file(path, lambda _: None)
    if spreadsheets.is_workbook(source) or archives.is_archive(source.head) or recognition.is_xml(source):
        return None
    return source if tables.looks_like_table(source) else None


def pieces(source: Source, mapping: Mapped | None, size: int) -> Iterator[tuple[int, str]]:
    """(lines before the piece that its own numbers leave out, text): the title lines of a table and some of its rows.

    A piece ends where every quotation mark is closed, so that a cell of several lines stays whole.
    """
    head: list[str] = []
    body: list[str] = []
    before = 0
    scanned = encoding.scan(source)
    for batch in encoding.lines(source, scanned, encoding.Damage()):
        lines = batch
        if not head:
            head = _title_lines(lines, mapping)
            lines = lines[len(head) :]
        body += lines
        while len(body) >= size + MAX_SPAN:
            end = _closed(body, size)
            yield before, "\n".join((*head, *body[:end])) + "\n"
            before += end
            del body[:end]
    if body:
        yield before, "\n".join((*head, *body)) + "\n"


def _title_lines(lines: Sequence[str], mapping: Mapped | None) -> list[str]:
    """The lines up to the header of a table, header included; none when the table has no header."""
    first = list(lines[: tables.FIRST_LINES])
    separator = choose_separator(first, mapping) or tables.NO_SEPARATOR
    cut = list(itertools.islice(rows([first], separator, Breakage()), layout.SEARCHED_ROWS))
    header = layout.find_header(cut, mapping)
    return first[: cut[header + 1][0] - 1] if 0 <= header < len(cut) - 1 else []


def _closed(lines: Sequence[str], least: int) -> int:
    """Number of lines, ``least`` or a few more, after which quotation marks are closed, or are stray ones."""
    odd = sum(line.count('"') for line in lines[:least]) % 2
    for end in range(least, least + MAX_SPAN):
        if not odd:
            return end
        odd ^= lines[end].count('"') % 2
    return least
