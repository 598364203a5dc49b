"""Commands with an argument, and the ways between screens, for the palette of every screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.theme import LOOKS
from tui.widgets.palette import Choice

if TYPE_CHECKING:
    from tui.app import TriageApp


def choices(app: TriageApp) -> list[Choice]:
    def without(run: Callable[[], None]) -> Callable[[str], None]:
        return lambda _: run()

    return [
        Choice("personne", "Une personne dans tous les exports.", "", app.find_person, "NOM"),
        Choice("charger", "Ajouter un fichier ou un dossier d’exports.", "", app.add_path, "CHEMIN"),
        Choice("anomalies", "La liste des anomalies, filtrée.", "", app.show_anomalies, "MOTS"),
        Choice("rapprochement", "Les personnes à rapprocher.", "", without(app.show_matching)),
        Choice("chargement", "Les exports lus et refusés.", "", without(app.show_loading)),
        Choice("brouillons", "Les tickets en cours.", "", without(app.show_tickets)),
        Choice("couleurs", f"Aspect : {', '.join(LOOKS)}.", "", app.set_look, "ASPECT"),
    ]
