"""The doors out, against small servers of this machine: nothing leaves in the clear, unasked, or to anywhere else."""

from __future__ import annotations

import base64
import json
import re
import socketserver
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from diagnostics.model import Actor, Attachment, Incident, Route, Ticket
from diagnostics.safety import Refusal
from diagnostics.settings import Glpi, Mailbox, Zammad
from diagnostics.tickets import bundle
from diagnostics.tickets.outbound import Doubtful, Outgoing, glpi, imap, preview, read, zammad

ROOT = Path(__file__).parents[2]
PASSWORD = "mot de passé"
CSV = Attachment(name="lignes.csv", content="nom;prénom\nŒuvre;Zoé\n".encode(), media_type="text/csv", about="extrait")
PNG = Attachment(name='écran "1".png', content=b"\x89PNG\r\n\x1a\n\x00", media_type="image/png", about="copie d'écran")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    ticket = Ticket(
        id="T-1A2B3C4D",
        incident=Incident(id="i1", category="ANN-04", summary="Résumé"),
        route=Route(first_actor=Actor.KOSMOS, recipient=Actor.KOSMOS),
        template="K1",
        recipient=Actor.KOSMOS,
        subject="[ENT] compte rejeté – élève/6A",
        body="Bonjour,\n\nLe compte <est> rejeté & perdu.\nRéférence : T-1A2B3C4D",
        fields={"mail_to": "support@exemple.invalid"},
        missing=("Pièce à joindre : copie d'écran.",),
        attachments=(CSV, PNG),
    )
    return bundle.write([ticket], tmp_path / "out")[0]


@pytest.fixture
def outgoing(folder: Path) -> Outgoing:
    return read(folder)


def test_what_is_shown_is_all_that_leaves(outgoing: Outgoing) -> None:
    assert outgoing.reference == "T-1A2B3C4D"
    assert outgoing.to == "support@exemple.invalid"
    shown = preview(outgoing, "quelque part")
    for told in (
        "quelque part",
        "[ENT] compte rejeté",
        "<est> rejeté & perdu",
        "Œuvre;Zoé",
        "image/png",
        "copie d'écran",
    ):
        assert told in shown
    assert [item.content for item in outgoing.attachments] == [CSV.content, PNG.content]


def test_nothing_else_in_the_program_knows_the_network() -> None:
    known = re.compile(
        r"^\s*(?:import|from) (?:imaplib|smtplib|ftplib|http\b|urllib\.request|ssl|requests|httpx)", re.MULTILINE
    )
    guilty = {
        path.relative_to(ROOT).parent.as_posix()
        for room in ("diagnostics", "tui")
        for path in (ROOT / room).rglob("*.py")
        if known.search(path.read_text(encoding="utf-8"))
    }
    assert guilty == {"diagnostics/tickets/outbound"}


def test_a_mail_draft_alone_can_leave_too(folder: Path) -> None:
    assert read(folder / "ticket.eml").subject == "[ENT] compte rejeté – élève/6A"


@pytest.mark.parametrize("name", ["absent", "note.txt", "vide.eml", "dossier"])
def test_what_is_no_ticket_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "dossier").mkdir()
    (tmp_path / "note.txt").write_text("bonjour")
    (tmp_path / "vide.eml").write_bytes(b"")
    with pytest.raises(Refusal, match="ticket"):
        read(tmp_path / name)


# IMAP.


@dataclass
class FakeMailbox:
    """What a mailbox of the tests answers, and what it received."""

    capabilities: str = "IMAP4rev1 SPECIAL-USE AUTH=PLAIN"
    folders: tuple[bytes, ...] = (
        b'(\\HasNoChildren) "/" INBOX',
        b'(\\HasNoChildren \\Sent) "/" "Envoy&AOk-s"',
        b'(\\HasNoChildren \\drafts) "/" "Mes \\"Brouillons\\""',
    )
    accepts: bool = True
    secured: ssl.SSLContext | None = None
    """Certificate of the server: from the start, or from STARTTLS on when ``starts`` is set."""
    starts: bool = False
    port: int = 0
    commands: list[str] = field(default_factory=list)
    appended: list[tuple[str, bytes]] = field(default_factory=list)

    def settings(self, **changes: str) -> Mailbox:
        return Mailbox(**{"host": "127.0.0.1", "port": self.port, "user": "camille", "security": "aucune", **changes})  # type: ignore[arg-type]


@contextmanager
def serving(box: FakeMailbox) -> Iterator[FakeMailbox]:
    class Handler(socketserver.StreamRequestHandler):
        def say(self, line: bytes) -> None:
            self.wfile.write(line + b"\r\n")

        def setup_files(self) -> None:
            self.rfile = self.connection.makefile("rb", -1)
            self.wfile = self.connection.makefile("wb", 0)  # type: ignore[assignment]

        def handle(self) -> None:
            if box.secured and not box.starts:
                try:
                    self.connection = box.secured.wrap_socket(self.connection, server_side=True)
                except OSError:
                    return
                self.setup_files()
            self.say(b"* OK ready")
            while line := self.rfile.readline():
                tag, _, rest = line.rstrip(b"\r\n").partition(b" ")
                command = rest.decode("latin-1")
                box.commands.append(command)
                if not self.answer(tag, command):
                    return

        def answer(self, tag: bytes, command: str) -> bool:
            verb = command.split(" ", 1)[0].upper()
            if verb == "CAPABILITY":
                more = " STARTTLS" if box.starts else ""
                self.say(b"* CAPABILITY " + (box.capabilities + more).encode())
            elif verb == "STARTTLS" and box.secured:
                self.say(tag + b" OK begin")
                try:
                    self.connection = box.secured.wrap_socket(self.connection, server_side=True)
                except OSError:
                    return False
                self.setup_files()
                return True
            elif verb == "SEARCH":
                kept = re.search(r'HEADER X-Ent-Triage "(.+)"', command)
                there = kept and any(f"X-Ent-Triage: {kept[1]}".encode() in content for _, content in box.appended)
                self.say(b"* SEARCH" + (b" 1" if there else b""))
            elif verb == "AUTHENTICATE":
                self.say(b"+ ")
                given = base64.b64decode(self.rfile.readline()).decode()
                if given != f"\0camille\0{PASSWORD}":
                    self.say(tag + b" NO [AUTHENTICATIONFAILED] " + given.encode())
                    return True
            elif verb == "LIST":
                for entry in box.folders:
                    self.say(b"* LIST " + entry)
            elif verb == "APPEND":
                size = int(re.search(r"\{(\d+)\}$", command)[1])  # type: ignore[index]
                self.say(b"+ go on")
                content = self.rfile.read(size)
                self.rfile.readline()
                box.appended.append((command, content))
                if not box.accepts:
                    self.say(tag + b" NO over quota")
                    return True
            self.say(tag + b" OK done")
            return verb != "LOGOUT"

    with server(socketserver.TCPServer(("127.0.0.1", 0), Handler)) as port:
        box.port = port
        yield box


@contextmanager
def server(made: socketserver.BaseServer) -> Iterator[int]:
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield made.server_address[1]  # type: ignore[misc]
    finally:
        made.shutdown()
        made.server_close()
        thread.join()


def test_the_draft_goes_whole_to_the_folder_that_the_server_marks(outgoing: Outgoing) -> None:
    with serving(FakeMailbox()) as box:
        receipt = imap.put(outgoing, box.settings(), PASSWORD)
    (command, content) = box.appended[0]
    assert command.startswith('APPEND "Mes \\"Brouillons\\"" (\\Draft \\Seen)')
    assert content.endswith(outgoing.eml)
    headers = content[: -len(outgoing.eml)]
    assert re.fullmatch(rb"X-Ent-Triage: T-1A2B3C4D\.[0-9a-f]{16}\r\nDate: [^\r\n]+\r\n", headers)
    assert 'Mes "Brouillons"' in receipt.where
    assert box.commands[-1] == "LOGOUT"


def test_without_a_mark_the_folders_are_named_and_nothing_is_put(outgoing: Outgoing) -> None:
    with serving(FakeMailbox(folders=(b'(\\Sent) "/" "Envoy&AOk-s"', b"() NIL INBOX"))) as box:
        with pytest.raises(Refusal, match="Envoyés, INBOX"):
            imap.put(outgoing, box.settings(), PASSWORD)
        assert not box.appended
        imap.put(outgoing, box.settings(drafts="Envoyés & reçus"), PASSWORD)
    assert box.appended[0][0].startswith('APPEND "Envoy&AOk-s &- re&AOc-us"')


def test_a_wrong_password_is_never_repeated(outgoing: Outgoing) -> None:
    with serving(FakeMailbox()) as box, pytest.raises(Refusal, match="mot de passe") as caught:
        imap.put(outgoing, box.settings(), "secret-errone")
    assert "secret-errone" not in caught.value.reason
    assert caught.value.__cause__ is None
    assert not box.appended


def test_a_full_mailbox_is_said(outgoing: Outgoing) -> None:
    with serving(FakeMailbox(accepts=False)) as box, pytest.raises(Refusal, match="place qui reste"):
        imap.put(outgoing, box.settings(), PASSWORD)


@pytest.mark.parametrize("host", ["imap.exemple.invalid", "192.0.2.1", "localhost.exemple.invalid"])
def test_a_distant_mailbox_is_never_reached_in_the_clear(outgoing: Outgoing, host: str) -> None:
    with pytest.raises(Refusal, match="qu'en chiffré"):
        imap.put(outgoing, Mailbox(host=host, user="camille", security="aucune"), PASSWORD)


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_mailbox_that_does_not_encrypt_gets_no_password(outgoing: Outgoing, security: str) -> None:
    with serving(FakeMailbox()) as box, pytest.raises(Refusal):
        imap.put(outgoing, box.settings(security=security), PASSWORD)
    assert not [command for command in box.commands if command.startswith(("AUTHENTICATE", "LOGIN"))]


@pytest.mark.parametrize("name", ["Brouillons", "Envoyés & reçus", "日本", 'a"b\\c', "&"])
def test_folder_names_come_back_as_they_were(name: str) -> None:
    assert imap.readable(imap.quoted(name)) == name


# GLPI and Zammad.


@dataclass
class FakeApi:
    """Answers by path, and what was asked."""

    answers: dict[str, tuple[int, object]]
    secured: ssl.SSLContext | None = None
    port: int = 0
    asked: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)


@contextmanager
def answering(api: FakeApi) -> Iterator[FakeApi]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            api.asked.append((self.path, dict(self.headers), body))
            status, answer = api.answers.get(self.path.split("?")[0], (404, None))
            if status == 0:
                return
            self.send_response(status)
            if status in (301, 302):
                self.send_header("Location", "http://192.0.2.1/ailleurs")
            content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    made = HTTPServer(("127.0.0.1", 0), Handler)
    if api.secured:
        made.socket = api.secured.wrap_socket(made.socket, server_side=True)
        made.handle_error = lambda *_: None  # type: ignore[method-assign]
    with server(made) as port:
        api.port = port
        yield api


def glpi_answers(**changes: tuple[int, object]) -> FakeApi:
    root = "/glpi/apirest.php/"
    usual: dict[str, tuple[int, object]] = {
        "initSession": (200, {"session_token": "abc"}),
        "Ticket": (201, {"id": 4711, "message": ""}),
        "Document": (201, {"id": 1}),
        "killSession": (200, True),
    }
    return FakeApi({root + name: answer for name, answer in {**usual, **changes}.items()})


def glpi_settings(api: FakeApi) -> Glpi:
    return Glpi(url=f"http://127.0.0.1:{api.port}/glpi/apirest.php/", entity=3)


def test_a_glpi_ticket_is_created_with_its_attachments(outgoing: Outgoing) -> None:
    with answering(glpi_answers()) as api:
        receipt = glpi.create(outgoing, glpi_settings(api), "jeton", "appli")
    assert (receipt.number, receipt.warnings) == ("4711", ())
    paths = [path.rsplit("/", 1)[-1] for path, _, _ in api.asked]
    assert paths == ["initSession", "Ticket", "Document", "Document", "killSession"]
    assert api.asked[0][1]["Authorization"] == "user_token jeton"
    assert {headers["App-Token"] for _, headers, _ in api.asked} == {"appli"}
    made = json.loads(api.asked[1][2])["input"]
    assert made["name"] == outgoing.subject
    assert made["entities_id"] == 3
    assert "&lt;est&gt; rejeté &amp; perdu." in made["content"]
    sent = api.asked[2][2]
    assert CSV.content in sent
    assert b'"itemtype": "Ticket", "items_id": 4711' in sent
    assert b'filename="lignes.csv"' in sent


def test_an_attachment_that_glpi_refuses_is_said_and_the_ticket_kept(outgoing: Outgoing) -> None:
    with answering(glpi_answers(Document=(413, {"m": "trop gros"}))) as api:
        receipt = glpi.create(outgoing, glpi_settings(api), "jeton")
    assert receipt.number == "4711"
    assert len(receipt.warnings) == 2
    assert "lignes.csv" in receipt.warnings[0]
    assert "à la main" in receipt.warnings[0]


def zammad_settings(api: FakeApi, **changes: str) -> Zammad:
    return Zammad(**{"url": f"http://localhost:{api.port}", "group": "Support", **changes})


def test_a_zammad_ticket_is_created_with_its_attachments(outgoing: Outgoing) -> None:
    with answering(FakeApi({"/api/v1/tickets": (201, {"id": 12, "number": "22042"})})) as api:
        receipt = zammad.create(outgoing, zammad_settings(api, customer="eleve@exemple.invalid"), "jeton")
    assert receipt.number == "22042"
    _, headers, body = api.asked[0]
    made = json.loads(body)
    assert headers["Authorization"] == "Token token=jeton"
    assert (made["title"], made["group"], made["customer_id"]) == (
        outgoing.subject, "Support", "guess:eleve@exemple.invalid",
    )  # fmt: skip
    assert made["article"]["body"] == outgoing.body
    assert made["article"]["sender"] == "Customer"
    files = made["article"]["attachments"]
    assert [base64.b64decode(one["data"]) for one in files] == [CSV.content, PNG.content]


@pytest.mark.parametrize(
    ("status", "answer", "told"),
    [
        (401, {"error": "x"}, "Vérifiez le jeton"),
        (403, {"error": "Not authorized"}, "pas les droits"),
        (413, b"<html>too large", "trop gros"),
        (429, {"error": "x"}, "trop de demandes"),
        (422, b"<html><body>Unprocessable", r"la demande est refusée \(code 422\)"),
        (404, None, "n'existe pas"),
        (422, {"error": "Group inconnu"}, "Group inconnu"),
        (302, None, "renvoie ailleurs"),
        (500, b"<html>", "en panne"),
        (200, b"<html>bonjour", "autre chose qu'attendu"),
        (201, {"rien": 1}, "autre chose qu'attendu"),
        (0, None, "a peut-être été créé"),
    ],
)
def test_what_a_server_answers_badly_is_said_without_the_token(
    outgoing: Outgoing, status: int, answer: object, told: str
) -> None:
    with (
        answering(FakeApi({"/api/v1/tickets": (status, answer)})) as api,
        pytest.raises(Refusal, match=told) as caught,
    ):
        zammad.create(outgoing, zammad_settings(api), "jeton-secret")
    assert "jeton-secret" not in caught.value.reason
    assert len(api.asked) == 1


@pytest.mark.parametrize(
    "url",
    ["http://glpi.exemple.invalid/apirest.php", "http://192.0.2.1", "http://localhost.exemple.invalid", "ftp://a.invalid",
     "https://jeton@a.invalid", "glpi.exemple.invalid", "https://", "", "https://a.invalid:99999/x"],
)  # fmt: skip
def test_an_address_that_is_not_encrypted_or_not_one_is_refused_before_anything_leaves(
    outgoing: Outgoing, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("nothing may be contacted"))
    with pytest.raises(Refusal):
        glpi.create(outgoing, Glpi(url=url), "jeton")
    with pytest.raises(Refusal):
        zammad.create(outgoing, Zammad(url=url, group="Support"), "jeton")


def test_a_server_that_does_not_encrypt_is_refused_before_the_token(outgoing: Outgoing) -> None:
    with answering(FakeApi({})) as api, pytest.raises(Refusal, match="ne parle pas en chiffré"):
        zammad.create(outgoing, Zammad(url=f"https://127.0.0.1:{api.port}", group="Support"), "jeton")
    assert not api.asked


def test_a_token_copied_with_a_line_break_is_refused(outgoing: Outgoing) -> None:
    with answering(FakeApi({})) as api, pytest.raises(Refusal, match="caractères inattendus"):
        zammad.create(outgoing, zammad_settings(api), "jeton\r\nX: 1")
    assert not api.asked


# Encryption, really: a certificate made for the test, trusted or not.


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate of this machine, with its key in the same file."""
    folder = tmp_path_factory.mktemp("certificat")
    command = ["openssl", "req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
               "-days", "2", "-subj", "/CN=essai", "-addext", "subjectAltName=IP:127.0.0.1",
               "-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]  # fmt: skip
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("openssl is not there to make a certificate")
    both = folder / "both.pem"
    both.write_bytes((folder / "cert.pem").read_bytes() + (folder / "key.pem").read_bytes())
    return both


@pytest.fixture
def secured(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_mailbox_is_reached_encrypted(
    outgoing: Outgoing, secured: ssl.SSLContext, trusted: None, security: str
) -> None:
    with serving(FakeMailbox(secured=secured, starts=security == "starttls")) as box:
        imap.put(outgoing, box.settings(security=security), PASSWORD)
        again = imap.put(outgoing, box.settings(security=security), PASSWORD)
    assert len(box.appended) == 1
    assert "y était déjà" in again.warnings[0]


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_mailbox_with_an_unknown_certificate_gets_nothing(
    outgoing: Outgoing, secured: ssl.SSLContext, security: str
) -> None:
    box = FakeMailbox(secured=secured, starts=security == "starttls")
    with serving(box), pytest.raises(Refusal, match="signé par aucune autorité connue"):
        imap.put(outgoing, box.settings(security=security), PASSWORD)
    assert not [command for command in box.commands if command.startswith(("AUTHENTICATE", "LOGIN"))]


def test_a_ticket_is_created_over_an_encrypted_connection(
    outgoing: Outgoing, secured: ssl.SSLContext, trusted: None
) -> None:
    with answering(FakeApi({"/api/v1/tickets": (201, {"number": "1"})}, secured=secured)) as api:
        settings = Zammad(url=f"https://127.0.0.1:{api.port}", group="Support")
        assert zammad.create(outgoing, settings, "jeton").number == "1"


@pytest.mark.parametrize(("host", "told"), [("127.0.0.1", "aucune autorité"), ("localhost", "un autre serveur")])
def test_a_server_with_a_bad_certificate_gets_no_token(
    outgoing: Outgoing,
    secured: ssl.SSLContext,
    certificate: Path,
    monkeypatch: pytest.MonkeyPatch,
    host: str,
    told: str,
) -> None:
    if host == "localhost":
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with answering(FakeApi({}, secured=secured)) as api, pytest.raises(Refusal, match=told) as caught:
        glpi.create(outgoing, Glpi(url=f"https://{host}:{api.port}/apirest.php"), "jeton")
    assert not api.asked
    assert "Rien n'est parti" in caught.value.reason


# What may have been done is looked for, never done again.


@pytest.mark.parametrize("status", [0, 500, 502, 504])
def test_an_answer_that_leaves_a_doubt_is_told_from_a_refusal(outgoing: Outgoing, status: int) -> None:
    with answering(glpi_answers(Ticket=(status, b"<html>"))) as api, pytest.raises(Doubtful):
        glpi.create(outgoing, glpi_settings(api), "jeton")
    with answering(glpi_answers(Ticket=(400, ["ERROR_GLPI_ADD", "raison"]))) as api, pytest.raises(Refusal) as caught:
        glpi.create(outgoing, glpi_settings(api), "jeton")
    assert not isinstance(caught.value, Doubtful)
    assert "pas pu créer" in caught.value.reason


@pytest.mark.parametrize(
    ("status", "answer", "told"),
    [
        (401, ["ERROR_GLPI_LOGIN_USER_TOKEN", "Parameter user_token invalid"], "jeton d'utilisateur"),
        (400, ["ERROR_APP_TOKEN_PARAMETERS_MISSING", "x"], "jeton d'application"),
        (403, ["ERROR_NOT_ALLOWED_IP", "x"], "ce poste"),
        (200, b"<html>page", "glpi.url|autre chose"),
        (200, {"rien": 1}, "glpi.url"),
    ],
)
def test_what_glpi_refuses_at_the_door_is_said_in_french(
    outgoing: Outgoing, status: int, answer: object, told: str
) -> None:
    with answering(glpi_answers(initSession=(status, answer))) as api, pytest.raises(Refusal, match=told) as caught:
        glpi.create(outgoing, glpi_settings(api), "jeton")
    assert not isinstance(caught.value, Doubtful)
    assert not [path for path, _, _ in api.asked if path.endswith("/Ticket")]


def test_a_ticket_that_may_exist_is_found_by_our_reference() -> None:
    found = {"totalcount": 1, "data": [{"2": 4711}]}
    root = "/glpi/apirest.php/"
    with answering(glpi_answers(**{"search/Ticket": (200, found)})) as api:
        assert glpi.find("T-1A2B3C4D", glpi_settings(api), "jeton") == "4711"
    assert [path for path, _, _ in api.asked if path.startswith(root + "search/Ticket?") and "T-1A2B3C4D" in path]
    with answering(FakeApi({"/api/v1/tickets/search": (200, [{"id": 3, "number": "22042"}])})) as api:
        assert zammad.find("T-1A2B3C4D", zammad_settings(api), "jeton") == "22042"
    with answering(FakeApi({"/api/v1/tickets/search": (200, [])})) as api:
        assert zammad.find("T-1A2B3C4D", zammad_settings(api), "jeton") == ""


def test_zammad_opens_the_ticket_for_the_sender_when_nobody_else_is_set(outgoing: Outgoing) -> None:
    from msgspec.structs import replace

    written = replace(outgoing, sender="Camille <camille@exemple.invalid>")
    assert zammad.fields(written, Zammad(group="Support"))["customer_id"] == "guess:camille@exemple.invalid"
    assert "customer_id" not in zammad.fields(outgoing, Zammad(group="Support"))
