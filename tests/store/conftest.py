"""The same behaviours on every base the program supports."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from diagnostics.store import Store, engine

POSTGRES = "ENT_TRIAGE_TEST_POSTGRES"
"""URL of an empty PostgreSQL database that the tests may fill; without it those tests are skipped."""


@pytest.fixture(
    params=["wal", "persist", "truncate", pytest.param("postgres", marks=pytest.mark.xdist_group("postgres"))]
)
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    if request.param == "postgres":
        url = os.environ.get(POSTGRES)
        if not url:
            pytest.skip(f"{POSTGRES} is not set")
        base = Store.open(url)
        with base.writing() as connection:
            for table in ("fact", "event", "snapshot", "lease", "meta WHERE name != 'sel'"):
                connection.exec_driver_sql(f"DELETE FROM {table}")
    else:
        monkeypatch.setattr(engine, "WAL_SAFE_SINCE", (0,) if request.param == "wal" else (99,))
        monkeypatch.setattr(engine, "ROLLBACK", request.param.upper())
        base = Store.open(tmp_path / "base.sqlite")
    yield base
    base.close()
