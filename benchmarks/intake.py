"""How well messages are cut, on labelled messages: ``python -m benchmarks.intake FILE.jsonl… [--show]``.

Measures of knowledge.md §11.1: count right, incident F1 (overlap over union ≥ 0.5, best matching), persons, category,
destination, recipient, clarification, leaks. Without a file: the messages of ``tests/intake``, by batch; each batch was
written before the program had been set right on it and measured once unseen.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import permutations
from pathlib import Path
from typing import Any

from diagnostics import intake
from diagnostics.model import Actor
from diagnostics.settings import Settings
from diagnostics.text import fold

MESSAGES = Path(__file__).parents[1] / "tests" / "intake" / "messages.jsonl"
OVERLAP = 0.5
OUTSIDE = {Actor.KOSMOS, Actor.INDEX, Actor.DSI}
Label = dict[str, Any]


def overlap(one: tuple[int, int], other: tuple[int, int]) -> float:
    common = min(one[1], other[1]) - max(one[0], other[0])
    return max(0, common) / (max(one[1], other[1]) - min(one[0], other[0])) if common > 0 else 0.0


def bounds(label: Label) -> tuple[int, int]:
    return label["spans"][0]["start"], label["spans"][-1]["end"]


def best_matching(gold: Sequence[Label], found: Sequence[Label]) -> list[tuple[int, int]]:
    """Pairs (gold, found) that share enough text, as many as can be, the best shared first."""
    worth = [[overlap(bounds(g), (f["start"], f["end"])) for f in found] for g in gold]
    if len(gold) <= 6 and len(found) <= 6:
        small, large = (
            (range(len(gold)), range(len(found))) if len(gold) <= len(found) else (range(len(found)), range(len(gold)))
        )
        best: tuple[float, list[tuple[int, int]]] = (-1.0, [])
        for order in permutations(large, len(small)):
            pairs = [(s, o) if len(gold) <= len(found) else (o, s) for s, o in zip(small, order, strict=True)]
            kept = [(g, f) for g, f in pairs if worth[g][f] >= OVERLAP]
            total = len(kept) + sum(worth[g][f] for g, f in kept) / 100
            if total > best[0]:
                best = (total, kept)
        return best[1]
    ranked = sorted(((worth[g][f], g, f) for g in range(len(gold)) for f in range(len(found))), reverse=True)
    used_gold: set[int] = set()
    used_found: set[int] = set()
    kept = []
    for value, g, f in ranked:
        if value >= OVERLAP and g not in used_gold and f not in used_found:
            kept.append((g, f))
            used_gold.add(g)
            used_found.add(f)
    return kept


def keys(person: Mapping[str, Any], names: tuple[str, str]) -> tuple[str, str]:
    return fold(person.get(names[0]) or ""), fold(person.get(names[1]) or "")


def person_matches(gold: Label, found: Label) -> bool:
    wanted, got = keys(gold, ("nom", "prenom")), keys(found, ("surname", "given_names"))
    if wanted == got:
        return True
    if gold.get("ordre_nom_prenom_ambigu"):
        return wanted == (got[1], got[0])
    return False


def compare_persons(gold: Sequence[Label], found: Sequence[Label]) -> tuple[int, int, int]:
    """(right, missed, false)."""
    left = list(found)
    right = 0
    for person in gold:
        match = next((f for f in left if person_matches(person, f)), None)
        if match is not None:
            left.remove(match)
            right += 1
    return right, len(gold) - right, len(left)


def f1(right: float, missed: float, false: float) -> tuple[float, float, float]:
    precision = right / (right + false) if right + false else 1.0
    recall = right / (right + missed) if right + missed else 1.0
    return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def macro_f1(pairs: Iterable[tuple[str, str]]) -> float:
    """Mean over the wanted classes of the F1 of each."""
    right: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    got: Counter[str] = Counter()
    for gold, found in pairs:
        wanted[gold] += 1
        got[found] += 1
        right[gold] += gold == found
    scores = [f1(right[c], wanted[c] - right[c], got[c] - right[c])[2] for c in wanted]
    return sum(scores) / len(scores) if scores else 0.0


def leaks(message: intake.Message, forbidden: Sequence[str]) -> list[str]:
    from diagnostics.tickets import draft

    if not forbidden:
        return []
    found = []
    for one in message.incidents:
        ticket = draft(
            one, message.routes[one.id], exports=(), settings=message.context.settings, now=message.context.now
        )
        if ticket.recipient in OUTSIDE:
            whole = fold(ticket.subject + "\n" + ticket.body)
            found += [text for text in forbidden if fold(text) in whole]
    return found


@dataclass
class Tally:
    """What was counted over labelled messages."""

    counts: Counter[str] = field(default_factory=Counter)
    destinations: list[tuple[str, str]] = field(default_factory=list)
    spent: list[float] = field(default_factory=list)
    """Seconds a message."""
    wrong: list[tuple[str, str]] = field(default_factory=list)
    """(message, what is wrong)."""

    def figures(self) -> dict[str, float]:
        """The measures, each between 0 and 1, and the leaks."""
        counts = self.counts
        pairs = counts["pairs"] or 1
        precision, recall, persons = f1(counts["persons"], counts["persons_missed"], counts["persons_false"])
        return {
            "count": counts["count"] / max(1, counts["messages"]),
            "incidents": f1(pairs, counts["gold"] - pairs, counts["found"] - pairs)[2],
            "persons_precision": precision,
            "persons_recall": recall,
            "persons": persons,
            "category": counts["category"] / pairs,
            "category_acceptable": counts["category_acceptable"] / pairs,
            "family": counts["family"] / pairs,
            "destination": counts["destination"] / pairs,
            "destination_acceptable": counts["destination_acceptable"] / pairs,
            "destination_macro": macro_f1(self.destinations),
            "recipient": counts["recipient"] / pairs,
            "clarification": f1(counts["asked"], counts["asked_missed"], counts["asked_false"])[2],
            "leaks": counts["leaks"],
        }


def measure(labels: Sequence[Label], *, drafts: bool = True) -> Tally:
    """Read every message as the program does and compare with its label."""
    tally = Tally()
    intake.prepare()
    settings = Settings()
    for label in labels:
        began = time.perf_counter()
        raw = intake.read(label["text"].encode(), name=label["id"])
        message = intake.split(raw, settings=settings, now=datetime.fromisoformat(label["date"] + "T10:00:00"))
        tally.spent.append(time.perf_counter() - began)
        compare_message(label, message, tally)
        if drafts:
            escaped = leaks(message, label["must_not_leak"])
            tally.counts["leaks"] += len(escaped)
            tally.wrong += [(label["id"], f"fuite : {text!r}") for text in escaped]
    return tally


def compare_message(label: Label, message: intake.Message, tally: Tally) -> None:
    counts, gold, found = tally.counts, label["incidents"], intake.document(message)["incidents"]
    counts["messages"] += 1
    counts["gold"] += len(gold)
    counts["found"] += len(found)
    if len(found) in label["acceptable_n_incidents"]:
        counts["count"] += 1
    else:
        tally.wrong.append((label["id"], f"{len(found)} incident(s) au lieu de {label['acceptable_n_incidents']}"))
    wanted, asked = bool(label["needs_clarification"]), message.needs_clarification
    counts["asked" if wanted and asked else "asked_missed" if wanted else "asked_false"] += wanted or asked
    if wanted is not asked:
        tally.wrong.append((label["id"], f"précisions demandées : {asked}"))
    pairs = best_matching(gold, found)
    counts["pairs"] += len(pairs)
    for g in set(range(len(gold))) - {g for g, _ in pairs}:
        counts["persons_missed"] += len(gold[g]["persons"])
        tally.wrong.append((label["id"], f"manqué : {gold[g]['category']} {gold[g]['spans'][0]['text'][:70]!r}"))
    for f in set(range(len(found))) - {f for _, f in pairs}:
        counts["persons_false"] += len(found[f]["persons"])
        tally.wrong.append((label["id"], f"en trop : {found[f]['category']} {found[f]['text'][:70]!r}"))
    for g, f in pairs:
        compare_incident(label["id"], gold[g], found[f], tally)


def compare_incident(name: str, want: Label, got: Label, tally: Tally) -> None:
    counts = tally.counts
    right, missed, false = compare_persons(want["persons"], got["persons"])
    counts["persons"] += right
    counts["persons_missed"] += missed
    counts["persons_false"] += false
    if missed or false:
        names = [(p["surname"], p["given_names"]) for p in got["persons"]]
        tally.wrong.append((name, f"personnes {names} au lieu de {[(p['nom'], p['prenom']) for p in want['persons']]}"))
    good = {want["category"], *want["acceptable_categories"]}
    counts["category"] += got["category"] == want["category"]
    counts["category_acceptable"] += got["category"] in good
    counts["family"] += got["category"][:3] in {code[:3] for code in good}
    if got["category"] not in good:
        sure = f"{got['category']} ({got['confidence']}, {got['alternatives']})"
        tally.wrong.append((name, f"catégorie {sure} au lieu de {sorted(good)} : {got['text'][:60]!r}"))
    actors = {want["destination"], *want["acceptable_destinations"]}
    counts["destination"] += got["first_actor"] == want["destination"]
    counts["destination_acceptable"] += got["first_actor"] in actors
    tally.destinations.append((want["destination"], got["first_actor"]))
    if got["first_actor"] not in actors:
        tally.wrong.append((name, f"acteur {got['first_actor']} au lieu de {sorted(actors)} ({got['category']})"))
    counts["recipient"] += got["recipient"] == want["ticket_if_persists"]
    if got["recipient"] != want["ticket_if_persists"]:
        ticket = f"{got['recipient']} au lieu de {want['ticket_if_persists']}"
        tally.wrong.append((name, f"ticket {ticket} ({got['category']})"))


LABELS = {
    "count": "nombre d'incidents juste",
    "incidents": "incidents, F1",
    "persons_precision": "personnes, précision",
    "persons_recall": "personnes, rappel",
    "persons": "personnes, F1",
    "category": "catégorie exacte",
    "category_acceptable": "catégorie acceptable",
    "family": "famille",
    "destination": "qui agit, exact",
    "destination_acceptable": "qui agit, acceptable",
    "destination_macro": "qui agit, macro-F1",
    "recipient": "destinataire du ticket",
    "clarification": "précisions à demander, F1",
    "leaks": "fuites",
}


def show(title: str, tally: Tally, *, errors: bool) -> None:
    print(f"== {title} : {tally.counts['messages']} messages, {tally.counts['gold']} incidents")
    if errors:
        for name, what in tally.wrong:
            print(f"   {name}  {what}")
    for key, value in tally.figures().items():
        print(f"{LABELS[key]:<30}{value:.3f}")
    spent = sorted(tally.spent)
    print(f"{'temps, médian / pire':<30}{1000 * spent[len(spent) // 2]:.1f} / {1000 * spent[-1]:.1f} ms")


def read_labels(file: Path) -> list[Label]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--show", action="store_true", help="print what is wrong, message by message")
    options = parser.parse_args()
    for file in options.files or [MESSAGES]:
        labels = read_labels(file)
        batches = sorted({label.get("batch", 0) for label in labels})
        for batch in batches:
            chosen = [label for label in labels if label.get("batch", 0) == batch]
            title = file.name if len(batches) == 1 else f"{file.name}, lot {batch}"
            show(title, measure(chosen), errors=options.show)


if __name__ == "__main__":
    main()
