"""The agent's own files: recognised by content, measured, previewed, refused when they must not leave."""

from __future__ import annotations

import io
import os
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ticket_makers import PNG, SCREENSHOT

from diagnostics.model import Attachment
from diagnostics.safety import Refusal
from diagnostics.tickets import files

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(10) + b"\xff\xc0\x00\x11\x08\x01\x2c\x01\x90" + bytes(12) + b"\xff\xd9"
PHOTO = b"\xff\xd8\xff\xe1\x00\x0eExif\x00\x00" + bytes(6) + JPEG[2:]
PDF = b"%PDF-1.4\n1 0 obj<</Type /Pages/Kids[2 0 R 3 0 R]>>\n2 0 obj<</Type /Page>>\n3 0 obj<</Type/Page>>\n"
TABLE = "Nom;Prénom;Classe\nLUPIN;Rose;4A\nBALMAT;Théo;5B\n".encode()


def damaged_document() -> bytes:
    """A document whose only member no longer inflates."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", b"application/vnd.oasis.opendocument.text" * 3)
    content = bytearray(made.getvalue())
    start = 30 + len("mimetype")
    content[start : start + 8] = b"\xff" * 8
    return bytes(content)


def packed(**members: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/"), data)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "sort"),
    [
        (PNG, "image"),
        (JPEG, "image"),
        (b"GIF89a\x02\x00\x03\x00", "image"),
        (PDF, "pdf"),
        (TABLE, "tableau"),
        ("Erreur à 8h10\nligne deux\n".encode("cp1252"), "texte"),
        (b"<?xml version='1.0'?><BEE_ELEVES/>", "xml"),
        (b"\xef\xbb\xbf<ExportEmploiDuTemps>", "xml"),
        (b"<!DOCTYPE html><html><body>x", "texte"),
        (b"From: a@exemple.invalid\nSubject: x\n\nbonjour", "message"),
        (packed(fichier=b"x"), "archive"),
        (packed(word__document=b"x"), "document"),
        (packed(xl__workbook=b"x"), "tableau"),
        (packed(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "tableau"),
        ("Nom\tPrénom\nLUPIN\tRose\n".encode("utf-16"), "tableau"),
    ],
)
def test_a_file_is_recognised_by_what_it_holds(content: bytes, sort: str) -> None:
    assert files.recognise(content)[0] == sort


def test_the_name_tells_the_truth_about_the_content() -> None:
    assert files.attachment(PNG, "capture.pdf").name == "capture.png"
    assert files.attachment(JPEG, "photo.jpeg").name == "photo.jpeg"
    assert files.attachment(b"trace 1\ntrace 2\n", "serveur.log").name == "serveur.log"


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "C:\\temp\\a b.png", "nul\x00.png", "…", "", ".cachée", "a" * 300]
)
def test_a_name_cannot_leave_its_folder(name: str) -> None:
    safe = files.attachment(PNG, name).name
    assert safe == Path(safe).name
    assert "\\" not in safe
    assert not safe.startswith(".")
    assert 4 < len(safe) <= 90


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "vide"),
        (b"MZ\x90\x00" + bytes(60), "programme"),
        (b"#!/bin/sh\nrm x\n", "programme"),
        (b"PK\x03\x04broken", "abîmée"),
        (damaged_document(), "abîmée"),
        (bytes(range(256)) * 4, "pas reconnu"),
    ],
)
def test_what_no_support_can_use_is_refused_with_the_name(content: bytes, said: str) -> None:
    with pytest.raises(Refusal, match=r"x\.bin") as caught:
        files.attachment(content, "x.bin")
    assert said in caught.value.reason


@pytest.mark.parametrize("title", ["Mot de passe", "mdp", "MOT DE PASSE PROVISOIRE", "Code d'activation"])
def test_a_table_with_passwords_is_refused(title: str) -> None:
    table = f"Nom;Prénom;{title}\nLUPIN;Rose;azerty12\n".encode()
    with pytest.raises(Refusal, match="mots de passe"):
        files.attachment(table, "comptes.csv")


def test_a_file_too_big_for_a_mailbox_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_SIZE", 10)
    (tmp_path / "gros.txt").write_text("x" * 11)
    with pytest.raises(Refusal, match="la limite est"):
        files.attach(tmp_path / "gros.txt")


def test_what_is_no_plain_file_is_refused_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "tube")
    for path in (tmp_path / "tube", Path("/dev/zero")):
        with pytest.raises(Refusal, match="ce n'est pas un fichier"):
            files.attach(path)
    with pytest.raises(Refusal, match="illisible"):
        files.attach(tmp_path)


def test_a_missing_file_is_said_without_a_trace(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="illisible"):
        files.attach(tmp_path / "absent.png")


def test_the_preview_of_an_image_gives_its_size_and_dimensions() -> None:
    assert files.preview(SCREENSHOT).startswith("ecran.png : image,")
    assert "1280 × 720 points" in files.preview(SCREENSHOT)
    assert "400 × 300 points" in files.preview(files.attachment(JPEG, "a.jpg"))


def test_a_photo_that_may_tell_the_place_is_pointed_out() -> None:
    assert "données cachées" in files.preview(files.attachment(PHOTO, "photo.jpg"))
    assert "données cachées" not in files.preview(files.attachment(JPEG, "photo.jpg"))


def test_the_preview_of_a_pdf_counts_its_pages() -> None:
    assert "2 pages" in files.preview(files.attachment(PDF, "a.pdf"))


def test_the_preview_of_a_text_shows_its_first_lines_harmless() -> None:
    shown = files.preview(files.attachment(b"un\x1b]52;c;AAAA\x07\n" + b"ligne\n" * 100, "a.txt"))
    assert "\x1b" not in shown
    assert "un·" in shown
    assert len(shown.splitlines()) < 50
    assert shown.endswith("…")


def test_the_preview_of_an_archive_lists_its_members() -> None:
    assert "- donnees/eleves.xml (3 octets)" in files.preview(
        files.attachment(packed(**{"donnees__eleves.xml": b"abc"}), "a.zip")
    )


@pytest.mark.parametrize(("size", "label"), [(512, "512 octets"), (12 * 1024, "12 Ko"), (3_565_158, "3,4 Mo")])
def test_sizes_are_told_in_french(size: int, label: str) -> None:
    assert files.size_label(size) == label


def test_dimensions_of_other_images() -> None:
    assert files.dimensions(b"BM" + bytes(16) + struct.pack("<ii", 640, -480)) == (640, 480)
    assert files.dimensions(b"RIFF\x00\x00\x00\x00WEBPVP8X" + bytes(8) + b"\x7f\x02\x00\xdf\x01\x00") == (640, 480)
    assert files.dimensions(b"\x89PNG\r\n") == (0, 0)


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=200), st.sampled_from([b"", PNG[:8], b"\xff\xd8\xff", b"PK\x03\x04", b"%PDF", b"BM", b"RIFF"])
)
def test_no_content_makes_the_preview_fail(tail: bytes, head: bytes) -> None:
    files.preview(Attachment(name="x", content=head + tail, media_type="application/octet-stream", about=""))
