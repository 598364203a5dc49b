"""Texts kept as they are typed, by a base that answers, that makes wait, or that refuses."""

from __future__ import annotations

import threading
import time

import pytest

from diagnostics.safety import Refusal
from tui import keeper
from tui.keeper import Keeper


class Base:
    """What was written, and a door that can be held."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.open.set()
        self.refused = ""
        self.held: dict[str, str] = {}
        self.writes = 0

    def write(self, place: str, text: str) -> None:
        self.open.wait()
        if self.refused:
            raise Refusal(self.refused)
        self.held[place] = text
        self.writes += 1


def test_a_text_is_written_before_the_hand_goes_on() -> None:
    base = Base()
    kept = Keeper(base.write)
    for text in ("a", "ab", ""):
        kept.keep("note", text)
        assert base.held == {"note": text}
        assert kept.pending("note") is None


def test_a_base_that_makes_wait_does_not_stop_the_hand_and_gets_the_last_text(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(keeper, "PATIENCE_SECONDS", 0.001)
    base = Base()
    base.open.clear()
    kept = Keeper(base.write)
    with pytest.raises(Refusal, match="fait attendre"):
        kept.keep("note", "a")
    monkeypatch.setattr(keeper, "PATIENCE_SECONDS", 100.0)
    for text in ("ab", "abc"):
        kept.keep("note", text)
    assert kept.pending("note") == "abc"
    assert not base.held
    base.open.set()
    kept.settle()
    assert base.held == {"note": "abc"}
    assert base.writes <= 2


def test_a_refusal_is_told_and_the_text_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "RETRY_SECONDS", 0.001)
    base = Base()
    base.refused = "disque plein"
    kept = Keeper(base.write)
    with pytest.raises(Refusal, match="disque plein"):
        kept.keep("note", "a")
    assert kept.pending("note") == "a"
    base.refused = ""
    kept.settle()
    assert base.held == {"note": "a"}


def test_what_is_dropped_is_never_written_after(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "PATIENCE_SECONDS", 0.001)
    base = Base()
    base.open.clear()
    kept = Keeper(base.write)
    with pytest.raises(Refusal, match="fait attendre"):
        kept.keep("note", "a")
    kept.keep("autre", "b")
    threading.Timer(0.02, base.open.set).start()
    kept.drop("note")
    before = dict(base.held)
    kept.settle()
    time.sleep(0.01)
    assert base.held == {**before, "autre": "b"}
