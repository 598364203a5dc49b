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
        in_siecle: the person is in a SIECLE export of pupils; None when none is loaded.
        siecle: the record of SIECLE that bears the very name, when one does.
        in_guardians: the person is in a SIECLE export of guardians; None when none is loaded.
        contact_only: as a guardian, only ever a person to contact.
        children_absent: as a guardian, has children and none has an account.
        rejected: why the ENT rejected the account, when the list of rejected accounts names the person.
    """

    sts_loaded: bool = False
    in_sts: bool = False
    in_siecle: bool | None = None
    siecle: Record | None = None
    in_guardians: bool | None = None
    contact_only: bool = False
    children_absent: bool = False
    rejected: str = ""


def expected(record: Record, export: Export, around: Around) -> str:
    """French sentence on what explains the absence and what to do, "" when nothing in the data does."""
    if around.rejected:
        return f"compte rejeté par l’ENT, motif : {around.rejected}"
    if moved := _moved(record, export):
        return moved
    if record.profile is Profile.ELEVE:
        return _pupil(record, export, around)
    if record.profile is Profile.PARENT:
        return _guardian(export, around)
    if record.profile in {Profile.ENSEIGNANT, Profile.NON_ENSEIGNANT}:
        return _staff(record, export, around)
    return ""


def _moved(record: Record, export: Export) -> str:
    """Whether a record says that the person has left, or has just come."""
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
    return ""


def _pupil(record: Record, export: Export, around: Around) -> str:
    if around.in_siecle is False:
        return "élève absent de SIECLE : ancien élève à retirer de ce logiciel, ou inscription à faire dans SIECLE"
    known = record if export.kind is Kind.SIECLE_ELEVES else around.siecle
    if known is None:
        return ""
    if known is not record and (moved := _moved(known, export)):
        return f"d’après SIECLE, {moved}"
    if not known.division or text.code(known.division) in OUT_OF_CLASS:
        return "élève sans classe dans SIECLE : l’affecter à une division, le compte suivra"
    if not known.ids.get("ine"):
        return "élève sans INE dans SIECLE : le compte est créé après l’immatriculation"
    return (
        f"élève inscrit en {known.division} dans SIECLE avec un INE : le compte suit l’alimentation de l’annuaire sous "
        "48 h, sinon prévenir la DSI"
    )


def _guardian(export: Export, around: Around) -> str:
    if around.contact_only:
        return "personne à contacter seulement : SIECLE ne lui donne pas de compte"
    if around.children_absent:
        return "ses enfants n’ont pas de compte non plus : famille nouvelle ou partie, voir d’abord l’enfant"
    if export.kind is Kind.SIECLE_RESPONSABLES or around.in_guardians:
        return "responsable dans SIECLE : le compte suit l’alimentation de l’annuaire sous 48 h, sinon prévenir la DSI"
    if around.in_guardians is False:
        return "responsable absent de SIECLE : l’y déclarer, ou le retirer de ce logiciel"
    return ""


def _staff(record: Record, export: Export, around: Around) -> str:
    if record.ids.get("sts_type", "").lower() == "local":
        return "personnel local de STS-Web : pas de compte académique, voir l’alimentation avec la DSI"
    if around.in_sts or export.kind is Kind.STS_EMP:
        return (
            "présent dans STS-Web : le compte suit l’alimentation de l’annuaire sous 48 h, sinon vérifier sa "
            "fonction et son affectation"
        )
    if around.sts_loaded:
        return (
            "absent de STS-Web : enseignant partagé ou nouvel arrivant, chercher son compte dans tout l’ENT et "
            "vérifier son affectation"
        )
    return ""


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return None
