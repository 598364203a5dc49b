"""MSG: guardians whom the notifications of the messaging cannot reach (knowledge.md §4.10)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from diagnostics.model import Finding, Profile, Record
from diagnostics.rules.data import SchoolData
from diagnostics.rules.guardians import sheets
from diagnostics.rules.report import HOUSEKEEPING, by_name, finding, people, quote, verb, widespread
from diagnostics.rules.siecle import legal_sheets, without_any_contact
from diagnostics.rules.view import Tool, View

MAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s.,;]{2,}")
"""Shape of an address, not more: what is refused here cannot be delivered."""
WRONG = {"at_fault": str(Tool.SIECLE), "source_ok": "non"}
TOOLS = (Tool.SIECLE, Tool.EDUCONNECT, Tool.ENT)


def addresses(data: SchoolData, view: View) -> list[Record]:
    """Records that state a mail address of the guardian, on whichever of the sheets."""
    sheets_of = (view, *data.once(sheets).of(view))
    return [r for one in sheets_of for tool in TOOLS for r in one.of(tool) if r.extra.get("mail")]


def without_mail(data: SchoolData) -> Iterator[Finding]:
    """MSG-06: guardians without any mail address, or whose only address cannot be one."""
    every = data.once(legal_sheets)
    stated = [(view, addresses(data, view)) for view, _ in every]
    # Neither phone nor mail: SIE-08 says it, to the school that must ask for both.
    told = {id(view) for view, _ in data.once(without_any_contact)}
    absent = [view for view, found in stated if not found and id(view) not in told]
    broken = [view for view, found in stated if found and not any(MAIL.fullmatch(r.extra["mail"]) for r in found)]
    if absent and len(absent) < len(every) and not widespread(len(absent), len(every)):
        chosen = by_name(absent)
        yield finding(
            "MSG-06",
            "sans courriel",
            summary=f"{people(len(chosen), Profile.PARENT)} sans adresse de courriel : aucune notification de la"
            " messagerie.",
            cause="Adresse jamais donnée : la demander sur la fiche de renseignements et la saisir dans SIECLE.",
            severity=HOUSEKEEPING,
            views=chosen,
            evidence=[quote(data, v.siecle, "courriel", "") for v in chosen if v.siecle],
            facts=WRONG,
        )
    if broken:
        chosen = by_name(broken)
        count = len(chosen)
        yield finding(
            "MSG-06",
            "courriel faux",
            summary=f"{people(count, Profile.PARENT)} {verb(count, 'a', 'ont')} une adresse de courriel impossible.",
            cause="Faute de frappe à la saisie : corriger dans SIECLE.",
            severity=HOUSEKEEPING,
            views=chosen,
            evidence=[quote(data, r, "courriel", r.extra["mail"]) for v in chosen for r in addresses(data, v)],
            facts=WRONG,
        )
