"""Where a table begins: title lines, header, columns, and the first rows that help to understand them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise, zip_longest

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
PUPIL_FACTS = frozenset({"ine", "eleve_id", "elenoet", "date_naissance", "regime", "mef", "sexe"})
"""Facts that are told of the pupils whom a list is about."""
SCHOOL_YEAR = re.compile(r"(?<!\d)(20\d{2}) ?[-/–] ?(20\d{2}|\d{2})(?!\d)")
DATE = re.compile(r"(?<!\d)(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{4}|\d{4}-\d{2}-\d{2})(?!\d)")
MADE_ON = re.compile(
    rf"(?:[ée]dit|imprim|extrai|export|g[ée]n[ée]r|arr[êe]t)\w*\W*(?:le|du|au)?\W*({DATE.pattern})", re.IGNORECASE
)
LOOKS = (
    ("date", re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}(?: .*)?")),
    ("mail", re.compile(r"\S+@\S+")),
    ("INE", re.compile(r"\d{9}[A-Za-z]{2}|\d{10}[A-Za-z]")),
    ("UAI", re.compile(r"\d{7}[A-Za-z]")),
    ("nombre", re.compile(r"[\d ./,+-]+")),
    ("code", re.compile(r"(?=.*\d)\S{1,20}")),
    ("majuscules", re.compile(r"[^\Wa-zà-öø-ÿ\d_]+(?:[ '’-]+[^\Wa-zà-öø-ÿ\d_]+)*")),
    ("mots", re.compile(r"[^\W\d_]+(?:[ '’.-]+[^\W\d_]+){0,4}\.?")),
)
"""What the values of a column without title look like, most particular first."""
AGREED_LOOK = 6
"""Tenths of the values that say what a column looks like."""
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


def in_one_line(first_rows: Sequence[Row], mapping: Mapped | None) -> Sequence[Row]:
    """The rows with a header typed over two lines (« Date de » over « naissance ») made one.

    Two rows are one header when more titles are known of the two together than of any row alone.
    """
    header = find_header(first_rows, mapping)
    if header >= 0 and mapping and signature(first_rows[header][1]) in mapping:
        return first_rows
    best, best_score = -1, max(2, is_header(first_rows[header][1])) if header >= 0 else 2
    for index, (above, below) in enumerate(pairwise(first_rows[:SEARCHED_ROWS])):
        if len([c for c in above[1] if c]) > 1 and (score := is_header(_over(above[1], below[1]))) > best_score:
            best, best_score = index, score
    if best < 0:
        return first_rows
    line, above_cells = first_rows[best]
    return [*first_rows[:best], (line, _over(above_cells, first_rows[best + 1][1])), *first_rows[best + 2 :]]


def _over(above: Sequence[str], below: Sequence[str]) -> list[str]:
    return [f"{one} {other}".strip() for one, other in zip_longest(above, below, fillvalue="")]


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
    return apart(whole_names(found))


def without_header(
    first_rows: Sequence[Row], mapping: Mapped | None, sheet: str = "", grid: bool = False
) -> Layout | None:
    """The layout that an agent gave to a table without header, None when none was given."""
    if not mapping:
        return None
    shape = bare_shape(first_rows, grid)
    named = mapping.get(headerless_signature(first_rows, shape.length))
    if named is None:
        return None
    labels = tuple(unnamed(i) for i in range(shape.length))
    columns = rearranged(read_header(labels, {signature(labels): named}))
    sample = tuple(tuple(r) for _, r in first_rows[:SAMPLE_ROWS])
    return Layout(header_line=0, labels=labels, columns=columns, sample=sample, sheet=sheet, shape=shape)


def headerless_signature(first_rows: Sequence[Row], width: int) -> str:
    """Key under which the mapping of a table without header is remembered: what each of its columns looks like.

    The number of columns alone would give the meaning of one table to any other of the same width.
    """
    rows = [row for _, row in first_rows[:SAMPLE_ROWS]]
    looks = (look([row[i] for row in rows if i < len(row) and row[i]]) for i in range(width))
    return f"sans en-tete;{width} colonnes;" + ",".join(looks)


def look(values: Sequence[str]) -> str:
    """What most values of a column are, in one word."""
    if not values:
        return "vide"
    kinds = Counter(next((kind for kind, pattern in LOOKS if pattern.fullmatch(value)), "texte") for value in values)
    kind, count = kinds.most_common(1)[0]
    if kind not in {"majuscules", "mots"}:
        return kind if count * 10 >= len(values) * AGREED_LOOK else "texte"
    # Some names typed in capitals among others: what most of them are is the look of the column.
    return kind if (kinds["majuscules"] + kinds["mots"]) * 10 >= len(values) * AGREED_LOOK else "texte"


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


def apart(found: Layout) -> Layout:
    """« Élève » over two columns, the surname then the given name, as merged cells leave it."""
    split = set()
    for column, following in pairwise(found.columns):
        if column.name == "nom_prenom" and not following.label and not following.name:
            rows = [r for r in found.sample if column.index < len(r) and r[column.index]]
            pairs = [(r[column.index], r[following.index]) for r in rows if following.index < len(r)]
            good = sum(all(map(text.is_upper, a.split())) and bool(b) and not text.is_upper(b) for a, b in pairs)
            if rows and good * 10 >= len(rows) * 9:
                split.add(column.index)
    if not split:
        return found

    def named(column: Column) -> Column:
        if column.index in split:
            return msgspec.structs.replace(column, name="nom")
        if column.index - 1 in split:
            before = found.columns[column.index - 1]
            return msgspec.structs.replace(column, name="prenom", role=before.role, subject=before.subject)
        return column

    return msgspec.structs.replace(found, columns=replaced(found.columns, named))


def rearranged(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """The columns with the person of the row in the middle: whoever has a name and is nobody's guardian or child.

    « Responsable | Enfants » describes guardians; « Nom | Prénom | Nom élève | Prénom élève » too.
    """
    own = [c for c in columns if not c.role and c.name in NAMES]
    if centre := _guardian_first(columns, own):
        return replaced(columns, lambda c: _turned(c, centre))
    plain = [c for c in own if c.subject is Profile.INCONNU]
    pupils = [c for c in own if c.subject is Profile.ELEVE]
    if plain and pupils:
        return replaced(
            columns,
            lambda c: (
                msgspec.structs.replace(c, role="enfant") if not c.role and c.subject is Profile.ELEVE and c.name else c
            ),
        )
    if own or any(c.name in {"code_source", "prenom", "prenom_usage"} and not c.role for c in columns):
        return columns  # a given name alone is that of somebody whose surname is missing, not of the person beside
    named = [c.role for c in columns if c.role and c.name in NAMES and c.role != "payeur"]
    adults = [role for role in named if not role.startswith("enfant")]
    centre = next(iter(adults or named), "")
    if not centre:
        return columns
    subject = Profile.ELEVE if centre.startswith("enfant") else Profile.PARENT
    return replaced(columns, lambda c: msgspec.structs.replace(c, role="", subject=subject) if c.role == centre else c)


def _guardian_first(columns: Sequence[Column], own: Sequence[Column]) -> str:
    """The role of the guardians whom a list is about, "" when it is about pupils.

    « Responsable | Élève | Classe » lists guardians: they come first and nothing but name and class is said of pupils.
    """
    if not own or any(c.subject is not Profile.ELEVE for c in own):
        return ""
    first = min((c for c in columns if c.name in NAMES), key=lambda c: c.index)
    if not first.role.startswith(("resp", "tuteur", "pere", "mere")):
        return ""
    roles = {c.role for c in columns if c.name in NAMES and c.role}
    about = {c.name for c in columns if not c.role and c.name} & PUPIL_FACTS
    return first.role if len(roles) == 1 and not about else ""


def _turned(column: Column, centre: str) -> Column:
    """A column of a list of guardians: theirs, or that of the pupil beside them."""
    if column.role == centre:
        return msgspec.structs.replace(column, role="", subject=Profile.PARENT)
    if not column.role and (column.subject is Profile.ELEVE or column.name == "classe"):
        return msgspec.structs.replace(column, role="enfant")
    return column


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
