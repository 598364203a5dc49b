"""A ticket created in a GLPI through its REST API (``apirest.php``, GLPI 9.2 to 11)."""

from __future__ import annotations

import html
import json
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from diagnostics.model import Attachment
from diagnostics.safety import Refusal, clean
from diagnostics.settings import Glpi
from diagnostics.tickets.outbound.connection import Api, Doubtful
from diagnostics.tickets.outbound.outgoing import Outgoing, Receipt

SESSION = "session_token"
NUMBER, CONTENT = 2, 21
"""Search options of GLPI's tickets: the number, the description (apirest.md, « List searchOptions »)."""
USER_TOKEN_VARIABLE, APP_TOKEN_VARIABLE = "ENT_TRIAGE_GLPI_USER_TOKEN", "ENT_TRIAGE_GLPI_APP_TOKEN"


def where(settings: Glpi) -> str:
    """What will be done, in French.

    Raises:
        Refusal: the settings do not say where, or not in an encrypted way.
    """
    return f"nouveau ticket dans GLPI ({api_of(settings).host})"


def api_of(settings: Glpi) -> Api:
    return Api(settings.url, "GLPI", "glpi.url")


def create(ticket: Outgoing, settings: Glpi, user_token: str, app_token: str = "") -> Receipt:
    """Open a ticket with its attachments.

    Raises:
        Refusal: GLPI cannot be reached, refuses, or leaves a doubt on what it did.
    """
    api = api_of(settings)
    headers = {"App-Token": app_token} if app_token else {}
    opened = api.get("initSession", {**headers, "Authorization": f"user_token {user_token}"})
    headers["Session-Token"] = text_of(opened, SESSION)
    try:
        answer = api.post("Ticket", headers, {"input": fields(ticket, settings)})
        if isinstance(answer, dict) and answer.get("id") is False:
            said = clean(str(answer.get("message", "")))
            raise Refusal(f"GLPI ({api.host}) n'a pas créé le ticket{f' : {said}' if said else '.'}")
        number = text_of(answer, "id")
        lost = []
        for item in ticket.attachments:
            try:
                attach(api, headers, number, item)
            except Refusal as refusal:
                lost.append(f"La pièce « {item.name} » n'a pas été jointe : ajoutez-la à la main. {refusal.reason}")
        return Receipt(where=f"GLPI ({api.host})", number=number, warnings=tuple(lost))
    finally:
        close(api, headers)


def find(reference: str, settings: Glpi, user_token: str, app_token: str = "") -> str:
    """Number of the ticket that bears our reference, "" when GLPI shows none to this account.

    Raises:
        Refusal: GLPI cannot be reached or refuses.
    """
    api = api_of(settings)
    headers = {"App-Token": app_token} if app_token else {}
    opened = api.get("initSession", {**headers, "Authorization": f"user_token {user_token}"})
    headers["Session-Token"] = text_of(opened, SESSION)
    criteria = {
        "criteria[0][field]": str(CONTENT), "criteria[0][searchtype]": "contains", "criteria[0][value]": reference,
        "forcedisplay[0]": str(NUMBER), "range": "0-0",
    }  # fmt: skip
    try:
        answer = api.get(f"search/Ticket?{urlencode(criteria)}", headers)
    finally:
        close(api, headers)
    rows = answer.get("data") if isinstance(answer, dict) else None
    row = rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], dict) else {}
    return clean(str(row.get(str(NUMBER), "")))


def fields(ticket: Outgoing, settings: Glpi) -> dict[str, Any]:
    """GLPI keeps texts as HTML."""
    found: dict[str, Any] = {
        "name": ticket.subject,
        "content": "<p>" + "<br>".join(html.escape(line) for line in ticket.body.splitlines()) + "</p>",
    }
    if settings.entity is not None:
        found["entities_id"] = settings.entity
    if settings.category is not None:
        found["itilcategories_id"] = settings.category
    return found


def attach(api: Api, headers: Mapping[str, str], number: str, item: Attachment) -> None:
    """Upload a file and tie it to the ticket: a manifest in JSON, then the file (apirest.md, « Upload a document »)."""
    name = item.name.replace('"', "'")
    manifest = {"input": {"name": name, "_filename": [name], "itemtype": "Ticket", "items_id": int(number)}}
    boundary = secrets.token_hex(16)
    content = b"".join((
        f'--{boundary}\r\nContent-Disposition: form-data; name="uploadManifest"\r\n'.encode(),
        b"Content-Type: application/json\r\n\r\n",
        json.dumps(manifest).encode(),
        f'\r\n--{boundary}\r\nContent-Disposition: form-data; name="filename[0]"; filename="{name}"\r\n'.encode(),
        f"Content-Type: {item.media_type}\r\n\r\n".encode(),
        item.content,
        f"\r\n--{boundary}--\r\n".encode(),
    ))  # fmt: skip
    kind = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    api.post("Document", {**headers, **kind}, content, creating=False)


def close(api: Api, headers: Mapping[str, str]) -> None:
    """End the session; one that stays open expires by itself."""
    try:
        api.get("killSession", headers)
    except Refusal:
        return


def text_of(answer: Any, key: str) -> str:
    """A value of an answer, as text.

    Raises:
        Refusal: it is not there.
    """
    value = answer.get(key) if isinstance(answer, dict) else None
    if not isinstance(value, str | int) or isinstance(value, bool) or not str(value).isascii():
        if key == SESSION:
            raise Refusal("GLPI a répondu autre chose qu'attendu. Vérifiez l'adresse (glpi.url). Rien n'est parti.")
        raise Doubtful("GLPI a répondu autre chose qu'attendu. Regardez s'il a créé le ticket avant de recommencer.")
    return str(value)
