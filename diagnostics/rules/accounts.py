"""ANN: accounts of the ENT that should not be there, or not as they are (knowledge.md §4.3)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

import msgspec

from diagnostics import text
from diagnostics.model import Evidence, Export, Finding, Kind, Profile, Record
from diagnostics.rules.data import SchoolData, day, division_key, locate
from diagnostics.rules.guardians import phone, phones, sheets
from diagnostics.rules.report import (
    FEW,
    HOUSEKEEPING,
    NEXT_IMPORT,
    WIDESPREAD,
    by_name,
    finding,
    name,
    people,
    quote,
    verb,
    widespread,
)
from diagnostics.rules.security import sources_by_name
from diagnostics.rules.view import WALL, Tool, View, name_keys, place
from diagnostics.school_year import school_year, toussaint

LOCAL_DIRECTORY = re.compile(r"\b(LOCALE?|INVITE|MANUEL|ANNUAIRE ENT|ENT)\b")
FEDERATED = re.compile(r"\b(AAF|FEDERATEUR|ACADEMI\w*|EDUCONNECT|COLLECTIVITE)\b")
"""Directories of origin as the ENT words them (003:404); anything else says nothing."""


def is_local(record: Record) -> bool | None:
    """Whether an account was made by hand in the ENT; None when nothing says it."""
    directory = text.fold(record.extra.get("directory", ""))
    if FEDERATED.search(directory):
        return False
    if LOCAL_DIRECTORY.search(directory):
        return True
    return None if directory or "jointure" not in record.ids else False


def made_by_hand(record: Record, federated: Record) -> bool:
    """Whether of two accounts the first is the local one: by its directory, else for want of a key of the directory."""
    said = is_local(record)
    if said is None:
        said = not record.ids.get("jointure") and not record.extra.get("directory")
    return said and bool(federated.ids.get("jointure")) and is_local(federated) is not True


# -- the same person twice -----------------------------------------------------------------------------------------


def doubled_accounts(data: SchoolData) -> Iterator[Finding]:
    """ANN-05: two accounts of the ENT for one human."""
    for views in data.once(account_doubles):
        records = accounts_of(views)
        named = name(views[0])
        local = any(made_by_hand(a, b) for a in records for b in records if a is not b)
        yield finding(
            "ANN-05",
            "+".join(sorted({identifier(r) for r in records})),
            summary=f"{named} ({people(1, views[0].profile)[2:]}) a {len({identifier(r) for r in records})} comptes"
            " dans l'ENT.",
            cause="Un compte local fait à la main s'ajoute au compte de l'annuaire fédérateur : garder le second."
            if local
            else "Changement de nom, de profil ou d'établissement qui a créé un second compte.",
            severity=NEXT_IMPORT,
            views=views[:1],
            evidence=[
                quote(
                    data,
                    record,
                    "annuaire d'origine" if record.extra.get("directory") else "identifiant ENT",
                    shown(record),
                )
                for record in records
            ],
        )


def shown(record: Record) -> str:
    return " · ".join(
        v for v in (record.extra.get("directory", ""), record.ids.get("uid", "") or record.ids.get("login", "")) if v
    )


def identifier(record: Record) -> str:
    return record.ids.get("uid", "") or record.ids.get("login", "") or f"{record.origin.export}:{record.origin.line}"


def accounts_of(views: Iterable[View]) -> list[Record]:
    """One record an account, with what all the exports of the ENT say of it."""
    found: dict[str, Record] = {}
    for view in views:
        for record in view.of(Tool.ENT):
            key = identifier(record)
            known = found.get(key)
            if known is None:
                found[key] = record
                continue
            first, second = sorted((known, record), key=lambda r: -len(r.extra))
            found[key] = msgspec.structs.replace(
                first,
                birth_date=first.birth_date or second.birth_date,
                ids={**second.ids, **first.ids},
                extra={**second.extra, **first.extra},
            )
    return [found[key] for key in sorted(found)]


def account_doubles(data: SchoolData) -> list[list[View]]:
    """Groups of views whose accounts are one human's, the view that other tools know first."""
    found: dict[frozenset[int], list[View]] = {}
    for view in data.with_tool(Tool.ENT):
        records = view.of(Tool.ENT)
        first = records[0].ids.get("uid")
        if first and all(record.ids.get("uid") == first for record in records):
            continue
        if len(records) > 1 and len({identifier(r) for r in records}) > 1:
            found[frozenset((id(view),))] = [view]
    by_key: dict[tuple[str, tuple[str, str]], dict[int, View]] = defaultdict(dict)
    by_jointure: dict[tuple[str, str], dict[int, View]] = defaultdict(dict)
    for view in data.with_tool(Tool.ENT):
        wall = WALL.get(view.profile, "")
        for record in view.of(Tool.ENT):
            for key in name_keys(record):
                if all(key):
                    by_key[wall, key][id(view)] = view
            if jointure := record.ids.get("jointure"):
                by_jointure[wall, jointure][id(view)] = view
    for group in by_jointure.values():
        if len(group) == 2 and share_name(*group.values()):
            found[frozenset(group)] = list(group.values())
    for (wall, key), group in by_key.items():
        views = list(group.values())
        for index, one in enumerate(views):
            for other in views[index + 1 :]:
                if one_account_too_many(data, wall, key, one, other):
                    found[frozenset((id(one), id(other)))] = [one, other]
    ordered = [sorted(views, key=lambda v: (-len(v.by_tool), v.key)) for views in found.values()]
    return sorted(ordered, key=lambda views: views[0].key)


def share_name(one: View, other: View) -> bool:
    mine = {key for record in one.of(Tool.ENT) for key in name_keys(record)}
    return any(key in mine for record in other.of(Tool.ENT) for key in name_keys(record))


def one_account_too_many(data: SchoolData, wall: str, key: tuple[str, str], one: View, other: View) -> bool:
    """Whether two accounts of one name are one human's: same birth date, or one made by hand beside the official one,
    one class of pupils, and never as many humans of that name in the sources as there are accounts."""
    known_apart = any(one.of(tool) and other.of(tool) for tool in (Tool.SIECLE, Tool.STS, Tool.EDUCONNECT))
    if known_apart:
        return False
    mine, theirs = accounts_of([one]), accounts_of([other])
    dates = {r.birth_date for r in mine if r.birth_date}, {r.birth_date for r in theirs if r.birth_date}
    if all(dates):
        if not dates[0] & dates[1]:
            return False
        return wall != "parent"
    for a in mine:
        for b in theirs:
            if made_by_hand(a, b) or made_by_hand(b, a):
                return len(data.once(sources_by_name).get((wall, key), ())) < 2
    if wall == WALL[Profile.ELEVE] and same_class(one, other) and not born_apart(one, other):
        return len(data.once(sources_by_name).get((wall, key), ())) == 1
    return wall == "parent" and same_children(data, one, other)


def same_class(one: View, other: View) -> bool:
    """Whether the accounts of two pupils state a class, and the same."""
    mine, theirs = ({division_key(r.division) for r in accounts_of([v]) if r.division} for v in (one, other))
    return bool(mine) and mine == theirs


def born_apart(one: View, other: View) -> bool:
    """Whether any tool states birth dates that differ."""
    mine, theirs = ({r.birth_date for r in v.records() if r.birth_date} for v in (one, other))
    return bool(mine and theirs) and not mine & theirs


def same_children(data: SchoolData, one: View, other: View) -> bool:
    """Whether two guardians' accounts hang on children of one sheet of SIECLE that has no double."""
    if data.once(sheets).doubled(one) or data.once(sheets).doubled(other):
        return False
    children = data.children_in_ent
    mine, theirs = children.get(id(one), set()), children.get(id(other), set())
    if not mine or not theirs:
        return False
    for view in (one, other):
        known = {id(tie.pupil) for tie in data.children_of.get(id(view), ())}
        if known and mine | theirs <= known:
            return True
    return False


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
            return True
        left = day(view.siecle.extra.get("exit_date", ""))
        return bool(
            left and (data.ent_date - left).days > 2 and not any(data.enrolled(r) for r in view.of(Tool.SIECLE))
        )
    if tool in view.by_tool or id(view) in data.taught:
        return False
    return not any(is_local(record) for record in view.of(Tool.ENT))


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
