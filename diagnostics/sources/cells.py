"""From one cell to one value: dates, profiles, lists, names, and what Excel broke, mended where certain."""

from __future__ import annotations

import functools
import re
from datetime import date

from .. import text
from ..model import Profile

EMPTY_SPELLINGS = frozenset({
    "NON RENSEIGNÉ", "NON RENSEIGNE", "NON RENSEIGNÉE", "NON RENSEIGNEE", "NR", "N.R.", "N/A", "N.A.", "NULL", "NONE",
    "AUCUN", "AUCUNE", "NÉANT", "NEANT", "SANS OBJET", "JAMAIS", "NON COMMUNIQUÉ", "NON COMMUNIQUE", "VIDE", "INCONNU",
    "NON DISPONIBLE", "NON DÉFINI", "NON DEFINI", "(VIDE)", "?", "NEANT.", "SANS",
})  # fmt: skip
"""What exports write in a date or an identifier that is not there."""

SCIENTIFIC = re.compile(r"\d([.,]\d+)?E\+?\d{1,3}", re.IGNORECASE)
SCIENTIFIC_SURE = re.compile(r"\d[.,]\d+E\+?\d{1,3}|\dE\+\d{1,3}", re.IGNORECASE)
FLOAT_INTEGER = re.compile(r"(\d+)[.,]0+")
SHORT_UAI = re.compile(r"(\d{1,6})([A-Z])", re.IGNORECASE)
SHORT_INE = re.compile(r"\d{8}[A-Z]{2}|\d{9}[A-Z]", re.IGNORECASE)
MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
MONTHS = {
    "JANV": 1, "JANVIER": 1, "JAN": 1, "FEVR": 2, "FEVRIER": 2, "FEV": 2, "MARS": 3, "MAR": 3, "AVR": 4, "AVRIL": 4,
    "MAI": 5, "JUIN": 6, "JUN": 6, "JUIL": 7, "JUILLET": 7, "JUL": 7, "AOUT": 8, "AOU": 8, "SEPT": 9, "SEPTEMBRE": 9,
    "SEP": 9, "OCT": 10, "OCTOBRE": 10, "NOV": 11, "NOVEMBRE": 11, "DEC": 12, "DECEMBRE": 12,
}  # fmt: skip
WORDED_DATE = re.compile(r"(?:[A-Z]+ )?(\d{1,2})(?:ER)? ([A-Z]+) (\d{4}|\d{2})")
CLOCK = re.compile(r"(?:T|\bà\b|,|\s)\s*(\d{1,2})\s*[:hH]\s*(\d{2})(?:\s*[:mM]\s*(\d{2}))?")
AMERICAN = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})")
CIVILITY = re.compile(
    r"(M\.? ?(?:et|ou|/|&) ?Mme\.?|Mme\.? ?(?:et|ou|/|&) ?M\.?|MM\.|M\.|Mr\.?|Mme\.?|Mlle\.?|Melle\.?|Monsieur|Madame"
    r"|Mademoiselle|M(?= [A-ZÀ-Þ])|Dr\.?)\s+",
    re.IGNORECASE,
)
LIST_SEPARATOR = re.compile(r"\s*[,;|\n/]\s*| {2,}")
CHILDREN_SEPARATOR = re.compile(r"\s*[,;|\n/]\s*| {2,}| et ")
CLASS_AT_END = re.compile(r"(?: - (?P<after>\S{1,10})| (?P<bare>\d\S{0,7}))$")
CLASS_SEPARATOR = re.compile(r"\s*[,;|\n]\s*")
IN_BRACKETS = re.compile(r"\s*[(\[]([^)\]]*)[)\]]\s*")

ACTIVATED = frozenset({"activé", "active", "activée", "modifié", "modifie", "changé", "personnalisé", "oui"})
"""Words that, like the sentences of formats.md §6.1, stand for a password once its owner chose one."""

PROFILES: dict[str, Profile] = {}
for _profile, _names in {
    Profile.ELEVE: "ELEVE|ELEVES|ELV|STUDENT|STUDENTS|NATIONAL 1|NATIONAL ELV|APPRENANT|ETUDIANT|COLLEGIEN|LYCEEN"
    "|APPRENTI|ETUDIANTS|APPRENANTS",
    Profile.PARENT: "PARENT|PARENTS|TUTEUR|TUTEURS|TUTRICE|RESPONSABLE|RESPONSABLES|RESPONSABLE LEGAL"
    "|RESPONSABLES LEGAUX|RELATIVE|TUT|NATIONAL 2|NATIONAL TUT|PERSRELELEVE|REPRESENTANT LEGAL|REPRESENTANTS LEGAUX"
    "|PARENT D ELEVE|PERE"
    "|PARENTS D ELEVES|RESPONSABLE D ELEVE|TUTEUR LEGAL|MERE|PERSONNE EN RELATION AVEC UN ELEVE|RESPONSABLE ELEVE"
    "|PARENT TUTEUR|PARENTS TUTEURS|PERSONNE EN RELATION AVEC ELEVE|RESPONSABLE DE L ELEVE|PARENT ELEVE",
    Profile.ENSEIGNANT: "ENSEIGNANT|ENSEIGNANTS|ENSEIGNANTE|PROFESSEUR|PROFESSEURS|PROFESSEURE|PROF|PROFS|TEACHER|ENS"
    "|NATIONAL 3|NATIONAL ENS|NATIONAL DOC|DOC|DOCUMENTALISTE|PROFESSEUR DOCUMENTALISTE|PROFESSEUR PRINCIPAL"
    "|TEACHERS|ENSEIGNANT DOCUMENTALISTE|PROF DOC|PROFESSEUR DES ECOLES",
    Profile.NON_ENSEIGNANT: "NON ENSEIGNANT|NON ENSEIGNANTS|PERSONNEL|PERSONNELS|VIE SCOLAIRE|DIRECTION|ADMINISTRATIF"
    "|CPE|AED|AESH|EVS|ETA|DIR|DDFPT|NATIONAL 4|NATIONAL 5|NATIONAL 6|NATIONAL EVS|NATIONAL ETA|NATIONAL DIR"
    "|PERSONNEL DE DIRECTION|PERSONNEL ADMINISTRATIF|PERSONNEL DE VIE SCOLAIRE|PERSONNEL NON ENSEIGNANT"
    "|PERSONNELS ADMINISTRATIFS|PRINCIPAL|PROVISEUR|ASSISTANT D EDUCATION|SURVEILLANT|INFIRMIER|INFIRMIERE|PSYEN"
    "|GESTIONNAIRE|SECRETAIRE|PRINCIPAL ADJOINT|PERSONNELS DE DIRECTION|PERSONNEL D EDUCATION|AVS|PERSONNEL EDUCATIF",
    Profile.COLLECTIVITE: "COLLECTIVITE|COLLECTIVITES|COL|NATIONAL COL|AGENT DE COLLECTIVITE|AGENT DES COLLECTIVITES"
    "|PERSONNEL DE COLLECTIVITE|PERSONNEL DES COLLECTIVITES|AGENT TERRITORIAL|AGENT|AGENTS|ATTEE|ATC"
    "|PERSONNEL COLLECTIVITE|AGENT COLLECTIVITE|PERSONNEL DE COLLECTIVITE TERRITORIALE",
    Profile.AUTRE: "AUTRE|AUTRES|INVITE|INVITES|GUEST|EXTERNE|INSPECTEUR|INSPECTEUR PEDAGOGIQUE|MAITRE DE STAGE|ACA"
    "|NATIONAL 7|TUTEUR DE STAGE|PARTENAIRE|MAITRE D APPRENTISSAGE|NATIONAL ACA",
}.items():
    PROFILES.update(dict.fromkeys(_names.split("|"), _profile))


@functools.lru_cache(maxsize=2048)
def profile(value: str) -> Profile:
    """Any wording of a profile as one of the seven of the model."""
    folded = text.fold(value)
    if found := PROFILES.get(folded):
        return found
    words = folded.split()
    if "NON" in words and any(w.startswith("ENSEIGNANT") for w in words):
        return Profile.NON_ENSEIGNANT
    for stems, found in (
        (("RESPONSABLE", "PARENT", "TUTEUR", "REPRESENTANT"), Profile.PARENT),
        (("COLLECTIVITE", "TERRITORIA"), Profile.COLLECTIVITE),
        (("ENSEIGNANT", "PROFESSEUR", "DOCUMENTALISTE"), Profile.ENSEIGNANT),
        (("PERSONNEL", "DIRECTION", "ADMINISTRA", "SCOLAIRE", "ASSISTANT"), Profile.NON_ENSEIGNANT),
        (("ELEVE", "ETUDIANT", "APPRENTI"), Profile.ELEVE),
        (("INVITE", "EXTERIEUR", "STAGE", "INSPECT"), Profile.AUTRE),
    ):
        if any(word.startswith(stem) for word in words for stem in stems):
            return found
    return Profile.INCONNU


@functools.lru_cache(maxsize=256)
def sex(value: str) -> str:
    """ "M", "F" or "" from a sex or a civility."""
    folded = text.fold(value)
    if folded in {"M", "1", "MASCULIN", "G", "GARCON", "H", "HOMME", "MR", "MONSIEUR", "MALE"}:
        return "M"
    if folded in {"F", "2", "FEMININ", "FILLE", "FEMME", "MME", "MLLE", "MELLE", "MADAME", "MADEMOISELLE", "FEMALE"}:
        return "F"
    return ""


@functools.lru_cache(maxsize=1 << 14)
def day(value: str) -> str:
    """ISO date of any French writing of a day, "" when it is none (31/02 is none)."""
    if iso := text.iso_date(value):
        return iso
    if match := re.fullmatch(r"(\d{5})[.,]\d+", value):
        return text.iso_date(match[1])
    if match := CLOCK.search(value):
        return text.iso_date(value[: match.start()].strip())
    if match := WORDED_DATE.fullmatch(text.fold(value)):
        month = MONTHS.get(match[2])
        if month:
            return text.iso_date(f"{match[1]}/{month}/{match[3]}")
    return ""


@functools.lru_cache(maxsize=1 << 14)
def american_day(value: str) -> str:
    """ISO date of ``mm/jj/aaaa``, "" when it is none."""
    if match := AMERICAN.fullmatch(value):
        try:
            return date(int(match[3]), int(match[1]), int(match[2])).isoformat()
        except ValueError:
            return ""
    return ""


def moment(value: str) -> str:
    """ISO date and time of ``17/05/2016 à 08:30``, the date alone when no hour is written, else ""."""
    found = day(value)
    if found and (match := CLOCK.search(value)) and int(match[1]) < 24 and int(match[2]) < 60:
        return f"{found}T{int(match[1]):02d}:{match[2]}:{match[3] or '00'}"
    return found


def stated(value: str) -> str:
    """ "" for the words by which exports say that there is nothing."""
    if value.upper() in EMPTY_SPELLINGS or not value.strip("-–—._ "):
        return ""
    return value


def civil_name(value: str) -> tuple[str, str]:
    """(civility, the rest) of ``Mme TESTARD Solène``; a couple's civility is returned whole."""
    if match := CIVILITY.match(value):
        return match[1], value[match.end() :]
    return "", value


def items(value: str) -> tuple[str, ...]:
    """The parts of a cell that holds a list of persons or of identifiers."""
    return tuple(part for part in LIST_SEPARATOR.split(value) if part)


def children(value: str) -> tuple[str, ...]:
    """The parts of a cell that names children."""
    return tuple(part for part in CHILDREN_SEPARATOR.split(value) if part)


def classes(value: str) -> tuple[str, ...]:
    """Codes of a cell that holds one class or a list of them; ``0123456S$5A`` is class 5A."""
    return tuple(part.rsplit("$", 1)[-1].strip(" []'\"") for part in CLASS_SEPARATOR.split(value) if part)


def child(surname: str, given_names: str) -> str:
    """A child as a guardian's row names it, surname first and upper-cased so that it can be split again."""
    return f"{surname.upper()} {given_names}".strip()


def listed_child(value: str) -> tuple[str, str]:
    """(child, class) of one item: ``TESTARD Aurèle (5A)``, ``TESTARD Aurèle - 5A`` or ``TESTARD Aurèle 5A``."""
    if match := IN_BRACKETS.search(value):
        return IN_BRACKETS.sub(" ", value).strip(), match[1].strip()
    if match := CLASS_AT_END.search(value):
        return value[: match.start()].strip(), match["after"] or match["bare"]
    return value, ""


def activated(password: str, blank_is_activated: bool = False) -> str:
    """ "oui" when a sentence stands for the password, "non" when one was printed, "" when nothing tells.

    Args:
        password: cell of a password column; it goes no further.
        blank_is_activated: in Edifice exports the code disappears once the account is activated (help.edifice.io).
    """
    if not password:
        return "oui" if blank_is_activated else ""
    if not password.strip("*•."):
        return ""
    return "oui" if " " in password or ">>>" in password or password.casefold() in ACTIVATED else "non"


def full_name(value: str, given_first: bool = False) -> tuple[str, str]:
    """(surname, given names) of one cell; case tells first, then the order that the title announces."""
    before, comma, after = value.partition(",")
    if comma and before.strip() and after.strip() and "," not in after:
        pair = before.strip(), after.strip()  # « TESTARD, Zoé »
        return pair[::-1] if given_first else pair
    parts = value.split()
    upper = [text.is_upper(part) for part in parts]
    if given_first and len(parts) > 1 and (all(upper) or not any(upper)):
        start = len(parts) - 1
        while start > 1 and text.fold(parts[start - 1]) in text.PARTICLES:
            start -= 1
        return " ".join(parts[start:]), " ".join(parts[:start])
    return text.split_full_name(value)


def looks_full(value: str) -> bool:
    """Whether a cell holds surname and given name: upper-case words, then words that are not."""
    parts = value.split()
    return len(parts) > 1 and text.is_upper(parts[0]) and not text.is_upper(parts[-1])
