"""The command on the ticket of one incident: shown as it stands, changed and written as the screen « Tickets » does."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from diagnostics.states import LEFT
from tui import completing
from tui.cli_access import analyse, decode, kept_cases, load_settings, read_bytes, store_path
from tui.cli_followed import meant
from tui.cli_options import DONE, EXPORTS, JSON
from tui.cli_output import say, write_json
from tui.french_click import FrenchCommand

if TYPE_CHECKING:
    from diagnostics.model import Incident, Ticket
    from tui.session import Session


@click.command(cls=FrenchCommand, name="rediger")
@click.argument("wanted", metavar="INCIDENT", shell_complete=completing.incidents)
@click.option("--objet", "subject", metavar="TEXTE", help="Remplace l'objet ; vide, celui du programme revient.")
@click.option(
    "--texte", "file", metavar="FICHIER", type=click.Path(allow_dash=True),
    help="Remplace le texte par celui d'un fichier (« - » : l'entrée standard) ; vide, il revient.",
)  # fmt: skip
@click.option("--champ", "fields", metavar="NOM=VALEUR", multiple=True, help="Répond à une question du ticket.")
@click.option("--joindre", "pieces", metavar="FICHIER", multiple=True, type=click.Path(), help="Joint un fichier.")
@click.option("--out", metavar="DOSSIER", type=click.Path(file_okay=False, path_type=Path), help="Écrit le ticket.")
@click.option("--transmis", "left", is_flag=True, help="Note que ce ticket est parti ainsi : les relances le citeront.")
@EXPORTS
@JSON
def compose(
    wanted: str,
    subject: str | None,
    file: str | None,
    fields: tuple[str, ...],
    pieces: tuple[str, ...],
    out: Path | None,
    left: bool,
    paths: tuple[str, ...],
    as_json: bool,
) -> int:
    """Montre le ticket d'un incident, et garde ce que vous y changez : objet, texte, réponses, pièces jointes.

    « annuler » le défait. Le service se change par « router ».
    """
    from tui import drafting, following

    session = at_work(paths)
    incident = incident_meant(session, wanted)
    ticket = drafting.draft(session, incident)
    answers = answered(session, ticket, fields)
    if answers or subject is not None or file is not None or pieces:
        following.refuse_held(session, [ticket.incident])
    if answers or subject is not None or file is not None:
        drafting.save(session, ticket, subject=subject, body=text_of(file), fields=answers)
    for piece in pieces:
        drafting.add_file(session, ticket, Path(piece))
    ticket = drafting.draft(session, incident)
    if out:
        say(drafting.write(session, [incident], out), err=True)
    if left:
        session.set_state([incident], LEFT, sent=ticket)
        say(f"Noté « {LEFT} ».", err=True)
    if as_json:
        write_json(document(session, ticket))
    else:
        show(session, ticket)
    return DONE


def at_work(paths: tuple[str, ...]) -> Session:
    """What the screens work on, with the exports and the messages given."""
    from diagnostics import intake
    from diagnostics.cases.cuts import as_cut
    from tui.session import Session

    settings = load_settings()
    school = analyse(paths, settings)
    session = Session(paths, settings=settings, store_path=store_path(settings), demo=False)
    session.open_store()
    if session.read_only:
        say("Lecture seule.", session.read_only, err=True)
    session.take(school)
    held = kept_cases(settings)
    for file in school.loaded.messages:
        raw = intake.read(read_bytes(file), file)
        session.messages.append(as_cut(intake.split(raw, school=school, settings=settings, now=school.now), held))
    return session


def incident_meant(session: Session, wanted: str) -> Incident:
    """An incident of the exports or of the messages given.

    Raises:
        Refusal: none has that id.
    """
    from diagnostics.safety import Refusal

    known = session.known_incidents()
    identifier = meant(wanted, [*known, *session.states])
    if identifier not in known:
        raise Refusal(f"Incident {identifier} : ses exports ne sont pas là. Donnez-les par --avec CHEMIN.")
    return known[identifier]


def answered(session: Session, ticket: Ticket, fields: tuple[str, ...]) -> dict[str, str]:
    """Answers by the key of their question.

    Raises:
        Refusal: the ticket asks nothing of that name.
    """
    from diagnostics.safety import Refusal

    asked = questions(session, ticket)
    found = {}
    for field in fields:
        name, given, value = field.partition("=")
        if not given or name.strip() not in asked:
            known = ", ".join(asked) or "aucun"
            raise Refusal(f"« {field} » : écrivez NOM=VALEUR. Champs de ce ticket : {known}.")
        found[name.strip()] = value.strip()
    return found


def questions(session: Session, ticket: Ticket) -> dict[str, str]:
    """What the ticket asks, by key: its fields, and why an attachment is not there."""
    from tui import drafting

    asked = {key: question for key, _, question in drafting.questions(session, ticket)}
    lacks = {drafting.absent_piece(session, ticket, lack): lack for lack in ticket.missing}
    return {**asked, **{key: f"{lack} (ou pourquoi elle n'y est pas)" for key, lack in lacks.items() if key}}


def text_of(file: str | None) -> str | None:
    if file is None:
        return None
    return decode(sys.stdin.buffer.read() if file == "-" else read_bytes(file)).strip()


def document(session: Session, ticket: Ticket) -> dict[str, object]:
    """The ticket for scripts."""
    from diagnostics.documents import lint_document

    return {
        "id": ticket.id,
        "incident": ticket.incident.id,
        "category": ticket.incident.category,
        "recipient": ticket.recipient.value,
        "template": ticket.template,
        "subject": ticket.subject,
        "body": ticket.body,
        "fields": [
            {"name": name, "question": question, "value": ticket.fields.get(name, "")}
            for name, question in questions(session, ticket).items()
        ],
        "attachments": [attachment.name for attachment in ticket.attachments],
        "ready": ticket.ready,
        "missing": list(ticket.missing),
        **lint_document(ticket.checks),
    }


def show(session: Session, ticket: Ticket) -> None:
    from diagnostics.tickets import bundle

    click.echo(bundle.text(ticket))
    click.echo("\n" + "-" * 72)
    for attachment in ticket.attachments:
        say("Pièce :", attachment.name)
    for name, question in questions(session, ticket).items():
        value = ticket.fields.get(name, "")
        say(f"Champ {name} =", value or "…", "" if value else question)
    for rule in ticket.checks:
        say(f"Règle {rule.rule}", "respectée" if rule.ok else "non respectée", rule.why)


COMMANDS: tuple[click.Command, ...] = (compose,)
