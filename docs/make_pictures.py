"""Draws, in colours and on the demo school, the pictures that the guides show: ``python -m docs.make_pictures``.

The real screens are driven by their keys, and each is written as SVG. Every screen stands as text in ``ecrans.md``.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
from datetime import date
from pathlib import Path

from diagnostics.demo import generate
from diagnostics.settings import Settings
from tui.app import TriageApp
from tui.session import Session

FOLDER = Path(__file__).parent / "pictures"
SIZE = (80, 24)
SHOTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("accueil", ()),
    ("anomalies", ("p",)),
    ("rapprochement", ("q", "a", ";", ";")),
    ("messages", ("q", "m", "down")),
    ("emporter", ("q", "l")),
    ("tickets", ("q", "p", "t")),
)
"""Name of each picture and the keys typed since the one before."""


async def draw(exports: Path, store: Path) -> None:
    settings = Settings(sender_name="Camille Martin", sender_function="référente numérique", agent="camille")
    program = TriageApp(Session([exports], settings=settings, store_path=store, demo=True))
    async with program.run_test(size=SIZE) as pilot:
        for name, keys in SHOTS:
            await pilot.press(*keys)
            await program.workers.wait_for_complete()
            await pilot.pause()
            write(name, program.export_screenshot(title="ent-triage"))


def write(name: str, svg: str) -> None:
    """Keep the picture without its web font: opening the documentation fetches nothing."""
    svg = re.sub(r"@font-face\s*{[^}]*}", "", svg)
    svg = re.sub(r"terminal-\d+", "terminal", svg)
    (FOLDER / f"{name}.svg").write_text(svg, encoding="utf-8")


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["ENT_TRIAGE_DATA"] = folder
        generate(Path(folder) / "exports", today=date.today())
        asyncio.run(draw(Path(folder) / "exports", Path(folder) / "base.sqlite"))
    print(f"{len(SHOTS)} pictures in {FOLDER}", file=sys.stderr)


if __name__ == "__main__":
    main()
