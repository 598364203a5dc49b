from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from diagnostics.model import Decision
from diagnostics.safety import Refusal
from diagnostics.store import SavedTicket, Store


def decision(key: str = "edt:1", account: str = "QAA00001", agent: str = "claire") -> Decision:
    return Decision(record_key=key, account_key=account, agent=agent, at="2026-09-14T10:00:00+02:00")


def test_a_decision_survives_a_restart(tmp_path: Path) -> None:
    first = Store.open(tmp_path / "base.sqlite")
    first.decide(decision())
    first.close()
    assert Store.open(tmp_path / "base.sqlite").decisions()["edt:1"] == decision()


def test_undo_gives_back_the_earlier_decision_and_redo_the_later(store: Store) -> None:
    store.decide(decision(account="A"))
    store.decide(decision(account="B"))
    assert store.undo("claire") == "rapprochement"
    assert store.decisions()["edt:1"].account_key == "A"
    store.undo("claire")
    assert not store.decisions()
    assert store.undo("claire") == ""
    store.redo("claire")
    store.redo("claire")
    assert store.decisions()["edt:1"].account_key == "B"
    assert store.redo("claire") == ""


def test_undo_takes_back_only_the_agent_s_own_steps(store: Store) -> None:
    store.decide(decision(key="edt:1", agent="claire"))
    store.decide(decision(key="edt:2", agent="paul"))
    store.undo("claire")
    assert "edt:1" not in store.decisions()
    assert store.decisions()["edt:2"].agent == "paul"


def test_a_new_step_forgets_what_was_undone(store: Store) -> None:
    store.decide(decision(account="A"))
    store.undo("claire")
    store.set_state("i1", "prêt", "claire")
    assert store.redo("claire") == ""
    assert not store.decisions()


def test_states_are_those_of_the_list(store: Store) -> None:
    store.set_state("i1", "envoyé", "claire", external="K-4711")
    assert store.incident_states()["i1"].external == "K-4711"
    with pytest.raises(ValueError, match="unknown state"):
        store.set_state("i1", "perdu", "claire")


def test_a_text_being_typed_is_kept_and_forgotten(store: Store) -> None:
    store.keep_text("ticket/i1", "Bonjour,\nMme Œ", "claire")
    assert store.kept_text("ticket/i1", "claire") == "Bonjour,\nMme Œ"
    assert store.kept_text("ticket/i1", "paul") == ""
    store.keep_text("ticket/i1", "", "claire")
    assert store.kept_text("ticket/i1", "claire") == ""


def test_what_was_typed_in_a_ticket_comes_back(store: Store) -> None:
    ticket = SavedTicket(incident="i1", subject="Objet", body="Texte", fields={"heure": "10:02"})
    store.save_ticket(ticket, "claire")
    assert store.tickets() == {"i1": ticket}


def test_a_load_that_finds_the_same_is_remembered_once(store: Store) -> None:
    store.keep_snapshot("0123456S", {"f": "2026-09-14"}, {"a1": "PRN-01"})
    store.keep_snapshot("0123456S", {"f": "2026-09-14"}, {"a1": "PRN-01"})
    store.keep_snapshot("0123456S", {"f": "2026-09-16"}, {})
    assert [dict(s.findings) for s in store.snapshots("0123456S")] == [{"a1": "PRN-01"}, {}]


def test_the_base_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    Store.open(tmp_path / "base.sqlite")
    assert stat.S_IMODE((tmp_path / "base.sqlite").stat().st_mode) == 0o600


def test_a_base_stands_in_the_file_that_was_named(tmp_path: Path) -> None:
    path = tmp_path / "a?b#c%20.sqlite"
    base = Store.open(path)
    base.set_state("i1", "prêt", "claire")
    assert {
        one.name.removesuffix("-wal").removesuffix("-shm").removesuffix("-journal") for one in tmp_path.iterdir()
    } == {path.name}
    assert {stat.S_IMODE(one.stat().st_mode) for one in tmp_path.iterdir()} == {0o600}
    assert b"SQLite" in path.read_bytes()[:16]


def test_a_file_that_is_no_base_is_refused_with_advice(tmp_path: Path) -> None:
    (tmp_path / "base.sqlite").write_bytes(b"Ceci n'est pas une base. " * 100)
    with pytest.raises(Refusal, match="Restaurez une sauvegarde"):
        Store.open(tmp_path / "base.sqlite")


def test_a_killed_writer_leaves_what_it_acknowledged(tmp_path: Path) -> None:
    program = """
import os, sys
from diagnostics.model import Decision
from diagnostics.store import Store
store = Store.open(sys.argv[1])
for n in range(5):
    store.decide(Decision(record_key=f"edt:{n}", account_key="A", agent="claire", at=""))
    print(n, flush=True)
os.kill(os.getpid(), 9)
"""
    run = subprocess.run([sys.executable, "-c", program, str(tmp_path / "b.sqlite")], capture_output=True, text=True)
    acknowledged = [f"edt:{n}" for n in run.stdout.split()]
    assert len(acknowledged) == 5
    held = Store.open(tmp_path / "b.sqlite").decisions()
    assert len(held) == 5
    assert all(key in held for key in acknowledged)
