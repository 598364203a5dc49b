"""The problems as data: one card per category, one TOML file per family, and the académies of the documents.

A school or an académie replaces fields of a card, or adds cards, with TOML files of the same shape in the folder that
the setting ``catalogue`` names: only the keys that change are written.
"""

from __future__ import annotations

from diagnostics.catalogue.card import HOMES, SCOPES, Alternative, Card, Contact, Document, MenuPath, Preset, Step, Turn
from diagnostics.catalogue.explain import explain_text
from diagnostics.catalogue.reading import FAMILIES, card, cards, documents, families, menus, preset, presets

__all__ = [
    "FAMILIES",
    "HOMES",
    "SCOPES",
    "Alternative",
    "Card",
    "Contact",
    "Document",
    "MenuPath",
    "Preset",
    "Step",
    "Turn",
    "card",
    "cards",
    "documents",
    "explain_text",
    "families",
    "menus",
    "preset",
    "presets",
]
