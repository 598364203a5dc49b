"""States of accounts as tools write them, folded to a few (formats.md §7; knowledge.md §6.2: no exhaustive list)."""

from __future__ import annotations

import enum
import functools
import re

from diagnostics import text
from diagnostics.model import Record
from diagnostics.rules.data import SchoolData


class State(enum.StrEnum):
    ACTIVE = "actif"
    NOT_ACTIVATED = "non_active"
    LOCKED = "bloque"
    EXPIRED = "expire"
    IDLE = "inactif"
    REMOVED = "supprime"
    UNKNOWN = "inconnu"


PATTERNS: tuple[tuple[re.Pattern[str], State], ...] = (
    (re.compile(r"\b(NON|PAS|DE|PLUS) ?(BLOQU|VERROUILL|SUSPEND)|NON EXPIR|PAS EXPIR"), State.ACTIVE),
    (re.compile(r"BLOQU|VERROUILL|SUSPEND|LOCK"), State.LOCKED),
    (re.compile(r"EXPIR|PERIM|ECHU|\bPLUS VALIDE"), State.EXPIRED),
    (re.compile(r"SUPPRIM|DESACTIV|CLOTUR|FERME|INVALID|REVOQU|ANNUL"), State.REMOVED),
    (
        re.compile(
            r"\b(NON|PAS|SANS|JAMAIS) (ENCORE )?(ETE )?(ACTIV|ACTIF|VALID|CONFIRM|INITIAL|OUVERT|OPERATION)|A ACTIVER"
            r"|A VALIDER|JAMAIS|EN ATTENTE|EN COURS|A CONFIRMER|NOTIFI|CREE|PROVISOIRE"
        ),
        State.NOT_ACTIVATED,
    ),
    (re.compile(r"INACTIF|INACTIVE|DORMANT|INUTILIS|\bPLUS ACTI"), State.IDLE),
    (re.compile(r"\bACTIF|\bACTIVE|OPERATIONNEL|\bVALIDE|\bOUVERT"), State.ACTIVE),
)
"""Searched in this order, so that a negation is read before the word it denies: « non actif », « invalide »."""


def state_of(data: SchoolData, record: Record) -> State:
    """The state of an account, by the school's own map first."""
    written = record.extra.get("state", "") or record.extra.get("status", "")
    return data.once(known_states).get(text.fold(written)) or fold_state(written)


def known_states(data: SchoolData) -> dict[str, State]:
    """The map of the settings; values that are no state are left aside."""
    names = {state.value: state for state in State}
    return {text.fold(k): names[v] for k, v in data.settings.states.items() if v in names}


@functools.lru_cache(maxsize=1 << 10)
def fold_state(written: str) -> State:
    """``À activer`` → NOT_ACTIVATED; UNKNOWN when the words say nothing."""
    folded = text.fold(written)
    return next((state for pattern, state in PATTERNS if pattern.search(folded)), State.UNKNOWN)
