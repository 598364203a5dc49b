"""A difference of the academic directory applied over the complete export beside it (formats.md §8).

A Delta names the persons that it changes by their identifier alone: who they are stands in the Complet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from ..model import Export, Kind, Note, Profile, Record, RefusedRow, Relation
from ..text import french_date

REQUEST = "request"
"""Key of ``extra``: "modification" or "suppression" of a person whom the Delta does not add."""
STATED = "stated"
"""Key of ``extra`` while a bundle is read: upper-case names of the attributes that a change states, even empty."""
CATEGORY = "category"
"""Key of ``extra`` while a bundle is read: the upper-case category of the person, when the change states it."""
TRANSIENT = frozenset({STATED, CATEGORY})
CHANGED, GONE = "modification", "suppression"
GUARDIANS = "ENTELEVEPERSRELELEVE"
NAMES = frozenset({"SN", "ENTPERSONNOM", "ENTPERSONNOMUSAGE"})
BIRTH_NAME = "ENTPERSONNOMPATRO"
FIELDS: Mapping[str, frozenset[str]] = {
    "given_names": frozenset({"GIVENNAME", "ENTPERSONPRENOM"}),
    "other_given_names": frozenset({"ENTPERSONAUTRESPRENOMS"}),
    "birth_date": frozenset({"ENTPERSONDATENAISSANCE"}),
    "sex": frozenset({"PERSONALTITLE", "ENTPERSONCIVILITE"}),
    "division": frozenset({"ENTELEVECLASSES", "ENTPERSONCLASSES"}),
    "groups": frozenset({"ENTELEVEGROUPES", "ENTAUXENSGROUPES", "ENTPERSONGROUPES"}),
    "profile": frozenset({"ENTPERSONFONCTIONS"}),
    "school": frozenset({"ENTPERSONSTRUCTRATTACH"}),
}
"""Attributes from which a field of a record is read."""
IDS: Mapping[str, frozenset[str]] = {
    "ine": frozenset({"ENTELEVEINE"}),
    "eleve_id": frozenset({"ENTELEVESTRUCTRATTACHID"}),
    "sts_id": frozenset({"ENTPERSONSTSID"}),
}
EXTRA: Mapping[str, frozenset[str]] = {
    "civility": frozenset({"PERSONALTITLE", "ENTPERSONCIVILITE"}),
    "function": frozenset({"ENTPERSONFONCTIONS"}),
    "discipline": frozenset({"ENTPERSONFONCTIONS"}),
    "discipline_code": frozenset({"ENTPERSONFONCTIONS"}),
    "divisions": frozenset({"ENTELEVECLASSES", "ENTPERSONCLASSES", "ENTAUXENSCLASSES"}),
    "mail": frozenset({"MAIL", "ENTPERSONMAIL"}),
    "phone": frozenset({"MOBILE", "ENTPERSONMOBILESMS", "HOMEPHONE", "TELEPHONENUMBER"}),
    "address": frozenset({"ENTPERSONADRESSE"}),
    "postcode": frozenset({"ENTPERSONCODEPOSTAL"}),
    "city": frozenset({"ENTPERSONVILLE"}),
    "mef": frozenset({"ENTELEVEMEF"}),
    "regime": frozenset({"ENTELEVEREGIME"}),
    "status": frozenset({"ENTELEVESTATUTELEVE"}),
    "exit_date": frozenset({"ENTELEVEDATESORTIESTRUCTRATTACH"}),
    "entry_date": frozenset({"ENTELEVEDATEENTREESTRUCTRATTACH"}),
    "structure": frozenset({"ENTPERSONSTRUCTRATTACH"}),
}
STAFF = "personnel"
CATEGORIES = {"ELEVE": Profile.ELEVE.value, "PERSRELELEVE": Profile.PARENT.value}
Person = tuple[str, str]
"""(population, jointure): pupils and guardians are numbered apart, the same number may name one of each."""


@dataclass
class _Changes:
    """What the differences do to the records of the other exports."""

    gone: dict[str, set[Person]] = field(default_factory=lambda: defaultdict(set))
    """By export id: persons whose record there no longer counts."""
    lonely: dict[str, set[Person]] = field(default_factory=lambda: defaultdict(set))
    """By export id: pupils whose guardians are stated anew, or who left, and guardians who left."""
    notes: dict[str, list[Note]] = field(default_factory=lambda: defaultdict(list))


def apply(exports: Sequence[Export]) -> list[Export]:
    """The exports with each AAF difference applied over the complete one of the same school, oldest first.

    A modified person is stated by the Delta, with what it does not change taken from the Complet; a deleted one is
    stated by nobody. What cannot be applied is a refused row with its reason.
    """
    current = {export.id: export for export in exports}
    deltas = [export for export in exports if is_delta(export)]
    for delta in sorted(deltas, key=lambda e: (e.made_on, e.file, e.member)):
        bases = [current[e.id] for e in exports if e.kind is Kind.AAF and e.id != delta.id and _before(e, delta)]
        for changed in _applied(delta, bases):
            current[changed.id] = changed
    return [current[export.id] for export in exports]


def is_delta(export: Export) -> bool:
    return export.kind is Kind.AAF and export.meta.get("mode") == "Delta"


def _before(base: Export, delta: Export) -> bool:
    """Whether a difference is to be applied over an export: same school, same academy, not older."""
    for one, other in ((base.school, delta.school), (base.meta.get("academy_code"), delta.meta.get("academy_code"))):
        if one and other and one != other:
            return False
    if is_delta(base):
        return (base.made_on, base.file, base.member) < (delta.made_on, delta.file, delta.member)
    return not (base.made_on and delta.made_on) or base.made_on[:10] <= delta.made_on[:10]


def _applied(delta: Export, bases: Sequence[Export]) -> list[Export]:
    wanted = {number for record in delta.records if (number := record.ids.get("jointure"))}
    places = {
        (population(record.profile), record.ids.get("jointure", "")): (base, record)
        for base in sorted(bases, key=lambda e: (is_delta(e), e.made_on, e.file, e.member))
        for record in base.records
        if record.ids.get("jointure") in wanted and record.extra.get(REQUEST) != GONE
    }
    changes = _Changes()
    kept: list[Record] = []
    refused = list(delta.refused)
    removed = 0
    for record in delta.records:
        request = record.extra.get(REQUEST, "")
        stated = frozenset(record.extra.get(STATED, "").split())
        person = _found(record, places)
        base, known = places[person] if person else (None, None)
        if person and base:
            changes.gone[base.id].add(person)
            if request != CHANGED or GUARDIANS in stated:
                changes.lonely[base.id].add(person)
        if request == GONE:
            if not known:
                refused.append(_unknown(record))
            removed += bool(known)
        elif request == CHANGED and known:
            kept.append(merged(known, record, stated))
        elif record.surname or record.given_names:
            kept.append(_bare(record))
        else:
            refused.append(_unknown(record))
    out = [_without(base, changes, delta) for base in bases if base.id in changes.gone]
    notes = delta.notes
    if removed:
        sentence = f"{removed} personne(s) supprimée(s) de l'export complet, comme ce fichier le demande."
        notes = (*notes, Note(code="delta", text=sentence))
    counted = msgspec.structs.replace(
        delta,
        records=tuple(kept),
        records_read=len(kept) + removed + len(refused),
        records_kept=len(kept) + removed,
        refused=tuple(sorted(refused, key=lambda row: row.line)),
        notes=notes,
    )
    return [*out, counted]


def population(profile: Profile) -> str:
    return profile.value if profile in {Profile.ELEVE, Profile.PARENT} else "personnel"


def _found(record: Record, places: Mapping[Person, tuple[Export, Record]]) -> Person | None:
    """Whom a change is about; without a category, only a number that names one person."""
    number = record.ids.get("jointure", "")
    populations: Collection[str] = (Profile.ELEVE.value, Profile.PARENT.value, STAFF)
    if REQUEST not in record.extra:
        populations = (population(record.profile),)
    elif category := record.extra.get(CATEGORY):
        populations = (CATEGORIES.get(category, STAFF),)
    found = [(name, number) for name in populations if (name, number) in places]
    return found[0] if len(found) == 1 else None


def merged(known: Record, change: Record, stated: Collection[str]) -> Record:
    """A person with the values that a change states, even empty, in place of those known."""
    said = frozenset(stated)
    fields = {name: getattr(change, name) for name, attributes in FIELDS.items() if said & attributes}
    surname, usage_name = known.surname, known.usage_name
    if BIRTH_NAME in said:
        surname, usage_name = change.surname, change.usage_name if said & NAMES else usage_name
    elif said & NAMES and change.surname:
        usage_name = "" if change.surname == surname else change.surname
    ids = {**known.ids, **{name: change.ids.get(name, "") for name, attributes in IDS.items() if said & attributes}}
    extra = {
        **known.extra,
        **{name: change.extra.get(name, "") for name, attributes in EXTRA.items() if said & attributes},
        REQUEST: CHANGED,
    }
    return msgspec.structs.replace(
        known,
        origin=change.origin,
        surname=surname,
        usage_name=usage_name,
        ids={name: value for name, value in ids.items() if value},
        extra={name: value for name, value in extra.items() if value and name not in TRANSIENT},
        **fields,
    )


def _bare(record: Record) -> Record:
    if not TRANSIENT & record.extra.keys():
        return record
    return msgspec.structs.replace(record, extra={k: v for k, v in record.extra.items() if k not in TRANSIENT})


def _unknown(record: Record) -> RefusedRow:
    """A change of someone whom no complete export beside it names."""
    what = record.extra.get(REQUEST, "").capitalize()
    number = record.ids.get("jointure") or "sans identifiant"
    who = f"{record.surname} {record.given_names}".strip()
    if who:
        reason = (
            f"{what} de la personne {number} ({who}) : aucun export AAF complet chargé ne la contient, rien à retirer."
        )
    else:
        reason = (
            f"{what} de la personne {number} : le fichier ne donne ni nom ni prénom, et aucun export AAF complet chargé"
            " ne la contient. Chargez le Complet avec ce Delta."
        )
    return RefusedRow(line=record.origin.line, column="sn", reason=reason)


def _without(base: Export, changes: _Changes, delta: Export) -> Export:
    """An export without the persons whom a difference changes or deletes, which its notes say."""
    gone, lonely = changes.gone[base.id], changes.lonely[base.id]
    records = tuple(
        record for record in base.records if (population(record.profile), record.ids.get("jointure", "")) not in gone
    )
    relations = tuple(relation for relation in base.relations if not _lost(relation, lonely))
    when = f" du {french_date(delta.made_on[:10])}" if delta.made_on else ""
    note = Note(
        code="delta",
        text=f"{len(base.records) - len(records)} personne(s) modifiée(s) ou supprimée(s) par « {delta.label} »{when} :"
        " ce fichier l'emporte pour elles.",
    )
    return msgspec.structs.replace(base, records=records, relations=relations, notes=(*base.notes, note))


def _lost(relation: Relation, lonely: Collection[Person]) -> bool:
    return ("eleve", relation.pupil[1]) in lonely or ("parent", relation.guardian[1]) in lonely
