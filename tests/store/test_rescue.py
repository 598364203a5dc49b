"""A base that cannot be opened is shown as it can be read, and takes no write."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from diagnostics.safety import Refusal
from diagnostics.store import Store
from diagnostics.store.rescue import read_only

WHY = "le dossier est verrouillé"


def written(path: Path) -> Path:
    store = Store.open(path)
    store.set_state("i1", "prêt", "claire", note="vu avec le collège")
    store.close()
    return path


def test_what_can_be_read_is_shown_and_nothing_is_written(tmp_path: Path) -> None:
    path = written(tmp_path / "base.sqlite")
    before = path.read_bytes()
    store = read_only(path, WHY)
    assert store.incident_states()["i1"].note == "vu avec le collège"
    with pytest.raises(Refusal, match=r"Lecture seule.*verrouillé"):
        store.set_state("i1", "clos", "paul")
    assert store.incident_states()["i1"].state == "prêt"
    assert path.read_bytes() == before


@pytest.mark.parametrize("damage", ["absent", "abîmée", "plus récente", "postgresql"])
def test_what_cannot_be_read_is_empty(tmp_path: Path, damage: str) -> None:
    path: str | Path = tmp_path / "base.sqlite"
    if damage == "abîmée":
        Path(path).write_bytes(b"pas une base" * 100)
    elif damage == "plus récente":
        connection = sqlite3.connect(written(Path(path)))
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
        connection.close()
    elif damage == "postgresql":
        path = "postgresql://personne@127.0.0.1:1/rien"
    store = read_only(path, WHY)
    assert not store.incident_states()
    assert store.warnings() == ()
    with pytest.raises(Refusal, match="Lecture seule"):
        store.keep_text("place", "texte", "paul")


def test_a_folder_without_the_right_to_write_is_read(mere_folder: Path) -> None:
    path = written(mere_folder / "base.sqlite")
    mere_folder.chmod(0o500)
    assert read_only(path, WHY).incident_states()["i1"].state == "prêt"
