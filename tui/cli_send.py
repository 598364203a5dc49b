"""The command that lets a ticket leave: shown whole, asked for with « oui », then drafts, GLPI or Zammad."""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from diagnostics.states import LEFT
from tui.cli_access import load_settings, open_store
from tui.cli_options import DONE, JSON, USAGE
from tui.cli_output import say, write_json
from tui.french_click import FrenchCommand

if TYPE_CHECKING:
    from diagnostics.model import Ticket
    from diagnostics.settings import Settings
    from diagnostics.store import Store
    from diagnostics.tickets.outbound import Outgoing, Receipt

SENDINGS = "envois"
"""Whose texts the attempts are in the base: those of all agents."""
SENT, DOUBT = "parti", "sans réponse"
DRAFTS, GLPI, ZAMMAD = "brouillons", "glpi", "zammad"


@click.command(cls=FrenchCommand, name="envoyer")
@click.argument("path", metavar="TICKET", type=click.Path(path_type=Path))
@click.option(
    "--vers", "door", required=True, type=click.Choice([DRAFTS, GLPI, ZAMMAD]),
    help="Où le mettre : brouillons (la boîte de courriel), glpi, zammad.",
)  # fmt: skip
@click.option("--renvoyer", "again", is_flag=True, help="L'envoie même s'il est déjà parti, ou peut-être.")
@JSON
def send(path: Path, door: str, again: bool, as_json: bool) -> int:
    """Montre un ticket déjà écrit (dossier ou .eml), demande « oui », puis le met où vous dites."""
    from diagnostics.tickets.outbound import preview, read

    settings = load_settings()
    ticket = read(path)
    where, ready, go, find = door_of(door, settings)
    attempt = Attempt(settings, ticket, door)
    if not again:
        attempt.refuse_second()
    click.echo(preview(ticket, where), err=True)
    question = "\nTout ce qui précède va partir. Tapez « oui » pour l'envoyer"
    if click.prompt(question, default="non", show_default=False, err=True).strip().lower() != "oui":
        say("Rien n'est parti.", err=True)
        return USAGE
    # Asked before anything is noted: an agent who has no token and leaves has sent nothing.
    ready()
    receipt = carry_out(attempt, ticket, go, find, again=again)
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
        say(f"L'incident {incident} est noté « {LEFT} ».")
    elif door == DRAFTS:
        say("Relisez le brouillon dans votre messagerie et envoyez-le de là.")
    return DONE


class Attempt:
    """What is known of the sendings of a ticket through a door, kept in the base: an answer that was lost must not make
    two tickets. Nothing of the ticket is kept but its number."""

    def __init__(self, settings: Settings, ticket: Outgoing, door: str) -> None:
        import hashlib

        self.place = f"{door}/{ticket.reference or hashlib.sha256(ticket.eml).hexdigest()[:16]}"
        self.kept = door != DRAFTS
        self.store = open_store(settings) if self.kept else None

    def held(self) -> dict[str, str]:
        text = self.store.kept_text(self.place, SENDINGS) if self.store else ""
        return dict(json.loads(text)) if text else {}

    def note(self, **facts: str) -> None:
        if self.store:
            at = datetime.now().astimezone().isoformat(timespec="minutes")
            self.store.keep_text(self.place, json.dumps({"at": at, **facts}) if facts else "", SENDINGS)

    def refuse_second(self) -> None:
        """Refuse a ticket that has already left."""
        from diagnostics.cases.dates import said
        from diagnostics.safety import Refusal

        held = self.held()
        if held.get("state") == SENT:
            number = f" (n° {held['number']})" if held.get("number") else ""
            raise Refusal(
                f"Ce ticket est déjà parti le {said(held['at'])}{number}. Pour l'envoyer quand même : --renvoyer."
            )


def carry_out(
    attempt: Attempt, ticket: Outgoing, go: Callable[[Outgoing], Receipt], find: Callable[[str], str], *, again: bool
) -> Receipt:
    """Send once: a first try without an answer is looked for on the other side before anything is sent again."""
    from diagnostics.cases.dates import said
    from diagnostics.safety import Refusal
    from diagnostics.tickets.outbound import Doubtful, Receipt

    held = attempt.held()
    if held.get("state") == DOUBT and not again:
        if number := find(ticket.reference) if ticket.reference else "":
            attempt.note(state=SENT, number=number)
            return Receipt(where="il était déjà créé", number=number)
        raise Refusal(
            f"L'envoi du {said(held['at'])} est resté sans réponse, et le ticket ne se retrouve pas de l'autre côté. "
            "Regardez-y encore ; s'il n'y est vraiment pas : --renvoyer."
        )
    attempt.note(state=DOUBT)
    try:
        receipt = go(ticket)
    except Doubtful:
        raise
    except Refusal:
        attempt.note()
        raise
    attempt.note(state=SENT, number=receipt.number)
    return receipt


def door_of(
    name: str, settings: Settings
) -> tuple[str, Callable[[], str], Callable[[Outgoing], Receipt], Callable[[str], str]]:
    """(what it is, its secret, how to open it, how to look for a reference behind it); the secret is asked for once."""
    from diagnostics.tickets.outbound import glpi, imap, zammad

    if name == DRAFTS:
        password = functools.cache(lambda: secret(imap.PASSWORD_VARIABLE, "Mot de passe de la boîte"))
        box = settings.mailbox
        return imap.where(box), password, lambda ticket: imap.put(ticket, box, password()), lambda _: ""
    if name == GLPI:
        token = functools.cache(lambda: secret(glpi.USER_TOKEN_VARIABLE, "Jeton d'utilisateur de GLPI"))
        app = os.environ.get(glpi.APP_TOKEN_VARIABLE, "").strip()
        return (
            glpi.where(settings.glpi),
            token,
            lambda ticket: glpi.create(ticket, settings.glpi, token(), app),
            lambda reference: glpi.find(reference, settings.glpi, token(), app),
        )
    key = functools.cache(lambda: secret(zammad.TOKEN_VARIABLE, "Jeton de Zammad"))
    return (
        zammad.where(settings.zammad),
        key,
        lambda ticket: zammad.create(ticket, settings.zammad, key()),
        lambda reference: zammad.find(reference, settings.zammad, key()),
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
            store, [ticket.incident.id], LEFT, agent,
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
