"""Commands that look after the base of cases: forget, back up, restore, count."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from tui.cli_access import load_settings, open_store, sqlite_path
from tui.cli_output import say
from tui.french_click import FrenchCommand

DONE, USAGE = 0, 2


@click.command(cls=FrenchCommand, name="purge")
@click.option("--dry-run", is_flag=True, help="Compte ce qui serait oublié, sans rien oublier.")
def purge(dry_run: bool) -> int:
    """Oublie ce qui dépasse les durées de conservation réglées."""
    from datetime import datetime

    from diagnostics.store.purge import purge as purge_store

    settings = load_settings()
    found = purge_store(open_store(settings), settings.retention, datetime.now().astimezone(), dry_run=dry_run)
    say(
        "Serait oublié :" if dry_run else "Oublié :",
        f"{found.snapshots} relevés, {found.incidents} incidents clos rendus anonymes, "
        f"{found.decisions} rapprochements, {found.texts} textes inachevés.",
    )
    return DONE


@click.command(cls=FrenchCommand, name="sauvegarder")
@click.argument("target", metavar="FICHIER", type=click.Path(dir_okay=False, path_type=Path))
def save_base(target: Path) -> int:
    """Copie la base des dossiers dans un fichier."""
    from diagnostics.store.backup import backup

    backup(sqlite_path(load_settings()), target)
    say("Base sauvegardée :", str(target))
    return DONE


@click.command(cls=FrenchCommand, name="restaurer")
@click.argument("saved", metavar="FICHIER", type=click.Path(dir_okay=False, path_type=Path))
@click.confirmation_option(
    prompt="La base actuelle sera remplacée. Continuer ?", help="Ne demande pas de confirmation."
)
def restore_base(saved: Path, confirmed: bool) -> int:
    """Remplace la base des dossiers par une sauvegarde."""
    from diagnostics.store.backup import restore

    if not confirmed:
        answer = click.prompt(
            "La base actuelle sera remplacée. Tapez « oui » pour continuer", default="non", show_default=False
        )
        if answer.strip().lower() != "oui":
            say("Rien n'a été remplacé.")
            return USAGE
    restore(saved, sqlite_path(load_settings()))
    say("Base restaurée depuis", str(saved))
    return DONE


@click.command(cls=FrenchCommand, name="statistiques")
def figures() -> int:
    """Écrit en CSV les incidents par école, catégorie et destinataire, sans aucun nom."""
    from diagnostics.store.statistics import statistics_csv

    sys.stdout.buffer.write(statistics_csv(open_store(load_settings())))
    return DONE


COMMANDS = (purge, save_base, restore_base, figures)
