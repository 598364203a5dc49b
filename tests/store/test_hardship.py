"""What goes wrong around a base: killed programs, full or read-only disks, wrong clocks, other versions, networks."""

from __future__ import annotations

import json
import secrets
import sqlite3
import stat
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from diagnostics.model import Decision
from diagnostics.safety import Refusal
from diagnostics.store import Change, IncidentState, SavedTicket, Store, engine, files, migrate
from diagnostics.store.values import INCIDENT, TICKET

ROOT = Path(__file__).parents[2]
KILLS = 100
NAME = "Théodorine Vaugrenard"


def program(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, cwd=ROOT, check=False
    )


def test_killed_writers_lose_nothing_acknowledged_and_leave_no_half_state(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks.kills", str(tmp_path / "b.sqlite"), "--kills", str(KILLS)],
        capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    outcome = json.loads(run.stdout)
    assert outcome["acknowledged"] >= KILLS
    assert (outcome["kills"], outcome["lost"], outcome["half"], outcome["damaged"]) == (KILLS, 0, 0, "")


def test_killed_writers_lose_nothing_on_a_server_either(postgres: str) -> None:
    run = program(
        "import json, sys; from dataclasses import asdict; from benchmarks import kills;"
        "print(json.dumps(asdict(kills.run(sys.argv[1], 20, tag=sys.argv[2]))))",
        postgres,
        secrets.token_hex(4),
    )
    outcome = json.loads(run.stdout)
    assert (outcome["kills"], outcome["lost"], outcome["half"]) == (20, 0, 0)


def test_an_address_of_no_known_base_is_refused() -> None:
    with pytest.raises(Refusal, match="pas comprise"):
        Store.open("mysql://serveur/base")


def test_a_full_disk_is_said_and_what_was_acknowledged_stays(tmp_path: Path) -> None:
    code = """
import resource, sys
from diagnostics.safety import Refusal
from diagnostics.store import SavedTicket, Store
store = Store.open(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
for n in range(1000):
    try:
        store.save_ticket(SavedTicket(incident=f"i{n}", body="x" * 10_000), "claire")
    except Refusal as refusal:
        print(n, refusal.reason)
        break
print(len(store.tickets()))
"""
    run = program(code, str(tmp_path / "b.sqlite"))
    refused, readable = run.stdout.splitlines()
    number, reason = refused.split(" ", 1)
    assert "Libérez de la place" in reason
    assert "tout le reste est intact" in reason
    assert int(number) > 3
    assert readable == number
    base = Store.open(tmp_path / "b.sqlite")
    assert set(base.tickets()) == {f"i{n}" for n in range(int(number))}
    base.save_ticket(SavedTicket(incident="après"), "claire")


def test_a_folder_that_cannot_be_written_is_refused_before_any_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files.os, "access", lambda path, mode: False)
    with pytest.raises(Refusal, match="droit d'écrire dans ce dossier"):
        Store.open(tmp_path / "b.sqlite")


def test_a_read_only_file_is_refused(mere_folder: Path) -> None:
    Store.open(mere_folder / "b.sqlite").close()
    (mere_folder / "b.sqlite").chmod(0o400)
    with pytest.raises(Refusal, match="Vérifiez les droits"):
        Store.open(mere_folder / "b.sqlite")


def test_a_base_that_became_read_only_says_so_and_keeps_what_it_had(tmp_path: Path) -> None:
    base = Store.open(tmp_path / "b.sqlite")
    base.set_state("i1", "prêt", "claire")
    with base.reading() as connection:
        connection.exec_driver_sql("PRAGMA query_only=ON")
    with pytest.raises(Refusal, match="lecture seule"):
        base.set_state("i1", "clos", "claire")
    assert base.incident_states()["i1"].state == "prêt"


def test_a_base_held_too_long_by_another_is_said_busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base = Store.open(tmp_path / "b.sqlite")
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.05)
    other = sqlite3.connect(tmp_path / "b.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Refusal, match="occupée par un autre agent"):
        base.set_state("i1", "prêt", "claire")
    other.execute("ROLLBACK")
    base.set_state("i1", "prêt", "claire")


def test_a_base_damaged_while_in_use_is_said_in_french(tmp_path: Path) -> None:
    base = Store.open(tmp_path / "b.sqlite")
    base.close()
    content = bytearray((tmp_path / "b.sqlite").read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    (tmp_path / "b.sqlite").write_bytes(content)
    with pytest.raises(Refusal, match="Restaurez une sauvegarde"):
        base.incident_states()


def test_a_clock_set_back_is_told_and_stops_nothing(store: Store) -> None:
    store.set_state("i1", "prêt", "claire")
    assert store.warnings() == ()
    (warning,) = store.warnings(datetime.now() - timedelta(days=30))
    assert "horloge" in warning
    store.set_state("i1", "clos", "claire")
    assert [step.after for step in store.history("i1")][-1].find('"clos"') > 0


def test_an_old_program_does_not_write_in_a_base_that_a_newer_one_took_over(store: Store) -> None:
    store.set_state("i1", "prêt", "claire")
    with store.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    try:
        with pytest.raises(Refusal, match="autre version"):
            store.set_state("i1", "clos", "claire")
        assert store.incident_states()["i1"].state == "prêt"
    finally:
        with engine.open_engine(store.location).begin() as connection:
            connection.execute(text(f"UPDATE alembic_version SET version_num = '{migrate.HEAD}'"))


def test_a_base_of_the_first_version_is_brought_up_with_what_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "b.sqlite"
    made = engine.open_engine(path)
    with made.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(migrate.MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for number, account in enumerate("AB"):
            kept = json.dumps({"record_key": f"edt:{NAME}", "account_key": account, "agent": "claire", "at": ""})
            connection.execute(
                text("INSERT INTO event VALUES (:n, '', 'claire', 'match', :key, :before, :after, 0)"),
                {"n": number, "key": f"edt:{NAME}", "before": None if account == "A" else "{}", "after": kept},
            )
        connection.execute(
            text("INSERT INTO fact VALUES ('match', :key, :value, 'claire', '')"),
            {"key": f"edt:{NAME}", "value": kept},
        )
    made.dispose()
    base = Store.open(path)
    assert base.decisions()[f"edt:{NAME}"].account_key == "B"
    base.undo("claire")
    assert base.decisions()[f"edt:{NAME}"].account_key == "A"
    base.undo("claire")
    assert not base.decisions()
    base.close()
    assert b"Vaugrenard" not in path.read_bytes()


def test_many_programs_may_open_a_new_base_at_once(tmp_path: Path) -> None:
    code = """
import os, sys
from diagnostics.store import Store
children = []
for n in range(8):
    if not (child := os.fork()):
        try:
            Store.open(sys.argv[1]).set_state(f"i{n}", "prêt", f"agent {n}")
            os._exit(0)
        finally:
            os._exit(1)
    children.append(child)
print(sum(os.waitpid(child, 0)[1] for child in children), len(Store.open(sys.argv[1]).incident_states()))
"""
    assert program(code, str(tmp_path / "b.sqlite")).stdout.split() == ["0", "8"]


def test_a_network_disk_gets_no_wal_and_an_advice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "WAL_SAFE_SINCE", (0,))
    local = Store.open(tmp_path / "b.sqlite")
    local.set_state("i1", "prêt", "claire")
    monkeypatch.setattr(files, "network_disk", lambda path: "nfs4")
    with pytest.raises(Refusal, match="Fermez les autres"):
        Store.open(tmp_path / "b.sqlite")
    local.close()
    shared = Store.open(tmp_path / "b.sqlite")
    assert shared.incident_states()["i1"].state == "prêt"
    with shared.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "truncate"
    (advice,) = shared.warnings()
    assert "disque réseau (nfs4)" in advice
    assert "PostgreSQL" in advice


def test_the_mount_that_holds_the_base_says_if_it_is_a_network_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounts = (
        "/dev/sda1 / ext4 rw 0 0\n"
        "serveur:/partage /srv/ent\\040triage nfs4 rw 0 0\n"
        "/dev/sdb1 /srv/ent\\040triage/local xfs rw 0 0\n"
    )
    monkeypatch.setattr(Path, "read_text", lambda self, **options: mounts)
    assert files.network_disk(Path("/srv/ent triage/base.sqlite")) == "nfs4"
    assert files.network_disk(Path("/srv/ent triage/local/base.sqlite")) == ""
    assert files.network_disk(Path("/srv/autre/base.sqlite")) == ""


def test_a_group_shares_the_base_of_its_shared_folder(tmp_path: Path) -> None:
    tmp_path.chmod(0o2770)
    base = Store.open(tmp_path / "b.sqlite")
    base.set_state("i1", "prêt", "claire")
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert set(modes.values()) == {0o660}


def test_others_lose_a_base_that_was_left_open_to_all(tmp_path: Path) -> None:
    Store.open(tmp_path / "b.sqlite").close()
    (tmp_path / "b.sqlite").chmod(0o644)
    Store.open(tmp_path / "b.sqlite")
    assert stat.S_IMODE((tmp_path / "b.sqlite").stat().st_mode) == 0o600


def test_an_address_that_is_no_base_is_refused_without_its_password() -> None:
    with pytest.raises(Refusal) as caught:
        Store.open("postgresql://agent:secret@127.0.0.1:1/base?connect_timeout=1")
    assert "ne répond pas" in caught.value.reason
    assert "secret" not in caught.value.reason


def test_a_gesture_of_several_facts_is_undone_and_redone_whole(store: Store) -> None:
    def edit(facts: object) -> list[Change]:
        return [Change(kind=INCIDENT, subject=f"i{n}", value=IncidentState(state="clos")) for n in range(3)] + [
            Change(kind=TICKET, subject="i0", value=SavedTicket(incident="i0", subject="Objet"))
        ]

    store.set_state("i0", "prêt", "claire")
    store.update("claire", edit)
    assert store.undo("claire") == "état de l'incident (3), texte du ticket"
    assert {i: s.state for i, s in store.incident_states().items()} == {"i0": "prêt"}
    assert not store.tickets()
    store.redo("claire")
    assert {s.state for s in store.incident_states().values()} == {"clos"}
    assert store.tickets()["i0"].subject == "Objet"


def test_undoing_never_takes_back_what_another_agent_did_since(store: Store) -> None:
    store.set_state("i1", "prêt", "claire")
    store.set_state("i1", "envoyé", "paul")
    with pytest.raises(Refusal, match="changé depuis par paul"):
        store.undo("claire")
    assert store.incident_states()["i1"].state == "envoyé"
    store.undo("paul")
    store.undo("claire")
    assert not store.incident_states()


def test_a_step_taken_back_stays_in_the_history(store: Store) -> None:
    store.set_state("i1", "prêt", "claire")
    store.undo("claire")
    store.set_state("i1", "clos", "claire")
    assert [step.undone for step in store.history("i1")] == [True, False]


def test_the_base_never_holds_the_key_of_a_record(tmp_path: Path) -> None:
    base = Store.open(tmp_path / "b.sqlite")
    made = Decision(record_key=f"edt:nom:{NAME}", account_key=f"ent:nom:{NAME}", agent="claire", at="")
    base.decide(made)
    assert base.decisions()[made.record_key] == made
    assert f'"account_key":"ent:nom:{NAME}"' in base.history(made.record_key)[0].after
    assert "edt:un autre" not in base.decisions()
    base.close()
    assert b"Vaugrenard" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_dates_of_an_incident_say_when_it_opened_left_and_changed_state(store: Store) -> None:
    store.set_state("i1", "à qualifier", "claire")
    opened = store.incident_states()["i1"]
    store.set_state("i1", "envoyé", "claire", external="K-1")
    sent = store.incident_states()["i1"]
    store.set_state("i1", "envoyé", "paul", note="une note")
    noted = store.incident_states()["i1"]
    assert opened.sent_at == ""
    assert (noted.opened_at, noted.since, noted.sent_at) == (opened.opened_at, sent.since, sent.sent_at)
    assert (noted.external, noted.note, noted.agent) == ("K-1", "une note", "paul")
