"""The tour: the main screens on the demo school, a sentence or two on each; skippable, never shown twice by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui.actions import ANOMALIES, HELP, HOME, MATCHING, MESSAGES, PERSON, ROUTING, TICKETS

if TYPE_CHECKING:
    from tui.app import TriageApp

PLACE = "visite"
INVENTED = "Cet établissement est inventé : essayez tout. "
"""Said of the demo school only."""
NEXT_KEYS = frozenset({"enter", "space", "right"})
END_KEYS = frozenset({"q", "escape", "left", "backspace"})


@dataclass(frozen=True)
class Stop:
    """A screen and what there is to know about it."""

    screen: str
    text: str


STOPS = (
    Stop(
        HOME,
        f"Bienvenue. {INVENTED}L’accueil dit ce qui est chargé, ce qui fait le plus "
        "mal, et par où commencer ; les flèches et Entrée suffisent.",
    ),
    Stop(
        ANOMALIES,
        "Les anomalies, les plus graves d’abord. Sous la liste : la preuve (fichier, ligne, valeur), qui agit, quoi "
        "essayer, combien attendre. / filtre, Espace marque, f ouvre la fiche du problème.",
    ),
    Stop(
        ROUTING,
        "r montre le routage d’une anomalie ou d’un message : qui agit d’abord, quoi essayer, vers qui va le ticket, "
        "combien attendre, et pourquoi. Tout peut se changer, avec une raison ; u annule.",
    ),
    Stop(
        MATCHING,
        "À gauche la personne d’un export, à droite les comptes de l’ENT ; dessous, champ par champ, pourquoi. Entrée "
        "associe et passe à la suite, x note « aucun compte », / cherche dans tout l’ENT.",
    ),
    Stop(
        MESSAGES,
        "Un mail reçu se colle ici : il est coupé en incidents, chacun avec sa catégorie et son service. "
        "- coupe, = réunit, e change la catégorie, a les personnes, y copie la question à renvoyer.",
    ),
    Stop(
        PERSON,
        "Une personne dans tous les exports : ce qui se contredit est marqué ≠. / cherche quelqu’un de partout (V dans "
        "les anomalies et le rapprochement), par un nom même mal écrit.",
    ),
    Stop(
        TICKETS,
        "Un ticket par incident : ce qui manque, les quatre règles, les pièces telles qu’elles partiront. w les écrit "
        "dans un dossier. Rien n’est jamais envoyé.",
    ),
    Stop(
        HELP,
        "? montre les touches de chaque écran, : toutes les commandes, u annule la dernière décision, même après un "
        "redémarrage. Bonne journée.",
    ),
)


class Tour:
    """Where the tour is; ``at`` is -1 when there is none."""

    def __init__(self, app: TriageApp) -> None:
        self.app = app
        self.at = -1

    @property
    def running(self) -> bool:
        return self.at >= 0

    @property
    def text(self) -> str:
        if not self.running:
            return ""
        text = STOPS[self.at].text if self.app.session.demo else STOPS[self.at].text.replace(INVENTED, "")
        return f"Visite {self.at + 1}/{len(STOPS)}. {text}"

    def begin(self) -> None:
        self.at = 0
        self.show()

    def show(self) -> None:
        """Go to the screen of this stop, on something worth seeing."""
        screen = STOPS[self.at].screen
        session = self.app.session
        if screen == HOME:
            self.app.go(HOME)
        elif screen == ANOMALIES:
            self.app.show_anomalies()
        elif screen == ROUTING:
            self.app.show_routing(session.open_incidents()[:1])
        elif screen == MATCHING:
            self.app.show_matching()
        elif screen == MESSAGES:
            self.app.show_messages()
        elif screen == PERSON and session.school:
            disputed = [identity for identity in session.school.identities if identity.contradictions]
            self.app.show_person(disputed[:1] or list(session.school.identities[:1]))
        elif screen == TICKETS:
            self.app.open_tickets(session.open_incidents()[:1], keep=False)
        elif screen == HELP:
            self.app.do_aide()
        self.app.sheet.show_tour()

    def take(self, key: str) -> bool:
        """Act on a key; any key that is not the tour's ends it and keeps its own meaning."""
        if key in NEXT_KEYS and self.at + 1 < len(STOPS):
            self.at += 1
            self.show()
            return True
        self.end()
        if key in NEXT_KEYS | END_KEYS:
            self.app.go(HOME)
            return True
        return False

    def end(self) -> None:
        self.at = -1
        for sheet in self.app.sheets.values():
            sheet.show_tour()
        self.app.session.keep_text(PLACE, "vue")
