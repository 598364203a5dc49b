"""What a message says of a ticket's fields: the words on the screen, the hour, the version, who sees it."""

from __future__ import annotations

import re

from diagnostics.text import french_date
from diagnostics.tickets.context import Context

QUOTED = re.compile(r"[«“\"]\s*([^«»“”\"]{4,200}?)\s*[»”\"]")
VERSION = re.compile(r"\b(?:version|pronote|edt)\s+(20\d{2}(?:\s*-\s*\d+(?:\.\d+)+)?|\d+(?:\.\d+)+)", re.IGNORECASE)
HOUR = re.compile(r"\b([01]?\d|2[0-3])\s*(?:h|:)\s*([0-5]\d)?\b")
SEEN = re.compile(
    r"\bconstat\w*[^.\n]{0,20}?(?P<day>\d{1,2})/(?P<month>\d{1,2})(?:/(?P<year>\d{4}))?"
    r"(?:[^.\n\d]{0,6}(?P<hour>[01]?\d|2[0-3])\s*(?:h|:)\s*(?P<minute>[0-5]\d)?)?",
    re.IGNORECASE,
)
DAY = re.compile(r"\b(\d{1,2})/(\d{1,2})(?:/(\d{2,4}))?\b")
ADDRESS = re.compile(r"https?://[^\s<>«»\"]+")
BROWSER = re.compile(r"\b(Firefox|Chrome|Chromium|Edge|Safari|Opera|Internet Explorer)\b(?:\s+(\d+))?", re.IGNORECASE)
SERVICE_WORDS = (
    ("ARENA", re.compile(r"\barena\b", re.IGNORECASE)),
    ("messagerie académique", re.compile(r"\bmails? acad|messagerie acad|webmail|convergence\b", re.IGNORECASE)),
    ("clé OTP", re.compile(r"\botp\b", re.IGNORECASE)),
)
SCOPES = tuple(
    (label, re.compile(words, re.IGNORECASE))
    for label, words in (
        ("autres établissements", r"autres? établissement|cité scolaire|(?:collège|lycée) voisin"),
        (
            "tous les utilisateurs",
            r"tout le monde|tous (?:nos |les )(?:utilisateurs|usagers)|pour tous\b|tout le (?:lycée|collège)",
        ),
        ("un profil : élèves", r"\btous les élèves"),
        ("un profil : responsables", r"\b(?:tous )?les (?:parents|familles|responsables)"),
        ("un profil : enseignants", r"\btous les (?:profs|professeurs|enseignants)"),
        ("des classes entières", r"\b(?:les|toutes les|nos) classes\b|\btoute la classe\b"),
    )
)
"""From the widest to the narrowest (knowledge.md §7.2, step 5)."""


def quoted(context: Context) -> str:
    """The first words between quotes of the message: what the user read on the screen."""
    match = QUOTED.search(context.incident.text)
    return context.safe(match[1]) if match else ""


def observed(context: Context) -> str:
    """Date and hour of the observation: now for data, the date that the message gives to what was seen otherwise.

    Another date of a message (an export done again, an arrival) is not when the trouble was seen.
    """
    if not context.incident.text:
        return french_date(context.now.strftime("%Y-%m-%d %H:%M"))
    seen = SEEN.search(context.incident.text)
    if not seen:
        return ""
    text = f"{int(seen['day']):02d}/{int(seen['month']):02d}/{seen['year'] or context.now.year}"
    return text + (f" à {int(seen['hour']):02d}:{seen['minute'] or '00'}" if seen["hour"] else "")


def scope(context: Context) -> str:
    """Who sees it: one person, a class, a profile, everybody, other schools."""
    text = context.incident.text or context.incident.summary
    for label, pattern in SCOPES:
        if context.incident.text and pattern.search(text):
            return label
    persons = context.incident.persons
    if not persons:
        return "un fichier ou un réglage de l'établissement" if context.incident.evidence else ""
    if len(persons) == 1:
        return "une personne"
    divisions = {person.division for person in persons if person.division}
    one_class = f", classe {divisions.pop()}" if len(divisions) == 1 else ""
    return f"{len(persons)} personnes{one_class}"


def agent_service(context: Context) -> str:
    return ", ".join(label for label, pattern in SERVICE_WORDS if pattern.search(context.incident.text))


def browsers(context: Context) -> str:
    return ", ".join(dict.fromkeys(match[0] for match in BROWSER.finditer(context.incident.text)))


def page(context: Context) -> str:
    match = ADDRESS.search(context.incident.text)
    return match[0] if match else ""
