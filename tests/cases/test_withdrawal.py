"""A pasted message taken back: it is personal data."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from case_makers import NOW, SETTINGS, UAI, incident, route

from diagnostics import cases
from diagnostics.safety import Refusal
from diagnostics.settings import Retention
from diagnostics.store import Case, SavedTicket, Store
from diagnostics.store.purge import purge

TEXT = "Bonjour, Zéphyrine QUENTINOIS ne peut plus se connecter."
PLACE = "messages"
CASE = "M-1"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A pasted message with one incident that has a draft."""
    store = Store.open(tmp_path / "b.sqlite")
    paste(store, "2026-09-10T10:00:00")
    case = Case(id=CASE, title="Bonjour", text=TEXT, incidents=("i1",))
    about = {"i1": cases.taken_up(incident("i1"), route(), school=UAI)}
    cases.open_case(store, case, about, "claire", NOW)
    store.save_ticket(SavedTicket(incident="i1", body=TEXT), "claire")
    store.keep_text("ticket/i1", TEXT, "claire")
    return store


def paste(store: Store, at: str) -> None:
    store.keep_text(f"{PLACE}/{at}", TEXT, "claire")


def test_a_message_taken_back_takes_all_that_was_made_of_it_and_comes_back_whole(store: Store) -> None:
    cases.withdraw(store, TEXT, PLACE, CASE, ["i1"], "claire")
    assert not store.kept_places("claire")
    assert not store.cases()
    assert not store.tickets()
    assert not store.followed()
    assert not store.incident_states()
    assert "message collé" in Store.open(store.location).undo("claire")
    assert store.kept_texts(PLACE, "claire") == [TEXT]
    assert store.kept_text("ticket/i1", "claire") == store.tickets()["i1"].body == store.cases()[0].text == TEXT
    store.redo("claire")
    assert not store.cases()


def test_after_the_retention_no_byte_of_it_is_on_the_disk(store: Store) -> None:
    cases.withdraw(store, TEXT, PLACE, CASE, ["i1"], "claire")
    folder = Path(store.location).parent
    assert any(b"QUENTINOIS" in path.read_bytes() for path in folder.iterdir() if path.is_file())
    purge(store, Retention(), datetime.now().astimezone() + timedelta(days=Retention().closed_cases + 1))
    assert not any(b"QUENTINOIS" in path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_a_message_pasted_twice_is_taken_back_once(store: Store) -> None:
    paste(store, "2026-09-11T10:00:00")
    cases.withdraw(store, TEXT, PLACE, CASE, ["i1"], "claire")
    assert store.kept_texts(PLACE, "claire") == [TEXT]
    assert store.cases()


def test_what_somebody_waits_for_or_another_agent_pasted_stays(store: Store) -> None:
    cases.move(store, ["i1"], "envoyé", "claire", settings=SETTINGS, now=NOW)
    with pytest.raises(Refusal, match="parti"):
        cases.withdraw(store, TEXT, PLACE, CASE, ["i1"], "claire")
    with pytest.raises(Refusal, match="fichier"):
        cases.withdraw(store, TEXT, PLACE, CASE, ["i1"], "paul")
    assert store.cases()
    cases.move(store, ["i1"], "résolu", "claire", settings=SETTINGS, now=NOW)
    cases.withdraw(store, TEXT, PLACE, CASE, ["i1"], "claire")
    assert not store.cases()
    assert store.incident_states()["i1"].closed
