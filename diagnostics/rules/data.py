"""The school as the rules see it: exports by kind, persons by identity, guardians by child, dates to be trusted."""

from __future__ import annotations

import functools
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from diagnostics import text
from diagnostics.model import (
    Export,
    Identity,
    Link,
    Profile,
    Record,
    Relation,
    Verdict,
)
from diagnostics.rules.basics import Locator, collector_paused, day, locate
from diagnostics.rules.given import Given
from diagnostics.rules.joining import build_views
from diagnostics.rules.view import TOOLS, Tool, View, name_keys
from diagnostics.settings import Settings

RECENT = timedelta(hours=48)
"""Time for a change of SIECLE or STS-Web to reach the ENT (002:325)."""
INACTIVE = "INACTIFS"
"""Division of SIECLE that holds pupils who are no longer there (formats.md §3.1)."""
OWN_GUARDIAN = "70"
"""CODE_PARENTE of an adult pupil who is his own guardian (formats.md §12.4)."""


@dataclass(frozen=True)
class Tie:
    """A guardian of a pupil as one tool states it."""

    pupil: View
    guardian: View
    relation: Relation

    @property
    def expects_account(self) -> bool:
        """Legal guardians and « responsables en charge » have an account, persons to call have none (003:541-563)."""
        return self.relation.level != "contact" and self.relation.kinship != OWN_GUARDIAN


@dataclass(frozen=True, eq=False, kw_only=True)
class SchoolData(Given):
    """What the rules may look at; built once, indexes made on first use.

    Attributes:
        views: persons known of the exports to analyse, ordered by key.
    """

    links: tuple[Link, ...]
    identities: tuple[Identity, ...]
    views: tuple[View, ...]
    _view_at: dict[int, View]
    _link_at: dict[int, Link]

    @classmethod
    def build(
        cls,
        exports: Sequence[Export],
        links: Sequence[Link],
        identities: Sequence[Identity],
        *,
        settings: Settings,
        today: date,
    ) -> SchoolData:
        """Index what was loaded and matched. ``exports`` holds the superseded ones too: they tell what has changed."""
        with collector_paused():
            return cls._index(exports, links, identities, settings, today)

    @classmethod
    def _index(
        cls,
        exports: Sequence[Export],
        links: Sequence[Link],
        identities: Sequence[Identity],
        settings: Settings,
        today: date,
    ) -> SchoolData:
        ordered = tuple(sorted(exports, key=lambda e: (e.kind, e.made_on, e.id)))
        active = tuple(export for export in ordered if export.analysed)
        own = {id(record) for export in active for record in export.records}
        by_locator: dict[Locator, Record] = {}

        def loaded(record: Record) -> Record | None:
            """The very object of the export: identities and links may hold equal copies."""
            if id(record) in own:
                return record
            if not by_locator:
                by_locator.update((locate(known), known) for export in active for known in export.records)
            return by_locator.get(locate(record))

        link_at = {id(found): link for link in links if (found := loaded(link.record)) is not None}
        views, view_at = build_views(active, identities, loaded, link_at)
        return cls(
            exports=ordered,
            links=tuple(links),
            identities=tuple(identities),
            settings=settings,
            today=today,
            active=active,
            views=views,
            _view_at=view_at,
            _link_at=link_at,
        )

    # -- the school -----------------------------------------------------------------------------------------------

    @functools.cached_property
    def uai(self) -> str:
        """The school's UAI, from the settings or from what the exports of the ministry state most."""
        if self.settings.uai:
            return self.settings.uai
        for tools in ((Tool.SIECLE, Tool.STS), tuple(Tool)):
            counts = Counter(e.school for e in self.active if e.school and TOOLS.get(e.kind, Tool.OTHER) in tools)
            if counts:
                return min(counts, key=lambda uai: (-counts[uai], uai))
        return ""

    @functools.cached_property
    def homes(self) -> frozenset[str]:
        """UAI of the schools whose own bases are loaded: those of a cité scolaire are several."""
        stated = {e.school for e in self.active if e.school and TOOLS.get(e.kind) in (Tool.SIECLE, Tool.STS)}
        return frozenset((stated | {self.settings.uai}) - {""} or {self.uai})

    def home_of(self, record: Record) -> str:
        """The school of ours whose base states the owner of an account, or whose UAI the account bears."""
        view = self.view(record)
        known = view.siecle or view.sts
        export = self.export_of(known) if known else None
        stated = text.find_uai(record.extra.get("main_school", "")) or record.school
        return (export.school if export else "") or (stated if stated in self.homes else "")

    @functools.cached_property
    def main_schools(self) -> frozenset[str]:
        """How the ENT writes the names of our schools; one whose accounts do not agree has none."""
        pupils: dict[str, Counter[str]] = defaultdict(Counter)
        everyone: dict[str, Counter[str]] = defaultdict(Counter)
        for record in self.records(Tool.ENT):
            if name := record.extra.get("main_school"):
                home = self.home_of(record)
                everyone[home][name] += 1
                if record.profile is Profile.ELEVE:
                    pupils[home][name] += 1
        found = set()
        # An export of several schools holds more of the others': accounts of nobody known count for want of any other.
        for home in [home for home in everyone if home] or list(everyone):
            counts = pupils.get(home) or everyone[home]
            best = min(counts, key=lambda name: (-counts[name], name))
            if counts[best] * 2 > counts.total():
                found.add(best)
        return frozenset(found)

    def other_school(self, record: Record) -> str:
        """The other school an account belongs to, "" when it is one of ours or nothing says it."""
        stated = record.extra.get("main_school", "")
        uai = text.find_uai(stated) or record.school
        if self.uai and uai and uai not in self.homes:
            return stated or uai
        if stated and not text.find_uai(stated) and self.main_schools:
            return "" if any(is_listed(ours, stated) for ours in self.main_schools) else stated
        return ""

    @functools.cached_property
    def foreign(self) -> dict[int, str]:
        """Accounts that belong to another school, by ``id``, and which one."""
        return {id(record): other for record in self.records(Tool.ENT) if (other := self.other_school(record))}

    def elsewhere(self, view: View) -> str:
        """The other school that all the accounts of a person belong to, "" when one is here.

        The file of identifiers of a school bears its UAI on every line, guests' included: of one account, the school
        that the directory names says more.
        """
        if not any(id(record) in self.foreign for record in view.of(Tool.ENT)):
            return ""
        by_account: dict[str, list[Record]] = defaultdict(list)
        for record in view.of(Tool.ENT):
            by_account[record.ids.get("uid", "") or record.ids.get("login", "") or str(record.origin)].append(record)
        found = []
        for records in by_account.values():
            named = [record for record in records if record.extra.get("main_school")] or records
            others = [self.foreign.get(id(record), "") for record in named]
            found.append(others[0] if all(others) else "")
        return found[0] if found and all(found) else ""

    # -- persons --------------------------------------------------------------------------------------------------

    def view(self, record: Record) -> View:
        return self._view_at[id(record)]

    def link(self, record: Record) -> Link | None:
        return self._link_at.get(id(record))

    def with_tool(self, tool: Tool, *profiles: Profile) -> Iterator[View]:
        for view in self.views_of.get(tool, ()):
            if not profiles or view.profile in profiles:
                yield view

    @functools.cached_property
    def views_of(self) -> dict[Tool, list[View]]:
        found: dict[Tool, list[View]] = defaultdict(list)
        for view in self.views:
            for tool in view.by_tool:
                found[tool].append(view)
        return found

    @functools.cached_property
    def accounts_at(self) -> dict[Locator, Record]:
        return {locate(record): record for record in self.records(Tool.ENT)}

    @functools.cached_property
    def wanted(self) -> set[int]:
        """Views of accounts that a record to confirm may belong to: nothing is said of their owner."""
        found: set[int] = set()
        for link in self.links:
            if link.verdict is Verdict.REVIEW:
                for candidate in link.candidates:
                    account = self.accounts_at.get(locate(candidate.account))
                    if account is not None:
                        found.add(id(self.view(account)))
        return found

    def has_no_account(self, view: View) -> bool:
        """Whether it is established that the ENT has no account of this person.

        A record to confirm leaves it open, unless every candidate already is the account of somebody else whom the same
        source states.
        """
        if Tool.ENT in view.by_tool:
            return False
        for tool in (Tool.SIECLE, Tool.STS, Tool.EDUCONNECT, Tool.EDT, Tool.PRONOTE, Tool.UNRECOGNISED):
            links = [link for record in view.of(tool) if (link := self.link(record))]
            if not links:
                continue
            return all(link.verdict is Verdict.ABSENT or self.all_taken(view, link, tool) for link in links)
        return False

    def all_taken(self, view: View, link: Link, tool: Tool) -> bool:
        """Whether every account that a record might own is somebody else's, or a namesake's with other children."""
        if link.verdict is not Verdict.REVIEW or not link.candidates:
            return False
        mine = {id(tie.pupil) for tie in self.children_of.get(id(view), ())}
        for candidate in link.candidates:
            account = self.accounts_at.get(locate(candidate.account))
            if account is None:
                return False
            owner = self.view(account)
            theirs = self.children_in_ent.get(id(owner), set())
            if tool not in owner.by_tool and not (mine and theirs and not mine & theirs):
                return False
        return True

    @functools.cached_property
    def covered(self) -> dict[Profile, int]:
        """Accounts of the ENT for each profile: a search export holds one profile or a few people only."""
        return Counter(view.profile for view in self.with_tool(Tool.ENT))

    # -- pupils and guardians -------------------------------------------------------------------------------------

    def enrolled(self, record: Record, on: date | None = None) -> bool:
        """Whether SIECLE holds the pupil present at a date (that of the exports by default): entered, not gone out."""
        if on is None:
            export = self.export_of(record)
            on = max(self.date_of(export), self.ent_date) if export else self.today
        left = day(record.extra.get("exit_date", ""))
        entry = day(record.extra.get("entry_date", ""))
        if left and left <= on:
            return False
        if record.extra.get("exit_date") and left is None:
            return False
        if text.code(record.division) == INACTIVE:
            return False
        return not (entry and entry > on)

    def recent(self, record: Record) -> bool:
        """Whether the pupil entered so late that the ENT's export could not know."""
        entry = day(record.extra.get("entry_date", ""))
        return bool(entry and self.ent_date - entry < RECENT)

    @functools.cached_property
    def pupils(self) -> tuple[View, ...]:
        """Pupils whom SIECLE holds present."""
        return tuple(
            view
            for view in self.with_tool(Tool.SIECLE, Profile.ELEVE)
            if any(self.enrolled(record) for record in view.of(Tool.SIECLE))
        )

    @functools.cached_property
    def known_pupils(self) -> set[int]:
        """Ids of the views of ``pupils``."""
        return {id(view) for view in self.pupils}

    @functools.cached_property
    def siecle_ties(self) -> tuple[Tie, ...]:
        """Guardians of pupils by SIECLE; empty when the two files do not name pupils alike (other days' exports)."""
        return tuple(self._ties(Tool.SIECLE))

    @functools.cached_property
    def ent_ties(self) -> tuple[Tie, ...]:
        return tuple(self._ties(Tool.ENT))

    @functools.cached_property
    def edt_ties(self) -> tuple[Tie, ...]:
        return tuple(self._ties(Tool.EDT))

    def _ties(self, tool: Tool) -> Iterator[Tie]:
        index: dict[tuple[str, str, bool], View] = {}
        exports = self.of_tool(tool)
        own: dict[tuple[str, str, str], View] = {}
        named = {name for e in exports for r in e.relations for name in (r.pupil[0], r.guardian[0])}
        for export in exports:
            for record in export.records:
                for name in named & record.ids.keys():
                    if name == "ident":
                        own[export.id, name, record.ids[name]] = self.view(record)
                    else:
                        key = (name, record.ids[name], record.profile is Profile.PARENT)
                        index.setdefault(key, self.view(record))
        seen: set[tuple[int, int]] = set()
        for export in exports:
            for relation in export.relations:
                pupil = own.get((export.id, *relation.pupil)) or index.get((*relation.pupil, False))
                guardian = own.get((export.id, *relation.guardian)) or index.get((*relation.guardian, True))
                if pupil and guardian and (id(pupil), id(guardian)) not in seen:
                    seen.add((id(pupil), id(guardian)))
                    yield Tie(pupil, guardian, relation)

    @functools.cached_property
    def guardians_of(self) -> dict[int, list[Tie]]:
        """Ties of SIECLE by ``id`` of the pupil's view."""
        found: dict[int, list[Tie]] = defaultdict(list)
        for tie in self.siecle_ties:
            found[id(tie.pupil)].append(tie)
        return found

    @functools.cached_property
    def children_of(self) -> dict[int, list[Tie]]:
        """Ties of SIECLE by ``id`` of the guardian's view."""
        found: dict[int, list[Tie]] = defaultdict(list)
        for tie in self.siecle_ties:
            found[id(tie.guardian)].append(tie)
        return found

    @functools.cached_property
    def children_in_ent(self) -> dict[int, set[int]]:
        """Ids of the views of the pupils on whom a guardian's account hangs, by id of its view."""
        found: dict[int, set[int]] = defaultdict(set)
        for tie in self.ent_ties:
            found[id(tie.guardian)].add(id(tie.pupil))
        return found

    @functools.cached_property
    def pupils_by_name(self) -> dict[tuple[str, str], list[View]]:
        found: dict[tuple[str, str], list[View]] = defaultdict(list)
        for view in self.views:
            if view.profile is Profile.ELEVE:
                for key in {key for record in view.records() for key in name_keys(record)}:
                    found[key].append(view)
        return found

    @functools.cached_property
    def guardians_by_name(self) -> dict[tuple[str, str], list[View]]:
        """Guardians of SIECLE by (surname, given names)."""
        found: dict[tuple[str, str], list[View]] = defaultdict(list)
        for view in self.with_tool(Tool.SIECLE, Profile.PARENT):
            for key in {key for record in view.of(Tool.SIECLE) for key in name_keys(record)}:
                found[key].append(view)
        return found

    def named_pupils(self, name: str) -> list[View]:
        """Pupils who bear a name written ``NOM Prénom``."""
        surname, given = text.split_full_name(name)
        return self.pupils_by_name.get((text.code(surname), text.code(given)), [])

    # -- lessons --------------------------------------------------------------------------------------------------

    @functools.cached_property
    def taught(self) -> set[int]:
        """Ids of the views of the teachers who have at least one course in EDT."""
        return self._teachers(Tool.EDT)

    @functools.cached_property
    def serving(self) -> set[int]:
        """Ids of the views of the teachers who have at least one service in STS-Web."""
        return self._teachers(Tool.STS)

    def _teachers(self, tool: Tool) -> set[int]:
        index: dict[tuple[str, str, str], View] = {}
        for export in self.of_tool(tool):
            for record in export.records:
                for name, value in record.ids.items():
                    index.setdefault((export.id, name, value), self.view(record))
        return {
            id(view)
            for export in self.of_tool(tool)
            for service in export.services
            for name, value in service.teachers
            if (view := index.get((export.id, name, value)))
        }


def is_listed(school: str, stated: str) -> bool:
    """Whether a cell that names one or several schools names this one."""
    return f" {text.fold(school)} " in f" {text.fold(stated)} "
