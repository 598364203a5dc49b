"""From loaded exports to routed incidents: the corridor, in one call."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from diagnostics.model import Decision, Export, Finding, Identity, Incident, Link, Loaded, Record, Route
from diagnostics.settings import Settings

Progress = Callable[[str, int, int], None]
"""Called with (French name of the step, done, in all)."""


@dataclass(frozen=True)
class School:
    """Everything known of a school after a load.

    Attributes:
        uai: code of the school, from the settings or from what most exports state.
        name: its name, from the same.
        links: every record of the other exports set against the accounts of the ENT.
        incidents: one for each finding, same order (what hurts first).
        routes: by incident id.
        settings: those that fit this school: without UAI and name when those given were another's.
        not_checked: (category, what is missing and where to fetch it, in French).
    """

    loaded: Loaded
    settings: Settings
    now: datetime
    uai: str
    name: str
    links: Sequence[Link]
    identities: Sequence[Identity]
    findings: tuple[Finding, ...]
    incidents: tuple[Incident, ...]
    routes: Mapping[str, Route]
    not_checked: tuple[tuple[str, str], ...]
    unseen: frozenset[str] = frozenset()
    """Categories that the exports cannot show for one profile (``ANN-01|parent``), for the re-check."""
    warning: str = ""
    """In French, what makes the settings unfit for these exports; the exports are believed."""
    identity_of: Mapping[str, Identity] = field(default_factory=dict)


def analyse(
    loaded: Loaded,
    *,
    settings: Settings,
    decisions: Mapping[str, Decision],
    now: datetime,
    against: str | None = None,
    elsewhere: Callable[[str], Record | None] | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> School:
    """Match, look for anomalies and route them.

    ``now`` decides which behaviours of the school year are normal; ``elsewhere`` gives the accounts that decisions
    chose in the whole ENT (``matching.search.Region.account``). Same input, same output, whatever the files’ order.
    """
    from diagnostics import matching, routing, rules  # who only shows a school needs none of them

    exports = loaded.active()
    settings, warning = fitting(settings, exports)
    links = matching.match(
        exports, against=against, decisions=decisions, elsewhere=elsewhere, progress=progress, cancelled=cancelled
    )
    identities = matching.identities(exports, links)
    if progress:
        progress("recherche des anomalies", 0, 1)
    # A file that is cut proves nothing of who is missing from it: nothing is deduced from it until it is made anew.
    whole = [export for export in loaded.exports if "incomplet" not in export.meta]
    data = rules.SchoolData.build(whole, links, identities, settings=settings, today=now.date())
    findings = rules.run(data)
    incidents = tuple(incident_of(finding) for finding in findings)
    return School(
        loaded=loaded,
        settings=settings,
        now=now,
        uai=settings.uai or most_stated(export.school for export in exports),
        name=settings.school_name or most_stated(export.school_name for export in exports),
        links=links,
        identities=identities,
        findings=findings,
        incidents=incidents,
        routes={incident.id: routing.route_incident(incident, settings=settings, now=now) for incident in incidents},
        not_checked=tuple(rules.not_checked(data)),
        unseen=rules.unseen(data),
        warning=warning,
        identity_of={identity.id: identity for identity in identities},
    )


def fitting(settings: Settings, exports: Sequence[Export]) -> tuple[Settings, str]:
    """Settings that fit the school of the exports, and what to tell the agent when they were another school's.

    A ticket must not leave with the name of the school that was worked on before.
    """
    stated = {export.school for export in exports if export.school}
    if not settings.uai or not stated or settings.uai in stated:
        return settings, ""
    found = most_stated(export.school for export in exports)
    warning = (
        f"Vos réglages disent l'établissement {settings.uai}, ces exports sont de {found} : les tickets partiront au"
        f" nom de {found}. Changez « uai » et « school_name » dans les réglages, ou videz-les si vous servez"
        " plusieurs établissements."
    )
    return msgspec.structs.replace(settings, uai="", school_name=""), warning


def incident_of(finding: Finding) -> Incident:
    """The incident that an anomaly is."""
    return Incident(
        id=finding.id,
        category=finding.category,
        summary=finding.summary,
        persons=finding.persons,
        evidence=finding.evidence,
        cause=finding.cause,
        severity=finding.severity,
        facts=finding.facts,
        finding=finding.id,
    )


def most_stated(values: Iterable[str]) -> str:
    """The value stated most often, the first in alphabetical order among equals; "" when none is."""
    counts = Counter(value for value in values if value)
    return min(counts, key=lambda value: (-counts[value], value), default="")
