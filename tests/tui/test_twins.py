"""Every action of the screens has its command, and the documentation gives it."""

from __future__ import annotations

import shlex

import pytest

from docs import make_commands
from tui.actions import ACTIONS, SCREENS
from tui.cli import main_group

COMMANDS = {name: twin for name, twin in make_commands.TWINS.items() if not twin.startswith(make_commands.NEEDLESS)}


def test_every_action_has_its_command_or_a_reason_to_have_none() -> None:
    assert set(make_commands.TWINS) == {action.id for action in ACTIONS}
    assert set(make_commands.SCREEN_TWINS) == set(SCREENS)


@pytest.mark.parametrize("twin", sorted({*COMMANDS.values(), *make_commands.SCREEN_TWINS.values()}))
def test_the_command_of_an_action_exists_with_its_options(twin: str) -> None:
    name, *words = shlex.split(twin)
    if name == "--help":
        return
    command = main_group.commands[name]
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= known
    # What stands for a value is what the help of the command calls it.
    arguments = [word.replace("INCIDENT", "1").replace("…", "") for word in words]
    assert command.make_parser(main_group.make_context("ent-triage", ["--help"], resilient_parsing=True)).parse_args(
        arguments
    )


def test_the_page_is_the_one_of_the_actions() -> None:
    assert make_commands.PAGE.read_text("utf-8") == make_commands.page(), "run: python -m docs.make_commands"
