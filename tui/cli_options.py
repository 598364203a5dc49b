"""What the commands share: their exit codes, and the arguments and options that mean the same everywhere."""

from __future__ import annotations

import click

from tui.exit_codes import ANOMALIES as ANOMALIES
from tui.exit_codes import DONE as DONE
from tui.exit_codes import REFUSED as REFUSED
from tui.exit_codes import USAGE as USAGE

PATHS = click.argument("paths", metavar="CHEMIN…", nargs=-1, required=True, type=click.Path())
JSON = click.option(
    "--json", "as_json", is_flag=True, help="Écrit un seul document JSON (UTF-8) sur la sortie standard."
)
EXPORTS = click.option(
    "--avec", "paths", metavar="CHEMIN", multiple=True, required=True, type=click.Path(),
    help="Exports à lire (l'option peut être répétée).",
)  # fmt: skip
WITH = click.option(
    "--avec", "paths", metavar="CHEMIN", multiple=True, type=click.Path(),
    help="Exports à lire (l'option peut être répétée).",
)  # fmt: skip
