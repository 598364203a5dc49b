"""Columns that nobody could guess: shown, named once with few keys, remembered in the settings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from textual.pilot import Pilot

from diagnostics.safety import Refusal
from diagnostics.settings import Settings, load_settings
from tui import cli_columns
from tui.app import TriageApp
from tui.screens.columns import Columns
from tui.screens.loading import Loading
from tui.session import Session

TABLE = "Patro;Petit nom;Mot de passe;Truc\nTESTARD;Zoé;s3cret;x\nESSAI;Luc;s3cret;y\n"


@pytest.fixture(autouse=True)
def private_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENT_TRIAGE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("ENT_TRIAGE_CONFIG", str(tmp_path / "config.toml"))


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "exports" / "liste.csv"
    path.parent.mkdir()
    path.write_text(TABLE, encoding="utf-8")
    return path


def app_on(tmp_path: Path, *paths: Path, settings: Settings | None = None) -> TriageApp:
    session = Session(paths, settings=settings or Settings(), store_path=tmp_path / "store.sqlite", demo=False)
    return TriageApp(session)


async def rest(app: TriageApp, pilot: Pilot[int]) -> None:
    await app.workers.wait_for_complete()
    await pilot.pause()


def text_of(app: TriageApp) -> str:
    update = app.screen._compositor.render_full_update()
    return "\n".join("".join(segment.text for strip in line for segment in strip) for line in update.strips)


async def open_columns(app: TriageApp, pilot: Pilot[int]) -> Columns:
    await rest(app, pilot)
    await pilot.press("c", "e")
    await rest(app, pilot)
    assert isinstance(app.sheet, Columns)
    return app.sheet


@pytest.mark.parametrize("size", [(80, 24), (60, 15)])
async def test_a_refused_table_is_read_once_its_columns_are_named(
    tmp_path: Path, table: Path, size: tuple[int, int]
) -> None:
    app = app_on(tmp_path, table)
    async with app.run_test(size=size) as pilot:
        sheet = await open_columns(app, pilot)
        shown = text_of(app)
        assert "Patro" in shown
        assert "TESTARD" in shown
        assert "s3cret" not in shown
        assert "il manque le nom et le prénom" in shown
        await pilot.press("enter")
        sheet.prompt.paste("nom de famille")
        await pilot.press("enter", "enter")
        sheet.prompt.paste("prenom")
        await pilot.press("enter")
        assert "il manque" not in text_of(app)
        await pilot.press("down", "x")
        assert sheet.named == {"Patro": "nom", "Petit nom": "prenom", "Truc": "ignorer"}
        await pilot.press("w")
        await rest(app, pilot)
        assert isinstance(app.sheet, Loading)
        assert [r.surname for e in app.session.loaded.exports for r in e.records] == ["TESTARD", "ESSAI"]  # type: ignore[union-attr]
        assert app.sheet.list.current.export.file == str(table)
    (signature,) = load_settings().columns
    assert load_settings().columns[signature] == {"Patro": "nom", "Petit nom": "prenom", "Truc": "ignorer"}


async def test_what_was_named_is_shown_again_and_can_be_taken_back(tmp_path: Path, table: Path) -> None:
    settings = Settings(columns={"patro;petitnom;motdepasse;truc": {"Patro": "nom", "Petit nom": "prenom"}})
    app = app_on(tmp_path, table, settings=settings)
    async with app.run_test(size=(80, 24)) as pilot:
        sheet = await open_columns(app, pilot)
        assert sheet.list.current.title == "Truc"
        await pilot.press("w")
        assert "rien à enregistrer" in app.message
        await pilot.press("home", "enter")
        sheet.prompt.paste("deviner")
        await pilot.press("enter")
        assert sheet.named == {"Petit nom": "prenom"}
        await pilot.press("q")
        assert app.session.settings.columns == settings.columns
        assert not (tmp_path / "config.toml").exists()


async def test_a_column_of_passwords_cannot_be_given_another_meaning(tmp_path: Path, table: Path) -> None:
    app = app_on(tmp_path, table)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_columns(app, pilot)
        await pilot.press("down", "down", "enter")
        assert "jamais lue" in app.message
        assert not app.sheet.prompt.is_open


async def test_a_file_whose_columns_are_all_known_has_nothing_to_name(tmp_path: Path, table: Path) -> None:
    table.write_text("Nom;Prénom;Classe\nTESTARD;Zoé;5A\nESSAI;Luc;5B\n", encoding="utf-8")
    app = app_on(tmp_path, table)
    async with app.run_test(size=(80, 24)) as pilot:
        await rest(app, pilot)
        await pilot.press("c", "e")
        await rest(app, pilot)
        assert isinstance(app.sheet, Loading)
        assert "rien à nommer" in app.message


def test_the_command_shows_the_columns_and_what_to_write(table: Path) -> None:
    (command,) = cli_columns.COMMANDS
    told = CliRunner().invoke(command, [str(table)]).output
    assert "Petit nom" in told
    assert '[columns."patro;petitnom;motdepasse;truc"]' in told
    assert "s3cret" not in told
    found = json.loads(CliRunner().invoke(command, [str(table), "--json"]).stdout_bytes)["unmapped"]
    assert found["needed"]
    assert [column["name"] for column in found["columns"]] == ["", "", "mdp", ""]
    assert found["columns"][0]["values"] == ["TESTARD", "ESSAI"]


def test_the_command_names_columns_once_and_for_all(table: Path) -> None:
    (command,) = cli_columns.COMMANDS
    named = ["--nommer", "Patro=nom", "--nommer", "Petit nom = prenom", "--nommer", "Truc=ignorer"]
    assert "rien à nommer" in CliRunner().invoke(command, [str(table), *named], standalone_mode=False).output
    assert load_settings().columns == {
        "patro;petitnom;motdepasse;truc": {"Patro": "nom", "Petit nom": "prenom", "Truc": "ignorer"}
    }
    CliRunner().invoke(command, [str(table), "--nommer", "Truc="], standalone_mode=False)
    assert list(load_settings().columns.values()) == [{"Patro": "nom", "Petit nom": "prenom"}]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("Absente=nom", "Colonnes de ce tableau"),
        ("Patro=non", "« nom »"),
        ("Mot de passe=nom", "passe"),
        ("x", "TITRE"),
    ],
)
def test_the_command_names_no_column_that_it_does_not_understand(table: Path, given: str, told: str) -> None:
    (command,) = cli_columns.COMMANDS
    result = CliRunner().invoke(
        command, [str(table), "--nommer", "Truc=classe", "--nommer", given], standalone_mode=False
    )
    assert isinstance(result.exception, Refusal)
    assert told in result.exception.reason
    assert not load_settings().columns


def test_the_command_says_when_there_is_nothing_to_name(table: Path) -> None:
    table.write_text("Nom;Prénom;Classe\nTESTARD;Zoé;5A\n", encoding="utf-8")
    (command,) = cli_columns.COMMANDS
    assert "rien à nommer" in CliRunner().invoke(command, [str(table)]).output
    assert json.loads(CliRunner().invoke(command, [str(table), "--json"]).stdout_bytes) == {
        "file": str(table), "unmapped": None,
    }  # fmt: skip
