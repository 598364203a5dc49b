"""What a school or a team sets once: who it is, how it works, whom it writes to.

One TOML file, ``config.toml``, in the user's configuration folder or where ``ENT_TRIAGE_CONFIG`` says. Unknown keys are
refused with the nearest known one, so that a typing slip never passes for a setting.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import msgspec
import platformdirs

from diagnostics.model import Actor
from diagnostics.safety import Refusal, os_reason

APP = "ent-triage"
CONFIG_VARIABLE = "ENT_TRIAGE_CONFIG"
DATA_VARIABLE = "ENT_TRIAGE_DATA"


class Contact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How to reach a support; every field is free text shown as it is."""

    name: str = ""
    channel: str = ""
    phone: str = ""
    mail: str = ""
    url: str = ""


class Retention(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long what the program keeps is kept, in days."""

    snapshots: int = 30
    closed_cases: int = 365
    log: int = 180
    directory: int = 90
    """The directory of a whole ENT: made three months ago, it misleads more than it helps."""


class Reminders(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Days without an answer after which one asks again (judgement: a week, as long as a school's own rhythm)."""

    support: int = 7
    school: int = 7


class Mailbox(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The mailbox whose drafts receive the tickets; its password is asked for, or read in
    ``ENT_TRIAGE_IMAP_PASSWORD``."""

    host: str = ""
    port: int = 0
    """0: the usual one."""
    user: str = ""
    security: Literal["tls", "starttls", "aucune"] = "tls"
    """« aucune » is for this very machine only."""
    drafts: str = ""
    """Folder of drafts, when the server does not say which one it is."""


class Glpi(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A GLPI; tokens are asked for, or read in ``ENT_TRIAGE_GLPI_USER_TOKEN`` and ``ENT_TRIAGE_GLPI_APP_TOKEN``."""

    url: str = ""
    """Address of its API, which ends with ``/apirest.php``."""
    entity: int | None = None
    category: int | None = None


class Zammad(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A Zammad; the token is asked for, or read in ``ENT_TRIAGE_ZAMMAD_TOKEN``."""

    url: str = ""
    group: str = ""
    customer: str = ""
    """Mail address of whom the ticket is opened for; the sender's when empty."""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The settings of one school (or of a desk that serves several: ``uai`` is then empty)."""

    uai: str = ""
    school_name: str = ""
    academie: str = ""
    """Slug of a preset of contacts and menu names: "lyon", "grenoble", "toulouse"."""
    sender_name: str = ""
    sender_function: str = ""
    sender_contact: str = ""
    agent: str = ""
    """Name kept with each decision; the login name when empty."""
    pronote_hosting: str = ""
    """"index" (hosted by the publisher), "etablissement" or ""."""
    timetable_diary: str = ""
    """Cahier de textes in use: "pronote", "ent" or ""."""
    educonnect_since: str = ""
    """ISO date from which pupils and guardians log in by EduConnect."""
    block_parents_until: str = ""
    block_pupils_until: str = ""
    """ISO dates of « Blocage des accès ENT » (knowledge.md §2.9)."""
    auto_import_days: int = 7
    """Days without a successful automated import after which it is held to be stopped."""
    stale_days: int = 15
    """Age after which an export is said to be old."""
    contacts: Mapping[str, Contact] = {}
    """By actor code (KOSMOS, INDEX, DSI…)."""
    states: Mapping[str, str] = {}
    """EduConnect or ENT state as written → "actif", "non_active", "bloque", "expire", "supprime"."""
    columns: Mapping[str, Mapping[str, str]] = {}
    """Column mappings made by an agent: header signature → {column: canonical name}."""
    store: str = ""
    """Path of the SQLite file or URL of the PostgreSQL base; the user's data folder when empty."""
    templates: str = ""
    """Folder of ticket templates that replace or complete the program's."""
    catalogue: str = ""
    """Folder of catalogue entries that replace or complete the program's."""
    look: str = ""
    """Colours of the screen: "sombre", "clair", "contraste", "mono"."""
    ascii: bool = False
    """No sign beyond ASCII on the screen."""
    cursor: bool = False
    """The terminal's cursor stays visible on the selected line, for braille displays and screen readers."""
    retention: Retention = Retention()
    reminders: Reminders = Reminders()
    mailbox: Mailbox = Mailbox()
    glpi: Glpi = Glpi()
    zammad: Zammad = Zammad()


def config_path() -> Path:
    """Where the settings are read and written."""
    if named := os.environ.get(CONFIG_VARIABLE):
        return Path(named)
    return platformdirs.user_config_path(APP, appauthor=False) / "config.toml"


def data_path() -> Path:
    """Folder of what the program keeps (store, logs)."""
    if named := os.environ.get(DATA_VARIABLE):
        return Path(named)
    return platformdirs.user_data_path(APP, appauthor=False)


def load_settings(path: Path | None = None) -> Settings:
    """Read the settings; defaults when there is no file.

    Raises:
        Refusal: the file is not TOML, has an unknown key or a value of the wrong type.
    """
    path = path or config_path()
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        raise Refusal(f"{path} : réglages illisibles ({os_reason(error)}). Vérifiez les droits du fichier.") from error
    from diagnostics.catalogue import toml

    try:
        table = tomllib.loads(content.decode("utf-8-sig").replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        table = toml.read_table(path)
    return decode(table, path)


def decode(table: Mapping[str, Any], path: Path) -> Settings:
    """Settings from a parsed TOML table.

    Raises:
        Refusal: unknown key (the nearest known one is named) or wrong type.
    """
    known = {field.name for field in msgspec.structs.fields(Settings)}
    for key in table:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f" Vouliez-vous dire « {near[0]} » ?" if near else f" Clés connues : {', '.join(sorted(known))}."
            raise wrong(path, (key,), f"réglage inconnu « {key} ».{hint}")
    try:
        settings = msgspec.convert(table, Settings)
    except msgspec.ValidationError as error:
        from diagnostics.catalogue import toml

        raise toml.refusal(path, (), str(error), Settings) from error
    for keys, problem in problems(settings):
        raise wrong(path, keys, problem)
    return settings


def wrong(path: Path, keys: tuple[str, ...], problem: str) -> Refusal:
    """A refusal that names the file and the line."""
    from diagnostics.catalogue import toml

    line = toml.line_of(path, *keys)
    return Refusal(f"{path}{f', ligne {line}' if line else ''} : {problem}", line)


DATES = ("educonnect_since", "block_parents_until", "block_pupils_until")
CHOICES: Mapping[str, tuple[str, ...]] = {
    "pronote_hosting": ("index", "etablissement"),
    "timetable_diary": ("pronote", "ent"),
    "look": ("sombre", "clair", "contraste", "mono"),
}
STATES = ("actif", "non_active", "bloque", "expire", "inactif", "supprime", "inconnu")
"""What an account's state may be said to mean (knowledge.md §6.2)."""


def problems(settings: Settings) -> Iterator[tuple[tuple[str, ...], str]]:
    """(keys, what is wrong in French): what the types alone do not catch."""
    for key in DATES:
        value = getattr(settings, key)
        try:
            if value:
                datetime.fromisoformat(value)
        except ValueError:
            yield (key,), f"« {key} » : date illisible « {value} ». Écrivez-la 2026-09-01, ou 2026-09-01T14:00."
    for key, known in CHOICES.items():
        value = getattr(settings, key)
        if value and value.casefold() not in known:
            yield (key,), f"« {key} » : valeur inconnue « {value} ». Valeurs connues : {', '.join(known)}."
    for written, meaning in settings.states.items():
        if meaning not in STATES:
            yield (
                ("states", written),
                f"état « {written} » : valeur inconnue « {meaning} ». Valeurs connues : {', '.join(STATES)}.",
            )
    actors = [actor.value for actor in Actor]
    for actor in settings.contacts:
        if actor not in actors:
            yield (
                ("contacts", actor),
                f"contact inconnu « {actor} ». Codes connus : {', '.join(actors)}.",
            )


def save_settings(settings: Settings, path: Path | None = None, *, only: Collection[str] | None = None) -> Path:
    """Write the settings that differ from the defaults, whole or not at all; returns the path.

    ``only``: keys to write; the others stay as the file has them now, whoever wrote them since. Comments stay.

    Raises:
        Refusal: the folder cannot be written, or the file as it is now cannot be read.
    """
    from diagnostics import toml_edit

    path = path or config_path()
    load_settings(path)  # a slip in what another wrote is told, not written over
    defaults, values = msgspec.to_builtins(Settings()), msgspec.to_builtins(settings)
    temporary = path.with_name(path.name + ".tmp")
    try:
        text = path.read_text("utf-8-sig") if path.exists() else ""
        wanted = tomllib.loads(text)
        for key in values if only is None else only:
            wanted.pop(key, None)
            if values[key] != defaults[key]:
                wanted[key] = without_none(values[key])
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.unlink(missing_ok=True)
        # Readable by its owner alone from the first byte: the address of a base may hold a password.
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(toml_edit.edited(text, wanted).encode())
        temporary.replace(path)
    except OSError as error:
        raise Refusal(f"{path} : réglages non enregistrés ({os_reason(error)}).") from error
    return path


def without_none(value: Any) -> Any:
    """TOML has no word for nothing: keys that hold it are left out."""
    if isinstance(value, dict):
        return {key: without_none(inner) for key, inner in value.items() if inner is not None}
    return value
