"""The staff of the demo school and what they teach."""

from __future__ import annotations

from datetime import timedelta

from diagnostics.demo_school import names
from diagnostics.demo_school.people import (
    OPTIONS,
    SUBJECTS,
    Person,
    School,
    Service,
    Subject,
    birth_date,
    double_surname,
    give_account,
    rename,
)
from diagnostics.model import Profile

OFFICES = (
    ("DIR", "DIRECTION", 1), ("DIR", "DIRECTION ADJOINTE", 1), ("EDU", "EDUCATION", 2), ("DOC", "DOCUMENTATION", 1),
    ("SUR", "ASSISTANCE EDUCATION", 5), ("", "PERSONNELS ADMINISTRATIFS", 2), ("", "ACCOMPAGNEMENT ELEVES HANDICAP", 3),
    ("", "PERSONNELS MEDICO-SOCIAUX", 1), ("", "COLLECTIVITE", 2),
)  # fmt: skip
"""STS function ("" = not in STS-Web), function in the ENT, how many in a school of sixty."""


def staff_member(school: School, profile: Profile, function: str, label: str) -> Person:
    rng = school.rng
    sex = "F" if rng.random() < 0.64 else "M"
    origin = names.FRENCH if rng.random() < 0.75 else names.origin(rng)
    person = Person(
        profile=profile,
        surname=names.surname(rng, origin),
        given=names.given_name(rng, origin, sex, adult=True),
        sex=sex,
        birth=birth_date(rng, school.year - rng.randrange(24, 64)),
        function=function,
        label=label,
    )
    if sex == "F" and rng.random() < 0.3:
        person.usage = names.surname(rng, names.FRENCH)
        if rng.random() < 0.3:
            person.usage = double_surname(rng, person.surname, person.usage)
    if function:
        person.sts_id = str(school.number("sts"))
        person.sts_type = "dir" if function == "DIR" else "epp"
    give_account(school, person)
    person.mail = f"{person.login}@ac-exemple.invalid"
    school.staff.append(person)
    return person


def make_staff(school: School, staff: int) -> None:
    """Teachers by subject in proportion of the hours, then everyone else."""
    rng = school.rng
    offices = [(f, label) for f, label, many in OFFICES for _ in range(max(1, round(many * staff / 60)))]
    slots = len(school.divisions) * len(SUBJECTS) + len(school.groups)
    teachers = max(1, min(staff - len(offices), slots))
    needs = {s: s.hours * len(school.divisions) for s in SUBJECTS}
    for option in OPTIONS:
        needs[option] = option.hours * sum(g.subject is option for g in school.groups.values())
    needs = {subject: hours for subject, hours in needs.items() if hours}
    wanted = sorted(needs, key=lambda s: -needs[s])
    seats = {s: sum(1 for g in school.groups.values() if g.subject is s) or len(school.divisions) for s in wanted}
    counts = dict.fromkeys(wanted[:teachers], 1)
    for _ in range(teachers - len(counts)):
        open_subjects = [s for s in counts if counts[s] < seats[s]]
        if not open_subjects:
            break
        counts[max(open_subjects, key=lambda s: needs[s] / counts[s])] += 1
    by_subject: dict[Subject, list[Person]] = {}
    for subject, many in counts.items():
        for _ in range(many):
            person = staff_member(school, Profile.ENSEIGNANT, "ENS", "ENSEIGNEMENT")
            person.subject, person.discipline = subject.short, subject.discipline
            if rng.random() < 0.06:
                person.sts_type = "local"
            by_subject.setdefault(subject, []).append(person)
    if len(everyone := school.teachers) >= 10:
        model, twin_name = everyone[0], everyone[-1]
        twin_name.sex, twin_name.usage = model.sex, ""
        rename(school, twin_name, model.shown_surname, model.given)
        twin_name.birth = model.birth + timedelta(days=rng.randrange(400, 3000))
    for function, label in offices[: max(0, staff - teachers)]:
        profile = Profile.COLLECTIVITE if label == "COLLECTIVITE" else Profile.NON_ENSEIGNANT
        staff_member(school, profile, function, label)
    make_services(school, by_subject)


def make_services(school: School, by_subject: dict[Subject, list[Person]]) -> None:
    everyone = [person for people in by_subject.values() for person in people]

    def teacher(subject: Subject, turn: int) -> Person:
        people = by_subject.get(subject, everyone)
        return people[turn % len(people)]

    for turn, code in enumerate(school.divisions):
        for subject in SUBJECTS:
            school.services.append(Service(code, False, subject, [teacher(subject, turn)]))
    turns = dict.fromkeys(OPTIONS, 0)
    for group in school.groups.values():
        school.services.append(Service(group.code, True, group.subject, [teacher(group.subject, turns[group.subject])]))
        turns[group.subject] += 1
    for code in school.divisions:
        free = [s.teachers[0] for s in school.services if s.structure == code]
        fresh = [t for t in free if t not in school.main_teachers.values()]
        school.main_teachers[code] = (fresh or free)[0]
