"""Commands on the cases followed: today's list, a case's history, reminders, joins, the second look, undoing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from diagnostics.states import FIRST_STATE, REMINDED
from tui import completing
from tui.cli_access import analyse, load_settings, open_store
from tui.cli_followed import agent_of, followed_id, loaded, meant, right_now, warn
from tui.cli_options import DONE, JSON, PATHS, REFUSED, WITH
from tui.cli_output import say, write_json
from tui.french_click import FrenchCommand

if TYPE_CHECKING:
    from diagnostics.cases import TodayItem
    from diagnostics.store import Case, Followed, IncidentState


@click.command(cls=FrenchCommand, name="aujourd-hui")
@click.argument("paths", metavar="[CHEMIN…]", nargs=-1, type=click.Path())
@JSON
def today(paths: tuple[str, ...], as_json: bool) -> int:
    """Liste ce qu'il y a à faire aujourd'hui, le plus gênant d'abord ; des exports montrent ce qui est résolu."""
    import msgspec

    from diagnostics import cases

    settings, now = load_settings(), right_now()
    store = open_store(settings, reading=True)
    warnings = warn(store, now)
    school = loaded(paths, settings)
    items = cases.today(store, school, now)
    if as_json:
        write_json({"items": msgspec.to_builtins(items), "warnings": list(warnings)})
    elif not items:
        say("Rien à faire aujourd'hui." if school else "Rien n'attend dans les dossiers suivis.")
    else:
        for item in items:
            say(*line(item))
    return REFUSED if school and school.loaded.refused else DONE


def line(item: TodayItem) -> tuple[str, ...]:
    head = item.action.value + ("!" if item.severity == 1 else "")
    return head.ljust(11), item.incident or "–", item.category, item.recipient, item.title, f"({item.why})"


@click.command(cls=FrenchCommand, name="dossier")
@click.argument("wanted", metavar="[NUMÉRO]", required=False, shell_complete=completing.incidents)
@click.option("--clos", "closed", is_flag=True, help="Sans numéro : liste aussi ce qui est clos.")
@click.option(
    "--retirer-message", "removed", is_flag=True,
    help="Retire le message collé de ce dossier, avec ses incidents ; « annuler » le remet.",
)  # fmt: skip
@JSON
def show_case(wanted: str | None, closed: bool, removed: bool, as_json: bool) -> int:
    """Liste ce qui est suivi ; avec un numéro, raconte tout d'un dossier ou d'un incident.

    C'est-à-dire le message, les incidents, les tickets partis, qui a décidé quoi et quand.
    """
    from diagnostics.cases.history import document, dossier, text

    if removed:
        return take_back(wanted, as_json)
    store = open_store(load_settings(), reading=True)
    if wanted is None:
        known = store.followed()
        return list_followed(
            {i: (state, known.get(i)) for i, state in store.incident_states().items() if closed or not state.closed},
            store.cases(),
            as_json,
        )
    found = dossier(store, meant(wanted, [*store.incident_states(), *store.followed()], store.cases()))
    if as_json:
        write_json(document(found))
    else:
        click.echo(text(found))
    return DONE


def take_back(wanted: str | None, as_json: bool) -> int:
    """Take a pasted message back, as x does on its screen.

    Raises:
        Refusal: no case is meant, it was not pasted here, or a ticket of it left.
    """
    from diagnostics import cases, intake
    from diagnostics.cases.history import dossier
    from diagnostics.safety import Refusal
    from tui.session import MESSAGES_PLACE

    settings = load_settings()
    store, agent = open_store(settings), agent_of(settings)
    if wanted is None:
        raise Refusal("Donnez le numéro du dossier : « ent-triage dossier » les liste.")
    found = dossier(store, meant(wanted, [*store.incident_states(), *store.followed()], store.cases()))
    identifier = found.case.id if found.case else ""
    pasted = store.kept_texts(MESSAGES_PLACE, agent)
    text = next((one for one in pasted if cases.case_id(intake.read(one.encode(), "").text) == identifier), "")
    cases.withdraw(store, text, MESSAGES_PLACE, identifier, found.incidents, agent)
    if as_json:
        write_json({"case": identifier, "removed": list(found.incidents)})
    else:
        say("Retiré", identifier, f"avec {len(found.incidents)} incident(s)", "« ent-triage annuler » le remet")
    return DONE


def list_followed(
    found: Mapping[str, tuple[IncidentState, Followed | None]], cases: Sequence[Case], as_json: bool
) -> int:
    """Every incident followed: its state, whom it concerns, which message it came in."""
    import msgspec

    from diagnostics.cases.dates import said
    from diagnostics.cases.history import people

    came_in = {incident: case.id for case in cases for incident in case.incidents}
    if as_json:
        write_json({"incidents": [
            {
                "incident": incident,
                "case": came_in.get(incident),
                "summary": known.incident.summary if known else "",
                "persons": [msgspec.to_builtins(person) for person in known.incident.persons] if known else [],
                **msgspec.to_builtins(state),
            }
            for incident, (state, known) in found.items()
        ]})  # fmt: skip
        return DONE
    for incident, (state, known) in found.items():
        concerned = ", ".join(people(known.incident)[:2]) if known else ""
        again = f"à revoir le {said(state.until)}" if state.until and not state.closed else ""
        say(incident, state.state, state.category, state.recipient, concerned, again, came_in.get(incident, ""))
    if not found:
        say("Aucun incident n'est suivi.")
    return DONE


@click.command(cls=FrenchCommand, name="relance")
@click.argument("wanted", metavar="INCIDENT", shell_complete=completing.incidents)
@click.option("--nouveau", "news", metavar="TEXTE", default="", help="Ce qu'il y a de nouveau depuis le ticket.")
@click.option(
    "--out", metavar="DOSSIER", type=click.Path(file_okay=False, path_type=Path), help="Écrit aussi le brouillon."
)
@WITH
@JSON
def remind(wanted: str, news: str, out: Path | None, paths: tuple[str, ...], as_json: bool) -> int:
    """Prépare la relance d'un ticket envoyé, qui cite le premier ; rien n'est envoyé."""
    from diagnostics import cases
    from diagnostics.tickets import bundle

    settings = load_settings()
    store = open_store(settings)
    school = loaded(paths, settings)
    ticket = cases.remind(
        store,
        followed_id(store, wanted),
        settings=settings,
        now=right_now(),
        news=news,
        exports=school.loaded.exports if school else (),
        identities=school.identities if school else (),
    )
    folders = bundle.write([ticket], out) if out else ()
    if as_json:
        write_json({
            "incident": ticket.incident.id,
            "recipient": ticket.recipient.value,
            "subject": ticket.subject,
            "body": ticket.body,
            "ready": ticket.ready,
            "missing": list(ticket.missing),
            "folder": str(folders[0]) if folders else None,
        })  # fmt: skip
    else:
        click.echo(bundle.text(ticket))
        for folder in folders:
            say("Écrit dans", str(folder), err=True)
        say(f"Une fois la relance envoyée : ent-triage etat {ticket.incident.id} {REMINDED}", err=True)
    return DONE


@click.command(cls=FrenchCommand, name="reverifier")
@PATHS
@click.option("--clore", "settle", is_flag=True, help="Note « résolu » ce que les exports montrent réglé.")
@JSON
def check_again(paths: tuple[str, ...], settle: bool, as_json: bool) -> int:
    """Dit ce que de nouveaux exports montrent des incidents suivis ; ce qui est revenu est rouvert."""
    import msgspec

    from diagnostics import cases

    settings, now = load_settings(), right_now()
    store = open_store(settings)
    warn(store, now)
    school = analyse(paths, settings)
    news = cases.after_load(store, school)
    closed = cases.settle(store, news.seen, agent_of(settings), settings=settings, now=now) if settle else ()
    reopened = cases.reopen(store, news.seen, agent_of(settings), settings=settings, now=now)
    if as_json:
        write_json({**msgspec.to_builtins(news), "settled": list(closed), "reopened": list(reopened)})
    else:
        for one in news.seen:
            say(one.change.value.ljust(14), one.incident, one.why)
        say(f"Depuis le dernier chargement : {len(news.new)} nouvelles anomalies, {news.gone} disparues.")
        if closed:
            say(f"Notés « résolu » : {len(closed)}.")
        if reopened:
            say(f"Rouverts (« {FIRST_STATE} ») : {len(reopened)}.")
    return REFUSED if school.loaded.refused else DONE


@click.command(cls=FrenchCommand, name="regrouper")
@click.argument("lead", metavar="INCIDENT", shell_complete=completing.incidents)
@click.argument("members", metavar="AUTRE…", nargs=-1, shell_complete=completing.incidents)
@click.option("--separer", "separate", is_flag=True, help="Retire INCIDENT du ticket qu'il partage.")
@click.option("--pourquoi", "why", metavar="TEXTE", default="", help="La cause commune.")
@JSON
def join(lead: str, members: tuple[str, ...], separate: bool, why: str, as_json: bool) -> int:
    """Met plusieurs incidents de même cause sur un seul ticket, celui du premier."""
    import msgspec

    from diagnostics import cases

    settings = load_settings()
    store = open_store(settings)
    first = followed_id(store, lead)
    if separate == bool(members):
        raise click.UsageError("Donnez les autres incidents, ou --separer sans eux.")
    if separate:
        cases.part(store, first, agent_of(settings))
    else:
        others = [followed_id(store, member) for member in members]
        cases.join(store, first, others, agent_of(settings), now=right_now(), why=why)
    group = store.groups().get(first)
    if as_json:
        write_json({"group": msgspec.to_builtins(group) if group else None})
    else:
        say(first, "même ticket que " + ", ".join(group.members) if group else "ticket à part")
    return DONE


@click.command(cls=FrenchCommand, name="semblables")
@click.argument("wanted", metavar="INCIDENT", shell_complete=completing.incidents)
@JSON
def look_alikes(wanted: str, as_json: bool) -> int:
    """Liste les incidents ouverts qui ressemblent à un incident suivi, les plus proches d'abord, avec la raison."""
    import msgspec

    from diagnostics import cases

    store = open_store(load_settings(), reading=True)
    incident = followed_id(store, wanted)
    known = store.followed().get(incident)
    found = cases.similar(known.incident, cases.open_incidents(store)) if known else ()
    if as_json:
        write_json({"incident": incident, "similar": msgspec.to_builtins(found)})
    elif not found:
        say("Rien d'ouvert ne lui ressemble.")
    else:
        for one in found:
            say(one.incident, "presque sûrement le même" if one.strength >= 4 else "à regarder", ", ".join(one.reasons))
    return DONE


@click.command(cls=FrenchCommand, name="annuler")
@click.option("--refaire", "again", is_flag=True, help="Refait ce qui vient d'être annulé.")
@JSON
def undo(again: bool, as_json: bool) -> int:
    """Annule votre dernier geste enregistré (état, ticket, regroupement, rapprochement…)."""
    settings = load_settings()
    store, agent = open_store(settings), agent_of(settings)
    before = store.incident_states()
    what = store.redo(agent) if again else store.undo(agent)
    after = store.incident_states()
    states = {
        incident: tuple(held[incident].state if incident in held else FIRST_STATE for held in (before, after))
        for incident in sorted(before.keys() | after.keys())
        if before.get(incident) != after.get(incident)
    }
    if as_json:
        changed = [{"incident": incident, "from": one, "to": other} for incident, (one, other) in states.items()]
        write_json({"undone" if not again else "redone": what or None, "incidents": changed})
    elif what:
        say(f"{'Refait' if again else 'Annulé'} : {what}")
        for incident, (one, other) in states.items():
            say("   ", incident, f"{one} → {other}" if one != other else one)
    else:
        say("Rien à refaire." if again else "Rien à annuler.")
    return DONE


COMMANDS: tuple[click.Command, ...] = (
    today, show_case, look_alikes, remind, check_again, join, undo,
)  # fmt: skip
