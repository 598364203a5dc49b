"""What the loaded exports say of a symptom: the finding that explains it, or the fact that contradicts it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from diagnostics import catalogue
from diagnostics.intake import lookup
from diagnostics.model import ENT_ACCOUNT_KINDS, Export, Finding, Identity, Incident, Person, Profile, Record
from diagnostics.text import code, french_date

if TYPE_CHECKING:
    from diagnostics.school import School

EXPLAINS, CONTRADICTS = "explique", "contredit"
DOUBLES = frozenset({"ANN-05", "SIE-01"})
"""Categories where one human is met twice."""
Saying = tuple[str, str, str]
"""(finding id or "", EXPLAINS or CONTRADICTS, French sentence)."""


def sayings(incident: Incident, school: School, homonyms: Mapping[str, Sequence[Person]] = {}) -> tuple[Saying, ...]:
    """What the data say of an incident's persons, most telling first.

    Homonyms count when the trouble is a double: they are the double.
    """
    persons = {
        twin
        for person in incident.persons
        if person.identity in school.identity_of
        for twin in lookup.same_human(school.identity_of[person.identity], school.identities)
    }
    persons |= {
        double.identity
        for person in incident.persons
        if incident.category in DOUBLES and not person.identity
        for double in homonyms.get(" ".join(filter(None, (person.given_names, person.surname))), ())
    }
    found = [*explanations(incident, school, persons)]
    main = school.identity_of.get(incident.persons[0].identity) if incident.persons else None
    check = CHECKS.get(incident.category)
    if main is not None and check is not None:
        exports = {export.id: export for export in school.loaded.exports}
        if said := check(main, exports):
            found.append(("", CONTRADICTS, said))
    return tuple(dict.fromkeys([*found, *strangers(incident, school, homonyms)]))


def strangers(incident: Incident, school: School, homonyms: Mapping[str, Sequence[Person]]) -> Iterable[Saying]:
    """Persons named in full of whom no loaded export says anything."""
    for person in incident.persons:
        name = f"{person.given_names} {person.surname}"
        whole = len(person.given_names.rstrip(".")) > 1 and len(person.surname.rstrip(".")) > 1
        if whole and not person.identity and name not in homonyms and school.identities:
            yield "", CONTRADICTS, f"Aucune fiche au nom de « {name} » dans les exports chargés."


def explanations(incident: Incident, school: School, persons: Collection[str]) -> Iterable[Saying]:
    """Findings about the same persons, or about the same kind of trouble when the message names nobody."""
    akin = kindred(incident, school)
    ranked = sorted(
        (finding for finding in school.findings if finding.category in akin),
        key=lambda finding: (finding.category != incident.category, finding.severity),
    )
    for finding in ranked:
        touched = {person.identity for person in finding.persons if person.identity}
        if touched.intersection(persons) or (
            not persons and not incident.persons and finding.category == incident.category
        ):
            yield finding.id, EXPLAINS, f"{finding.category} : {finding.summary}{proof(finding, persons, school)}"


def proof(finding: Finding, persons: Collection[str], school: School) -> str:
    """The evidence that is about the persons of the message: « (ENT-Identifiants.csv, ligne 12) »."""
    records = [record for key in persons if key in school.identity_of for record in school.identity_of[key].records]
    mine = [item for item in finding.evidence if item.record is not None and item.record in records]
    if not mine:
        return ""
    said = f"{mine[0].field} : « {mine[0].value or 'vide'} », " if mine[0].field else ""
    line = f", ligne {mine[0].origin.line}" if mine[0].origin.line else ""
    return f" ({said}{mine[0].file}{line})"


def kindred(incident: Incident, school: School) -> frozenset[str]:
    """Categories of findings that may explain the symptom: its own, those its card points to, the other readings."""
    cards = catalogue.cards(school.settings.catalogue)
    own = cards.get(incident.category)
    near = set(own.see_also) if own else set()
    near |= {card.code for card in cards.values() if incident.category in card.see_also}
    return frozenset({incident.category, *incident.alternatives, *near})


def ent_account(identity: Identity, exports: Mapping[str, Export]) -> tuple[Record, Export] | None:
    """The person's record in an ENT export, with that export."""
    for record in identity.records:
        export = exports.get(record.origin.export)
        if export is not None and export.kind in ENT_ACCOUNT_KINDS:
            return record, export
    return None


def account_exists(identity: Identity, exports: Mapping[str, Export]) -> str:
    found = ent_account(identity, exports)
    return f"un compte existe pourtant dans l'ENT ({place(*found)})." if found else ""


def pronote_identifier(identity: Identity, exports: Mapping[str, Export]) -> str:
    found = ent_account(identity, exports)
    if found and found[0].ids.get("idpn"):
        return f"son identifiant Pronote est rempli dans l'ENT ({place(*found)})."
    return ""


def same_class(identity: Identity, exports: Mapping[str, Export]) -> str:
    stated = {code(record.division) for record in identity.records if record.division}
    if identity.profile is Profile.ELEVE and len(stated) == 1 and len(identity.records) > 1:
        return f"tous les exports chargés le disent en {identity.division}."
    return ""


def place(record: Record, export: Export) -> str:
    when = f" du {french_date(export.made_on[:10])}" if export.made_on else ""
    line = f", ligne {record.origin.line}" if record.origin.line else ""
    return f"{export.label}{when}{line}"


CHECKS: Mapping[str, Callable[[Identity, Mapping[str, Export]], str]] = {
    "ANN-01": account_exists,
    "ANN-02": account_exists,
    "ANN-03": account_exists,
    "PRN-01": pronote_identifier,
    "ANN-15": same_class,
}
"""By category, the fact of the exports that would contradict the symptom."""
