"""What the commands print: plain lines for people, one JSON document for scripts."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from diagnostics.model import Loaded
    from diagnostics.school import School

NAMED = 10
"""Persons of an anomaly named on their own line; JSON names them all."""


def print_exports(loaded: Loaded) -> None:
    from diagnostics.model import KIND_LABELS
    from diagnostics.text import french_date

    for export in loaded.exports:
        say(
            export.label,
            KIND_LABELS[export.kind],
            f"{export.records_kept} lus sur {export.records_read}",
            french_date(export.made_on),
            "" if export.analysed else "mis à part" if export.set_aside else "remplacé par un export plus récent",
        )
        for note in export.notes:
            click.echo(f"    {'!' if note.warning else '-'} {note.text}")
        for row in export.refused:
            column = f", colonne {row.column}" if row.column else ""
            click.echo(f"    ! ligne {row.line}{column} : {row.reason}")
    for message in loaded.messages:
        say(message, "message")
    for refused in loaded.refused:
        say(refused.file, "refusé", refused.reason)


def print_findings(school: School) -> None:
    from diagnostics.model import ACTOR_LABELS

    for finding, incident in zip(school.findings, school.incidents, strict=True):
        route = school.routes[incident.id]
        say(finding.category, incident.id, finding.summary)
        for person in finding.persons[:NAMED]:
            click.echo(f"    {person.surname} {person.given_names} {person.division}".rstrip())
        if (more := len(finding.persons) - NAMED) > 0:
            click.echo(f"    … et {more} autre{'s' if more > 1 else ''}")
        click.echo(
            f"    Agit : {ACTOR_LABELS[route.first_actor]}. Ticket : {ACTOR_LABELS[route.recipient]}. {route.why}"
        )
    for category, needs in school.not_checked:
        click.echo(f"{category}  non vérifié : {needs}")


def say(*cells: str, err: bool = False) -> None:
    """One line of cells separated by two spaces; empty cells are left out."""
    click.echo("  ".join(cell for cell in cells if cell), err=err)


def write_json(document: Any) -> None:
    import json

    # A path may hold bytes that are no text: « ? » stands for them, as everywhere they are shown.
    sys.stdout.buffer.write(json.dumps(document, ensure_ascii=False, indent=1).encode("utf-8", "replace") + b"\n")
    sys.stdout.buffer.flush()
