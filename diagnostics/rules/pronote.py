"""PRN: who cannot pass from the ENT to Pronote (knowledge.md §4.1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from diagnostics import text
from diagnostics.model import Evidence, Export, Finding, Kind, Profile, Record, Verdict
from diagnostics.rules.annuaire import account_elsewhere
from diagnostics.rules.basics import locate
from diagnostics.rules.data import SchoolData
from diagnostics.rules.doubled_accounts import account_doubles
from diagnostics.rules.guardians import sheets
from diagnostics.rules.report import (
    LOCKED_OUT,
    by_name,
    finding,
    has_not,
    is_not,
    name,
    people,
    quote,
    quote_line,
    verb,
    widespread,
)
from diagnostics.rules.screens import PRONOTE_SCREEN, screen_of
from diagnostics.rules.security import crossed_identifiers
from diagnostics.rules.view import Tool, View, same_name

PROFILES = (Profile.ELEVE, Profile.PARENT, Profile.ENSEIGNANT)
"""Profiles of which everyone is in Pronote; of the other staff only some are (003:931)."""
SCHOOL_LIFE = frozenset({"DIR", "EDU"})
"""FONCTION of STS-Web of the other staff who cannot work without Pronote: heads and CPE (formats.md §12.1)."""
IDPN_TITLES = frozenset({"idpn", "idpronote", "identifiantpronote", "identifiantspronote", "idpnpronote"})
CAS_TITLES = frozenset({"identifiantcas", "idcas", "cas"})


@dataclass(frozen=True)
class Fill:
    """How many of a profile bear an identifier in one export."""

    export: Export
    field: str
    label: str
    filled: int
    total: int

    @property
    def usable(self) -> bool:
        """Whether an empty value is an exception: most are filled."""
        return self.filled > 0 and not widespread(self.total - self.filled, self.total) and self.filled * 3 > self.total


def fills(data: SchoolData, profile: Profile) -> list[Fill]:
    """The exports in which the link to Pronote can be read, for one profile."""
    found = []
    for export in data.active:
        if export.kind is Kind.PRONOTE_LISTE:
            field, label, titled = "uid", "Identifiant CAS", has_title(export, CAS_TITLES)
        elif export.kind is Kind.EDT_CLAIR:
            field, label, titled = "idpn", "IDPN", True
        elif export.kind is Kind.ENT_ANNUAIRE:
            field, label, titled = "idpn", "identifiant Pronote", has_title(export, IDPN_TITLES)
        else:
            continue
        here = [r for r in export.records if profile_of(data, r) is profile and not data.other_school(r)]
        filled = sum(bool(r.ids.get(field)) for r in here)
        if here and (filled or titled):
            found.append(Fill(export, field, label, filled, len(here)))
    return found


def profile_of(data: SchoolData, record: Record) -> Profile:
    """The profile of a row, or of the person whom the other exports show it to be: a list of names states none."""
    return data.view(record).profile if record.profile is Profile.INCONNU else record.profile


def has_title(export: Export, titles: frozenset[str]) -> bool:
    return any(text.header(column) in titles for column in export.columns)


def missing_identifiers(data: SchoolData) -> Iterator[Finding]:
    """PRN-01 by profile, PRN-05 when nearly a whole profile lacks it."""
    for profile in (*PROFILES, Profile.NON_ENSEIGNANT):
        known = fills(data, profile)
        lacking: dict[int, tuple[View, list[Evidence]]] = {}
        states_idpn = any(f.field == "idpn" and f.usable and f.export.kind is Kind.ENT_ANNUAIRE for f in known)
        for fill in known:
            if not fill.usable:
                continue
            for record in fill.export.records:
                if record.ids.get(fill.field) or profile_of(data, record) is not profile:
                    continue
                view = data.view(record)
                if not concerned(data, view, record):
                    continue
                if fill.export.kind is Kind.EDT_CLAIR and id(view) in data.once(to_call_in_edt):
                    continue
                # The directory holds the identifier: the account is linked on its first passage, nothing is missing.
                if fill.export.kind is not Kind.ENT_ANNUAIRE and states_idpn and view.value("idpn", Tool.ENT):
                    continue
                lacking.setdefault(id(view), (view, []))[1].append(quote(data, record, fill.label, ""))
        if lacking:
            yield without_identifier(data, profile, lacking)
        directories = [f for f in known if f.export.kind is Kind.ENT_ANNUAIRE and profile in PROFILES]
        if directories and not any(f.usable for f in directories):
            yield never_imported(data, profile, directories[0])


def concerned(data: SchoolData, view: View, record: Record) -> bool:
    """Whether the lack is this person's own: no account, another school, a departure or a double explain it."""
    if data.other_school(record) or data.elsewhere(view) or account_elsewhere(data, view)[0] is not None:
        return False
    if data.of_tool(Tool.ENT) and Tool.ENT not in view.by_tool:
        return False
    if view.profile is Profile.ELEVE and data.pupils and not claimed(data, view):
        return False
    if view.profile is Profile.PARENT and data.siecle_ties and id(view) not in data.once(guardians_due):
        return False
    functions = {record.extra.get("function") for record in view.of(Tool.STS)}
    if view.profile is Profile.NON_ENSEIGNANT and not functions & SCHOOL_LIFE:
        return False
    if view.profile is Profile.ENSEIGNANT and data.of_tool(Tool.STS) and not (view.sts or id(view) in data.taught):
        return False
    if data.once(sheets).doubled(view):
        return False
    return all(view is not other for views in data.once(account_doubles) for other in views)


def guardians_due(data: SchoolData) -> set[int]:
    """Ids of the views of guardians of pupils who are there, and of the accounts that may be such a guardian's."""
    due = {id(t.guardian) for t in data.siecle_ties if t.expects_account and id(t.pupil) in data.known_pupils}
    return due | data.wanted


def to_call_in_edt(data: SchoolData) -> set[int]:
    """Views of those whom EDT states as persons to call only: Pronote opens nothing to them."""
    levels: dict[int, set[str]] = defaultdict(set)
    for tie in data.edt_ties:
        levels[id(tie.guardian)].add(tie.relation.level)
    return {ident for ident, stated in levels.items() if stated == {"contact"}}


def claimed(data: SchoolData, view: View) -> bool:
    """Whether the pupil is there: SIECLE holds him, or an account to confirm may be his."""
    return id(view) in data.known_pupils or (view.siecle is None and id(view) in data.wanted)


def without_identifier(data: SchoolData, profile: Profile, lacking: dict[int, tuple[View, list[Evidence]]]) -> Finding:
    views = by_name(view for view, _ in lacking.values())
    count = len(views)
    return finding(
        "PRN-01",
        profile,
        summary=f"{people(count, profile)} {has_not(count)} pas d'identifiant Pronote : pas de passage de l'ENT"
        " à Pronote.",
        cause="Identifiants Pronote non exportés ou non importés depuis l'arrivée de la personne, ou rapprochement"
        " non fait :"
        " refaire l'export, l'import et la recherche avancée.",
        severity=LOCKED_OUT,
        views=views,
        evidence=[e for view in views for e in lacking[id(view)][1]],
    )


def never_imported(data: SchoolData, profile: Profile, fill: Fill) -> Finding:
    return finding(
        "PRN-05",
        f"{profile}|import",
        summary=f"{fill.total - fill.filled} des {people(fill.total, profile)} de l'annuaire ENT n'ont pas"
        " d'identifiant"
        " Pronote.",
        cause="Fichier d'identifiants incomplet (case « uniquement les utilisateurs sans identifiant CAS » cochée) ou"
        " étape de"
        " ce profil non validée à l'import.",
        severity=LOCKED_OUT,
        evidence=[
            quote_line(data, fill.export.records[0].origin, "identifiants remplis", f"{fill.filled} sur {fill.total}")
        ],
    )


# -- stale identifiers ---------------------------------------------------------------------------------------------


def stale_identifiers(data: SchoolData) -> Iterator[Finding]:
    """PRN-02: the directory's identifier is not the one Pronote now gives (PRN-01 for pupils and staff), or the last
    identifiers file is of before the start of the year."""
    crossed = {id(view) for views, _ in data.once(crossed_identifiers) for view in views}
    held_apart = apart_by_identifier(data)
    for profile in PROFILES:
        stale: dict[int, tuple[View, list[Evidence]]] = {}
        compared = 0
        for view in data.with_tool(Tool.ENT, profile):
            mine = [r for r in view.of(Tool.ENT) if r.ids.get("idpn")]
            theirs = [r for tool in (Tool.EDT, Tool.IDPN, Tool.PRONOTE) for r in view.of(tool) if r.ids.get("idpn")]
            theirs = theirs or held_apart.get(id(view), [])
            if not mine or not theirs or id(view) in crossed:
                continue
            compared += 1
            if not {r.ids["idpn"].upper() for r in mine} & {r.ids["idpn"].upper() for r in theirs}:
                stale[id(view)] = (
                    view,
                    [
                        quote(data, mine[0], "identifiant Pronote dans l'ENT", mine[0].ids["idpn"]),
                        quote(data, theirs[0], "identifiant dans Pronote", theirs[0].ids["idpn"]),
                    ],
                )
        if stale:
            views = by_name(view for view, _ in stale.values())
            count = len(views)
            everyone = widespread(count, compared)
            yield finding(
                "PRN-02" if profile is Profile.PARENT or everyone else "PRN-01",
                f"{profile}|périmés",
                summary=f"{people(count, profile)} {verb(count, 'a', 'ont')} dans l'ENT un identifiant Pronote qui"
                " n'est plus"
                " celui de Pronote.",
                cause="Base Pronote reconstruite ou import des identifiants antérieur à la rentrée : refaire l'export"
                " puis"
                " l'import des identifiants.",
                severity=LOCKED_OUT,
                views=[] if everyone else views,
                evidence=[e for view in (views[:3] if everyone else views) for e in stale[id(view)][1]],
            )


def apart_by_identifier(data: SchoolData) -> dict[int, list[Record]]:
    """By id of an account's view, the records of Pronote that are its owner's but for the identifier: one account only
    is like them, and bears their name."""
    found: dict[int, list[Record]] = defaultdict(list)
    for tool in (Tool.EDT, Tool.IDPN, Tool.PRONOTE):
        for record in data.records(tool, *PROFILES):
            link = data.link(record) if record.ids.get("idpn") else None
            if link is None or link.verdict is not Verdict.REVIEW or len(link.candidates) != 1:
                continue
            account = data.accounts_at.get(locate(link.candidates[0].account))
            if account is not None and same_name(account, record):
                found[id(data.view(account))].append(record)
    return found


# -- screens and shared teachers -----------------------------------------------------------------------------------


def unrecognised_elsewhere(data: SchoolData) -> Iterator[Finding]:
    """PRN-03: those whom the import of identifiers did not recognise."""
    found: dict[int, tuple[View, list[Evidence]]] = {}
    for record in data.records(Tool.UNRECOGNISED):
        if screen_of(data, record) != PRONOTE_SCREEN:
            continue
        view = data.view(record)
        account, other = account_elsewhere(data, view)
        proofs = [quote(data, record, "code source", source(record))]
        if account is not None and id(view) not in data.known_pupils:
            proofs.append(quote(data, account, "établissement principal", other))
        found[id(view)] = (view, proofs)
    if not found:
        return
    views = by_name(view for view, _ in found.values())
    count = len(views)
    yield finding(
        "PRN-03",
        "rapprochements",
        summary=f"{count} {verb(count, 'personne', 'personnes')} {is_not(count)} pas"
        f" {verb(count, 'reconnue', 'reconnues')} à l'import des identifiants Pronote.",
        cause="Personne partagée entre établissements ou arrivée récente : la recherche avancée sur tout l'ENT la"
        " retrouve.",
        severity=LOCKED_OUT,
        views=views,
        evidence=[e for view in views for e in found[id(view)][1]],
    )


def source(record: Record) -> str:
    return record.ids.get("code_source", "") or text.code_source(record.given_names, record.surname, record.birth_date)


def shared_teachers(data: SchoolData) -> Iterator[Finding]:
    """PRN-13: teachers of EDT, STS-Web or the ENT without any course in EDT, whose account is in another school."""
    if not data.taught:
        return
    found: list[tuple[View, Record, str]] = guests(data)
    for view in data.views:
        if view.profile is not Profile.ENSEIGNANT or not (view.edt or view.sts or view.of(Tool.UNRECOGNISED)):
            continue
        if id(view) in data.taught or (view.edt is None and data.of_tool(Tool.EDT) and not view.sts):
            continue
        account, other = account_elsewhere(data, view)
        if account is not None:
            found.append((view, account, other))
    if found:
        views = by_name(view for view, _, _ in found)
        count = len(views)
        yield finding(
            "PRN-13",
            "enseignants",
            summary=f"{people(count, Profile.ENSEIGNANT)} d'un autre établissement {has_not(count)} aucun cours"
            " dans EDT : ni rapprochement, ni accès.",
            cause="Un enseignant partagé doit avoir des cours dans l'EDT de l'établissement pour être rapproché et"
            " accéder à"
            " l'ENT et à Pronote.",
            severity=LOCKED_OUT,
            views=views,
            evidence=[
                e
                for view, account, other in sorted(found, key=lambda f: name(f[0]))
                for e in (
                    quote(data, account, "établissement principal", other),
                    quote(data, view.edt or view.sts or account, "cours dans EDT", ""),
                )
            ],
        )


def guests(data: SchoolData) -> list[tuple[View, Record, str]]:
    """Teachers of another school whom only the ENT states, and who have an account for this one.

    A directory searched over the whole ENT holds people who have nothing to do here; the school's own UAI on a line, or
    a line in its file of identifiers beside no family of the other school, says that they do.
    """
    if not data.uai:
        return []
    whole = {
        text.fold(other)
        for record in data.records(Tool.ENT, Profile.ELEVE, Profile.PARENT)
        if data.view(record).siecle is None and (other := data.other_school(record))
    }
    ours = {export.id for export in data.of(Kind.ENT_IDENTIFIANTS) if export.school in data.homes}
    teachers = list(data.with_tool(Tool.ENT, Profile.ENSEIGNANT))
    found: list[tuple[View, Record, str]] = []
    for view in teachers:
        if set(view.by_tool) != {Tool.ENT} or id(view) in data.wanted:
            continue
        account, other = account_elsewhere(data, view)
        listed = any(
            record.school in data.homes
            or (record.origin.export in ours and text.fold(data.other_school(record)) not in whole)
            for record in view.of(Tool.ENT)
        )
        if account is not None and listed:
            found.append((view, account, other))
    return [] if len(found) * 2 > len(teachers) else found
