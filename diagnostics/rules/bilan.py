"""EDT-04 and EDT-10: what the « bilan préliminaire » of an import says it will lose (knowledge.md §4.6)."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from diagnostics import text
from diagnostics.model import Count, Finding, Kind, Person, Profile
from diagnostics.rules.data import SchoolData
from diagnostics.rules.report import NEXT_IMPORT, finding, listing, person, quote_line
from diagnostics.rules.view import STAFF, View

FEWER_SESSIONS = 50
"""« séances en moins » from which a bilan is worth a look: under it, the week's ordinary changes (judgement)."""


def abnormal_report(data: SchoolData) -> Iterator[Finding]:
    """EDT-04: what a bilan préliminaire loses or leaves out; EDT-10 when sessions are made for Pronote's diary."""
    exports = sorted(data.of(Kind.ENT_BILAN_PRELIMINAIRE), key=lambda e: (e.made_on, e.id), reverse=True)
    for rank, export in enumerate(exports):
        # The newest bilan is always the same finding: a load to come says whether it is still wrong.
        which = f"bilan|{rank}" if rank else "bilan"
        wrong = [count for count in export.counts if is_abnormal(count)]
        if wrong:
            yield finding(
                "EDT-04",
                which,
                summary=f"Bilan d'import anormal : {listing(said(c) for c in wrong)}.",
                cause="Parties de classe non déclarées en groupes, cours sans groupe, services absents de STS-Web ou"
                " base EDT"
                " changée : annuler l'import, regarder les classes et enseignants cités, puis recommencer.",
                severity=NEXT_IMPORT,
                named=teachers_named(data, wrong),
                evidence=[
                    quote_line(
                        data,
                        c.origin,
                        c.group or "bilan",
                        said(c) + (f" : {listing(c.names)}" if c.names else ""),
                    )
                    for c in wrong
                ],
            )
        added = [c for c in export.counts if (c.value or 0) > 0 and "SEANCES EN PLUS" in text.fold(c.label)]
        if added and text.fold(data.settings.timetable_diary) == "PRONOTE":
            yield finding(
                "EDT-10",
                which,
                summary=f"L'import génère des séances ({added[0].value}) alors que le cahier de textes utilisé est"
                " celui de Pronote.",
                cause="La quatrième étape ne doit pas être validée : importer sans générer les séances.",
                severity=NEXT_IMPORT,
                evidence=[quote_line(data, c.origin, c.group or "bilan", f"{c.value} {c.label}") for c in added],
            )


def said(count: Count) -> str:
    """« 6749 séances en moins », as the screen counts: a title that was copied with its capital is no sentence's."""
    label = count.label
    return f"{count.value} {label[:1].lower() + label[1:] if label[1:2].islower() else label}"


def is_abnormal(count: Count) -> bool:
    value, label = count.value or 0, text.fold(count.label)
    if value <= 0:
        return False
    if re.search(r"N ONT PAS ETE|N A PAS ETE|NON IMPORTE|NON RECONNU|INCOMPLET", label):
        return True
    if "SEANCE" in label and re.search(r"EN MOINS|SUPPRIME", label):
        return value >= FEWER_SESSIONS
    return "SERVICE" in label and "SUPPRIME" in label and value >= FEWER_SESSIONS


def teachers_named(data: SchoolData, counts: Iterable[Count]) -> tuple[Person, ...]:
    """The teachers whom these counts name, in that order: whose courses stay out is what the support asks first.

    A name that two persons bear, unless both are named, or that no export knows, is told as written and is nobody's.
    """
    names = [name for count in counts if "ENSEIGNANT" in text.fold(count.label) for name in count.names]
    bearers = staff_by_name(data) if names else {}
    found: list[Person] = []
    for name, times in Counter(names).items():
        surname, given = text.split_full_name(name)
        views = bearers.get((text.code(surname), text.code(given)), {})
        if len(views) == times:
            found += [person(view) for view in views.values()]
        elif surname:
            found.append(Person(surname=surname, given_names=given, profile=Profile.ENSEIGNANT))
    return tuple({(who.identity or text.fold(f"{who.surname} {who.given_names}")): who for who in found}.values())


def staff_by_name(data: SchoolData) -> dict[tuple[str, str], dict[int, View]]:
    """(surname, given names) in either order, as any export writes them → views of the staff."""
    found: dict[tuple[str, str], dict[int, View]] = defaultdict(dict)
    for view in data.views:
        if view.profile in STAFF:
            for record in view.records():
                for surname in (record.surname, record.usage_name):
                    key = text.code(surname), text.code(record.given_names)
                    if surname:
                        found[key][id(view)] = found[key[::-1]][id(view)] = view
    return found
