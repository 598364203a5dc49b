"""A ticket created in a Zammad through its REST API."""

from __future__ import annotations

import base64
from email.utils import parseaddr
from typing import Any
from urllib.parse import quote

from diagnostics.safety import Refusal, clean
from diagnostics.settings import Zammad
from diagnostics.tickets.outbound.connection import Api, Doubtful
from diagnostics.tickets.outbound.outgoing import Outgoing, Receipt

TOKEN_VARIABLE = "ENT_TRIAGE_ZAMMAD_TOKEN"


def where(settings: Zammad) -> str:
    """What will be done, in French.

    Raises:
        Refusal: the settings do not say where, or not in an encrypted way.
    """
    return f"nouveau ticket dans Zammad ({api_of(settings).host}), groupe « {settings.group} »"


def api_of(settings: Zammad) -> Api:
    if not settings.group:
        raise Refusal("Le groupe de Zammad manque : renseignez le réglage « zammad.group ».")
    return Api(settings.url, "Zammad", "zammad.url")


def create(ticket: Outgoing, settings: Zammad, token: str) -> Receipt:
    """Open a ticket with its attachments.

    Raises:
        Refusal: Zammad cannot be reached, refuses, or leaves a doubt on what it did.
    """
    api = api_of(settings)
    answer = api.post("api/v1/tickets", {"Authorization": f"Token token={token}"}, fields(ticket, settings))
    number = answer.get("number") or answer.get("id") if isinstance(answer, dict) else None
    if number is None:
        raise Doubtful("Zammad a répondu autre chose qu'attendu. Regardez s'il a créé le ticket avant de recommencer.")
    return Receipt(where=f"Zammad ({api.host})", number=clean(str(number)))


def find(reference: str, settings: Zammad, token: str) -> str:
    """Number of the ticket that bears our reference, "" when Zammad shows none (its index may be a few minutes late).

    Raises:
        Refusal: Zammad cannot be reached or refuses.
    """
    path = f"api/v1/tickets/search?query={quote(chr(34) + reference + chr(34))}&limit=1&expand=true"
    answer = api_of(settings).get(path, {"Authorization": f"Token token={token}"})
    found = answer if isinstance(answer, list) else []
    first = found[0] if found and isinstance(found[0], dict) else {}
    return clean(str(first.get("number", "")))


def fields(ticket: Outgoing, settings: Zammad) -> dict[str, Any]:
    article: dict[str, Any] = {
        "subject": ticket.subject,
        "body": ticket.body,
        "content_type": "text/plain",
        "type": "note",
        "internal": False,
        "attachments": [
            {
                "filename": item.name,
                "data": base64.b64encode(item.content).decode(),
                "mime-type": item.media_type,
            }
            for item in ticket.attachments
        ],
    }
    found: dict[str, Any] = {"title": ticket.subject, "group": settings.group, "article": article}
    customer = settings.customer or parseaddr(ticket.sender)[1]
    if customer:
        # Zammad counts the answer's delay from a customer's article only when it is said to be one.
        article["sender"] = "Customer"
        found["customer_id"] = f"guess:{customer}"
    return found
