"""The terminal program: screens over the engine, nothing else.

Textual reads its settings when it is imported, so they are set here, before any module of this package can import it.
"""

from __future__ import annotations

import os

TEXTUAL_SETTINGS = {
    "TEXTUAL_ANIMATIONS": "none",
    "TEXTUAL_DISABLE_KITTY_KEY": "1",  # flag 8 of the protocol loses dead keys (^ then e) on some terminals
    "TEXTUAL_SMOOTH_SCROLL": "0",
    "TEXTUAL_THEME": "ansi-dark",
}

os.environ.update(TEXTUAL_SETTINGS)
