"""One engine for SQLite and PostgreSQL, with what each needs to lose nothing."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from diagnostics.safety import Refusal

BUSY_SECONDS = 10
WAL_SAFE_SINCE = (3, 51, 3)
"""SQLite 3.7.0 to 3.51.2 can lose a commit when the WAL is reset under contention: they get the rollback journal."""
NETWORK_FILE_SYSTEMS = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "afs", "ceph", "glusterfs"}
)


def open_engine(location: str | Path) -> Engine:
    """An engine on a SQLite file (made 0600 when new) or on a ``postgresql+psycopg://`` URL.

    Raises:
        Refusal: the file or its folder cannot be written, or is not a SQLite base.
    """
    text = str(location)
    if text.startswith("postgresql"):
        return create_engine(text, pool_pre_ping=True)
    path = Path(text)
    make_private(path)
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": BUSY_SECONDS})
    journal = "TRUNCATE" if is_network(path) or sqlite3.sqlite_version_info < WAL_SAFE_SINCE else "WAL"

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA journal_mode={journal}")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        # Taking the write lock at once makes two agents queue instead of failing half-way (SQLITE_BUSY on upgrade).
        # Connections made for reading say AUTOCOMMIT and take no lock.
        if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("SELECT count(*) FROM sqlite_master")
    except DBAPIError as error:
        raise Refusal(
            f"{path} : ce fichier n'est pas une base d'ent-triage lisible ({error.orig}). "
            "Restaurez une sauvegarde ou indiquez un autre fichier."
        ) from error
    return engine


def make_private(path: Path) -> None:
    """Create the file readable by its owner only, before SQLite creates it readable by all."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise Refusal(
            f"{path} : impossible d'écrire la base ({error.strerror}). Choisissez un dossier où vous pouvez écrire."
        ) from error


def is_network(path: Path) -> bool:
    """Whether the file lies on a network file system, where WAL's shared memory does not work."""
    try:
        mounts = Path("/proc/self/mounts").read_text().splitlines()
    except OSError:
        return False
    resolved = str(path.resolve())
    best, kind = "", ""
    for line in mounts:
        _, point, file_system, *_ = line.split(" ")
        if (resolved == point or resolved.startswith(point.rstrip("/") + "/")) and len(point) >= len(best):
            best, kind = point, file_system
    return kind in NETWORK_FILE_SYSTEMS
