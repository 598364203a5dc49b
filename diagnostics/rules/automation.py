"""AUT: the history of the imports of EDT (knowledge.md §4.7)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from diagnostics import text
from diagnostics.model import Export, Finding, ImportRun, Kind
from diagnostics.rules.data import SchoolData
from diagnostics.rules.report import HOUSEKEEPING, NEXT_IMPORT, finding, many, quote_line, verb

DOUBLE = re.compile(r"DOUBL")
"""« Double du fichier » (003:1077) and the usual « doublon »."""
OVER = re.compile(r"SEUIL|TROP DE|INTERROMPU|DEPASS")
FAILED = re.compile(r"ERREUR|ECHEC|TECHNIQUE")
WAITING = re.compile(r"ATTENTE|EN COURS|FILE")
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


def is_success(run: ImportRun) -> bool:
    return "SUCCES" in text.fold(run.status)


def history(data: SchoolData) -> list[tuple[Export, list[tuple[datetime, ImportRun]]]]:
    return [(export, runs) for export in data.of(Kind.ENT_BILANS) if (runs := dated(export))]


def shown(when: datetime) -> str:
    return when.strftime("%d/%m/%Y à %H:%M")


def doubles(data: SchoolData) -> Iterator[Finding]:
    """AUT-01: « Double du fichier », with the successful twin of the same minute or without."""
    for export, runs in history(data):
        successes = [when for when, run in runs if is_success(run)]
        rejected = [(when, run) for when, run in runs if DOUBLE.search(text.fold(run.status)) and not is_success(run)]
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
                )


def over_limits(data: SchoolData) -> Iterator[Finding]:
    """AUT-02: imports stopped by the thresholds."""
    for export, runs in history(data):
        chosen = [(when, run) for when, run in runs if OVER.search(text.fold(run.status)) and not is_success(run)]
        if not chosen:
            continue
        since = any(when > chosen[-1][0] and is_success(run) for when, run in runs)
        yield finding(
            "AUT-02",
            export.school or data.uai or "établissement",
            summary=f"{many(len(chosen), 'import automatisé rejeté', 'imports automatisés rejetés')} pour seuil dépassé"
            f" (le dernier le {shown(chosen[-1][0])}){', un import a réussi depuis' if since else ''}.",
            cause="Trop de changements d'un coup, légitimes en début d'année, ou fichier abîmé : lire le bilan avant"
            " de décocher"
            " les seuils, jamais le dernier de la liste.",
            severity=HOUSEKEEPING if since else NEXT_IMPORT,
            evidence=[
                quote_line(data, run.origin, shown(when), f"{run.status} {run.file}".strip()) for when, run in chosen
            ],
        )


def stopped(data: SchoolData) -> Iterator[Finding]:
    """AUT-03: no automated import for longer than the school allows, when they used to be frequent."""
    for export, runs in history(data):
        automatic = [(when, run) for when, run in runs if run.auto]
        successes = [when for when, run in automatic if is_success(run)]
        if len(successes) < 2:
            continue
        asked = data.date_of(export)
        if SUMMER[0] <= (asked.month, asked.day) <= SUMMER[1]:
            continue
        usual = median(max((b - a).days, 1) for a, b in pairwise(successes))
        allowed = max(data.settings.auto_import_days, GAP * usual)
        silence = (asked - max(when for when, _ in automatic).date()).days
        if silence <= allowed:
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
        failed = [
            (when, run)
            for when, run in runs
            if FAILED.search(text.fold(run.status))
            and not OVER.search(text.fold(run.status))
            and not DOUBLE.search(text.fold(run.status))
        ]
        if failed:
            since = any(when > failed[-1][0] and is_success(run) for when, run in runs)
            yield finding(
                "EDT-11",
                export.school or data.uai or "établissement",
                summary=f"{many(len(failed), 'import a échoué', 'imports ont échoué')} sur une erreur technique de"
                " l'ENT"
                f"{', un import a réussi depuis' if since else ''}.",
                cause="Erreur du service d'import : réessayer une fois, depuis un autre navigateur, avant d'écrire à"
                " l'éditeur.",
                severity=HOUSEKEEPING if since else NEXT_IMPORT,
                evidence=[
                    quote_line(data, run.origin, shown(when), f"{run.status} {run.file}".strip())
                    for when, run in failed
                ],
            )
        asked = data.date_of(export)
        waiting = [
            (when, run)
            for when, run in runs
            if WAITING.search(text.fold(run.status))
            and not is_success(run)
            and asked - when.date() > QUEUE
            and not any(later > when for later, _ in runs)
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
