"""Commands on incidents themselves: their state; their note, their number and when to look at them again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from diagnostics.states import STATES
from tui import completing
from tui.cli_access import load_settings, open_store
from tui.cli_followed import agent_of, loaded, right_now, take_up, warn
from tui.cli_options import DONE, JSON, WITH
from tui.cli_output import say, write_json
from tui.french_click import FrenchCommand

if TYPE_CHECKING:
    from diagnostics.school import School
    from diagnostics.store import Followed, Store

INCIDENTS = click.argument("wanted", metavar="INCIDENT…", nargs=-1, required=True, shell_complete=completing.incidents)
NOTE = click.option("--note", metavar="TEXTE", default="", help="Note à garder avec l'incident.")
NUMBER = click.option("--numero", "external", metavar="N", default="", help="Numéro donné par le support.")
UNTIL = click.option(
    "--jusqu-au", "until", metavar="DATE", default="", help="Quand y revenir : JJ/MM/AAAA, ou +3 (jours)."
)


@click.command(cls=FrenchCommand, name="etat")
@click.argument("wanted", metavar="INCIDENT…", nargs=-1, required=True, shell_complete=completing.incidents_and_states)
@click.argument("state", metavar="ÉTAT")
@NOTE
@NUMBER
@UNTIL
@WITH
@JSON
def set_state(
    wanted: tuple[str, ...], state: str, note: str, external: str, until: str, paths: tuple[str, ...], as_json: bool
) -> int:
    """Change l'état d'un ou de plusieurs incidents (à qualifier, prêt, envoyé, relancé, résolu, clos…) et dit quand y
    revenir."""
    import msgspec

    from diagnostics import cases
    from diagnostics.cases.dates import read_date, said

    settings, now = load_settings(), right_now()
    store = open_store(settings)
    warn(store, now)
    agent = agent_of(settings)
    incidents, about = taken_up(store, wanted, loaded(paths, settings), agent)
    moved = cases.move(
        store,
        incidents,
        state_meant(state),
        agent,
        settings=settings,
        now=now,
        note=note,
        external=external,
        until=read_date(until, now) if until else "",
        about=about,
    )
    states = store.incident_states()
    if as_json:
        write_json({"incidents": list(moved), **msgspec.to_builtins(states[incidents[0]])})
    else:
        for incident in moved:
            held = states[incident]
            beside = "" if incident in incidents else "(même ticket)"
            say(incident, held.state, f"à revoir le {said(held.until)}" if held.until else "", beside)
    return DONE


@click.command(cls=FrenchCommand, name="noter")
@INCIDENTS
@NOTE
@NUMBER
@UNTIL
@WITH
@JSON
def annotate(
    wanted: tuple[str, ...], note: str, external: str, until: str, paths: tuple[str, ...], as_json: bool
) -> int:
    """Garde une note, le numéro du support ou la date où revenir à un incident, sans changer son état."""
    import msgspec

    from diagnostics import cases
    from diagnostics.cases.dates import read_date, said

    if not (note or external or until):
        raise click.UsageError("Donnez ce qu'il faut noter : --note, --numero ou --jusqu-au.")
    settings, now = load_settings(), right_now()
    when = read_date(until, now) if until else ""
    store = open_store(settings)
    warn(store, now)
    agent = agent_of(settings)
    incidents, _ = taken_up(store, wanted, loaded(paths, settings), agent)
    for incident in incidents:
        group = cases.group_of(incident, store.groups())
        for one in (group.lead, *group.members) if group and external else (incident,):
            # The number is that of the ticket, which several incidents may share; the note is the incident's own.
            if external or one == incident:
                cases.note(store, one, note if one == incident else "", agent, external=external)
    if when:
        cases.postpone(store, incidents, when, agent)
    states = store.incident_states()
    if as_json:
        write_json({"incidents": [{"incident": one, **msgspec.to_builtins(states[one])} for one in incidents]})
    else:
        for one in incidents:
            held = states[one]
            number = f"n° {held.external}" if held.external else ""
            say(one, held.state, number, f"à revoir le {said(held.until)}" if held.until else "", held.note)
    return DONE


def taken_up(
    store: Store, wanted: Sequence[str], school: School | None, agent: str
) -> tuple[list[str], Mapping[str, Followed]]:
    """(ids, what is known of those seen in the exports) of the incidents meant.

    Raises:
        Refusal: one is not known, or somebody else is writing its ticket.
    """
    from diagnostics.safety import Refusal
    from diagnostics.store import leases

    incidents: list[str] = []
    about: dict[str, Followed] = {}
    for one in wanted:
        incident, known = take_up(store, one, school)
        if holder := leases.holder(store, leases.of_ticket(incident), agent):
            raise Refusal(f"Incident {incident} : {holder} y travaille. Attendez, ou voyez avec cette personne.")
        incidents.append(incident)
        about |= known
    return list(dict.fromkeys(incidents)), about


def state_meant(state: str) -> str:
    """The state of that name, whatever its accents, or the only one that begins so; else as written, to be refused."""
    from diagnostics.text import fold

    near = [known for known in STATES if fold(known).startswith(fold(state))] if fold(state) else []
    exact = [known for known in STATES if fold(known) == fold(state)]
    return (exact or (near if len(near) == 1 else [state]))[0]


COMMANDS: tuple[click.Command, ...] = (set_state, annotate)
