"""How much a text is like the examples of each category: shared words and meanings, the rare ones weighing more.

Two likenesses add up: that to the nearest examples, which knows the exact ways of saying, and that to the category as a
whole (the mean of its examples), which knows what they have in common.

The examples are the ``symptoms`` of the cards and the sentences of ``catalogue/examples/*.toml``: adding one teaches.
"""

from __future__ import annotations

import functools
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from diagnostics.intake import lexicon
from diagnostics.intake.example_texts import example_texts
from diagnostics.intake.keyed import CLASS_KEY, keyed

ROOT = 6
"""Letters kept of a word: « connecter », « connecté » and « connectée » are one."""
NEIGHBOUR_SHARES = (0.4, 0.25, 0.15, 0.1, 0.1)
"""Shares of the best examples of a category, the nearest first: one lucky neighbour does not decide."""
RARITY_POWER = 0.8
"""Rare words weigh more, not all."""
USUAL_LENGTH = 9.0
"""Norm of the weights of a usual example (median of those of the catalogue)."""
NOTHING = "-"
"""First character of the kinds of sentences that tell no matter (``examples/rien.toml``)."""
PLACE = CLASS_KEY[:ROOT]
"""A class is named with any trouble: it tells nothing of what the trouble is."""
PAIR_WEIGHT, SKIP_WEIGHT = 0.7, 0.4
"""Weight of two words that follow each other, and of two with one between, beside that of the words."""
MEANING_WEIGHT, MEANINGS_WEIGHT = 0.7, 0.4
"""Weight of what a word means (``lexicon/3_sens.toml``), and of two meanings that follow each other."""
NEAREST_SHARE, WHOLE_SHARE = 0.5, 0.5
"""Parts of the likeness to the nearest examples and to the category as a whole (five-fold cross-validation)."""
FAINT = 0.004
"""Share of a category under which what few of its examples say is left out."""
COMMON_SHARE = 0.3
"""Part of the mean of all examples that is taken off a category's: what all share says nothing."""
STOP = frozenset({
    "a", "au", "aux", "avec", "ce", "ces", "cet", "cette", "d", "dans", "de", "des", "du", "elle", "elles", "en",
    "est", "et", "etre", "eu", "il", "ils", "j", "je", "l", "la", "le", "les", "leur", "leurs", "lui", "m", "ma",
    "mais", "me", "mes", "moi", "mon", "n", "ne", "nos", "notre", "nous", "on", "ont", "ou", "par", "pour", "qu",
    "que", "qui", "s", "sa", "se", "ses", "si", "son", "sont", "sur", "t", "ta", "te", "tes", "toi", "ton", "tu",
    "un", "une", "vos", "votre", "vous", "y", "c", "cela", "ca", "bonjour", "merci", "svp", "s_il", "plait",
    "madame", "monsieur", "mme", "alors", "donc", "puis", "aussi", "tres", "bien", "tout", "fait", "faire", "avons",
    "avez", "ai", "as", "ete", "etait", "sommes", "suis", "chez", "car",
})  # fmt: skip


@dataclass(frozen=True)
class Examples:
    """Examples as an inverted index.

    Attributes:
        categories: category of each example.
        postings: by feature, (example, weight) with the weights of one example of norm 1.
        wholes: by feature, (category, weight) with the weights of one category of norm 1.
        rarity: by feature, its inverse frequency.
    """

    categories: tuple[str, ...]
    postings: Mapping[str, tuple[tuple[int, float], ...]]
    wholes: Mapping[str, tuple[tuple[str, float], ...]]
    rarity: Mapping[str, float]


def features(keys: str) -> dict[str, float]:
    """Roots of the words that say something, their meanings, and pairs of neighbours (a negation counts in a pair)."""
    known = lexicon.lexicon().meanings
    words = [(key, key if key.isdigit() else key[:ROOT]) for key in keys.split()]
    told = [(key, root) for key, root in words if root not in STOP and key not in STOP and root != PLACE]
    roots = [root for _, root in told]
    meant = [known.get(key, ()) for key, _ in told]
    found: dict[str, float] = {root: float(number) for root, number in Counter(roots).items()}
    pairs = [(f"{left} {right}", PAIR_WEIGHT) for left, right in pairwise(roots)]
    pairs += [(f"{left} . {right}", SKIP_WEIGHT) for left, right in zip(roots, roots[2:], strict=False)]
    pairs += [
        (f"#{left}#{right}", MEANINGS_WEIGHT)
        for (one, ones), (other, others) in pairwise(zip(roots, meant, strict=True))
        for left in ones or (one,)
        for right in others or (other,)
    ]
    for feature, weight in pairs:
        found[feature] = found.get(feature, 0.0) + weight
    return found | {f"#{meaning}": MEANING_WEIGHT for meanings in meant for meaning in meanings}


@functools.cache
def examples() -> Examples:
    """The index of all examples, built once."""
    texts = list(example_texts())
    counted = [features(keyed(text).keys) for _, text in texts]
    seen: Counter[str] = Counter()
    for bag in counted:
        seen.update(bag.keys())
    rarity = {
        feature: math.log((1 + len(counted)) / (0.5 + number)) ** RARITY_POWER for feature, number in seen.items()
    }
    postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
    sums: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    everything: dict[str, float] = defaultdict(float)
    numbers = Counter(category for category, _ in texts)
    for place, bag in enumerate(counted):
        weights = weigh(bag, rarity)
        length = norm(weights.values())
        category = texts[place][0]
        whole = sums[category]
        for feature, weight in weights.items():
            share = weight / length
            postings[feature].append((place, share))
            whole[feature] += share / numbers[category]
            everything[feature] += share / len(texts)
    return Examples(
        tuple(category for category, _ in texts),
        {feature: tuple(places) for feature, places in postings.items()},
        wholes(sums, everything),
        rarity,
    )


def wholes(
    sums: Mapping[str, Mapping[str, float]], everything: Mapping[str, float]
) -> dict[str, tuple[tuple[str, float], ...]]:
    """Each category's mean example less what all have in common, by feature."""
    made: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for category, whole in sums.items():
        apart = {feature: weight - COMMON_SHARE * everything[feature] for feature, weight in whole.items()}
        length = norm(apart.values())
        for feature, weight in apart.items():
            if weight > FAINT * length:
                made[feature].append((category, weight / length))
    return {feature: tuple(weights) for feature, weights in made.items()}


def weigh(bag: Mapping[str, float], rarity: Mapping[str, float]) -> dict[str, float]:
    return {f: (1 + math.log(n) if n > 1 else n) * rarity[f] for f, n in bag.items() if f in rarity}


def norm(weights: Iterable[float]) -> float:
    return math.sqrt(sum(weight * weight for weight in weights)) or 1.0


def likeness(keys: str) -> dict[str, float]:
    """0 to 1 for every category, and every kind of sentence that tells nothing, that shares a word with the text."""
    known = examples()
    similar: dict[int, float] = defaultdict(float)
    whole: dict[str, float] = defaultdict(float)
    weights = weigh(features(keys), known.rarity)
    length = norm(weights.values())
    # A long text is not less like an example because it tells more besides, nor a short one more for being short.
    scale = 1.0 / math.sqrt(length * USUAL_LENGTH)
    for feature, weight in weights.items():
        scaled = weight * scale
        for place, share in known.postings.get(feature, ()):
            similar[place] += scaled * share
        for category, share in known.wholes.get(feature, ()):
            whole[category] += scaled * share
    best: dict[str, list[float]] = defaultdict(list)
    for place, value in similar.items():
        best[known.categories[place]].append(value)
    result = {}
    for category, values in best.items():
        values.sort(reverse=True)
        nearest = sum(share * value for share, value in zip(NEIGHBOUR_SHARES, values, strict=False))
        result[category] = NEAREST_SHARE * nearest + WHOLE_SHARE * whole[category]
    return result
