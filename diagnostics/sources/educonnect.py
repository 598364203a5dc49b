"""Account lists of EduConnect's administration, pupils and guardians (formats.md §7)."""

from __future__ import annotations

import msgspec

from .. import text
from ..model import Kind, Profile
from .columns import Column
from .layout import NAMES, Layout, replaced
from .persons import Reading

PUPIL_COLUMNS = frozenset({"classe", "ine", "eleve_id", "elenoet", "date_naissance"})
"""Columns that a list of guardians does not have."""


def accounts(layout: Layout) -> Reading | None:
    """Free columns: recognised by those of the screen, the state of the account and the last notice among them."""
    own, keys = layout.own(), layout.keys()
    named = layout.names_persons()
    told = "login_educonnect" in own or "EDUCONNECT" in text.fold(layout.title_text())
    screen = "derniere_information" in own or {"derniere_connexion", "etat"} <= own or "etatducompte" in keys
    count = len(
        own & {"nom", "nom_prenom", "login", "etat", "derniere_connexion", "derniere_information", "classe", "mel"}
    )
    if not named or not (told or (screen and count >= 3)):
        return None
    if {"uid", "idpn", "cle_jointure", "annuaire", "etablissement_principal"} & own or (
        "profil" in own and "derniere_information" not in own
    ):
        return None
    columns = layout.columns
    guardians = any(c.role.startswith(("resp", "pere", "mere", "tuteur", "enfant")) for c in columns)
    if guardians or layout.subject() is Profile.PARENT:
        return Reading(
            kind=Kind.EDUCONNECT_RESPONSABLES,
            columns=_guardians_first(columns),
            profile=Profile.PARENT,
            login_key="educonnect",
            state_key="state",
            software="EduConnect",
        )
    if not own & PUPIL_COLUMNS and layout.subject() is not Profile.ELEVE:
        return Reading(
            kind=Kind.TABLEAU,
            columns=columns,
            login_key="educonnect",
            state_key="state",
            software="EduConnect",
            doubt="Comptes EduConnect d'élèves ou de responsables ? Rien ne le dit : gardez dans l'export la colonne"
            " des classes ou celle des enfants.",
        )
    return Reading(
        kind=Kind.EDUCONNECT_ELEVES,
        columns=columns,
        profile=Profile.ELEVE,
        login_key="educonnect",
        state_key="state",
        software="EduConnect",
    )


def _guardians_first(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """In a list of guardians the account belongs to the guardian; the pupil named beside is the child."""
    if not any(c.role.startswith("resp") and c.name in NAMES for c in columns):
        return columns

    def turn(column: Column) -> Column:
        if column.role.startswith("resp"):
            return msgspec.structs.replace(column, role="")
        if not column.role and (column.subject is Profile.ELEVE or column.name in NAMES | {"prenom", "classe"}):
            return msgspec.structs.replace(column, role="enfant")
        return column

    return replaced(columns, turn)
