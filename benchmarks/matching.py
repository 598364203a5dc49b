"""Measures of the matching, printed as one table: ``python -m benchmarks.matching [--schools N] [--errors]``."""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterable

from benchmarks.schools import School, make
from diagnostics import matching
from diagnostics.model import Link, Verdict


class Tally:
    """Counts over links whose truth is known."""

    def __init__(self) -> None:
        self.links = self.present = self.absent = 0
        self.certain_right = self.certain_wrong = 0
        self.first_right = self.left_alone = 0
        self.scored: list[tuple[float, bool]] = []
        self.wrong: list[tuple[Link, str]] = []
        self.missed: list[tuple[Link, str]] = []

    def add(self, link: Link, right: str) -> None:
        self.links += 1
        first = link.candidates[0] if link.candidates else None
        given = first.account.ids.get("uid", "") if first else ""
        if right:
            self.present += 1
            self.first_right += given == right
            if given != right:
                self.missed.append((link, right))
        else:
            self.absent += 1
            self.left_alone += link.verdict is Verdict.ABSENT
        if link.verdict is Verdict.CERTAIN:
            if given == right:
                self.certain_right += 1
            else:
                self.certain_wrong += 1
                self.wrong.append((link, right))
        if first:
            self.scored.append((first.score + (1000 if link.verdict is Verdict.CERTAIN else 0), given == right))

    def best_f1(self) -> float:
        """F1 at the best threshold on the score, best candidates taken as links."""
        best = 0.0
        right = 0
        for taken, (_, good) in enumerate(sorted(self.scored, key=lambda pair: -pair[0]), start=1):
            right += good
            best = max(best, 2 * right / (taken + self.present))
        return 100 * best

    def row(self) -> str:
        def share(part: int, whole: int) -> float:
            return 100 * part / whole if whole else 100.0

        return (
            f"{self.links:>7} {self.best_f1():>7.2f} {share(self.first_right, self.present):>8.2f} "
            f"{share(self.certain_right, self.present):>8.2f} {self.certain_wrong:>6} "
            f"{share(self.left_alone, self.absent):>8.2f}"
        )


HEADER = f"{'':<34} {'liens':>7} {'F1':>7} {'rappel@1':>8} {'certains':>8} {'faux':>6} {'absents':>8} {'s CPU':>6}"


def measure(school: School, tally: Tally) -> float:
    """Match one school into the tally; CPU seconds."""
    start = time.process_time()
    links = matching.match(school.exports)
    spent = time.process_time() - start
    for link in links:
        origin = link.record.origin
        tally.add(link, school.truth.get((origin.export, origin.line), ""))
    return spent


def show_errors(tally: Tally, schools: Iterable[School], most: int) -> None:
    """What was wrong, for whoever works on the weights."""
    by_uid = {r.ids["uid"]: r for school in schools for r in school.exports[0].records}

    def line(link: Link, right: str) -> str:
        r = link.record
        mine = f"{r.origin.export}:{r.surname}|{r.usage_name}|{r.given_names}|{r.birth_date}|{r.division}|{r.profile}"
        account = by_uid.get(right)
        real = f"{account.surname}|{account.usage_name}|{account.given_names}|{account.birth_date}|{account.division}" if account else "-"
        first = link.candidates[0] if link.candidates else None
        seen = f"{first.account.surname}|{first.account.given_names}|{first.account.birth_date} {first.score} {first.why}" if first else "-"
        return f"  {mine}\n     vrai {real}\n     vu   {link.verdict} {seen}"

    print("FAUX CERTAINS")
    for link, right in tally.wrong[:most]:
        print(line(link, right))
    print("PREMIER CANDIDAT FAUX")
    for link, right in tally.missed[:most]:
        print(line(link, right))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schools", type=int, default=3)
    parser.add_argument("--first", type=int, default=1, help="first seed")
    parser.add_argument("--pupils", type=int, default=1500)
    parser.add_argument("--errors", type=int, default=0, help="show that many errors of each sort")
    options = parser.parse_args()
    print(HEADER)
    for title, settings in (
        ("comptes datés", {"dated": True}),
        ("comptes sans dates", {"dated": False}),
        ("comptes datés, noms très abîmés", {"dated": True, "hardness": 0.6}),
    ):
        tally = Tally()
        spent = 0.0
        schools = [make(options.first + number, options.pupils, **settings) for number in range(options.schools)]
        reviews: Counter[str] = Counter()
        for school in schools:
            spent += measure(school, tally)
        print(f"{title:<34} {tally.row()} {spent / options.schools:>6.2f}", dict(reviews) or "")
        if options.errors:
            show_errors(tally, schools, options.errors)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"mémoire au plus haut : {peak:.0f} Mio", file=sys.stderr)


if __name__ == "__main__":
    main()
