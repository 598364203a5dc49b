"""The flow towards the ENT, counted."""

from __future__ import annotations

from tui_school import make

from diagnostics.model import Kind
from tui.flow import CONNECTORS, FAMILIES, accounts_of, arrows, family_of, spark


def test_each_source_says_how_many_the_ent_recognises() -> None:
    school = make(10, 3)
    (arrow,) = arrows(school.loaded.active(), school.links)
    assert (arrow.source, arrow.stated, arrow.agreed, arrow.gaps) == ("SIECLE", 10, 7, 3)
    assert arrow.share == 70
    assert accounts_of(school.loaded.active()) == 10


def test_exports_of_the_ent_are_no_source() -> None:
    assert family_of(Kind.ENT_ANNUAIRE) == ""
    assert family_of(Kind.EDUCONNECT_ELEVES) == "EduConnect"
    assert family_of(Kind.IDPN) == "EDT, Pronote"


def test_there_is_a_drawing_for_any_number_of_sources() -> None:
    for count in range(1, len(FAMILIES) + 1):
        assert len(CONNECTORS[count]) == count
        assert sum(join.endswith("►") for join in CONNECTORS[count]) == 1


def test_counts_over_time_are_shades() -> None:
    assert spark([0, 1, 2, 4]) == " ░▒█"
    assert spark([]) == ""
