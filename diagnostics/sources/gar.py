"""GAR: what the ENT sends to the resources access manager (formats.md §8b)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from .. import text
from ..model import Export, Kind, Profile, Record, Structure, StructureType
from ..safety import clean
from .harvest import Harvest, present, usage
from .siecle import civility_sex
from .source import Source
from .xml import NAMES, children, line_of, read_document, texts

if TYPE_CHECKING:
    from lxml.etree import _Element

TAGS = ("GAREleve", "GAREnseignant", "GARRespAff", "GARGroupe", "GARPersonGroupe", "GAREtab")
PERSONS = frozenset({"GARELEVE", "GARENSEIGNANT", "GARRESPAFF"})
PROFILES: Mapping[str, Profile] = {
    "ELV": Profile.ELEVE, "TUT": Profile.PARENT, "ENS": Profile.ENSEIGNANT, "DOC": Profile.ENSEIGNANT,
    "DIR": Profile.NON_ENSEIGNANT, "EVS": Profile.NON_ENSEIGNANT, "ETA": Profile.NON_ENSEIGNANT,
    "ACA": Profile.NON_ENSEIGNANT, "COL": Profile.COLLECTIVITE,
}  # fmt: skip
"""By the end of ``National_…``."""
LONGEST_CODE = 12
"""Characters of a code that a school chose; SIECLE allows eight (formats.md §1)."""
MANDATORY = (
    "GARPERSONETAB", "GARPERSONIDENTIFIANT", "GARPERSONPROFILS", "GARPERSONNOM", "GARPERSONPRENOM",
    "GARPERSONAUTRESPRENOMS",
)  # fmt: skip
"""Without one of these the GAR skips the person, who then has no resource."""


def read(source: Source) -> Export:
    """Read one GAR file.

    Raises:
        safety.Refusal: hostile or unreadable content.
    """
    harvest = Harvest(source)
    members: dict[Group, dict[str, None]] = {}
    groups: list[tuple[int, Group, dict[str, str], list[str]]] = []
    schools: Counter[str] = Counter()
    skipped = 0

    def use(name: str, element: _Element) -> None:
        nonlocal skipped
        values = texts(element)
        if name in PERSONS:
            skipped += _person(harvest, name, element, values, schools)
        elif name == "GARPERSONGROUPE":
            members.setdefault(_group(values), {})[values.get("GARPERSONIDENTIFIANT", "")] = None
        elif name == "GARGROUPE":
            parents = [clean(node.text or "") for node in children(element, "GARGROUPEDIVAPPARTENANCE")]
            groups.append((line_of(element), _group(values), values, [p for p in parents if p]))
            schools[values.get("GARSTRUCTUREUAI", "").upper()] += 1
        elif name == "GARETAB":
            schools[values.get("GARSTRUCTUREUAI", "").upper()] += 1
            harvest.school_name = harvest.school_name or values.get("GARSTRUCTURENOMCOURANT", "")

    prolog = read_document(source, TAGS, use, harvest, PERSONS)
    named = {group: _name(group[1], values.get("GARGROUPELIBELLE", "")) for _, group, values, _ in groups}
    divisions: dict[str, str] = {}
    others: dict[str, tuple[str, ...]] = {}
    for line, group, values, parents in groups:
        division = values.get("GARGROUPESTATUT", "").upper() == "DIVISION"
        own = members.get(group, {})
        for person in own:
            if division:
                divisions.setdefault(person, named[group])
            else:
                others[person] = (*others.get(person, ()), named[group])
        harvest.structures.append(
            Structure(
                type=StructureType.DIVISION if division else StructureType.GROUPE,
                code=named[group],
                label=values.get("GARGROUPELIBELLE", ""),
                ident=group[1],
                parents=tuple(named.get((group[0], parent), parent) for parent in parents),
                headcount=len(own) if members else None,
                origin=harvest.origin(line),
            )
        )
    schools.pop("", None)
    if len(schools) == 1:
        harvest.school = next(iter(schools))
    elif schools:
        harvest.school_name = ""
    harvest.facts(software="GAR", category=prolog.root.rpartition("-")[2], version=prolog.attributes.get("Version", ""))
    if skipped:
        harvest.note(
            "gar",
            f"{skipped} personne(s) sans un champ obligatoire du GAR : elles n'auront aucune ressource dans le"
            " Médiacentre.",
            warning=True,
        )
    export = harvest.export(Kind.GAR)
    if not divisions and not others:
        return export
    return Membership(**_fields(export), divisions=divisions, others=others)


def resolve(exports: Sequence[Export]) -> list[Export]:
    """Give the persons of the GAR the divisions and groups that another file of the delivery states."""
    found = [export for export in exports if isinstance(export, Membership)]
    if not found:
        return list(exports)
    divisions: dict[str, str] = {}
    others: dict[str, tuple[str, ...]] = {}
    for export in sorted(found, key=lambda export: export.made_on):
        divisions |= export.divisions
        others |= export.others

    def placed(record: Record) -> Record:
        uid = record.ids.get("uid", "")
        pupil = record.profile is Profile.ELEVE
        own = divisions.get(uid, "")
        groups = others.get(uid, ())
        if not own and not groups:
            return record
        return msgspec.structs.replace(
            record, division=own if pupil else "", groups=groups if pupil or not own else (own, *groups)
        )

    return [
        Export(**(_fields(export) | {"records": tuple(placed(record) for record in export.records)}))
        if export.kind is Kind.GAR
        else export
        for export in exports
    ]


class Membership(Export, frozen=True, kw_only=True):
    """A file of groups while its delivery is read: who belongs where, by identifier of the person."""

    divisions: Mapping[str, str]
    others: Mapping[str, tuple[str, ...]]


def _fields(export: Export) -> dict[str, Any]:
    return {name: getattr(export, name) for name in Export.__struct_fields__}


Group = tuple[str, str]
"""(UAI, code): the code of a group comes back from school to school."""


def _group(values: Mapping[str, str]) -> Group:
    return values.get("GARSTRUCTUREUAI", "").upper(), values.get("GARGROUPECODE", "")


def _name(code: str, label: str) -> str:
    """What a group is called elsewhere: its label when its code is only a number of the ENT."""
    opaque = "$" in code or len(code) > LONGEST_CODE or code.isdecimal()
    return label if opaque and label else code.rpartition("$")[2]


def _person(harvest: Harvest, name: str, element: _Element, values: Mapping[str, str], schools: Counter[str]) -> bool:
    """Keep a person; whether the GAR will skip it."""
    line = line_of(element)
    surname, usage_name = usage(values.get("GARPERSONNOMPATRO", ""), values.get("GARPERSONNOM", ""))
    given = values.get("GARPERSONPRENOM", "")
    if not surname and not given:
        harvest.refuse(line, "Personne sans nom ni prénom : le GAR l'ignore.", "GARPersonNom")
        return False
    stated = {NAMES[node.tag] for node in element if len(node) or (node.text and node.text.strip())}
    missing = [field for field in MANDATORY if field not in stated] if name != "GARRESPAFF" else []
    profiles = [clean(node.text or "") for node in children(element, "GARPERSONPROFIL")]
    profile = next((PROFILES[p[-3:].upper()] for p in profiles if p[-3:].upper() in PROFILES), Profile.INCONNU)
    if profile is Profile.INCONNU and name == "GARELEVE":
        profile = Profile.ELEVE
    school = values.get("GARPERSONSTRUCTRATTACH") or values.get("GARPERSONETAB") or values.get("GARRESPAFFETAB", "")
    schools[school.upper()] += 1
    civility = values.get("GARPERSONCIVILITE", "")
    codes = dict.fromkeys(clean(node.text or "") for node in children(element, "GARENSDISCIPLINEPOSTECODE"))
    harvest.records.append(
        Record(
            origin=harvest.origin(line),
            profile=profile,
            surname=surname,
            usage_name=usage_name,
            given_names=given,
            other_given_names=values.get("GARPERSONAUTRESPRENOMS", ""),
            birth_date=text.iso_date(values.get("GARPERSONDATENAISSANCE", "")),
            sex=civility_sex(civility),
            school=school.upper(),
            ids=present(uid=values.get("GARPERSONIDENTIFIANT", "")),
            extra=present(
                civility=civility,
                mail=values.get("GARPERSONMAIL", ""),
                function=", ".join(dict.fromkeys(profiles)),
                discipline_code=", ".join(code for code in codes if code),
                gar_missing=", ".join(missing),
                gar_manager="oui" if name == "GARRESPAFF" else "",
            ),
        )
    )
    return bool(missing)
