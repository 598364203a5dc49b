"""How well messages are cut, on labelled messages: ``python benchmarks/intake.py FILE.jsonl… [--show] [--drafts]``.

Measures of knowledge.md §11.1: count right, incident F1 (overlap over union ≥ 0.5, best matching), persons, category,
destination, recipient, clarification, leaks.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import permutations
from pathlib import Path
from typing import Any

from diagnostics import intake
from diagnostics.model import Actor
from diagnostics.settings import Settings
from diagnostics.text import fold

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
    pairs = sorted(((worth[g][f], g, f) for g in range(len(gold)) for f in range(len(found))), reverse=True)
    used_gold: set[int] = set()
    used_found: set[int] = set()
    kept = []
    for value, g, f in pairs:
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


def measure(labels: Sequence[Label], *, show: bool, drafts: bool) -> None:
    total: Counter[str] = Counter()
    spent = []
    destinations: list[tuple[str, str]] = []
    families: dict[str, Counter[str]] = defaultdict(Counter)
    settings = Settings()
    for label in labels:
        now = datetime.fromisoformat(label["date"] + "T10:00:00")
        began = time.perf_counter()
        raw = intake.read(label["text"].encode(), name=label["id"])
        message = intake.split(raw, settings=settings, now=now)
        spent.append(time.perf_counter() - began)
        found = intake.document(message)["incidents"]
        gold = label["incidents"]
        wrong = []
        total["messages"] += 1
        if len(found) in label["acceptable_n_incidents"]:
            total["count"] += 1
        else:
            wrong.append(f"compte {len(found)} au lieu de {label['acceptable_n_incidents']}")
        clarify = bool(label["needs_clarification"])
        total["clarify_right"] += clarify and message.needs_clarification
        total["clarify_missed"] += clarify and not message.needs_clarification
        total["clarify_false"] += message.needs_clarification and not clarify
        if clarify != message.needs_clarification:
            wrong.append(f"précisions : {message.needs_clarification}")
        pairs = best_matching(gold, found)
        total["pairs"] += len(pairs)
        total["gold"] += len(gold)
        total["found"] += len(found)
        for g in set(range(len(gold))) - {g for g, _ in pairs}:
            wrong.append(f"manqué : {gold[g]['category']} {gold[g]['spans'][0]['text'][:70]!r}")
            total["persons_missed"] += len(gold[g]["persons"])
        for f in set(range(len(found))) - {f for _, f in pairs}:
            wrong.append(f"en trop : {found[f]['category']} {found[f]['text'][:70]!r}")
            total["persons_false"] += len(found[f]["persons"])
        for g, f in pairs:
            want, got = gold[g], found[f]
            right, missed, false = compare_persons(want["persons"], got["persons"])
            total["persons_right"] += right
            total["persons_missed"] += missed
            total["persons_false"] += false
            if missed or false:
                wrong.append(
                    f"personnes {[(p['surname'], p['given_names']) for p in got['persons']]}"
                    f" au lieu de {[(p['nom'], p['prenom']) for p in want['persons']]}"
                )
            good = {want["category"], *want["acceptable_categories"]}
            total["exact"] += got["category"] == want["category"]
            total["acceptable"] += got["category"] in good
            total["family"] += got["category"][:3] in {code[:3] for code in good}
            families[want["category"][:3]]["n"] += 1
            families[want["category"][:3]]["ok"] += got["category"] in good
            if got["category"] not in good:
                sure = f"({got['confidence']}, {got['alternatives']})"
                wrong.append(f"catégorie {got['category']} {sure} au lieu de {sorted(good)} {got['text'][:60]!r}")
            actors = {want["destination"], *want["acceptable_destinations"]}
            total["destination"] += got["first_actor"] == want["destination"]
            total["destination_ok"] += got["first_actor"] in actors
            destinations.append((want["destination"], got["first_actor"]))
            total["recipient"] += got["recipient"] == want["ticket_if_persists"]
            if got["first_actor"] not in actors:
                wrong.append(f"acteur {got['first_actor']} au lieu de {sorted(actors)} ({got['category']})")
            if got["recipient"] != want["ticket_if_persists"]:
                wrong.append(f"ticket {got['recipient']} au lieu de {want['ticket_if_persists']} ({got['category']})")
        if drafts:
            escaped = leaks(message, label["must_not_leak"])
            total["leaks"] += len(escaped)
            total["secrets"] += len(label["must_not_leak"])
            wrong += [f"fuite : {text!r}" for text in escaped]
        if show and wrong:
            print(label["id"])
            for line in wrong:
                print("   ", line)
    print_measures(total, destinations, spent, drafts)
    if show:
        print("familles : " + ", ".join(f"{name} {c['ok']}/{c['n']}" for name, c in sorted(families.items())))


def print_measures(
    total: Counter[str], destinations: Sequence[tuple[str, str]], spent: Sequence[float], drafts: bool
) -> None:
    pairs = total["pairs"] or 1
    _, _, incident = f1(total["pairs"], total["gold"] - total["pairs"], total["found"] - total["pairs"])
    precision, recall, people = f1(total["persons_right"], total["persons_missed"], total["persons_false"])
    _, _, clarify = f1(total["clarify_right"], total["clarify_missed"], total["clarify_false"])
    rows = [
        ("messages", f"{total['messages']}"),
        ("nombre d'incidents juste", f"{total['count'] / total['messages']:.3f}"),
        ("incidents, F1", f"{incident:.3f}"),
        ("personnes, précision / rappel / F1", f"{precision:.3f} / {recall:.3f} / {people:.3f}"),
        ("catégorie exacte", f"{total['exact'] / pairs:.3f}"),
        ("catégorie acceptable", f"{total['acceptable'] / pairs:.3f}"),
        ("famille", f"{total['family'] / pairs:.3f}"),
        ("qui agit, exact / acceptable", f"{total['destination'] / pairs:.3f} / {total['destination_ok'] / pairs:.3f}"),
        ("qui agit, macro-F1", f"{macro_f1(destinations):.3f}"),
        ("destinataire du ticket", f"{total['recipient'] / pairs:.3f}"),
        (
            "précisions à demander, F1",
            f"{clarify:.3f} (manquées {total['clarify_missed']}, en trop {total['clarify_false']})",
        ),
        (
            "temps par message, médian / pire",
            f"{1000 * sorted(spent)[len(spent) // 2]:.1f} / {1000 * max(spent):.1f} ms",
        ),
    ]
    if drafts:
        rows.append(("fuites", f"{total['leaks']} sur {total['secrets']}"))
    for name, value in rows:
        print(f"{name:<38}{value}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--show", action="store_true", help="print what is wrong, message by message")
    parser.add_argument("--no-drafts", action="store_true", help="do not draft tickets to look for leaks")
    options = parser.parse_args()
    for file in options.files:
        labels = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
        print(f"== {file.name}")
        measure(labels, show=options.show, drafts=not options.no_drafts)


if __name__ == "__main__":
    main()
