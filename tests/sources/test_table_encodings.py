"""Encodings, separators and sizes: what the bytes say is what is read."""

from __future__ import annotations

import csv
import io

import pytest
from tabular import notes, only, people, read, source

from diagnostics import safety
from diagnostics.sources import encoding

ENCODINGS = ("utf-8", "utf-8-sig", "cp1252", "iso8859-1", "iso8859-15", "utf-16-le-bom", "utf-16-be-bom")
SEPARATORS = (";", ",", "\t", "|")


def encoded(text: str, name: str) -> bytes:
    if name.endswith("-bom"):
        return ("\ufeff" + text).encode(name.removesuffix("-bom"))
    if name == "iso8859-1":  # this alphabet has no œ: French software writes « oe »
        text = text.replace("Œ", "OE").replace("œ", "oe")
    return text.encode(name)


def table(count: int, separator: str) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=separator, lineterminator="\r\n")
    writer.writerow(["Nom", "Prénom", "Né(e) le", "Classe"])
    writer.writerows(people(count))
    return buffer.getvalue()


@pytest.mark.parametrize("rows", [3, 30, 3000])
@pytest.mark.parametrize("separator", SEPARATORS)
@pytest.mark.parametrize("name", ENCODINGS)
def test_every_value_is_right_in_every_encoding_with_every_separator(name: str, separator: str, rows: int) -> None:
    export = read(encoded(table(rows, separator), name))
    expected = [
        tuple(v.replace("Œ", "OE").replace("œ", "oe") if name == "iso8859-1" else v for v in row)
        for row in people(rows)
    ]
    assert [(r.surname, r.given_names, r.birth_date, r.division) for r in export.records] == [
        (surname, given, "-".join(reversed(born.split("/"))), division) for surname, given, born, division in expected
    ]
    assert [r.origin.line for r in export.records] == list(range(2, rows + 2))
    assert (export.records_read, export.records_kept) == (rows, rows)


@pytest.mark.parametrize(
    ("name", "label"),
    [("utf-8", "UTF-8"), ("cp1252", "Windows-1252"), ("iso8859-15", "ISO-8859-15"), ("mac_roman", "Mac Roman")],
)
def test_the_encoding_is_named(name: str, label: str) -> None:
    assert read("Nom;Prénom\nLE CŒUR;Maëlle\nGARÇON;Zoé\n".encode(name)).encoding == label


def test_typographic_apostrophes_tell_windows_1252() -> None:
    export = read("Nom;Prénom\nD’ÉPREUVE;Zoé\n".encode("cp1252"))
    assert (export.encoding, only(export).surname) == ("Windows-1252", "D’ÉPREUVE")


def test_an_accent_far_down_the_file_is_still_read() -> None:
    rows = "".join(f"TESTARD;Paul;{i}\n" for i in range(20_000))
    export = read(("Nom;Prenom;Code postal\n" + rows + "GARÇON;Zoé;31000\n").encode("cp1252"))
    assert export.records[-1].surname == "GARÇON"


@pytest.mark.parametrize("order", ["le", "be"])
def test_utf16_without_mark_is_told_by_its_nul_bytes(order: str) -> None:
    export = read("Nom;Prénom\nGARÇON;Zoé\n".encode(f"utf-16-{order}"))
    assert only(export).surname == "GARÇON"


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r", "\r\r\n"])
def test_every_end_of_line_gives_the_same_rows_and_lines(ending: str) -> None:
    export = read(ending.join(["Nom;Prénom", "TESTARD;Aurèle", "GARÇON;Zoé", ""]))
    assert [(r.surname, r.origin.line) for r in export.records] == [("TESTARD", 2), ("GARÇON", 3)]


def test_lines_of_another_encoding_inside_utf8_are_read_and_said() -> None:
    good = "".join(f"GARÇON;Zoé {chr(65 + i)}\n" for i in range(10)).encode()
    export = read("Nom;Prénom\n".encode() + good + "NOËL;Jérôme\n".encode("cp1252"))
    assert export.records[-1].given_names == "Jérôme"
    assert any("Deux encodages" in text for text in notes(export, "encodage"))
    assert export.encoding == "UTF-8 et Windows-1252 mêlés"


def test_a_damaged_name_in_an_8_bit_file_is_no_mix_of_encodings() -> None:
    rows = "".join(f"GARÇON;Zoé {chr(65 + i)}\n" for i in range(10))
    export = read(("Nom;Prénom\n" + rows + "NOËL;JÃ©rÃ´me\n").encode("cp1252"))
    assert (export.encoding, export.records[-1].given_names) == ("Windows-1252", "JÃ©rÃ´me")


def test_a_file_that_is_mojibake_is_repaired_and_its_cause_said() -> None:
    damaged = table(30, ";").encode().decode("cp1252", "replace")
    if "\ufffd" in damaged:
        damaged = table(30, ";").encode().decode("latin-1")
    export = read(damaged.encode())
    assert [(r.surname, r.given_names) for r in export.records] == [row[:2] for row in people(30)]
    assert any("ouvert comme du Windows-1252" in text for text in notes(export, "encodage"))


@pytest.mark.parametrize(("codec", "cause"), [("mac_roman", "Mac Roman"), ("cp850", "DOS")])
def test_the_cause_of_mojibake_is_told_apart(codec: str, cause: str) -> None:
    damaged = "Nom;Prénom\nNOËL;Zoé\nFORÊT;Jérôme\n".encode().decode(codec)
    export = read(damaged.encode())
    assert export.records[1].given_names == "Jérôme"
    assert any(cause in text for text in notes(export, "encodage"))


def test_one_damaged_name_in_a_sound_file_is_left_for_evidence() -> None:
    rows = "".join(f"GARÇON;Zoé {chr(65 + i)}\n" for i in range(10))
    export = read("Nom;Prénom\n" + rows + "NOËL;JÃ©rÃ´me\n")
    assert export.records[-1].given_names == "JÃ©rÃ´me"
    assert any("logiciel d'où vient l'export" in text for text in notes(export, "encodage"))


def test_lost_accents_are_said_to_be_lost() -> None:
    export = read("Nom;Prénom\nGAR\ufffdON;Zo\ufffd\n")
    assert any("perdus" in text for text in notes(export, "encodage"))


def test_a_portuguese_name_is_not_taken_for_mojibake() -> None:
    assert only(read("Nom;Prénom\nFICTIÇÃO;João\n")).surname == "FICTIÇÃO"


def test_binary_content_is_refused() -> None:
    with pytest.raises(safety.Refusal, match="binaire"):
        read(bytes(range(256)) * 50)


def test_a_file_that_changes_while_it_is_read_is_refused() -> None:
    contents = [b"Nom;Prenom\nTESTARD;Paul\n", b"Nom;Prenom\nTESTARD;Jean\n"]
    first = source(contents[0])
    opened = iter([*contents, contents[1], contents[1]])
    changing = type(first)(
        file="a.csv", member="", size=first.size, modified="", head=first.head, open=lambda: io.BytesIO(next(opened))
    )
    scanned = encoding.scan(changing)
    with pytest.raises(safety.Refusal, match="changé"):
        list(encoding.lines(changing, scanned, encoding.Damage()))


def test_one_spoilt_byte_does_not_change_the_accents_of_its_line() -> None:
    rows = "".join(f"GARÇON-{letter};Zoé;5A\n" for letter in "ABCDEFGH")
    content = f"Nom;Prénom;Classe\n{rows}DEMBÉLÉ;J#rôme;5A\n".encode().replace(b"#", b"\x8e")
    last = read(content).records[-1]
    assert last.surname == "DEMBÉLÉ"
    assert last.given_names.endswith("rôme")
