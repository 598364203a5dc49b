"""How a rule reports: persons, evidence and findings, always built the same way."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from diagnostics import text
from diagnostics.model import Evidence, Finding, Origin, Person, Profile, Record
from diagnostics.rules.data import SchoolData
from diagnostics.rules.view import View

LOCKED_OUT, NEXT_IMPORT, HOUSEKEEPING = 1, 2, 3
"""Severities: people locked out now, what will break the next import, the rest."""
WIDESPREAD = 0.6
"""Share of a profile beyond which what lacks is a file or an import, not so many persons (judgement)."""
FEW = 10
"""Under so many persons a share says nothing."""
NOUNS = {
    Profile.ELEVE: ("élève", "élèves"),
    Profile.PARENT: ("responsable", "responsables"),
    Profile.ENSEIGNANT: ("enseignant", "enseignants"),
    Profile.NON_ENSEIGNANT: ("personnel non enseignant", "personnels non enseignants"),
    Profile.COLLECTIVITE: ("agent de collectivité", "agents de collectivité"),
    Profile.AUTRE: ("autre personne", "autres personnes"),
    Profile.INCONNU: ("personne", "personnes"),
}


def widespread(count: int, total: int) -> bool:
    """Whether so many lack it that the cause is one file or one import."""
    return total >= FEW and count > total * WIDESPREAD


def many(count: int, one: str, several: str) -> str:
    return f"{count} {several if count > 1 else one}"


def people(count: int, profile: Profile) -> str:
    """``1 élève``, ``3 responsables``."""
    return many(count, *NOUNS[profile])


def mixed(views: Sequence[View]) -> str:
    """``2 élèves et 3 responsables``."""
    parts = [people(n, profile) for profile in Profile if (n := sum(v.profile is profile for v in views))]
    return " et ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def listing(values: Iterable[str], most: int = 6) -> str:
    """« a, b, c et 4 autres »; one more is named as well as counted."""
    found = list(dict.fromkeys(values))
    if len(found) <= most + 1:
        return ", ".join(found)
    return f"{', '.join(found[:most])} et {len(found) - most} autres"


def verb(count: int, one: str, several: str) -> str:
    return several if count > 1 else one


def has_not(count: int) -> str:
    return "n'ont" if count > 1 else "n'a"


def is_not(count: int) -> str:
    return "ne sont" if count > 1 else "n'est"


def exist_not(count: int) -> str:
    return "n'existent" if count > 1 else "n'existe"


def name(view: View) -> str:
    best = view.best
    return f"{best.usage_name or best.surname} {best.given_names}".strip()


def person(view: View) -> Person:
    """The person as a ticket names them."""
    identity, best = view.identity, view.best
    division = next((r.division for r in (view.siecle, view.ent, view.edt, best) if r and r.division), "")
    function = next((f for r in view.records() if (f := r.extra.get("function", ""))), "")
    return Person(
        surname=known_as(view),
        given_names=identity.given_names if identity and identity.given_names else best.given_names,
        profile=view.profile,
        division=division if view.profile is Profile.ELEVE else "",
        function=function,
        identity=identity.id if identity else "",
    )


def known_as(view: View) -> str:
    """The surname that colleagues and supports know: for adults that of the account, else the usage name.

    The birth name of an adult is what SIECLE and STS-Web are keyed by; nobody answers to it.
    """
    identity, best = view.identity, view.best
    born = identity.surname if identity and identity.surname else ""
    if view.profile is Profile.ELEVE or not identity:
        return born or best.usage_name or best.surname
    used = [record.usage_name for record in identity.records if record.usage_name]
    if not used:
        return born or best.surname
    stated = {text.fold(value) for value in (*used, born)}
    account = view.ent.surname if view.ent else ""
    return account if text.fold(account) in stated else used[0]


def persons(views: Iterable[View]) -> tuple[Person, ...]:
    """Each person once, in the order of class then name."""
    once = {id(view): view for view in views}
    found = [(person(view), view) for view in once.values()]
    found.sort(key=lambda pair: (pair[0].profile, pair[0].division, *folded(pair[0]), pair[1].key))
    return tuple(pair[0] for pair in found)


def folded(who: Person) -> tuple[str, str]:
    return text.fold(who.surname), text.fold(who.given_names)


def by_name(views: Iterable[View]) -> list[View]:
    """The order in which evidence is read."""
    return sorted(views, key=lambda v: (text.fold(v.best.surname), text.fold(v.best.given_names), v.key))


def quote(data: SchoolData, record: Record, field: str, value: str) -> Evidence:
    """A value of a record; « (vide) » when what matters is that there is none."""
    return Evidence(
        origin=record.origin, file=data.file(record.origin), field=field, value=value or "(vide)", record=record
    )


def quote_line(data: SchoolData, origin: Origin, field: str, value: str) -> Evidence:
    """A value that no person bears."""
    return Evidence(origin=origin, file=data.file(origin), field=field, value=value or "(vide)")


def finding(
    category: str,
    subject: str,
    *,
    summary: str,
    cause: str,
    severity: int,
    views: Iterable[View] = (),
    named: Iterable[Person] = (),
    evidence: Iterable[Evidence] = (),
    facts: Mapping[str, str] | None = None,
) -> Finding:
    """An anomaly. ``subject`` names what it is about (a person's key, a profile, a file's role) and not who is touched
    today: the finding keeps its id when one of its persons is put right. ``named`` are persons whom a text names.
    """
    digest = hashlib.sha256(f"{category}\x1f{subject}".encode()).hexdigest()
    return Finding(
        id=digest[:12],
        category=category,
        summary=summary,
        persons=persons(views) or tuple(named),
        evidence=tuple(evidence),
        cause=cause,
        severity=severity,
        facts={name: value for name, value in (facts or {}).items() if value},
    )
