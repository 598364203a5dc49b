"""What an agent does on every screen, and the most bytes that each gesture may take at 80×24.

Shared by the tests, on the invented school, and by ``benchmarks/terminal.py``, on whole ones. Keys are those of the
registry by the name of their action, or the key itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from tui.actions import ACTIONS

SWITCH, MOVE, SCROLL, PAGE, LETTER = 1500, 200, 300, 1250, 1300
"""Most bytes of a change of screen, a dialog or a pane; of the cursor; of a line; of a page; of a letter typed."""
TOLD = (
    "\x1b[200~Bonjour,\rMme FERRAND Jean-Marc, mère de BASTIDE Maël (5A), ne peut plus se connecter à EduConnect "
    "depuis la rentrée.\rPar ailleurs le compte ENT de M. DELVAUX n'apparaît pas dans le groupe de 5B.\rMerci\x1b[201~"
)
"""A message as a terminal pastes it."""


@dataclass(frozen=True)
class Gesture:
    """Keys, of which the last one is measured; ``most`` bytes are allowed for it."""

    what: str
    keys: tuple[str, ...]
    most: int = SWITCH


def gesture(what: str, *keys: str, most: int = SWITCH) -> Gesture:
    return Gesture(what, keys, most)


AROUND: tuple[tuple[Gesture, ...], ...] = (
    (
        gesture("anomalies", "anomalies"),
        gesture("curseur", "bas", "bas", most=MOVE),
        gesture("défilement d’une ligne", *("bas",) * 12, most=SCROLL),
        gesture("page", "page_bas", most=PAGE),
        gesture("ouvrir l’anomalie", "debut", "ouvrir"),
        gesture("suite de l’anomalie", "page_bas"),
        gesture("revenir à la liste", "retour"),
        gesture("palette", "commandes"),
        gesture("palette, une lettre", "e", most=LETTER),
        gesture("fermer la palette", "escape"),
        gesture("trier", "trier"),
        gesture("fermer le choix", "escape"),
        gesture("filtre", "filtrer"),
        gesture("filtre, première lettre", "b", most=LETTER),
        gesture("fermer le filtre", "escape"),
        gesture("note", "commenter"),
        gesture("fermer la note", "escape"),
        gesture("fiche", "fiche"),
        gesture("revenir de la fiche", "retour"),
        gesture("aide", "aide"),
        gesture("fin de l’aide", "fin"),
        gesture("revenir de l’aide", "retour"),
        gesture("aller au chargement", "debut", "retour", "chargement"),
        gesture("aller aux anomalies", "anomalies"),
        gesture("revenir au chargement", "retour"),
    ),
    (
        gesture("routage", "anomalies", "router"),
        gesture("qui agit", "premier"),
        gesture("fermer le choix", "escape"),
        gesture("service", "destinataire"),
        gesture("fermer le choix", "escape"),
        gesture("revenir du routage", "retour"),
        gesture("personne de l’anomalie", "personne"),
        gesture("autre volet", "autre_volet"),
        gesture("revenir de la personne", "retour"),
    ),
    (
        gesture("ticket", "anomalies", "ticket"),
        gesture("modifier l’objet", "editer"),
        gesture("taper", "x", most=MOVE),
        gesture("abandonner", "escape"),
        gesture("état", "etat"),
        gesture("fermer le choix", "escape"),
        gesture("historique", "historique"),
        gesture("revenir au ticket", "retour"),
        gesture("texte du ticket", "autre_volet"),
        gesture("revenir aux anomalies", "retour"),
        gesture("revenir à l’accueil", "retour"),
        gesture("tickets", "tickets"),
        gesture("revenir à l’accueil", "retour"),
    ),
    (
        gesture("rapprochement", "rapprocher"),
        gesture("suivant", "suivant"),
        gesture("chercher un compte", "chercher"),
        gesture("première lettre", "b", most=LETTER),
        gesture("fermer la recherche", "escape"),
        gesture("liste des personnes", "autre_volet"),
        gesture("curseur", "bas", most=MOVE),
        gesture("page", "page_bas", most=PAGE),
        gesture("revenir à la comparaison", "autre_volet"),
        gesture("aide", "aide"),
        gesture("revenir de l’aide", "retour"),
        gesture("revenir à l’accueil", "retour"),
    ),
    (
        gesture("chargement", "chargement"),
        gesture("curseur", "bas", "bas", most=MOVE),
        gesture("page", "page_bas", most=PAGE),
        gesture("ouvrir un export", "debut", "ouvrir"),
        gesture("revenir à la liste", "retour"),
        gesture("chemin", "charger"),
        gesture("fermer le chemin", "escape"),
        gesture("revenir à l’accueil", "retour"),
    ),
    (
        gesture("messages", "messages"),
        gesture("coller un message", TOLD),
        gesture("curseur", "bas", most=MOVE),
        gesture("catégorie", "categorie"),
        gesture("fermer la catégorie", "escape"),
        gesture("personnes", "concerner"),
        gesture("fermer les personnes", "escape"),
        gesture("ouvrir l’incident", "ouvrir"),
        gesture("original", "original"),
        gesture("revenir à l’incident", "original"),
        gesture("revenir à la liste", "retour"),
        gesture("routage du message", "router"),
        gesture("revenir aux messages", "retour"),
        gesture("ticket du message", "ticket"),
        gesture("revenir aux messages", "retour"),
        gesture("revenir à l’accueil", "retour"),
    ),
    (
        gesture("recherche", "trouver"),
        gesture("première lettre", "m", most=LETTER),
        gesture("deuxième lettre", "a", most=LETTER),
        gesture("personne", "enter"),
        gesture("curseur", "bas", most=MOVE),
        gesture("revenir à la recherche", "retour"),
        gesture("curseur", "bas", most=MOVE),
        gesture("trier", "trier"),
        gesture("fermer le choix", "escape"),
        gesture("revenir à l’accueil", "retour"),
    ),
    (
        gesture("à emporter", "corrections"),
        gesture("curseur", "bas", most=MOVE),
        gesture("page", "page_bas", most=PAGE),
        gesture("revenir à l’accueil", "retour"),
        gesture("palette", "commandes"),
        gesture("fermer la palette", "escape"),
        gesture("aide", "aide"),
        gesture("revenir à l’accueil", "retour"),
        gesture("curseur", "bas", most=MOVE),
        gesture("défilement d’une ligne", *("bas",) * 22, most=SCROLL),
        gesture("suite de l’accueil", "page_bas"),
    ),
)
"""Rounds that begin and end on the first screen."""
KEYS = {action.id: action.keys[0] for action in ACTIONS} | {"retour": "left"}
"""The key of an action; of those that go back, the one that never leaves the program."""
DEEPEST = 8
"""Screens that a round may leave behind it."""
