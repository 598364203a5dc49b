"""What the commands on followed incidents share: who decides, when, and which incident is meant."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.cli_access import analyse, load_settings

if TYPE_CHECKING:
    from diagnostics.school import School
    from diagnostics.settings import Settings
    from diagnostics.store import Case, Followed, Store

OURS = re.compile(r"T-[0-9A-F]{8}", re.IGNORECASE)
"""The number of a ticket of ours."""


def agent_of(settings: Settings) -> str:
    from diagnostics.store.store import login_name

    return settings.agent or login_name()


def right_now() -> datetime:
    return datetime.now().astimezone()


def loaded(paths: Sequence[str], settings: Settings) -> School | None:
    return analyse(paths, settings) if paths else None


def warn(store: Store, now: datetime) -> tuple[str, ...]:
    """Say on standard error what an agent should know about the base; returns it."""
    found = store.warnings(now)
    for warning in found:
        click.echo(warning, err=True)
    return found


def followed_id(store: Store, wanted: str) -> str:
    """Whole id of a followed incident, given by its beginning or by the number of its ticket (T-…)."""
    return meant(wanted, [*store.incident_states(), *store.followed()])


def meant(wanted: str, incidents: Sequence[str], about: tuple[Case, ...] = ()) -> str:
    """The id that is meant: whole, by its beginning, or by the number that our tickets bear."""
    from diagnostics.cases.history import resolve

    if OURS.fullmatch(wanted.strip()):
        from diagnostics.tickets import templates
        from diagnostics.tickets.drafting import incident_of

        folder = load_settings().templates
        known = templates(Path(folder).expanduser() if folder else None)
        if found := incident_of(wanted, dict.fromkeys(incidents), known.values()):
            return found
    return resolve(wanted, list(incidents), about)


def take_up(store: Store, wanted: str, school: School | None) -> tuple[str, Mapping[str, Followed]]:
    """(id, what is known of it) of an incident followed, or seen in the exports loaded."""
    from diagnostics import cases

    found = {incident.id: incident for incident in school.incidents} if school else {}
    identifier = meant(wanted, [*store.incident_states(), *store.followed(), *found])
    if school is None or identifier not in found:
        return identifier, {}
    known = cases.taken_up(
        found[identifier], school.routes[identifier], school=school.uai, exports=school.loaded.active()
    )
    return identifier, {identifier: known}
