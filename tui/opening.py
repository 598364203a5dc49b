"""Opening the program of the screens: what agents do most, so nothing is imported that it does not show."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

from diagnostics.settings import data_path, load_settings
from tui import lean


def open_program(paths: Sequence[str], *, demo: bool = False) -> int:
    """Open the program on files and folders; returns its exit code."""
    settings = load_settings()
    if demo:
        from tui import demo_door

        paths = (str(demo_door.folder(lambda text: print(text, file=sys.stderr))),)
    gc.disable()  # imports throw nothing away; at work again once the first screen is drawn
    lean.import_without_openssl()
    import tui.app

    store = settings.store or str(data_path() / "ent-triage.sqlite")
    return tui.app.run(paths, settings=settings, store_path=store, demo=demo)


def only_paths(arguments: Sequence[str]) -> list[str] | None:
    """The paths of a command line that can only mean opening the program on them, None for any other.

    A bare word may be a command, a word with a dash an option.
    """
    words = list(arguments)
    if words[:1] == ["ouvrir"]:
        words = words[1:]
    elif words and os.sep not in words[0]:
        return None
    return words if all(not word.startswith("-") and os.path.exists(word) for word in words) else None
