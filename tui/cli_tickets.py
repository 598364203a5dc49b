"""Commands on tickets: written from exports, checked as texts, their templates."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.cli_access import analyse, decode, kept_cases, load_settings, read_bytes
from tui.cli_options import DONE, JSON, PATHS, REFUSED
from tui.cli_output import say, write_json
from tui.french_click import FrenchCommand

if TYPE_CHECKING:
    from diagnostics.model import Ticket
    from diagnostics.school import School
    from diagnostics.settings import Settings


@click.command(cls=FrenchCommand, name="tickets")
@PATHS
@click.option("--out", metavar="DOSSIER", required=True, type=click.Path(file_okay=False, path_type=Path))
@click.option("--zip", "zipped", is_flag=True, help="Ajoute une archive par ticket.")
@click.option("--html", "printable", is_flag=True, help="Ajoute à chaque ticket une page à imprimer.")
@JSON
def tickets(paths: tuple[str, ...], out: Path, zipped: bool, printable: bool, as_json: bool) -> int:
    """Écrit un ticket par incident des exports, et des messages donnés, avec ses pièces jointes ; rien n'est envoyé."""
    from diagnostics.documents import tickets_document
    from diagnostics.tickets import bundle, draft

    settings = load_settings()
    school = analyse(paths, settings)
    drafts = [
        draft(
            incident,
            school.routes[incident.id],
            exports=school.loaded.exports,
            identities=school.identities,
            settings=settings,
            now=school.now,
        )
        for incident in school.incidents
    ]
    drafts += from_messages(paths, school, settings)
    folders = bundle.write(drafts, out, zip=zipped, html=printable)
    if as_json:
        write_json(tickets_document(zip(drafts, map(str, folders), strict=True)))
    else:
        for ticket, folder in zip(drafts, folders, strict=True):
            say(ticket.recipient.value, "prêt" if ticket.ready else "à compléter", ticket.subject, str(folder))
    return REFUSED if school.loaded.refused else DONE


@click.command(cls=FrenchCommand, name="lint")
@click.argument("file", metavar="FICHIER", type=click.Path(allow_dash=True))
@JSON
def lint(file: str, as_json: bool) -> int:
    """Vérifie un texte de ticket selon les quatre règles de rédaction."""
    from diagnostics.documents import lint_document
    from diagnostics.tickets import check_text, masking

    content = sys.stdin.buffer.read() if file == "-" else read_bytes(file)
    if Path(file).suffix.lower() == ".eml":
        from diagnostics import intake

        mail = intake.read(content, file)
        text = mail.text
        checks = check_text(text, attachments=len(mail.attachments))
    else:
        text = decode(content)
        checks = check_text(text)
    exposed = masking.exposed(text)
    if as_json:
        write_json({**lint_document(checks), "exposed": exposed})
    else:
        for rule in checks:
            say(f"Règle {rule.rule}", "respectée" if rule.ok else "non respectée", rule.why)
        if exposed:
            say("À retirer", "avant l’envoi", f"{', '.join(exposed)} en entier dans le texte.")
    return DONE


@click.command(cls=FrenchCommand, name="templates")
@click.option("--check", "only_check", is_flag=True, help="Vérifie les modèles sans les lister.")
@JSON
def list_templates(only_check: bool, as_json: bool) -> int:
    """Liste les modèles de tickets et les vérifie."""
    from diagnostics.tickets import check_templates, templates

    settings = load_settings()
    override = Path(settings.templates).expanduser() if settings.templates else None
    problems = check_templates(override)
    found = {} if problems or only_check else templates(override)
    if as_json:
        write_json({
            "problems": list(problems),
            "templates": [
                {"id": one.id, "recipient": one.recipient, "label": one.label, "used_for": list(one.used_for)}
                for one in found.values()
            ],
        })  # fmt: skip
    else:
        for problem in problems:
            click.echo(problem, err=True)
        for name, template in found.items():
            say(name, template.recipient, template.label)
    return REFUSED if problems else DONE


def from_messages(paths: Sequence[str], school: School, settings: Settings) -> list[Ticket]:
    """The tickets of the messages that are given by their name; those that lie in a folder are read, not answered."""
    from diagnostics import intake
    from diagnostics.cases.cuts import as_cut
    from diagnostics.tickets import draft

    given = {str(Path(path)) for path in paths}
    held = kept_cases(settings)
    found = []
    for file in school.loaded.messages:
        if str(Path(file)) in given:
            raw = intake.read(read_bytes(file), file)
            message = as_cut(intake.split(raw, school=school, settings=settings, now=school.now), held)
            found += [
                draft(
                    incident,
                    message.routes[incident.id],
                    exports=school.loaded.exports,
                    identities=school.identities,
                    settings=settings,
                    now=school.now,
                )
                for incident in message.incidents
            ]
    return found


COMMANDS = (tickets, lint, list_templates)
