"""Invented incidents, exports and schools for the tests of cases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from diagnostics.model import Actor, Export, Finding, Incident, Kind, Loaded, Person, Profile, Route
from diagnostics.school import School, incident_of
from diagnostics.settings import Settings

NOW = datetime(2026, 9, 14, 10, 0, tzinfo=UTC)
"""A Monday."""
UAI = "0381234A"
SETTINGS = Settings(uai=UAI, school_name="Collège des Essais", sender_name="Camille Vautrin")


def person(surname: str = "Vaugrenard", given_names: str = "Théodorine", division: str = "6A") -> Person:
    return Person(surname=surname, given_names=given_names, profile=Profile.ELEVE, division=division)


def incident(
    id: str = "i1",
    category: str = "PRN-01",
    *,
    persons: Sequence[Person] = (),
    severity: int = 2,
    finding: str = "",
    source: str = "message.txt",
    text: str = "",
    cause: str = "",
) -> Incident:
    return Incident(
        id=id,
        category=category,
        summary=f"Résumé de {id}",
        persons=tuple(persons),
        severity=severity,
        finding=finding,
        source=source,
        text=text,
        cause=cause,
    )


def route(recipient: Actor = Actor.INDEX, *, wait_until: str = "", wait_hours: int = 0) -> Route:
    return Route(first_actor=Actor.REF, recipient=recipient, wait_until=wait_until, wait_hours=wait_hours)


def finding(id: str = "f1", category: str = "ANN-01", *, severity: int = 2, persons: Sequence[Person] = ()) -> Finding:
    return Finding(id=id, category=category, summary=f"Anomalie {id}", persons=tuple(persons), severity=severity)


def export(made_on: str, kind: Kind = Kind.ENT_ANNUAIRE, made_from: str = "contenu") -> Export:
    return Export(id=f"{kind}{made_on}", file="export.csv", kind=kind, school=UAI, made_on=made_on, made_from=made_from)


def school(
    findings: Sequence[Finding] = (), exports: Sequence[Export] = (), not_checked: Sequence[tuple[str, str]] = ()
) -> School:
    incidents = tuple(incident_of(one) for one in findings)
    return School(
        loaded=Loaded(exports=tuple(exports)),
        settings=SETTINGS,
        now=NOW,
        uai=UAI,
        name="Collège des Essais",
        links=(),
        identities=(),
        findings=tuple(findings),
        incidents=incidents,
        routes={one.id: route() for one in incidents},
        not_checked=tuple(not_checked),
    )
