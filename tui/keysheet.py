"""The key sheet of the documentation, made from the registry: ``python -m tui.keysheet > docs/touches.md``."""

from __future__ import annotations

from tui.actions import HELP, SCREENS, SENSES, Action, actions_of, key_name
from tui.strings import TITLES

HEAD = """# Les touches

Cette page est faite à partir du registre des actions (`tui/actions.py`) : ne la modifiez pas à la main, lancez
`python -m tui.keysheet > docs/touches.md`.

Aucune action ne demande Ctrl, Alt ou AltGr ; les touches données entre parenthèses sont des doubles. Une touche qui ne
peut pas agir dit pourquoi au bas de l’écran. Pour changer des touches, écrivez un fichier `touches.toml` à côté
de `config.toml`, une action par ligne : `ticket = "T"` ou `ticket = ["T", "f5"]`. Deux actions d’un même écran
qui demandent la même touche sont refusées, avec la ligne du fichier.
"""


def sheet() -> str:
    """The whole page."""
    common = [action for action in actions_of(SCREENS[0]) if set(SCREENS) - {HELP} <= action.screens]
    parts = [HEAD, senses(), section("Partout", common)]
    for screen in SCREENS:
        own = [action for action in actions_of(screen) if action not in common]
        if own:
            parts.append(section(TITLES[screen], own))
    return "\n".join(parts)


def senses() -> str:
    """One meaning for a letter, whatever the screen."""
    lines = ["## Une touche, un sens", "", "| touche | partout où elle agit, elle… |", "|---|---|"]
    return "\n".join([*lines, *(f"| `{key}` | {words} |" for key, (words, _) in SENSES.items())]) + "\n"


def section(title: str, actions: list[Action]) -> str:
    lines = [f"## {title}", "", "| touche | action | ce qu’elle fait | nom |", "|---|---|---|---|"]
    for action in actions:
        first, *doubles = (f"`{key_name(key)}`" for key in action.keys)
        keys = first + (f" ({', '.join(doubles)})" if doubles else "")
        lines.append(f"| {keys} | {action.label} | {action.help} | `{action.id}` |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(sheet(), end="")
