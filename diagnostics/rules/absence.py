"""Who should have an account of the ENT and has none, and what explains it: one cause for each person."""

from __future__ import annotations

import enum
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from diagnostics import text
from diagnostics.model import ENT_ACCOUNT_KINDS, Evidence, Profile, Record
from diagnostics.rules.basics import day, locate
from diagnostics.rules.data import SchoolData
from diagnostics.rules.guardians import sheets
from diagnostics.rules.pupils import second_sheets
from diagnostics.rules.report import FEW, quote, widespread
from diagnostics.rules.states import State, state_of
from diagnostics.rules.view import WALL, Tool, View, name_keys, same_name, strangers

PARTIAL = 0.4
"""Share of each of several profiles beyond which the export of the ENT is a part of it (judgement)."""
LOCAL = "local"
"""INDIVIDU@TYPE of staff typed by hand in STS-Web: what the directory does of them is unknown (formats.md §1)."""


class Why(enum.Enum):
    """The first of these that holds explains the absence."""

    REJECTED = "rejeté"
    VANISHED = "disparu"
    RECENT = "récent"
    EDUCONNECT = "connu d'EduConnect"
    INCOMPLETE = "fiche incomplète"
    UNKNOWN = "inexpliqué"


@dataclass(frozen=True)
class Absence:
    """A person without account."""

    view: View
    source: Record
    """The record by which an account is due."""
    why: Why
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Absences:
    """Attributes:
    found: absences, in the order of the views.
    missing: profile → (persons without account, persons due) when nearly everyone is missing: an incomplete export.
    """

    found: tuple[Absence, ...]
    missing: dict[Profile, tuple[int, int]]

    def of(self, why: Why, *profiles: Profile) -> list[Absence]:
        return [a for a in self.found if a.why is why and (not profiles or a.view.profile in profiles)]


def due(data: SchoolData) -> list[tuple[View, Record]]:
    """Persons who must have an account, with the record that says so."""
    return list(expected(data))


def expected(data: SchoolData) -> Iterator[tuple[View, Record]]:
    second = data.once(second_sheets)
    for view in data.pupils:
        if view.siecle and id(view) not in second:
            yield view, view.siecle
    seen: set[int] = set()
    for tie in data.siecle_ties:
        if tie.expects_account and id(tie.pupil) in data.known_pupils and id(tie.guardian) not in seen:
            seen.add(id(tie.guardian))
            if tie.guardian.siecle:
                yield tie.guardian, tie.guardian.siecle
    for view in data.with_tool(Tool.STS):
        if view.sts:
            yield view, view.sts
    if data.of_tool(Tool.STS):
        for view in data.with_tool(Tool.EDT, Profile.ENSEIGNANT):
            if view.edt and view.sts is None and id(view) in data.taught:
                yield view, view.edt


def typed_by_hand(view: View) -> bool:
    """Whether STS-Web knows the person by an entry of the school only."""
    return all(text.fold(r.ids.get("sts_type", "")) == text.fold(LOCAL) for r in view.of(Tool.STS))


def absences(data: SchoolData) -> Absences:
    """Persons of SIECLE, STS-Web and EDT whom the ENT does not know."""
    if not data.of_tool(Tool.ENT):
        return Absences((), {})
    known = data.once(due)
    totals: dict[Profile, int] = defaultdict(int)
    lacking: list[tuple[View, Record]] = []
    for view, source in known:
        if not data.covered.get(view.profile):
            continue
        totals[view.profile] += 1
        if Tool.ENT not in view.by_tool:
            lacking.append((view, source))
    counts: dict[Profile, int] = defaultdict(int)
    for view, _ in lacking:
        counts[view.profile] += 1
    missing = {p: (n, totals[p]) for p, n in sorted(counts.items()) if widespread(n, totals[p])}
    # Large parts of several profiles at once are lacking from the export, not from the ENT.
    partial = {p: (n, totals[p]) for p, n in sorted(counts.items()) if n > totals[p] * PARTIAL}
    if sum(totals[p] >= FEW for p in partial) > 1:
        # Of the few of a profile any may be in the part that is lacking.
        few = {p: (n, totals[p]) for p, n in sorted(counts.items()) if totals[p] < FEW}
        missing |= partial | few
    gone = data.once(gone_accounts)
    doubles = data.once(sheets)
    found: list[Absence] = []
    for view, source in lacking:
        if view.profile in missing or any(Tool.ENT in other.by_tool for other in doubles.of(view)):
            continue
        lost = vanished(data, view, gone)
        if lost is None and not data.has_no_account(view):
            continue
        found.append(explained(data, view, source, lost))
    return Absences(tuple(found), missing)


def explained(data: SchoolData, view: View, source: Record, lost: Record | None) -> Absence:
    proof = [quote(data, source, "compte ENT", "aucun")]
    if rejected := rejection(data, view):
        return Absence(view, source, Why.REJECTED, (quote(data, rejected, "motif", rejected.extra.get("reason", "")),))
    if lost is not None:
        export = data.export_of(lost)
        seen = text.french_date(data.date_of(export).isoformat()) if export else ""
        account = lost.ids.get("uid", "") or lost.ids.get("login", "")
        return Absence(view, source, Why.VANISHED, (quote(data, lost, f"compte présent le {seen}", account), *proof))
    if is_recent(data, view, source):
        entry = text.french_date(source.extra.get("entry_date", ""))
        return Absence(view, source, Why.RECENT, (quote(data, source, "date d'entrée", entry), *proof))
    known = view.educonnect
    if known and state_of(data, known) is State.ACTIVE:
        state = known.extra.get("state", "") or "présent"
        return Absence(view, source, Why.EDUCONNECT, (quote(data, known, "état EduConnect", state), *proof))
    if view.profile is Profile.ELEVE and (gaps := gaps_of(data, source)):
        return Absence(view, source, Why.INCOMPLETE, (*(quote(data, source, gap, "") for gap in gaps), *proof))
    return Absence(view, source, Why.UNKNOWN, tuple(proof))


def is_recent(data: SchoolData, view: View, source: Record) -> bool:
    """Whether the ENT's export may be older than the arrival: the pupil's, or that of all the guardian's children."""
    if view.profile is Profile.ELEVE:
        return data.recent(source)
    if view.profile is Profile.PARENT:
        children = [t.pupil.siecle for t in data.children_of.get(id(view), ()) if id(t.pupil) in data.known_pupils]
        return bool(children) and all(child is not None and data.recent(child) for child in children)
    return False


def gaps_of(data: SchoolData, source: Record) -> list[str]:
    """What keeps a pupil's record from leaving SIECLE; a column that the export never fills is no gap."""
    stated = data.once(stated_fields)
    gaps = []
    if not source.ids.get("ine") and "ine" in stated:
        gaps.append("INE")
    if not source.division and "division" in stated:
        gaps.append("division")
    if not source.birth_date and ("birth" in stated or source.extra.get("birth_as_read")):
        gaps.append("date de naissance")
    if not source.given_names:
        gaps.append("prénom")
    return gaps


def stated_fields(data: SchoolData) -> frozenset[str]:
    """Fields that SIECLE's exports fill for most pupils."""
    pupils = [view.siecle for view in data.pupils if view.siecle]
    most = len(pupils) * (1 - 0.6)
    counts = {
        "ine": sum(bool(r.ids.get("ine")) for r in pupils),
        "division": sum(bool(r.division) for r in pupils),
        "birth": sum(bool(r.birth_date) for r in pupils),
        "sex": sum(bool(r.sex) for r in pupils),
    }
    return frozenset(name for name, count in counts.items() if count and count >= most)


def rejection(data: SchoolData, view: View) -> Record | None:
    """The line of the rejected accounts that names the person."""
    if record := view.first(Tool.REJECTED):
        return record
    best = view.best
    for record in data.records(Tool.REJECTED):
        same_wall = WALL.get(record.profile, "") in {WALL.get(view.profile, ""), ""}
        dates = {record.birth_date, best.birth_date} - {""}
        if same_wall and len(dates) <= 1 and same_name(record, best):
            return record
    return None


# -- accounts that were there --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Gone:
    """Accounts of older exports that are no longer anybody's, or somebody else's, by (wall, name)."""

    by_name: dict[tuple[str, tuple[str, str]], list[Record]]
    older: frozenset[str]
    """Identifiers that the older exports already had."""


def account_id(record: Record) -> str:
    return record.ids.get("uid", "") or record.ids.get("login", "") or record.ids.get("jointure", "")


def gone_accounts(data: SchoolData) -> Gone:
    now: dict[str, Record] = {}
    for record in data.records(Tool.ENT):
        for name in ("uid", "login", "jointure"):
            if value := record.ids.get(name):
                now.setdefault(f"{name}:{value}", record)
    by_name: dict[tuple[str, tuple[str, str]], list[Record]] = defaultdict(list)
    older: set[str] = set()
    seen: set[str] = set()
    for export in sorted(data.older(*ENT_ACCOUNT_KINDS), key=lambda e: e.made_on, reverse=True):
        for record in export.records:
            mine = [f"{name}:{value}" for name in ("uid", "login", "jointure") if (value := record.ids.get(name))]
            older.update(mine)
            if not mine or mine[0] in seen:
                continue
            seen.add(mine[0])
            holder = next((now[key] for key in mine if key in now), None)
            if holder is not None and not strangers(holder, record):
                continue
            for key in name_keys(record):
                by_name[WALL.get(record.profile, ""), key].append(record)
    return Gone(dict(by_name), frozenset(older))


def vanished(data: SchoolData, view: View, gone: Gone) -> Record | None:
    """The account that the person had and that the newer export no longer has, when it can only be this person's."""
    if not gone.by_name:
        return None
    wall = WALL.get(view.profile, "")
    for record in view.records():
        for key in name_keys(record):
            found = [r for r in gone.by_name.get((wall, key), ()) if compatible(r, view)]
            if (
                found
                and len({account_id(r) for r in found}) <= rivals(data, wall, key)
                and no_other_account(data, view, gone)
            ):
                return found[0]
    return None


def compatible(account: Record, view: View) -> bool:
    dates = {r.birth_date for r in view.records() if r.birth_date}
    return not account.birth_date or not dates or account.birth_date in dates


def rivals(data: SchoolData, wall: str, key: tuple[str, str]) -> int:
    """How many persons of this name the sources state and the ENT does not know."""
    return data.once(lacking_names).get((wall, key), 0)


def lacking_names(data: SchoolData) -> dict[tuple[str, tuple[str, str]], int]:
    found: dict[tuple[str, tuple[str, str]], int] = defaultdict(int)
    for view in (*data.with_tool(Tool.SIECLE), *data.with_tool(Tool.STS)):
        if Tool.ENT not in view.by_tool:
            for key in {key for record in view.records() for key in name_keys(record)}:
                found[WALL.get(view.profile, ""), key] += 1
    return found


def no_other_account(data: SchoolData, view: View, gone: Gone) -> bool:
    """Whether the accounts that might be the person's were already there beside the one that vanished."""
    for record in view.records():
        link = data.link(record)
        for candidate in link.candidates if link else ():
            account = data.accounts_at.get(locate(candidate.account))
            if account is None:
                continue
            keys = [f"{name}:{value}" for name in ("uid", "login", "jointure") if (value := account.ids.get(name))]
            if keys and keys[0] not in gone.older:
                return False
    return True


def entered(source: Record) -> str:
    """« entré le 03/11/2025 », "" when the date is not stated."""
    entry = day(source.extra.get("entry_date", ""))
    return f"entré le {text.french_date(entry.isoformat())}" if entry else ""
