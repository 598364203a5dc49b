"""The command that gives what an agent leaves with: accounts to choose in the ENT, values to correct at the source."""

from __future__ import annotations

from pathlib import Path

import click

from tui.cli_access import analyse, load_settings
from tui.cli_options import DONE, JSON, PATHS, REFUSED
from tui.cli_output import say, write_json
from tui.french_click import FrenchCommand


@click.command(cls=FrenchCommand, name="corrections")
@PATHS
@click.option("--out", metavar="DOSSIER", type=click.Path(file_okay=False, path_type=Path),
              help="Écrit aussi les listes dans ce dossier, en texte et en CSV.")  # fmt: skip
@JSON
def corrections(paths: tuple[str, ...], out: Path | None, as_json: bool) -> int:
    """Liste ce qu'il faut emporter : comptes à choisir dans l'ENT, personnes sans compte, valeurs à corriger."""
    import msgspec

    from diagnostics.matching import corrections as lists

    school = analyse(paths, load_settings())
    exports = school.loaded.active()
    to_type = lists.to_type(school.links, exports)
    waiting = lists.waiting(school.links, exports)
    at_source = lists.at_source(school.identities, exports)
    if out:
        from diagnostics.tickets import bundle

        folder = bundle.write_files(lists.files(to_type, at_source, waiting), out)
        say("Listes écrites dans", str(folder), err=True)
    if as_json:
        write_json({name: msgspec.to_builtins(rows) for name, rows in
                    (("to_type", to_type), ("waiting", waiting), ("at_source", at_source))})  # fmt: skip
    else:
        click.echo(lists.to_type_text(to_type))
        for text in (lists.waiting_text(waiting), lists.at_source_text(at_source)):
            if text:
                click.echo(f"\n{text}")
    return REFUSED if school.loaded.refused else DONE


COMMANDS: tuple[click.Command, ...] = (corrections,)
