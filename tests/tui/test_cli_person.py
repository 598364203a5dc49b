"""The commands on one person: shown across all exports, given an account by decision, never by likeness."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from diagnostics.safety import Refusal
from tui.cli import main_group

ACCOUNTS = """Identifiant ENT;Login;Nom;Prénom;Profil;Date de naissance;Classe;UAI
AAA00001;h.brelle;BRELLE;Hélène;Élève;14/02/2013;6A;0123456S
AAA00002;f.cormet;CORMET;Faustine;Enseignant;04/05/1981;;0123456S
AAA00003;f.cormet2;CORMET;Faustine;Enseignant;09/11/1975;;0123456S
AAA00004;p.brelle;BRELLE;Paul;Parent;;;0123456S
"""
TEACHERS = "Nom;Prénom;Profil\nCORMET;Faustine;Enseignant\nLACOMBE;Odile;Enseignant\nLACOMBE;Odile;Enseignant\n"
PUPILS = "Nom;Prénom;Date de naissance;Classe;Profil\nBRELLE;Hélène;15/02/2013;6A;Élève\n"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ENT_TRIAGE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("ENT_TRIAGE_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.chdir(tmp_path)
    for name, text in (("ent.csv", ACCOUNTS), ("profs.csv", TEACHERS), ("eleves.csv", PUPILS)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def run(*arguments: str) -> Result:
    exports = ("--avec", "ent.csv", "--avec", "profs.csv", "--avec", "eleves.csv")
    result = CliRunner().invoke(main_group, [*arguments, *exports], standalone_mode=False)
    if result.exception and not isinstance(result.exception, Refusal):
        raise result.exception
    return result


def verdicts() -> dict[str, tuple[str, str]]:
    """« file:line » of each record → verdict, uid of its account."""
    paths = ("ent.csv", "profs.csv", "eleves.csv")
    output = CliRunner().invoke(main_group, ["match", *paths, "--json"], standalone_mode=False).output
    return {
        f"{link['record']['file']}:{link['record']['line']}": (
            link["verdict"], link["account"]["ids"]["uid"] if link["account"] else ""
        )
        for link in json.loads(output)["links"]
    }  # fmt: skip


def refusal(*arguments: str) -> str:
    result = run(*arguments)
    assert isinstance(result.exception, Refusal)
    return result.exception.reason


def test_a_person_is_shown_as_every_export_states_them(place: Path) -> None:
    told = run("personne", "brelle", "helene").output
    assert "ent.csv:2" in told
    assert "eleves.csv:2" in told
    (person,) = json.loads(run("personne", "brelle", "helene", "--json").output)["persons"]
    assert [(record["label"], record["birth_date"]) for record in person["records"]] == [
        ("ent.csv", "2013-02-14"), ("eleves.csv", "2013-02-15"),
    ]  # fmt: skip
    assert [value["value"] for one in person["contradictions"] for value in one["values"]] == [
        "2013-02-14", "2013-02-15",
    ]  # fmt: skip


def test_a_choice_between_namesakes_is_kept_and_undone(place: Path) -> None:
    assert verdicts()["profs.csv:2"] == ("review", "")
    assert "CORMET Faustine" in run("associer", "profs.csv:2", "aaa00003").output
    assert verdicts()["profs.csv:2"] == ("certain", "AAA00003")
    CliRunner().invoke(main_group, ["annuler"], standalone_mode=False)
    assert verdicts()["profs.csv:2"] == ("review", "")


def test_nobody_is_chosen_by_likeness(place: Path) -> None:
    assert "personne ne répond exactement" in refusal("associer", "cormett faustine", "AAA00002")
    assert "plusieurs personnes" in refusal("associer", "lacombe odile", "--aucun")
    assert "profs.csv:3" in refusal("associer", "lacombe odile", "--aucun")
    assert "aucun compte de l'ENT" in refusal("associer", "profs.csv:2", "AAA0000")
    assert verdicts()["profs.csv:2"] == ("review", "")


def test_an_account_of_another_profile_or_already_taken_wants_to_be_confirmed(place: Path) -> None:
    assert "compte d'un responsable" in refusal("associer", "profs.csv:2", "AAA00004")
    run("associer", "profs.csv:2", "AAA00002")
    assert "déjà celui de CORMET" in refusal("associer", "profs.csv:3", "AAA00002")
    assert run("associer", "profs.csv:3", "AAA00002", "--confirmer").return_value == 0


def test_a_decision_on_an_account_of_the_whole_ent_is_read_by_every_command(place: Path) -> None:
    far = "Identifiant ENT;Nom;Prénom;Profil;UAI\nBBB00009;LACOMBE;Odile;Enseignant;0999999Z\n"
    (place / "region.csv").write_text(far, encoding="utf-8")
    CliRunner().invoke(main_group, ["annuaire", "region.csv"], standalone_mode=False)
    run("associer", "profs.csv:3", "bbb00009")
    assert verdicts()["profs.csv:3"] == ("certain", "BBB00009")
