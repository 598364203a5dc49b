"""The tour: the main screens on the demo school, a sentence or two on each.

Left at any step, it goes on from there when it is asked for again; a dropped line does not end it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui.actions import ACTIONS, ANOMALIES, HELP, HOME, MATCHING, MESSAGES, PERSON, ROUTING, TICKETS, key_name

if TYPE_CHECKING:
    from tui.app import TriageApp

PLACE = "visite"
SEEN, LEFT = "vue", "quittée à "
"""What is kept of a tour that is over; of one that goes on, the step it is at."""
INVENTED = "Cet établissement est inventé : essayez tout. "
"""Said of the demo school only."""
NEXT_KEYS = frozenset({"enter", "space", "right"})
BACK_KEYS = frozenset({"left", "backspace"})
END_KEYS = frozenset({"q", "escape"})


@dataclass(frozen=True)
class Stop:
    """A screen and what there is to know about it; ``{fiche}`` stands for the key of that action."""

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
        "essayer, combien attendre. {filtrer} filtre, {marquer} marque, {fiche} ouvre la fiche du problème.",
    ),
    Stop(
        ROUTING,
        "{router} montre le routage d’une anomalie ou d’un message : qui agit d’abord, quoi essayer, vers qui va le "
        "ticket, combien attendre, et pourquoi. Tout peut se changer, avec une raison ; {annuler} annule.",
    ),
    Stop(
        MATCHING,
        "À gauche la personne d’un export, à droite les comptes de l’ENT ; dessous, champ par champ, pourquoi. "
        "{associer} associe et passe à la suite, {aucun} note « aucun compte », {chercher} cherche dans tout l’ENT.",
    ),
    Stop(
        MESSAGES,
        "Un mail reçu se colle ici, ou se tape par {nouveau} : il est coupé en incidents, chacun avec sa catégorie et "
        "son service. {couper} "
        "coupe, {rassembler} réunit, {categorie} change la catégorie, {concerner} les personnes, {questions} copie la "
        "question à renvoyer.",
    ),
    Stop(
        PERSON,
        "Une personne dans tous les exports : ce qui se contredit est marqué ≠. {trouver} cherche quelqu’un de partout "
        "({quelquun} dans les anomalies et le rapprochement), par un nom même mal écrit.",
    ),
    Stop(
        TICKETS,
        "Un ticket par incident : ce qui manque, les quatre règles, les pièces telles qu’elles partiront. {ecrire} "
        "l’écrit dans un dossier. D’ici, rien n’est envoyé.",
    ),
    Stop(
        HELP,
        "{aide} montre les touches de chaque écran, {commandes} toutes les commandes, {annuler} annule la dernière "
        "décision, même après un redémarrage. Bonne journée.",
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
    def wanted(self) -> bool:
        """Whether it begins, or goes on, by itself: never seen, or cut by the end of the program."""
        kept = self.app.session.kept_text(PLACE)
        return not kept or kept.isdigit()

    @property
    def text(self) -> str:
        if not self.running:
            return ""
        keys = {action.id: key_name(self.app.keys.of(action)[0]) for action in ACTIONS}
        # A key is never parted from what it does.
        text = STOPS[self.at].text.replace("} ", "}\N{NO-BREAK SPACE}").format_map(keys)
        text = text if self.app.session.demo else text.replace(INVENTED, "")
        return f"Visite {self.at + 1}/{len(STOPS)}. {text}"

    @property
    def keys(self) -> str:
        """What the keys do now."""
        go_on = "suite" if self.at + 1 < len(STOPS) else "terminer"
        back = "   ← : revenir" if self.at else ""
        return f"Entrée : {go_on}{back}   q : quitter la visite"

    def begin(self) -> None:
        """From where it was left; from the beginning once it was seen to its end."""
        step = self.app.session.kept_text(PLACE).removeprefix(LEFT)
        self.at = min(int(step), len(STOPS) - 1) if step.isdigit() else 0
        self.show()

    def show(self) -> None:
        """Go to the screen of this stop, on something worth seeing; the step is kept."""
        screen = STOPS[self.at].screen
        session = self.app.session
        session.keep_text(PLACE, str(self.at))
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
            disputed = next((identity for identity in session.school.identities if identity.contradictions), None)
            self.app.show_person([disputed] if disputed else list(session.school.identities[:1]))
        elif screen == TICKETS:
            self.app.open_tickets(session.open_incidents()[:1], keep=False)
        elif screen == HELP:
            self.app.do_aide()
        self.app.sheet.show_tour()

    def take(self, key: str) -> bool:
        """Act on a key; any key that is not the tour's leaves it and keeps its own meaning."""
        last = self.at + 1 == len(STOPS)
        if key in NEXT_KEYS and not last:
            self.at += 1
            self.show()
            return True
        if key in BACK_KEYS and self.at:
            self.at -= 1
            self.show()
            return True
        self.end(SEEN if key in NEXT_KEYS else f"{LEFT}{self.at}")
        if key not in NEXT_KEYS | BACK_KEYS | END_KEYS:
            return False
        self.app.go(HOME)
        if key not in NEXT_KEYS:
            self.app.say("La visite reprend où vous l’avez laissée par « :visite ».")
        return True

    def end(self, how: str) -> None:
        self.at = -1
        for sheet in self.app.sheets.values():
            sheet.show_tour()
        self.app.session.keep_text(PLACE, how)
