"""The measures of the intake on labelled messages do not fall, and the documents' example comes out as they say."""

from __future__ import annotations

import importlib.util
import sys
from datetime import datetime
from pathlib import Path
from types import ModuleType

import pytest

from diagnostics import intake
from diagnostics.settings import Settings

ROOT = Path(__file__).parents[2]
MESSAGES = Path(__file__).with_name("messages.jsonl")
CORPUS = ROOT.parent / "shared" / "domain" / "incidents.jsonl"
FLOORS = {
    "count": 0.94,
    "incidents": 0.95,
    "persons": 0.93,
    "category_acceptable": 0.94,
    "family": 0.95,
    "destination_acceptable": 0.95,
    "recipient": 0.95,
    "clarification": 0.85,
}
"""A little under what is reached on messages that the program has been set right on."""


def benchmark() -> ModuleType:
    spec = importlib.util.spec_from_file_location("benchmark_intake", ROOT / "benchmarks" / "intake.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_labelled_messages_keep_their_measures() -> None:
    module = benchmark()
    figures = module.measure(module.read_labels(MESSAGES)[::4]).figures()
    low = {name: figures[name] for name, floor in FLOORS.items() if figures[name] < floor}
    assert not low
    assert figures["leaks"] == 0


def test_the_corpus_of_the_domain_keeps_its_measures() -> None:
    if not CORPUS.exists():
        pytest.skip("the corpus is not beside the repository")
    module = benchmark()
    figures = module.measure(module.read_labels(CORPUS)).figures()
    low = {name: figures[name] for name, floor in FLOORS.items() if figures[name] < floor}
    assert not low
    assert figures["leaks"] == 0


def test_every_category_has_examples_and_labelled_messages() -> None:
    from diagnostics import catalogue
    from diagnostics.intake.example_texts import example_texts

    module = benchmark()
    labelled = {one["category"] for label in module.read_labels(MESSAGES) for one in label["incidents"]}
    shown = [code for code, _ in example_texts()]
    for code in catalogue.cards():
        assert code in labelled
        assert shown.count(code) >= 8, code


def test_the_lexicon_speaks_of_categories_that_exist() -> None:
    from diagnostics import catalogue
    from diagnostics.intake.lexicon import Whose, lexicon

    known = lexicon()
    told = {*(code for code, _ in known.phrases.entries), *known.profiles, *known.usual_profiles}
    told |= {code for codes in (*known.whose.values(), *known.independent) for code in codes}
    assert told <= catalogue.cards().keys()
    assert known.whose.keys() == set(Whose)


def test_the_documents_example_gives_its_three_tickets() -> None:
    text = (
        "Action à faire\tAnalyse et résolution pb dans l'ent des anomalies sur des comptes ent ----- Margaux Perrot "
        "impossible à accéder à pronot (élève)\nDescription\t----- Rola Mohamed n'est plus dans l'annuaire (parent) "
        "détection d'un compte écrasé ----- des messages intempestifs pour le rejet d'un compte enseignant "
        "Dimitaux Christophe"
    )
    raw = intake.read(text.encode(), name="exemple")
    message = intake.split(raw, settings=Settings(), now=datetime(2025, 10, 14, 9))
    assert [one.category for one in message.incidents] == ["PRN-01", "ANN-02", "ANN-04"]
    recipients = [message.routes[one.id].recipient.value for one in message.incidents]
    assert recipients == ["INDEX", "DSI", "KOSMOS"]
    assert [one.persons[0].profile.value for one in message.incidents] == ["eleve", "parent", "enseignant"]
    assert intake.count_incidents(text) == 3
