"""Names and dates typed otherwise: what keeps an import from recognising a person (knowledge.md ANN-06, EDT-01)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from anyascii import anyascii

from diagnostics.demo_school import names
from diagnostics.demo_school.people import Person
from diagnostics.demo_school.plan import Plan
from diagnostics.demo_school.views import Row, latin9, official
from diagnostics.text import fold

AZERTY = ("AZERTYUIOP", "QSDFGHJKLM", "WXCVBN")


@dataclass(frozen=True)
class Corruption:
    """One way of typing an identity otherwise."""

    trap: str
    note: str
    fits: Callable[[Person], bool]
    apply: Callable[[Plan, Row], None]
    usual: int = 2
    differs: bool = True
    """The values really differ (ANN-06); otherwise only the writing does."""
    recognised: bool = False
    """The import copes with it: no anomaly at all."""


def compound_surname(person: Person) -> bool:
    """Two family names; a particle is not one."""
    parts = person.shown_surname.replace("-", " ").split()
    if len(set(parts)) != 2 or parts[0] in ("Saint", "Sainte"):
        return False
    return all(len(p) > 3 and p[0].isupper() for p in parts)


def compound_given(person: Person) -> bool:
    return len(person.given.replace("-", " ").split()) == 2


def truncate_surname(plan: Plan, row: Row) -> None:
    row.surname = row.surname.replace("-", " ").split()[plan.rng.randrange(2)]


def truncate_given(plan: Plan, row: Row) -> None:
    row.given = row.given.replace("-", " ").split()[0]


def invert(plan: Plan, row: Row) -> None:
    row.surname, row.given = official(row.given), row.surname.title()


def drop_accents(plan: Plan, row: Row) -> None:
    row.surname = anyascii(row.surname).replace("-", " ").upper()
    row.given = anyascii(row.given).replace("-", " ")


def swap_day_month(plan: Plan, row: Row) -> None:
    year, month, day = row.birth.split("-")
    row.birth = f"{year}-{day}-{month}"


def slip_date(plan: Plan, row: Row) -> None:
    """One digit of the day or of the year beside the right one."""
    was = date.fromisoformat(row.birth)
    row.birth = (
        was.replace(year=was.year + 1) if was.day in (1, 28, 29, 30, 31) else was.replace(day=was.day + 1)
    ).isoformat()


def mistype(plan: Plan, row: Row) -> None:
    """A doubled or lost letter, two letters exchanged, or the key beside; never an accent, which exports lose too."""
    word, rng = row.surname, plan.rng
    places = [i for i in range(1, len(word) - 1) if all(c.isascii() and c.isalpha() for c in word[i : i + 2])]
    while fold(word) == fold(row.surname):
        at = rng.choice(places)
        kind = rng.randrange(4)
        if kind == 0:
            word = row.surname[:at] + row.surname[at] + row.surname[at:]
        elif kind == 1:
            word = row.surname[:at] + row.surname[at + 1 :]
        elif kind == 2:
            word = row.surname[:at] + row.surname[at + 1] + row.surname[at] + row.surname[at + 2 :]
        else:
            word = row.surname[:at] + neighbour(row.surname[at]) + row.surname[at + 1 :]
    row.surname = word


def neighbour(letter: str) -> str:
    """The key on the right of the same row, on the left at its end."""
    for keys in AZERTY:
        if letter in keys:
            at = keys.index(letter)
            return keys[at + 1] if at + 1 < len(keys) else keys[at - 1]
    return "E"


def home_spelling(plan: Plan, row: Row) -> None:
    """The letters of the family's own language, which the ministry's bases do not know."""
    row.surname = row.person.shown_surname.upper()
    row.given = row.person.given


def mojibake(plan: Plan, row: Row) -> None:
    row.given = row.given.encode("utf-8").decode("cp1252", "ignore")


def nickname(plan: Plan, row: Row) -> None:
    row.given = names.NICKNAMES[row.person.given]


def birth_surname(plan: Plan, row: Row) -> None:
    row.surname = official(row.person.surname)


def initial(plan: Plan, row: Row) -> None:
    row.given = row.given[0] + "."


def swappable(person: Person) -> bool:
    return person.birth.day <= 12 and person.birth.day != person.birth.month


def accented(person: Person) -> bool:
    return any(c in "éèêëçôïîàûüœ" for c in person.given + person.surname)


def foreign(person: Person) -> bool:
    return latin9(person.surname) != person.surname.replace("’", "'")


def long_name(person: Person) -> bool:
    return person.surname.isalpha() and len(person.shown_surname) > 5 and person.shown_surname.isalpha()


PUPILS = (
    Corruption("compound", "nom composé tronqué dans EDT", compound_surname, truncate_surname, 3),
    Corruption("inverted", "nom et prénom inversés dans EDT", long_name, invert, 2),
    Corruption("swapped_date", "jour et mois inversés dans EDT", swappable, swap_day_month, 4),
    Corruption("date_digit", "date de naissance fausse dans EDT", lambda p: True, slip_date, 2),
    Corruption("typo", "faute de frappe dans EDT", long_name, mistype, 5),
    Corruption("given_truncated", "prénom composé tronqué dans EDT", compound_given, truncate_given, 3, differs=False),
    Corruption("nickname", "diminutif dans EDT", lambda p: p.given in names.NICKNAMES, nickname, 2, differs=False),
    Corruption("mojibake", "accents abîmés dans EDT", lambda p: "é" in p.given, mojibake, 1, differs=False),
    Corruption("accents", "accents perdus dans EDT", accented, drop_accents, 8, differs=False, recognised=True),
    Corruption(
        "letters", "lettres d’une autre langue dans EDT", foreign, home_spelling, 2, differs=False, recognised=True
    ),
)
TEACHERS = (
    Corruption("married", "nom de naissance dans EDT", lambda p: bool(p.usage), birth_surname, 2, differs=False),
    Corruption("inverted", "nom et prénom inversés dans EDT", long_name, invert, 1),
    Corruption("typo", "faute de frappe dans EDT", long_name, mistype, 1),
    Corruption("given_truncated", "prénom composé tronqué dans EDT", compound_given, truncate_given, 1, differs=False),
    Corruption("initial", "initiale au lieu du prénom dans EDT", lambda p: True, initial, 1, differs=False),
)  # fmt: skip
GUARDIANS = (Corruption("typo", "faute de frappe dans EDT", long_name, mistype, 3),)


def plant(plan: Plan) -> None:
    homonym_teachers(plan)
    for corruption in PUPILS:
        corrupt(plan, corruption, plan.pupils(plan.many(corruption.usual), corruption.fits))
    for corruption in TEACHERS:
        corrupt(plan, corruption, plan.teachers(corruption.usual, corruption.fits))
    for corruption in GUARDIANS:
        for guardian in plan.guardians(plan.many(corruption.usual), corruption.fits):
            spoil(plan, corruption, guardian)
            plan.ledger.expect("ANN-06", [guardian], corruption.note)
    stale_accounts(plan)


def spoil(plan: Plan, corruption: Corruption, person: Person) -> None:
    row = plan.edt[person]
    corruption.apply(plan, row)
    row.trap, row.soft = corruption.trap, True


def corrupt(plan: Plan, corruption: Corruption, people: list[Person]) -> None:
    """Half of them were matched by hand last year, the others are still unrecognised and without Pronote."""
    for index, person in enumerate(people):
        spoil(plan, corruption, person)
        joined = "sts_id" in plan.edt[person].ids or "ine" in plan.edt[person].ids
        if corruption.recognised:
            continue
        if index % 2 == 0:
            plan.unrecognise(person, corruption.note)
            plan.lose_pronote(person, corruption.note)
        if corruption.differs and (joined or index % 2):
            plan.ledger.expect("ANN-06", [person], corruption.note)
        else:
            plan.ledger.tolerate("ANN-06", [person], corruption.note)


def stale_accounts(plan: Plan) -> None:
    """The ENT kept a spelling that SIECLE has corrected since."""
    for pupil in plan.pupils(plan.many(2), long_name):
        mistype(plan, plan.accounts[pupil])
        for row in (plan.siecle[pupil], plan.edt[pupil], plan.educonnect[pupil]):
            row.soft, row.trap = True, "typo"
        for guardian in pupil.family.guardians if pupil.family else ():
            plan.siecle[guardian].soft = plan.educonnect[guardian].soft = True
        plan.ledger.expect("ANN-06", [pupil], "orthographe ancienne dans l’ENT")


def homonym_teachers(plan: Plan) -> None:
    """Two colleagues of one name, typed in EDT without birth date nor identifier: nobody but the agent can tell."""
    teachers = plan.school.teachers
    pairs = [
        (a, b)
        for i, a in enumerate(teachers)
        for b in teachers[i + 1 :]
        if official(a.shown_surname) == official(b.shown_surname) and a.given == b.given and not {a, b} & plan.touched
    ]
    for one, other in pairs[:1]:
        plan.touched |= {one, other}
        for person in (one, other):
            row = plan.edt[person]
            row.birth = ""
            row.ids.pop("sts_id", None)
            row.trap, row.undecidable = "homonym", True
            plan.unrecognise(person, "homonymes sans date de naissance dans EDT")
            plan.lose_pronote(person, "homonymes sans date de naissance dans EDT")


def homonym_pupils(plan: Plan) -> None:
    """Two pupils of one name: one pair lost a date in EDT, another has its Pronote identifiers crossed."""
    pairs = namesakes(plan)
    for one, other in pairs[:1]:
        plan.touch((one, other))
        plan.edt[one].birth = ""
        for person in (one, other):
            plan.edt[person].trap, plan.edt[person].soft = "homonym", True
        plan.ledger.tolerate("ANN-06", [one], "date de naissance vide dans EDT")
        plan.ledger.tolerate("SIE-06", [one], "date de naissance vide dans EDT")
    for one, other in pairs[1:2]:
        plan.touch((one, other))
        mine, its = plan.accounts[one].ids, plan.accounts[other].ids
        mine["idpn"], its["idpn"] = its["idpn"], mine["idpn"]
        for person in (one, other):
            plan.edt[person].trap, plan.edt[person].undecidable = "crossed", True
        note = "identifiants Pronote croisés entre homonymes : chacun verrait les notes de l’autre"
        plan.ledger.expect("SEC-01", [one, other], note, also=("ANN-06",), any_of=True)


def namesakes(plan: Plan) -> list[tuple[Person, Person]]:
    by_name: dict[tuple[str, str], list[Person]] = {}
    for family in plan.school.families:
        if plan.free(family) and len(family.pupils) == 1:
            pupil = family.pupils[0]
            by_name.setdefault((official(pupil.surname), pupil.given), []).append(pupil)
    return [(people[0], people[1]) for people in by_name.values() if len(people) == 2]
