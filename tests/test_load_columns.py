"""Files whose columns nobody could guess, opened again to be named."""

from __future__ import annotations

import os
import sys
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


BARE = "TESTARD;Zoé;12/03/2013\nESSAI;Luc;13/04/2012\nFICTIF;Ida;01/02/2013\n"


def named(text: str, names: tuple[str, ...]) -> dict[str, dict[str, str]]:
    table = load.unmapped_text(text, "collé 1")
    assert table is not None
    assert len(table.columns) == len(names)
    return {table.signature: dict(zip(table.columns, names, strict=True))}


def test_columns_named_for_a_table_without_header_are_not_those_of_another() -> None:
    names = named(BARE, ("nom", "prenom", "date_naissance"))
    later = "AUTRE;Théo;03/05/2014\nNOUVEL-ESSAI;Anaïs;06/07/2012\n"
    assert load.load_text(later, "collé 1", mapping=names).exports[0].records[0].birth_date == "2014-05-03"
    for other in ("5A;TESTARD;Zoé\n5B;ESSAI;Luc\n", "TESTARD;Zoé;zoe@exemple.invalid\nESSAI;Luc;luc@exemple.invalid\n"):
        assert not load.load_text(other, "collé 1", mapping=names).exports


@pytest.mark.parametrize(
    "text",
    [
        "Patro;Petit nom;Couleur\nTESTARD;Zoé;rouge\nESSAI;Luc;vert\n",
        "Patro;Petit nom\nTESTARD;Zoé\nESSAI;Luc\n",
        "Patro\tPetit nom\nTESTARD\tZoé\n",
        "Blaze,Petit\nTESTARD,Zoé\nESSAI,Luc\n",
    ],
)
def test_titles_are_titles_though_none_is_known(text: str) -> None:
    header = tuple(text.split("\n")[0].replace(",", ";").replace("\t", ";").split(";"))
    table = load.unmapped_text(text, "collé 1")
    assert table is not None
    if len(text.split("\n")) > 3:
        assert (table.line, table.columns) == (1, header)
    (refused,) = load.load_text(text, "collé 1").refused
    assert load.can_be_named(refused)


def test_two_pieces_of_a_sentence_are_no_columns(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Zoé TESTARD; Luc ESSAI\nIls sont en 5A; ils n'ont rien reçu.\n", encoding="utf-8")
    assert load.load([tmp_path]).messages


@pytest.mark.skipif(sys.platform == "darwin", reason="names are UTF-8 there")
@pytest.mark.parametrize("name", [b"\xe9l\xe8ves\x1b[2J.csv", b"a\nb.csv", b"dossier\xff/a\t.csv"])
def test_a_file_is_opened_again_by_the_name_that_was_displayed(tmp_path: Path, name: bytes) -> None:
    path = tmp_path / os.fsdecode(name)
    path.parent.mkdir(exist_ok=True)
    path.write_text("Nom;Prénom;Truc\nTESTARD;Zoé;x\n", encoding="utf-8")
    (export,) = load.load([tmp_path]).exports
    assert export.file.isprintable()
    assert load.unmapped(export.file) is not None


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
