"""What an agent changes of a route: who acts first, who gets the ticket, until when to wait, each with a reason."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime

import msgspec

from diagnostics.cases import dates
from diagnostics.model import ACTOR_LABELS, Actor, Route
from diagnostics.safety import Refusal
from diagnostics.store import Rerouted, SavedTicket, Store
from diagnostics.store.store import Facts
from diagnostics.store.values import NO_WAIT, ROUTE, TICKET, Change, now

PROPOSED = "proposé par le programme"


def applied(route: Route, change: Rerouted | None) -> Route:
    """The route as the agent wants it; what they replaced stays among the alternatives and in the reasons."""
    if change is None:
        return route
    first = Actor(change.first_actor) if change.first_actor in frozenset(Actor) else route.first_actor
    to = Actor(change.recipient) if change.recipient in frozenset(Actor) else route.recipient
    hours, until = route.wait_hours, route.wait_until
    if change.wait_until == NO_WAIT:
        hours, until = 0, ""
    elif change.wait_until:
        hours, until = hours_between(change.at, change.wait_until), change.wait_until
    others = [(actor, when) for actor, when in route.alternatives if actor is not to]
    if to is not route.recipient:
        others.insert(0, (route.recipient, PROPOSED))
    return msgspec.structs.replace(
        route,
        first_actor=first,
        recipient=to,
        wait_hours=hours,
        wait_until=until,
        why=f"Choix de {change.agent} : {change.why.rstrip('.')}. {route.why}".rstrip(),
        alternatives=tuple(others),
    )


def hours_between(at: str, until: str) -> int:
    """Hours from one ISO moment to another, rounded up; at least one."""
    start, end = datetime.fromisoformat(at), datetime.fromisoformat(until)
    return max(1, math.ceil((end.replace(tzinfo=None) - start.replace(tzinfo=None)).total_seconds() / 3600))


def reroute(
    store: Store,
    incidents: Iterable[str],
    agent: str,
    *,
    why: str,
    first_actor: str = "",
    recipient: str = "",
    wait_until: str = "",
) -> None:
    """Keep what an agent changed, one gesture to undo; what is not given stays as it was changed before.

    A draft for which a recipient was typed follows the route from now on.

    Raises:
        Refusal: no reason, or the base does not take the write.
    """
    if not why.strip():
        raise Refusal("Une raison est nécessaire : l'aiguillage n'a pas changé.")
    given = {
        name: value
        for name, value in (("first_actor", first_actor), ("recipient", recipient), ("wait_until", wait_until))
        if value
    }

    def edit(facts: Facts) -> list[Change]:
        changes = []
        for incident in incidents:
            held = facts.get(ROUTE, incident) or Rerouted(incident=incident)
            new = msgspec.structs.replace(held, why=why.strip(), agent=agent, at=now(), **given)
            changes.append(Change(kind=ROUTE, subject=incident, value=new))
            changes += following(facts, incident) if recipient else []
        return changes

    store.update(agent, edit)


def restore(store: Store, incidents: Iterable[str], agent: str) -> None:
    """Back to what the program says, one gesture to undo."""

    def edit(facts: Facts) -> list[Change]:
        changed = [incident for incident in incidents if facts.get(ROUTE, incident) is not None]
        return [Change(kind=ROUTE, subject=incident) for incident in changed]

    store.update(agent, edit)


def following(facts: Facts, incident: str) -> list[Change]:
    """The draft without the recipient that was typed for it."""
    saved: SavedTicket | None = facts.get(TICKET, incident)
    if saved is None or not saved.recipient:
        return []
    return [Change(kind=TICKET, subject=incident, value=msgspec.structs.replace(saved, recipient=""))]


def said(change: Rerouted) -> str:
    """What was changed, in a sentence."""
    parts = []
    if change.first_actor:
        parts.append(f"agit d'abord : {ACTOR_LABELS[Actor(change.first_actor)]}")
    if change.recipient:
        parts.append(f"ticket : {ACTOR_LABELS[Actor(change.recipient)]}")
    if change.wait_until:
        none = change.wait_until == NO_WAIT
        parts.append("rien à attendre" if none else f"attendre le {dates.said(change.wait_until)}")
    return ", ".join(parts)
