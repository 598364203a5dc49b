"""Files whose columns nobody could guess, opened again to be named."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from diagnostics import load
from diagnostics.safety import Refusal

TABLE = "Patro;Petit nom;Truc\nTESTARD;Zoé;x1\nESSAI;Luc;y2\n"


def test_a_refused_table_is_opened_again_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "liste.csv"
    path.write_text(TABLE, encoding="utf-8")
    (refused,) = load.load([path]).refused
    assert load.can_be_named(refused)
    table = load.unmapped(path)
    assert table is not None
    names = {table.signature: {"Patro": "nom", "Petit nom": "prenom", "Truc": "ignorer"}}
    assert load.unmapped(path, mapping=names) is None
    assert load.load([path], mapping=names).exports[0].records_kept == 2


def test_a_member_of_an_archive_is_opened_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "envoi.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", "Nom;Prénom;Classe\nTESTARD;Zoé;5A\n")
        archive.writestr("b.csv", "Nom;Prénom;Truc\nTESTARD;Zoé;x\n")
        archive.writestr("c.csv", TABLE)
    for member, columns in (("", ("Nom", "Prénom", "Truc")), ("c.csv", ("Patro", "Petit nom", "Truc"))):
        table = load.unmapped(path, member=member)
        assert table is not None
        assert table.columns == columns
    assert load.unmapped(path, member="a.csv") is None


def test_a_pasted_table_can_be_named_too() -> None:
    table = load.unmapped_text(TABLE, "collé 1")
    assert table is not None
    assert table.needed


def test_what_is_no_table_has_nothing_to_name(tmp_path: Path) -> None:
    xml, picture = tmp_path / "a.xml", tmp_path / "a.png"
    xml.write_text("<racine><a>1;2;3</a></racine>", encoding="utf-8")
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    assert load.unmapped(xml) is None
    assert load.unmapped_text("Bonjour, mon fils ne peut plus se connecter.", "collé 1") is None
    with pytest.raises(Refusal):
        load.unmapped(picture)
    with pytest.raises(Refusal, match="introuvable"):
        load.unmapped(tmp_path / "rien.csv")
