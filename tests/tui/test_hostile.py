"""Ten thousand hostile strings on the screens, in messages, in prompts and in the clipboard."""

from __future__ import annotations

import base64
import dataclasses
import random
import re
import unicodedata
from pathlib import Path

import pytest
from rich.cells import cell_len
from tui_fake import FakeSession
from tui_school import make

from benchmarks.driver_oracle import Recorded
from tui.glyphs import cut, fit, shown, wrap
from tui.terminal.border import harmless
from tui.terminal.wire import Wire
from tui.theme import Spans
from tui.widgets.prompt import Question

COUNT = 10_000
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
    for text in strings(COUNT):
        assert not commands(shown(text)), ascii(text)
        assert cell_len(fit(text, 17)) == 17, ascii(text)
        assert cell_len(cut(text, 9)) <= 9, ascii(text)
        assert cell_len(harmless(text)) == cell_len(text), ascii(text)
        assert not commands(harmless(text)), ascii(text)


def test_wrapped_lines_keep_to_their_width() -> None:
    for text in strings(COUNT // 5, seed=9):
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
