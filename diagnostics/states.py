"""The states of an incident, written down once; light, for the screens need them before the base is opened."""

from __future__ import annotations

TO_QUALIFY = "à qualifier"
AT_SCHOOL = "en attente de l'établissement"
DELAYED = "délai en cours"
READY = "prêt"
LEFT = "envoyé"
REMINDED = "relancé"
SOLVED = "résolu"
SHELVED = "clos"

STATES = (TO_QUALIFY, AT_SCHOOL, DELAYED, READY, LEFT, REMINDED, SOLVED, SHELVED)
"""In the order of an incident's life (knowledge.md §9, line 18)."""
FIRST_STATE = TO_QUALIFY
SENT = frozenset({LEFT, REMINDED})
CLOSED = frozenset({SOLVED, SHELVED})
