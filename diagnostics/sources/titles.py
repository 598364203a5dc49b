"""The vocabulary of column titles (formats.md §0.5, and titles seen in public parsers and exports).

A new wording is one word here; what is done with it is in ``columns``.
"""

from __future__ import annotations

from collections.abc import Mapping

CANONICAL: Mapping[str, str] = {
    "nom": "nom de famille",
    "nom_usage": "nom d'usage",
    "prenom": "prénom",
    "autres_prenoms": "autres prénoms",
    "prenom_usage": "prénom d'usage",
    "nom_prenom": "nom et prénom dans une case",
    "prenom_nom": "prénom et nom dans une case",
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
    "|Nom de l'utilisateur|Nom famille|Surname|Family name"
    "|Nom d'état civil",
    "nom_usage": "Nom d'usage|Nom usage|NOM_USAGE|Nom marital|Nom d'épouse|Nom usuel",
    "prenom": "Prénom|Prénom 1|Premier prénom|Prénoms|Prénom(s)|givenName|First name|Firstname|Given name"
    "|Prénom d'état civil|Prénom(s) d'état civil|1er prénom",
    "prenom_usage": "Prénom d'usage|Prénom usuel|PrenomUsage",
    "autres_prenoms": "Prénom 2|Prénom 3|Deuxième prénom|Troisième prénom|Autres prénoms|Second prénom",
    "nom_prenom": "Nom Prénom|Nom et prénom|Noms et prénoms|Nom, prénom|Utilisateur|Identité|Nom complet"
    "|Nom - Prénom|Personne|Noms|Titulaire|Nom/Prénom|Nom & Prénom|Nom et prénoms|Nom Prénoms|Nom et Prénom(s)",
    "prenom_nom": "Prénom Nom|Prénom et nom|Display name|Nom affiché|Full name|Prénom/Nom|Prénom, nom",
    "date_naissance": "Date de naissance|Naissance|Né(e) le|Né le|Née le|Date naissance|DATE_NAISS|Date naiss.|DDN"
    "|Date de naissance (jj/mm/aaaa)|Date de naiss.|birthDate|Date nais|Date of birth"
    "|Birth date|Date de naissance de l'élève",
    "sexe": "Sexe|Code sexe|Genre|CODE_SEXE|Gender",
    "civilite": "Civilité|M./Mme|Mme/M.|Titre|Civ.|Civ|LC_CIVILITE|personalTitle",
    "classe": "Classe|Classes|Groupe secondaire|Division|Divisions|Classe(s)|Code division|Code classe|Libellé classe"
    "|Classe actuelle"
    "|Nom de la classe|Class|Structure classe|Division de l'élève|Code structure"
    "|Classe de rattachement|Classe(s) de rattachement|Classe d'appartenance|Classroom"
    "|Classe/Division|Division/Classe|Libellé division|Libellé de la division|Libellé de la classe|Groupe classe",
    "groupes": "Groupe|Groupes|Groupe(s)|Regroupement|Regroupements|Groupes de l'élève|Toutes les ressources",
    "profil": "Profil|Type|Catégorie|Population|Rôle|Profil utilisateur|Type de compte|Profils|Type d'utilisateur"
    "|Catégorie de personne|Profile|Role|Groupe primaire"
    "|Profil ENT|Type de profil|Profil de l'utilisateur",
    "ine": "INE|Identifiant national|ID national|Numéro national|N° national|NumeroNational|INE RNIE|INE_RNIE"
    "|ID_NATIONAL|Identifiant national élève|N° INE|Numéro INE|Code INE|Identifiant national élève (INE)"
    "|Identifiant national de l'élève|Identifiant national (INE)|Num national|INE BEA|Identifiant unique",
    "eleve_id": "ELEVE_ID|Id Siecle|Id Sconet|N° interne|Identifiant SIECLE|ID BE|Identifiant interne|IDSconet"
    "|Numéro interne|Id élève|Num interne"
    "|N° Siècle|Numéro Siècle|Identifiant BE|Identifiant base élèves|Identifiant Siècle de l'élève",
    "elenoet": "ELENOET|Numéro élève|N° élève|N° GEP|Num élève établissement|N° dans l'établissement",
    "etab_id": "ID_ELEVE_ETAB|Matricule|Identifiant établissement|Id établissement élève",
    "personne_id": "PERSONNE_ID|Id personne|Identifiant personne",
    "sts_id": "Id STS|IDSTS|N° STS|Identifiant STS|NUMEN STS",
    "uai": "UAI|RNE|Code établissement|N° établissement|Code UAI|Code RNE|UAI établissement|Numéro établissement|UAJ"
    "|UAI de l'établissement|RNE établissement"
    "|RNE / UAI|UAI (RNE)|RNE (UAI)|Code UAI (RNE)|Code RNE (UAI)",
    "etablissement": "Etablissement|Structure(s)|Structure|Structures|Nom établissement|Etablissements|Ecole"
    "|Nom de l'établissement|Libellé établissement",
    "etablissement_principal": "Établissement principal|Etab. principal|Etablissement de rattachement|Etab principal"
    "|Structure de rattachement",
    "login": "Login|Identifiant|Identifiant de connexion|Nom d'utilisateur|Login ENT|Nom de connexion|Username"
    "|Identifiant PRONOTE de connexion|Identifiant utilisateur|Login de connexion|Compte utilisateur|User"
    "|Nom utilisateur"
    "|Login de l'ENT|Identifiant de connexion ENT|Identifiant de connexion à l'ENT",
    "uid": "uid|Identifiant ENT|Id|Id ENT|Guid|Identifiant CAS|ID CAS|IDCAS|Uid ENT|ENTPersonUid|Identifiant unique ENT"
    "|UID utilisateur|Identifiant technique|CAS"
    "|ENT ID|Identifiant ENT (UID)|Identifiant (uid)|Id technique ENT",
    "idpn": "IDPN|IdPN|ID Pronote|Identifiant PRONOTE|Identifiants PRONOTE|Id PN",
    "login_educonnect": "Identifiant EduConnect|Login EduConnect|Compte EduConnect|Id EduConnect"
    "|Identifiant de connexion EduConnect|Identifiant du compte EduConnect",
    "cle_jointure": "cle de jointure|Clé de jointure|Numéro de jointure|ENTPersonJointure|Externalid"
    "|Identifiant externe"
    "|Jointure|N° de jointure|Id externe|Identifiant AAF|Clé jointure|Cle AAF|Num jointure"
    "|Clé jointure AAF|Clé de jointure AAF|Externe Id|Jointure AAF",
    "code_source": "Code source|Code_source|Codesource",
    "mel": "Mél|Mail|Email|E-mail|Courriel|Adr. mail|Adresse mail|Adresse électronique|Adm. mail|Messagerie|Adresse mél"
    "|Adresse e-mail|Adr mél|Adresse courriel|Courriel personnel|Email personnel|Mail personnel|MEL_1|Adresse email"
    "|Mail académique|Adresse électronique personnelle|Courriel professionnel|Courriel pro|Mail professionnel|Mail pro"
    "|Email académique|Adresse académique|Mél académique|Courriel académique",
    "tel": "Téléphone|Tél.|Portable|Téléphone portable|Téléphone domicile|Tel|Mobile|Tél. portable|Tél portable"
    "|Téléphone mobile|Numéro de téléphone|N° de téléphone|Téléphone personnel|Nouveau numéro|Nouveau téléphone"
    "|Téléphone mis à jour|N° portable|Tél. domicile|Tél. personnel|TEL_PORTABLE|Numéro portable"
    "|Nouveau numéro de téléphone|Tél. mobile|Téléphone travail|Tél. travail|Tél. professionnel|telephonetravail"
    "|Téléphone professionnel|TEL_PERSONNEL|TEL_PROFESSIONNEL|Phone|Mobile phone|Home phone|Téléphone fixe"
    "|Tel portable|Téléphone 1|Téléphone 2|N° de portable|Numéro de portable|Portable personnel|Tél. port.|Tél. fixe"
    "|Tél. pers.|Tél. prof.|Tél. dom.|N° tél.|N° de tél.|Numéro de tél.|Tél. 1|Tél. 2|Tél. domicile personnel|GSM"
    "|Portable 1|Portable 2|SMS|N° SMS|Téléphone mobile personnel|Tél. mob.",
    "adresse": "Adresse|Adresse 1|Adresse postale|Rue|Ligne 1 adresse|Adresse ligne 1|Adresse complète|Address"
    "|LIGNE1_ADRESSE|Adresse1",
    "cp": "Code postal|CP|Code Post.|Postcode|Zip code|CP1|CODE_POSTAL",
    "ville": "Ville|Commune|Localité|Libellé postal|City|Commune1",
    "pays": "Pays|Country|Pays1",
    "etat": "État|Etat|Statut|État du compte|Actif|Situation|État de compte|Etat compte|Statut du compte|Stat|Status"
    "|Etat d'activation|Activé|Compte activé|Compte actif|Statut du responsable"
    "|État d'activation du compte|Compte EduConnect activé|État du compte EduConnect|Statut EduConnect",
    "derniere_connexion": "Dernière connexion|Date de dernière connexion|Dernière connexion le|Date dernière connexion"
    "|Dernier accès|Dern. connexion"
    "|Dernière connexion EduConnect|Dernière connexion ENT|Dernière connexion à l'ENT",
    "derniere_information": "Dernière information|Dernière notification|Date de dernière information|Dernière info"
    "|Date dernière notification|Informé le|Date dernière information",
    "date_desactivation": "Date de désactivation|Désactivé le|Date désactivation",
    "date_entree": "Date d'entrée|Date d'entrée dans l'établissement|Date d'arrivée|Date entrée"
    "|Entrée|Entré(e) le|Arrivée le|Date arrivée|Entrée le",
    "date_sortie": "Date de sortie|Date sortie|Sortie|Sorti(e) le|Date départ|Sortie le",
    "motif_sortie": "Motif de sortie|Motif sortie|Code motif sortie",
    "motif": "Motif|Motif de rejet|Motif du rejet|Raison|Cause|Erreur|Message|Anomalie|Libellé erreur|Commentaire"
    "|Raison du rejet|Cause du rejet|Motif d'erreur|Message d'erreur|Libellé du rejet|Motifs|Cause de rejet|Rejet"
    "|Libellé motif|Libellé de l'erreur|Description erreur|Motif(s) de rejet|Raison de rejet|Anomalies|Erreurs"
    "|Détail|Description de l'erreur|Libellé anomalie|Motif de non intégration|Observation|Observations"
    "|Motif anomalie|Explication",
    "fonction": "Fonction|Fonction(s)|Fonctions|Fonction principale|Poste|Emploi",
    "discipline": "Discipline|Disciplines|Discipline de poste|Matière|Matières|Matière enseignée|Matière(s)"
    "|Spécialité|Disciplines de poste|Matières enseignées|Discipline(s)",
    "annuaire": "Annuaire d'origine|Annuaire|Source|Origine|Annuaire source|Provenance|Origine du compte"
    "|Source du compte",
    "mef": "MEF|Code MEF|Formation|Libellé MEF|Niveau|Code formation",
    "regime": "Régime|Code régime|Libellé régime",
    "niveau": "Niveau de responsabilité|NIVEAU_RESPONSABILITE|RESP_LEGAL|Légal|Type de responsabilité|Responsabilité",
    "lien": "Lien|Lien de parenté|Parenté|CODE_PARENTE|Lien avec l'élève|Lien parenté|Lien de parenté avec l'élève"
    "|Lien avec l'enfant|Lien de parenté avec l'enfant|Qualité du responsable",
    "date": "Date|Date d'import|Date de l'import|Importé le|Date import|Date et heure|Horodatage",
    "auto": "Auto|Automatique|Import automatique|Automatisé|Mode",
    "fichier": "Fichiers importés|Fichier importé|Fichier|Fichier(s) importé(s)|Fichiers|Nom du fichier|Fichier source",
    "bilan": "Bilan|Bilan d'import|Bilans|Rapport|Compte rendu",
    "identifier": "Identifier|A identifier|Utilisateur ENT|Compte ENT|Utilisateur identifié",
}
