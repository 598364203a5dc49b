"""What the shells complete: commands, paths, codes, states, actors, incidents; never a person, never the program."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from diagnostics import cases
from diagnostics.cases.follow import taken_up
from diagnostics.model import Actor, Incident, Person, Profile, Route
from diagnostics.settings import Settings
from diagnostics.store import Store
from tui import start
from tui.cli import main_group
from tui.cli_followed import right_now
from tui.completing import VARIABLE

ROOT = Path(__file__).parents[2]
INCIDENT = Incident(
    id="abc123", category="PRN-01", summary="Pronote ne reconnaît pas une élève",
    persons=(Person(surname="Vaugrenard", given_names="Théodorine", profile=Profile.ELEVE, division="6A"),),
)  # fmt: skip


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ENT_TRIAGE_DATA", str(tmp_path))
    monkeypatch.setenv("ENT_TRIAGE_CONFIG", str(tmp_path / "config.toml"))
    return tmp_path


def completed(*words: str) -> list[tuple[str, str, str]]:
    """(type, value, help) of what follows."""
    *before, incomplete = words
    found = ShellComplete(main_group, {}, "ent-triage", VARIABLE).get_completions(before, incomplete)
    return [(one.type, one.value, one.help or "") for one in found]


def values(*words: str) -> list[str]:
    return [value for _, value, _ in completed(*words)]


def test_the_first_word_is_a_command_or_a_path(data: Path) -> None:
    assert set(values("")) == set(main_group.commands)
    assert values("ch") == ["check", "chercher"]
    assert completed("./ex") == [("file", "./ex", "")]
    assert completed(str(data), "ex") == [("file", "ex", "")]


@pytest.mark.parametrize(
    "words",
    [
        ("check", ""),
        ("match", "--against", ""),
        ("split", ""),
        ("split", "x", "--with", ""),
        ("annuaire", ""),
        ("suivre", ""),
        ("rediger", "a", "--joindre", ""),
        ("colonnes", ""),
        ("personne", "a", "--avec", ""),
    ],
)
def test_paths_are_left_to_the_shell(words: tuple[str, ...]) -> None:
    assert [kind for kind, _, _ in completed(*words)] == ["file"]


def test_codes_states_actors_and_orders_are_completed() -> None:
    assert values("explain", "prn-0")[0] == "PRN-01"
    assert all(help for _, _, help in completed("explain", "PRN"))
    assert values("etat", "abc", "en") == ["en-attente-de-l-etablissement", "envoye"]
    assert values("router", "abc", "--vers", "k") == ["KOSMOS"]
    assert values("check", "--trier", "c") == ["code", "classe"]


def test_incidents_are_completed_without_any_name(data: Path) -> None:
    assert values("dossier", "") == []
    assert not list(data.glob("*.sqlite"))
    store = Store.open(data / "ent-triage.sqlite")
    about = {"abc123": taken_up(INCIDENT, Route(first_actor=Actor.REF, recipient=Actor.INDEX))}
    cases.move(store, ["abc123"], "prêt", "claire", settings=Settings(), now=right_now(), about=about)
    assert completed("dossier", "AB") == [("plain", "abc123", "prêt PRN-01")]
    assert values("noter", "abc123", "") == ["abc123"]
    assert values("dossier", "z") == []
    (data / "ent-triage.sqlite").write_bytes(b"not a base")
    assert values("dossier", "") == []


def test_asking_for_completion_never_opens_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "bash_complete")
    monkeypatch.setenv("COMP_WORDS", "ent-triage ")
    monkeypatch.setenv("COMP_CWORD", "1")
    monkeypatch.setattr(sys, "argv", ["ent-triage"])
    monkeypatch.setattr("tui.opening.open_program", lambda *_: pytest.fail("the program was opened"))
    with pytest.raises(SystemExit):
        start.main()


@pytest.mark.skipif(not shutil.which("bash"), reason="no bash here")
def test_bash_completes(tmp_path: Path) -> None:
    command = tmp_path / "ent-triage"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m tui.start "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    script = (
        'eval "$(ent-triage completion bash)"\nCOMP_WORDS=(ent-triage explain PRN-0)\nCOMP_CWORD=2\n'
        '_ent_triage_completion ent-triage\nprintf "%s\\n" "${COMPREPLY[@]}"'
    )
    env = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    run = subprocess.run(["bash", "-c", script], capture_output=True, text=True, env=env, cwd=ROOT, check=False)
    assert "PRN-01" in run.stdout.splitlines(), run.stderr
