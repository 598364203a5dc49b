"""A generated region on disk: building, searching, matching. ``python -m benchmarks.region [--persons N]``."""

from __future__ import annotations

import argparse
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from benchmarks.schools import BOYS, CONSONANTS, ENDINGS, GIRLS, PARTICLED, SURNAMES, VOWELS, _plain, _slip
from diagnostics.matching.search import Index, build, match_region
from diagnostics.model import Link, Origin, Profile, Record, Verdict

FIRST_DAY = date(1955, 1, 1)


def names(seed: int) -> tuple[list[str], list[float], list[str], list[float]]:
    """(surnames, cumulated weights, given names, cumulated weights): about 60 000 distinct words in all."""
    r = random.Random(seed)
    surnames = list(SURNAMES) + PARTICLED
    known = set(surnames)
    while len(surnames) < 52_000:
        made = "".join(r.choice(CONSONANTS) + r.choice(VOWELS) for _ in range(r.randint(2, 4))) + r.choice(ENDINGS)
        if made not in known:
            known.add(made)
            surnames.append(made)
    given = BOYS + GIRLS
    seen = set(given)
    while len(given) < 5_000:
        made = "".join(r.choice(CONSONANTS) + r.choice("AEIOU") for _ in range(r.randint(2, 3))).capitalize()
        made += r.choice(("", "n", "l", "na", "line", "el"))
        if made not in seen:
            seen.add(made)
            given.append(made)
    return (
        surnames,
        _cumulated([1 / (n + 30) for n in range(len(surnames))]),
        given,
        _cumulated([1 / (n + 8) for n in range(len(given))]),
    )


def _cumulated(weights: list[float]) -> list[float]:
    total, found = 0.0, []
    for weight in weights:
        total += weight
        found.append(total)
    return found


def persons(size: int, seed: int = 7) -> Iterator[Record]:
    """The same ``size`` invented persons every time."""
    r = random.Random(seed)
    surnames, surname_weights, given, given_weights = names(seed)
    block = 10_000
    days = (date(2014, 12, 31) - FIRST_DAY).days
    for start in range(0, size, block):
        many = min(block, size - start)
        chosen = r.choices(surnames, cum_weights=surname_weights, k=many)
        firsts = r.choices(given, cum_weights=given_weights, k=many)
        for offset in range(many):
            number = start + offset
            surname = chosen[offset]
            if r.random() < 0.04:
                surname = f"{surname}-{r.choice(chosen)}"
            born = FIRST_DAY + timedelta(days=r.randrange(days))
            profile = Profile.ELEVE if born.year > 2003 else Profile.PARENT
            yield Record(
                origin=Origin("region", number),
                profile=profile,
                surname=surname,
                given_names=firsts[offset],
                birth_date=born.isoformat() if number % 10 else "",
                division=f"{3 + number % 4}{'ABCDEF'[number % 6]}" if profile is Profile.ELEVE else "",
                school=f"{(number // 900) % 9_999_999:07d}A",
                ids={
                    "uid": f"{'ABCDEFGH'[number % 8]}ZK{number:07d}",
                    "login": f"{firsts[offset]}.{surname}{number}".lower(),
                },
            )


def query(r: random.Random, record: Record) -> str:
    """What an agent types for a person, misspelt."""
    surname, first, birth = record.surname, record.given_names, record.birth_date
    for _ in range(r.choice((0, 1, 1, 1, 2))):
        change = r.randrange(9)
        if change <= 2:
            surname = _slip(r, surname)
        elif change <= 4:
            first = _slip(r, first)
        elif change == 5:
            surname, first = _plain(surname).lower(), _plain(first).lower()
        elif change == 6:
            surname = surname.replace("-", " ").replace("'", " ")
        elif change == 7 and "-" in surname:
            surname = surname.split("-")[0]
        elif len(first) > 5:
            first = first[:4]
    parts = [surname, first]
    if birth and r.random() < 0.75:
        year, month, day = birth.split("-")
        draw = r.random()
        if draw < 0.08:
            month, day = (day, month) if int(day) <= 12 else (month, day)
        elif draw < 0.16:
            day = f"{max(1, min(28, int(day) + r.choice((-1, 1)))):02d}"
        parts.append(f"{day}/{month}/{year}")
    else:
        parts.append(record.school if r.random() < 0.5 else record.ids["uid"])
    r.shuffle(parts)
    return " ".join(parts)


def corrupted(r: random.Random, record: Record) -> Record:
    """A record of an export for a person of the region."""
    surname, first = record.surname, record.given_names
    if r.random() < 0.5:
        surname, first = (_slip(r, surname), first) if r.random() < 0.6 else (surname, _slip(r, first))
    return Record(
        origin=Origin("essai", record.origin.line),
        profile=record.profile,
        surname=surname,
        given_names=first,
        birth_date=record.birth_date if r.random() < 0.8 else "",
    )


def rss() -> float:
    """Most memory this process ever held, in MiB; what the parent held before it started does not count."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) / 1024 for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure_build(path: Path, size: int) -> str:
    start = time.perf_counter()
    for _ in persons(size):
        pass
    made = time.perf_counter() - start
    start = time.perf_counter()
    build(persons(size), path)
    spent = time.perf_counter() - start - made
    disk = sum(file.stat().st_size for file in path.iterdir()) / 2**20
    return f"{spent:.0f} s (hors tirage des personnes), {disk:.0f} Mio sur disque, {rss():.0f} Mio en mémoire"


def drawn(size: int, many: int) -> tuple[random.Random, list[Record]]:
    r = random.Random(11)
    wanted = set(r.sample(range(size), many))
    chosen = [record for record in persons(size) if record.origin.line in wanted]
    r.shuffle(chosen)
    return r, chosen


def measure_search(index: Index, size: int, many: int, misses: int) -> str:
    r, chosen = drawn(size, many)
    times, found = [], 0
    for record in chosen:
        text = query(r, record)
        start = time.perf_counter()
        answer = index.find(text, 5)
        times.append(1000 * (time.perf_counter() - start))
        good = any(c.account.ids["uid"] == record.ids["uid"] for c in answer)
        found += good
        if not good and misses:
            misses -= 1
            print(f"  raté : {text!r} pour {record.surname} {record.given_names} {record.birth_date}")
            for c in answer[:3]:
                print(f"     {c.score} {c.account.surname} {c.account.given_names} {c.account.birth_date}")
    times.sort()
    p50, p95 = times[len(times) // 2], times[int(len(times) * 0.95)]
    recall = 100 * found / len(chosen)
    return f"p50 {p50:.1f} ms, p95 {p95:.1f} ms, rappel@5 {recall:.1f} %, {rss():.0f} Mio en mémoire"


def measure_match(index: Index, size: int, many: int) -> str:
    r, chosen = drawn(size, many)
    links = [Link(key=str(n), record=corrupted(r, record), verdict=Verdict.ABSENT) for n, record in enumerate(chosen)]
    start = time.perf_counter()
    answers = match_region(links, index)
    spent = time.perf_counter() - start
    right = {str(n): record.ids["uid"] for n, record in enumerate(chosen)}
    certain = [a for a in answers if a.account is not None]
    wrong = sum(a.account is not None and a.account.ids["uid"] != right[a.key] for a in certain)
    dated = [a for a in answers if a.record.birth_date]
    first = sum(bool(a.candidates) and a.candidates[0].account.ids["uid"] == right[a.key] for a in dated)
    return (
        f"{len(links)} personnes en {spent:.1f} s, {len(certain)} certaines dont {wrong} fausses, bon premier candidat "
        f"{100 * first / max(1, len(dated)):.1f} % de celles qui ont une naissance, {rss():.0f} Mio en mémoire"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=2_000_000)
    parser.add_argument("--queries", type=int, default=1_000)
    parser.add_argument("--path", type=Path, default=None, help="where to keep the index")
    parser.add_argument("--step", choices=("build", "search", "match"), default=None, help="in this process only")
    parser.add_argument("--misses", type=int, default=0, help="show that many queries that failed")
    options = parser.parse_args()
    path = options.path or Path(tempfile.mkdtemp()) / "region"
    if options.step is None:
        # One process each, so that memory is that of the step alone.
        for step in ("build", "search", "match"):
            command = [
                sys.executable,
                "-m",
                "benchmarks.region",
                "--persons",
                str(options.persons),
                "--path",
                str(path),
            ]
            command += ["--queries", str(options.queries), "--step", step, "--misses", str(options.misses)]
            subprocess.run(command, check=True)
        return
    if options.step == "build":
        print("construction    ", measure_build(path, options.persons))
        return
    index = Index(path)
    index.find("chauffe martin 01/02/2003")
    if options.step == "search":
        print("recherche       ", measure_search(index, options.persons, options.queries, options.misses))
    else:
        print("rapprochement   ", measure_match(index, options.persons, options.queries))


if __name__ == "__main__":
    main()
