"""The command: French words, exit codes, one JSON document, no traceback."""

from __future__ import annotations

import contextlib
import errno
import io
import json
import os
import re
import sys
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any
from unittest import mock

import pytest
from tui_school import make

from diagnostics import demo
from docs import make_manual
from tui import cli, cli_exports
from tui.cli_output import write_json
from tui.french_click import SHORT

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("cli") / "exports"
    demo.generate(place, seed=11, pupils=60, staff=20)
    return place


def stream(text: str = "") -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(text.encode()), "utf-8", write_through=True)


def written(to: io.TextIOWrapper) -> str:
    assert isinstance(to.buffer, io.BytesIO)
    return to.buffer.getvalue().decode()


def run(tmp_path: Path, *arguments: str, text: str = "") -> CompletedProcess[str]:
    """What the command does, in this process: a new one would take ten times as long."""
    folders = {"ENT_TRIAGE_DATA": str(tmp_path / "data"), "ENT_TRIAGE_CONFIG": str(tmp_path / "config.toml")}
    out, err = stream(), stream()
    with (
        mock.patch.dict(os.environ, folders),
        mock.patch.multiple(sys, stdin=stream(text), stdout=out, stderr=err),
        contextlib.chdir(tmp_path),
    ):
        code = cli.run_guarded(
            lambda: cli.main_group.main(list(arguments), prog_name="ent-triage", standalone_mode=False)
        )
    return CompletedProcess(arguments, code, written(out), written(err))


def document(result: CompletedProcess[str]) -> dict[str, Any]:
    found = json.loads(result.stdout)
    assert isinstance(found, dict)
    return found


def test_exports_and_people_count_the_same(tmp_path: Path, folder: Path) -> None:
    exports = run(tmp_path, "exports", str(folder), "--json")
    assert exports.returncode == 0
    for export in document(exports)["exports"]:
        assert export["records_read"] == export["records_kept"] + len(export["refused"])
    people = run(tmp_path, "people", str(folder), "--json")
    wanted = {
        "file",
        "line",
        "source",
        "profile",
        "surname",
        "usage_name",
        "given_names",
        "birth_date",
        "division",
        "ids",
    }
    assert wanted <= set(document(people)["records"][0])


def test_every_record_of_the_other_exports_is_linked_once(tmp_path: Path, folder: Path) -> None:
    links = document(run(tmp_path, "match", str(folder), "--json"))["links"]
    places = [(link["record"]["file"], link["record"]["line"], str(link["record"]["ids"])) for link in links]
    assert len(places) == len(set(places)) > 100
    for link in links:
        assert (link["verdict"] == "certain") == (link["account"] is not None)
        assert len(link["candidates"]) <= 5


def test_check_says_by_its_code_that_there_are_anomalies(tmp_path: Path, folder: Path) -> None:
    result = run(tmp_path, "check", str(folder), "--json")
    assert result.returncode == 1
    finding = document(result)["findings"][0]
    assert {"category", "people", "evidence", "route"} <= set(finding)
    assert {"first_actor", "recipient", "wait_hours", "try_first", "why"} <= set(finding["route"])


def test_anomalies_are_filtered_and_sorted_as_on_the_screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    school = make(12)
    monkeypatch.setattr(cli_exports, "analyse", lambda *_: school)

    def found(*options: str) -> list[str]:
        return [one["id"] for one in document(run(tmp_path, "check", "x", "--json", *options))["findings"]]

    categories = {incident.id: incident.category for incident in school.incidents}
    kept = found("--filtrer", "!code:EDT", "--trier", "code")
    assert [categories[one] for one in kept] == sorted(code for code in categories.values() if code != "EDT-01")
    assert found("--filtrer", "id:i3,i5") == ["i3", "i5"]
    assert found("--filtrer", "bastide 5a") == [i.id for i in school.incidents if i.persons[0].surname == "BASTIDE"]
    named = run(tmp_path, "check", "x", "--filtrer", "id:i3")
    assert (named.returncode, named.stdout.startswith("PRN-01  i3  ")) == (1, True)
    assert not found("--filtrer", "introuvable")


def test_tickets_are_written_one_folder_each_and_nowhere_else(tmp_path: Path, folder: Path) -> None:
    result = run(tmp_path, "tickets", str(folder), "--out", str(tmp_path / "sortie"), "--json")
    tickets = document(result)["tickets"]
    folders = [Path(ticket["folder"]) for ticket in tickets]
    assert sorted(path.name for path in (tmp_path / "sortie").iterdir()) == sorted(path.name for path in folders)
    for path in folders:
        assert (path / "ticket.txt").read_text("utf-8").strip()
        assert b"X-Unsent: 1" in (path / "ticket.eml").read_bytes()


@pytest.mark.parametrize("arguments", [["check"], ["tickets", "."], ["chekc", "x"], ["check", ".", "--jsn"], ["lint"]])
def test_a_command_badly_written_is_explained_in_french(tmp_path: Path, arguments: list[str]) -> None:
    result = run(tmp_path, *arguments)
    assert result.returncode == 2
    assert result.stdout == ""
    assert "Utilisation : " in result.stderr
    assert "Error" not in result.stderr
    assert "Traceback" not in result.stderr


def test_a_refused_file_is_named_and_gives_its_code(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(2000))
    result = run(tmp_path, "exports", "photo.jpg", "--json")
    assert result.returncode == 3
    assert document(result)["refused"][0]["file"].endswith("photo.jpg")


def test_a_text_is_split_and_linted_from_standard_input(tmp_path: Path) -> None:
    text = "Bonjour,\nÉlisa Quintrec (5B) n'arrive pas à ouvrir Pronote depuis l'ENT.\nMerci"
    found = document(run(tmp_path, "split", "-", "--json", text=text))["incidents"]
    assert [incident["category"][:3] for incident in found] == ["PRN"]
    assert text[found[0]["start"] : found[0]["end"]] in text
    rules = document(run(tmp_path, "lint", "-", "--json", text=text))["rules"]
    assert [rule["rule"] for rule in rules] == [1, 2, 3, 4]


def test_an_unknown_setting_is_refused_with_the_nearest_one(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('shool_name = "Collège"', "utf-8")
    result = run(tmp_path, "explain", "PRN-01")
    assert result.returncode == 3
    assert "« school_name »" in result.stderr


def test_menu_paths_of_a_card_are_spelt_out_in_json(tmp_path: Path) -> None:
    from diagnostics import catalogue

    code = next(c.code for c in catalogue.cards().values() if any(s.menu.startswith("@") for s in c.try_first))
    steps = document(run(tmp_path, "explain", code, "--json"))["try_first"]
    assert not any(step["menu"].startswith("@") for step in steps)
    spelt = [step for step in steps if "menus" in step]
    assert spelt
    assert all(variant["path"] in step["menu"] for step in spelt for variant in step["menus"])


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_can_complete(tmp_path: Path, shell: str) -> None:
    assert "_ENT_TRIAGE_COMPLETE" in run(tmp_path, "completion", shell).stdout


def test_the_man_page_is_the_one_of_the_commands() -> None:
    page = make_manual.page()
    assert make_manual.PAGE.read_text("utf-8") == page, "run: python -m docs.make_manual"
    code = "".join(path.read_text("utf-8") for room in ("diagnostics", "tui") for path in (ROOT / room).rglob("*.py"))
    assert set(re.findall(r'"(ENT_TRIAGE_\w+)"', code)) <= set(re.findall(r"ENT_TRIAGE_\w+", page))


def test_the_help_names_every_command_once_in_one_line_or_two() -> None:
    named = [name for names in cli.main_group.sections.values() for name in names]
    assert sorted(named) == sorted(cli.main_group.commands)
    for command in cli.main_group.commands.values():
        assert not command.get_short_help_str(SHORT).endswith("..."), command.name


@pytest.mark.parametrize("command", ["people", "match", "check"])
def test_what_is_refused_is_said_whatever_the_command(tmp_path: Path, command: str) -> None:
    result = run(tmp_path, command, "absent.csv", "--json")
    assert result.returncode == 3
    assert "absent.csv" in result.stderr


def test_matching_without_accounts_says_what_to_add(tmp_path: Path, folder: Path) -> None:
    sts = next(path for path in folder.iterdir() if path.name.startswith("sts_emp"))
    result = run(tmp_path, "match", str(sts))
    assert result.returncode == 3
    assert "annuaire" in result.stderr


def test_an_argument_too_many_is_explained_in_french(tmp_path: Path) -> None:
    result = run(tmp_path, "explain", "PRN-01", "PRN-02")
    assert result.returncode == 2
    assert "argument de trop : PRN-02" in result.stderr


@pytest.mark.parametrize(
    "content", [b"\xff\xd8\xff\xe0" + bytes(range(256)) * 8, b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj"]
)
@pytest.mark.parametrize("command", ["split", "lint"])
def test_a_picture_is_no_message(tmp_path: Path, command: str, content: bytes) -> None:
    (tmp_path / "fichier").write_bytes(content)
    result = run(tmp_path, command, "fichier", "--json")
    assert result.returncode == 3
    assert "ce n'est pas un texte" in result.stderr


def test_an_empty_folder_is_said_to_be_empty(tmp_path: Path) -> None:
    (tmp_path / "vide").mkdir()
    assert "aucun fichier" in run(tmp_path, "check", "vide").stderr


def test_an_agent_leaves_with_the_accounts_to_choose_and_what_to_correct(tmp_path: Path, folder: Path) -> None:
    result = run(tmp_path, "corrections", str(folder), "--out", str(tmp_path / "sortie"), "--json")
    found = document(result)
    assert {"code_source", "account"} <= set(found["to_type"][0])
    assert {"software", "screen", "field", "now", "wanted"} <= set(found["at_source"][0])
    written = {path.name for path in (tmp_path / "sortie" / "corrections").iterdir()}
    assert written == {
        f"{name}.{form}"
        for name in ("comptes_a_choisir", "personnes_sans_compte", "corrections")
        for form in ("txt", "csv")
    }


class Full(io.BytesIO):
    def write(self, _: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("more", [[], ["--json"]])
def test_an_output_that_is_full_is_told_without_denying_what_was_written(
    tmp_path: Path, folder: Path, more: list[str]
) -> None:
    err = stream()
    with (
        mock.patch.dict(os.environ, {"ENT_TRIAGE_DATA": str(tmp_path), "ENT_TRIAGE_CONFIG": str(tmp_path / "c.toml")}),
        mock.patch.multiple(sys, stdout=io.TextIOWrapper(Full(), "utf-8", write_through=True), stderr=err),
    ):
        code = cli.run_guarded(lambda: cli.main_group.main(["exports", str(folder), *more], standalone_mode=False))
    assert code == 3
    assert "n'a pas pu être affiché" in written(err)
    assert "Erreur interne" not in written(err)


def test_a_name_that_is_no_text_stands_in_json_with_a_question_mark(tmp_path: Path) -> None:
    out, err = stream(), stream()
    with mock.patch.multiple(sys, stdout=out, stderr=err):
        assert cli.run_guarded(lambda: write_json({"folder": "o\udce9"})) == 0
    assert json.loads(written(out)) == {"folder": "o?"}


@pytest.mark.parametrize("value", ["0", "-5", "x"])
def test_an_invented_school_has_at_least_one_pupil(tmp_path: Path, value: str) -> None:
    result = run(tmp_path, "demo", str(tmp_path / "e"), "--pupils", value)
    assert result.returncode == 2
    assert "un nombre entier est attendu, 1 au moins" in result.stderr
    assert not (tmp_path / "e").exists()


def test_the_demo_refuses_a_folder_of_real_exports(tmp_path: Path) -> None:
    (tmp_path / "e").mkdir()
    (tmp_path / "e" / "ExportXML_ElevesSansAdresses.zip").write_bytes(b"vrai")
    result = run(tmp_path, "demo", str(tmp_path / "e"), "--pupils", "20")
    assert result.returncode == 3
    assert (tmp_path / "e" / "ExportXML_ElevesSansAdresses.zip").read_bytes() == b"vrai"
