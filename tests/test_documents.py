"""The documents say what the program does today: their commands, options, keys, settings and links."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from diagnostics.settings import decode
from tui.actions import ACTIONS, key_name
from tui.cli import main_group

ROOT = Path(__file__).parent.parent
GUIDES = [ROOT / name for name in ("README.md", "LISEZMOI.md", "CONTRIBUTING.md", "CHANGELOG.md")]
DOCUMENTS = [*GUIDES, *sorted((ROOT / "docs").glob("*.md"))]
LINK = re.compile(r"\]\(([^)#:]+)\)")
COMMAND = re.compile(r"ent-triage ([a-z][\w-]*)((?: [^`\n#]*)?)")
OPTION = re.compile(r"--[a-z][\w-]*")
TOML = re.compile(r"```toml\n(.*?)```", re.DOTALL)
KEY = re.compile(r"`([^\s`]{1,3}|Entrée|Page (?:préc|suiv)\.)`")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_the_commands_of_the_documents_exist_with_their_options(document: Path) -> None:
    for name, rest in COMMAND.findall(document.read_text("utf-8")):
        command = main_group.commands.get(name)
        assert command is not None, name
        known = {option for parameter in command.get_params(click.Context(command)) for option in parameter.opts}
        assert set(OPTION.findall(rest)) <= known, (name, rest)


def test_the_links_lead_somewhere_and_every_picture_is_shown() -> None:
    links = {(path.parent / link).resolve() for path in DOCUMENTS for link in LINK.findall(path.read_text("utf-8"))}
    assert not {link for link in links if not link.exists()}
    assert set((ROOT / "docs" / "pictures").resolve().iterdir()) <= links


def test_the_settings_of_the_guide_are_accepted() -> None:
    for block in TOML.findall((ROOT / "LISEZMOI.md").read_text("utf-8")):
        decode(tomllib.loads(block), ROOT / "LISEZMOI.md")


@pytest.mark.parametrize("name", ["README.md", "LISEZMOI.md"])
def test_the_keys_of_the_guides_do_something(name: str) -> None:
    keys = {key_name(key) for action in ACTIONS for key in action.keys}
    told = set(KEY.findall((ROOT / name).read_text("utf-8")))
    assert len(told) > 5
    assert told - keys <= {"|"}  # what parts the cells of a table


JSON_ROW = re.compile(r"^\| `ent-triage ([\w-]+)[^`]*`.*?\| .*?`\{(.*?)\}`", re.MULTILINE)
LIST = ("exports", "people", "check", "corrections", "colonnes", "lint", "reverifier")
RUN: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(LIST, ("liste.csv",)),
    **dict.fromkeys(("annuler", "templates", "aujourd-hui", "dossier", "statistiques", "sauvegarder"), ()),
    "personne": ("essai", "--avec", "liste.csv"),
    "match": ("ent.csv",),
    "explain": ("PRN-01",),
    "tickets": ("liste.csv", "--out", "sortie"),
    "purge": ("--dry-run",),
}
"""Commands that say something of an empty base and a list of one pupil."""


def outer(keys: str) -> set[str]:
    """The keys of the outermost braces."""
    depth, found = 0, ""
    for character in keys.replace(" or null", ""):
        depth += (character in "[{") - (character in "]}")
        found += character if not depth and character not in "[{}]" else ""
    return set(re.findall(r"(\w+)(?=:|,|$)", found))


def test_the_documents_of_the_commands_have_the_keys_that_scripts_rely_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENT_TRIAGE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("ENT_TRIAGE_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.chdir(tmp_path)
    Path("liste.csv").write_text("Nom;Prénom;Classe\nESSAI;Luc;5A\n", encoding="utf-8")
    Path("ent.csv").write_text("Identifiant ENT;Nom;Prénom;Profil\nAAA1;ESSAI;Luc;Élève\n", encoding="utf-8")
    promised: dict[str, set[str]] = {}
    for name, keys in JSON_ROW.findall((ROOT / "docs" / "json.md").read_text("utf-8")):
        promised.setdefault(name, outer(keys))
    told = {name for name, command in main_group.commands.items() if any(p.name == "as_json" for p in command.params)}
    assert set(promised) | {"decouper"} == told
    for name, arguments in RUN.items():
        result = CliRunner().invoke(main_group, [name, *arguments, "--json"], standalone_mode=False)
        found = set(json.loads(result.stdout))
        assert promised[name] <= found, (name, promised[name] - found)
