"""The agent's own files beside a ticket, and where a reminder is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from diagnostics.model import Actor, Incident, Route, Ticket
from diagnostics.safety import Refusal
from tui import drafting


def test_a_piece_that_is_gone_is_told_with_its_name_and_the_others_are_attached(tmp_path: Path) -> None:
    there = tmp_path / "journal.txt"
    there.write_text("une ligne", encoding="utf-8")
    found, gone = drafting.attached(f"{there}\n{tmp_path / 'capture.png'}")
    assert [piece.name for piece in found] == ["journal.txt"]
    assert gone == ("Pièce introuvable : capture.png. Joignez-la de nouveau, ou retirez-la.",)


@pytest.mark.parametrize("folder", ["", "  "])
def test_a_reminder_is_not_written_where_the_program_stands_for_want_of_a_folder(
    folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ticket = Ticket(
        id="T-1",
        incident=Incident(id="i1", category="ANN-01", summary="Résumé"),
        route=Route(first_actor=Actor.DSI, recipient=Actor.DSI),
        template="R3",
        recipient=Actor.DSI,
        subject="Objet",
        body="Texte",
    )
    with pytest.raises(Refusal, match="Rien n’a été écrit"):
        drafting.write_reminder(ticket, folder)
    assert not list(tmp_path.iterdir())
