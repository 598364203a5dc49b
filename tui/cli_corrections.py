"""The command that gives what an agent leaves with: accounts to choose in the ENT, values to correct at the source."""

from __future__ import annotations

from pathlib import Path

import click

from tui.cli_access import analyse, load_settings
from tui.cli_output import say, write_json
from tui.french_click import FrenchCommand

DONE, REFUSED = 0, 3


@click.command(cls=FrenchCommand, name="corrections")
@click.argument("paths", metavar="CHEMIN…", nargs=-1, required=True)
@click.option("--out", metavar="DOSSIER", type=click.Path(file_okay=False, path_type=Path),
              help="Écrit aussi les deux listes dans ce dossier, en texte et en CSV.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Écrit un seul document JSON (UTF-8) sur la sortie standard.")
def corrections(paths: tuple[str, ...], out: Path | None, as_json: bool) -> int:
    """Liste les comptes à choisir à l'écran d'import de l'ENT et les valeurs à corriger à la source."""
    import msgspec

    from diagnostics.matching import corrections as lists

    school = analyse(paths, load_settings())
    exports = school.loaded.active()
    to_type = lists.to_type(school.links, exports)
    at_source = lists.at_source(school.identities, exports)
    if out:
        from diagnostics.tickets import bundle

        folder = bundle.write_files(lists.files(to_type, at_source), out)
        say("Listes écrites dans", str(folder), err=True)
    if as_json:
        write_json({"to_type": msgspec.to_builtins(to_type), "at_source": msgspec.to_builtins(at_source)})
    else:
        click.echo(lists.to_type_text(to_type))
        click.echo("")
        click.echo(lists.at_source_text(at_source))
    return REFUSED if school.loaded.refused else DONE


COMMANDS: tuple[click.Command, ...] = (corrections,)
