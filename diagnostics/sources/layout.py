"""Where a table begins: title lines, header, columns, and the first rows that help to understand them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import msgspec

from .. import text
from ..model import Profile
from . import cells as cell
from .columns import Column, is_header, key, read_header, signature
from .rows import Row

SEARCHED_ROWS = 80
"""Rows in which a header is looked for: a screen pasted whole has some forty lines of menus above its table."""
SAMPLE_ROWS = 50
SCHOOL_YEAR = re.compile(r"(?<!\d)(20\d{2}) ?[-/–] ?(20\d{2}|\d{2})(?!\d)")
MADE_ON = re.compile(
    r"(?:(?:[ée]dit|imprim|extrai|export|g[ée]n[ée]r|arr[êe]t)\w*|extraction|date|en date|au|du|le)\s*:?\s*(?:le|du|au)?\s*"
    r"(\d{1,2}[/.-]\d{1,2}[/.-]\d{4}|\d{4}-\d{2}-\d{2})",
    re.IGNORECASE,
)


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """A header found."""

    header_line: int
    labels: tuple[str, ...]
    columns: tuple[Column, ...]
    titles: tuple[str, ...] = ()
    """Lines above the header."""
    sample: tuple[tuple[str, ...], ...] = ()
    """First rows under it."""
    sheet: str = ""

    @property
    def width(self) -> int:
        return len(self.columns)

    def own(self) -> frozenset[str]:
        """Canonical names of the columns that describe the person of the row."""
        return frozenset(c.name for c in self.columns if c.name and not c.role)

    def roles(self) -> frozenset[str]:
        return frozenset(c.role for c in self.columns if c.role)

    def keys(self) -> frozenset[str]:
        """Normalised titles."""
        return frozenset(key(label) for label in self.labels if label)

    def names_persons(self) -> bool:
        own = self.own()
        return {"nom", "prenom"} <= own or bool(own & {"nom_prenom", "code_source"})

    def values(self, name: str) -> list[str]:
        """Values of a person's column in the sample."""
        return [
            row[c.index]
            for c in self.columns
            if c.name == name and not c.role
            for row in self.sample
            if c.index < len(row) and row[c.index]
        ]

    def title_text(self) -> str:
        return " \n ".join((*self.titles, self.sheet))

    def subject(self) -> Profile:
        """Whose table it is according to the titles of its columns, then to the lines above it."""
        for column in self.columns:
            if not column.role and column.name in {"nom", "nom_prenom", "prenom"} and column.subject != Profile.INCONNU:
                return column.subject
        flat = text.fold(self.title_text())
        for pattern, profile in (
            (r"\b(RESPONSABLES?|PARENTS?)\b", Profile.PARENT),
            (r"\b(PROFESSEURS?|ENSEIGNANTS?)\b", Profile.ENSEIGNANT),
            (r"\bPERSONNELS?\b", Profile.NON_ENSEIGNANT),
            (r"\bELEVES?\b", Profile.ELEVE),
        ):
            if re.search(pattern, flat):
                return profile
        return Profile.INCONNU


def find_header(first_rows: Sequence[Row], mapping: Mapping[str, Mapping[str, str]] | None) -> int:
    """Index of the header among the first rows, -1 when there is none: the row in which most columns are known."""
    best, best_score = -1, 1
    for index, (_, row) in enumerate(first_rows[:SEARCHED_ROWS]):
        if mapping and any(mapping) and _mapped(row, mapping):
            return index
        score = is_header(row)
        if score == 1 and best < 0 and best_score < 2 and len([c for c in row if c]) >= 2:
            continue
        if score > best_score:
            best, best_score = index, score
    return best


def _mapped(row: Sequence[str], mapping: Mapping[str, Mapping[str, str]]) -> bool:
    return signature(row) in mapping


def build(
    first_rows: Sequence[Row],
    header: int,
    mapping: Mapping[str, Mapping[str, str]] | None,
    sheet: str = "",
) -> Layout:
    """The layout of a table whose header is known; empty columns at the end are dropped."""
    line, row = first_rows[header]
    body = [cells for _, cells in first_rows[header + 1 :]]
    width = len(row)
    while width > 1 and not row[width - 1] and not any(len(r) >= width and r[width - 1] for r in body):
        width -= 1
    usual = usual_width(body)
    labels = list(row[:width]) + [""] * max(0, usual - width if usual > width else 0)
    sample = tuple(tuple(r) for r in body[:SAMPLE_ROWS])
    titles = tuple(" ".join(c for c in cells if c) for _, cells in first_rows[:header])
    return Layout(
        header_line=line,
        labels=tuple(labels),
        columns=rearranged(read_header(labels, mapping)),
        titles=titles,
        sample=sample,
        sheet=sheet,
    )


def usual_width(body: Sequence[Sequence[str]]) -> int:
    """Number of cells, empty ones at the end left out, of most rows; 0 when rows do not agree."""
    widths = [max((i + 1 for i, c in enumerate(r) if c), default=0) for r in body]
    if len(widths) < 2:
        return 0
    most = max(set(widths), key=lambda w: (widths.count(w), w))
    return most if widths.count(most) * 10 >= len(widths) * 7 else 0


def rearranged(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """The columns with the person of the row in the middle: whoever has a name and is nobody's guardian or child.

    « Responsable | Enfants » describes guardians; « Nom | Prénom | Nom élève | Prénom élève » too.
    """
    own = [c for c in columns if not c.role and c.name in {"nom", "nom_prenom"}]
    plain = [c for c in own if c.subject is Profile.INCONNU]
    pupils = [c for c in own if c.subject is Profile.ELEVE]
    if plain and pupils:
        return tuple(
            msgspec.structs.replace(c, role="enfant") if not c.role and c.subject is Profile.ELEVE else c
            for c in columns
        )
    if own or any(c.name == "code_source" for c in columns):
        return columns
    named = [c.role for c in columns if c.role and c.name in {"nom", "nom_prenom"} and c.role != "payeur"]
    adults = [role for role in named if not role.startswith("enfant")]
    centre = next(iter(adults or named), "")
    if not centre:
        return columns
    subject = Profile.ELEVE if centre.startswith("enfant") else Profile.PARENT
    return tuple(msgspec.structs.replace(c, role="", subject=subject) if c.role == centre else c for c in columns)


def replaced(columns: tuple[Column, ...], change: Callable[[Column], Column]) -> tuple[Column, ...]:
    return tuple(change(column) for column in columns)


def profile_column_works(layout: Layout) -> bool:
    """Whether the column read as a profile really holds profiles."""
    values = layout.values("profil")
    return any(cell.profile(v) is not Profile.INCONNU for v in values)


def facts(layout: Layout) -> tuple[str, int | None, str]:
    """(UAI, school year, date of the export) that the lines above the header state."""
    above = layout.title_text()
    year = next(
        (int(m[1]) for m in SCHOOL_YEAR.finditer(above) if int(m[2][-2:]) == (int(m[1]) + 1) % 100),
        None,
    )
    made = next((iso for m in MADE_ON.finditer(above) if (iso := cell.day(m[1]))), "")
    return text.find_uai(above), year, made
