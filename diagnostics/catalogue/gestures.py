"""What people do before they ask: the gestures that steps name and that senders say they have already made."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import msgspec

from diagnostics.text import fold


class Gesture(msgspec.Struct, frozen=True):
    """A gesture: how it is told back to the agent, and the folded phrases by which senders tell it."""

    label: str
    phrases: re.Pattern[str]


def gesture(label: str, *phrases: str) -> Gesture:
    return Gesture(label, re.compile("|".join(rf"\b(?:{phrase})" for phrase in phrases)))


GESTURES: Mapping[str, Gesture] = {
    "acces_coupe": gesture("accès coupé", r"ACCES (?:A ETE |EST )?COUPE", r"COMPTE (?:A ETE |EST )?SUSPENDU"),
    "acces_espace": gesture(
        "accès à l'Espace coché dans Pronote", r"CASE .{0,30}ESPACE", r"ACCES A L ESPACE .{0,30}COCH", r"ESPACE COCH"
    ),
    "activation_compte": gesture("compte réactivé ou notifié de nouveau", r"RE ?NOTIFI", r"REACTIV", r"NOUVELLE NOTIF"),
    "adresse_webdav": gesture(
        "adresse webdav recopiée", r"(?:RE)?COPI\w+ .{0,30}(?:WEBDAV|ADRESSE|LIEN)", r"WEBDAV .{0,20}COLL"
    ),
    "affectation_gar": gesture(
        "ressource affectée dans la console du GAR", r"(?:RE)?AFFECTE\w* .{0,40}(?:GAR|RESSOURCE|CONSOLE|MANUEL)"
    ),
    "annuaire_e_sidoc": gesture(
        "BCDI rechargé depuis l'annuaire de l'ENT", r"BCDI .{0,40}(?:ANNUAIRE|FICHIER) (?:DE L )?ENT\b"
    ),
    "archives": gesture("corbeille et dossier d'archives consultés", r"CORBEILLE", r"DOSSIER (?:D )?ARCHIVE"),
    "attente": gesture(
        "délai attendu", r"APRES (?:24|48|72) ?H", r"(?:24|48|72) ?H(?:EURES)? PASSE", r"PATIENTE", r"ATTENDU"
    ),
    "autre_navigateur": gesture(
        "autre navigateur essayé",
        r"AUTRES? NAVIGATEUR",
        r"NAVIGATION PRIVEE",
        r"CHROME .{0,20}FIREFOX",
        r"FIREFOX .{0,20}CHROME",
    ),
    "autre_poste": gesture(
        "autre poste ou autre utilisateur essayé",
        r"AUTRES? (?:POSTE|PC|ORDI)",
        r"PLUSIEURS (?:POSTE|ORDI)",
        r"AUTRE UTILISATEUR",
    ),
    "bilan_lu": gesture("bilan d'import lu", r"BILAN .{0,30}(?:LU|TELECHARGE|OUVERT|JOINT)", r"LU LE BILAN"),
    "blocage_dates": gesture(
        "dates de blocage vérifiées",
        r"DATES? (?:DE|DU) BLOCAGE",
        r"BLOCAGE .{0,30}(?:PASSE|LEVE|VERIFI|DESACTIV|MODIFI)",
    ),
    "carnet_adresses": gesture("carnet d'adresses de la messagerie modifié", r"CARNET D ADRESSES"),
    "certificat": gesture("certificat NetSynchro demandé", r"CERTIFICAT .{0,20}(?:DEMANDE|RENOUVELE|INSTALLE)"),
    "compte_cree": gesture("compte local créé", r"COMPTE (?:LOCAL |INVITE )?(?:A ETE )?CREE"),
    "connecteur": gesture(
        "paramètres du connecteur vérifiés",
        r"CONNECTEUR .{0,30}(?:VERIFI|CONTROL|CORRIG|MODIFI|OK)",
        r"VERSION .{0,20}CONNECTEUR",
    ),
    "correction_siecle": gesture(
        "correction faite dans SIECLE",
        r"(?:CORRIG|MODIFI|COMPLET|MIS[E]? A JOUR|RECTIFI|SAISI|CHANGE)\w* .{0,40}SIECLE",
        r"SIECLE .{0,40}(?:CORRIG|MODIFI|COMPLET|A JOUR|RECTIFI|SAISI|EST BON|C EST BON|CHANGE)",
    ),
    "csv_lu": gesture("fichier csv des rejets ouvert", r"CSV .{0,40}(?:OUVERT|LU|JOINT|LIGNE)", r"FICHIER REJETS"),
    "declaration_utilisateur": gesture(
        "utilisateur déclaré pour l'import automatisé",
        r"(?:RE)?DECLAR\w+ .{0,40}(?:UTILISATEUR|IMPORT)",
        r"UTILISATEUR .{0,30}DECLAR",
    ),
    "delegation": gesture(
        "délégation DelegCE validée",
        r"DELEG\w* .{0,40}(?:VALID|FAITE|ACCORD|DONNE)",
        r"DELEGCE .{0,30}(?:OK|VALID|FAITE)",
    ),
    "doublons_siecle": gesture(
        "doublons responsables traités dans SIECLE",
        r"DOUBLONS? .{0,40}(?:TRAIT|SUPPRIM|FUSIONN|CORRIG|VERIFI)",
        r"(?:TRAIT|SUPPRIM|FUSIONN)\w+ .{0,30}DOUBLON",
    ),
    "droits": gesture(
        "droits du service donnés",
        r"DROITS? .{0,40}(?:DONN|AJOUT|ACCORD|VERIFI|OK)",
        r"ROLE .{0,40}(?:DONN|AJOUT|ATTRIBU)",
    ),
    "etat_compte": gesture(
        "état du compte regardé dans EduConnect", r"ETAT (?:DU|DE) COMPTE", r"COMPTE (?:EST )?(?:BIEN )?ACTIF"
    ),
    "export_edt": gesture(
        "export EDT refait",
        r"(?:RE ?)?EXPORT\w* .{0,20}(?:EDT|EMPLOI DU TEMPS).{0,30}(?:REFAIT|RELANC|FAIT)",
        r"REEXPORTE",
    ),
    "export_identifiants": gesture(
        "export des identifiants Pronote refait",
        r"RE ?EXPORT\w* .{0,20}(?:IDENTIFIANTS|ID PRONOTE|IDPN)",
        r"EXPORT\w* .{0,20}(?:IDENTIFIANTS|ID PRONOTE|IDPN).{0,30}(?:REFAIT|FAIT|RELANC|OK)\b",
        r"(?:AI|AVONS|A) (?:REFAIT L |FAIT L )?EXPORT\w* .{0,20}(?:IDENTIFIANTS|ID PRONOTE|IDPN)",
        r"IDENTIFIANTS .{0,30}(?:RE ?)?EXPORTES",
    ),
    "exports_sts": gesture(
        "exports STS-Web structure et services faits",
        r"EXPORTS? .{0,30}STRUCTURES? .{0,60}(?:FAIT|RELANC|LANC|ENVOY|OK|REFAIT)",
        r"EXPORTS? (?:STS|VERS SIECLE).{0,40}(?:FAIT|RELANC|LANC|ENVOY|OK|REFAIT)",
        r"STRUCTURES? ET SERVICES? .{0,40}(?:FAIT|RELANC|LANC|ENVOY|OK|REFAIT|EXPORTE)",
    ),
    "formulaire_support": gesture(
        "formulaire des personnes habilitées rempli", r"FORMULAIRE .{0,40}(?:REMPLI|ENVOY|COMPLET|FAIT)"
    ),
    "groupes_generes": gesture("groupes générés pour Pronote", r"GENER\w+ .{0,30}GROUPES", r"GROUPES? .{0,30}GENER"),
    "import_edt": gesture(
        "import EDT refait",
        r"IMPORT (?:EDT|DE L EDT|(?:DE L )?EMPLOI DU TEMPS|MANUEL).{0,40}(?:REFAIT|RELANC|FAIT|OK|PASSE|SUCCES)",
        r"(?:REIMPORT|REFAIT L IMPORT|RELANCE L IMPORT)\w*\b(?! .{0,30}(?:IDENTIFIANT|ID PRONOTE|IDPN))",
    ),
    "import_identifiants": gesture(
        "import des identifiants Pronote refait",
        r"RE ?IMPORT\w* .{0,30}(?:IDENTIFIANTS|ID PRONOTE|IDPN)",
        r"IMPORT\w* .{0,30}(?:IDENTIFIANTS|ID PRONOTE|IDPN).{0,30}(?:REFAIT|FAIT|RELANC|OK)\b",
        r"(?:AI|AVONS|A) (?:REFAIT L |FAIT L )?IMPORT\w* .{0,30}(?:IDENTIFIANTS|ID PRONOTE|IDPN)",
        r"IDENTIFIANTS .{0,30}(?:RE ?)?IMPORTES",
    ),
    "import_liens": gesture(
        "liens élèves-groupes importés dans SIECLE", r"LIENS? ELEVES? (?:ET )?GROUPES? .{0,40}(?:IMPORT|FAIT|DEPOS)"
    ),
    "libre_service": gesture(
        "récupération en libre-service essayée",
        r"MOT DE PASSE OUBLIE .{0,40}(?:ESSAY|RIEN|MARCHE)",
        r"RECUPERATION .{0,30}(?:ESSAY|ECHOU)",
    ),
    "logiciel_a_jour": gesture(
        "logiciel mis à jour", r"DERNIERE (?:VERSION|MISE A JOUR) .{0,20}INSTALL", r"LOGICIEL .{0,20}A JOUR"
    ),
    "preferences": gesture(
        "« Mes préférences » vérifiées", r"PREFERENCES? .{0,30}(?:VERIFI|OK|COCH|BON|JUSTE|CORRECT)"
    ),
    "presence_ent": gesture(
        "présence dans l'annuaire de l'ENT vérifiée",
        r"(?:BIEN|PRESENT\w*|EXISTE) .{0,20}(?:DANS L ANNUAIRE|DANS L ENT)",
        r"FICHE ENT .{0,20}(?:OK|VERIFI)",
    ),
    "presence_pronote": gesture(
        "présence dans Pronote vérifiée", r"(?:BIEN|PRESENT\w*|EXISTE) .{0,20}DANS (?:LA BASE )?PRONOTE"
    ),
    "quota": gesture("quota relevé", r"QUOTA .{0,30}(?:AUGMENT|RELEV|MODIFI)"),
    "rapprochement_manuel": gesture("rapprochement manuel fait", r"RAPPROCH\w+ .{0,20}(?:MAIN|MANUEL)", r"PARCOURIR"),
    "recherche_ent": gesture(
        "recherche avancée sur tout l'ENT faite",
        r"RECHERCHE AVANCEE",
        r"CHERCHE .{0,20}TOUT L ENT",
        r"RECHERCHE .{0,30}TOUT L ENT",
    ),
    "reinitialisation": gesture("mot de passe réinitialisé", r"RE ?INITIALIS"),
    "reseau_otp": gesture(
        "essai depuis le réseau administratif ou avec une clé OTP", r"RESEAU ADMINISTRATIF", r"CLE OTP", r"AVEC L OTP"
    ),
    "resolution_echec": gesture(
        "échec d'interconnexion traité dans Pronote", r"RESOLUTION DES ECHECS", r"GESTION DES IDENTITES"
    ),
    "saisie_sts": gesture(
        "saisie faite dans STS-Web",
        r"(?:SAISI|ENTRE|CREE|MIS|BIEN)\w* .{0,30}DANS STS",
        r"STS .{0,30}(?:SAISI|A JOUR|EST BON|C EST BON)",
    ),
    "serveur_relance": gesture(
        "serveur Pronote relancé et republié",
        r"(?:REDEMARR|RELANC|REPUBLI|PUBLI)\w* .{0,30}(?:SERVEUR|PRONOTE|SITE)",
        r"SERVEUR .{0,20}(?:REDEMARR|RELANC)",
    ),
    "seuils": gesture("seuils bloquants décochés pour l'import", r"SEUILS? .{0,30}DECOCH", r"DECOCH\w+ .{0,30}SEUIL"),
    "sortie_ancien_etab": gesture(
        "sortie faite dans l'ancien établissement", r"SORTIE? .{0,40}(?:FAITE|SAISIE|ENREGISTR|VALID)", r"RADIE"
    ),
}
"""By slug. A sender's sentence is folded (``text.fold``) before it is compared."""


def recognise(told: str) -> tuple[str, ...]:
    """Gestures that a sentence known to tell what was **done** names (slugs are accepted as they are)."""
    if told in GESTURES:
        return (told,)
    folded = fold(told)
    return tuple(slug for slug, known in GESTURES.items() if known.phrases.search(folded))


def done(tried: Iterable[str]) -> frozenset[str]:
    """Slugs of the gestures told by ``tried`` (slugs, sentences, or both)."""
    return frozenset(slug for told in tried for slug in recognise(told))
