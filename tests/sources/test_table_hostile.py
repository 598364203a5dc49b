"""Whatever the bytes: an export whose counts add up, or a refusal; never another exception, never a control kept."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tabular import counts_add_up, source
from workbooks import spreadsheetml

from diagnostics import safety
from diagnostics.model import Export
from diagnostics.sources import markup
from diagnostics.sources import spreadsheetml as sheets_xml
from diagnostics.sources.tables import looks_like_table, read_table_source, unmapped
from diagnostics.sources.titles import SYNONYMS

HARMFUL = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
TITLES = [
    *sorted({title for titles in SYNONYMS.values() for title in titles.split("|")}),
    "Mot de passe", "Responsable 1", "Nom enfant 1", "Père", "uid mere", "x", "",
]  # fmt: skip
CELLS = st.one_of(
    st.sampled_from([
        "TESTARD", "Zoé", "14/02/2013", "41319", "1,2E+10", "123456S", "0123456S", "123456789AB", "Eleve", "5A, 5B",
        "Zoé$TESTARD$2013-02-14", "17/05/2026 à 08:30", "✓ Import réalisé avec succès", "12 élèves", "Total",
        "TESTARD Zoé (5A)", "M. et Mme ESSAI", ">>>>", "a@x.fr", '"', '""', "=1+1", "é\u0301\u0301\u0301\u0301\u0301",
        "612345678", "",
    ]),
    st.text(max_size=12),
)  # fmt: skip


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from strings(key)
            yield from strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from strings(inner)


def tried(content: bytes) -> tuple[Export, ...]:
    here = source(content)
    looks_like_table(here)
    try:
        unmapped(here)
        exports = read_table_source(here)
    except safety.Refusal as refusal:
        reason = refusal.reason
        exports = ()
    else:
        reason = "lu"
    assert reason
    assert not HARMFUL.search(reason)
    for export in exports:
        counts_add_up(export)
        for text in strings(msgspec.to_builtins(export)):
            assert not HARMFUL.search(text), repr(text)
        for record in export.records:
            assert record.surname or record.extra.get("raw")
            assert len(record.surname) <= safety.MAX_VALUE
    return exports


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_arbitrary_bytes(content: bytes) -> None:
    tried(content)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]),
    st.binary(max_size=300),
)
def test_arbitrary_bytes_behind_a_known_beginning(mark: bytes, content: bytes) -> None:
    tried(mark + content)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_arbitrary_text(content: str) -> None:
    tried(content.encode("utf-8", "surrogatepass"))


@settings(max_examples=250, deadline=None)
@given(
    st.lists(st.sampled_from(TITLES), min_size=1, max_size=8),
    st.lists(st.lists(CELLS, max_size=9), max_size=8),
    st.sampled_from([";", ",", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"]),
    st.booleans(),
)
def test_arbitrary_tables(
    header: list[str], rows: list[list[str]], separator: str, encoding: str, quoted: bool
) -> None:
    buffer = io.StringIO()
    writer = csv.writer(
        buffer,
        delimiter=separator,
        quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_NONE,
        escapechar=None if quoted else "\\",
        quotechar='"',
    )
    try:
        writer.writerows([header, *rows])
    except csv.Error:
        return
    tried(buffer.getvalue().encode(encoding, "replace"))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 200), st.binary(min_size=1, max_size=6))
def test_a_good_file_with_bytes_written_over_it(at: int, damage: bytes) -> None:
    good = (
        "rne;uid;classe;profil;prenom;nom;login;mot de passe;cle de jointure;uid pere\r\n"
        "0123456S;QAA00001;5A;Eleve;Aurèle;TESTARD;a.t;secret;MENESR$1;QAA00002\r\n" * 2
    ).encode("cp1252")
    tried(good[:at] + damage + good[at + len(damage) :])


PAGE = (
    "<table><tr><th colspan=2>Élève</th><th>Classe</th></tr><tr><td rowspan=2>TESTARD</td><td>Zoé</td><td>5A</td></tr>"
    "<tr><td>Luc</td><td>5B</td></tr></table>"
)
BOOK = spreadsheetml([
    '<Row><Cell><Data ss:Type="String">Nom</Data></Cell><Cell><Data ss:Type="String">Prénom</Data></Cell></Row>',
    '<Row ss:Index="9"><Cell><Data ss:Type="String">TESTARD</Data></Cell><Cell ss:Index="2"><Data ss:Type="Number">1'
    "</Data></Cell></Row>",
])  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([PAGE, BOOK]), st.integers(0, 600), st.integers(0, 40), st.text(max_size=20))
def test_a_page_or_an_xml_workbook_written_over(good: str, at: int, length: int, damage: str) -> None:
    tried((good[:at] + damage + good[at + length :]).encode("utf-8", "surrogatepass"))


def test_a_number_that_is_none_is_cleaned_like_any_text() -> None:
    (export,) = tried(BOOK.replace(">1<", ">\x7f1<").encode())
    assert [record.given_names for record in export.records] == ["·1"]


def test_spans_and_indexes_that_would_fill_memory_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markup, "MAX_CELLS", 1_000)
    monkeypatch.setattr(sheets_xml, "MAX_CELLS", 1_000)
    row = '<Row><Cell ss:Index="900"><Data ss:Type="String">x</Data></Cell></Row>'
    assert tried(b"<table><tr>" + b"<td rowspan=200>x" * 100 + b"<tr><td>y" * 100) == ()
    assert tried(spreadsheetml([row, row]).encode()) == ()


def test_a_report_of_one_endless_line_is_read_at_once() -> None:
    tried(("Bilan préliminaire\n12 matières ajoutées\n3 séances\n" + "12 : x " * 60_000 + "\n4 séances\n").encode())


def test_thousands_of_stray_quotes_cost_little() -> None:
    exports = tried(b"Nom;Prenom;Mel\n" + b'"a;""b\n' * 3000)
    assert all(export.records_read >= 1 for export in exports)


def test_a_very_long_line_is_no_table() -> None:
    assert tried(b"Nom;Prenom\n" + b"x" * 9_000_000) == ()
