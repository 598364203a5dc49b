"""Who is writing what, so that two agents do not write the same ticket."""

from __future__ import annotations

import socket
import time

from sqlalchemy import delete, insert, select

from diagnostics.store.schema import lease
from diagnostics.store.store import Store

LEASE_SECONDS = 120.0
"""A lease that is not renewed for this long is dead: its holder lost the line."""


def take(store: Store, subject: str, agent: str) -> str:
    """Reserve a subject or renew one's own reservation.

    Returns:
        "" when it is the agent's; otherwise who has it: « claire (poste-3) ».
    """
    host, now = socket.gethostname()[:200], time.time()
    with store.writing() as connection:
        held = connection.execute(select(lease).where(lease.c.subject == subject)).first()
        # A date too far ahead comes from a clock that was set back since: it must not lock the subject for hours.
        alive = held is not None and now < held.until <= now + LEASE_SECONDS
        if held is not None and alive and (held.agent, held.host) != (agent, host):
            return f"{held.agent} ({held.host})"
        connection.execute(delete(lease).where(lease.c.subject == subject))
        connection.execute(insert(lease).values(subject=subject, agent=agent, host=host, until=now + LEASE_SECONDS))
        return ""


def release(store: Store, subject: str, agent: str) -> None:
    """Give a subject back; nothing happens when it is another's."""
    with store.writing() as connection:
        connection.execute(
            delete(lease).where(
                lease.c.subject == subject, lease.c.agent == agent, lease.c.host == socket.gethostname()[:200]
            )
        )
