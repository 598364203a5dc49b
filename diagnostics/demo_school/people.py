"""The people of the demo school: families, pupils, guardians, staff, divisions, groups and services.

Everything here is consistent; what each export says of it is ``views``, what is wrong is ``defects_*``.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from anyascii import anyascii

from diagnostics import text
from diagnostics.demo_school import names
from diagnostics.model import Profile

LEVELS = ("6", "5", "4", "3")
MEF = {"6": "10010012110", "5": "10110001110", "4": "10210001110", "3": "10310019110"}
MEFSTAT4 = {"6": "2111", "5": "2112", "4": "2115", "3": "2116"}
PUPILS_PER_DIVISION = 25
PUPILS_PER_GROUP = 28
DIVISION_STYLES = ("{level}{letter}", "{level}0{number}", "{level}E{number}", "{level}{letter}", "{level}EME{number}")
"""How schools name their divisions (one style a school)."""
IDPN_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
MOTHER, FATHER, TUTOR, RELATIVE, EDUCATOR, FOSTER = "10", "20", "50", "38", "41", "42"
"""CODE_PARENTE (formats.md §12.4)."""
WOMEN_TAKE_NAME = 0.45
"""Part of the married mothers whose usage name is the father's."""


@dataclass(eq=False, slots=True)
class Person:
    """A human being; "" where a thing does not apply."""

    profile: Profile
    surname: str
    given: str
    sex: str
    birth: date
    usage: str = ""
    other_given: str = ""
    mail: str = ""
    phone: str = ""
    uid: str = ""
    login: str = ""
    jointure: str = ""
    idpn: str = ""
    educonnect: str = ""
    ident: int = 0
    """Number in EDT."""
    family: Family | None = None
    # pupils
    division: str = ""
    groups: list[str] = field(default_factory=list)
    level: str = ""
    ine: str = ""
    eleve_id: str = ""
    elenoet: str = ""
    entry: date | None = None
    exit: date | None = None
    # guardians
    personne_id: str = ""
    # staff
    sts_id: str = ""
    sts_type: str = ""
    function: str = ""
    label: str = ""
    discipline: tuple[str, str] = ("", "")
    subject: str = ""
    school: str = ""
    """UAI of the main school when it is another one."""

    @property
    def shown_surname(self) -> str:
        """The name borne every day."""
        return self.usage or self.surname


@dataclass(eq=False, slots=True)
class Family:
    pupils: list[Person]
    guardians: list[Person]
    kinship: dict[Person, str]
    address: tuple[str, str, str]
    address_id: str
    contacts: list[Person] = field(default_factory=list)
    """Persons to call, without any right."""
    in_charge: list[Person] = field(default_factory=list)
    """« Responsables en charge » (foster families)."""


@dataclass(frozen=True)
class Subject:
    code: str
    short: str
    label: str
    hours: int
    discipline: tuple[str, str]


SUBJECTS = (
    Subject("020700", "FRANC", "FRANCAIS", 4, ("L0202", "LET MODERN")),
    Subject("061300", "MATHS", "MATHEMATIQUES", 4, ("L1300", "MATHEMATIQ")),
    Subject("043700", "HI-GE", "HISTOIRE-GEOGRAPHIE", 3, ("L1000", "HIST. GEO.")),
    Subject("030201", "AGL1", "ANGLAIS LV1", 3, ("L0422", "ANGLAIS")),
    Subject("100100", "EPS", "EDUCATION PHYSIQUE ET SPORTIVE", 3, ("L1900", "E. P. S")),
    Subject("062900", "SVT", "SCIENCES DE LA VIE ET DE LA TERRE", 2, ("L1600", "S. V. T.")),
    Subject("062300", "PH-CH", "PHYSIQUE-CHIMIE", 2, ("L1500", "PHY.CHIMIE")),
    Subject("070800", "TECHN", "TECHNOLOGIE", 1, ("L1400", "TECHNOLOG")),
    Subject("090100", "A-PLA", "ARTS PLASTIQUES", 1, ("L1800", "ARTS PLAST")),
    Subject("081300", "EDMUS", "EDUCATION MUSICALE", 1, ("L1700", "EDU MUSIC")),
)
SPANISH = Subject("030602", "ESP2", "ESPAGNOL LV2", 2, ("L0426", "ESPAGNOL"))
GERMAN = Subject("030102", "ALL2", "ALLEMAND LV2", 2, ("L0421", "ALLEMAND"))
LATIN = Subject("020300", "LCALA", "LCA LATIN", 2, ("L0201", "LET CLASS"))
OPTIONS = (SPANISH, GERMAN, LATIN)
ALL_SUBJECTS = (*SUBJECTS, *OPTIONS)


@dataclass(slots=True)
class Group:
    code: str
    level: str
    subject: Subject
    divisions: tuple[str, ...]


@dataclass(eq=False, slots=True)
class Service:
    """Teachers of a subject before a division or a group."""

    structure: str
    is_group: bool
    subject: Subject
    teachers: list[Person]


@dataclass(frozen=True)
class OtherSchool:
    uai: str
    name: str


@dataclass(eq=False, slots=True)
class School:
    rng: random.Random
    today: date
    year: int
    uai: str
    name: str
    town: str
    postcode: str
    academy: tuple[str, str]
    others: tuple[OtherSchool, ...]
    uid_prefix: str
    jointure_prefix: str
    families: list[Family] = field(default_factory=list)
    staff: list[Person] = field(default_factory=list)
    divisions: dict[str, str] = field(default_factory=dict)
    """Code → level."""
    groups: dict[str, Group] = field(default_factory=dict)
    services: list[Service] = field(default_factory=list)
    main_teachers: dict[str, Person] = field(default_factory=dict)
    left: list[Person] = field(default_factory=list)
    """Pupils who left during the summer but whom SIECLE still states, with an exit date."""
    used: set[str] = field(default_factory=set)
    counters: dict[str, int] = field(default_factory=dict)

    @property
    def start(self) -> date:
        """First day of school."""
        return date(self.year, 9, 1)

    @property
    def pupils(self) -> list[Person]:
        return [pupil for family in self.families for pupil in family.pupils]

    @property
    def guardians(self) -> list[Person]:
        return [g for family in self.families for g in (*family.guardians, *family.in_charge)]

    @property
    def teachers(self) -> list[Person]:
        return [person for person in self.staff if person.profile is Profile.ENSEIGNANT]

    def number(self, of: str) -> int:
        """The next number of a counter, by irregular steps."""
        self.counters[of] = self.counters.get(of, self.rng.randrange(100_000, 800_000)) + self.rng.randrange(1, 4)
        return self.counters[of]

    def unique(self, value: str) -> str:
        """``value``, or ``value`` with the first free number."""
        candidate, count = value, 1
        while candidate in self.used:
            count += 1
            candidate = f"{value}{count}"
        self.used.add(candidate)
        return candidate


def uai(rng: random.Random, department: str) -> str:
    """A well-formed UAI (formats.md §0.6)."""
    digits = f"{department}{rng.randrange(1, 9999):04d}"
    return digits + text.UAI_LETTERS[int(digits) % 23]


def slug(value: str) -> str:
    return "".join(c for c in anyascii(value).lower() if c.isalnum())


def give_account(school: School, person: Person) -> None:
    """Identifiers of a person in the tools that give accounts."""
    rng = school.rng
    person.uid = f"{school.uid_prefix}{school.number('uid') % 100_000:05d}"
    while person.uid in school.used:
        person.uid = f"{school.uid_prefix}{rng.randrange(100_000):05d}"
    school.used.add(person.uid)
    given, surname = slug(person.given), slug(person.shown_surname)
    person.login = school.unique(f"{given}.{surname}"[:30])
    person.jointure = str(1_000_000 + school.number("jointure"))
    person.idpn = "".join(rng.choices(IDPN_LETTERS, k=16))
    person.educonnect = school.unique(f"{given[:1]}.{surname}{rng.randrange(1, 199)}")


def double_surname(rng: random.Random, first: str, second: str) -> str:
    return f"{first}{rng.choice('-- ')}{second}"


def birth_date(rng: random.Random, year: int) -> date:
    return date(year, 1, 1) + timedelta(days=rng.randrange(365))


def adult(school: School, origin: names.Origin, sex: str, surname: str = "") -> Person:
    rng = school.rng
    person = Person(
        profile=Profile.PARENT,
        surname=surname or names.surname(rng, origin),
        given=names.given_name(rng, origin, sex, adult=True),
        sex=sex,
        birth=birth_date(rng, school.year - rng.randrange(32, 58)),
        personne_id=str(school.number("personne")),
    )
    person.phone = f"063998{school.number('phone') % 10_000:04d}"
    give_account(school, person)
    person.mail = f"{person.login}@exemple.invalid"
    return person


def child(school: School, origin: names.Origin, surname: str, level: str, taken: Iterable[str]) -> Person:
    rng = school.rng
    sex = rng.choice("MF")
    given = names.given_name(rng, origin, sex, adult=False)
    while given in taken:
        given = names.given_name(rng, origin, sex, adult=False)
    late = 1 if rng.random() < 0.08 else 0
    person = Person(
        profile=Profile.ELEVE,
        surname=surname,
        given=given,
        sex=sex,
        birth=birth_date(rng, school.year - 11 - LEVELS.index(level) - late),
        level=level,
        other_given=names.given_name(rng, origin, sex, adult=False) if rng.random() < 0.4 else "",
        ine=f"{rng.randrange(10**8, 10**9)}{rng.choice(text.UAI_LETTERS)}{rng.choice(text.UAI_LETTERS)}",
        eleve_id=str(school.number("eleve")),
        elenoet=str(school.number("elenoet") % 100_000),
        entry=date(school.year - LEVELS.index(level), 9, 1),
    )
    give_account(school, person)
    return person


def make_family(school: School, sizes: int) -> Family:
    """One household: one or two guardians and ``sizes`` pupils of the school."""
    rng = school.rng
    origin = names.origin(rng)
    mother = adult(school, origin if rng.random() < 0.8 else names.origin(rng), "F")
    father = adult(school, origin, "M")
    draw = rng.random()
    if draw < 0.07:
        surname = double_surname(rng, father.surname, mother.surname)
    elif draw < 0.17:
        surname = mother.surname
    else:
        surname = father.surname
    if surname != mother.surname and rng.random() < WOMEN_TAKE_NAME:
        mother.usage = father.surname
        mother.login = school.unique(f"{slug(mother.given)}.{slug(mother.usage)}"[:30])
        mother.mail = f"{mother.login}@exemple.invalid"
    if rng.random() < 0.01 and surname == father.surname:
        father.given = names.given_name(rng, origin, "M", adult=False)
    street = f"{rng.randrange(1, 120)} {rng.choice(names.STREETS)}"
    family = Family(
        pupils=[],
        guardians=[mother, father],
        kinship={mother: MOTHER, father: FATHER},
        address=(street, school.postcode, school.town),
        address_id=str(school.number("address")),
    )
    if rng.random() < 0.06:
        family.guardians.remove(father if rng.random() < 0.8 else mother)
    levels = rng.sample(LEVELS, k=min(sizes, len(LEVELS)))
    for level in levels:
        family.pupils.append(child(school, origin, surname, level, [p.given for p in family.pupils]))
    if rng.random() < 0.018:
        family.pupils.append(twin(school, origin, family.pupils[0], [p.given for p in family.pupils]))
    elif rng.random() < 0.01 and family.guardians[-1].sex == family.pupils[0].sex:
        # A child who bears its parent's name: only the profile and the date tell them apart.
        family.pupils[0].given = family.guardians[-1].given
    if rng.random() < 0.05:
        grandmother = adult(school, origin, "F", surname if rng.random() < 0.5 else "")
        family.contacts.append(grandmother)
        family.kinship[grandmother] = RELATIVE
    for person in (*family.pupils, *family.guardians, *family.contacts):
        person.family = family
    return family


def twin(school: School, origin: names.Origin, other: Person, taken: Iterable[str]) -> Person:
    """Same surname, same birth date; half of the time a given name that looks alike."""
    rng = school.rng
    person = child(school, origin, other.surname, other.level, taken)
    person.birth = other.birth
    if rng.random() < 0.5:
        pool = [n for n in (*names.FRENCH.girls, *names.FRENCH.boys) if n[:2] == other.given[:2] and n not in taken]
        if pool:
            person.given = rng.choice(pool)
            person.sex = "F" if person.given in names.FRENCH.girls else "M"
            person.login = school.unique(f"{slug(person.given)}.{slug(person.surname)}"[:30])
    return person


def make_families(school: School, pupils: int) -> None:
    rng = school.rng
    count = 0
    while count < pupils:
        size = rng.choices((1, 2, 3), (82, 15, 3))[0]
        family = make_family(school, min(size, pupils - count))
        while count + len(family.pupils) > pupils:
            family.pupils.pop()
        school.families.append(family)
        count += len(family.pupils)
    if pupils >= 40:
        foster = rng.choice([f for f in school.families if len(f.pupils) == 1])
        carer = adult(school, names.origin(rng), "F")
        carer.family = foster
        foster.in_charge.append(carer)
        foster.kinship[carer] = FOSTER


def rename(school: School, person: Person, surname: str, given: str) -> None:
    """Give a person another name, and the login and mail that go with it."""
    person.surname, person.given = surname, given
    person.login = school.unique(f"{slug(given)}.{slug(person.shown_surname)}"[:30])
    if person.mail:
        person.mail = f"{person.login}@{person.mail.split('@')[1]}"


def make_homonyms(school: School, pairs: int) -> None:
    """Unrelated pupils with one name, and unrelated fathers with one name: only dates and children tell them apart."""
    rng = school.rng
    families = [f for f in school.families if len(f.pupils) == 1 and len(f.guardians) == 2]
    rng.shuffle(families)
    for _ in range(pairs):
        if len(families) < 4:
            return
        one, other, third, fourth = (families.pop() for _ in range(4))
        model, pupil = one.pupils[0], other.pupils[0]
        pupil.sex = model.sex
        rename(school, pupil, model.surname, model.given)
        if pupil.birth == model.birth:
            pupil.birth += timedelta(days=40)
        rename(school, other.guardians[1], one.guardians[1].surname, other.guardians[1].given)
        rename(school, fourth.guardians[1], third.guardians[1].surname, third.guardians[1].given)


def leavers_in_siecle(school: School, count: int) -> None:
    """Pupils whose exit SIECLE states: they stay in its file and must be nowhere else (formats.md §3.1)."""
    for _ in range(count):
        origin = names.origin(school.rng)
        person = child(school, origin, names.surname(school.rng, origin), school.rng.choice(LEVELS), ())
        person.exit = school.start - timedelta(days=school.rng.randrange(2, 50))
        school.left.append(person)
