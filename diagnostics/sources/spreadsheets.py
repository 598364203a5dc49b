"""Workbooks (XLSX, XLSM, ODS, XLS, XML of Excel 2003) as rows of text; archives are checked before they inflate.

The parser lays a sheet out as a full rectangle, so one cell in the last corner of an empty sheet would ask for
gigabytes: references are read first, as a stream, and the rectangle is bounded.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from .. import safety
from . import spreadsheetml
from .archives import is_zip, names
from .rows import Row
from .source import Source

MAX_FILE = 100_000_000
MAX_INFLATED = 400_000_000
"""Bytes of the whole workbook once inflated: a million rows of twenty columns."""
MAX_RATIO = 300
"""Inflated over deflated, for a member above 10 MB; real sheets stay under 40."""
MAX_MEMBERS = 5_000
MAX_CELLS = 25_000_000
"""Cells of the rectangle that holds a sheet."""
MAX_SHEETS = 60

CELL = re.compile(rb'<(?:\w+:)?c(?:\s[^>]*?)?\sr="([A-Z]{1,3})(\d{1,7})"')
ODS_ROWS = re.compile(rb'number-rows-repeated="(\d+)"')
ODS_COLUMNS = re.compile(rb'<table:(?:covered-)?table-cell[^>]*?number-columns-repeated="(\d+)"[^>]*?(/?)>')
ODS_TYPE = b"opendocument.spreadsheet"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
TOO_WIDE = (
    "Une feuille de ce classeur a des cellules très éloignées les unes des autres : copiez le tableau dans un classeur"
    " neuf."
)
UNREADABLE = "Ce classeur ne peut pas être lu : ouvrez-le puis enregistrez la feuille en CSV ou en XLSX."


def is_workbook(source: Source) -> bool:
    """Whether the content is a workbook, even cut short (then reading refuses it)."""
    if spreadsheetml.is_spreadsheetml(source):
        return True
    if source.head.startswith(OLE):
        return _ole_workbook(source)
    if not is_zip(source.head):
        return False
    inside = names(source)
    if not inside:
        return b"xl/w" in source.head or ODS_TYPE in source.head
    return any(name.startswith("xl/") for name in inside) or ("content.xml" in inside and _mimetype(source))


def _mimetype(source: Source) -> bool:
    """Whether an OpenDocument file is a spreadsheet."""
    if ODS_TYPE in source.head[:200]:
        return True
    try:
        with source.open() as stream, zipfile.ZipFile(stream) as archive, archive.open("mimetype") as member:
            return ODS_TYPE in member.read(200)
    except (zipfile.BadZipFile, KeyError, OSError, ValueError, NotImplementedError, RuntimeError, EOFError, zlib.error):
        return False


def _ole_workbook(source: Source) -> bool:
    """Whether an old Office file is a workbook: its directory names a stream « Workbook » or « Book »."""
    if source.size > MAX_FILE:
        return False
    with source.open() as stream:
        data = stream.read(MAX_FILE)
    return any(name.encode("utf-16-le") + b"\0\0" in data for name in ("Workbook", "Book"))


def sheets(source: Source) -> Iterator[tuple[str, list[Row]]]:
    """(sheet name, rows) of every sheet that holds something; lines are those of the sheet, from 1.

    Raises:
        safety.Refusal: not a workbook, protected, or more than it should be.
    """
    import python_calamine

    if source.size > MAX_FILE:
        raise safety.Refusal(f"Classeur de plus de {MAX_FILE // 1_000_000} Mo : enregistrez la feuille utile en CSV.")
    if spreadsheetml.is_spreadsheetml(source):
        yield from spreadsheetml.sheets(source)
        return
    with source.open() as stream:
        data = stream.read(MAX_FILE + 1)
    if data.startswith(b"PK"):
        check_archive(data)
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        seen = [sheet.name for sheet in workbook.sheets_metadata if str(sheet.visible).endswith(".Visible")]
        titles = seen or workbook.sheet_names
    except python_calamine.PasswordError:
        raise safety.Refusal("Ce classeur est protégé par un mot de passe : enlevez-le puis rechargez.") from None
    except Exception as error:
        raise safety.Refusal(UNREADABLE) from error
    except BaseException as error:  # a panic of the parser is not an Exception
        if type(error).__name__ != "PanicException":
            raise
        raise safety.Refusal(UNREADABLE) from None
    for name in titles[:MAX_SHEETS]:
        try:
            sheet = workbook.get_sheet_by_name(name)
            table = sheet.to_python(skip_empty_area=False)
        except Exception as error:
            raise safety.Refusal(UNREADABLE) from error
        except BaseException as error:
            if type(error).__name__ != "PanicException":
                raise
            raise safety.Refusal(UNREADABLE) from None
        rows = []
        for number, row in enumerate(table, 1):
            cells = [as_text(value) for value in row]
            while cells and not cells[-1]:
                cells.pop()
            if cells:
                rows.append((number, cells))
        if rows:
            yield safety.clean(name), rows


def as_text(value: object) -> str:
    """A cell as a person reads it: whole numbers without decimals, dates in ISO."""
    if isinstance(value, str):
        return safety.clean(value)
    if isinstance(value, bool):
        return "Oui" if value else "Non"
    if isinstance(value, float):
        if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        return repr(value).replace("e+", "E+").replace("e", "E")
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(timespec="seconds")
    if isinstance(value, dt.date):
        return value.isoformat()
    return "" if value is None else str(value)


def check_archive(data: bytes) -> None:
    """Refuse bombs before the parser inflates anything.

    Raises:
        safety.Refusal: too many members, too much data, a lying size, a rectangle beyond reason.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if len(members) > MAX_MEMBERS:
                raise safety.Refusal("Ce classeur contient trop d'éléments : il n'est pas lu.")
            if any(member.flag_bits & 1 for member in members):
                raise safety.Refusal("Ce classeur est protégé par un mot de passe : enlevez-le puis rechargez.")
            if sum(member.file_size for member in members) > MAX_INFLATED:
                raise safety.Refusal(
                    "Ce classeur se gonflerait au-delà de la limite (archive piégée ?) : il n'est pas lu."
                )
            starts = [member.header_offset for member in members]
            if len(set(starts)) != len(starts):
                raise safety.Refusal("Ce classeur est une archive piégée : il n'est pas lu.")
            total = 0
            for member in members:
                total += _inflate(archive, member)
                if total > MAX_INFLATED:
                    raise safety.Refusal("Ce classeur se gonflerait au-delà de la limite : il n'est pas lu.")
    except safety.Refusal:
        raise
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError, zlib.error) as error:
        raise safety.Refusal("Ce classeur est abîmé : refaites l'export ou enregistrez-le à nouveau.") from error


def _inflate(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> int:
    """Inflate one member as a stream, count its bytes, bound the rectangle of a sheet."""
    if member.file_size > 10_000_000 and member.file_size > MAX_RATIO * max(member.compress_size, 1):
        raise safety.Refusal("Ce classeur se gonflerait au-delà de la limite (archive piégée ?) : il n'est pas lu.")
    sheet = member.filename.startswith("xl/worksheets/") and member.filename.endswith(".xml")
    ods = member.filename == "content.xml"
    total = 0
    tail = b""
    low_row = low_column = 1 << 30
    high_row = high_column = 0
    rows = columns = 1
    with archive.open(member) as stream:
        while chunk := stream.read(1 << 20):
            total += len(chunk)
            if b"<!DOCTYPE" in chunk or b"<!ENTITY" in chunk:
                raise safety.Refusal("Ce classeur contient des déclarations interdites (DTD) : il n'est pas lu.")
            data = tail + chunk
            if sheet:
                for match in CELL.finditer(data):
                    row, column = int(match[2]), _column_number(match[1])
                    low_row, high_row = min(low_row, row), max(high_row, row)
                    low_column, high_column = min(low_column, column), max(high_column, column)
                if high_row and (high_row - low_row + 1) * (high_column - low_column + 1) > MAX_CELLS:
                    raise safety.Refusal(TOO_WIDE)
            elif ods:
                rows = max(rows, *(int(m[1]) for m in ODS_ROWS.finditer(data)), 1)
                columns = max(columns, *(int(m[1]) for m in ODS_COLUMNS.finditer(data) if not m[2]), 1)
                if rows * columns > MAX_CELLS:
                    raise safety.Refusal(TOO_WIDE)
            tail = data[-300:]
    return total


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
