"""How a person and an account are set side by side."""

from __future__ import annotations

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
from tui.glyphs import fit
from tui.screens.home import short_name
from tui.screens.wording import labelled, record_name
from tui.session import Session
from tui.theme import BAD, DIM, GOOD, NORMAL, TITLE, WARN
from tui.widgets.pane import Block, Fixed, Para

SIGNS = {Agreement.EXACT: "=", Agreement.CLOSE: "≈", Agreement.DIFFERENT: "≠", Agreement.UNKNOWN: "?"}
SIGN_ROLES = {Agreement.EXACT: GOOD, Agreement.CLOSE: WARN, Agreement.DIFFERENT: BAD, Agreement.UNKNOWN: DIM}
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
        labelled("Né(e) le", strings.birth(record.birth_date)),
    ]
    if record.division or record.groups:
        blocks.append(labelled("Classe", ", ".join(x for x in (record.division, *record.groups[:4]) if x)))
    function = record.extra.get("function") or record.extra.get("discipline")
    if function:
        blocks.append(labelled("Fonction", function))
    if record.children:
        blocks.append(labelled("Enfants", ", ".join(record.children)))
    shown = (name for name in ID_LABELS if record.ids.get(name))
    blocks += [labelled(ID_LABELS[name], record.ids[name]) for name in shown]
    others = {KIND_LABELS[session.kind(other.record)] for other in session.same_person(link)}
    if others:
        blocks.append(labelled("Vaut pour", ", ".join(sorted(others)), WARN))
    if export is not None:
        line = f", ligne {record.origin.line}" if record.origin.line else ""
        blocks.append(labelled("Lu dans", short_name(export.file) + line, DIM))
    return blocks


def comparison_table(link: Link, candidate: Candidate, columns: int) -> list[Block]:
    """Field by field: the export, the sign of agreement, the account, and why."""
    width = max(columns, 60)
    column = min((width - 18) // 3 + 2, 30)
    rows: list[Block] = []
    for field in candidate.fields or plain_fields(link.record, candidate.account):
        sign = SIGNS[field.agreement]
        rows.append(
            Fixed(
                [
                    (fit(field.field, 14), DIM),
                    (fit(field.left or "–", column - 1) + " ", NORMAL),
                    (sign + " ", SIGN_ROLES[field.agreement]),
                    (fit(field.right or "–", column - 1) + " ", NORMAL),
                    (field.note, SIGN_ROLES[field.agreement]),
                ]
            )
        )
    return rows


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
        ("Nom", left.surname, right.surname),
        ("Prénom", left.given_names, right.given_names),
        ("Né(e) le", strings.birth(left.birth_date), strings.birth(right.birth_date)),
        ("Classe", left.division, right.division),
        ("Profil", PROFILE_LABELS[left.profile], PROFILE_LABELS[right.profile]),
    )
    return tuple(FieldComparison(field=f, left=a, right=b, agreement=agreement(a, b)) for f, a, b in pairs)


def agreement(left: str, right: str) -> Agreement:
    if left in {"", "–"} or right in {"", "–"}:
        return Agreement.UNKNOWN
    return Agreement.EXACT if fold(left) == fold(right) else Agreement.DIFFERENT
