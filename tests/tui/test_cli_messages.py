"""The commands on messages: followed as an agent cut them, each change undone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from diagnostics.safety import Refusal
from tui.cli import main_group

TEXT = """Bonjour,
Maëlle Vaugrenard (6A) n'arrive pas à ouvrir Pronote depuis l'ENT.
Le compte EduConnect de son père, Odilon Vaugrenard, est bloqué.
Merci"""
ACCOUNTS = """Identifiant ENT;Nom;Prénom;Profil;Classe;UAI
AAA00001;VAUGRENARD;Maëlle;Élève;6A;0123456S
AAA00002;VAUGRENARD;Odilon;Parent;;0123456S
AAA00003;LACOMBE;Odile;Parent;;0123456S
AAA00004;LACOMBE;Odile;Parent;;0123456S
"""


@pytest.fixture
def message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("ENT_TRIAGE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("ENT_TRIAGE_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ent.csv").write_text(ACCOUNTS, encoding="utf-8")
    (tmp_path / "message.txt").write_text(TEXT, encoding="utf-8")
    return "message.txt"


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(main_group, arguments, standalone_mode=False)
    if result.exception and not isinstance(result.exception, Refusal):
        raise result.exception
    return result


def cut(message: str, *change: str) -> list[dict[str, Any]]:
    found = json.loads(run("decouper", message, *change, "--avec", "ent.csv", "--json").output)["incidents"]
    assert isinstance(found, list)
    return found


def names(incident: dict[str, Any]) -> list[str]:
    return [person["given_names"] for person in incident["persons"]]


def test_what_an_agent_cut_stays_cut_for_every_command_until_undone(message: str) -> None:
    assert len(cut(message)) == 2
    (whole,) = cut(message, "1", "--reunir")
    assert [whole["id"]] == [one["id"] for one in cut(message)]
    followed = json.loads(run("suivre", message, "--json").output)["cases"][0]["incidents"]
    assert [one["incident"] for one in followed] == [whole["id"]]
    tickets = json.loads(run("tickets", message, "ent.csv", "--out", "sortie", "--json").output)["tickets"]
    assert [one["category"] for one in tickets] == [whole["category"]]
    _, second = cut(message, "1", "--couper", "Le compte EduConnect")
    assert second["text"].startswith("Le compte EduConnect")
    run("annuler")
    assert [one["id"] for one in cut(message)] == [whole["id"]]
    run("annuler")
    assert len(cut(message)) == 2


def test_a_category_and_the_persons_are_changed(message: str) -> None:
    first, _ = cut(message, "1", "--categorie", "cdt-01")
    assert first["category"] == "CDT-01"
    first, _ = cut(message, "1", "--ajouter", "ent.csv:5")
    assert names(first) == ["Maëlle", "Odile"]
    first, _ = cut(message, "1", "--retirer", "maelle vaugrenard")
    assert names(first) == ["Odile"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("3", "--reunir"), "n'en a que 2"),
        (("1", "--couper", "introuvable"), "n'y sont pas"),
        (("1", "--couper", "e"), "plusieurs fois"),
        (("1", "--ajouter", "lacombe odile"), "plusieurs personnes"),
        (("1", "--ajouter", "lacomb odil"), "exactement"),
        (("1", "--retirer", "odile"), "personne n'a ce nom"),
        (("1", "--categorie", "XXX-99"), "XXX-99"),
    ],
)
def test_a_change_that_says_too_little_changes_nothing(message: str, change: tuple[str, ...], told: str) -> None:
    result = run("decouper", message, *change, "--avec", "ent.csv")
    assert isinstance(result.exception, Refusal)
    assert told in result.exception.reason
    assert "Aucun incident" in run("dossier").output
