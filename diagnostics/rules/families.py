"""EDU-04: guardians whose children EduConnect does not hold together (knowledge.md §4.2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from diagnostics import text
from diagnostics.model import Finding, Profile, Record
from diagnostics.rules.data import SchoolData
from diagnostics.rules.guardians import mail, sheets
from diagnostics.rules.report import (
    NEXT_IMPORT,
    by_name,
    finding,
    listing,
    name,
    quote,
)
from diagnostics.rules.security import pupils_by_full_name
from diagnostics.rules.view import Tool, View, near_name


@dataclass(eq=False)
class Account:
    """An account of EduConnect with the guardians of SIECLE that it may be."""

    record: Record
    view: View
    owners: dict[str, View]
    """Guardians of the children, by SIECLE, who bear nearly the account's name."""


def guardian_accounts(data: SchoolData) -> list[Account]:
    doubles = data.once(sheets)
    found = []
    for view in data.with_tool(Tool.EDUCONNECT, Profile.PARENT):
        own = view.value("personne_id", Tool.SIECLE)
        for record in view.of(Tool.EDUCONNECT):
            owners = {doubles.person(own): view} if own else {}
            children = [] if own else [p for child in record.children for p in data.named_pupils(child)]
            for tie in (t for child in children for t in data.guardians_of.get(id(child), ())):
                for sheet in tie.guardian.of(Tool.SIECLE):
                    if id(tie.pupil) in data.known_pupils and near_name(sheet, record):
                        owners[doubles.person(sheet.ids.get("personne_id", ""))] = tie.guardian
            found.append(Account(record, view, owners))
    return found


def split_accounts(data: SchoolData) -> Iterator[Finding]:
    """EDU-04: a guardian with several accounts, or whose account does not show all the children SIECLE gives."""
    groups: dict[str, list[Account]] = defaultdict(list)
    by_mail: dict[str, list[Account]] = defaultdict(list)
    for account in guardian_accounts(data):
        # Children of one name in two families leave the owner open: the mail then says it, or nothing.
        key = next(iter(account.owners)) if len(account.owners) == 1 else account.view.key
        groups[key].append(account)
        if mail(account.record):
            by_mail[mail(account.record)].append(account)
    told: set[int] = set()
    for key, accounts in sorted(groups.items()):
        together = {
            account.record.ids.get("educonnect", "") or str(account.record.origin): account for account in accounts
        }
        first = accounts[0]
        for other in by_mail.get(mail(first.record), ()) if mail(first.record) else ():
            if near_name(other.record, first.record):
                together[other.record.ids.get("educonnect", "") or str(other.record.origin)] = other
        if any(id(account.record) in told for account in together.values()):
            continue
        told.update(id(account.record) for account in together.values())
        found = [together[name] for name in sorted(together)]
        # Two sheets in SIECLE make two accounts here: SIE-01 and SIE-02 say it, with these accounts as proof.
        twice = any(data.once(sheets).doubled(v) for a in found for v in (*a.owners.values(), a.view))
        if len(found) > 1 and not twice:
            yield several_accounts(data, key, found)
        elif len(found) == 1 and first.view.siecle:
            yield from missing_children(data, key, first.view, first.record)


def several_accounts(data: SchoolData, key: str, accounts: list[Account]) -> Finding:
    views = [owner for account in accounts for owner in account.owners.values()] or [a.view for a in accounts]
    best = max(views, key=lambda v: (len(v.by_tool), v.key))
    return finding(
        "EDU-04",
        key,
        summary=f"{name(best)} a {len(accounts)} comptes EduConnect, chacun avec une partie des enfants.",
        cause="Le rapprochement automatique de la fratrie a échoué : fiches différentes dans SIECLE (nom, prénom,"
        " courriel, portable). Corriger SIECLE ou faire regrouper les comptes par le parent (« Mes enfants »).",
        severity=NEXT_IMPORT,
        views=[best],
        evidence=[
            quote(data, a.record, f"compte {a.record.ids.get('educonnect', '')}".strip(), listing(a.record.children))
            for a in accounts
        ],
    )


def missing_children(data: SchoolData, key: str, view: View, record: Record) -> Iterator[Finding]:
    expected = [
        t.pupil for t in data.children_of.get(id(view), ()) if id(t.pupil) in data.known_pupils and t.expects_account
    ]
    if not record.children or not expected:
        return
    seen = [text.code(child) for child in record.children]
    bearers = data.once(pupils_by_full_name)
    written = {ident for child in seen for ident in bearers.get(child, ())}
    missing = [p for p in expected if id(p) not in written and not any(is_named(p, child) for child in seen)]
    missing = [p for p in missing if p.siecle and not data.recent(p.siecle)]
    # Every name unknown is a column that was misread, not an account without its children.
    if not missing or len(missing) == len(expected):
        return
    yield finding(
        "EDU-04",
        key,
        summary=f"{listing(name(p) for p in by_name(missing))} manque dans le compte EduConnect de {name(view)}.",
        cause="L'enfant n'est pas rattaché au compte : nom, prénom, courriel ou portable différents entre les fiches"
        " SIECLE"
        " de la fratrie.",
        severity=NEXT_IMPORT,
        views=[view],
        evidence=[
            quote(data, record, "enfants du compte EduConnect", listing(record.children)),
            *(quote(data, p.siecle, "enfant dans SIECLE", name(p)) for p in by_name(missing) if p.siecle),
        ],
    )


def is_named(pupil: View, child: str) -> bool:
    """Whether a written child, folded without spaces, is this pupil under one of the names it bears."""
    for record in pupil.records():
        given = text.code(record.given_names)
        for surname in (record.surname, record.usage_name):
            if surname and given and child in {text.code(surname) + given, given + text.code(surname)}:
                return True
    first = text.code(pupil.best.given_names.replace("-", " ").split(" ")[0])
    return len(first) > 2 and first in child
