"""Sources written by the tests of tables, from invented persons."""

from __future__ import annotations

import io

from diagnostics.model import Export, Record
from diagnostics.sources.source import Source
from diagnostics.sources.tables import read_table_source

FIRST = ("Aurèle", "Maëlle", "Noé", "Cœurine", "Gaëtan", "Zoé", "Loïc", "Inès", "Théo", "Françoise", "Jérôme", "Anaïs")
LAST = ("TESTARD", "ESSAI-FICTIF", "D'ÉPREUVE", "LE CŒUR", "MÜLLÉ", "GARÇON", "NOËL", "L'HÔTE", "DE LA PREUVE", "FORÊT")
UAI = "0123456S"
"""Invented school whose check letter fits."""


def source(content: bytes | str, name: str = "liste.csv") -> Source:
    data = content.encode() if isinstance(content, str) else content
    return Source(file=name, member="", size=len(data), modified="", head=data[:65536], open=lambda: io.BytesIO(data))


def read(content: bytes | str, *, name: str = "liste.csv", **options: object) -> Export:
    """The only export of a content."""
    exports = read_table_source(source(content, name), **options)  # type: ignore[arg-type]
    assert len(exports) == 1
    counts_add_up(exports[0])
    return exports[0]


def counts_add_up(export: Export) -> None:
    assert export.records_read == export.records_kept + len(export.refused)


def people(count: int) -> list[tuple[str, str, str, str]]:
    """(surname, given name, birth date, class) of invented pupils."""
    return [
        (
            LAST[i % len(LAST)] + ("" if i < len(LAST) else f"-{'ABCDEFGHIJ'[i // len(LAST) % 10]}"),
            FIRST[(i * 7 + i // 12) % len(FIRST)],
            f"{i % 28 + 1:02d}/{i % 12 + 1:02d}/{2010 + i % 5}",
            f"{6 - i % 4}{'ABCDE'[i % 5]}",
        )
        for i in range(count)
    ]


def only(export: Export) -> Record:
    assert len(export.records) == 1, [(r.surname, r.given_names) for r in export.records]
    return export.records[0]


def notes(export: Export, code: str) -> list[str]:
    return [note.text for note in export.notes if note.code == code]
