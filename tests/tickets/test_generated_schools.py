"""Over whole generated schools: what leaves about some says nothing of the others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest

from diagnostics.demo import generate
from diagnostics.load import load
from diagnostics.model import Identity, Incident, Record, Ticket
from diagnostics.school import School, analyse
from diagnostics.settings import Settings
from diagnostics.text import fold
from diagnostics.tickets import bundle, check_text, draft
from diagnostics.tickets.register import DOUBLES, own_values

SENDER = Settings(sender_name="Zoé Xylophène", sender_function="référente", sender_contact="z@exemple.invalid")
TOLD_ALONE = 6
"""Characters from which a value is nobody else's by chance."""
WRONG = re.compile(
    r"\bdans ENT\b|\(e\)|\(s\)|: \.$| ,|\b[A-Z]{3}-\d{2}\b|\b(?:à|de) les?\b(?! \d)|[{}]|None"
    r"|\b1 (?:élèves|responsables|comptes|fiches|enseignants|personnes)\b"
)
"""What no ticket may say."""
NAME_BREAK = re.compile(r"[\n;:«»·(),]")


@pytest.fixture(scope="module", params=[11])
def drafted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[School, list[Ticket]]:
    folder = tmp_path_factory.mktemp("ecole")
    generate(folder, seed=request.param, pupils=40, staff=10, today=date(2026, 11, 20))
    school = analyse(load([folder]), settings=SENDER, decisions={}, now=datetime(2026, 11, 20, 9, 0))
    tickets = [
        draft(incident, school.routes[incident.id], exports=school.loaded.exports, identities=school.identities,
              settings=SENDER, now=school.now, stage=stage)
        for incident in school.incidents
        for stage in ("", "support")
    ]  # fmt: skip
    return school, tickets


def leaving(ticket: Ticket) -> str:
    """Everything that leaves, as one text."""
    return "\n".join((ticket.subject, ticket.body, *(a.content.decode("utf-8-sig") for a in ticket.attachments)))


def concerned(school: School, incident: Incident) -> list[Record]:
    """The records of the persons of an incident; of doubles, the sheets that it says to be one person's too."""
    ids = {person.identity for person in incident.persons}
    records = [record for identity in school.identities if identity.id in ids for record in identity.records]
    if incident.category in DOUBLES:
        records += [item.record for item in incident.evidence if item.record is not None]
    return records


def others(school: School, incident: Incident) -> Iterator[Identity]:
    ids = {person.identity for person in incident.persons}
    return (identity for identity in school.identities if identity.id not in ids)


def test_no_identifier_nor_contact_of_somebody_else_leaves(drafted: tuple[School, list[Ticket]]) -> None:
    school, tickets = drafted
    everybody = {
        value: identity
        for identity in school.identities
        for record in identity.records
        for value in own_values(record)
        if len(value) >= TOLD_ALONE
    }
    assert len(everybody) > 300
    for ticket in tickets:
        mine = {value for record in concerned(school, ticket.incident) for value in own_values(record)}
        text = leaving(ticket)
        told = {fold(word).replace(" ", "") for word in re.split(r"[\s;«»,]+", text)}
        told |= set(re.findall(r"[A-Z0-9]+", fold(text)))
        assert not [value for value in told if value in everybody and value not in mine], ticket.incident.category


def test_nobody_else_is_named_but_the_children_of_those_concerned(drafted: tuple[School, list[Ticket]]) -> None:
    school, tickets = drafted
    for ticket in tickets:
        records = concerned(school, ticket.incident)
        references = {pair for record in records for pair in record.ids.items()}
        children = {
            relation.pupil
            for export in school.loaded.exports
            for relation in export.relations
            if relation.guardian in references
        }
        allowed = {(fold(person.surname), fold(person.given_names)) for person in ticket.incident.persons}
        allowed |= {(fold(record.surname), fold(record.given_names)) for record in records}
        named = {fold(child) for record in records for child in record.children}
        text = "|".join(f" {fold(part)} " for part in NAME_BREAK.split(leaving(ticket)))
        for identity in others(school, ticket.incident):
            for record in identity.records:
                surname, given = fold(record.surname), fold(record.given_names)
                known = (surname, given) in allowed or (given, surname) in allowed or f"{surname} {given}" in named
                if not (surname and given) or known or children & set(record.ids.items()):
                    continue
                told = (f" {surname} {given} ", f" {given} {surname} ")
                if any(children & set(one.ids.items()) for one in identity.records):
                    continue
                assert not any(name in text for name in told), ticket.incident.category


def test_a_written_ticket_is_judged_as_its_draft_was(drafted: tuple[School, list[Ticket]]) -> None:
    _, tickets = drafted
    for ticket in tickets:
        judged = {check.rule: check.ok for check in check_text(bundle.text(ticket))}
        assert judged == {check.rule: check.ok for check in ticket.checks}, ticket.incident.category


def test_every_ticket_reads_well(drafted: tuple[School, list[Ticket]]) -> None:
    """No hole but those that are marked, no line said twice, no code of ours, articles and numbers that agree."""
    _, tickets = drafted
    for ticket in tickets:
        assert len(ticket.subject) <= 80
        lines = [line for line in ticket.body.splitlines() if line.strip()]
        facts = [line for line in lines if line.startswith("- ")]
        assert len(facts) == len(set(facts))
        for line in lines:
            if line.startswith(("Objet :", "Notre référence")):
                continue
            found = WRONG.search(line)
            assert not found, (found, line)


def test_a_ticket_drafted_again_days_later_from_the_same_exports_says_the_same(
    drafted: tuple[School, list[Ticket]],
) -> None:
    school, tickets = drafted
    later = school.now + timedelta(days=3, hours=7)
    again = [
        draft(one.incident, school.routes[one.incident.id], exports=school.loaded.exports,
              identities=school.identities, settings=SENDER, now=later, stage="support")
        for one in tickets[1::2]
    ]  # fmt: skip
    assert [leaving(ticket) for ticket in again] == [leaving(ticket) for ticket in tickets[1::2]]
