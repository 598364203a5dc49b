"""A card as plain French text: what ``ent-triage explain`` prints and the terminal shows."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping

from diagnostics import school_year
from diagnostics.catalogue.card import EITHER, UNKNOWN, Card, Step
from diagnostics.catalogue.reading import documents, menus
from diagnostics.model import PROFILE_LABELS, Actor
from diagnostics.text import agreed

WIDTH = 80
SEVERITIES = {1: "des personnes sont bloquées", 2: "le prochain import en souffrira", 3: "ménage"}
THE: Mapping[Actor, str] = {
    Actor.ETAB: "l'établissement",
    Actor.REF: "le référent ENT",
    Actor.KOSMOS: "Kosmos",
    Actor.INDEX: "Index Éducation",
    Actor.DSI: "la DSI académique",
    Actor.DRANE: "la DRANE",
    Actor.AUTRE: "un autre service",
}
CONDITIONS: Mapping[tuple[str, str], str] = {
    ("hosting", "index"): "Pronote hébergé chez Index Éducation",
    ("hosting", "etablissement"): "Pronote hébergé dans l'établissement",
    ("diary", "pronote"): "cahier de textes de Pronote",
    ("diary", "ent"): "cahier de textes de l'ENT",
    ("educonnect", "avant"): "avant EduConnect",
    ("educonnect", "apres"): "depuis EduConnect",
    ("twin", "non"): "sans import réussi à la même heure",
    ("in_sts", "non"): "personne absente de STS-Web",
}
FACTS: Mapping[str, str] = {"state": "état du compte", "reason": "motif de rejet"}
VALUES: Mapping[str, str] = {
    "non_active": "non activé", "bloque": "bloqué", "expire": "expiré", "inactif": "inactif", "supprime": "désactivé",
    "absent": "aucun compte",
}  # fmt: skip
REFERENCE = re.compile(r"(00\d):(.*)|\[(P\d+)\]|(knowledge)\.md (.*)")
KEEP_TOGETHER = re.compile(r" (?=[:;!?»>])|(?<=«) ")
"""French puts a space there, on which a line must not break."""
GLUE = "\u00a0"


def explain_text(card: Card, width: int = WIDTH) -> str:
    """The card in at most ``width`` columns (addresses of pages are never cut), ready to read or to paste in a mail."""
    title = wrap(f"{card.code} – {card.label}", width)
    lines = [*title, "=" * max(len(line) for line in title), ""]
    lines += section("Ce que disent les usagers", (f"« {phrase} »" for phrase in card.symptoms), width)
    lines += section("À quoi on le voit", card.evidence, width)
    lines += section("D'où cela vient", card.causes, width)
    lines += section("À essayer d'abord", (step_text(step) for step in card.try_first), width, numbered=True)
    lines += section("Qui", owners(card), width)
    if card.wait_hours:
        wait = f"{card.wait_hours} h. {sentence(card.wait_why)}"
        lines += section(
            "Délai avant un ticket", [wait + (f" Ensuite, {card.recheck}." if card.recheck else "")], width
        )
    elif card.recheck:
        lines += section("Pour vérifier que c'est réglé", [sentence(card.recheck)], width)
    lines += section("Attendu du ticket", [agreed(card.expected, several=True)] if card.expected else [], width)
    lines += section("À joindre au ticket", card.attachments, width)
    lines += section("Modèle", templates(card), width)
    lines += section("Voir aussi", [", ".join(card.see_also)] if card.see_also else [], width)
    lines += ["Sources", *sources(card, width)]
    return "\n".join(lines).rstrip() + "\n"


def owners(card: Card) -> list[str]:
    """First actor, recipient, and who else when."""
    found = [f"Agit d'abord : {THE[card.first_actor]}."]
    if card.recipient is card.first_actor:
        found.append(f"Ticket {to(card.recipient)}.")
    else:
        found.append(f"Si cela persiste, ticket {to(card.recipient)}.")
    for one in card.recipient_alternatives:
        first = f", et c'est {THE[one.first_actor]} qui agit d'abord" if one.first_actor else ""
        found.append(f"Ticket {to(one.to)}{first} quand {one.when.rstrip('.')}.")
    turns = [
        *((f"Profil {PROFILE_LABELS[profile]}", turn) for profile, turn in card.by_profile.items()),
        *((f"Compte « {home} »", turn) for home, turn in card.by_home.items()),
        *((f"Arrêt à {door}", turn) for door, turn in card.by_break.items()),
        *((f"Portée « {scope} »", turn) for scope, turn in card.by_scope.items()),
    ]
    for name, turn in turns:
        first = f" ({THE[turn.first_actor]} agit d'abord)" if turn.first_actor else ""
        see = f" (voir {turn.see})" if turn.see else ""
        found.append(f"{name} : {turn.why.rstrip('.')}{first}{see}.")
    found.append(f"Gravité : {card.severity} ({SEVERITIES[card.severity]}).")
    return found


def to(actor: Actor) -> str:
    """``à la DSI académique``, ``au référent ENT``."""
    the = THE[actor]
    return f"au {the.removeprefix('le ')}" if the.startswith("le ") else f"à {the}"


def templates(card: Card) -> list[str]:
    """The ticket's template and the note to the school."""
    found = [f"{card.template} (ticket {to(card.recipient)})"] if card.template else []
    if card.source_template:
        found.append(f"{card.source_template} (demande à l'établissement)")
    return found


def step_text(step: Step) -> str:
    """A step with its menu path and the conditions under which it applies."""
    path = step.menu
    if path.startswith("@"):
        path = " ; ou ".join(variant.path for variant in menus()[path[1:]])
    conditions = [
        *([f"à partir du {french_day(step.since)}"] if step.since else []),
        *([f"avant le {french_day(step.until)}"] if step.until else []),
        *([f"EDT {step.edt_from} et suivants"] if step.edt_from else []),
        *([f"jusqu'à EDT {step.edt_until}"] if step.edt_until else []),
        *(condition(*item) for item in step.when.items()),
        *(f"en période « {school_year.label(slug)} »" for slug in step.seasons),
        *(f"hors période « {school_year.label(slug)} »" for slug in step.off_seasons),
    ]
    return step.text + (f" Menu : {path}." if path else "") + (f" [{', '.join(conditions)}]" if conditions else "")


def condition(fact: str, value: str) -> str:
    """A fact that a step waits for, in French."""
    if (fact, value) in CONDITIONS:
        return CONDITIONS[fact, value]
    known = [one for one in value.split(EITHER) if one != UNKNOWN]
    if fact == "at_fault":
        return f"{' ou '.join(known)} seul en cause" if known else "base en cause non connue"
    return f"{FACTS.get(fact, fact)} : {' ou '.join(VALUES.get(one, one) for one in known) or 'non connu'}"


def sources(card: Card, width: int) -> list[str]:
    """One line for each document, its lines or sections after it; the address of a page on its own line, uncut."""
    grouped: dict[str, list[str]] = {}
    for source in card.sources:
        match = REFERENCE.fullmatch(source)
        name = (match[1] or match[3] or match[4]) if match else ""
        if match and name in documents():
            grouped.setdefault(name, []).append(match[2] or match[5] or "")
        else:
            grouped.setdefault("", []).append(source)
    found: list[str] = []
    for name, parts in grouped.items():
        stated = ", ".join(part for part in parts if part)
        if not name:
            found += wrap(stated, width, "  - ", "    ")
            continue
        document = documents()[name]
        label = "" if name == "knowledge" else f"{name}, "
        place = f" : {'lignes ' if name.isdigit() else ''}{stated}" if stated else ""
        found += wrap(f"{label}{document.title}{place}", width, "  - ", "    ")
        if document.url:
            found.append(f"    {document.url}")
    return found


def french_day(iso: str) -> str:
    year, month, day = iso.split("-")
    return f"{day}/{month}/{year}"


def sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def section(title: str, items: Iterable[str], width: int, *, numbered: bool = False) -> list[str]:
    """A titled list, nothing when it is empty."""
    lines: list[str] = []
    for number, item in enumerate(items, 1):
        mark = f"  {number}. " if numbered else "  - "
        lines += wrap(item, width, mark, " " * len(mark))
    return [title, *lines, ""] if lines else []


def wrap(text: str, width: int, first: str = "", rest: str = "") -> list[str]:
    glued = KEEP_TOGETHER.sub(GLUE, text)
    lines = textwrap.wrap(glued, width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)
    return [line.replace(GLUE, " ") for line in lines]
