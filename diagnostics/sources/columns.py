"""From column titles to canonical names (formats.md §0.5): synonyms, whose column it is, passwords."""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from .. import text
from ..model import Profile

CANONICAL: Mapping[str, str] = {
    "nom": "nom de famille",
    "nom_usage": "nom d'usage",
    "prenom": "prénom",
    "autres_prenoms": "autres prénoms",
    "nom_prenom": "nom et prénom dans une case",
    "date_naissance": "date de naissance",
    "sexe": "sexe",
    "civilite": "civilité",
    "classe": "classe",
    "groupes": "groupes",
    "profil": "profil",
    "ine": "INE",
    "eleve_id": "n° interne SIECLE (ELEVE_ID)",
    "elenoet": "numéro élève (ELENOET)",
    "etab_id": "numéro propre à l'établissement",
    "personne_id": "n° de personne SIECLE (PERSONNE_ID)",
    "sts_id": "n° STS",
    "uai": "UAI (RNE)",
    "etablissement": "établissement",
    "etablissement_principal": "établissement principal",
    "login": "identifiant de connexion",
    "uid": "identifiant ENT (uid)",
    "idpn": "identifiant Pronote (IDPN)",
    "login_educonnect": "identifiant EduConnect",
    "cle_jointure": "clé de jointure",
    "code_source": "code source (rapprochements)",
    "mdp": "mot de passe (jamais lu)",
    "mel": "adresse mail",
    "tel": "téléphone",
    "adresse": "adresse",
    "cp": "code postal",
    "ville": "ville",
    "pays": "pays",
    "etat": "état ou statut du compte",
    "derniere_connexion": "dernière connexion",
    "derniere_information": "dernière information",
    "date_desactivation": "date de désactivation",
    "date_entree": "date d'entrée",
    "date_sortie": "date de sortie",
    "motif_sortie": "motif de sortie",
    "motif": "motif de rejet",
    "fonction": "fonction",
    "discipline": "discipline",
    "annuaire": "annuaire d'origine",
    "mef": "MEF (formation)",
    "regime": "régime",
    "enfant": "enfants",
    "niveau": "niveau de responsabilité",
    "lien": "lien de parenté",
    "date": "date (d'un import)",
    "auto": "import automatique",
    "fichier": "fichier importé",
    "bilan": "bilan",
    "identifier": "à identifier",
    "ignorer": "ne pas lire",
}
"""Canonical names with what an agent reads when choosing one. A guardian's column is ``resp1.nom``, a child's
``enfant.prenom``."""

SYNONYMS: Mapping[str, str] = {
    "nom": "Nom|Nom de famille|Nom patronymique|Nom de naissance|Patronyme|NOM_DE_FAMILLE|sn|Last name|Lastname|Non"
    "|Nom de l'utilisateur|Nom famille",
    "nom_usage": "Nom d'usage|Nom usage|NOM_USAGE|Nom marital|Nom d'épouse|Nom usuel",
    "prenom": "Prénom|Prénom 1|Premier prénom|Prénoms|Prénom(s)|givenName|First name|Firstname|Prénom usuel"
    "|Prénom d'usage",
    "autres_prenoms": "Prénom 2|Prénom 3|Deuxième prénom|Troisième prénom|Autres prénoms|Second prénom",
    "nom_prenom": "Nom Prénom|Nom et prénom|Noms et prénoms|Nom, prénom|Utilisateur|Identité|Nom complet|Prénom Nom"
    "|Prénom et nom|Nom - Prénom|Personne|Noms|Compte|Titulaire|Nom/Prénom|Display name|Nom affiché",
    "date_naissance": "Date de naissance|Naissance|Né(e) le|Né le|Née le|Date naissance|DATE_NAISS|Date naiss.|DDN"
    "|Date de naissance (jj/mm/aaaa)|Date de naiss.|birthDate|Date nais",
    "sexe": "Sexe|Code sexe|Genre|CODE_SEXE",
    "civilite": "Civilité|Titre|Civ.|Civ|LC_CIVILITE|personalTitle",
    "classe": "Classe|Classes|Division|Divisions|Classe(s)|Code division|Code classe|Libellé classe|Classe actuelle"
    "|Nom de la classe|Class|Structure classe|Division de l'élève|Code structure",
    "groupes": "Groupe|Groupes|Groupe(s)|Regroupement|Regroupements|Groupes de l'élève|Toutes les ressources",
    "profil": "Profil|Type|Catégorie|Population|Rôle|Profil utilisateur|Type de compte|Profils|Type d'utilisateur"
    "|Catégorie de personne",
    "ine": "INE|Identifiant national|ID national|Numéro national|N° national|NumeroNational|INE RNIE|INE_RNIE"
    "|ID_NATIONAL|Identifiant national élève|N° INE|Numéro INE|Code INE|Identifiant national élève (INE)"
    "|Identifiant national de l'élève|Identifiant national (INE)|Num national|INE BEA|Identifiant unique",
    "eleve_id": "ELEVE_ID|Id Siecle|Id Sconet|N° interne|Identifiant SIECLE|ID BE|Identifiant interne|IDSconet"
    "|Numéro interne|Id élève|Num interne",
    "elenoet": "ELENOET|Numéro élève|N° élève|N° GEP|Num élève établissement|N° dans l'établissement",
    "etab_id": "ID_ELEVE_ETAB|Identifiant établissement|Id établissement élève",
    "personne_id": "PERSONNE_ID|Id personne|Identifiant personne",
    "sts_id": "Id STS|IDSTS|N° STS|Identifiant STS|NUMEN STS",
    "uai": "UAI|RNE|Code établissement|N° établissement|Code UAI|Code RNE|UAI établissement|Numéro établissement|UAJ"
    "|UAI de l'établissement|RNE établissement",
    "etablissement": "Etablissement|Structure(s)|Structure|Structures|Nom établissement|Etablissements|Ecole"
    "|Nom de l'établissement|Libellé établissement",
    "etablissement_principal": "Établissement principal|Etab. principal|Etablissement de rattachement|Etab principal"
    "|Structure de rattachement|Etablissement d'origine",
    "login": "Login|Identifiant|Identifiant de connexion|Nom d'utilisateur|Login ENT|Nom de connexion|Username"
    "|Identifiant PRONOTE de connexion|Identifiant utilisateur|Login de connexion|Compte utilisateur|User",
    "uid": "uid|Identifiant ENT|Id|Id ENT|Guid|Identifiant CAS|ID CAS|IDCAS|Uid ENT|ENTPersonUid|Identifiant unique ENT"
    "|UID utilisateur|Identifiant technique|CAS",
    "idpn": "IDPN|IdPN|ID Pronote|Identifiant PRONOTE|Identifiants PRONOTE|Id PN",
    "login_educonnect": "Identifiant EduConnect|Login EduConnect|Compte EduConnect|Id EduConnect",
    "cle_jointure": "cle de jointure|Clé de jointure|Numéro de jointure|ENTPersonJointure|Externalid|Identifiant externe"
    "|Jointure|N° de jointure|Id externe|Identifiant AAF|Clé jointure|Cle AAF|Num jointure",
    "code_source": "Code source|Code_source|Codesource",
    "mel": "Mél|Mail|Email|E-mail|Courriel|Adr. mail|Adresse mail|Adresse électronique|Adm. mail|Messagerie|Adresse mél"
    "|Adresse e-mail|Adr mél|Adresse courriel|Courriel personnel|Email personnel|Mail personnel|MEL_1",
    "tel": "Téléphone|Tél.|Portable|Téléphone portable|Téléphone domicile|Tel|Mobile|Tél. portable|Tél portable"
    "|Téléphone mobile|Numéro de téléphone|N° de téléphone|Téléphone personnel|Nouveau numéro|Nouveau téléphone"
    "|Téléphone mis à jour|N° portable|Tél. domicile|Tél. personnel|TEL_PORTABLE|Numéro|Numéro portable"
    "|Nouveau numéro de téléphone|Tél. mobile",
    "adresse": "Adresse|Adresse 1|Adresse postale|Rue|Ligne 1 adresse|Adresse ligne 1|Adresse complète",
    "cp": "Code postal|CP|Code Post.",
    "ville": "Ville|Commune|Localité|Libellé postal",
    "pays": "Pays",
    "etat": "État|Etat|Statut|État du compte|Actif|Situation|État de compte|Etat compte|Statut du compte|Stat|Status"
    "|Etat d'activation|Activé|Compte actif|Statut du responsable",
    "derniere_connexion": "Dernière connexion|Date de dernière connexion|Dernière connexion le|Date dernière connexion"
    "|Dernier accès|Dern. connexion",
    "derniere_information": "Dernière information|Dernière notification|Date de dernière information|Dernière info"
    "|Date dernière notification|Informé le|Date dernière information",
    "date_desactivation": "Date de désactivation|Désactivé le|Date désactivation",
    "date_entree": "Date d'entrée|Date entrée|Entrée|Entré(e) le|Arrivée le|Date arrivée|Entrée le",
    "date_sortie": "Date de sortie|Date sortie|Sortie|Sorti(e) le|Date départ|Sortie le",
    "motif_sortie": "Motif de sortie|Motif sortie|Code motif sortie",
    "motif": "Motif|Motif de rejet|Motif du rejet|Raison|Cause|Erreur|Message|Anomalie|Libellé erreur|Commentaire"
    "|Raison du rejet|Cause du rejet|Motif d'erreur|Message d'erreur|Libellé du rejet|Motifs|Cause de rejet|Rejet"
    "|Libellé motif|Libellé de l'erreur|Description erreur|Motif(s) de rejet|Raison de rejet|Anomalies|Erreurs"
    "|Détail|Description de l'erreur|Libellé anomalie|Motif de non intégration|Observation|Observations"
    "|Motif anomalie|Explication",
    "fonction": "Fonction|Fonction(s)|Fonctions|Fonction principale|Poste|Emploi",
    "discipline": "Discipline|Disciplines|Discipline de poste|Matière|Matières|Matière enseignée|Matière(s)|Spécialité"
    "|Disciplines de poste|Matières enseignées|Discipline(s)",
    "annuaire": "Annuaire d'origine|Annuaire|Source|Origine|Annuaire source|Provenance|Origine du compte|Source du compte",
    "mef": "MEF|Code MEF|Formation|Libellé MEF|Niveau|Code formation",
    "regime": "Régime|Code régime|Libellé régime",
    "niveau": "Niveau de responsabilité|NIVEAU_RESPONSABILITE|RESP_LEGAL|Légal|Type de responsabilité|Responsabilité",
    "lien": "Lien|Lien de parenté|Parenté|CODE_PARENTE|Lien avec l'élève|Lien parenté|Lien de parenté avec l'élève",
    "date": "Date|Date d'import|Date de l'import|Importé le|Date import|Date et heure|Horodatage",
    "auto": "Auto|Automatique|Import automatique|Automatisé|Mode",
    "fichier": "Fichiers importés|Fichier importé|Fichier|Fichier(s) importé(s)|Fichiers|Nom du fichier|Fichier source",
    "bilan": "Bilan|Bilan d'import|Bilans|Rapport|Compte rendu",
    "identifier": "Identifier|A identifier|Utilisateur ENT|Compte ENT|Utilisateur identifié",
}

SUBJECTS: Mapping[str, Profile] = {
    "eleve": Profile.ELEVE, "eleves": Profile.ELEVE, "etudiant": Profile.ELEVE, "etudiants": Profile.ELEVE,
    "professeur": Profile.ENSEIGNANT, "professeurs": Profile.ENSEIGNANT, "prof": Profile.ENSEIGNANT,
    "enseignant": Profile.ENSEIGNANT, "enseignants": Profile.ENSEIGNANT, "enseignante": Profile.ENSEIGNANT,
    "personnel": Profile.NON_ENSEIGNANT, "personnels": Profile.NON_ENSEIGNANT, "agent": Profile.NON_ENSEIGNANT,
}  # fmt: skip
"""Words of a title that say whose column it is."""
SUBJECT = re.compile(r"\b(?:de l |du |des |de la |de |d |l )?(" + "|".join(SUBJECTS) + r")(?: e| s| e s)?\b")
PASSWORD = re.compile(
    r"\b(mots? de passe|mdp|password|passwd|passe|pwd|pin|code confidentiel)\b|\b(code|cle) (d )?activation\b"
)
ABSENCES = re.compile(r"\b(absences?|absenteisme|retards?|demi journees?|1 2 j)\b")
PAYER = re.compile(r"\b(financ\w*|payeur|paie\w*|bourse\w*)\b")
GUARDIAN = re.compile(
    r"\b(?P<other>autre )?(?:repr|represent[a-z]*|resp|responsables?|tuteurs?|tutrice|parents?)(?: s)?(?: leg[a-z]*)?(?: aux| ale)?"
    r"(?: ?(?:n |no |numero )?(?P<rank>[1-9]))?\b(?: s\b)?"
)
PARENT_WORDS = re.compile(r"\b(pere|mere)\b")
CHILD = re.compile(
    r"\b(?:(?:enfants?|childexternalid|child|eleves?(?: s)? (?:rattaches?(?: s)?|concernes?(?: s)?|a charge|lies?(?: s)?))"
    r"(?: s)?(?: rattaches?(?: s)?| a charge| scolarises?(?: s)?)?)(?: ?(?P<rank>[1-9]))?\b"
)
GLUE = re.compile(r"^(?:(?:de la|de l|du|des|de|d|l|la|le|les|n) )+|(?: (?:de la|de l|du|des|de|d|l|la|le|les|n))+$")


class Column(msgspec.Struct, frozen=True):
    """One column as understood."""

    index: int
    label: str
    name: str
    """Canonical name, "" when unknown."""
    role: str = ""
    """"" the person of the row, ``resp1``…, ``pere``, ``mere``, ``tuteur1``…, ``enfant1``…, ``payeur``."""
    subject: Profile = Profile.INCONNU
    """Whose column the title says it is."""


def words(label: str) -> str:
    """A title as lower-case words: ``Né(e) le`` → ``ne e le``; ``N° interne`` → ``n interne``."""
    return text.fold(label.replace("°", " ").replace("º", " ").replace("œ", "oe")[:200]).lower()


def key(label: str) -> str:
    """A title as a key: ``Prénom *`` → ``prenom``."""
    return words(re.sub(r"\((?:jj|dd|aaaa|yyyy)[^)]*\)", "", label)).replace(" ", "")


KEYS: Mapping[str, str] = {key(title): name for name, titles in SYNONYMS.items() for title in titles.split("|")}


@functools.lru_cache(maxsize=4096)
def understand(label: str) -> tuple[str, str, Profile]:
    """(canonical name, role, subject) of one title; ("", "", INCONNU) when nothing is known of it."""
    flat = words(label)
    if not flat or len(label) > 120:
        return "", "", Profile.INCONNU
    if PASSWORD.search(flat):
        return "mdp", "", Profile.INCONNU
    if name := KEYS.get(key(label)):
        return name, "", Profile.INCONNU
    if PAYER.search(flat):
        return "", "payeur", Profile.INCONNU
    role, rest = _role(flat)
    if role:
        rest = _unglue(SUBJECT.sub("", rest))
        name = KEYS.get(rest.replace(" ", ""), "") if rest else "nom_prenom"
        if "externalid" in flat:
            name = "cle_jointure"
        return name, role, Profile.INCONNU
    if match := SUBJECT.search(flat):
        rest = _unglue(SUBJECT.sub("", flat))
        subject = SUBJECTS[match[1]]
        if not rest:
            return "nom_prenom", "", subject
        return KEYS.get(rest.replace(" ", ""), ""), "", subject
    return "", "", Profile.INCONNU


def _unglue(value: str) -> str:
    return GLUE.sub("", " ".join(value.split())).strip()


def _role(flat: str) -> tuple[str, str]:
    if match := CHILD.search(flat):
        return "enfant" + (match["rank"] or ""), flat[: match.start()] + " " + flat[match.end() :]
    if match := PARENT_WORDS.search(flat):
        return match[1], flat[: match.start()] + " " + flat[match.end() :]
    if match := GUARDIAN.search(flat):
        word = "tuteur" if match[0].startswith("tut") else "resp"
        rank = match["rank"] or ("2" if match["other"] else "1" if word == "resp" else "")
        return word + rank, flat[: match.start()] + " " + flat[match.end() :]
    return "", flat


def read_header(cells: Sequence[str], mapping: Mapping[str, Mapping[str, str]] | None = None) -> tuple[Column, ...]:
    """The columns of a header; an agent's mapping of this header outranks the synonyms."""
    chosen = (mapping or {}).get(signature(cells), {})
    by_key = {key(label): name for label, name in chosen.items()}
    columns = []
    for index, label in enumerate(cells):
        name, role, subject = understand(label)
        if name != "mdp" and (picked := by_key.get(key(label)) if label else chosen.get(f"colonne {index + 1}")):
            role, _, name = picked.rpartition(".")
            name = "" if name == "ignorer" else name
            subject = Profile.INCONNU
        columns.append(Column(index, label, name, role, subject))
    return tuple(columns)


def signature(cells: Iterable[str]) -> str:
    """Key under which the mapping of a header is remembered: readable while short."""
    joined = ";".join(key(cell) for cell in cells).rstrip(";")
    if len(joined) <= 160:
        return joined
    return joined[:120] + "…" + hashlib.sha256(joined.encode()).hexdigest()[:12]


def is_header(cells: Sequence[str]) -> int:
    """How many different columns are recognised; 0 when the row cannot be a header."""
    found: set[tuple[str, str]] = set()
    filled = 0
    for cell in cells:
        if not cell:
            continue
        filled += 1
        if len(cell) > 80 or "@" in cell or text.iso_date(cell):
            return 0
        name, role, _ = understand(cell)
        if name:
            found.add((name, role))
    return len(found) if filled and len(found) * 4 >= filled else 0
