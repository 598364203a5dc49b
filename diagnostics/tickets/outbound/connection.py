"""Encrypted requests to the address of the settings, and to no other."""

from __future__ import annotations

import http.client
import ipaddress
import json
import ssl
from collections.abc import Mapping
from typing import Any
from urllib.parse import SplitResult, urlsplit

from diagnostics.safety import Refusal, clean

TIMEOUT_SECONDS = 20
MAX_ANSWER = 1_000_000
"""Bytes read of an answer."""
SHOWN = 200
"""Characters shown of what a server says of its refusal."""
GLPI_ERRORS: Mapping[str, str] = {
    "ERROR_GLPI_LOGIN_USER_TOKEN": "le jeton d'utilisateur n'est pas reconnu. Copiez-le de nouveau depuis GLPI",
    "ERROR_GLPI_LOGIN": "GLPI n'ouvre pas de session à ce compte. Voyez avec qui l'administre",
    "ERROR_APP_TOKEN_PARAMETERS_MISSING": "il demande aussi un jeton d'application (ENT_TRIAGE_GLPI_APP_TOKEN)",
    "ERROR_WRONG_APP_TOKEN_PARAMETER": "le jeton d'application n'est pas reconnu (ENT_TRIAGE_GLPI_APP_TOKEN)",
    "ERROR_NOT_ALLOWED_IP": "ce poste n'a pas le droit d'utiliser son interface. Voyez avec qui l'administre",
    "ERROR_RIGHT_MISSING": "ce compte n'a pas le droit de créer un ticket. Voyez avec qui administre GLPI",
    "ERROR_SESSION_TOKEN_INVALID": "la session est expirée. Recommencez",
    "ERROR_SESSION_TOKEN_MISSING": "la session est expirée. Recommencez",
    "ERROR_GLPI_ADD": "il n'a pas pu créer le ticket (champ obligatoire ou droit). Voyez avec qui l'administre",
    "ERROR_ITEMTYPE_NOT_FOUND_NOR_COMMONDBTM": "l'adresse n'est pas celle de son interface (…/apirest.php)",
    "ERROR_RESOURCE_NOT_FOUND_NOR_COMMONDBTM": "l'adresse n'est pas celle de son interface (…/apirest.php)",
}
"""What GLPI answers, whatever its language (apirest.md, « Errors »)."""
CERTIFICATES: Mapping[int, str] = {
    9: "n'est pas encore valable ; vérifiez l'horloge de ce poste",
    10: "a expiré",
    18: "n'est signé par aucune autorité connue",
    19: "n'est signé par aucune autorité connue",
    20: "n'est signé par aucune autorité connue",
    62: "est celui d'un autre serveur",
    64: "est celui d'un autre serveur",
}
"""By OpenSSL's code (X509_V_ERR_…, verify(1ssl))."""


class Doubtful(Refusal):
    """A request that may have been carried out: it must not be sent again without looking."""


def is_this_machine(host: str) -> bool:
    """Whether a host is the loopback: the only one that is reached without encryption."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def is_plain_address(parts: SplitResult) -> bool:
    """Whether an address says a server and a path, and nothing that would travel along (name, password, query)."""
    try:
        port = parts.port
    except ValueError:
        return False
    extra = parts.username or parts.password or parts.query or parts.fragment
    return bool(parts.hostname) and parts.scheme in ("http", "https") and not extra and port != 0


class Api:
    """A JSON API over HTTPS. One connection for each request; redirections are not followed.

    Raises:
        Refusal: the address is not an encrypted one.
    """

    def __init__(self, url: str, name: str, setting: str) -> None:
        parts = urlsplit(url.strip())
        self.name = name
        self.host = parts.hostname or ""
        self.root = parts.path.rstrip("/")
        if not url.strip():
            raise Refusal(f"L'adresse de {name} manque : renseignez le réglage « {setting} ».")
        if not is_plain_address(parts):
            raise Refusal(
                f"Réglage « {setting} » : cette adresse n'est pas comprise. Attendu : https://serveur/chemin."
            )
        self.secure = parts.scheme == "https"
        if not self.secure and not is_this_machine(self.host):
            raise Refusal(
                f"Réglage « {setting} » : cette adresse n'est pas chiffrée (http). Des données d'élèves n'y "
                "partent pas : donnez une adresse https."
            )
        self.port = parts.port or (443 if self.secure else 80)

    def get(self, path: str, headers: Mapping[str, str]) -> Any:
        return self._request("GET", path, headers, None, creating=False)

    def post(self, path: str, headers: Mapping[str, str], content: Any, *, creating: bool = True) -> Any:
        """Send a document; ``creating`` when a lost answer leaves a doubt on what was created."""
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        kind = {} if isinstance(content, bytes) else {"Content-Type": "application/json"}
        return self._request("POST", path, {**kind, **headers}, body, creating=creating)

    def _request(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None, *, creating: bool
    ) -> Any:
        if not all(value.isascii() and value.isprintable() for value in headers.values()):
            raise Refusal(f"{self.name} : ce jeton contient des caractères inattendus. Copiez-le de nouveau.")
        connection = self._connection()
        sent = False
        try:
            connection.connect()
            connection.request(method, f"{self.root}/{path}", body, {"Accept": "application/json", **headers})
            sent = True
            answer = connection.getresponse()
            status, content = answer.status, answer.read(MAX_ANSWER)
        except (OSError, http.client.HTTPException) as error:
            if sent and creating:
                raise Doubtful(
                    f"{self.name} n'a pas répondu : le ticket a peut-être été créé. Regardez-y avant de recommencer."
                ) from error
            raise Refusal(f"{self.name} ({self.host}) : {why(error)}. Rien n'est parti.") from error
        finally:
            connection.close()
        if not 200 <= status < 300:
            kind = Doubtful if creating and status >= 500 else Refusal
            raise kind(self._refused(status, content))
        try:
            return json.loads(content) if content.strip() else None
        except ValueError as error:
            kind = Doubtful if creating else Refusal
            raise kind(
                f"{self.name} a répondu autre chose qu'attendu. Vérifiez l'adresse dans les réglages"
                + (", et s'il a créé le ticket." if creating else ".")
            ) from error

    def _connection(self) -> http.client.HTTPConnection:
        if self.secure:
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(self.host, self.port, timeout=TIMEOUT_SECONDS, context=context)
        return http.client.HTTPConnection(self.host, self.port, timeout=TIMEOUT_SECONDS)

    def _refused(self, status: int, content: bytes) -> str:
        code, said = told(content)
        if code in GLPI_ERRORS:
            return f"{self.name} ({self.host}) : {GLPI_ERRORS[code]} (code {status})."
        match status:
            case 401:
                why = "l'accès est refusé. Vérifiez le jeton"
            case 403:
                why = (
                    "l'accès est refusé : ce jeton n'a pas les droits qu'il faut. Voyez avec qui administre le serveur"
                )
            case 404:
                why = "l'adresse n'existe pas. Corrigez-la dans les réglages"
            case 413:
                why = "c'est trop gros pour lui. Réduisez ou retirez des pièces jointes"
            case 429:
                why = "il reçoit trop de demandes. Recommencez dans quelques minutes"
            case _ if 300 <= status < 400:
                why = "l'adresse renvoie ailleurs. Mettez la nouvelle dans les réglages"
            case _ if status >= 500:
                why = "le serveur est en panne. Recommencez plus tard, après avoir vérifié que le ticket n'y est pas"
            case _:
                why = f"la demande est refusée ({said})" if said else "la demande est refusée"
        return f"{self.name} ({self.host}) : {why} (code {status})."


def told(content: bytes) -> tuple[str, str]:
    """(code, sentence) of a refusal, as GLPI (``["CODE", "…"]``) or Zammad (``{"error": "…"}``) write it.

    A page of HTML is a proxy's or a wrong address's: it says nothing to the agent.
    """
    text = content[: SHOWN * 4].decode("utf-8", errors="replace")
    try:
        document = json.loads(content)
    except ValueError:
        return "", "" if text.lstrip().startswith("<") else clean(text)[:SHOWN]
    if isinstance(document, list):
        parts = [str(part) for part in document[:2]]
        return (parts[0] if parts else ""), clean(" : ".join(parts[1:]))[:SHOWN]
    if isinstance(document, dict):
        said = document.get("error_human") or document.get("error") or document.get("message") or ""
        return "", clean(str(said))[:SHOWN]
    return "", clean(str(document))[:SHOWN] if document else ""


def why(error: Exception) -> str:
    """A failure of the network in French."""
    if isinstance(error, ssl.SSLCertVerificationError):
        what = CERTIFICATES.get(error.verify_code, "n'est pas valable")
        return f"le certificat du serveur {what} ; voyez avec qui l'administre"
    if isinstance(error, ssl.SSLError):
        return "le serveur ne parle pas en chiffré à cette adresse ; vérifiez l'adresse et le port"
    if isinstance(error, TimeoutError):
        return "pas de réponse à temps"
    if isinstance(error, ConnectionRefusedError):
        return "connexion refusée ; vérifiez l'adresse et le port"
    if isinstance(error, OSError) and type(error).__name__ == "gaierror":
        return "serveur introuvable ; vérifiez l'adresse et le réseau"
    return "la connexion a été coupée"
