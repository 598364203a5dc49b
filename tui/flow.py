"""The flow of identities towards the ENT, counted: who feeds it, who agrees with it, how much does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from diagnostics.model import ENT_ACCOUNT_KINDS, Export, Kind, Link, Verdict

FAMILIES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("SIECLE", ("siecle",)),
    ("STS-Web", ("sts", "emp")),
    ("EduConnect", ("educonnect",)),
    ("EDT, Pronote", ("edt", "idpn", "pronote", "import", "udt")),
)
"""Sources in the order of the flow, and how the kinds of their exports begin (design of the national directories)."""
CONNECTORS = {1: ("─►",), 2: ("─┐", "─┴►"), 3: ("─┐", "─┼►", "─┘"), 4: ("─┐", "─┼►", "─┤", "─┘")}
"""How that many arrows join before the ENT."""


@dataclass(frozen=True)
class Arrow:
    """What one source says to the ENT: persons stated, recognised there, and not."""

    source: str
    stated: int
    agreed: int
    gaps: int

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
    """Accounts of the ENT in the export that holds the most."""
    return max((export.records_kept for export in exports if export.kind in ENT_ACCOUNT_KINDS), default=0)


SHADES = " ░▒▓█"


def spark(values: Sequence[int]) -> str:
    """Counts over time as shades: nothing, then from the lightest to the darkest."""
    most = max(values, default=0)
    return "".join(SHADES[0] if not value else SHADES[max(1, round(value * 4 / most))] for value in values)
