"""Roles of text and how each look draws them: 16 colours at most, and words or signs beside every colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.style import Style

Span = tuple[str, str]
"""(text, role)."""
Spans = Sequence[Span]

NORMAL, TITLE, DIM, KEY, GOOD, WARN, BAD, ACCENT, SELECTED, RULE, HIT = (
    "normal",
    "title",
    "dim",
    "key",
    "good",
    "warn",
    "bad",
    "accent",
    "selected",
    "rule",
    "hit",
)

LOOK_VARIABLE = "ENT_TRIAGE_THEME"

MONO: Mapping[str, Style] = {
    NORMAL: Style(),
    TITLE: Style(bold=True),
    DIM: Style(),
    KEY: Style(bold=True),
    GOOD: Style(),
    WARN: Style(bold=True),
    BAD: Style(bold=True),
    ACCENT: Style(bold=True),
    SELECTED: Style(reverse=True),
    RULE: Style(),
    HIT: Style(underline=True),
}
DARK: Mapping[str, Style] = {
    **MONO,
    DIM: Style(color="cyan"),
    GOOD: Style(color="green"),
    WARN: Style(color="yellow"),
    BAD: Style(color="red", bold=True),
    ACCENT: Style(color="cyan", bold=True),
    RULE: Style(color="blue"),
}
LIGHT: Mapping[str, Style] = {
    **MONO,
    DIM: Style(color="blue"),
    GOOD: Style(color="green"),
    WARN: Style(color="magenta"),
    BAD: Style(color="red", bold=True),
    ACCENT: Style(color="blue", bold=True),
    RULE: Style(color="blue"),
}
CONTRAST: Mapping[str, Style] = {
    **MONO,
    NORMAL: Style(bold=True),
    DIM: Style(bold=True),
    BAD: Style(bold=True, underline=True),
}

LOOKS: Mapping[str, Mapping[str, Style]] = {"sombre": DARK, "clair": LIGHT, "contraste": CONTRAST, "mono": MONO}
DEFAULT_LOOK = "sombre"
DEFAULT_THEME = "ansi-dark"
TEXTUAL_THEMES: Mapping[str, str] = {"clair": "ansi-light"}
"""Textual theme under each look that has not the default one."""


def look(name: str, *, no_color: bool = False) -> Mapping[str, Style]:
    """Styles by role of the named look; the default one when the name is not known."""
    return MONO if no_color else LOOKS.get(name, LOOKS[DEFAULT_LOOK])
