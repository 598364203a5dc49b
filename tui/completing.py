"""What the shell completes with Tab: codes, states, actors, incidents followed. Quick, silent, no name of a person.

Paths are completed by the shell itself.
"""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem

VARIABLE = "_ENT_TRIAGE_COMPLETE"
"""What the shell sets when it asks; the command line then stands in other variables."""


def codes(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Categories, with what they are."""
    from diagnostics import catalogue

    cards = catalogue.cards()
    return [
        CompletionItem(code, help=card.label) for code, card in cards.items() if code.startswith(incomplete.upper())
    ]


def incidents(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Incidents followed, with their state; those of a base on a server are not asked for."""
    from pathlib import Path

    from diagnostics.safety import Refusal
    from diagnostics.store.glance import followed_ids
    from tui.cli_access import load_settings, store_path

    try:
        path = store_path(load_settings())
    except Refusal:
        return []
    if path.startswith("postgresql"):
        return []
    return [CompletionItem(incident, help=told) for incident, told in followed_ids(Path(path), incomplete)]


def states(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """States in one word without accents, which is how they are typed: « delai-en-cours »."""
    from diagnostics.states import STATES
    from diagnostics.text import fold

    words = {fold(state).lower().replace(" ", "-"): state for state in STATES}
    begun = fold(incomplete).lower().replace(" ", "-")
    return [CompletionItem(word, help=state) for word, state in words.items() if word.startswith(begun)]


def incidents_and_states(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Of a command that takes incidents, then a state: the shell cannot tell which comes next."""
    return [*incidents(context, parameter, incomplete), *states(context, parameter, incomplete)]


def actors(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from diagnostics.model import ACTOR_LABELS

    return [
        CompletionItem(actor.value, help=label)
        for actor, label in ACTOR_LABELS.items()
        if actor.value.startswith(incomplete.upper())
    ]
