"""CSV extractions of SIECLE, of ONDE, and of tools that copy them (formats.md §3.6, §11)."""

from __future__ import annotations

from ..model import Kind, Profile
from .layout import Layout
from .persons import Reading


def extraction(layout: Layout) -> Reading | None:
    """``exportCSVExtraction.csv`` and ``EXP_Liste_des_eleves_par_division.csv``: columns ticked by the user."""
    own, keys = layout.own(), layout.keys()
    if not layout.names_persons():
        return None
    marks = 0
    marks += "nomdefamille" in keys
    marks += bool({"prenom1", "prenom2"} & keys)
    marks += bool({"ninterne", "eleveid", "elenoet"} & keys)
    marks += "division" in keys or "codestructure" in keys
    marks += any(("repr" in key and "legal" in key) or "resplegal" in key for key in keys)
    marks += any(key.endswith(("financ", "respfinanc")) for key in keys)
    if marks < 2 or own & {"uid", "login", "login_educonnect", "idpn", "cle_jointure", "profil"}:
        return None
    return Reading(kind=Kind.SIECLE_CSV, columns=layout.columns, profile=Profile.ELEVE, software="SIECLE")


def onde(layout: Layout) -> Reading | None:
    """First-degree extractions (ONDE, formerly BE1D): pupils, teachers, or guardians with their children repeated."""
    if {"nomresponsable", "prenomresponsable", "prenomenfant"} <= layout.keys():
        return Reading(kind=Kind.TABLEAU, columns=layout.columns, profile=Profile.PARENT, software="ONDE")
    if {"civilite", "directeur", "classe"} <= layout.keys():
        return Reading(kind=Kind.TABLEAU, columns=layout.columns, profile=Profile.ENSEIGNANT, software="ONDE")
    if not {"nomeleve", "prenomeleve"} <= layout.keys() or not {"cycle", "datenaissance"} & layout.keys():
        return None
    return Reading(kind=Kind.TABLEAU, columns=layout.columns, profile=Profile.ELEVE, software="ONDE")


def pix(layout: Layout) -> Reading | None:
    """The pupil template of Pix Orga."""
    if not {"identifiantunique", "premierprenom"} <= layout.keys():
        return None
    return Reading(kind=Kind.TABLEAU, columns=layout.columns, profile=Profile.ELEVE, software="Pix")


def scribe(layout: Layout) -> Reading | None:
    """Accounts of an EOLE/Scribe server."""
    if not {"login", "motdepasse", "numeroeleve"} <= layout.keys():
        return None
    return Reading(kind=Kind.TABLEAU, columns=layout.columns, profile=Profile.ELEVE, software="EOLE Scribe")
