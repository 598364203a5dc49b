"""ANN-06 and ANN-15: one person, and tools that do not say the same thing of their name, birth or class."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from diagnostics import text
from diagnostics.matching.names import Level
from diagnostics.model import Evidence, Finding, Profile, Record, StructureType, Verdict
from diagnostics.rules.basics import division_key, locate
from diagnostics.rules.data import SchoolData
from diagnostics.rules.guardians import sheets
from diagnostics.rules.report import (
    HOUSEKEEPING,
    NEXT_IMPORT,
    by_name,
    finding,
    is_not,
    people,
    quote,
    verb,
    widespread,
)
from diagnostics.rules.security import crossed_origins
from diagnostics.rules.view import STAFF, Tool, View, given_level, inverted, name_keys, place, same_name, surname_level

BIRTH = "date de naissance"
WRONG_SURNAME = frozenset({
    Level.PART, Level.SOUND, Level.SLIP, Level.CUT, Level.PART_SLIP, Level.SLIPS, Level.SHARED, Level.NEAR, Level.OTHER,
    Level.VARIANT, Level.NICKNAME, Level.INITIAL, Level.DIFFERENT,
})  # fmt: skip
SECOND_SURNAME = frozenset({Level.PART, Level.SHARED, Level.DIFFERENT})
WRONG_GIVEN = frozenset({
    Level.SOUND, Level.SLIP, Level.SLIPS, Level.PART_SLIP, Level.NEAR, Level.OTHER, Level.SHARED, Level.DIFFERENT,
})  # fmt: skip
"""A nickname, an initial or the first half of a compound given name is a way of writing, not an error."""
COMPARED = (Tool.ENT, Tool.EDT, Tool.PRONOTE, Tool.EDUCONNECT)
"""The screen of the import shows whom it does not recognise: EDT-01 says it, with what differs."""
ENOUGH = 3
"""Pupils without class from which the class itself is missing (judgement)."""
SECOND_NAME = 0.2
"""Share of a class that must bear another name for the name, and not the pupils, to be wrong (judgement)."""
WHERE = {Tool.PRONOTE: Tool.EDT}
"""Records that come from the base of another tool."""


REMEDIES = {
    Tool.SIECLE: "C'est SIECLE qu'il faut corriger ; le reste suit.",
    Tool.STS: "C'est la fiche de l'agent (ressources humaines, puis STS-Web) qu'il faut corriger ; le reste suit.",
    Tool.EDT: "C'est la fiche d'EDT qu'il faut corriger : l'import ne reconnaît que des identités identiques.",
    Tool.ENT: "La correction n'est pas encore transmise, ou la fiche de l'ENT a été changée à la main.",
    Tool.EDUCONNECT: "EduConnect suit SIECLE sous 48 h.",
}
"""Where the value is put right, by the tool that stands alone."""


@dataclass(frozen=True)
class Difference:
    field: str
    tool: Tool
    """The software that says otherwise than the others."""
    record: Record
    value: str
    expected: str
    reference: Record


def names(data: SchoolData) -> Iterator[Finding]:
    """ANN-06: surname, given name or birth date that cannot be the same, for records held to be one person."""
    found: dict[tuple[Profile, Tool], dict[int, tuple[View, list[Difference]]]] = defaultdict(dict)
    doubled = data.once(sheets)
    crossed = data.once(crossed_origins)
    for view in data.views:
        if len(view.by_tool) < 2 or doubled.doubled(view):
            continue
        differences = [d for d in differing(view) if d.record.origin not in crossed]
        for difference in differences[:1]:
            found[view.profile, difference.tool][id(view)] = (view, differences)
    for (profile, tool), views in sorted(found.items()):
        chosen = by_name(view for view, _ in views.values())
        count = len(chosen)
        yield finding(
            "ANN-06",
            f"{profile}|{tool}",
            summary=f"{people(count, profile)} {verb(count, 'a', 'ont')} dans {place(tool)} un nom, un prénom"
            " ou une date de naissance qui diffère des autres bases.",
            cause=f"Faute de saisie dans {place(tool)} ou correction faite d'un seul côté : les autres bases disent"
            f" autrement. {REMEDIES.get(tool, REMEDIES[Tool.EDT])}",
            severity=HOUSEKEEPING if tool is Tool.EDUCONNECT else NEXT_IMPORT,
            views=chosen,
            evidence=[e for view in chosen for d in views[id(view)][1] for e in shown(data, d)],
            facts=wrong_in(data, tool, [(d.reference, d.record) for view in chosen for d in views[id(view)][1]]),
        )


def wrong_in(data: SchoolData, tool: Tool, pairs: Sequence[tuple[Record, Record]]) -> dict[str, str]:
    """Which base is wrong; for the ENT, since when its source says what it should have taken over.

    ``pairs``: the record of the source and that of the base which says otherwise.
    """
    found = {"at_fault": str(tool)}
    if tool is Tool.ENT and (since := data.fed_since([s for s, _ in pairs], [m for _, m in pairs])):
        found |= {"source_ok": "oui", "since": since}
    return found


def shown(data: SchoolData, difference: Difference) -> tuple[Evidence, Evidence]:
    return (
        quote(data, difference.record, difference.field, difference.value),
        quote(data, difference.reference, difference.field, difference.expected),
    )


def differing(view: View) -> list[Difference]:
    """Fields on which a tool contradicts the base of reference, and which of the two stands alone."""
    reference = view.siecle or view.sts or view.ent
    if reference is None:
        return []
    home = Tool.SIECLE if view.siecle else Tool.STS if view.sts else Tool.ENT
    others = [(tool, record) for tool in COMPARED if tool is not home for record in view.of(tool)]
    found: list[Difference] = []
    for tool, record in others:
        for field, value, expected in compared(record, reference):
            # Without SIECLE or STS-Web nothing states both names of a person: a half, or another, may be the second.
            if home is Tool.ENT and field == "nom" and surname_level(record, reference) in SECOND_SURNAME:
                continue
            if any(d.field == field and d.tool is WHERE.get(tool, tool) for d in found):
                continue
            alone = not any(
                o is not record and WHERE.get(t, t) is not WHERE.get(tool, tool) and agrees(o, record, field)
                for t, o in others
            )
            at_fault = WHERE.get(tool, tool) if alone else home
            found.append(Difference(field, at_fault, record, value, expected, reference))
    return found


def compared(record: Record, reference: Record) -> Iterator[tuple[str, str, str]]:
    """(field, value, value of reference) for each field that differs."""
    if record.birth_date and reference.birth_date and record.birth_date != reference.birth_date:
        note = " (jour et mois inversés)" if swapped(record.birth_date, reference.birth_date) else ""
        yield BIRTH, text.french_date(record.birth_date) + note, text.french_date(reference.birth_date)
    if record.surname == reference.surname and record.given_names == reference.given_names:
        return
    surname, given = surname_level(record, reference), given_level(record, reference)
    if surname not in WRONG_SURNAME and given not in WRONG_GIVEN:
        return
    if inverted(record, reference):
        yield "nom et prénom inversés", f"{record.surname} {record.given_names}", full(reference)
        return
    # A guardian's other name may be the one of marriage: only a slip of one name is an error for certain.
    married = surname is Level.DIFFERENT and record.profile is Profile.PARENT
    if surname in WRONG_SURNAME and not married:
        yield "nom", written(record), written(reference)
    if given in WRONG_GIVEN and not further(record, reference):
        yield "prénom", record.given_names, reference.given_names


def written(record: Record) -> str:
    """The surname to show: staff are known by their usage name, pupils and guardians by the one SIECLE is keyed by."""
    return (record.usage_name if record.profile in STAFF else "") or record.surname


def full(record: Record) -> str:
    return f"{written(record)} {record.given_names}"


def further(record: Record, reference: Record) -> bool:
    """Whether the given name of one is a further given name of the other."""
    mine, theirs = text.words(record.given_names), text.words(reference.given_names)
    return bool(mine and theirs) and (
        mine[0] in text.words(reference.other_given_names) or theirs[0] in text.words(record.other_given_names)
    )


def swapped(left: str, right: str) -> bool:
    return left[:4] == right[:4] and left[5:7] == right[8:10] and left[8:10] == right[5:7]


def agrees(left: Record, right: Record, field: str) -> bool:
    if field == BIRTH:
        return bool(left.birth_date) and left.birth_date == right.birth_date
    return text.fold(left.surname) == text.fold(right.surname) and text.fold(left.given_names) == text.fold(
        right.given_names
    )


# -- classes -------------------------------------------------------------------------------------------------------


def correspondence(data: SchoolData, tool: Tool) -> dict[str, str]:
    """Class of SIECLE → class that a tool states for most of its pupils, as keys: tools may name them otherwise."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for view in data.pupils:
        if view.siecle and view.siecle.division:
            for record in view.of(tool):
                if record.division:
                    seen[division_key(view.siecle.division)][division_key(record.division)] += 1
    return {
        mine: best
        for mine, counts in seen.items()
        if (best := min(counts, key=lambda code: (-counts[code], code))) and counts[best] * 2 > counts.total()
    }


def correspondences(data: SchoolData) -> dict[Tool, dict[str, str]]:
    return {tool: correspondence(data, tool) for tool in (Tool.ENT, Tool.EDT, Tool.PRONOTE)}


def second_names(data: SchoolData) -> dict[str, set[str]]:
    """Class of SIECLE → names that no official base knows and that a good part of the class bears in the ENT."""
    official = {division_key(v.siecle.division) for v in data.pupils if v.siecle and v.siecle.division}
    official |= {division_key(s.code) for s in data.structures(Tool.STS, StructureType.DIVISION)}
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for view in data.pupils:
        if view.siecle and view.siecle.division:
            seen[division_key(view.siecle.division)].update({division_key(r.division) for r in view.of(Tool.ENT)})
    return {
        mine: {
            code for code, n in counts.items() if code and code not in official and n >= counts.total() * SECOND_NAME
        }
        for mine, counts in seen.items()
    }


def without_rubric(data: SchoolData) -> set[str]:
    """Classes of SIECLE none of whose pupils, known of the ENT, is in a class there, while the others' are (CDT-05)."""
    known: Counter[str] = Counter()
    placed: set[str] = set()
    for view in data.pupils:
        if view.siecle and view.siecle.division and view.ent:
            mine = division_key(view.siecle.division)
            known[mine] += 1
            if any(record.division for record in view.of(Tool.ENT)):
                placed.add(mine)
    missing = {key for key, count in known.items() if count >= ENOUGH and key not in placed}
    return set() if not placed or widespread(len(missing), len(known)) else missing


def classes(data: SchoolData) -> Iterator[Finding]:
    """ANN-15: pupils whose class is not the same in SIECLE, the ENT and EDT."""
    maps = data.once(correspondences)
    accepted: dict[str, set[str]] = defaultdict(set)
    for mapping in maps.values():
        for mine, theirs in mapping.items():
            # A class renamed in one tool is one class: EDT-09 says it, its pupils are not misplaced.
            accepted[mine] |= {mine, theirs}
    for mine, others in data.once(second_names).items():
        accepted[mine] |= {mine, *others}
    stated = states_classes(data)
    unplaced = data.once(without_rubric)
    crossed = data.once(crossed_origins)
    found: dict[Tool, list[View]] = defaultdict(list)
    quotes: dict[int, list[Evidence]] = {}
    for view in data.pupils:
        if view.siecle is None or not view.siecle.division or data.elsewhere(view):
            continue
        mine = division_key(view.siecle.division)
        wrong: dict[Tool, Record] = {}
        for tool in maps:
            for record in view.of(tool) or (sole_account(data, view) if tool is Tool.ENT else ()):
                if record.origin in crossed:
                    continue
                if not record.division and (
                    tool is not Tool.ENT or record.origin.export not in stated or mine in unplaced
                ):
                    continue
                if division_key(record.division) not in accepted.get(mine, {mine}):
                    wrong[tool] = record
        if not wrong:
            continue
        at_fault = fault(wrong)
        found[at_fault].append(view)
        quotes[id(view)] = [
            quote(data, view.siecle, "classe dans SIECLE", view.siecle.division),
            *(quote(data, record, f"classe dans {place(tool)}", record.division) for tool, record in wrong.items()),
        ]
    for tool, views in sorted(found.items()):
        if widespread(len(views), len(data.pupils)):
            continue
        count = len(views)
        chosen = by_name(views)
        yield finding(
            "ANN-15",
            tool,
            summary=f"{people(count, Profile.ELEVE)} {is_not(count)} pas dans la même classe dans"
            f" {place(tool)} que dans les autres bases.",
            cause=CLASS_CAUSES[tool],
            severity=NEXT_IMPORT,
            views=chosen,
            evidence=[e for view in chosen for e in quotes[id(view)]],
            facts=wrong_in(data, tool, [(v.siecle, r) for v in chosen if v.siecle for r in v.of(tool)]),
        )


def sole_account(data: SchoolData, view: View) -> list[Record]:
    """The account that only its class keeps from being the pupil's: the one candidate, and nobody else of that name in
    any export."""
    link = data.link(view.siecle) if view.siecle else None
    if link is None or link.verdict is not Verdict.REVIEW or len(link.candidates) != 1:
        return []
    account = data.accounts_at.get(locate(link.candidates[0].account))
    if account is None or not view.siecle or not same_name(account, view.siecle) or data.other_school(account):
        return []
    owner = data.view(account)
    named = {id(v) for record in (account, view.siecle) for key in name_keys(record) for v in data.pupils_by_name[key]}
    dates = {account.birth_date, view.siecle.birth_date} - {""}
    return [account] if named == {id(view), id(owner)} and len(dates) < 2 else []


CLASS_CAUSES = {
    Tool.ENT: "Changement de classe fait dans SIECLE et pas encore transmis à l'ENT (48 h), ou import EDT ancien.",
    Tool.EDT: "Changement de classe fait dans SIECLE et pas dans EDT : le prochain import remettrait l'ancienne"
    " classe.",
    Tool.SIECLE: "EDT et l'ENT disent la même classe et SIECLE une autre : le changement reste à faire dans SIECLE.",
}


def fault(wrong: dict[Tool, Record]) -> Tool:
    """Which base stands alone."""
    edt = wrong.get(Tool.EDT) or wrong.get(Tool.PRONOTE)
    ent = wrong.get(Tool.ENT)
    if ent and edt:
        return Tool.SIECLE if division_key(ent.division) == division_key(edt.division) else Tool.ENT
    return Tool.ENT if ent else Tool.EDT


def states_classes(data: SchoolData) -> set[str]:
    """Exports of the ENT that state the class of most pupils."""
    found = set()
    for export in data.of_tool(Tool.ENT):
        pupils = [r for r in export.records if r.profile is Profile.ELEVE]
        if (
            pupils
            and not widespread(sum(not r.division for r in pupils), len(pupils))
            and any(r.division for r in pupils)
        ):
            found.add(export.id)
    return found
