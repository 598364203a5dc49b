"""What a base that does not answer means, and what the agent can do about it."""

from __future__ import annotations

import sqlite3
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from diagnostics.safety import Refusal

LOST = "rien n'est enregistré de ce dernier geste, tout le reste est intact"
READ_ONLY = f"La base est en lecture seule : {LOST}. Vérifiez les droits du fichier et de son dossier."
BUSY = f"La base est occupée par un autre agent : {LOST}. Recommencez."
SQLITE = {
    sqlite3.SQLITE_FULL: f"Le disque est plein : {LOST}. Libérez de la place et recommencez.",
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_PERM: READ_ONLY,
    sqlite3.SQLITE_BUSY: BUSY,
    sqlite3.SQLITE_LOCKED: BUSY,
    sqlite3.SQLITE_IOERR: (
        f"Le disque refuse l'écriture (plein, quota atteint ou en panne) : {LOST}. Libérez de la place et recommencez."
    ),
    sqlite3.SQLITE_CANTOPEN: (
        f"Le dossier de la base n'est pas accessible en écriture : {LOST}. "
        "Vérifiez ses droits et que le disque est toujours branché."
    ),
    sqlite3.SQLITE_CORRUPT: (
        "La base est abîmée : n'écrivez plus dedans. Restaurez une sauvegarde (ent-triage restaurer FICHIER)."
    ),
    sqlite3.SQLITE_NOTADB: (
        "Ce fichier n'est pas une base d'ent-triage lisible. Restaurez une sauvegarde ou indiquez un autre fichier."
    ),
}
POSTGRES = {
    "53100": f"Le disque du serveur est plein : {LOST}. Prévenez qui l'administre.",
    "25006": f"Le serveur est en lecture seule : {LOST}. Prévenez qui l'administre.",
    "55P03": BUSY,
    "57014": f"La base n'a pas répondu à temps : {LOST}. Recommencez.",
    "42501": f"Votre compte n'a pas le droit d'écrire dans cette base : {LOST}. Prévenez qui l'administre.",
    "28P01": "Le serveur refuse le mot de passe. Corrigez-le (PGPASSWORD, fichier .pgpass ou réglage « store »).",
    "3D000": "Cette base n'existe pas sur le serveur. Créez-la ou corrigez le réglage « store ».",
}
"""By SQLSTATE (PostgreSQL, appendix A): the server's own words may be in any language."""
GONE = (
    "Le serveur de la base ne répond pas ou a coupé la connexion : le dernier geste n'est peut-être pas enregistré. "
    "Vérifiez le réseau, puis relisez l'écran avant de recommencer."
)


FAILURES = (DBAPIError, sqlite3.Error)
"""What a base raises, through SQLAlchemy or beside it."""


def refusal(error: BaseException) -> Refusal:
    """The sentence of a database error; never a row, a query or a password."""
    original = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(original, sqlite3.Error):
        # The low byte is the primary code (sqlite.org/rescode.html).
        code = getattr(original, "sqlite_errorcode", None)
        known = SQLITE.get(code & 0xFF) if isinstance(code, int) else None
        return Refusal(known or f"La base a refusé l'opération ({original}) : {LOST}.")
    state = str(getattr(original, "sqlstate", None) or "")
    if state in POSTGRES:
        return Refusal(POSTGRES[state])
    if not state or state.startswith(("08", "57P")):
        return Refusal(GONE)
    return Refusal(f"La base a refusé l'opération (code {state}) : {LOST}.")


class Guarded(AbstractContextManager[Connection]):
    """``with`` block of one connection, whose failures are said in French."""

    def __init__(self, engine: Engine, *, writing: bool) -> None:
        self._engine = engine
        self._writing = writing
        self._context: Any = None

    def __enter__(self) -> Connection:
        try:
            if self._writing:
                self._context = self._engine.begin()
            else:
                self._context = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            connection: Connection = self._context.__enter__()
        except FAILURES as error:
            raise refusal(error) from error
        return connection

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> bool | None:
        try:
            result: bool | None = self._context.__exit__(kind, error, trace)
        except FAILURES as failure:
            raise refusal(failure) from failure
        if isinstance(error, FAILURES):
            raise refusal(error) from error
        return result
