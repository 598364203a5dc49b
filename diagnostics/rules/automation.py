"""AUT: the history of the imports of EDT (knowledge.md §4.7)."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from diagnostics import text
from diagnostics.model import Evidence, Export, Finding, ImportRun, Kind
from diagnostics.rules.data import SchoolData
from diagnostics.rules.report import HOUSEKEEPING, NEXT_IMPORT, finding, many, quote_line, verb
from diagnostics.school_year import in_class


class Outcome(enum.Enum):
    """What became of an import."""

    SUCCESS = "réussi"
    DOUBLE = "doublon"
    OVER = "seuil"
    USER = "utilisateur"
    FILE = "fichier"
    FAILED = "erreur"
    WAITING = "attente"
    OTHER = "autre"


STATUSES: tuple[tuple[re.Pattern[str], Outcome], ...] = (
    (re.compile(r"DOUBL"), Outcome.DOUBLE),
    (re.compile(r"SEUIL|TROP DE|INTERROMPU|DEPASS"), Outcome.OVER),
    (re.compile(r"UTILISATEUR|UTILISATRICE|DECLARANT|HABILIT|NON DECLARE|NON AUTORISE"), Outcome.USER),
    (re.compile(r"REJET.*\b(UAI|RNE|ETABLISSEMENT|VERSION|FICHIER|FORMAT|SOCLE|ANNEE)|\b(UAI|RNE) "), Outcome.FILE),
    (re.compile(r"ERREUR|ECHEC|TECHNIQUE"), Outcome.FAILED),
    (re.compile(r"ATTENTE|EN COURS|FILE D"), Outcome.WAITING),
    (re.compile(r"REJET|REFUS|ANNUL|ABANDON|\bNON\b|\bPAS\b|INVALIDE"), Outcome.OTHER),
    (re.compile(r"SUCCES|REUSSI|TERMINE|REALISE|EFFECTUE|\bOK\b|VALIDE"), Outcome.SUCCESS),
)
"""Words of the « Statut » column, searched in this order (003:1040-1077); « Double du fichier » is a doublon."""
SAME_DEPOSIT = timedelta(minutes=15)
"""EDT deposits its two files one after the other (AUT-01)."""
QUEUE = timedelta(days=1)
"""A queue is normal for a day (EDT-03, judgement)."""
SUMMER = ((7, 5), (9, 15))
"""Between the end of the school year and the first automated imports, nothing is due (003:1100, 002:373)."""
GAP = 4
"""A stop is a silence of so many usual intervals at least (judgement)."""


def moment(run: ImportRun) -> datetime | None:
    try:
        return datetime.fromisoformat(run.when)
    except ValueError:
        return None


def dated(export: Export) -> list[tuple[datetime, ImportRun]]:
    """Runs with a date, oldest first."""
    found = [(when, run) for run in export.runs if (when := moment(run))]
    return sorted(found, key=lambda pair: (pair[0], pair[1].file))


def outcome(run: ImportRun) -> Outcome:
    """What a status says; OTHER when its words are unknown."""
    folded = text.fold(run.status)
    if "SUCCES" in folded and not re.search(r"\b(SANS|NON|PAS)\b", folded):
        return Outcome.SUCCESS
    return next((found for pattern, found in STATUSES if pattern.search(folded)), Outcome.OTHER)


def is_success(run: ImportRun) -> bool:
    return outcome(run) is Outcome.SUCCESS


def unsolved(runs: list[tuple[datetime, ImportRun]], *wanted: Outcome) -> list[tuple[datetime, ImportRun]]:
    """Runs of these outcomes that no success has followed; the twin of one deposit settles nothing of the other."""
    last = max((when for when, run in runs if is_success(run)), default=None)
    return [
        (when, run) for when, run in runs if outcome(run) in wanted and (last is None or when + SAME_DEPOSIT >= last)
    ]


def history(data: SchoolData) -> list[tuple[Export, list[tuple[datetime, ImportRun]]]]:
    return [(export, runs) for export in data.of(Kind.ENT_BILANS) if (runs := dated(export))]


def asked_at(data: SchoolData, export: Export, runs: list[tuple[datetime, ImportRun]]) -> datetime:
    """When the history was copied from the screen: the file says it, to the minute, and its last line at least."""
    try:
        made = datetime.fromisoformat(export.made_on).replace(tzinfo=None)
    except ValueError:
        made = datetime.combine(data.date_of(export), datetime.min.time())
    return max(min(made, datetime.combine(data.today, datetime.max.time())), runs[-1][0])


def shown(when: datetime) -> str:
    return when.strftime("%d/%m/%Y à %H:%M")


def doubles(data: SchoolData) -> Iterator[Finding]:
    """AUT-01: « Double du fichier », with the successful twin of the same minute or without."""
    for export, runs in history(data):
        successes = [when for when, run in runs if is_success(run)]
        rejected = [(when, run) for when, run in runs if outcome(run) is Outcome.DOUBLE]
        twins = [(w, r) for w, r in rejected if any(abs(w - s) <= SAME_DEPOSIT for s in successes)]
        alone = [pair for pair in rejected if pair not in twins]
        for chosen, slug, cause, severity in (
            (
                twins,
                "jumeau",
                "EDT dépose deux fichiers à la même heure (EDT et PRONOTE) : l'un réussit, l'autre est refusé. Sans"
                " gravité ;"
                " décocher le second export automatique dans EDT.",
                HOUSEKEEPING,
            ),
            (
                alone,
                "seul",
                "Le même fichier a été déposé de nouveau sans changement, ou le premier dépôt n'a pas abouti : vérifier"
                " l'export automatique d'EDT.",
                HOUSEKEEPING if any(s > w for w, _ in alone for s in successes) else NEXT_IMPORT,
            ),
        ):
            if chosen:
                yield finding(
                    "AUT-01",
                    f"{slug}|{export.school or data.uai}",
                    summary=f"{many(len(chosen), 'import rejeté', 'imports rejetés')} pour doublon du fichier,"
                    + (
                        " à côté d'un import réussi à la même heure."
                        if slug == "jumeau"
                        else " sans import réussi à la même heure."
                    ),
                    cause=cause,
                    severity=severity,
                    evidence=[
                        quote_line(data, run.origin, shown(when), f"{run.status} {run.file}".strip())
                        for when, run in chosen
                    ],
                    facts={"twin": "oui" if slug == "jumeau" else "non"},
                )


def over_limits(data: SchoolData) -> Iterator[Finding]:
    """AUT-02: imports stopped by the thresholds, that no import has followed since."""
    for export, runs in history(data):
        if chosen := unsolved(runs, Outcome.OVER):
            yield finding(
                "AUT-02",
                export.school or data.uai or "établissement",
                summary=f"{many(len(chosen), 'import automatisé rejeté', 'imports automatisés rejetés')} pour seuil"
                f" dépassé (le dernier le {shown(chosen[-1][0])}).",
                cause="Trop de changements d'un coup, légitimes en début d'année, ou fichier abîmé : lire le bilan"
                " avant de décocher les seuils, jamais le dernier de la liste.",
                severity=NEXT_IMPORT,
                evidence=statuses(data, chosen),
            )


def statuses(data: SchoolData, chosen: list[tuple[datetime, ImportRun]]) -> list[Evidence]:
    return [quote_line(data, run.origin, shown(when), f"{run.status} {run.file}".strip()) for when, run in chosen]


REJECTS: tuple[tuple[Outcome, str, str, str], ...] = (
    (
        Outcome.USER,
        "AUT-03",
        "utilisateur",
        "Utilisateur parti, retiré ou jamais déclaré pour les imports automatisés : importer d'abord à la main, puis"
        " déclarer l'utilisateur et recopier l'adresse de dépôt dans EDT.",
    ),
    (
        Outcome.FILE,
        "EDT-05",
        "import",
        "Le fichier déposé n'est pas celui qu'attend l'ENT (établissement, année, version ou socle) : vérifier la base"
        " EDT ouverte et le socle choisi, puis refaire l'export.",
    ),
    (
        Outcome.OTHER,
        "EDT-11",
        "statut",
        "L'ENT n'a pas pris l'import et ce statut n'est pas de ceux que l'on connaît : ouvrir le bilan de cet import"
        " avant de relancer ; une annulation faite à la main est sans suite.",
    ),
)
"""Outcome, category, slug and cause of the rejects told with their status as written."""


def rejected(data: SchoolData) -> Iterator[Finding]:
    """AUT-03, EDT-05 and EDT-11: the other rejects, quoted as written, while no import has succeeded since."""
    for export, runs in history(data):
        for wanted, category, slug, cause in REJECTS:
            if chosen := unsolved(runs, wanted):
                when, run = chosen[-1]
                yield finding(
                    category,
                    f"{slug}|{export.school or data.uai}",
                    summary=f"{many(len(chosen), 'import non abouti', 'imports non aboutis')} dans l'ENT :"
                    f" « {run.status or 'statut vide'} » (le {shown(when)}), sans import réussi depuis.",
                    cause=cause,
                    severity=NEXT_IMPORT,
                    evidence=statuses(data, chosen),
                )


def stopped(data: SchoolData) -> Iterator[Finding]:
    """AUT-03: no automated import for longer than the school allows, when they used to be frequent."""
    for export, runs in history(data):
        automatic = [(when, run) for when, run in runs if run.auto]
        successes = [when for when, run in automatic if is_success(run)]
        if len(successes) < 2 or unsolved(runs, Outcome.USER):
            continue
        asked = data.date_of(export)
        if SUMMER[0] <= (asked.month, asked.day) <= SUMMER[1]:
            continue
        usual = median(max((b - a).days, 1) for a, b in pairwise(successes))
        allowed = max(data.settings.auto_import_days, GAP * usual)
        last_seen = max(when for when, _ in automatic).date()
        silence = (asked - last_seen).days
        if in_class(last_seen, asked) <= allowed:
            continue
        last = [run for when, run in automatic if when == successes[-1]][-1]
        yield finding(
            "AUT-03",
            export.school or data.uai or "établissement",
            summary=f"Plus aucun import automatisé depuis le {shown(successes[-1])} ({silence} jours).",
            cause="Utilisateur déclaré parti ou retiré, adresse de dépôt changée, ou premier import de l'année pas"
            " encore fait à la"
            " main.",
            severity=NEXT_IMPORT,
            evidence=[quote_line(data, last.origin, "dernier import automatisé réussi", shown(successes[-1]))],
        )


def errors(data: SchoolData) -> Iterator[Finding]:
    """EDT-11: technical failures of the ENT; EDT-03: an import that waits for more than a day."""
    for export, runs in history(data):
        if failed := unsolved(runs, Outcome.FAILED):
            yield finding(
                "EDT-11",
                export.school or data.uai or "établissement",
                summary=f"{many(len(failed), 'import a échoué', 'imports ont échoué')} sur une erreur technique de"
                " l'ENT.",
                cause="Erreur du service d'import : réessayer une fois, depuis un autre navigateur, avant d'écrire à"
                " l'éditeur.",
                severity=NEXT_IMPORT,
                evidence=statuses(data, failed),
            )
        asked = asked_at(data, export, runs)
        done = [when for when, run in runs if outcome(run) is not Outcome.WAITING]
        waiting = [
            (when, run)
            for when, run in runs
            if outcome(run) is Outcome.WAITING and asked - when > QUEUE and not any(later > when for later in done)
        ]
        if waiting:
            count = len(waiting)
            yield finding(
                "EDT-03",
                export.school or data.uai or "établissement",
                summary=f"{many(count, 'import', 'imports')} en attente depuis plus d'un jour"
                f" {verb(count, 'reste', 'restent')} dans la file.",
                cause="La file d'attente est normale quelques heures ; au-delà d'un jour, ne pas relancer et signaler.",
                severity=NEXT_IMPORT,
                evidence=[quote_line(data, run.origin, shown(when), run.status) for when, run in waiting],
            )
