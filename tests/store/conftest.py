"""The same behaviours on every base the program supports."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url

from diagnostics.store import Store, engine

POSTGRES = "ENT_TRIAGE_TEST_POSTGRES"
"""URL of a PostgreSQL server on which the tests may create databases; without it those tests are skipped."""


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """An empty database of its own for each process of tests: they run side by side and must not meet."""
    server = os.environ.get(POSTGRES)
    if not server:
        pytest.skip(f"{POSTGRES} is not set")
    name = f"ent_triage_{secrets.token_hex(6)}"
    administration = create_engine(server, isolation_level="AUTOCOMMIT")
    with administration.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    with administration.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    administration.dispose()


@pytest.fixture(params=["wal", "persist", "truncate", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    if request.param == "postgres":
        base = Store.open(request.getfixturevalue("postgres"))
        with base.writing() as connection:
            for table in ("fact", "event", "snapshot", "lease", "meta WHERE name != 'sel'"):
                connection.exec_driver_sql(f"DELETE FROM {table}")
    else:
        monkeypatch.setattr(engine, "WAL_SAFE_SINCE", (0,) if request.param == "wal" else (99,))
        monkeypatch.setattr(engine, "ROLLBACK", request.param.upper())
        base = Store.open(tmp_path / "base.sqlite")
    yield base
    base.close()
