"""STS-Web: ``sts_emp`` (to EDT) with the staff and the structures, ``emp_sts`` (back from EDT) with ids only
(formats.md §1 and §2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from .. import text
from ..model import Export, Kind, Profile, Record, Service, Structure, StructureType
from ..safety import clean
from .harvest import Harvest, moment, present, sex, usage, year
from .prolog import read_prolog
from .siecle import number
from .source import Source
from .xml import NAMES, attributes, child, children, line_of, read_document, stated

if TYPE_CHECKING:
    from lxml.etree import _Element

ROOTS = {"STS_EDT": Kind.STS_EMP, "EDT_STS": Kind.EMP_STS}
TAGS = ("PARAMETRES", "CIVILITE", "MATIERE", "INDIVIDU", "SUPPLEANT", "DIVISION", "GROUPE")
PERSONS = frozenset({"INDIVIDU", "SUPPLEANT"})
DEFAULT_TYPE = "epp"
"""Very old files do not state TYPE (formats.md §1)."""
WOMAN = frozenset({"2", "3", "L", "M"})
TEACHING = frozenset({"ENS", "DOC"})
"""Functions of teachers; librarians are teachers of the school (formats.md §12.1)."""


def read(source: Source) -> Export:
    """Read ``STS_EDT`` or ``EDT_STS``.

    Raises:
        safety.Refusal: hostile or unreadable content.
    """
    return _Reader(source).read()


class _Reader:
    def __init__(self, source: Source) -> None:
        self.harvest = Harvest(source)
        self.kind = ROOTS[read_prolog(source.head).root.upper()]
        self.civilities: dict[str, str] = {}
        self.subjects: dict[str, str] = {}
        self.teachers: set[tuple[str, str]] = set()
        self.undecided: list[int] = []
        self.staff_ids = 0

    def read(self) -> Export:
        harvest = self.harvest
        persons = PERSONS if self.kind is Kind.STS_EMP else frozenset()
        read_document(harvest.source, TAGS, self.use, harvest, persons)
        school = clean(harvest.school).upper()
        for index, record in enumerate(harvest.records):
            profile = record.profile
            if (
                index in self.undecided
                and (record.ids.get("sts_type", ""), record.ids.get("sts_id", "")) in self.teachers
            ):
                profile = Profile.ENSEIGNANT
            harvest.records[index] = msgspec.structs.replace(record, school=school, profile=profile)
        if self.kind is Kind.EMP_STS:
            harvest.facts(staff_ids=str(self.staff_ids))
            harvest.note(
                "sens",
                "C'est le fichier qui va d'EDT vers STS-Web (emp_sts) : il ne contient que des numéros, aucun nom. Pour"
                " les enseignants, donnez l'export de STS-Web vers EDT (sts_emp : Mise à jour › Exports › Emplois du"
                " temps).",
            )
        return harvest.export(self.kind)

    def use(self, name: str, element: _Element) -> None:
        if name in PERSONS:
            self._person(element)
        elif name in {"DIVISION", "GROUPE"}:
            self._structure(name, element)
        elif name == "MATIERE":
            values = stated(element)
            label = values.get("LIBELLE_EDITION") or values.get("LIBELLE_LONG") or values.get("LIBELLE_COURT", "")
            self.subjects[values.get("CODE", "")] = clean(label)
        elif name == "CIVILITE":
            values = stated(element)
            self.civilities[values.get("CODE", "")] = values.get("LIBELLE_COURT") or values.get("LIBELLE_LONG", "")
        elif name == "PARAMETRES":
            self._parameters(element)

    def _parameters(self, element: _Element) -> None:
        harvest = self.harvest
        values = stated(element)
        harvest.school = values.get("UAJ", "")
        if (school := child(element, "UAJ")) is not None:
            about = stated(school)
            harvest.school = harvest.school or about.get("CODE", "")
            names = (about.get(key, "") for key in ("SIGLE", "DENOM_PRINC", "DENOM_COMPL"))
            harvest.school_name = _name_of_school([name for name in names if name])
            if (academy := child(school, "ACADEMIE")) is not None:
                harvest.facts(academy=stated(academy).get("LIBELLE", ""), academy_code=stated(academy).get("CODE", ""))
        harvest.school_year = year(values.get("ANNEE_SCOLAIRE", ""))
        if (years := child(element, "ANNEE_SCOLAIRE")) is not None:
            harvest.school_year = harvest.school_year or year(attributes(years).get("ANNEE", ""))
        harvest.made_on = moment(values.get("HORODATAGE", "") or values.get("DATE_EXPORT", ""))
        harvest.facts(software=values.get("APPLICATION_SOURCE", ""))

    def _person(self, element: _Element) -> None:
        harvest = self.harvest
        values = stated(element)
        get = values.get
        line = line_of(element)
        sts_type, sts_id = get("TYPE", DEFAULT_TYPE).lower(), get("ID", "")
        patronymic, used = get("NOM_PATRONYMIQUE", ""), get("NOM_USAGE") or get("NOM", "")
        surname, usage_name = usage(patronymic, used)
        given = get("PRENOM", "")
        if not surname and not given:
            if self.kind is Kind.EMP_STS:
                self.staff_ids += 1
            else:
                harvest.refuse(
                    line, f"Agent {sts_id or 'sans numéro'} sans nom ni prénom : à voir dans STS-Web.", "NOM_USAGE"
                )
            return
        disciplines: list[tuple[str, str]] = []
        mains: dict[str, None] = {}
        for part in element:
            for node in part:
                about = stated(node)
                if NAMES[node.tag] == "DISCIPLINE":
                    disciplines.append((about.get("CODE", ""), about.get("LIBELLE_COURT", "")))
                elif NAMES[node.tag] == "PROF_PRINC" and (code := about.get("CODE_STRUCTURE", "")):
                    mains[code] = None
        function = get("FONCTION", "").upper()
        if function in TEACHING or (not function and disciplines):
            profile = Profile.ENSEIGNANT
        elif function:
            profile = Profile.NON_ENSEIGNANT
        else:
            profile = Profile.INCONNU
            self.undecided.append(len(harvest.records))
        civility = get("CIVILITE", "")
        harvest.records.append(
            Record(
                origin=harvest.origin(line),
                profile=profile,
                surname=surname,
                usage_name=usage_name,
                given_names=given,
                birth_date=text.iso_date(get("DATE_NAISSANCE", "")),
                sex=sex(get("SEXE", "")) or ("F" if civility in WOMAN else "M" if civility in {"1", "."} else ""),
                ids=present(sts_id=sts_id, sts_type=sts_type if sts_id else ""),
                extra=harvest.shared(
                    present(
                        civility=self.civilities.get(civility, ""),
                        function=function,
                        discipline=", ".join(label or code for code, label in disciplines),
                        discipline_code=", ".join(code for code, _ in disciplines if code),
                        grade=get("GRADE", ""),
                        main_teacher_of=", ".join(mains),
                        substitute="oui" if sts_type == "eppsup" else "",
                    )
                ),
            )
        )

    def _structure(self, name: str, element: _Element) -> None:
        values = stated(element)
        harvest = self.harvest
        code = values.get("CODE") or values.get("CODE_STRUCTURE", "")
        if not code:
            return
        kind = StructureType.DIVISION if name == "DIVISION" else StructureType.GROUPE
        parents = dict.fromkeys(stated(node).get("CODE", "") for node in children(element, "DIVISION_APPARTENANCE"))
        parents.pop("", None)
        harvest.structures.append(
            Structure(
                type=kind,
                code=code,
                label=values.get("LIBELLE_LONG", ""),
                parents=tuple(parents),
                headcount=number(values.get("EFFECTIF_CALCULE") or values.get("EFFECTIF_PREVU", "")),
                origin=harvest.origin(line_of(element)),
            )
        )
        for service in children(element, "SERVICE"):
            about = attributes(service)
            teachers: dict[tuple[str, str], None] = {}
            for node in children(service, "ENSEIGNANT"):
                who = attributes(node)
                if sts_id := who.get("ID", ""):
                    teachers[("sts_id", sts_id)] = None
                    self.teachers.add((who.get("TYPE", DEFAULT_TYPE).lower(), sts_id))
            subject = about.get("CODE_MATIERE", "")
            harvest.services.append(
                Service(
                    structures=(code,),
                    structure_type=kind,
                    subject=self.subjects.get(subject) or subject,
                    teachers=tuple(teachers),
                    origin=harvest.origin(line_of(service)),
                )
            )


def _name_of_school(parts: list[str]) -> str:
    """``CLG``, ``COLLEGE``, ``DES ESSAIS`` → ``CLG DES ESSAIS``: the second spells the first out."""
    if len(parts) == 3:
        return f"{parts[0]} {parts[2]}"
    return " ".join(parts)
