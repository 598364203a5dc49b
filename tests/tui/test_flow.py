"""The flow towards the ENT, counted."""

from __future__ import annotations

import msgspec
import pytest
from tui_school import make

from diagnostics.model import Kind
from diagnostics.store import Snapshot
from tui.flow import Arrow, accounts_of, arrows, by_week, drawing, family_of, spark


def test_each_source_says_how_many_the_ent_recognises() -> None:
    school = make(10, 3)
    (arrow,) = arrows(school.loaded.active(), school.links)
    assert (arrow.source, arrow.stated, arrow.agreed, arrow.gaps) == ("SIECLE", 10, 7, 3)
    assert arrow.share == 70
    assert accounts_of(school.loaded.active()) == 10


def test_a_guardian_of_two_children_has_one_account() -> None:
    school = make(10, 3)
    ent = school.loaded.exports[1]
    twice = msgspec.structs.replace(ent, records=(*ent.records, *ent.records))
    assert accounts_of([twice]) == 10


def test_exports_of_the_ent_are_no_source() -> None:
    assert family_of(Kind.ENT_ANNUAIRE) == ""
    assert family_of(Kind.EDUCONNECT_ELEVES) == "EduConnect"
    assert family_of(Kind.IDPN) == "EDT, Pronote"


@pytest.mark.parametrize(
    ("sources", "drawn"),
    [
        (("SIECLE",), ["─►AAF►ENT 9"]),
        (("SIECLE", "STS-Web"), ["┐               ", "┴►AAF►ENT 9 "]),
        (("SIECLE", "EduConnect"), ["─►AAF►ENT 9◄─"]),
        (("SIECLE", "EDT, Pronote", "EduConnect"), ["┐           ┌", "└►AAF►ENT 9◄┴"]),
        (("SIECLE", "STS-Web", "AAF"), ["┐         ", "┼►ENT 9", "┘         "]),
        (("EduConnect",), ["   ENT 9◄─"]),
    ],
)
def test_the_arrows_meet_before_the_ent(sources: tuple[str, ...], drawn: list[str]) -> None:
    lines = drawing([Arrow(source, 10, 9, 1) for source in sources], "9")
    assert [line.middle.rstrip() for line in lines] == [line.rstrip() for line in drawn]
    assert sum(line.is_ent for line in lines) == 1
    assert len({len(line.middle) for line in lines}) == 1
    assert drawing([], "0") == []


def test_a_week_is_told_by_its_last_load() -> None:
    def load(at: str, *codes: str) -> Snapshot:
        return Snapshot(at=at, school="x", exports={}, findings={f"{at}{i}": code for i, code in enumerate(codes)})

    weeks = by_week(
        [load("2025-09-01", "PRN-01"), load("2025-09-05", "PRN-01", "PRN-02"), load("2025-09-22", "SIE-01")]
    )
    assert weeks == [{"PRN": 2}, {"SIE": 1}]


def test_counts_over_time_are_shades() -> None:
    assert spark([0, 1, 2, 4]) == " ░▒█"
    assert spark([]) == ""
