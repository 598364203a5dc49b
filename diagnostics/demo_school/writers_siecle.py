"""SIECLE: ElevesSansAdresses.xml and ResponsablesAvecAdresses.xml, each in its zip (formats.md §3)."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta
from xml.sax.saxutils import escape

from diagnostics.demo_school.people import MEF, School
from diagnostics.demo_school.views import Exports, Row, latin9

SIECLE_ENCODING = "iso-8859-15"
EXPORT_AGE = timedelta(days=3)
"""The exports of the demo were made some days before « today »."""


def element(tag: str, value: str = "") -> str:
    return f"<{tag}>{escape(value)}</{tag}>" if value else f"<{tag}/>"


def elements(**values: str) -> str:
    return "".join([element(tag, value) for tag, value in values.items()])


def french(iso: str) -> str:
    """``2013-02-14`` → ``14/02/2013``."""
    return "/".join(reversed(iso.split("-"))) if iso else ""


def zipped(name: str, content: bytes, day: date) -> bytes:
    """A zip that depends on its content only."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo(name, (day.year, day.month, day.day, 9, 11, 4))
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = 0o644 << 16
        archive.writestr(info, content)
    return buffer.getvalue()


def document(school: School, root: str, body: list[str]) -> bytes:
    day = (school.today - EXPORT_AGE).strftime("%d/%m/%Y")
    head = elements(UAJ=school.uai, ANNEE_SCOLAIRE=str(school.year), DATE_EXPORT=day, HORODATAGE=f"{day} 09:11:05")
    lines = [
        '<?xml version="1.0" encoding="ISO-8859-15"?>',
        f'<{root} VERSION="2.1">',
        f"<PARAMETRES>{head}</PARAMETRES>",
        "<DONNEES>",
        *body,
        "</DONNEES>",
        f"</{root}>",
        "",
    ]
    return "\n".join(lines).replace("’", "'").encode(SIECLE_ENCODING, "xmlcharrefreplace")


def pupil_element(school: School, row: Row) -> str:
    pupil = row.person
    return (
        f'<ELEVE ELEVE_ID="{row.ids["eleve_id"]}" ELENOET="{row.ids["elenoet"]}">'
        + elements(
            ID_NATIONAL=row.ids.get("ine", ""),
            INE_RNIE=row.ids.get("ine", ""),
            INE_BEA="",
            ID_ELEVE_ETAB="",
            NOM_DE_FAMILLE=row.surname,
            NOM_USAGE=row.usage,
            PRENOM=row.given,
            PRENOM2=latin9(pupil.other_given),
            PRENOM3="",
            DATE_NAISS=french(row.birth),
            CODE_SEXE="1" if row.sex == "M" else "2",
            DOUBLEMENT="0",
            DATE_ENTREE=pupil.entry.strftime("%d/%m/%Y") if pupil.entry else "",
            DATE_SORTIE=pupil.exit.strftime("%d/%m/%Y") if pupil.exit else "",
            CODE_MOTIF_SORTIE="401" if pupil.exit else "",
            CODE_REGIME="2",
            CODE_STATUT="ST",
            CODE_MEF=MEF[pupil.level],
            CODE_PAYS="100",
            CODE_DEPARTEMENT_NAISS=school.uai[:3],
            MEL="",
            ACCEPTE_SMS="0",
        )
        + "</ELEVE>"
    )


def structures_element(row: Row) -> str:
    codes = [(row.division, "D")] if row.division else []
    codes += [(code, "G") for code in row.groups]
    if not codes:
        return ""
    inner = "".join(
        f"<STRUCTURE>{elements(CODE_STRUCTURE=code, TYPE_STRUCTURE=kind)}</STRUCTURE>" for code, kind in codes
    )
    return (
        f'<STRUCTURES_ELEVE ELEVE_ID="{row.ids["eleve_id"]}" ELENOET="{row.ids["elenoet"]}">{inner}</STRUCTURES_ELEVE>'
    )


def pupils(exports: Exports) -> bytes:
    school = exports.school
    rows = exports.siecle_pupils
    body = ["<ELEVES>", *(pupil_element(school, row) for row in rows), "</ELEVES>", "<STRUCTURES>"]
    body += [part for row in rows if (part := structures_element(row))]
    body.append("</STRUCTURES>")
    return document(school, "BEE_ELEVES", body)


def guardians(exports: Exports) -> bytes:
    school = exports.school
    body = ["<PERSONNES>"]
    addresses: dict[str, tuple[str, str, str]] = {}
    for row in exports.siecle_guardians:
        family = row.person.family
        if family:
            addresses[family.address_id] = family.address
        female = row.sex == "F"
        body.append(
            f'<PERSONNE PERSONNE_ID="{row.ids["personne_id"]}">'
            + elements(
                NOM_DE_FAMILLE=row.surname,
                NOM_USAGE=row.usage,
                PRENOM=row.given,
                LC_CIVILITE="MME" if female else "M.",
                LL_CIVILITE="MADAME" if female else "MONSIEUR",
                TEL_PERSONNEL="",
                TEL_PORTABLE=row.extra.get("phone", ""),
                TEL_PROFESSIONNEL="",
                MEL=row.extra.get("mail", ""),
                ACCEPTE_SMS="1",
                ADRESSE_ID=family.address_id if family else "",
                CODE_PROFESSION="",
                COMMUNICATION_ADRESSE="1",
            )
            + "</PERSONNE>"
        )
    body += ["</PERSONNES>", "<RESPONSABLES>"]
    for link in exports.siecle_links:
        body.append(
            "<RESPONSABLE_ELEVE>"
            + elements(
                ELEVE_ID=link.pupil.eleve_id,
                PERSONNE_ID=link.personne_id,
                RESP_LEGAL=link.rank,
                NIVEAU_RESPONSABILITE=link.level,
                CODE_PARENTE=link.kinship,
                RESP_FINANCIER="1" if link.rank == "1" else "0",
                PERS_PAIMENT="1" if link.rank == "1" else "0",
                PERS_CONTACT="1" if link.level == "0" else "0",
            )
            + "</RESPONSABLE_ELEVE>"
        )
    body += ["</RESPONSABLES>", "<ADRESSES>"]
    for number, (street, postcode, town) in addresses.items():
        body.append(
            f'<ADRESSE ADRESSE_ID="{number}">'
            + elements(LIGNE1_ADRESSE=street, CODE_POSTAL=postcode, LIBELLE_POSTAL=town.upper(), LL_PAYS="FRANCE")
            + "</ADRESSE>"
        )
    body.append("</ADRESSES>")
    return document(school, "BEE_RESPONSABLES", body)


def files(exports: Exports) -> dict[str, bytes]:
    day = exports.school.today - EXPORT_AGE
    return {
        "ExportXML_ElevesSansAdresses.zip": zipped("ElevesSansAdresses.xml", pupils(exports), day),
        "ExportXML_ResponsablesAvecAdresses.zip": zipped("ResponsablesAvecAdresses.xml", guardians(exports), day),
    }
