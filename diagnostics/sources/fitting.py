"""Rows against their header: which state a person, which are too short or too long to be trusted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain

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
    r"|page \d+.*|(?:edite|imprime|extrait|exporte|genere)\w* le\b.*|fin d\w* .*|\d+ \d+|\d+"
)
"""Folded lines that count or decorate: they state no person."""
COUNT = re.compile(rf"\d+ (?:{COUNTED})")
"""What stands for a name in a line that counts."""
GROUP_TITLE = re.compile(r"(?:classe|division)\s*:?\s*(\S.{0,29})", re.IGNORECASE)


class Fitting:
    """Brings rows to the width of the header and sets aside what is no row of it.

    Attributes:
        totals: lines of totals, page feet and class titles met.
        repeated_headers: repetitions of the header met.
        division: class announced by the last title line (« Classe : 5A »).
    """

    def __init__(self, columns: Sequence[Column], width: int, division: str = "") -> None:
        self.columns = columns
        self.width = width
        self.totals = 0
        self.repeated_headers = 0
        self.division = division
        self._header = [column.label.casefold() for column in columns]
        self._known = [c.index for c in columns if c.name]
        self._names = [
            c.index for c in columns if not c.role and c.name in {"nom", "prenom", "nom_prenom", "prenom_nom"}
        ]
        self._pair = (self._names[0], self._names[-1]) if self._names else (0, 0)
        self._first = True

    def fit(self, line: int, row: list[str], unterminated: bool = False) -> list[str] | RefusedRow | None:
        """The row at the width of the header, a refusal, or None when the line states no person."""
        if len(row) == self.width:
            first, last = self._pair
            start = row[first][:5]
            if (
                start
                and row[last]
                and start[0] not in "0123456789-:.=*_"
                and start.casefold() not in {"total", "effec"}
            ):
                self._first = False
                return None if self._repeats_header(row) else row
        first_row, self._first = self._first, False
        if self._decoration(row) or self._repeats_header(row):
            return None
        if first_row and not any(row[i] for i in self._known if i < len(row)):
            self.totals += 1  # second line of a header in two lines
            return None
        if len(row) == self.width:
            return row
        if len(row) > self.width:
            if not any(row[self.width :]):
                return row[: self.width]
            reason = (
                f"{len(row)} valeurs pour {self.width} colonnes : un séparateur se trouve sans doute dans une valeur"
                " sans guillemets"
            )
            return RefusedRow(line=line, column=self.columns[-1].label, reason=reason)
        return self._short(line, row, unterminated)

    def _short(self, line: int, row: list[str], unterminated: bool) -> list[str] | RefusedRow:
        count = len(row)
        if unterminated:
            reason = "dernière ligne coupée : le fichier est incomplet, refaites l'export"
            return RefusedRow(line=line, column=self.columns[count].label, reason=reason)
        padded = row + [""] * (self.width - count)
        column = self.columns[count].label if count < 2 <= self.width else self.implausible(padded)
        if column is not None:
            reason = f"ligne trop courte : {count} valeur{'s' if count > 1 else ''} pour {self.width} colonnes"
            return RefusedRow(line=line, column=column, reason=reason)
        return padded

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
            elif not TOTAL.fullmatch(flat):
                return False
        elif self.width < 3 or not re.match(r"(?:total|effectif)\b", flat):
            return False
        self.totals += 1
        return True

    def implausible(self, row: Sequence[str]) -> str | None:
        """Label of the first column whose value cannot be of that column, None when all may be.

        Asked of rows whose width is wrong: a lost separator shifts values into columns where they make no sense.
        """
        for column in self.columns:
            value = row[column.index]
            if value and _wrong(column.name, value):
                return column.label
        return None


def _wrong(name: str, value: str) -> bool:
    """Whether a value cannot stand in a column of that name."""
    if name in {"nom", "prenom", "nom_prenom", "prenom_nom", "nom_usage"}:
        return "@" in value or any(map(str.isdigit, value))
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
    if name in {"login", "uid"}:
        return " " in value
    return name == "profil" and cell.profile(value) is Profile.INCONNU
