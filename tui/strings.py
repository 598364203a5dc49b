"""Every French sentence of the screens."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from diagnostics.model import Loaded
from diagnostics.states import AT_SCHOOL, DELAYED, LEFT, READY, REMINDED, SHELVED, SOLVED, TO_QUALIFY
from diagnostics.text import french_date

PROGRAM = "ent-triage"

TITLES = {
    "accueil": "Aujourd’hui",
    "chargement": "Chargement",
    "colonnes": "Colonnes",
    "anomalies": "Anomalies",
    "routage": "Routage",
    "rapprochement": "Rapprochement",
    "messages": "Messages",
    "recherche": "Recherche",
    "personne": "Personne",
    "tickets": "Tickets",
    "corrections": "À emporter",
    "aide": "Aide",
}

SEVERITY_SIGNS = {1: "▲", 2: "■", 3: "·"}
SEVERITY_WORDS = {1: "bloque maintenant", 2: "cassera le prochain import", 3: "à ranger"}
SEVERITY_COUNTS = {
    1: ("bloque une personne maintenant", "anomalies bloquent des personnes maintenant"),
    2: ("cassera le prochain import", "casseront le prochain import"),
    3: ("est à ranger", "sont à ranger"),
}
STATE_SIGNS = {
    TO_QUALIFY: "○",
    AT_SCHOOL: "◄",
    DELAYED: "…",
    READY: "□",
    LEFT: "●",
    REMINDED: "●",
    SOLVED: "√",
    SHELVED: "√",
}


def read_only(reason: str) -> str:
    return f"Lecture seule, rien n’est enregistré. {reason}"


READ_ONLY_MARK = "  LECTURE SEULE"
CLOSED_DOOR = "Lecture seule : décisions, états et brouillons ne sont pas enregistrés"


def held_by(who: str) -> str:
    return f"{who} écrit ce ticket : vous pouvez le lire, pas le changer."


FAMILIES = {
    "PRN": "Pronote",
    "EDU": "EduConnect",
    "ANN": "annuaire de l’ENT",
    "SIE": "SIECLE",
    "STS": "STS-Web",
    "EDT": "emploi du temps",
    "AUT": "import automatisé",
    "GRP": "groupes",
    "CDT": "cahier de textes",
    "MSG": "messagerie",
    "BLO": "blocage et calendrier",
    "CON": "connecteurs et ressources",
    "POR": "portail",
    "VSC": "vie scolaire",
    "SEC": "sécurité",
    "SUP": "support",
    "HOR": "hors périmètre",
}
"""Only to name a family beside its code; an unknown family shows its code alone."""

NO_TTY = (
    "ent-triage a besoin d’un terminal : l’entrée ou la sortie n’en est pas un.\n"
    "Sans terminal, utilisez « ent-triage check CHEMIN » ou « ent-triage --help »."
)
DUMB_TERMINAL = (
    "Ce terminal (TERM={term}) ne sait pas placer le curseur : le programme ne peut pas s’y afficher.\n"
    "Utilisez un autre terminal, ou « ent-triage check CHEMIN »."
)
NO_UTF8 = (
    "Ce terminal n'est pas en UTF-8 (jeu de caractères : {charset}).\n"
    "Réglez-le en UTF-8, ou lancez ENT_TRIAGE_ASCII=1 ent-triage."
)
STOPPED = "Arrêté à votre demande ; ce qui était chargé avant est conservé."
KILLED = "Le système a arrêté l’analyse, souvent faute de mémoire. Réessayez, ou chargez moins de fichiers à la fois."
OUT_OF_MEMORY = "Mémoire insuffisante pour ces fichiers. Chargez-en moins à la fois."

READING_NOW = "Lecture en cours… z l’arrête."
SAME_NAME = "même nom"
NOTHING_LOADED = "Aucun export chargé. Tapez o puis le chemin du dossier des exports."
NO_MATCHING_NEEDED = "Personne à rapprocher : chaque fiche a son compte, ou aucun compte n’est chargé."
NO_ANOMALY = "Aucune anomalie dans les exports chargés."
NO_ANOMALY_FOR_FILTER = "Aucune anomalie ne correspond au filtre. q efface le filtre."
PASTE_WHERE = "Collez un tableau ou un rapport entier (avec sa ligne de titres), ou ouvrez d’abord une saisie."
NOTHING_HERE_YET = "Rien à montrer : aucun export n’est chargé, ou la lecture n’est pas finie."
NOT_YET = "La lecture n’est pas finie : un instant."
NO_PERSON = "Aucune personne sur cette ligne."
NOTHING_TO_UNDO = "Rien à annuler."
NOTHING_TO_REDO = "Rien à refaire."
SEARCH_HOW = "Tapez un nom, un prénom, une date de naissance, une classe, un INE, un compte…"
NO_CATEGORY = "trop peu est dit pour nommer le problème ; e choisit une catégorie"
NO_CTRL = "Ni Ctrl, ni Alt, ni AltGr ; « : » fait tout par son nom."
NO_ROUTE = "Aucun incident à router : r en ouvre un depuis une anomalie, un message ou un ticket."
NO_CONTACT = "coordonnées inconnues : elles se notent dans les réglages (contacts)"
ACTOR_PURPOSES = {
    "KOSMOS": "compte, import, portail et annuaire de l’ENT",
    "INDEX": "EDT, Pronote, export des identifiants",
    "DSI": "AAF, SIECLE, STS-Web, EduConnect, Arena",
    "ETAB": "à corriger dans SIECLE, STS-Web, EDT ou Pronote",
    "REF": "à faire dans l’administration de l’ENT",
    "DRANE": "déploiement de l’ENT, relation avec la région",
    "AUTRE": "aucun de ceux-là",
}
YES = "oui"
"""What is typed to confirm: never the key of the action itself."""
NO_CHOICE = "Rien dans la liste ne correspond à « {text} »."
ONCE_CORRECTED = "Une fois la correction faite"
"""How the reasons of a route say that its delay has not begun."""
CASE_STEP = "dossier"
"""What the history calls the cut of a message."""
PASTED_STEP = "message collé"
"""What the history calls a pasted message that was taken back."""
LOCAL = "Les fichiers restent sur cette machine. Rien n’est envoyé."
NAME_COLUMNS = "e : dire une fois ce que contient chaque colonne ; les réglages s’en souviennent."
NO_COLUMNS = "Toutes les colonnes de ce fichier sont connues, ou ce n’est pas un tableau : rien à nommer."
ONLY_A_FILE = "Seul un fichier lu ou refusé a des colonnes à nommer."
NEVER_READ = "Colonne de mots de passe : elle n’est jamais lue."
NOTHING_NAMED = "Aucun sens n’a été choisi : rien à enregistrer. Entrée choisit celui de la colonne."
NO_TITLES = "sans ligne de titres"
NEED_NAMES = "il manque le nom et le prénom"
COLUMNS_SAVED = "Sens des colonnes enregistré dans les réglages ; relecture…"
FIRST_VALUES = "Premières valeurs"
NO_VALUE = "Aucune valeur dans les premières lignes."
NOTHING_SENT = "Rien n’est envoyé à l’ENT : le choix est noté ici, et s’annule par u."
STALE = "décisions prises depuis l’analyse : z refait l’analyse"


def internal_error(log: str) -> str:
    where = f" Détails, sans données personnelles : {log}" if log else ""
    return f"Erreur du programme ; vos décisions sont enregistrées.{where}"


STOPPED_BY = (
    "ent-triage a été arrêté de l’extérieur ({name}). Tout est enregistré, le texte en cours aussi : relancez-le pour "
    "continuer."
)
FATAL = (
    "ent-triage s’est arrêté sur une erreur du programme. Vos décisions sont enregistrées : relancez-le pour continuer."
)
FATAL_READ_ONLY = (
    "ent-triage s’est arrêté sur une erreur du programme. Il était en lecture seule, rien n’a été enregistré."
)


def fatal(log: str, read_only: str = "") -> str:
    if read_only:
        return f"{FATAL_READ_ONLY} {read_only}"
    return f"{FATAL}\nDétails, sans données personnelles : {log}" if log else FATAL


def plural(count: int, one: str, many: str = "") -> str:
    """« 1 fiche », « 12 fiches », « 1 204 fiches »."""
    word = one if count < 2 else many or one + "s"
    return f"{number(count)} {word}"


def number(count: int) -> str:
    """Thousands apart, as one writes them in French."""
    return f"{count:,}".replace(",", " ")


def moment(iso: str) -> str:
    """« 12/09 à 09:42 » of an ISO date-time."""
    return f"{day_month(iso)} à {iso[11:16]}" if len(iso) >= 16 else day_month(iso)


def day_month(iso: str) -> str:
    """« 12/09 » of an ISO date, « – » when there is none."""
    return f"{iso[8:10]}/{iso[5:7]}" if len(iso) >= 10 else "–"


YEAR_DAYS = 365


def age(iso: str, now: datetime) -> str:
    """How long ago: « aujourd’hui », « hier », « il y a 12 j », « il y a 2 ans »."""
    try:
        made = date.fromisoformat(iso[:10])
    except ValueError:
        return "date inconnue"
    days = (now.date() - made).days
    if days < 0:
        return "date à venir"
    if days >= 2 * YEAR_DAYS:
        return f"il y a {days // YEAR_DAYS} ans"
    return {0: "aujourd’hui", 1: "hier"}.get(days) or f"il y a {days} j"


def birth(iso: str) -> str:
    return french_date(iso) if iso else "–"


def wait(hours: int) -> str:
    """A delay as people say it."""
    if hours <= 0:
        return ""
    return plural(hours, "heure") if hours <= 72 else plural(round(hours / 24), "jour")


ANALYSED = "Analyse refaite avec vos décisions."


BEING_TYPED = "texte à reprendre"
"""Of a ticket whose text was being typed when the program ended."""
PROGRESS_BAR = 10
"""Cells."""


def progress(step: str, done: int, total: int) -> str:
    """« ████░░░░  38 %   z : arrêter   x.csv »; what changes comes last, for each report is sent to the terminal."""
    name = step.replace("\\", "/").rpartition("/")[2]
    if total <= 1:
        return f"{name}…"
    filled = min(PROGRESS_BAR, done * PROGRESS_BAR // total)
    bar = "█" * filled + "░" * (PROGRESS_BAR - filled)
    return f"{bar} {min(100, done * 100 // total):>3} %   z : arrêter   {name}"


def nobody(query: str) -> str:
    return f"Personne ne répond à « {query} » dans les exports chargés."


def loaded(result: Loaded) -> str:
    """What a load gave, in a sentence."""
    text = f"{plural(len(result.exports), 'export lu', 'exports lus')}"
    if result.refused:
        text += f", {plural(len(result.refused), 'fichier refusé', 'fichiers refusés')} (c : voir pourquoi)"
    return text + "."


FLOW = "Qui alimente l’ENT : personnes ─ part reconnue, ≠ écarts"
FOLLOWED_TODAY = "À suivre aujourd’hui"


def not_loaded(why: str) -> str:
    """Why a case that is followed cannot be opened."""
    return f"{why[:1].upper()}{why[1:]}. Ses exports ne sont pas chargés : o les charge."


NOTHING_WRITTEN = "Rien n’a été écrit."


def place(path: str | Path) -> str:
    """A path whole, from one's own folder when it is there."""
    full = Path(path).absolute()
    return f"~/{full.relative_to(Path.home())}" if full.is_relative_to(Path.home()) else str(full)


def written(count: int, ready: int, folder: str) -> str:
    """What was written where."""
    text = f"{plural(count, 'ticket écrit', 'tickets écrits')} dans {place(folder)}"
    incomplete = count - ready
    return text + (f" ({incomplete} à compléter avant l’envoi)" if incomplete else "")
