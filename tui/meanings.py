"""What a column may mean, as an agent reads it, for the screen and the command that name columns."""

from __future__ import annotations

from diagnostics.sources.titles import CANONICAL

NOT_READ = "ignorer"
PASSWORD = "mdp"
GUESS = ""
"""The meaning of a column on which nothing is said."""
UNKNOWN = "?"
OTHERS = {
    "resp1": "responsable 1",
    "resp2": "responsable 2",
    "pere": "père",
    "mere": "mère",
    "enfant": "enfant",
}
"""Persons of whom the row of somebody else speaks."""
OF_OTHERS = (
    "nom", "prenom", "nom_prenom", "prenom_nom", "civilite", "date_naissance", "classe", "lien", "mel", "tel",
    "adresse", "cp", "ville", "login", "uid", "ine", "cle_jointure",
)  # fmt: skip


def said(name: str) -> str:
    """« prénom », « responsable 1 : adresse mail »; « ? » when nothing is known."""
    if not name:
        return UNKNOWN
    role, _, own = name.rpartition(".")
    label = CANONICAL.get(own, own)
    return f"{OTHERS.get(role, role)} : {label}" if role else label


def names() -> list[str]:
    """Every name that may be given, the person of the row first."""
    return [*CANONICAL, *(f"{role}.{name}" for role in OTHERS for name in OF_OTHERS)]
