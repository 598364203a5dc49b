"""One engine for SQLite and PostgreSQL, with what each needs to lose nothing."""

from __future__ import annotations

import random
import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from diagnostics.safety import Refusal
from diagnostics.store import files
from diagnostics.store.errors import FAILURES, refusal

BUSY_SECONDS = 10
"""How long a writer waits for its turn."""
POLL_SECONDS = (0.001, 0.005)
"""Pause between two tries: a write takes about 3 ms. SQLite's own pauses grow to 100 ms, far more than thirty agents
need to wait for each other (``benchmarks/store.py``)."""
WAL_SAFE_SINCE = (3, 51, 3)
"""SQLite 3.7.0 to 3.51.2 can lose a commit when the WAL is reset under contention: they get the rollback journal."""
ROLLBACK, NETWORK_ROLLBACK = "PERSIST", "TRUNCATE"
"""Rollback journals, as sure as each other (sqlite.org/pragma.html). PERSIST overwrites its file in place: a write is
ten times shorter on ext4, where a truncation goes through the file system's journal. ``Store.compact`` empties it."""
POSTGRES_OPTIONS = f"-c lock_timeout={BUSY_SECONDS}s -c statement_timeout={3 * BUSY_SECONDS}s"
WRITERS_TURN = 0x656E7474
"""Advisory lock that gives PostgreSQL's writers the same one-at-a-time as SQLite's (« entt » in ASCII)."""

NOT_UNDERSTOOD = (
    "Réglage « store » : cette adresse de base n'est pas comprise. Attendu : postgresql://COMPTE@SERVEUR/BASE, ou le "
    "chemin d'un fichier."
)


def is_postgres(location: str | Path) -> bool:
    return str(location).startswith("postgresql")


def open_engine(location: str | Path) -> Engine:
    """An engine on a SQLite file (created when new) or on a ``postgresql://`` URL.

    Raises:
        Refusal: the base cannot be reached or written, or is no base of ours.
    """
    if not is_postgres(location) and "://" in str(location):
        raise Refusal(NOT_UNDERSTOOD)
    engine = _postgres(str(location)) if is_postgres(location) else _sqlite(Path(location).expanduser())
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("SELECT 1")
    except FAILURES as error:
        shown = engine.url.render_as_string() if is_postgres(location) else location
        raise Refusal(f"{shown} : {refusal(error).reason}") from error
    return engine


def _postgres(location: str) -> Engine:
    try:
        url = make_url(location).set(drivername="postgresql+psycopg")
        engine = create_engine(
            url,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={
                "options": POSTGRES_OPTIONS,
                "connect_timeout": BUSY_SECONDS,
                "application_name": "ent-triage",
            },
        )
    except (ArgumentError, NoSuchModuleError) as error:
        raise Refusal(NOT_UNDERSTOOD) from error
    except ModuleNotFoundError as error:
        raise Refusal(
            "La base d'équipe demande le complément PostgreSQL : installez « ent-triage[postgres] », ou videz le "
            "réglage « store » pour une base dans un fichier."
        ) from error

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if is_writing(connection):
            connection.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": WRITERS_TURN})

    return engine


def _sqlite(path: Path) -> Engine:
    files.prepare(path)
    engine = create_engine(
        URL.create("sqlite", database=str(path)), connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True
    )
    network = bool(files.network_disk(path))
    wal = not network and sqlite3.sqlite_version_info >= WAL_SAFE_SINCE
    rollback = NETWORK_ROLLBACK if network else ROLLBACK

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: Any) -> None:
        cursor = connection.cursor()
        try:
            cursor.execute("PRAGMA secure_delete=ON")
            cursor.execute("PRAGMA synchronous=FULL")
            # Sorting and VACUUM would otherwise write what they handle in the system's temporary folder.
            cursor.execute("PRAGMA temp_store=MEMORY")
            cursor.execute("PRAGMA trusted_schema=OFF")
            set_journal(cursor, wal=wal, rollback=rollback)
        except BaseException:
            cursor.close()
            connection.close()
            raise
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if is_writing(connection):
            take_turn(connection)

    return engine


def is_writing(connection: Connection) -> bool:
    """Connections made for reading say AUTOCOMMIT and take no lock."""
    return connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT"


def set_journal(cursor: sqlite3.Cursor, *, wal: bool, rollback: str) -> None:
    """The journal of a new base, and the way back from a WAL that is not safe here.

    A base keeps the journal that it was created with: programs of several ages that share it must not fight over it.

    Raises:
        Refusal: the base is in use with a WAL, which this SQLite or this disk cannot share safely.
    """
    held = cursor.execute("PRAGMA journal_mode").fetchone()[0]
    new = not cursor.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if held == "wal" and wal:
        return
    if new and wal:
        cursor.execute("PRAGMA journal_mode=WAL")
        return
    try:
        held = cursor.execute(f"PRAGMA journal_mode={rollback}").fetchone()[0]
    except sqlite3.OperationalError as error:
        if held != "wal":
            raise
        raise Refusal(IN_USE_ELSEWHERE) from error
    if held.upper() != rollback:
        raise Refusal(IN_USE_ELSEWHERE)


IN_USE_ELSEWHERE = (
    "La base est ouverte ailleurs avec un journal (WAL) qui n'est pas sûr ici, à cause d'un SQLite trop ancien "
    "(avant 3.51.3) ou d'un disque réseau. Fermez les autres ent-triage, puis ouvrez-la d'abord d'ici ; rien "
    "n'est perdu."
)


def take_turn(connection: Connection) -> None:
    """Begin a write transaction of SQLite, waiting for the others'.

    Taking the lock at once makes agents queue instead of failing half-way (SQLITE_BUSY on upgrade).
    """
    driver: Any = connection.connection.dbapi_connection
    cursor = driver.cursor()
    deadline = time.monotonic() + BUSY_SECONDS
    cursor.execute("PRAGMA busy_timeout=0").fetchall()
    try:
        while True:
            try:
                cursor.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                    raise
            time.sleep(random.uniform(*POLL_SECONDS))
    finally:
        cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}").fetchall()
        cursor.close()


def advice(location: str | Path) -> str:
    """What the agent should know about where the base is, "" when all is well."""
    if is_postgres(location):
        return ""
    disk = files.network_disk(Path(location).expanduser())
    if not disk:
        return ""
    return (
        f"La base est sur un disque réseau ({disk}) : le journal rapide (WAL) y est refusé, et deux postes qui "
        "écrivent ensemble peuvent l'abîmer si ce disque gère mal les verrous. À plusieurs, travaillez sur un même "
        "serveur par SSH, ou prenez PostgreSQL (réglage « store »)."
    )
