"""The lines of a ticket on its screen."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest

from diagnostics.model import ACTOR_LABELS, Attachment, Ticket
from tui import drafting, following
from tui.glyphs import fit, wrap
from tui.screens.base import WIDE
from tui.screens.wording import people_of
from tui.session import Session
from tui.theme import ACCENT, BAD, DIM, KEY, NORMAL, TITLE, WARN, Spans
from tui.widgets.pane import Block, Fixed, Para

SUBJECT, SERVICE, TEXT, FIELD, RULE, PIECE, LACK, CAPTION, SIMILAR, CASE = (
    "objet",
    "vers",
    "texte",
    "champ",
    "regle",
    "piece",
    "manque",
    "titre",
    "semblable",
    "suivi",
)
LABEL, WIDE_LABEL = 17, 30
"""Cells of a label on a screen of 80 columns, and from 100."""
OWN_LABEL = {LACK: 2, RULE: 9, PIECE: 10}
"""Cells of the labels of lines that are no question: a sign, a number, a size."""
RULES = {1: "un seul incident", 2: "phrases courtes", 3: "personnes nommées", 4: "pièces"}
"""Names of the four rules (knowledge.md §2.1), for a line of 80 columns."""
PREVIEW_LINES = 400
GUTTER = 2
"""Cells that the list takes before a row."""


@dataclass(frozen=True)
class FormRow:
    """A line of the ticket as shown: what it belongs to, and how it reads."""

    key: str
    part: str
    label: str
    text: str
    role: str = NORMAL
    name: str = ""
    """Key of the field, or name of the attachment."""
    line: int = 0
    """Line of the text, 0 = first."""


def form_rows(session: Session, ticket: Ticket | None, columns: int) -> list[FormRow]:
    """The ticket as lines: what looks like it, its case, subject, recipient, fields, text, what is missing, broken
    rules, attachments."""
    if ticket is None:
        return [FormRow("vide", LACK, "", "Aucun ticket : dans la liste des anomalies, t en prépare un.")]
    width = min(max(columns - 6, 40), 120)

    def lines(key: str, part: str, label: str, text: str, role: str = NORMAL, name: str = "") -> list[FormRow]:
        """A value on as many lines as it needs, its label beside on as many as that one needs."""
        room = label_width(part, columns)
        beside = zip_longest(wrap(label, room - 1), wrap(text, width - room), fillvalue="")
        return [FormRow(f"{key}.{i}", part, words, piece, role, name) for i, (words, piece) in enumerate(beside)]

    rows = [
        *lines("objet", SUBJECT, "Objet", ticket.subject, TITLE),
        *lines("vers", SERVICE, "Vers", ACTOR_LABELS[ticket.recipient], ACCENT),
    ]
    incident = ticket.incident
    for similar, other in following.alike(session, incident):
        known = following.described(session, other)
        text = f"{other.category} {people_of(other)} : {known} ({' ; '.join(similar.reasons)})"
        rows += lines(f"semblable {other.id}", SIMILAR, "Semblable", text, WARN, other.id)
    if told := following.told(session, incident):
        rows += lines("suivi", CASE, "Suivi", told, DIM)
    for key, label, question in drafting.questions(session, ticket):
        value = ticket.fields.get(key, "")
        rows += lines(f"champ {key}", FIELD, label, value or f"? {question}", NORMAL if value else WARN, key)
    if ticket.missing:
        rows.append(FormRow("titre manque", CAPTION, "", "Il manque", TITLE))
        for lack in ticket.missing:
            rows += lines(f"manque {lack}", LACK, "○", lack, WARN, lack)
    broken = [check for check in ticket.checks if not check.ok]
    if broken:
        rows.append(FormRow("titre regles", CAPTION, "", "Règles non tenues", TITLE))
        for check in broken:
            rows += lines(f"regle {check.rule}", RULE, f"règle {check.rule}", check.why, BAD)
    rows.append(FormRow("titre texte", CAPTION, "", "Texte", TITLE))
    for number, line in enumerate(ticket.body.split("\n")):
        pieces = enumerate(wrap(line, width))
        rows += [FormRow(f"texte {number}.{part}", TEXT, "", piece, line=number) for part, piece in pieces]
    rows.append(FormRow("titre pieces", CAPTION, "", f"Pièces jointes ({len(ticket.attachments)})", TITLE))
    for piece in ticket.attachments:
        size = size_words(len(piece.content))
        rows += lines(f"piece {piece.name}", PIECE, size, f"{piece.name}   {piece.about}", name=piece.name)
    return rows


def label_width(part: str, columns: int) -> int:
    """Cells of the label of a line on a screen of that many columns."""
    return OWN_LABEL.get(part, LABEL if columns < WIDE else WIDE_LABEL)


def draw_row(row: FormRow, width: int) -> Spans:
    if row.part == CAPTION:
        return [("─── ", "rule"), (row.text, row.role)]
    if row.part == TEXT:
        return [(row.text, row.role)]
    return [(fit(row.label, label_width(row.part, width + GUTTER) - 1) + " ", DIM), (row.text, row.role)]


def preview_blocks(piece: Attachment) -> list[Block]:
    """What an attachment holds, as text when it is text."""
    from diagnostics.tickets import files

    head: list[Block] = [
        Para(piece.about, DIM),
        Para(f"{piece.media_type}, {files.size_label(len(piece.content))}", DIM),
    ]
    lines = files.preview(piece).splitlines()
    return [*head, *(Fixed([(line, KEY if i == 0 else NORMAL)]) for i, line in enumerate(lines[:PREVIEW_LINES]))]


def size_words(size: int) -> str:
    from diagnostics.tickets.files import size_label

    return size_label(size)
