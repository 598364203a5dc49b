"""Speed and memory of loading, per format and for a whole demo school: ``python -m benchmarks.loading [--mb N]``.

Every file is generated in a temporary folder and read by a process of its own. « persons » is what the export keeps;
« peak » is the memory of that process with everything kept, « stream » the same with the elements read and let go,
which must not grow with the file. The aims are in ``README.md``: 15 MB/s for XML, 64 MiB for 500 MB streamed, one
second of processor for a school of 5 000 people.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

UAI = "0123456S"
SURNAMES = ("TESTARD", "FICTIF", "DE LA TEST", "Cœur-Vaillant", "ÉSSAI", "LEBRUN")
GIVEN = ("Aurèle", "Maëlle", "Jean-Marc", "Solène", "Lou", "Zoé")
PARAMETERS = (
    f"<PARAMETRES><UAJ>{UAI}</UAJ><ANNEE_SCOLAIRE>2026</ANNEE_SCOLAIRE><DATE_EXPORT>05/09/2026</DATE_EXPORT>"
    "</PARAMETRES>\n"
)


def pupils(n: int) -> str:
    return (
        f'<ELEVE ELEVE_ID="{800_000 + n}" ELENOET="{n}">\n  <ID_NATIONAL>{n:09}AB</ID_NATIONAL><ID_ELEVE_ETAB/>\n'
        f"  <NOM_DE_FAMILLE>{SURNAMES[n % 6]} {n % 997}</NOM_DE_FAMILLE><NOM_USAGE/><PRENOM>{GIVEN[n % 6]}</PRENOM>\n"
        "  <PRENOM2>Camille</PRENOM2><PRENOM3/><DATE_NAISS>14/02/2013</DATE_NAISS><CODE_SEXE>1</CODE_SEXE>\n"
        "  <DOUBLEMENT>0</DOUBLEMENT><DATE_ENTREE>01/09/2026</DATE_ENTREE><DATE_SORTIE/><CODE_MOTIF_SORTIE/>\n"
        "  <CODE_REGIME>2</CODE_REGIME><CODE_STATUT>ST</CODE_STATUT><CODE_MEF>10110001110</CODE_MEF>\n"
        "  <CODE_PAYS>100</CODE_PAYS><CODE_DEPARTEMENT_NAISS>031</CODE_DEPARTEMENT_NAISS>\n"
        "  <CODE_COMMUNE_INSEE_NAISS>31555</CODE_COMMUNE_INSEE_NAISS><VILLE_NAISS/><TEL_PERSONNEL/><TEL_PORTABLE/>\n"
        f"  <MEL/><ADRESSE_ID>{n}</ADRESSE_ID><ACCEPTE_SMS>0</ACCEPTE_SMS>\n"
        f"  <SCOLARITE_AN_DERNIER><CODE_STRUCTURE>6A</CODE_STRUCTURE><CODE_RNE>{UAI}</CODE_RNE>"
        "</SCOLARITE_AN_DERNIER>\n"
        "</ELEVE>\n"
    )


def guardians(n: int) -> str:
    return (
        f'<PERSONNE PERSONNE_ID="{n}">\n  <NOM_DE_FAMILLE>{SURNAMES[n % 6]} {n % 997}</NOM_DE_FAMILLE><NOM_USAGE/>\n'
        f"  <PRENOM>{GIVEN[n % 6]}</PRENOM><LC_CIVILITE>MME</LC_CIVILITE><LL_CIVILITE>MADAME</LL_CIVILITE>\n"
        "  <TEL_PERSONNEL/><TEL_PORTABLE>0600000000</TEL_PORTABLE><TEL_PROFESSIONNEL/>\n"
        f"  <MEL>personne{n}@exemple.invalid</MEL><ACCEPTE_SMS>1</ACCEPTE_SMS><ADRESSE_ID>{n}</ADRESSE_ID>\n"
        "  <CODE_PROFESSION>38</CODE_PROFESSION><COMMUNICATION_ADRESSE>1</COMMUNICATION_ADRESSE>\n</PERSONNE>\n"
    )


def staff(n: int) -> str:
    return (
        f'<INDIVIDU ID="{n}" TYPE="epp">\n  <SEXE>2</SEXE><CIVILITE>2</CIVILITE>\n'
        f"  <NOM_USAGE>{SURNAMES[n % 6]}</NOM_USAGE>\n"
        f"  <NOM_PATRONYMIQUE>FICTIF</NOM_PATRONYMIQUE><PRENOM>{GIVEN[n % 6]}</PRENOM>\n"
        "  <DATE_NAISSANCE>1981-05-04</DATE_NAISSANCE><GRADE>CERT. CL N</GRADE><FONCTION>ENS</FONCTION>\n"
        '  <DISCIPLINES><DISCIPLINE CODE="L0202"><LIBELLE_COURT>LET MODERN</LIBELLE_COURT><NB_HEURES>18.00</NB_HEURES>'
        "</DISCIPLINE></DISCIPLINES>\n</INDIVIDU>\n"
    )


def timetable(n: int) -> str:
    return (
        f'<Eleve Ident="{n}" Nom="{SURNAMES[n % 6]}" Prenom="{GIVEN[n % 6]}" DateNaissance="2013-02-14" Sexe="Masculin"'
        f' NumeroNational="{n:09}AB" IDSconet="{n}" IDEtablissement="" IDPN="AAAABBBB{n:08}" IDCAS="">\n'
        f'  <Responsable Ident="{n}1" RespLegal="1" Nom="TESTARD" Prenom="Solène" Civilite="Mme" Adresse1="1 rue de'
        f' l\'Essai" CodePostal="31000" Ville="TOULOUSE" IDPN="CCCCDDDD{n:08}"/>\n'
        '  <Classe Ident="9" DateEntree="2026-09-01" DateSortie="2027-08-31"/>\n'
        '  <PartieDeClasse Ident="2" DateEntree="2026-09-01" DateSortie="2027-08-31"/>\n</Eleve>\n'
    )


def directory(n: int) -> str:
    def attr(name: str, *values: str) -> str:
        return f'<attr name="{name}">' + "".join(f"<value>{value}</value>" for value in values) + "</attr>\n"

    names = "".join(
        attr(name, "") for name in ("mail", "homePhone", "ENTEleveBoursier", "ENTEleveTransport", "ENTPersonPays")
    )
    return (
        '<addRequest>\n<operationalAttributes><attr name="categoriePersonne"><value>Eleve</value></attr>'
        f"</operationalAttributes>\n<identifier><id>{n}</id></identifier>\n<attributes>\n"
        + attr("ENTPersonJointure", str(n))
        + attr("ENTEleveINE", f"{n:09}AB")
        + attr("ENTPersonDateNaissance", "14/02/2013")
        + attr("ENTPersonNomPatro", SURNAMES[n % 6])
        + attr("sn", SURNAMES[n % 6])
        + attr("givenName", GIVEN[n % 6])
        + attr("ENTElevePersRelEleve", f"{n}1$10$1$1$1$1", f"{n}2$20$0$1$0$0")
        + attr("ENTPersonStructRattach", "52001")
        + attr("ENTEleveClasses", "52001$5A")
        + attr("ENTEleveGroupes", "52001$5ANGGR1", "52001$5LATIN")
        + attr("ENTEleveEnseignements", "ANGLAIS LV1", "ESPAGNOL LV2", "LATIN")
        + names
        + "</attributes>\n</addRequest>\n"
    )


def table(n: int) -> str:
    person = f"{GIVEN[n % 6]};{SURNAMES[n % 6]};prenom.nom{n};secret"
    return f"{UAI};QAA{n:05};5A;Eleve;{person};MENESR${n};;;;;;1 RUE;31000;V;F\n"


Format = tuple[str, str, str, Callable[[int], str], str]
FORMATS: dict[str, Format] = {
    "siecle eleves": (
        "iso-8859-15", f"<BEE_ELEVES>{PARAMETERS}<DONNEES><ELEVES>\n", ".xml", pupils,
        "</ELEVES></DONNEES></BEE_ELEVES>",
    ),
    "siecle responsables": (
        "iso-8859-15", f"<BEE_RESPONSABLES>{PARAMETERS}<DONNEES><PERSONNES>\n", ".xml", guardians,
        "</PERSONNES></DONNEES></BEE_RESPONSABLES>",
    ),
    "sts": (
        "iso-8859-15", f'<STS_EDT><PARAMETRES><UAJ CODE="{UAI}"/></PARAMETRES><DONNEES><INDIVIDUS>\n', ".xml", staff,
        "</INDIVIDUS></DONNEES></STS_EDT>",
    ),
    "edt": (
        "utf-8", f'<ExportEmploiDuTemps UAI="{UAI}"><Eleves>\n', ".xml", timetable, "</Eleves></ExportEmploiDuTemps>",
    ),
    "aaf": ("utf-8", "<ficAlimMENESR>\n", ".xml", directory, "</ficAlimMENESR>"),
    "csv identifiants": (
        "utf-8",
        "rne;uid;classe;profil;prenom;nom;login;mot de passe;cle de jointure;uid pere;uid mere;uid tuteur1;uid tuteur2;"
        "prenom enfant;adresse;code postal;ville;pays\n",
        ".csv", table, "",
    ),
}  # fmt: skip


def write(path: Path, name: str, megabytes: float) -> None:
    encoding, begin, suffix, item, end = FORMATS[name]
    with path.open("w", encoding=encoding, errors="xmlcharrefreplace", newline="") as file:
        if suffix == ".xml":
            file.write(f'<?xml version="1.0" encoding="{encoding.upper()}"?>\n')
        file.write(begin)
        for number in count_until(file.tell, megabytes * 1e6):
            file.write(item(number))
        file.write(end)


def count_until(size: Callable[[], int], wanted: float) -> Iterator[int]:
    number = 1
    while number % 500 or size() < wanted:
        yield number
        number += 1


CHILD = """
import json, resource, sys, time
from diagnostics.load import load
from diagnostics import opening
from pathlib import Path
if sys.argv[1] == "stream":
    from diagnostics.sources.xml import Document
    import diagnostics.sources.siecle, diagnostics.sources.sts, diagnostics.sources.edt, diagnostics.sources.aaf as aaf
    source, check = opening.open_file(Path(sys.argv[2]), lambda position: None)
    tags = ("ELEVE", "PERSONNE", "INDIVIDU", "Responsable", "Cours", *aaf.TAGS)
    start = time.process_time()
    kept = sum(1 for element in Document(source).elements(tags))
else:
    start = time.process_time()
    loaded = load(sys.argv[2:])
    assert loaded.exports, loaded
    kept = sum(export.records_kept for export in loaded.exports)
seconds = time.process_time() - start
print(json.dumps([kept, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""


def measure(mode: str, path: Path) -> tuple[int, float, float]:
    """(persons, seconds of processor, peak MiB) of a process that reads a path."""
    run = subprocess.run([sys.executable, "-c", CHILD, mode, str(path)], capture_output=True, text=True, check=True)
    kept, seconds, peak = json.loads(run.stdout)
    return kept, seconds, peak


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mb", type=float, default=20, help="size of each file, in millions of bytes")
    parser.add_argument("--only", help="part of the name of a format")
    arguments = parser.parse_args()
    print(f"{'format':22} {'Mo':>6} {'persons':>8} {'s CPU':>7} {'Mo/s':>6} {'peak MiB':>9} {'stream MiB':>11}")
    with tempfile.TemporaryDirectory() as folder:
        for name in FORMATS:
            if arguments.only and arguments.only not in name:
                continue
            path = Path(folder, "export" + FORMATS[name][2])
            write(path, name, arguments.mb)
            size = path.stat().st_size / 1e6
            kept, seconds, peak = measure("load", path)
            flat = f"{measure('stream', path)[2]:11.0f}" if path.suffix == ".xml" else " " * 11
            print(f"{name:22} {size:6.1f} {kept:8} {seconds:7.2f} {size / seconds:6.1f} {peak:9.0f} {flat}")
            path.unlink()
        if not arguments.only:
            school(Path(folder, "school"))


def school(folder: Path) -> None:
    from diagnostics import demo

    started = time.process_time()
    demo.generate(folder)
    print(f"demo school written in {time.process_time() - started:.1f} s")
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
    kept, seconds, peak = measure("load", folder)
    print(f"{'demo school':22} {size:6.1f} {kept:8} {seconds:7.2f} {size / seconds:6.1f} {peak:9.0f}")


if __name__ == "__main__":
    main()
