"""What could not be checked, for want of which export, and where to fetch it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from diagnostics.model import ENT_ACCOUNT_KINDS, Kind, Profile, StructureType
from diagnostics.rules.accounts import phone_lists
from diagnostics.rules.data import SchoolData
from diagnostics.rules.pronote import PROFILES, fills
from diagnostics.rules.structures import has_courses
from diagnostics.rules.view import Tool


@dataclass(frozen=True)
class Need:
    """Something that must be loaded: the test of it, and how to get it, in French."""

    met: Callable[[SchoolData], bool]
    how: str


def kinds(*wanted: Kind) -> Callable[[SchoolData], bool]:
    return lambda data: any(True for _ in data.of(*wanted))


def readable(tool: Tool, *profiles: Profile) -> Callable[[SchoolData], bool]:
    """Whether an export of the tool states persons of these profiles: an encrypted file states none."""
    return lambda data: any(True for _ in data.records(tool, *profiles))


PUPILS = Need(
    readable(Tool.SIECLE, Profile.ELEVE),
    "l'export SIECLE Élèves (SIECLE › Exportations › En XML › Élèves sans adresses)",
)
GUARDIANS = Need(
    lambda data: any(
        e.relations and any(r.profile is Profile.PARENT for r in e.records) for e in data.of_tool(Tool.SIECLE)
    ),
    "l'export SIECLE Responsables (SIECLE › Exportations › En XML › Responsables avec adresses)",
)
STS = Need(kinds(Kind.STS_EMP), "l'export sts_emp (STS-Web › Mise à jour › Exports › Emplois du temps)")
STAFF = Need(
    lambda data: bool(data.of(Kind.STS_EMP)) or readable(Tool.EDT, Profile.ENSEIGNANT)(data),
    "l'export sts_emp (STS-Web › Mise à jour › Exports › Emplois du temps) ou un export d'EDT lisible",
)
EDT = Need(
    readable(Tool.EDT),
    "un export d'EDT lisible (EDT_To_KOSMOS en clair ; un export chiffré ne montre personne) ou une liste exportée"
    " d'EDT",
)
EDT_PUPILS = Need(
    readable(Tool.EDT, Profile.ELEVE),
    "un export d'EDT lisible avec les élèves (EDT › Imports/Exports › Socles ENT, en clair)",
)
COURSES = Need(has_courses, "un export d'EDT lisible avec les cours (EDT › Imports/Exports › Socles ENT, en clair)")
EDT_ANY = Need(
    kinds(Kind.EDT_CLAIR, Kind.EDT_CHIFFRE, Kind.IDPN),
    "l'export d'EDT vers l'ENT (EDT › Imports/Exports › Socles ENT › Export manuel › Skolengo)",
)
ENT = Need(
    kinds(*ENT_ACCOUNT_KINDS),
    "l'export de l'annuaire de l'ENT (Administration › Annuaire) ou le fichier des identifiants",
)
ENT_FAMILIES = Need(
    lambda data: any(data.covered.get(p) for p in (Profile.ELEVE, Profile.PARENT)),
    "l'export de l'annuaire de l'ENT avec les élèves et les responsables",
)
ENT_STAFF = Need(
    lambda data: bool(data.covered.get(Profile.ENSEIGNANT)),
    "l'export de l'annuaire de l'ENT avec les enseignants et personnels",
)
OLDER_ENT = Need(
    lambda data: bool(data.older(*ENT_ACCOUNT_KINDS)),
    "un export plus ancien du même annuaire de l'ENT, à comparer au nouveau",
)
IDENTIFIERS = Need(kinds(Kind.ENT_IDENTIFIANTS), "le fichier des identifiants ENT (ENT-Identifiants….csv)")
REJECTED = Need(kinds(Kind.ENT_REJETS), "le fichier csv des comptes rejetés, joint au message de rejet de l'ENT")
SCHOOL_NAMED = Need(
    lambda data: any(r.extra.get("main_school") or r.school for r in data.records(Tool.ENT)),
    "un export de l'annuaire de l'ENT avec la colonne « établissement principal »",
)
FUNCTIONS = Need(
    lambda data: any(r.extra.get("function") for r in data.records(Tool.ENT)),
    "un export de l'annuaire de l'ENT avec la colonne « fonction »",
)
CLASSES = Need(
    lambda data: any(r.division for r in data.records(Tool.ENT, Profile.ELEVE)),
    "un export de l'annuaire de l'ENT avec la classe des élèves",
)
CLASSES_SOMEWHERE = Need(
    lambda data: CLASSES.met(data) or any(r.division for r in data.records(Tool.EDT, Profile.ELEVE)),
    "un export de l'annuaire de l'ENT avec la classe des élèves, ou un export d'EDT lisible",
)
PHONES = Need(
    lambda data: bool(phone_lists(data)),
    "la liste « Téléphones mis à jour » de l'ENT (Services personnels › Annuaire)",
)
DIRECTORIES = Need(
    lambda data: any(r.extra.get("directory") for r in data.records(Tool.ENT)),
    "un export de l'annuaire de l'ENT avec la colonne « annuaire d'origine »",
)
PRONOTE_LINK = Need(
    lambda data: any(fills(data, profile) for profile in PROFILES),
    "un export de l'annuaire de l'ENT avec la colonne « identifiant Pronote », ou une liste Pronote avec «"
    " Identifiant CAS »",
)
PRONOTE_IDS = Need(
    lambda data: (
        any(r.ids.get("idpn") for tool in (Tool.EDT, Tool.IDPN, Tool.PRONOTE) for r in data.records(tool))
        or bool(data.of(Kind.IDPN))
    ),
    "les identifiants Pronote lisibles (export d'EDT ou d'identifiants en clair)",
)
ENT_IDPN = Need(
    lambda data: any(r.ids.get("idpn") for r in data.records(Tool.ENT)),
    "un export de l'annuaire de l'ENT avec la colonne « identifiant Pronote »",
)
EDUCONNECT = Need(
    kinds(Kind.EDUCONNECT_ELEVES, Kind.EDUCONNECT_RESPONSABLES),
    "la liste des comptes EduConnect (ARENA › Administration des comptes EduConnect › Lister les comptes)",
)
EDUCONNECT_GUARDIANS = Need(
    kinds(Kind.EDUCONNECT_RESPONSABLES),
    "la liste des comptes EduConnect des responsables (ARENA › Administration des comptes EduConnect, par le chef"
    " d'établissement)",
)
UNRECOGNISED = Need(
    kinds(Kind.ENT_RAPPROCHEMENTS), "le tableau « Rapprochements » de l'import EDT, copié de l'écran de l'ENT"
)
HISTORY = Need(kinds(Kind.ENT_BILANS), "l'historique « Bilans d'import », copié de l'écran de l'ENT")
REPORT = Need(
    kinds(Kind.ENT_BILAN_PRELIMINAIRE), "un bilan préliminaire d'import (bouton « Télécharger le bilan » de l'ENT)"
)
GROUPS_EDT = Need(
    lambda data: any(True for _ in data.structures(Tool.EDT, StructureType.GROUPE)),
    "un export d'EDT lisible avec les groupes (EDT › Imports/Exports › Socles ENT, en clair)",
)
GROUPS_ENT = Need(
    lambda data: any(r.groups for r in data.records(Tool.ENT, Profile.ELEVE)),
    "un export de l'annuaire de l'ENT (ou AAF) avec les groupes des élèves",
)
GROUPS_SIECLE = Need(
    lambda data: (
        any(r.groups for r in data.records(Tool.SIECLE, Profile.ELEVE))
        or any(True for _ in data.structures(Tool.SIECLE, StructureType.GROUPE))
    ),
    "un export SIECLE Structures, ou Élèves avec les groupes",
)
GROUPS_STS = Need(
    lambda data: any(True for _ in data.structures(Tool.STS, StructureType.GROUPE)),
    "l'export sts_emp avec les groupes (STS-Web › Mise à jour › Exports › Emplois du temps)",
)
LINKS = Need(
    lambda data: bool(data.given(Kind.IMPORT_ELEVES)),
    "le fichier RNE-elevegroupe….zip (EDT › Imports/Exports › SIECLE › liens élèves/groupes)",
)
BLOCK_DATES = Need(
    lambda data: bool(data.settings.block_parents_until or data.settings.block_pupils_until),
    "les dates du blocage, à noter dans les réglages (Administration › Accès portail › Blocage des accès ENT)",
)
NEEDS: Mapping[str, tuple[tuple[Need, ...], ...]] = {
    "ANN-01": ((PUPILS, ENT_FAMILIES),),
    "ANN-02": ((OLDER_ENT, PUPILS), (OLDER_ENT, STS)),
    "ANN-03": ((STAFF, ENT_STAFF),),
    "ANN-04": ((REJECTED,),),
    "ANN-05": ((ENT,),),
    "ANN-06": ((PUPILS, ENT), (STS, ENT), (EDT, ENT)),
    "ANN-07": ((PUPILS, ENT), (STS, ENT_STAFF)),
    "ANN-08": ((DIRECTORIES,),),
    "ANN-09": ((FUNCTIONS,),),
    "ANN-12": ((PUPILS, SCHOOL_NAMED),),
    "ANN-13": ((IDENTIFIERS,),),
    "ANN-14": ((PHONES,),),
    "ANN-15": ((PUPILS, CLASSES_SOMEWHERE),),
    "EDU-04": ((EDUCONNECT_GUARDIANS,),),
    "EDU-05": ((EDUCONNECT,),),
    "EDU-06": ((EDUCONNECT, ENT_FAMILIES),),
    "EDU-10": ((DIRECTORIES,),),
    "PRN-01": ((PRONOTE_LINK,),),
    "PRN-02": ((ENT_IDPN, PRONOTE_IDS),),
    "PRN-03": ((UNRECOGNISED, ENT),),
    "PRN-05": ((PRONOTE_LINK,), (PRONOTE_IDS,)),
    "PRN-13": ((COURSES, SCHOOL_NAMED),),
    "SIE-01": ((PUPILS, GUARDIANS),),
    "SIE-02": ((PUPILS, GUARDIANS),),
    "SIE-04": ((PUPILS, GUARDIANS),),
    "SIE-05": ((PUPILS, GUARDIANS, ENT_FAMILIES),),
    "SIE-06": ((PUPILS,),),
    "SIE-07": ((PUPILS, GUARDIANS),),
    "SIE-08": ((PUPILS, GUARDIANS),),
    "SIE-09": ((LINKS,),),
    "STS-01": ((STS,),),
    "STS-03": ((STS, EDT), (STS, Need(kinds(Kind.EMP_STS), "l'export emp_sts (EDT › Imports/Exports › STS-Web)"))),
    "STS-04": ((EDT,),),
    "EDT-01": ((UNRECOGNISED,), (COURSES, ENT_STAFF)),
    "EDT-02": ((EDT_PUPILS,),),
    "EDT-03": ((HISTORY,),),
    "EDT-04": ((REPORT,),),
    "EDT-05": ((EDT_ANY,),),
    "EDT-06": ((COURSES,),),
    "EDT-08": ((OLDER_ENT, GROUPS_ENT, GROUPS_EDT, HISTORY),),
    "EDT-09": ((PUPILS, EDT_PUPILS),),
    "EDT-10": ((REPORT,),),
    "EDT-11": ((HISTORY,),),
    "AUT-01": ((HISTORY,),),
    "AUT-02": ((HISTORY,),),
    "AUT-03": ((HISTORY,),),
    "GRP-01": ((GROUPS_EDT,),),
    "GRP-02": ((GROUPS_EDT, GROUPS_ENT),),
    "GRP-04": ((GROUPS_SIECLE, GROUPS_STS),),
    "CDT-01": ((COURSES,), (HISTORY,)),
    "CDT-02": ((PUPILS, CLASSES),),
    "CDT-05": ((PUPILS, CLASSES),),
    "BLO-01": ((BLOCK_DATES,),),
    "MSG-06": ((PUPILS, GUARDIANS),),
    "SEC-01": (
        (
            PUPILS,
            GUARDIANS,
            Need(
                lambda data: bool(data.ent_ties),
                "le fichier des identifiants ENT, qui rattache les responsables aux élèves",
            ),
        ),
        (ENT_IDPN, PRONOTE_IDS),
    ),
}
"""Category → ways to check it, each a set of needs; the first one is asked for when none is met."""


def checked(data: SchoolData, category: str) -> bool:
    """Whether a category could be looked for."""
    return any(all(need.met(data) for need in way) for way in NEEDS[category])


GUARDIANS_LISTED = kinds(Kind.EDUCONNECT_RESPONSABLES)
PUPILS_LISTED = kinds(Kind.EDUCONNECT_ELEVES)
OF_ACCOUNTS = ("ANN-01", "ANN-02", "ANN-05", "ANN-07", "ANN-09", "EDU-06", "EDU-10", "PRN-01", "PRN-02", "PRN-05")
"""Categories told by profile from the accounts of the ENT."""


def unseen(data: SchoolData) -> frozenset[str]:
    """``ANN-01|parent``: what of a category the loaded exports cannot show for one profile, though they can for
    another. A re-check that hears nothing of it says nothing of it."""
    found = {f"{code}|{profile}" for code in OF_ACCOUNTS for profile in Profile if not data.covered.get(profile)}
    if data.of_tool(Tool.PRONOTE) or data.of_tool(Tool.EDT):
        found -= {f"{code}|{profile}" for code in ("PRN-01", "PRN-02") for profile in PROFILES if fills(data, profile)}
    if not PUPILS.met(data):
        found |= {f"{code}|{Profile.ELEVE}" for code in ("ANN-01", "ANN-02", "ANN-07", "ANN-12")}
    if not GUARDIANS.met(data):
        found |= {f"{code}|{Profile.PARENT}" for code in ("ANN-01", "ANN-02", "SIE-08", "MSG-06")}
    if not STS.met(data):
        found |= {f"{code}|{Profile.ENSEIGNANT}" for code in ("ANN-02", "ANN-03", "ANN-07")}
    for profile, listed in ((Profile.ELEVE, PUPILS_LISTED), (Profile.PARENT, GUARDIANS_LISTED)):
        if not listed(data):
            found |= {f"{code}|{profile}" for code in ("EDU-05", "EDU-06")}
    return frozenset(found)


def not_checked(data: SchoolData) -> tuple[tuple[str, str], ...]:
    """(category, what is missing and where to fetch it) for each category that the loaded exports cannot show."""
    found = []
    for category, ways in NEEDS.items():
        missing = [[need.how for need in way if not need.met(data)] for way in ways]
        shortest = min(missing, key=len)
        if shortest:
            found.append((category, "Il manque " + " et ".join(dict.fromkeys(shortest)) + "."))
    return tuple(found)
