"""Answers typed on one line: they outlive the program, are offered again in place, forgotten once given."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_screens import lines, opened
from textual.pilot import Pilot

from diagnostics.safety import Refusal
from diagnostics.settings import Settings
from diagnostics.store import Store
from tui import half_typed
from tui.actions import ANOMALIES, HOME, LOADING, TICKETS, actions_of
from tui.app import TriageApp
from tui.screens.tickets import Tickets
from tui.session import Session
from tui.widgets.prompt import Question, complete_path


@pytest.fixture(autouse=True)
def private_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENT_TRIAGE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("ENT_TRIAGE_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.chdir(tmp_path)


async def ask(app: TriageApp, pilot: Pilot[int], screen: str, action: str) -> None:
    """Do an action of a screen, whatever its key."""
    if app.sheet.screen_id != screen:
        app.get(screen)
        app.go(screen)
        await pilot.pause()
    app.sheet.do(next(one for one in actions_of(screen) if one.id == action))
    await pilot.pause()


def kept(folder: Path) -> list[str]:
    return [place for place in Store.open(folder / "store.sqlite").kept_places("testeur") if place.startswith("saisie")]


async def test_a_note_being_typed_is_offered_again_where_it_was(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        app.show_anomalies()
        await pilot.pause()
        await pilot.press("down")
        incident = app.sheet.about_incidents()[0]
        await ask(app, pilot, ANOMALIES, "commenter")
        await pilot.press(*"a appelé")
    async with opened(tmp_path) as (app, pilot):
        assert "Saisie interrompue" in lines(app)[2]
        assert "Note : a appelé" in lines(app)[3]
        await pilot.press("home", "enter")
        await pilot.pause()
        assert app.sheet.about_incidents() == [incident]
        assert app.sheet.prompt.text == "a appelé"
        assert "Repris. Note" in "\n".join(lines(app))
        await pilot.press(*" hier", "enter")
        assert app.session.states[incident.id].note.endswith("a appelé hier")
        assert not kept(tmp_path)
        await pilot.press("q")
        assert "Saisie interrompue" not in "\n".join(lines(app))


async def test_the_field_of_a_ticket_goes_on_on_its_line(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        app.open_tickets(app.session.open_incidents()[:1], keep=False)
        await pilot.pause()
        sheet = app.sheet
        assert isinstance(sheet, Tickets)
        sheet.form.go_to_key(next(row.key for row in sheet.form.rows if row.part == "objet"))
        row = sheet.form.current
        await ask(app, pilot, TICKETS, "ouvrir")
        await pilot.press(*"midi")
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("home", "enter")
        await pilot.pause()
        assert isinstance(app.sheet, Tickets)
        assert app.sheet.form.current == row
        assert app.sheet.prompt.text.endswith("midi")
        await pilot.press("escape")
        assert not kept(tmp_path)


@pytest.mark.parametrize("screen", [HOME, LOADING])
async def test_a_path_is_kept_until_it_is_left(tmp_path: Path, screen: str) -> None:
    async with opened(tmp_path) as (app, pilot):
        await ask(app, pilot, screen, "charger")
        await pilot.press(*"/tmp/éc")
    async with opened(tmp_path) as (app, pilot):
        await ask(app, pilot, screen, "charger")
        assert app.sheet.prompt.text == "/tmp/éc"
        await pilot.press("escape")
        await ask(app, pilot, screen, "charger")
        assert app.sheet.prompt.text == ""
        assert not kept(tmp_path)


async def test_what_is_refused_stays_to_be_mended(tmp_path: Path) -> None:
    def refuse(text: str) -> None:
        raise Refusal(f"{text} : pas une date.")

    async with opened(tmp_path) as (app, pilot):
        app.sheet.ask(Question("Jusqu’au (JJ/MM/AAAA) :", refuse))
        await pilot.press(*"hier", "enter")
        assert [line.rstrip() for line in lines(app)[21:23]] == [
            " hier : pas une date.",
            " Jusqu’au (JJ/MM/AAAA) : hier",
        ]
        await pilot.press("left", "backspace", "enter")
        assert app.message == "hir : pas une date."
    async with opened(tmp_path) as (app, pilot):
        assert "hir" in "\n".join(lines(app))
        app.sheet.ask(Question("Jusqu’au (JJ/MM/AAAA) :", refuse))
        assert app.sheet.prompt.text == "hir"


async def test_a_path_typed_after_the_folder_that_is_proposed_begins_afresh(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        app.sheet.ask(Question("Dans :", print, complete=complete_path), "~/tickets/")
        await pilot.press(*"/tmp/")
        assert app.sheet.prompt.text == "/tmp/"
        await pilot.press("escape")
        app.sheet.ask(Question("Dans :", print, complete=complete_path), "~/tickets/")
        await pilot.press(*"été/")
        assert app.sheet.prompt.text == "~/tickets/été/"


async def test_searches_choices_and_confirmations_are_never_kept(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        await ask(app, pilot, ANOMALIES, "filtrer")
        await pilot.press(*"abc", "escape")
        await pilot.press(":", *"cha")
        assert not kept(tmp_path)


async def test_a_text_whose_incident_is_gone_can_be_copied_or_forgotten(tmp_path: Path) -> None:
    spot = half_typed.Spot(ANOMALIES, "ailleurs", "", "Note :", "commenter")
    Store.open(tmp_path / "store.sqlite").keep_text(spot.place, '["Note :", "commenter", "", "à rappeler"]', "testeur")
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("home", "enter")
        assert app.sheet.prompt.text == "à rappeler"
        await pilot.press("enter")
        assert (tmp_path / "data" / "copie.txt").read_text(encoding="utf-8") == "à rappeler\n"
        assert not kept(tmp_path)


def test_the_place_of_an_answer_does_not_depend_on_counts() -> None:
    one, several = (
        half_typed.Spot(ANOMALIES, "x/1", "", f"Écrire {n} (2 prêts) dans :") for n in ("1 ticket", "3 tickets")
    )
    assert one.place == several.place
    assert one.place != half_typed.Spot(ANOMALIES, "x/1", "relance", one.label).place


async def test_a_pasted_table_outlives_the_program_until_it_is_left(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        half_typed.keep_pasted(app.session, "Nom;Prénom\nAMARANTE;Lise\n")
    async with opened(tmp_path) as (app, pilot):
        assert half_typed.pasted(app.session) == ["Nom;Prénom\nAMARANTE;Lise\n"]
        app.session.pasted = half_typed.pasted(app.session)
        await pilot.press("q")
    assert not half_typed.pasted(app.session)


async def test_a_full_disk_is_said_while_one_types_and_loses_no_letter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise Refusal("Le disque est plein.")

    async with opened(tmp_path) as (app, pilot):
        app.open_tickets(app.session.open_incidents()[:1], keep=False)
        await pilot.pause()
        sheet = app.sheet
        assert isinstance(sheet, Tickets)
        sheet.form.go_to_key(next(row.key for row in sheet.form.rows if row.part == "texte"))
        await ask(app, pilot, TICKETS, "editer")
        with monkeypatch.context() as patch:
            patch.setattr(Store, "keep_text", full)
            patch.setattr(Store, "save_ticket", full)
            await pilot.press(*"ZZ")
            assert "Le disque est plein." in lines(app)[22]
            await pilot.press("escape")
            assert sheet.editor.is_open
            assert sheet.editor.buffer.text.startswith("ZZ")
            assert app.message == "Le disque est plein."
        await pilot.press("escape")
        assert not sheet.editor.is_open
        assert sheet.ticket is not None
        assert sheet.ticket.body.startswith("ZZ")
        await ask(app, pilot, TICKETS, "piece")
        with monkeypatch.context() as patch:
            patch.setattr(Store, "keep_text", full)
            await pilot.press(*"/a")
        shown = lines(app)
        assert "Le disque est plein." in shown[21]
        assert "Fichier à joindre : /a" in shown[22]
        await pilot.press("escape")
        assert "Fichier à joindre" not in "\n".join(lines(app))


async def test_a_long_question_leaves_room_for_its_answer(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        app.sheet.ask(Question("Ce compte est déjà celui de MEZIANE Nordine. Tapez oui pour associer :", print))
        await pilot.press(*"oui")
        assert [line.rstrip() for line in lines(app)[21:23]] == [
            " Ce compte est déjà celui de MEZIANE Nordine. Tapez oui pour associer :",
            " > oui",
        ]
        await pilot.press("escape")
        app.sheet.ask(Question("Note :", print))
        await pilot.press(*"oui")
        assert lines(app)[22].rstrip() == " Note : oui"


def test_a_pasted_table_comes_back_with_the_files_it_was_pasted_beside(tmp_path: Path) -> None:
    exports = tmp_path / "exports.csv"
    exports.write_text("Nom;Prénom;Classe\nBASTIDE;Maël;5A\n", encoding="utf-8")

    def read(*paths: Path) -> Session:
        session = Session(paths, settings=Settings(agent="testeur"), store_path=tmp_path / "s.sqlite", demo=False)
        session.read(lambda *_: None, lambda: False, lambda _: None)
        return session

    half_typed.keep_pasted(read(exports), "Nom;Prénom\nAMARANTE;Lise\n")
    assert len(read(exports).pasted) == 1
    assert len(read().pasted) == 1
    (tmp_path / "autre").mkdir()
    assert not read(tmp_path / "autre").pasted
