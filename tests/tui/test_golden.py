"""The main screens as text, taken from a real terminal: what changed on a screen is read in the review.

Under each line that is not plain, a line of styles begins with ``~``: # the selection, * bold, _ underlined, else the
first letter of the colour, a capital when bold. To take the screens again: ``REDRAW=1 python -m pytest
tests/tui/test_golden.py``, then read the difference; the page of the screens (``docs/ecrans.md``) is written with them.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pyte
import pytest
from pty_screen import PtyScreen, seen

from docs import make_screens
from tui.actions import SCREENS
from tui.strings import TITLES

ROOT = Path(__file__).parents[2]
FAKE = ROOT / "tests" / "tui" / "tui_fake.py"
GOLDEN = Path(__file__).parent / "golden"
SIZE, PENDING = 12, 3
PASTED = (
    "\x1b[200~Bonjour,\nLise Amarante (6A) ne peut pas ouvrir Pronote depuis l’ENT.\n"
    "M. Bastide, professeur, n’a plus ses groupes dans l’ENT.\nMerci\x1b[201~"
)
STEPS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("accueil", (), "anomalies bloquent"),
    ("anomalies", ("p",), "Agit"),
    ("tri", ("s",), "destinataire, gravité"),
    ("anomalie", ("escape", "down", "enter"), "> PRN-01 détail"),
    ("routage", ("q", "r"), "Joindre"),
    ("rapprochement", ("q", "q", "a"), "Né(e) le"),
    ("rapprochement_liste", ("tab",), "Le plus proche"),
    ("recherche", ("q", "q", "/", *"bast"), "2 personnes"),
    ("personne", ("enter",), "contradiction"),
    ("chargement", ("q", "q", "c"), "Ce fichier"),
    ("aide", ("?",), "Sur cet écran"),
    ("colonnes", ("q", "e"), "colonnes inconnues"),
    ("messages", ("q", "q", "m", PASTED, "down"), "Incident"),
    ("tickets", ("q", "p", "t"), "Il manque"),
    ("emporter", ("q", "q", "l"), "À emporter"),
    ("commandes", (":",), "Ajouter un fichier"),
    ("question", ("escape", "q", "p", "i"), "Raison"),
    ("visite", ("escape", "q", ":", *"visite", "enter"), "Visite 1/8"),
)
"""Name of each picture, the keys typed since the one before, and what shows that the screen is there."""


def picture(screen: PtyScreen) -> str:
    """The screen as text and lines of styles."""
    found = []
    for y, line in enumerate(screen.screen.display):
        styles = "".join(letter(seen(screen.screen.buffer[y][x])) for x in range(screen.screen.columns))
        found.append(line.rstrip())
        if styles.strip():
            found.append("~" + styles[1:].rstrip())
    return "\n".join(found) + "\n"


def letter(cell: pyte.screens.Char) -> str:
    """How a cell is drawn, in one sign."""
    if cell.reverse or cell.underscore:
        return "#" if cell.reverse else "_"
    colour = {"default": "*" if cell.bold else " ", "brown": "y"}.get(cell.fg, cell.fg[0])
    return colour.upper() if cell.bold else colour


def started(folder: Path, columns: int, lines: int, **env: str) -> PtyScreen:
    screen = PtyScreen(
        [sys.executable, str(FAKE), str(folder), str(SIZE), str(PENDING)],
        columns=columns,
        lines=lines,
        env={"ENT_TRIAGE_DATA": str(folder), "PYTHONPATH": str(ROOT), "REST": "0.01", "TERM": "xterm", **env},
        cwd=folder,
    )
    screen.read(15, until="bloquent")
    assert "bloquent" in screen.text, screen.text
    return screen


def agrees(name: str, found: str) -> bool:
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("REDRAW"):
        path.write_text(found, encoding="utf-8")
    return path.exists() and path.read_text(encoding="utf-8") == found


@pytest.mark.parametrize(
    ("kind", "columns", "lines", "env"),
    [("", 80, 24, {}), ("_ascii_60x15", 60, 15, {"ENT_TRIAGE_ASCII": "1", "NO_COLOR": "1"})],
)
def test_the_screens_are_those_that_were_read(
    tmp_path: Path, kind: str, columns: int, lines: int, env: dict[str, str]
) -> None:
    screen = started(tmp_path, columns, lines, **env)
    different = []
    try:
        for name, keys, there in STEPS[: 4 if kind else None]:
            if keys:
                screen.press(*keys)
            if not kind:
                screen.settle(lambda there=there: there in screen.text)  # type: ignore[misc]
                assert there in screen.text, f"{name}: {there}\n{screen.text}"
            if not os.environ.get("REDRAW"):
                # However busy the machine is, a screen is compared once it stops getting nearer to the picture.
                screen.settle(lambda name=name: agrees(name + kind, picture(screen)))  # type: ignore[misc]
            found = picture(screen)
            assert not kind or found.isascii(), name
            if not agrees(name + kind, found):
                different.append(f"{name}{kind}:\n{found}")
    finally:
        screen.close()
    assert not different, "\n".join(different)


def test_the_documentation_shows_every_screen() -> None:
    names = {path.stem.removesuffix(make_screens.SMALL) for path in GOLDEN.glob("*.txt")}
    assert names == set(make_screens.CAPTIONS) == {name for name, _, _ in STEPS}
    assert {TITLES[screen] for screen in SCREENS} <= {title for title, _ in make_screens.CAPTIONS.values()}
    if os.environ.get("REDRAW"):
        make_screens.PAGE.write_text(make_screens.page(), encoding="utf-8")
    assert make_screens.PAGE.read_text("utf-8") == make_screens.page(), "run: python -m docs.make_screens"
