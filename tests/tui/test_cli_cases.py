"""The commands on cases, run as a person or a script runs them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from diagnostics import cases
from diagnostics.model import Actor, Incident, Person, Profile, Route, Ticket
from diagnostics.safety import Refusal
from diagnostics.settings import Settings, Zammad, save_settings
from diagnostics.store import Case, Store, leases
from diagnostics.tickets import bundle, templates
from diagnostics.tickets.drafting import ticket_id
from diagnostics.tickets.outbound import Doubtful, Receipt, zammad
from tui import clipboard
from tui.cli_cases import COMMANDS
from tui.cli_messages import COMMANDS as MESSAGES
from tui.cli_send import COMMANDS as SENDING
from tui.cli_state import COMMANDS as STATES
from tui.cli_tickets import lint, tickets
from tui.cli_upkeep import COMMANDS as UPKEEP

NOW = datetime.now().astimezone()
PERSON = Person(surname="Vaugrenard", given_names="Théodorine", profile=Profile.ELEVE, division="6A")
INCIDENT = Incident(id="abc123", category="PRN-01", summary="Pronote ne reconnaît pas une élève", persons=(PERSON,))
ROUTE = Route(first_actor=Actor.REF, recipient=Actor.INDEX)
SETTINGS = Settings(
    uai="0381234A",
    school_name="Collège des Essais",
    sender_name="Camille Vautrin",
    agent="claire",
    zammad=Zammad(url="https://support.exemple.invalid", group="Support"),
)
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("ENT_TRIAGE_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("ENT_TRIAGE_DATA", str(tmp_path))
    save_settings(SETTINGS)
    commands = {command.name: command for command in (*COMMANDS, *STATES, *MESSAGES, *SENDING, *UPKEEP)}

    def invoke(name: str, *arguments: str, input: str = "") -> Result:
        result = CliRunner().invoke(commands[name], arguments, input=input, standalone_mode=False)
        if result.exception and not isinstance(result.exception, Refusal):
            raise result.exception
        return result

    return invoke


@pytest.fixture
def store(run: Run, tmp_path: Path) -> Store:
    return Store.open(tmp_path / "ent-triage.sqlite")


@pytest.fixture
def sent(store: Store) -> Store:
    """A ticket sent ten days ago."""
    about = {INCIDENT.id: cases.taken_up(INCIDENT, ROUTE, school="0381234A")}
    ticket = Ticket(
        id="T-00000001", incident=INCIDENT, route=ROUTE, template="I1", recipient=Actor.INDEX,
        subject="[Pronote] élève non reconnue", body="Premier texte du ticket.",
    )  # fmt: skip
    cases.move(
        store, [INCIDENT.id], "envoyé", "claire", settings=SETTINGS, now=NOW - timedelta(days=10),
        external="K-4711", about=about, sent=ticket,
    )  # fmt: skip
    return store


def test_today_is_empty_then_names_what_to_remind(run: Run, store: Store) -> None:
    assert "Rien n'attend" in run("aujourd-hui").output
    assert json.loads(run("aujourd-hui", "--json").output) == {"items": [], "warnings": []}


def test_today_tells_the_number_and_the_delay(run: Run, sent: Store) -> None:
    told = run("aujourd-hui").output
    assert told.startswith("relancer")
    assert "abc123" in told
    assert "K-4711" in told
    (item,) = json.loads(run("aujourd-hui", "--json").output)["items"]
    assert (item["action"], item["incident"], item["recipient"]) == ("relancer", "abc123", "INDEX")


def test_a_state_is_changed_by_its_name_without_accents(run: Run, sent: Store) -> None:
    result = run("etat", "abc", "resolu", "--note", "réglé par téléphone")
    assert result.return_value == 0
    assert sent.incident_states()["abc123"].state == "résolu"
    assert sent.incident_states()["abc123"].note == "réglé par téléphone"
    document = json.loads(run("etat", "abc123", "en attente", "--jusqu-au", "+3", "--json").output)
    assert document["state"] == "en attente de l'établissement"
    assert document["until"] > NOW.isoformat()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("abc123", "perdu"), "cet état n'existe pas"),
        (("zzz", "clos"), "aucun dossier"),
        (("abc123", "délai en cours"), "jusqu'à quand"),
        (("abc123", "envoyé", "--jusqu-au", "bientôt"), "n'est pas comprise"),
    ],
)
def test_a_state_that_cannot_be_is_refused(run: Run, sent: Store, arguments: tuple[str, ...], told: str) -> None:
    result = run("etat", *arguments)
    assert isinstance(result.exception, Refusal)
    assert told in result.exception.reason
    assert sent.incident_states()["abc123"].state == "envoyé"


def test_several_incidents_change_their_state_in_one_gesture(run: Run, sent: Store) -> None:
    other = Incident(id="def456", category="PRN-01", summary="Le même ailleurs")
    about = {"def456": cases.taken_up(other, ROUTE)}
    cases.move(sent, ["def456"], "à qualifier", "claire", settings=SETTINGS, now=NOW, about=about)
    assert run("etat", "abc", "def", "clos").output.count("clos") == 2
    undone = run("annuler").output
    assert "abc123  clos → envoyé" in undone
    assert "def456  clos → à qualifier" in undone
    assert {incident: held.state for incident, held in sent.incident_states().items()} == {
        "abc123": "envoyé", "def456": "à qualifier",
    }  # fmt: skip


def test_a_note_a_number_and_a_date_leave_the_state_alone(run: Run, sent: Store) -> None:
    before = sent.incident_states()["abc123"]
    (held,) = json.loads(
        run("noter", "abc", "--note", "rappeler Mme Essai", "--numero", "K-1", "--jusqu-au", "+3", "--json").output
    )["incidents"]
    assert (held["state"], held["since"], held["sent_at"]) == (before.state, before.since, before.sent_at)
    assert (held["note"], held["external"]) == ("rappeler Mme Essai", "K-1")
    assert held["until"] > NOW.isoformat()
    with pytest.raises(click.UsageError):
        run("noter", "abc")


def test_the_number_of_a_shared_ticket_is_that_of_all_and_the_note_of_one(run: Run, sent: Store) -> None:
    other = Incident(id="def456", category="PRN-01", summary="Le même ailleurs")
    cases.join(
        sent, "abc123", ["def456"], "claire", now=NOW, about={"def456": cases.taken_up(other, ROUTE)}
    )  # fmt: skip
    run("noter", "def", "--numero", "K-9", "--note", "vu avec Paul")
    states = sent.incident_states()
    assert {states[one].external for one in ("abc123", "def456")} == {"K-9"}
    assert (states["abc123"].note, states["def456"].note) == ("", "vu avec Paul")


def test_what_is_followed_is_listed_and_what_is_closed_on_demand(run: Run, sent: Store) -> None:
    assert "abc123  envoyé" in run("dossier").output
    run("etat", "abc", "clos")
    assert run("dossier").output == "Aucun incident n'est suivi.\n"
    (one,) = json.loads(run("dossier", "--clos", "--json").output)["incidents"]
    assert (one["incident"], one["state"], one["persons"][0]["surname"]) == ("abc123", "clos", "Vaugrenard")


def test_an_incident_that_another_agent_is_writing_is_left_to_them(run: Run, sent: Store) -> None:
    leases.take(sent, leases.of_ticket("abc123"), "paul")
    result = run("etat", "abc123", "clos")
    assert isinstance(result.exception, Refusal)
    assert "paul" in result.exception.reason


def test_a_reminder_is_drafted_and_nothing_is_sent(run: Run, sent: Store, tmp_path: Path) -> None:
    told = run("relance", "abc123", "--nouveau", "Deux élèves de plus.", "--out", str(tmp_path / "out")).output
    assert "K-4711" in told
    assert "Premier texte du ticket." in told
    assert "Deux élèves de plus." in told
    assert len(list((tmp_path / "out").iterdir())) == 1
    assert sent.incident_states()["abc123"].state == "envoyé"
    assert json.loads(run("relance", "abc123", "--json").output)["recipient"] == "INDEX"


def test_a_case_is_told_and_exported(run: Run, sent: Store) -> None:
    sent.save_case(Case(id="c1", title="Message de Mme Essai", text="Bonjour", incidents=("abc123",)), "claire")
    told = run("dossier", "c1").output
    assert "Message de Mme Essai" in told
    assert "à qualifier" not in told.split("Historique")[0]
    assert json.loads(run("dossier", "abc123", "--json").output)["case"] == "c1"


def test_incidents_are_joined_and_parted(run: Run, sent: Store) -> None:
    other = Incident(id="def456", category="PRN-01", summary="Le même ailleurs")
    about = {"def456": cases.taken_up(other, ROUTE)}
    cases.move(sent, ["def456"], "à qualifier", "claire", settings=SETTINGS, now=NOW, about=about)
    assert "même ticket que def456" in run("regrouper", "abc", "def").output
    assert sent.incident_states()["def456"].state == "envoyé"
    assert "ticket à part" in run("regrouper", "def", "--separer").output
    assert not sent.groups()


def written(tmp_path: Path) -> Path:
    template = templates()["I1"]
    ticket = Ticket(
        id=ticket_id(INCIDENT, template), incident=INCIDENT, route=ROUTE, template="I1", recipient=Actor.INDEX,
        subject="[Pronote] élève non reconnue", body="Texte qui part.",
    )  # fmt: skip
    return bundle.write([ticket], tmp_path / "tickets")[0]


def test_nothing_leaves_without_a_yes(run: Run, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zammad, "create", lambda *_: pytest.fail("nothing may leave"))
    for answer in ("\n", "o\n", "non\n"):
        result = run("envoyer", str(written(tmp_path)), "--vers", "zammad", input=answer)
        assert "Texte qui part." in result.output
        assert result.return_value == 2
        assert "Rien n'est parti." in result.output


def test_a_door_that_is_not_set_up_is_said_before_anything_is_asked(run: Run, store: Store, tmp_path: Path) -> None:
    for door, told in (("glpi", "glpi.url"), ("brouillons", "mailbox")):
        result = run("envoyer", str(written(tmp_path)), "--vers", door)
        assert isinstance(result.exception, Refusal)
        assert told in result.exception.reason


def test_what_left_is_noted_with_its_number_and_its_text(
    run: Run, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    about = {INCIDENT.id: cases.taken_up(INCIDENT, ROUTE, school="0381234A")}
    cases.move(store, [INCIDENT.id], "prêt", "claire", settings=SETTINGS, now=NOW, about=about)
    tokens = []

    def create(ticket: object, settings: object, token: str) -> Receipt:
        tokens.append(token)
        return Receipt(where="Zammad", number="22042")

    monkeypatch.setattr(zammad, "create", create)
    result = run("envoyer", str(written(tmp_path)), "--vers", "zammad", input="oui\njeton-tapé\n")
    assert tokens == ["jeton-tapé"]
    assert "jeton-tapé" not in result.output
    assert "n° 22042" in result.output
    state = store.incident_states()[INCIDENT.id]
    assert (state.state, state.external) == ("envoyé", "22042")
    assert store.sendings()[INCIDENT.id].body == "Texte qui part."
    everything = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert "jeton-tapé".encode() not in everything


def test_a_purge_forgets_the_files_even_when_the_base_is_held(
    run: Run, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def held(_: Store) -> None:
        raise Refusal("La purge est faite, mais d'autres agents lisent la base.")

    monkeypatch.setattr(Store, "compact", held)
    copied = tmp_path / clipboard.FILE
    copied.write_text("un ticket")
    assert isinstance(run("purge").exception, Refusal)
    assert not copied.exists()


def test_who_leaves_at_the_token_has_sent_nothing(
    run: Run, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zammad, "create", lambda *_: Receipt(where="Zammad", number="1"))
    command = ("envoyer", str(written(tmp_path)), "--vers", "zammad")
    with pytest.raises(click.Abort):
        run(*command, input="oui\n")
    assert "n° 1" in run(*command, input="oui\njeton\n").output


def test_an_answer_that_was_lost_never_makes_a_second_ticket(
    run: Run, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    created, known = [], [""]

    def create(ticket: object, settings: object, token: str) -> Receipt:
        created.append(ticket)
        if len(created) == 1:
            raise Doubtful("Zammad n'a pas répondu : le ticket a peut-être été créé.")
        return Receipt(where="Zammad", number="22043")

    monkeypatch.setattr(zammad, "create", create)
    monkeypatch.setattr(zammad, "find", lambda *_: known[0])
    command = ("envoyer", str(written(tmp_path)), "--vers", "zammad")
    assert isinstance(run(*command, input="oui\njeton\n").exception, Doubtful)
    result = run(*command, input="oui\njeton\n")
    assert isinstance(result.exception, Refusal)
    assert "--renvoyer" in result.exception.reason
    assert len(created) == 1
    known[0] = "22042"
    assert "n° 22042" in run(*command, input="oui\njeton\n").output
    assert len(created) == 1
    result = run(*command, input="oui\njeton\n")
    assert isinstance(result.exception, Refusal)
    assert "déjà parti" in result.exception.reason
    assert "n° 22043" in run(*command, "--renvoyer", input="oui\njeton\n").output


def test_a_base_is_backed_up_restored_and_purged(run: Run, sent: Store, tmp_path: Path) -> None:
    saved = json.loads(run("sauvegarder", "--json").output)["backup"]
    run("etat", "abc123", "clos")
    assert run("restaurer", saved, input="non\n").return_value == 2
    assert sent.incident_states()["abc123"].state == "clos"
    assert "gardée" in run("restaurer", saved, input="oui\n").output
    assert sent.incident_states()["abc123"].state == "envoyé"
    document = json.loads(run("purge", "--dry-run", "--json").output)
    assert (document["incidents"], document["backups"]) == (0, 2)
    assert run("purge").return_value == 0
    assert json.loads(run("statistiques", "--json").output)["rows"][0]["open"] == 1


def test_a_purge_takes_the_last_copied_ticket_away(run: Run, store: Store, tmp_path: Path) -> None:
    copied = tmp_path / "copie.txt"
    copied.write_text("Théodorine Vaugrenard")
    assert json.loads(run("purge", "--dry-run", "--json").output)["copies"] == 1
    assert copied.exists()
    run("purge")
    assert not copied.exists()


def test_old_errors_leave_the_log_with_a_purge(run: Run, tmp_path: Path) -> None:
    old = (NOW - timedelta(days=400)).isoformat(timespec="seconds")
    new = NOW.isoformat(timespec="seconds")
    (tmp_path / "journal.txt").write_text(f"{old} ent-triage\n  ValueError\n    a:1 b\n{new} ent-triage\n  KeyError\n")
    assert json.loads(run("purge", "--dry-run", "--json").output)["log"] == 1
    assert json.loads(run("purge", "--json").output)["log"] == 1
    assert (tmp_path / "journal.txt").read_text() == f"{new} ent-triage\n  KeyError\n"


def test_a_message_opens_a_case_once_and_names_what_it_looks_like(run: Run, store: Store, tmp_path: Path) -> None:
    first, second = tmp_path / "un.txt", tmp_path / "deux.txt"
    first.write_text(
        "Bonjour,\nMargaux PERROT (élève, 3A) n'a pas de compte dans l'annuaire de l'ENT.\nPaul Petit, CPE\n"
    )
    second.write_text("Bonjour,\nL'élève Margaux PERROT (3A) est toujours absente de l'annuaire ENT.\nAna Roy, CPE\n")
    (case,) = json.loads(run("suivre", str(first), "--json").output)["cases"]
    assert run("suivre", str(first)).return_value == 0
    assert [kept.id for kept in store.cases()] == [case["case"]]
    incident = case["incidents"][0]["incident"]
    assert store.incident_states()[incident].state == "à qualifier"
    told = run("suivre", str(second)).output
    assert f"semblable à  {incident}" in told
    other = json.loads(run("suivre", str(second), "--json").output)["cases"][0]["incidents"][0]["incident"]
    assert incident in run("semblables", other).output
    assert "dossier" in run("annuler").output
    assert other not in store.incident_states()
    assert "dossier" in run("annuler", "--refaire").output


def test_a_base_that_cannot_be_written_is_still_read(run: Run, sent: Store) -> None:
    with sent.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    result = run("aujourd-hui")
    assert result.return_value == 0
    assert "Lecture seule" in result.output
    assert "plus récente" in result.output
    assert isinstance(run("annuler").exception, Refusal)


def test_the_number_that_a_ticket_bears_is_understood(run: Run, sent: Store) -> None:
    number = ticket_id(INCIDENT, templates()["I1"])
    assert "Incident abc123" in run("dossier", number.lower()).output
    assert "abc123" in run("etat", number, "résolu").output
    assert isinstance(run("dossier", "T-00000000").exception, Refusal)


def test_a_message_given_by_its_name_makes_tickets(tmp_path: Path, run: Run) -> None:
    message = tmp_path / "message.txt"
    message.write_text("Bonjour,\nMargaux PERROT (élève, 3A) ne peut pas ouvrir Pronote.\nPaul Petit, CPE\n")
    arguments = [str(message), "--out", str(tmp_path / "out"), "--json"]
    result = CliRunner().invoke(tickets, arguments, standalone_mode=False)
    (made,) = json.loads(result.output)["tickets"]
    assert made["category"] == "PRN-01"
    assert (Path(made["folder"]) / "ticket.eml").exists()


def test_a_text_that_shows_a_secret_is_told_what_to_take_out(tmp_path: Path) -> None:
    text = tmp_path / "texte.txt"
    text.write_text("Bonjour,\nSon INE est 123456789AB, son mot de passe : Licorne99.\n")
    result = CliRunner().invoke(lint, [str(text), "--json"], standalone_mode=False)
    assert json.loads(result.output)["exposed"] == ["mot de passe ou code", "INE"]
