"""The screens, by their keys: what is shown, what is decided, what is said."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest
from textual.pilot import Pilot
from tui_fake import FakeSession
from tui_school import make

from diagnostics.model import Incident, Person, Route
from diagnostics.store import Store
from tui.app import TriageApp
from tui.screens.anomalies import Anomalies
from tui.screens.home import Home
from tui.screens.loading import Loading
from tui.screens.matching import Matching
from tui.screens.person import PersonSheet
from tui.widgets.drawn import plain_text
from tui.widgets.virtual_list import VirtualList


@pytest.fixture(autouse=True)
def private_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENT_TRIAGE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("ENT_TRIAGE_CONFIG", str(tmp_path / "config.toml"))


@asynccontextmanager
async def opened(folder: Path, *, size: int = 12, pending: int = 3, screen: tuple[int, int] = (80, 24),
                 ) -> AsyncIterator[tuple[TriageApp, Pilot[int]]]:  # fmt: skip
    """The program on an invented school, its analysis shown."""
    app = TriageApp(FakeSession(folder, make(size, pending) if size else None))
    async with app.run_test(size=screen) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        yield app, pilot


def lines(app: TriageApp) -> list[str]:
    """The screen as text."""
    update = app.screen._compositor.render_full_update()
    return ["".join(segment.text for strip in line for segment in strip) for line in update.strips]


async def test_the_overview_says_what_is_loaded_wrong_and_to_do(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, _):
        text = "\n".join(lines(app))
        assert "2 exports · 24 fiches · 12 personnes" in text
        assert "4 anomalies bloquent des personnes maintenant" in text
        assert "3 personnes à rapprocher" in text
        assert "photo.jpg : image" in text
        assert "EDU-05" in text
        assert isinstance(app.sheet, Home)
        assert app.sheet.items.current.key == "gravité 1"


async def test_enter_on_the_overview_goes_to_what_the_line_says(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("down", "enter")
        assert isinstance(app.sheet, Anomalies)
        assert app.sheet.filter == "gravite:2"
        assert {incident.severity for incident in app.sheet.list.rows} == {2}
        await pilot.press("q", "q")
        assert isinstance(app.sheet, Home)


async def test_an_empty_program_says_how_to_begin(tmp_path: Path) -> None:
    async with opened(tmp_path, size=0) as (app, pilot):
        assert "Charger un dossier" in "\n".join(lines(app))
        await pilot.press("p")
        assert "Aucun export chargé" in "\n".join(lines(app))
        await pilot.press("t")
        assert app.message == "Aucune anomalie sur cette ligne."


async def test_the_list_of_anomalies_filters_as_one_types(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("p", "/", *"bastide", "enter")
        sheet = app.sheet
        assert isinstance(sheet, Anomalies)
        assert [plain_text(sheet.draw(row, 76))[9:24].strip() for row in sheet.list.rows] == [
            "BASTIDE Maël",
            "BASTIDE-10 Zoé",
        ]
        await pilot.press("q")
        assert len(sheet.list.rows) == 12


async def test_a_filter_begins_anew_or_goes_on_and_escape_clears_it(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("p", "/", *"zz", "enter", "/", *"bast")
        sheet = app.sheet
        assert isinstance(sheet, Anomalies)
        assert sheet.filter == "bast"
        await pilot.press("enter", "/", "left", "right", "i")
        assert sheet.filter == "basti"
        await pilot.press("enter", "/", "escape")
        assert sheet.filter == ""
        assert len(sheet.list.rows) == 12


async def test_the_evidence_and_the_route_of_an_anomaly_are_shown(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("p")
        text = "\n".join(lines(app))
        assert "ElevesSansAdresses.xml, ligne" in text
        assert "ticket : Index Éducation" in text
        assert "48 heures" in text
        await pilot.press("enter")
        text = "\n".join(lines(app))
        assert "Pourquoi   la source fait foi" in text
        assert "DSI académique : si la fiche de SIECLE est juste" in text


async def test_marked_anomalies_are_closed_with_a_reason_and_come_back(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("p", "space", "space", "i", *"vu", "enter")
        assert len(app.session.open_incidents()) == 10
        assert "2 anomalies classées" in app.message
        await pilot.press("u")
        assert len(app.session.open_incidents()) == 12
        assert app.message == "Annulé : AMARANTE Lise, PRN-01 : clos → à qualifier, et 1 autre.   U : refaire"
        await pilot.press("u")
        assert app.message == "Rien à annuler."


async def test_marked_anomalies_wait_together_those_that_have_a_delay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(tmp_path) as (app, pilot):
        known = app.session.route

        def route(incident: Incident) -> Route | None:
            until = "2099-01-01T08:00:00+01:00" if incident.category == "PRN-01" else ""
            found = known(incident)
            return msgspec.structs.replace(found, wait_until=until) if found else None

        monkeypatch.setattr(app.session, "route", route)
        await pilot.press("p", "end", "d")
        assert "Aucun délai" in app.message
        await pilot.press("*", "d")
        assert app.message.startswith("4 anomalies en attente, 8 sans délai")
        assert [state.state for state in app.session.states.values()] == ["délai en cours"] * 4
        await pilot.press("u")
        assert not app.session.states


async def test_closing_without_a_reason_does_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("p", "i", "enter")
        assert len(app.session.open_incidents()) == 12
        assert "raison" in app.message


async def test_one_key_accepts_a_match_and_the_next_one_comes(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("a")
        sheet = app.sheet
        assert isinstance(sheet, Matching)
        assert sheet.link is not None
        first = sheet.link.key
        assert "une lettre de plus" in "\n".join(lines(app))
        await pilot.press("enter")
        assert sheet.link is not None
        assert sheet.link.key != first
        decided = Store.open(tmp_path / "store.sqlite").decisions()
        assert len(decided) == 1
        assert decided[first].account_key == app.session.account_key(app.session.links[0].candidates[0].account)


async def test_no_account_and_undo_are_on_disk_too(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("a", "x")
        assert [d.account_key for d in Store.open(tmp_path / "store.sqlite").decisions().values()] == [""]
        await pilot.press("u")
        assert not Store.open(tmp_path / "store.sqlite").decisions()
        await pilot.press("U")
        assert len(app.session.decisions) == 1


async def test_a_decision_outlives_the_program_and_can_still_be_undone(tmp_path: Path) -> None:
    async with opened(tmp_path) as (_, pilot):
        await pilot.press("a", "enter")
    async with opened(tmp_path) as (app, pilot):
        assert len(app.session.decisions) == 1
        await pilot.press("u")
        assert not app.session.decisions


async def test_an_account_already_taken_asks_for_a_yes(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("a", "/", *"haddad", "enter", "enter")
        sheet = app.sheet
        assert isinstance(sheet, Matching)
        assert sheet.prompt.is_open
        assert "HADDAD" in sheet.prompt.question.label  # type: ignore[union-attr]
        await pilot.press(*"non", "enter")
        assert not app.session.decisions
        await pilot.press("enter", *"oui", "enter")
        assert len(app.session.decisions) == 1


async def test_a_person_is_found_by_name_and_contradictions_are_marked(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("v")
        app.sheet.prompt.paste("bastide mael")
        await pilot.press("enter")
        sheet = app.sheet
        assert isinstance(sheet, PersonSheet)
        text = "\n".join(lines(app))
        assert "≠ 1 contradiction" in text
        assert "≠ 02/02/2012" in text
        assert "ANN-06" in text


async def test_a_key_that_cannot_act_says_why(tmp_path: Path) -> None:
    async with opened(tmp_path, pending=0) as (app, pilot):
        await pilot.press("a", "enter")
        assert "Personne à rapprocher" in app.message
        await pilot.press("é")
        assert "rien ici" in app.message
        await pilot.press("down")
        assert app.message == ""


async def test_letters_bound_to_actions_can_be_typed_in_a_prompt(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("p", "/", "t", "q", "u", "question_mark", "x", "space", "a")
        assert app.sheet.prompt.text == "tqu?x a"
        await pilot.press("escape")
        assert not app.sheet.prompt.is_open


async def test_an_error_of_the_engine_is_said_and_the_program_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(tmp_path) as (app, pilot):
        monkeypatch.setattr("tui.drafting.draft", lambda *_: 1 / 0)
        await pilot.press("p", "t")
        assert "Erreur du programme" in app.message
        await pilot.press("q")
        assert isinstance(app.sheet, Anomalies)


async def test_the_palette_finds_commands_by_words(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        for typed, sheet in (("rapproche", Matching), ("personne bastide mael", PersonSheet)):
            await pilot.press("colon")
            app.sheet.prompt.paste(typed)
            await pilot.press("enter")
            assert isinstance(app.sheet, sheet)
        await pilot.press("colon", *"zz", "enter")
        assert "inconnue" in app.message


async def test_help_lists_the_keys_of_the_screen_one_comes_from(tmp_path: Path) -> None:
    async with opened(tmp_path, screen=(100, 60)) as (app, pilot):
        await pilot.press("a", "?")
        text = "\n".join(lines(app))
        assert "aucun compte" in text
        assert "joindre" not in text
        await pilot.press("q")
        assert isinstance(app.sheet, Matching)


async def test_the_loading_screen_says_what_was_refused_and_what_is_missing(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("c", "enter")
        assert isinstance(app.sheet, Loading)
        assert "NOM : nom vide" in "\n".join(lines(app))
        await pilot.press("q", "down", "down")
        assert "image : ce n’est pas un export" in "\n".join(lines(app))
        await pilot.press("x")
        assert "dans un dossier chargé" in app.message
        app.session.paths = ["/exports/photo.jpg"]
        await pilot.press("x")
        assert app.session.paths == []


async def test_an_export_can_be_set_aside_and_put_back(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("c", "x")
        assert app.session.left_out == {"siecle"}
        await pilot.press("x")
        assert not app.session.left_out


async def test_a_path_that_is_not_there_is_refused_where_it_was_typed(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("c", "o", *"/rien", "enter")
        assert "ni fichier ni dossier" in app.message


@pytest.mark.parametrize("screen", [(60, 15), (120, 40), (200, 50)])
async def test_every_screen_fits_and_keeps_its_last_line_for_keys(tmp_path: Path, screen: tuple[int, int]) -> None:
    async with opened(tmp_path, screen=screen) as (app, pilot):
        for keys in ("", "p", "r", "q q a", "tab", "q q c", "q m", "q l", "q ?"):
            await pilot.press(*keys.split())
            shown = lines(app)
            assert len(shown) == screen[1]
            assert "retour" in shown[-1] or "quitter" in shown[-1]
            assert all(len(line) == screen[0] for line in shown)
            assert "ent-triage" in shown[0]


async def test_from_100_columns_the_detail_stands_beside(tmp_path: Path) -> None:
    async with opened(tmp_path, screen=(120, 30)) as (app, pilot):
        await pilot.press("p")
        shown = lines(app)
        assert "PRN-01" in shown[2][70:]
        assert shown[3].startswith("►")


async def test_resizing_loses_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("p", "down", "space", "/", "a")
        await pilot.resize_terminal(60, 15)
        await pilot.pause()
        sheet = app.sheet
        assert isinstance(sheet, Anomalies)
        assert sheet.prompt.text == "a"
        assert len(sheet.list.marked) == 1


async def test_hostile_names_are_shown_harmless_everywhere(tmp_path: Path) -> None:
    """Markup, escape sequences, direction marks and piled accents in a name command nothing."""
    hostile = "[/b]\x1b[2J\x1b]52;c;QQ==\x07\u202eX" + "\u0301" * 40
    school = make(6, 2)
    incidents = tuple(
        msgspec.structs.replace(i, summary=hostile, persons=(Person(surname=hostile, given_names="[@click=quit]x"),))
        for i in school.incidents
    )
    object.__setattr__(school, "incidents", incidents)
    app = TriageApp(FakeSession(tmp_path, school))
    async with app.run_test(size=(80, 24)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        for keys in ("p", "enter", "q f"):
            await pilot.press(*keys.split())
            for line in lines(app):
                assert line.isprintable()
        app.say(hostile)
        await pilot.pause()
        assert all(line.isprintable() for line in lines(app))


async def test_a_list_of_many_rows_draws_only_what_is_seen(tmp_path: Path) -> None:
    drawn = []

    def draw(row: int, width: int) -> list[tuple[str, str]]:
        drawn.append(row)
        return [(f"ligne {row}", "normal")]

    async with opened(tmp_path) as (app, pilot):
        rows = VirtualList(draw)
        app.sheet.items.display = False  # type: ignore[attr-defined]
        await app.sheet.mount(rows, before=app.sheet.message)
        rows.show(range(100_000))
        await pilot.pause()
        rows.move(99_999)
        await pilot.pause()
        assert rows.current == 99_999
        assert len(drawn) < 200


async def test_the_cursor_of_the_terminal_follows_the_current_line(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("p", "down", "down")
        row = next(y for y, line in enumerate(lines(app)) if line.startswith("►"))
        assert app.cursor_position.y == row


async def test_the_cursor_of_the_terminal_goes_where_the_keys_act(tmp_path: Path) -> None:
    """Braille displays and screen readers read the line of the cursor: none other may be the current one."""
    async with opened(tmp_path, size=24) as (app, pilot):
        for keys in (
            "p",
            "enter",
            "semicolon",
            "q r",
            "tab",
            "q q v",
            "tab",
            "q q a",
            "tab",
            "q q c",
            "enter",
            "q q ?",
        ):
            await pilot.press(*keys.split())
            await pilot.pause()
            widget = app.sheet.target()
            assert widget is not None
            line = widget.cursor - widget.top + widget.head if isinstance(widget, VirtualList) else 0
            assert app.cursor_position.y == widget.content_region.y + line, keys
        await pilot.press("q", "slash", "z")
        assert app.cursor_position.y == app.sheet.prompt.content_region.y


async def test_only_q_leaves_from_the_overview(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("left", "backspace", "escape")
        assert app.is_running
        assert "q quitte" in app.message
