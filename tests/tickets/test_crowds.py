"""A file of many persons beside a ticket about a few: counted, told, and left out of what is ready."""

from __future__ import annotations

import io
import zipfile

import pytest
from ticket_makers import export, incident, person, record, route, ticket

from diagnostics.model import Actor, Attachment, Kind
from diagnostics.tickets.files import attachment

PUPIL = record("siecle", 3, "OLIVETTI", "Rosa", division="4B")
SIECLE = export("siecle", Kind.SIECLE_ELEVES, [PUPIL])
ROWS = "".join(f"VALOIS{n};Ana;5A\n" for n in range(30))
PUPILS = "".join(f'<ELEVE ID="{n}"><NOM>VALOIS</NOM></ELEVE>' for n in range(30))


def zipped(**members: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in members.items():
            archive.writestr(name.replace("__", "."), text)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "persons"),
    [
        (f"Liste du jour;;\nNom;Prénom;Classe\n{ROWS}".encode(), 30),
        (f"Élève;Classe\n{ROWS}".encode(), 30),
        (f"Nom et prénom\tClasse\n{ROWS.replace(';', chr(9))}".encode(), 30),
        (f"<?xml version='1.0'?><BEE><ELEVES>{PUPILS}</ELEVES></BEE>".encode(), 30),
        (zipped(eleves__xml=f"<?xml version='1.0'?><BEE>{PUPILS}</BEE>"), 30),
        ("\n".join(f"Ana$VALOIS{n}$2013-01-01" for n in range(12)).encode(), 12),
        ("Date;Statut;Auto\n" + "01/09/2025;Import réalisé;oui\n" * 40, 0),
        ("Le serveur a répondu 500 le 12/11 à 10 h.\n" * 40, 0),
        (b"<?xml version='1.0'?><reglages><ENSEIGNANTS/><valeur>1</valeur></reglages>", 0),
    ],
)
def test_the_persons_of_a_file_are_counted_by_its_shape(content: bytes | str, persons: int) -> None:
    made = attachment(content if isinstance(content, bytes) else content.encode(), "piece.dat")
    assert made.persons == persons
    assert (f", {persons} personnes" in made.about) is (persons > 0)


def with_file(category: str, file: Attachment) -> tuple[str, ...]:
    about = incident(category, persons=[person(PUPIL)])
    draft = ticket(about, route(Actor.KOSMOS, Actor.KOSMOS), [SIECLE], files=[file])
    return tuple(line for line in draft.missing if line.startswith("Pièce à retirer"))


def test_a_whole_export_beside_a_ticket_about_one_pupil_is_to_be_taken_out() -> None:
    (told,) = with_file("ANN-04", attachment(f"Nom;Prénom;Classe\n{ROWS}".encode(), "annuaire.csv"))
    assert told == ("Pièce à retirer : annuaire.csv montre 30 personnes, le ticket en concerne 1. Joignez un extrait.")


def test_a_small_file_and_the_import_that_a_support_must_have_whole_are_joined() -> None:
    assert with_file("ANN-04", attachment(b"Nom;Pr\xe9nom;Motif\nOLIVETTI;Rosa;INE absent\n", "rejet.csv")) == ()
    whole = attachment(f"<?xml version='1.0'?><EDT>{PUPILS}</EDT>".encode(), "edt.xml")
    assert with_file("EDT-11", whole) == ()
    assert with_file("ANN-04", whole) != ()
