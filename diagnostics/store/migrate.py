"""Brings a base to this program's schema.

A new one is made in it at once: Alembic, which is for those that exist, costs each agent 10 MB.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from diagnostics.safety import Refusal
from diagnostics.store import schema
from diagnostics.store.sealing import new_salt

HEAD = "0002"
"""Latest revision in ``migrations/versions``; a test holds them together."""
MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(connection: Connection) -> None:
    """Upgrade the base inside the caller's write transaction: another program may have done it just before.

    Raises:
        Refusal: the base was written by a newer version of the program.
    """
    found = revision(connection)
    refuse_newer(found)
    if found == HEAD:
        return
    if not found:
        create(connection)
        return
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def create(connection: Connection) -> None:
    """Make the tables of a new base, what each base has from its birth, and the mark by which Alembic knows it."""
    schema.metadata.create_all(connection)
    connection.execute(schema.meta.insert(), {"name": schema.SALT, "value": new_salt()})
    if connection.dialect.name == "postgresql":
        # The planner's samples of a column would keep names that a purge removes.
        for column in (schema.fact.c.value, schema.event.c.before, schema.event.c.after):
            name = f"{column.table.name} ALTER COLUMN {column.name}"
            connection.exec_driver_sql(f"ALTER TABLE {name} SET STATISTICS 0")
    connection.exec_driver_sql(
        "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL,"
        " CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
    )
    connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})


def revision(connection: Connection) -> str:
    """Revision of the base, "" when it is new."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")


def refuse_newer(found: str) -> None:
    if found > HEAD:
        raise Refusal(
            f"La base a été écrite par une version plus récente d'ent-triage (schéma {found}, ce programme connaît "
            f"{HEAD}). Mettez ce programme à jour ; rien n'a été modifié."
        )


def check_unchanged(connection: Connection) -> None:
    """Refuse to write with an old program in a base that a newer one has brought to its own schema meanwhile.

    Raises:
        Refusal: quit and start again.
    """
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    if found != HEAD:
        raise Refusal(
            "La base a été mise à jour par une autre version d'ent-triage pendant que ce programme était ouvert. "
            "Ce dernier geste n'est pas enregistré : quittez, puis relancez la version la plus récente."
        )
