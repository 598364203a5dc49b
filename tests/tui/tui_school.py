"""An invented school, made of model objects only, for the screens."""

from __future__ import annotations

from datetime import datetime

from diagnostics.model import (
    Actor,
    Agreement,
    Candidate,
    Contradiction,
    Evidence,
    Export,
    FieldComparison,
    Finding,
    Identity,
    Incident,
    Kind,
    Link,
    Loaded,
    Note,
    Origin,
    Person,
    Profile,
    Record,
    RefusedFile,
    RefusedRow,
    Route,
    Verdict,
)
from diagnostics.school import School
from diagnostics.settings import Settings

NOW = datetime(2025, 9, 12, 9, 30)
UAI = "0690999Z"
SURNAMES = ("AMARANTE", "BASTIDE", "CHEVREFEUILLE", "DELVAUX", "ESTRAGON", "FERRAND", "GUÉRIN", "HADDAD", "IBANEZ")
GIVEN = ("Lise", "Maël", "Kadiatou", "Zoé", "Noël", "Éloïse", "Jean-Marc")


def record(export: str, line: int, surname: str, given: str, *, birth: str = "", division: str = "",
           profile: Profile = Profile.ELEVE, **ids: str) -> Record:  # fmt: skip
    return Record(origin=Origin(export, line), profile=profile, surname=surname, given_names=given, birth_date=birth,
                  division=division, ids=ids)  # fmt: skip


def make(size: int = 24, pending: int = 4) -> School:
    """A school of ``size`` pupils and as many incidents, ``pending`` of them to be matched."""
    siecle = []
    accounts = []
    identities = []
    links = []
    incidents = []
    routes = {}
    for i in range(size):
        surname = SURNAMES[i % len(SURNAMES)] + ("" if i < len(SURNAMES) else f"-{i}")
        given = GIVEN[i % len(GIVEN)]
        birth = f"2012-{i % 12 + 1:02}-{i % 27 + 1:02}"
        pupil = record("siecle", 10 + i, surname, given, birth=birth, division=f"{6 - i % 4}A", ine=f"{i:09}AA")
        account = record(
            "ent", 2 + i, surname, given + ("e" if i < pending else ""), birth=birth, division=f"{6 - i % 4}A",
            login=f"{given[:1].lower()}.{surname.lower()}{i}",
        )  # fmt: skip
        siecle.append(pupil)
        accounts.append(account)
        contradictions = ()
        if i == 1:
            contradictions = (
                Contradiction(
                    field="Date de naissance", values=((birth, pupil.origin), ("2012-09-09", account.origin))
                ),
            )
        identity = Identity(
            id=f"p{i}", profile=Profile.ELEVE, surname=surname, given_names=given, birth_date=birth,
            division=pupil.division, records=(pupil, account), contradictions=contradictions,
        )  # fmt: skip
        identities.append(identity)
        candidate = Candidate(
            account=account, score=94 - i, why="même nom, même date de naissance, prénom à une lettre près",
            fields=(
                FieldComparison(field="Nom", left=surname, right=surname, agreement=Agreement.EXACT),
                FieldComparison(field="Prénom", left=given, right=account.given_names, agreement=Agreement.CLOSE,
                                note="une lettre de plus"),
            ),
        )  # fmt: skip
        if i < pending:
            links.append(
                Link(key=f"k{i}", record=pupil, verdict=Verdict.REVIEW, candidates=(candidate,), why="prénom différent")
            )
        else:
            links.append(Link(key=f"k{i}", record=pupil, verdict=Verdict.CERTAIN, account=account, why="INE"))
        person = Person(
            surname=surname, given_names=given, profile=Profile.ELEVE, division=pupil.division, identity=f"p{i}"
        )
        incident = Incident(
            id=f"i{i}", category=("PRN-01", "ANN-06", "EDT-01")[i % 3],
            summary="la date de naissance n’est pas la même dans deux exports",
            persons=(person,), severity=i % 3 + 1, cause="une faute de frappe dans un des deux logiciels",
            evidence=(Evidence(origin=pupil.origin, file="ElevesSansAdresses.xml", field="naissance", value=birth,
                               record=pupil),),
        )  # fmt: skip
        incidents.append(incident)
        routes[incident.id] = Route(
            first_actor=Actor.ETAB, recipient=(Actor.INDEX, Actor.DSI, Actor.KOSMOS)[i % 3], wait_hours=48,
            try_first=("Vérifiez la fiche dans SIECLE.",), why="la source fait foi",
            alternatives=((Actor.DSI, "si la fiche de SIECLE est juste"),),
        )  # fmt: skip
    exports = (
        Export(id="siecle", file="/exports/ElevesSansAdresses.xml", kind=Kind.SIECLE_ELEVES, school=UAI,
               school_name="Clg du Plateau", school_year=2025, made_on="2025-09-10", made_from="contenu",
               records=tuple(siecle), records_read=size + 1, records_kept=size,
               refused=(RefusedRow(line=99, column="NOM", reason="nom vide"),),
               notes=(Note(code="perime", text="export de plus de 15 jours", warning=True),)),
        Export(id="ent", file="/exports/ENT-Identifiants.csv", kind=Kind.ENT_IDENTIFIANTS, school=UAI,
               made_on="2025-09-12", records=tuple(accounts), records_read=size, records_kept=size),
    )  # fmt: skip
    findings = tuple(
        Finding(id=i.id, category=i.category, summary=i.summary, persons=i.persons, evidence=i.evidence)
        for i in incidents
    )
    loaded = Loaded(
        exports=exports, refused=(RefusedFile(file="/exports/photo.jpg", reason="image : ce n’est pas un export."),)
    )
    return School(
        loaded=loaded, settings=Settings(), now=NOW, uai=UAI, name="Clg du Plateau", links=tuple(links),
        identities=tuple(identities), findings=findings, incidents=tuple(incidents), routes=routes,
        not_checked=(("EDU-05", "la liste des comptes EduConnect des élèves (EduConnect, Comptes, Exporter)"),),
        identity_of={identity.id: identity for identity in identities},
    )  # fmt: skip
