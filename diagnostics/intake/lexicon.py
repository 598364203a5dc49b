"""The words that lead to a category, as data: ``catalogue/lexicon/*.toml`` compiled to patterns.

A phrase is a sequence of words: ``mot_de_passe .. oubli*``. ``*`` ends a beginning, ``..`` jumps over a few words and
``...`` over many,
``a|b`` is either, ``_`` joins the words of one alternative, ``^`` is the beginning of the text, and ``&`` asks for two
sequences in any order. ``@parent``
and its like are cues found beforehand (profiles, scope). A weight follows a phrase as ``= 3``; ``= -2`` speaks against.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

GAPS = {"..": 6, "...": 16}
"""Words that a gap may jump over."""
DEFAULT_WEIGHT = 3.0
WEIGHT = re.compile(r"\s*=\s*(-?\d+(?:\.\d+)?)\s*$")


@dataclass(frozen=True)
class Phrase:
    """One phrase of a category, all of whose sequences must be found."""

    text: str
    weight: float
    sequences: tuple[str, ...]
    """A pattern each."""
    anchors: tuple[tuple[str, ...], ...]
    """For every token, its spellings, one of which must be in the text: makes a miss cost nothing."""

    def may_be_in(self, text: str) -> bool:
        """Whether every token has a spelling somewhere in the text, in any order."""
        return all(any(spelling in text for spelling in spellings) for spellings in self.anchors)


@dataclass(frozen=True)
class Lexicon:
    phrases: Mapping[str, tuple[Phrase, ...]]
    """By category."""
    cues: Mapping[str, tuple[Phrase, ...]]
    """By cue name, without ``@``."""
    abbreviations: Mapping[str, str]
    vocabulary: frozenset[str]
    common: frozenset[str]
    not_names: frozenset[str]
    """Words of the trade and of every day, which no person is called by."""
    telling: frozenset[str]
    """Words of the categories' phrases that say what is wrong."""
    vague: frozenset[str]
    """Words that say that something is wrong without saying what."""
    profiles: Mapping[str, Mapping[str, float]]
    """By category and profile, points more or less when such a person is concerned."""
    also_surnames: frozenset[str]
    """Everyday words that are frequent surnames too."""
    meanings: Mapping[str, tuple[str, ...]]
    """By word, what it means: words of one meaning are alike."""


@functools.cache
def lexicon() -> Lexicon:
    """The lexicon of the program, compiled once.

    Raises:
        Refusal: a file has a phrase that cannot be compiled (named).
    """
    phrases: dict[str, tuple[Phrase, ...]] = {}
    cues: dict[str, tuple[Phrase, ...]] = {}
    abbreviations: dict[str, str] = {}
    common: set[str] = set()
    vocabulary: set[str] = set()
    not_names: set[str] = set()
    vague: set[str] = set()
    telling: set[str] = set()
    profiles: dict[str, dict[str, float]] = {}
    also_surnames: set[str] = set()
    meanings: dict[str, tuple[str, ...]] = {}
    folder = resources.files("diagnostics.catalogue") / "lexicon"
    for file in sorted(folder.iterdir(), key=lambda item: item.name):
        if not file.name.endswith(".toml"):
            continue
        table = tomllib.loads(file.read_text(encoding="utf-8"))
        for key, value in table.items():
            if key == "abbreviations":
                abbreviations |= value
            elif key == "common":
                common |= set(value)
            elif key == "vague_words":
                vague |= set(value.split())
            elif key == "profiles":
                profiles |= {code: dict(points) for code, points in value.items()}
            elif key == "also_surnames":
                also_surnames |= set(value.split())
            elif key == "meanings":
                for meaning, said in value.items():
                    meanings |= {word: (*meanings.get(word, ()), meaning) for word in said.split()}
            elif key == "not_names":
                not_names |= set(value.split())
            else:
                compiled = tuple(read_phrase(text) for text in value["phrases"])
                (cues if key.startswith("@") else phrases)[key.lstrip("@")] = compiled
                said = {word for text in value["phrases"] for word in literals(text)}
                vocabulary |= said
                telling |= set() if key.startswith("@") else said
    vocabulary |= {word for value in abbreviations.values() for word in value.split()}
    not_names |= vocabulary | common | set(abbreviations)
    return Lexicon(
        phrases,
        cues,
        abbreviations,
        frozenset(vocabulary),
        frozenset(common),
        frozenset(not_names),
        frozenset(telling - vague),
        frozenset(vague),
        profiles,
        frozenset(also_surnames),
        meanings,
    )


def read_phrase(text: str) -> Phrase:
    weight = DEFAULT_WEIGHT
    body = text
    if match := WEIGHT.search(text):
        weight, body = float(match[1]), text[: match.start()]
    return Phrase(body.strip(), weight, tuple(sequence_pattern(part) for part in body.split("&")), anchors(body))


@functools.cache
def compiled(pattern: str) -> re.Pattern[str]:
    """A sequence's pattern, compiled when a text may hold it: most phrases are never met."""
    return re.compile(pattern)


def sequence_pattern(sequence: str) -> str:
    pieces: list[str] = []
    glue = " "
    for token in sequence.split():
        if token == "^":
            pieces.append("^")
            continue
        if token in GAPS:
            glue = rf" (?:\S+ ){{0,{GAPS[token]}}}"
            continue
        first = not pieces or pieces == ["^"]
        pieces.append((" " if first else glue) + alternatives(token))
        glue = " "
    return "".join(pieces) + "(?= )"


def alternatives(token: str) -> str:
    options = [word_pattern(option) for option in token.split("|")]
    return options[0] if len(options) == 1 else "(?:" + "|".join(options) + ")"


def word_pattern(option: str) -> str:
    return " ".join(
        re.escape(word[:-1]) + r"\w*" if word.endswith("*") else re.escape(word) for word in option.split("_")
    )


def anchors(body: str) -> tuple[tuple[str, ...], ...]:
    """Spellings of every token, as they stand in a text of keys; the token with the fewest first."""
    tokens = [token for token in body.replace("&", " ").split() if token not in {*GAPS, "^"}]
    spellings = {tuple(anchor(option) for option in token.split("|")) for token in tokens}
    return tuple(sorted(spellings, key=lambda options: (len(options), -min(map(len, options)))))


def anchor(option: str) -> str:
    text = " " + option.replace("_", " ")
    return text.split("*")[0] if "*" in text else text + " "


def literals(text: str) -> set[str]:
    """Whole words of a phrase, towards which slips are mended."""
    body = WEIGHT.sub("", text)
    words = re.split(r"[\s&|_^]+", body)
    return {word for word in words if word and not word.endswith("*") and word.isalnum()}


def any_found(phrases: tuple[Phrase, ...], text: str) -> bool:
    """Whether one phrase at least is in a text of keys."""
    return any(
        phrase.may_be_in(text) and all(compiled(sequence).search(text) for sequence in phrase.sequences)
        for phrase in phrases
    )


def found(phrases: tuple[Phrase, ...], text: str) -> list[tuple[Phrase, str]]:
    """Phrases present in a text of space-separated keys (with a space at both ends), each with what it matched."""
    hits = []
    for phrase in phrases:
        if not phrase.may_be_in(text):
            continue
        matches = [compiled(sequence).search(text) for sequence in phrase.sequences]
        if all(matches):
            hits.append((phrase, " … ".join(match[0].strip() for match in matches if match)))
    return hits
