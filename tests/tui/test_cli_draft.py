"""The command on the ticket of one incident: what an agent types in it is kept, judged, written, and undone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from diagnostics.safety import Refusal
from diagnostics.store import Store, leases
from tui.cli import main_group

PUPILS = "Nom;Prénom;Date de naissance;Classe;Profil\nVAUGRENARD;Maëlle;14/02/2013;6A;Élève\n"
MESSAGE = "Bonjour,\nMaëlle Vaugrenard (6A) n'arrive pas à ouvrir Pronote depuis l'ENT.\nMerci"
TYPED = "Bonjour,\n\nMaëlle VAUGRENARD, élève, 6A, n'ouvre pas Pronote depuis l'ENT.\n\nCordialement,\n"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ENT_TRIAGE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("ENT_TRIAGE_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "eleves.csv").write_text(PUPILS, encoding="utf-8")
    (tmp_path / "message.txt").write_text(MESSAGE, encoding="utf-8")
    return tmp_path


def run(*arguments: str, text: str = "") -> Result:
    result = CliRunner().invoke(main_group, arguments, input=text, standalone_mode=False)
    if result.exception and not isinstance(result.exception, Refusal):
        raise result.exception
    return result


def incident() -> str:
    (case,) = json.loads(run("suivre", "message.txt", "--avec", "eleves.csv", "--json").output)["cases"]
    return str(case["incidents"][0]["incident"])


def ticket(wanted: str, *change: str, text: str = "") -> dict[str, Any]:
    found = json.loads(
        run("rediger", wanted, *change, "--avec", "message.txt", "--avec", "eleves.csv", "--json", text=text).stdout
    )
    assert isinstance(found, dict)
    return found


def test_what_is_typed_in_a_ticket_is_kept_and_taken_back(place: Path) -> None:
    wanted = incident()
    first = ticket(wanted)
    asked = next(field["name"] for field in first["fields"] if not field["value"])
    (place / "capture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    ticket(wanted, "--objet", "[Pronote] accès impossible", "--texte", "-", text=TYPED)
    ticket(wanted, "--champ", f"{asked}= oui = vu ", "--joindre", "capture.png")
    found = ticket(wanted)
    assert (found["subject"], found["body"]) == ("[Pronote] accès impossible", TYPED.strip())
    assert next(field["value"] for field in found["fields"] if field["name"] == asked) == "oui = vu"
    assert "capture.png" in found["attachments"]
    for _ in range(3):
        run("annuler")
    assert ticket(wanted) == first


def test_the_ticket_is_shown_with_its_rules_and_written(place: Path) -> None:
    wanted = incident()
    shown = run("rediger", wanted[:6], "--avec", "message.txt", "--avec", "eleves.csv", "--out", "sortie")
    assert "Règle 4" in shown.output
    assert "Champ " in shown.output
    (folder,) = (place / "sortie").iterdir()
    assert (folder / "ticket.eml").exists()


def test_a_ticket_that_left_is_quoted_by_its_reminder(place: Path) -> None:
    wanted = incident()
    ticket(wanted, "--objet", "[Pronote] accès impossible", "--texte", "-", "--transmis", text=TYPED)
    assert f"{wanted}  envoyé" in run("dossier").output
    assert "n'ouvre pas Pronote depuis l'ENT." in run("relance", wanted).output


def test_a_ticket_that_cannot_be_changed_says_why(place: Path) -> None:
    wanted = incident()
    exports = ("--avec", "message.txt", "--avec", "eleves.csv")
    store = Store.open(place / "data" / "ent-triage.sqlite")
    leases.take(store, leases.of_ticket(wanted), "paul")
    for arguments, told in (
        (("rediger", wanted, *exports, "--champ", "inconnu=x"), "Champs de ce ticket"),
        (("rediger", wanted, *exports, "--objet", "x"), "paul"),
        (("rediger", wanted, "--avec", "eleves.csv"), "ses exports ne sont pas là"),
        (("rediger", "zzz", *exports), "aucun dossier"),
    ):
        result = run(*arguments)
        assert isinstance(result.exception, Refusal)
        assert told in result.exception.reason
    assert not store.tickets()
