"""What can still be read of a base that cannot be opened for writing: seen, never written."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import StaticPool

from diagnostics.safety import Refusal
from diagnostics.store.engine import is_postgres
from diagnostics.store.errors import FAILURES
from diagnostics.store.store import Store

READ_ONLY = "Lecture seule, rien n'est enregistré. {}"


def read_only(location: str | Path, why: str) -> Store:
    """The base as it can be read (empty when it cannot), in memory; every write is refused with the reason ``why``.

    A base of a newer version is not read: its values may mean something else.
    """
    for readable in (not is_postgres(location), False):
        memory = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
        try:
            if readable:
                copy_into(memory, Path(location).expanduser())
            store = Store(location, held=memory)
        except (Refusal, *FAILURES, ValueError):
            memory.dispose()
            continue
        store.frozen = READ_ONLY.format(why)
        return store
    raise Refusal(why)


def copy_into(memory: Engine, path: Path) -> None:
    with contextlib.closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as source:
        held = memory.raw_connection()
        try:
            target = held.driver_connection
            assert isinstance(target, sqlite3.Connection)
            source.backup(target)
        finally:
            held.close()
