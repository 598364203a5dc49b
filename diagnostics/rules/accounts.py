"""ANN: accounts of the ENT that should not be there, or not as they are (knowledge.md §4.3)."""

from __future__ import annotations

from collections.abc import Iterator

from diagnostics import text
from diagnostics.model import Evidence, Export, Finding, Kind, Profile, Record
from diagnostics.rules.basics import day, locate
from diagnostics.rules.data import SchoolData
from diagnostics.rules.doubled_accounts import account_doubles, accounts_of, identifier, is_local, told_apart
from diagnostics.rules.guardians import phone, phones
from diagnostics.rules.report import (
    FEW,
    HOUSEKEEPING,
    WIDESPREAD,
    by_name,
    finding,
    many,
    people,
    quote,
    verb,
    widespread,
)
from diagnostics.rules.security import sources_by_name
from diagnostics.rules.states import State, state_of
from diagnostics.rules.view import WALL, Tool, View, name_keys, place
from diagnostics.school_year import school_year, toussaint

# -- persons gone --------------------------------------------------------------------------------------------------


def former(data: SchoolData) -> Iterator[Finding]:
    """ANN-07: accounts of pupils whom SIECLE no longer holds and of teachers whom STS-Web no longer holds."""
    until = toussaint(school_year(data.ent_date))
    normal = data.ent_date < until
    cause = (
        f"Normal jusqu'à la Toussaint (vers le {text.french_date(until.isoformat())}) : les anciens gardent l'accès le"
        " temps de récupérer leurs données, puis sont retirés automatiquement."
        if normal
        else "Les anciens sont retirés automatiquement vers la Toussaint : passé cette date, le compte aurait dû"
        " partir."
    )
    doubles = {id(view) for views in data.once(account_doubles) for view in views}
    for profile, tool in ((Profile.ELEVE, Tool.SIECLE), (Profile.ENSEIGNANT, Tool.STS)):
        accounts = [v for v in data.with_tool(Tool.ENT, profile) if not data.elsewhere(v)]
        known = [v for v in accounts if tool in v.by_tool]
        if not known or widespread(len(accounts) - len(known), len(accounts)):
            continue
        claimed = data.once(claimed_accounts)
        gone = by_name(v for v in accounts if id(v) not in doubles | claimed and has_left(data, v, tool))
        if not gone:
            continue
        count = len(gone)
        word = verb(count, "ancien", "anciens")
        yield finding(
            "ANN-07",
            profile,
            summary=f"{people(count, profile).replace(' ', f' {word} ', 1)} {verb(count, 'a', 'ont')} encore un"
            " compte dans"
            f" l'ENT sans être dans {place(tool)}.",
            cause=cause,
            severity=HOUSEKEEPING,
            views=gone,
            evidence=[quote(data, r, "compte ENT", identifier(r)) for v in gone for r in accounts_of([v])],
        )


def claimed_accounts(data: SchoolData) -> set[int]:
    """Views of accounts that a record of SIECLE or STS-Web still to confirm may own."""
    found: set[int] = set()
    for tool in (Tool.SIECLE, Tool.STS):
        for record in data.records(tool):
            link = data.link(record)
            if link is None or link.account is not None:
                continue
            for candidate in link.candidates:
                if account := data.accounts_at.get(locate(candidate.account)):
                    found.add(id(data.view(account)))
    return found


def has_left(data: SchoolData, view: View, tool: Tool) -> bool:
    if view.profile is Profile.ELEVE:
        if any(record.division for record in view.of(Tool.EDT)):
            return False
        if not view.siecle:
            return not under_another_account(data, view)
        left = day(view.siecle.extra.get("exit_date", ""))
        return bool(
            left and (data.ent_date - left).days > 2 and not any(data.enrolled(r) for r in view.of(Tool.SIECLE))
        )
    if tool in view.by_tool or id(view) in data.taught:
        return False
    return not any(is_local(record) for record in view.of(Tool.ENT)) and not under_another_account(data, view)


def under_another_account(data: SchoolData, view: View) -> bool:
    """Whether somebody of that name is in the sources with an account of an export that names accounts otherwise: the
    directory and the AAF then state one account, and nothing ties them."""
    wall, named = WALL.get(view.profile, ""), data.once(sources_by_name)
    return any(
        known is not view and known.ent is not None and not told_apart(view, known)
        for record in view.of(Tool.ENT)
        for key in name_keys(record)
        for known in named.get((wall, key), {}).values()
    )


# -- local accounts ------------------------------------------------------------------------------------------------


SHUT = frozenset({State.LOCKED, State.EXPIRED, State.REMOVED})


def local_accounts(data: SchoolData) -> Iterator[Finding]:
    """ANN-08: accounts made by hand in the ENT (guests, outside staff) that are locked, out of date or closed."""
    found: dict[int, tuple[View, Record]] = {}
    for record in data.records(Tool.ENT, Profile.ENSEIGNANT, Profile.NON_ENSEIGNANT, Profile.AUTRE):
        if is_local(record) and state_of(data, record) in SHUT and not data.other_school(record):
            found.setdefault(id(data.view(record)), (data.view(record), record))
    doubled = {id(view) for views in data.once(account_doubles) for view in views}
    views = by_name(view for ident, (view, _) in found.items() if ident not in doubled)
    if views:
        count = len(views)
        yield finding(
            "ANN-08",
            "locaux",
            summary=f"{many(count, 'compte local est fermé', 'comptes locaux sont fermés')} dans l'ENT :"
            " bloqué, expiré ou désactivé.",
            cause="Compte local ou invité arrivé à sa date de fin, ou fermé à la main : l'administrateur de l'ENT le"
            " rouvre si la personne intervient encore, sinon le supprime.",
            severity=HOUSEKEEPING,
            views=views,
            evidence=[
                quote(data, record, "statut", record.extra.get("state", "") or record.extra.get("status", ""))
                for _, record in (found[id(view)] for view in views)
            ],
        )


# -- functions -----------------------------------------------------------------------------------------------------


def functions(data: SchoolData) -> Iterator[Finding]:
    """ANN-09: staff whose account states no function or no discipline, in an export that states the others'."""
    for profile in (Profile.NON_ENSEIGNANT, Profile.ENSEIGNANT):
        lacking: dict[int, tuple[View, Record, str]] = {}
        for export in data.of_tool(Tool.ENT):
            for field, label in (("function", "fonction"), ("discipline", "discipline de poste")):
                for record in without(data, export, profile, field):
                    view = data.view(record)
                    if not any(r.extra.get(field) for r in view.of(Tool.ENT)):
                        lacking.setdefault(id(view), (view, record, label))
        if not lacking:
            continue
        views = by_name(view for view, _, _ in lacking.values())
        yield finding(
            "ANN-09",
            profile,
            summary=f"{people(len(views), profile)} sans fonction ou discipline de poste dans l'ENT.",
            cause="Le couple fonction / discipline n'est pas rempli : la personne n'apparaît pas dans les listes de la"
            " messagerie (direction, gestion, médico-social).",
            severity=HOUSEKEEPING,
            views=views,
            evidence=[quote(data, lacking[id(v)][1], lacking[id(v)][2], "") for v in views],
        )


def without(data: SchoolData, export: Export, profile: Profile, field: str) -> list[Record]:
    """Accounts of here that lack a field which most of their colleagues state."""
    staff = [
        r
        for r in export.records
        if r.profile in (Profile.ENSEIGNANT, Profile.NON_ENSEIGNANT) and not data.other_school(r) and not is_local(r)
    ]
    here = [r for r in staff if r.profile is profile]
    lacking = [r for r in here if not r.extra.get(field)]
    found = []
    if usual(here, field) and (len(here) >= FEW or len(lacking) <= 2):
        found = [r for r in lacking if data.view(r).profile is profile]
    if len(here) < FEW and field == "function" and usual(staff, field):
        # Two or three of a profile show no habit of their own: the whole staff does, for those whom STS-Web holds.
        known = [r for r in lacking if any(s.extra.get(field) for s in data.view(r).of(Tool.STS))]
        found += [r for r in known if not any(r is other for other in found)]
    return found


def usual(records: list[Record], field: str) -> bool:
    """Whether most of these accounts state a field."""
    return len(records) > 1 and sum(not r.extra.get(field) for r in records) <= len(records) * (1 - WIDESPREAD)


# -- phones --------------------------------------------------------------------------------------------------------


PHONE_LIST = frozenset({
    "nom", "prenom", "nomprenom", "nometprenom", "utilisateur", "profil", "telephone", "tel", "portable", "mobile",
    "numero", "date", "datedemiseajour", "datemodification", "civilite", "nouveautelephone", "telephonemisajour",
})  # fmt: skip
"""Titles of a table that holds persons and numbers and nothing else: the list « Téléphones mis à jour » (D17)."""


def phone_lists(data: SchoolData) -> list[Export]:
    """The ENT's list of changed phones: said by its title, or a table of names and numbers only."""
    return [
        export
        for export in data.of(Kind.TABLEAU)
        if export.meta.get("list") == "telephones_mis_a_jour"
        or (
            export.columns
            and {text.header(column) for column in export.columns} <= PHONE_LIST | {""}
            and any(phone(record) for record in export.records)
        )
    ]


def updated_phones(data: SchoolData) -> Iterator[Finding]:
    """ANN-14: lines of « Téléphones mis à jour » that SIECLE does not have yet."""
    late: list[tuple[View, Record]] = []
    for export in phone_lists(data):
        late += [(data.view(r), r) for r in export.records if phone(r) and not in_siecle(data, r)]
    if late:
        late.sort(key=lambda pair: (text.fold(pair[1].surname), text.fold(pair[1].given_names)))
        count = len({id(view) for view, _ in late})
        yield finding(
            "ANN-14",
            "téléphones",
            summary=f"{people(count, Profile.PARENT)} {verb(count, 'a', 'ont')} changé de téléphone dans l'ENT :"
            " à reporter dans SIECLE.",
            cause="Le responsable a modifié son numéro dans « Mes Préférences » ; la ligne disparaît de la liste quand"
            " SIECLE est corrigé.",
            severity=HOUSEKEEPING,
            views=[view for view, _ in late],
            evidence=[e for view, record in late for e in phone_evidence(data, view, record)],
        )


def in_siecle(data: SchoolData, record: Record) -> bool:
    """Whether a guardian of that name already has the number in SIECLE."""
    view = data.view(record)
    known = list(view.of(Tool.SIECLE)) or [
        other
        for key in name_keys(record)
        for found in data.guardians_by_name.get(key, ())
        for other in found.of(Tool.SIECLE)
    ]
    return any(phone(record) in phones(other) for other in known)


def phone_evidence(data: SchoolData, view: View, record: Record) -> Iterator[Evidence]:
    yield quote(data, record, "téléphone dans l'ENT", record.extra.get("phone", ""))
    if view.siecle:
        yield quote(data, view.siecle, "téléphone dans SIECLE", view.siecle.extra.get("phone", ""))
