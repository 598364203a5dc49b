"""From words to a category: phrases of the lexicon and likeness to examples, added up and explained."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from diagnostics.intake import lexicon
from diagnostics.intake.keyed import Keyed, cues_in, keyed
from diagnostics.intake.likeness import NOTHING, likeness
from diagnostics.intake.phrases import Phrase
from diagnostics.model import Profile

FADING = 0.55
"""Each further phrase of a category counts that much of the one before: saying a thing twice is no second proof."""
PHRASE_SHARE = 0.75
"""Part of the phrases' weights that counts beside the likeness to examples, which knows more ways of saying."""
LIKENESS_WEIGHT = 28.0
"""Points of a perfect likeness, against 3 to 7 for a phrase."""
PARENT_OF = re.compile(
    r"(?:\b(?:le|la|les|sa|son) |^\W*|[;:,.(\n–-]\s*)(?:p[eè]re|m[eè]re|papa|maman|parents?|"
    r"responsables?) d(?:e |['’](?![ée]l[eè]ves? (?:M|Mme)\b)|u |es )",
    re.IGNORECASE,
)
SETTLED = "-resolu"
TEMPERATURE = 1.3
"""Points that multiply the odds by e."""
DOUBT = 3.0
"""Points of « none of them » in the confidence."""
ALTERNATIVES = 3
ALTERNATIVE_GAP = 4.0
"""An alternative is at most that many points behind."""


@dataclass(frozen=True)
class Scored:
    """What a stretch of text may be about.

    Attributes:
        points: by category, highest first.
        words: by category, the words of the text that led to it.
    """

    points: Mapping[str, float]
    words: Mapping[str, tuple[str, ...]]
    cues: frozenset[str]
    nothing: float = 0.0
    """Points of the likeliest kind of sentence that tells no matter."""
    settled: bool = False
    """It is most like a sentence that says that something works again."""

    @property
    def best(self) -> str:
        return next(iter(self.points), "")

    @property
    def top(self) -> float:
        return next(iter(self.points.values()), 0.0)

    @property
    def confidence(self) -> float:
        """Share of the best category among all and « none »; 0 to 1."""
        if not self.points:
            return 0.0
        top = self.top
        weights = [math.exp((value - top) / TEMPERATURE) for value in self.points.values()]
        return round(1.0 / (sum(weights) + math.exp((DOUBT - top) / TEMPERATURE)), 3)

    @property
    def alternatives(self) -> tuple[str, ...]:
        near = [code for code, value in self.points.items() if value >= max(1.5, self.top - ALTERNATIVE_GAP)]
        return tuple(near[1 : ALTERNATIVES + 1])


def main_profile(said: str, profiles: Sequence[Profile]) -> tuple[Profile, ...]:
    """The profile of whom a stretch is about: a parent spoken of by the child's name, else the first that is known."""
    if PARENT_OF.search(said):
        return (Profile.PARENT,)
    return tuple([profile for profile in profiles if profile is not Profile.INCONNU][:1])


def with_profiles(scored: Scored, profiles: Collection[Profile]) -> Scored:
    """The same with what the persons concerned are: a pupil's password is not a parent's."""
    table = lexicon.lexicon().profiles
    points = {
        code: value + max((table.get(code, {}).get(profile.value, 0.0) for profile in profiles), default=0.0)
        for code, value in scored.points.items()
    }
    ranked = dict(sorted(((c, v) for c, v in points.items() if v > 0), key=lambda item: (-item[1], item[0])))
    return replace(scored, points=ranked)


def score(text: str, start: int, end: int, *, names: Collection[int] = (), context: Collection[str] = ()) -> Scored:
    """Points of every category for ``text[start:end]``; ``context`` holds cues known from elsewhere."""
    return score_keyed(text, keyed(text, start, end, names=names), frozenset(context))


def score_keyed(text: str, line: Keyed, context: frozenset[str] = frozenset()) -> Scored:
    cues = cues_in(line.keys) | context
    marked = line.with_cues(cues)
    points: dict[str, float] = {}
    words: dict[str, tuple[str, ...]] = {}
    for category, hits in phrase_hits(marked).items():
        value = PHRASE_SHARE * faded([phrase.weight for phrase, _ in hits])
        points[category] = value
        words[category] = tuple(
            dict.fromkeys(as_written(text, line, ranges) for phrase, ranges in hits if phrase.weight > 0)
        )
    idle: dict[str, float] = {}
    for category, like in likeness(line.keys).items():
        if category.startswith(NOTHING):
            idle[category] = LIKENESS_WEIGHT * like
        else:
            points[category] = points.get(category, 0.0) + LIKENESS_WEIGHT * like
    ranked = dict(sorted(((c, round(v, 3)) for c, v in points.items() if v > 0), key=lambda item: (-item[1], item[0])))
    nothing = max(idle.values(), default=0.0)
    settled = bool(idle) and nothing == idle.get(SETTLED) and nothing >= next(iter(ranked.values()), 0.0)
    return Scored(ranked, words, cues, nothing, settled)


@functools.lru_cache(maxsize=256)
def phrase_hits(marked: str) -> Mapping[str, list[tuple[Phrase, list[tuple[int, int]]]]]:
    found: dict[str, list[tuple[Phrase, list[tuple[int, int]]]]] = {}
    for category, phrase, ranges in lexicon.lexicon().phrases.found(marked):
        found.setdefault(category, []).append((phrase, ranges))
    return found


def faded(weights: Collection[float]) -> float:
    """Positive weights with fading, negative ones in full."""
    value, share = 0.0, 1.0
    for weight in sorted((w for w in weights if w > 0), reverse=True):
        value += weight * share
        share *= FADING
    return value + sum(w for w in weights if w < 0)


def as_written(text: str, line: Keyed, ranges: Sequence[tuple[int, int]]) -> str:
    """What a phrase matched, as the sender wrote it; cues, which stand after the words, are left out."""
    places = [line.places[first:last] for first, last in ranges if first < len(line.places)]
    return " … ".join(" ".join(text[those[0][0] : those[-1][1]].split()) for those in places)


def outermost(said: Sequence[str]) -> tuple[str, ...]:
    """What was said, each once, without what a longer one holds."""
    return tuple(dict.fromkeys(one for one in said if one and not any(one != other and one in other for other in said)))
