"""The log: it says where something went wrong, even where nobody waits for it, and never about whom."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from tui import journal

NAME = "AMARANTE Lise"


@pytest.fixture(autouse=True)
def private_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENT_TRIAGE_DATA", str(tmp_path))
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)


def test_an_error_is_told_with_its_causes_and_nobodys_name() -> None:
    cause, error = KeyError(NAME), ValueError(NAME)
    error.__cause__ = cause
    with pytest.raises(ValueError, match=NAME) as caught:
        raise error
    assert journal.record(caught.value) == str(journal.path())
    text = journal.path().read_text(encoding="utf-8")
    assert "ValueError" in text
    assert "KeyError" in text
    assert f"{__name__}:" in text
    assert "AMARANTE" not in text


def test_what_goes_wrong_in_a_thread_or_a_callback_is_written() -> None:
    def fail() -> None:
        raise ZeroDivisionError(NAME)

    def hang_up() -> None:
        raise BrokenPipeError(NAME)

    loop = asyncio.new_event_loop()
    journal.hear(loop)
    for work in (fail, hang_up):
        thread = threading.Thread(target=work, name=NAME)
        thread.start()
        thread.join()
        loop.call_soon(work)
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()
    text = journal.path().read_text(encoding="utf-8")
    assert len(journal.entries()) == 2
    assert text.count("ZeroDivisionError") == 2
    assert "AMARANTE" not in text


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    journal.path().mkdir()
    assert journal.record(ValueError(NAME)) == ""
