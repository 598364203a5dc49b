"""XML as a stream: encodings mended, hostile content refused, files that are cut, lines, memory."""

from __future__ import annotations

import pytest
from exports_xml import declared, pupil, pupils, read_with, source, structure

from diagnostics.model import Export
from diagnostics.safety import Refusal
from diagnostics.sources import siecle, xml
from diagnostics.sources.harvest import Harvest
from diagnostics.sources.prolog import looks_like_xml, read_prolog
from diagnostics.sources.xml import Document, line_of, read_document


def read(content: bytes | str) -> Export:
    return read_with(siecle.read, content)


@pytest.mark.parametrize(
    ("written", "said", "bom"),
    [
        ("iso-8859-15", "ISO-8859-15", b""),
        ("iso-8859-1", "ISO-8859-1", b""),
        ("cp1252", "windows-1252", b""),
        ("utf-8", "UTF-8", b""),
        ("utf-8", "UTF-8", b"\xef\xbb\xbf"),
        ("utf-8", "ISO-8859-15", b"\xef\xbb\xbf"),
        ("utf-8", "ISO-8859-15", b""),
        ("cp1252", "UTF-8", b""),
        ("cp1252", "ISO-8859-15", b""),
        ("utf-8", "utf-16", b""),
        ("utf-16-le", "UTF-16", b"\xff\xfe"),
        ("utf-16-be", "UTF-16", b"\xfe\xff"),
        ("utf-16-le", "UTF-16", b""),
    ],
)
def test_accents_are_read_whatever_the_encoding_declared(written: str, said: str, bom: bytes) -> None:
    text = declared(pupils(pupil(given="Maëlle-Éléonore", surname="GARÇON")), said)
    (record,) = read(bom + text.encode(written)).records
    assert (record.surname, record.given_names) == ("GARÇON", "Maëlle-Éléonore")


def test_without_declaration_utf_8_is_assumed_and_windows_1252_is_mended() -> None:
    text = pupils(pupil(given="Maëlle"))
    assert read(text.encode("utf-8")).records[0].given_names == "Maëlle"
    export = read(text.encode("cp1252"))
    assert export.records[0].given_names == "Maëlle"
    assert export.encoding == "cp1252"
    assert [note.code for note in export.notes] == ["encodage"]
    assert read(pupils(pupil(given="Cœline")).encode("iso-8859-15")).records[0].given_names == "Cœline"
    assert read(pupils(pupil(given="Cœline ½")).encode("cp1252")).records[0].given_names == "Cœline ½"


def test_oe_of_iso_8859_15_is_not_one_half() -> None:
    assert read(declared(pupils(pupil(given="Cœline"))).encode("iso-8859-15")).records[0].given_names == "Cœline"


@pytest.mark.parametrize("said", ["ISO-8859-15", "iso-8859-1"])
def test_the_mark_of_utf_8_before_another_encoding_does_not_change_how_the_bytes_are_read(said: str) -> None:
    surname = "CŒURDEROY" if said == "ISO-8859-15" else "LÉOTOING"
    text = declared(pupils(pupil(surname=surname)), said)
    export = read(b"\xef\xbb\xbf" + text.encode(said))
    assert export.records[0].surname == surname
    assert export.encoding == said.lower()
    assert any(note.code == "encodage" and said in note.text for note in export.notes)


def test_stray_bytes_of_a_file_that_declares_iso_8859_15_are_never_windows_1252() -> None:
    text = declared(pupils(pupil(surname="ÉLÉGANT", given="Éloïse"), pupil(8, surname="CURDEROY")))
    mixed = text.encode("utf-8").replace(b"CURDEROY", b"C\xbcURDEROY")
    for mark in (b"\xef\xbb\xbf", b""):
        assert "CŒURDEROY" in {record.surname for record in read(mark + mixed).records}


def test_one_windows_byte_in_utf_8_does_not_spoil_the_rest() -> None:
    content = pupils(pupil(1, given="Maëlle"), pupil(2, given="Zo@")).encode().replace(b"Zo@", b"Zo\xeb")
    assert [record.given_names for record in read(content).records] == ["Maëlle", "Zoë"]


def test_accents_that_come_late_in_a_long_file_are_still_checked() -> None:
    many = [pupil(number, given="Lou") for number in range(1, 600)]
    export = read(declared(pupils(*many, pupil(601, given="Zoé")), "UTF-8").encode("cp1252"))
    assert export.records[-1].given_names == "Zoé"


def test_accents_spoilt_by_the_whole_file_are_put_right_and_the_cause_is_said() -> None:
    spoilt = [pupil(n, given="Maëlle-Éléonore").encode().decode("cp1252") for n in range(1, 4)]
    export = read(declared(pupils(*spoilt), "UTF-8"))
    assert {record.given_names for record in export.records} == {"Maëlle-Éléonore"}
    (note,) = export.notes
    assert (note.code, note.line, note.warning) == ("encodage", export.records[0].origin.line + 2, True)
    assert "Windows-1252" in note.text


def test_accents_spoilt_in_one_value_are_left_as_evidence_and_said() -> None:
    sound = [pupil(n, given="Maëlle-Éléonore") for n in range(1, 9)]
    export = read(declared(pupils(*sound, pupil(9, given="LÃ©a")), "UTF-8"))
    assert export.records[-1].given_names == "LÃ©a"
    assert [(note.code, note.line) for note in export.notes] == [("encodage", export.records[-1].origin.line + 2)]


def test_an_unknown_encoding_is_refused_with_its_name() -> None:
    with pytest.raises(Refusal, match="x-macthai"):
        read(declared(pupils(pupil()), "x-macthai"))


@pytest.mark.parametrize("codec", ["base64", "utf-7", "rot13", "idna", "zlib", "unicode_escape"])
def test_an_encoding_that_is_no_text_encoding_is_refused(codec: str) -> None:
    with pytest.raises(Refusal, match="encodage"):
        read(declared(pupils(pupil()), codec))


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE BEE_ELEVES [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!DOCTYPE BEE_ELEVES [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE BEE_ELEVES SYSTEM "http://exemple.invalid/x.dtd">',
        '<!DOCTYPE ficAlimMENESR SYSTEM "ficAlimMENESR.dtd" [<!ENTITY x "y">]>',
        '<!DOCTYPE ficAlimMENESR SYSTEM "http://exemple.invalid/ficAlimMENESR.dtd">',
        "<!doctype BEE_ELEVES>",
    ],
)
def test_a_document_type_is_refused(doctype: str) -> None:
    with pytest.raises(Refusal, match="DOCTYPE"):
        read(f'<?xml version="1.0"?>\n{doctype}\n' + pupils(pupil(given="&x;")))


def test_a_document_type_after_a_long_comment_is_not_missed() -> None:
    with pytest.raises(Refusal):
        read("<!--" + "-x" * 40_000 + "--><!DOCTYPE a [<!ENTITY b 'c'>]>" + pupils(pupil()))


def test_entities_are_never_expanded() -> None:
    (record,) = read(pupils(pupil(given="&xxe;", surname="&lol9;"))).records
    assert (record.surname, record.given_names) == ("&lol9;", "&xxe;")


def test_stray_ampersands_and_html_entities_are_mended_and_said() -> None:
    export = read(pupils(pupil(1, surname="R & D", given="No&eacute;"), pupil(2, given="A&amp;B")))
    assert [(r.surname, r.given_names) for r in export.records] == [("R & D", "Noé"), ("TESTARD", "A&B")]
    assert "caracteres" in [note.code for note in export.notes]


def test_an_ampersand_on_the_edge_of_a_chunk_is_mended() -> None:
    for pad in range(0, 50, 7):
        head = "<BEE_ELEVES><DONNEES><!--" + "x" * (65_536 - 200 + pad) + "--><ELEVES>"
        content = head + pupil(given="No&eacute;mie & Cie") + "</ELEVES></DONNEES></BEE_ELEVES>"
        assert read(content).records[0].given_names == "Noémie & Cie"


@pytest.mark.parametrize("forbidden", ["\x00", "\x08", "\x1b", "\ufffe", "&#0;", "&#x1F;", "&#xD800;"])
def test_forbidden_characters_become_a_dot_and_are_said(forbidden: str) -> None:
    export = read(pupils(pupil(given=f"Lo{forbidden}u"), pupil(2)))
    assert export.records[0].given_names == "Lo·u"
    assert export.records_kept == 2
    assert "caracteres" in [note.code for note in export.notes]


def test_a_forbidden_character_inside_a_tag_does_not_break_the_file() -> None:
    export = read(pupils(pupil(1), pupil(2)).replace("<PRENOM>", "<PRE\0NOM>", 1).replace('ID="802"', 'ID="8\x0002"'))
    assert [record.ids["eleve_id"] for record in export.records] == ["801", "8·02"]
    assert export.records[0].given_names == "Aurèle"


def test_a_file_cut_between_two_persons_refuses_nobody() -> None:
    whole = pupils(pupil(1), pupil(2))
    export = read(whole[: whole.rindex("</ELEVES>") + 4])
    assert (export.records_read, export.records_kept) == (2, 2)
    assert "incomplet" in export.meta


def test_a_person_that_is_not_closed_is_refused_and_the_next_are_read() -> None:
    classes = [structure(number, "5A") for number in (1, 2, 3)]
    export = read(pupils(pupil(1).replace("</ELEVE>", ""), pupil(2), pupil(3), structures=classes))
    assert [record.division for record in export.records] == ["5A", "5A"]
    assert [record.ids["eleve_id"] for record in export.records] == ["802", "803"]
    assert [refused.line for refused in export.refused] == [export.records[0].origin.line - 5]


def test_after_a_broken_person_the_next_ones_are_read_with_their_lines() -> None:
    broken = pupil(2).replace("</PRENOM>", "<")
    content = pupils(pupil(1), broken, *(pupil(n) for n in range(3, 2_000)), structures=[structure(1_500, "5A")])
    export = read(content)
    assert [record.ids["eleve_id"] for record in export.records] == ["801", *(str(800 + n) for n in range(3, 2_000))]
    assert [refused.line for refused in export.refused] == [content[: content.index('"802"')].count("\n") + 1]
    assert export.records[-1].origin.line == content[: content.index('"2799"')].count("\n") + 1
    assert [record.ids["eleve_id"] for record in export.records if record.division] == ["2300"]
    assert "incomplet" in export.meta


def test_two_exports_pasted_one_after_the_other_are_said() -> None:
    export = read(declared(pupils(pupil(1)), "UTF-8") + declared(pupils(pupil(2)), "UTF-8"))
    assert export.records_kept == 1
    assert [note.code for note in export.notes] == ["suite"]
    assert "incomplet" not in export.meta


def test_deep_trees_are_refused() -> None:
    with pytest.raises(Refusal, match="imbriqués"):
        read("<BEE_ELEVES>" + "<A>" * 5_000 + "</A>" * 5_000 + "</BEE_ELEVES>")


def test_an_element_without_end_is_refused_before_it_fills_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml, "MAX_RECORD", 1_000_000)
    with pytest.raises(Refusal, match="démesuré"):
        read("<BEE_ELEVES><ELEVE>" + "<X>valeur</X>" * 200_000 + "</ELEVE></BEE_ELEVES>")


def test_an_endless_value_is_refused() -> None:
    with pytest.raises(Refusal, match="démesuré"):
        read("<BEE_ELEVES><ELEVE><NOM>" + "A" * 11_000_000 + "</NOM></ELEVE></BEE_ELEVES>")


def test_an_endless_name_is_refused() -> None:
    with pytest.raises(Refusal):
        read("<BEE_ELEVES><" + "A" * 200_000 + "/></BEE_ELEVES>")


@pytest.mark.parametrize("content", ["<", "<?xml", "<?xml version='1.0'?>", "<!-- jamais fini", "<BEE_ELEVES"])
def test_a_beginning_that_is_no_export_is_refused(content: str) -> None:
    with pytest.raises(Refusal):
        read(content)


def test_a_cut_file_keeps_what_was_read_refuses_the_last_and_says_so() -> None:
    whole = pupils(pupil(1), pupil(2, surname="FICTIF"), pupil(3))
    cut = whole[: whole.index("FICTIF") + 3]
    export = read(cut)
    assert [record.ids["eleve_id"] for record in export.records] == ["801"]
    (refused,) = export.refused
    assert refused.line == cut[: cut.index('ELEVE_ID="802"')].count("\n") + 1
    (note,) = (note for note in export.notes if note.code == "incomplet")
    assert note.warning
    assert export.meta["incomplet"]
    assert export.school == "0123456S"


def test_a_broken_tag_keeps_what_stands_before_it() -> None:
    export = read(pupils(pupil(1), pupil(2)).replace("</ELEVES>", "</ELEVES d>"))
    assert export.records_kept == 2
    assert any(note.code == "incomplet" and "abîmé" in note.text for note in export.notes)


def test_what_follows_the_end_of_the_document_is_said() -> None:
    export = read(pupils(pupil()) + "\n" + "\0" * 3_000 + "<autre/>")
    assert export.records_kept == 1
    assert "incomplet" not in export.meta
    assert [note.code for note in export.notes if note.warning] == ["suite"]


def test_case_and_namespace_do_not_matter() -> None:
    content = pupils(pupil()).replace("<BEE_ELEVES", '<x:BEE_ELEVES xmlns:x="urn:x"').replace("</BEE", "</x:BEE")
    assert read(content.replace("ELEVE ", "eleve ").replace("</ELEVE>", "</eleve>")).records_kept == 1


@pytest.mark.parametrize("size", [10, 40_000])
def test_lines_are_those_of_the_file_even_beyond_65_535(size: int) -> None:
    body = "<BEE_ELEVES>\n<ELEVES>\n" + "".join(
        f'<ELEVE ELEVE_ID="{n}">\n  <NOM>A</NOM>\n</ELEVE>\n<LINK A="{n}"/>\n' for n in range(size)
    )
    document = Document(source(body + "</ELEVES>\n</BEE_ELEVES>"))
    seen = [(element.tag, line_of(element)) for element in document.elements(("ELEVE", "LINK"))]
    assert seen == [pair for n in range(size) for pair in (("ELEVE", 3 + 4 * n), ("LINK", 6 + 4 * n))]


def test_sections_that_nobody_reads_are_let_go() -> None:
    content = "<BEE_ELEVES>" + "<COMMUNE><CODE>31555</CODE></COMMUNE>" * 30_000 + "</BEE_ELEVES>"
    document = Document(source(content))
    assert not list(document.elements(("ELEVE",)))
    assert document._root is not None
    assert len(document._root) <= 1


def test_a_nested_record_is_not_taken_for_one_of_its_own() -> None:
    content = "<R><Cours><Cours><Eleve/></Cours><Cours/></Cours><Eleve/></R>"
    seen = [element.tag for element in Document(source(content)).elements(("Cours", "Eleve"))]
    assert seen == ["Cours", "Cours", "Eleve"]


def test_a_file_that_is_not_what_its_head_was_is_refused() -> None:
    from diagnostics.sources.source import Source, of_bytes

    before, after = of_bytes("a.xml", pupils(pupil(1)).encode()), of_bytes("a.xml", pupils(pupil(2)).encode())
    changed = Source(file="a.xml", member="", size=before.size, modified="", head=before.head, open=after.open)
    with pytest.raises(Refusal, match="changé"):
        read_document(changed, ("ELEVE",), lambda name, element: None, Harvest(changed))


@pytest.mark.parametrize(
    ("head", "is_it"),
    [
        (b"<?xml version='1.0'?><a/>", True),
        (b"\xef\xbb\xbf\r\n <BEE_ELEVES>", True),
        ("<?xml?><a/>".encode("utf-16"), True),
        (b"<bonjour@exemple.invalid> a ecrit", True),
        (b"Bonjour <b>", False),
        (b"nom;prenom", False),
    ],
)
def test_xml_is_seen_by_its_first_characters(head: bytes, is_it: bool) -> None:
    assert looks_like_xml(head) is is_it


def test_the_prolog_gives_root_attributes_children_and_comments() -> None:
    prolog = read_prolog(
        b'<?xml version="1.0"?><!-- a --><n:Racine UAI="x &amp; y" n:b=\'2\'><!-- c="d" --><Un><Deux/></Un></n:Racine>'
    )
    assert (prolog.root, prolog.attributes, prolog.children) == ("Racine", {"UAI": "x & y", "b": "2"}, ("Un", "Deux"))
    assert 'c="d"' in prolog.comments


# -- damage that the parser does not see at once --------------------------------------------------------------------


def many(count: int, line_end: str = "\n") -> str:
    """Pupils with accents in attributes and values; every number is its own."""
    return line_end.join(
        f'<ELEVE ELEVE_ID="{number}" NOM="ÉTÉ-{number}"><PRENOM>Maëlle</PRENOM></ELEVE>'
        for number in range(1, count + 1)
    )


def numbers(export: Export) -> list[int]:
    return [int(record.ids["eleve_id"]) for record in export.records]


@pytest.mark.parametrize("line_end", ["\n", ""])
@pytest.mark.parametrize(
    ("whole", "damaged"),
    [
        ('ELEVE_ID="700" NOM="ÉTÉ-700">', 'ELEVE_ID="700" NOM="ÉTÉ-700>'),
        ("</ELEVE>", "</ELEV>"),
        ('<ELEVE ELEVE_ID="700"', "<ELEVE ELEVE_ID=700"),
    ],
)
def test_a_tag_that_is_broken_costs_its_neighbours_at_most(line_end: str, whole: str, damaged: str) -> None:
    text = f"<BEE_ELEVES><DONNEES><ELEVES>{many(3_000, line_end)}</ELEVES></DONNEES></BEE_ELEVES>"
    at = text.index(whole, text.index('ELEVE_ID="700"') - 8)
    export = read(text[:at] + damaged + text[at + len(whole) :])
    found = numbers(export)
    assert len(found) == len(set(found))
    assert set(range(1, 3_001)) - set(found) <= {700, 701}
    assert "incomplet" in export.meta


def test_several_quotes_that_are_never_closed_are_read_past() -> None:
    text = f"<BEE_ELEVES>{many(6_000)}</BEE_ELEVES>"
    for number in (900, 2_500, 4_800):
        text = text.replace(f'NOM="ÉTÉ-{number}"', f'NOM="ÉTÉ-{number}')
    found = numbers(read(text))
    assert len(found) == len(set(found)) >= 5_994


@pytest.mark.parametrize(("codec", "name"), [("mac_roman", "Mac Roman"), ("cp850", "DOS (CP850)")])
@pytest.mark.parametrize("said", ["ISO-8859-15", "UTF-8"])
def test_a_file_written_again_by_an_old_program_is_read_by_its_letters(codec: str, name: str, said: str) -> None:
    text = declared(pupils(*(pupil(n, given="Maëlle-Éléonore", surname="GARÇON") for n in range(1, 4))), said)
    export = read(text.encode(codec))
    assert {(r.surname, r.given_names) for r in export.records} == {("GARÇON", "Maëlle-Éléonore")}
    assert name in export.notes[0].text
