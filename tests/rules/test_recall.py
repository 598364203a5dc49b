"""Planted defects are found and nothing else is said, on schools of several sizes; the suite shows the table."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

import pytest

from diagnostics import demo, matching, rules
from diagnostics.demo_school import score
from diagnostics.load import load
from diagnostics.rules.data import SchoolData
from diagnostics.settings import Settings

LEAST = 0.98
"""Recall and precision asked of the rules over all categories."""


@pytest.mark.parametrize(("seed", "pupils"), [(101, 60), (102, 240)])
def test_planted_defects_are_found(seed: int, pupils: int) -> None:
    with tempfile.TemporaryDirectory() as place:
        truth = demo.generate(Path(place), seed=seed, pupils=pupils, defects=True)
        loaded = load([Path(place)])
    links = matching.match(loaded.active())
    data = SchoolData.build(
        loaded.exports,
        links,
        matching.identities(loaded.active(), links),
        settings=Settings(),
        today=date.fromisoformat(truth.today),
    )
    scores = score.findings(truth, rules.run(data))
    for one in scores.values():
        print(f"{one.category} rappel {one.recall:.3f} précision {one.precision:.3f} {one.missed} {one.false}")
    assert sum(one.found for one in scores.values()) >= LEAST * sum(one.expected for one in scores.values())
    assert sum(len(one.false) for one in scores.values()) <= (1 - LEAST) * sum(one.said for one in scores.values())
    assert len({one.category for one in scores.values() if one.found}) >= 35
