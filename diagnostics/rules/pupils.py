"""SIE-06: pupils whom SIECLE states twice, and two pupils under one INE (knowledge.md §4.4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from diagnostics import text
from diagnostics.model import Finding, Record
from diagnostics.rules.data import SchoolData
from diagnostics.rules.guardians import sheets
from diagnostics.rules.report import NEXT_IMPORT, finding, name, quote
from diagnostics.rules.view import Tool, View


@dataclass(frozen=True)
class DoubledPupil:
    """Sheets of one export that share an INE or an identity.

    Attributes:
        shared: all of them state one INE.
        one_pupil: they bear one name and one birth date.
    """

    members: tuple[tuple[View, Record], ...]
    shared: bool
    one_pupil: bool

    @property
    def views(self) -> list[View]:
        """The view that most tools know first."""
        views = {id(view): view for view, _ in self.members}.values()
        return sorted(views, key=lambda view: (Tool.ENT not in view.by_tool, -len(view.by_tool), view.key))

    @property
    def key(self) -> str:
        return "+".join(sorted(sheet(record) for _, record in self.members))


def sheet(record: Record) -> str:
    """What names a sheet inside its export."""
    return record.ids.get("eleve_id", "") or str(record.origin.line)


def identity(record: Record) -> tuple[str, str, str]:
    return text.code(record.surname), text.code(record.given_names), record.birth_date


def doubles(data: SchoolData) -> tuple[DoubledPupil, ...]:
    """Sheets of pupils who are there that only one of can be right."""
    by_ine: dict[tuple[str, str], list[tuple[View, Record]]] = defaultdict(list)
    by_identity: dict[tuple[str, tuple[str, str, str]], list[tuple[View, Record]]] = defaultdict(list)
    for view in data.pupils:
        for record in view.of(Tool.SIECLE):
            if ine := record.ids.get("ine"):
                by_ine[record.origin.export, ine.upper()].append((view, record))
            if record.birth_date:
                by_identity[record.origin.export, identity(record)].append((view, record))
    found: dict[str, DoubledPupil] = {}
    for group in (*by_ine.values(), *by_identity.values()):
        here = {sheet(record): (view, record) for view, record in group}
        if len(here) < 2:
            continue
        members = tuple(here[key] for key in sorted(here))
        ines = {record.ids.get("ine", "").upper() for _, record in members}
        one = DoubledPupil(
            members,
            shared=len(ines) == 1 and "" not in ines,
            one_pupil=len({identity(record) for _, record in members}) == 1,
        )
        if one.key not in found and (one.shared or not two_families(data, [view for view, _ in members])):
            found[one.key] = one
    return tuple(found[key] for key in sorted(found))


def second_sheets(data: SchoolData) -> set[int]:
    """Ids of the views that are a sheet too many of a pupil: nothing else is said of them."""
    return {id(view) for double in data.once(doubles) if double.one_pupil for view in double.views[1:]}


def stated_twice(data: SchoolData) -> set[int]:
    """Ids of the views of pupils with a sheet too many: which of their sheets an account is of stays open."""
    return {id(view) for double in data.once(doubles) if double.one_pupil for view in double.views}


def two_families(data: SchoolData, views: list[View]) -> bool:
    """Whether sheets of one name and birth have guardians, and none in common: two children, however alike."""
    doubled = data.once(sheets)
    families = [
        {doubled.person(tie.guardian.value("personne_id", Tool.SIECLE)) for tie in data.guardians_of.get(id(view), ())}
        for view in views
    ]
    return all(families) and not set.intersection(*families)


def doubled_pupils(data: SchoolData) -> Iterator[Finding]:
    """SIE-06: two sheets with one INE, or two sheets of one pupil."""
    for double in data.once(doubles):
        count = len(double.members)
        yield finding(
            "SIE-06",
            double.key,
            summary=f"{count} fiches élèves de SIECLE portent le même INE."
            if double.shared
            else f"{count} fiches élèves de SIECLE portent la même identité ({name(double.members[0][0])}).",
            cause="Fiche créée en double : supprimer la fiche de trop dans SIECLE, en gardant celle qui porte l'INE."
            if double.one_pupil
            else "INE attribué à deux élèves : l'échange avec le rectorat et EduConnect rejettent le second.",
            severity=NEXT_IMPORT,
            views=double.views[:1] if double.one_pupil else double.views,
            evidence=[
                quote(
                    data,
                    record,
                    f"fiche {sheet(record)}",
                    f"{record.surname} {record.given_names}, {text.french_date(record.birth_date) or 'sans date'}",
                )
                for _, record in double.members
            ],
        )
