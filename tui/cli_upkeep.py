"""Commands that look after the base of cases: forget, back up, restore, count."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from tui.cli_access import load_settings, open_store, sqlite_path
from tui.cli_options import DONE, JSON, REFUSED, USAGE
from tui.cli_output import say, write_json
from tui.french_click import FrenchCommand


@click.command(cls=FrenchCommand, name="purge")
@click.option("--dry-run", is_flag=True, help="Compte ce qui serait oublié, sans rien oublier.")
@JSON
def purge(dry_run: bool, as_json: bool) -> int:
    """Oublie ce qui dépasse les durées de conservation réglées."""
    from datetime import datetime, timedelta

    import msgspec

    from diagnostics.matching.search import forget_region
    from diagnostics.safety import os_reason
    from diagnostics.settings import data_path
    from diagnostics.store.purge import purge as purge_store
    from tui import clipboard, journal

    settings = load_settings()
    now = datetime.now().astimezone()
    limit = now - timedelta(days=settings.retention.log)
    unread = []
    # The files first: a base that others hold refuses the last step of its own purge.
    try:
        errors = journal.count(limit) if dry_run else journal.prune(limit)
    except OSError as error:
        errors = 0
        unread.append(f"Journal non purgé : {os_reason(error)}. Vérifiez les droits de {journal.path()}.")
    directories = int(forget_region(now - timedelta(days=settings.retention.directory), dry_run=dry_run))
    copied = data_path() / clipboard.FILE
    copies = int(copied.exists())
    if not dry_run:
        try:
            copied.unlink(missing_ok=True)
        except OSError as error:
            copies = 0
            unread.append(f"Copie de ticket non effacée : {os_reason(error)}. Effacez {copied}.")
    found = purge_store(open_store(settings), settings.retention, now, dry_run=dry_run)
    unread += [f"Sauvegarde non purgée : {reason}" for reason in found.unread]
    if as_json:
        write_json({"dry_run": dry_run, **msgspec.to_builtins(found), "log": errors, "copies": copies,
                    "directories": directories})  # fmt: skip
    else:
        say("Serait oublié :" if dry_run else "Oublié :")
        for count, one, many in (
            (found.incidents, "incident clos rendu anonyme", "incidents clos rendus anonymes"),
            (found.cases, "dossier clos vidé de son texte", "dossiers clos vidés de leur texte"),
            (found.decisions, "rapprochement ancien", "rapprochements anciens"),
            (found.drafts + found.texts, "brouillon abandonné", "brouillons abandonnés"),
            (found.snapshots, "relevé d'anomalies", "relevés d'anomalies"),
            (errors, "erreur du journal", "erreurs du journal"),
            (directories, "annuaire de tout l'ENT", ""),
            (copies, "copie de ticket (le fichier du presse-papiers)", ""),
        ):
            say("   ", f"{count} {many if count > 1 else one}")
        if found.backups:
            verb = "seront parcourues" if dry_run else "ont été parcourues"
            say(f"Les sauvegardes ({found.backups}) {verb} aussi.")
    for reason in unread:
        say(reason, err=True)
    return REFUSED if unread else DONE


@click.command(cls=FrenchCommand, name="sauvegarder")
@click.argument("target", metavar="[FICHIER]", required=False, type=click.Path(dir_okay=False, path_type=Path))
@JSON
def save_base(target: Path | None, as_json: bool) -> int:
    """Copie la base des dossiers dans un fichier (par défaut : à côté d'elle, dans « sauvegardes »)."""
    from diagnostics.store.backup import backup

    made = backup(sqlite_path(load_settings()), target)
    if as_json:
        write_json({"backup": str(made)})
    else:
        say("Base sauvegardée :", str(made))
    return DONE


@click.command(cls=FrenchCommand, name="restaurer")
@click.argument("saved", metavar="FICHIER", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--oui", "confirmed", is_flag=True, help="Ne demande pas de confirmation.")
@JSON
def restore_base(saved: Path, confirmed: bool, as_json: bool) -> int:
    """Remplace la base des dossiers par une sauvegarde ; ce qu'elle contenait est gardé à côté."""
    from diagnostics.store.backup import restore, verify

    verify(saved, stamped=True)
    if not confirmed:
        question = "La base actuelle sera remplacée. Tapez « oui » pour continuer"
        if click.prompt(question, default="non", show_default=False, err=True).strip().lower() != "oui":
            say("Rien n'a été remplacé.", err=True)
            return USAGE
    kept = restore(saved, sqlite_path(load_settings()))
    if as_json:
        write_json({"restored": str(saved), "kept": str(kept) if kept else None})
    else:
        say("Base restaurée depuis", str(saved))
        if kept:
            say("L'ancienne est gardée dans", str(kept))
    return DONE


@click.command(cls=FrenchCommand, name="statistiques")
@JSON
def figures(as_json: bool) -> int:
    """Écrit en CSV les incidents par école, catégorie et destinataire, sans aucun nom."""
    from diagnostics.store.statistics import KEYS, statistics, statistics_csv

    store = open_store(load_settings(), reading=True)
    if as_json:
        write_json({"rows": [dict(zip(KEYS, row, strict=True)) for row in statistics(store)]})
    else:
        sys.stdout.buffer.write(statistics_csv(store))
    return DONE


COMMANDS = (purge, save_base, restore_base, figures)
