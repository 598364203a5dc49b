"""The text editor's buffer: what each key does."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tui.widgets.text_buffer import TextBuffer


def test_a_long_line_breaks_after_a_space() -> None:
    buffer = TextBuffer("un deux trois quatre", width=10)
    assert [buffer.text[a:b] for a, b in buffer.rows()] == ["un deux ", "trois ", "quatre"]


def test_a_word_longer_than_the_line_is_cut() -> None:
    buffer = TextBuffer("abcdefghijkl", width=5)
    assert [buffer.text[a:b] for a, b in buffer.rows()] == ["abcde", "fghij", "kl"]


def test_up_and_down_follow_the_lines_as_shown() -> None:
    buffer = TextBuffer("un deux trois", caret=2, width=8)
    buffer.press("down", None)
    assert buffer.caret == 10
    buffer.press("up", None)
    assert buffer.caret == 2


def test_what_was_typed_can_be_taken_back() -> None:
    buffer = TextBuffer("abc", caret=3)
    buffer.press("d", "d")
    buffer.press("backspace", None)
    buffer.press("backspace", None)
    assert buffer.text == "ab"
    for _ in range(3):
        buffer.press("ctrl+z", None)
    assert buffer.text == "abc"


def test_a_pasted_escape_sequence_is_harmless() -> None:
    buffer = TextBuffer()
    buffer.insert("a\x1b]52;c;AAAA\x07b\nc")
    assert "\x1b" not in buffer.text
    assert "\x07" not in buffer.text
    assert buffer.text.endswith("b\nc")


def test_a_key_that_means_nothing_is_not_taken() -> None:
    assert not TextBuffer().press("f5", None)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="ab \né漢", max_size=60), st.integers(4, 12), st.lists(st.sampled_from(
    ["left", "right", "up", "down", "home", "end", "enter", "backspace", "delete", "ctrl+w", "ctrl+u", "ctrl+k", "x"]
), max_size=20))  # fmt: skip
def test_the_caret_never_leaves_the_text_and_lines_cover_it(text: str, width: int, keys: list[str]) -> None:
    buffer = TextBuffer(text, caret=len(text), width=width)
    for key in keys:
        buffer.press(key, key if len(key) == 1 else None)
        assert 0 <= buffer.caret <= len(buffer.text)
        row, column = buffer.place()
        start, end = buffer.rows()[row]
        assert start + column == buffer.caret
        assert column <= end - start
    shown = "".join(buffer.text[a:b] for a, b in buffer.rows())
    assert shown == buffer.text.replace("\n", "")
