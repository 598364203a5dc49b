"""Archives as sources of their members: nothing is unpacked to disk, bombs are refused before they inflate."""

from __future__ import annotations

import contextlib
import io
import stat
import zipfile
from collections.abc import Iterator
from typing import BinaryIO, cast

from ..safety import Refusal
from .members import (
    BOMB,
    BROKEN,
    MAX_MEMBERS,
    MAX_RATIO,
    MAX_TOTAL,
    RATIO_FREE,
    Guarded,
    Member,
    Rejected,
    is_junk,
    joined,
    member_source,
    wrong_name,
)
from .source import Source
from .tars import is_gzip, is_tar, tar_members

MAX_NESTED = 32 * 1024 * 1024
"""Bytes of an archive inside an archive: it is held in memory."""
FAULTS = (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError, RuntimeError)
"""What the standard library raises on archives that are damaged."""
METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2})
ENCRYPTED = "Archive protégée par un mot de passe : ouvrez-la et donnez les fichiers qu'elle contient."


def is_zip(head: bytes) -> bool:
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"))


def is_archive(head: bytes) -> bool:
    return is_zip(head) or is_gzip(head) or is_tar(head)


def names(source: Source) -> list[str]:
    """Names of the members of a zip, [] for anything else or when it cannot be read."""
    if not is_zip(source.head):
        return []
    try:
        with source.open() as stream, zipfile.ZipFile(stream) as archive:
            return archive.namelist()[: MAX_MEMBERS + 1]
    except (*FAULTS, Refusal):
        return []


def members(source: Source, *, nested: bool = False) -> Iterator[Member]:
    """The files of an archive in the order of their names; archives inside it are opened one level deep.

    A source is to be read before the next one is asked for.

    Raises:
        Refusal: the archive as a whole cannot or must not be opened.
    """
    found = _zip_members(source) if is_zip(source.head) else tar_members(source)
    for member in found:
        if isinstance(member, Rejected) or not is_archive(member.head) or _is_office(member):
            yield member
        elif nested:
            yield Rejected(
                member.member, "Archives imbriquées : ouvrez celle-ci et donnez les fichiers qu'elle contient."
            )
        elif member.size > MAX_NESTED:
            yield Rejected(member.member, "Archive trop grosse dans une archive : sortez-la et donnez-la seule.")
        else:
            yield from _inside(member)


def _inside(member: Source) -> Iterator[Member]:
    with member.open() as stream:
        content = stream.read(MAX_NESTED + 1)
    inner = Source(
        file=member.file, member=member.member, size=len(content), modified=member.modified, head=member.head,
        open=lambda: io.BytesIO(content),
    )  # fmt: skip
    try:
        yield from members(inner, nested=True)
    except Refusal as refusal:
        yield Rejected(member.member, refusal.reason)


def _is_office(source: Source) -> bool:
    """A workbook or a document is one file, though it is a zip."""
    inside = names(source)
    return "[Content_Types].xml" in inside or "mimetype" in inside


# -- zip ------------------------------------------------------------------------------------------------------------


def _zip_members(source: Source) -> Iterator[Member]:
    with contextlib.ExitStack() as stack:
        try:
            stream = stack.enter_context(source.open())
            archive = stack.enter_context(zipfile.ZipFile(stream))
            infos = [info for info in archive.infolist() if not info.is_dir() and not is_junk(info.filename)]
        except FAULTS as error:
            raise Refusal(BROKEN) from error
        _check_zip(infos)
        if not infos:
            raise Refusal("Archive vide.")
        for info in sorted(infos, key=lambda info: (info.filename, info.header_offset)):
            yield _zip_member(source, archive, info)


def _check_zip(infos: list[zipfile.ZipInfo]) -> None:
    if len(infos) > MAX_MEMBERS:
        raise Refusal(BOMB.format(what=f"{len(infos)} fichiers"))
    total = sum(info.file_size for info in infos)
    if total > MAX_TOTAL:
        raise Refusal(BOMB.format(what=f"{total // 1024**2} Mo"))
    for info in infos:
        if info.file_size > RATIO_FREE and info.file_size > MAX_RATIO * max(info.compress_size, 1):
            raise Refusal(BOMB.format(what=f"un fichier grossit {info.file_size // max(info.compress_size, 1)} fois"))


def _zip_member(source: Source, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Member:
    name = joined(source, info.filename)
    if reason := wrong_name(info.filename):
        return Rejected(name, reason)
    if info.flag_bits & 0x1:
        return Rejected(name, ENCRYPTED)
    if info.compress_type not in METHODS:
        return Rejected(name, "Compression non prise en charge : décompressez l'archive et donnez les fichiers.")
    if stat.S_ISLNK(info.external_attr >> 16):
        return Rejected(name, "Lien au lieu d'un fichier : membre non lu.")

    def opener() -> BinaryIO:
        return cast(BinaryIO, Guarded(archive.open(info), info.file_size))

    try:
        return member_source(source, name, info.file_size, _zip_date(info), opener)
    except Refusal as refusal:
        return Rejected(name, refusal.reason)
    except FAULTS:
        return Rejected(name, BROKEN)


def _zip_date(info: zipfile.ZipInfo) -> str:
    year, month, day, hour, minute, second = info.date_time
    if year <= 1980 or not 1 <= month <= 12 or not 1 <= day <= 31:
        return ""
    return f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
