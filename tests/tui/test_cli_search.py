"""The commands on the directory of a whole ENT."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tui.cli import main_group, run_guarded

ACCOUNTS = """Identifiant ENT;Login;Nom;Prénom;Profil;Date de naissance;Classe;UAI
AAA00001;helene.brelle;BRELLE;Hélène;Élève;14/02/2013;6A;0123456S
AAA00002;f.cormet;CORMET;Faustine;Enseignant;04/05/1981;;0123456S
"""
TEACHERS = "Nom;Prénom;Date de naissance;Profil\nCORMET;Faustinne;04/05/1981;Enseignant\nNOVELLE;Aubin;;Enseignant\n"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ENT_TRIAGE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("ENT_TRIAGE_CONFIG", str(tmp_path / "config.toml"))
    (tmp_path / "ent.csv").write_text(ACCOUNTS, encoding="utf-8")
    (tmp_path / "profs.csv").write_text(TEACHERS, encoding="utf-8")
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main_group, arguments, standalone_mode=False)


def test_a_directory_is_built_searched_and_purged(place: Path) -> None:
    assert "Aucun annuaire" in run("annuaire").output
    built = run("annuaire", str(place / "ent.csv"))
    assert (built.return_value, "2 comptes de 1 fichier" in built.output) == (0, True)
    assert stat.S_IMODE((place / "data" / "annuaire").stat().st_mode) == 0o700
    assert "2 comptes, fait le" in run("annuaire").output
    found = json.loads(run("chercher", "brel", "Helene", "2013", "--json").output)["accounts"]
    assert [account["ids"]["uid"] for account in found] == ["AAA00001"]
    assert "né(e) le 14/02/2013, classe 6A" in run("chercher", "14/02/2013").output
    assert json.loads(run("purge", "--json").output)["directories"] == 0
    (place / "config.toml").write_text("[retention]\ndirectory = 0\n")
    assert json.loads(run("purge", "--dry-run", "--json").output)["directories"] == 1
    assert json.loads(run("purge", "--json").output)["directories"] == 1
    assert not (place / "data" / "annuaire").exists()


def test_who_is_unknown_is_found_in_the_whole_ent(place: Path) -> None:
    run("annuaire", str(place / "ent.csv"))
    shown = run("retrouver", str(place / "profs.csv")).output
    assert "CORMET Faustine  AAA00002" in shown
    links = json.loads(run("retrouver", str(place / "profs.csv"), "--json").output)["links"]
    assert [link["verdict"] for link in links] == ["review", "absent"]
    assert links[0]["candidates"][0]["account"]["ids"]["uid"] == "AAA00002"


def test_without_directory_or_accounts_one_is_told_what_to_do(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def code(*arguments: str) -> int:
        return run_guarded(lambda: main_group.main(list(arguments), standalone_mode=False))

    assert code("chercher", "brelle") == 3
    assert "« ent-triage annuaire FICHIER… »" in capsys.readouterr().err
    assert code("annuaire", str(place / "profs.csv")) == 3
    assert "Aucun compte de l’ENT dans ces fichiers" in capsys.readouterr().err
    assert code("annuaire", "--oublier") == 0
