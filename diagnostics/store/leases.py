"""Who is writing what, so that two agents do not write the same ticket."""

from __future__ import annotations

import socket
import time
from typing import Any

from sqlalchemy import Row, delete, insert, select

from diagnostics.store.schema import lease
from diagnostics.store.store import Store

LEASE_SECONDS = 120.0
"""A lease that is not renewed for this long is dead: its holder lost the line."""


def of_ticket(incident: str) -> str:
    """Subject of the reservation of an incident: its ticket, its state."""
    return f"ticket/{incident}"


def take(store: Store, subject: str, agent: str) -> str:
    """Reserve a subject or renew one's own reservation.

    Returns:
        "" when it is the agent's; otherwise who has it: « claire (poste-3) ».
    """
    host, now = this_host(), time.time()
    with store.writing() as connection:
        held = connection.execute(select(lease).where(lease.c.subject == subject)).first()
        if held is not None and alive(held, now) and (held.agent, held.host) != (agent, host):
            return f"{held.agent} ({held.host})"
        connection.execute(delete(lease).where(lease.c.subject == subject))
        connection.execute(insert(lease).values(subject=subject, agent=agent, host=host, until=now + LEASE_SECONDS))
        return ""


def holder(store: Store, subject: str, agent: str) -> str:
    """Who else is writing a subject, without reserving it: « claire (poste-3) », "" when nobody is."""
    with store.reading() as connection:
        held = connection.execute(select(lease).where(lease.c.subject == subject)).first()
    if held is None or not alive(held, time.time()) or (held.agent, held.host) == (agent, this_host()):
        return ""
    return f"{held.agent} ({held.host})"


def held_by_others(store: Store, agent: str) -> dict[str, str]:
    """Subject → who is writing it, of all that somebody else is writing now."""
    me, now = (agent, this_host()), time.time()
    with store.reading() as connection:
        rows = connection.execute(select(lease)).all()
    return {row.subject: f"{row.agent} ({row.host})" for row in rows if alive(row, now) and (row.agent, row.host) != me}


def release(store: Store, subject: str, agent: str) -> None:
    """Give a subject back; nothing happens when it is another's."""
    mine = (lease.c.subject == subject, lease.c.agent == agent, lease.c.host == this_host())
    with store.writing() as connection:
        connection.execute(delete(lease).where(*mine))


def alive(held: Row[Any], now: float) -> bool:
    """A date too far ahead comes from a clock that was set back since: it must not lock the subject for hours."""
    return bool(now < held.until <= now + LEASE_SECONDS)


def this_host() -> str:
    return socket.gethostname()[:200]
