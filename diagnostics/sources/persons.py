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

ID_KEYS: Mapping[str, str] = {
    "ine": "ine", "eleve_id": "eleve_id", "elenoet": "elenoet", "etab_id": "etab_id", "personne_id": "personne_id",
    "sts_id": "sts_id", "login": "login", "uid": "uid", "idpn": "idpn", "login_educonnect": "educonnect",
    "cle_jointure": "jointure", "code_source": "code_source",
}  # fmt: skip
EXTRA_KEYS: Mapping[str, str] = {
    "civilite": "civility", "fonction": "function", "discipline": "discipline", "date_entree": "entry_date",
    "date_sortie": "exit_date", "motif_sortie": "exit_reason", "etat": "status", "derniere_connexion": "last_login",
    "derniere_information": "last_notice", "mel": "mail", "tel": "phone", "adresse": "address", "cp": "postcode",
    "ville": "city", "mef": "mef", "regime": "regime", "motif": "reason", "annuaire": "directory", "niveau": "level",
    "etablissement_principal": "main_school",
}  # fmt: skip
DATE_NAMES = frozenset({
    "date_naissance", "date_entree", "date_sortie", "derniere_connexion", "derniere_information",
})  # fmt: skip
REFERENCE_ORDER = ("uid", "eleve_id", "ine", "jointure", "personne_id", "educonnect", "login", "idpn", "ident")
"""Identifiers by which a relation may name a person, best first."""
KINSHIP: Mapping[str, str] = {"pere": "20", "mere": "10"}
"""formats.md §12.4."""
TOTAL = re.compile(
    r"(?:total|effectif|nombre|soit)?\s*:?\s*\d+\s*(?:eleves?|responsables?|professeurs?|enseignants?|personnes?|lignes?"
    r"|utilisateurs?|comptes?|resultats?|enregistrements?|personnels?|parents?|fiches?|inscrits?|classes?)\b.*"
    r"|total\b.*|effectifs?\b.*|nombre (?:de|d)\b.*|page \d+.*|(?:edite|imprime|extrait|exporte|genere)s? le\b.*"
    r"|fin d(?:u|e) .*|\d+ / \d+|\d+"
)
"""Lines that count or decorate: they state no person."""
GROUP_TITLE = re.compile(r"(?:classe|division)\s*:?\s*(\S.{0,29})", re.IGNORECASE)


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
    verbatim: bool = False
    """Keep every column of the row in ``extra["raw"]`` (rejected accounts)."""
    meta: Mapping[str, str] = {}
    school: str = ""
    school_year: int | None = None
    software: str = ""


class Guardian(msgspec.Struct, frozen=True):
    """Columns that describe one guardian on a pupil's row."""

    role: str
    columns: Mapping[str, int]
    level: str
    rank: str


class PersonReader:
    """Turns rows into records and counts them; ``refused`` and ``records`` always add up with ``read``."""

    def __init__(self, export: str, reading: Reading, excel: Excel, path: str = "", width: int = 0) -> None:
        self.export = export
        self.reading = reading
        self.excel = excel
        self.path = path
        self.width = width or len(reading.columns)
        self.read = 0
        self.records: list[Record] = []
        self.relations: list[Relation] = []
        self.refused: list[RefusedRow] = []
        self.totals = 0
        self.repeated_headers = 0
        self.shared_uid: list[int] = []
        self.bad_dates: list[tuple[int, str]] = []
        self.unknown_profiles: Counter[str] = Counter()
        self.schools: Counter[str] = Counter()
        self.couples: list[int] = []
        self._labels = tuple(c.label for c in reading.columns)
        self._header = tuple(label.casefold() for label in self._labels)
        self._by_uid: dict[str, int] = {}
        self._guardian_at: dict[tuple[str, ...], int] = {}
        self._division = ""
        self._interned: dict[str, str] = {}
        self._plan()

    def _plan(self) -> None:
        """Work out once which cell gives what."""
        own: dict[str, list[int]] = {}
        guardians: dict[str, dict[str, int]] = {}
        children: dict[str, dict[str, list[int]]] = {}
        for column in self.reading.columns:
            if not column.name or column.role == "payeur":
                continue
            if not column.role:
                own.setdefault(column.name, []).append(column.index)
            elif column.role.startswith("enfant"):
                children.setdefault(column.role, {}).setdefault(column.name, []).append(column.index)
            else:
                guardians.setdefault(column.role, {}).setdefault(column.name, column.index)
        first = {name: indexes[0] for name, indexes in own.items()}
        self._surname = first.get("nom", -1)
        self._given = first.get("prenom", -1)
        self._full = first.get("nom_prenom", -1)
        self._code_source = first.get("code_source", -1)
        self._usage = first.get("nom_usage", -1)
        self._other = tuple(own.get("autres_prenoms", ()))
        self._birth = first.get("date_naissance", -1)
        self._sex = first.get("sexe", -1)
        self._civility = first.get("civilite", -1)
        self._profile = first.get("profil", -1)
        self._classes = tuple(own.get("classe", ()))
        self._groups = tuple(own.get("groupes", ()))
        self._uai = first.get("uai", -1)
        self._school = first.get("etablissement", first.get("etablissement_principal", -1))
        self._passwords = tuple(own.get("mdp", ()))
        self._ids: list[tuple[int, str, Callable[[str, int], str] | None]] = []
        for name, key in ID_KEYS.items():
            for index in own.get(name, ())[:2]:
                target = self.reading.login_key if name == "login" else key
                self._ids.append((index, target, self._id_mender(name)))
        self._extras: list[tuple[int, str, Callable[[str, int], str] | None]] = []
        for name, key in EXTRA_KEYS.items():
            for index in own.get(name, ()):
                target = self.reading.state_key if name == "etat" else key
                self._extras.append((index, target, self._extra_mender(name)))
        self._guardians = [
            Guardian(
                role,
                columns,
                "legal"
                if any("leg" in c.label.casefold() or "lég" in c.label.casefold() for c in self._of_role(role))
                else "",
                role[-1] if role[-1].isdigit() else "",
            )
            for role, columns in guardians.items()
        ]
        self._children = list(children.values())

    def _of_role(self, role: str) -> list[Column]:
        return [c for c in self.reading.columns if c.role == role]

    def _id_mender(self, name: str) -> Callable[[str, int], str] | None:
        if name == "ine":
            return self.excel.ine
        if name == "cle_jointure":
            return lambda value, line: text.jointure(value)
        if name == "code_source":
            return lambda value, line: value.replace("\\$", "$")  # pasted from a page kept as Markdown
        if name in {"login", "login_educonnect"}:
            return lambda value, line: cell.stated(value)
        return self.excel.number

    def _extra_mender(self, name: str) -> Callable[[str, int], str] | None:
        if name in DATE_NAMES:
            return self._extra_date
        if name == "tel":
            return self.excel.phone
        if name == "cp":
            return self.excel.postcode
        if name in {"mel", "etat"}:
            return lambda value, line: cell.stated(value)
        return None

    def _extra_date(self, value: str, line: int) -> str:
        return self.excel.day(value, line) or cell.stated(value)

    # -- one row ------------------------------------------------------------------------------------------------

    def feed(self, line: int, row: list[str], unterminated: bool = False) -> None:
        """Read one row: a record kept, a row refused, or a line that states no person."""
        if len(row) != self.width:
            fitted = self._fit(line, row, unterminated)
            if fitted is None:
                return
            row = fitted
        elif row[0][:1].isdigit() or "" in row:
            if self._decoration(line, row):
                return
        if row[0].casefold() == self._header[0] and self._repeats_header(row):
            self.repeated_headers += 1
            return
        self.read += 1
        record = self._record(line, row)
        if isinstance(record, RefusedRow):
            self.refused.append(record)
            return
        self._keep(record, line, row)

    def _decoration(self, line: int, row: Sequence[str]) -> bool:
        """Whether the row is a total, a page foot or a class title."""
        filled = [value for value in row if value]
        if len(filled) > 2:
            return False
        flat = text.fold(" ".join(filled)).lower()
        if len(filled) == 1 and self.width > 1:
            if match := GROUP_TITLE.fullmatch(filled[0]):
                self._division = match[1].strip()
                self.totals += 1
                return True
            if TOTAL.fullmatch(flat):
                self.totals += 1
                return True
        elif len(filled) == 2 and self.width > 2 and re.match(r"(?:total|effectif)\b", flat):
            self.totals += 1
            return True
        return False

    def _repeats_header(self, row: Sequence[str]) -> bool:
        same = sum(1 for a, b in zip(row, self._header, strict=False) if a.casefold() == b)
        return same * 5 >= len(self._header) * 4

    def _fit(self, line: int, row: list[str], unterminated: bool) -> list[str] | None:
        """The row at the width of the header, or None when it was dealt with or refused."""
        if self._decoration(line, row):
            return None
        count = len(row)
        if count > self.width:
            if not any(row[self.width :]):
                return row[: self.width]
            reason = (
                f"{count} valeurs pour {self.width} colonnes : un séparateur se trouve sans doute dans une valeur"
                " sans guillemets"
            )
            self._refuse(line, reason, "")
            return None
        if self._repeats_header(row) and count * 5 >= self.width * 4:
            self.repeated_headers += 1
            return None
        if unterminated:
            self._refuse(
                line, "dernière ligne coupée : le fichier est incomplet, refaites l'export", self._labels[count]
            )
            return None
        padded = row + [""] * (self.width - count)
        if count < 2 <= self.width or (wrong := self._implausible(padded)) is not None:
            column = self._labels[count] if count < 2 <= self.width else wrong or ""
            self._refuse(line, f"ligne trop courte : {count} valeurs pour {self.width} colonnes", column)
            return None
        return padded

    def _implausible(self, row: Sequence[str]) -> str | None:
        """Label of the first column whose value cannot be of that column, None when all may be."""
        for column in self.reading.columns:
            value = row[column.index]
            if not value:
                continue
            if column.name in {"nom", "prenom", "nom_prenom", "nom_usage"}:
                wrong = "@" in value or any(c.isdigit() for c in value)
            elif column.name == "date_naissance":
                wrong = not cell.day(value) and not cell.american_day(value)
            elif column.name == "mel":
                wrong = "@" not in value and bool(cell.stated(value))
            elif column.name == "ine":
                wrong = not text.INE.fullmatch(value.upper()) and len(value) != 10
            elif column.name == "uai":
                wrong = not text.find_uai(value) and not cell.SHORT_UAI.fullmatch(value)
            elif column.name == "cp":
                wrong = not re.fullmatch(r"\d{4,5}|[A-Z0-9 -]{3,10}", value)
            elif column.name in {"tel", "cle_jointure", "eleve_id", "date_entree", "date_sortie"}:
                wrong = not any(c.isdigit() for c in value)
            elif column.name in {"classe", "login", "uid"}:
                wrong = "@" in value if column.name == "classe" else " " in value
            elif column.name == "profil":
                wrong = cell.profile(value) is Profile.INCONNU
            else:
                wrong = False
            if wrong:
                return column.label
        return None

    def _refuse(self, line: int, reason: str, column: str) -> None:
        self.read += 1
        self.refused.append(RefusedRow(line=line, column=column, reason=reason))

    def _record(self, line: int, row: list[str]) -> Record | RefusedRow:
        ids: dict[str, str] = {}
        for index, key, mend in self._ids:
            value = row[index]
            if value and key not in ids and (value := mend(value, line) if mend else value):
                ids[key] = value
        extra: dict[str, str] = {}
        for index, key, mend in self._extras:
            value = row[index]
            if value and (value := mend(value, line) if mend else value):
                if key not in extra:
                    extra[key] = value
                elif key == "phone" and extra[key][:2] not in {"06", "07"} and value[:2] in {"06", "07"}:
                    extra[key] = value
        surname = row[self._surname] if self._surname >= 0 else ""
        given = row[self._given] if self._given >= 0 else ""
        birth = ""
        if self._birth >= 0 and (written := row[self._birth]):
            birth = self.excel.day(written, line)
            if not birth and cell.stated(written):
                self.bad_dates.append((line, written))
        if not surname and not given and self._full >= 0 and row[self._full]:
            civility, name = cell.civil_name(row[self._full])
            if civility and "civility" not in extra:
                extra["civility"] = civility
            name, division = cell.listed_child(name) if "(" in name else (name, "")
            surname, given = text.split_full_name(name)
        if (
            self._code_source >= 0
            and "code_source" in ids
            and (match := text.CODE_SOURCE.fullmatch(ids["code_source"]))
        ):
            surname, given, birth = self._from_code_source(match, surname, given, birth)
        stated_profile = row[self._profile] if self._profile >= 0 else ""
        profile = self.reading.profile
        if stated_profile:
            profile = cell.profile(stated_profile)
            if profile is Profile.INCONNU:
                self.unknown_profiles[stated_profile] += 1
        for index in self._passwords:
            if state := cell.activated(row[index]):
                extra["activated"] = state
        children, divisions, child_refs = self._read_children(row)
        if children and not stated_profile and profile is Profile.INCONNU:
            profile = Profile.PARENT
        if not surname and (not given or not self.reading.verbatim) and not (self.reading.verbatim and (ids or extra)):
            label = self._labels[self._surname if self._surname >= 0 else max(self._full, 0)]
            return RefusedRow(
                line=line, column=label, reason="nom de famille absent : la personne ne peut être cherchée"
            )
        if not given and not ids and not birth and not self.reading.verbatim:
            label = self._labels[self._given] if self._given >= 0 else self._labels[max(self._full, 0)]
            return RefusedRow(line=line, column=label, reason="prénom absent, et aucun identifiant sur la ligne")
        division, groups = self._structures(row, profile)
        if profile is Profile.PARENT and divisions:
            extra["children_divisions"] = " ; ".join(divisions)
        school = self._read_school(row, line, extra)
        sex = cell.sex(row[self._sex]) if self._sex >= 0 else ""
        if not sex and (civility := extra.get("civility", "")):
            sex = cell.sex(civility)
        if self.reading.verbatim:
            extra["raw"] = self._raw(row)
        usage = row[self._usage] if self._usage >= 0 else ""
        other = " ".join(row[i] for i in self._other if row[i]) if self._other else ""
        record = Record(
            origin=Origin(self.export, line, self.path),
            profile=profile,
            surname=surname,
            usage_name="" if usage == surname else usage,
            given_names=given,
            other_given_names=other,
            birth_date=birth,
            sex=sex,
            division=division,
            groups=groups,
            school=school,
            children=children,
            ids=ids,
            extra=extra,
        )
        if child_refs:
            guardian = self._reference(ids, line)
            if guardian[0] == "ident" and "ident" not in ids:
                ids["ident"] = guardian[1]
            self.relations += [Relation(pupil=ref, guardian=guardian, origin=record.origin) for ref in child_refs]
        return record

    def _from_code_source(self, match: re.Match[str], surname: str, given: str, birth: str) -> tuple[str, str, str]:
        """Names of a code source, put back in order when it was written ``NOM$Prénom$date``."""
        first, second = match[1].strip(), match[2].strip()
        if text.is_upper(first) and not text.is_upper(second):
            first, second = second, first
        if surname and given and text.fold(surname) == text.fold(first) and text.fold(given) == text.fold(second):
            first, second = second, first
        return second or surname, first or given, match[3] or birth

    def _structures(self, row: list[str], profile: Profile) -> tuple[str, tuple[str, ...]]:
        codes: tuple[str, ...] = ()
        for index in self._classes:
            if row[index]:
                codes += cell.classes(self.excel.division(row[index], 0))
        groups: tuple[str, ...] = ()
        for index in self._groups:
            if row[index]:
                groups += cell.classes(row[index])
        if not codes and self._division and not self._classes:
            codes = (self._division,)
        if not codes:
            return "", groups
        if profile in {Profile.ELEVE, Profile.INCONNU} and (profile is Profile.ELEVE or len(codes) == 1):
            return self._interned.setdefault(codes[0], codes[0]), codes[1:] + groups
        if profile is Profile.PARENT and len(codes) == 1:
            return codes[0], groups
        return "", codes + groups

    def _read_school(self, row: list[str], line: int, extra: dict[str, str]) -> str:
        school = ""
        if self._uai >= 0 and row[self._uai]:
            school = self.excel.uai(row[self._uai], line)
        if not school and self._school >= 0 and row[self._school]:
            school = text.find_uai(row[self._school])
            if row[self._school].upper() != school and "main_school" not in extra:
                extra["main_school"] = row[self._school]
        if school:
            self.schools[school] += 1
            return self._interned.setdefault(school, school)
        return ""

    def _read_children(self, row: list[str]) -> tuple[tuple[str, ...], list[str], list[tuple[str, str]]]:
        """(children as named, their classes, references to them)."""
        names: list[str] = []
        divisions: list[str] = []
        refs: list[tuple[str, str]] = []
        for columns in self._children:
            surname = next((row[i] for i in columns.get("nom", ()) if row[i]), "")
            given = next((row[i] for i in columns.get("prenom", ()) if row[i]), "")
            if surname or given:
                names.append(cell.child(surname, given))
            for index in columns.get("nom_prenom", ()):
                for item in cell.items(row[index]) if row[index] else ():
                    name, division = cell.listed_child(item)
                    if name and not name.isdigit():
                        names.append(name)
                    if division:
                        divisions.append(division)
            divisions += [code for i in columns.get("classe", ()) if row[i] for code in cell.classes(row[i])]
            for name in ("uid", "cle_jointure", "ine", "eleve_id"):
                for index in columns.get(name, ()):
                    refs += [(ID_KEYS[name], text.jointure(v)) for v in cell.items(row[index])] if row[index] else []
        return tuple(names), divisions, refs

    def _raw(self, row: Sequence[str]) -> str:
        """The row as read, passwords left out."""
        parts = []
        for column in self.reading.columns:
            if column.name != "mdp" and row[column.index]:
                parts.append(f"{column.label or f'colonne {column.index + 1}'} : {row[column.index]}")
        return safety.clean(" ; ".join(parts))

    @staticmethod
    def _reference(ids: Mapping[str, str], line: int) -> tuple[str, str]:
        for key in REFERENCE_ORDER:
            if key in ids:
                return key, ids[key]
        return "ident", str(line)

    # -- what a row adds ----------------------------------------------------------------------------------------

    def _keep(self, record: Record, line: int, row: list[str]) -> None:
        index = self._place(record, line)
        if self._guardians and record.profile in {Profile.ELEVE, Profile.INCONNU}:
            self.records[index] = self._guardians_of(self.records[index], line, row)

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

    def _guardians_of(self, pupil: Record, line: int, row: list[str]) -> Record:
        """Records and relations of the guardians that a pupil's row describes."""
        found: list[tuple[Guardian, tuple[str, str]]] = []
        for guardian in self._guardians:
            columns = guardian.columns
            if "uid" in columns and row[columns["uid"]]:
                found.append((guardian, ("uid", row[columns["uid"]])))
            elif self.reading.guardian_records and ({"nom", "nom_prenom"} & columns.keys()):
                reference = self._guardian_record(guardian, pupil, line, row)
                if reference:
                    found.append((guardian, reference))
        if not found:
            return pupil
        reference = self._reference(pupil.ids, line)
        if reference[0] == "ident" and "ident" not in pupil.ids:
            pupil = msgspec.structs.replace(pupil, ids={**pupil.ids, "ident": reference[1]})
        for guardian, other in found:
            kinship = row[guardian.columns["lien"]] if "lien" in guardian.columns else ""
            self.relations.append(
                Relation(
                    pupil=reference,
                    guardian=other,
                    level=guardian.level,
                    rank=guardian.rank,
                    kinship=kinship or KINSHIP.get(guardian.role, ""),
                    origin=pupil.origin,
                )
            )
        return pupil

    def _guardian_record(self, guardian: Guardian, pupil: Record, line: int, row: list[str]) -> tuple[str, str] | None:
        def value(name: str) -> str:
            index = guardian.columns.get(name, -1)
            return row[index] if index >= 0 else ""

        surname, given, civility = value("nom"), value("prenom"), value("civilite")
        if not surname and (full := value("nom_prenom")):
            civility, full = cell.civil_name(full)
            if " et " in f" {civility.casefold()} " or " ou " in f" {civility.casefold()} ":
                self.couples.append(line)
                return None
            surname, given = text.split_full_name(full)
        if not surname:
            return None
        mail, phone, address = value("mel"), self.excel.phone(value("tel"), line), value("adresse")
        child = cell.child(pupil.surname, pupil.given_names)
        extra = {
            key: found
            for key, found in (
                ("civility", civility),
                ("mail", mail),
                ("phone", phone),
                ("address", address),
                ("postcode", value("cp")),
                ("city", value("ville")),
                ("children_divisions", pupil.division),
            )
            if found
        }
        ids = {"ident": f"{line}.{guardian.rank or guardian.role}"}
        if uid := value("uid"):
            ids["uid"] = uid
        # One guardian of two pupils is one record only when mail or phone says so: homonyms are many.
        same = (text.fold(surname), text.fold(given), text.fold(mail) or text.fold(phone))
        known = self._guardian_at.get(same) if same[2] else None
        if known is not None:
            record = self.records[known]
            if child not in record.children:
                self.records[known] = msgspec.structs.replace(record, children=(*record.children, child))
            return self._reference(record.ids, line)
        if same[2]:
            self._guardian_at[same] = len(self.records)
        self.records.append(
            Record(
                origin=Origin(self.export, line, self.path),
                profile=Profile.PARENT,
                surname=surname,
                given_names=given,
                usage_name=value("nom_usage"),
                sex=cell.sex(civility) or {"pere": "M", "mere": "F"}.get(guardian.role, ""),
                school=pupil.school,
                children=(child,),
                ids=ids,
                extra=extra,
            )
        )
        return self._reference(ids, line)


def same_person(first: Record, second: Record) -> bool:
    """Whether two rows that carry one uid name one person."""
    return text.fold(first.surname) == text.fold(second.surname) and text.fold(first.given_names) == text.fold(
        second.given_names
    )


def merged(first: Record, second: Record) -> Record:
    """One record of two rows of one account: the first rules, children and groups are added."""
    children = first.children + tuple(c for c in second.children if c not in first.children)
    groups = first.groups + tuple(g for g in second.groups if g not in first.groups)
    if second.division and second.division != first.division and second.division not in groups and first.division:
        groups = (*groups, second.division)
    return msgspec.structs.replace(
        first,
        children=children,
        groups=groups,
        division=first.division or second.division,
        birth_date=first.birth_date or second.birth_date,
        school=first.school or second.school,
        ids={**second.ids, **first.ids},
        extra={**second.extra, **first.extra},
    )
