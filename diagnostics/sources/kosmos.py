"""Tables of the ENT (Kosmos, Skolengo): identifiants, annuaire, rejected accounts, phones (formats.md §6)."""

from __future__ import annotations

import re

from .. import text
from ..model import Kind, Profile
from .layout import Layout, profile_column_works
from .persons import Reading

STRONG_REASON = re.compile(r"motif|rejet|erreur|anomalie")
REASON_WORDS = re.compile(
    r"\b(?:NON RECONNU|INTROUVABLE|DOUBLON|HOMONYM|REJET|ABSENT|MANQUANT|INCONNU|DIFFERENT|DEJA UTILISE|INVALIDE"
    r"|INCORRECT|OBLIGATOIRE|NON TROUVE|ERREUR|IMPOSSIBLE|AUCUN)\w*"
)
"""Vocabulary of reasons (formats.md §6.3)."""


def rejected(layout: Layout) -> Reading | None:
    """Accounts refused at the feeding of the directory: any table of persons with a column of reasons."""
    own = layout.own()
    if "motif" not in own or not (
        own & {"nom", "nom_prenom", "prenom_nom", "uid", "login", "cle_jointure", "ine", "code_source"}
    ):
        return None
    labels = [c.label for c in layout.columns if c.name == "motif"]
    strong = any(STRONG_REASON.search(text.header(label)) for label in labels)
    if not strong and not any(REASON_WORDS.search(text.fold(v)) for v in layout.values("motif")):
        return None
    return Reading(kind=Kind.ENT_REJETS, columns=layout.columns, profile=layout.subject(), verbatim=True)


def identifiants(layout: Layout) -> Reading | None:
    """« Fichier des identifiants », 13 or 19 columns, with or without ``classe``."""
    own, keys = layout.own(), layout.keys()
    if "uid" not in keys or not layout.names_persons():
        return None
    marks = {"cledejointure", "motdepasse", "uidpere", "uidmere", "uidtuteur1", "prenomenfant", "rne", "profil"} & keys
    if len(marks) < 2 or not own & {"login", "cle_jointure", "profil"}:
        return None
    return Reading(
        kind=Kind.ENT_IDENTIFIANTS,
        columns=layout.columns,
        profile=layout.subject(),
        merge_by_uid=True,
        software="Kosmos",
    )


def annuaire(layout: Layout) -> Reading | None:
    """Directory export, or the directory's search screen pasted."""
    own, keys = layout.own(), layout.keys()
    if not layout.names_persons():
        return None
    certain = bool({"identifiantent", "uident"} & keys) or "annuaire" in own
    screen = "profil" in own and bool(own & {"etablissement_principal"}) and "etat" in own
    listed = "profil" in own and "login" in own and bool(own & {"etablissement", "etablissement_principal", "uai"})
    if not (certain or screen or listed) or "eleve_id" in own:
        return None
    if "profil" in own and not profile_column_works(layout) and not certain:
        return None
    return Reading(
        kind=Kind.ENT_ANNUAIRE, columns=layout.columns, profile=layout.subject(), merge_by_uid=True, software="Kosmos"
    )


def phones(layout: Layout) -> Reading | None:
    """« Téléphones mis à jour »: guardians who changed their number in the ENT (knowledge.md §2.4)."""
    keys = layout.keys()
    title = "TELEPHONES MIS A JOUR" in text.fold(layout.title_text())
    changed = any(key.startswith(("nouveau", "ancien")) and ("tel" in key or "num" in key) for key in keys)
    if not layout.names_persons() or not (title or changed or "telephonemisajour" in keys):
        return None
    profile = layout.subject()
    return Reading(
        kind=Kind.TABLEAU,
        columns=layout.columns,
        profile=Profile.PARENT if profile is Profile.INCONNU else profile,
        meta={"list": "telephones_mis_a_jour"},
        software="Kosmos",
    )
