"""Cases from the screens: two agents, look-alikes, states, reminders, joining, a base that cannot be written."""

from __future__ import annotations

import dataclasses
import sqlite3
from pathlib import Path

import msgspec
import pytest
from test_screens import lines, opened
from test_tickets import MESSAGE, sheet_of
from tui_fake import FakeSession
from tui_school import make

from diagnostics.model import Finding
from diagnostics.safety import Refusal
from diagnostics.school import incident_of
from diagnostics.store import Store, leases
from tui import drafting, following, today
from tui.app import TriageApp
from tui.screens.messages import Messages


@pytest.fixture(autouse=True)
def private_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENT_TRIAGE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("ENT_TRIAGE_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.chdir(tmp_path)


async def test_the_second_agent_reads_and_sees_who_writes(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        store = Store.open(tmp_path / "store.sqlite")
        await pilot.press("p", "t")
        sheet = sheet_of(app)
        assert sheet.incident is not None
        mine = leases.of_ticket(sheet.incident.id)
        assert leases.take(store, mine, "claire") == ""
        await pilot.press("e")
        assert "claire" in app.message
        assert not sheet.prompt.is_open
        leases.release(store, mine, "claire")
        await pilot.press("e")
        assert sheet.prompt.is_open
        assert "testeur" in leases.take(store, mine, "claire")
        await pilot.press("escape", "q")
        assert leases.take(store, mine, "claire") == ""
        store.close()


async def test_a_sent_ticket_gets_its_number_its_date_and_its_reminder(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("p", "t", "t")
        assert "On ne relance qu'un ticket parti" in app.message
        await pilot.press("!", "enter")
        assert not app.session.states  # something is missing: the key alone notes nothing
        await pilot.press("!", *"oui", "enter", "n", *"K-47", "enter", "d", *"+3", "enter")
        sheet = sheet_of(app)
        assert sheet.incident is not None
        state = app.session.states[sheet.incident.id]
        assert (state.state, state.external) == ("envoyé", "K-47")
        assert state.until
        assert "n° K-47" in "\n".join(lines(app))
        await pilot.press("!", "enter")
        assert app.session.states[sheet.incident.id].state == "envoyé"  # a second press is no reminder
        await pilot.press("h")
        await pilot.pause()
        assert "Qui a décidé quoi, et quand" in "\n".join(lines(app))
        await pilot.press("q", "t")
        assert sheet.ticket is not None
        assert "relance du ticket K-47" in sheet.ticket.subject
        assert "Rappel du premier message" in sheet.ticket.body
        sheet.form.go(next(i for i, row in enumerate(sheet.form.rows) if row.name == "faits_nouveaux"))
        await pilot.press("enter", *"rien", "enter")
        assert "Faits nouveaux depuis : rien." in sheet.ticket.body
        await pilot.press("w", "enter")
        (written,) = tmp_path.rglob("ticket.txt")
        assert "relance du ticket K-47" in written.read_text(encoding="utf-8")
        await pilot.press("!")
        assert app.session.states[sheet.incident.id].reminders == 1
        assert "relance" not in sheet.ticket.subject


async def test_the_state_is_chosen_and_taken_back(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("p", "t", "i", "7")
        incident = sheet_of(app).incident or app.session.incidents[0]
        assert [state.state for state in app.session.states.values()] == ["résolu"]
        await pilot.press("u")
        assert app.session.state(incident) == "à qualifier"


async def test_several_incidents_make_one_ticket_and_are_parted(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("p", "space", "space", "t", "=", *"panne", "enter")
        sheet = sheet_of(app)
        assert len(sheet.incidents) == 1
        assert sheet.ticket is not None
        assert len(sheet.ticket.incident.persons) > 1
        assert "un seul ticket pour 2" in "\n".join(lines(app))
        await pilot.press("-")
        assert not Store.open(tmp_path / "store.sqlite").groups()


async def test_a_message_opens_a_case_that_keeps_its_cut_and_shows_the_look_alike(tmp_path: Path) -> None:
    app = TriageApp(FakeSession(tmp_path, make(6, 1)))
    async with app.run_test(size=(80, 24)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        await pilot.press("m")
        sheet = app.sheet
        assert isinstance(sheet, Messages)
        sheet.add(MESSAGE)
        first = app.session.messages[0]
        (case,) = Store.open(tmp_path / "store.sqlite").cases()
        assert case.incidents == tuple(incident.id for incident in first.incidents)
        assert {app.session.state(i) for i in first.incidents} == {"à qualifier"}
        await pilot.press("down", "e", *"ann-01", "enter", "t")
        assert "même message que" in "\n".join(lines(app))
        await pilot.press("q")
        sheet.add("Bonjour,\nMargaux PERROT (élève, 3A) n'a pas de compte dans l'annuaire de l'ENT\nPaul Petit, CPE\n")
        second = app.session.messages[1].incidents[0]
        app.open_tickets([second])
        await pilot.pause()
        assert "Semblable" in "\n".join(lines(app))
        assert second.id not in app.session.drafts
    again = FakeSession(tmp_path, make(6, 1))
    again.messages = again.cut_messages(again.fake)
    assert again.messages[0].incidents[0].category == "ANN-01"


async def test_a_base_that_cannot_be_written_is_read_and_says_so(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "store.sqlite")
    store.close()
    with sqlite3.connect(tmp_path / "store.sqlite") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    async with opened(tmp_path) as (app, pilot):
        assert "Lecture seule" in "\n".join(lines(app))
        await pilot.press("p", "t", "e")
        assert "LECTURE SEULE" in lines(app)[0]
        assert "Lecture seule" in app.message
        assert "plus récente" in app.message


def test_what_a_load_shows_to_be_solved_is_closed_and_told(tmp_path: Path) -> None:
    made = make(6, 1)
    seen = Finding(id="f1", category="ANN-01", summary="Un élève de SIECLE n'a pas de compte dans l'ENT.")
    incident = incident_of(seen)
    school = dataclasses.replace(
        made, findings=(seen,), incidents=(incident,), routes={incident.id: made.routes[made.incidents[0].id]}
    )
    session = FakeSession(tmp_path, school)
    session.open_store()
    session.take(school)
    following.remember(session, school)
    session.set_state([incident], "prêt")
    later = tuple(msgspec.structs.replace(export, made_on="2031-01-01") for export in school.loaded.exports)
    fixed = dataclasses.replace(
        school,
        loaded=msgspec.structs.replace(school.loaded, exports=later),
        findings=(),
        incidents=(),
        not_checked=(),
    )
    following.remember(session, fixed)
    session.take(fixed)
    assert session.settled == (incident.id,)
    assert session.states[incident.id].state == "résolu"
    (line,) = [line for line in today.lines(session, following.right_now()) if line.action == "résolu"]
    assert "ne se voit plus" in line.why
    colleague = FakeSession(tmp_path, fixed)
    following.remember(colleague, fixed)
    assert colleague.settled == (incident.id,), "told all day, not to whoever loaded first"
    again = dataclasses.replace(school, loaded=fixed.loaded)
    following.remember(session, again)
    session.take(again)
    assert session.states[incident.id].state == "à qualifier"
    (line,) = [line for line in today.lines(session, following.right_now()) if line.incident == incident.id]
    assert line.action == "rouvrir"
    for state in ("résolu", "prêt"):
        session.undo()
        assert session.states[incident.id].state == state, "one gesture at a time, the program's like the agent's"


def test_a_state_is_not_changed_under_the_agent_who_writes_the_ticket(tmp_path: Path) -> None:
    session = FakeSession(tmp_path, make(6, 1))
    session.school = session.fake
    assert session.school is not None
    incident = session.school.incidents[0]
    leases.take(session.open_store(), leases.of_ticket(incident.id), "claire")
    with pytest.raises(Refusal, match="claire"):
        session.set_state([incident], "clos")
    assert not session.open_store().incident_states()


def test_a_ticket_that_another_agent_writes_is_left_to_that_agent(tmp_path: Path) -> None:
    session = FakeSession(tmp_path, make(6, 2))
    session.school = session.fake
    assert session.school is not None
    first, *others = session.school.incidents
    leases.take(session.open_store(), leases.of_ticket(first.id), "claire")
    assert f"{first.category} (claire" in drafting.write(session, [first, *others], tmp_path / "out")
    with pytest.raises(Refusal, match="claire"):
        drafting.write(session, [first], tmp_path / "alone")
    assert not (tmp_path / "alone").exists()
