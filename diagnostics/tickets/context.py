"""What a draft is made from: the incident, the records of its persons, and what may be said of them."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from diagnostics.model import (
    ENT_ACCOUNT_KINDS,
    KIND_LABELS,
    Export,
    Incident,
    Kind,
    Origin,
    Person,
    Profile,
    Record,
    Route,
)
from diagnostics.settings import Settings
from diagnostics.text import fold, french_date, header
from diagnostics.tickets import masking
from diagnostics.tickets.register import Redactor, Register, mark

SOURCE_KINDS = frozenset({
    Kind.SIECLE_ELEVES, Kind.SIECLE_RESPONSABLES, Kind.SIECLE_CSV, Kind.STS_EMP,
})  # fmt: skip
PRONOTE_KINDS = frozenset({Kind.PRONOTE_LISTE, Kind.IDPN, Kind.EDT_CLAIR})
EDUCONNECT_KINDS = frozenset({Kind.EDUCONNECT_ELEVES, Kind.EDUCONNECT_RESPONSABLES})

NO_ACCOUNT, NONE = "compte ENT", "AUCUN"
"""Evidence that nothing was found in the directory: it quotes the source, and the proof is what is not in the ENT."""


def bears(person: Person, record: Record) -> bool:
    """Whether the record states exactly the name of the person."""
    surnames = {fold(record.surname), fold(record.usage_name)} - {""}
    return fold(person.surname) in surnames and fold(person.given_names) == fold(record.given_names)


@dataclass(frozen=True)
class Context:
    """What a draft is made from."""

    incident: Incident
    route: Route
    settings: Settings
    now: datetime
    register: Register
    records: tuple[tuple[Record, ...], ...]
    """Records of each person concerned, in the order of ``incident.persons``, and of nobody else."""
    redactor: Redactor
    """Nobody but the persons concerned: for attachments."""
    teller: Redactor
    """The same, with the names of the children of a guardian concerned: for the text."""
    children: tuple[Record, ...] = ()
    """Children of the guardians concerned; they are named, and nothing else is said of them."""
    unmasked: frozenset[str] = frozenset()
    inside: bool = False
    """Whether the ticket stays in the school."""

    @functools.cached_property
    def owner(self) -> Mapping[tuple[Origin, Profile, str, str], Person]:
        """The person of each record concerned."""
        pairs = zip(self.incident.persons, self.records, strict=True)
        found = {mark(record): person for person, records in pairs for record in records}
        # The rule may quote an older export of theirs, which is no longer analysed and so in no register.
        for item in self.incident.evidence:
            if item.record is not None and item.record.origin.export not in self.register.exports:
                bearers = [person for person in self.incident.persons if bears(person, item.record)]
                if len(bearers) == 1:
                    found.setdefault(mark(item.record), bearers[0])
        return found

    @functools.cached_property
    def cited(self) -> frozenset[str]:
        """Ids of the exports that show the anomaly: those that the evidence quotes and, when what it says is that the
        ENT has no account, those of its accounts."""
        found = {item.origin.export for item in self.incident.evidence}
        if any(item.field == NO_ACCOUNT and fold(item.value) == NONE for item in self.incident.evidence):
            found |= {export.id for export in self.exports(ENT_ACCOUNT_KINDS)}
        return frozenset(found & set(self.register.exports))

    def exports(self, kinds: Iterable[Kind]) -> tuple[Export, ...]:
        wanted = frozenset(kinds)
        return tuple(export for export in self.register.exports.values() if export.kind in wanted)

    def of(self, kinds: Iterable[Kind]) -> tuple[Record, ...]:
        """Records of the persons concerned in exports of these kinds."""
        wanted = {export.id for export in self.exports(kinds)}
        return tuple(record for records in self.records for record in records if record.origin.export in wanted)

    def count(self, kinds: Iterable[Kind]) -> int:
        """How many of the persons have a record in exports of these kinds."""
        wanted = {export.id for export in self.exports(kinds)}
        return sum(any(record.origin.export in wanted for record in records) for records in self.records)

    def safe(self, text: str) -> str:
        """Free text as it may leave: nobody else, nothing to mask."""
        return masking.scrub(self.teller.redact(text), self.unmasked)


def made_on(exports: Sequence[Export]) -> str:
    """« SIECLE élèves du 03/09/2025, ENT annuaire du 05/09/2025 »: the latest of each kind."""
    latest: dict[Kind, str] = {}
    for export in exports:
        if export.made_on > latest.get(export.kind, ""):
            latest[export.kind] = export.made_on
    return ", ".join(f"{KIND_LABELS[kind]} du {french_date(day)}" for kind, day in sorted(latest.items()))


def evidence_of(context: Context, *words: str) -> str:
    """The value of the first evidence whose field is one of these (folded) names."""
    for item in context.incident.evidence:
        if header(item.field) in words and item.value:
            return context.safe(item.value)
    return ""


def presence(context: Context, kinds: frozenset[Kind], there: tuple[str, str, str], absent: str) -> str:
    """Whether these exports know the persons; a namesake who may be somebody else is said, never taken.

    Args:
        there: how it is said that the one person is there, that one of several is, that several are.
    """
    exports = context.exports(kinds)
    count, total = context.count(kinds), len(context.incident.persons)
    wanted = {export.id for export in exports}
    if count:
        holding = {record.origin.export for records in context.records for record in records} & wanted
        where = dated([export for export in exports if export.id in holding])
        said = f"{count} {there[2 if count > 1 else 1]} sur {total}" if total > 1 else there[0]
        return f"{said} ({where})"
    where = dated(exports)
    if any(
        record.origin.export in wanted
        for person in context.incident.persons
        for record in context.register.namesakes(person)
    ):
        return f"une fiche du même nom, sans certitude que ce soit la personne ({where})"
    return f"{absent} ({where})"


def dated(exports: Sequence[Export]) -> str:
    """The kinds of these exports, with their dates when they are known."""
    return made_on(exports) or ", ".join(sorted({KIND_LABELS[export.kind] for export in exports}))
