"""How many persons an agent's file shows: a whole export beside a ticket about one child is a leak.

Names are counted, nobody is read: the count says that a file is of many, not who they are.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Collection

from diagnostics.text import header

ELEMENTS = re.compile(
    rb"<(?:[\w-]+:)?(?:ELEVE|PERSONNE|INDIVIDU|PROFESSEUR|RESPONSABLE|PERSONNEL|ENSEIGNANT|ADDREQUEST"
    rb"|GAR-(?:ELEVE|ENSEIGNANT)|UTILISATEUR)[\s>]",
    re.IGNORECASE,
)
"""Elements that state one person in the exports of SIECLE, STS-Web, EDT, the AAF and the GAR (formats.md §1 to §5)."""
CODED = re.compile(r"[^\s$][^$\n]{0,80}\$[^$\n]{1,80}\$")
"""A line of the « Rapprochements » screen."""
HEAD = 12
"""Lines in which the header of a table is looked for: titles may stand above."""
NAME, GIVEN = "nom", "prenom"
WHOLE_NAME = frozenset({"eleve", "responsable", "enseignant", "professeur", "utilisateur"})
"""Titles of a column that holds whole names."""
MEMBERS, MEMBER_SIZE = 40, 32 * 1024 * 1024
"""Members of an archive, and bytes of each, that are looked at."""
SHEET_ROW = re.compile(rb"<row[\s>]")
WHOLE = 10
"""Persons from which a file that shows more than the ticket names is held to be of others (judgement)."""


def people_in(content: bytes, text: str | None) -> int:
    """Persons that a content shows; ``text`` is the content decoded, None when it is none."""
    if content.startswith(b"PK\x03\x04"):
        return _in_archive(content)
    if text is None:
        return 0
    if text.lstrip()[:1] == "<":
        return len(ELEMENTS.findall(content))
    return _in_table(text)


def _in_table(text: str) -> int:
    lines = [line for line in text.splitlines() if line.strip()]
    for number, line in enumerate(lines[:HEAD]):
        if names_persons({header(cell) for cell in re.split(r"[;\t|,]", line)}):
            return len(lines) - number - 1
    return sum(bool(CODED.search(line)) for line in lines)


def _in_archive(content: bytes) -> int:
    found = 0
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            if "xl/sharedStrings.xml" in names and not _names_persons(archive):
                return 0
            for info in archive.infolist()[:MEMBERS]:
                if info.file_size > MEMBER_SIZE or info.is_dir():
                    continue
                if info.filename.startswith("xl/worksheets/"):
                    found += max(0, len(SHEET_ROW.findall(archive.read(info))) - 1)
                elif info.filename.lower().endswith((".xml", ".csv", ".txt")) and not info.filename.startswith("xl/"):
                    inner = archive.read(info)
                    found += people_in(inner, inner.decode("utf-8", "replace"))
    except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, ValueError, EOFError):
        return found
    return found


def _names_persons(book: zipfile.ZipFile) -> bool:
    info = book.getinfo("xl/sharedStrings.xml")
    words = book.read(info).decode("utf-8", "replace") if info.file_size <= MEMBER_SIZE else ""
    cells = {header(cell) for cell in re.findall(r"<t[^>]*>([^<]{1,40})</t>", words[:20_000])}
    return names_persons(cells)


def names_persons(cells: Collection[str]) -> bool:
    """Whether the titles of a table are those of a list of persons."""
    if len(cells) < 2:
        return False
    both = any((NAME in cell and GIVEN in cell.replace(NAME, "", 1)) or cell in WHOLE_NAME for cell in cells)
    return both or (any(c.startswith(GIVEN) for c in cells) and any(c.startswith(NAME) for c in cells))


def too_many(shown: int, concerned: int) -> bool:
    """Whether a file that shows so many persons holds others than those of the ticket."""
    return shown >= WHOLE and shown > concerned
