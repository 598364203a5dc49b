"""The best libraries at hand on the same schools, beside the program: ``python -m benchmarks.rivals [--pupils N]``.

Each one gives every record its likeliest account and a score; a record is linked when its score passes a threshold.
Three measures: F1 at the best threshold, recall@1, and the share of links that can be accepted when none may be wrong.
Libraries that are not installed are left out (rapidfuzz is always there; « splink » 5 and « nomenklatura » 4 are not).
"""

from __future__ import annotations

import argparse
import importlib.util
import time
from collections.abc import Callable, Iterable, Mapping, Sequence

from benchmarks.matching import CASES
from benchmarks.schools import School, make
from diagnostics import matching, text
from diagnostics.matching.people import WALLS, Wall
from diagnostics.model import ENT_ACCOUNT_KINDS, Record, Verdict

Place = tuple[str, int]
Answers = Mapping[Place, tuple[str, float]]
"""For each record, the uid of its likeliest account and the score; absent: none."""
RERANKED = 12
"""Accounts that the nearest names give to a library too slow to compare everyone."""


def sides(school: School) -> Iterable[tuple[Sequence[Record], Sequence[Record]]]:
    """(records, accounts) of each population."""
    records = [r for e in school.exports if e.kind not in ENT_ACCOUNT_KINDS for r in e.records]
    accounts = [r for e in school.exports if e.kind in ENT_ACCOUNT_KINDS for r in e.records]
    for wall in (Wall.PUPIL, Wall.GUARDIAN, Wall.STAFF):
        yield [r for r in records if WALLS[r.profile] is wall], [a for a in accounts if WALLS[a.profile] is wall]


def place(record: Record) -> Place:
    return record.origin.export, record.origin.line


def said(record: Record) -> str:
    surname = record.usage_name or record.surname
    return " ".join(part for part in (text.fold(f"{surname} {record.given_names}"), record.birth_date) if part)


def ours(school: School) -> Answers:
    found = {}
    for link in matching.match(school.exports):
        if link.candidates:
            sure = 1000.0 if link.verdict is Verdict.CERTAIN else 0.0
            best = link.candidates[0]
            found[place(link.record)] = best.account.ids["uid"], best.score + sure
    return found


def wratio(school: School) -> Answers:
    """rapidfuzz: the nearest « SURNAME GIVEN date » by WRatio."""
    import numpy
    from rapidfuzz.fuzz import WRatio
    from rapidfuzz.process import cdist

    found = {}
    for records, accounts in sides(school):
        matrix = cdist(list(map(said, records)), list(map(said, accounts)), scorer=WRatio, dtype=numpy.float32)
        for record, row in zip(records, matrix, strict=True):
            best = int(row.argmax())
            found[place(record)] = accounts[best].ids["uid"], float(row[best])
    return found


def nomenklatura(school: School) -> Answers:
    """OpenSanctions' regression of names, dates and sexes, over the accounts whose names are nearest."""
    import numpy
    from followthemoney import model
    from nomenklatura.matching import RegressionV1
    from rapidfuzz.fuzz import token_sort_ratio
    from rapidfuzz.process import cdist

    def entity(record: Record) -> object:
        made = model.make_entity("Person")
        made.id = "/".join(map(str, place(record)))
        names = {record.surname, record.usage_name} - {""}
        for surname in names:
            made.add("name", f"{record.given_names} {surname}")
            made.add("lastName", surname)
        made.add("firstName", record.given_names)
        made.add("birthDate", record.birth_date)
        return made

    found = {}
    config = RegressionV1.default_config() if hasattr(RegressionV1, "default_config") else None
    for records, accounts in sides(school):
        entities = list(map(entity, accounts))
        matrix = cdist(list(map(said, records)), list(map(said, accounts)), scorer=token_sort_ratio, dtype=numpy.uint8)
        for record, row in zip(records, matrix, strict=True):
            mine = entity(record)
            near = numpy.argpartition(row, -min(RERANKED, len(row)))[-RERANKED:].tolist()
            scored = [(RegressionV1.compare(mine, entities[n], config).score, -n) for n in near]
            score, number = max(scored)
            found[place(record)] = accounts[-number].ids["uid"], float(score)
    return found


def splink(school: School) -> Answers:
    """Fellegi–Sunter with frequencies, trained on the school itself without labels."""
    import logging

    import pandas
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    def frame(records: Sequence[Record]) -> pandas.DataFrame:
        return pandas.DataFrame(
            {
                "unique_id": ["/".join(map(str, place(r))) for r in records],
                "surname": [text.fold(r.usage_name or r.surname) or None for r in records],
                "given": [text.fold(r.given_names) or None for r in records],
                "birth": [r.birth_date or None for r in records],
                "division": [matching_class(r) or None for r in records],
            }
        )

    logging.getLogger("splink").setLevel(logging.ERROR)
    found: dict[Place, tuple[str, float]] = {}
    for records, accounts in sides(school):
        mine, theirs = frame(records), frame(accounts)
        stated = [
            column for column in ("birth", "division") if mine[column].notna().any() and theirs[column].notna().any()
        ]
        settings = SettingsCreator(
            link_type="link_only",
            comparisons=[
                cl.JaroWinklerAtThresholds("surname", [0.95, 0.88, 0.8]).configure(term_frequency_adjustments=True),
                cl.JaroWinklerAtThresholds("given", [0.95, 0.88, 0.8]).configure(term_frequency_adjustments=True),
                *(
                    cl.DamerauLevenshteinAtThresholds(column, [1, 2]) if column == "birth" else cl.ExactMatch(column)
                    for column in stated
                ),
            ],
            blocking_rules_to_generate_predictions=[
                block_on("surname"), block_on("given"), *(block_on("birth") for c in stated if c == "birth"),
                block_on("substr(surname,1,3)", "substr(given,1,1)"),
            ],
            retain_intermediate_calculation_columns=False,
        )  # fmt: skip
        base = DuckDBAPI()
        linker = Linker([base.register(mine), base.register(theirs)], settings, log_level=None)
        linker.training.estimate_probability_two_random_records_match([block_on("surname", "given")], recall=0.8)
        linker.training.estimate_u_using_random_sampling(max_pairs=1e7)
        for rule in (block_on("surname"), block_on("given")):
            linker.training.estimate_parameters_using_expectation_maximisation(rule)
        uid = {"/".join(map(str, place(a))): a.ids["uid"] for a in accounts}
        rows = linker.inference.predict(threshold_match_probability=0.01).as_pandas_dataframe()
        for left, right, weight in zip(rows["unique_id_l"], rows["unique_id_r"], rows["match_weight"], strict=True):
            asked, account = (left, right) if right in uid else (right, left)
            export, _, line = asked.rpartition("/")
            key = (export, int(line))
            if weight > found.get(key, ("", -99.0))[1]:
                found[key] = uid[account], float(weight)
    return found


def matching_class(record: Record) -> str:
    from diagnostics.matching.classes import normal

    return normal(record.division)[1] if record.division else ""


RIVALS: Mapping[str, tuple[str, Callable[[School], Answers]]] = {
    "ent-triage": ("diagnostics", ours),
    "rapidfuzz WRatio": ("rapidfuzz", wratio),
    "nomenklatura": ("nomenklatura", nomenklatura),
    "Splink": ("splink", splink),
}


def measures(answers: Answers, school: School) -> tuple[float, float, float]:
    """(best-threshold F1, recall@1, share of links accepted with none wrong), in hundredths."""
    truth = school.truth
    present = len(truth)
    ranked = sorted(((score, truth.get(key) == uid) for key, (uid, score) in answers.items()), key=lambda a: -a[0])
    right = accepted = 0
    best = 0.0
    clean = True
    for taken, (_, good) in enumerate(ranked, start=1):
        right += good
        best = max(best, 2 * right / (taken + present))
        clean = clean and good
        accepted = taken if clean else accepted
    return 100 * best, 100 * right / present, 100 * accepted / present


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schools", type=int, default=1, help="schools of each sort")
    parser.add_argument("--pupils", type=int, default=400)
    options = parser.parse_args()
    print(f"{'':<34} {'':<18} {'F1':>6} {'rappel@1':>9} {'sans erreur':>12} {'s':>6}")
    for title, settings in CASES:
        schools = [make(number + 1, options.pupils, **settings) for number in range(options.schools)]
        for name, (module, ask) in RIVALS.items():
            if importlib.util.find_spec(module) is None:
                print(f"{title:<34} {name:<18} non installé")
                continue
            start = time.perf_counter()
            found = [measures(ask(school), school) for school in schools]
            spent = time.perf_counter() - start
            f1, first, clean = (sum(column) / len(found) for column in zip(*found, strict=True))
            print(f"{title:<34} {name:<18} {f1:>6.2f} {first:>9.2f} {clean:>12.2f} {spent:>6.1f}", flush=True)


if __name__ == "__main__":
    main()
