"""Files exchanged beside the main exports, useful for the persons they name in clear (formats.md §11):
``IMPORT_ELEVES`` (pupils in groups, for SIECLE), ``lsun-bilans`` (LSU) and ``EXP_COURS`` (courses, from EDT)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from .. import text
from ..model import Export, Kind, Profile, Record, Relation, Structure, StructureType
from ..safety import clean
from .courses import Courses
from .harvest import Harvest, moment, present, year
from .siecle import LEGAL, civility_sex
from .source import Source
from .xml import attributes, child, children, line_of, read_document, stated, texts

if TYPE_CHECKING:
    from lxml.etree import _Element

ADDRESS_LINES = tuple(f"LIGNE{number}" for number in range(1, 5))
NAMELESS = "sans nom ni prénom : à compléter dans le logiciel qui a fait le fichier."


def read_import_eleves(source: Source) -> Export:
    """Pupils and their groups, from the timetable software to SIECLE.

    Raises:
        safety.Refusal: hostile or unreadable content.
    """
    harvest = Harvest(source)
    groups: Counter[str] = Counter()

    def use(name: str, element: _Element) -> None:
        if name == "PARAMETRES":
            values = stated(element)
            harvest.school, harvest.school_year = values.get("UAJ", ""), year(values.get("ANNEE_SCOLAIRE", ""))
            harvest.made_on = moment(values.get("DATE_IMPORT", ""))
            harvest.facts(software=values.get("LOGICIEL", ""))
            return
        values = stated(element)
        line = line_of(element)
        surname, given = values.get("NOM") or values.get("NOM_DE_FAMILLE", ""), values.get("PRENOM", "")
        if not surname and not given:
            harvest.refuse(line, f"Élève {NAMELESS}", "NOM")
            return
        own = dict.fromkeys(clean(texts(node).get("CODE_GROUPE", "")) for node in children(element, "GROUPE"))
        own.pop("", None)
        groups.update(own.keys())
        harvest.records.append(
            Record(
                origin=harvest.origin(line),
                profile=Profile.ELEVE,
                surname=surname,
                given_names=given,
                birth_date=text.iso_date(values.get("DATE_NAISS", "")),
                groups=tuple(own),
                ids=present(eleve_id=values.get("ELEVE_ID", ""), ine=values.get("ID_NATIONAL", "").upper()),
            )
        )

    prolog = read_document(source, ("PARAMETRES", "ELEVE"), use, harvest, frozenset({"ELEVE"}))
    harvest.facts(version=prolog.attributes.get("VERSION", ""))
    _place(harvest)
    for code, count in sorted(groups.items()):
        origin = harvest.origin(0)
        harvest.structures.append(Structure(type=StructureType.GROUPE, code=code, headcount=count, origin=origin))
    return harvest.export(Kind.IMPORT_ELEVES)


def read_lsu(source: Source) -> Export:
    """Pupils, teachers and guardians as PRONOTE sends them to the LSU, with SIECLE and STS identifiers.

    Raises:
        safety.Refusal: hostile or unreadable content.
    """
    harvest = Harvest(source)
    guardians = _Guardians(harvest)

    def use(name: str, element: _Element) -> None:
        if name.startswith("BILAN"):
            guardians.read(element)
            return
        if name == "ENTETE":
            values = texts(element)
            harvest.school = values.get("ETABLISSEMENT", "")
            harvest.facts(software=values.get("APPLICATION", ""), publisher=values.get("EDITEUR", ""))
            return
        values = attributes(element)
        if name == "PERIODE":
            harvest.school_year = harvest.school_year or year(values.get("MILLESIME", ""))
            return
        line = line_of(element)
        surname, given = values.get("NOM", ""), values.get("PRENOM", "")
        pupil = name == "ELEVE"
        if not surname and not given:
            harvest.refuse(line, ("Élève " if pupil else "Enseignant ") + NAMELESS, "nom")
            return
        civility = values.get("CIVILITE", "")
        sts_id = values.get("ID-STS", "")
        harvest.records.append(
            Record(
                origin=harvest.origin(line),
                profile=Profile.ELEVE if pupil else Profile.ENSEIGNANT,
                surname=surname,
                given_names=given,
                birth_date=text.iso_date(values.get("DATE-NAISSANCE", "")),
                sex=civility_sex(civility),
                division=values.get("CODE-DIVISION", ""),
                ids=present(
                    ident=values.get("ID", ""),
                    eleve_id=values.get("ID-BE", ""),
                    ine=values.get("INE", "").upper(),
                    sts_id=sts_id,
                    sts_type=values.get("TYPE", "").lower() if sts_id else "",
                ),
                extra=present(civility=civility),
            )
        )

    tags = ("entete", "periode", "eleve", "enseignant", "bilan-periodique", "bilan-cycle")
    prolog = read_document(source, tags, use, harvest, frozenset({"ELEVE", "ENSEIGNANT"}))
    harvest.facts(version=prolog.attributes.get("schemaVersion", ""))
    _place(harvest)
    return harvest.export(Kind.LSU)


class _Guardians:
    """Guardians named in the reports of a pupil: again each term, and again for each of their children."""

    def __init__(self, harvest: Harvest) -> None:
        self.harvest = harvest
        self.known: dict[tuple[str, ...], str] = {}
        self.linked: set[tuple[str, str]] = set()

    def read(self, report: _Element) -> None:
        pupil = attributes(report).get("ELEVE-REF", "")
        for node in children(report, "RESPONSABLE"):
            values = attributes(node)
            surname, given = values.get("NOM", ""), values.get("PRENOM", "")
            if not pupil or not (surname or given):
                continue
            lodging = child(node, "ADRESSE")
            about = attributes(lodging) if lodging is not None else {}
            street = clean(" ".join(about[line] for line in ADDRESS_LINES if line in about))
            postcode = about.get("CODE-POSTAL", "")
            # Without an address, the parent of two pupils may be two homonyms.
            key = (surname, given, postcode, street) if street else (surname, given, pupil)
            ident = self.known.get(key)
            if ident is None:
                ident = self.known[key] = f"{pupil}.{len(self.known) + 1}"
                civility = values.get("CIVILITE", "")
                self.harvest.records.append(
                    Record(
                        origin=self.harvest.origin(line_of(node)),
                        profile=Profile.PARENT,
                        surname=surname,
                        given_names=given,
                        sex=civility_sex(civility),
                        ids={"ident": ident},
                        extra=present(
                            civility=civility, address=street, postcode=postcode, city=about.get("COMMUNE", "")
                        ),
                    )
                )
            if (pupil, ident) in self.linked:
                continue
            self.linked.add((pupil, ident))
            rank = next((rank for rank in ("1", "2") if values.get(f"LEGAL{rank}", "").lower() in {"true", "1"}), "")
            kinship = values.get("LIEN-PARENTE", "")
            self.harvest.relations.append(
                Relation(
                    pupil=("ident", pupil),
                    guardian=("ident", ident),
                    level=LEGAL if rank else "",
                    rank=rank,
                    kinship={"PERE": "20", "MERE": "10"}.get(kinship.upper(), kinship),
                    origin=self.harvest.origin(line_of(node)),
                )
            )


def read_courses(source: Source) -> Export:
    """The courses that EDT exports as a list; their teachers are the persons, each once.

    Raises:
        safety.Refusal: hostile or unreadable content.
    """
    harvest = Harvest(source)
    courses = Courses()

    def use(name: str, element: _Element) -> None:
        courses.add(stated(element), harvest.origin(line_of(element)))

    read_document(source, ("Cours", "Cours_annuels"), use, harvest)
    harvest.records, harvest.services = courses.records, courses.services
    harvest.facts(software="EDT", courses=str(courses.count))
    return harvest.export(Kind.EDT_COURS)


def _place(harvest: Harvest) -> None:
    school = clean(harvest.school).upper()
    harvest.records = [msgspec.structs.replace(record, school=school) for record in harvest.records]
