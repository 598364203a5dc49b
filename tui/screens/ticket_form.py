"""The lines of a ticket on its screen."""

from __future__ import annotations

from dataclasses import dataclass

from diagnostics.model import ACTOR_LABELS, Attachment, Ticket
from tui import drafting
from tui.glyphs import fit, wrap
from tui.session import Session
from tui.theme import ACCENT, BAD, DIM, KEY, NORMAL, TITLE, WARN, Spans
from tui.widgets.pane import Block, Fixed, Para

SUBJECT, SERVICE, TEXT, FIELD, RULE, PIECE, LACK, CAPTION = (
    "objet",
    "vers",
    "texte",
    "champ",
    "regle",
    "piece",
    "manque",
    "titre",
)
LABEL = 17
RULES = {1: "un seul incident", 2: "phrases courtes", 3: "personnes nommées", 4: "pièces"}
"""Names of the four rules (knowledge.md §2.1), for a line of 80 columns."""
PREVIEW_LINES = 400


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
    """The ticket as lines: subject, recipient, fields, text, what is missing, broken rules, attachments."""
    if ticket is None:
        return [FormRow("vide", LACK, "", "Aucun ticket : dans la liste des anomalies, t en prépare un.")]
    width = min(max(columns - 6, 40), 100)
    rows = [
        FormRow(SUBJECT, SUBJECT, "Objet", ticket.subject, TITLE),
        FormRow(SERVICE, SERVICE, "Vers", ACTOR_LABELS[ticket.recipient], ACCENT),
    ]
    rows += [
        FormRow(f"champ {key}", FIELD, label, ticket.fields.get(key) or f"? {question}",
                NORMAL if ticket.fields.get(key) else WARN, key)
        for key, label, question in drafting.questions(session, ticket)
    ]  # fmt: skip
    if ticket.missing:
        rows.append(FormRow("titre manque", CAPTION, "", "Il manque", TITLE))
        rows += [FormRow(f"manque {text}", LACK, "○", text, WARN) for text in ticket.missing]
    broken = [check for check in ticket.checks if not check.ok]
    if broken:
        rows.append(FormRow("titre regles", CAPTION, "", "Règles non tenues", TITLE))
        rows += [FormRow(f"regle {c.rule}", RULE, f"règle {c.rule}", c.why, BAD) for c in broken]
    rows.append(FormRow("titre texte", CAPTION, "", "Texte", TITLE))
    for number, line in enumerate(ticket.body.split("\n")):
        rows += [
            FormRow(f"texte {number}.{part}", TEXT, "", piece, line=number)
            for part, piece in enumerate(wrap(line, width))
        ]
    rows.append(FormRow("titre pieces", CAPTION, "", f"Pièces jointes ({len(ticket.attachments)})", TITLE))
    rows += [
        FormRow(
            f"piece {piece.name}",
            PIECE,
            size_words(len(piece.content)),
            f"{piece.name}   {piece.about}",
            name=piece.name,
        )
        for piece in ticket.attachments
    ]
    return rows


def draw_row(row: FormRow, width: int) -> Spans:
    if row.part == CAPTION:
        return [("─── ", "rule"), (row.text, row.role)]
    if row.part == TEXT:
        return [(row.text, row.role)]
    return [(fit(row.label, LABEL - 1) + " ", DIM), (row.text, row.role)]


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
