"""What a spreadsheet broke in a file: mended where certain, dropped where not, and said (formats.md §0.4)."""

from __future__ import annotations

import re

from .. import text
from ..model import Note
from . import cells as cell


class Excel:
    """Menders of values, and the tally of what they did.

    Attributes:
        american: dates of this file are ``mm/jj/aaaa`` (decided for the whole file, never for one value).
        workbook: the file is a real workbook, whose dates come as dates.
    """

    def __init__(self, american: bool = False) -> None:
        self.american = american
        self.counts: dict[str, list[int]] = {}
        self.only_american = 0
        self.only_french = 0
        self._days: dict[str, str] = {}

    def _count(self, what: str, line: int) -> None:
        self.counts.setdefault(what, []).append(line)

    def day(self, value: str, line: int) -> str:
        """ISO date of a cell, "" when it is none."""
        known = self._days.get(value)
        if known is not None:
            return known
        american = cell.american_day(value)
        if self.american and american:
            found = american
        else:
            found = cell.day(value)
            if american and not found:
                self.only_american += 1
            elif found and not american and "/" in value:
                self.only_french += 1
        if re.fullmatch(r"\d{5}(?:[.,]\d+)?", value):
            if found:
                self._count("serial", line)
            return found
        self._days[value] = found
        return found

    def ine(self, value: str, line: int) -> str:
        """An INE; one in scientific notation has lost its digits for ever and is dropped."""
        upper = value.upper().replace(" ", "")
        if text.INE.fullmatch(upper):
            return upper
        if cell.SCIENTIFIC.fullmatch(upper) and (cell.SCIENTIFIC_SURE.fullmatch(upper) or len(upper) < 10):
            self._count("ine", line)
            return ""
        if not cell.stated(value):
            return ""
        if cell.SHORT_INE.fullmatch(upper):
            self._count("ine_zero", line)
            return "0" + upper
        return upper

    def number(self, value: str, line: int) -> str:
        """An identifier: ``812345.0`` is 812345, ``8,12E+05`` is lost."""
        if value.isalnum():
            return value
        if match := cell.FLOAT_INTEGER.fullmatch(value):
            return match[1]
        if cell.SCIENTIFIC_SURE.fullmatch(value):
            self._count("id", line)
            return ""
        return cell.stated(value)

    def uai(self, value: str, line: int) -> str:
        """A UAI in upper case, its leading zeros put back when the check letter then fits."""
        if found := text.find_uai(value):
            return found
        if match := cell.SHORT_UAI.fullmatch(value.strip()):
            mended = match[1].zfill(7) + match[2].upper()
            if text.uai_is_valid(mended):
                self._count("uai", line)
                return mended
            self._count("uai_doubt", line)
        return ""

    def phone(self, value: str, line: int) -> str:
        """A phone as written, its leading zero put back: nine digits that do not begin with 0."""
        value = cell.stated(value)
        if re.fullmatch(r"[1-79]\d{8}(?:[.,]0)?", value):
            self._count("tel", line)
            return "0" + value[:9]
        return value

    def postcode(self, value: str, line: int) -> str:
        if re.fullmatch(r"[1-9]\d{3}", value):
            self._count("cp", line)
            return "0" + value
        return value

    def division(self, value: str) -> str:
        """A class; ``6,00E+01`` was typed 6E1."""
        if "+" in value and (match := re.fullmatch(r"(\d)[.,]0+E\+0?(\d{1,2})", value, re.IGNORECASE)):
            self._count("classe", 0)
            return f"{match[1]}E{match[2].lstrip('0') or '0'}"
        return value

    def notes(self) -> list[Note]:
        """One note per kind of damage."""
        out = []
        for what, lines in self.counts.items():
            sentence, warning = SENTENCES[what]
            count = len(lines)
            out.append(
                Note(
                    code="excel",
                    text=sentence.format(n=count, s="s" if count > 1 else ""),
                    line=lines[0],
                    warning=warning,
                )
            )
        return out


SENTENCES: dict[str, tuple[str, bool]] = {
    "serial": ("{n} date{s} enregistrée{s} comme nombre par un tableur : remise{s} en date.", False),
    "ine": (
        "{n} INE abîmé{s} par un tableur (notation scientifique) : chiffres perdus, INE ignoré{s}. Refaites l'export"
        " sans l'ouvrir dans Excel.",
        True,
    ),
    "ine_zero": ("{n} INE de 10 caractères : zéro initial remis (perdu dans un tableur). À vérifier.", True),
    "id": ("{n} identifiant{s} en notation scientifique : chiffres perdus, identifiant{s} ignoré{s}.", True),
    "uai": ("{n} UAI sans zéro initial (perdu dans un tableur) : remis, la clé de contrôle le confirme.", False),
    "uai_doubt": ("{n} UAI trop court{s}, que la clé de contrôle ne permet pas de réparer : ignoré{s}.", True),
    "tel": ("{n} téléphone{s} sans zéro initial (perdu dans un tableur) : remis.", False),
    "cp": ("{n} code{s} postal{s} sans zéro initial (perdu dans un tableur) : remis.", False),
    "classe": ("{n} classe{s} changée{s} en nombre par un tableur (6E1 devenu 6,00E+01) : remise{s}.", False),
}
