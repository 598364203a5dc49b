"""Under which name a finding shows a person."""

from __future__ import annotations

import pytest

from diagnostics.model import Identity, Origin, Profile, Record
from diagnostics.rules.report import person
from diagnostics.rules.view import Tool, View


def view(profile: Profile, *, account: str = "", usage: str = "D'AVRIL") -> View:
    source = Record(origin=Origin("sts", 3), profile=profile, surname="NAISSANCE", usage_name=usage, given_names="Lou")
    records = [source]
    if account:
        records.append(Record(origin=Origin("ent", 5), profile=profile, surname=account, given_names="Lou"))
    identity = Identity(id="i", profile=profile, surname="NAISSANCE", given_names="Lou", records=tuple(records))
    found = View(identity, profile)
    found.add(Tool.STS, source)
    if account:
        found.add(Tool.ENT, records[1])
    return found


@pytest.mark.parametrize("profile", [Profile.ENSEIGNANT, Profile.NON_ENSEIGNANT, Profile.PARENT])
def test_an_adult_is_shown_by_the_name_of_the_account_else_by_the_usage_name(profile: Profile) -> None:
    assert person(view(profile)).surname == "D'AVRIL"
    assert person(view(profile, account="D AVRIL")).surname == "D AVRIL"
    assert person(view(profile, account="NAISSANCE")).surname == "NAISSANCE"
    assert person(view(profile, account="D'AVRYL")).surname == "D'AVRIL"
    assert person(view(profile, usage="")).surname == "NAISSANCE"


def test_a_pupil_is_shown_by_the_family_name() -> None:
    assert person(view(Profile.ELEVE)).surname == "NAISSANCE"
