"""Speed and memory of the readers of tables: ``python -m benchmarks.tables [--rows N]``.

Every file is generated in memory and read by a process of its own; « peak » is that process's memory with every record
kept, less what it used before reading. The aim is 15 MB/s; two million rows must pass (``--rows 2000000``).
"""

from __future__ import annotations

import argparse
import io
import json
import resource
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator

UAI = "0123456S"
SURNAMES = ("TESTARD", "FICTIF", "DE LA TEST", "D'ÉPREUVE", "GARÇON", "ESSAI-PREUVE", "NOËL")
GIVEN = ("Aurèle", "Maëlle", "Jean-Marc", "Solène", "Lou", "Zoé", "Théo", "Inès", "Gaëtan", "Ida", "Luc")


def person(n: int) -> tuple[str, str, str, str]:
    """(surname, given name, birth date, class); surnames differ as in a region."""
    birth = f"{n % 28 + 1:02}/{n % 12 + 1:02}/{2008 + n % 7}"
    return f"{SURNAMES[n % 7]}-{n % 20011:x}".upper(), GIVEN[n % 11], birth, f"{6 - n % 4}{'ABCDEF'[n % 6]}"


def identifiants(rows: int) -> Iterator[str]:
    yield (
        "rne;uid;classe;profil;prenom;nom;login;mot de passe;cle de jointure;uid pere;uid mere;uid tuteur1;uid tuteur2;"
        "prenom enfant;nom enfant;adresse;code postal;ville;pays"
    )
    for n in range(rows):
        surname, given, _, division = person(n)
        yield (
            f"{UAI};QAA{n:05};{division};Eleve;{given};{surname};{given}.{surname};Xy7k2Pq9;MENESR${1_000_000 + n};"
            f";QBB{n:05};;;;;12 rue des Lilas;31000;TOULOUSE;FRANCE"
        )


def annuaire(rows: int) -> Iterator[str]:
    yield "Civilité;Nom;Prénom;Profil;Login;Identifiant ENT;Etablissement;"
    for n in range(rows):
        surname, given, _, _ = person(n)
        yield f"Mme;{surname};{given};Élève;{given}.{surname};QAA{n:05};Collège des Essais;"


def siecle(rows: int) -> Iterator[str]:
    yield (
        "Nom de famille;Prénom 1;Prénom 2;Date de naissance;INE;N° interne;Division;Nom de famille repr. légal;"
        "Prénom repr. légal;Courriel repr. légal"
    )
    for n in range(rows):
        surname, given, birth, division = person(n)
        yield f"{surname};{given};;{birth};{n:09}AB;{800_000 + n};{division};{surname};Ida;ida{n}@exemple.invalid"


def edifice(rows: int) -> Iterator[str]:
    yield '"Id";"Id Siecle";"Type";"Nom";"Prénom";"Login";"Code d\'activation";"Structure(s)";"Classe(s)"'
    for n in range(rows):
        surname, given, _, division = person(n)
        yield f'"{n:08x}";"{n}";"Élève";"{surname}";"{given}";"{given}.{surname}";"";"Collège ""X""";"{division}"'


def narrow(rows: int) -> Iterator[str]:
    yield "Nom;Prénom;Classe"
    for n in range(rows):
        surname, given, _, division = person(n)
        yield f"{surname};{given};{division}"


def text(lines: Iterable[str], encoding: str) -> bytes:
    return ("\r\n".join(lines) + "\r\n").encode(encoding)


def workbook(rows: int) -> bytes:
    """The PRONOTE list as XLSX, texts in the cells."""

    def row(number: int, cells: Iterable[str]) -> str:
        inside = "".join(
            f'<c r="{c}{number}" t="inlineStr"><is><t>{v}</t></is></c>' for c, v in zip("ABCD", cells, strict=True)
        )
        return f'<row r="{number}">{inside}</row>'

    body = [row(1, ("Élève", "Né(e) le", "Classe", "Identifiant CAS"))]
    for n in range(rows):
        surname, given, birth, division = person(n)
        body.append(row(n + 2, (f"{surname} {given}", birth, division, f"QAA{n:05}")))
    space = "http://schemas.openxmlformats.org"
    relation = f"{space}/officeDocument/2006/relationships"
    package = f'<Relationships xmlns="{space}/package/2006/relationships">'
    files = {
        "[Content_Types].xml": f'<Types xmlns="{space}/package/2006/content-types"/>',
        "_rels/.rels": f'{package}<Relationship Id="a" Type="{relation}/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>",
        "xl/workbook.xml": f'<workbook xmlns="{space}/spreadsheetml/2006/main" xmlns:r="{relation}"><sheets>'
        '<sheet name="F" sheetId="1" r:id="b"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{package}<Relationship Id="b" Type="{relation}/worksheet" '
        'Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{space}/spreadsheetml/2006/main"><sheetData>{"".join(body)}'
        "</sheetData></worksheet>",
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


FORMATS: dict[str, Callable[[int], bytes]] = {
    "identifiants, UTF-8": lambda rows: text(identifiants(rows), "utf-8"),
    "identifiants, Windows-1252": lambda rows: text(identifiants(rows), "cp1252"),
    "annuaire, UTF-8": lambda rows: text(annuaire(rows), "utf-8"),
    "extraction SIECLE, ISO-8859-15": lambda rows: text(siecle(rows), "iso8859-15"),
    "Edifice, entre guillemets": lambda rows: text(edifice(rows), "utf-8-sig"),
    "trois colonnes, UTF-16": lambda rows: text(narrow(rows), "utf-16"),
    "classeur XLSX": lambda rows: workbook(min(rows, 200_000)),
}


def measure(name: str, rows: int) -> None:
    """Read one generated file and print what it took as JSON."""
    from diagnostics.sources.source import of_bytes
    from diagnostics.sources.tables import read_table_source

    content = FORMATS[name](rows)
    source = of_bytes("essai", content)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    exports = read_table_source(source)
    seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    kept = sum(export.records_kept for export in exports)
    print(json.dumps({"mb": len(content) / 1e6, "seconds": seconds, "peak": peak / 1024, "rows": kept}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--only", choices=FORMATS)
    parser.add_argument("--one", choices=FORMATS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        measure(options.one, options.rows)
        return
    print(f"{'':32}{'MB':>8}{'MB/s':>8}{'rows/s':>10}{'peak MiB':>10}")
    for name in [options.only] if options.only else FORMATS:
        command = [sys.executable, "-m", "benchmarks.tables", "--one", name, "--rows", str(options.rows)]
        result = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        print(
            f"{name:32}{result['mb']:8.1f}{result['mb'] / result['seconds']:8.1f}"
            f"{result['rows'] / result['seconds']:10.0f}{result['peak']:10.0f}"
        )


if __name__ == "__main__":
    main()
