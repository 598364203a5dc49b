"""How a person and an account are set side by side."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from diagnostics.model import (
    KIND_LABELS,
    PROFILE_LABELS,
    Agreement,
    Candidate,
    FieldComparison,
    Link,
    Record,
    Verdict,
)
from diagnostics.text import fold
from tui import strings
from tui.glyphs import fit, width_of, wrap
from tui.screens.home import short_name
from tui.screens.wording import SHORT_PROFILES, labelled, record_name
from tui.session import Session
from tui.theme import BAD, DIM, GOOD, KEY, NORMAL, TITLE, WARN, Spans
from tui.widgets.pane import BLANK, Block, Fixed, Para

SIGNS = {Agreement.EXACT: "=", Agreement.CLOSE: "≈", Agreement.DIFFERENT: "≠", Agreement.UNKNOWN: "?"}
SIGN_ROLES = {Agreement.EXACT: GOOD, Agreement.CLOSE: WARN, Agreement.DIFFERENT: BAD, Agreement.UNKNOWN: DIM}
URGENCY = {Agreement.DIFFERENT: 0, Agreement.CLOSE: 1}
"""What is read first: on a small screen the rest is below."""
FIELD, NOTE = 16, 12
"""Cells of a field's name, and the fewest in which a note is read beside the values rather than below."""
FIXED, BIRTH, NAME = 7, 11, 12
"""Cells of an account's score and sign, of its birth date, and the fewest of its name."""
ID_LABELS = {"ine": "INE", "code_source": "Code", "jointure": "Jointure", "login": "Compte", "idpn": "ID Pronote"}


def source_blocks(session: Session, link: Link | None) -> list[Block]:
    """The person as the export states them."""
    if link is None:
        school = session.school
        return [Para(strings.NO_MATCHING_NEEDED if school else strings.NOTHING_HERE_YET)]
    record = link.record
    export = session.export(record)
    blocks: list[Block] = [
        Para(KIND_LABELS[session.kind(record)], DIM),
        Para(record_name(record), TITLE),
        beside("Né(e) le", strings.birth(record.birth_date)),
    ]
    if record.division or record.groups:
        blocks.append(beside("Classe", ", ".join(x for x in (record.division, *record.groups[:4]) if x)))
    function = record.extra.get("function") or record.extra.get("discipline")
    if function:
        blocks.append(beside("Fonction", function))
    if record.children:
        blocks.append(beside("Enfants", ", ".join(record.children)))
    shown = (name for name in ID_LABELS if record.ids.get(name))
    blocks += [beside(ID_LABELS[name], record.ids[name]) for name in shown]
    others = {KIND_LABELS[session.kind(other.record)] for other in session.same_person(link)}
    if others:
        blocks.append(beside("Vaut pour", ", ".join(sorted(others)), WARN))
    if export is not None:
        line = f", ligne {record.origin.line}" if record.origin.line else ""
        blocks.append(beside("Lu dans", short_name(export.file) + line, DIM))
    return blocks


def beside(label: str, text: str, role: str = NORMAL) -> Para:
    """A label and its text in a narrow pane."""
    return Para(text, role, lead=[(f"{label} ", DIM)], hang=2)


def comparison_blocks(
    session: Session, link: Link, candidate: Candidate | None, columns: int, doubt: str
) -> list[Block]:
    """What was decided, then the person and the account side by side and why, then what other exports say.

    Args:
        columns: cells there are.
        doubt: why the association would have to be confirmed, "" when it would not.
    """
    blocks: list[Block] = []
    decision = session.decisions.get(link.key)
    if decision is not None:
        account = session.chosen_account(link)
        what = f"associé à {account_name(account)}" if account else "aucun compte"
        blocks.append(Para(f"Décidé par {decision.agent} : {what}.   u annule la dernière décision", GOOD))
    if candidate is None:
        blocks.append(Para(link.why or "Aucun compte proche dans l’ENT."))
        if link.expected:
            blocks.append(labelled("Attendu", link.expected, WARN))
        return [*blocks, Para("/ cherche dans tout l’ENT, x note « aucun compte ».", DIM), *elsewhere(session, link)]
    blocks += comparison_table(link, candidate, columns)
    if doubt:
        blocks.append(labelled("Attention", doubt, BAD))
    if candidate.why:
        blocks.append(labelled("Pourquoi", candidate.why))
    login = candidate.account.ids.get("login", "")
    status = candidate.account.extra.get("status") or candidate.account.extra.get("state", "")
    if login or status:
        blocks.append(labelled("Compte", "  ".join(part for part in (login, status) if part)))
    return [*blocks, BLANK, Para(strings.NOTHING_SENT, DIM), *elsewhere(session, link)]


def elsewhere(session: Session, link: Link) -> list[Block]:
    """What the other exports say of the person."""
    identity = session.identity(link.record)
    others = [one for one in identity.records if one.origin != link.record.origin] if identity else []
    lines: list[Block] = []
    for record in others:
        birth = strings.birth(record.birth_date) if record.birth_date else ""
        parts = (KIND_LABELS[session.kind(record)], record_name(record), birth, record.division)
        lines.append(labelled("" if lines else "Ailleurs", ", ".join(part for part in parts if part), DIM))
    return [BLANK, *lines] if lines else []


def value_width(columns: int) -> int:
    """Cells of a value in the table."""
    return max(min((columns - FIELD - 4) // 3 + 2, 30), 14)


def table_header(session: Session, link: Link, columns: int) -> str:
    """What each column of the table is, to stand above it after the sign of a rule."""
    export = fit(KIND_LABELS[session.kind(link.record)], value_width(columns) + 1) + " "
    return fit("champ", FIELD - 3) + export + "compte de l’ENT"


def comparison_table(link: Link, candidate: Candidate, columns: int) -> list[Block]:
    """Field by field, what does not agree first: the export, the sign of agreement, the account, and why.

    What is long goes on below itself.
    """
    column = value_width(columns)
    note = columns - FIELD - 2 - 2 * column
    rows: list[Block] = []
    fields = candidate.fields or plain_fields(link.record, candidate.account)
    for field in sorted(fields, key=lambda field: URGENCY.get(field.agreement, len(URGENCY))):
        role = SIGN_ROLES[field.agreement]
        left, right = wrap(field.left or "–", column - 1), wrap(field.right or "–", column - 1)
        why = wrap(field.note, note) if field.note and note >= NOTE else []
        for i, (one, other, because) in enumerate(zip_longest(left, right, why, fillvalue="")):
            name, sign = ("", "") if i else (field.field, SIGNS[field.agreement])
            rows.append(Fixed([
                (fit(name, FIELD), DIM), (fit(one, column), NORMAL), (fit(sign, 2), role), (fit(other, column), NORMAL),
                (because, role),
            ]))  # fmt: skip
        if field.note and not why:
            rows.append(Para(field.note, role, lead=[(" " * FIELD, NORMAL)]))
    return rows


def account_spans(
    session: Session, candidate: Candidate, shown: Sequence[Candidate], width: int, likeness: float, held: bool
) -> Spans:
    """An account among those ``shown`` with it: likeness, name, birth, whether it is the one chosen, and its place."""
    born = BIRTH if any(birth(one) for one in shown) else 0
    place = min(max(width_of(place_in(session, one)) for one in shown), max(width - FIXED - born - NAME, 0))
    return [
        (f"{likeness:>3.0f} " if likeness else "    ", KEY),
        (fit(record_name(candidate.account), width - FIXED - born - place) + " ", NORMAL),
        (fit(birth(candidate) or "–", born), NORMAL),
        ("√ " if held else "  ", GOOD),
        (place_in(session, candidate), DIM),
    ]


def birth(candidate: Candidate) -> str:
    """Birth date of the account, or what the comparison knows of it."""
    if candidate.account.birth_date:
        return strings.birth(candidate.account.birth_date)
    return next((field.right for field in candidate.fields if field.field == "naissance" and field.right), "")


def place_in(session: Session, candidate: Candidate) -> str:
    """What tells accounts of one name apart: class, login, or the school of a stranger."""
    account = candidate.account
    if session.export(account) is None:
        return account.extra.get("main_school", "") or account.school or "autre établissement"
    return account.division or account.ids.get("login", "") or SHORT_PROFILES[account.profile]


def verdict_words(link: Link) -> str:
    if link.verdict is Verdict.REVIEW:
        return strings.plural(len(link.candidates), "compte possible", "comptes possibles")
    return "aucun compte proche" if not link.candidates else "aucun compte assez proche"


def account_name(account: Record | None) -> str:
    if account is None:
        return "aucun compte"
    login = account.ids.get("login", "")
    return f"{record_name(account)} ({login})" if login else record_name(account)


def plain_fields(left: Record, right: Record) -> tuple[FieldComparison, ...]:
    """Field by field when the matching room did not compare: equal once folded, or not."""
    pairs = (
        ("nom", left.surname, right.surname),
        ("prénom", left.given_names, right.given_names),
        ("naissance", strings.birth(left.birth_date), strings.birth(right.birth_date)),
        ("classe", left.division, right.division),
        ("profil", PROFILE_LABELS[left.profile], PROFILE_LABELS[right.profile]),
    )
    return tuple(FieldComparison(field=f, left=a, right=b, agreement=agreement(a, b)) for f, a, b in pairs)


def agreement(left: str, right: str) -> Agreement:
    if left in {"", "–"} or right in {"", "–"}:
        return Agreement.UNKNOWN
    return Agreement.EXACT if fold(left) == fold(right) else Agreement.DIFFERENT
