"""Hostile strings on every screen, in messages, prompts, titles, the editor and the clipboard.

``ENT_TRIAGE_FUZZ=10000`` tries as many; a twentieth of them by default.
"""

from __future__ import annotations

import base64
import dataclasses
import os
import random
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
import wcwidth
from hostile_school import hostile, hostile_school
from rich.cells import cell_len
from textual.pilot import Pilot
from tui_fake import FakeSession
from tui_school import make

from benchmarks.driver_oracle import Recorded
from diagnostics.sources.unknown_columns import Unmapped
from tui.actions import COLUMNS, HOME, TICKETS
from tui.glyphs import cut, fit, shown, wrap
from tui.terminal.border import harmless
from tui.terminal.wire import Wire
from tui.theme import Spans
from tui.widgets.prompt import Question

FEW = 500
COUNT = int(os.environ.get("ENT_TRIAGE_FUZZ", FEW))
WORDS = 1200
"""Strings of one school, and of a visit to its screens."""
SIZES = ((80, 24), (120, 40), (60, 15))
ACROSS = 5
"""Strings drawn side by side on a line of the list."""
PIECES = (
    "\x1b[2J", "\x1b]0;titre\x07", "\x1b]52;c;cm0gLXJm\x07", "\x1bP+q\x1b\\", "\x1b[6n", "\x1bc", "\x1b", "\x9b31m",
    "\x9d0;x\x9c", "\x07", "\x08\x08", "\x00", "\x7f", "\r", "\n", "\r\n", "\t", "\x0b\x0c", "\x85", "\u2028", "\u2029",
    "\u202e", "\u202d", "\u2066", "\u2069", "\u200f", "\u061c", "\u200b", "\u200d", "\ufeff", "\u00ad", "\U000e0041",
    "e" + "\u0301" * 40, "\u0301", "\u20dd", "a\u0338", "\u1100\u1161\u11a8", "漢字", "ｱ", "Ａ", "カ\u3099",
    "👩\u200d👩\u200d👧", "🇫🇷", "👍🏽", "☎\ufe0f", "❤\ufe0e", "\ufe0f", "שלום", "مرحبا", "ไทย้", "नि",
    "\ud800", "\udfff", "\ud83d\ude00", "\ufffe", "\uffff", "\ue000", "\U0010ffff",
    "[/]", "[/b]", "[@click=app.quit]", ":smile:", "{0}", "%s", "\\x1b[2J",
    "É", "ß", "Œ", "’", "«", "…", "─", " ", "  ", "DUPONT", "Zoé", "12/09/2012",
)  # fmt: skip
KNOWN = re.compile(r"\x1b\[[0-9;]*[HmJKCDr]|\x1bM|\r\n|\r|\n|\x08")
"""All that the frugal driver ever sends besides text."""


def strings(count: int, seed: int = 8) -> list[str]:
    rng = random.Random(seed)
    return ["".join(rng.choices(PIECES, k=rng.randint(1, 6))) for _ in range(count)]


def commands(text: str) -> set[str]:
    """Characters that are no plain text."""
    return {c for c in text if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}}


def test_what_is_shown_is_plain_text_of_its_width() -> None:
    for text in strings(COUNT * 20):
        assert not commands(shown(text)), ascii(text)
        assert cell_len(fit(text, 17)) == 17, ascii(text)
        assert cell_len(cut(text, 9)) <= 9, ascii(text)
        assert cell_len(harmless(text)) == cell_len(text), ascii(text)
        assert not commands(harmless(text)), ascii(text)


def test_wrapped_lines_keep_to_their_width() -> None:
    for text in strings(COUNT, seed=9):
        lines = wrap(f"{text} Éloïse {text}", 24)
        assert all(cell_len(line) <= 24 for line in lines), ascii(text)
        assert not commands("".join(lines)), ascii(text)


@pytest.fixture
def hostile_app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Recorded:
    monkeypatch.setenv("ENT_TRIAGE_DATA", str(tmp_path / "data"))
    name = "".join(PIECES[:40])
    return Recorded(FakeSession(tmp_path, dataclasses.replace(make(12, 2), name=name)))


async def test_no_byte_of_theirs_reaches_the_terminal(hostile_app: Recorded) -> None:
    app, size = hostile_app, (200, 50)
    wire, sent = Wire(*size), ""
    found = strings(COUNT)
    rows = [tuple(found[at : at + ACROSS]) for at in range(0, COUNT, ACROSS)]

    def draw(row: tuple[str, ...], width: int) -> Spans:
        return [(fit(text, width // ACROSS), "normal") for text in row]

    async with app.run_test(size=size) as pilot:
        await app.workers.wait_for_complete()
        items = app.home.items
        items.skip, items.key_of, items.render_row = None, lambda row: row, draw
        app.home.fill = lambda: None  # type: ignore[method-assign]
        items.show(rows, keep=False)
        for text in found[:40]:
            app.say(text)
            await pilot.pause()
        app.home.ask(Question(found[41], lambda _: None), found[42])
        app.home.prompt.paste(found[43])
        await pilot.press("escape")
        seen = 0
        while seen <= len(rows):
            await pilot.press("pagedown")
            seen += items.page - 1
            for line in app.screen._compositor.render_full_update().strips:
                text = "".join(segment.text for strip in line for segment in strip)
                assert cell_len(text) == size[0], ascii(text)
        app.copy(found[44] + "\ud800\x1b[2J")
        for frame in app.frames:
            if frame.startswith("\x1b]52;c;"):
                copied = base64.b64decode(frame[7:-1]).decode()
                assert not {c for c in copied if unicodedata.category(c) in {"Cc", "Cf", "Cs"}}, ascii(copied)
            elif frame.startswith("\x1b[") and not frame.startswith("\x1b[?"):
                sent += wire.frame(frame)
    assert not commands(KNOWN.sub("", sent))
    assert len(sent) > COUNT
    sent.encode()


def drawn(app: Recorded) -> str:
    """All that reached the terminal."""
    wire = Wire(*app.size)
    frames = [frame for frame in app.frames if frame.startswith("\x1b[") and not frame.startswith("\x1b[?")]
    others = [frame for frame in app.frames if frame not in frames]
    assert not [
        frame for frame in others if frame.startswith("\x1b]") and not frame.startswith(("\x1b]52;c;", "\x1b]22;"))
    ]
    return "".join(map(wire.frame, frames))


def aligned(app: Recorded) -> None:
    """Every line of the screen is as wide as the screen, by the tables of Textual and by those of terminals."""
    width = app.size.width
    for line in app.screen._compositor.render_full_update().strips:
        text = "".join(segment.text for strip in line for segment in strip)
        assert cell_len(text) == width, ascii(text)
        assert sum(map(wcwidth.wcwidth, text)) == width, ascii(text)


TABLE = Unmapped(
    signature="s", line=1, columns=("Nom", "???"), guessed=("surname", ""), rows=(("A", "B"),), needed=True
)
HARMLESS_KEYS = ("down", "down", "enter", "q", "tab", ":", "escape")


async def visit(app: Recorded, pilot: Pilot[int], word: Callable[[], str], rng: random.Random) -> str:
    """Go to every screen; returns what was sent to the terminal."""
    session = app.session
    assert session.school is not None
    incidents, people = list(session.school.incidents), list(session.school.identities)
    app.get(COLUMNS).begin(word(), hostile(TABLE, word))  # type: ignore[attr-defined]
    told = f"{word()}\n- Lise {word()} ne peut pas se connecter à l'ENT {word()}\n"
    session.add_message(told.encode(errors="replace").decode())  # no terminal pastes half a character
    ways: list[Callable[[], object]] = [
        lambda: app.show_anomalies(word()),
        lambda: app.show_incident(incidents[1]),
        lambda: app.show_incident(incidents[2], card=True),
        app.show_matching,
        lambda: app.open_tickets(incidents[:2]),
        lambda: app.show_routing(incidents[:1]),
        app.show_messages,
        lambda: app.show_person(people),
        app.show_loading,
        lambda: app.go(COLUMNS),
        app.show_corrections,
        lambda: app.ask_person(word()),
        app.do_aide,
    ]
    for way in ways:
        way()
        await app.workers.wait_for_complete()
        await pilot.pause()
        aligned(app)
        if app.sheet.prompt.is_open:
            app.sheet.prompt.close()
        if COUNT > FEW:
            await pilot.press(rng.choice(HARMLESS_KEYS))
        app.sheet.ask(Question(word(), lambda _: None), word())
        app.say(word())
        await pilot.pause()
        aligned(app)
        app.sheet.prompt.close()
        app.go(HOME)
    app.open_tickets(incidents[:1])
    await pilot.pause()
    tickets = app.get(TICKETS)
    tickets.edit_text(tickets.ticket)  # type: ignore[attr-defined]
    tickets.take_paste(word() + word())
    await pilot.pause()
    aligned(app)
    return drawn(app)


async def test_no_screen_lets_anything_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENT_TRIAGE_DATA", str(tmp_path / "data"))
    words, rng = iter(strings(COUNT + WORDS, seed=3)), random.Random(3)
    for number in range(0, COUNT, WORDS):
        app = Recorded(FakeSession(tmp_path / str(number), hostile_school(lambda: next(words), 24, 6)))
        async with app.run_test(size=SIZES[number // WORDS % len(SIZES)]) as pilot:
            await app.workers.wait_for_complete()
            sent = await visit(app, pilot, lambda: next(words), rng)
        assert len(sent) > WORDS
        assert not commands(KNOWN.sub("", sent))
        sent.encode()
