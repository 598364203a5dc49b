"""Rows against their header: which state a person, which are too short or too long to be trusted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import chain

import msgspec

from .. import text
from ..model import Profile, RefusedRow
from . import cells as cell
from .columns import Column

COUNTED = (
    "eleves?|responsables?|professeurs?|enseignants?|personnes?|lignes?|utilisateurs?|comptes?|resultats?|fiches?"
    "|enregistrements?|personnels?|parents?|inscrits?|classes?|agents?|etudiants?"
)
TOTAL = re.compile(
    rf"(?:(?:total|effectif|nombre|soit)\W*)?\d+ (?:{COUNTED})\b.*|total\b.*|effectifs?\b.*|nombre d\w*\b.*"
    r"|page \d+.*|(?:edite|imprime|extrait|exporte|genere)\w* le\b.*|fin d\w* .*"
)
"""Folded lines that count or decorate: they state no person."""
PAGE = re.compile(r"\d{1,4}(?: \d{1,4})?")
"""A page number alone on its line."""
BREAKABLE = frozenset({"adresse", "fonction", "discipline", "motif", "etablissement", "etablissement_principal", ""})
"""Columns of free text, where people type line breaks."""
WHOLE_DATE = re.compile(r"\d{2}/\d{2}/\d{4}|\d{4}-\d{2}-\d{2}")
UNLIKELY = "0123456789-:.=*_"
"""First characters that no name has: the row is looked at more closely."""
AGREEING = 0.7
"""Share of rows of one length from which that is the length of a row."""
STRICT = 0.9
"""Share from which rows of another length are broken rather than trimmed."""
FEW_ROWS = 5
FIXED = 0.85
"""Share of the values of a column from which their length is that of the column; the last one may be cut."""
WITNESSES = ("profil", "civilite", "sexe", "date_naissance", "uai", "mel")
"""Columns whose values show best that a row is shifted, the ones that repeat theirs first."""
SHIFTED = 2
"""Values under the wrong title from which a row is shifted rather than odd."""
TITLES_OF_PERSONS = frozenset({
    "MME", "MLLE", "MR", "MONSIEUR", "MADAME", "ELEVE", "TUTEUR", "PROFESSEUR", "ENSEIGNANT",
})  # fmt: skip
"""Civilities and profiles that nobody is named after; one of them under « Nom » says enough of a row."""
COUNT = re.compile(rf"\d+ (?:{COUNTED})")
"""What stands for a name in a line that counts."""
GROUP_TITLE = re.compile(r"(?:classe|division)\s*:?\s*(\S.{0,29})", re.IGNORECASE)


class Shape(msgspec.Struct, frozen=True):
    """How long rows are, as their first hundred say."""

    width: int
    """Columns of the header, empty ones at its end left out."""
    length: int
    """Cells of a whole row, empty ones at its end included."""
    strict: bool = False
    """Nearly all rows have that length, so a row of another length is broken."""
    grid: bool = False
    """Rows of a sheet: cells cannot shift, only be missing at the end."""
    usual_values: tuple[frozenset[str], ...] = ()
    """Values of the columns that repeat theirs (classes, states, profiles), an empty set for the others."""
    lengths: tuple[int, ...] = ()
    """Characters of the values of each column when nearly all have the same number, else 0."""


def shape_of(body: Sequence[Sequence[str]], header: int, grid: bool = False) -> Shape:
    """The shape that rows under a header of so many cells agree upon; ``width`` is still that of the header."""
    lengths = [len(row) for row in body if sum(map(bool, row)) > 1]
    if grid or not lengths:
        return Shape(header, header, grid=grid)
    usual = max(set(lengths), key=lambda length: (lengths.count(length), length))
    share = lengths.count(usual) / len(lengths)
    agreed = len(lengths) > 1 and share >= AGREEING and usual > 1
    length = usual if agreed else header
    strict = len(lengths) >= FEW_ROWS and share >= STRICT
    whole = [row for row in body if len(row) == length] if strict else []
    width = max(header, length)
    return Shape(header, length, strict, grid, usual_values(whole, width), fixed_lengths(whole, width))


def usual_values(body: Sequence[Sequence[str]], width: int) -> tuple[frozenset[str], ...]:
    """The values of each column that holds few different ones."""
    out = []
    for index in range(width):
        values = [row[index] for row in body if index < len(row) and row[index]]
        different = frozenset(values)
        out.append(different if len(different) * 5 <= len(values) * 3 else frozenset())
    return tuple(out)


def fixed_lengths(body: Sequence[Sequence[str]], width: int) -> tuple[int, ...]:
    """How long nearly all the values of each column are, 0 when they differ."""
    out = []
    for index in range(width):
        found = Counter(len(row[index]) for row in body if index < len(row) and row[index])
        length, count = found.most_common(1)[0] if found else (0, 0)
        out.append(length if count >= FEW_ROWS and count >= FIXED * found.total() else 0)
    return tuple(out)


class Fitting:
    """Brings rows to the width of the header and sets aside what is no row of it.

    Attributes:
        totals: lines of totals, page feet and class titles met.
        repeated_headers: repetitions of the header met.
        broken_lines: rows put together again, where they begin.
        cut_line: line where the file stops short, 0 when it does not.
        division: class announced by the last title line (« Classe : 5A »).
    """

    def __init__(self, columns: Sequence[Column], shape: Shape, division: str = "") -> None:
        self.columns = columns
        self.width = len(columns)
        self.shape = shape
        self.totals = 0
        self.repeated_headers = 0
        self.broken_lines: list[int] = []
        self.cut_line = 0
        self.division = division
        self._header = [column.label.casefold() for column in columns]
        self._known = [c.index for c in columns if c.name]
        self._names = [
            c.index for c in columns if not c.role and c.name in {"nom", "prenom", "nom_prenom", "prenom_nom"}
        ]
        self._pair = (self._names[0], self._names[-1]) if self._names else (0, 0)
        self._first = True
        self.titles: frozenset[str] = frozenset()
        """Lines above the header, which a table pasted twice repeats."""
        telling = sorted((c for c in columns if c.name in WITNESSES), key=lambda c: WITNESSES.index(c.name))
        self._witnesses: list[tuple[int, str, dict[str, bool]]] = [
            (c.index, c.name, {}) for c in ([] if shape.grid else telling[:2])
        ]

    def fit(self, line: int, row: list[str], unterminated: bool = False) -> list[str] | RefusedRow | None:
        """The row at the width of the header, a refusal, or None when the line states no person."""
        count = len(row)
        if unterminated and self.shape.grid:
            return self._cut(line, count)  # a web page that ends inside a row
        whole = count == self.shape.length or self.shape.grid
        if whole:
            if count < self.width:
                row = row + [""] * (self.width - count)
            elif count > self.width:
                row = row[: self.width]
            first, last = self._pair
            if unterminated and self._ends_short(row):
                return self._cut(line, len(row))
            start = row[first][:5]
            if start and row[last] and start[0] not in UNLIKELY and start.casefold() not in {"total", "effec"}:
                self._first = False
                if row[first] in self.titles:
                    self.totals += 1
                    return None
                if self._repeats_header(row):
                    return None
                return row if self._in_place(row) else self._shifted(line, row)
        first_row, self._first = self._first, False
        if self._decoration(row) or self._repeats_header(row):
            return None
        if first_row and not any(row[i] for i in self._known if i < len(row)):
            self.totals += 1  # second line of a header in two lines
            return None
        if whole:
            return self._shifted(line, row) if self._wrong_count(row) >= SHIFTED else row
        if count > self.shape.length:
            return self._long(line, row)
        return self._short(line, row, unterminated)

    def _in_place(self, row: Sequence[str]) -> bool:
        """Whether the values stand under their titles, as far as the columns that tell show."""
        told = not self._witnesses
        for index, name, seen in self._witnesses:
            if value := row[index]:
                told = True
                wrong = seen.get(value)
                if wrong is None:
                    wrong = seen[value] = _wrong(name, value)
                if wrong:
                    return self._wrong_count(row) < SHIFTED
        return told or self._wrong_count(row) < SHIFTED

    def _wrong_count(self, row: Sequence[str]) -> int:
        if self.shape.grid:
            return 0
        wrong = sum(_wrong(c.name, row[c.index]) for c in self.columns if row[c.index])
        return wrong + any(_titles_somebody(row[index]) for index in self._names)

    def _shifted(self, line: int, row: Sequence[str]) -> RefusedRow:
        reason = (
            "valeurs décalées : elles ne sont pas sous leurs titres, il manque un séparateur ou il y en a un de trop"
        )
        return RefusedRow(line=line, column=self.implausible(row) or "", reason=reason)

    def _long(self, line: int, row: list[str]) -> list[str] | RefusedRow:
        if not any(row[self.width :]) and not self.shape.strict:
            return (row + [""] * (self.width - len(row)))[: self.width]
        if self.columns[-1].name == "motif" and self.implausible(row[: self.width]) is None:
            reason = "; ".join(value for value in row[self.width - 1 :] if value)
            return [*row[: self.width - 1], reason]  # a sentence with separators in it
        reason = (
            f"ligne trop longue : {len(row)} valeurs pour {self.width} colonnes, un séparateur se trouve sans doute"
            " dans une valeur sans guillemets"
        )
        return RefusedRow(line=line, column=self.columns[-1].label, reason=reason)

    def _short(self, line: int, row: list[str], unterminated: bool) -> list[str] | RefusedRow:
        count = len(row)
        missing = self.columns[min(count, self.width - 1)].label
        if unterminated:
            return self._cut(line, count)
        padded = (row + [""] * (self.width - count))[: self.width]
        wrong = missing if count < 2 <= self.width else self.implausible(padded)
        if wrong is None and self.shape.strict and not self._ends_well(padded):
            wrong = missing
        if wrong is None:
            return padded
        reason = (
            f"ligne trop courte : {count} valeur{'s' if count > 1 else ''} pour {self.shape.length}, il manque un"
            " séparateur ou la ligne est coupée"
        )
        return RefusedRow(line=line, column=wrong, reason=reason)

    def _ends_short(self, row: Sequence[str]) -> bool:
        """Whether the last value is shorter than all the others of its column, which have one length."""
        last = max((index for index, value in enumerate(row) if value), default=0)
        return last < len(self.shape.lengths) and len(row[last]) < self.shape.lengths[last]

    def _cut(self, line: int, count: int) -> RefusedRow:
        self.cut_line = line
        reason = "dernière ligne coupée : le fichier est incomplet, refaites l'export"
        return RefusedRow(line=line, column=self.columns[min(count, self.width) - 1].label, reason=reason)

    def joined(self, line: int, row: Sequence[str], following: Sequence[str]) -> list[str] | None:
        """The whole row that a line break inside an unquoted value cut in two, None when that is not certain.

        A name or an identifier cut in two is not put together again: what stood between its halves is unknown.
        """
        if not self.shape.strict or len(row) + len(following) - 1 != self.shape.length:
            return None
        at = len(row) - 1
        if row[at] and following[0] and (at >= self.width or self.columns[at].name not in BREAKABLE):
            return None
        whole = [*row[:at], f"{row[at]} {following[0]}".strip(), *following[1:]]
        if self.implausible(whole[: self.width]) is not None:
            return None
        self.broken_lines.append(line)
        return whole

    def _repeats_header(self, row: Sequence[str]) -> bool:
        if row[0].casefold() != self._header[0]:
            return False
        same = sum(a.casefold() == b for a, b in zip(row, self._header, strict=False))
        if same * 5 < len(self._header) * 4:
            return False
        self.repeated_headers += 1
        return True

    def _decoration(self, row: Sequence[str]) -> bool:
        """Whether the row is a total, a page foot or a class title."""
        filled = [value for value in row if value]
        if not any(map(str.isalnum, chain.from_iterable(filled))):
            return True  # the rule under the header of a Markdown table, dashes, dots
        if any(i < len(row) and COUNT.fullmatch(text.fold(row[i]).lower()) for i in self._names):
            self.totals += 1
            return True
        if len(filled) > 2 or self.width < 2:
            return False
        flat = text.fold(" ".join(filled)).lower()
        if len(filled) == 1:
            if match := GROUP_TITLE.fullmatch(filled[0]):
                self.division = match[1].strip()
            elif not TOTAL.fullmatch(flat) and (self.shape.strict or not PAGE.fullmatch(flat)):
                return False
        elif self.width < 3 or not re.match(r"(?:total|effectif)\b", flat):
            return False
        self.totals += 1
        return True

    def _ends_well(self, row: Sequence[str]) -> bool:
        """Whether the last value of a short row is at its place: then only empty cells are missing after it."""
        last = max((index for index, value in enumerate(row) if value), default=0)
        return row[last] in self.shape.usual_values[last] or _typed(self.columns[last].name, row[last])

    def implausible(self, row: Sequence[str]) -> str | None:
        """Label of the first column whose value cannot be of that column, None when all may be.

        Asked of rows whose width is wrong: a lost separator shifts values into columns where they make no sense.
        """
        for column in self.columns:
            value = row[column.index]
            if value and _wrong(column.name, value):
                return column.label
        return None


def _typed(name: str, value: str) -> bool:
    """Whether a value could stand in no other column and is not cut short."""
    if name == "ine":
        return bool(text.INE.fullmatch(value.upper()))
    if name == "uai":
        return bool(text.UAI.fullmatch(value))
    if name == "profil":
        return cell.profile(value) is not Profile.INCONNU
    return name.startswith(("date", "derniere")) and bool(WHOLE_DATE.fullmatch(value))


def _titles_somebody(value: str) -> bool:
    """« Mme », « Tuteur »: what stands beside a name."""
    return text.fold(value) in TITLES_OF_PERSONS or bool(cell.CIVILITY.fullmatch(value + " "))


def _wrong(name: str, value: str) -> bool:
    """Whether a value cannot stand in a column of that name."""
    if name in {"nom", "prenom", "nom_prenom", "prenom_nom", "nom_usage"}:
        return "@" in value or any(map(str.isdigit, value)) or _titles_somebody(value)
    if name == "code_source":
        return "$" not in value
    if name in {"civilite", "sexe"}:
        return not cell.sex(value) and not cell.CIVILITY.fullmatch(value + " ")
    if name == "date_naissance":
        return not cell.day(value) and not cell.american_day(value)
    if name == "mel":
        return "@" not in value and bool(cell.stated(value))
    if name == "ine":
        return not text.INE.fullmatch(value.upper()) and len(value) != 10
    if name == "uai":
        return not text.find_uai(value) and not cell.SHORT_UAI.fullmatch(value)
    if name == "cp":
        return not re.fullmatch(r"\d{4,5}|[A-Z0-9 -]{3,10}", value)
    if name in {"tel", "cle_jointure", "eleve_id", "date_entree", "date_sortie"}:
        return not any(map(str.isdigit, value))
    if name == "classe":
        return "@" in value
    if name in {"login", "uid", "idpn"}:
        return " " in value or bool(text.UAI.fullmatch(value))
    return name == "profil" and cell.profile(value) is Profile.INCONNU
