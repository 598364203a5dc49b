"""Divisions and groups of the demo school, filled with its pupils."""

from __future__ import annotations

from diagnostics.demo_school.people import (
    DIVISION_STYLES,
    GERMAN,
    LATIN,
    LEVELS,
    PUPILS_PER_DIVISION,
    PUPILS_PER_GROUP,
    SPANISH,
    Group,
    Person,
    School,
    Subject,
)


def make_divisions(school: School) -> None:
    """Divisions of about ``PUPILS_PER_DIVISION``; twins and siblings of a level mostly in the same one."""
    rng = school.rng
    style = rng.choice(DIVISION_STYLES)
    for level in LEVELS:
        members = [pupil for pupil in school.pupils if pupil.level == level]
        count = max(1, round(len(members) / PUPILS_PER_DIVISION))
        codes = [style.format(level=level, letter=chr(65 + n % 26), number=n + 1) for n in range(count)]
        for code in codes:
            school.divisions[code] = level
        rng.shuffle(members)
        for index, pupil in enumerate(members):
            pupil.division = codes[index % count]
    for family in school.families:
        for one in family.pupils:
            for other in family.pupils:
                if one.birth == other.birth and rng.random() < 0.4:
                    other.division = one.division


def group_code(school: School, stem: str) -> str:
    """At most eight characters (formats.md §1)."""
    return school.unique(stem[:8])


def make_groups(school: School) -> None:
    """Second languages by bundles of divisions, Latin by level."""
    for level in LEVELS[1:]:
        codes = [code for code, its in school.divisions.items() if its == level]
        for start in range(0, len(codes), 3):
            bundle = tuple(codes[start : start + 3])
            members = [p for p in school.pupils if p.division in bundle]
            school.rng.shuffle(members)
            cut = round(len(members) * 0.68)
            for subject, chosen in ((SPANISH, members[:cut]), (GERMAN, members[cut:])):
                add_groups(school, level, subject, bundle, chosen, start // 3 + 1)
        latinists = [p for p in school.pupils if p.level == level and school.rng.random() < 0.15]
        add_groups(school, level, LATIN, tuple(codes), latinists, 1)


def add_groups(
    school: School, level: str, subject: Subject, divisions: tuple[str, ...], members: list[Person], bundle: int
) -> None:
    count = -(-len(members) // PUPILS_PER_GROUP)
    for number in range(count):
        part = members[number::count]
        code = group_code(school, f"{level}{subject.short[:4]}{bundle}{chr(65 + number)}")
        present = tuple(d for d in divisions if any(p.division == d for p in part))
        school.groups[code] = Group(code, level, subject, present)
        for pupil in part:
            pupil.groups.append(code)
