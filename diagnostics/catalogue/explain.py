"""A card as plain French text: what ``ent-triage explain`` prints and the terminal shows."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from diagnostics.catalogue.card import Card, Step
from diagnostics.catalogue.reading import menus
from diagnostics.model import ACTOR_LABELS, PROFILE_LABELS, Actor

WIDTH = 80
SEVERITIES = {1: "des personnes sont bloquées", 2: "le prochain import en souffrira", 3: "ménage"}
PROFILE_ORDER = tuple(PROFILE_LABELS)


def explain_text(card: Card, width: int = WIDTH) -> str:
    """The card in at most ``width`` columns, ready to read or to paste in a mail."""
    lines = [*wrap(f"{card.code} – {card.label}", width), "=" * min(width, len(card.code) + 3 + len(card.label)), ""]
    lines += section("Ce que disent les usagers", (f"« {phrase} »" for phrase in card.symptoms), width)
    lines += section("À quoi on le voit", card.evidence, width)
    lines += section("D'où cela vient", card.causes, width)
    lines += section("À essayer d'abord", (step_text(step) for step in card.try_first), width, numbered=True)
    lines += section("Qui", owners(card), width)
    if card.wait_hours:
        wait = f"{card.wait_hours} h. {card.wait_why}" + (f" Ensuite : {card.recheck}." if card.recheck else "")
        lines += section("Délai avant un ticket", [wait], width)
    elif card.recheck:
        lines += section("Pour vérifier que c'est réglé", [sentence(card.recheck)], width)
    lines += section("À joindre au ticket", card.attachments, width)
    lines += section("Modèle", templates(card), width)
    lines += section("Voir aussi", [", ".join(card.see_also)] if card.see_also else [], width)
    lines += section("Sources", [" · ".join(card.sources)], width)
    return "\n".join(lines).rstrip() + "\n"


def owners(card: Card) -> list[str]:
    """First actor, recipient, and who else when."""
    found = [f"Agit d'abord : {ACTOR_LABELS[card.first_actor]}."]
    for profile in PROFILE_ORDER:
        if turn := card.by_profile.get(profile):
            actor = f" ({ACTOR_LABELS[turn.first_actor]})" if turn.first_actor else ""
            found.append(f"Profil {PROFILE_LABELS[profile]}{actor} : {lower(turn.why)}{seeing(turn.see)}.")
    for home, turn in card.by_home.items():
        found.append(f"Compte « {home} » : {lower(turn.why)}{seeing(turn.see)}.")
    if card.recipient is card.first_actor:
        found.append(f"Ticket : {ACTOR_LABELS[card.recipient]}.")
    else:
        found.append(f"Si cela persiste, ticket à : {ACTOR_LABELS[card.recipient]}.")
    for one in card.recipient_alternatives:
        first = f" ; agit d'abord : {ACTOR_LABELS[one.first_actor]}" if one.first_actor else ""
        found.append(f"Si {lower(one.when)} : ticket à {ACTOR_LABELS[one.to]}{first}.")
    found += [f"Arrêt à {door} : {lower(turn.why)}{seeing(turn.see)}." for door, turn in card.by_break.items()]
    for scope, turn in card.by_scope.items():
        actor = f" ({ACTOR_LABELS[turn.first_actor]})" if turn.first_actor else ""
        found.append(f"Portée « {scope} »{actor} : {lower(turn.why)}{seeing(turn.see)}.")
    found.append(f"Gravité : {card.severity} ({SEVERITIES[card.severity]}).")
    return found


def templates(card: Card) -> list[str]:
    """The ticket's template and the note to the school."""
    found = [f"{card.template} (ticket à {ACTOR_LABELS[card.recipient]})"] if card.template else []
    if card.source_template:
        found.append(f"{card.source_template} (demande à {ACTOR_LABELS[Actor.ETAB]})")
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
    ]
    return step.text + (f" Menu : {path}." if path else "") + (f" [{', '.join(conditions)}]" if conditions else "")


def french_day(iso: str) -> str:
    year, month, day = iso.split("-")
    return f"{day}/{month}/{year}"


def seeing(code: str) -> str:
    return f" (voir {code})" if code else ""


def lower(text: str) -> str:
    """A sentence made a clause: first letter lower-cased unless it opens a name, no full stop."""
    text = text.rstrip(".")
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] in {" ", "'"} else text


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
    return textwrap.wrap(text, width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)
