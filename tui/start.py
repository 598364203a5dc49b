"""Where the ``ent-triage`` command starts: what needs nothing answers before anything is loaded."""

from __future__ import annotations

import os
import sys

VERSION = ["--version"]
COMPLETING = "_ENT_TRIAGE_COMPLETE"
"""Set by a shell that asks how a command goes on; its words stand in other variables, and nothing is to be opened."""


def main() -> None:
    """Entry point of the ``ent-triage`` command."""
    arguments = sys.argv[1:]
    if arguments == VERSION:
        from diagnostics import __version__

        print(f"ent-triage {__version__}")
        return
    from tui import opening

    paths = None if COMPLETING in os.environ else opening.only_paths(arguments)
    if paths is None:
        from tui import cli

        cli.main()
        return
    from tui.guard import guarded

    sys.exit(guarded(lambda: opening.open_program(paths)))


if __name__ == "__main__":
    main()
