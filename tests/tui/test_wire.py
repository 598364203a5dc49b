"""The frugal driver's engine: the same screen as what was drawn, in fewer bytes."""

from __future__ import annotations

import random

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pty_screen import cells

from tui.terminal.screen_model import ScreenModel
from tui.terminal.sgr import DEFAULT, Look, NotUnderstood, apply, transition
from tui.terminal.wire import Wire

COLUMNS, LINES = 40, 12
SGRS = ("", "0", "1", "31", "1;31", "36", "7", "0;4", "38;5;208", "48;2;1;2;3;37", "0;1;38;2;9;8;7", "2", "22", "27;39")
WORDS = ("AMARANTE", "Éloïse", "►", "3A", "04/03/2011", "≠", "漢字", "e\u0301", "   ", "─" * 6, "x")


def terminal() -> tuple[pyte.Screen, pyte.Stream]:
    screen = pyte.Screen(COLUMNS, LINES)
    screen.reset_mode(pyte.modes.DECAWM)
    screen.reset_mode(pyte.modes.LNM)
    return screen, pyte.Stream(screen)


def whole_row(rng: random.Random) -> str:
    """A line as Textual draws one: styled runs, padded to the width."""
    out, used = [], 0
    while used < COLUMNS:
        word = rng.choice(WORDS)
        width = sum(2 if c in "漢字" else 0 if c == "\u0301" else 1 for c in word)
        if used + width > COLUMNS:
            word, width = " " * (COLUMNS - used), COLUMNS - used
        out.append(f"\x1b[{rng.choice(SGRS)}m{word}\x1b[0m")
        used += width
    return "".join(out)


def frames(seed: int, count: int) -> list[str]:
    """Frames like those of a list: lines drawn, scrolled, blanked, partly drawn over."""
    rng = random.Random(seed)
    rows = [whole_row(rng) for _ in range(60)]
    top, found = 0, []
    for _ in range(count):
        kind = rng.randrange(5)
        if kind == 0:
            chosen = range(LINES)
            top = rng.randrange(40)
        elif kind == 1:
            chosen = range(1, LINES - 1)
            top = max(0, min(40, top + rng.choice((-2, -1, 1, 1, 3))))
        else:
            chosen = sorted(rng.sample(range(LINES), rng.randrange(1, 5)))
        out = []
        for y in chosen:
            text = rows[top + y] if kind < 3 else "\x1b[0m" + " " * COLUMNS if kind == 3 else rows[rng.randrange(60)]
            out.append(f"\x1b[{y + 1};1H{text}")
        out.append(f"\x1b[{rng.randrange(LINES) + 1};{rng.randrange(COLUMNS - 1) + 1}H")
        found.append("".join(out))
    return found


@pytest.mark.parametrize("seed", range(6))
def test_the_terminal_shows_what_was_drawn_cell_for_cell(seed: int) -> None:
    straight, plain = terminal()
    frugal, fed = terminal()
    wire = Wire(COLUMNS, LINES)
    sent = drawn = 0
    for number, frame in enumerate(frames(seed, 60)):
        if number == 30:
            wire.forget()
        output = wire.frame(frame)
        plain.feed(frame)
        fed.feed(output)
        assert cells(straight) == cells(frugal), number
        assert (straight.cursor.x, straight.cursor.y) == (frugal.cursor.x, frugal.cursor.y)
        sent += len(output)
        drawn += len(frame)
    assert sent < drawn


def test_a_frame_that_changes_nothing_sends_nothing() -> None:
    wire = Wire(COLUMNS, LINES)
    frame = "\x1b[3;1H\x1b[1mbonjour\x1b[0m\x1b[1;1H"
    wire.frame(frame)
    assert wire.frame(frame) == ""


def test_a_scrolled_list_sends_one_line() -> None:
    wire = Wire(80, 24)
    lines = [f"{i:03} AMARANTE-{i} Lise".ljust(80) for i in range(60)]

    def page(top: int) -> str:
        return "".join(f"\x1b[{y + 3};1H{lines[top + y]}" for y in range(20)) + "\x1b[1;1H"

    wire.frame(page(0))
    assert len(wire.frame(page(1))) < 80
    assert len(wire.frame(page(0))) < 80


def test_a_blank_takes_whatever_look_holds() -> None:
    wire = Wire(80, 24)
    wire.frame("\x1b[1;1H")
    sent = wire.frame("\x1b[2;1H\x1b[36mun\x1b[0m \x1b[36mdeux\x1b[0m\x1b[1;1H")
    assert "36mun deux" in sent


def test_a_screen_that_gives_way_to_another_is_erased_at_once() -> None:
    wire = Wire(80, 24)

    def screen(words: str) -> str:
        return "".join(f"\x1b[{y + 1};1H{f'{words} {y}'.ljust(80)}" for y in range(24)) + "\x1b[1;1H"

    wire.frame(screen("Une ligne assez longue, dont il ne reste rien à la fin"))
    assert len(wire.frame(screen("court"))) < 24 * len("court 12\r\n") + 10


CELLS = st.lists(st.tuples(st.sampled_from("aé ►  x"), st.sampled_from(SGRS)), min_size=COLUMNS, max_size=COLUMNS)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from((0, 5, LINES - 1)), CELLS), min_size=2, max_size=6))
def test_any_row_becomes_any_other(rows: list[tuple[int, list[tuple[str, str]]]]) -> None:
    straight, plain = terminal()
    frugal, fed = terminal()
    wire = Wire(COLUMNS, LINES)
    for y, row in rows:
        frame = f"\x1b[{y + 1};1H" + "".join(f"\x1b[{sgr}m{character}\x1b[0m" for character, sgr in row)
        plain.feed(frame)
        fed.feed(wire.frame(frame))
        assert cells(straight) == cells(frugal)


def test_what_is_not_understood_is_said() -> None:
    with pytest.raises(NotUnderstood):
        Wire(COLUMNS, LINES).frame("\x1b[5A")
    with pytest.raises(NotUnderstood):
        apply("77", DEFAULT)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(SGRS), max_size=6), st.lists(st.sampled_from(SGRS), max_size=6))
def test_a_transition_leads_to_the_look_it_promises(first: list[str], second: list[str]) -> None:
    before = after = DEFAULT
    for params in first:
        before = apply(params, before)
    for params in second:
        after = apply(params, after)
    sequence = transition(before, after)
    reached = apply(sequence[2:-1], before) if sequence else before
    assert reached == after


def test_bold_can_go_out_without_dim() -> None:
    both, dim = Look(frozenset({"1", "2"})), Look(frozenset({"2"}))
    assert apply(transition(both, dim)[2:-1], both) == dim


def test_text_too_long_for_the_line_stays_on_it() -> None:
    model = ScreenModel(5, 2)
    model.draw("abcdefgh")
    assert model.rows[0].chars == ["a", "b", "c", "d", "h"]
    assert model.rows[1].blank
