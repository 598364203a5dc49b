"""PRN-02 and PRN-05: the file of identifiers that Pronote gives the ENT, too old or too short (knowledge.md §4.1)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date

from diagnostics import text
from diagnostics.model import Export, Finding, Kind, Origin, Profile
from diagnostics.rules.basics import day
from diagnostics.rules.data import SchoolData
from diagnostics.rules.pronote import PROFILES
from diagnostics.rules.report import (
    FEW,
    LOCKED_OUT,
    WIDESPREAD,
    finding,
    people,
    quote_line,
)
from diagnostics.rules.view import Tool
from diagnostics.school_year import rentree, school_year

IMPORT_BEFORE = 14
"""Days before the return of the pupils under which an identifiers file belongs to last year (judgement)."""


def last_years_file(data: SchoolData) -> tuple[Export, date] | None:
    """The newest file of identifiers and its date, when it is of before the return of the pupils and the directory
    holds identifiers of guardians."""
    exports = [e for e in data.given(Kind.IDPN) if e.made_from in {"contenu", "nom"} and day(e.made_on)]
    now = data.newest or data.today
    start = rentree(school_year(now))
    if not exports or now < start:
        return None
    last = max(exports, key=lambda e: e.made_on)
    made = day(last.made_on)
    if made is None or (start - made).days < IMPORT_BEFORE:
        return None
    return (last, made) if any(r.ids.get("idpn") for r in data.records(Tool.ENT, Profile.PARENT)) else None


def old_file(data: SchoolData) -> Iterator[Finding]:
    found = data.once(last_years_file)
    if found is None:
        return
    export, made = found
    yield finding(
        "PRN-02",
        "fichier",
        summary=f"Le dernier fichier d'identifiants Pronote date du {text.french_date(made.isoformat())}, avant la"
        " rentrée.",
        cause="Les parents figurent dans l'annuaire avec l'identifiant de l'an dernier : refaire l'export et l'import"
        " des"
        " identifiants.",
        severity=LOCKED_OUT,
        evidence=[quote_line(data, Origin(export.id, 0), "date du fichier", text.french_date(made.isoformat()))],
    )


def short_identifiers_file(data: SchoolData) -> Iterator[Finding]:
    """PRN-05: the clear file of identifiers holds far fewer persons than the base of EDT or SIECLE."""
    held: Counter[Profile] = Counter(v.profile for v in data.with_tool(Tool.IDPN))
    if not held:
        return
    expected: dict[Profile, int] = defaultdict(int)
    for profile in PROFILES:
        known = max(
            len(list(data.with_tool(Tool.EDT, profile))),
            len(list(data.with_tool(Tool.SIECLE, profile))),
            len(list(data.with_tool(Tool.PRONOTE, profile))),
        )
        if known >= FEW:
            expected[profile] = known
    short = {p: (held[p], n) for p, n in expected.items() if held[p] < n * (1 - WIDESPREAD)}
    if short:
        parts = [f"{count} des {people(total, profile)}" for profile, (count, total) in short.items()]
        export = data.of(Kind.IDPN)[-1]
        yield finding(
            "PRN-05",
            "fichier",
            summary=f"Le fichier d'identifiants Pronote ne contient que {', '.join(parts)}.",
            cause="Case « Uniquement les utilisateurs sans identifiant CAS » cochée à l'export : la décocher et"
            " exporter de"
            " nouveau.",
            severity=LOCKED_OUT,
            evidence=[
                quote_line(data, export.records[0].origin, "personnes dans le fichier", str(len(export.records)))
            ],
        )
