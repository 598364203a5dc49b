"""The ``ent-triage`` command. Textual and the heavy engine rooms are imported by the command that needs them.

Exit codes: 0 done, 1 anomalies found (``check``), 2 bad usage, 3 an input refused, 4 internal error.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import click

from diagnostics import __version__
from tui import (
    cli_cases,
    cli_columns,
    cli_corrections,
    cli_decide,
    cli_draft,
    cli_exports,
    cli_messages,
    cli_person,
    cli_route,
    cli_search,
    cli_send,
    cli_state,
    cli_tickets,
    cli_upkeep,
    completing,
    opening,
)
from tui.cli_access import analyse, load_settings, read_bytes
from tui.cli_options import DONE, JSON, USAGE
from tui.cli_output import say, write_json
from tui.french_click import FrenchGroup, explain
from tui.guard import guarded

PROGRAM = "ent-triage"
"""What the command is called, however it was started: the shells complete that name."""


@click.group(cls=FrenchGroup, name=PROGRAM, context_settings={"help_option_names": ["-h", "--help", "--aide"]})
@click.version_option(__version__, "--version", message="ent-triage %(version)s", help="Affiche la version.")
def main_group() -> None:
    """Diagnostique les incidents d'identité entre SIECLE, STS-Web, EduConnect, l'ENT et Pronote, et prépare un ticket
    par incident.

    Sans commande, ouvre le programme sur les fichiers donnés : « ent-triage DOSSIER ».
    """


@main_group.command("ouvrir")
@click.argument("paths", metavar="[CHEMIN…]", nargs=-1, type=click.Path())
@click.option("--demo", is_flag=True, help="Ouvre l'établissement de démonstration.")
def open_program(paths: tuple[str, ...], demo: bool) -> int:
    """Ouvre le programme dans le terminal."""
    return opening.open_program(paths, demo=demo)


@main_group.command("split")
@click.argument("file", metavar="FICHIER", type=click.Path(allow_dash=True))
@click.option(
    "--with", "paths", metavar="CHEMIN", multiple=True, type=click.Path(),
    help="Exports où chercher les personnes citées.",
)  # fmt: skip
@JSON
def split(file: str, paths: tuple[str, ...], as_json: bool) -> int:
    """Découpe un message en incidents (« - » lit l'entrée standard)."""
    from datetime import datetime

    from diagnostics import intake

    settings = load_settings()
    school = analyse(paths, settings) if paths else None
    message = intake.read(sys.stdin.buffer.read() if file == "-" else read_bytes(file), name=file)
    result = intake.split(message, school=school, settings=settings, now=datetime.now().astimezone())
    if as_json:
        write_json(intake.document(result))
    else:
        click.echo(intake.report(result))
    return DONE


@main_group.command("explain")
@click.argument("code", metavar="CODE", shell_complete=completing.codes)
@JSON
def explain_code(code: str, as_json: bool) -> int:
    """Affiche la fiche d'un problème, par exemple « ent-triage explain PRN-01 »."""
    from diagnostics import catalogue
    from diagnostics.documents import explain_document

    settings = load_settings()
    card = catalogue.card(code.upper(), settings.catalogue)
    if as_json:
        write_json(explain_document(card))
    else:
        click.echo(catalogue.explain_text(card))
    return DONE


@main_group.command("demo")
@click.argument("folder", metavar="DOSSIER", type=click.Path(file_okay=False, path_type=Path))
@click.option("--seed", default=2026, metavar="N", help="Graine : une autre graine, un autre établissement.")
@click.option("--pupils", default=700, type=click.IntRange(min=1), metavar="N", help="Nombre d'élèves.")
@click.option(
    "--staff", default=60, type=click.IntRange(min=1), metavar="N", help="Nombre d'enseignants et de personnels."
)
@click.option("--sans-defauts", is_flag=True, help="Un établissement où tout concorde.")
@click.option("--arret", is_flag=True, help="L'import automatisé s'est arrêté.")
@JSON
def demo(folder: Path, seed: int, pupils: int, staff: int, sans_defauts: bool, arret: bool, as_json: bool) -> int:
    """Écrit les exports d'un établissement inventé dans un dossier, et la vérité à côté."""
    from datetime import date

    from diagnostics.demo import generate

    truth = generate(
        folder,
        seed=seed,
        pupils=pupils,
        staff=staff,
        defects=not sans_defauts,
        scenario="arret" if arret else "",
        today=date.today(),
    )
    planted = sum(max(1, len(finding.persons)) for finding in truth.findings)
    if as_json:
        files = [str(folder / one.file) for one in truth.files]
        write_json({"uai": truth.uai, "school": truth.school, "files": files, "planted": planted})
        return DONE
    say(f"{truth.school} ({truth.uai}) : {len(truth.files)} fichiers dans {folder}, {planted} anomalies placées.")
    return DONE


@main_group.command("completion")
@click.argument("shell", metavar="SHELL", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> int:
    """Écrit ce que bash, zsh ou fish doit lire pour compléter les commandes avec Tab."""
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    assert found is not None
    click.echo(found(main_group, {}, PROGRAM, completing.VARIABLE).source())
    return DONE


for room in (
    cli_tickets,
    cli_upkeep,
    cli_cases,
    cli_state,
    cli_columns,
    cli_corrections,
    cli_decide,
    cli_draft,
    cli_exports,
    cli_messages,
    cli_person,
    cli_route,
    cli_search,
    cli_send,
):
    for command in room.COMMANDS:
        main_group.add_command(command)


main_group.sections = {
    "Ouvrir": ("ouvrir", "demo"),
    "Lire les exports": ("exports", "people", "personne", "match", "check", "corrections", "colonnes", "explain"),
    "Décider": ("associer", "router", "annuler"),
    "Messages reçus": ("split", "decouper", "suivre"),
    "Tickets": ("tickets", "rediger", "lint", "envoyer", "relance", "templates"),
    "Suivre": ("aujourd-hui", "dossier", "etat", "noter", "regrouper", "semblables", "reverifier", "statistiques"),
    "Tout l'ENT": ("annuaire", "chercher", "retrouver"),
    "Entretien": ("purge", "sauvegarder", "restaurer", "completion"),
}


def run_guarded(command: Callable[[], int | None]) -> int:
    """Run a command; what the command line itself got wrong is said with what to type instead."""

    def heard() -> int | None:
        try:
            return command()
        except click.UsageError as error:
            click.echo(explain(error), err=True)
            if error.ctx is not None:
                click.echo(error.ctx.get_usage(), err=True)
            return USAGE
        except click.Abort:
            raise KeyboardInterrupt from None

    return guarded(heard)


def main() -> NoReturn:
    """Entry point of the ``ent-triage`` command."""
    sys.exit(run_guarded(lambda: main_group.main(prog_name=PROGRAM, standalone_mode=False)))


if __name__ == "__main__":
    main()
