"""The command that shows the route of an incident and changes it, as the screen « Routage » does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tui import completing
from tui.cli_access import load_settings, open_store
from tui.cli_followed import agent_of, loaded, right_now, take_up, warn
from tui.cli_options import DONE, JSON, WITH
from tui.cli_output import write_json
from tui.french_click import FrenchCommand

if TYPE_CHECKING:
    from diagnostics.model import Route

NOTHING = "aucune"


@click.command(cls=FrenchCommand, name="router")
@click.argument("wanted", metavar="INCIDENT", shell_complete=completing.incidents)
@click.option(
    "--agit",
    "first_actor",
    metavar="ACTEUR",
    default="",
    shell_complete=completing.actors,
    help="Qui doit agir d'abord.",
)
@click.option(
    "--vers", "recipient", metavar="ACTEUR", default="", shell_complete=completing.actors, help="À qui va le ticket."
)
@click.option("--attendre", metavar="DATE", default="", help="JJ/MM/AAAA, +3 (jours), ou « aucune » : rien à attendre.")
@click.option("--raison", "why", metavar="TEXTE", default="", help="Pourquoi ; obligatoire pour changer.")
@click.option("--comme-propose", "proposed", is_flag=True, help="Revient à ce que propose le programme.")
@WITH
@JSON
def route(
    wanted: str,
    first_actor: str,
    recipient: str,
    attendre: str,
    why: str,
    proposed: bool,
    paths: tuple[str, ...],
    as_json: bool,
) -> int:
    """Montre qui agit d'abord, à qui va le ticket et quel délai ; change l'un ou l'autre, avec une raison."""
    from diagnostics.cases import rerouting
    from diagnostics.cases.dates import read_date
    from diagnostics.documents import route_entry
    from diagnostics.safety import Refusal
    from diagnostics.store.values import NO_WAIT

    settings, now = load_settings(), right_now()
    store = open_store(settings)
    warn(store, now)
    agent = agent_of(settings)
    incident, about = take_up(store, wanted, loaded(paths, settings))
    known = about.get(incident) or store.followed().get(incident)
    if known is None:
        raise Refusal(f"Incident {incident} : ses exports ne sont pas là. Donnez-les par --avec CHEMIN.")
    changes = {"first_actor": actor_meant(first_actor), "recipient": actor_meant(recipient)}
    if attendre:
        changes["wait_until"] = NO_WAIT if attendre.strip().lower() == NOTHING else read_date(attendre, now)
    if proposed:
        rerouting.restore(store, [incident], agent)
    elif any(changes.values()):
        rerouting.reroute(store, [incident], agent, why=why, **changes)
    found = rerouting.applied(known.route, store.routes().get(incident))
    if as_json:
        write_json({"incident": incident, **route_entry(found)})
    else:
        click.echo(told(found))
    return DONE


def actor_meant(text: str) -> str:
    """The code of an actor from its code, its name or the beginning of either, "" for none.

    Raises:
        Refusal: no actor, or several.
    """
    from diagnostics.model import ACTOR_LABELS
    from diagnostics.safety import Refusal
    from diagnostics.text import fold

    if not text.strip():
        return ""
    found = {a.value for a, label in ACTOR_LABELS.items() if fold(text) in {fold(a.value), fold(label)}} or {
        a.value for a, label in ACTOR_LABELS.items()
        if any(fold(name).startswith(fold(text)) for name in (a.value, label))
    }  # fmt: skip
    if len(found) != 1:
        known = ", ".join(f"{a.value} ({label})" for a, label in ACTOR_LABELS.items())
        raise Refusal(f"« {text} » : acteur inconnu, ou plusieurs s'appellent ainsi. Acteurs : {known}.")
    return found.pop()


def told(found: Route) -> str:
    """The route as text."""
    from diagnostics.model import ACTOR_LABELS
    from diagnostics.text import french_date
    from tui import strings

    wait = strings.wait(found.wait_hours) or "rien à attendre"
    until = f", jusqu'au {french_date(found.wait_until)}" if found.wait_until else ""
    lines = [
        f"Agit d'abord : {ACTOR_LABELS[found.first_actor]}",
        f"Ticket vers : {ACTOR_LABELS[found.recipient]}",
        f"Attendre : {wait}{until}",
        *(f"À essayer : {step}" for step in found.try_first),
        f"Pourquoi : {found.why}",
        *(f"Sinon : {ACTOR_LABELS[actor]}, {when}" for actor, when in found.alternatives),
    ]
    return "\n".join(lines)


COMMANDS: tuple[click.Command, ...] = (route,)
