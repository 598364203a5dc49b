"""What may be drawn."""

from __future__ import annotations

import random
import unicodedata
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color

from diagnostics.model import Incident, Person, Profile
from tui import glyphs
from tui.glyphs import cut, fit, plain, shown, wrap
from tui.screens.wording import predicate
from tui.terminal.border import Border

TUI = Path(__file__).parents[2] / "tui"
WGL4_SYMBOLS = set(
    "ˆˇ˘˙˚˛˜˝‐–—―‗‘’‚‛“”„†‡•…‰′″‹›‼‾⁄ⁿ₣₤₧€℅ℓ№™Ω℮⅛⅜⅝⅞←↑→↓↔↕↨∂∆∏∑−∕∙√∞∟∩∫≈≠≡≤≥⌂⌐⌠⌡"
    "─│┌┐└┘├┤┬┴┼═║╒╓╔╕╖╗╘╙╚╛╜╝╞╟╠╡╢╣╤╥╦╧╨╩╪╫╬▀▄█▌▐░▒▓■□▪▫▬▲►▼◄◊○●◘◙◦☺☻☼♀♂♠♣♥♦♪♫"
)
"""Windows Glyph List 4 beyond the Latin blocks (Microsoft's published list)."""


def in_wgl4(character: str) -> bool:
    return ord(character) < 0x180 or character in WGL4_SYMBOLS or 0x384 <= ord(character) <= 0x45F


@pytest.mark.parametrize("path", sorted(TUI.rglob("*.py")), ids=lambda path: path.name)
def test_the_screens_use_characters_that_common_console_fonts_have(path: Path) -> None:
    odd = {c for c in path.read_text(encoding="utf-8") if not c.isascii() and not in_wgl4(c)}
    assert not odd


HOSTILE = (
    "\x1b[2J",
    "a\x9b31mb",
    "\x1b]0;titre\x07",
    "abc\u202edef",
    "a\u200bb",
    "\x00\x7f",
    "e" + "\u0301" * 50,
    "[/b]\n[@x]",
)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_character_that_commands_the_terminal_is_shown(hostile: str) -> None:
    text = shown(hostile)
    assert all(not unicodedata.category(c).startswith("C") for c in text)
    assert "\n" not in text
    assert len(text) <= len(hostile)


def test_text_is_cut_and_padded_by_cells() -> None:
    assert fit("Éloïse", 8) == "Éloïse  "
    assert fit("Éloïse", 4) == "Élo…"
    assert cell_len(fit("漢字漢字", 5)) == 5
    assert fit("12", 5, right=True) == "   12"
    assert cut("abc", 0) == ""


def test_words_wrap_and_long_words_are_cut() -> None:
    assert wrap("un deux trois", 8) == ["un deux", "trois"]
    assert wrap("abcdefghij", 4) == ["abcd", "efgh", "ij"]
    assert wrap("", 4) == [""]


def test_every_sign_has_an_ascii_twin_of_one_cell() -> None:
    signs = "▲■·►◄●○•√≠≈│─→←█░…«»’–×□"
    assert len(plain(signs)) == len(signs)
    assert plain(signs).isascii()


def test_ascii_mode_folds_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(glyphs.repertoire, "ascii_only", True)
    assert shown("Éloïse LEFÈVRE – 3ᵉ") == "Eloise LEFEVRE - 3e"
    assert fit("œuvre", 6) == "oeuvre"


def test_ten_thousand_hostile_strings_put_no_command_on_the_wire() -> None:
    """Through the last guard, whatever the screens forgot: printable, and of the same width."""
    rng = random.Random(4)
    pieces = [
        *map(chr, range(32)),
        *map(chr, range(0x7F, 0xA0)),
        "\u202e",
        "\u200b",
        "\u0301",
        "\u2028",
        "\ufeff",
        "é",
        "漢",
        "a",
    ]
    for _ in range(10_000):
        text = "".join(rng.choices(pieces, k=rng.randrange(1, 12)))
        assert shown(text).isprintable()
        for segment in Border().apply([Segment(text)], Color(0, 0, 0)):
            assert segment.text.isprintable()


def test_a_summary_that_is_too_long_keeps_what_sets_it_apart() -> None:
    def told(summary: str, *, named: bool = True) -> str:
        people = (Person(surname="Martin", given_names="Zoé", profile=Profile.ELEVE),) if named else ()
        return predicate(Incident(id="i", category="ANN-01", severity=1, summary=summary, persons=people), 24).rstrip()

    assert told("7 comptes EduConnect de responsables sont bloqués.") == "sont bloqués."
    assert told("MARTIN Zoé (élève) a 2 comptes dans l'ENT.") == "a 2 comptes dans l'ENT."
    assert told("1 compte est rejeté à l'alimentation de l'ENT : « Date absente »") == "est reje… « Date absent…"
    assert told("7 comptes EduConnect de responsables sont bloqués.", named=False).startswith("7 comptes")
    assert told("a 2 comptes") == "a 2 comptes"
