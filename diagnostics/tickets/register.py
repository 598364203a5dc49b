"""Who a ticket is about and who it is not: the records of the persons concerned, and the removal of everybody else.

A wrong row in an attachment shows a child's data to a stranger. A record is therefore taken only when an identity says
that it is the person, or the evidence when nobody said who is who; a name alone never does.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence, Set

from diagnostics.compact import Keyed, Places, Seen
from diagnostics.model import Export, Identity, Incident, Origin, Person, Profile, Record
from diagnostics.text import PARTICLES, code, fold, french_date, words
from diagnostics.tickets import masking

REMOVED = "[…]"
"""What stands for a value that belongs to somebody else."""
MIN_VALUE = 4
"""Characters from which a value alone can tell a person: shorter ones are counters and classes."""
LONGEST_VALUE = 8
"""Words of the longest identifier or contact looked for in a text: a postal address."""
YEAR = re.compile(r"(?:19|20)\d{2}")
NOT_TELLING = frozenset({"ident", "sts_type"})
"""Identifiers that only mean something inside one file."""
TOKEN = re.compile(r"[^\W_]+(?:[@.+'’-][^\W_]+)*")
PERSONAL_EXTRA = ("mail", "phone", "mobile", "home_phone", "work_phone", "address", "login")
NOT_NAMES = frozenset({
    "ENT", "EDT", "STS", "WEB", "SIECLE", "PRONOTE", "AAF", "GAR", "INE", "UAI", "SSO", "CAS", "DSI", "KOSMOS",
    "SKOLENGO", "EDUCONNECT", "INDEX", "EDUCATION", "COLLEGE", "LYCEE", "ECOLE", "CLASSE", "GROUPE", "ELEVE", "PARENT",
    "RESPONSABLE", "ENSEIGNANT", "COMPTE", "DATE", "NAISSANCE", "NOM", "PRENOM", "IDENTIFIANT", "JOINTURE", "IMPORT",
    "EXPORT", "REJET", "DOUBLON", "FICHIER", "LIGNE", "MOTIF",
})  # fmt: skip
"""Words of the domain: a person of that name does not blot them out of every sentence."""
DOUBLES = frozenset({"SIE-01", "SIE-02", "EDU-04", "ANN-05"})
"""Findings whose very claim is that the records they quote are one human under several identifiers."""
SAME_PERSON = ("ine", "personne_id", "idpn", "uid", "educonnect", "jointure")
"""Identifiers that, with the same given name, make two records one person (formats.md §0.6)."""


class Register:
    """Everybody in the loaded exports, by name and by origin. Built once, used for every ticket."""

    def __init__(self, exports: Sequence[Export], identities: Sequence[Identity] = ()) -> None:
        self.exports: Mapping[str, Export] = {export.id: export for export in exports}
        self._identities: Mapping[str, Identity] = Keyed((identity.id for identity in identities), identities)
        self._all = list(exports)
        self._firsts: list[int] = []
        """Number of the first record of each export: records are kept by number."""
        self._by_origin, self._by_name, self._by_reference, self._by_guardian = Places(), Places(), Places(), Places()
        self._names: set[str] = set()
        self._values = Seen(self._index())

    def _index(self) -> Iterator[str]:
        """Note where everybody stands; gives the values that tell a person on their own."""
        number = 0
        for rank, export in enumerate(self._all):
            self._firsts.append(number)
            for record in export.records:
                self._by_origin.add(record.origin, number)
                for key in name_keys(record):
                    self._by_name.add(key, number)
                self._names.update(name_words(record))
                yield from own_values(record)
                for reference in record.ids.items():
                    self._by_reference.add(_scoped(export, reference), number)
                number += 1
            for place, relation in enumerate(export.relations):
                self._by_guardian.add(_scoped(export, relation.guardian), rank + place * len(self._all))

    def _record(self, number: int) -> tuple[Export, Record]:
        rank = bisect_right(self._firsts, number) - 1
        return self._all[rank], self._all[rank].records[number - self._firsts[rank]]

    def _at(self, origin: Origin) -> list[Record]:
        """The records of a line of an export."""
        found = (self._record(number)[1] for number in self._by_origin.of(origin))
        return [record for record in found if record.origin == origin]

    def _referred(self, reference: tuple[str, str, str]) -> Iterator[Record]:
        """The records that have an identifier."""
        for number in self._by_reference.of(reference):
            export, record = self._record(number)
            if record.ids.get(reference[1]) == reference[2] and _scoped(export, reference[1:]) == reference:
                yield record

    def _pupils(self, guardian: tuple[str, str, str]) -> Iterator[tuple[str, str, str]]:
        """The pupils whom relations give to a guardian."""
        for number in self._by_guardian.of(guardian):
            place, rank = divmod(number, len(self._all))
            export = self._all[rank]
            relation = export.relations[place]
            if _scoped(export, relation.guardian) == guardian:
                yield _scoped(export, relation.pupil)

    def concerned(self, incident: Incident) -> tuple[tuple[Record, ...], ...]:
        """The records of each person of the incident, in the order of ``incident.persons``.

        With an identity: its records. Without: those that the evidence quotes under that name, when nothing says that
        they are two persons. In both cases, quoted records that share an identifier with them and, for a finding that
        is about doubles, the other sheets that it quotes.
        """
        quoted: dict[str, list[Record]] = {}
        for item in incident.evidence:
            cited = (item.record,) if item.record is not None else self._at(item.origin)
            for record in cited:
                quoted.setdefault(_first_given(record.given_names), []).append(record)
        every = [record for records in quoted.values() for record in records] if incident.category in DOUBLES else []
        return tuple(
            self._records(person, quoted.get(_first_given(person.given_names), ()), every)
            for person in incident.persons
        )

    def _records(self, person: Person, quoted: Sequence[Record], doubles: Sequence[Record]) -> tuple[Record, ...]:
        """``quoted`` are the quoted records of that first given name, ``doubles`` all of them when they may be one."""
        identity = self._identities.get(person.identity)
        if identity is not None:
            found = list(identity.records)
        else:
            key = (fold(person.surname), fold(person.given_names))
            found = [record for record in quoted if key in name_keys(record) and compatible(record, person)]
            if not may_be_one(found):
                found = []
        found += [record for record in doubles if is_double(record, person)]
        found += [record for record in quoted if any(same_person(record, other) for other in found)]
        return tuple({mark(record): record for record in found}.values())

    def namesakes(self, person: Person) -> tuple[Record, ...]:
        """Records of that name, whoever they are."""
        key = fold(person.surname), fold(person.given_names)
        found = (self._record(number)[1] for number in self._by_name.of(key))
        return tuple(record for record in found if key in name_keys(record))

    def children_of(self, records: Iterable[Record]) -> tuple[Record, ...]:
        """The children whom the exports give to guardians, one record each."""
        found: dict[tuple[str, str], Record] = {}
        for guardian in records:
            export = self.exports.get(guardian.origin.export)
            if guardian.profile is not Profile.PARENT or export is None:
                continue
            for reference in guardian.ids.items():
                for pupil in sorted(set(self._pupils(_scoped(export, reference)))):
                    for record in self._referred(pupil):
                        if record.profile is Profile.ELEVE:
                            found.setdefault((fold(record.surname), fold(record.given_names)), record)
        return tuple(found[key] for key in sorted(found))

    def redactor(
        self,
        incident: Incident,
        records: Iterable[Record],
        *,
        others: Iterable[Person] = (),
        relatives: Iterable[Record] = (),
        unmasked: Collection[str] = (),
    ) -> Redactor:
        """What takes everybody but the persons of the incident out of a text, and masks what a text says of them.

        ``others`` are persons whom a text names and no export may know; ``relatives`` may be named, and nothing more.
        """
        own_words: set[str] = set()
        values: set[str] = set()
        for person in incident.persons:
            own_words.update(words(person.surname), words(person.given_names))
        masks: dict[str, str] = {}
        for record in records:
            own_words.update(name_words(record, relatives=False))
            values.update(own_values(record))
            masks.update(own_masks(record, unmasked))
        for relative in relatives:
            own_words.update(name_words(relative, relatives=False))
        told = {word for person in others for word in (*words(person.surname), *words(person.given_names))}
        return Redactor(self._names, self._values, frozenset(own_words), frozenset(values), frozenset(told), masks)


class Redactor:
    """Removes names and identifiers that belong to nobody concerned."""

    def __init__(
        self,
        names: Set[str],
        values: Container[str],
        own_words: frozenset[str],
        own_values: frozenset[str],
        told: frozenset[str] = frozenset(),
        masks: Mapping[str, str] | None = None,
    ) -> None:
        self._names, self._values, self._own_words, self._own_values = names, values, own_words, own_values
        self._told = told
        self._masks = masks or {}

    def _foreign_value(self, folded: str) -> bool:
        return folded in self._values and folded not in self._own_values

    def _is_name(self, word: str) -> bool:
        return word in self._names or word in self._told or word in self._own_words

    def _foreign_word(self, word: str) -> bool:
        return (
            len(word) > 1
            and self._is_name(word)
            and word not in self._own_words
            and word not in PARTICLES
            and word not in NOT_NAMES
        )

    def is_foreign(self, value: str) -> bool:
        """Whether the whole value is an identifier or a contact of somebody else only."""
        return self._foreign_value(fold(value).replace(" ", ""))

    def _only_told(self, text: str) -> bool:
        """Whether a text is several names that may be told, and nothing else."""
        parts = [words(match[0]) for match in TOKEN.finditer(text)]
        return len(parts) > 1 and all(part in self._own_words for token in parts for part in token)

    def _values_in(self, tokens: Sequence[str], told: Sequence[bool]) -> list[bool]:
        """Which tokens are part of an identifier or contact of somebody else, written with or without spaces.

        ``told`` are the tokens made of names that may be told.
        """
        found = [False] * len(tokens)
        for start in range(len(tokens)):
            joined = ""
            for end in range(start, min(start + LONGEST_VALUE, len(tokens))):
                joined += tokens[end]
                # A login is often made of the names themselves: names that may be told stay, whoever logs in with them.
                if self._foreign_value(joined) and not (end > start and all(told[start : end + 1])):
                    found[start : end + 1] = [True] * (end + 1 - start)
        return found

    def redact(self, text: str) -> str:
        """The text with ``[…]`` in place of names and identifiers of others. A lower-case word that is also a name is
        kept as a word, unless it stands beside another name."""
        if not text:
            return text
        if self.is_foreign(text) and not self._only_told(text):
            return REMOVED
        for secret, shown in self._masks.items():
            text = text.replace(secret, shown)
        marks = list(TOKEN.finditer(text))
        parts = [words(mark[0]) for mark in marks]
        told = [bool(token) and all(part in self._own_words for part in token) for token in parts]
        foreign = self._values_in([_value(mark[0]) for mark in marks], told)
        strange = [any(self._foreign_word(part) for part in token) for token in parts]
        named = [bool(token) and all(self._is_name(part) for part in token) for token in parts]
        for position, mark in enumerate(marks):
            beside = named[position] and any(
                named[other] for other in (position - 1, position + 1) if 0 <= other < len(marks)
            )
            compound = named[position] and len(parts[position]) > 1
            if strange[position] and (not mark[0][0].islower() or beside or compound):
                foreign[position] = True
        if not any(foreign):
            return text
        pieces: list[str] = []
        last = 0
        for mark, out in zip(marks, foreign, strict=True):
            pieces.append(text[last : mark.start()])
            pieces.append(REMOVED if out else mark[0])
            last = mark.end()
        pieces.append(text[last:])
        removed = re.escape(REMOVED)
        return re.sub(rf"{removed}(?:[ '’.-]*{removed})+", REMOVED, "".join(pieces))


def mark(record: Record) -> tuple[Origin, Profile, str, str]:
    """What makes a record one: a row may hold a pupil and guardians."""
    return (record.origin, record.profile, record.surname, record.given_names)


def _first_given(given_names: str) -> str:
    return fold(given_names).split(" ")[0]


def name_keys(record: Record) -> set[tuple[str, str]]:
    """(surname, given names) as folded keys: family name and usage name, whole given name and its first word."""
    given = fold(record.given_names)
    return {
        (fold(surname), part)
        for surname in (record.surname, record.usage_name)
        if surname
        for part in (given, given.split(" ")[0])
        if part
    }


def name_words(record: Record, *, relatives: bool = True) -> Iterator[str]:
    """The folded words of a record's names, and of the children it names."""
    yield from words(record.surname)
    yield from words(record.usage_name)
    yield from words(record.given_names)
    yield from words(record.other_given_names)
    if relatives:
        for child in record.children:
            yield from words(child)


def own_values(record: Record) -> Iterator[str]:
    """What tells this person on its own, folded without spaces: identifiers, mail, phone, address, birth date."""
    for key, value in record.ids.items():
        if key not in NOT_TELLING:
            yield from _telling(value)
            yield from _telling(value.rsplit("$", 1)[-1])
    for key in PERSONAL_EXTRA:
        yield from _telling(record.extra.get(key, ""))
    yield from _telling(record.birth_date)
    if len(record.birth_date) == len("2013-02-14"):
        yield record.birth_date[8:] + record.birth_date[5:7] + record.birth_date[:4]


def own_masks(record: Record, unmasked: Collection[str]) -> Iterator[tuple[str, str]]:
    """What a free text may repeat of the person and must not show: (as written, as shown)."""
    if record.birth_date and "birth_date" not in unmasked:
        yield record.birth_date, masking.birth_date(record.birth_date)
        yield french_date(record.birth_date), masking.birth_date(record.birth_date)
    for key in ("ine", "idpn", "educonnect"):
        if len(value := record.ids.get(key, "")) >= MIN_VALUE:
            yield value, masking.mask(key, value, unmasked)


def _telling(value: str) -> Iterator[str]:
    folded = _value(value)
    if len(folded) >= MIN_VALUE and not YEAR.fullmatch(folded):
        yield folded


def _value(value: str) -> str:
    if value.isascii() and value.isalnum():
        return value.upper()
    return fold(value).replace(" ", "")


def compatible(record: Record, person: Person) -> bool:
    """Whether nothing that both state (profile, class) says that they are two persons."""
    if Profile.INCONNU not in (record.profile, person.profile) and record.profile != person.profile:
        return False
    return not (
        person.profile is Profile.ELEVE
        and person.division
        and record.division
        and code(person.division) != code(record.division)
    )


def is_double(record: Record, person: Person) -> bool:
    """Whether a quoted record may be another sheet of the person: same profile, a name in common."""
    return record.profile is person.profile and (
        fold(person.given_names) == fold(record.given_names)
        or fold(person.surname) in {fold(record.surname), fold(record.usage_name)}
    )


def _scoped(export: Export, reference: tuple[str, str]) -> tuple[str, str, str]:
    """A reference as a key; numbers that only mean something inside one file are tied to it."""
    name, value = reference
    return (export.id if name in NOT_TELLING else "", name, value)


def same_person(one: Record, other: Record) -> bool:
    """Same identifier, same given name, and same surname or birth date: a surname misspelt or changed does not hide the
    record, while somebody else who was given the identifier by mistake stays out."""
    if one is other or one.profile != other.profile:
        return False
    shared = any(one.ids.get(key) and one.ids.get(key) == other.ids.get(key) for key in SAME_PERSON)
    if not shared or fold(one.given_names) != fold(other.given_names):
        return False
    return bool(name_keys(one) & name_keys(other)) or bool(one.birth_date and one.birth_date == other.birth_date)


def may_be_one(records: Sequence[Record]) -> bool:
    """Whether records of one name may be one person: no birth date nor identifier that differs, one by export."""
    if len({record.birth_date for record in records if record.birth_date}) > 1:
        return False
    if any(len({record.ids[key] for record in records if record.ids.get(key)}) > 1 for key in SAME_PERSON):
        return False
    by_export: dict[str, set[tuple[str, ...]]] = {}
    for record in records:
        numbers = (record.ids.get(key, "") for key in (*SAME_PERSON, "eleve_id", "sts_id"))
        division = code(record.division) if record.profile is Profile.ELEVE else ""
        by_export.setdefault(record.origin.export, set()).add((*numbers, record.birth_date, division))
    return all(len(who) == 1 for who in by_export.values())
