"""Measures of the matching, printed as one table: ``python -m benchmarks.matching [--schools N] [--errors]``."""

from __future__ import annotations

import argparse
import resource
import sys
import time

from benchmarks.schools import School, make
from diagnostics import matching
from diagnostics.model import Link, Record, Verdict


class Tally:
    """Counts over links whose truth is known."""

    def __init__(self) -> None:
        self.links = self.present = self.absent = 0
        self.certain_right = self.certain_wrong = 0
        self.first_right = self.left_alone = 0
        self.scored: list[tuple[float, bool]] = []
        self.wrong: list[tuple[Link, str, School]] = []
        self.missed: list[tuple[Link, str, School]] = []

    def add(self, link: Link, right: str, school: School) -> None:
        self.links += 1
        first = link.candidates[0] if link.candidates else None
        given = first.account.ids.get("uid", "") if first else ""
        if right:
            self.present += 1
            self.first_right += given == right
            if given != right:
                self.missed.append((link, right, school))
        else:
            self.absent += 1
            self.left_alone += link.verdict is Verdict.ABSENT
        if link.verdict is Verdict.CERTAIN:
            if given == right:
                self.certain_right += 1
            else:
                self.certain_wrong += 1
                self.wrong.append((link, right, school))
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
        tally.add(link, school.truth.get((origin.export, origin.line), ""), school)
    return spent


def show_errors(tally: Tally, most: int) -> None:
    """What was wrong, for whoever works on the weights."""

    def said(record: Record) -> str:
        return "|".join((record.surname, record.usage_name, record.given_names, record.birth_date, record.division))

    def show(link: Link, right: str, school: School) -> None:
        accounts = {record.ids["uid"]: record for record in school.exports[0].records}
        origin = link.record.origin
        trap = school.traps.get((origin.export, origin.line), "")
        print(f"  {origin.export} {link.record.profile} {said(link.record)} [{trap}]")
        print(f"     vrai {said(accounts[right]) if right else 'personne'}")
        for candidate in link.candidates[:2]:
            print(f"     {link.verdict} {candidate.score} {said(candidate.account)} : {candidate.why}")

    for title, errors in (("FAUX CERTAINS", tally.wrong), ("PREMIER CANDIDAT FAUX", tally.missed)):
        print(title, len(errors))
        for link, right, school in errors[:most]:
            show(link, right, school)


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
        for school in schools:
            spent += measure(school, tally)
        print(f"{title:<34} {tally.row()} {spent / options.schools:>6.2f}")
        if options.errors:
            show_errors(tally, options.errors)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"mémoire au plus haut : {peak:.0f} Mio", file=sys.stderr)


if __name__ == "__main__":
    main()
