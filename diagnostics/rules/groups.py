"""GRP: groups that are missing, empty, old or known of one base only (knowledge.md §4.8)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from diagnostics import text
from diagnostics.model import Evidence, Finding, Kind, Origin, Profile, StructureType
from diagnostics.rules.data import SchoolData
from diagnostics.rules.renaming import renamed_groups
from diagnostics.rules.report import (
    NEXT_IMPORT,
    by_name,
    finding,
    is_not,
    listing,
    many,
    people,
    quote,
    quote_line,
    widespread,
)
from diagnostics.rules.structures import declared, inhabited, siecle_groups
from diagnostics.rules.view import Tool, View

SAME_WAY = 0.4
"""Share of the groups of two bases that must bear one name before the rest is said to lack (judgement)."""


def alike(ours: set[str], theirs: set[str]) -> bool:
    """Whether two bases name their groups in the same way, so that a name of one alone means something."""
    if not ours or not theirs:
        return False
    return len(ours & theirs) >= max(1, SAME_WAY * min(len(ours), len(theirs)))


def empty(data: SchoolData) -> Iterator[Finding]:
    """GRP-01: groups filled in SIECLE that EDT does not have or leaves empty, and groups of EDT that the ENT lacks."""
    ours = siecle_groups(data)
    filled = inhabited(data, Tool.SIECLE, StructureType.GROUPE)
    theirs = declared(data, Tool.EDT, StructureType.GROUPE)
    in_edt = inhabited(data, Tool.EDT, StructureType.GROUPE)
    in_sts = set(declared(data, Tool.STS, StructureType.GROUPE))
    proofs: list[Evidence] = []
    named: list[str] = []
    former, _ = data.once(renamed_groups)
    if theirs and in_edt:
        for key, (code, origin) in sorted(theirs.items()):
            # A group that STS-Web does not declare either is told by STS-03.
            known = filled.get(key) or not in_sts or key in in_sts
            if known and not in_edt.get(key) and (filled.get(key) or taught(data, code)):
                named.append(code)
                proofs.append(quote_line(data, origin, "groupe d'EDT sans élève", code))
                if filled.get(key):
                    proofs.append(quote_line(data, ours[key][1], "élèves dans SIECLE", f"{code} : {filled[key]}"))
        if alike(set(ours), set(theirs)):
            for key, (code, origin) in sorted(ours.items()):
                # A group of SIECLE alone is a matter of SIECLE and STS-Web (GRP-04).
                if key not in theirs and key not in former and filled.get(key) and (not in_sts or key in in_sts):
                    named.append(code)
                    proofs.append(
                        quote_line(
                            data,
                            origin,
                            "groupe de SIECLE absent d'EDT",
                            f"{code} : {many(filled[key], 'élève', 'élèves')}",
                        )
                    )
    proofs_ent, named_ent = missing_in_ent(data, in_edt)
    if len(named) and not widespread(len(named), max(len(ours), len(theirs))):
        found = many(len(named), "groupe est absent d'EDT ou y est", "groupes sont absents d'EDT ou y sont")
        yield groups_finding("edt", named, proofs, f"{found} sans élève")
    if named_ent:
        found = many(len(named_ent), "groupe rempli dans EDT est absent", "groupes remplis dans EDT sont absents")
        yield groups_finding("ent", named_ent, proofs_ent, f"{found} de l'ENT")


def taught(data: SchoolData, code: str) -> bool:
    return any(s.structure_type is StructureType.GROUPE and code in s.structures for s in data.services(Tool.EDT))


def groups_finding(slug: str, named: list[str], proofs: list[Evidence], said: str) -> Finding:
    return finding(
        "GRP-01",
        slug,
        summary=f"{said} : {listing(named)}.",
        cause="Groupe non déclaré dans EDT, parties sans élèves, ou aucun import depuis sa création : constituer le"
        " groupe avec"
        " ses parties dans EDT, exporter, importer.",
        severity=NEXT_IMPORT,
        evidence=proofs,
    )


def missing_in_ent(data: SchoolData, in_edt: Counter[str]) -> tuple[list[Evidence], list[str]]:
    in_ent = inhabited(data, Tool.ENT, StructureType.GROUPE)
    places = declared(data, Tool.EDT, StructureType.GROUPE)
    if not alike(set(in_ent), set(in_edt)):
        return [], []
    # A group that STS-Web does not declare is told by STS-03.
    in_sts = declared(data, Tool.STS, StructureType.GROUPE)
    missing = sorted(k for k in in_edt if k in places and not in_ent.get(k) and (not in_sts or k in in_sts))
    if widespread(len(missing), len(in_edt)):
        return [], []
    return (
        [
            quote_line(
                data,
                places[k][1],
                "groupe d'EDT absent de l'ENT",
                f"{places[k][0]} : {many(in_edt[k], 'élève', 'élèves')}",
            )
            for k in missing
        ],
        [places[k][0] for k in missing],
    )


def outdated(data: SchoolData) -> Iterator[Finding]:
    """GRP-02: pupils whose groups in the ENT are not those of EDT, in groups that both know."""
    in_ent = inhabited(data, Tool.ENT, StructureType.GROUPE)
    in_edt = inhabited(data, Tool.EDT, StructureType.GROUPE)
    both = in_ent.keys() & in_edt.keys()
    if not alike(set(in_ent), set(in_edt)):
        return
    stating = {e.id for e in data.of_tool(Tool.ENT) if any(r.groups for r in e.records if r.profile is Profile.ELEVE)}
    moved: dict[int, tuple[View, list[Evidence]]] = {}
    compared = 0
    for view in data.pupils:
        accounts = [r for r in view.of(Tool.ENT) if r.origin.export in stating]
        if not accounts or not view.edt or not (view.siecle and view.siecle.division) or data.elsewhere(view):
            continue
        compared += 1
        mine = {text.code(g) for r in accounts for g in r.groups} & both
        theirs = {text.code(g) for r in view.of(Tool.EDT) for g in r.groups} & both
        if mine != theirs:
            moved[id(view)] = (
                view,
                [
                    quote(data, accounts[0], "groupes dans l'ENT", listing(sorted(accounts[0].groups))),
                    quote(data, view.edt, "groupes dans EDT", listing(sorted(view.edt.groups))),
                ],
            )
    if not moved:
        return
    last = last_success(data)
    views = by_name(view for view, _ in moved.values())
    count = len(views)
    everyone = widespread(count, compared)
    yield finding(
        "GRP-02",
        "groupes",
        summary=f"{people(count, Profile.ELEVE)} {is_not(count)} pas dans les mêmes groupes dans l'ENT et dans"
        f" EDT{f' ; dernier import réussi le {last}' if last else ''}.",
        cause="Les groupes ont changé dans EDT depuis le dernier import : importer, puis mettre en place l'import"
        " automatisé.",
        severity=NEXT_IMPORT,
        views=[] if everyone else views,
        evidence=[e for view in (views[:3] if everyone else views) for e in moved[id(view)][1]],
    )


def last_success(data: SchoolData) -> str:
    found = [r.when for e in data.of(Kind.ENT_BILANS) for r in e.runs if "SUCCES" in text.fold(r.status) and r.when]
    return text.french_date(max(found)[:10]) if found else ""


def discordant(data: SchoolData) -> Iterator[Finding]:
    """GRP-04: groups that only SIECLE or only STS-Web knows."""
    ours = siecle_groups(data)
    theirs = declared(data, Tool.STS, StructureType.GROUPE)
    if not ours or not theirs:
        return
    missing: dict[Tool, list[tuple[str, Origin]]] = defaultdict(list)
    for key, place in sorted(ours.items()):
        if key not in theirs:
            missing[Tool.STS].append(place)
    for key, place in sorted(theirs.items()):
        if key not in ours:
            missing[Tool.SIECLE].append(place)
    if not missing:
        return
    everything = len(ours.keys() | theirs.keys())
    lacking = sum(len(found) for found in missing.values())
    named = [code for found in missing.values() for code, _ in found]
    if widespread(lacking, everything):
        summary = f"{lacking} des {everything} groupes ne sont que dans SIECLE ou que dans STS-Web."
    else:
        summary = (
            f"{many(lacking, 'groupe', 'groupes')} {is_not(lacking)} que dans SIECLE ou que dans STS-Web :"
            f" {listing(named)}."
        )
    yield finding(
        "GRP-04",
        "groupes",
        summary=summary,
        cause="Les classes passent seules de STS-Web à SIECLE, les groupes à la main : exporter les liens"
        " élèves-groupes d'EDT et"
        " les importer dans SIECLE en mode mise à jour.",
        severity=NEXT_IMPORT,
        evidence=[
            quote_line(data, origin, f"groupe absent de {tool}", code)
            for tool, found in missing.items()
            for code, origin in found
        ],
    )
