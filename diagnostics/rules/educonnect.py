"""EDU: accounts of EduConnect set against SIECLE and the ENT (knowledge.md §4.2)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta

from diagnostics import text
from diagnostics.matching.classes import normal
from diagnostics.model import Evidence, Finding, Kind, Profile, Record
from diagnostics.rules.absence import Absence, Why, absences, is_recent
from diagnostics.rules.annuaire import FAMILIES, evidence_of
from diagnostics.rules.basics import day
from diagnostics.rules.data import SchoolData
from diagnostics.rules.doubled_accounts import accounts_of, is_local
from diagnostics.rules.guardians import sheets
from diagnostics.rules.pupils import stated_twice
from diagnostics.rules.report import (
    HOUSEKEEPING,
    LOCKED_OUT,
    by_name,
    finding,
    has_not,
    people,
    quote,
    quote_line,
    verb,
    widespread,
)
from diagnostics.rules.security import sources_by_name
from diagnostics.rules.states import State, state_of
from diagnostics.rules.view import WALL, Tool, View, name_keys

NOTICE_LASTS = timedelta(days=90)
"""Life of a notification, three months (knowledge.md §6.2)."""
KINDS = {Profile.ELEVE: Kind.EDUCONNECT_ELEVES, Profile.PARENT: Kind.EDUCONNECT_RESPONSABLES}
OWNERS = {Profile.ELEVE: ("d'élève", "d'élèves"), Profile.PARENT: ("de responsable", "de responsables")}
LABELS = {
    State.LOCKED: ("bloqué", "bloqués", "Trop d'essais ou sécurité : lire l'état, débloquer ou réinitialiser."),
    State.EXPIRED: ("expiré", "expirés", "Identifiants provisoires périmés : informer de nouveau."),
    State.IDLE: ("inactif", "inactifs", "Longue période sans connexion : réactiver ou informer de nouveau."),
    State.REMOVED: ("désactivé", "désactivés", "Compte fermé alors que la personne est toujours dans SIECLE."),
    State.NOT_ACTIVATED: ("non activé", "non activés", "Jamais activé : informer de nouveau (valable trois mois)."),
}  # fmt: skip


def accounts(data: SchoolData, profile: Profile) -> list[tuple[View, Record]]:
    """Accounts of persons still due one: pupils who are there, and guardians of such pupils when SIECLE says it."""
    known = {id(t.guardian) for t in data.siecle_ties if id(t.pupil) in data.known_pupils}
    found = []
    for view in data.with_tool(Tool.EDUCONNECT, profile):
        if profile is Profile.ELEVE and view.siecle and id(view) not in data.known_pupils:
            continue
        if profile is Profile.PARENT and view.siecle and known and id(view) not in known:
            continue
        found += [(view, record) for record in view.of(Tool.EDUCONNECT)]
    return found


def states(data: SchoolData) -> Iterator[Finding]:
    """EDU-05: accounts that let nobody in, by profile and state."""
    for profile in FAMILIES:
        every = accounts(data, profile)
        by_state: dict[State, list[tuple[View, Record]]] = defaultdict(list)
        for view, record in every:
            state = state_of(data, record)
            if state in LABELS and not any(state_of(data, r) is State.ACTIVE for r in view.of(Tool.EDUCONNECT)):
                by_state[state].append((view, record))
        for state, label in LABELS.items():
            if found := by_state.get(state):
                yield state_finding(data, profile, state, label, found, len(every))
        yield from unread_states(data, profile, every)


def unread_states(data: SchoolData, profile: Profile, every: list[tuple[View, Record]]) -> Iterator[Finding]:
    """States whose words say nothing known: told as written, since nothing shows that these accounts are sound."""
    found: dict[str, list[tuple[View, Record]]] = defaultdict(list)
    for view, record in every:
        written = record.extra.get("state", "") or record.extra.get("status", "")
        if written and state_of(data, record) is State.UNKNOWN:
            found[text.fold(written)].append((view, record))
    for key, pairs in sorted(found.items()):
        first = pairs[0][1]
        written = first.extra.get("state", "") or first.extra.get("status", "")
        count = len({id(view) for view, _ in pairs})
        of = OWNERS[profile][count > 1]
        everyone = widespread(count, len(every))
        yield finding(
            "EDU-05",
            f"{profile}|état|{key}",
            summary=f"{count} {verb(count, 'compte', 'comptes')} EduConnect {of}"
            f" {verb(count, 'est', 'sont')} dans un état inconnu : « {written} ».",
            cause="Ce mot n'est pas de ceux que l'on sait lire : vérifier dans EduConnect ce qu'il veut dire, puis le"
            " noter dans les réglages (états des comptes).",
            severity=HOUSEKEEPING,
            views=[] if everyone else [view for view, _ in pairs],
            evidence=[
                quote(data, record, "état du compte", written) for _, record in (pairs[:1] if everyone else pairs)
            ],
        )


def state_finding(
    data: SchoolData,
    profile: Profile,
    state: State,
    label: tuple[str, str, str],
    found: list[tuple[View, Record]],
    total: int,
) -> Finding:
    count = len({id(view) for view, _ in found})
    word = verb(count, f"est {label[0]}", f"sont {label[1]}")
    stale = sum(notice_is_stale(data, record) for _, record in found)
    everyone = widespread(count, total)
    late = (
        f", dont {stale} avec une notification de plus de trois mois" if state is State.NOT_ACTIVATED and stale else ""
    )
    views = by_name(view for view, _ in found)
    records = {id(view): record for view, record in found}
    of = OWNERS[profile][count > 1 or everyone]
    return finding(
        "EDU-05",
        f"{profile}|{state}" + ("|tous" if everyone else ""),
        summary=f"{count} {verb(count, 'compte', 'comptes')} EduConnect {of} {word}{late}."
        if not everyone
        else f"{count} des {total} comptes EduConnect {of} sont {label[1]} : la campagne d'activation n'a pas eu lieu.",
        cause=label[2],
        severity=HOUSEKEEPING if state is State.IDLE else LOCKED_OUT,
        views=[] if everyone else views,
        evidence=[quote_line(data, found[0][1].origin, "état du compte", found[0][1].extra.get("state", ""))]
        if everyone
        else [e for view in views for e in state_evidence(data, records[id(view)])],
        facts={"state": str(state)},
    )


def state_evidence(data: SchoolData, record: Record) -> Iterator[Evidence]:
    yield quote(data, record, "état du compte", record.extra.get("state", "") or record.extra.get("status", ""))
    if notice := record.extra.get("last_notice"):
        yield quote(data, record, "dernière information", text.french_date(notice))
    if login := record.extra.get("last_login"):
        yield quote(data, record, "dernière connexion", text.french_date(login))


def notice_is_stale(data: SchoolData, record: Record) -> bool:
    notice, export = day(record.extra.get("last_notice", "")), data.export_of(record)
    return bool(notice and export and data.date_of(export) - notice > NOTICE_LASTS)


def unknown_to_ent(data: SchoolData) -> Iterator[Finding]:
    """EDU-06: EduConnect lets them in, the ENT has no account of theirs."""
    every = data.once(absences)
    told = {id(a.view) for a in every.found}
    for profile in FAMILIES:
        found = every.of(Why.EDUCONNECT, profile)
        if data.of_tool(Tool.ENT) and data.covered.get(profile) and not data.of_tool(Tool.SIECLE):
            lacking = [
                Absence(
                    view,
                    record,
                    Why.EDUCONNECT,
                    (quote(data, record, "état EduConnect", record.extra.get("state", "")),),
                )
                for view, record in accounts(data, profile)
                if id(view) not in told
                and state_of(data, record) is State.ACTIVE
                and data.has_no_account(view)
                and not under_another_name(data, view)
            ]
            if not widespread(len(lacking), len(accounts(data, profile))):
                found = [*found, *lacking]
        if found:
            count = len({id(a.view) for a in found})
            yield finding(
                "EDU-06",
                profile,
                summary=f"{people(count, profile)} avec un compte EduConnect actif {has_not(count)} pas de"
                " compte dans l'ENT.",
                cause="L'identité passe EduConnect et l'ENT ne la reconnaît pas : alimentation pas faite, doublon ou"
                " autre"
                " établissement.",
                severity=LOCKED_OUT,
                views=[a.view for a in found],
                evidence=evidence_of(found),
            )


def under_another_name(data: SchoolData, view: View) -> bool:
    """Whether an account of the ENT that EduConnect does not claim bears the guardian's given name: without SIECLE,
    nothing tells a name of marriage from an absence."""
    given = text.code(view.best.given_names)
    return view.profile is Profile.PARENT and any(
        text.code(other.best.given_names) == given
        for other in data.with_tool(Tool.ENT, Profile.PARENT)
        if other.educonnect is None
    )


# -- nobody in EduConnect ------------------------------------------------------------------------------------------


def without_educonnect(data: SchoolData) -> Iterator[Finding]:
    """EDU-05, coverage: pupils and guardians of SIECLE whom the lists of EduConnect do not hold."""
    for profile in FAMILIES:
        exports = data.of(KINDS[profile])
        if not exports:
            continue
        listed = {normal(r.division)[1] for e in exports for r in e.records if r.division}
        if profile is Profile.PARENT:
            listed = classes_of_listed(data)
        due = [v for v in candidates(data, profile) if in_listed_class(data, v, listed)]
        lacking = [v for v in due if not v.educonnect and settled(data, v)]
        if not lacking or len(lacking) == len(due):
            continue
        # As many lines could not be read: they may be these persons'.
        if widespread(len(lacking), len(due)) or len(lacking) <= sum(len(export.refused) for export in exports):
            continue
        views = by_name(lacking)
        count = len(views)
        yield finding(
            "EDU-05",
            f"{profile}|absents",
            summary=f"{people(count, profile)} de SIECLE {has_not(count)} aucun compte EduConnect.",
            cause="Fiche SIECLE incomplète (INE, date de naissance) ou alimentation pas encore faite : le compte est"
            " créé à"
            " partir de SIECLE.",
            severity=LOCKED_OUT,
            views=views,
            evidence=[quote(data, v.siecle, "compte EduConnect", "aucun") for v in views if v.siecle],
            facts={"state": "absent"},
        )


def candidates(data: SchoolData, profile: Profile) -> list[View]:
    if profile is Profile.ELEVE:
        twice = data.once(stated_twice)
        return [view for view in data.pupils if id(view) not in twice]
    found = {
        id(t.guardian): t.guardian
        for t in data.siecle_ties
        if t.expects_account and t.relation.level != "contact" and id(t.pupil) in data.known_pupils
    }
    return list(found.values())


def classes_of_listed(data: SchoolData) -> set[str]:
    """Classes of SIECLE of the children of the guardians whom the list holds."""
    return {
        normal(tie.pupil.siecle.division)[1]
        for tie in data.siecle_ties
        if tie.guardian.educonnect and tie.pupil.siecle and tie.pupil.siecle.division
    }


def in_listed_class(data: SchoolData, view: View, listed: set[str]) -> bool:
    """Lists are often exported class by class: a class that is not there is not a lack of accounts."""
    if not listed or view.siecle is None:
        return True
    if view.profile is Profile.ELEVE:
        return normal(view.siecle.division)[1] in listed
    children = [tie.pupil.siecle for tie in data.children_of.get(id(view), ()) if tie.pupil.siecle]
    return any(normal(child.division)[1] in listed for child in children)


def settled(data: SchoolData, view: View) -> bool:
    """Whether nothing else explains the absence: newcomers, absents of the ENT, doubled sheets and doubts are left."""
    told = {id(a.view) for a in data.once(absences).found}
    if id(view) in told or data.once(sheets).doubled(view) or id(view) in data.once(doubtful):
        return False
    record = view.siecle
    if record is None or is_recent(data, view, record):
        return False
    # Without the directory only the names say who is who: alone of that name, the person is on the list or is not.
    return bool(view.ent) or (not data.covered.get(view.profile) and alone_of_name(data, view))


def alone_of_name(data: SchoolData, view: View) -> bool:
    """Whether nobody else of the profile bears the person's name in SIECLE."""
    wall = WALL.get(view.profile, "")
    named = data.once(sources_by_name)
    return all(len(named.get((wall, key), ())) == 1 for record in view.of(Tool.SIECLE) for key in name_keys(record))


def doubtful(data: SchoolData) -> set[int]:
    """Views that share a name with an account of EduConnect which no identity holds."""
    loose = Counter(
        (text.code(v.best.surname), text.code(v.best.given_names))
        for v in data.with_tool(Tool.EDUCONNECT)
        if not v.siecle and not v.ent
    )
    if not loose:
        return set()
    given = {key[1] for key in loose}
    surname = {key[0] for key in loose}
    return {
        id(v)
        for v in data.with_tool(Tool.SIECLE)
        if v.siecle and (text.code(v.siecle.given_names) in given or text.code(v.siecle.surname) in surname)
    }


# -- wrong door ----------------------------------------------------------------------------------------------------


def wrong_door(data: SchoolData) -> Iterator[Finding]:
    """EDU-10: pupils and guardians with an account of the ENT's own directory while the others go through
    EduConnect, or who still enter with their old identifiers."""
    since = day(data.settings.educonnect_since)
    for profile in FAMILIES:
        everyone = [v for v in data.with_tool(Tool.ENT, profile) if v.siecle]
        local = [
            v
            for v in everyone
            if all(is_local(r) for r in accounts_of([v])) and any(r.extra.get("directory") for r in v.of(Tool.ENT))
        ]
        if widespread(len(local), len(everyone)) or len(local) == len(everyone):
            local = []
        old = [v for v in everyone if since and uses_old_code(data, v, since.isoformat()) and v not in local]
        if not local and not old:
            continue
        views = by_name([*local, *old])
        count = len(views)
        yield finding(
            "EDU-10",
            profile,
            summary=f"{people(count, profile)} {verb(count, 'entre', 'entrent')} ou {verb(count, 'peut', 'peuvent')}"
            " entrer"
            " dans l'ENT avec un identifiant local au lieu d'EduConnect.",
            cause="Élèves et responsables passent par EduConnect : l'ancien identifiant de l'ENT ne doit plus servir.",
            severity=HOUSEKEEPING,
            views=views,
            evidence=[
                quote(data, v.ent, "annuaire d'origine", v.ent.extra.get("directory", "") or "identifiants ENT")
                for v in views
                if v.ent
            ],
        )


def uses_old_code(data: SchoolData, view: View, since: str) -> bool:
    """A login of the ENT since EduConnect opened, by someone whose EduConnect account never was."""
    account = view.educonnect
    if account is None or state_of(data, account) is not State.NOT_ACTIVATED or account.extra.get("last_login"):
        return False
    return any(r.extra.get("last_login", "")[:10] > since for r in view.of(Tool.ENT))
