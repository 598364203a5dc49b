"""XML exports written by the tests, from invented persons (skeletons of formats.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from diagnostics.model import Export, Record
from diagnostics.sources.source import Source, of_bytes

UAI = "0123456S"
"""Invented school whose check letter fits."""
PARAMETERS = (
    f"<PARAMETRES><UAJ>{UAI}</UAJ><ANNEE_SCOLAIRE>2026</ANNEE_SCOLAIRE><DATE_EXPORT>05/09/2026</DATE_EXPORT>"
    "<HORODATAGE>05/09/2026 09:11:05</HORODATAGE></PARAMETRES>"
)


def source(content: bytes | str, name: str = "export.xml") -> Source:
    return of_bytes(name, content.encode() if isinstance(content, str) else content)


def read_with(reader: Callable[[Source], Export], content: bytes | str, name: str = "export.xml") -> Export:
    """What a reader makes of a content; its counts add up and its origins point at it."""
    export = reader(source(content, name))
    assert export.records_kept == len(export.records)
    assert export.records_read == export.records_kept + len(export.refused)
    assert {record.origin.export for record in export.records} <= {export.id}
    return export


def declared(body: str, encoding: str = "ISO-8859-15") -> str:
    return f'<?xml version="1.0" encoding="{encoding}"?>\n{body}'


def pupil(number: int = 1, *, surname: str = "TESTARD", given: str = "Aurèle", fields: str = "") -> str:
    return (
        f'<ELEVE ELEVE_ID="{800 + number}" ELENOET="{number}">\n<ID_NATIONAL>{number:09}AB</ID_NATIONAL>\n'
        f"<NOM_DE_FAMILLE>{surname}</NOM_DE_FAMILLE><NOM_USAGE/><PRENOM>{given}</PRENOM>\n"
        f"<DATE_NAISS>14/02/2013</DATE_NAISS><CODE_SEXE>1</CODE_SEXE>{fields}\n</ELEVE>"
    )


def structure(number: int, code: str, letter: str = "D") -> str:
    return (
        f'<STRUCTURES_ELEVE ELEVE_ID="{800 + number}" ELENOET="{number}"><STRUCTURE><CODE_STRUCTURE>{code}'
        f"</CODE_STRUCTURE><TYPE_STRUCTURE>{letter}</TYPE_STRUCTURE></STRUCTURE></STRUCTURES_ELEVE>"
    )


def pupils(*elements: str, structures: Iterable[str] = (), parameters: str = PARAMETERS) -> str:
    return (
        f'<BEE_ELEVES VERSION="2.1">{parameters}\n<DONNEES><ELEVES>\n'
        + "\n".join(elements)
        + "\n</ELEVES>\n<STRUCTURES>"
        + "\n".join(structures)
        + "</STRUCTURES></DONNEES></BEE_ELEVES>"
    )


def named(export: Export, surname: str) -> Record:
    """The only record of a surname."""
    (record,) = (record for record in export.records if record.surname == surname)
    return record
