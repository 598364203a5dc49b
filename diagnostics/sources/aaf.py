"""AAF: what the academic directory feeds the ENT with, complete or by difference (formats.md §8).

Schools are named by their jointure; ``resolve`` puts UAIs in their place once every file of the bundle was read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from .. import text
from ..model import Export, Kind, Profile, Record, Relation, Structure, StructureType
from ..safety import clean
from . import aaf_delta
from .harvest import Harvest, moment, present, school_year_of, usage
from .siecle import CONTACT, IN_CHARGE, LEGAL, civility_sex
from .source import Source
from .xml import NAMES, line_of, read_document

if TYPE_CHECKING:
    from lxml.etree import _Element

ROOT = "FICALIMMENESR"
TAGS = ("addRequest", "modifyRequest", "deleteRequest")
CATEGORIES = {
    "ELEVE": "Eleve",
    "PERSRELELEVE": "PersRelEleve",
    "PERSEDUCNAT": "PersEducNat",
    "ETABEDUCNAT": "EtabEducNat",
}
PERSONS = frozenset({"ELEVE", "PERSRELELEVE", "PERSEDUCNAT"})
ACTIONS = {"ADDREQUEST": "ajout", "MODIFYREQUEST": "modification", "DELETEREQUEST": "suppression"}
TEACHING = frozenset({"ENS", "DOC"})
COLLECTIVITE = "COL"
UNKNOWN_FUNCTIONS = frozenset({"", "-", "XXX"})
LEVELS = {"1": LEGAL, "2": IN_CHARGE, "0": CONTACT}
OLDER_GUARDIANS = (
    ("ENTELEVEAUTORITEPARENTALE", "level", LEGAL),
    ("ENTELEVEPERE", "kinship", "1"),
    ("ENTELEVEMERE", "kinship", "2"),
    ("ENTELEVEPERSRELELEVE1", "rank", "1"),
    ("ENTELEVEPERSRELELEVE2", "rank", "2"),
    ("ENTELEVEPARENTS", "", ""),
)
"""Attribute, what it says of the guardian that it names, in the codes of its time (formats.md §8 and §12.4)."""
FRENCH_DATE = re.compile(r"\d{2}/\d{2}/\d{4}")
HEADER = {
    "made": re.compile(r"dateGenerationExport\s*=\s*[\"']([^\"']+)"),
    "version": re.compile(r"versionAA?F\s*=\s*[\"']([^\"']+)"),
    "sdet": re.compile(r"versionSDET\s*=\s*[\"']([^\"']+)"),
    "academy_code": re.compile(r"codeAcademieExport\s*=\s*[\"']([^\"']+)"),
    "degree": re.compile(r"degre\s*=\s*[\"']([^\"']+)"),
}
"""Facts that stand in comments since about 2018."""
MODE = re.compile(r"(?<![a-z])(complet|delta)(?![a-z])", re.IGNORECASE)
SCHOOLS = "schools"
"""Key of ``meta`` under which a file of schools keeps « jointure=UAI » pairs."""
STRUCTURE = "structure"
"""Key of ``extra`` under which a record keeps the jointure of its school."""

Values = Mapping[str, list[str]]


def read(source: Source) -> Export:
    """Read one file of an AAF bundle.

    Raises:
        safety.Refusal: hostile or unreadable content.
    """
    return _Reader(source).read()


class _Reader:
    def __init__(self, source: Source) -> None:
        self.harvest = Harvest(source)
        self.categories: Counter[str] = Counter()
        self.actions: Counter[str] = Counter()
        self.schools: dict[str, str] = {}

    def read(self) -> Export:
        harvest = self.harvest
        prolog = read_document(harvest.source, TAGS, self.use, harvest, frozenset(ACTIONS))
        facts = {name: match[1] for name, pattern in HEADER.items() if (match := pattern.search(prolog.comments))}
        harvest.made_on = moment(facts.pop("made", ""))
        category = self.categories.most_common(1)[0][0] if self.categories else ""
        named = MODE.search(harvest.source.name.replace("_", " ")) or MODE.search(harvest.source.file.replace("_", " "))
        changes = self.actions["modification"] + self.actions["suppression"]
        mode = "Delta" if changes else named[1].capitalize() if named else "Complet"
        harvest.facts(
            software="AAF",
            mode=mode,
            category=CATEGORIES.get(category, category),
            **facts,
            **{SCHOOLS: ", ".join(f"{jointure}={uai}" for jointure, uai in sorted(self.schools.items()))},
        )
        export = harvest.export(Kind.AAF)
        return msgspec.structs.replace(export, school_year=school_year_of(export.made_on))

    def use(self, name: str, element: _Element) -> None:
        action = ACTIONS[name]
        category, identifier, values = _request(element)
        self.categories[category] += 1
        self.actions[action] += 1
        line = line_of(element)
        if category in PERSONS or (not category and action != "ajout"):
            self._person(category, action, identifier, values, line)
        elif category == "ETABEDUCNAT":
            self._school(identifier, values, line)

    def _person(self, category: str, action: str, identifier: str, values: Values, line: int) -> None:
        harvest = self.harvest
        get = _first(values)
        used = get("sn") or get("ENTPersonNom") or get("ENTPersonNomUsage")
        surname, usage_name = usage(get("ENTPersonNomPatro"), used)
        given = get("givenName") or get("ENTPersonPrenom")
        jointure = text.jointure(get("ENTPersonJointure") or identifier)
        if not surname and not given and (action == "ajout" or not jointure):
            what = f"{action.capitalize()} de la personne {jointure or 'sans identifiant'}"
            harvest.refuse(line, f"{what} : le fichier ne donne ni nom ni prénom.", "sn")
            return
        functions = [value.split("$") for value in values.get("ENTPERSONFONCTIONS", ()) if value.strip("$ ")]
        structure = get("ENTPersonStructRattach")
        structures = dict.fromkeys(
            part.partition("$")[0]
            for name in ("ENTPERSONFONCTIONS", "ENTELEVECLASSES", "ENTAUXENSCLASSES")
            for part in values.get(name, ())
        )
        divisions = _codes(values, ("ENTEleveClasses", "ENTPersonClasses"), structure)
        taught = _codes(values, ("ENTAuxEnsClasses",), structure)
        groups = _codes(values, ("ENTEleveGroupes", "ENTAuxEnsGroupes", "ENTPersonGroupes"), structure)
        title = get("personalTitle") or get("ENTPersonCivilite")
        record = Record(
            origin=harvest.origin(line),
            profile=_profile(category, functions, values),
            surname=surname,
            usage_name=usage_name,
            given_names=given,
            other_given_names=" ".join(
                value for value in values.get("ENTPERSONAUTRESPRENOMS", ()) if text.fold(value) != text.fold(given)
            ),
            birth_date=text.iso_date(get("ENTPersonDateNaissance")),
            sex=civility_sex(title),
            division=divisions[0] if divisions else "",
            groups=tuple(groups),
            ids=present(
                jointure=jointure,
                ine=get("ENTEleveINE").upper(),
                eleve_id=text.jointure(get("ENTEleveStructRattachId")),
                sts_id=text.jointure(get("ENTPersonSTSId")),
            ),
            extra=harvest.shared(
                present(
                    civility=title,
                    function=", ".join(dict.fromkeys(clean(f[1]) for f in functions if len(f) > 1 and f[1])),
                    discipline=", ".join(dict.fromkeys(clean(f[4]) for f in functions if len(f) > 4 and f[4])),
                    discipline_code=", ".join(dict.fromkeys(clean(f[3]) for f in functions if len(f) > 3 and f[3])),
                    divisions=", ".join(divisions) if len(divisions) > 1 else ", ".join(taught),
                    mail=get("mail") or get("ENTPersonMail"),
                    phone=get("mobile") or get("ENTPersonMobileSMS") or get("homePhone") or get("telephoneNumber"),
                    address=" ".join(get("ENTPersonAdresse").replace("$", " ").split()),
                    postcode=get("ENTPersonCodePostal"),
                    city=get("ENTPersonVille"),
                    mef=get("ENTEleveMEF"),
                    regime=get("ENTEleveRegime"),
                    status=get("ENTEleveStatutEleve"),
                    exit_date=_date(values, "ENTEleveDateSortieStructRattach"),
                    entry_date=_date(values, "ENTEleveDateEntreeStructRattach"),
                    request="" if action == "ajout" else action,
                    stated=" ".join(sorted(values)) if action != "ajout" else "",
                    category=category if action != "ajout" else "",
                    structures=", ".join(s for s in structures if s) if len(structures) > 1 else "",
                    **{STRUCTURE: structure},
                )
            ),
        )
        harvest.records.append(record)
        if category == "ELEVE":
            self._guardians(jointure, values, line)

    def _guardians(self, pupil: str, values: Values, line: int) -> None:
        """``person$kinship$financial$level$contact$payment``, or the older attributes (formats.md §8)."""
        if "ENTELEVEPERSRELELEVE" not in values:
            self._older_guardians(pupil, values, line)
        for value in dict.fromkeys(values.get("ENTELEVEPERSRELELEVE", ())):
            parts = [part.strip() for part in value.split("$")]
            if not parts[0]:
                continue
            rank = parts[3] if len(parts) > 3 else ""
            self.harvest.relations.append(
                Relation(
                    pupil=("jointure", pupil),
                    guardian=("jointure", clean(parts[0])),
                    level=LEVELS.get(rank, ""),
                    rank=clean(rank),
                    kinship=clean(parts[1]) if len(parts) > 1 else "",
                    origin=self.harvest.origin(line),
                )
            )

    def _older_guardians(self, pupil: str, values: Values, line: int) -> None:
        """Guardians as the first degree and the old second degree name them: an identifier in each attribute."""
        found: dict[str, dict[str, str]] = {}
        for name, fact, said in OLDER_GUARDIANS:
            for value in values.get(name, ()):
                if person := clean(text.jointure(value.partition("$")[0])):
                    found.setdefault(person, {}).setdefault(fact, said)
        for person, facts in found.items():
            self.harvest.relations.append(
                Relation(
                    pupil=("jointure", pupil),
                    guardian=("jointure", person),
                    level=facts.get("level", ""),
                    rank=facts.get("rank", ""),
                    kinship=facts.get("kinship", ""),
                    origin=self.harvest.origin(line),
                )
            )

    def _school(self, identifier: str, values: Values, line: int) -> None:
        harvest = self.harvest
        get = _first(values)
        uai = (get("ENTStructureUAI") or get("ENTEtablissementUAI")).upper()
        jointure = get("ENTStructureJointure") or identifier
        if jointure and uai:
            self.schools[jointure] = uai
        if len(self.schools) == 1:
            harvest.school, harvest.school_name = uai, get("ENTStructureNomCourant").replace("$", " ")
            harvest.facts(academy=get("ENTServAcAcademie"))
        else:
            harvest.school = harvest.school_name = ""
            harvest.meta.pop("academy", None)
        for name, kind in (
            ("ENTSTRUCTURECLASSES", StructureType.DIVISION),
            ("ENTSTRUCTUREGROUPES", StructureType.GROUPE),
        ):
            for value in values.get(name, ()):
                code, _, label = value.partition("$")
                if code.strip():
                    harvest.structures.append(
                        Structure(
                            type=kind,
                            code=clean(code),
                            label=clean(label.partition("$")[0]),
                            ident=jointure,
                            origin=harvest.origin(line),
                        )
                    )


def _request(element: _Element) -> tuple[str, str, Values]:
    """(upper-case category, identifier, values by upper-case attribute name) of a request.

    Empty values are left out, except that a change keeps the attributes that it empties.
    """
    category = identifier = ""
    change = NAMES[element.tag] == "MODIFYREQUEST"
    values: dict[str, list[str]] = {}
    for part in element:
        name = NAMES[part.tag]
        if name == "IDENTIFIER":
            identifier = next((clean(node.text or "") for node in part), clean(part.text or ""))
        elif name == "OPERATIONALATTRIBUTES":
            category = next((node.text or "" for attr in part for node in attr), "").strip().upper()
        else:
            for attr in part:
                found = [value for node in attr if node.text and (value := clean(node.text.strip()))]
                if found or change:
                    values[NAMES[attr.get("name", "")]] = found
    return category, identifier, values


def _first(values: Values) -> Callable[[str], str]:
    """What gives the first value of an attribute, "" when there is none."""

    def first(name: str) -> str:
        found = values.get(name.upper())
        return found[0] if found else ""

    return first


def _codes(values: Values, names: Iterable[str], structure: str) -> list[str]:
    """Codes of ``structure$code`` values, those of the person's own school first, each once."""
    pairs = [value.partition("$") for name in names for value in values.get(name.upper(), ())]
    codes = [(own != structure, code or own) for own, _, code in pairs]
    return list(dict.fromkeys(clean(code) for _, code in sorted(codes, key=lambda pair: pair[0]) if code.strip()))


def _date(values: Values, name: str) -> str:
    for value in values.get(name.upper(), ()):
        if match := FRENCH_DATE.search(value):
            return text.iso_date(match[0])
    return ""


def _profile(category: str, functions: Sequence[Sequence[str]], values: Values) -> Profile:
    if category == "ELEVE":
        return Profile.ELEVE
    if category == "PERSRELELEVE":
        return Profile.PARENT
    codes = {part[1].strip().upper() for part in functions if len(part) > 1} - UNKNOWN_FUNCTIONS
    if codes & TEACHING:
        return Profile.ENSEIGNANT
    if COLLECTIVITE in codes:
        return Profile.COLLECTIVITE
    if codes:
        return Profile.NON_ENSEIGNANT
    if category == "PERSEDUCNAT" and (values.get("ENTAUXENSCLASSES") or values.get("ENTAUXENSGROUPES")):
        return Profile.ENSEIGNANT
    return Profile.INCONNU


def resolve(exports: Sequence[Export]) -> list[Export]:
    """Put UAIs in place of the jointures of schools, with the help of the files of schools, and apply differences."""
    schools: dict[str, str] = {}
    for export in exports:
        if export.kind is Kind.AAF and SCHOOLS in export.meta:
            schools |= dict(pair.split("=", 1) for pair in export.meta[SCHOOLS].split(", ") if "=" in pair)
    return aaf_delta.apply([_resolved(export, schools) if export.kind is Kind.AAF else export for export in exports])


def _resolved(export: Export, schools: Mapping[str, str]) -> Export:
    if not schools or not export.records:
        return export
    uais = set(schools.values())
    only = next(iter(uais)) if len(uais) == 1 else ""
    records = tuple(
        msgspec.structs.replace(record, school=schools.get(jointure, "") if jointure else only)
        for record in export.records
        for jointure in (record.extra.get(STRUCTURE, ""),)
    )
    stated = {record.school for record in records if record.school}
    return msgspec.structs.replace(export, records=records, school=stated.pop() if len(stated) == 1 else export.school)
