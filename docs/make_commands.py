"""Writes, for each action of the screens, the command that does the same: ``python -m docs.make_commands``.

A test holds the page against the registry of actions and the commands: nothing is added to a screen without its twin.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from tui.actions import (
    ACTIONS,
    ANOMALIES,
    COLUMNS,
    CORRECTIONS,
    HELP,
    HOME,
    LOADING,
    MATCHING,
    MESSAGES,
    PERSON,
    ROUTING,
    SCREENS,
    SEARCH,
    TICKETS,
    Action,
    actions_of,
)
from tui.strings import TITLES

PAGE = Path(__file__).parent / "commandes.md"
HEAD = """# Sans l’écran

Tout ce que l’on fait à l’écran se fait aussi par des commandes : pour un script, pour une synthèse vocale ou une plage
braille, ou quand le terminal ne s’y prête pas. Les deux lisent et écrivent la même base : on passe de l’un à l’autre
sans rien perdre, et `ent-triage annuler` défait ce que l’un ou l’autre a décidé.

Chaque commande dit ce qu’elle attend par `--help`, et rend un document par `--json`. `CHEMIN` est un fichier ou un
dossier d’exports ; `INCIDENT` un numéro que montrent `check`, `suivre` et `aujourd-hui`, ou son début.

Cette page est faite à partir du registre des actions : ne la modifiez pas à la main, lancez
`python -m docs.make_commands`.
"""
EVERYTHING = "sans objet : une commande rend tout d’un coup, le texte se parcourt avec `less`"
"""Moving in a list."""
MANY = "sans objet : les commandes prennent plusieurs `INCIDENT`"
SHELL = "sans objet : c’est le terminal qui le fait"

SCREEN_TWINS: Mapping[str, str] = {
    HOME: "aujourd-hui CHEMIN…",
    LOADING: "exports CHEMIN…",
    COLUMNS: "colonnes FICHIER",
    ANOMALIES: "check CHEMIN…",
    ROUTING: "router INCIDENT",
    MATCHING: "match CHEMIN…",
    MESSAGES: "decouper MESSAGE",
    SEARCH: "personne NOM --avec CHEMIN",
    PERSON: "personne NOM --avec CHEMIN",
    TICKETS: "rediger INCIDENT --avec CHEMIN",
    CORRECTIONS: "corrections CHEMIN…",
    HELP: "--help",
}
"""Screen → the command that shows the same."""
CHECK, STATE, ROUTE, DRAFT = "check CHEMIN…", "etat INCIDENT", "router INCIDENT", "rediger INCIDENT --avec CHEMIN"
CUT = "decouper MESSAGE"
PERSON = "personne NOM --avec CHEMIN"
DECIDE = "associer PERSONNE"
TWINS: Mapping[str, str] = {
    **dict.fromkeys(("haut", "bas", "page_haut", "page_bas", "debut", "fin", "precedent", "suivant"), EVERYTHING),
    "autre_volet": EVERYTHING,
    "ouvrir": f"{CHECK} --json",
    "associer": f"{DECIDE} COMPTE --avec CHEMIN",
    "aucun": f"{DECIDE} --aucun --avec CHEMIN",
    "filtrer": f"{CHECK} --filtrer MOTS",
    "chercher": "chercher NOM",
    "quelquun": PERSON,
    "trouver": PERSON,
    "trier": f"{CHECK} --trier ORDRE",
    "clos": "dossier --clos",
    "marquer": MANY,
    "tout_marquer": MANY,
    "fiche": "explain CODE",
    "router": ROUTE,
    "premier": f"{ROUTE} --agit ACTEUR --raison TEXTE",
    "destinataire": f"{ROUTE} --vers ACTEUR --raison TEXTE",
    "delai": f"{ROUTE} --attendre DATE --raison TEXTE",
    "proposition": f"{ROUTE} --comme-propose",
    "rapprocher": "match CHEMIN…",
    "ignorer": f"{STATE} clos --note TEXTE",
    "attendre": f"{STATE} \"délai en cours\"",
    "commenter": "noter INCIDENT --note TEXTE",
    "ticket": DRAFT,
    "messages": "suivre MESSAGE…",
    "nouveau": "suivre MESSAGE…",
    "couper": f"{CUT} N --couper MOTS",
    "retirer_message": "dossier NUMÉRO --retirer-message",
    "original": "dossier NUMÉRO",
    "rassembler": f"{CUT} N --reunir",
    "categorie": f"{CUT} N --categorie CODE",
    "concerner": f"{CUT} N --ajouter QUI",
    "questions": "split MESSAGE",
    "anomalies": CHECK,
    "tickets": "dossier",
    "chargement": "exports CHEMIN…",
    "charger": CHECK,
    "recharger": "reverifier CHEMIN…",
    "retirer": "sans objet : ne donnez pas le fichier",
    "colonnes": "colonnes FICHIER",
    "enregistrer": "colonnes FICHIER --nommer TITRE=NOM",
    "ne_pas_lire": "colonnes FICHIER --nommer TITRE=ignorer",
    "personne": PERSON,
    "editer": f"{DRAFT} --objet TEXTE --texte FICHIER --champ NOM=VALEUR",
    "piece": f"{DRAFT} --joindre FICHIER",
    "ecrire": f"{DRAFT} --out DOSSIER",
    "transmis": f"{DRAFT} --transmis",
    "relance": "relance INCIDENT",
    "etat": f"{STATE} ÉTAT",
    "numero": "noter INCIDENT --numero N",
    "rappel": "noter INCIDENT --jusqu-au DATE",
    "historique": "dossier INCIDENT",
    "reunir": "regrouper INCIDENT AUTRE…",
    "separer": "regrouper INCIDENT --separer",
    "service": f"{ROUTE} --vers ACTEUR --raison TEXTE",
    "corrections": "corrections CHEMIN…",
    "ecrire_listes": "corrections CHEMIN… --out DOSSIER",
    "copier": "sans objet : la sortie d’une commande se redirige (`>`, `| xclip`)",
    "annuler": "annuler",
    "refaire": "annuler --refaire",
    "commandes": "--help",
    "aide": "--help",
    "redessiner": SHELL,
    "suspendre": SHELL,
    "retour": SHELL,
    "quitter": SHELL,
}  # fmt: skip
"""Action → the command that does the same (without ``ent-triage``), or why there is nothing to do."""
NEEDLESS = "sans objet"


def page() -> str:
    """The whole page: the screens, then each action once, under the first screen that has it."""
    screens = [f"| {TITLES[screen]} | {said(twin)} |" for screen, twin in SCREEN_TWINS.items()]
    parts = [HEAD, "\n".join(["## Les écrans", "", "| écran | commande |", "|---|---|", *screens]) + "\n"]
    told: set[str] = set()
    for screen in SCREENS:
        new = [one for one in actions_of(screen) if one.id not in told and not TWINS[one.id].startswith(NEEDLESS)]
        told |= {one.id for one in new}
        if new:
            parts.append(section(TITLES[screen], new))
    reasons: dict[str, list[str]] = {}
    for action in ACTIONS:
        if TWINS[action.id].startswith(NEEDLESS):
            reasons.setdefault(TWINS[action.id].removeprefix(f"{NEEDLESS} : "), []).append(action.label)
    needless = [f"- {', '.join(dict.fromkeys(labels))} : {reason}." for reason, labels in reasons.items()]
    parts.append("\n".join(["## Ce qui n’a pas besoin de commande", "", *needless]) + "\n")
    return "\n".join(parts)


def section(title: str, actions: list[Action]) -> str:
    rows = [f"| {action.label} | {action.help} | {said(TWINS[action.id])} |" for action in actions]
    head = [f"## {title}", "", "| à l’écran | ce que cela fait | par une commande |", "|---|---|---|"]
    return "\n".join([*head, *rows]) + "\n"


def said(twin: str) -> str:
    return twin if twin.startswith(NEEDLESS) else f"`ent-triage {twin}`"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE.name, file=sys.stderr)
