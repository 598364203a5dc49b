"""The words that lead to a category, as data: ``catalogue/lexicon/*.toml`` compiled to patterns.

A phrase is a sequence of words: ``mot_de_passe .. oubli*``. ``*`` ends a beginning, ``..`` jumps over a few words and
``...`` over many,
``a|b`` is either, ``_`` joins the words of one alternative, ``^`` is the beginning of the text, and ``&`` asks for two
sequences in any order. ``@parent``
and its like are cues found beforehand (profiles, scope). A weight follows a phrase as ``= 3``; ``= -2`` speaks against.
"""

from __future__ import annotations

import enum
import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

from diagnostics.intake.phrases import Book, Phrase, literals, read_phrase
from diagnostics.model import Profile


class Whose(enum.StrEnum):
    """Whose trouble a category is (``2_profils.toml`` tells what each means)."""

    OWN_OF_PARENTS = "own_of_parents"
    OF_FAMILY = "of_family"
    OF_SIBLINGS = "of_siblings"
    EVERYBODYS = "everybodys"
    PROCEDURAL = "procedural"
    OWN_RIGHTS = "own_rights"
    OF_TEACHERS = "of_teachers"
    OF_WRITER = "of_writer"
    OF_LEAVERS = "of_leavers"


@dataclass(frozen=True)
class Lexicon:
    phrases: Book
    """By category."""
    cues: Book
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
    whose: Mapping[Whose, frozenset[str]]
    """Categories by whose trouble they are."""
    usual_profiles: Mapping[str, Profile]
    """By category, who the person is when the text does not say."""
    also_surnames: frozenset[str]
    """Everyday words that are frequent surnames too."""
    independent: frozenset[frozenset[str]]
    """Pairs of neighbouring categories that are two matters even in one sentence."""
    offices: frozenset[str]
    """What a title may be followed by that is no surname: « Mme la Principale »."""
    also_given: frozenset[str]
    """Given names that are everyday words too, or too short: no names in small letters on their own."""
    given_names: frozenset[str]
    """Given names besides those that the matching knows."""
    meanings: Mapping[str, tuple[str, ...]]
    """By word, what it means: words of one meaning are alike."""


@functools.cache
def lexicon() -> Lexicon:
    """The lexicon of the program, compiled once."""
    phrases: dict[str, tuple[Phrase, ...]] = {}
    cues: dict[str, tuple[Phrase, ...]] = {}
    abbreviations: dict[str, str] = {}
    common: set[str] = set()
    vocabulary: set[str] = set()
    not_names: set[str] = set()
    vague: set[str] = set()
    telling: set[str] = set()
    profiles: dict[str, dict[str, float]] = {}
    whose: dict[Whose, frozenset[str]] = {}
    usual_profiles: dict[str, Profile] = {}
    also_surnames: set[str] = set()
    independent: set[frozenset[str]] = set()
    offices: set[str] = set()
    also_given: set[str] = set()
    given_names: set[str] = set()
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
            elif key == "whose":
                whose |= {Whose(kind): frozenset(codes) for kind, codes in value.items()}
            elif key == "usual_profiles":
                usual_profiles |= {code: Profile(profile) for code, profile in value.items()}
            elif key == "also_surnames":
                also_surnames |= set(value.split())
            elif key == "independent":
                independent |= {frozenset(pair.split()) for pair in value}
            elif key == "offices":
                offices |= set(value.split())
            elif key == "also_given":
                also_given |= set(value.split())
            elif key == "given_names":
                given_names |= set(value.split())
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
        Book(phrases),
        Book(cues),
        abbreviations,
        frozenset(vocabulary),
        frozenset(common),
        frozenset(not_names),
        frozenset(telling - vague),
        frozenset(vague),
        profiles,
        whose,
        usual_profiles,
        frozenset(also_surnames),
        frozenset(independent),
        frozenset(offices),
        frozenset(also_given),
        frozenset(given_names),
        meanings,
    )


def is_of(category: str, whose: Whose) -> bool:
    """Whether a category is one whose trouble is that person's."""
    return category in lexicon().whose[whose]


def usual_profile(category: str) -> Profile:
    """Who the person of a category is when the text does not say."""
    return lexicon().usual_profiles.get(category, Profile.INCONNU)
