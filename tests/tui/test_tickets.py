"""Tickets and messages, by their keys: edited, kept as typed, judged live, written."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_screens import lines, opened
from tui_fake import FakeSession
from tui_school import make

from diagnostics.store import Store
from tui import drafting
from tui.app import TriageApp
from tui.screens.messages import Messages
from tui.screens.ticket_form import FIELD, draw_row, form_rows
from tui.screens.tickets import Tickets

MESSAGE = (
    "Bonjour,\n- Margaux PERROT (élève, 3A) impossible d'accéder à Pronote\n"
    "- Mohamed ROLA (parent) n'est plus dans l'annuaire de l'ENT\nMerci, Paul Petit, CPE\n"
)


@pytest.fixture(autouse=True)
def private_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENT_TRIAGE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("ENT_TRIAGE_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.chdir(tmp_path)


def sheet_of(app: TriageApp) -> Tickets:
    assert isinstance(app.sheet, Tickets)
    return app.sheet


async def test_a_ticket_shows_its_recipient_its_rules_and_what_it_lacks(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("p", "t")
        text = "\n".join(lines(app))
        assert "Objet" in text
        assert "Vers" in text
        assert "Émetteur : indiquez votre nom" in text
        assert "● un seul incident" in text
        assert sheet_of(app).ticket is not None


async def test_the_subject_is_edited_kept_and_taken_back(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("p", "t", "enter", "ctrl+u", *"neuf", "enter")
        ticket = sheet_of(app).ticket
        assert ticket is not None
        assert ticket.subject == "neuf"
        assert [d.subject for d in Store.open(tmp_path / "store.sqlite").tickets().values()] == ["neuf"]
        await pilot.press("u")
        assert sheet_of(app).ticket.subject != "neuf"  # type: ignore[union-attr]


async def test_text_being_typed_outlives_the_program(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("p", "t")
        sheet = sheet_of(app)
        sheet.form.go(next(i for i, row in enumerate(sheet.form.rows) if row.part == "texte"))
        await pilot.press("enter", *"ZZ")
        assert sheet.editor.is_open
    async with opened(tmp_path) as (app, pilot):
        assert "texte à reprendre" in "\n".join(lines(app))
        await pilot.press("p", "t")
        sheet = sheet_of(app)
        sheet.form.go(next(i for i, row in enumerate(sheet.form.rows) if row.part == "texte"))
        await pilot.press("enter")
        assert sheet.editor.buffer.text.startswith("ZZ")
        assert "repris" in app.message
        await pilot.press("tab")
        assert not sheet.editor.is_open
        assert sheet.ticket is not None
        assert sheet.ticket.body.startswith("ZZ")


async def test_the_rules_are_judged_as_one_types(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("p", "t")
        sheet = sheet_of(app)
        assert sheet.ticket is not None
        short = "Bonjour. AMARANTE Lise, élève de 6A, n'a pas d'identifiant. Voir la pièce jointe. Paul Petit, CPE."
        sheet.typed(short)
        assert {check.rule: check.ok for check in sheet.ticket.checks}[2]
        sheet.typed(" ".join(["mot"] * 80) + ".")
        assert not {check.rule: check.ok for check in sheet.ticket.checks}[2]


async def test_the_sender_is_asked_once_and_kept_in_the_settings(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("p", "t")
        sheet = sheet_of(app)
        sheet.form.go(next(i for i, row in enumerate(sheet.form.rows) if row.name.startswith("Émetteur")))
        await pilot.press("enter", *"Ana", "enter", *"CPE", "enter", *"p 12", "enter")
        assert app.session.settings.sender_name == "Ana"
        assert "p 12" in (tmp_path / "config.toml").read_text(encoding="utf-8")
        assert sheet.ticket is not None
        assert not any("Émetteur" in lack for lack in sheet.ticket.missing)


async def test_an_attachment_is_shown_before_it_leaves(tmp_path: Path) -> None:
    (tmp_path / "capture.txt").write_text("message exact\n", encoding="utf-8")
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("p", "t", "o")
        app.sheet.prompt.paste(str(tmp_path / "capture.txt"))
        await pilot.press("enter")
        sheet = sheet_of(app)
        assert sheet.ticket is not None
        assert "capture.txt" in [piece.name for piece in sheet.ticket.attachments]
        sheet.form.go(next(i for i, row in enumerate(sheet.form.rows) if row.name == "capture.txt"))
        await pilot.press("enter")
        await pilot.pause()
        assert "message exact" in "\n".join(lines(app))
        await pilot.press("q")
        assert not sheet.previewing


async def test_marked_anomalies_make_one_ticket_each_and_are_written(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("p", "space", "space", "t")
        assert len(sheet_of(app).incidents) == 2
        await pilot.press("w", "enter")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "2 tickets écrits" in app.message
        assert len(list(tmp_path.rglob("ticket.eml"))) == 2


async def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "plein").write_text("")
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("p", "t", "w", "ctrl+u")
        app.sheet.prompt.paste(str(tmp_path / "plein" / "x"))
        await pilot.press("enter")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "plein" in app.message
        assert not list(tmp_path.rglob("ticket.eml"))


async def test_another_service_can_be_chosen(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("p", "t")
        before = sheet_of(app).ticket
        await pilot.press("b", "down", "enter")
        after = sheet_of(app).ticket
        assert before is not None
        assert after is not None
        assert before.recipient is not after.recipient


async def test_a_pasted_message_is_cut_into_incidents_that_make_tickets(tmp_path: Path) -> None:
    app = TriageApp(FakeSession(tmp_path, make(6, 1)))
    async with app.run_test(size=(80, 24)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        await pilot.press("m")
        sheet = app.sheet
        assert isinstance(sheet, Messages)
        sheet.add(MESSAGE)
        assert [row.incident.category for row in sheet.list.rows if row.incident] == ["PRN-01", "ANN-02"]
        await pilot.press("down", "=")
        assert len(app.session.messages[0].incidents) == 1
        await pilot.press("down", "e", *"ann-02", "enter")
        assert app.session.messages[0].incidents[0].category == "ANN-02"
        await pilot.press("t")
        assert sheet_of(app).ticket is not None
    again = FakeSession(tmp_path, make(6, 1))
    again.messages = again.cut_messages(again.fake)
    assert len(again.messages) == 1


async def test_the_label_of_a_field_is_read_whole_at_any_width(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    label = "ce qui se passe ensuite, et sous quel délai"
    monkeypatch.setattr(drafting, "questions", lambda session, ticket: [("suite", label, "que se passe-t-il ?")])
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("p", "t")
        sheet = sheet_of(app)
        for columns in (60, 80, 120):
            rows = [row for row in form_rows(app.session, sheet.ticket, columns) if row.part == FIELD]
            drawn = ["".join(text for text, _ in draw_row(row, columns - 2)) for row in rows]
            assert " ".join(row.label for row in rows if row.label) == label
            assert not any("…" in line for line in drawn)
        sheet.form.go_to_key("champ suite.1")
        await pilot.press("enter")
        assert sheet.prompt.question is not None
        assert sheet.prompt.question.label == f"{label} :"


async def test_a_text_being_typed_survives_any_resize_and_says_its_own_keys(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("p", "t", "end", "enter", "end", *"ZZ")
        sheet = sheet_of(app)
        typed = sheet.editor.buffer.text
        assert "Échap terminer" in lines(app)[-1]
        for size in ((60, 15), (200, 50), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert sheet.editor.buffer.text == typed
            number, _ = sheet.editor.buffer.place()
            assert app.cursor_position.y == sheet.editor.content_region.y + number - sheet.editor.top
            blank = sheet.editor.top + sheet.editor.size.height - len(sheet.editor.buffer.rows())
            assert sheet.editor.top == 0 or blank <= 0
        await pilot.press("escape")
        assert app.session.drafts[sheet.ticket.incident.id].body == typed  # type: ignore[union-attr]
