"""Brings a base to this program's schema; Alembic is imported only when there is something to do."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from diagnostics.safety import Refusal

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
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


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
