"""The flow of identities towards the ENT, counted: who feeds it, who agrees with it, how much does not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from diagnostics.model import ENT_ACCOUNT_KINDS, Export, Kind, Link, Verdict

if TYPE_CHECKING:
    from diagnostics.store import Snapshot

WEEKS = 12
"""Weeks drawn on the overview: a term."""

LEFT: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("SIECLE", ("siecle",)),
    ("STS-Web", ("sts", "emp")),
    ("AAF", ("aaf",)),
)
RIGHT: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("EDT, Pronote", ("edt", "idpn", "pronote", "import", "udt")),
    ("EduConnect", ("educonnect",)),
)
FAMILIES = (*LEFT, *RIGHT)
"""Sources on each side of the ENT, and how the kinds of their exports begin (knowledge.md §1: the flow)."""
CORNERS = {
    (False, False, True, True): "─", (False, True, True, False): "┐", (True, False, True, False): "┘",
    (True, True, True, False): "┤", (False, True, True, True): "┬", (True, False, True, True): "┴",
    (True, True, True, True): "┼", (False, True, False, True): "┌", (True, False, False, True): "└",
    (True, True, False, True): "├", (True, True, False, False): "│",
}  # fmt: skip
"""(up, down, left, right) → the sign that joins them."""


@dataclass(frozen=True)
class Arrow:
    """What one source says to the ENT: persons stated, recognised there, and not."""

    source: str
    stated: int
    agreed: int
    gaps: int

    @property
    def apart(self) -> int:
        """How many are not recognised, explained or not."""
        return self.stated - self.agreed

    @property
    def share(self) -> int:
        """Per cent recognised, rounded down: 100 means all of them."""
        return self.agreed * 100 // self.stated if self.stated else 0


def family_of(kind: Kind) -> str:
    """The source an export comes from, "" when it is the ENT's own or none of the flow."""
    return next((name for name, starts in FAMILIES if kind.value.split("_")[0] in starts), "")


def arrows(exports: Sequence[Export], links: Sequence[Link]) -> list[Arrow]:
    """One arrow for each source that states persons, in the order of the flow.

    An absence that is explained (leaver, newcomer…) is no gap: only what waits for somebody is.
    """
    family = {export.id: family_of(export.kind) for export in exports}
    counts: dict[str, list[int]] = {name: [0, 0, 0] for name, _ in FAMILIES}
    for link in links:
        name = family.get(link.record.origin.export, "")
        if name:
            counts[name][0] += 1
            counts[name][1] += link.verdict is Verdict.CERTAIN
            counts[name][2] += link.verdict is not Verdict.CERTAIN and not link.expected
    return [Arrow(name, *count) for name, count in counts.items() if count[0]]


def accounts_of(exports: Sequence[Export]) -> int:
    """Accounts of the ENT in the export that holds the most: a guardian has a line for each child, and one account."""
    return max(
        (
            len(
                {
                    record.ids.get("uid") or record.ids.get("login") or place
                    for place, record in enumerate(export.records)
                }
            )
            for export in exports
            if export.kind in ENT_ACCOUNT_KINDS
        ),
        default=0,
    )


def sides(found: Sequence[Arrow]) -> tuple[list[Arrow], list[Arrow]]:
    """The arrows that come from the left of the ENT, and from its right."""
    left = {name for name, _ in LEFT}
    return [one for one in found if one.source in left], [one for one in found if one.source not in left]


def joint(row: int, count: int, ent: int, *, left: bool) -> str:
    """The sign of a row where the arrows of one side meet before the ENT; " " where no line passes."""
    if not count:
        return " "
    last = max(count - 1, ent)
    source, out = row < count, row == ent
    lines = (0 < row <= last, row < last, source if left else out, out if left else source)
    return CORNERS.get(lines, " ")


@dataclass(frozen=True)
class Drawn:
    """One line of the drawing: the source on each side if any, and what stands between them."""

    left: Arrow | None
    right: Arrow | None
    middle: str
    is_ent: bool


def drawing(found: Sequence[Arrow], accounts: str, *, wide: bool = False) -> list[Drawn]:
    """The flow: sources on the left through the national directory, on the right what the school imports by itself.

    Args:
        accounts: « 2 105 », how many accounts the ENT has.
    """
    left, right = sides(found)
    rows = max(len(left), len(right))
    if not rows:
        return []
    ent = min(1, rows - 1)
    known_aaf = any(arrow.source == "AAF" for arrow in left)
    step = " ─► " if wide else "►"
    through = "" if known_aaf or not left else f"AAF{step}"
    node = (step.lstrip() if left else "  ") + f"{through}ENT {accounts}" + (" ◄─" if wide else "◄") * bool(right)
    found_rows = []
    for row in range(rows):
        middle = node if row == ent else " " * len(node)
        joints = joint(row, len(left), ent, left=True), joint(row, len(right), ent, left=False)
        found_rows.append(
            Drawn(
                left[row] if row < len(left) else None,
                right[row] if row < len(right) else None,
                joints[0] + middle + joints[1],
                row == ent,
            )
        )
    return found_rows


def by_week(snapshots: Sequence[Snapshot], weeks: int = WEEKS) -> list[Counter[str]]:
    """Anomalies by family at the last load of each week, oldest first; weeks without a load are left out."""
    last: dict[tuple[int, int], Snapshot] = {}
    for snapshot in snapshots:
        year, week, _ = date.fromisoformat(snapshot.at[:10]).isocalendar()
        last[year, week] = snapshot
    kept = [last[week] for week in sorted(last)][-weeks:]
    return [Counter(code[:3] for code in snapshot.findings.values()) for snapshot in kept]


SHADES = " ░▒▓█"


def spark(values: Sequence[int]) -> str:
    """Counts over time as shades: nothing, then from the lightest to the darkest."""
    most = max(values, default=0)
    return "".join(SHADES[0] if not value else SHADES[max(1, round(value * 4 / most))] for value in values)
