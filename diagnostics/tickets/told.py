"""What a message says of a ticket's fields: the words on the screen, the hour, the version, who sees it."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from diagnostics.safety import clean
from diagnostics.text import french_date, iso_date
from diagnostics.tickets.context import Context
from diagnostics.tickets.reading import MAX_TEXT, sentences

QUOTED = re.compile(r"[«“\"]\s*([^«»“”\"]{4,200}?)\s*[»”\"]")
NO_MESSAGE = "aucun"
WITHOUT_MESSAGE = re.compile(r"\b(?:pas|aucun|sans)(?: de)? message\b", re.IGNORECASE)
VERSION = re.compile(r"\b(?:version|pronote|edt)\s+(20\d{2}(?:\s*-\s*\d+(?:\.\d+)+)?|\d+(?:\.\d+)+)", re.IGNORECASE)
HOUR = re.compile(r"\b([01]?\d|2[0-3])\s*(?:h|:)\s*([0-5]\d)?\b")
SEEN = re.compile(
    r"\bconstat\w*[^.\n]{0,20}?(?P<day>\d{1,2})/(?P<month>\d{1,2})(?:/(?P<year>\d{4}))?"
    r"(?:[^.\n\d]{0,6}(?P<hour>[01]?\d|2[0-3])\s*(?:h|:)\s*(?P<minute>[0-5]\d)?)?",
    re.IGNORECASE,
)
SINCE = re.compile(
    r"\b(?P<words>depuis|dès|à partir d[eu]|hier|ce (?:matin|midi|soir)|cet après-midi|avant-hier)\b"
    r"(?P<more>(?:\s+(?:le|la|ce|cette|hier|avant-hier|matin|midi|soir|après-midi|vers|à|(?:lun|mar|mercre|jeu|vendre|same)di"
    r"|dimanche|(?:la )?rentrée|\d{1,2}/\d{1,2}(?:/\d{2,4})?|(?:[01]?\d|2[0-3])\s*(?:h|:)\s*(?:[0-5]\d)?))*)",
    re.IGNORECASE,
)
"""« depuis ce matin 8h30 », « hier vers 14 h », « depuis le 12/11 »: when it was seen, in the words of the message."""
NEAR_DAY = re.compile(r"\b(\d{1,2})/(\d{1,2})\b(?!/)")
GESTURE = re.compile(
    r"\b(?:(?:j['’]ai|nous avons|on a|il a|elle a|elles ont|ils ont|avons|ai)(?: déjà| bien| aussi)?|déjà)"
    r"\s+(?:été\s+)?(?:vidé|essayé|testé|vérifié|réinitialisé|relancé|refait|rechargé|redémarré|changé|tenté|supprimé|"
    r"désinstallé|réinstallé|débloqué|reconnecté|déconnecté|forcé|recréé|ré?importé|exporté)",
    re.IGNORECASE,
)
"""What somebody says to have tried."""
DAY = re.compile(r"\b(\d{1,2})/(\d{1,2})(?:/(\d{2,4}))?\b")
DAYS_AGO = {"aujourd'hui": 0, "aujourd’hui": 0, "matin": 0, "midi": 0, "hier": 1, "avant-hier": 2}
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
CLASS = re.compile(
    r"\b(?i:(?:les|tous les|des) élèves (?:de|du|en)|toute) (?:la )?(?:classe (?:de )?)?"
    r"([1-6T](?:e|ème|nde|ère|re)?\s?[A-Z0-9]{1,3})\b"
)
"""« les élèves de 3A », « toute la classe de 5e B »: the class that sees it."""
ERROR = re.compile(
    r"\b(?:erreur|code|référence|réf\.?)\s*(?:n[o°]\s*)?:?\s*(?:[A-Z]{1,5}-?)?\d{3,}[\w-]*", re.IGNORECASE
)
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
        (
            "plusieurs personnes",
            r"\b(?:plusieurs|certaine?s|quelques|des|deux|trois|quatre) (?:parents|familles|responsables|élèves|profs|"
            r"professeurs|enseignants|collègues|personnes)\b",
        ),
    )
)
"""From the widest to the narrowest (knowledge.md §7.2, step 5)."""


def quoted(context: Context) -> str:
    """The first words between quotes of the message: what the user read on the screen."""
    match = QUOTED.search(context.incident.text)
    if match:
        return context.safe(match[1])
    return NO_MESSAGE if WITHOUT_MESSAGE.search(context.incident.text) else ""


def observed(context: Context) -> str:
    """When it was observed: the date of the exports for data, else the date that the message gives to what was seen.

    The day of the draft would say of old exports what nobody looked at, and make another ticket of each drafting.
    Another date of a message (an export done again, an arrival) is not when the trouble was seen.
    """
    if not context.incident.text:
        return french_date(of_exports(context) or context.now.strftime("%Y-%m-%d"))
    seen = SEEN.search(context.incident.text)
    if not seen:
        return since(context)
    text = f"{int(seen['day']):02d}/{int(seen['month']):02d}/{seen['year'] or context.now.year}"
    return text + (f" à {int(seen['hour']):02d}:{seen['minute'] or '00'}" if seen["hour"] else "")


def of_exports(context: Context) -> str:
    """ISO date of the newest export that shows the anomaly, else of the newest export; "" when none has a date."""
    exports = context.register.exports
    dated = [exports[one].made_on for one in context.cited]
    return max(dated, default="") or max((export.made_on for export in exports.values()), default="")


def since(context: Context) -> str:
    """When it began, in the words of the message, its year written; "" when it does not say.

    « ce matin » is said of the day on which the message was written: the words are kept, and the day it was read.
    """
    for found in SINCE.finditer(context.incident.text):
        words = " ".join(found[0].split())
        if words.lower() in ("depuis", "dès", "à partir de", "à partir du") or words.lower().endswith((" le", " la")):
            continue
        if NEAR_DAY.search(words):
            return NEAR_DAY.sub(lambda day: f"{int(day[1]):02d}/{int(day[2]):02d}/{context.now.year}", words)
        return f"« {words} », message lu le {context.now:%d/%m/%Y}"
    return ""


def tried(context: Context) -> str:
    """The sentences of the message that say what was tried."""
    parts = (part for part in sentences(context.incident.text[:MAX_TEXT]) if GESTURE.search(part))
    return " ; ".join(clean(context.safe(part)).rstrip(". ") for part in list(parts)[:3])


def scope(context: Context) -> str:
    """Who sees it: one person, a class, a profile, everybody, other schools."""
    text = context.incident.text or context.incident.summary
    if found := CLASS.search(context.incident.text):
        return f"classe {found[1].strip()}"
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


def day_said(text: str, now: datetime) -> str:
    """« 21/11/2026 » or « 21/11/2026 à 08:30 » of a day as people write one (« 21/11 », « hier vers 8h30 », « lundi »);
    "" when it is none. What was seen is over: a day without year, or of the week, is the last such one."""
    said = text.strip().lower()
    found = DAY.search(said)
    hour = HOUR.search(said[found.end() :] if found else said)
    if found:
        year = int(found[3] or now.year)
        year += 2000 if year < 100 else 0
        day = day_of(year, int(found[2]), int(found[1]))
        if day and not found[3] and day > now.date():
            day = day_of(year - 1, int(found[2]), int(found[1]))
    elif iso := iso_date(said[:10]):
        day = date.fromisoformat(iso)
    else:
        word = next((word for word in said.replace(",", " ").split() if word in DAYS_AGO or word in WEEKDAYS), "")
        ago = DAYS_AGO.get(word) if word not in WEEKDAYS else (now.weekday() - WEEKDAYS.index(word)) % 7 or 7
        day = now.date() - timedelta(days=ago) if ago is not None and word else None
    if day is None:
        return ""
    at = f" à {int(hour[1]):02d}:{hour[2] or '00'}" if hour else ""
    return f"{day:%d/%m/%Y}{at}"


def day_of(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def error_reference(context: Context) -> str:
    """« erreur 500 », « code ENT-4512 »: what the page gave, as the message says it."""
    match = ERROR.search(context.incident.text)
    return context.safe(" ".join(match[0].split())) if match else ""


def agent_service(context: Context) -> str:
    return ", ".join(label for label, pattern in SERVICE_WORDS if pattern.search(context.incident.text))


def browsers(context: Context) -> str:
    return ", ".join(dict.fromkeys(match[0] for match in BROWSER.finditer(context.incident.text)))


def page(context: Context) -> str:
    match = ADDRESS.search(context.incident.text)
    return match[0] if match else ""
