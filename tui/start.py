"""Where the ``ent-triage`` command starts: what needs nothing answers before anything is loaded."""

from __future__ import annotations

import sys

VERSION = ["--version"]


def main() -> None:
    """Entry point of the ``ent-triage`` command."""
    if sys.argv[1:] == VERSION:
        from diagnostics import __version__

        print(f"ent-triage {__version__}")
        return
    from tui import cli

    cli.main()


if __name__ == "__main__":
    main()
