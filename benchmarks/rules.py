"""Recall and precision of the rules against planted defects, false alarms on clean schools, and time.

``python -m benchmarks.rules [SCHOOLS]``: SCHOOLS demo schools of growing size, with and without defects, then one of
five thousand people for the time. Truth is that of ``diagnostics.demo``; it is read here only, never by a rule.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import defaultdict
from datetime import date
from pathlib import Path

from diagnostics import demo, load, matching, rules
from diagnostics.demo_school import score
from diagnostics.demo_school.truth import Truth
from diagnostics.model import Finding, Identity, Link, Loaded
from diagnostics.rules.data import SchoolData
from diagnostics.settings import Settings

SIZES = (40, 120, 300, 450, 700, 1000)
LARGE = 1750
"""Pupils of a school of about five thousand people, guardians and staff included."""
ROUNDS = 5


def school(seed: int, pupils: int, *, defects: bool) -> tuple[Truth, Loaded, tuple[Link, ...], tuple[Identity, ...]]:
    with tempfile.TemporaryDirectory() as place:
        truth = demo.generate(Path(place), seed=seed, pupils=pupils, defects=defects)
        loaded = load.load([Path(place)])
    links = matching.match(loaded.active())
    return truth, loaded, links, matching.identities(loaded.active(), links)


def look(
    truth: Truth, loaded: Loaded, links: tuple[Link, ...], identities: tuple[Identity, ...]
) -> tuple[tuple[Finding, ...], float]:
    """Findings, and seconds of processor from the loaded school to them."""
    start = time.process_time()
    today = date.fromisoformat(truth.today)
    data = SchoolData.build(loaded.exports, links, identities, settings=Settings(), today=today)
    found = rules.run(data)
    return found, time.process_time() - start


def main() -> None:
    schools = int(sys.argv[1]) if len(sys.argv) > 1 else len(SIZES)
    totals: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for seed in range(1, schools + 1):
        pupils = SIZES[(seed - 1) % len(SIZES)]
        truth, *rest = school(seed, pupils, defects=True)
        for category, one in score.findings(truth, look(truth, *rest)[0]).items():
            for index, value in enumerate((one.expected, one.found, one.said, len(one.false))):
                totals[category][index] += value
            for line in (*(f"manqué : {m}" for m in one.missed), *(f"à tort : {m}" for m in one.false)):
                print(f"  école {seed} ({pupils} élèves) {category} {line}")
        truth, *rest = school(1000 + seed, pupils, defects=False)
        for finding in look(truth, *rest)[0]:
            print(f"  école saine {1000 + seed} ({pupils} élèves) {finding.category} : {finding.summary}")
            totals["école saine"][3] += 1
    print(f"\n{'catégorie':<12}{'attendus':>9}{'trouvés':>9}{'dits':>7}{'à tort':>8}{'rappel':>9}{'précision':>11}")
    for category, (expected, found, said, false) in sorted(totals.items()):
        recall = found / expected if expected else 1.0
        precision = 1 - false / said if said else 1.0
        print(f"{category:<12}{expected:>9}{found:>9}{said:>7}{false:>8}{recall:>9.3f}{precision:>11.3f}")
    truth, *rest = school(1, LARGE, defects=True)
    seconds = min(look(truth, *rest)[1] for _ in range(ROUNDS))
    people = len(rest[2])
    print(f"\n{people} personnes : {seconds:.2f} s pour toutes les règles (but : 0,5 s pour 5 000)")


if __name__ == "__main__":
    main()
