"""Writes the page of the screens from the pictures that the tests take: ``python -m docs.make_screens``.

The pictures are those of ``tests/tui/golden``, taken in a real terminal of 80 columns and 24 lines, without their lines
of styles; ``REDRAW=1 python -m pytest tests/tui/test_golden.py`` takes them again and writes this page.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

PAGE = Path(__file__).parent / "ecrans.md"
PICTURES = Path(__file__).parents[1] / "tests" / "tui" / "golden"
SMALL = "_ascii_60x15"
"""How the names of the pictures of a terminal of 60 columns and 15 lines end: no colour, no sign beyond ASCII."""
HEAD = """# Les écrans

Chaque écran du programme, tel qu’un terminal de 80 colonnes et 24 lignes le montre (les couleurs en moins). Les
personnes sont inventées. Ces images sont prises par les tests : ne les modifiez pas à la main, lancez
`REDRAW=1 python -m pytest tests/tui/test_golden.py`.
"""
CAPTIONS: Mapping[str, tuple[str, str]] = {
    "accueil": ("Aujourd’hui", "Ce qu’il y a à faire, ce qui alimente l’ENT, ce qui est chargé."),
    "chargement": ("Chargement", "Ce qui a été lu, de quand, ce qui a été refusé et pourquoi."),
    "colonnes": ("Colonnes", "Ce que contient chaque colonne d’un tableau inconnu se dit une fois."),
    "anomalies": ("Anomalies", "Les plus graves d’abord ; dessous, la preuve et la marche à suivre."),
    "tri": ("Trier", "Un choix s’ouvre sous la liste ; sa lettre suffit."),
    "question": ("Une question", "Elle s’écrit sur la dernière ligne ; Échap abandonne."),
    "anomalie": ("Le détail d’une anomalie", "La fiche, les preuves, qui agit et à qui va le ticket."),
    "routage": ("Routage", "Qui agit, vers qui, quel délai, et pourquoi ; tout se change, avec une raison."),
    "rapprochement": ("Rapprochement", "Une personne, les comptes possibles, champ par champ."),
    "rapprochement_liste": ("Rapprochement, la liste", "Toutes les personnes qui attendent une réponse."),
    "messages": ("Messages", "Un message collé, coupé en incidents ; qui, quoi, vers qui."),
    "tickets": ("Tickets", "Le ticket d’un incident, ce qui lui manque, les quatre règles, les pièces."),
    "emporter": ("À emporter", "Les comptes à choisir dans l’ENT, les valeurs à corriger à la source."),
    "recherche": ("Recherche", "Quelqu’un, dans tous les exports, à mesure que l’on tape."),
    "personne": ("Personne", "Une personne dans tous les exports ; ce qui se contredit est marqué ≠."),
    "commandes": ("Les commandes", "« : » les cherche par leur nom, avec ce qu’elles attendent."),
    "aide": ("Aide", "Les touches de l’écran d’où l’on vient."),
    "visite": ("La visite", "Elle passe d’un écran à l’autre ; q la quitte, « :visite » la reprend."),
}
"""Picture → title and caption, in the order of the page."""


def page() -> str:
    """The whole page; a picture that is not there yet leaves its place empty."""
    parts = [HEAD]
    for name, (title, caption) in CAPTIONS.items():
        parts.append(f"## {title}\n\n{caption}\n\n```text\n{drawn(name)}```\n")
    small = [name for name in CAPTIONS if (PICTURES / f"{name}{SMALL}.txt").exists()]
    parts.append(
        "## À 60 colonnes, sans couleur ni signe hors ASCII\n\n`ENT_TRIAGE_ASCII=1`, `NO_COLOR=1`, 15 lignes.\n\n"
        + "\n".join(f"```text\n{drawn(name + SMALL)}```\n" for name in small)
    )
    return "\n".join(parts)


def drawn(name: str) -> str:
    """A picture without its lines of styles."""
    path = PICTURES / f"{name}.txt"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return "".join(f"{line}\n" for line in lines if not line.startswith("~"))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE.name, file=sys.stderr)
