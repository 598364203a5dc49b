"""How much a text is like the examples of each category: shared words and meanings, the rare ones weighing more.

Two likenesses add up: that to the nearest examples, which knows the exact ways of saying, and that to the category as a
whole (the mean of its examples), which knows what they have in common.

The examples are the ``symptoms`` of the cards and the sentences of ``catalogue/examples/*.toml``: adding one teaches.
"""

from __future__ import annotations

import functools
import math
from array import array
from bisect import bisect_left
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


@dataclass(frozen=True, slots=True)
class Examples:
    """Examples as an inverted index, in flat arrays: as Python objects it takes ten times the room.

    The index of a feature is the place of its hash in ``features``; its entries stand from ``starts[index]`` to
    ``starts[index + 1]``.

    Attributes:
        categories: names, by number.
        category: number of the category of each example.
        features: hash of each feature, sorted; at 64 bits, thirty thousand do not meet.
        rarity: inverse frequency of each feature.
        near_starts, near, near_weights: examples that have a feature and its weight there, one example being of norm 1.
        whole_starts, wholes, whole_weights: the same for categories, one category being of norm 1.
    """

    categories: tuple[str, ...]
    category: array[int]
    features: array[int]
    rarity: array[float]
    near_starts: array[int]
    near: array[int]
    near_weights: array[float]
    whole_starts: array[int]
    wholes: array[int]
    whole_weights: array[float]

    def index(self, feature: str) -> int:
        """Where a feature stands, -1 when no example has it."""
        key = hash(feature)
        place = bisect_left(self.features, key)
        return place if place < len(self.features) and self.features[place] == key else -1


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
    texts = example_texts()
    found, counts, ends = array("q"), array("d"), array("I", [0])
    for _, text in texts:
        bag = features(keyed(text).keys)
        found.extend(map(hash, bag))
        counts.extend(bag.values())
        ends.append(len(found))
    names = tuple(dict.fromkeys(category for category, _ in texts))
    numbers = {category: number for number, category in enumerate(names)}
    category = array("H", (numbers[category] for category, _ in texts))
    # The texts are needed no more.
    example_texts.cache_clear()
    known = array("q", sorted(set(found)))
    places = {key: place for place, key in enumerate(known)}
    bags = array("I", (places[key] for key in found))
    del found, places
    seen = array("I", bytes(4 * len(known)))
    for feature in bags:
        seen[feature] += 1
    rare = [math.log((1 + len(category)) / (0.5 + number)) ** RARITY_POWER for number in range(1 + max(seen))]
    rarity = array("d", (rare[number] for number in seen))
    weights = array("d", (damped(number) * rarity[feature] for feature, number in zip(bags, counts, strict=True)))
    for first, last in pairwise(ends):
        length = norm(weights[first:last])
        weights[first:last] = array("d", (weight / length for weight in weights[first:last]))
    examples_of = array("I", (place for place, (first, last) in enumerate(pairwise(ends)) for _ in range(last - first)))
    near_starts, near, near_weights = by_feature(len(known), bags, examples_of, weights)
    told, of, shares = wholes(len(names), category, ends, bags, weights, len(known))
    whole_starts, whole, whole_weights = by_feature(len(known), told, of, shares)
    return Examples(names, category, known, rarity, near_starts, near, near_weights, whole_starts, whole, whole_weights)


def by_feature(
    count: int, features_of: array[int], owners: array[int], weights: array[float]
) -> tuple[array[int], array[int], array[float]]:
    """(starts, owners, weights) of entries put in the order of their features, each feature's in the order given."""
    starts = array("I", bytes(4 * (count + 1)))
    for feature in features_of:
        starts[feature + 1] += 1
    for feature in range(count):
        starts[feature + 1] += starts[feature]
    free = array("I", starts)
    placed, shares = array("H", bytes(2 * len(owners))), array("d", bytes(8 * len(owners)))
    for feature, owner, weight in zip(features_of, owners, weights, strict=True):
        place = free[feature]
        placed[place], shares[place] = owner, weight
        free[feature] = place + 1
    return starts, placed, shares


def wholes(
    count: int, category: array[int], ends: array[int], bags: array[int], weights: array[float], features_count: int
) -> tuple[array[int], array[int], array[float]]:
    """Each category's mean example less what all have in common: (features, categories, weights)."""
    everything = array("d", bytes(8 * features_count))
    for feature, weight in zip(bags, weights, strict=True):
        everything[feature] += weight / len(category)
    told, of, shares = array("I"), array("H"), array("d")
    numbers = Counter(category)
    for one in range(count):
        whole: dict[int, float] = {}
        for place in (place for place, number in enumerate(category) if number == one):
            for at in range(ends[place], ends[place + 1]):
                whole[bags[at]] = whole.get(bags[at], 0.0) + weights[at] / numbers[one]
        apart = {feature: weight - COMMON_SHARE * everything[feature] for feature, weight in whole.items()}
        length = norm(apart.values())
        for feature, weight in apart.items():
            if weight > FAINT * length:
                told.append(feature)
                of.append(one)
                shares.append(weight / length)
    return told, of, shares


def damped(number: float) -> float:
    """What is said twice does not count double."""
    return 1 + math.log(number) if number > 1 else number


def norm(weights: Iterable[float]) -> float:
    return math.sqrt(sum(weight * weight for weight in weights)) or 1.0


@functools.lru_cache(maxsize=32)
def likeness(keys: str) -> Mapping[str, float]:
    """0 to 1 for every category, and every kind of sentence that tells nothing, that shares a word with the text."""
    known = examples()
    similar: dict[int, float] = defaultdict(float)
    whole: dict[int, float] = defaultdict(float)
    weights = {
        place: damped(number) * known.rarity[place]
        for feature, number in features(keys).items()
        if (place := known.index(feature)) >= 0
    }
    length = norm(weights.values())
    # A long text is not less like an example because it tells more besides, nor a short one more for being short.
    scale = 1.0 / math.sqrt(length * USUAL_LENGTH)
    for feature, weight in weights.items():
        scaled = weight * scale
        entries = slice(known.near_starts[feature], known.near_starts[feature + 1])
        for place, share in zip(known.near[entries], known.near_weights[entries], strict=True):
            similar[place] += scaled * share
        entries = slice(known.whole_starts[feature], known.whole_starts[feature + 1])
        for category, share in zip(known.wholes[entries], known.whole_weights[entries], strict=True):
            whole[category] += scaled * share
    best: dict[int, list[float]] = defaultdict(list)
    for place, value in similar.items():
        best[known.category[place]].append(value)
    result = {}
    for category, values in best.items():
        values.sort(reverse=True)
        nearest = sum(share * value for share, value in zip(NEIGHBOUR_SHARES, values, strict=False))
        result[known.categories[category]] = NEAREST_SHARE * nearest + WHOLE_SHARE * whole[category]
    return result
