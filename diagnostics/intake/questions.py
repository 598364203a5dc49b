"""What a message does not say and a ticket needs: the closed list of questions to send back."""

from __future__ import annotations

import re
from collections.abc import Sequence

from diagnostics.model import Incident, Person, Profile

SERVICE = "Quel service est en cause : EduConnect, l'ENT, Pronote, la messagerie, l'emploi du temps, autre ?"
WHO = "Qui est touché ? Donnez nom, prénom, profil (élève, responsable, enseignant…) et classe."
SCOPE = "Une seule personne, une classe, un profil entier ou tout le monde ?"
MESSAGE = "Quel est le message exact affiché ? Joignez une copie d'écran."
WHEN = "Depuis quand ? Donnez la date et l'heure du dernier essai."
TRIED = "Qu'avez-vous déjà essayé (autre navigateur, autre poste, réinitialisation) ?"
TICKET = "S'il y a déjà un ticket, quel est son numéro et à qui a-t-il été envoyé ?"
WHICH = "{count} personnes s'appellent « {name} » dans les exports : laquelle est-ce (classe, date de naissance) ?"
VAGUE = (SERVICE, WHO, SCOPE, MESSAGE, WHEN, TRIED, TICKET)

HAS_TIME = re.compile(
    r"\b(?:depuis|ce matin|hier|aujourd|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|semaine|rentr[ée]e|"
    r"\d{1,2}/\d{1,2}|\d{1,2}\s?h\b|\d{1,2}h\d{2}|janvier|f[ée]vrier|mars|avril|mai|juin|juillet|ao[uû]t|"
    r"septembre|octobre|novembre|d[ée]cembre|vacances|mise [àa] jour)",
    re.IGNORECASE,
)
HAS_MESSAGE = re.compile(r"[«\"“][^»\"”]{4,}[»\"”]|\berreur \d{3}\b|\b50[0234]\b", re.IGNORECASE)
HAS_NUMBER = re.compile(
    r"(?:n°|n\s?[o.]|num[ée]ro|ticket|demande|dossier|incident|r[ée]f(?:[ée]rence)?|#)\W{0,3}(?:n°?\W{0,2})?"
    r"(?=[\w-]*\d{3})[\w-]{3,}|\b[A-Z]{2,}[-_ ]?\d{3,}",
    re.IGNORECASE,
)
"""A ticket's number."""
SEEN = frozenset({
    "PRN-01", "PRN-06", "PRN-07", "PRN-08", "PRN-09", "PRN-10", "PRN-11", "PRN-12", "EDU-03", "EDU-05", "EDU-06",
    "EDU-07", "EDU-08", "ANN-02", "ANN-11", "STS-02", "STS-03", "EDT-03", "EDT-04", "EDT-05", "EDT-11", "EDT-13",
    "AUT-02", "AUT-06", "CDT-06", "MSG-05", "CON-01", "POR-07",
})  # fmt: skip
"""Categories whose ticket needs the exact message or a screenshot."""
OF_PERSONS = frozenset({
    "PRN-01", "PRN-07", "PRN-08", "PRN-11", "PRN-13", "EDU-01", "EDU-02", "EDU-03", "EDU-04", "EDU-05", "EDU-06",
    "EDU-09", "EDU-11", "ANN-01", "ANN-02", "ANN-03", "ANN-04", "ANN-05", "ANN-06", "ANN-07", "ANN-08", "ANN-09",
    "ANN-10", "ANN-11", "ANN-12", "ANN-15", "SIE-01", "SIE-02", "SIE-04", "SIE-05", "SIE-07", "SIE-08", "STS-01",
    "CDT-01", "CDT-04", "POR-03", "SEC-01", "SEC-02", "SUP-01", "MSG-06",
})  # fmt: skip
"""Categories that are about a person in particular."""
SPECIFIC: dict[str, str] = {
    "ANN-04": "Envoyez le fichier csv des comptes rejetés, ou sa ligne : il donne le motif du rejet.",
    "AUT-01": "Envoyez le bilan d'import et dites si l'autre import de la même minute a réussi.",
    "AUT-02": "Envoyez le bilan de l'import rejeté : il donne le motif et les pourcentages.",
    "EDT-04": "Envoyez le bilan de cet import et celui du précédent.",
    "EDT-11": "Envoyez le fichier xml importé et la copie du message d'erreur.",
    "CON-02": "Quelle ressource précisément, et pour quelle classe ?",
    "MSG-05": "Quelle est la taille du fichier joint et son type ?",
    "SUP-02": TICKET,
}


def missing(incident: Incident, text: str, attachments: Sequence[str]) -> tuple[str, ...]:
    """What a ticket on this incident would still need, as French sentences to send as they are."""
    found: list[str] = []
    if incident.category in OF_PERSONS:
        found.extend(lacks(incident.persons))
    known = incident.category == "SUP-02" and HAS_NUMBER.search(text)
    if incident.category in SPECIFIC and not attachments and not known:
        found.append(SPECIFIC[incident.category])
    if incident.category in SEEN and not HAS_MESSAGE.search(text) and not attachments:
        found.append(MESSAGE)
    if not HAS_TIME.search(text) and incident.category in SEEN:
        found.append(WHEN)
    return tuple(dict.fromkeys(found))


def lacks(persons: Sequence[Person]) -> list[str]:
    """What is not known of the persons concerned."""
    if not persons:
        return [WHO]
    found = []
    for person in persons:
        who = " ".join(filter(None, (person.given_names, person.surname.upper()))) or "la personne concernée"
        if not person.surname or person.surname.rstrip(".") == person.surname[:1]:
            found.append(f"Quel est le nom de famille de {who} ?")
        elif not person.given_names or person.given_names.rstrip(".") == person.given_names[:1]:
            found.append(f"Quel est le prénom de {who} ?")
        if person.profile is Profile.INCONNU:
            found.append(f"Quel est le profil de {who} : élève, responsable, enseignant, autre ?")
        if person.profile is Profile.ELEVE and not person.division:
            found.append(f"Dans quelle classe est {who} ?")
    return found
