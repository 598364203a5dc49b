"""Recall and precision of the rules against planted defects, false alarms on clean schools, and time.

``python -m benchmarks.rules [SCHOOLS]``: SCHOOLS demo schools of growing size, with and without defects and in each
scenario that touches a whole school, then one of five thousand people for the time. Truth is that of
``diagnostics.demo``; it is read here only, never by a rule.
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import msgspec

from diagnostics import demo, load, matching, rules
from diagnostics.demo_school import score
from diagnostics.demo_school.scenarios import SCENARIOS
from diagnostics.demo_school.score import Score
from diagnostics.demo_school.truth import Truth
from diagnostics.model import Finding, Identity, Link, Loaded
from diagnostics.rules.data import SchoolData
from diagnostics.settings import Settings

SIZES = (40, 120, 300, 450, 700, 1000)
LARGE = 1750
"""Pupils of a school of about five thousand people, guardians and staff included."""
ROUNDS = 5
Read = tuple[Truth, Loaded, tuple[Link, ...], tuple[Identity, ...]]


def school(seed: int, pupils: int, *, defects: bool, scenario: str = "") -> Read:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "exports"
        truth = demo.generate(folder, seed=seed, pupils=pupils, defects=defects, scenario=scenario)
        loaded = load.load([folder], today=date.fromisoformat(truth.today))
    links = matching.match(loaded.active())
    return truth, loaded, links, matching.identities(loaded.active(), links)


def look(
    truth: Truth, loaded: Loaded, links: tuple[Link, ...], identities: tuple[Identity, ...]
) -> tuple[tuple[Finding, ...], float]:
    """Findings, and seconds of processor from the loaded school to them."""
    start = time.process_time()
    today = date.fromisoformat(truth.today)
    settings = msgspec.convert(truth.settings, Settings)
    data = SchoolData.build(loaded.exports, links, identities, settings=settings, today=today)
    found = rules.run(data)
    return found, time.process_time() - start


def count(totals: dict[str, Score], name: str, read: Read) -> None:
    """Add a school to the table, and print what was missed or said wrongly."""
    for category, one in score.findings(read[0], look(*read)[0]).items():
        total = totals.setdefault(category, Score(category=category))
        for field in ("expected", "found", "said", "missed", "false"):
            setattr(total, field, getattr(total, field) + getattr(one, field))
        for said in (*(f"manqué : {m}" for m in one.missed), *(f"à tort : {m}" for m in one.false)):
            print(f"  {name} {category} {said}")


def main() -> None:
    schools = int(sys.argv[1]) if len(sys.argv) > 1 else len(SIZES)
    read = school(1, LARGE, defects=True)  # first: as for an agent, no other school is in memory
    seconds = min(look(*read)[1] for _ in range(ROUNDS))
    people = len(read[3])
    totals: dict[str, Score] = {}
    alarms = 0
    for seed in range(1, schools + 1):
        pupils = SIZES[(seed - 1) % len(SIZES)]
        count(totals, f"école {seed} ({pupils} élèves)", school(seed, pupils, defects=True))
        for scenario in SCENARIOS:
            read = school(2000 + seed, pupils, defects=False, scenario=scenario)
            count(totals, f"école « {scenario} » {2000 + seed}", read)
        for finding in look(*school(1000 + seed, pupils, defects=False))[0]:
            print(f"  école saine {1000 + seed} ({pupils} élèves) {finding.category} : {finding.summary}")
            alarms += 1
    print(f"\n{score.HEADER}")
    for _, one in sorted(totals.items()):
        print(score.line(one))
    print(f"\nFausses alertes sur {schools} écoles saines : {alarms}")
    print(f"{people} personnes : {seconds:.2f} s pour toutes les règles (but : 0,5 s pour 5 000)")


if __name__ == "__main__":
    main()
