"""Guardians described on a pupil's row, children named on a guardian's: records, names and relations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from .. import text
from ..model import Origin, Profile, Record, Relation
from . import cells as cell
from .columns import Column
from .excel import Excel

ID_KEYS: Mapping[str, str] = {
    "ine": "ine", "eleve_id": "eleve_id", "elenoet": "elenoet", "etab_id": "etab_id", "personne_id": "personne_id",
    "sts_id": "sts_id", "login": "login", "uid": "uid", "idpn": "idpn", "login_educonnect": "educonnect",
    "cle_jointure": "jointure", "code_source": "code_source",
}  # fmt: skip
"""Canonical column → key of ``Record.ids``."""
REFERENCE_ORDER = ("uid", "eleve_id", "ine", "jointure", "personne_id", "educonnect", "login", "idpn", "ident")
"""Identifiers by which a relation may name a person, best first."""
KINSHIP: Mapping[str, str] = {"pere": "20", "mere": "10"}
"""formats.md §12.4."""
COUPLE = frozenset({"et", "ou", "/", "&"})


def reference(ids: Mapping[str, str], line: int) -> tuple[str, str]:
    """The best identifier of a row; failing that, its number in the file."""
    for key in REFERENCE_ORDER:
        if key in ids:
            return key, ids[key]
    return "ident", str(line)


class Children:
    """The columns that name children on a guardian's row."""

    def __init__(self, columns: Sequence[Column]) -> None:
        roles: dict[str, dict[str, list[int]]] = {}
        for column in columns:
            if column.name and column.role.startswith("enfant"):
                roles.setdefault(column.role, {}).setdefault(column.name, []).append(column.index)
        self._roles = tuple(roles.values())
        self.present = bool(self._roles)
        self.indexes = tuple(i for role in self._roles for indexes in role.values() for i in indexes)

    def read(self, row: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...], tuple[tuple[str, str], ...]]:
        """(children as named, their classes, references to them)."""
        names: list[str] = []
        divisions: list[str] = []
        refs: list[tuple[str, str]] = []
        for columns in self._roles:
            surname = next((row[i] for i in columns.get("nom", ()) if row[i]), "")
            given = next((row[i] for i in columns.get("prenom", ()) if row[i]), "")
            if surname or given:
                names.append(cell.child(surname, given))
            for index in columns.get("nom_prenom", ()):
                for item in cell.children(row[index]) if row[index] else ():
                    name, division = cell.listed_child(cell.civil_name(item)[1])
                    if name and not name.isdigit():
                        names.append(name)
                    if division:
                        divisions.append(division)
            divisions += [code for i in columns.get("classe", ()) if row[i] for code in cell.classes(row[i])]
            for name in ("uid", "cle_jointure", "ine", "eleve_id"):
                for index in columns.get(name, ()):
                    if row[index]:
                        refs += [(ID_KEYS[name], text.jointure(value)) for value in cell.items(row[index])]
        return tuple(dict.fromkeys(names)), tuple(dict.fromkeys(divisions)), tuple(dict.fromkeys(refs))


class Guardian(msgspec.Struct, frozen=True):
    """Columns that describe one guardian on a pupil's row."""

    role: str
    columns: Mapping[str, int]
    level: str
    rank: str
    uid: int
    named: bool


class Guardians:
    """Reads the guardians of pupils' rows into the lists of records and relations of the reader.

    Attributes:
        couples: lines where one cell holds two guardians (« M. et Mme TESTARD »), who cannot be told apart.
    """

    def __init__(
        self,
        columns: Sequence[Column],
        export: str,
        path: str,
        excel: Excel,
        records: list[Record],
        relations: list[Relation],
        make_records: bool,
    ) -> None:
        roles: dict[str, dict[str, int]] = {}
        for column in columns:
            if column.name and column.role and column.role != "payeur" and not column.role.startswith("enfant"):
                roles.setdefault(column.role, {}).setdefault(column.name, column.index)
        self._all = tuple(
            Guardian(
                role,
                found,
                "legal" if any("LEG" in text.fold(c.label) for c in columns if c.role == role) else "",
                role[-1] if role[-1].isdigit() else "",
                found.get("uid", -1),
                make_records and not {"nom", "nom_prenom", "prenom_nom"}.isdisjoint(found),
            )
            for role, found in roles.items()
        )
        self.present = any(g.uid >= 0 or g.named for g in self._all)
        self.couples: list[int] = []
        self._export = export
        self._path = path
        self._excel = excel
        self._records = records
        self._relations = relations
        self._at: dict[tuple[str, ...], int] = {}

    def of(self, pupil: Record, line: int, row: Sequence[str]) -> Record:
        """The pupil, given an identifier when relations need one; guardians and relations are added."""
        found: list[tuple[Guardian, tuple[str, str]]] = []
        for guardian in self._all:
            if guardian.uid >= 0 and row[guardian.uid]:
                found.append((guardian, ("uid", row[guardian.uid])))
            elif guardian.named:
                found += [(guardian, ref) for ref in self._records_of(guardian, pupil, line, row)]
        if not found:
            return pupil
        own = reference(pupil.ids, line)
        if own[0] == "ident" and "ident" not in pupil.ids:
            pupil = msgspec.structs.replace(pupil, ids={**pupil.ids, "ident": own[1]})
        for guardian, other in found:
            kinship = row[guardian.columns["lien"]] if "lien" in guardian.columns else ""
            self._relations.append(
                Relation(
                    pupil=own,
                    guardian=other,
                    level=guardian.level,
                    rank=guardian.rank,
                    kinship=kinship or KINSHIP.get(guardian.role, ""),
                    origin=pupil.origin,
                )
            )
        return pupil

    def _records_of(
        self, guardian: Guardian, pupil: Record, line: int, row: Sequence[str]
    ) -> Iterator[tuple[str, str]]:
        """References to the guardians of one role; a cell may list several."""

        def value(name: str) -> str:
            index = guardian.columns.get(name, -1)
            return row[index] if index >= 0 else ""

        surname, given, civility = value("nom"), value("prenom"), value("civilite")
        if surname:
            if not given and cell.looks_full(surname):
                surname, given = cell.full_name(surname)
            yield self._record(guardian, pupil, line, row, (surname, given, civility), "")
            return
        listed = cell.items(value("nom_prenom") or value("prenom_nom"))
        for number, item in enumerate(listed, 1):
            civility, full = cell.civil_name(item)
            if COUPLE & set(civility.casefold().replace("/", " / ").replace("&", " & ").split()):
                self.couples.append(line)
                continue
            surname, given = cell.full_name(full, given_first="prenom_nom" in guardian.columns)
            if surname:
                part = f".{number}" if len(listed) > 1 else ""
                yield self._record(guardian, pupil, line, row, (surname, given, civility), part)

    def _record(
        self,
        guardian: Guardian,
        pupil: Record,
        line: int,
        row: Sequence[str],
        identity: tuple[str, str, str],
        part: str,
    ) -> tuple[str, str]:
        """Reference to a guardian, whose record is made unless mail or phone says that it exists already."""

        def value(name: str) -> str:
            index = guardian.columns.get(name, -1)
            return row[index] if index >= 0 and not part else ""

        surname, given, civility = identity
        mail, phone = cell.stated(value("mel")), self._excel.phone(value("tel"), line)
        child = cell.child(pupil.surname, pupil.given_names)
        # Name alone does not make two guardians one: homonyms are many.
        same = (text.fold(surname), text.fold(given), text.fold(mail) or text.fold(phone))
        known = self._at.get(same) if same[2] else None
        if known is not None:
            record = self._records[known]
            if child not in record.children:
                self._records[known] = msgspec.structs.replace(record, children=(*record.children, child))
            return reference(record.ids, line)
        if same[2]:
            self._at[same] = len(self._records)
        extra = {
            "civility": civility,
            "mail": mail,
            "phone": phone,
            "address": value("adresse"),
            "postcode": value("cp"),
            "city": value("ville"),
            "children_divisions": pupil.division,
        }
        ids = {"ident": f"{line}.{guardian.rank or guardian.role}{part}"}
        if person := value("personne_id"):
            ids["personne_id"] = person
        self._records.append(
            Record(
                origin=Origin(self._export, line, self._path),
                profile=Profile.PARENT,
                surname=surname,
                given_names=given,
                usage_name=value("nom_usage"),
                sex=cell.sex(civility) or {"pere": "M", "mere": "F"}.get(guardian.role, ""),
                school=pupil.school,
                children=(child,),
                ids=ids,
                extra={key: found for key, found in extra.items() if found},
            )
        )
        return reference(ids, line)
