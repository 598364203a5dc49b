"""Zip, tar and gzip: opened in memory, within limits, one level deep."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zipfile

import pytest
from exports_xml import source

from diagnostics.safety import Refusal
from diagnostics.sources import archives, members, tars
from diagnostics.sources.members import Rejected
from diagnostics.sources.source import Source

Files = dict[str, bytes]


def zipped(files: Files, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def tarred(files: Files, mode: str = "w:gz") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload]
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(content), 1_800_000_000
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def opened(content: bytes, name: str = "archive") -> tuple[Files, dict[str, str]]:
    """(content by member, reason by refused member)."""
    read: Files = {}
    refused: dict[str, str] = {}
    for member in archives.members(source(content, name)):
        if isinstance(member, Rejected):
            refused[member.member] = member.reason
        else:
            with member.open() as stream:
                read[member.member] = stream.read()
            assert member.size == len(read[member.member])
            assert member.head == read[member.member][:65_536]
    return read, refused


FILES = {"a.xml": b"<a/>" * 10, "dossier/b.csv": b"nom;prenom\n" * 20_000, "vide.txt": b""}


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
def test_members_of_a_zip_are_sources(method: int) -> None:
    assert opened(zipped(FILES, method)) == (FILES, {})


@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_members_of_a_tar_are_sources(mode: str) -> None:
    assert opened(tarred(FILES, mode)) == (FILES, {})


def test_big_members_are_read_in_pieces_and_may_be_read_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(members, "IN_MEMORY", 1_000)
    monkeypatch.setattr(tars, "IN_MEMORY", 1_000)
    files = {f"{n}.xml": bytes([65 + n]) * 200_000 for n in range(3)}
    for content in (zipped(files), tarred(files)):
        for member in archives.members(source(content)):
            assert isinstance(member, Source)
            for _ in range(2):
                with member.open() as stream:
                    assert stream.read() == files[member.member]
            assert len(member.sha256) == 64


def test_a_member_of_a_tar_has_the_digest_of_its_content() -> None:
    (member,) = archives.members(source(tarred({"a": b"contenu"})))
    assert isinstance(member, Source)
    assert member.sha256 == source(b"contenu").sha256
    assert member.modified.startswith("2027-01-15")


def test_archives_are_opened_one_level_deep() -> None:
    inner = zipped({"a.xml": b"<a/>", "c.zip": zipped({"d.xml": b"<d/>"})})
    read, refused = opened(zipped({"b.zip": inner, "e.tgz": tarred({"f.xml": b"<f/>"})}))
    assert read == {"b.zip › a.xml": b"<a/>", "e.tgz › f.xml": b"<f/>"}
    assert list(refused) == ["b.zip › c.zip"]


def test_a_broken_archive_inside_does_not_stop_the_others() -> None:
    read, refused = opened(zipped({"a.zip": b"PK\x03\x04 rien", "b.xml": b"<b/>"}))
    assert read == {"b.xml": b"<b/>"}
    assert "abîmée" in refused["a.zip"]


def test_a_workbook_is_one_file_though_it_is_a_zip() -> None:
    book = zipped({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"})
    assert opened(zipped({"liste.xlsx": book}))[0] == {"liste.xlsx": book}


@pytest.mark.parametrize("name", ["../../a.xml", "/etc/a.xml", "C:\\a.xml", "a/../../b.xml", "..\\a.xml"])
def test_names_that_leave_the_folder_are_refused(name: str) -> None:
    for content in (zipped({name: b"<a/>", "b.xml": b"<b/>"}), tarred({name: b"<a/>", "b.xml": b"<b/>"})):
        read, refused = opened(content)
        assert list(read) == ["b.xml"]
        assert all("dangereux" in reason for reason in refused.values())
        assert len(refused) == 1


def test_links_and_devices_are_refused() -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, kind in (("lien", tarfile.SYMTYPE), ("dur", tarfile.LNKTYPE), ("tube", tarfile.FIFOTYPE)):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    read, refused = opened(buffer.getvalue())
    assert (read, set(refused)) == ({}, {"lien", "dur", "tube"})


def test_a_link_in_a_zip_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo("lien.xml")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    assert "Lien" in opened(buffer.getvalue())[1]["lien.xml"]


def test_a_bomb_is_refused_before_it_inflates() -> None:
    bomb = zipped({"a.xml": b"\0" * 20_000_000})
    assert len(bomb) < 30_000
    with pytest.raises(Refusal, match="démesuré"):
        opened(bomb)
    with pytest.raises(Refusal, match="démesuré"):
        opened(tarred({"a.xml": b"\0" * 20_000_000}))
    with pytest.raises(Refusal, match="démesuré"):
        opened(gzip.compress(b"\0" * 20_000_000), "a.xml.gz")


def test_too_many_members_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_MEMBERS", 50)
    monkeypatch.setattr(tars, "MAX_MEMBERS", 50)
    many = {f"{n}.xml": b"" for n in range(60)}
    for content in (zipped(many), tarred(many)):
        with pytest.raises(Refusal, match="démesuré"):
            opened(content)


def test_a_total_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_TOTAL", 1_000)
    monkeypatch.setattr(tars, "MAX_TOTAL", 1_000)
    for content in (zipped(FILES), tarred(FILES)):
        with pytest.raises(Refusal, match="démesuré"):
            opened(content)


def test_a_zip_that_lies_on_its_sizes_is_refused() -> None:
    content = bytearray(zipped({"a.xml": b"<a/>" * 5_000}))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = content.index(signature) + offset
        content[at : at + 4] = struct.pack("<I", 10)
    read, refused = opened(bytes(content))
    assert read == {}
    assert "abîmée" in refused["a.xml"]


def test_a_protected_zip_says_so() -> None:
    content = bytearray(zipped({"a.xml": b"<a/>"}))
    content[content.index(b"PK\x03\x04") + 6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert "mot de passe" in opened(bytes(content))[1]["a.xml"]


@pytest.mark.parametrize("damage", [slice(0, -30), slice(0, 40), slice(0, 200)])
def test_cut_archives_are_refused(damage: slice) -> None:
    for content in (zipped(FILES), tarred(FILES)):
        with pytest.raises(Refusal, match="abîmée"):
            opened(content[damage])


def test_gzip_is_opened_when_its_name_says_so_and_refused_when_it_is_dressed() -> None:
    assert opened(gzip.compress(b"<a/>"), "a.xml.gz") == ({"a.xml": b"<a/>"}, {})
    with pytest.raises(Refusal, match="gzip"):
        opened(gzip.compress(b"<a/>"), "a.xml")


def test_a_member_whose_own_header_is_damaged_is_refused_alone() -> None:
    content = bytearray(zipped({"a.xml": b"<a/>", "b.xml": b"<b/>"}, zipfile.ZIP_STORED))
    content[0:4] = b"XXXX"  # the directory at the end still names it
    read, refused = opened(b"PK\x03\x04" + bytes(26) + bytes(content))
    assert list(read) == ["b.xml"]
    assert "abîmée" in refused["a.xml"]


def test_an_empty_archive_is_said() -> None:
    for content in (zipped({}), zipped({"__MACOSX/a": b"x", ".DS_Store": b"x"}), tarred({}, "w")):
        with pytest.raises(Refusal):
            opened(content)


def test_a_header_that_would_fill_memory_is_refused() -> None:
    info = tarfile.TarInfo("x")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, 3_000_000
    content = info.tobuf() + b"a" * 3_000_000 + b"\0" * 2_048
    with pytest.raises(Refusal, match="abîmée"):
        opened(content)
