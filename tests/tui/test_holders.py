"""One account is one person's: whoever is given an account that another has is told."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import msgspec
from tui_fake import FakeSession
from tui_school import make


def test_an_account_given_in_this_sitting_is_known_to_be_taken_until_it_is_given_back(tmp_path: Path) -> None:
    school = make(6, 2)
    first, second = school.links[:2]
    account = first.candidates[0].account
    # Another export states the same account, with its own line and spelling.
    again = msgspec.structs.replace(account, surname=account.surname.lower(), origin=second.record.origin)
    rival = msgspec.structs.replace(second.candidates[0], account=again)
    rivals = (first, msgspec.structs.replace(second, candidates=(rival,)), *school.links[2:])
    session = FakeSession(tmp_path, dataclasses.replace(school, links=rivals))
    session.take(dataclasses.replace(school, links=rivals))
    assert session.holder(again, rivals[1]) is None
    session.decide(first, account)
    assert session.holder(again, rivals[1]) == first
    assert session.holder(account, first) is None
    session.undo()
    assert session.holder(again, rivals[1]) is None


def test_an_account_that_the_program_gave_is_taken(tmp_path: Path) -> None:
    school = make(6, 2)
    session = FakeSession(tmp_path, school)
    session.take(school)
    settled = school.links[3]
    assert settled.account is not None
    assert session.holder(settled.account, school.links[0]) == settled
