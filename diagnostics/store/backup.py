"""Backup and restore of a SQLite base; a PostgreSQL base is backed up with its own tools."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from diagnostics.safety import Refusal
from diagnostics.store.engine import make_private
from diagnostics.store.migrate import HEAD


def backup(base: Path, target: Path) -> None:
    """Copy a base in use to a new file, readable by its owner only.

    Raises:
        Refusal: the base is damaged, the target exists or cannot be written.
    """
    if target.exists():
        raise Refusal(f"{target} : ce fichier existe déjà. Choisissez un autre nom.")
    verify(base)
    make_private(target)
    try:
        with closing(sqlite3.connect(base)) as source, closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
        verify(target)
    except (sqlite3.Error, Refusal) as error:
        target.unlink(missing_ok=True)
        raise Refusal(f"{target} : sauvegarde impossible ({error}).") from error


def restore(saved: Path, base: Path) -> None:
    """Put a backup in the place of the base, whole or not at all.

    Raises:
        Refusal: the backup is damaged, is not a base of this program or comes from a newer version.
    """
    verify(saved)
    partial = base.with_name(base.name + ".restauration")
    partial.unlink(missing_ok=True)
    backup(saved, partial)
    for side in ("-wal", "-shm", "-journal"):
        base.with_name(base.name + side).unlink(missing_ok=True)
    os.replace(partial, base)


def verify(path: Path) -> None:
    """Check that a file is a whole base of this program.

    Raises:
        Refusal: it is not there, damaged, foreign or too new.
    """
    if not path.is_file():
        raise Refusal(f"{path} : ce fichier n'existe pas.")
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            verdict = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        raise Refusal(f"{path} : ce n'est pas une base d'ent-triage, ou elle est abîmée ({error}).") from error
    if verdict != "ok":
        raise Refusal(f"{path} : base abîmée ({verdict}). Utilisez une sauvegarde plus ancienne.")
    if found is None or found[0] > HEAD:
        raise Refusal(f"{path} : base d'une version plus récente d'ent-triage. Mettez ce programme à jour.")
