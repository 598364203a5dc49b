"""One registry of actions: keys, screens, remapping."""

from __future__ import annotations

from pathlib import Path

import pytest

from diagnostics.safety import Refusal
from tui.actions import ACTIONS, KEY_NAMES, SCREENS, SENSES, actions_of, by_id, key_name
from tui.app import TriageApp
from tui.keymap import Bindings, read, spoken
from tui.keysheet import sheet
from tui.navigation import sheet_class
from tui.screens.home import Home


def test_no_screen_has_a_key_for_two_actions() -> None:
    table = Bindings().table
    assert set(table) == set(SCREENS)
    assert table["anomalies"]["t"].id == "ticket"
    assert table["accueil"]["t"].id == "tickets"


def test_a_letter_means_one_thing_on_every_screen_where_it_acts() -> None:
    given: dict[str, set[str]] = {}
    for action in ACTIONS:
        if len(action.screens) < len(SCREENS) - 1:  # those of every screen cannot differ
            for key in action.keys:
                if len(key) == 1:
                    given.setdefault(key, set()).add(action.id)
    assert given == {key: set(identifiers) for key, (_, identifiers) in SENSES.items()}


def test_every_action_has_a_key_without_ctrl_or_alt() -> None:
    exempt = {"redessiner", "quitter", "suspendre"}  # repair, a double of q, and what every shell user expects
    for action in ACTIONS:
        free = [key for key in action.keys if "+" not in key or key == "shift+tab"]
        assert free or action.id in exempt, action.id


def test_nothing_that_writes_hangs_on_caps_lock() -> None:
    """U only does again what u took back; G only moves; V only looks."""
    capitals = {action.id for action in ACTIONS for key in action.keys if len(key) == 1 and key.isupper()}
    assert capitals == {"refaire", "fin", "quelquun", "trouver"}


@pytest.mark.parametrize("screen", SCREENS)
def test_every_action_of_a_screen_can_be_done_there(screen: str) -> None:
    kind = Home if screen == "accueil" else sheet_class(screen)
    for action in actions_of(screen):
        assert hasattr(kind, f"do_{action.method}") or hasattr(TriageApp, f"do_{action.method}"), action.id


def test_the_key_sheet_of_the_documentation_is_up_to_date() -> None:
    page = Path(__file__).parents[2] / "docs" / "touches.md"
    assert page.read_text(encoding="utf-8") == sheet(), "python -m tui.keysheet > docs/touches.md"


def test_identifiers_are_unique() -> None:
    identifiers = [action.id for action in ACTIONS]
    assert len(identifiers) == len(set(identifiers))
    assert by_id("annuler").keys[0] == "u"


def test_keys_can_be_replaced_by_a_file(tmp_path: Path) -> None:
    path = tmp_path / "touches.toml"
    path.write_text('ticket = ["f5", "Espace"]\nmarquer = "z"\n', encoding="utf-8")
    table = read(path).table["anomalies"]
    assert table["f5"].id == table["space"].id == "ticket"
    assert table["z"].id == "marquer"
    assert "t" not in table


@pytest.mark.parametrize("key", [*KEY_NAMES, "f12", "ctrl+r"])
def test_a_key_can_be_written_as_the_program_shows_it(key: str) -> None:
    assert spoken(key_name(key)) == key


def test_names_of_keys_hold_in_a_file_of_the_notepad(tmp_path: Path) -> None:
    path = tmp_path / "touches.toml"
    path.write_text('\ufeffticket = ["Suppr", "maj+Suppr"]\npage_bas = "Page suiv."\nmarquer = " "\n', encoding="utf-8")
    table = read(path).table["anomalies"]
    assert table["delete"].id == table["shift+delete"].id == "ticket"
    assert table["pagedown"].id == "page_bas"
    assert table["space"].id == "marquer"


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ('# mes touches\nticket = "a"\n', "ligne 2", "rapprocher"),
        ('tiquet = "a"\n', "ligne 1", "tiquet"),
        ("bas = 'j'\nticket = 'Entre'\n", "ligne 2", "Entrée"),
        ("ticket = ['t', 'Alt+x']\n", "ligne 1", "Alt+x"),
        ("tickets = 'f6'\nticket = 'q'\n", "ligne 2", "retour"),
        ("ticket = 3\n", "ligne 1", "touche"),
    ],
)
def test_a_bad_keymap_is_refused_with_its_line(tmp_path: Path, text: str, line: str, word: str) -> None:
    path = tmp_path / "touches.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Refusal) as refused:
        read(path)
    assert line in refused.value.reason
    assert word in refused.value.reason
    assert str(path) in refused.value.reason


def test_the_places_are_one_letter_away_from_every_list() -> None:
    for screen in ("anomalies", "rapprochement", "messages", "tickets", "chargement", "corrections", "personne"):
        for key, place in (("p", "anomalies"), ("m", "messages"), ("c", "chargement"), ("l", "corrections")):
            assert screen == place or Bindings().table[screen][key].id == place
