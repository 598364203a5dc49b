"""The examples of every category: the labels and symptoms of the cards, the sentences of ``catalogue/examples``."""

from __future__ import annotations

import functools
import tomllib
from importlib import resources

from diagnostics import catalogue


@functools.cache
def example_texts() -> tuple[tuple[str, str], ...]:
    """(category, sentence), in order."""
    found: list[tuple[str, str]] = []
    for code, card in catalogue.cards().items():
        found.append((code, card.label))
        found.extend((code, symptom) for symptom in card.symptoms)
    folder = resources.files("diagnostics.catalogue") / "examples"
    for file in sorted(folder.iterdir(), key=lambda item: item.name):
        if file.name.endswith(".toml"):
            for code, sentences in tomllib.loads(file.read_text(encoding="utf-8")).items():
                found.extend((code, sentence) for sentence in sentences)
    return tuple(found)
