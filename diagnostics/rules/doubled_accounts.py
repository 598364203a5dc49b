"""ANN-05: the same person twice in the directory of the ENT, and what makes two records one account."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

import msgspec

from diagnostics import text
from diagnostics.model import Finding, Profile, Record
from diagnostics.rules.basics import division_key
from diagnostics.rules.data import SchoolData
from diagnostics.rules.guardians import sheets
from diagnostics.rules.report import NEXT_IMPORT, finding, name, people, quote
from diagnostics.rules.security import sources_by_name
from diagnostics.rules.view import WALL, Tool, View, name_keys

ACCOUNT_IDS = ("uid", "login", "jointure")
"""Identifiers of an account: of one kind and two values, they are two accounts."""
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


def one_account(one: Record, other: Record) -> bool:
    """Whether two records state one account: an identifier in common, or two exports that name no account alike."""
    both = [kind for kind in ACCOUNT_IDS if one.ids.get(kind) and other.ids.get(kind)]
    if both:
        return any(one.ids[kind].casefold() == other.ids[kind].casefold() for kind in both)
    return one.origin.export != other.origin.export


def comparable(one: Record, other: Record) -> bool:
    """Whether two records can show two accounts: lines of one export, or identifiers of one kind."""
    return one.origin.export == other.origin.export or any(
        one.ids.get(kind) and other.ids.get(kind) for kind in ACCOUNT_IDS
    )


def accounts_of(views: Iterable[View]) -> list[Record]:
    """One record an account, with what all the exports of the ENT say of it."""
    return sorted((account for view in views for account in accounts_in(view)), key=identifier)


def accounts_in(view: View) -> list[Record]:
    """The accounts of one view. An export without any identifier in common with an account's states that one."""
    groups: list[list[Record]] = []
    for record in sorted(view.of(Tool.ENT), key=lambda r: -sum(kind in r.ids for kind in ACCOUNT_IDS)):
        home = next((group for group in groups if all(one_account(record, known) for known in group)), None)
        if home is None:
            groups.append([record])
        else:
            home.append(record)
    return [merged(group) for group in groups]


def merged(records: list[Record]) -> Record:
    """What the exports say of one account, the one that says most first."""
    if len(records) == 1:
        return records[0]
    first, *others = sorted(records, key=lambda record: -len(record.extra))
    ids, extra, birth = dict(first.ids), dict(first.extra), first.birth_date
    for other in others:
        ids = {**other.ids, **ids}
        extra = {**other.extra, **extra}
        birth = birth or other.birth_date
    return msgspec.structs.replace(first, birth_date=birth, ids=ids, extra=extra)


def account_doubles(data: SchoolData) -> list[list[View]]:
    """Groups of views whose accounts are one human's, the view that other tools know first."""
    found: dict[frozenset[int], list[View]] = {}
    for view in data.with_tool(Tool.ENT):
        records = view.of(Tool.ENT)
        first = records[0].ids.get("uid")
        if len(records) == 1 or (first and all(record.ids.get("uid") == first for record in records)):
            continue
        if len(accounts_in(view)) > 1:
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
        if len(group) == 2 and share_name(*group.values()) and told_apart(*group.values()):
            found[frozenset(group)] = list(group.values())
    for (wall, key), group in by_key.items():
        views = list(group.values())
        for index, one in enumerate(views):
            for other in views[index + 1 :]:
                if one_account_too_many(data, wall, key, one, other):
                    found[frozenset((id(one), id(other)))] = [one, other]
    ordered = [sorted(views, key=lambda v: (-len(v.by_tool), v.key)) for views in found.values()]
    return sorted(ordered, key=lambda views: views[0].key)


def told_apart(one: View, other: View) -> bool:
    """Whether the exports can show that the accounts of two views are two: the directory and the AAF name no account
    alike."""
    pairs = [(a, b) for a in one.of(Tool.ENT) for b in other.of(Tool.ENT)]
    return any(comparable(a, b) for a, b in pairs) and not any(
        a.ids.get("uid") and a.ids.get("uid") == b.ids.get("uid") for a, b in pairs
    )


def share_name(one: View, other: View) -> bool:
    mine = {key for record in one.of(Tool.ENT) for key in name_keys(record)}
    return any(key in mine for record in other.of(Tool.ENT) for key in name_keys(record))


def one_account_too_many(data: SchoolData, wall: str, key: tuple[str, str], one: View, other: View) -> bool:
    """Whether two accounts of one name are one human's: same birth date, or one made by hand beside the official one,
    one class of pupils, and never as many humans of that name in the sources as there are accounts."""
    known_apart = any(one.of(tool) and other.of(tool) for tool in (Tool.SIECLE, Tool.STS, Tool.EDUCONNECT))
    if known_apart or not told_apart(one, other):
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
