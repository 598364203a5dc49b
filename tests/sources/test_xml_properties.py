"""Whatever the bytes: a reader gives an export of harmless text or refuses, and nothing else happens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec
from exports_xml import PARAMETERS, UAI, declared, pupil, pupils, source, structure
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diagnostics import recognition
from diagnostics.model import Export
from diagnostics.safety import CONTROL, INVISIBLE, Refusal
from diagnostics.sources import archives
from diagnostics.sources.members import Rejected

PERSON = f'Nom="FICTIF" Prenom="Lou" IDPN="AAAABBBBCCCC1234" Ident="1" UAI="{UAI}"'
EXAMPLES = [
    declared(pupils(pupil(), pupil(2), structures=[structure(1, "5A")])).encode("iso-8859-15"),
    f"<BEE_RESPONSABLES>{PARAMETERS}<PERSONNE PERSONNE_ID='1'><NOM>A</NOM></PERSONNE><RESPONSABLE_ELEVE><ELEVE_ID>1"
    "</ELEVE_ID><PERSONNE_ID>1</PERSONNE_ID></RESPONSABLE_ELEVE></BEE_RESPONSABLES>".encode(),
    b'<STS_EDT><INDIVIDU ID="1"><NOM_USAGE>A</NOM_USAGE></INDIVIDU><DIVISION CODE="3A"><SERVICE CODE_MATIERE="1">'
    b'<ENSEIGNANT ID="1"/></SERVICE></DIVISION></STS_EDT>',
    f"<ExportEmploiDuTemps><Professeur {PERSON}/><Classe Ident='1' Nom='5A'/><Eleve {PERSON}><Responsable {PERSON}/>"
    "<Classe Ident='1' DateEntree='2026-09-01'/></Eleve><Cours><Cours><Classe Ident='1'/></Cours></Cours>"
    "</ExportEmploiDuTemps>".encode(),
    b"<EXPORT_INDEX_EDUCATION><LOGICIEL>EDT</LOGICIEL><CONTENU>QUJD</CONTENU></EXPORT_INDEX_EDUCATION>",
    b'<ficAlimMENESR><addRequest><operationalAttributes><attr name="c"><value>Eleve</value></attr>'
    b"</operationalAttributes>"
    b'<identifier><id>1</id></identifier><attributes><attr name="sn"><value>A</value></attr></attributes></addRequest>'
    b"</ficAlimMENESR>",
    b"<GAR-ENT-Eleve><GAREleve><GARPersonNom>A</GARPersonNom></GAREleve></GAR-ENT-Eleve>",
    b'<lsun-bilans><eleve nom="A" prenom="B" id-be="1"/></lsun-bilans>',
    b"<TABLE><Cours><PROF_NOM>A</PROF_NOM><CLASSE>5A</CLASSE></Cours></TABLE>",
    b"<IMPORT_ELEVES><ELEVE><NOM>A</NOM><GROUPE><CODE_GROUPE>1</CODE_GROUPE></GROUPE></ELEVE></IMPORT_ELEVES>",
    b'<x><prof code="1" nom="A"/><eleve code="2" nom="B"/></x>',
]
NASTY = st.sampled_from([
    "\x00", "\x1b]52;c;QQ==\x07", "\u202e", "\u200b", "\ufeff", "\udc80", "\ufffe", "&lol;", "&#0;", "<", ">", "]]>",
    "<!--", "<![CDATA[", "\x85", "\U000e0041", "a" * 5_000, "é", "œ", "$", "31/02/2013", "-1", "\r\n\t", "[/b]",
])  # fmt: skip
SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.items():
            yield from strings(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from strings(item)


def harmless(export: Export) -> None:
    assert export.records_kept == len(export.records)
    assert export.records_read == export.records_kept + len(export.refused)
    for text in strings(msgspec.to_builtins(export)):
        assert not CONTROL.search(text), repr(text)
        assert not INVISIBLE.search(text), repr(text)
        assert not re.search(r"[\r\n\t]", text), repr(text)


def try_it(content: bytes) -> None:
    """Read a content as the program does; a refusal is an answer, any other exception is not."""
    given_source = source(content)
    try:
        recognition.refuse_binary(given_source)
        if recognition.is_xml(given_source):
            harmless(recognition.xml_reader(given_source)(given_source))
    except Refusal:
        return


@SETTINGS
@given(st.sampled_from(EXAMPLES), st.lists(st.tuples(st.integers(0, 2_000), NASTY), min_size=1, max_size=6))
def test_anything_put_anywhere(example: bytes, insertions: list[tuple[int, str]]) -> None:
    content = example
    for at, text in insertions:
        where = at % (len(content) + 1)
        content = content[:where] + text.encode("utf-8", "surrogatepass") + content[where:]
    try_it(content)


@SETTINGS
@given(st.sampled_from(EXAMPLES), st.integers(0, 3_000), st.integers(0, 40), st.binary(max_size=30))
def test_bytes_replaced_and_files_cut(example: bytes, at: int, width: int, new: bytes) -> None:
    where = at % len(example)
    try_it(example[:where] + new + example[where + width :])
    try_it(example[:where])


@SETTINGS
@given(st.sampled_from(EXAMPLES), NASTY, st.integers(0, 100))
def test_values_replaced_by_hostile_text(example: bytes, text: str, which: int) -> None:
    values = list(re.finditer(rb"(?<=>)[^<>]+(?=<)|(?<==[\"'])[^\"'<>]+(?=[\"'])", example))
    chosen = values[which % len(values)]
    try_it(example[: chosen.start()] + text.encode("utf-8", "surrogatepass") + example[chosen.end() :])


@SETTINGS
@given(st.sampled_from(["utf-8", "cp1252", "utf-16", "utf-32", "cp850", "mac-roman"]), st.text(max_size=60))
def test_any_name_in_any_encoding(encoding: str, name: str) -> None:
    content = declared(pupils(pupil(given=name.replace("<", "").replace("&", ""))), encoding)
    try_it(content.encode(encoding, "replace"))


@SETTINGS
@given(st.sampled_from([b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b\x08", b"<", b"<?xml", b""]), st.binary(max_size=400))
def test_any_bytes_under_any_beginning(beginning: bytes, rest: bytes) -> None:
    content = source(beginning + rest, "fichier.gz")
    try:
        if archives.is_archive(content.head):
            for member in archives.members(content):
                assert isinstance(member, Rejected) or member.size >= 0
        else:
            try_it(beginning + rest)
    except Refusal:
        return
