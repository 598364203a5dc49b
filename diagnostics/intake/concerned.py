"""Of the persons that a message names, those whom an incident concerns."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from diagnostics.intake.persons import Mention
from diagnostics.model import Person, Profile
from diagnostics.text import fold

SELF = re.compile(
    r"(?:\b(?:je|j|g)\b\s*|\bj['’]\s*)(?:n['’]|ne\s|n\s)?\s*(?:arrive|peu[xt]|vois|re[cç]oi|ai\b|trouve|retrouve|suis|me\b|m['’]|parvien|connai|poss[eè]d|dispose|dois|veu|perdu|oubli|pas|plus|souhait|voudrai|n['’]ai)|"
    r"\bjai\b|\bjarr?ive|\bg (?:perdu|oubli|plus|pas)|\bmon\s+(?:compte|mot de passe|mdp|identifiant|acc[eè]s|code|cahier|emploi du temps|espace|adresse|mail|t[ée]l\w*|num[ée]ro|profil|nom|portable|ent|pronote|educonnect|appli\w*|dossier)|"
    r"\bmes\s+(?:classes|[ée]l[eè]ves|groupes|codes|identifiants|acc[eè]s|cours|mails|notifications|messages|s[ée]ances|devoirs|notes|donn[ée]es|[0-9]\w*)|\bma\s+(?:messagerie|classe|d[ée]l[ée]gation|session|bo[iî]te|page|fiche|cl[ée]|connexion|rubrique)|"
    r"\bm['’](?:affiche|indique|est|a|ont|en|y)\b|\bme\s+(?:dit|demande|r[ée]pond|refuse|renvoie|connecter|met|rejette|propose|sort)",
    re.IGNORECASE,
)
PROCEDURAL = frozenset({
    "PRN-02", "PRN-03", "PRN-04", "PRN-05", "PRN-06", "PRN-09", "PRN-10", "PRN-12", "EDU-07", "ANN-13", "ANN-14", "ANN-07", "ANN-08", "EDU-11", "SIE-06", "SIE-09", "STS-02", "STS-03", "STS-04", "EDT-01", "EDT-02", "EDT-03", "EDT-04",
    "EDT-05", "EDT-06", "EDT-08", "EDT-09", "EDT-10", "EDT-11", "EDT-12", "EDT-13", "AUT-01", "AUT-02", "AUT-03", "AUT-06", "GRP-01", "GRP-02", "GRP-03", "GRP-04", "CDT-02", "CDT-05", "MSG-03", "MSG-04", "BLO-01", "BLO-02", "BLO-03", "CON-01", "CON-05", "POR-01",
    "POR-04", "POR-05", "POR-06", "POR-07", "POR-08", "HOR-01", "SUP-02", "VSC-01",
})  # fmt: skip
"""Categories where « je » works on the school's settings or asks how: the writer is not the one concerned."""
OF_FAMILY = frozenset(
    {
        "EDU-02",
        "EDU-03",
        "EDU-04",
        "EDU-06",
        "EDU-09",
        "SIE-01",
        "SIE-02",
        "SIE-04",
        "SIE-08",
        "SEC-01",
        "ANN-02",
        "PRN-08",
        "BLO-01",
        "MSG-06",
    }
)
"""Categories whose trouble is the guardian's own."""
OF_TEACHERS = frozenset({"MSG-05", "CDT-01", "CDT-03", "CDT-06", "CON-04", "POR-02", "POR-03", "STS-01"})
"""Categories where a teacher who signs speaks of his own work, even without « je »."""
TEACHERS_CATEGORIES = frozenset({"ANN-03", "STS-01", "PRN-13", "CDT-01", "CDT-03"})


def concerned(
    text: str,
    category: str,
    spans: Sequence[tuple[int, int]],
    mentions: Sequence[Mention],
    sender: Mention | None,
    writer: Profile,
    caller: Mention | None,
) -> tuple[Person, ...]:
    """Persons of one incident, each once; the writer when he speaks of himself."""
    said = " ".join(text[start:end] for start, end in spans)
    inside = [
        (place, mention)
        for place, mention in enumerate(mentions)
        if any(start <= mention.start < end for start, end in spans) and not mention.aside
    ]
    found = [person_of(mention, mentions, category) for _, mention in inside]
    about_self = bool(SELF.search(said)) and category not in PROCEDURAL
    others = [p for p in found if p.profile is not Profile.ELEVE]
    pupils = [p for p in found if p.profile is Profile.ELEVE]
    if about_self and not (
        writer is Profile.PARENT and pupils and category not in OF_FAMILY and not parent_trouble(said)
    ):
        if sender is not None and (sender.name.surname or sender.name.given) and not others:
            found.insert(0, person_of(sender, (), category, writer))
        elif sender is None and writer in {Profile.PARENT} and not others:
            found.insert(0, Person(profile=writer))
    elif not found and sender is not None and sender.profile is Profile.ENSEIGNANT and category in OF_TEACHERS:
        found.append(person_of(sender, (), category))
    elif caller is not None and not others:
        found.insert(0, person_of(caller, (), category))
    return merged(found)


def parent_trouble(said: str) -> bool:
    """A parent's own access, even when the child is named (« je ne vois plus les notes de ma fille »)."""
    return bool(
        re.search(
            r"\b(?:je|j['’])\s*(?:n['’]|ne\s)?\s*(?:arrive|peux|vois|re[cç]oi|ai (?:pas|plus|oubli|perdu|deux|chang|aucun)|suis|parviens|me\s)|\bjai\b|\bg (?:perdu|oubli)|\bmon\s+(?:compte|mot|mdp|identifiant|acc|num|portable|mail|code|adresse)|\bmes\s+(?:codes|identifiants|acc)",
            said,
            re.IGNORECASE,
        )
    )


def person_of(
    mention: Mention, mentions: Sequence[Mention], category: str, writer: Profile = Profile.INCONNU
) -> Person:
    surname, given = mention.name.surname, mention.name.given
    if not surname and mention.child_of >= 0:
        surname = mentions[mention.child_of].name.surname
    profile = mention.profile
    if profile is Profile.INCONNU and writer is not Profile.INCONNU:
        profile = writer
    if profile is Profile.INCONNU:
        profile = usual_profile(category)
    return Person(
        surname=cased(surname),
        given_names=cased(given),
        profile=profile,
        division=mention.division,
        function=mention.function,
    )


def usual_profile(category: str) -> Profile:
    if category in TEACHERS_CATEGORIES:
        return Profile.ENSEIGNANT
    if category in {"EDU-02", "EDU-03", "SIE-01", "SIE-08"}:
        return Profile.PARENT
    if category in {"EDU-01", "ANN-15"}:
        return Profile.ELEVE
    return Profile.INCONNU


def cased(name: str) -> str:
    """A name typed in small letters gets its capitals; any other is kept as written."""
    if name and name == name.lower():
        return re.sub(r"(^|[\s'’-])(\w)", lambda m: m[1] + m[2].upper(), name)
    return name


def merged(found: Sequence[Person]) -> tuple[Person, ...]:
    """Each person once: a bare given name joins the full name that has it, facts add up."""
    kept: list[Person] = []
    for person in found:
        for place, known in enumerate(kept):
            if same_person(person, known):
                kept[place] = united(known, person)
                break
        else:
            kept.append(person)
    return tuple(kept)


def same_person(one: Person, other: Person) -> bool:
    if not (one.surname or one.given_names) or not (other.surname or other.given_names):
        return False
    surnames = fold(one.surname), fold(other.surname)
    givens = fold(one.given_names), fold(other.given_names)
    if all(surnames) and surnames[0] != surnames[1]:
        return bool(set(surnames) == set(givens)) and all(givens)
    if all(givens) and givens[0] != givens[1]:
        return False
    if not all(givens) and not all(surnames):
        return False
    if one.given_names and other.given_names:
        return True
    # One is a title and a surname: the same surname with a given name is another person when their profiles differ.
    profiles = {one.profile, other.profile} - {Profile.INCONNU}
    return len(profiles) < 2


def united(known: Person, more: Person) -> Person:
    return msgspec.structs.replace(
        known,
        surname=known.surname or more.surname,
        given_names=known.given_names or more.given_names,
        profile=known.profile if known.profile is not Profile.INCONNU else more.profile,
        division=known.division or more.division,
        function=known.function or more.function,
    )
