"""A small school put together by hand: each tool's word on each person, altered at will before it is matched.

The links and identities are those of a matching that never errs: a row belongs to its ``who``.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from diagnostics.model import (
    Candidate,
    Count,
    Export,
    Finding,
    Identity,
    ImportRun,
    Kind,
    Link,
    Origin,
    Profile,
    Record,
    Relation,
    Service,
    Structure,
    StructureType,
    Verdict,
)
from diagnostics.rules import run
from diagnostics.rules.data import SchoolData
from diagnostics.settings import Settings

UAI = "0123456S"
ELSEWHERE = "0694321K"
TODAY = date(2025, 11, 20)
MADE = "2025-11-18"
ACCOUNTS = (Kind.ENT_ANNUAIRE, Kind.ENT_IDENTIFIANTS)


@dataclass
class Row:
    """What one export says of one person; every field may be altered before ``build``."""

    who: str
    profile: Profile
    surname: str
    given: str
    usage: str = ""
    birth: str = ""
    sex: str = ""
    division: str = ""
    groups: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    ids: dict[str, str] = field(default_factory=dict)
    extra: dict[str, str] = field(default_factory=dict)
    school: str = UAI
    undecided: tuple[str, ...] = ()
    """Persons whose accounts it may be: the link is then to confirm."""


class Town:
    """The exports of a school, row by row."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Row]] = defaultdict(list)
        self.kinds: dict[str, Kind] = {}
        self.relations: dict[str, list[Relation]] = defaultdict(list)
        self.structures: dict[str, list[Structure]] = defaultdict(list)
        self.services: dict[str, list[Service]] = defaultdict(list)
        self.runs: dict[str, list[ImportRun]] = defaultdict(list)
        self.counts: dict[str, list[Count]] = defaultdict(list)
        self.facts: dict[str, dict[str, object]] = defaultdict(dict)
        self.settings = Settings()
        self.today = TODAY
        self.number = 100
        for name, kind in (
            ("siecle", Kind.SIECLE_ELEVES),
            ("responsables", Kind.SIECLE_RESPONSABLES),
            ("sts", Kind.STS_EMP),
            ("edt", Kind.EDT_CLAIR),
            ("ent", Kind.ENT_ANNUAIRE),
            ("educonnect", Kind.EDUCONNECT_ELEVES),
            ("educonnect_resp", Kind.EDUCONNECT_RESPONSABLES),
        ):
            self.kinds[name] = kind

    def next(self) -> str:
        self.number += 1
        return str(self.number)

    # -- persons --

    def pupil(self, surname: str, given: str, birth: str = "2013-05-14", division: str = "5A") -> str:
        """A pupil in SIECLE, EDT, the ENT and EduConnect."""
        who, n = f"{surname} {given}", self.next()
        if any(row.who == who for row in self.rows["siecle"]):
            who += f" {n}"
        entry = {"entry_date": "2025-09-01"}
        ine, eleve = f"1{int(n):08d}AB", f"8{n}"
        self.add("siecle", who, Profile.ELEVE, surname, given, birth, division, {"ine": ine, "eleve_id": eleve}, entry)
        self.add("edt", who, Profile.ELEVE, surname, given, birth, division, {"ine": ine, "ident": n, "idpn": f"P{n}"})
        self.add("ent", who, Profile.ELEVE, surname, given, birth, division, self.account(n), {"directory": "AAF"})
        state = {"state": "Actif", "last_login": "2025-11-10"}
        self.add("educonnect", who, Profile.ELEVE, surname, given, "", division, {"educonnect": f"e.{n}"}, state)
        return who

    def guardian(
        self,
        surname: str,
        given: str,
        *children: str,
        kinship: str = "10",
        level: str = "legal",
        usage: str = "",
        sex: str = "F",
    ) -> str:
        """A guardian in SIECLE with her children; with an account and EduConnect unless she is a person to call."""
        n = self.next()
        who = f"{usage or surname} {given} resp"
        if any(row.who == who for row in self.rows["responsables"]):
            who += f" {n}"
        reach = {"phone": f"06399{int(n):05d}", "mail": f"p{n}@exemple.invalid", "address": f"{n} rue des Tests"}
        row = self.add("responsables", who, Profile.PARENT, surname, given, "", "", {"personne_id": f"9{n}"}, reach)
        row.usage, row.sex = usage, sex
        for child in children:
            self.tie(child, f"9{n}", kinship, level)
        if level != "contact":
            shown = usage or surname
            self.add("ent", who, Profile.PARENT, shown, given, "", "", self.account(n), {"directory": "AAF"})
            account = self.add(
                "educonnect_resp",
                who,
                Profile.PARENT,
                shown,
                given,
                "",
                "",
                {"educonnect": f"g.{n}"},
                {"state": "Actif", "mail": reach["mail"]},
            )
            account.children = tuple(self.written(child) for child in children)
            for child in children:
                self.hang(child, who)
        return who

    def teacher(self, surname: str, given: str, birth: str = "1980-02-03", courses: tuple[str, ...] = ("5A",)) -> str:
        """A teacher in STS-Web, EDT and the ENT with a service and a course before each class."""
        who, n = f"{surname} {given} prof", self.next()
        self.add(
            "sts",
            who,
            Profile.ENSEIGNANT,
            surname,
            given,
            birth,
            "",
            {"sts_id": f"7{n}", "sts_type": "epp"},
            {"function": "ENS"},
        )
        self.add("edt", who, Profile.ENSEIGNANT, surname, given, birth, "", {"ident": n, "idpn": f"P{n}"})
        self.add(
            "ent",
            who,
            Profile.ENSEIGNANT,
            surname,
            given,
            birth,
            "",
            self.account(n),
            {"function": "ENSEIGNEMENT", "directory": "AAF"},
        )
        for code in courses:
            self.course(code, who)
            self.services["sts"].append(
                Service(
                    structures=(code,),
                    structure_type=StructureType.DIVISION,
                    teachers=(("sts_id", f"7{n}"),),
                    origin=Origin("sts", 1),
                )
            )
        return who

    def account(self, n: str) -> dict[str, str]:
        return {"uid": f"QAA{n}", "login": f"login.{n}", "jointure": f"1000{n}", "idpn": f"P{n}"}

    def add(
        self,
        export: str,
        who: str,
        profile: Profile,
        surname: str,
        given: str,
        birth: str = "",
        division: str = "",
        ids: dict[str, str] | None = None,
        extra: dict[str, str] | None = None,
    ) -> Row:
        row = Row(who, profile, surname, given, "", birth, "", division, (), (), ids or {}, extra or {})
        self.rows[export].append(row)
        return row

    def row(self, export: str, who: str) -> Row:
        return next(row for row in self.rows[export] if row.who == who)

    def drop(self, who: str, *exports: str) -> None:
        """These exports do not know the person."""
        for export in exports:
            gone = [row for row in self.rows[export] if row.who == who]
            self.rows[export] = [row for row in self.rows[export] if row.who != who]
            uids = {row.ids.get("uid") for row in gone}
            self.relations[export] = [
                r for r in self.relations[export] if r.pupil[1] not in uids and r.guardian[1] not in uids
            ]

    def written(self, child: str) -> str:
        row = self.row("siecle", child)
        return f"{row.surname} {row.given}"

    def tie(self, child: str, personne_id: str, kinship: str = "10", level: str = "legal", rank: str = "1") -> None:
        """A line of RESPONSABLES of SIECLE."""
        self.relations["responsables"].append(
            Relation(
                pupil=("eleve_id", self.row("siecle", child).ids["eleve_id"]),
                guardian=("personne_id", personne_id),
                level=level,
                rank=rank,
                kinship=kinship,
                origin=Origin("responsables", len(self.relations["responsables"]) + 500),
            )
        )

    def hang(self, child: str, guardian: str) -> None:
        """The ENT shows the child to the guardian's account."""
        self.relations["ent"].append(
            Relation(
                pupil=("uid", self.row("ent", child).ids["uid"]),
                guardian=("uid", self.row("ent", guardian).ids["uid"]),
                origin=Origin("ent", 900),
            )
        )

    # -- structures --

    def division(self, export: str, code: str, parts: tuple[str, ...] = ()) -> None:
        self.structure(export, StructureType.DIVISION, code, parts=parts)
        for part in parts:
            self.structure(export, StructureType.PARTIE, part, parents=(code,))

    def structure(
        self, export: str, kind: StructureType, code: str, parents: tuple[str, ...] = (), parts: tuple[str, ...] = ()
    ) -> None:
        self.structures[export].append(
            Structure(
                type=kind,
                code=code,
                ident=code,
                parents=parents,
                parts=parts,
                origin=Origin(export, 700 + len(self.structures[export])),
            )
        )

    def course(self, code: str, teacher: str = "", kind: StructureType = StructureType.DIVISION) -> None:
        teachers = (("ident", self.row("edt", teacher).ids["ident"]),) if teacher else ()
        self.services["edt"].append(
            Service(structures=(code,), structure_type=kind, teachers=teachers, origin=Origin("edt", 800))
        )

    def ran(self, when: str, status: str = "Import réalisé avec succès", auto: bool = True) -> None:
        self.kinds["bilans"] = Kind.ENT_BILANS
        line = len(self.runs["bilans"]) + 2
        self.runs["bilans"].append(
            ImportRun(when=when, status=status, auto=auto, file=f"EDT_{line}.xml", origin=Origin("bilans", line))
        )

    def table(self, name: str, kind: Kind, **facts: object) -> None:
        """An export beside the usual ones."""
        self.kinds[name] = kind
        self.facts[name] |= facts

    # -- everything --

    def exports(self) -> tuple[list[Export], dict[int, str]]:
        """The exports and, by id of the record, whose it is."""
        owner: dict[int, str] = {}
        made = []
        for name, kind in self.kinds.items():
            records = []
            for line, row in enumerate(self.rows[name], 2):
                record = Record(
                    origin=Origin(name, line),
                    profile=row.profile,
                    surname=row.surname,
                    usage_name=row.usage,
                    given_names=row.given,
                    birth_date=row.birth,
                    sex=row.sex,
                    division=row.division,
                    groups=row.groups,
                    children=row.children,
                    school=row.school,
                    ids=dict(row.ids),
                    extra=dict(row.extra),
                )
                owner[id(record)] = row.who
                records.append(record)
            parts = (self.structures[name], self.services[name], self.runs[name], self.counts[name])
            if not records and not any(parts) and name not in self.facts:
                continue
            facts: dict[str, object] = {"made_on": MADE, "made_from": "contenu", **self.facts[name]}
            made.append(
                Export(
                    id=name,
                    file=f"/dossier/{name}.csv",
                    kind=kind,
                    school=str(facts.pop("school", UAI)),
                    sha256=str(facts.pop("sha256", name)),
                    records=tuple(records),
                    relations=tuple(self.relations[name]),
                    structures=tuple(self.structures[name]),
                    services=tuple(self.services[name]),
                    runs=tuple(self.runs[name]),
                    counts=tuple(self.counts[name]),
                    records_kept=len(records),
                    **facts,  # type: ignore[arg-type]
                )
            )
        return made, owner

    def data(self, *, reverse: bool = False) -> SchoolData:
        exports, owner = self.exports()
        if reverse:
            exports.reverse()
        active = [e for e in exports if not e.superseded_by]
        accounts: dict[str, Record] = {}
        for export in active:
            if export.kind in ACCOUNTS:
                for record in export.records:
                    accounts.setdefault(owner[id(record)], record)
        rows = {(e.id, line): row for e in exports for line, row in enumerate(self.rows[e.id], 2)}
        links = []
        groups: dict[str, list[Record]] = defaultdict(list)
        for export in active:
            for record in export.records:
                who = owner[id(record)]
                row = rows[export.id, record.origin.line]
                groups[f"{who}|{id(record)}" if row.undecided else who].append(record)
                if export.kind not in ACCOUNTS:
                    links.append(self.link(record, row, accounts))
        identities = [
            Identity(
                id=f"i-{who}",
                profile=records[0].profile,
                surname=records[0].surname,
                given_names=records[0].given_names,
                birth_date=next((r.birth_date for r in records if r.birth_date), ""),
                records=tuple(records),
            )
            for who, records in groups.items()
        ]
        return SchoolData.build(exports, links, identities, settings=self.settings, today=self.today)

    def link(self, record: Record, row: Row, accounts: dict[str, Record]) -> Link:
        key = f"{record.origin.export}:{record.origin.line}"
        if row.undecided:
            found = tuple(Candidate(account=accounts[who], score=90, why="même nom") for who in row.undecided)
            return Link(key=key, record=record, verdict=Verdict.REVIEW, candidates=found)
        account = accounts.get(row.who)
        if account is None:
            return Link(key=key, record=record, verdict=Verdict.ABSENT)
        return Link(key=key, record=record, verdict=Verdict.CERTAIN, account=account)

    def findings(self, *categories: str) -> list[Finding]:
        """What the rules say, of these categories or of all."""
        return [f for f in run(self.data()) if not categories or f.category in categories]

    def said(self) -> dict[str, list[str]]:
        """Category → names of the persons of its findings."""
        found: dict[str, list[str]] = defaultdict(list)
        for finding in run(self.data()):
            found[finding.category] += [f"{p.surname} {p.given_names}" for p in finding.persons] or [finding.summary]
        return dict(found)


def calm_town() -> Town:
    """Two classes of pupils with their mothers, six teachers, all in agreement."""
    town = Town()
    letters = "ABCDEFGHIJKL"
    for index, letter in enumerate(letters):
        division = "5A" if index % 2 else "6B"
        child = town.pupil(
            f"TESTARD{letter * 2}", "Aurèle" if index % 3 else "Maëlle", f"2013-03-{index + 1:02d}", division
        )
        town.guardian(f"TESTARD{letter * 2}", ("Solène", "Nadia", "Jeanne")[index % 3], child)
    for code in ("5A", "6B"):
        for export in ("sts", "edt"):
            town.division(export, code)
    for index, letter in enumerate(letters[:6]):
        town.teacher(f"PROFIN{letter * 2}", "Camille", f"198{index}-02-03", courses=("5A", "6B"))
    return town
