"""EDT and PRONOTE → ENT: the clear timetable, the encrypted envelope, and the PRONOTE identifiers in the same two
forms (formats.md §4 and §5)."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from .. import text
from ..model import Export, Kind, Profile, Record, Relation, Service, Structure, StructureType
from ..safety import clean
from .harvest import Harvest, moment, present, school_year_of, sex, year
from .prolog import read_prolog
from .siecle import CONTACT, LEGAL, civility_sex
from .source import Source
from .xml import NAMES, SHARED, line_of, read_document, stated

if TYPE_CHECKING:
    from lxml.etree import _Element

CLEAR_ROOT = "EXPORTEMPLOIDUTEMPS"
PROFILES: Mapping[str, Profile] = {
    "PROFESSEUR": Profile.ENSEIGNANT,
    "ENSEIGNANT": Profile.ENSEIGNANT,
    "ELEVE": Profile.ELEVE,
    "RESPONSABLE": Profile.PARENT,
    "PERSONNEL": Profile.NON_ENSEIGNANT,
    "MAITREDESTAGE": Profile.AUTRE,
    "INSPECTEUR": Profile.AUTRE,
    "INSPECTEURPEDAGOGIQUE": Profile.AUTRE,
}
PERSON_TAGS = (
    "Professeur", "Enseignant", "Eleve", "Responsable", "Personnel", "MaitreDeStage", "Inspecteur",
    "InspecteurPedagogique",
)  # fmt: skip
TAGS = (*PERSON_TAGS, "AnneeScolaire", "Matiere", "Classe", "Groupe", "Cours")
ENVELOPE_TAGS = (
    "LOGICIEL",
    "VERSION",
    "PARTENAIRE",
    "DATEHEURE",
    "UAI",
    "NOMETABLISSEMENT",
    "CODEPOSTALVILLE",
    "CONTENU",
)
ALIASES = {"DATEDENAISSANCE": "DATENAISSANCE", "NAISSANCE": "DATENAISSANCE", "RNE": "UAI"}
IDS = {
    "IDENT": "ident", "IDPN": "idpn", "IDCAS": "uid", "IDSTS": "sts_id", "IDSCONET": "eleve_id",
    "IDSIECLE": "eleve_id", "NUMERONATIONAL": "ine", "INE": "ine", "IDETABLISSEMENT": "etab_id",
}  # fmt: skip
EXTRA = {
    "CIVILITE": "civility", "EMAIL": "mail", "MAIL": "mail", "TELEPHONE": "phone", "TELEPHONEPORTABLE": "phone",
    "CODEPOSTAL": "postcode", "VILLE": "city", "FONCTION": "function", "GENRE": "function",
}  # fmt: skip
ADDRESS_LINES = ("ADRESSE1", "ADRESSE2", "ADRESSE3", "ADRESSE4")
IDPN_SEEN = re.compile(
    rb"<(?:\w+:)?(?:professeur|enseignant|eleve|responsable|personnel|maitredestage|inspecteur\w*)s?\b"
    rb"(?:[^>]{0,600}?\bidpn\s*="
    rb"|[^<>]{0,600}>[^<>]{0,200}(?:<(?!/?(?:\w+:)?(?:cours|idpn)\b)[^<>]{0,200}>[^<>]{0,200}){0,24}<(?:\w+:)?idpn\b)",
    re.IGNORECASE,
)
"""A person with a PRONOTE identifier, as an attribute or as a child, whatever the root (formats.md §5)."""
IDPN_NAME = re.compile(r"(?<![a-z])id[ _-]?pn|identifiants?[ _-]?pronote", re.IGNORECASE)
"""The envelope of the identifiers cannot be told from that of the timetable but by the name of the file."""
EDT_NAME = re.compile(r"(?<![a-z])edt(?![a-z])|emplois?[ _-]?du[ _-]?temps|timetable", re.IGNORECASE)
OWN_PARTNER = "INDEXEDUCATION"
KOSMOS = re.compile(r"KOSMOS|SKOLENGO|K ?D ?ECOLE|KDECOLE")


def looks_like_idpn(head: bytes) -> bool:
    return bool(IDPN_SEEN.search(head))


# -- clear ----------------------------------------------------------------------------------------------------------


class _Period(NamedTuple):
    ident: str
    entry: str
    leaving: str


class _Pupil(NamedTuple):
    record: int
    classes: list[_Period]
    parts: list[_Period]
    groups: list[str]


def read(source: Source) -> Export:
    """Read a clear ``ExportEmploiDuTemps``, or a clear list of PRONOTE identifiers.

    Raises:
        safety.Refusal: hostile or unreadable content.
    """
    return _Reader(source).read()


class _Reader:
    def __init__(self, source: Source) -> None:
        self.harvest = Harvest(source)
        self.school = next(
            (clean(v).upper() for k, v in read_prolog(source.head).attributes.items() if FLAT[k] == "UAI"), ""
        )
        self.known: dict[tuple[str, ...], int] = {}
        self.pupils: list[_Pupil] = []
        self.subjects: dict[str, str] = {}
        self.classes: dict[str, str] = {}
        self.groups: dict[str, str] = {}
        self.part_class: dict[str, str] = {}
        self.part_groups: dict[str, list[str]] = {}
        self.group_pupils: dict[str, list[str]] = {}
        self.courses: list[tuple[int, str, dict[str, list[str]]]] = []
        self.span = ("", "")

    def read(self) -> Export:
        harvest = self.harvest
        prolog = read_document(harvest.source, TAGS, self.use, harvest, frozenset(PROFILES))
        root = {name.upper(): value for name, value in prolog.attributes.items()}
        harvest.school = self.school
        harvest.made_on = moment(root.get("DATEHEURE") or root.get("DATE") or root.get("DATEEXPORT", ""))
        harvest.facts(version=root.get("VERSION", ""), software=root.get("LOGICIEL", ""))
        self._place()
        clear = prolog.root.upper() == CLEAR_ROOT or bool(self.courses)
        return harvest.export(Kind.EDT_CLAIR if clear else Kind.IDPN)

    def use(self, name: str, element: _Element) -> None:
        if name in PROFILES:
            self._person(name, element)
        elif name == "CLASSE":
            self._class(element)
        elif name == "GROUPE":
            self._group(element)
        elif name == "COURS":
            self._course(element)
        elif name == "MATIERE":
            values = stated(element)
            self.subjects[values.get("IDENT", "")] = values.get("LIBELLE") or values.get("CODE", "")
        elif name == "ANNEESCOLAIRE":
            values = stated(element)
            self.span = (text.iso_date(values.get("DATEDEBUT", "")), text.iso_date(values.get("DATEFIN", "")))
            self.harvest.school_year = year(self.span[0])

    # -- persons --

    def _person(self, name: str, element: _Element) -> None:
        values = _values(element)
        line = line_of(element)
        index = self._keep(PROFILES[name], values, line)
        if name != "ELEVE" or index is None:
            return
        pupil = _Pupil(index, [], [], [])
        for node in element.iterdescendants():
            inner = NAMES[node.tag]
            if inner == "RESPONSABLE":
                self._guardian(pupil, _values(node), line_of(node))
            elif inner in {"CLASSE", "PARTIEDECLASSE"} and (period := _period(node)):
                (pupil.classes if inner == "CLASSE" else pupil.parts).append(period)
            elif inner == "GROUPE" and (ident := stated(node).get("IDENT")):
                pupil.groups.append(ident)
        self.pupils.append(pupil)

    def _keep(self, profile: Profile, values: Mapping[str, str], line: int) -> int | None:
        """Index of the person's record; the same person named again (the parent of siblings) has one record."""
        harvest = self.harvest
        surname, given = values.get("NOM", ""), values.get("PRENOM", "")
        if not surname and not given:
            harvest.refuse(line, "Personne sans nom ni prénom : à compléter dans EDT ou PRONOTE.", "Nom")
            return None
        ident, idpn = values.get("IDENT", ""), values.get("IDPN", "")
        key = (profile.value, surname, given, ident or idpn or f"line {line}")
        if (known := self.known.get(key)) is not None:
            return known
        birth = text.iso_date(values.get("DATENAISSANCE", ""))
        ids: dict[str, str] = {}
        extra: dict[str, str] = {}
        for name, value in values.items():
            if fact := IDS.get(name):
                ids[fact] = value
            elif fact := EXTRA.get(name):
                extra[fact] = value
        if "ine" in ids:
            ids["ine"] = ids["ine"].upper()
        ids["code_source"] = text.code_source(given, surname, birth)
        if "ADRESSE1" in values or "ADRESSE2" in values:
            extra["address"] = clean(" ".join(values[line] for line in ADDRESS_LINES if line in values))
        self.known[key] = index = len(harvest.records)
        harvest.records.append(
            Record(
                origin=harvest.origin(line),
                profile=profile,
                surname=surname,
                usage_name=values.get("NOMUSAGE", ""),
                given_names=given,
                birth_date=birth,
                sex=sex(values["SEXE"]) if "SEXE" in values else civility_sex(extra.get("civility", "")),
                division=values.get("CLASSE", ""),
                school=self.school,
                ids=ids,
                extra=extra,
            )
        )
        return index

    def _guardian(self, pupil: _Pupil, values: Mapping[str, str], line: int) -> None:
        harvest = self.harvest
        ident = values.get("IDENT", "")
        if "NOM" in values or "PRENOM" in values or not ident:
            index = self._keep(Profile.PARENT, values, line)
            if index is None:
                return
            guardian = _reference(harvest.records[index].ids)
        else:
            guardian = ("ident", ident)  # the person is described elsewhere in the file
        rank = values.get("RESPLEGAL", "")
        harvest.relations.append(
            Relation(
                pupil=_reference(harvest.records[pupil.record].ids),
                guardian=guardian,
                level={"1": LEGAL, "2": LEGAL, "0": CONTACT}.get(rank, ""),
                rank=rank,
                kinship=values.get("LIENPARENTE") or values.get("PARENTE", ""),
                origin=harvest.origin(line),
            )
        )

    # -- structures and courses --

    def _class(self, element: _Element) -> None:
        values = stated(element)
        ident, name = values.get("IDENT", ""), values.get("NOM") or values.get("CODE", "")
        if not name:
            return
        self.classes[ident] = name
        parts = tuple(_idents(element, "PARTIEDECLASSE"))
        for part in parts:
            self.part_class.setdefault(part, name)
        self.harvest.structures.append(
            Structure(
                type=StructureType.DIVISION,
                code=name,
                ident=ident,
                parents=parts,
                parts=parts,
                origin=self.harvest.origin(line_of(element)),
            )
        )

    def _group(self, element: _Element) -> None:
        values = stated(element)
        ident, name = values.get("IDENT", ""), values.get("NOM") or values.get("CODE", "")
        if not name:
            return
        self.groups[ident] = name
        parts = tuple(_idents(element, "PARTIEDECLASSE"))
        for part in parts:
            self.part_groups.setdefault(part, []).append(name)
        for pupil in _idents(element, "ELEVE"):
            self.group_pupils.setdefault(pupil, []).append(name)
        self.harvest.structures.append(
            Structure(
                type=StructureType.GROUPE,
                code=name,
                ident=ident,
                parents=tuple(_idents(element, "CLASSE")),
                parts=parts,
                origin=self.harvest.origin(line_of(element)),
            )
        )

    def _course(self, element: _Element) -> None:
        if not len(element):
            return
        seen: dict[str, list[str]] = {}
        for node in element:
            if ident := stated(node).get("IDENT"):
                seen.setdefault(NAMES[node.tag], []).append(ident)
        self.courses.append((line_of(element), next(iter(seen.get("MATIERE", [])), ""), seen))

    # -- once everything was read --

    def _place(self) -> None:
        harvest = self.harvest
        begin, end = self.span
        reference = min(max(date.today().isoformat(), begin), end or "9999")
        for pupil in self.pupils:
            record = harvest.records[pupil.record]
            division, current = "", _current(pupil.classes, reference)
            extra = record.extra
            assert isinstance(extra, dict)
            if current:
                division = self.classes.get(current.ident, "")
                extra |= present(entry_date=current.entry)
                if current.leaving and current.leaving < reference:
                    extra["exit_date"] = current.leaving
            parts = [part.ident for part in pupil.parts if part.entry <= reference <= (part.leaving or "9999")]
            groups = dict.fromkeys(name for part in parts for name in self.part_groups.get(part, ()))
            groups |= dict.fromkeys(self.groups[ident] for ident in pupil.groups if ident in self.groups)
            groups |= dict.fromkeys(self.group_pupils.get(record.ids.get("ident", ""), ()))
            extra |= present(parts=", ".join(parts))
            if (division and division != record.division) or groups:
                harvest.records[pupil.record] = msgspec.structs.replace(
                    record, division=division or record.division, groups=tuple(groups)
                )
        self._structures()
        harvest.services.extend(self._services())

    def _structures(self) -> None:
        harvest = self.harvest
        for index, structure in enumerate(harvest.structures):
            if structure.type is StructureType.GROUPE:
                own = [self.classes[ident] for ident in structure.parents if ident in self.classes]
                through = [self.part_class[part] for part in structure.parts if part in self.part_class]
                harvest.structures[index] = msgspec.structs.replace(
                    structure, parents=tuple(dict.fromkeys((*own, *through)))
                )
        places = {part: s.origin for s in reversed(harvest.structures) for part in s.parts}
        for part, origin in sorted(places.items()):
            division = self.part_class.get(part, "")
            harvest.structures.append(
                Structure(
                    type=StructureType.PARTIE,
                    code=part,
                    label=f"partie {part} de {division}" if division else f"partie {part}",
                    ident=part,
                    parents=(division,) if division else (),
                    origin=origin,
                )
            )

    def _services(self) -> Iterator[Service]:
        """A course before classes, groups and parts is one service for each of these types."""
        for line, subject, seen in self.courses:
            teachers = tuple(("ident", ident) for name in ("PROFESSEUR", "ENSEIGNANT") for ident in seen.get(name, ()))
            before = {
                StructureType.DIVISION: tuple(self.classes.get(ident, ident) for ident in seen.get("CLASSE", ())),
                StructureType.GROUPE: tuple(self.groups.get(ident, ident) for ident in seen.get("GROUPE", ())),
                StructureType.PARTIE: tuple(seen.get("PARTIEDECLASSE", ())),
            }
            types = [kind for kind, codes in before.items() if codes] or [StructureType.DIVISION]
            for kind in types:
                yield Service(
                    structures=before[kind],
                    structure_type=kind,
                    subject=self.subjects.get(subject, subject),
                    teachers=tuple(dict.fromkeys(teachers)),
                    origin=self.harvest.origin(line),
                )


class _FlatNames(dict[Any, str]):
    """Names without case nor underscore (formats.md §4.3), computed once each."""

    def __missing__(self, tag: Any) -> str:
        name = NAMES[tag].replace("_", "").replace("-", "")
        self[tag] = name = ALIASES.get(name, name)
        return name


FLAT = _FlatNames()


def _values(element: _Element) -> dict[str, str]:
    """Attributes and children's texts; attributes win, empty ones are left out."""
    found: dict[str, str] = {}
    for node in element:
        if (raw := node.text) and (value := SHARED[raw]):
            found.setdefault(FLAT[node.tag], value)
    for name, raw in element.items():
        if value := SHARED[raw]:
            found[FLAT[name]] = value
    return found


def _reference(ids: Mapping[str, str]) -> tuple[str, str]:
    """How a relation names a person of the file."""
    for name in ("ident", "idpn", "ine"):
        if value := ids.get(name):
            return name, value
    return "ident", ""


def _period(node: _Element) -> _Period | None:
    get = stated(node).get
    ident = get("IDENT", "")
    return _made(ident, get("DATEENTREE", ""), get("DATESORTIE", "")) if ident else None


@functools.lru_cache(maxsize=4096)
def _made(ident: str, entry: str, leaving: str) -> _Period:
    """A class has few periods: its pupils share them."""
    return _Period(ident, text.iso_date(entry), text.iso_date(leaving))


def _current(periods: list[_Period], reference: str) -> _Period | None:
    """The period of a day; else the last one that is over; else the first to come."""
    if not periods:
        return None
    now = [p for p in periods if p.entry <= reference <= (p.leaving or "9999")]
    if now:
        return max(now, key=lambda p: p.entry)
    over = [p for p in periods if p.leaving and p.leaving < reference]
    return max(over, key=lambda p: p.leaving) if over else min(periods, key=lambda p: p.entry)


def _idents(element: _Element, name: str) -> Iterator[str]:
    for node in element.iter():
        if node is not element and NAMES[node.tag] == name and (ident := stated(node).get("IDENT")):
            yield ident


# -- encrypted ------------------------------------------------------------------------------------------------------


def read_envelope(source: Source) -> Export:
    """What the encrypted envelope says of itself: program, date, school, partners; never the persons.

    Raises:
        safety.Refusal: hostile or unreadable content.
    """
    harvest = Harvest(source)
    facts: dict[str, str] = {}
    partners: list[str] = []

    def use(name: str, element: _Element) -> None:
        if name == "PARTENAIRE":
            partners.append(stated(element).get("NOM", ""))
        elif name == "CONTENU":
            facts[name] = str(len((element.text or "").strip()))
        else:
            facts.setdefault(name, clean((element.text or "").strip()))

    read_document(source, ENVELOPE_TAGS, use, harvest)
    kind = Kind.IDPN if IDPN_NAME.search(source.name) else Kind.EDT_CHIFFRE
    harvest.school = facts.get("UAI", "")
    harvest.school_name = facts.get("NOMETABLISSEMENT", "")
    harvest.made_on = moment(facts.get("DATEHEURE", ""))
    harvest.school_year = school_year_of(harvest.made_on)
    others = [name for name in partners if name and text.fold(name).replace(" ", "") != OWN_PARTNER]
    harvest.facts(
        encrypted="oui",
        software=facts.get("LOGICIEL", ""),
        version=facts.get("VERSION", ""),
        partners=", ".join(others),
        postcode_city=facts.get("CODEPOSTALVILLE", ""),
    )
    if (
        kind is Kind.EDT_CHIFFRE
        and "PRONOTE" in text.fold(facts.get("LOGICIEL", ""))
        and not EDT_NAME.search(source.name)
    ):
        harvest.facts(guessed="oui")
        harvest.note(
            "nature",
            "Chiffré, et son nom ne le dit pas : emploi du temps ou identifiants PRONOTE (IdPN) ? Pris pour un emploi"
            " du temps. Gardez le nom que PRONOTE donne au fichier.",
        )
    instead = (
        "la liste des identifiants d'une liste PRONOTE (bouton « Exporter la liste »)"
        if kind is Kind.IDPN
        else "le bilan d'import de l'ENT, une liste exportée d'EDT ou de PRONOTE, ou sts_emp et SIECLE"
    )
    harvest.note(
        "chiffre",
        f"Fichier chiffré : seul l'ENT peut en lire les personnes. Pour les comparer, donnez {instead}.",
    )
    if others and not any(KOSMOS.search(text.fold(name)) for name in others):
        harvest.note(
            "partenaire",
            f"Export fait pour « {', '.join(others)} » et non pour l'ENT Skolengo (Kosmos) : il sera rejeté. Refaites"
            " l'export en choisissant le socle Skolengo.",
            warning=True,
        )
    if not facts.get("CONTENU") or facts["CONTENU"] == "0":
        harvest.note("vide", "L'enveloppe chiffrée est vide : l'export a échoué, refaites-le.", warning=True)
    return harvest.export(kind)
