"""The command that lets a ticket leave: shown whole, asked for with « oui », then drafts, GLPI or Zammad."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.cli_access import load_settings, open_store
from tui.cli_output import say, write_json
from tui.french_click import FrenchCommand

if TYPE_CHECKING:
    from diagnostics.model import Ticket
    from diagnostics.settings import Settings
    from diagnostics.store import Store
    from diagnostics.tickets.outbound import Outgoing, Receipt

DONE, USAGE = 0, 2
DRAFTS, GLPI, ZAMMAD = "brouillons", "glpi", "zammad"


@click.command(cls=FrenchCommand, name="envoyer")
@click.argument("path", metavar="TICKET", type=click.Path(path_type=Path))
@click.option(
    "--vers", "door", required=True, type=click.Choice([DRAFTS, GLPI, ZAMMAD]),
    help="Où le mettre : brouillons (la boîte de courriel), glpi, zammad.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Écrit un seul document JSON (UTF-8) sur la sortie standard.")
def send(path: Path, door: str, as_json: bool) -> int:
    """Montre un ticket déjà écrit (dossier ou .eml), demande « oui », puis le met où vous dites."""
    from diagnostics.tickets.outbound import preview, read

    settings = load_settings()
    ticket = read(path)
    where, go = door_of(door, settings)
    click.echo(preview(ticket, where), err=True)
    question = "\nTout ce qui précède va partir. Tapez « oui » pour l'envoyer"
    if click.prompt(question, default="non", show_default=False, err=True).strip().lower() != "oui":
        say("Rien n'est parti.", err=True)
        return USAGE
    receipt = go(ticket)
    say("Fait :", receipt.where, f"n° {receipt.number}" if receipt.number else "", err=as_json)
    for warning in receipt.warnings:
        click.echo(warning, err=True)
    incident = noted(settings, ticket, receipt) if door != DRAFTS else ""
    if as_json:
        write_json({
            "where": receipt.where,
            "number": receipt.number or None,
            "incident": incident or None,
            "warnings": list(receipt.warnings),
        })  # fmt: skip
    elif incident:
        say(f"L'incident {incident} est noté « envoyé ».")
    elif door == DRAFTS:
        say("Relisez le brouillon dans votre messagerie et envoyez-le de là.")
    return DONE


def door_of(name: str, settings: Settings) -> tuple[str, Callable[[Outgoing], Receipt]]:
    """(what it is, how to open it); secrets are asked for only when it is opened."""
    from diagnostics.tickets.outbound import glpi, imap, zammad

    if name == DRAFTS:
        return imap.where(settings.mailbox), lambda ticket: imap.put(
            ticket, settings.mailbox, secret(imap.PASSWORD_VARIABLE, "Mot de passe de la boîte")
        )
    if name == GLPI:
        return glpi.where(settings.glpi), lambda ticket: glpi.create(
            ticket,
            settings.glpi,
            secret(glpi.USER_TOKEN_VARIABLE, "Jeton d'utilisateur de GLPI"),
            os.environ.get(glpi.APP_TOKEN_VARIABLE, "").strip(),
        )
    return zammad.where(settings.zammad), lambda ticket: zammad.create(
        ticket, settings.zammad, secret(zammad.TOKEN_VARIABLE, "Jeton de Zammad")
    )


def secret(variable: str, label: str) -> str:
    """From the environment, else typed without being shown; never kept."""
    held = os.environ.get(variable)
    return (held or str(click.prompt(f"{label} (non affiché)", hide_input=True, err=True))).strip()


def noted(settings: Settings, outgoing: Outgoing, receipt: Receipt) -> str:
    """Note « envoyé », the number and the text on the followed incident whose ticket it is; its id, "" without."""
    from diagnostics import cases
    from diagnostics.safety import Refusal
    from diagnostics.store.store import login_name

    try:
        store = open_store(settings)
        ticket = followed_ticket(store, settings, outgoing)
        if ticket is None:
            return ""
        agent, now = settings.agent or login_name(), datetime.now().astimezone()
        cases.move(
            store, [ticket.incident.id], "envoyé", agent,
            settings=settings, now=now, external=receipt.number, sent=ticket,
        )  # fmt: skip
    except Refusal as refusal:
        click.echo(f"Le ticket est parti, mais cela n'est pas noté. {refusal.reason}", err=True)
        return ""
    return ticket.incident.id


def followed_ticket(store: Store, settings: Settings, outgoing: Outgoing) -> Ticket | None:
    """The ticket of the followed incident that bears our number."""
    from diagnostics.model import Ticket
    from diagnostics.tickets import templates
    from diagnostics.tickets.drafting import actor_of, ticket_id

    known = templates(Path(settings.templates).expanduser() if settings.templates else None)
    for followed in store.followed().values() if outgoing.reference else ():
        for template in known.values():
            if ticket_id(followed.incident, template) == outgoing.reference:
                return Ticket(
                    id=outgoing.reference,
                    incident=followed.incident,
                    route=followed.route,
                    template=template.id,
                    recipient=actor_of(template, followed.route),
                    subject=outgoing.subject,
                    body=outgoing.body,
                    attachments=outgoing.attachments,
                )
    return None


COMMANDS = (send,)
