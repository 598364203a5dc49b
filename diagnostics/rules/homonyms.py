"""Guardians of one name and fewer accounts than guardians: somebody has none, and nothing says which of them.

A namesake is never chosen by the program: that one lacks an account is certain, who is left to the agent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from diagnostics import text
from diagnostics.model import Finding, Kind, Profile
from diagnostics.rules.absence import absences
from diagnostics.rules.data import SchoolData
from diagnostics.rules.educonnect import candidates, classes_of_listed, in_listed_class
from diagnostics.rules.guardians import sheets
from diagnostics.rules.report import NEXT_IMPORT, by_name, finding, name, quote
from diagnostics.rules.states import State, state_of
from diagnostics.rules.view import Tool, View, name_keys

Name = tuple[str, str]


def namesakes(data: SchoolData) -> Iterator[Finding]:
    """EDU-05, EDU-06 and ANN-01 of one among several guardians of the same name."""
    by_key: dict[Name, list[View]] = defaultdict(list)
    for view in candidates(data, Profile.PARENT):
        if view.siecle:
            for key in name_keys(view.siecle):
                by_key[key].append(view)
    shared = [(key, views) for key, views in by_key.items() if len(views) > 1]
    if not shared:
        return
    doubled, told = data.once(sheets), {id(one.view) for one in data.once(absences).found}
    for tool in (Tool.ENT, Tool.EDUCONNECT):
        wanting = [(key, [v for v in views if tool not in v.by_tool and id(v) not in told]) for key, views in shared]
        wanting = [(key, views) for key, views in wanting if len(views) > 1]
        if not wanting or not complete(data, tool):
            continue
        loose = unclaimed(data, tool)
        done: set[int] = set()
        for _, views in sorted(wanting, key=lambda pair: pair[0]):
            lacking = [view for view in views if id(view) not in done and listed(data, tool, view)]
            free = [view for view in loose if bears_name(view, tool, lacking)]
            # As many accounts as namesakes: they may each have theirs, once the agent has said whose it is. One that
            # only looks like theirs may be theirs too; two sheets of one person are no namesakes.
            if (
                free
                and len(lacking) > len(free)
                and not any(may_be(view, lacking) for view in loose if view not in free)
                and not any(doubled.doubled(view) for view in lacking)
            ):
                done |= {id(view) for view in lacking}
                yield one_of(data, tool, lacking, free)


def complete(data: SchoolData, tool: Tool) -> bool:
    """Whether the accounts of guardians were all given, so that counting them says something."""
    if tool is Tool.ENT:
        return bool(data.covered.get(Profile.PARENT)) and Profile.PARENT not in data.once(absences).missing
    exports = data.of(Kind.EDUCONNECT_RESPONSABLES)
    return bool(exports) and not any(export.refused for export in exports)


def listed(data: SchoolData, tool: Tool, view: View) -> bool:
    return tool is Tool.ENT or in_listed_class(data, view, data.once(classes_of_listed))


def unclaimed(data: SchoolData, tool: Tool) -> list[View]:
    """Accounts of guardians that are nobody's of SIECLE yet."""
    return [view for view in data.with_tool(tool, Profile.PARENT) if view.siecle is None]


def names_of(views: list[View], tool: Tool) -> set[Name]:
    return {key for view in views for record in view.of(tool) for key in name_keys(record)}


def bears_name(account: View, tool: Tool, lacking: list[View]) -> bool:
    """Whether the account bears one of the names of these guardians, of birth or of marriage."""
    return not names_of([account], tool).isdisjoint(names_of(lacking, Tool.SIECLE))


def may_be(account: View, lacking: list[View]) -> bool:
    """Whether an account shares a surname or a given name with these guardians: it may be one of theirs, mistyped."""
    best = account.best
    mine = names_of(lacking, Tool.SIECLE)
    return text.code(best.given_names) in {key[1] for key in mine} or text.code(best.surname) in {
        key[0] for key in mine
    }


def one_of(data: SchoolData, tool: Tool, lacking: list[View], free: list[View]) -> Finding:
    """« Two possible »: all the namesakes are named, and the accounts that may be theirs."""
    views = by_name(lacking)
    without = len(lacking) - len(free)
    of = "de l'ENT" if tool is Tool.ENT else "EduConnect"
    who = "l'un d'eux n'en a pas" if without == 1 else f"{without} d'entre eux n'en ont pas"
    held = "un seul compte" if len(free) == 1 else f"{len(free)} comptes seulement"
    return finding(
        category(data, tool, views),
        f"homonymes|{tool}|{'|'.join(sorted(view.key for view in views))}",
        summary=f"{len(views)} responsables s'appellent {name(views[0])} et {held} {of}"
        f" {'porte' if len(free) == 1 else 'portent'} ce nom : {who}.",
        cause="Homonymes : rien dans les exports ne dit à qui est le compte. Le choisir dans le rapprochement d'après"
        " les enfants ; le responsable qui reste n'a pas de compte.",
        severity=NEXT_IMPORT,
        views=views,
        evidence=[
            *(quote(data, v.siecle, f"compte {of}", "à choisir") for v in views if v.siecle),
            *(
                quote(data, record, "compte de ce nom", record.ids.get("uid", "") or record.ids.get("educonnect", ""))
                for account in free
                for record in account.of(tool)[:1]
            ),
        ],
    )


def category(data: SchoolData, tool: Tool, views: list[View]) -> str:
    """EDU-05 without EduConnect; without the ENT, EDU-06 when each of that name passes EduConnect, else ANN-01."""
    if tool is Tool.EDUCONNECT:
        return "EDU-05"
    wanted = text.code(views[0].best.given_names)
    surnames = {key[0] for view in views for record in view.of(Tool.SIECLE) for key in name_keys(record)}
    active = {
        record.origin
        for view in data.with_tool(Tool.EDUCONNECT, Profile.PARENT)
        for record in view.of(Tool.EDUCONNECT)
        if state_of(data, record) is State.ACTIVE
        and text.code(record.given_names) == wanted
        and {key[0] for key in name_keys(record)} & surnames
    }
    return "EDU-06" if len(active) >= len(views) else "ANN-01"
