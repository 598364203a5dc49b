"""A paste that the terminal does not mark is a paste all the same, and keys stay keys."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.terminal.raw_paste import END, START, Bursts, is_pasted

MAIL = "Bonjour,\rMme FERRAND ne peut plus se connecter à EduConnect depuis lundi.\rMerci"


def bursts(*chunks: bytes, typing: bool = False) -> str:
    """What comes out of chunks of which all but the first wait already."""
    waiting = list(chunks[1:])
    read = Bursts(lambda data, _: data.decode(), lambda: waiting.pop(0) if waiting else b"", lambda: typing)
    out = read.decode(chunks[0])
    while waiting:
        out += read.decode(waiting.pop(0))
    return out


@pytest.mark.parametrize(
    "keys", ["", "p", "ptw\r", "/langlois\r", "o/srv/partage/0690999Z/exports\r", "j" * 60, "\x1b[B" * 30,
             "Élise de la Tour\r", "    "],
)  # fmt: skip
def test_keys_stay_keys(keys: str) -> None:
    assert not is_pasted(keys)
    assert bursts(keys.encode()) == keys


@pytest.mark.parametrize("text", [MAIL, "Nom;Prénom\rAMARANTE;Lise\r", "Mme X appelle : plus de notes depuis lundi"])
def test_a_text_that_comes_at_once_is_a_paste(text: str) -> None:
    assert bursts(text.encode()) == START + text + END


def test_what_the_terminal_says_of_itself_is_no_key() -> None:
    assert bursts(b"p\x1b[?62;cq\x1b[>0;136;0c") == "pq"


def test_a_paste_in_several_reads_is_one() -> None:
    first, second, third = MAIL[:40].encode(), MAIL[40:60].encode(), MAIL[60:].encode()
    assert bursts(first, second, third) == START + MAIL + END


def test_in_a_field_a_line_that_comes_at_once_is_typed_and_several_are_a_paste() -> None:
    line = "relancé par téléphone le 3, sans réponse depuis\r"
    assert bursts(line.encode(), typing=True) == line
    assert bursts(MAIL.encode(), typing=True) == START + MAIL + END


def test_a_paste_that_the_terminal_marks_is_left_alone_however_it_is_cut() -> None:
    marked = START + MAIL * 3 + END
    chunks = [marked[at : at + 50].encode() for at in range(0, len(marked), 50)]
    read = Bursts(lambda data, _: data.decode(errors="ignore"), lambda: b"", lambda: False)
    assert "".join(read.decode(chunk) for chunk in chunks).count(START) == 1
    assert read.decode(MAIL.encode()) == START + MAIL + END


@given(st.text(max_size=200))
def test_nothing_of_what_is_typed_is_lost_but_escapes_of_a_paste(text: str) -> None:
    try:
        data = text.encode()
    except UnicodeEncodeError:
        return
    if "\x1b" in text:
        return
    out = bursts(data)
    assert out == text or out == START + text + END
