"""SIECLE Base élèves in XML: pupils, guardians, structures, nomenclatures (formats.md §3).

Every section is looked for in every file, whatever its root: sections come in any order and old versions mix them.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from .. import text
from ..model import Export, Kind, Profile, Record, Relation, Structure, StructureType
from ..safety import Refusal, clean
from .harvest import Harvest, moment, present, sex, usage, year
from .source import Source
from .xml import attributes, child, children, line_of, read_document, stated, texts

if TYPE_CHECKING:
    from lxml.etree import _Element

KINDS: Mapping[str, Kind] = {
    "ELEVES": Kind.SIECLE_ELEVES,
    "RESPONSABLES": Kind.SIECLE_RESPONSABLES,
    "STRUCTURES": Kind.SIECLE_STRUCTURES,
    "NOMENCLATURES": Kind.SIECLE_NOMENCLATURE,
    "COMMUNS": Kind.SIECLE_COMMUNS,
    "GEOGRAPHIQUES": Kind.SIECLE_GEOGRAPHIQUE,
    "ETABLISSEMENTS": Kind.SIECLE_ETABLISSEMENTS,
}
"""By the last word of the root: ``BEE_ELEVES`` and the older ``BEE_EPHC_ELEVES`` are one."""
LINKS = frozenset({"RESPONSABLE_ELEVE", "RESPONSABLES_ELEVE", "RESPONSABLE", "RESP_ELEVE", "LIEN_ELEVE_RESPONSABLE"})
"""Names seen or likely for the link of a guardian and a pupil (formats.md §3.2)."""
COUNTED = {"MEF": "mefs", "MATIERE": "matieres", "PROGRAMME": "programmes", "COMMUNE": "communes", "PAYS": "pays"}
TAGS = (
    "PARAMETRES", "ELEVE", "STRUCTURES_ELEVE", "OPTION", "ADRESSE", "PERSONNE", *sorted(LINKS), "DIVISION", "GROUPE",
    "UAJ", "ANNEE_SCOLAIRE", *COUNTED,
)  # fmt: skip
PERSONS = frozenset({"ELEVE", "PERSONNE"})
INACTIVE = "INACTIFS"
LEGAL, IN_CHARGE, CONTACT = "legal", "en_charge", "contact"
ADDRESS_LINES = tuple(
    tuple(form.format(n) for form in ("LIGNE{}_ADRESSE", "LIGNE_{}", "ADRESSE_{}", "ADRESSE{}")) for n in range(1, 5)
)
"""Names seen for each line of an address."""

Address = tuple[str, str, str]


def kind_of(root: str) -> Kind | None:
    """The kind of a SIECLE export by the name of its root, None when it is not one."""
    match = re.fullmatch(r"BEE_(?:\w+_)?([A-Z]+?)S?", root.upper())
    return KINDS.get(match[1] + "S") if match else None


def read(source: Source) -> Export:
    """Read a SIECLE export.

    Raises:
        Refusal: hostile or unreadable content, or a SIECLE file that states nothing of use.
    """
    return _Reader(source).read()


class _Reader:
    def __init__(self, source: Source) -> None:
        self.harvest = Harvest(source)
        self.divisions: dict[str, tuple[str, ...]] = {}
        self.groups: dict[str, tuple[str, ...]] = {}
        self.codes: dict[tuple[str, ...], tuple[str, ...]] = {}
        """Lists of codes, so that pupils of one class and its groups share theirs."""
        self.addresses: dict[str, Address] = {}
        self.lodged: dict[int, str] = {}
        """Index of a record → its ADRESSE_ID."""
        self.levels: dict[str, str] = {}
        self.counts: dict[str, int] = {}

    def read(self) -> Export:
        harvest = self.harvest
        prolog = read_document(harvest.source, TAGS, self.use, harvest, PERSONS)
        kind = kind_of(prolog.root) or self._kind_by_content()
        if kind is None:
            raise Refusal(
                f"Export SIECLE « {clean(prolog.root)} » non utilisé ici : donnez les exports XML Élèves, Responsables,"
                " Structures ou Nomenclature."
            )
        harvest.facts(version=prolog.attributes.get("VERSION", ""))
        harvest.facts(**{name: str(count) for name, count in self.counts.items()})
        self._place()
        if kind in {Kind.SIECLE_GEOGRAPHIQUE, Kind.SIECLE_ETABLISSEMENTS}:
            harvest.note("inutile", "Export reconnu ; il ne contient rien à comparer.")
        return harvest.export(kind)

    def _kind_by_content(self) -> Kind | None:
        profiles = {record.profile for record in self.harvest.records}
        if profiles:
            return Kind.SIECLE_ELEVES if Profile.ELEVE in profiles else Kind.SIECLE_RESPONSABLES
        return Kind.SIECLE_STRUCTURES if self.harvest.structures else None

    def use(self, name: str, element: _Element) -> None:
        if name == "ELEVE":
            self._pupil(element)
        elif name == "STRUCTURES_ELEVE":
            self._structures_of(element)
        elif name == "PERSONNE":
            self._guardian(element)
        elif name in LINKS:
            self._link(element)
        elif name == "ADRESSE":
            self._address(element)
        elif name in {"DIVISION", "GROUPE"}:
            self._structure(name, element)
        elif name in {"PARAMETRES", "UAJ", "ANNEE_SCOLAIRE"}:
            self._parameters(name, element)
        elif name in COUNTED:
            self.counts[COUNTED[name]] = self.counts.get(COUNTED[name], 0) + 1

    def _parameters(self, name: str, element: _Element) -> None:
        harvest = self.harvest
        if name == "PARAMETRES":
            values = stated(element)
            school = child(element, "UAJ")
            harvest.school = values.get("UAJ") or (attributes(school).get("CODE", "") if school is not None else "")
            years = child(element, "ANNEE_SCOLAIRE")
            harvest.school_year = year(
                values.get("ANNEE_SCOLAIRE") or (attributes(years).get("ANNEE", "") if years is not None else "")
            )
            harvest.made_on = moment(values.get("HORODATAGE", "")) or moment(values.get("DATE_EXPORT", ""))
            harvest.facts(software=values.get("LOGICIEL", "") or "SIECLE")
        elif name == "UAJ":
            values = stated(element)
            names = (values.get(key, "") for key in ("SIGLE", "DENOM_PRINC", "DENOM_COMPL"))
            harvest.school_name = " ".join(dict.fromkeys(part for part in names if part))
            harvest.facts(city=values.get("LL_COMMUNE_INSEE", ""), postcode=values.get("CODE_POSTAL", ""))

    def _pupil(self, element: _Element) -> None:
        harvest = self.harvest
        line = line_of(element)
        values = stated(element)
        get = values.get
        surname, usage_name = usage(get("NOM_DE_FAMILLE") or get("NOM", ""), get("NOM_USAGE", ""))
        given = get("PRENOM") or get("PRENOM1", "")
        if not surname and not given:
            harvest.refuse(line, "Élève sans nom ni prénom : à compléter dans SIECLE.", "NOM_DE_FAMILLE")
            return
        ids = present(
            ine=(get("ID_NATIONAL") or get("INE_RNIE") or get("INE_BEA") or get("INE", "")).upper(),
            eleve_id=get("ELEVE_ID", ""),
            elenoet=get("ELENOET", ""),
            etab_id=get("ID_ELEVE_ETAB", ""),
        )
        extra = present(
            entry_date=text.iso_date(get("DATE_ENTREE", "")),
            exit_date=text.iso_date(get("DATE_SORTIE", "")) or get("DATE_SORTIE", ""),
            exit_reason=get("CODE_MOTIF_SORTIE", ""),
            status=get("CODE_STATUT", ""),
            regime=get("CODE_REGIME", ""),
            mef=get("CODE_MEF") or self._nested(element, "CODE_MEF"),
            repeating="oui" if get("DOUBLEMENT") in {"1", "true"} else "",
            previous_division=clean(self._nested(element, "CODE_STRUCTURE")),
            previous_school=clean(self._nested(element, "CODE_RNE")).upper(),
            mail=get("MEL", ""),
            phone=get("TEL_PORTABLE") or get("TEL_PERSONNEL", ""),
            birth_as_read=_odd_date(get("DATE_NAISS", "")),
        )
        if lodging := get("ADRESSE_ID"):
            self.lodged[len(harvest.records)] = lodging
        harvest.records.append(
            Record(
                origin=harvest.origin(line),
                profile=Profile.ELEVE,
                surname=surname,
                usage_name=usage_name,
                given_names=given,
                other_given_names=clean(" ".join(filter(None, (get("PRENOM2"), get("PRENOM3"))))),
                birth_date=text.iso_date(get("DATE_NAISS", "")),
                sex=sex(get("CODE_SEXE", "")),
                division=get("CODE_STRUCTURE") or get("CODE_DIVISION", ""),
                ids=ids,
                extra=harvest.shared(extra),
            )
        )

    def _nested(self, element: _Element, name: str) -> str:
        """A value that stands one level down (``SCOLARITE_ACTIVE``, ``SCOLARITE_AN_DERNIER``)."""
        for part in element:
            if len(part):
                for node in children(part, name):
                    if node.text and (value := node.text.strip()):
                        return value
        return ""

    def _structures_of(self, element: _Element) -> None:
        values = stated(element)
        key = values.get("ELEVE_ID") or "n" + values.get("ELENOET", "")
        for structure in element:
            part = stated(structure)
            code, letter = part.get("CODE_STRUCTURE", ""), part.get("TYPE_STRUCTURE", "").upper()
            if not code:
                continue
            stated_ = self.divisions if letter.startswith("D") else self.groups
            known = stated_.get(key, ())
            if code not in known:
                codes = (*known, code)
                stated_[key] = self.codes.setdefault(codes, codes)

    def _guardian(self, element: _Element) -> None:
        harvest = self.harvest
        line = line_of(element)
        values = stated(element)
        get = values.get
        surname, usage_name = usage(get("NOM_DE_FAMILLE") or get("NOM", ""), get("NOM_USAGE", ""))
        given = get("PRENOM", "")
        if not surname and not given:
            harvest.refuse(line, "Responsable sans nom ni prénom : à compléter dans SIECLE.", "NOM_DE_FAMILLE")
            return
        civility = get("LC_CIVILITE") or get("LL_CIVILITE", "")
        extra = present(
            civility=civility,
            mail=get("MEL", ""),
            mobile=get("TEL_PORTABLE", ""),
            phone=get("TEL_PORTABLE") or get("TEL_PERSONNEL") or get("TEL_PROFESSIONNEL", ""),
            home_phone=get("TEL_PERSONNEL", ""),
            work_phone=get("TEL_PROFESSIONNEL", ""),
            accepts_sms={"1": "oui", "true": "oui", "0": "non", "false": "non"}.get(get("ACCEPTE_SMS", "").lower(), ""),
        )
        if lodging := get("ADRESSE_ID"):
            self.lodged[len(harvest.records)] = lodging
        harvest.records.append(
            Record(
                origin=harvest.origin(line),
                profile=Profile.PARENT,
                surname=surname,
                usage_name=usage_name,
                given_names=given,
                birth_date=text.iso_date(get("DATE_NAISS", "")),
                sex=civility_sex(civility),
                ids=present(personne_id=get("PERSONNE_ID", "")),
                extra=harvest.shared(extra),
            )
        )

    def _link(self, element: _Element) -> None:
        values = stated(element)
        pupil, guardian = values.get("ELEVE_ID", ""), values.get("PERSONNE_ID", "")
        if not pupil or not guardian:
            return
        level = level_of(values)
        known = self.levels.get(guardian, "")
        if not known or (LEGAL, IN_CHARGE, CONTACT, "").index(level) < (LEGAL, IN_CHARGE, CONTACT, "").index(known):
            self.levels[guardian] = level
        self.harvest.relations.append(
            Relation(
                pupil=("eleve_id", pupil),
                guardian=("personne_id", guardian),
                level=level,
                rank=values.get("RESP_LEGAL") or values.get("NIVEAU_RESPONSABILITE", ""),
                kinship=values.get("CODE_PARENTE", ""),
                origin=self.harvest.origin(line_of(element)),
            )
        )

    def _address(self, element: _Element) -> None:
        values = stated(element)
        lines = (next((values[name] for name in names if name in values), "") for names in ADDRESS_LINES)
        street = " ".join(filter(None, lines))
        city = values.get("LIBELLE_POSTAL") or values.get("COMMUNE_ETRANGERE", "")
        self.addresses[values.get("ADRESSE_ID", "")] = (
            clean(street),
            values.get("CODE_POSTAL", ""),
            clean(city),
        )

    def _structure(self, name: str, element: _Element) -> None:
        values = stated(element)
        code = values.get("CODE_STRUCTURE") or values.get("CODE") or values.get(f"CODE_{name}", "")
        if not code:
            return
        parents = dict.fromkeys(
            clean(texts(node).get("CODE_STRUCTURE") or attributes(node).get("CODE", ""))
            for node in children(element, "DIVISION_APPARTENANCE")
        )
        parents.pop("", None)
        self.harvest.structures.append(
            Structure(
                type=StructureType.DIVISION if name == "DIVISION" else StructureType.GROUPE,
                code=code,
                label=values.get("LIBELLE_LONG") or values.get("LIBELLE_COURT", ""),
                parents=tuple(parents),
                headcount=number(values.get("EFFECTIF_CALCULE") or values.get("EFFECTIF", "")),
                origin=self.harvest.origin(line_of(element)),
            )
        )

    def _place(self) -> None:
        """Give each record its school, its structures, its address: they may stand after it in the file."""
        harvest = self.harvest
        school = clean(harvest.school).upper()
        for index, record in enumerate(harvest.records):
            ids, extra = record.ids, record.extra
            if address := self.addresses.get(self.lodged.get(index, "")):
                street, postcode, city = address
                extra = {**extra, **present(address=street, postcode=postcode, city=city)}
            if record.profile is Profile.PARENT:
                if level := self.levels.get(ids.get("personne_id", "")):
                    extra = {**extra, "level": level}
                harvest.records[index] = msgspec.structs.replace(record, school=school, extra=extra)
                continue
            keys = (ids.get("eleve_id", ""), "n" + ids.get("elenoet", ""))
            divisions = next((self.divisions[key] for key in keys if key in self.divisions), ())
            groups = next((self.groups[key] for key in keys if key in self.groups), ())
            if len(divisions) > 1:
                extra = {**extra, "divisions": ", ".join(divisions)}
            harvest.records[index] = msgspec.structs.replace(
                record,
                school=school,
                division=divisions[0] if divisions else record.division,
                groups=groups,
                extra=extra,
            )


def level_of(values: Mapping[str, str]) -> str:
    """Level of responsibility of a link; ``NIVEAU_RESPONSABILITE`` is the newer word (formats.md §3.2)."""
    newer = {"1": LEGAL, "2": IN_CHARGE, "0": CONTACT, "3": CONTACT}.get(values.get("NIVEAU_RESPONSABILITE", ""))
    if newer:
        return newer
    return {"1": LEGAL, "2": LEGAL, "0": CONTACT}.get(values.get("RESP_LEGAL", ""), "")


@functools.lru_cache(maxsize=256)
def civility_sex(civility: str) -> str:
    folded = text.fold(civility)
    if folded in {"M", "MR", "MONSIEUR"}:
        return "M"
    return "F" if folded in {"MME", "MLLE", "MADAME", "MADEMOISELLE"} else ""


def number(value: str) -> int | None:
    return int(value) if value.isdecimal() and len(value) < 10 else None


def _odd_date(value: str) -> str:
    """A birth date that is no date, as written."""
    return clean(value) if value and not text.iso_date(value) else ""
