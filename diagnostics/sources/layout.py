"""Where a table begins: title lines, header, columns, and the first rows that help to understand them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import msgspec

from .. import text
from ..model import Profile
from . import cells as cell
from .columns import Column, is_header, key, read_header, signature, understand, unnamed
from .fitting import GROUP_TITLE, Shape, shape_of
from .rows import Row

Mapped = Mapping[str, Mapping[str, str]]
"""Signature of a header → {title: canonical name}, as the settings remember it."""

SEARCHED_ROWS = 80
"""Rows in which a header is looked for: a screen pasted whole has some forty lines of menus above its table."""
SAMPLE_ROWS = 50
ONE_CELL = frozenset({"nom_prenom", "prenom_nom"})
NAMES = ONE_CELL | {"nom"}
SCHOOL_YEAR = re.compile(r"(?<!\d)(20\d{2}) ?[-/–] ?(20\d{2}|\d{2})(?!\d)")
DATE = re.compile(r"(?<!\d)(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{4}|\d{4}-\d{2}-\d{2})(?!\d)")
MADE_ON = re.compile(
    rf"(?:[ée]dit|imprim|extrai|export|g[ée]n[ée]r|arr[êe]t)\w*\W*(?:le|du|au)?\W*({DATE.pattern})", re.IGNORECASE
)
SUBJECT_TITLES = (
    (re.compile(r"\b(RESPONSABLES?|PARENTS?)\b"), Profile.PARENT),
    (re.compile(r"\b(PROFESSEURS?|ENSEIGNANTS?)\b"), Profile.ENSEIGNANT),
    (re.compile(r"\bPERSONNELS?\b"), Profile.NON_ENSEIGNANT),
    (re.compile(r"\bELEVES?\b"), Profile.ELEVE),
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
    shape: Shape = Shape(0, 0)

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
        return ("nom" in own and bool(own & {"prenom", "prenom_usage"})) or bool(own & (ONE_CELL | {"code_source"}))

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
            if not column.role and column.name in NAMES | {"prenom"} and column.subject != Profile.INCONNU:
                return column.subject
        flat = text.fold(self.title_text())
        return next((profile for pattern, profile in SUBJECT_TITLES if pattern.search(flat)), Profile.INCONNU)

    def title_division(self) -> str:
        """Class announced above the header (« Classe : 5A »)."""
        return next((m[1].strip() for t in reversed(self.titles) if (m := GROUP_TITLE.fullmatch(t.strip()))), "")


def find_header(first_rows: Sequence[Row], mapping: Mapped | None) -> int:
    """Index of the header among the first rows, -1 when there is none: the row in which most columns are known."""
    best, best_score, alone = -1, 1, -1
    for index, (_, row) in enumerate(first_rows[:SEARCHED_ROWS]):
        if mapping and signature(row) in mapping:
            return index
        score = is_header(row)
        if score == 1 and len(row) == 1 and alone < 0 and understand(row[0])[0] in ONE_CELL | {"code_source"}:
            alone = index
        if score > best_score:
            best, best_score = index, score
    # « Enseignants » alone is the title of a table that follows, or else of a list of names, one to a line.
    return best if best >= 0 else alone


def build(
    first_rows: Sequence[Row], header: int, mapping: Mapped | None, sheet: str = "", grid: bool = False
) -> Layout:
    """The layout of a table whose header is known; empty columns at the end are dropped."""
    line, row = first_rows[header]
    body = [cells for _, cells in first_rows[header + 1 :]]
    shape = shape_of(body, len(row), grid)
    labels = list(row) + [""] * (shape.length - len(row))
    width = len(labels)
    whole = [r for r in body if grid or len(r) == shape.length]
    while width > 1 and not labels[width - 1] and not any(len(r) >= width and r[width - 1] for r in whole):
        width -= 1
    del labels[width:]
    if header:
        labels = under_titles(first_rows[header - 1][1], labels)
    sample = tuple(tuple(r) for r in body[:SAMPLE_ROWS])
    columns = rearranged(read_header(labels, mapping))
    found = Layout(
        header_line=line,
        labels=tuple(labels),
        columns=columns,
        titles=tuple(" ".join(c for c in cells if c) for _, cells in first_rows[:header]),
        sample=sample,
        sheet=sheet,
        shape=shape,
    )
    return whole_names(found)


def without_header(
    first_rows: Sequence[Row], mapping: Mapped | None, sheet: str = "", grid: bool = False
) -> Layout | None:
    """The layout that an agent gave to a table without header, None when none was given."""
    shape = bare_shape(first_rows, grid)
    width = shape.length
    if not mapping or headerless_signature(width) not in mapping:
        return None
    labels = tuple(unnamed(i) for i in range(width))
    columns = rearranged(read_header(labels, {signature(labels): mapping[headerless_signature(width)]}))
    sample = tuple(tuple(r) for _, r in first_rows[:SAMPLE_ROWS])
    return Layout(header_line=0, labels=labels, columns=columns, sample=sample, sheet=sheet, shape=shape)


def headerless_signature(width: int) -> str:
    return f"sans en-tete;{width} colonnes"


def bare_shape(first_rows: Sequence[Row], grid: bool = False) -> Shape:
    """The shape of rows that have no header."""
    rows = [row for _, row in first_rows]
    longest = max(len(row) for row in rows)
    return shape_of(rows, longest, grid)


def under_titles(above: Sequence[str], labels: list[str]) -> list[str]:
    """Titles of a header in two lines, « Responsable 1 » spread over « Nom | Prénom », made one."""
    if len([c for c in above if c]) < 2 or not any(map(_names_somebody, above)):
        return labels
    out, group = [], ""
    for index, label in enumerate(labels):
        group = above[index] if index < len(above) and above[index] else group
        out.append(f"{label} {group}" if label and _names_somebody(group) else label)
    return out


def _names_somebody(label: str) -> bool:
    """« Élève », « Responsable 1 »: a title that is a person and nothing more."""
    name, role, subject = understand(label)
    return name == "nom_prenom" and (bool(role) or subject is not Profile.INCONNU)


def whole_names(found: Layout) -> Layout:
    """PRONOTE calls « Nom » a column of whole names: told by its values when there is no given name beside it."""
    own = found.own()
    if "nom" not in own or own & (ONE_CELL | {"prenom", "prenom_usage"}):
        return found
    values = found.values("nom")
    if not values or sum(len(v.split()) > 1 for v in values) * 10 < len(values) * 8:
        return found
    columns = replaced(
        found.columns, lambda c: msgspec.structs.replace(c, name="nom_prenom") if c.name == "nom" and not c.role else c
    )
    return msgspec.structs.replace(found, columns=columns)


def rearranged(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """The columns with the person of the row in the middle: whoever has a name and is nobody's guardian or child.

    « Responsable | Enfants » describes guardians; « Nom | Prénom | Nom élève | Prénom élève » too.
    """
    own = [c for c in columns if not c.role and c.name in NAMES]
    plain = [c for c in own if c.subject is Profile.INCONNU]
    pupils = [c for c in own if c.subject is Profile.ELEVE]
    if plain and pupils:
        return replaced(
            columns,
            lambda c: (
                msgspec.structs.replace(c, role="enfant") if not c.role and c.subject is Profile.ELEVE and c.name else c
            ),
        )
    if own or any(c.name == "code_source" for c in columns):
        return columns
    named = [c.role for c in columns if c.role and c.name in NAMES and c.role != "payeur"]
    adults = [role for role in named if not role.startswith("enfant")]
    centre = next(iter(adults or named), "")
    if not centre:
        return columns
    subject = Profile.ELEVE if centre.startswith("enfant") else Profile.PARENT
    return replaced(columns, lambda c: msgspec.structs.replace(c, role="", subject=subject) if c.role == centre else c)


def replaced(columns: tuple[Column, ...], change: Callable[[Column], Column]) -> tuple[Column, ...]:
    return tuple(change(column) for column in columns)


def profile_column_works(layout: Layout) -> bool:
    """Whether the column read as a profile really holds profiles."""
    return any(cell.profile(v) is not Profile.INCONNU for v in layout.values("profil"))


def facts(layout: Layout) -> tuple[str, int | None, str]:
    """(UAI, school year, date of the export) that the lines above the header state."""
    above = layout.title_text()
    year = next(
        (int(m[1]) for m in SCHOOL_YEAR.finditer(above) if int(m[2][-2:]) == (int(m[1]) + 1) % 100),
        None,
    )
    made = next((iso for m in MADE_ON.finditer(above) if (iso := cell.day(m[1]))), "")
    if not made:
        days = {iso for m in DATE.finditer(above) if (iso := cell.day(m[0]))}
        made = days.pop() if len(days) == 1 else ""  # two dates are a period
    return text.find_uai(above), year, made
