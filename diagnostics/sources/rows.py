"""From lines to rows of cells: separator, quotes, records that span lines, and what to do with broken ones."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from .. import safety
from ..model import RefusedRow
from .columns import is_header

Row = tuple[int, list[str]]
"""(line where the row begins, cells); cells are stripped, on one line, at most ``safety.MAX_VALUE`` long."""

SEPARATORS = (";", "\t", ",", "|")
MAX_SPAN = 30
"""Physical lines that one quoted value may span (an address has six)."""
LONG_LINE = 2_000
"""Lines beyond are looked at cell by cell for values to cut."""
MAX_COLUMNS = 2_000
SPACES = re.compile(r"\s+")
QUOTE = re.compile(r"^(?:> ?)+")
SEP_LINE = re.compile(r'"?sep=(.)"?', re.IGNORECASE)
"""First line that Excel reads to learn the separator."""

csv.field_size_limit(1 << 24)


@dataclass
class Breakage:
    """Rows that could not be cut into cells, and those that were cut after dropping a stray quote."""

    refused: list[RefusedRow] = field(default_factory=list)
    mended: list[int] = field(default_factory=list)
    cut_values: list[int] = field(default_factory=list)
    width: int = 0
    """Number of cells of a whole row, once the header is known."""


def is_quoted(lines: Sequence[str]) -> bool:
    """Whether lines are those of an answered mail: each begins with « > »."""
    kept = [line for line in lines if line.strip()]
    return len(kept) > 1 and all(line.startswith(">") for line in kept)


def unquoted(line: str) -> str:
    return QUOTE.sub("", line)


def guess_separator(lines: Iterable[str]) -> str:
    """The separator that cuts most lines into the same number of cells, "" when none does.

    A comma needs more proof than the others: prose is full of them.
    """
    kept = [line for line in lines if line.strip()]
    if kept and (match := SEP_LINE.fullmatch(kept[0].strip())):
        return match[1]
    best, best_score = "", 0.0
    for separator in SEPARATORS:
        widths = [line.count(separator) for line in kept]
        positive = [w for w in widths if w]
        if not positive:
            continue
        usual = max(set(positive), key=lambda w: (positive.count(w), w))
        agreeing = positive.count(usual) / len(kept)
        score = agreeing * (1 + min(usual, 8) / 4)
        if separator == ",":
            score *= 0.6
        if score > best_score:
            best, best_score = separator, score
    return best


def fold_cell(value: str) -> str:
    """A cell on one line, its inner spaces folded, its length bounded."""
    return SPACES.sub(" ", value).strip()[: safety.MAX_VALUE].rstrip()


def split_line(line: str, separator: str) -> list[str]:
    """Cells of one line that is a whole row."""
    if '"' not in line:
        return line.split(separator)
    try:
        return next(csv.reader((line,), delimiter=separator, strict=True, skipinitialspace=separator != "\t"))
    except (csv.Error, StopIteration):
        return [cell.strip().strip('"') for cell in line.split(separator)]


def rows(batches: Iterable[list[str]], separator: str, breakage: Breakage) -> Iterator[Row]:
    """Rows with the physical line where each begins; blank lines are skipped.

    A quote that is never closed costs its own row only: reading resumes on the next line.
    """
    number = 0
    before, after = " " + separator, separator + " "
    pending: list[str] = []
    for batch in batches:
        index = 0
        if pending:
            batch = pending + batch
            number -= len(pending)
            pending = []
        size = len(batch)
        while index < size:
            line = batch[index]
            index += 1
            number += 1
            if '"' not in line:
                cells = line.split(separator)
                if len(line) > LONG_LINE or "  " in line or (separator != "\t" and "\t" in line):
                    cells = _folded(cells, number, breakage)
                elif before in line or after in line or line[:1] == " " or line[-1:] == " ":
                    cells = [cell.strip() for cell in cells]
            elif (whole := _quoted(line, separator)) is not None:
                cells = _folded(whole, number, breakage)
            else:
                if not breakage.width and (titles := _titles(line, separator)):
                    yield number, titles
                    continue
                taken, spanning = _spanning(batch, index - 1, separator, breakage.width)
                if spanning is not None:
                    yield number, _folded(spanning, number, breakage)
                    index += taken - 1
                    number += taken - 1
                    continue
                if size - index < MAX_SPAN and taken < 0:
                    pending = batch[index - 1 :]
                    number += len(pending) - 1
                    break
                mended = _mended(line, separator, breakage.width)
                if mended is None:
                    breakage.refused.append(
                        RefusedRow(line=number, reason="guillemet ouvert et jamais fermé : corrigez la ligne")
                    )
                    continue
                breakage.mended.append(number)
                cells = _folded(mended, number, breakage)
            if any(cells):
                if len(cells) > MAX_COLUMNS:
                    told = f"Une ligne a {len(cells)} colonnes (limite : {MAX_COLUMNS}) : ce n'est pas un export."
                    raise safety.Refusal(told, number)
                yield number, cells
    yield from _last(pending, number - len(pending), separator, breakage)


def _last(pending: list[str], number: int, separator: str, breakage: Breakage) -> Iterator[Row]:
    """The lines held back in the hope of a closing quote that never came."""
    if not pending:
        return
    first = pending[0]
    mended = _mended(first, separator, breakage.width)
    if mended is None:
        reason = "guillemet ouvert et jamais fermé : corrigez la ligne"
        breakage.refused.append(RefusedRow(line=number + 1, reason=reason))
    else:
        breakage.mended.append(number + 1)
        yield number + 1, _folded(mended, number + 1, breakage)
    for line, cells in rows([pending[1:]], separator, breakage):
        yield line + number + 1, cells


def _folded(cells: list[str], number: int, breakage: Breakage) -> list[str]:
    out = []
    for cell in cells:
        if len(cell) > safety.MAX_VALUE:
            breakage.cut_values.append(number)
        out.append(fold_cell(cell))
    return out


def _quoted(line: str, separator: str) -> list[str] | None:
    """Cells of a line whose quotes are sound, else None."""
    try:
        return next(csv.reader((line,), delimiter=separator, strict=True, skipinitialspace=separator != "\t"))
    except StopIteration:
        return [""]
    except csv.Error:
        pass
    # A quote inside an unquoted value (5" de marge) is only a character.
    cells = line.split(separator)
    if not any(cell.lstrip().startswith('"') for cell in cells):
        return cells
    return None


def _spanning(batch: list[str], start: int, separator: str, width: int) -> tuple[int, list[str] | None]:
    """(lines taken, cells) of a row whose quoted value goes on over the next lines.

    (-1, None) when more lines are needed to know, (0, None) when the quote is broken.
    """
    text = batch[start]
    for taken in range(2, MAX_SPAN + 1):
        if start + taken > len(batch):
            return -1, None
        following = batch[start + taken - 1]
        text += "\n" + following
        if '"' not in following:
            if width > 2 and following.count(separator) >= width - 1:
                return 0, None  # a whole row was swallowed: the quote is stray
            continue
        try:
            cells = next(csv.reader((text,), delimiter=separator, strict=True, skipinitialspace=separator != "\t"))
        except csv.Error as error:
            if "unexpected end" in str(error):
                continue
            return 0, None
        except StopIteration:
            return 0, None
        return (taken, cells) if not width or len(cells) <= width + 1 else (0, None)
    return 0, None


def _titles(line: str, separator: str) -> list[str] | None:
    """The titles of a header that a stray quote spoils, None when the line is no header."""
    cells = [fold_cell(cell.replace('"', "")) for cell in line.split(separator)]
    return cells if is_header(cells) > 1 else None


def _mended(line: str, separator: str, width: int) -> list[str] | None:
    """The cells when dropping stray quotes gives exactly a whole row, else None."""
    cells = [cell.strip().strip('"').replace('""', '"') for cell in line.split(separator)]
    return cells if width > 1 and len(cells) == width else None
