"""What to expect of a person who has no account, when the data says so (knowledge.md §2.3, §2.4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from diagnostics import text
from diagnostics.model import Export, Kind, Profile, Record

NEWCOMER_DAYS = 45
"""A newcomer's account follows the next exchanges between SIECLE, the academic directory and the ENT; knowledge.md §2.3
counts one week at rest and several at the start of the year."""
OUT_OF_CLASS = frozenset({"INACTIFS", "INACTIF", "SORTIS", "SORTI"})


@dataclass(frozen=True)
class Around:
    """What the other exports say of the person.

    Attributes:
        sts_loaded: an STS export is loaded.
        in_sts: the person is in it.
        in_siecle: the person is in a SIECLE export; None when none is loaded.
        contact_only: as a guardian, only ever a person to contact.
        children_absent: as a guardian, has children and none has an account.
    """

    sts_loaded: bool = False
    in_sts: bool = False
    in_siecle: bool | None = None
    contact_only: bool = False
    children_absent: bool = False


def expected(record: Record, export: Export, around: Around) -> str:
    """French sentence on what explains the absence and what to do, "" when nothing in the data does."""
    made = _day(export.made_on) or date.today()
    left = _day(record.extra.get("exit_date", ""))
    if left and left <= made:
        return f"parti le {text.french_date(left.isoformat())} : l’absence de compte est normale"
    entered = _day(record.extra.get("entry_date", ""))
    if entered and (made - entered).days <= NEWCOMER_DAYS:
        return (
            f"nouvel arrivant (entré le {text.french_date(entered.isoformat())}) : le compte suit la prochaine "
            "alimentation de l’annuaire, vérifier dans quelques jours"
        )
    if record.profile is Profile.ELEVE:
        if export.kind is Kind.SIECLE_ELEVES:
            if not record.division or text.code(record.division) in OUT_OF_CLASS:
                return "élève sans classe dans SIECLE : l’affecter à une division, le compte suivra"
            if not record.ids.get("ine"):
                return "élève sans INE dans SIECLE : le compte est créé après l’immatriculation"
        elif around.in_siecle is False:
            return "élève absent de SIECLE : ancien élève à retirer de ce logiciel, ou inscription à faire dans SIECLE"
    if record.profile is Profile.PARENT and around.contact_only:
        return "personne à contacter seulement : SIECLE ne lui donne pas de compte"
    if record.profile is Profile.PARENT and around.children_absent:
        return "ses enfants n’ont pas de compte non plus : famille nouvelle ou partie, voir d’abord l’enfant"
    if record.profile in {Profile.ENSEIGNANT, Profile.NON_ENSEIGNANT}:
        if record.ids.get("sts_type", "").lower() == "local":
            return "personnel local de STS-Web : pas de compte académique, voir l’alimentation avec la DSI"
        if around.sts_loaded and not around.in_sts and export.kind is not Kind.STS_EMP:
            return (
                "absent de STS-Web : enseignant partagé ou nouvel arrivant, chercher son compte dans tout l’ENT et "
                "vérifier son affectation"
            )
        if around.in_sts or export.kind is Kind.STS_EMP:
            return (
                "présent dans STS-Web : le compte suit l’alimentation de l’annuaire sous 48 h, sinon vérifier sa "
                "fonction et son affectation"
            )
    return ""


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return None
