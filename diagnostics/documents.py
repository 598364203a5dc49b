"""The JSON documents that scripts rely on: English keys, French values, one shape a command."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from diagnostics import catalogue
from diagnostics.model import (
    Evidence,
    Export,
    Finding,
    Identity,
    Incident,
    Link,
    Loaded,
    Person,
    Record,
    Route,
    RuleCheck,
    Ticket,
    Verdict,
)
from diagnostics.school import School
from diagnostics.states import FIRST_STATE

Document = dict[str, Any]


def exports_document(loaded: Loaded) -> Document:
    return {
        "exports": [export_entry(export) for export in loaded.exports],
        "refused": [{"file": refused.file, "reason": refused.reason} for refused in loaded.refused],
        "messages": list(loaded.messages),
    }


def export_entry(export: Export) -> Document:
    return {
        "file": export.file,
        "member": export.member,
        "kind": export.kind.value,
        "school": export.school,
        "school_name": export.school_name,
        "school_year": export.school_year,
        "made_on": export.made_on,
        "encoding": export.encoding,
        "records_read": export.records_read,
        "records_kept": export.records_kept,
        "refused": [{"line": row.line, "column": row.column, "reason": row.reason} for row in export.refused],
        "notes": [
            {"code": note.code, "text": note.text, "line": note.line, "warning": note.warning} for note in export.notes
        ],
        "superseded": bool(export.superseded_by),
        "set_aside": export.set_aside,
        "meta": dict(export.meta),
    }


def explain_document(card: catalogue.Card) -> Document:
    """A card with its menu paths spelt out: those that vary with the version are joined, and listed in ``menus``."""
    return {key: _spelt(value) for key, value in msgspec.to_builtins(card).items()}


def _spelt(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_spelt(item) for item in value]
    if not isinstance(value, dict):
        return value
    found = {key: _spelt(item) for key, item in value.items()}
    menu = found.get("menu")
    if isinstance(menu, str) and menu.startswith("@"):
        variants = catalogue.menus()[menu[1:]]
        found["menu"] = " ; ou ".join(variant.path for variant in variants)
        found["menus"] = msgspec.to_builtins(variants)
    return found


def people_document(loaded: Loaded) -> Document:
    return {
        "records": [
            {
                "file": export.file,
                "member": export.member,
                "line": record.origin.line,
                "source": export.kind.value,
                "profile": record.profile.value,
                "surname": record.surname,
                "usage_name": record.usage_name,
                "given_names": record.given_names,
                "birth_date": record.birth_date or None,
                "division": record.division,
                "groups": list(record.groups),
                "children": list(record.children),
                "ids": dict(record.ids),
            }
            for export in loaded.exports
            for record in export.records
        ]
    }


def match_document(loaded: Loaded, links: Iterable[Link]) -> Document:
    files = {export.id: export for export in loaded.exports}
    return {
        "links": [
            {
                "record": place(link.record, files) | names(link.record),
                "verdict": link.verdict.value,
                "account": place(link.account, files)
                if link.verdict is Verdict.CERTAIN and link.account is not None
                else None,
                "candidates": [
                    {
                        "account": place(candidate.account, files) | names(candidate.account),
                        "score": round(candidate.score, 1),
                        "why": candidate.why,
                    }
                    for candidate in link.candidates
                ],
                "why": link.why,
                "expected": link.expected,
                "decided_by": link.decided_by,
            }
            for link in links
        ]
    }


def place(record: Record, files: Mapping[str, Export]) -> Document:
    """Where a record stands; an account that only the directory of the whole ENT knows stands in no file."""
    export = files.get(record.origin.export)
    return {
        "file": export.file if export else "",
        "member": export.member if export else "",
        "source": export.kind.value if export else "",
        "line": record.origin.line,
        "ids": dict(record.ids),
    }


def names(record: Record | Identity) -> Document:
    return {"surname": record.surname, "given_names": record.given_names, "profile": record.profile.value}


def person_document(school: School, states: Mapping[str, str], identity: Identity) -> Document:
    """One person across all exports; ``states`` are those of the incidents that agents followed."""
    files = {export.id: export for export in school.loaded.exports}
    origins = {record.origin for record in identity.records}
    return {
        **names(identity),
        "birth_date": identity.birth_date or None,
        "division": identity.division,
        "records": [
            place(record, files)
            | names(record)
            | {
                "label": files[record.origin.export].label,
                "usage_name": record.usage_name,
                "birth_date": record.birth_date or None,
                "division": record.division,
            }
            for record in identity.records
        ],
        "contradictions": [
            {
                "field": one.field,
                "values": [
                    {
                        "file": files[origin.export].file,
                        "label": files[origin.export].label,
                        "line": origin.line,
                        "value": value,
                    }
                    for value, origin in one.values
                ],
            }
            for one in identity.contradictions
        ],
        "incidents": [
            {
                "incident": incident.id,
                "category": incident.category,
                "summary": incident.summary,
                "state": states.get(incident.id, FIRST_STATE),
            }
            for incident in school.incidents
            if any(person.identity == identity.id for person in incident.persons)
        ],
        "links": [
            {
                "label": files[link.record.origin.export].label,
                "line": link.record.origin.line,
                "verdict": link.verdict.value,
                "account": dict(link.account.ids) if link.account is not None else None,
                "why": link.why,
                "decided_by": link.decided_by,
            }
            for link in school.links
            if link.record.origin in origins
        ],
    }


def check_document(school: School) -> Document:
    return exports_document(school.loaded) | {
        "findings": [
            finding_entry(finding, school.routes[incident.id])
            for finding, incident in zip(school.findings, school.incidents, strict=True)
        ],
        "not_checked": [{"category": category, "needs": needs} for category, needs in school.not_checked],
        "matches": {verdict.value: sum(1 for link in school.links if link.verdict is verdict) for verdict in Verdict},
    }


def finding_entry(finding: Finding, route: Route) -> Document:
    return {
        "id": finding.id,
        "category": finding.category,
        "summary": finding.summary,
        "severity": finding.severity,
        "cause": finding.cause,
        "people": [person_entry(person) for person in finding.persons],
        "evidence": [evidence_entry(evidence) for evidence in finding.evidence],
        "route": route_entry(route),
    }


def person_entry(person: Person) -> Document:
    return {
        "surname": person.surname,
        "given_names": person.given_names,
        "profile": person.profile.value,
        "division": person.division,
    }


def evidence_entry(evidence: Evidence) -> Document:
    return {
        "file": evidence.file,
        "line": evidence.origin.line,
        "field": evidence.field,
        "value": evidence.value,
    }


def route_entry(route: Route) -> Document:
    return {
        "first_actor": route.first_actor.value,
        "recipient": route.recipient.value,
        "wait_hours": route.wait_hours,
        "wait_until": route.wait_until or None,
        "try_first": list(route.try_first),
        "why": route.why,
        "alternatives": [{"recipient": actor.value, "when": when} for actor, when in route.alternatives],
    }


def lint_document(checks: Iterable[RuleCheck]) -> Document:
    return {"rules": [{"rule": check.rule, "ok": check.ok, "why": check.why} for check in checks]}


def tickets_document(tickets: Iterable[tuple[Ticket, str]]) -> Document:
    """Tickets with the folder each was written to."""
    return {
        "tickets": [
            {
                "id": ticket.id,
                "category": ticket.incident.category,
                "recipient": ticket.recipient.value,
                "template": ticket.template,
                "subject": ticket.subject,
                "folder": folder,
                "attachments": [attachment.name for attachment in ticket.attachments],
                "ready": ticket.ready,
                "missing": list(ticket.missing),
            }
            for ticket, folder in tickets
        ]
    }


def split_entry(incident: Incident, route: Route) -> Document:
    """One incident cut from a message; offsets count code points of the file's decoded text."""
    return {
        "start": incident.spans[0].start if incident.spans else 0,
        "end": incident.spans[-1].end if incident.spans else 0,
        "spans": [{"start": span.start, "end": span.end} for span in incident.spans],
        "text": incident.text,
        "category": incident.category,
        "alternatives": list(incident.alternatives),
        "confidence": round(incident.confidence, 2),
        "words": list(incident.words),
        "persons": [person_entry(person) for person in incident.persons],
        "first_actor": route.first_actor.value,
        "recipient": route.recipient.value,
        "why": route.why,
        "missing": list(incident.missing),
        "finding": incident.finding or None,
    }
