"""Which key does what on which screen; a clash is refused when the program starts."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from diagnostics.safety import Refusal, os_reason
from tui.actions import ACTIONS, KEY_NAMES, SCREENS, Action, actions_of, key_name

Table = Mapping[str, Mapping[str, Action]]
"""screen → key → action."""


@dataclass(frozen=True)
class Bindings:
    """Keys of the actions, some of them replaced by the agent's.

    Raises:
        Refusal: two actions of one screen want the same key.
    """

    remapped: Mapping[str, Sequence[str]] = field(default_factory=dict)
    table: Table = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "table", build(self.remapped))

    def of(self, action: Action) -> tuple[str, ...]:
        return tuple(self.remapped.get(action.id, action.keys))


def build(remapped: Mapping[str, Sequence[str]]) -> Table:
    """The table of all screens; refuses clashes."""
    keymap: dict[str, dict[str, Action]] = {}
    for screen in SCREENS:
        table: dict[str, Action] = {}
        for action in actions_of(screen):
            for key in remapped.get(action.id, action.keys):
                if key in table:
                    raise Refusal(
                        f"Touche « {key_name(key)} » demandée deux fois sur l'écran {screen} : "
                        f"« {table[key].id} » et « {action.id} ». Changez l'une des deux."
                    )
                table[key] = action
        keymap[screen] = table
    return keymap


def read(path: Path) -> Bindings:
    """The registry's keys with those of a TOML file: ``ticket = "T"`` or ``ticket = ["T", "f5"]``.

    Raises:
        Refusal: not TOML, unknown action or key, or a clash; names the file and the line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        table = tomllib.loads(text)
    except OSError as error:
        raise Refusal(f"{path} : touches illisibles ({os_reason(error)}).") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refusal(f"{path} : ce n'est pas du TOML valable ({error}). Corrigez la ligne indiquée.") from error
    known = {action.id for action in ACTIONS}
    remapped: dict[str, list[str]] = {}
    for identifier, keys in table.items():
        line = line_of(text, identifier)
        if identifier not in known:
            raise Refusal(
                f"{path}, ligne {line} : action inconnue « {identifier} ». Actions : {', '.join(sorted(known))}."
            )
        if isinstance(keys, str):
            keys = [keys]
        if not isinstance(keys, list) or not keys or not all(isinstance(key, str) and key for key in keys):
            raise Refusal(f"{path}, ligne {line} : « {identifier} » attend une touche ou une liste de touches.")
        for key in keys:
            if not spoken(key):
                raise Refusal(
                    f"{path}, ligne {line} : touche inconnue « {key} ». Écrivez un caractère (t, T, ?), ou un nom : "
                    f"{', '.join(KEY_NAMES.values())}, F1 à F12, Ctrl+R…"
                )
        remapped[identifier] = [spoken(key) for key in keys]
    try:
        return Bindings(remapped)
    except Refusal as error:
        line = max(line_of(text, identifier) for identifier in remapped if f"« {identifier} »" in error.reason)
        raise Refusal(f"{path}, ligne {line} : {error.reason}") from error


def spoken(key: str) -> str:
    """A key as an agent writes it (« Entrée », « Page suiv. », « Maj+Tab ») → its name in Textual, "" if none."""
    key = unicodedata.normalize("NFC", key)
    if len(key) == 1 and key.isprintable() and key not in WRITTEN:
        return key
    name = "+".join(WRITTEN.get(part, part) for part in key.casefold().split("+"))
    return name if name in sent_by_terminals() else ""


WRITTEN = {name.casefold(): key for key, name in KEY_NAMES.items()} | {" ": "space", "maj": "shift"}


@cache
def sent_by_terminals() -> frozenset[str]:
    """The names of all keys that Textual knows how to tell in what a terminal sends."""
    from textual._ansi_sequences import ANSI_SEQUENCES_KEYS

    return frozenset(key.value for keys in ANSI_SEQUENCES_KEYS.values() if isinstance(keys, tuple) for key in keys)


def line_of(text: str, identifier: str) -> int:
    """Line of a key in a TOML text, 1 = first."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.partition("=")[0].strip(" \t[]\"'") == identifier:
            return number
    return 1
