"""Entry points for everything that is a table or a report: CSV, pasted screens, workbooks.

``looks_like_table`` tells tables from messages, ``read_table_source`` reads them, ``unmapped`` shows the columns that
nobody could guess so that an agent names them once.
"""

from __future__ import annotations

import hashlib
import io
import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec

from .. import safety, text
from ..model import Export, ImportRun, Kind, Note, Origin, RefusedRow
from . import bilans, columns, educonnect, encoding, kosmos, layout, pronote, rapprochements, relatives, siecle_csv
from .columns import CANONICAL
from .excel import Excel
from .layout import Layout
from .persons import PersonReader, Reading
from .rows import SEP_LINE, SEPARATORS, Breakage, Row, guess_separator, rows, split_line
from .source import Source
from .spreadsheets import is_workbook, sheets

Mapped = Mapping[str, Mapping[str, str]]

FAMILIES: tuple[Callable[[Layout], Reading | None], ...] = (
    rapprochements.table,
    kosmos.phones,
    kosmos.rejected,
    kosmos.identifiants,
    relatives.edifice_export,
    relatives.edifice_template,
    relatives.itop,
    siecle_csv.onde,
    siecle_csv.pix,
    siecle_csv.scribe,
    educonnect.accounts,
    kosmos.annuaire,
    siecle_csv.extraction,
    pronote.listing,
    pronote.anything,
)
"""Who recognises a layout, most particular first."""

GREETINGS = re.compile(
    r"^(BONJOUR|BONSOIR|MADAME|MONSIEUR|CHER|CHERE|CORDIALEMENT|BIEN CORDIALEMENT|MERCI|BONNE (?:JOURNEE|RECEPTION)|SLT|SALUT"
    r"|COORDIALEMENT|CDLT|OBJET|DE|FROM|SUBJECT|A L ATTENTION|SENTIMENTS)\b"
)
MANY = 12
"""Words of a line that is prose rather than a title."""


class Unmapped(msgspec.Struct, frozen=True, kw_only=True):
    """A header with columns that could not be guessed, for an agent to name."""

    signature: str
    """Key of the mapping in the settings."""
    line: int
    columns: tuple[str, ...]
    """Titles as written; « colonne N » when a column has none."""
    guessed: tuple[str, ...]
    """Canonical name of each, "" when unknown."""
    rows: tuple[tuple[str, ...], ...]
    """First rows, passwords masked."""
    needed: bool
    """The table cannot be read until columns are named."""
    sheet: str = ""


# -- entry points -------------------------------------------------------------------------------------------------


def read_table_source(source: Source, *, mapping: Mapped | None = None) -> tuple[Export, ...]:
    """The exports of one source: one for a text, one per usable sheet for a workbook.

    Raises:
        safety.Refusal: it is not a table that can be used; the reason says why and what is needed.
    """
    if is_workbook(source):
        return _read_workbook(source, mapping)
    scanned = encoding.scan(source)
    first = _first_lines(source, scanned)
    if bilans.looks_preliminary(first):
        return (_read_preliminary(source, scanned),)
    separator = choose_separator(first, mapping)
    export = _read_text(source, scanned, separator, mapping, american=False)
    if export is None:
        export = _read_text(source, scanned, separator, mapping, american=True)
        assert export is not None
    return (export,)


def looks_like_table(source: Source) -> bool:
    """Whether a source is a table or an import report rather than a message; never raises."""
    try:
        if is_workbook(source):
            return True
        first = _head_lines(source)
    except safety.Refusal:
        return False
    return _is_table(first)


def unmapped(source: Source, *, mapping: Mapped | None = None) -> Unmapped | None:
    """The header and the first rows when some columns are unknown, None when all are known or there is no table.

    Raises:
        safety.Refusal: the source cannot be read at all.
    """
    if is_workbook(source):
        for name, sheet_rows in sheets(source):
            if found := _unmapped(sheet_rows[: layout.SEARCHED_ROWS + layout.SAMPLE_ROWS], mapping, name):
                return found
        return None
    scanned = encoding.scan(source)
    first = _first_lines(source, scanned)
    separator = choose_separator(first, mapping)
    return _unmapped(list(rows([first], separator, Breakage())), mapping, "")


def _unmapped(first_rows: list[Row], mapping: Mapped | None, sheet: str) -> Unmapped | None:
    if not first_rows:
        return None
    header = layout.find_header(first_rows, mapping)
    if header < 0:
        widest = max(len(row) for _, row in first_rows)
        header = next(i for i, (_, row) in enumerate(first_rows) if len([c for c in row if c]) * 2 > widest)
    found = layout.build(first_rows, header, mapping, sheet)
    unknown = [c for c in found.columns if not c.name and any(c.index < len(r) and r[c.index] for r in found.sample)]
    if not unknown:
        return None
    secret = {c.index for c in found.columns if c.name == "mdp"}
    return Unmapped(
        signature=columns.signature(first_rows[header][1]),
        line=found.header_line,
        columns=tuple(c.label or f"colonne {c.index + 1}" for c in found.columns),
        guessed=tuple(f"{c.role}.{c.name}" if c.role and c.name else c.name for c in found.columns),
        rows=tuple(
            tuple("•••" if i in secret and v else v for i, v in enumerate(r[: found.width])) for r in found.sample[:5]
        ),
        needed=recognise(found) is None,
        sheet=sheet,
    )


# -- telling tables from prose ------------------------------------------------------------------------------------


def _head_lines(source: Source) -> list[str]:
    """The whole lines of the head of a source, decoded."""
    size = min(source.size, len(source.head)) if source.size else len(source.head)
    head = source.head[:size]
    if source.size > len(head):
        cut = head.rfind(b"\n") + 1 or len(head)
        head = head[: cut - cut % 2] if encoding.codec_of_head(head).startswith("utf-16") else head[:cut]
    part = Source(
        file=source.file, member=source.member, size=len(head), modified="", head=head, open=lambda: io.BytesIO(head)
    )
    scanned = encoding.scan(part)
    return list(itertools.chain.from_iterable(encoding.lines(part, scanned, encoding.Damage())))


def _is_table(first: list[str]) -> bool:
    kept = [line for line in first if line.strip()]
    if not kept:
        return False
    if bilans.looks_preliminary(kept):
        return True
    folded = [text.fold(line) for line in kept]
    if any(GREETINGS.match(line) and len(line.split()) <= MANY for line in folded):
        return False
    separator = choose_separator(kept, None)
    if not separator:
        return False
    cut = [(n, [c.strip() for c in split_line(line, separator)]) for n, line in enumerate(kept, 1)]
    header = layout.find_header(cut, None)
    prose = (
        sum(1 for line in folded if len(line.split()) > MANY and line.count(" ") > 2 * MANY // 2) if header < 0 else 0
    )
    if header >= 0:
        width = len([c for c in cut[header][1] if c])
        body = cut[header + 1 :]
        shaped = sum(1 for _, row in body if len(row) * 2 >= width and len(row) > 1)
        return width >= 2 and (not body or shaped * 3 >= len(body) * 2)
    if relatives.atos_layout(cut) or rapprochements.headerless_layout(cut) or bilans.headerless_history(cut):
        return True
    widths = [len(row) for _, row in cut]
    usual = max(set(widths), key=widths.count)
    short = all(len(c.split()) <= 6 for _, row in cut for c in row)
    return len(cut) >= 2 and usual >= 3 and widths.count(usual) * 10 >= len(widths) * 9 and short and not prose


def choose_separator(first: Sequence[str], mapping: Mapped | None) -> str:
    """The separator under which most columns of a header are known; failing that, the one that cuts evenly."""
    kept = [line for line in first if line.strip()][: layout.SEARCHED_ROWS]
    if kept and (match := SEP_LINE.fullmatch(kept[0].strip())):
        return match[1]
    best, best_score = "", 1
    for separator in SEPARATORS:
        for line in kept:
            if separator not in line:
                continue
            row = [c.strip() for c in split_line(line, separator)]
            score = columns.is_header(row)
            if mapping and columns.signature(row) in mapping:
                score += 100
            if score > best_score:
                best, best_score = separator, score
    return best or guess_separator(kept)


# -- reading ------------------------------------------------------------------------------------------------------


def recognise(found: Layout) -> Reading | None:
    """The family of a layout; None when it does not name persons."""
    for family in FAMILIES:
        if reading := family(found):
            return reading
    return None


def refuse_absences(found: Layout) -> None:
    """Absence statistics are not accounts (formats.md §6.4)."""
    labels = [columns.words(label) for label in found.labels]
    if any(columns.ABSENCES.search(label) for label in labels) and not found.own() & {"login", "uid", "ine", "motif"}:
        raise safety.Refusal(
            "Statistiques d'absences : ce n'est pas un fichier de comptes. Donnez plutôt un export de l'annuaire ou de"
            " SIECLE.",
            found.header_line,
        )


def needs(labels: Sequence[str], line: int) -> safety.Refusal:
    """The refusal of a table in which persons cannot be found."""
    seen = ", ".join(f"« {label} »" for label in labels if label)[:300] or "aucune"
    return safety.Refusal(
        f"Tableau sans colonnes de personnes reconnues. Colonnes vues : {seen}. Il faut au moins « Nom » et « Prénom »"
        " (ou une colonne « Nom Prénom ») : renommez-les, ou indiquez à quoi correspond chaque colonne.",
        line,
    )


def _first_lines(source: Source, scanned: encoding.Scan) -> list[str]:
    """The first lines: enough for titles, header and a sample."""
    out: list[str] = []
    for batch in encoding.lines(source, scanned, encoding.Damage()):
        out += batch[: 400 - len(out)]
        if len(out) >= 400:
            break
    return out


def _read_text(
    source: Source, scanned: encoding.Scan, separator: str, mapping: Mapped | None, *, american: bool
) -> Export | None:
    """The export of a text; None when its dates turn out to be American and it must be read again."""
    damage, breakage = encoding.Damage(), Breakage()
    stream = rows(encoding.lines(source, scanned, damage), separator or "\x1f", breakage)
    export = scanned.sha256[:12]
    result = _read_rows(stream, export, mapping, breakage, damage, Excel(american=american), "", scanned.label)
    if result is None:
        return None
    return _finish(result, source, scanned.sha256, scanned.label, export)


def _read_workbook(source: Source, mapping: Mapped | None) -> tuple[Export, ...]:
    with source.open() as stream:
        sha256 = hashlib.sha256(stream.read()).hexdigest()
    exports: list[Export] = []
    refusals: list[tuple[str, safety.Refusal]] = []
    for name, sheet_rows in sheets(source):
        export = sha256[:12] + (f"-{len(exports) + 1}" if exports else "")
        try:
            for american in (False, True):
                breakage, damage = Breakage(), encoding.Damage()
                excel = Excel(american=american)
                result = _read_rows(iter(sheet_rows), export, mapping, breakage, damage, excel, name, "")
                if result is not None:
                    exports.append(_finish(result, source, sha256, "", export))
                    break
        except safety.Refusal as refusal:
            refusals.append((name, refusal))
    if not exports:
        if not refusals:
            raise safety.Refusal("Ce classeur est vide.")
        raise refusals[0][1]
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
    label: str,
) -> Export | None:
    first_rows = list(itertools.islice(stream, layout.SEARCHED_ROWS + layout.SAMPLE_ROWS))
    if not first_rows:
        raise safety.Refusal("Fichier vide.")
    header = layout.find_header(first_rows, mapping)
    if header >= 0:
        found = layout.build(first_rows, header, mapping, sheet)
    else:
        special = (
            rapprochements.headerless_layout(first_rows)
            or relatives.atos_layout(first_rows)
            or bilans.headerless_history(first_rows)
        )
        if special is None:
            raise needs(first_rows[0][1], first_rows[0][0])
        found = special
    refuse_absences(found)
    breakage.width = found.width
    body = itertools.chain(first_rows[header + 1 :], stream)
    if bilans.is_history(found):
        return _history(found, body, export, sheet)
    reading = relatives.atos(found) if found.columns[0].label == "profil" and header < 0 else recognise(found)
    if reading is None:
        raise needs(found.labels, found.header_line)
    reader = PersonReader(export, reading, excel, sheet, found.width)
    last: Row | None = None
    for row in body:
        if last is not None:
            reader.feed(*last)
        last = row
    if last is not None:
        reader.feed(*last, unterminated=damage.unterminated)
    if not excel.american and excel.only_american and not excel.only_french and not reader.read == 0:
        if excel.only_american * 20 >= reader.read:
            return None
    uai, year, made = layout.facts(found)
    return _export_of(reader, found, breakage, damage, uai, year, made)


def _history(found: Layout, body: Iterator[Row], export: str, sheet: str) -> Export:
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
    )


def _read_preliminary(source: Source, scanned: encoding.Scan) -> Export:
    damage = encoding.Damage()
    export = scanned.sha256[:12]
    lines = list(itertools.chain.from_iterable(encoding.lines(source, scanned, damage)))
    counts = bilans.read_preliminary(lines, export)
    found = Export(
        id=export,
        file="",
        kind=Kind.ENT_BILAN_PRELIMINAIRE,
        counts=counts,
        records_read=len(counts),
        records_kept=len(counts),
        notes=tuple(_damage_notes(damage)),
    )
    return _finish(found, source, scanned.sha256, scanned.label, export)


def _export_of(
    reader: PersonReader,
    found: Layout,
    breakage: Breakage,
    damage: encoding.Damage,
    uai: str,
    year: int | None,
    made: str,
) -> Export:
    reading = reader.reading
    broken = [row for row in breakage.refused if row.line > found.header_line]
    refused = sorted((*reader.refused, *broken), key=lambda row: row.line)
    notes = [*_damage_notes(damage), *_row_notes(reader, breakage, found), *reader.excel.notes()]
    school = uai
    if reader.schools:
        ranked = reader.schools.most_common()
        school = ranked[0][0]
        if len(ranked) > 1:
            others = ", ".join(code for code, _ in ranked[1:6])
            notes.append(Note(code="uai", text=f"Plusieurs établissements dans le fichier : {school}, puis {others}."))
    if school and not text.uai_is_valid(school):
        notes.append(
            Note(code="uai", text=f"La lettre de contrôle de l'UAI {school} n'est pas la bonne.", warning=True)
        )
    meta = dict(reading.meta)
    if reading.software:
        meta["software"] = reading.software
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
        refused=tuple(refused),
        notes=tuple(notes),
        meta=meta,
    )


def _finish(found: Export, source: Source, sha256: str, label: str, export: str) -> Export:
    made_on, made_from = found.made_on, found.made_from
    if not made_on and source.modified:
        made_on, made_from = source.modified, "fichier"
    return msgspec.structs.replace(
        found,
        id=export,
        file=source.file,
        member=source.member,
        sha256=sha256,
        encoding=label,
        made_on=made_on,
        made_from=made_from,
    )


def _plural(count: int) -> str:
    return "s" if count > 1 else ""


CAUSES = {
    encoding.CP1252: "Windows-1252 (« Ã© » pour « é »)",
    encoding.MAC: "Mac Roman (« √© » pour « é »)",
    encoding.DOS: "DOS (« ├® » pour « é »)",
}


def _damage_notes(damage: encoding.Damage) -> list[Note]:
    notes = []
    for codec, lines in damage.repaired.items():
        notes.append(
            Note(
                code="encodage",
                text=f"Accents abîmés avant nous : de l'UTF-8 a été ouvert comme du {CAUSES[codec]} puis enregistré."
                f" Réparé sur {len(lines)} ligne{_plural(len(lines))}.",
                line=lines[0],
                warning=True,
            )
        )
    for lines, sentence in (
        (damage.lost, "{n} ligne{s} avec des accents perdus (« \ufffd ») : irréparable, refaites l'export."),
        (damage.cp1252_lines, "Fichier en UTF-8 où {n} ligne{s} étai{ent} en Windows-1252 : lue{s} ainsi."),
        (damage.controls, "{n} ligne{s} avec des caractères de commande, montrés par « · »."),
    ):
        if lines:
            n = len(lines)
            sentence = sentence.replace("{ent}", "ent" if n > 1 else "t")
            notes.append(
                Note(
                    code="encodage",
                    text=sentence.format(n=n, s=_plural(n)),
                    line=lines[0],
                    warning=lines is damage.lost,
                )
            )
    return notes


def _row_notes(reader: PersonReader, breakage: Breakage, found: Layout) -> list[Note]:
    notes = []
    if lines := breakage.mended:
        n = len(lines)
        text_ = f"{n} ligne{_plural(n)} avec un guillemet en trop : il est ignoré, la ligne a toutes ses colonnes."
        notes.append(Note(code="guillemet", text=text_, line=lines[0], warning=True))
    if lines := breakage.cut_values:
        text_ = f"Valeur de plus de {safety.MAX_VALUE} caractères : coupée."
        notes.append(Note(code="valeur_longue", text=text_, line=lines[0], warning=True))
    if reader.repeated_headers:
        n = reader.repeated_headers
        notes.append(Note(code="entete", text=f"En-tête répété {n} fois dans le tableau : ignoré."))
    if reader.totals:
        n = reader.totals
        notes.append(
            Note(
                code="total",
                text=f"{n} ligne{_plural(n)} de total ou de titre dans le tableau : pas comptée{_plural(n)}.",
            )
        )
    if dates := reader.bad_dates:
        n = len(dates)
        line, value = dates[0]
        text_ = f"{n} date{_plural(n)} de naissance illisible{_plural(n)} (ligne {line} : « {value[:20]} ») : laissée{_plural(n)} vide{_plural(n)}."
        notes.append(Note(code="date", text=text_, line=line, warning=True))
    if reader.excel.american:
        notes.append(
            Note(code="excel", text="Dates au format américain (mois/jour/année) : remises en ordre.", warning=True)
        )
    if lines := reader.shared_uid:
        text_ = "Un même identifiant ENT sert à deux noms différents : les deux fiches sont gardées."
        notes.append(Note(code="identifiant", text=text_, line=lines[0], warning=True))
    if reader.unknown_profiles:
        words = ", ".join(f"« {word} »" for word, _ in reader.unknown_profiles.most_common(5))
        notes.append(Note(code="profil", text=f"Profils non reconnus : {words}.", warning=True))
    if lines := reader.couples:
        text_ = f"{len(lines)} couple{_plural(len(lines))} de responsables dans une seule case : non séparable{_plural(len(lines))}."
        notes.append(Note(code="couple", text=text_, line=lines[0]))
    unknown = [c.label for c in found.columns if c.label and not c.name and c.role != "payeur"]
    if unknown and reader.reading.kind is not Kind.ENT_REJETS:
        listed = ", ".join(f"« {label} »" for label in unknown[:12])
        notes.append(Note(code="colonnes", text=f"Colonnes non lues : {listed}."))
    seen: set[tuple[str, str]] = set()
    for column in found.columns:
        if column.name in {"nom", "prenom", "nom_prenom", "date_naissance", "ine", "uid"}:
            if (column.name, column.role) in seen:
                text_ = f"Deux colonnes pour « {CANONICAL[column.name]} » : la première est lue."
                notes.append(Note(code="colonnes", text=text_, line=found.header_line))
            seen.add((column.name, column.role))
    return notes
