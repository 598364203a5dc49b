"""The command that shows columns nobody could guess, and names them in the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from tui.cli_access import load_settings
from tui.cli_options import DONE, JSON
from tui.cli_output import say, write_json
from tui.french_click import FrenchCommand

if TYPE_CHECKING:
    from diagnostics.settings import Settings
    from diagnostics.sources.unknown_columns import Unmapped

WIDTH = 24
"""Cells of a title and of a meaning; longer ones push the rest of their line."""


@click.command(cls=FrenchCommand, name="colonnes")
@click.argument("file", metavar="FICHIER", type=click.Path())
@click.option(
    "--nommer", "given", metavar="TITRE=NOM", multiple=True,
    help="Dit ce que contient une colonne (« ignorer » : ne pas la lire ; rien : ce que devine le programme).",
)  # fmt: skip
@JSON
def name_columns(file: str, given: tuple[str, ...], as_json: bool) -> int:
    """Montre les colonnes d'un tableau que le programme ne comprend pas, et les nomme, une fois pour toutes."""
    from diagnostics.load import unmapped
    from tui import strings

    settings = load_settings()
    table = unmapped(file, mapping=settings.columns)
    if given:
        keep(table or unmapped(file, mapping={}), given, settings)
        table = unmapped(file, mapping=load_settings().columns)
    if as_json:
        write_json({"file": file, "unmapped": document(table) if table else None})
    elif table is None:
        say(strings.NO_COLUMNS)
    else:
        show(table)
    return DONE


def keep(table: Unmapped | None, given: tuple[str, ...], settings: Settings) -> None:
    """Add to the settings what the columns of that header mean.

    Raises:
        Refusal: there is no such column, it is never read, or its meaning is not known; nothing is kept.
    """
    import difflib

    import msgspec

    from diagnostics.safety import Refusal
    from diagnostics.settings import save_settings
    from tui import meanings, strings

    if table is None:
        raise Refusal(strings.NO_COLUMNS)
    guessed = dict(zip(table.columns, table.guessed, strict=True))
    named = dict(settings.columns.get(table.signature, {}))
    for one in given:
        title, _, name = (part.strip() for part in one.rpartition("="))
        if title not in guessed:
            raise Refusal(f"« {one} » : écrivez TITRE=NOM. Colonnes de ce tableau : {', '.join(guessed)}.")
        if guessed[title] == meanings.PASSWORD:
            raise Refusal(f"« {title} » : {strings.NEVER_READ}")
        if name and name not in meanings.names():
            near = difflib.get_close_matches(name, meanings.names(), n=1)
            hint = f" Vouliez-vous dire « {near[0]} » ?" if near else ""
            raise Refusal(f"« {name} » : ce nom de colonne n'existe pas.{hint} Sans --nommer, la commande les liste.")
        if name:
            named[title] = name
        else:
            named.pop(title, None)
    columns = {**settings.columns, table.signature: named}
    save_settings(msgspec.structs.replace(settings, columns={k: v for k, v in columns.items() if v}), only=("columns",))


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
    click.echo(f"\nÀ dire par --nommer TITRE=NOM, ou à écrire dans {config_path()}, un nom à la place de « … » :\n")
    click.echo(tomli_w.dumps({"columns": {table.signature: unknown}}))
    click.echo(f"Noms : {', '.join(CANONICAL)}.")
    click.echo(f"D'une autre personne que celle de la ligne, par exemple « resp1.mel » : {', '.join(meanings.OTHERS)}.")
    if table.needed:
        click.echo("Il faut au moins « nom » et « prenom », ou « nom_prenom » ; sans eux, le tableau n'est pas lu.")


COMMANDS: tuple[click.Command, ...] = (name_columns,)
