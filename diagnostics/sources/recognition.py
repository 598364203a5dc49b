"""Which table this is: separator, header, family; and whether a text is a table at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from .. import safety, text
from . import bilans, columns, educonnect, kosmos, layout, pronote, rapprochements, relatives, siecle_csv
from .layout import Layout, Mapped
from .persons import Reading
from .rows import SEP_LINE, SEPARATORS, Row, guess_separator, split_line

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
    r"^(?:BONJOUR|BONSOIR|MADAME|MONSIEUR|CHER|CHERE|(?:BIEN |TRES )?CORDIALEMENT|MERCI|SLT|SALUT|CDLT|OBJET|FROM"
    r"|SUBJECT|BONNE (?:JOURNEE|RECEPTION|SOIREE)|A L ATTENTION|SENTIMENTS|BIEN A VOUS|EN VOUS REMERCIANT"
    r"|ENVOYE DE MON)\b"
)
"""How the lines of a message begin."""
REQUEST = re.compile(
    r"\b(?:JE|J AI|NOUS|POUVEZ VOUS|POURRIEZ|POUVONS|SVP|S IL VOUS PLAIT|MERCI|IMPOSSIBLE DE|VOICI|CI JOINT)\b"
)
"""What people write around a table that they send, and screens do not."""
IDENTIFYING = frozenset({
    "uid", "login", "ine", "idpn", "cle_jointure", "eleve_id", "date_naissance", "mel", "tel", "code_source",
    "login_educonnect", "personne_id", "sts_id", "elenoet",
})  # fmt: skip
"""Columns that make a list useful whatever else it counts."""
NAME_THEM = "indiquez à quoi correspond chaque colonne."
"""End of the refusal of a table that an agent makes readable by naming its columns."""
PROSE_WORDS = 12
"""Words of a line that is prose rather than a title."""
PAIR_WORDS = 4
"""Words of the longest cell of a table of two columns that nothing else recognises."""
CELL_WORDS = 6
"""Words of the longest cell of a table that nothing else recognises."""


def recognise(found: Layout) -> Reading | None:
    """The family of a layout; None when it does not name persons."""
    for family in FAMILIES:
        if reading := family(found):
            return reading
    return None


def lay_out(first_rows: Sequence[Row], mapping: Mapped | None, sheet: str, grid: bool) -> tuple[Layout, int]:
    """(layout, number of first rows up to the header).

    Args:
        grid: the rows are those of a sheet.

    Raises:
        safety.Refusal: nothing in the rows says which columns are which.
    """
    header = layout.find_header(first_rows, mapping)
    if header >= 0:
        return layout.build(first_rows, header, mapping, sheet, grid), header + 1
    special = (
        layout.without_header(first_rows, mapping, sheet, grid)
        or rapprochements.headerless_layout(first_rows)
        or relatives.atos_layout(first_rows)
        or bilans.headerless_history(first_rows)
    )
    if special is None:
        raise needs(first_rows[0][1], first_rows[0][0])
    return special, 0


def needs(labels: Sequence[str], line: int) -> safety.Refusal:
    """The refusal of a table in which persons cannot be found."""
    seen = ", ".join(f"« {label[:40]} »" for label in labels[:12] if label) or "aucune"
    return safety.Refusal(
        f"Pas de colonnes de personnes reconnues. Colonnes vues : {seen}. Il faut au moins « Nom » et « Prénom » (ou"
        f" une colonne « Nom Prénom ») : renommez-les, ou {NAME_THEM}",
        line,
    )


def refuse_absences(found: Layout) -> None:
    """Refuse absence statistics, which are not accounts (formats.md §6.4).

    Raises:
        safety.Refusal: columns count absences and none says who a person is beyond name and class.
    """
    counting = [label for label in found.labels if columns.ABSENCES.search(columns.words(label))]
    if counting and found.own().isdisjoint(IDENTIFYING):
        raise safety.Refusal(
            f"Statistiques d'absences (« {counting[0][:60]} ») : ce n'est pas un fichier de comptes. Donnez plutôt un"
            " export de l'annuaire ou de SIECLE.",
            found.header_line,
        )


def choose_separator(first: Sequence[str], mapping: Mapped | None = None) -> str:
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


def is_table(first: Sequence[str]) -> bool:
    """Whether lines are a table or an import report; a mail with commas, or that quotes a table, is a message."""
    kept = [line for line in first if line.strip()]
    if not kept:
        return False
    if bilans.looks_preliminary(kept):
        return True
    if sum("</" in line or "/>" in line for line in kept) * 2 > len(kept):
        return False
    folded = [text.fold(line) for line in kept]
    if any(GREETINGS.match(line) and len(line.split()) <= PROSE_WORDS for line in folded):
        return False
    separator = choose_separator(kept)
    cut = [
        (number, [c.strip() for c in (split_line(line, separator) if separator else [line])])
        for number, line in enumerate(kept, 1)
    ]
    return rows_are_table(cut, separator)


def rows_are_table(cut: Sequence[Row], separator: str = "\t") -> bool:
    """The same question on rows already cut into cells."""
    if not cut:
        return False
    header = layout.find_header(cut, None)
    if header >= 0:
        width = len([c for c in cut[header][1] if c])
        body = [row for _, row in cut[header + 1 :]]
        if width == 1:
            return len(body) >= 2 and all(len(row) == 1 and 2 <= len(row[0].split()) <= 5 for row in body)
        around = [" ".join(row) for _, row in cut if len([c for c in row if c]) * 2 <= width]
        if any(line.rstrip().endswith("?") or REQUEST.search(text.fold(line)) for line in around):
            return False
        # Class titles, totals and page feet are lines of one cell.
        shaped = sum(len(row) * 2 >= width and len(row) > 1 for row in body)
        loose = sum(len(" ".join(row).split()) > PROSE_WORDS for row in body if len(row) * 2 < width)
        return (not body or shaped * 2 >= len(body)) and loose * 5 <= len(body)
    if relatives.atos_layout(cut) or rapprochements.headerless_layout(cut) or bilans.headerless_history(cut):
        return True
    widths = [len(row) for _, row in cut]
    usual = max(set(widths), key=widths.count)
    if usual == 2:
        return widths.count(2) == len(cut) >= (3 if separator == "," else 2) and all(map(_is_pair, cut))
    if len(cut) < 2 or usual < 3 or widths.count(usual) * 10 < len(widths) * 9:
        return False
    if all(len(c.split()) <= CELL_WORDS for _, row in cut for c in row):
        return True
    # A column of sentences (reasons, passwords already changed) between separators that no sentence has.
    words = [len(c.split()) for _, row in cut for c in row]
    return separator != "," and len(cut) >= 3 and sum(w <= CELL_WORDS for w in words) * 3 >= len(words) * 2


def _is_pair(row: Row) -> bool:
    """Whether two cells may be those of a table: neither a sentence cut by its punctuation nor « titre : valeur »."""
    line = " ".join(row[1])
    return (
        not REQUEST.search(text.fold(line))
        and line[:1].isalnum()
        and not line[0].islower()
        and not line.endswith((".", "?", "!", ":"))
        and all(len(c.split()) <= PAIR_WORDS and ":" not in c for c in row[1])
    )
