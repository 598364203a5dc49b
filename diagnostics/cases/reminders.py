"""The draft of a reminder (« relance »): same number, what is new, the first ticket quoted; never a second ticket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from diagnostics.cases import dates
from diagnostics.model import Actor, Export, Identity, Ticket
from diagnostics.safety import Refusal
from diagnostics.settings import Settings
from diagnostics.store import SENT, Store


def remind(
    store: Store,
    incident: str,
    *,
    settings: Settings,
    now: datetime,
    news: str = "",
    exports: Sequence[Export] = (),
    identities: Sequence[Identity] = (),
) -> Ticket:
    """The reminder of a ticket that left; it is only written, and « relancé » is noted when the agent has sent it.

    Args:
        news: what is new since, in the agent's words; without it the draft asks.

    Raises:
        Refusal: the incident is not followed, or its ticket has not left.
    """
    from diagnostics.tickets import draft

    known, state = store.followed().get(incident), store.incident_states().get(incident)
    if known is None or state is None:
        raise Refusal(f"Incident {incident} : il n'est pas suivi, il n'y a rien à relancer.")
    if state.state not in SENT:
        raise Refusal(f"Incident {incident} : il est « {state.state} ». On ne relance qu'un ticket envoyé.")
    sent = store.sendings().get(incident)
    recipient = sent.recipient if sent else state.recipient
    route = known.route
    if recipient in frozenset(Actor):
        route = msgspec.structs.replace(route, recipient=Actor(recipient), wait_until="")
    first = None
    if sent:
        first = Ticket(
            id=sent.ticket,
            incident=known.incident,
            route=route,
            template="",
            recipient=route.recipient,
            subject=sent.subject,
            body=sent.body,
        )
    fields: Mapping[str, str] = {
        "numero": state.external or (sent.ticket if sent else ""),
        "date_ticket": dates.said(state.sent_at),
        "faits_nouveaux": news.strip(),
    }
    return draft(
        known.incident,
        route,
        exports=exports,
        settings=settings,
        now=now,
        fields={key: value for key, value in fields.items() if value},
        identities=identities,
        stage="relance",
        first=first,
    )
