"""Invented persons, exports and incidents for the tests of tickets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from diagnostics.model import (
    Actor,
    Attachment,
    Evidence,
    Export,
    Identity,
    Incident,
    Kind,
    Origin,
    Person,
    Profile,
    Record,
    Route,
    Ticket,
)
from diagnostics.settings import Contact, Settings
from diagnostics.tickets import draft

NOW = datetime(2025, 11, 10, 9, 30)
SETTINGS = Settings(
    uai="0381234A",
    school_name="Collège des Essais",
    sender_name="Camille Vautrin",
    sender_function="référente ENT",
    sender_contact="camille.vautrin@exemple.invalid",
    pronote_hosting="index",
    contacts={"KOSMOS": Contact(name="Support", mail="support@exemple.invalid")},
)
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x05\x00\x00\x00\x02\xd0\x08\x02\x00\x00\x00"
    + bytes(4)
    + b"\x00\x00\x00\x00IEND\xaeB`\x82"
)
SCREENSHOT = Attachment(name="ecran.png", content=PNG, media_type="image/png", about="copie d'écran")


def record(
    export: str,
    line: int,
    surname: str,
    given_names: str,
    *,
    profile: Profile = Profile.ELEVE,
    division: str = "",
    birth_date: str = "",
    usage_name: str = "",
    children: Sequence[str] = (),
    groups: Sequence[str] = (),
    ids: Mapping[str, str] | None = None,
    extra: Mapping[str, str] | None = None,
) -> Record:
    return Record(
        origin=Origin(export, line),
        profile=profile,
        surname=surname,
        given_names=given_names,
        usage_name=usage_name,
        division=division,
        birth_date=birth_date,
        children=tuple(children),
        groups=tuple(groups),
        ids=dict(ids or {}),
        extra=dict(extra or {}),
        school="0381234A",
    )


def export(id: str, kind: Kind, records: Sequence[Record] = (), made_on: str = "2025-11-05") -> Export:
    return Export(
        id=id,
        file=f"{id}.csv",
        kind=kind,
        school="0381234A",
        school_name="Collège des Essais",
        made_on=made_on,
        made_from="contenu",
        records=tuple(records),
    )


def person(one: Record, identity: str = "") -> Person:
    return Person(
        surname=one.surname,
        given_names=one.given_names,
        profile=one.profile,
        division=one.division,
        identity=identity,
    )


def evidence(one: Record, field: str, value: str) -> Evidence:
    return Evidence(origin=one.origin, file=f"{one.origin.export}.csv", field=field, value=value, record=one)


def incident(
    category: str,
    summary: str = "Le compte n'est pas dans l'ENT",
    *,
    persons: Sequence[Person] = (),
    proof: Sequence[Evidence] = (),
    text: str = "",
    tried: Sequence[str] = (),
    missing: Sequence[str] = (),
    id: str = "i1",
) -> Incident:
    return Incident(
        id=id,
        category=category,
        summary=summary,
        persons=tuple(persons),
        evidence=tuple(proof),
        text=text,
        tried=tuple(tried),
        missing=tuple(missing),
    )


def route(first: Actor, recipient: Actor, *, steps: Sequence[str] = (), wait_until: str = "") -> Route:
    return Route(first_actor=first, recipient=recipient, try_first=tuple(steps), wait_until=wait_until)


def ticket(
    about: Incident,
    to: Route,
    exports: Sequence[Export] = (),
    *,
    settings: Settings = SETTINGS,
    fields: Mapping[str, str] | None = None,
    files: Sequence[Attachment] = (),
    identities: Sequence[Identity] = (),
    stage: str = "",
    first: Ticket | None = None,
) -> Ticket:
    return draft(
        about,
        to,
        exports=exports,
        settings=settings,
        now=NOW,
        fields=fields,
        files=files,
        identities=identities,
        stage=stage,
        first=first,
    )


def lines(attachment: Attachment) -> list[list[str]]:
    """Rows of a CSV made by the program, header first."""
    text = attachment.content.decode("utf-8-sig")
    return [row.split(";") for row in text.splitlines()]


TEACHER = Profile.ENSEIGNANT
GUARDIAN = Profile.PARENT
SIECLE_PUPIL = record(
    "eleves",
    12,
    "KERGUELEN",
    "Maïwenn",
    division="5B",
    birth_date="2013-02-14",
    ids={"ine": "123456789AB", "eleve_id": "812345"},
    extra={"entry_date": "2025-11-03", "address": "3 rue des Mouettes"},
)
OTHER_PUPIL = record(
    "eleves",
    13,
    "BALMAT",
    "Théo",
    division="5B",
    birth_date="2013-05-01",
    ids={"ine": "987654321CD", "eleve_id": "812399"},
    extra={"address": "17 allée du Guet"},
)
OTHER_ACCOUNT = record("annuaire", 2, "BALMAT", "Théo", division="5B", ids={"uid": "QAA00012"})
SIECLE = export("eleves", Kind.SIECLE_ELEVES, (SIECLE_PUPIL, OTHER_PUPIL))
DIRECTORY = export("annuaire", Kind.ENT_ANNUAIRE, (OTHER_ACCOUNT,), "2025-11-06")
REJECTED = record(
    "rejets",
    3,
    "DIMITRIADIS",
    "Chris",
    profile=TEACHER,
    ids={"jointure": "1234567"},
    extra={"reason": "jointure déjà utilisée par BALMAT Théo (812399)", "raw": "DIMITRIADIS;Chris;BALMAT;Théo"},
)
REJECTIONS = export("rejets", Kind.ENT_REJETS, (REJECTED,), "2025-11-06")
ALL = (SIECLE, DIRECTORY, REJECTIONS)
