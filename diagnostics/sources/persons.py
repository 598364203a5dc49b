"""Rows of a table of persons as records: one reader for every family, told apart by a ``Reading``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import msgspec

from .. import safety, text
from ..model import Kind, Origin, Profile, Record, RefusedRow, Relation
from . import cells as cell
from .columns import Column
from .excel import Excel
from .family import ID_KEYS, Children, Guardians, reference
from .fitting import Fitting, Shape

EXTRA_KEYS: Mapping[str, str] = {
    "civilite": "civility", "fonction": "function", "discipline": "discipline", "date_entree": "entry_date",
    "date_sortie": "exit_date", "motif_sortie": "exit_reason", "etat": "status", "derniere_connexion": "last_login",
    "derniere_information": "last_notice", "mel": "mail", "tel": "phone", "adresse": "address", "cp": "postcode",
    "ville": "city", "mef": "mef", "regime": "regime", "motif": "reason", "annuaire": "directory", "niveau": "level",
    "etablissement_principal": "main_school",
}  # fmt: skip
OWN_FACTS = frozenset({"mail", "phone", "last_login", "raw", "reason", "children_divisions"})
"""Facts that differ from one person to the next."""
MOMENTS = frozenset({"derniere_connexion", "derniere_information"})
"""Dates whose wording says something when it is no date (« jamais connecté »)."""
DAYS = frozenset({"date_entree", "date_sortie"})
"""Dates which PRONOTE words « Début d'année » and « Fin d'année »: nothing to know."""
MAX_SHARED = 20_000
"""Values and mappings remembered because they may come back."""
EMPTY: Mapping[str, str] = {}
Mender = Callable[[str, int], str]


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """How a family reads its rows."""

    kind: Kind
    columns: tuple[Column, ...]
    profile: Profile = Profile.INCONNU
    """Profile of the rows that do not state one."""
    login_key: str = "login"
    state_key: str = "status"
    merge_by_uid: bool = False
    guardian_records: bool = True
    """Whether guardians described on a pupil's row become records (not when the file lists them on rows of theirs)."""
    verbatim: bool = False
    """Keep every column of the row in ``extra["raw"]`` (rejected accounts)."""
    blank_password_is_activated: bool = False
    meta: Mapping[str, str] = {}
    software: str = ""
    doubt: str = ""
    """What could not be told of the whole file, in French."""


class PersonReader:
    """Turns rows into records and counts them: ``read`` is always the rows kept plus ``refused``."""

    def __init__(
        self, export: str, reading: Reading, excel: Excel, shape: Shape, path: str = "", division: str = ""
    ) -> None:
        self.export = export
        self.reading = reading
        self.excel = excel
        self.path = path
        self.records: list[Record] = []
        self.relations: list[Relation] = []
        self.read = 0
        self.refused: list[RefusedRow] = []
        self.shared_uid: list[int] = []
        self.bad_dates: list[tuple[int, str]] = []
        self.unknown_profiles: Counter[str] = Counter()
        self.schools: Counter[str] = Counter()
        self.fitting = Fitting(reading.columns, shape, division)
        self._by_uid: dict[str, int] = {}
        self._structures: dict[tuple[str, Profile], tuple[str, tuple[str, ...]]] = {}
        self._given_names: dict[str, str] = {}
        self._values: dict[str, str] = {}
        """Values of facts, kept once each: addresses, towns and functions come back."""
        self._extras_seen: dict[tuple[tuple[str, str], ...], Mapping[str, str]] = {}
        self._establishments: dict[str, tuple[str, str]] = {}
        self._plan()

    def _plan(self) -> None:
        """Work out once which cell gives what."""
        reading = self.reading
        own: dict[str, list[int]] = {}
        for column in reading.columns:
            if column.name and not column.role:
                own.setdefault(column.name, []).append(column.index)
        first = {name: indexes[0] for name, indexes in own.items()}
        self._surname = first.get("nom", -1)
        self._given = first.get("prenom", first.get("prenom_usage", -1))
        self._full = first.get("nom_prenom", first.get("prenom_nom", -1))
        self._given_first = "nom_prenom" not in first
        self._code_source = "code_source" in first
        self._usage = first.get("nom_usage", -1)
        self._other = tuple(own.get("autres_prenoms", ()))
        self._birth = first.get("date_naissance", -1)
        self._sex = first.get("sexe", -1)
        self._profile = first.get("profil", -1)
        self._classes = tuple(own.get("classe", ()))
        self._groups = tuple(own.get("groupes", ()))
        self._uai = first.get("uai", -1)
        self._school = first.get("etablissement", first.get("etablissement_principal", -1))
        self._passwords = tuple(own.get("mdp", ()))
        self._ids: list[tuple[int, str, Mender | None]] = [
            (index, reading.login_key if name == "login" else key, self._id_mender(name))
            for name, key in ID_KEYS.items()
            for index in own.get(name, ())[:2]
        ]
        self._extras: list[tuple[int, str, Mender | None]] = [
            (index, reading.state_key if name == "etat" else key, self._extra_mender(name))
            for name, key in EXTRA_KEYS.items()
            for index in own.get(name, ())
        ]
        self._name_label = self._label(self._surname if self._surname >= 0 else self._full)
        self._given_label = self._label(self._given if self._given >= 0 else self._full)
        self.children = Children(reading.columns)
        self.guardians = Guardians(
            reading.columns, self.export, self.path, self.excel, self.records, self.relations, reading.guardian_records
        )

    def _label(self, index: int) -> str:
        return self.reading.columns[index].label if index >= 0 else ""

    def _id_mender(self, name: str) -> Mender | None:
        if name == "ine":
            return self.excel.ine
        if name == "cle_jointure":
            return lambda value, line: text.jointure(value) if "$" in value else value
        if name == "code_source":
            return lambda value, line: value.replace("\\$", "$")  # pasted from a page kept as Markdown
        if name in {"login", "login_educonnect"}:
            return lambda value, line: cell.stated(value)
        return self.excel.number

    def _extra_mender(self, name: str) -> Mender | None:
        if name in DAYS:
            return self.excel.day
        if name in MOMENTS:
            return lambda value, line: self.excel.day(value, line) or cell.stated(value)
        if name == "tel":
            return self.excel.phone
        if name == "cp":
            return self.excel.postcode
        if name in {"mel", "etat"}:
            return lambda value, line: cell.stated(value)
        return None

    # -- one row ------------------------------------------------------------------------------------------------

    def feed(self, line: int, row: list[str], unterminated: bool = False) -> None:
        """Read one row: a record kept, a row refused, or a line that states no person."""
        if len(self._values) > MAX_SHARED:
            self._values.clear()
        fitted = self.fitting.fit(line, row, unterminated)
        if fitted is None:
            return
        self.read += 1
        record = fitted if isinstance(fitted, RefusedRow) else self._record(line, fitted)
        if isinstance(record, RefusedRow):
            self.refused.append(record)
            return
        assert not isinstance(fitted, RefusedRow)
        index = self._place(record, line)
        if self.guardians.present and record.profile in {Profile.ELEVE, Profile.INCONNU}:
            self.records[index] = self.guardians.of(self.records[index], line, fitted)

    def _record(self, line: int, row: list[str]) -> Record | RefusedRow:
        ids: dict[str, str] = {}
        for index, key, mend in self._ids:
            if (value := row[index]) and key not in ids and (value := mend(value, line) if mend else value):
                ids[key] = value
        extra: dict[str, str] = {}
        for index, key, mend in self._extras:
            value = row[index]
            if value and mend:
                value = mend(value, line)
            if value:
                value = self._values.setdefault(value, value)
            if value and (key not in extra or (key == "phone" and mobile(value) and not mobile(extra[key]))):
                extra[key] = value
        surname, given, birth = self._identity(line, row, ids, extra)
        profile = self.reading.profile
        if self._profile >= 0 and (written := row[self._profile]):
            profile = cell.profile(written)
            if profile is Profile.INCONNU:
                self.unknown_profiles[written] += 1
        for index in self._passwords:
            state = cell.activated(row[index], self.reading.blank_password_is_activated)
            if state:
                extra["activated"] = state
        children: tuple[str, ...] = ()
        if self.children.present and any(row[i] for i in self.children.indexes):
            children, divisions, child_refs = self.children.read(row)
            if profile is Profile.INCONNU and (self._profile < 0 or not row[self._profile]):
                profile = Profile.PARENT
            if divisions:
                extra["children_divisions"] = " ; ".join(divisions)
            if child_refs:
                own_ref = reference(ids, line)
                ids.setdefault(*own_ref)
                origin = Origin(self.export, line, self.path)
                self.relations += [Relation(pupil=ref, guardian=own_ref, origin=origin) for ref in child_refs]
        if not surname and not (self.reading.verbatim and (given or ids or extra)):
            return RefusedRow(
                line=line, column=self._name_label, reason="nom de famille absent : la personne ne peut être cherchée"
            )
        if not given and not ids and not birth and not self.reading.verbatim:
            reason = "prénom absent, et aucun identifiant sur la ligne"
            return RefusedRow(line=line, column=self._given_label, reason=reason)
        school = self._read_school(row, line, extra) if self._uai >= 0 or self._school >= 0 else ""
        if self.reading.verbatim:
            extra["raw"] = self._raw(row)
        division, groups = self._read_structures(row, profile) if self._classes or self._groups else ("", ())
        if not division and not self._classes and self.fitting.division:
            division = self.fitting.division
        usage = row[self._usage] if self._usage >= 0 else ""
        sex = cell.sex(row[self._sex]) if self._sex >= 0 else ""
        if not sex and "civility" in extra:
            sex = cell.sex(extra["civility"])
        return Record(
            origin=Origin(self.export, line, self.path),
            profile=profile,
            surname=surname,
            usage_name="" if usage == surname else usage,
            given_names=self._given_names.setdefault(given, given),
            other_given_names=" ".join(row[i] for i in self._other if row[i]) if self._other else "",
            birth_date=birth,
            sex=sex,
            division=division,
            groups=groups,
            school=school,
            children=children,
            ids=ids or EMPTY,
            extra=self._shared(extra) if extra else EMPTY,
        )

    def _shared(self, extra: Mapping[str, str]) -> Mapping[str, str]:
        """The same mapping for the rows that say the same: a region's accounts differ by a dozen of them, a family's
        by none."""
        if not OWN_FACTS.isdisjoint(extra):
            return extra
        if len(self._extras_seen) > MAX_SHARED:
            self._extras_seen.clear()
        return self._extras_seen.setdefault(tuple(extra.items()), extra)

    def _identity(
        self, line: int, row: list[str], ids: Mapping[str, str], extra: dict[str, str]
    ) -> tuple[str, str, str]:
        """(surname, given names, birth date)."""
        surname = row[self._surname] if self._surname >= 0 else ""
        given = row[self._given] if self._given >= 0 else ""
        birth = ""
        if self._birth >= 0 and (written := row[self._birth]):
            birth = self.excel.day(written, line)
            if not birth and cell.stated(written):
                self.bad_dates.append((line, written))
        if not surname and self._full >= 0 and (full := row[self._full]):
            civility, name = cell.civil_name(full)
            if civility:
                extra.setdefault("civility", civility)
            if "(" in name or name[-1:].isdigit():
                name, _ = cell.listed_child(name)
            if given:
                surname = name
            else:
                surname, given = cell.full_name(name, given_first=self._given_first)
        if self._code_source and (match := text.CODE_SOURCE.fullmatch(ids.get("code_source", ""))):
            surname, given, birth = from_code_source(match, surname, given, birth)
        if '"' in surname or '"' in given:  # one alone is a slip; two hold a nickname
            surname, given = (
                part.replace('"', "").strip() if part.count('"') % 2 else part for part in (surname, given)
            )
        return surname, given, birth

    def _read_structures(self, row: list[str], profile: Profile) -> tuple[str, tuple[str, ...]]:
        """(division, groups): the classes of a pupil's row, all classes of an adult's as groups."""
        if len(self._classes) == 1 and not self._groups:
            key = (row[self._classes[0]], profile)
            known = self._structures.get(key)
            if known is None:
                known = self._structures[key] = split_classes(cell.classes(self.excel.division(key[0])), (), profile)
            return known
        codes = tuple(c for i in self._classes if row[i] for c in cell.classes(self.excel.division(row[i])))
        groups = tuple(c for i in self._groups if row[i] for c in cell.classes(row[i]))
        return split_classes(codes, groups, profile)

    def _read_school(self, row: list[str], line: int, extra: dict[str, str]) -> str:
        school = ""
        if self._uai >= 0 and (value := row[self._uai]):
            known = self._establishments.get(value)
            if known is None:
                school = self.excel.uai(value, line)
                if school == value:
                    self._establishments[value] = (school, "")
            else:
                school = known[0]
        if not school and self._school >= 0 and (value := row[self._school]):
            known = self._establishments.get(value)
            if known is None:
                found = text.find_uai(value)
                known = self._establishments[value] = (found, "" if value.upper() == found else value)
            school = known[0]
            if known[1]:
                extra.setdefault("main_school", known[1])
        if school:
            self.schools[school] += 1
        return school

    def _raw(self, row: Sequence[str]) -> str:
        """The row as read, passwords left out."""
        return safety.clean(
            " ; ".join(
                f"{column.label or f'colonne {column.index + 1}'} : {row[column.index]}"
                for column in self.reading.columns
                if column.name != "mdp" and row[column.index]
            )
        )

    def _place(self, record: Record, line: int) -> int:
        """Index of the record among those kept; rows of one account make one record."""
        uid = record.ids.get("uid", "") if self.reading.merge_by_uid else ""
        if uid:
            known = self._by_uid.get(uid)
            if known is None:
                self._by_uid[uid] = len(self.records)
            elif same_person(self.records[known], record):
                self.records[known] = merged(self.records[known], record)
                return known
            else:
                self.shared_uid.append(line)
        self.records.append(record)
        return len(self.records) - 1


def mobile(phone: str) -> bool:
    """Whether a number is a mobile one, by which EduConnect and the ENT know a guardian."""
    return phone[:2] in {"06", "07"} or phone[:4] in {"+336", "+337"}


def split_classes(codes: tuple[str, ...], groups: tuple[str, ...], profile: Profile) -> tuple[str, tuple[str, ...]]:
    """(division, groups): only a pupil has a division, the first class of the list."""
    if not codes:
        return "", groups
    if profile is Profile.ELEVE or (len(codes) == 1 and profile in {Profile.INCONNU, Profile.PARENT}):
        return codes[0], codes[1:] + groups
    return "", codes + groups


def from_code_source(match: re.Match[str], surname: str, given: str, birth: str) -> tuple[str, str, str]:
    """Names of a code source, put back in order when it was written ``NOM$Prénom$date``."""
    first, second = match[1].strip(), match[2].strip()
    swapped = text.is_upper(first) and not text.is_upper(second)
    if surname and given and text.fold(surname) == text.fold(first) and text.fold(given) == text.fold(second):
        swapped = True
    if swapped:
        first, second = second, first
    return second or surname, first or given, match[3] or birth


def same_person(first: Record, second: Record) -> bool:
    """Whether two rows that carry one uid name one person."""
    return text.fold(first.surname) == text.fold(second.surname) and text.fold(first.given_names) == text.fold(
        second.given_names
    )


def merged(first: Record, second: Record) -> Record:
    """One record of two rows of one account: the first rules, children and groups are added."""
    children = first.children + tuple(c for c in second.children if c not in first.children)
    groups = first.groups + tuple(g for g in second.groups if g not in first.groups)
    if first.division and second.division not in {"", first.division, *groups}:
        groups = (*groups, second.division)
    divisions = [d for d in (first.extra.get("children_divisions"), second.extra.get("children_divisions")) if d]
    extra = {**second.extra, **first.extra}
    if divisions:
        extra["children_divisions"] = " ; ".join(dict.fromkeys(" ; ".join(divisions).split(" ; ")))
    return msgspec.structs.replace(
        first,
        children=children,
        groups=groups,
        division=first.division or second.division,
        birth_date=first.birth_date or second.birth_date,
        school=first.school or second.school,
        ids={**second.ids, **first.ids},
        extra=extra,
    )
