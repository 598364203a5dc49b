"""What leaves the machine: whole or not at all, never in place of something else, readable by its owner only."""

from __future__ import annotations

import errno
import io
import os
import stat
import zipfile
from datetime import timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import msgspec
import pytest
from ticket_makers import ALL, NOW, REJECTED, SCREENSHOT, SETTINGS, evidence, incident, person, route, ticket

from diagnostics.model import Actor, Attachment, Ticket
from diagnostics.safety import Refusal
from diagnostics.tickets import bundle
from diagnostics.tickets import draft as draft_ticket


def draft(**changes: object) -> Ticket:
    about = incident(
        "ANN-04",
        "Le compte de DIMITRIADIS Chris est rejeté",
        persons=[person(REJECTED)],
        proof=[evidence(REJECTED, "Motif", REJECTED.extra["reason"])],
    )
    made = ticket(about, route(Actor.KOSMOS, Actor.KOSMOS), ALL, files=[SCREENSHOT])
    return msgspec.structs.replace(made, **changes)


def parsed(one: Ticket) -> EmailMessage:
    message = message_from_bytes(bundle.eml(one), policy=default)
    assert isinstance(message, EmailMessage)
    return message


def test_a_ticket_is_a_folder_of_its_own(tmp_path: Path) -> None:
    (folder,) = bundle.write([draft()], tmp_path / "sortie", html=True)
    found = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    assert found == ["pieces/csv_rejet.csv", "pieces/ecran.png", "ticket.eml", "ticket.html", "ticket.txt"]
    assert folder.name.startswith("01_KOSMOS_ANN-04_T-")


def test_only_the_owner_can_read_what_is_written(tmp_path: Path) -> None:
    (folder,) = bundle.write([draft()], tmp_path / "sortie", zip=True)
    for path in [folder, *folder.rglob("*"), folder.with_name(folder.name + ".zip")]:
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600)


def test_a_disk_without_links_gets_its_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    for _ in range(2):
        (folder,) = bundle.write([draft()], tmp_path / "cle", zip=True)
    assert sorted(path.name for path in folder.parent.iterdir()) == [folder.name, f"{folder.name}.zip"]
    assert zipfile.ZipFile(folder.with_name(f"{folder.name}.zip")).testzip() is None


def test_an_anomaly_drafted_again_later_makes_no_copy(tmp_path: Path) -> None:
    about = incident("ANN-01", persons=[person(REJECTED)], proof=[evidence(REJECTED, "Motif", "")])
    to_dsi = route(Actor.DSI, Actor.DSI)
    for now in (NOW, NOW + timedelta(days=1, minutes=9)):
        (folder,) = bundle.write([draft_ticket(about, to_dsi, exports=ALL, settings=SETTINGS, now=now)], tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]


def test_folders_come_in_the_order_of_the_tickets(tmp_path: Path) -> None:
    folders = bundle.write([draft(id="T-BBB"), draft(id="T-AAA")], tmp_path)
    assert [folder.name[:2] for folder in folders] == ["01", "02"]
    assert "T-BBB" in folders[0].name


def test_writing_the_same_again_changes_nothing(tmp_path: Path) -> None:
    first = bundle.write([draft()], tmp_path, zip=True)
    assert bundle.write([draft()], tmp_path, zip=True) == first
    assert len(list(tmp_path.iterdir())) == 2


def test_an_edited_ticket_is_never_written_over(tmp_path: Path) -> None:
    (first,) = bundle.write([draft()], tmp_path, zip=True)
    (first / "ticket.txt").write_text("corrigé par l'agent", encoding="utf-8")
    (second,) = bundle.write([draft()], tmp_path, zip=True)
    assert second.name == f"{first.name}-2"
    assert (first / "ticket.txt").read_text(encoding="utf-8") == "corrigé par l'agent"


def test_a_stranger_in_the_place_of_the_folder_is_left_alone(tmp_path: Path) -> None:
    (first,) = bundle.write([draft()], tmp_path / "essai")
    trap = tmp_path / "sortie" / first.name
    trap.parent.mkdir()
    trap.symlink_to(tmp_path)
    (second,) = bundle.write([draft()], tmp_path / "sortie")
    assert second.name == f"{first.name}-2"
    assert trap.is_symlink()


def test_a_file_in_place_of_the_output_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "sortie").write_text("x")
    with pytest.raises(Refusal, match="c'est un fichier"):
        bundle.write([draft()], tmp_path / "sortie")
    with pytest.raises(Refusal, match="passe par un fichier"):
        bundle.write([draft()], tmp_path / "sortie" / "dedans")


def test_a_read_only_folder_is_said(mere_folder: Path) -> None:
    mere_folder.chmod(0o500)
    with pytest.raises(Refusal, match="pas le droit d'écrire"):
        bundle.write([draft()], mere_folder)


@pytest.mark.parametrize(
    ("number", "said"),
    [(28, "le disque est plein"), (13, "pas le droit d'écrire"), (36, "trop long"), (5, "impossible")],
)
def test_a_failure_in_the_middle_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, said: str
) -> None:
    def fail(path: Path, content: bytes) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(bundle, "_write_file", fail)
    with pytest.raises(Refusal, match=said):
        bundle.write([draft()], tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_program_left_half_written_is_removed_by_the_next_one(tmp_path: Path) -> None:
    old, recent = tmp_path / ".ent-triage-abcd1234", tmp_path / ".ent-triage-efgh5678"
    stranger, archive = tmp_path / ".ent-triage-notes", tmp_path / ".ent-triage-zip_0000"
    for folder in (old, recent, stranger):
        (folder / "pieces").mkdir(parents=True)
        (folder / "ticket.txt").write_text("AMARANTE Lise", encoding="utf-8")
    archive.write_bytes(b"PK")
    for path in (old, stranger, archive):
        os.utime(path, (0, 0))
    bundle.write([draft()], tmp_path)
    assert not old.exists()
    assert not archive.exists()
    assert (recent / "ticket.txt").exists()
    assert (stranger / "ticket.txt").exists()


def test_the_draft_mail_is_unsent_and_holds_the_ticket_and_its_attachments() -> None:
    message = parsed(draft())
    assert message["X-Unsent"] == "1"
    assert message["To"] == "support@exemple.invalid"
    assert message["Subject"] == "[Annuaire ENT] compte rejeté à l'alimentation — enseignant"
    body = message.get_body(("plain",))
    assert body is not None
    assert "DIMITRIADIS Chris" in body.get_content()
    assert [part.get_filename() for part in message.iter_attachments()] == ["csv_rejet.csv", "ecran.png"]
    assert [part.get_content_type() for part in message.iter_attachments()] == ["text/csv", "image/png"]
    assert next(message.iter_attachments()).get_payload(decode=True) == draft().attachments[0].content


def test_the_draft_mail_is_the_same_twice_and_has_mail_line_ends() -> None:
    content = bundle.eml(draft())
    assert content == bundle.eml(draft())
    assert b"\n" not in content.replace(b"\r\n", b"")


def test_data_cannot_add_a_header_to_the_mail() -> None:
    message = parsed(
        draft(
            subject="compte\r\nBcc: pirate@exemple.invalid",
            fields={"mail_to": "a@exemple.invalid\nBcc: pirate@exemple.invalid", "mail_from": "pas une adresse"},
        )
    )
    assert message["Bcc"] is None
    assert message["From"] is None


def test_a_mail_attached_to_a_ticket_travels_as_it_is() -> None:
    inner = Attachment(name="recu.eml", content=b"From: x\r\n\r\ny\xff", media_type="message/rfc822", about="courriel")
    message = parsed(draft(attachments=(inner,)))
    assert next(message.iter_attachments()).get_payload(decode=True) == inner.content


def test_the_text_says_first_what_is_left_to_do() -> None:
    text = bundle.text(draft(missing=("Pièce à joindre : copie d'écran.",)))
    assert text.index("À FAIRE AVANT D'ENVOYER") < text.index("Bonjour")
    assert "À FAIRE" not in bundle.text(draft())
    assert "À FAIRE" not in parsed(draft(missing=("Pièce",))).get_body(("plain",)).get_content()


def test_the_page_to_print_runs_nothing() -> None:
    page = bundle.page(draft(body="<script>alert(1)</script>", subject="<b>x</b>"))
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "<b>x" not in page


def test_the_archive_holds_the_folder_and_is_the_same_twice(tmp_path: Path) -> None:
    (folder,) = bundle.write([draft()], tmp_path, zip=True)
    content = folder.with_name(folder.name + ".zip").read_bytes()
    assert content == bundle.archive(bundle.contents(draft()), folder.name)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        assert f"{folder.name}/pieces/ecran.png" in archive.namelist()


def test_two_attachments_never_share_a_file(tmp_path: Path) -> None:
    two = (SCREENSHOT, msgspec.structs.replace(SCREENSHOT, name="écran.png/../ecran.png"))
    (folder,) = bundle.write([draft(attachments=two)], tmp_path)
    assert len(list((folder / "pieces").iterdir())) == 2


@pytest.mark.parametrize(
    "subject",
    [
        "[SIECLE] à corriger : responsable en charge à déclarer — 2 personnes, 305",
        "[Annuaire ENT] compte rejeté à l'alimentation — élève, 6ᵉA",
        "sans accent",
        "é" * 80,
    ],
)
def test_a_subject_comes_back_with_every_space(subject: str) -> None:
    content = bundle.eml(draft(subject=subject))
    assert str(make_header(decode_header(message_from_bytes(content)["Subject"]))) == subject
    assert parsed(draft(subject=subject))["Subject"] == subject


def test_a_draft_is_written_as_mailers_read_it() -> None:
    name = f"relevé {'très ' * 12}long.csv"
    file = Attachment(name=name, content=b"a;b\n", media_type="text/csv", about="relevé")
    body = "Bonjour,\n" + "é" * 3000 + "\nFrom ici\n.\nfin\n"
    one = draft(body=body, attachments=(file,), fields={})
    content = bundle.eml(one)
    assert content.isascii()
    assert content.count(b"\r\n") == content.count(b"\n")
    assert max(map(len, content.split(b"\r\n"))) < 998
    assert b"\r\nTo:" not in content
    assert content.startswith(b"X-Unsent: 1\r\n")
    told = parsed(one).get_body()
    assert told is not None
    assert told.get_content().replace("\r\n", "\n") == body
    (part,) = parsed(one).iter_attachments()
    assert part.get_filename() == name
    assert str(make_header(decode_header(str(part.get_param("name"))))) == name
