"""A whole school drawn from a seed."""

from __future__ import annotations

import random
from datetime import date

from diagnostics.demo_school import names
from diagnostics.demo_school.classes import make_divisions, make_groups
from diagnostics.demo_school.people import (
    OtherSchool,
    School,
    leavers_in_siecle,
    make_families,
    make_homonyms,
    uai,
)
from diagnostics.demo_school.staff import make_staff


def make_school(seed: int, *, pupils: int, staff: int, today: date) -> School:
    rng = random.Random(seed)
    year = today.year if today.month >= 8 else today.year - 1
    code, academy, departments = rng.choice(names.ACADEMIES)
    department = rng.choice(departments)
    town, *other_towns = names.spread(rng, names.TOWNS, 5)
    name, *other_names = names.spread(rng, names.SCHOOL_NAMES, 5)
    kinds = ("LYCEE", "COLLEGE", "LYCEE", "COLLEGE")
    school = School(
        rng=rng,
        today=today,
        year=year,
        uai=uai(rng, department),
        name=f"COLLEGE {name.upper()}",
        town=town,
        postcode=f"{department[1:]}{rng.randrange(100, 990)}",
        academy=(code, academy),
        others=tuple(
            OtherSchool(uai(rng, rng.choice(departments)), f"{kind} {other.upper()} {there.upper()}")
            for kind, other, there in zip(kinds, other_names, other_towns, strict=True)
        ),
        uid_prefix="".join(rng.choices("ABCDEFGHKLMNPQRSTVWXYZ", k=3)),
        jointure_prefix=rng.choice(("MENESR$", f"AC-{academy}$", "ACADEMIE$")),
    )
    make_families(school, pupils)
    make_homonyms(school, max(1, pupils // 230))
    make_divisions(school)
    make_groups(school)
    make_staff(school, staff)
    leavers_in_siecle(school, max(1, pupils // 230))
    idents = list(range(2, 4 * (pupils + staff) + 200))
    rng.shuffle(idents)
    for person, ident in zip((*school.staff, *school.pupils, *school.guardians), idents, strict=False):
        person.ident = ident
    school.counters["ident"] = len(idents) + 100
    return school
