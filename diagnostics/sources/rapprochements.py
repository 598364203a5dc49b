"""The « Rapprochements » screen of the EDT import: persons whom the ENT did not recognise (formats.md §6.3)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .. import text
from ..model import Kind, Profile
from .columns import Column
from .fitting import shape_of
from .layout import SAMPLE_ROWS, Layout
from .persons import Reading
from .rows import Row

SPACED = re.compile(
    r"\s*(?P<before>[^$;|\t]+?)\$(?P<surname>[^$;|\t]+?)\$(?P<date>\d{4}-\d{2}-\d{2})?\s*"
    r"(?P<birth>\d{1,2}/\d{1,2}/\d{4})?\s*(?P<after>[^$;|\t\d]*)"
)
"""A row whose cells are only parted by spaces: some browsers copy a screen so."""
SPACED_HEADER = re.compile(
    r"\s*(nom\W+(?:et )?pr[ée]nom) +(code source)(?: +(date de naissance))?(?: +(identifier))?\s*", re.IGNORECASE
)
MAX_LINE = 1_000
"""Characters of the longest row of the screen."""
COUNTERS = re.compile(r"(\d+) (\w+) (non )?reconnu", re.IGNORECASE)


def table(layout: Layout) -> Reading | None:
    """The table with its header: « Nom Prénom | Code source | Date de naissance | Identifier »."""
    if "code_source" not in layout.own() or "motif" in layout.own():
        return None
    return reading(layout)


def reading(layout: Layout) -> Reading:
    above = layout.title_text()
    meta: dict[str, str] = {"screen": screen} if (screen := which(above)) else {}
    profile = Profile.INCONNU
    for match in COUNTERS.finditer(above):
        meta[("unrecognised" if match[3] else "recognised")] = match[1]
        folded = text.fold(match[2])
        if folded.startswith("ENSEIGNANT"):
            profile = Profile.ENSEIGNANT
        elif folded.startswith("ELEVE"):
            profile = Profile.ELEVE
    if profile is Profile.INCONNU:
        profile = layout.subject()
    return Reading(kind=Kind.ENT_RAPPROCHEMENTS, columns=layout.columns, profile=profile, meta=meta, software="Kosmos")


def which(title: str) -> str:
    """The import that a title names: "pronote" for that of the identifiers, "edt" for that of the timetable."""
    folded = text.fold(title)
    if "IDENTIFIANTS PRONOTE" in folded or "ID PRONOTE" in folded:
        return "pronote"
    return "edt" if "EMPLOI DU TEMPS" in folded or "IMPORT EDT" in folded else ""


def is_spaced(lines: Sequence[str]) -> bool:
    """Whether lines are the screen copied with spaces between its cells."""
    coded = [line for line in lines if line.count("$") >= 2]
    return bool(coded) and sum(tabbed(line) != line for line in coded) * 2 > len(coded)


def tabbed(line: str) -> str:
    """A row parted by spaces as cells; unchanged when its cells cannot be told apart for certain.

    « NOM Prénom Prénom$NOM$date » says the given name twice: that is where one cell ends and the next begins.
    """
    if len(line) > MAX_LINE:
        return line
    if header := SPACED_HEADER.fullmatch(line):
        return "\t".join(cell for cell in header.groups() if cell)
    match = SPACED.fullmatch(line)
    if not match:
        return line
    words = match["before"].split()
    surname = text.fold(match["surname"])
    for end in range(1, len(words)):
        given = text.fold(" ".join(words[end:]))
        if given and text.fold(" ".join(words[:end])) in {f"{surname} {given}", f"{given} {surname}"}:
            code = f"{' '.join(words[end:])}${match['surname']}${match['date'] or ''}"
            return "\t".join((" ".join(words[:end]), code, match["birth"] or "", match["after"].strip()))
    return line


def headerless_layout(first_rows: Sequence[Row]) -> Layout | None:
    """Rows of codes source without a header."""
    if not first_rows:
        return None
    width = max(len(row) for _, row in first_rows)
    for index in range(min(width, 12)):
        values = [row[index] for _, row in first_rows if index < len(row)]
        codes = sum(bool(text.CODE_SOURCE.fullmatch(v)) for v in values)
        if codes * 10 >= len(first_rows) * 8:
            labels = tuple("Code source" if i == index else f"colonne {i + 1}" for i in range(width))
            columns = tuple(Column(i, labels[i], "code_source" if i == index else "") for i in range(width))
            sample = tuple(tuple(row) for _, row in first_rows[:SAMPLE_ROWS])
            shape = shape_of([row for _, row in first_rows], width)
            return Layout(header_line=0, labels=labels, columns=columns, sample=sample, shape=shape)
    return None
