"""Entry points for everything that is a table or a report: CSV, pasted screens, web pages, workbooks.

``looks_like_table`` tells tables from messages, ``read_table_source`` reads them, ``unmapped`` shows the columns that
nobody could guess so that an agent names them once.
"""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable, Iterator

import msgspec

from .. import safety
from ..model import Export, ImportRun, Kind, Note, Origin, RefusedRow
from . import bilans, courses, encoding, layout, markup, rapprochements, relatives, table_notes
from .excel import Excel
from .layout import Layout, Mapped
from .persons import PersonReader
from .recognition import choose_separator, is_table, lay_out, needs, recognise, refuse_absences, rows_are_table
from .rows import Breakage, Row, is_quoted, rows, unquoted
from .source import Source
from .spreadsheets import is_workbook, sheets
from .unknown_columns import Unmapped, find_unmapped

FIRST_ROWS = layout.SEARCHED_ROWS + layout.SAMPLE_ROWS
FIRST_LINES = 400
"""Lines looked at to choose separator and header."""
NO_SEPARATOR = "\x1f"
"""Cuts no line: such a control never survives the reading of a text."""
AMERICAN_SHARE = 20
"""A file is read again with American dates when at least one date in twenty can only be American, and none French."""


def read_table_source(source: Source, *, mapping: Mapped | None = None) -> tuple[Export, ...]:
    """The exports of one source: one for a text, one per usable sheet for a workbook.

    Args:
        source: bytes of a file or of a pasted text.
        mapping: columns named by agents, ``{signature of the header: {title: canonical name}}``.

    Raises:
        safety.Refusal: it is not a table that can be used; the reason says why and what is needed.
    """
    if is_workbook(source):
        return _read_workbook(source, mapping)
    scanned = encoding.scan(source)
    first = _first_lines(source, scanned)
    html = markup.is_html(first)
    plain = None if html else _plain(first)
    first = list(map(plain, first)) if plain else first
    if not html and bilans.looks_preliminary(first):
        return (_read_preliminary(source, scanned),)
    separator = choose_separator(first, mapping) or NO_SEPARATOR
    width = 0 if html else _header_width(first, separator, mapping)
    for american in (False, True):
        damage, breakage = encoding.Damage(), Breakage(width=width)
        lines = encoding.lines(source, scanned, damage)
        if plain:
            lines = (list(map(plain, batch)) for batch in lines)
        stream: Iterator[Row]
        if html:
            stream = iter(markup.table_rows(itertools.chain.from_iterable(lines), damage))
        else:
            stream = rows(lines, separator, breakage)
        excel = Excel(american=american)
        export = _read_rows(stream, scanned.sha256[:12], mapping, breakage, damage, excel, "", grid=html)
        if export is not None:
            return (_finish(export, source, scanned.sha256, scanned.label),)
    raise AssertionError("a second reading is final")


def looks_like_table(source: Source) -> bool:
    """Whether a source is a table or an import report rather than a message; only ``head`` is looked at."""
    try:
        if is_workbook(source):
            return True
        lines = _head_lines(source)
        if markup.is_html(lines):
            return rows_are_table(markup.table_rows(lines))
    except safety.Refusal:
        return False
    plain = _plain(lines)
    return is_table(list(map(plain, lines)) if plain else lines)


def unmapped(source: Source, *, mapping: Mapped | None = None) -> Unmapped | None:
    """The header and the first rows when some columns are unknown, None when there is nothing to name.

    Raises:
        safety.Refusal: the source cannot be read at all.
    """
    if is_workbook(source):
        found = (find_unmapped(sheet_rows[:FIRST_ROWS], mapping, name) for name, sheet_rows in sheets(source))
        return next((unknown for unknown in found if unknown), None)
    first = _first_lines(source, encoding.scan(source))
    if bilans.looks_preliminary(first):
        return None
    if markup.is_html(first):
        return find_unmapped(markup.table_rows(first)[:FIRST_ROWS], mapping)
    if rapprochements.is_spaced(first):
        return None
    first = list(map(unquoted, first)) if is_quoted(first) else first
    separator = choose_separator(first, mapping) or NO_SEPARATOR
    return find_unmapped(list(itertools.islice(rows([first], separator, Breakage()), FIRST_ROWS)), mapping)


# -- beginnings ---------------------------------------------------------------------------------------------------


def _plain(lines: list[str]) -> Callable[[str], str] | None:
    """What makes cells of the lines of a screen copied with spaces, or of a mail that was answered; None otherwise."""
    if is_quoted(lines):
        inside = _plain(list(map(unquoted, lines)))
        return (lambda line: inside(unquoted(line))) if inside else unquoted
    return rapprochements.tabbed if rapprochements.is_spaced(lines) else None


def _first_lines(source: Source, scanned: encoding.Scan) -> list[str]:
    """The first lines: enough for titles, header and a sample."""
    first: list[str] = []
    for batch in encoding.lines(source, scanned, encoding.Damage()):
        first += batch[: FIRST_LINES - len(first)]
        if len(first) >= FIRST_LINES:
            break
    return first


def _header_width(first: list[str], separator: str, mapping: Mapped | None) -> int:
    """Number of cells of the header, trailing empty ones included; 0 when there is no header."""
    cut = list(itertools.islice(rows([first], separator, Breakage()), layout.SEARCHED_ROWS))
    header = layout.find_header(cut, mapping)
    return len(cut[header][1]) if header >= 0 else 0


def _head_lines(source: Source) -> list[str]:
    """The whole lines of the head of a source, decoded."""
    head = source.head
    if source.size > len(head):
        step = 2 if encoding.codec_of_head(head).startswith("utf-16") else 1
        cut = head.rfind(b"\n") + 1 or len(head)
        head = head[: cut - cut % step]
    part = Source(file=source.file, member="", size=len(head), modified="", head=head, open=lambda: io.BytesIO(head))
    batches = encoding.lines(part, encoding.scan(part), encoding.Damage())
    return list(itertools.islice(itertools.chain.from_iterable(batches), FIRST_LINES))


# -- reading ------------------------------------------------------------------------------------------------------


def _read_workbook(source: Source, mapping: Mapped | None) -> tuple[Export, ...]:
    sha256 = source.sha256
    exports: list[Export] = []
    refusals: list[tuple[str, safety.Refusal]] = []
    for name, sheet_rows in sheets(source):
        export_id = sha256[:12] + (f"-{len(exports) + 1}" if exports else "")
        try:
            for american in (False, True):
                excel = Excel(american=american)
                export = _read_rows(
                    iter(sheet_rows), export_id, mapping, Breakage(), encoding.Damage(), excel, name, grid=True
                )
                if export is not None:
                    exports.append(_finish(export, source, sha256, ""))
                    break
        except safety.Refusal as refusal:
            refusals.append((name, refusal))
    if not exports:
        raise refusals[0][1] if refusals else safety.Refusal("Ce classeur est vide.")
    if refusals:
        ignored = ", ".join(f"« {name} »" for name, _ in refusals)
        note = Note(code="feuilles", text=f"Feuilles sans tableau de personnes, non lues : {ignored}.")
        exports[0] = msgspec.structs.replace(exports[0], notes=(*exports[0].notes, note))
    return tuple(exports)


def _read_rows(
    stream: Iterator[Row],
    export: str,
    mapping: Mapped | None,
    breakage: Breakage,
    damage: encoding.Damage,
    excel: Excel,
    sheet: str,
    *,
    grid: bool = False,
) -> Export | None:
    """The export of a stream of rows; None when its dates turn out to be American and it must be read again."""
    first_rows = list(itertools.islice(stream, FIRST_ROWS))
    if not first_rows:
        raise safety.Refusal("Fichier vide : refaites l'export.")
    first_rows = list(layout.in_one_line(first_rows, mapping))
    found, skipped = lay_out(first_rows, mapping, sheet, grid=grid)
    refuse_absences(found)
    body = itertools.chain(first_rows[skipped:], stream)
    if bilans.is_history(found):
        return _history(found, body, export, sheet, damage)
    if courses.is_list(found):
        return _courses(found, body, export, sheet, damage, breakage)
    reading = relatives.atos(found) if found.labels[0] == relatives.ATOS_LABELS[0] and not skipped else recognise(found)
    if reading is None:
        raise needs(found.labels, found.header_line)
    reader = PersonReader(export, reading, excel, found.shape, sheet, found.title_division())
    reader.fitting.titles = frozenset(found.titles)
    feed, length = reader.feed, found.shape.length if found.shape.strict else 0
    last: Row | None = None
    for row in body:
        if last is not None:
            if len(last[1]) < length > len(row[1]) and (whole := reader.fitting.joined(*last, row[1])):
                last = (last[0], whole)
                continue
            feed(*last)
        last = row
    if last is not None:
        feed(*last, unterminated=damage.unterminated)
    if not excel.american and not excel.only_french and excel.only_american * AMERICAN_SHARE > reader.read:
        return None
    return _export_of(reader, found, breakage, damage)


def _history(found: Layout, body: Iterator[Row], export: str, sheet: str, damage: encoding.Damage) -> Export:
    runs: list[ImportRun] = []
    refused: list[RefusedRow] = []
    for line, row in body:
        if len([c for c in row if c]) < 2:
            continue
        run = bilans.read_run(found, row, Origin(export, line, sheet))
        if isinstance(run, RefusedRow):
            refused.append(run)
        else:
            runs.append(run)
    schools = {run.school for run in runs if run.school}
    return Export(
        id=export,
        file="",
        kind=Kind.ENT_BILANS,
        school=schools.pop() if len(schools) == 1 else "",
        columns=found.labels,
        runs=tuple(runs),
        records_read=len(runs) + len(refused),
        records_kept=len(runs),
        refused=tuple(refused),
        notes=tuple(table_notes.of_text(damage)),
        meta={"software": "Kosmos"},
    )


def _courses(
    found: Layout, body: Iterator[Row], export: str, sheet: str, damage: encoding.Damage, breakage: Breakage
) -> Export:
    """The courses of EDT saved as a text: teachers and what they teach, not a person for each row."""
    read = courses.of_rows(found, body, export, sheet)
    refused = tuple(row for row in breakage.refused if row.line > found.header_line)
    return Export(
        id=export,
        file="",
        kind=Kind.UDT if courses.is_udt(found) else Kind.EDT_COURS,
        columns=found.labels,
        records=tuple(read.records),
        services=tuple(read.services),
        records_read=len(read.records) + len(refused),
        records_kept=len(read.records),
        refused=refused,
        notes=tuple(table_notes.of_text(damage)),
        meta={"software": "UDT" if courses.is_udt(found) else "EDT", "courses": str(read.count)},
    )


def _read_preliminary(source: Source, scanned: encoding.Scan) -> Export:
    damage = encoding.Damage()
    lines = list(itertools.chain.from_iterable(encoding.lines(source, scanned, damage)))
    counts, records = bilans.read_preliminary(lines, scanned.sha256[:12])
    export = Export(
        id=scanned.sha256[:12],
        file="",
        kind=Kind.ENT_BILAN_PRELIMINAIRE,
        counts=counts,
        records=records,
        records_read=len(counts),
        records_kept=len(counts),
        notes=tuple(table_notes.of_text(damage)),
        meta={"software": "Kosmos"},
    )
    return _finish(export, source, scanned.sha256, scanned.label)


def _export_of(reader: PersonReader, found: Layout, breakage: Breakage, damage: encoding.Damage) -> Export:
    reading = reader.reading
    school, year, made = layout.facts(found)
    broken = [row for row in breakage.refused if row.line > found.header_line]
    notes = [*table_notes.of_text(damage), *table_notes.of_rows(reader, breakage, found), *reader.excel.notes()]
    if reader.schools:
        ranked = reader.schools.most_common()
        school = ranked[0][0]
        if len(ranked) > 1:
            others = ", ".join(code for code, _ in ranked[1:6])
            notes.append(Note(code="uai", text=f"Plusieurs établissements dans le fichier : {school}, puis {others}."))
    meta = dict(reading.meta)
    if reading.software:
        meta["software"] = reading.software
    if found.sheet:
        meta["sheet"] = found.sheet
    if reader.fitting.cut_line:
        meta["incomplet"] = f"ligne {reader.fitting.cut_line}"
        told = "Le fichier s'arrête au milieu d'une ligne : il est incomplet, refaites l'export."
        notes.append(Note(code="incomplet", text=told, line=reader.fitting.cut_line, warning=True))
    return Export(
        id=reader.export,
        file="",
        kind=reading.kind,
        school=school,
        school_year=year,
        made_on=made,
        made_from="contenu" if made else "",
        columns=found.labels,
        records=tuple(reader.records),
        relations=tuple(reader.relations),
        records_read=reader.read + len(broken),
        records_kept=reader.read - len(reader.refused),
        refused=tuple(sorted((*reader.refused, *broken), key=lambda row: row.line)),
        notes=tuple(notes),
        meta=meta,
    )


def _finish(export: Export, source: Source, sha256: str, label: str) -> Export:
    """The export with what its source says."""
    made_on, made_from = export.made_on, export.made_from
    if not made_on and source.modified:
        made_on, made_from = source.modified, "fichier"
    return msgspec.structs.replace(
        export,
        file=source.file,
        member=source.member,
        sha256=sha256,
        encoding=label,
        made_on=made_on,
        made_from=made_from,
    )
