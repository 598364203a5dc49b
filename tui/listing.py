"""Which anomalies are shown, and in which order: the words of a filter, the orders of the list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from diagnostics.states import STATES

if TYPE_CHECKING:
    from diagnostics.model import Incident, Route

SORTS: Mapping[str, tuple[str, str]] = {
    "gravite": ("g", "gravité, code, personne"),
    "code": ("c", "code, personne"),
    "personne": ("p", "personne, gravité"),
    "classe": ("l", "classe, personne"),
    "destinataire": ("d", "destinataire, gravité"),
    "etat": ("e", "état, gravité"),
    "nouvelles": ("n", "nouvelles d’abord, gravité"),
}
"""Name of each order → its letter on the screen, what it is; light, for the command says them in its help."""
FIRST_SORT = "gravite"


def fits(query: str, incident: Incident, route: Route | None, state: str) -> bool:
    """Whether every word of a filter is said of an incident: ``!mot`` excludes, ``code:PRN`` and ``gravite:1`` look in
    one column, ``id:a,b`` names incidents."""
    words = query.split()
    if not words:
        return True
    text = searchable(incident, route, state)
    return all(word_fits(word, incident, text) for word in words)


def searchable(incident: Incident, route: Route | None, state: str) -> str:
    from diagnostics.model import ACTOR_LABELS, PROFILE_LABELS
    from diagnostics.text import fold

    people = " ".join(f"{p.surname} {p.given_names} {PROFILE_LABELS[p.profile]} {p.division}" for p in incident.persons)
    recipient = ACTOR_LABELS[route.recipient] if route else ""
    return fold(f"{incident.category} {incident.summary} {people} {recipient} {state}")


def word_fits(word: str, incident: Incident, text: str) -> bool:
    from diagnostics.text import fold

    if word.startswith("!") and len(word) > 1:
        return not word_fits(word[1:], incident, text)
    column, _, value = word.partition(":")
    if value and column == "gravite":
        return str(incident.severity) == value
    if value and column == "id":
        return incident.id in value.split(",")
    if value and column == "code":
        return incident.category.startswith(value.upper())
    wanted = fold(word)
    return not wanted or wanted in text


def rank(order: str, incident: Incident, route: Route | None, state: str, *, new: bool = False) -> tuple[object, ...]:
    """The place of an incident in an order of ``SORTS``."""
    from diagnostics.text import fold

    first = incident.persons[0] if incident.persons else None
    person = (fold(first.surname), fold(first.given_names)) if first else ("~", "")
    places: dict[str, tuple[object, ...]] = {
        "gravite": (incident.severity, incident.category, person),
        "code": (incident.category, person),
        "personne": (person, incident.severity),
        "destinataire": (route.recipient if route else "", incident.severity, incident.category),
        "classe": (fold(first.division) if first and first.division else "~", person),
        "etat": (STATES.index(state), incident.severity, incident.category),
        "nouvelles": (not new, incident.severity, incident.category, person),
    }
    return (*places[order], incident.id)
