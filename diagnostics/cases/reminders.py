"""The draft of a reminder (« relance »): same number, what is new, the first ticket quoted; never a second ticket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from diagnostics.cases import dates
from diagnostics.cases.alike import group_of, merged
from diagnostics.model import Actor, Export, Identity, Ticket
from diagnostics.safety import Refusal
from diagnostics.settings import Settings
from diagnostics.states import SENT
from diagnostics.store import Store


def remind(
    store: Store,
    incident: str,
    *,
    settings: Settings,
    now: datetime,
    news: str = "",
    answers: Mapping[str, str] | None = None,
    exports: Sequence[Export] = (),
    identities: Sequence[Identity] = (),
) -> Ticket:
    """The reminder of a ticket that left; it is only written, and « relancé » is noted when the agent has sent it.

    Of an incident that shares a ticket, it is the reminder of that ticket, for everybody on it.

    Args:
        news: what is new since, in the agent's words; without it the draft asks.
        answers: what the agent answered to the other questions of the draft, by key.

    Raises:
        Refusal: the incident is not followed, or its ticket has not left.
    """
    from diagnostics.tickets import draft

    followed = store.followed()
    group = group_of(incident, store.groups())
    lead = group.lead if group else incident
    known, state = followed.get(lead), store.incident_states().get(lead)
    if known is None or state is None:
        raise Refusal(f"Incident {incident} : il n'est pas suivi, il n'y a rien à relancer.")
    if state.state not in SENT:
        raise Refusal(f"Incident {incident} : il est « {state.state} ». On ne relance qu'un ticket envoyé.")
    about = known.incident
    if group:
        about = merged(about, [followed[member].incident for member in group.members if member in followed])
    sent = store.sendings().get(lead)
    recipient = sent.recipient if sent else state.recipient
    route = known.route
    if recipient in frozenset(Actor):
        route = msgspec.structs.replace(route, recipient=Actor(recipient), wait_until="")
    settings = settings if settings.uai else msgspec.structs.replace(settings, uai=known.school)
    if sent:
        first = Ticket(
            id=sent.ticket,
            incident=about,
            route=route,
            template="",
            recipient=route.recipient,
            subject=sent.subject,
            body=sent.body,
        )
    else:
        # It was noted as sent and its text was not kept: what it was about can be said again, not what it said.
        stage = "" if route.recipient is Actor.ETAB else "support"
        again = draft(about, route, exports=exports, settings=settings, now=now, identities=identities, stage=stage)
        first = msgspec.structs.replace(again, body="")
    fields: Mapping[str, str] = {
        "numero": state.external or (sent.ticket if sent else ""),
        "date_ticket": dates.said(state.sent_at),
        "faits_nouveaux": news.strip(),
        **(answers or {}),
    }
    return draft(
        about,
        route,
        exports=exports,
        settings=settings,
        now=now,
        fields={key: value for key, value in fields.items() if value},
        identities=identities,
        stage="relance",
        first=first,
    )
