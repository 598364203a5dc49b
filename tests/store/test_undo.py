"""Undo and redo by several agents, over any sequence of gestures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from diagnostics.safety import Refusal
from diagnostics.store import SavedTicket, Store
from diagnostics.store.schema import event, fact

AGENTS = st.sampled_from(["claire", "paul"])
GESTURES = st.lists(
    st.one_of(
        st.tuples(st.just("write"), AGENTS, st.sampled_from(["i1", "i2"])),
        st.tuples(st.sampled_from(["undo", "redo"]), AGENTS, st.just("")),
    ),
    max_size=10,
)


def play(store: Store, gestures: list[tuple[str, str, str]]) -> None:
    for number, (gesture, agent, subject) in enumerate(gestures):
        if gesture == "write":
            store.save_ticket(SavedTicket(incident=subject, body=f"texte {number}"), agent)
        else:
            with suppress(Refusal):
                (store.undo if gesture == "undo" else store.redo)(agent)


def held(store: Store) -> dict[str, str]:
    return {subject: ticket.body for subject, ticket in store.tickets().items()}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One base for every example: opening one takes longer than what is tested here."""
    store = Store.open(tmp_path_factory.mktemp("gestes") / "b.sqlite")
    yield store
    store.close()


def emptied(store: Store) -> Store:
    with store.writing() as connection:
        for table in (fact, event):
            connection.execute(delete(table))
    return store


@settings(max_examples=20, deadline=None)
@given(GESTURES)
def test_what_holds_is_always_the_last_step_that_stands(base: Store, gestures: list[tuple[str, str, str]]) -> None:
    store = emptied(base)
    play(store, gestures)
    standing = {step.subject: step.after for step in store.history() if not step.undone}
    assert {s: body in standing[s] for s, body in held(store).items()} == dict.fromkeys(standing, True)


@settings(max_examples=10, deadline=None)
@given(GESTURES)
def test_one_agent_alone_can_go_back_to_the_beginning_and_forth_again(
    base: Store, gestures: list[tuple[str, str, str]]
) -> None:
    store = emptied(base)
    play(store, [(gesture, "claire", subject) for gesture, _, subject in gestures])
    before, count = held(store), 0
    while store.undo("claire"):
        count += 1
    assert held(store) == {}
    for _ in range(count):
        assert store.redo("claire") == "texte du ticket"
    assert held(store) == before
