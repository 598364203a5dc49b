"""Backup and restore of a SQLite base; a PostgreSQL base is backed up with its own tools."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, insert, select

from diagnostics.safety import Refusal, os_reason
from diagnostics.store import files
from diagnostics.store.migrate import HEAD
from diagnostics.store.schema import BACKUP, FINGERPRINT, meta
from diagnostics.store.store import Store

SIDES = ("-wal", "-shm", "-journal")
SUFFIX = ".sqlite"
CAUSES = {
    sqlite3.SQLITE_FULL: "disque plein",
    sqlite3.SQLITE_IOERR: "le disque refuse l'écriture",
    sqlite3.SQLITE_READONLY: "lecture seule",
    sqlite3.SQLITE_BUSY: "occupée par un autre agent",
    sqlite3.SQLITE_CANTOPEN: "fichier inaccessible",
    sqlite3.SQLITE_ERROR: "il y manque nos tables",
}


def backup(base: Path, target: Path | None = None) -> Path:
    """Copy a base in use to a new file, into the backups' folder when none is named; the file.

    The copy bears the fingerprint of its content, so that a damaged one is told from a good one.

    Raises:
        Refusal: the base is damaged, the target exists or cannot be written.
    """
    base = base.expanduser()
    verify(base)
    target = target or free_name(files.backups_folder(base), base.stem)
    if os.path.lexists(target):
        raise Refusal(f"{target} : ce fichier existe déjà. Choisissez un autre nom.")
    try:
        make_folder(target.parent)
        files.prepare(target)
        copy(base, target)
        stamp(target)
        verify(target, stamped=True)
        # Only a copy that is ours is remembered: a purge goes through what is remembered.
        if target.resolve().parent != files.backups_folder(base).resolve():
            remember(base, target)
    except (sqlite3.Error, OSError, Refusal) as error:
        target.unlink(missing_ok=True)
        raise Refusal(f"{target} : sauvegarde impossible ({why(error)}). La base, elle, est intacte.") from error
    return target


def restore(saved: Path, base: Path) -> Path | None:
    """Put a backup in the place of the base, whole or not at all; where what was there is kept.

    Raises:
        Refusal: the backup is damaged, is not a base of this program or comes from a newer version.
    """
    base = base.expanduser()
    verify(saved, stamped=True)
    kept = None
    if base.exists():
        try:
            kept = backup(base, free_name(files.backups_folder(base), f"{base.stem}-avant-restauration"))
        except Refusal:
            kept = set_aside(base)
    files.prepare(base)
    try:
        # Through SQLite and not by renaming: programs that have the base open see the new content, and never write in a
        # file that nobody reads any more.
        copy(saved, base)
    except sqlite3.Error as error:
        raise Refusal(f"{base} : restauration impossible ({why(error)}). La base reste comme elle était.") from error
    Store.open(base).close()
    return kept


def copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as left, closing(sqlite3.connect(target)) as right:
        right.execute("PRAGMA secure_delete=ON")
        left.backup(right)


def stamp(path: Path) -> None:
    """Make a copy one self-contained file that bears the fingerprint of its content."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute("PRAGMA journal_mode=DELETE")
        found = fingerprint(connection)
        connection.execute("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", (FINGERPRINT, found))
        connection.commit()


def verify(path: Path, *, stamped: bool = False) -> None:
    """Check that a file is a whole base of this program; of a backup (``stamped``), that not a value has changed.

    Raises:
        Refusal: it is not there, damaged, foreign or too new.
    """
    if not path.is_file():
        raise Refusal(f"{path} : ce fichier n'existe pas.")
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            verdict = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            if stamped and verdict == "ok" and found and found[0] == HEAD and not same(connection):
                verdict = "son contenu n'est plus celui qui a été sauvegardé"
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise Refusal(f"{path} : ce n'est pas une base d'ent-triage, ou elle est abîmée ({why(error)}).") from error
    if verdict != "ok":
        raise Refusal(f"{path} : base abîmée ({verdict}). Utilisez une sauvegarde plus ancienne.")
    if found is None or found[0] > HEAD:
        raise Refusal(f"{path} : base d'une version plus récente d'ent-triage. Mettez ce programme à jour.")


def why(error: Exception) -> str:
    """The cause of a failure, in a few words."""
    if isinstance(error, OSError):
        return os_reason(error)
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", None)
        return CAUSES.get(code & 0xFF if isinstance(code, int) else -1, "contenu illisible")
    return error.reason if isinstance(error, Refusal) else "contenu illisible"


def is_ours(path: Path) -> bool:
    """Whether a whole base (``verify``) is a copy made here that nobody has worked in since: it bears a fingerprint."""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        return connection.execute("SELECT 1 FROM meta WHERE name = ?", (FINGERPRINT,)).fetchone() is not None


def same(connection: sqlite3.Connection) -> bool:
    """Whether a copy still holds what its fingerprint says; a file without one was never a copy of ours."""
    held = connection.execute("SELECT value FROM meta WHERE name = ?", (FINGERPRINT,)).fetchone()
    return held is None or held[0] == fingerprint(connection)


def fingerprint(connection: sqlite3.Connection) -> str:
    """SHA-256 of every row but its own: SQLite's check of a file does not see a changed letter."""
    found = hashlib.sha256()
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
    for (table,) in tables:
        found.update(table.encode())
        for row in connection.execute(f'SELECT * FROM "{table}" ORDER BY rowid'):
            if table != meta.name or row[0] != FINGERPRINT:
                found.update(json.dumps(row, default=repr).encode())
    return found.hexdigest()


def known_backups(store: Store) -> tuple[Path, ...]:
    """Backups of a base that are still there: those of our folder, and those that agents put elsewhere."""
    base = Path(store.location).expanduser()
    with store.reading() as connection:
        names = connection.execute(select(meta.c.name).where(meta.c.name.startswith(BACKUP))).scalars()
        elsewhere = [Path(name.removeprefix(BACKUP)) for name in names]
    own = sorted(path for path in files.backups_folder(base).glob("*") if path.suffix == SUFFIX)
    return tuple(dict.fromkeys(path for path in (*own, *elsewhere) if path.is_file()))


def remember(base: Path, target: Path) -> None:
    """Note where a backup is put, so that a purge reaches it."""
    store = Store.open(base)
    try:
        with store.writing() as connection:
            name = BACKUP + str(target.resolve())
            connection.execute(delete(meta).where(meta.c.name == name))
            connection.execute(insert(meta).values(name=name, value=""))
    finally:
        store.close()


def disown(store: Store, path: Path) -> None:
    """Forget a place where no backup of ours lies any more."""
    with store.writing() as connection:
        connection.execute(delete(meta).where(meta.c.name == BACKUP + str(path)))


def set_aside(base: Path) -> Path:
    """Move a base that cannot be read into the backups' folder, with its side files: they belong to it alone."""
    target = free_name(files.backups_folder(base), f"{base.stem}-abimee")
    make_folder(target.parent)
    for side in SIDES:
        held = base.with_name(base.name + side)
        if held.exists():
            os.replace(held, target.with_name(target.name + side))
    os.replace(base, target)
    return target


def make_folder(folder: Path) -> None:
    if not folder.exists():
        shared = folder.parent.exists() and files.mode_in(folder.parent) == files.SHARED
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o2770 if shared else 0o700)


def free_name(folder: Path, stem: str) -> Path:
    """A name of today that is not taken."""
    stem = f"{stem}-{datetime.now():%Y-%m-%d-%H%M%S}"
    number = 1
    while (path := folder / f"{stem}{'' if number == 1 else f'-{number}'}{SUFFIX}").exists():
        number += 1
    return path
