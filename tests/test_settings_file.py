"""The settings are written beside what people write in the same file."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest

from diagnostics.safety import Refusal
from diagnostics.settings import Glpi, Settings, load_settings, save_settings

TYPED = """# Le collège
uai = "0123456S"  # le nôtre
sender_name = "Ancien"  # à changer

# Délais
stale_days = 30

[retention]
log = 90  # trois mois
"""


def test_one_answer_leaves_the_rest_as_typed(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(TYPED, "utf-8")
    save_settings(Settings(sender_name='Nou"veau', agent="Zoé"), path, only=("sender_name", "agent"))
    text = path.read_text("utf-8")
    kept = [line for line in TYPED.splitlines() if "sender_name" not in line]
    assert [line for line in text.splitlines() if line in kept] == kept
    assert "# à changer" in text
    assert load_settings(path) == msgspec.structs.replace(
        load_settings(path), uai="0123456S", sender_name='Nou"veau', agent="Zoé", stale_days=30
    )
    save_settings(Settings(), path, only=("sender_name",))
    assert load_settings(path).sender_name == ""
    assert load_settings(path).stale_days == 30


def test_columns_come_and_go_without_touching_other_tables(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(TYPED, "utf-8")
    for columns in ({"nom;né le": {"nom": "surname"}}, {"a.b": {"x": "given_names"}}, {}):
        save_settings(Settings(columns=columns), path, only=("columns",))
        assert load_settings(path).columns == columns
        assert "log = 90  # trois mois" in path.read_text("utf-8")


@pytest.mark.parametrize("typed", ['states = { x = "actif" }\n', 'sender_name = """\nagent = 1\n"""\n', ""])
def test_what_no_plain_edit_reaches_is_still_written_right(tmp_path: Path, typed: str) -> None:
    path = tmp_path / "neuf" / "config.toml"
    path.parent.mkdir()
    path.write_text(typed, "utf-8")
    now = Settings(states={"y": "bloque"}, sender_name="Zoé", glpi=Glpi(url="https://glpi.invalid/apirest.php"))
    save_settings(now, path)
    assert load_settings(path) == now


def test_the_file_is_its_owners_from_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "config.toml"
    (tmp_path / "config.toml.tmp").write_text("reste d'une coupure", "utf-8")
    modes: list[int] = []
    real = os.open

    def noted(file: Path, flags: int, mode: int = 0o777) -> int:
        modes.append(mode)
        return real(file, flags, mode)

    monkeypatch.setattr(os, "open", noted)
    save_settings(Settings(uai="0123456S"), path)
    assert modes == [0o600]
    assert path.stat().st_mode & 0o077 == 0
    assert list(tmp_path.iterdir()) == [path]


def test_a_slip_made_meanwhile_is_told_and_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("stale_day = 30\n", "utf-8")
    with pytest.raises(Refusal, match="stale_days"):
        save_settings(Settings(agent="Zoé"), path, only=("agent",))
    assert path.read_text("utf-8") == "stale_day = 30\n"
