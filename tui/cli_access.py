"""How the commands reach the engine; every heavy room is imported by the function that needs it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tui.cli_output import say

if TYPE_CHECKING:
    from diagnostics.model import Decision, Loaded, Record
    from diagnostics.school import School
    from diagnostics.settings import Settings
    from diagnostics.store import Case, Store


def analyse(paths: Sequence[str], settings: Settings) -> School:
    from datetime import datetime

    from diagnostics.school import analyse as analyse_school

    school = analyse_school(
        load(paths, settings),
        settings=settings,
        decisions=decisions(settings),
        now=datetime.now().astimezone(),
        elsewhere=whole_ent,
    )
    if school.warning:
        say(school.warning, err=True)
    return rerouted(school, settings)


def listed(school: School, settings: Settings, query: str, order: str) -> School:
    """The school with the anomalies that a filter keeps, in the order asked for."""
    import dataclasses

    from diagnostics.states import FIRST_STATE
    from tui.listing import FIRST_SORT, fits, rank

    if not query and order == FIRST_SORT:
        return school
    states = open_store(settings, reading=True).incident_states() if has_base(settings) else {}
    rows = []
    for finding, incident in zip(school.findings, school.incidents, strict=True):
        route = school.routes[incident.id]
        state = states[incident.id].state if incident.id in states else FIRST_STATE
        if fits(query, incident, route, state):
            rows.append((rank(order, incident, route, state), finding, incident))
    rows.sort(key=lambda row: row[0])
    return dataclasses.replace(school, findings=tuple(row[1] for row in rows), incidents=tuple(row[2] for row in rows))


def load(paths: Sequence[str], settings: Settings | None = None, *, silent: bool = False) -> Loaded:
    """Read the files; what is refused or odd is said on standard error, unless the command lists it itself."""
    from diagnostics.load import load as load_exports

    loaded = load_exports(paths, mapping=(settings or load_settings()).columns)
    for refused in () if silent else loaded.refused:
        say(f"{refused.file} : {refused.reason}", err=True)
    for export in () if silent else loaded.exports:
        for note in export.notes:
            if note.warning:
                say(f"{export.label} : {note.text}", err=True)
    if not (loaded.exports or loaded.refused or loaded.messages):
        say(f"{', '.join(map(str, paths))} : aucun fichier à lire.", err=True)
    return loaded


def load_settings() -> Settings:
    from diagnostics.settings import load_settings as read

    return read()


def store_path(settings: Settings) -> str:
    from diagnostics.settings import data_path

    return settings.store or str(data_path() / "ent-triage.sqlite")


def sqlite_path(settings: Settings) -> Path:
    from diagnostics.safety import Refusal

    path = store_path(settings)
    if path.startswith("postgresql"):
        raise Refusal("La base est un PostgreSQL : sauvegardez-la et restaurez-la avec pg_dump et pg_restore.")
    return Path(path)


def open_store(settings: Settings, *, reading: bool = False) -> Store:
    """The base; for a command that only reads, one that cannot be written is read as it can be, and said so.

    Raises:
        Refusal: it cannot be opened.
    """
    from diagnostics.safety import Refusal
    from diagnostics.store import Store

    try:
        return Store.open(store_path(settings))
    except Refusal as refusal:
        if not reading:
            raise
        from diagnostics.store.rescue import read_only

        say("Lecture seule.", refusal.reason, err=True)
        return read_only(store_path(settings), refusal.reason)


def rerouted(school: School, settings: Settings) -> School:
    """The school with the routes that agents changed, from a base that exists."""
    import dataclasses

    if not has_base(settings):
        return school
    changes = open_store(settings, reading=True).routes()
    if not changes.keys() & school.routes.keys():
        return school
    from diagnostics.cases import rerouting

    routes = {
        identifier: rerouting.applied(found, changes.get(identifier)) for identifier, found in school.routes.items()
    }
    return dataclasses.replace(school, routes=routes)


def decisions(settings: Settings) -> Mapping[str, Decision]:
    """Agents' decisions, from a base that exists: a script makes none."""
    return open_store(settings, reading=True).decisions() if has_base(settings) else {}


def kept_cases(settings: Settings) -> Sequence[Case]:
    """The messages that agents followed or cut, from a base that exists."""
    return open_store(settings, reading=True).cases() if has_base(settings) else ()


def has_base(settings: Settings) -> bool:
    path = store_path(settings)
    return path.startswith("postgresql") or Path(path).exists()


def whole_ent(key: str) -> Record | None:
    """The account of a key in the directory of the whole ENT, None when it is not there or there is none."""
    from diagnostics.matching.search import open_region
    from diagnostics.safety import Refusal

    try:
        region = open_region()
    except Refusal:
        return None
    if region is None:
        return None
    try:
        return region.account(key)
    finally:
        region.close()


def read_bytes(file: str) -> bytes:
    """Bytes of a text or a mail.

    Raises:
        Refusal: it is not there, not readable, or not a text.
    """
    from diagnostics.safety import Refusal, os_reason

    try:
        path = Path(file)
        if not path.is_file():
            raise Refusal(f"{file} : ce n'est pas un fichier. Indiquez un fichier de texte ou un courriel (.eml).")
        content = path.read_bytes()
    except OSError as error:
        raise Refusal(f"{file} : lecture impossible ({os_reason(error)}).") from error
    head = content[:4096]
    controls = sum(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in head)
    if not head.startswith((b"\xff\xfe", b"\xfe\xff")) and (head.startswith(b"%PDF") or controls * 50 > len(head)):
        raise Refusal(
            f"{file} : ce n'est pas un texte. Copiez le message dans un fichier texte, ou donnez le courriel (.eml)."
        )
    return content


def decode(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")
