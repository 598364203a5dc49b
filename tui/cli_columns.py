"""The command that shows columns nobody could guess, and how the settings name them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from tui.cli_access import load_settings
from tui.cli_options import DONE, JSON
from tui.cli_output import say, write_json
from tui.french_click import FrenchCommand

if TYPE_CHECKING:
    from diagnostics.sources.unknown_columns import Unmapped

WIDTH = 24
"""Cells of a title and of a meaning; longer ones push the rest of their line."""


@click.command(cls=FrenchCommand, name="colonnes")
@click.argument("file", metavar="FICHIER")
@JSON
def name_columns(file: str, as_json: bool) -> int:
    """Montre les colonnes d'un tableau que le programme ne comprend pas, et comment les nommer dans les réglages."""
    from diagnostics.load import unmapped
    from tui import strings

    table = unmapped(file, mapping=load_settings().columns)
    if as_json:
        write_json({"file": file, "unmapped": document(table) if table else None})
    elif table is None:
        say(strings.NO_COLUMNS)
    else:
        show(table)
    return DONE


def document(table: Unmapped) -> dict[str, Any]:
    """The table for scripts: every column with its guess and its first values."""
    return {
        "signature": table.signature,
        "line": table.line,
        "sheet": table.sheet,
        "needed": table.needed,
        "columns": [
            {"title": title, "name": name, "values": values_of(table, index)}
            for index, (title, name) in enumerate(zip(table.columns, table.guessed, strict=True))
        ],
    }


def values_of(table: Unmapped, index: int) -> list[str]:
    return [row[index] for row in table.rows if index < len(row) and row[index]]


def show(table: Unmapped) -> None:
    """The columns for people, then the lines to add to the settings."""
    import tomli_w

    from diagnostics.settings import config_path
    from diagnostics.sources.titles import CANONICAL
    from tui import meanings

    where = f"titres à la ligne {table.line}" if table.line else "sans ligne de titres"
    say(f"Feuille « {table.sheet} »" if table.sheet else "", where)
    for index, (title, name) in enumerate(zip(table.columns, table.guessed, strict=True)):
        say(title.ljust(WIDTH), meanings.said(name).ljust(WIDTH), " · ".join(values_of(table, index)))
    unknown = {title: "…" for title, name in zip(table.columns, table.guessed, strict=True) if not name}
    click.echo(f"\nÀ écrire dans {config_path()}, un nom à la place de chaque « … » :\n")
    click.echo(tomli_w.dumps({"columns": {table.signature: unknown}}))
    click.echo(f"Noms : {', '.join(CANONICAL)}.")
    click.echo(f"D'une autre personne que celle de la ligne, par exemple « resp1.mel » : {', '.join(meanings.OTHERS)}.")
    if table.needed:
        click.echo("Il faut au moins « nom » et « prenom », ou « nom_prenom » ; sans eux, le tableau n'est pas lu.")


COMMANDS: tuple[click.Command, ...] = (name_columns,)
