"""GAR: what the ENT sends to the resources access manager (formats.md §8b)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from .. import text
from ..model import Export, Kind, Profile, Record, Structure, StructureType
from ..safety import clean
from .harvest import Harvest, present, usage
from .siecle import civility_sex
from .source import Source
from .xml import NAMES, children, line_of, read_document, texts

if TYPE_CHECKING:
    from lxml.etree import _Element

ROOT_PREFIX = "GAR-ENT"
TAGS = ("GAREleve", "GAREnseignant", "GARRespAff", "GARGroupe", "GARPersonGroupe", "GAREtab")
PERSONS = frozenset({"GARELEVE", "GARENSEIGNANT", "GARRESPAFF"})
PROFILES: Mapping[str, Profile] = {
    "ELV": Profile.ELEVE, "TUT": Profile.PARENT, "ENS": Profile.ENSEIGNANT, "DOC": Profile.ENSEIGNANT,
    "DIR": Profile.NON_ENSEIGNANT, "EVS": Profile.NON_ENSEIGNANT, "ETA": Profile.NON_ENSEIGNANT,
    "ACA": Profile.NON_ENSEIGNANT, "COL": Profile.COLLECTIVITE,
}  # fmt: skip
"""By the end of ``National_…``."""
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
    members: Counter[str] = Counter()
    groups: list[tuple[int, str, dict[str, str], list[str]]] = []
    schools: Counter[str] = Counter()
    skipped = 0

    def use(name: str, element: _Element) -> None:
        nonlocal skipped
        values = texts(element)
        if name in PERSONS:
            skipped += _person(harvest, name, element, values, schools)
        elif name == "GARPERSONGROUPE":
            members[values.get("GARGROUPECODE", "")] += 1
        elif name == "GARGROUPE":
            parents = [clean(node.text or "") for node in children(element, "GARGROUPEDIVAPPARTENANCE")]
            groups.append((line_of(element), values.get("GARGROUPECODE", ""), values, [p for p in parents if p]))
            schools[clean(values.get("GARSTRUCTUREUAI", "")).upper()] += 1
        elif name == "GARETAB":
            schools[clean(values.get("GARSTRUCTUREUAI", "")).upper()] += 1
            harvest.school_name = harvest.school_name or values.get("GARSTRUCTURENOMCOURANT", "")

    prolog = read_document(source, TAGS, use, harvest, PERSONS)
    for line, code, values, parents in groups:
        division = values.get("GARGROUPESTATUT", "").upper() == "DIVISION"
        harvest.structures.append(
            Structure(
                type=StructureType.DIVISION if division else StructureType.GROUPE,
                code=clean(code),
                label=clean(values.get("GARGROUPELIBELLE", "")),
                parents=tuple(parents),
                headcount=members[code] if members else None,
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
    return harvest.export(Kind.GAR)


def _person(harvest: Harvest, name: str, element: _Element, values: Mapping[str, str], schools: Counter[str]) -> bool:
    """Keep a person; whether the GAR will skip it."""
    line = line_of(element)
    surname, usage_name = usage(clean(values.get("GARPERSONNOMPATRO", "")), clean(values.get("GARPERSONNOM", "")))
    given = clean(values.get("GARPERSONPRENOM", ""))
    if not surname and not given:
        harvest.refuse(line, "Personne sans nom ni prénom : le GAR l'ignore.", "GARPersonNom")
        return False
    stated = {NAMES[node.tag] for node in element if len(node) or (node.text and node.text.strip())}
    missing = [field for field in MANDATORY if field not in stated] if name != "GARRESPAFF" else []
    profiles = [clean(node.text or "") for node in children(element, "GARPERSONPROFIL")]
    profile = next((PROFILES[p[-3:].upper()] for p in profiles if p[-3:].upper() in PROFILES), Profile.INCONNU)
    if profile is Profile.INCONNU and name == "GARELEVE":
        profile = Profile.ELEVE
    school = clean(
        values.get("GARPERSONSTRUCTRATTACH") or values.get("GARPERSONETAB") or values.get("GARRESPAFFETAB", "")
    )
    schools[school.upper()] += 1
    civility = clean(values.get("GARPERSONCIVILITE", ""))
    codes = dict.fromkeys(clean(node.text or "") for node in children(element, "GARENSDISCIPLINEPOSTECODE"))
    harvest.records.append(
        Record(
            origin=harvest.origin(line),
            profile=profile,
            surname=surname,
            usage_name=usage_name,
            given_names=given,
            other_given_names=clean(values.get("GARPERSONAUTRESPRENOMS", "")),
            birth_date=text.iso_date(values.get("GARPERSONDATENAISSANCE", "")),
            sex=civility_sex(civility),
            school=school.upper(),
            ids=present(uid=clean(values.get("GARPERSONIDENTIFIANT", ""))),
            extra=present(
                civility=civility,
                mail=clean(values.get("GARPERSONMAIL", "")),
                function=", ".join(dict.fromkeys(profiles)),
                discipline_code=", ".join(code for code in codes if code),
                gar_missing=", ".join(missing),
                gar_manager="oui" if name == "GARRESPAFF" else "",
            ),
        )
    )
    return bool(missing)
