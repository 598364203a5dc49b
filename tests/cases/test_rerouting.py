"""What an agent changes of a route: kept, told, taken back; the program's proposal stays in sight."""

from __future__ import annotations

from pathlib import Path

import pytest

from diagnostics.cases import rerouting
from diagnostics.cases.history import sentence
from diagnostics.model import Actor, Route
from diagnostics.safety import Refusal
from diagnostics.store import SavedTicket, Store
from diagnostics.store.values import NO_WAIT

ROUTE = Route(
    first_actor=Actor.ETAB, recipient=Actor.DSI, wait_hours=48, wait_until="2026-11-24T08:00", why="La source fait foi",
    alternatives=((Actor.KOSMOS, "si un import a échoué"),),
)  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(tmp_path / "base.sqlite")


def test_the_agents_recipient_comes_first_and_the_programs_stays_in_sight(store: Store) -> None:
    rerouting.reroute(store, ["i1"], "claire", why="vu avec eux", recipient="KOSMOS")
    found = rerouting.applied(ROUTE, store.routes()["i1"])
    assert found.recipient is Actor.KOSMOS
    assert found.first_actor is Actor.ETAB
    assert found.alternatives == ((Actor.DSI, rerouting.PROPOSED),)
    assert found.why.startswith("Choix de claire : vu avec eux. La source")


def test_changes_add_up_and_are_told(store: Store) -> None:
    rerouting.reroute(store, ["i1"], "claire", why="un", recipient="KOSMOS")
    rerouting.reroute(store, ["i1"], "claire", why="deux", wait_until=NO_WAIT)
    found = rerouting.applied(ROUTE, store.routes()["i1"])
    assert (found.recipient, found.wait_hours, found.wait_until) == (Actor.KOSMOS, 0, "")
    assert "rien à attendre (deux)" in sentence(store.history("i1")[-1])


def test_several_are_one_gesture_and_come_back_together(store: Store) -> None:
    rerouting.reroute(store, ["i1", "i2"], "claire", why="même panne", first_actor="REF")
    assert set(store.routes()) == {"i1", "i2"}
    assert store.undo("claire") == "aiguillage (2)"
    assert not store.routes()
    assert rerouting.applied(ROUTE, None) is ROUTE


def test_a_draft_follows_the_route_from_now_on(store: Store) -> None:
    store.save_ticket(SavedTicket(incident="i1", subject="Objet", recipient="INDEX"), "claire")
    rerouting.reroute(store, ["i1"], "claire", why="non", recipient="DSI")
    assert store.tickets()["i1"] == SavedTicket(incident="i1", subject="Objet")
    rerouting.restore(store, ["i1", "i2"], "claire")
    assert not store.routes()


def test_no_change_without_a_reason(store: Store) -> None:
    with pytest.raises(Refusal, match="raison"):
        rerouting.reroute(store, ["i1"], "claire", why=" ", recipient="DSI")
