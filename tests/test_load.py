"""Loading files and folders: everything is recognised by content, nothing stops the rest."""

from __future__ import annotations

import io
import os
import random
import zipfile
from datetime import date
from pathlib import Path

import pytest

from diagnostics import opening
from diagnostics.load import load, load_text
from diagnostics.model import Export, Kind, Loaded

TODAY = date(2026, 9, 14)
UAI = "0123456S"
SAMPLES = Path(__file__).parent.parent.parent / "shared" / "samples"


def siecle(*surnames: str, uai: str = UAI, year: int = 2026, made: str = "05/09/2026") -> bytes:
    pupils = "".join(
        f'<ELEVE ELEVE_ID="{n}">\n<NOM_DE_FAMILLE>{name}</NOM_DE_FAMILLE><PRENOM>Maëlle</PRENOM></ELEVE>'
        for n, name in enumerate(surnames, 1)
    )
    return (
        f'<?xml version="1.0" encoding="ISO-8859-15"?><BEE_ELEVES><PARAMETRES><UAJ>{uai}</UAJ><ANNEE_SCOLAIRE>{year}'
        f"</ANNEE_SCOLAIRE><DATE_EXPORT>{made}</DATE_EXPORT></PARAMETRES><DONNEES><ELEVES>{pupils}</ELEVES></DONNEES>"
        "</BEE_ELEVES>"
    ).encode("iso-8859-15")


STS = (
    f'<STS_EDT><PARAMETRES><UAJ CODE="{UAI}"/><ANNEE_SCOLAIRE ANNEE="2026"/></PARAMETRES><DONNEES><INDIVIDUS>'
    '<INDIVIDU ID="1" TYPE="epp"><NOM_USAGE>ESSAI</NOM_USAGE><PRENOM>Ange</PRENOM></INDIVIDU></INDIVIDUS></DONNEES>'
    "</STS_EDT>"
).encode()
AAF_PUPIL = (
    b'<ficAlimMENESR><addRequest><operationalAttributes><attr name="categoriePersonne"><value>Eleve</value></attr>'
    b'</operationalAttributes><identifier><id>7</id></identifier><attributes><attr name="sn"><value>FICTIF</value>'
    b"</attr>"
    b'<attr name="ENTPersonStructRattach"><value>52001</value></attr></attributes></addRequest></ficAlimMENESR>'
)
AAF_SCHOOL = (
    b'<ficAlimMENESR><addRequest><operationalAttributes><attr name="categorieStructure"><value>EtabEducNat</value>'
    b"</attr></operationalAttributes><identifier><id>52001</id></identifier><attributes>"
    b'<attr name="ENTStructureUAI"><value>'
    b"0123456S</value></attr></attributes></addRequest></ficAlimMENESR>"
)
TABLE = "rne;uid;classe;profil;prenom;nom;login;mot de passe;cle de jointure\r\n" + "".join(
    f"{UAI};QAA{n:05};5A;Eleve;Lou;FICTIF{n};lou.fictif{n};MotSecret{n};A$100{n}\r\n" for n in range(5)
)


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def write(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        os.utime(path, (1_789_000_000, 1_789_000_000))
    return folder


def loaded(*paths: Path) -> Loaded:
    result = load(paths, today=TODAY)
    for export in result.exports:
        assert export.records_read == export.records_kept + len(export.refused)
        if export.kind is not Kind.ENT_BILANS:
            assert export.records_kept == len(export.records)
        assert {record.origin.export for record in export.records} <= {export.id}
    assert len({export.id for export in result.exports}) == len(result.exports)
    return result


def kinds(result: Loaded) -> dict[str, Kind]:
    return {export.label: export.kind for export in result.exports}


def test_a_folder_is_read_by_content_whatever_the_names(tmp_path: Path) -> None:
    write(tmp_path, {
        "export (2).txt": siecle("FICTIF"),
        "sous/dossier/élèves.csv": STS,
        "archive.bin": zipped({"x/y.dat": AAF_PUPIL, "z": AAF_SCHOOL}),
        "comptes.xml": TABLE.encode("cp1252"),
        "message.txt": "Bonjour,\n\nMa fille ne peut plus se connecter à Pronote depuis hier.\nMerci.\n".encode(),
        "courriel.eml": b"From: a@exemple.invalid\nSubject: Pronote\n\nBonjour, rien ne marche.\n",
        ".cache": b"x", "~$liste.xlsx": b"x", "Thumbs.db": b"x",
    })  # fmt: skip
    result = loaded(tmp_path)
    assert kinds(result) == {
        "archive.bin › x/y.dat": Kind.AAF,
        "archive.bin › z": Kind.AAF,
        "comptes.xml": Kind.ENT_IDENTIFIANTS,
        "export (2).txt": Kind.SIECLE_ELEVES,
        "élèves.csv": Kind.STS_EMP,
    }
    assert {Path(message).name for message in result.messages} == {"message.txt", "courriel.eml"}
    assert result.refused == ()


def test_the_result_does_not_depend_on_the_order_of_the_paths(tmp_path: Path) -> None:
    names = {f"{n}.xml": siecle(f"NOM{n}", "COMMUN", made=f"0{n}/09/2026") for n in range(1, 6)}
    write(tmp_path, names | {"double.xml": names["3.xml"], "rien.pdf": b"%PDF-1.4"})
    paths = sorted(tmp_path.iterdir())
    expected = loaded(tmp_path)
    for seed in range(3):
        random.Random(seed).shuffle(paths)
        assert loaded(*paths, tmp_path) == expected


def test_one_bad_file_is_listed_with_its_line_and_the_others_are_read(tmp_path: Path) -> None:
    write(tmp_path, {
        "a.xml": siecle("FICTIF"),
        "b.xml": b"<?xml version='1.0'?>\n\n<!DOCTYPE x [<!ENTITY y 'z'>]><BEE_ELEVES/>",
        "c.xml": b"<inconnu><a/></inconnu>",
        "d.pdf": b"%PDF-1.4 ...",
        "e.png": b"\x89PNG\r\n\x1a\n",
        "f.xml": b"",
        "g.docx": zipped({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}),
        "h.json": b'{"a": 1}',
        "i.xsd": b"<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'/>",
        "j.html": b"<!DOCTYPE html><html><body>Bonjour</body></html>",
        "k.zip": b"PK\x03\x04 rien de bon",
        "l.dtd": b"<!ELEMENT a (b)>",
        "m.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        "n.bin": bytes(range(256)) * 8,
        "o.rtf": b"{\\rtf1 Bonjour}",
    })  # fmt: skip
    result = loaded(tmp_path)
    assert kinds(result) == {"a.xml": Kind.SIECLE_ELEVES}
    reasons = {Path(refused.file).name: refused.reason for refused in result.refused}
    assert set(reasons) == {path.name for path in tmp_path.iterdir()} - {"a.xml"}
    assert reasons["b.xml"].startswith("Ligne 3 : ")
    assert "inconnu" in reasons["c.xml"]
    assert "PDF" in reasons["d.pdf"]
    assert "vide" in reasons["f.xml"]
    assert "web" in reasons["j.html"]
    assert all("erreur interne" not in reason for reason in reasons.values())


@pytest.mark.parametrize(
    "description",
    [
        b"<!ELEMENT ficAlimMENESR (addRequest*)>",
        b"<?xml version='1.0'?>\n<!-- format -- AAF -->\n<!ENTITY % a 'b'>",
        b"<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'/>",
    ],
)
def test_the_description_of_a_format_in_a_bundle_is_no_refusal(tmp_path: Path, description: bytes) -> None:
    write(tmp_path, {"lot.zip": zipped({"ENT_Complet_Eleve.xml": AAF_PUPIL, "description": description})})
    result = load([tmp_path], today=TODAY)
    assert [export.kind for export in result.exports] == [Kind.AAF]
    assert not result.refused


@pytest.mark.parametrize(
    "page",
    [
        "<!DOCTYPE html><html><head><title>Comptes</title></head><body>{}</body></html>",
        "<html xmlns='http://www.w3.org/1999/xhtml'><body><p>Liste</p>{}</body></html>",
        "{}",
    ],
)
def test_a_table_saved_as_a_web_page_is_read(tmp_path: Path, page: str) -> None:
    cells = [["Nom", "Prénom", "Classe", "Login"], ["FICTIF", "Zoé", "5A", "z.fictif"], ["TESTARD", "Lou", "5B", "l.t"]]
    lines = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>\n" for row in cells)
    write(tmp_path, {"page": page.format(f"<table>{lines}</table>").encode()})
    result = load([tmp_path], today=TODAY)
    assert not result.refused
    assert [record.surname for export in result.exports for record in export.records] == ["FICTIF", "TESTARD"]


def test_a_pipe_and_a_device_are_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "tube.xml")
    result = loaded(tmp_path, Path("/dev/zero"))
    assert [refused.file for refused in result.refused] == ["/dev/zero", str(tmp_path / "tube.xml")]
    assert all("tube" in refused.reason for refused in result.refused)


def test_missing_files_are_said(tmp_path: Path) -> None:
    (refused,) = loaded(tmp_path / "absent.xml").refused
    assert "introuvable" in refused.reason


def test_a_file_given_twice_by_its_path_is_read_once(tmp_path: Path) -> None:
    write(tmp_path, {"a.xml": siecle("FICTIF")})
    (tmp_path / "lien.xml").symlink_to(tmp_path / "a.xml")
    assert len(loaded(tmp_path, tmp_path / "a.xml", tmp_path).exports) == 1


@pytest.mark.parametrize("size", [3, 200_000])
def test_a_file_that_changes_while_it_is_read_is_refused(
    tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "IN_MEMORY", 1_000)
    path = write(tmp_path, {"a.xml": siecle(*("FICTIF",) * (size // 100 + 1))}) / "a.xml"
    changed = False

    def progress(file: str, done: int, total: int) -> None:
        nonlocal changed
        if done and not changed:
            changed = True
            with path.open("ab") as stream:
                stream.write(b" ")

    result = load([path], progress=progress, today=TODAY)
    assert result.exports == ()
    assert "changé" in result.refused[0].reason


def test_a_disk_error_on_one_large_file_does_not_stop_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Failing(io.FileIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell():
                raise OSError(5, "Input/output error")
            return super().read(size) or b""

    plain = opening._open
    monkeypatch.setattr(opening, "IN_MEMORY", 1_000)
    monkeypatch.setattr(opening, "HEAD", 500)
    monkeypatch.setattr(opening, "_open", lambda path: Failing(path) if path.name == "a.xml" else plain(path))
    write(tmp_path, {"a.xml": siecle(*("FICTIF",) * 90), "b.xml": STS})
    result = loaded(tmp_path)
    assert [Path(refused.file).name for refused in result.refused] == ["a.xml"]
    assert len(result.exports) == 1


def test_progress_goes_up_to_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "IN_MEMORY", 1_000)
    write(tmp_path, {"a.xml": siecle(*("FICTIF",) * 9_000), "b.xml": STS})
    seen: list[tuple[int, int]] = []
    load([tmp_path], progress=lambda file, done, total: seen.append((done, total)), today=TODAY)
    total = sum(path.stat().st_size for path in tmp_path.iterdir())
    assert {whole for _, whole in seen} == {total}
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1] == (total, total)
    assert len(seen) > 5


def test_a_load_can_be_stopped(tmp_path: Path) -> None:
    write(tmp_path, {"a.xml": siecle("FICTIF"), "b.xml": siecle("AUTRE"), "c.xml": STS})
    seen: list[str] = []
    result = load(
        [tmp_path],
        progress=lambda file, done, total: seen.append(file),
        cancelled=lambda: "b.xml" in seen[-1],
        today=TODAY,
    )
    assert [export.label for export in result.exports] == ["a.xml", "c.xml"]
    assert "interrompu" in result.refused[0].reason


def test_passwords_exist_nowhere_after_loading(tmp_path: Path) -> None:
    write(tmp_path, {"comptes.csv": TABLE.encode(), "comptes.zip": zipped({"x": TABLE.encode() + b"\r\n"})})
    result = loaded(tmp_path)
    assert len(result.exports) == 2
    assert "MotSecret" not in repr(result)


def test_aaf_jointures_find_their_school_across_files(tmp_path: Path) -> None:
    write(tmp_path, {"a.xml": AAF_PUPIL, "b.xml": AAF_SCHOOL})
    assert {export.school for export in loaded(tmp_path).exports} == {UAI}


def test_names_of_files_are_harmless_when_shown(tmp_path: Path) -> None:
    (tmp_path / "a\x1b[2J\u202eb.xml").write_bytes(siecle("FICTIF"))
    (tmp_path / os.fsdecode(b"caf\xe9.xml")).write_bytes(STS)
    (tmp_path / "z.zip").write_bytes(zipped({"a\x1b[2J.xml": siecle("AUTRE"), "b\x07.pdf": b"%PDF"}))
    result = loaded(tmp_path)
    shown = [text for export in result.exports for text in (export.file, export.member)]
    shown += [refused.file for refused in result.refused]
    assert len(result.exports) == 3
    assert not any(c < " " or 0xD800 <= ord(c) <= 0xDFFF or c == "\u202e" for text in shown for c in text)


def test_dates_and_schools_of_names_help_silent_tables(tmp_path: Path) -> None:
    write(
        tmp_path, {f"annuaire_{UAI}_2026-09-04.csv": "Nom;Prénom;Profil;Login\nFICTIF;Lou;Elève;lou.fictif\n".encode()}
    )
    (export,) = loaded(tmp_path).exports
    assert (export.school, export.made_on, export.made_from) == (UAI, "2026-09-04", "nom")


def test_pasted_tables_and_exports_are_read() -> None:
    result = load_text("Nom\tPrénom\tClasse\nFICTIF\tLou\t5A\n", "collage", today=TODAY)
    assert [record.surname for record in result.exports[0].records] == ["FICTIF"]
    assert load_text(STS.decode(), "collage").exports[0].kind is Kind.STS_EMP
    refused = load_text("Bonjour,\nmerci de votre aide pour Pronote.\nCordialement", "collage").refused
    assert refused[0].file == "collage"
    assert "titres" in refused[0].reason


def test_too_many_files_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "MAX_FILES", 3)
    write(tmp_path, {f"{n}.xml": siecle(f"NOM{n}") for n in range(6)})
    result = loaded(tmp_path)
    assert len(result.exports) == 3
    assert "Plus de 3 fichiers" in result.refused[0].reason


def test_the_garbage_collector_is_left_as_it_was() -> None:
    import gc

    assert gc.isenabled()
    load([], today=TODAY)
    assert gc.isenabled()


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="real samples of other projects are not here")
def test_real_files_of_other_projects_are_read() -> None:
    def find(name: str) -> Export:
        (export,) = (export for export in result.exports if export.file.endswith(name))
        return export

    result = loaded(SAMPLES)
    assert not [refused for refused in result.refused if not refused.file.endswith((".dtd", ".xsd"))]
    clear = find("Enclair_lislble.xml")
    assert (clear.kind, clear.records_kept) == (Kind.EDT_CLAIR, 1162)
    assert len([record for record in clear.records if record.surname == "ALUN"]) == 2
    assert find("Edt_To_LaclasseCom_0134567A.xml").kind is Kind.EDT_CHIFFRE
    assert find("siecle-with-registrations-no-longer-in-school.xml").records_kept == 5
    assert find("nomenclature_simple.xml").kind is Kind.SIECLE_NOMENCLATURE
