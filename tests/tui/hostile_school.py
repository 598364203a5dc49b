"""A school every word of which is hostile, as if nothing had been cleaned on its way in."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any

import msgspec
from tui_school import make

from diagnostics.school import School

NAMES_OF_THINGS = frozenset({
    "id", "key", "category", "identity", "export", "school", "made_on", "made_from", "uai", "settings", "signature",
    "guessed", "code",
})  # fmt: skip
"""Fields by which the program finds its way: they come from it, never from outside."""


def hostile(thing: Any, word: Callable[[], str], done: dict[int, Any] | None = None) -> Any:
    """The same object with other words; what is shared stays shared."""
    done = {} if done is None else done
    if isinstance(thing, str):
        return thing if isinstance(thing, Enum) else word()
    if isinstance(thing, msgspec.Struct):
        if id(thing) not in done:
            changed = {name: hostile(getattr(thing, name), word, done) for name in thing.__struct_fields__
                       if name not in NAMES_OF_THINGS}  # fmt: skip
            done[id(thing)] = msgspec.structs.replace(thing, **changed)
        return done[id(thing)]
    if isinstance(thing, tuple):
        return tuple(hostile(one, word, done) for one in thing)
    if isinstance(thing, Mapping):
        return {key: hostile(value, word, done) for key, value in thing.items()}
    return thing


def hostile_school(word: Callable[[], str], size: int, pending: int) -> School:
    school = make(size, pending)
    done: dict[int, Any] = {}
    changed = {
        field.name: hostile(getattr(school, field.name), word, done)
        for field in dataclasses.fields(school)
        if field.name not in NAMES_OF_THINGS and field.init
    }
    return dataclasses.replace(school, **changed)
