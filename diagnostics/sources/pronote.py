"""Lists of PRONOTE and EDT: free titles, names in one cell (formats.md §9)."""

from __future__ import annotations

from .. import text
from ..model import Kind, Profile
from .layout import NAMES, Layout
from .persons import Reading

PUPIL_COLUMNS = frozenset({"ine", "eleve_id", "elenoet", "regime", "mef"})


def listing(layout: Layout) -> Reading | None:
    """Recognised by what only these lists have: identifiant CAS, IDPN, « Né(e) le », « Élève » in one cell…"""
    own, keys = layout.own(), layout.keys()
    if not layout.names_persons() or "login_educonnect" in own:
        return None
    above = text.fold(layout.title_text())
    marks = 0
    marks += 2 * bool({"identifiantcas", "idcas", "identifiantpronote", "idpn", "idpronote"} & keys)
    marks += 2 * ("PRONOTE" in above or " EDT " in f" {above} ")
    marks += bool({"neele", "nele", "neeles"} & keys)
    marks += any(c.name == "nom_prenom" and c.label.casefold() == "nom" for c in layout.columns)
    marks += bool({"numeronational", "nnational"} & keys)
    marks += any(c.name in NAMES and not c.role and c.subject != Profile.INCONNU for c in layout.columns)
    marks += bool({"touteslesressources", "projetdaccompagnement", "dispositif", "classederattachement"} & keys)
    marks += any(c.role.startswith("resp") and c.name in NAMES for c in layout.columns)
    if marks < 2:
        return None
    return Reading(kind=Kind.PRONOTE_LISTE, columns=layout.columns, profile=guess_profile(layout), software="PRONOTE")


def guess_profile(layout: Layout) -> Profile:
    """Whose list it is, from its titles then from columns that only one profile has."""
    subject = layout.subject()
    if subject is not Profile.INCONNU:
        return subject
    own, roles = layout.own(), layout.roles()
    if any(role.startswith("enfant") for role in roles):
        return Profile.PARENT
    if roles & {"resp1", "resp2", "pere", "mere"} or own & PUPIL_COLUMNS:
        return Profile.ELEVE
    if "discipline" in own and "regime" not in own:
        return Profile.ENSEIGNANT
    if "sts_id" in own:
        return Profile.ENSEIGNANT
    if {"date_entree", "date_sortie", "date_naissance"} <= own and not own & {"fonction", "discipline"}:
        return Profile.ELEVE
    if "classe" in own and not own & {"fonction", "civilite"}:
        values = layout.values("classe")
        if values and all("," not in v and ";" not in v for v in values):
            return Profile.ELEVE
    return Profile.INCONNU


def anything(layout: Layout) -> Reading | None:
    """Any other table that names persons."""
    if not layout.names_persons():
        return None
    return Reading(kind=Kind.TABLEAU, columns=layout.columns, profile=guess_profile(layout))
