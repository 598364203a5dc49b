"""EDT-09: classes and groups that changed their name, told by the pupils they hold (knowledge.md §4.6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from diagnostics import text
from diagnostics.model import Evidence, Export, Finding, Kind, Origin, Profile, Record, StructureType
from diagnostics.rules.basics import division_key
from diagnostics.rules.data import SchoolData
from diagnostics.rules.report import NEXT_IMPORT, finding, listing, many, quote_line, widespread
from diagnostics.rules.structures import declared, renamed, siecle_divisions, siecle_groups
from diagnostics.rules.view import Tool

ALIKE = 0.8
"""Share of pupils in common from which two names are one group's (judgement)."""
FEWEST = 3
"""Under so many pupils a group says nothing of its name."""
Members = Mapping[str, set[str]]
"""Folded code → pupils."""


@dataclass(frozen=True)
class Renaming:
    """A class or a group and its two names, as written."""

    kind: StructureType
    old: str
    new: str
    proofs: tuple[Evidence, ...]


def renamings_of(data: SchoolData) -> tuple[Renaming, ...]:
    """Every change of name that the exports show, each once."""
    found: dict[tuple[StructureType, str, str], Renaming] = {}
    for one in (*divisions(data), *groups(data), *older_names(data)):
        found.setdefault((one.kind, text.code(one.old), text.code(one.new)), one)
    return tuple(found.values())


def renamed_groups(data: SchoolData) -> tuple[frozenset[str], frozenset[str]]:
    """Former and present names of the groups that changed theirs, folded."""
    ours = [one for one in data.once(renamings_of) if one.kind is StructureType.GROUPE]
    return frozenset(text.code(one.old) for one in ours), frozenset(text.code(one.new) for one in ours)


def divisions(data: SchoolData) -> Iterator[Renaming]:
    """Divisions of SIECLE whose pupils EDT holds under another name."""
    ours = {division_key(code): (code, origin) for code, origin in siecle_divisions(data).values()}
    theirs = {
        division_key(code): (code, origin) for code, origin in declared(data, Tool.EDT, StructureType.DIVISION).values()
    }
    moved = {mine: its for mine, its in renamed(data).items() if its not in ours and mine not in theirs}
    if widespread(len(moved), len(ours)):
        return
    for mine, its in sorted(moved.items()):
        if mine in ours and its in theirs:
            yield Renaming(
                StructureType.DIVISION, ours[mine][0], theirs[its][0], between(data, ours[mine], theirs[its])
            )


def groups(data: SchoolData) -> Iterator[Renaming]:
    """Groups that SIECLE fills and EDT does not have, whose pupils are in a group that EDT alone knows."""
    places = declared(data, Tool.EDT, StructureType.GROUPE)
    if not places:
        return
    ours, in_sts = siecle_groups(data), declared(data, Tool.STS, StructureType.GROUPE)
    mine = {key: who for key, who in members(data, Tool.SIECLE).items() if key not in places}
    theirs = {key: who for key, who in members(data, Tool.EDT).items() if key not in ours and key not in in_sts}
    if widespread(len(mine), len(ours)):
        return
    for old, new in same_members(mine, theirs):
        if old in ours and new in places:
            yield Renaming(
                StructureType.GROUPE, ours[old][0], places[new][0], between(data, ours[old], places[new], "groupe")
            )


def between(
    data: SchoolData, mine: tuple[str, Origin], theirs: tuple[str, Origin], word: str = "division"
) -> tuple[Evidence, ...]:
    return (
        quote_line(data, mine[1], f"{word} dans SIECLE", mine[0]),
        quote_line(data, theirs[1], f"{word} dans EDT", theirs[0]),
    )


def members(data: SchoolData, tool: Tool) -> Members:
    """Pupils who are there, by group of a tool."""
    found: dict[str, set[str]] = defaultdict(set)
    for view in data.pupils:
        for record in view.of(tool):
            for group in record.groups:
                found[text.code(group)].add(view.key)
    return found


def same_members(before: Members, after: Members) -> Iterator[tuple[str, str]]:
    """Pairs of names that hold nearly the same pupils, when each has one match only."""
    pairs = [
        (old, new)
        for old, mine in sorted(before.items())
        for new, theirs in sorted(after.items())
        if len(mine) >= FEWEST and len(mine & theirs) >= ALIKE * len(mine | theirs)
    ]
    for old, new in pairs:
        if sum(one == old for one, _ in pairs) == sum(other == new for _, other in pairs) == 1:
            yield old, new


# -- an older export of EDT ----------------------------------------------------------------------------------------


def older_names(data: SchoolData) -> Iterator[Renaming]:
    """Structures of an older export of EDT, of the same year, whose pupils or parts now bear another name."""
    current = data.of(Kind.EDT_CLAIR)
    for export in data.older(Kind.EDT_CLAIR):
        if export.school_year != next((e.school_year for e in current), None):
            continue
        for kind in (StructureType.DIVISION, StructureType.GROUPE):
            before, now = places_of(export, kind), {k: v for e in current for k, v in places_of(e, kind).items()}
            gone, come = before.keys() - now.keys(), now.keys() - before.keys()
            held = {key: who for key, who in held_by(export, kind).items() if key in gone}
            holds = {key: who for e in current for key, who in held_by(e, kind).items() if key in come}
            pairs = dict(same_members(held, holds)) | same_parts(export, current, kind, gone, come)
            for old, new in sorted(pairs.items()):
                yield Renaming(
                    kind,
                    before[old][0],
                    now[new][0],
                    (
                        quote_line(data, before[old][1], "ancien nom", before[old][0]),
                        quote_line(data, now[new][1], "nouveau nom", now[new][0]),
                    ),
                )


def places_of(export: Export, kind: StructureType) -> dict[str, tuple[str, Origin]]:
    return {text.code(s.code): (s.code, s.origin) for s in export.structures if s.type is kind}


def held_by(export: Export, kind: StructureType) -> Members:
    """Pupils of one export by class or group."""
    found: dict[str, set[str]] = defaultdict(set)
    for record in export.records:
        if record.profile is Profile.ELEVE:
            for code in (record.division,) if kind is StructureType.DIVISION else record.groups:
                if code:
                    found[text.code(code)].add(pupil_key(record))
    return found


def pupil_key(record: Record) -> str:
    """The same pupil over two exports of one base."""
    return (
        record.ids.get("ine", "") or f"{text.fold(record.surname)}|{text.fold(record.given_names)}|{record.birth_date}"
    )


def same_parts(
    export: Export, current: tuple[Export, ...], kind: StructureType, gone: set[str], come: set[str]
) -> dict[str, str]:
    """Structures that kept their number and their parts under another name."""
    now = {
        s.ident: s for e in current for s in e.structures if s.type is kind and s.ident and text.code(s.code) in come
    }
    return {
        text.code(old.code): text.code(new.code)
        for old in export.structures
        if old.type is kind
        and text.code(old.code) in gone
        and old.parts
        and (new := now.get(old.ident)) is not None
        and set(old.parts) == set(new.parts)
    }


def renamings(data: SchoolData) -> Iterator[Finding]:
    """EDT-09: a name changed in the year makes a double in the ENT."""
    found = data.once(renamings_of)
    if found:
        yield finding(
            "EDT-09",
            "renommages",
            summary=f"{many(len(found), 'classe ou un groupe a changé', 'classes ou groupes ont changé')} de nom dans"
            f" EDT : {listing(f'{one.old} → {one.new}' for one in found)}.",
            cause="Renommer une classe ou un groupe en cours d'année crée un double dans l'ENT : revenir à l'ancien"
            " nom si possible.",
            severity=NEXT_IMPORT,
            evidence=[proof for one in found for proof in one.proofs],
        )
