"""What each tool says of the people of the school: rows that writers print and that defects alter.

A row keeps the person it states, so the truth of every link and finding is known whatever the row says.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from anyascii import anyascii

from diagnostics.demo_school import names
from diagnostics.demo_school.people import Family, Group, Person, School, Service, rename
from diagnostics.demo_school.staff import staff_member
from diagnostics.model import Profile


@dataclass(eq=False, slots=True)
class Row:
    """One person as one tool states it; ISO dates, "" when nothing is stated."""

    person: Person
    surname: str
    given: str
    usage: str = ""
    birth: str = ""
    sex: str = ""
    division: str = ""
    groups: list[str] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)
    extra: dict[str, str] = field(default_factory=dict)
    trap: str = ""
    """What makes the row hard to match ("twin", "homonym", "inverted"…)."""
    soft: bool = False
    """The row says less or otherwise than the account: leaving the decision to the agent is a good answer."""
    undecidable: bool = False
    """Only the agent can decide."""
    without_own: bool = False
    """A second record of a person whose one account the first record takes."""

    def copy(self) -> Row:
        return replace(self, groups=list(self.groups), ids=dict(self.ids), extra=dict(self.extra))


@dataclass(eq=False, slots=True)
class GuardianLink:
    """A line of RESPONSABLES of SIECLE."""

    pupil: Person
    personne_id: str
    level: str
    """NIVEAU_RESPONSABILITE: 1 legal, 2 en charge, 0 contact."""
    rank: str
    """RESP_LEGAL."""
    kinship: str


@dataclass(eq=False, slots=True)
class Run:
    """A line of « Bilans d'import »."""

    when: datetime
    status: str
    auto: bool
    file: str
    report: str = "Bilan de l'import"


@dataclass(eq=False, slots=True)
class Part:
    """A « partie de classe » of EDT."""

    ident: int
    division: str
    group: str
    """Group it belongs to, "" for a part left alone."""
    pupils: list[Person] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class Course:
    """A course of EDT; ``structure`` is a division, a group, or the ident of a part (``part``)."""

    service: Service
    day: int
    place: int
    length: int
    part: Part | None = None


@dataclass(eq=False, slots=True)
class Exports:
    """Every file before it is written."""

    school: School
    siecle_pupils: list[Row] = field(default_factory=list)
    siecle_guardians: list[Row] = field(default_factory=list)
    siecle_links: list[GuardianLink] = field(default_factory=list)
    sts_staff: list[Row] = field(default_factory=list)
    sts_divisions: list[str] = field(default_factory=list)
    sts_groups: dict[str, Group] = field(default_factory=dict)
    sts_services: list[Service] = field(default_factory=list)
    edt_teachers: list[Row] = field(default_factory=list)
    edt_pupils: list[Row] = field(default_factory=list)
    edt_guardians: dict[Person, list[tuple[str, Row]]] = field(default_factory=dict)
    """Pupil → (RespLegal, row)."""
    edt_divisions: dict[str, str] = field(default_factory=dict)
    """Division of the school → name in EDT."""
    edt_groups: list[str] = field(default_factory=list)
    edt_parts: list[Part] = field(default_factory=list)
    edt_courses: list[Course] = field(default_factory=list)
    accounts: list[Row] = field(default_factory=list)
    vanished: list[Row] = field(default_factory=list)
    """Accounts of the older directory that are no longer in the newer one."""
    tutors: dict[Person, list[tuple[str, str]]] = field(default_factory=dict)
    """Pupil → (« pere », « mere », « tuteur1 », « tuteur2 »; uid) as the ENT links them."""
    educonnect_pupils: list[Row] = field(default_factory=list)
    educonnect_guardians: list[Row] = field(default_factory=list)
    educonnect_children: dict[str, list[Person]] = field(default_factory=dict)
    """EduConnect identifier of a guardian → children seen by the account."""
    pronote_pupils: list[Row] = field(default_factory=list)
    unrecognised: list[Row] = field(default_factory=list)
    """Rows of EDT that the ENT's import did not recognise."""
    rejected: list[tuple[Row, str]] = field(default_factory=list)
    phones: list[tuple[Row, str]] = field(default_factory=list)
    """Accounts whose owner typed a new number in the ENT."""
    edt_doubled: list[str] = field(default_factory=list)
    """Divisions that EDT holds a second time, empty, under another spelling."""
    typed_groups: dict[Person, list[str]] = field(default_factory=dict)
    """Groups that an agent typed in the ENT and that an import has wiped out since."""
    not_imported: list[str] = field(default_factory=list)
    """Divisions whose services the last import left out."""
    fewer_sessions: int = 0
    listed_every: int = 1
    """The files of identifiers hold one person in so many."""
    runs: list[Run] = field(default_factory=list)
    wrong_partner: bool = False
    """A second encrypted export, made for another ENT."""
    messages: dict[str, bytes] = field(default_factory=dict)

    def account(self, person: Person) -> Row | None:
        return next((row for row in self.accounts if row.person is person), None)


def iso(day: date | None) -> str:
    return day.isoformat() if day else ""


@functools.lru_cache(maxsize=4096)
def latin9(value: str) -> str:
    """``value`` in the letters the ministry's bases know (ISO-8859-15): ``Łukasz Şahin`` becomes ``Lukasz Sahin``."""
    value = value.replace("’", "'")
    try:
        value.encode("iso-8859-15")
    except UnicodeEncodeError:
        return "".join(c if c.encode("iso-8859-15", "ignore") else anyascii(c) for c in value)
    return value


def official(surname: str) -> str:
    return latin9(latin9(surname).upper())


def row(person: Person, **ids: str) -> Row:
    """What a tool fed by the official bases says of a person."""
    return Row(
        person=person,
        surname=official(person.surname),
        usage=official(person.usage) if person.usage else "",
        given=latin9(person.given),
        birth=iso(person.birth),
        sex=person.sex,
        division=person.division,
        groups=list(person.groups),
        ids={name: value for name, value in ids.items() if value},
    )


def bare(person: Person, **ids: str) -> Row:
    """What a tool says that knows one surname only, the usage name where there is one."""
    made = row(person, **ids)
    made.surname, made.usage = made.usage or made.surname, ""
    return made


ACCOUNT_PROFILES = {
    Profile.ELEVE: "Élève",
    Profile.PARENT: "Tuteur",
    Profile.ENSEIGNANT: "Enseignant",
    Profile.NON_ENSEIGNANT: "Non enseignant",
    Profile.COLLECTIVITE: "Personnel de collectivité",
    Profile.AUTRE: "Autre",
}
IN_PRONOTE = frozenset({"DIR", "EDU", "ENS", "DOC", "SUR"})
"""Functions of the staff who have a Pronote identifier."""
AAF, LOCAL, COLLECTIVITE = "Annuaire fédérateur (AAF)", "Annuaire ENT", "Collectivité"


def account(school: School, person: Person) -> Row:
    """The ENT's account of a person, as the directory export shows it."""
    made = bare(person, uid=person.uid, login=person.login, jointure=school.jointure_prefix + person.jointure)
    if person.profile in (Profile.ELEVE, Profile.PARENT) or person.function in IN_PRONOTE:
        made.ids["idpn"] = person.idpn
    if person.profile is Profile.PARENT:
        made.birth = ""
    made.extra = {
        "school": school.name,
        "uai": school.uai,
        "state": "Opérationnel",
        "function": person.label,
        "directory": COLLECTIVITE if person.profile is Profile.COLLECTIVITE else AAF,
    }
    other = next((o for o in school.others if o.uai == person.school), None)
    if other:
        made.extra |= {"school": other.name, "uai": other.uai}
    return made


def account_elsewhere(school: School, made: Row, index: int) -> None:
    """Attach an account to another school."""
    other = school.others[index % len(school.others)]
    made.extra |= {"school": other.name, "uai": other.uai}
    made.ids.pop("idpn", None)


def build(school: School) -> Exports:
    """The exports of a school where everything agrees."""
    exports = Exports(school=school)
    siecle(exports)
    sts(exports)
    edt(exports)
    directory(exports)
    educonnect(exports)
    return exports


def siecle(exports: Exports) -> None:
    school = exports.school
    for pupil in (*school.pupils, *school.left):
        exports.siecle_pupils.append(row(pupil, ine=pupil.ine, eleve_id=pupil.eleve_id, elenoet=pupil.elenoet))
    for family in school.families:
        for person in (*family.guardians, *family.in_charge, *family.contacts):
            made = row(person, personne_id=person.personne_id)
            made.birth = ""
            made.extra = {"mail": person.mail, "phone": person.phone}
            exports.siecle_guardians.append(made)
        for pupil in family.pupils:
            exports.siecle_links.extend(guardian_links(family, pupil))


def guardian_links(family: Family, pupil: Person) -> list[GuardianLink]:
    links = [
        GuardianLink(pupil, g.personne_id, "1", str(rank), family.kinship[g])
        for rank, g in enumerate(family.guardians, 1)
    ]
    links += [GuardianLink(pupil, g.personne_id, "2", "0", family.kinship[g]) for g in family.in_charge]
    links += [GuardianLink(pupil, g.personne_id, "0", "0", family.kinship[g]) for g in family.contacts]
    return links


def sts(exports: Exports) -> None:
    school = exports.school
    exports.sts_divisions = list(school.divisions)
    exports.sts_groups = dict(school.groups)
    exports.sts_services = [replace(s, teachers=list(s.teachers)) for s in school.services]
    for person in school.staff:
        if person.function:
            exports.sts_staff.append(row(person, sts_id=person.sts_id, sts_type=person.sts_type))


def edt(exports: Exports) -> None:
    school, rng = exports.school, exports.school.rng
    exports.edt_divisions = {code: code for code in school.divisions}
    for person in school.teachers:
        made = bare(person, ident=str(person.ident), sts_id=person.sts_id, idpn=person.idpn)
        made.sex = ""
        if rng.random() < 0.33:
            made.birth = ""
        if rng.random() < 0.1:
            made.ids.pop("sts_id")
        if rng.random() < 0.3:
            made.given = made.given.upper()
        exports.edt_teachers.append(made)
    rows: dict[Person, Row] = {}
    for guardian in school.guardians:
        rows[guardian] = bare(guardian, ident=str(guardian.ident), idpn=guardian.idpn)
        rows[guardian].birth = ""
    for family in school.families:
        for pupil in family.pupils:
            exports.edt_pupils.append(edt_pupil(pupil))
            legal = [(str(rank), rows[g]) for rank, g in enumerate(family.guardians, 1)]
            exports.edt_guardians[pupil] = legal or [("1", rows[g]) for g in family.in_charge[:1]]
    for group in school.groups.values():
        exports.edt_groups.append(group.code)
        for division in group.divisions:
            members = [p for p in school.pupils if p.division == division and group.code in p.groups]
            if members:
                exports.edt_parts.append(Part(school.number("ident"), division, group.code, members))
    timetable(exports)


def edt_pupil(pupil: Person) -> Row:
    return bare(pupil, ident=str(pupil.ident), ine=pupil.ine, eleve_id=pupil.eleve_id, idpn=pupil.idpn)


def timetable(exports: Exports) -> None:
    """Weekly courses; a teacher or a class may be given two at once, which no rule looks at."""
    rng = exports.school.rng
    for service in exports.school.services:
        left = service.subject.hours
        while left:
            length = 2 if left > 1 and rng.random() < 0.3 else 1
            exports.edt_courses.append(Course(service, rng.randrange(1, 6), 2 * rng.randrange(9), 2 * length))
            left -= length


def directory(exports: Exports) -> None:
    school = exports.school
    people = (*school.staff, *school.pupils, *school.guardians)
    exports.accounts = [account(school, person) for person in people]
    for family in school.families:
        for pupil in family.pupils:
            exports.tutors[pupil] = tutor_links(family, [*family.guardians, *family.in_charge])
    outsiders(exports)


def tutor_links(family: Family, guardians: list[Person]) -> list[tuple[str, str]]:
    links: list[tuple[str, str]] = []
    tutors = 0
    for guardian in guardians:
        role = {"10": "mere", "20": "pere"}.get(family.kinship[guardian], "")
        if not role or any(role == taken for taken, _ in links):
            tutors += 1
            role = f"tuteur{tutors}"
        links.append((role, guardian.uid))
    return links[:4]


def outsiders(exports: Exports) -> None:
    """Accounts of other schools that a search on the whole ENT brings back, two of them namesakes of ours."""
    school = exports.school
    for index in range(max(4, len(school.pupils) // 60)):
        person = staff_member(school, Profile.ENSEIGNANT, "ENS", "ENSEIGNEMENT")
        school.staff.remove(person)
        if index < 2 and school.teachers:
            model = school.rng.choice(school.teachers)
            person.usage = ""
            rename(school, person, model.shown_surname, names.given_name(school.rng, names.FRENCH, "F", adult=True))
        person.school = school.others[index % len(school.others)].uai
        made = account(school, person)
        made.ids.pop("idpn", None)
        exports.accounts.append(made)


def educonnect(exports: Exports) -> None:
    school, rng = exports.school, exports.school.rng
    for pupil in school.pupils:
        made = bare(pupil, educonnect=pupil.educonnect)
        made.extra = {"mail": "", "state": "Actif", **connections(school, 10)}
        exports.educonnect_pupils.append(made)
    for family in school.families:
        for guardian in (*family.guardians, *family.in_charge):
            made = bare(guardian, educonnect=guardian.educonnect)
            made.extra = {"mail": guardian.mail, "state": "Actif", **connections(school, 30)}
            made.birth = ""
            exports.educonnect_guardians.append(made)
            exports.educonnect_children[guardian.educonnect] = list(family.pupils)
    rng.shuffle(exports.educonnect_guardians)


def connections(school: School, days: int) -> dict[str, str]:
    last = school.today - timedelta(days=school.rng.randrange(1, days))
    notice = date(school.year, 8, 28) if school.rng.random() < 0.3 else None
    return {"last_login": iso(last), "last_notice": iso(notice)}


def unrecognised(exports: Exports, rows: list[Row]) -> None:
    """Rows of EDT that came out of the import without an account."""
    exports.unrecognised.extend(r.copy() for r in rows)


def finish(exports: Exports) -> None:
    """What follows from the rest: PRONOTE shares the base of EDT, and lists the pupils who have a class."""
    exports.pronote_pupils = []
    for made in exports.edt_pupils:
        if made.division:
            listed = made.copy()
            listed.ids = {key: made.ids[key] for key in ("ine", "idpn") if key in made.ids}
            exports.pronote_pupils.append(listed)
