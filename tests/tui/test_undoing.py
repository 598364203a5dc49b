"""An undo says whom it is about and what changed, for a decision as for a state."""

from __future__ import annotations

from pathlib import Path

from tui_fake import FakeSession
from tui_school import make

from diagnostics.states import SHELVED
from diagnostics.store import SavedTicket


def test_an_undo_names_the_person_the_accounts_and_the_states(tmp_path: Path) -> None:
    school = make(6, 2)
    session = FakeSession(tmp_path, school)
    session.take(school)
    first, second = school.links[:2]
    session.decide(first, first.candidates[0].account)
    session.decide(second, None)
    session.set_state(school.incidents[:1], SHELVED)
    session.set_state(school.incidents[:3], "envoyé")
    session.comment(school.incidents[2:3], "rappeler lundi")
    assert session.undo()
    assert session.undone == "CHEVREFEUILLE Kadiatou, EDT-01 : note « rappeler lundi » retirée"
    session.save_draft(SavedTicket(incident=school.incidents[1].id, body="Bonjour,"))
    session.undo()
    assert session.undone == "BASTIDE Maël, ANN-06 : texte du ticket"
    assert session.undo()
    assert session.undone == f"AMARANTE Lise, PRN-01 : envoyé → {SHELVED}, et 2 autres"
    session.undo()
    assert session.undone == f"AMARANTE Lise, PRN-01 : {SHELVED} → à qualifier"
    session.undo()
    assert session.undone == "BASTIDE Maël, aucun compte → à voir"
    session.undo()
    assert session.undone == "AMARANTE Lise, l.amarante0 → à voir"
    session.redo()
    assert session.undone == "AMARANTE Lise, à voir → l.amarante0"
    session.undo()
    assert session.undo() == ""
    assert session.undone == ""
