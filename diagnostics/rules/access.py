"""BLO-01: pupils and guardians stopped by « Blocage des accès ENT », from the settings and the calendar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from diagnostics import text
from diagnostics.model import Finding, Profile
from diagnostics.rules.basics import day
from diagnostics.rules.data import SchoolData
from diagnostics.rules.report import HOUSEKEEPING, LOCKED_OUT, finding
from diagnostics.school_year import rentree, school_year

PLURALS = {Profile.PARENT: "les responsables", Profile.ELEVE: "les élèves"}


def blocked(data: SchoolData) -> Iterator[Finding]:
    """A block set until a date to come: normal before the return of the pupils, an oversight after. One date is one
    setting left as it was, whoever it stops."""
    start = rentree(school_year(data.today))
    by_date: dict[date, list[Profile]] = {}
    for profile, stated in (
        (Profile.PARENT, data.settings.block_parents_until),
        (Profile.ELEVE, data.settings.block_pupils_until),
    ):
        until = day(stated)
        if until is not None and until > data.today:
            by_date.setdefault(until, []).append(profile)
    normal = data.today < start
    for until, profiles in by_date.items():
        who = " et ".join(PLURALS[profile] for profile in profiles)
        yield finding(
            "BLO-01",
            "+".join(profiles),
            summary=f"{who[:1].upper()}{who[1:]} sont bloqués dans l'ENT jusqu'au"
            f" {text.french_date(until.isoformat())}.",
            cause="Normal avant la rentrée : le blocage par défaut court jusqu'à la date réglée."
            if normal
            else "La rentrée est passée et le blocage court encore : changer la date dans Administration > Accès"
            " portail > Blocage des accès ENT.",
            severity=HOUSEKEEPING if normal else LOCKED_OUT,
        )
