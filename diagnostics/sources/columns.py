"""From column titles to canonical names (formats.md §0.5): synonyms, whose column it is, passwords."""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from .. import text
from ..model import Profile
from .titles import SYNONYMS

SUBJECTS: Mapping[str, Profile] = {
    "eleve": Profile.ELEVE, "eleves": Profile.ELEVE, "etudiant": Profile.ELEVE, "etudiants": Profile.ELEVE,
    "professeur": Profile.ENSEIGNANT, "professeurs": Profile.ENSEIGNANT, "prof": Profile.ENSEIGNANT,
    "enseignant": Profile.ENSEIGNANT, "enseignants": Profile.ENSEIGNANT, "enseignante": Profile.ENSEIGNANT,
    "personnel": Profile.NON_ENSEIGNANT, "personnels": Profile.NON_ENSEIGNANT, "agent": Profile.NON_ENSEIGNANT,
}  # fmt: skip
"""Words of a title that say whose column it is."""
SUBJECT = re.compile(r"\b(?:de l |du |des |de la |de |d |l )?(" + "|".join(SUBJECTS) + r")(?: e| s| e s)?\b")
PASSWORD = re.compile(
    r"\b(mots? de passe|mdp|password|passwd|passe|pwd|pin|code confidentiel)\b|\b(code|cle) (d )?activation\b"
)
PASSWORD_KEY = re.compile(
    r"mot(?:de)?passe|passw(?:or)?d|passe(?:provisoire|initial)|^mdp|mdp$|(?:code|cle)d?activation"
)
"""The same in titles written without spaces (``MotDePasse``)."""
ABSENCES = re.compile(r"\b(absences?|type abs|absenteisme|retards?|demi journees?|1 2 j|justifie(?:e|s|es| e)?)\b")
PAYER = re.compile(r"\b(financ\w*|payeur|paie\w*|bourse\w*)\b")
GUARDIAN = re.compile(
    r"\b(?:(?P<first>1er|1re|premiere?) |(?P<other>autre |2(?:e|eme|nde?) |deuxieme |seconde? ))?"
    r"(?:repr|represent[a-z]*|resp|responsables?|tuteurs?|tutrice|parents?|r(?=[12]\b))(?: s)?"
    r"(?: leg[a-z]*)?(?: aux| ale)?"
    r"(?: ?(?:n |no |numero )?(?P<rank>[1-9]))?\b(?: s\b)?"
)
MENTOR = frozenset({"tuteur", "tuteurs", "tutrice", "tuteur de l eleve", "professeur tuteur", "tuteur pedagogique"})
"""Titles of the adult of the school who follows a pupil (PRONOTE); a guardian's say « tuteur légal » or « tuteur1 »."""
PARENT_WORDS = re.compile(r"\b(pere|mere)\b")
CHILD = re.compile(
    r"\b(?:(?:enfants?|childexternalid|child|eleves?(?: s)? (?:rattaches?|concernes?|a charge|lies?)(?: s)?)"
    r"(?: s)?(?: rattaches?(?: s)?| a charge| scolarises?(?: s)?)?)(?: ?(?P<rank>[1-9]))?\b"
)
LISTS = frozenset({"nom_prenom", "uid", "cle_jointure", "ine", "eleve_id", "classe", "tel", "mel", "adresse"})
"""Columns of which a child or a guardian may have several without being several persons."""
DATE_SHAPE = re.compile(r"\((?:jj|dd|aaaa|yyyy)[^)]*\)", re.IGNORECASE)
NO_TITLE = re.compile(r"@|\$|\d{5}|^\W*mot de passe (?:déjà )?(?:modifi|chang)|>>>", re.IGNORECASE)
"""What a value may hold and a title does not."""
GLUE = re.compile(r"^(?:(?:de la|de l|du|des|de|d|l|la|le|les|n) )+|(?: (?:de la|de l|du|des|de|d|l|la|le|les|n))+$")


class Column(msgspec.Struct, frozen=True):
    """One column as understood."""

    index: int
    label: str
    name: str
    """Canonical name, "" when unknown."""
    role: str = ""
    """"" the person of the row, ``resp1``…, ``pere``, ``mere``, ``tuteur1``…, ``enfant1``…, ``payeur``."""
    subject: Profile = Profile.INCONNU
    """Whose column the title says it is."""


def words(label: str) -> str:
    """A title as lower-case words: ``Né(e) le`` → ``ne e le``; ``N° interne`` → ``n interne``."""
    return text.fold(label.replace("°", " ").replace("º", " ").replace("œ", "oe")[:200]).lower()


def key(label: str) -> str:
    """A title as a key: ``Prénom *`` → ``prenom``."""
    return words(DATE_SHAPE.sub("", label)).replace(" ", "")


KEYS: Mapping[str, str] = {key(title): name for name, titles in SYNONYMS.items() for title in titles.split("|")}


@functools.lru_cache(maxsize=4096)
def understand(label: str) -> tuple[str, str, Profile]:
    """(canonical name, role, subject) of one title; ("", "", INCONNU) when nothing is known of it."""
    flat = words(label)
    if not flat or len(label) > 120:
        return "", "", Profile.INCONNU
    if PASSWORD.search(flat) or PASSWORD_KEY.search(flat.replace(" ", "")):
        return "mdp", "", Profile.INCONNU
    if name := KEYS.get(key(label)):
        return name, "", Profile.INCONNU
    if PAYER.search(flat):
        return "", "payeur", Profile.INCONNU
    if flat in MENTOR:
        return "", "", Profile.INCONNU
    role, rest = _role(flat)
    if role:
        rest = _unglue(SUBJECT.sub("", rest))
        name = KEYS.get(rest.replace(" ", ""), "") if rest else "nom_prenom"
        if "externalid" in flat:
            name = "cle_jointure"
        return name, role, Profile.INCONNU
    if match := SUBJECT.search(flat):
        rest = _unglue(SUBJECT.sub("", flat))
        subject = SUBJECTS[match[1]]
        if not rest:
            return "nom_prenom", "", subject
        return KEYS.get(rest.replace(" ", ""), ""), "", subject
    return "", "", Profile.INCONNU


def _unglue(value: str) -> str:
    return GLUE.sub("", " ".join(value.split())).strip()


def _role(flat: str) -> tuple[str, str]:
    if match := CHILD.search(flat):
        return "enfant" + (match["rank"] or ""), flat[: match.start()] + " " + flat[match.end() :]
    if match := PARENT_WORDS.search(flat):
        return match[1], flat[: match.start()] + " " + flat[match.end() :]
    if match := GUARDIAN.search(flat):
        word = "tuteur" if match[0].startswith("tut") else "resp"
        rank = match["rank"] or ("2" if match["other"] else "1" if word == "resp" else "")
        return word + rank, flat[: match.start()] + " " + flat[match.end() :]
    return "", flat


def read_header(cells: Sequence[str], mapping: Mapping[str, Mapping[str, str]] | None = None) -> tuple[Column, ...]:
    """The columns of a header; an agent's mapping of this header outranks the synonyms.

    « Nom enfant | Prénom enfant » written twice describes two children: repeated columns of one role get a number.
    """
    chosen = (mapping or {}).get(signature(cells), {})
    by_key = {key(label) or label: name for label, name in chosen.items()}
    seen: dict[tuple[str, str], int] = {}
    columns = []
    for index, label in enumerate(cells):
        name, role, subject = understand(label)
        picked = by_key.get(key(label) if label else key(unnamed(index)))
        if name != "mdp" and picked is not None:
            role, _, name = picked.rpartition(".")
            name = "" if name == "ignorer" else name
            subject = Profile.INCONNU
        if role and name and role != "payeur" and name not in LISTS:
            seen[name, role] = seen.get((name, role), 0) + 1
            if seen[name, role] > 1:
                role = following(role, seen[name, role])
        columns.append(Column(index, label, name, role, subject))
    return tuple(columns)


def following(role: str, times: int) -> str:
    """The role of a group of columns met for the n-th time: ``resp1`` then ``resp2``, ``enfant`` then ``enfant#2``."""
    stem = role.rstrip("0123456789")
    if stem in {"resp", "tuteur"}:
        return f"{stem}{int(role[len(stem) :] or 1) + times - 1}"
    return f"{role}#{times}"


def unnamed(index: int) -> str:
    """What a column without title is called."""
    return f"colonne {index + 1}"


def signature(cells: Iterable[str]) -> str:
    """Key under which the mapping of a header is remembered: readable while short."""
    joined = ";".join(key(cell) for cell in cells).rstrip(";")
    if len(joined) <= 160:
        return joined
    return joined[:120] + "…" + hashlib.sha256(joined.encode()).hexdigest()[:12]


def is_header(cells: Sequence[str]) -> int:
    """How many columns are recognised; 0 when the row cannot be a header, 1 when all of them are of one kind."""
    found: set[tuple[str, str]] = set()
    filled = known = 0
    for cell in cells:
        if not cell:
            continue
        filled += 1
        if len(cell) > 80 or NO_TITLE.search(cell) or text.iso_date(cell):
            return 0
        name, role, _ = understand(cell)
        if name:
            known += 1
            found.add((name, role))
    names = {name for name, role in found if not role}
    if {"nom", "prenom"} <= names or len(found) * 4 >= filled:
        return known if len(found) > 1 else len(found)
    return 0
