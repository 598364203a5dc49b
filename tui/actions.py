"""The one registry of what can be done: it gives the keys, the key bar, the help, the palette and the key sheet.

A screen offers the method ``do_<id>`` for each action declared on it (the dot of an id is an underscore), and
``why_not_<id>`` when the action may be impossible: it returns the reason, in French, or "".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

HOME, LOADING, COLUMNS, ANOMALIES, ROUTING, MATCHING, MESSAGES, SEARCH, PERSON, TICKETS, CORRECTIONS, HELP = (
    "accueil",
    "chargement",
    "colonnes",
    "anomalies",
    "routage",
    "rapprochement",
    "messages",
    "recherche",
    "personne",
    "tickets",
    "corrections",
    "aide",
)
SCREENS = (
    HOME, LOADING, COLUMNS, ANOMALIES, ROUTING, MATCHING, MESSAGES, SEARCH, PERSON, TICKETS, CORRECTIONS, HELP,
)  # fmt: skip
EVERYWHERE = frozenset(SCREENS)


@dataclass(frozen=True)
class Action:
    """Something the agent can do.

    Attributes:
        id: stable name, also the name in a keymap file.
        keys: first the one that is shown, then its doubles.
        label: a word or two for the key bar and the palette.
        help: one sentence.
        screens: where it can be done.
        bar: rank in the key bar, 0 when it is not shown there.
    """

    id: str
    keys: tuple[str, ...]
    label: str
    help: str
    screens: frozenset[str]
    bar: int = 0

    @property
    def method(self) -> str:
        return self.id.replace(".", "_")


def on(*screens: str) -> frozenset[str]:
    return frozenset(screens)


WITH_PERSON = on(ANOMALIES, MATCHING, MESSAGES, TICKETS, HOME, LOADING, ROUTING, CORRECTIONS)

ACTIONS: tuple[Action, ...] = (
    Action("haut", ("up", "k"), "monter", "Ligne précédente.", EVERYWHERE),
    Action("bas", ("down", "j"), "descendre", "Ligne suivante.", EVERYWHERE),
    Action("page_haut", ("pageup", "ctrl+b"), "page précédente", "Page précédente.", EVERYWHERE),
    Action("page_bas", ("pagedown", "ctrl+f"), "page suivante", "Page suivante.", EVERYWHERE),
    Action("debut", ("home", "g"), "début", "Première ligne.", EVERYWHERE),
    Action("fin", ("end", "G"), "fin", "Dernière ligne.", EVERYWHERE),
    Action("ouvrir", ("enter", "right"), "ouvrir", "Ouvre la ligne, ou accepte le choix en surbrillance.",
           on(HOME, LOADING, COLUMNS, ANOMALIES, ROUTING, MESSAGES, SEARCH, PERSON, TICKETS, CORRECTIONS), bar=1),
    Action("associer", ("enter",), "associer",
           "Associe la personne au compte en surbrillance et passe à la suivante.", on(MATCHING), bar=1),
    Action("aucun", ("x",), "aucun compte", "Note que la personne n'a aucun compte dans l'ENT et passe à la suivante.",
           on(MATCHING), bar=2),
    Action("precedent", (",",), "précédent", "Élément précédent, sans quitter l'écran.",
           on(ANOMALIES, ROUTING, MATCHING, MESSAGES, TICKETS, PERSON), bar=7),
    Action("suivant", (";",), "suivant", "Élément suivant, sans quitter l'écran.",
           on(ANOMALIES, ROUTING, MATCHING, MESSAGES, TICKETS, PERSON), bar=8),
    Action("filtrer", ("/", "f3"), "filtrer", "Filtre à mesure que l'on tape ; Entrée garde, Échap efface.",
           on(ANOMALIES), bar=5),
    Action("chercher", ("/", "f3"), "chercher", "Cherche un compte dans tout l'ENT, par nom, prénom, naissance.",
           on(MATCHING), bar=3),
    Action("quelquun", ("V", "f4"), "chercher quelqu'un", "Cherche une personne dans tous les exports chargés.",
           on(ANOMALIES, MATCHING)),
    Action("trouver", ("/", "f3", "V", "f4"), "chercher", "Cherche une personne dans tous les exports chargés.",
           on(HOME, LOADING, ROUTING, MESSAGES, SEARCH, PERSON, TICKETS, CORRECTIONS), bar=6),
    Action("trier", ("s",), "trier", "Propose les ordres de la liste ; celui qui vaut est dit en haut.",
           on(LOADING, ANOMALIES, MATCHING, SEARCH, CORRECTIONS), bar=9),
    Action("clos", ("h",), "clos", "Montre ou cache ce qui est clos.", on(ANOMALIES, MESSAGES)),
    Action("marquer", ("space",), "marquer", "Marque la ligne et descend.", on(ANOMALIES), bar=6),
    Action("tout_marquer", ("*",), "tout marquer", "Marque toutes les lignes affichées, ou aucune.", on(ANOMALIES)),
    Action("autre_volet", ("tab", "shift+tab"), "autre volet", "Passe de la liste au détail et retour.",
           on(ANOMALIES, ROUTING, MATCHING, MESSAGES, PERSON, TICKETS, CORRECTIONS, HOME)),
    Action("fiche", ("f",), "fiche", "Ouvre la fiche du problème : cause, que vérifier, qui agit, à qui s'adresser.",
           on(ANOMALIES, ROUTING, MESSAGES, PERSON), bar=8),
    Action("router", ("r",), "router", "Qui agit d'abord, qui reçoit le ticket, quel délai ; permet d'en changer.",
           on(ANOMALIES, MATCHING, MESSAGES, PERSON, TICKETS), bar=4),
    Action("premier", ("r",), "qui agit", "Change qui doit agir d'abord ; une raison est demandée.",
           on(ROUTING), bar=2),
    Action("destinataire", ("b",), "service", "Change le destinataire du ticket ; une raison est demandée.",
           on(ROUTING), bar=2),
    Action("delai", ("d",), "délai", "Change jusqu'à quand attendre ; une raison est demandée.", on(ROUTING), bar=2),
    Action("proposition", ("x",), "comme proposé", "Revient à ce que propose le programme.", on(ROUTING), bar=3),
    Action("rapprocher", ("a",), "rapprocher", "Va aux personnes à rapprocher des comptes de l'ENT.",
           EVERYWHERE - {MATCHING, MESSAGES, HELP, COLUMNS}),
    Action("ignorer", ("i",), "ignorer", "Classe sans suite ; une raison est demandée.", on(ANOMALIES, MESSAGES)),
    Action("attendre", ("d",), "attendre", "Met en attente jusqu'à la fin du délai de la fiche.", on(ANOMALIES)),
    Action("commenter", ("n",), "commenter", "Ajoute une note à l'anomalie.", on(ANOMALIES)),
    Action("ticket", ("t",), "ticket", "Prépare un ticket pour chaque anomalie marquée, ou pour la ligne en cours.",
           on(ANOMALIES, ROUTING, MATCHING, MESSAGES, PERSON), bar=3),
    Action("messages", ("m",), "messages", "Va aux messages reçus.", EVERYWHERE - {MESSAGES, HELP, COLUMNS}),
    Action("nouveau", ("n",), "nouveau", "Nouveau message : à taper, ou à coller ; il est découpé.", on(MESSAGES)),
    Action("couper", ("-",), "couper", "Coupe l'incident en deux à l'endroit choisi.", on(MESSAGES), bar=4),
    Action("retirer_message", ("x",), "retirer", "Retire un message collé, avec ses incidents ; u le remet.",
           on(MESSAGES)),
    Action("original", ("o",), "original", "Montre le message tel que reçu, l'incident souligné, et retour.",
           on(MESSAGES), bar=6),
    Action("rassembler", ("=",), "réunir", "Réunit l'incident et le suivant en un seul.", on(MESSAGES), bar=5),
    Action("categorie", ("e",), "catégorie", "Change la catégorie, à chercher par des mots ; le service suit.",
           on(MESSAGES), bar=4),
    Action("concerner", ("a",), "personne", "Change qui est concerné : retirer, choisir entre homonymes, ajouter.",
           on(MESSAGES), bar=5),
    Action("questions", ("y",), "question", "Copie la question à renvoyer à l'expéditeur.", on(MESSAGES)),
    Action("anomalies", ("p",), "anomalies", "Va à la liste des anomalies.",
           EVERYWHERE - {ANOMALIES, HELP, COLUMNS}),
    Action("tickets", ("t",), "tickets", "Va aux tickets.", on(HOME, LOADING, SEARCH, CORRECTIONS)),
    Action("chargement", ("c",), "chargement", "Va au chargement des exports.",
           EVERYWHERE - {LOADING, HELP, COLUMNS}),
    Action("charger", ("o",), "charger", "Ajoute un fichier ou un dossier ; Tab complète le chemin.",
           on(LOADING, HOME), bar=2),
    Action("recharger", ("z", "f5"), "relire",
           "Relit les fichiers et refait l’analyse ; pendant une lecture, l’arrête.", on(LOADING, HOME)),
    Action("retirer", ("x",), "retirer", "Retire le fichier de l'analyse, ou l'y remet.", on(LOADING), bar=3),
    Action("colonnes", ("e",), "colonnes", "Dit une fois ce que contient chaque colonne d'un tableau.", on(LOADING),
           bar=3),
    Action("enregistrer", ("w",), "enregistrer", "Retient le sens des colonnes et relit les fichiers.",
           on(COLUMNS), bar=2),
    Action("ne_pas_lire", ("x",), "ne pas lire", "Laisse la colonne de côté et passe à la suivante.",
           on(COLUMNS), bar=3),
    Action("personne", ("v",), "voir la personne", "Montre la personne dans tous les exports ; demande un nom.",
           WITH_PERSON | on(PERSON), bar=9),
    Action("editer", ("e",), "modifier", "Modifie l'objet, le texte ou le champ en surbrillance.", on(TICKETS)),
    Action("piece", ("o",), "joindre", "Joint un fichier ; Entrée sur une pièce la montre.", on(TICKETS), bar=4),
    Action("ecrire", ("w",), "écrire", "Écrit les tickets et leurs pièces dans un dossier.", on(TICKETS), bar=3),
    Action("transmis", ("!",), "transmis", "Note que le ticket a été transmis, ou relancé.", on(TICKETS), bar=5),
    Action("relance", ("t",), "relancer", "Prépare la relance d'un ticket parti, qui le cite ; encore pour revenir.",
           on(TICKETS), bar=6),
    Action("etat", ("i",), "état", "Change l'état de l'incident : en attente, délai en cours, résolu, clos…",
           on(TICKETS)),
    Action("numero", ("n",), "numéro", "Note le numéro que le support a donné.", on(TICKETS)),
    Action("rappel", ("d",), "à revoir", "Change la date à laquelle le ticket revient dans la liste du jour.",
           on(TICKETS)),
    Action("historique", ("h",), "historique", "Montre qui a décidé quoi et quand, le message, les tickets partis.",
           on(TICKETS)),
    Action("reunir", ("=",), "réunir", "Un seul ticket pour ceux de la liste, ou avec le semblable de la ligne.",
           on(TICKETS)),
    Action("separer", ("-",), "séparer", "Rend un ticket à part à un incident qui en partageait un.", on(TICKETS)),
    Action("service", ("b",), "autre service", "Change le destinataire du ticket.", on(TICKETS)),
    Action("corrections", ("l",), "à emporter", "Va aux listes à emporter : comptes à choisir, valeurs à corriger.",
           EVERYWHERE - {CORRECTIONS, HELP, COLUMNS}),
    Action("ecrire_listes", ("w",), "écrire", "Écrit les listes dans un dossier, en texte et en CSV.",
           on(CORRECTIONS), bar=3),
    Action("copier", ("y",), "copier", "Copie dans le presse-papiers du terminal et dans un fichier.",
           on(ANOMALIES, ROUTING, PERSON, TICKETS, CORRECTIONS)),
    Action("annuler", ("u",), "annuler", "Annule la dernière décision, même après un redémarrage.",
           EVERYWHERE - {HELP}, bar=10),
    Action("refaire", ("U", "ctrl+r"), "refaire", "Refait ce qui vient d'être annulé.", EVERYWHERE - {HELP}),
    Action("commandes", (":", "ctrl+p", "f2"), "commandes", "Toutes les commandes, à chercher par leur nom.",
           EVERYWHERE, bar=11),
    Action("aide", ("?", "f1"), "aide", "Les touches de cet écran.", EVERYWHERE - {HELP}, bar=12),
    Action("redessiner", ("ctrl+l",), "redessiner", "Redessine tout l'écran.", EVERYWHERE),
    Action("suspendre", ("ctrl+z",), "suspendre", "Rend la main au shell ; « fg » y revient.", EVERYWHERE),
    Action("retour", ("q", "left", "backspace", "escape", "ctrl+c"), "retour",
           "Revient en arrière ; à l'accueil, quitte (tout est enregistré).", EVERYWHERE, bar=13),
    Action("quitter", ("ctrl+q",), "quitter", "Quitte le programme (tout est enregistré).", EVERYWHERE),
)  # fmt: skip

SENSES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "a": ("associe quelqu’un : à un compte de l’ENT, à un incident d’un message", ("rapprocher", "concerner")),
    "b": ("change le service (le bureau) à qui va le ticket", ("destinataire", "service")),
    "c": ("va au chargement", ("chargement",)),
    "d": ("fixe une date ou un délai", ("attendre", "delai", "rappel")),
    "e": ("modifie ce qui est sur la ligne", ("editer", "categorie", "colonnes")),
    "f": ("ouvre la fiche du problème", ("fiche",)),
    "h": ("montre ce qui est passé : clos, historique", ("clos", "historique")),
    "i": ("change l’état : sans suite, ou au choix", ("ignorer", "etat")),
    "l": ("va aux listes à emporter", ("corrections",)),
    "m": ("va aux messages", ("messages",)),
    "n": ("note : une remarque, le numéro du support, un message", ("commenter", "numero", "nouveau")),
    "o": ("ouvre un fichier, ou le message tel que reçu", ("charger", "piece", "original")),
    "p": ("va aux anomalies (les problèmes)", ("anomalies",)),
    "r": ("route : qui agit d’abord", ("router", "premier")),
    "s": ("trie", ("trier",)),
    "t": ("prépare le ticket, la relance, ou va aux tickets", ("ticket", "tickets", "relance")),
    "v": ("voit la personne dans tous les exports", ("personne",)),
    "w": ("écrit sur le disque", ("ecrire", "ecrire_listes", "enregistrer")),
    "x": ("ôte : ce compte, ce choix, ce fichier, ce message, cette colonne",
          ("aucun", "proposition", "retirer", "retirer_message", "ne_pas_lire")),
    "y": ("copie", ("copier", "questions")),
    "z": ("relit les fichiers, ou arrête de les lire", ("recharger",)),
    "-": ("sépare : un incident en deux, un ticket à part", ("couper", "separer")),
    "=": ("réunit : deux incidents, plusieurs tickets", ("rassembler", "reunir")),
    "!": ("note le ticket comme parti", ("transmis",)),
    "V": ("cherche quelqu’un dans tous les exports", ("quelquun", "trouver")),
    "/": ("cherche, ou filtre la liste", ("filtrer", "chercher", "trouver")),
    "*": ("marque tout, ou rien", ("tout_marquer",)),
    ",": ("élément précédent", ("precedent",)),
    ";": ("élément suivant", ("suivant",)),
}  # fmt: skip
"""What a letter or a sign means wherever it does something, and the actions that it is given to; those that every
screen has are not listed. A letter never means two things: the agent's hand must not have to look where it is."""

FIRST_IN_BAR: Mapping[str, tuple[str, ...]] = {
    HOME: (
        "ouvrir",
        "anomalies",
        "rapprocher",
        "messages",
        "trouver",
        "tickets",
        "corrections",
        "charger",
        "chargement",
    ),
    LOADING: ("ouvrir", "anomalies", "charger", "retirer", "colonnes", "trier"),
    ANOMALIES: ("ouvrir", "ticket", "router", "filtrer", "marquer", "trier", "fiche"),
    MESSAGES: ("ouvrir", "ticket", "nouveau", "categorie", "concerner", "couper", "rassembler", "router"),
    PERSON: ("ouvrir", "ticket", "router", "suivant", "fiche", "trouver"),
    MATCHING: ("associer", "aucun", "chercher", "autre_volet", "suivant", "router"),
    CORRECTIONS: ("ouvrir", "copier", "ecrire_listes", "trier", "autre_volet"),
    SEARCH: ("ouvrir", "trouver", "trier"),
}
"""What the key bar of a screen shows first; then the actions that have a rank, by rank, as many as fit."""


def in_bar(screen: str) -> list[Action]:
    """The actions of the key bar, what matters most first."""
    first = FIRST_IN_BAR.get(screen, ())
    order = {identifier: rank for rank, identifier in enumerate(first)}
    shown = [action for action in actions_of(screen) if action.bar or action.id in order]
    return sorted(shown, key=lambda action: (order.get(action.id, len(first)), action.bar))


KEY_NAMES = {
    "enter": "Entrée",
    "space": "Espace",
    "tab": "Tab",
    "shift+tab": "Maj+Tab",
    "escape": "Échap",
    "backspace": "Retour arr.",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "pageup": "Page préc.",
    "pagedown": "Page suiv.",
    "home": "Début",
    "end": "Fin",
    "insert": "Inser",
    "delete": "Suppr",
}


def key_name(key: str) -> str:
    """The key as it is written on the keyboard or said."""
    if key in KEY_NAMES:
        return KEY_NAMES[key]
    if key.startswith("ctrl+"):
        return "Ctrl+" + key[5:].upper()
    return key.upper() if key.startswith("f") and key[1:].isdigit() else key


def actions_of(screen: str) -> list[Action]:
    """Actions of a screen in the order of the registry."""
    return [action for action in ACTIONS if screen in action.screens]


def by_id(identifier: str) -> Action:
    return next(action for action in ACTIONS if action.id == identifier)
