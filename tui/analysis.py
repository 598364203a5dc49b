"""The heavy part of the work, whatever process does it: files in, an analysed school and cut messages out.

What comes out is compact: the screens hold it for a day, and need neither the engine nor the memory that it took.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from diagnostics.model import Decision, Loaded, Record
from diagnostics.safety import Refusal
from diagnostics.settings import Settings
from tui import received

if TYPE_CHECKING:
    from diagnostics.intake import Message
    from diagnostics.school import School
    from tui.jobs import Cancelled, Report

PASTED = "collé {}"
"""What a pasted table is called, by its rank."""


@dataclass(frozen=True)
class Task:
    """What to read and analyse.

    Attributes:
        paths: files and folders to read; not looked at when ``loaded`` is given.
        pasted: tables and reports pasted from another window, in order.
        told: messages pasted from another window, in order; like those of the files, they are cut when files are read.
        loaded: what was read before, to be analysed again without reading.
        left_out: ids of the exports that the agent set aside.
    """

    settings: Settings
    paths: Sequence[str] = ()
    pasted: Sequence[str] = ()
    told: Sequence[str] = ()
    loaded: Loaded | None = None
    left_out: frozenset[str] = frozenset()
    decisions: Mapping[str, Decision] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What came of a task, compact. ``school.loaded`` lacks what was left out; ``loaded`` has everything."""

    loaded: Loaded
    school: School
    messages: tuple[Message, ...]


Partly = Callable[[Loaded], None]
"""Told what was read, before it is analysed."""
CarryOut = Callable[[Task, "Report", "Cancelled", Partly], Outcome]
"""Who carries a task out."""


def carry_out(task: Task, report: Report, cancelled: Cancelled, partly: Partly) -> Outcome:
    """Read, match, look for anomalies, route and cut the messages.

    Raises:
        Refusal: a setting that reading needs cannot be used.
    """
    from diagnostics import compact
    from diagnostics.load import load, load_text
    from diagnostics.school import analyse

    settings = task.settings
    if task.loaded is None:
        loaded = load(task.paths, mapping=settings.columns, progress=report, cancelled=cancelled)
        for number, text in enumerate(task.pasted, 1):
            loaded = received.both(loaded, load_text(text, PASTED.format(number), mapping=settings.columns))
        partly(compact.packed(loaded))
    else:
        loaded = compact.plain(task.loaded)
    analysed = loaded
    if task.left_out:
        kept = tuple(export for export in loaded.exports if export.id not in task.left_out)
        analysed = Loaded(exports=kept, refused=loaded.refused, messages=loaded.messages)
    school = analyse(
        analysed,
        settings=settings,
        decisions=task.decisions,
        now=datetime.now(),
        elsewhere=elsewhere(),
        progress=report,
        cancelled=cancelled,
    )
    messages: Sequence[Message] = ()
    if task.loaded is None and (loaded.messages or task.told):
        report("découpage des messages", 0, 1)
        messages = received.cut(loaded.messages, task.told, school, settings)
    shown = compact.packed_school(school)
    # What a message was read with goes with it, for the agent's edits: the same school, not a second one.
    messages = [replace(message, context=replace(message.context, school=shown)) for message in messages]
    whole = compact.packed(loaded) if task.left_out else shown.loaded
    return Outcome(whole, shown, tuple(messages))


def elsewhere() -> Callable[[str], Record | None]:
    """The account of a key that no loaded export has, from the directory of the whole ENT; opened when first asked."""
    opened: list[Callable[[str], Record | None]] = []

    def account(key: str) -> Record | None:
        if not opened:
            from diagnostics.matching.search import open_region

            try:
                region = open_region()
            except Refusal:
                region = None
            opened.append(region.account if region is not None else lambda _: None)
        return opened[0](key)

    return account
