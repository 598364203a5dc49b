"""The exports as the rules see them: by kind, by tool, in history, with the dates to be trusted."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Self, TypeVar, cast

from diagnostics.model import Export, Kind, Origin, Profile, Record, Service, Structure, StructureType
from diagnostics.rules.basics import day
from diagnostics.rules.view import TOOLS, Tool
from diagnostics.settings import Settings

Result = TypeVar("Result")
FEED = timedelta(days=2)
"""Time that the ENT takes to follow its sources (002:325)."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Given:
    """What was loaded, without anybody in it.

    Attributes:
        exports: every export, in an order that does not depend on the files' order; superseded ones are history.
        active: those to analyse.
    """

    exports: tuple[Export, ...]
    active: tuple[Export, ...]
    settings: Settings
    today: date
    _memory: dict[object, object] = field(default_factory=dict)

    def once(self, compute: Callable[[Self], Result]) -> Result:
        """What ``compute`` makes of this school, worked out once for all the rules that need it."""
        if compute not in self._memory:
            self._memory[compute] = compute(self)
        return cast(Result, self._memory[compute])

    # -- exports --------------------------------------------------------------------------------------------------

    def of(self, *kinds: Kind) -> tuple[Export, ...]:
        """Exports to analyse of these kinds."""
        return tuple(export for export in self.active if export.kind in kinds)

    def of_tool(self, tool: Tool) -> tuple[Export, ...]:
        return tuple(export for export in self.active if TOOLS.get(export.kind) is tool)

    def given(self, *kinds: Kind) -> tuple[Export, ...]:
        """Exports of these kinds as they were given, those of another year or school included."""
        return tuple(export for export in self.exports if not export.superseded_by and export.kind in kinds)

    def older(self, *kinds: Kind) -> tuple[Export, ...]:
        """Exports of these kinds that a newer one replaces."""
        return tuple(export for export in self.exports if export.superseded_by and export.kind in kinds)

    def records(self, tool: Tool, *profiles: Profile) -> Iterator[Record]:
        for export in self.of_tool(tool):
            for record in export.records:
                if not profiles or record.profile in profiles:
                    yield record

    @functools.cached_property
    def export_by_id(self) -> dict[str, Export]:
        return {export.id: export for export in self.exports}

    def export_of(self, record: Record) -> Export | None:
        return self.export_by_id.get(record.origin.export)

    def file(self, origin: Origin) -> str:
        """Name of the file as people know it."""
        export = self.export_by_id.get(origin.export)
        return export.label if export else ""

    # -- dates ----------------------------------------------------------------------------------------------------

    @functools.cached_property
    def newest(self) -> date | None:
        """Date of the newest export that states its own: files are mostly exported together."""
        stated = [made for e in self.active if e.made_from in {"contenu", "nom"} and (made := day(e.made_on))]
        return max(stated, default=None)

    def date_of(self, export: Export) -> date:
        """When an export was made; a file's modification time is trusted only when nothing else says less."""
        made = day(export.made_on)
        if made and export.made_from in {"contenu", "nom", ""}:
            return min(made, self.today)
        if self.newest:
            return min(self.newest, made) if made else self.newest
        return min(made, self.today) if made else self.today

    @functools.cached_property
    def ent_date(self) -> date:
        """When the accounts of the ENT were exported."""
        return max((self.date_of(export) for export in self.of_tool(Tool.ENT)), default=self.today)

    def fed_since(self, sources: Iterable[Record], mirrors: Iterable[Record]) -> str:
        """ISO date since which the sources say what the mirrors should have taken over when they were exported; "" when
        the feed may still be on its way, or when a date is only that of a file's last writing."""
        said = [self._stated_date(record) for record in sources]
        seen = [self._stated_date(record) for record in mirrors]
        if not said or not seen or None in said or None in seen:
            return ""
        since = max(made for made in said if made)
        return since.isoformat() if min(made for made in seen if made) - since >= FEED else ""

    def _stated_date(self, record: Record) -> date | None:
        export = self.export_of(record)
        return day(export.made_on) if export and export.made_from in {"contenu", "nom"} else None

    # -- structures ------------------------------------------------------------------------------------------------

    def structures(self, tool: Tool, kind: StructureType) -> Iterator[Structure]:
        for export in self.structure_exports(tool):
            for structure in export.structures:
                if structure.type is kind:
                    yield structure

    def structure_exports(self, tool: Tool) -> tuple[Export, ...]:
        if tool is Tool.SIECLE:
            return (*self.of(Kind.SIECLE_STRUCTURES), *self.of_tool(tool))
        return self.of_tool(tool)

    def services(self, tool: Tool) -> Iterator[Service]:
        for export in self.of_tool(tool):
            yield from export.services
