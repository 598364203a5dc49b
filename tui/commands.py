"""Commands with an argument, and the ways between screens, for the palette of every screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.actions import HOME
from tui.theme import LOOKS
from tui.widgets.palette import Choice
from tui.widgets.prompt import complete_path

if TYPE_CHECKING:
    from tui.app import TriageApp


def choices(app: TriageApp) -> list[Choice]:
    def without(run: Callable[[], None]) -> Callable[[str], None]:
        return lambda _: run()

    trial = [Choice("demonstration", "Essayer sur un établissement inventé.", "", without(app.open_demo))]
    return [
        *(trial if app.session.school is None or app.session.demo else ()),
        Choice("personne", "Une personne dans tous les exports.", "", app.find_person, "NOM"),
        Choice("charger", "Ajouter un fichier ou un dossier d’exports.", "", app.add_path, "CHEMIN", complete_path),
        Choice("anomalies", "La liste des anomalies, filtrée.", "", app.show_anomalies, "MOTS"),
        Choice("rapprochement", "Les personnes à rapprocher.", "", without(app.show_matching)),
        Choice("messages", "Les messages reçus, découpés en incidents.", "", without(app.show_messages)),
        Choice("chargement", "Les exports lus et refusés.", "", without(app.show_loading)),
        Choice("brouillons", "Les tickets en cours.", "", without(app.show_tickets)),
        Choice("emporter", "Les comptes à choisir et les valeurs à corriger.", "", without(app.show_corrections)),
        Choice("accueil", "Ce qu’il y a à faire aujourd’hui.", "", without(lambda: app.go(HOME))),
        Choice("visite", "La visite du programme, écran par écran.", "", without(app.tour.begin)),
        Choice("couleurs", f"Thème de l’écran : {', '.join(LOOKS)}.", "", app.set_look, "ASPECT", complete_look),
    ]


def complete_look(text: str) -> tuple[str, tuple[str, ...]]:
    found = tuple(name for name in LOOKS if name.startswith(text.strip()))
    return (found[0], ()) if len(found) == 1 else (text, found)
