"""Where the ``ent-triage`` command starts: what needs nothing answers before anything is loaded."""

from __future__ import annotations

import sys

VERSION = ["--version"]


def main() -> None:
    """Entry point of the ``ent-triage`` command."""
    arguments = sys.argv[1:]
    if arguments == VERSION:
        from diagnostics import __version__

        print(f"ent-triage {__version__}")
        return
    from tui import opening

    paths = opening.only_paths(arguments)
    if paths is None:
        from tui import cli

        cli.main()
        return
    from tui.guard import guarded

    sys.exit(guarded(lambda: opening.open_program(paths)))


if __name__ == "__main__":
    main()
