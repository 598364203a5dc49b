"""Planted defects are found and nothing else is said, on schools of several sizes; the suite shows the table."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import msgspec
import pytest

from diagnostics import demo, matching, rules
from diagnostics.demo_school import score
from diagnostics.demo_school.scenarios import SCENARIOS
from diagnostics.demo_school.score import Score
from diagnostics.load import load
from diagnostics.rules.data import SchoolData
from diagnostics.settings import Settings

LEAST = 0.98
"""Recall and precision asked of each category."""


def scores(seed: int, pupils: int, *, scenario: str = "") -> dict[str, Score]:
    with tempfile.TemporaryDirectory() as place:
        truth = demo.generate(Path(place) / "e", seed=seed, pupils=pupils, defects=not scenario, scenario=scenario)
        loaded = load([Path(place) / "e"], today=date.fromisoformat(truth.today))
    links = matching.match(loaded.active())
    data = SchoolData.build(
        loaded.exports,
        links,
        matching.identities(loaded.active(), links),
        settings=msgspec.convert(truth.settings, Settings),
        today=date.fromisoformat(truth.today),
    )
    return score.findings(truth, rules.run(data))


def weak(found: Iterable[Score]) -> list[str]:
    """Categories under the mark, with what was missed and what was wrong; the whole table is printed."""
    under = []
    for one in found:
        line = score.line(one)
        print(line)
        if one.recall < LEAST or one.precision < LEAST:
            under.append(f"{line} manqués {one.missed} à tort {one.false}")
    return under


@pytest.mark.parametrize(("seed", "pupils"), [(101, 60), (102, 240)])
def test_planted_defects_are_found_in_each_category(seed: int, pupils: int) -> None:
    found = scores(seed, pupils)
    print(score.HEADER)
    assert weak(found.values()) == []
    assert len({one.category for one in found.values() if one.found}) >= 35


@pytest.mark.parametrize("scenario", list(SCENARIOS))
def test_what_touches_a_whole_school_is_said_and_nothing_else(scenario: str) -> None:
    found = scores(103, 60, scenario=scenario)
    assert found
    assert weak(found.values()) == []
