"""Tables of sister ENTs that a helpdesk also meets: Edifice, iTOP, Atos (formats.md §6.5)."""

from __future__ import annotations

from collections.abc import Sequence

from .. import text
from ..model import Kind, Profile
from . import cells as cell
from .columns import Column
from .fitting import shape_of
from .layout import SAMPLE_ROWS, Layout
from .persons import Reading
from .rows import Row

ATOS_NAMES = ("profil", "prenom", "nom", "login", "classe", "mdp")
ATOS_LOGINS = 6
"""Tenths of the rows whose login is made of the name."""
ATOS_LABELS = ("profil", "prénom", "nom", "login", "classe", "mot de passe")


def edifice_export(layout: Layout) -> Reading | None:
    """Export of accounts of NEO, ONE and their family."""
    keys = layout.keys()
    if not {"id", "type", "nom", "login"} <= keys or not {"idsiecle", "aliasdelogin", "fonctions", "structures"} & keys:
        return None
    return Reading(
        kind=Kind.EDIFICE,
        columns=layout.columns,
        guardian_records=False,
        merge_by_uid=True,
        blank_password_is_activated=True,
        software="Edifice",
    )


def edifice_template(layout: Layout) -> Reading | None:
    """Import templates of the same family: one file per profile, told by its columns."""
    own, keys = layout.own(), layout.keys()
    if "externalid" not in keys or not layout.names_persons():
        return None
    birth_needed = any(c.name == "date_naissance" and c.label.rstrip().endswith("*") for c in layout.columns)
    if any(c.role.startswith("enfant") for c in layout.columns):
        profile = Profile.PARENT
    elif own & {"fonction", "discipline"}:
        profile = Profile.ENSEIGNANT if "classe" in own else Profile.NON_ENSEIGNANT
    elif birth_needed or "classe" in keys:
        profile = Profile.ELEVE
    else:
        profile = Profile.AUTRE
    return Reading(
        kind=Kind.EDIFICE, columns=layout.columns, profile=profile, guardian_records=False, software="Edifice"
    )


def itop(layout: Layout) -> Reading | None:
    """iTOP: the accounts, and the files of passwords (whose passwords are not kept)."""
    own, keys = layout.own(), layout.keys()
    if not layout.names_persons():
        return None
    accounts = "guid" in keys or any(v.casefold().startswith("national_") for v in layout.values("profil"))
    passwords = "numerodejointure" in keys and bool({"datededesactivation", "motdepasse"} & keys)
    if not accounts and not passwords:
        return None
    profile = layout.subject()
    if profile is Profile.INCONNU and "classe" in own and "profil" not in own:
        profile = Profile.ELEVE
    return Reading(kind=Kind.ITOP, columns=layout.columns, profile=profile, software="iTOP")


def atos_layout(first_rows: Sequence[Row]) -> Layout | None:
    """A table without header whose first column is a profile: ``profil,prenom,nom,login,classe,mdp``."""
    kept = [row for _, row in first_rows if len(row) >= 5]
    if not kept or len(kept) * 10 < len(first_rows) * 8:
        return None
    profiles = sum(cell.profile(row[0]) is not Profile.INCONNU for row in kept)
    if profiles * 10 < len(kept) * 9 or any("@" in row[1] or any(map(str.isdigit, row[2])) for row in kept):
        return None
    named = sum(is_login_of(row[3], row[1], row[2]) for row in kept)
    if named * 10 < len(kept) * ATOS_LOGINS:
        return None
    width = max(5, min(6, max(len(row) for row in kept)))
    columns = tuple(Column(i, ATOS_LABELS[i], ATOS_NAMES[i]) for i in range(width))
    sample = tuple(tuple(row) for row in kept[:SAMPLE_ROWS])
    shape = shape_of(kept, width)
    return Layout(header_line=0, labels=ATOS_LABELS[:width], columns=columns, sample=sample, shape=shape)


def is_login_of(login: str, given: str, surname: str) -> bool:
    """Whether a login is made of a name, as those of an ENT are: other tables begin with a profile too."""
    flat = text.code(login)
    parts = (text.code(given)[:3], text.code(surname)[:3])
    return " " not in login and bool(flat) and any(len(part) > 1 and part in flat for part in parts)


def atos(layout: Layout) -> Reading:
    return Reading(kind=Kind.ATOS, columns=layout.columns, software="Atos")
