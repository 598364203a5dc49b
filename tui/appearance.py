"""How the screen looks and is read: what the environment says of this terminal, else what the settings say."""

from __future__ import annotations

import os

from diagnostics.settings import Settings
from tui.glyphs import ASCII_VARIABLE, repertoire
from tui.theme import LOOK_VARIABLE, LOOKS
from tui.widgets.drawn import CURSOR_VARIABLE


def follow(settings: Settings) -> str:
    """Look as asked from now on; what is wrong with what is asked, in French, "" when nothing is."""
    wanted = {
        LOOK_VARIABLE: settings.look.casefold(),
        ASCII_VARIABLE: "1" if settings.ascii else "",
        CURSOR_VARIABLE: "1" if settings.cursor else "",
    }
    for variable, value in wanted.items():
        if value:
            os.environ.setdefault(variable, value)
    repertoire.ascii_only = os.environ.get(ASCII_VARIABLE, "") not in {"", "0"}
    named = os.environ.get(LOOK_VARIABLE, "")
    if named and named not in LOOKS:
        return f"{LOOK_VARIABLE}={named} : aspect inconnu. Aspects : {', '.join(LOOKS)}."
    return ""
