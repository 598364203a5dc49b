"""Migrations, leases, forgetting, backups and figures."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, select, text

from diagnostics.model import Actor, Decision, Incident, Person, Route
from diagnostics.safety import Refusal
from diagnostics.settings import Retention
from diagnostics.store import (
    Case,
    Change,
    Followed,
    Group,
    IncidentState,
    Rerouted,
    SavedTicket,
    SentTicket,
    Store,
    leases,
    migrate,
    schema,
)
from diagnostics.store.backup import backup, is_ours, known_backups, remember, restore
from diagnostics.store.purge import purge
from diagnostics.store.statistics import statistics, statistics_csv
from diagnostics.store.values import CASE, FOLLOWED, GROUP, INCIDENT, ROUTE, SENDING, TICKET

NAME = "Théodorine Vaugrenard"


def test_a_new_base_has_the_schema_of_the_code(store: Store) -> None:
    with store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), schema.metadata) == []
        assert migrate.revision(connection) == migrate.HEAD


def test_migrations_make_the_schema_of_the_code(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'b.sqlite'}")
    config = Config()
    config.set_main_option("script_location", str(migrate.MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        assert compare_metadata(MigrationContext.configure(connection), schema.metadata) == []
        made = connection.execute(select(schema.meta.c.name)).scalars().all()
    with (new := Store.open(tmp_path / "n.sqlite")).reading() as connection:
        assert connection.execute(select(schema.meta.c.name)).scalars().all() == made
    new.close()
    engine.dispose()


def test_the_head_is_the_last_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(migrate.MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == migrate.HEAD


def test_a_base_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    base = Store.open(tmp_path / "b.sqlite")
    with base.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    base.close()
    with pytest.raises(Refusal, match="plus récente"):
        Store.open(tmp_path / "b.sqlite")


def test_the_second_agent_sees_who_has_the_ticket(store: Store) -> None:
    assert leases.take(store, "ticket/i1", "claire") == ""
    assert leases.take(store, "ticket/i1", "claire") == ""
    assert leases.take(store, "ticket/i1", "paul").startswith("claire (")
    leases.release(store, "ticket/i1", "paul")
    assert leases.take(store, "ticket/i1", "paul").startswith("claire (")
    leases.release(store, "ticket/i1", "claire")
    assert leases.take(store, "ticket/i1", "paul") == ""


@pytest.mark.parametrize("shift", [leases.LEASE_SECONDS + 1, -86_400.0])
def test_a_dead_lease_or_a_clock_set_back_locks_nobody_out(
    store: Store, monkeypatch: pytest.MonkeyPatch, shift: float
) -> None:
    leases.take(store, "ticket/i1", "claire")
    later = leases.time.time() + shift
    monkeypatch.setattr(leases.time, "time", lambda: later)
    assert leases.take(store, "ticket/i1", "paul") == ""


def fill(store: Store) -> None:
    store.set_state("i1", "envoyé", "claire", note=NAME, school="0123456S", category="PRN-01", recipient="INDEX")
    store.set_state("i1", "clos", "claire")
    store.save_ticket(SavedTicket(incident="i1", subject=NAME, body=NAME), "claire")
    store.save_case(Case(id="c1", title=NAME, text=NAME, incidents=("i1",)), "claire")
    store.decide(Decision(record_key=f"edt:{NAME}", account_key="QAA1", agent="claire", at=""))
    store.set_state("i2", "prêt", "claire", school="0123456S", category="ANN-01", recipient="DSI")


def test_after_a_purge_no_byte_of_a_name_is_left(tmp_path: Path) -> None:
    base = Store.open(tmp_path / "b.sqlite")
    fill(base)
    later = datetime.now(UTC) + timedelta(days=400)
    dry = purge(base, Retention(), later, dry_run=True)
    assert (dry.incidents, dry.decisions) == (1, 1)
    assert base.tickets()
    assert purge(base, Retention(), later) == dry
    base.close()
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert NAME.encode() not in written
    assert b"Vaugrenard" not in written


def test_a_purge_reaches_the_backups_made_before_the_incident_was_closed(tmp_path: Path) -> None:
    base = Store.open(tmp_path / "b.sqlite")
    base.set_state("i1", "envoyé", "claire", note=NAME)
    base.save_ticket(SavedTicket(incident="i1", body=NAME), "claire")
    base.save_case(Case(id="c1", title=NAME, text=NAME, incidents=("i1",)), "claire")
    base.set_state("i2", "prêt", "claire", note="une note à garder")
    (tmp_path / "ailleurs").mkdir()
    backups = [backup(tmp_path / "b.sqlite"), backup(tmp_path / "b.sqlite", tmp_path / "ailleurs" / "copie.sqlite")]
    base.set_state("i1", "clos", "claire")
    found = purge(base, Retention(), datetime.now(UTC) + timedelta(days=400))
    assert found.backups == 2
    assert found.unread == ()
    base.close()
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"Vaugrenard" not in written
    assert [path.name for path in backups[0].parent.iterdir()] == [backups[0].name]
    for saved in backups:
        restore(saved, tmp_path / "b.sqlite")
        assert Store.open(tmp_path / "b.sqlite").incident_states()["i2"].note == "une note à garder"


def test_a_backup_that_a_purge_cannot_read_is_named(tmp_path: Path) -> None:
    base = Store.open(tmp_path / "b.sqlite")
    saved = backup(tmp_path / "b.sqlite")
    saved.write_bytes(b"abime" * 1000)
    (reason,) = purge(base, Retention(), datetime.now(UTC)).unread
    assert str(saved) in reason
    assert saved.exists()


def test_a_purge_never_touches_a_base_that_is_no_backup_of_ours(tmp_path: Path) -> None:
    path, other = tmp_path / "b.sqlite", tmp_path / "collegue.sqlite"
    base, colleague = Store.open(path), Store.open(other)
    fill(colleague)
    with pytest.raises(Refusal, match="existe déjà"):
        backup(path, other)
    assert known_backups(base) == ()
    remember(path, other)
    later = datetime.now(UTC) + timedelta(days=400)
    assert "n'est pas une sauvegarde" in purge(base, Retention(), later).unread[0]
    assert NAME in colleague.incident_states()["i1"].note
    assert purge(base, Retention(), later).unread == ()


def test_a_backup_put_elsewhere_is_purged_and_stays_one(tmp_path: Path) -> None:
    base = Store.open(tmp_path / "b.sqlite")
    fill(base)
    saved = backup(tmp_path / "b.sqlite", tmp_path / "ailleurs" / "copie.sqlite")
    for _ in range(2):
        found = purge(base, Retention(), datetime.now(UTC) + timedelta(days=400))
        assert (found.backups, found.unread) == (1, ())
    assert NAME.encode() not in saved.read_bytes()
    assert is_ours(saved)


def test_texts_that_were_taken_back_or_left_unfinished_are_forgotten_too(tmp_path: Path) -> None:
    base = Store.open(tmp_path / "b.sqlite")
    fill(base)
    base.save_ticket(SavedTicket(incident="i9", body=NAME), "claire")
    base.undo("claire")
    base.save_ticket(SavedTicket(incident="i8", body=NAME), "claire")
    base.keep_text("ticket/i1", NAME, "claire")
    purge(base, Retention(), datetime.now(UTC) + timedelta(days=400))
    base.close()
    assert b"Vaugrenard" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_every_kind_of_fact_is_forgotten_with_its_case(tmp_path: Path) -> None:
    base = Store.open(tmp_path / "b.sqlite")
    person = Person(surname=NAME, given_names=NAME)
    incident = Incident(id="i1", category="PRN-01", summary=NAME, persons=(person,), text=NAME)
    route = Route(first_actor=Actor.INDEX, recipient=Actor.INDEX)
    kept = {
        CASE: ("c1", Case(id="c1", title=NAME, text=NAME, incidents=("i1",), cut=NAME)),
        FOLLOWED: ("i1", Followed(incident=incident, route=route)),
        SENDING: (
            "i1",
            SentTicket(incident="i1", ticket="T", recipient="DSI", subject=NAME, body=NAME, at="", agent=""),
        ),
        GROUP: ("i1", Group(lead="i1", members=("i2",), why=NAME)),
        ROUTE: ("i1", Rerouted(incident="i1", why=NAME)),
        TICKET: ("i1", SavedTicket(incident="i1", body=NAME, fields={"relance_texte": NAME})),
        INCIDENT: ("i1", IncidentState(state="clos", note=NAME, external=NAME, since="2026-01-05T08:00:00+01:00")),
    }
    base.update("claire", lambda _: [Change(kind=k, subject=s, value=v) for k, (s, v) in kept.items()])
    base.keep_text("messages/2026-01-05", NAME, "claire")
    base.set_state("i3", "à qualifier", "claire", note=NAME)
    purge(base, Retention(), datetime.now(UTC) + timedelta(days=400))
    base.close()
    assert b"Vaugrenard" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_a_case_with_an_open_incident_is_kept_whole(store: Store) -> None:
    fill(store)
    store.save_case(Case(id="c2", title=NAME, text=NAME, incidents=("i1", "i2")), "claire")
    purge(store, Retention(), datetime.now(UTC) + timedelta(days=400))
    assert {case.id: case.title for case in store.cases()} == {"c1": "", "c2": NAME}


@pytest.mark.parametrize("kept", ["snapshots", "closed_cases", "log", "directory"])
def test_a_retention_below_zero_forgets_nothing(store: Store, kept: str) -> None:
    fill(store)
    with pytest.raises(Refusal, match="négative"):
        purge(store, Retention(**{kept: -1}), datetime.now(UTC))
    assert store.tickets()


def test_a_purge_keeps_open_incidents_and_what_is_counted(store: Store) -> None:
    fill(store)
    before = statistics(store)
    purge(store, Retention(), datetime.now(UTC) + timedelta(days=400))
    assert statistics(store) == before
    assert store.incident_states()["i2"].state == "prêt"
    assert store.incident_states()["i1"].state == "clos"
    assert store.incident_states()["i1"].note == ""
    assert purge(store, Retention(), datetime.now(UTC) + timedelta(days=400)).incidents == 0


def test_nothing_recent_is_purged(store: Store) -> None:
    fill(store)
    store.keep_snapshot("0123456S", {}, {"f": "PRN-01"})
    assert purge(store, Retention(), datetime.now(UTC)).incidents == 0
    assert store.tickets()
    assert len(store.snapshots("0123456S")) == 1


def test_figures_name_nobody_and_open_in_a_spreadsheet(store: Store) -> None:
    fill(store)
    assert [(row[1], row[2], row[3], row[4], row[5]) for row in statistics(store)] == [
        ("ANN-01", "DSI", 1, 1, 0),
        ("PRN-01", "INDEX", 1, 0, 1),
    ]
    written = statistics_csv(store)
    assert written.startswith(b"\xef\xbb\xbf")
    assert NAME.encode() not in written


def test_a_backup_comes_back_whole(tmp_path: Path) -> None:
    base = Store.open(tmp_path / "b.sqlite")
    fill(base)
    backup(tmp_path / "b.sqlite", tmp_path / "copy.sqlite")
    base.set_state("i2", "clos", "claire")
    base.close()
    restore(tmp_path / "copy.sqlite", tmp_path / "b.sqlite")
    assert Store.open(tmp_path / "b.sqlite").incident_states()["i2"].state == "prêt"


def test_a_restored_backup_reaches_the_programs_that_are_open(tmp_path: Path) -> None:
    base = Store.open(tmp_path / "b.sqlite")
    fill(base)
    saved = backup(tmp_path / "b.sqlite")
    base.set_state("i2", "clos", "claire")
    kept = restore(saved, tmp_path / "b.sqlite")
    assert base.incident_states()["i2"].state == "prêt"
    base.set_state("i2", "envoyé", "paul")
    assert Store.open(tmp_path / "b.sqlite").incident_states()["i2"].state == "envoyé"
    assert kept is not None
    assert kept.parent == tmp_path / "sauvegardes"
    restore(kept, tmp_path / "b.sqlite")
    assert base.incident_states()["i2"].state == "clos"


def test_a_damaged_base_is_set_aside_by_a_restoration(tmp_path: Path) -> None:
    base = Store.open(tmp_path / "b.sqlite")
    fill(base)
    saved = backup(tmp_path / "b.sqlite")
    base.close()
    (tmp_path / "b.sqlite").write_bytes(b"Ceci n'est plus une base. " * 400)
    kept = restore(saved, tmp_path / "b.sqlite")
    assert kept is not None
    assert "abimee" in kept.name
    assert Store.open(tmp_path / "b.sqlite").incident_states()["i2"].state == "prêt"


def test_one_changed_letter_in_a_backup_is_seen(tmp_path: Path) -> None:
    base = Store.open(tmp_path / "b.sqlite")
    fill(base)
    saved = backup(tmp_path / "b.sqlite")
    content = saved.read_bytes()
    assert content.count(b"Vaugrenard") > 1
    saved.write_bytes(content.replace(b"Vaugrenard", b"Vaugremard", 1))
    with pytest.raises(Refusal, match="n'est plus celui qui a été sauvegardé"):
        restore(saved, tmp_path / "b.sqlite")
    assert base.incident_states()["i2"].state == "prêt"


def test_backups_are_private_and_never_share_a_name(tmp_path: Path) -> None:
    Store.open(tmp_path / "b.sqlite").close()
    first, second = backup(tmp_path / "b.sqlite"), backup(tmp_path / "b.sqlite")
    assert first != second
    assert {stat.S_IMODE(path.stat().st_mode) for path in (first, second)} == {0o600}
    assert stat.S_IMODE(first.parent.stat().st_mode) == 0o700
    assert sorted(path.name for path in first.parent.iterdir()) == sorted([first.name, second.name])


def test_a_damaged_backup_is_refused_and_the_base_kept(tmp_path: Path) -> None:
    base = Store.open(tmp_path / "b.sqlite")
    fill(base)
    base.close()
    backup(tmp_path / "b.sqlite", tmp_path / "copy.sqlite")
    content = bytearray((tmp_path / "copy.sqlite").read_bytes())
    content[4096:8192] = b"\xff" * 4096
    (tmp_path / "copy.sqlite").write_bytes(content)
    with pytest.raises(Refusal, match="abîmée"):
        restore(tmp_path / "copy.sqlite", tmp_path / "b.sqlite")
    assert Store.open(tmp_path / "b.sqlite").incident_states()["i2"].state == "prêt"


def test_a_backup_never_overwrites(tmp_path: Path) -> None:
    Store.open(tmp_path / "b.sqlite").close()
    (tmp_path / "copy.sqlite").write_bytes(b"precious")
    with pytest.raises(Refusal, match="existe déjà"):
        backup(tmp_path / "b.sqlite", tmp_path / "copy.sqlite")
    assert (tmp_path / "copy.sqlite").read_bytes() == b"precious"


def test_no_byte_is_left_while_the_base_is_still_open(store: Store) -> None:
    if store.location.startswith("postgresql"):
        pytest.skip("the server's own files are not the program's")
    fill(store)
    purge(store, Retention(), datetime.now(UTC) + timedelta(days=400))
    store.set_state("i3", "prêt", "claire")
    folder = Path(store.location).parent
    assert b"Vaugrenard" not in b"".join(path.read_bytes() for path in folder.iterdir())
