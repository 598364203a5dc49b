"""Statuses of the history of imports: none that stops an import is passed over."""

from __future__ import annotations

import msgspec
import pytest
from clean_school import Change, categories, changed, only

from diagnostics.model import Export, ImportRun, Kind, Origin
from diagnostics.rules.automation import Outcome, outcome


def last_runs(*runs: tuple[str, str]) -> Change:
    """The history ends with these (moment, status), oldest first."""

    def change(export: Export) -> Export:
        more = [
            ImportRun(when=when, status=status, auto=True, file="EDT.xml", origin=Origin(export.id, 900 + n))
            for n, (when, status) in enumerate(runs)
        ]
        return msgspec.structs.replace(export, runs=(*more, *export.runs))

    return change


@pytest.mark.parametrize(
    ("status", "category"),
    [
        ("Rejet - UAI différent", "EDT-05"),
        ("Rejet : version du fichier non acceptée", "EDT-05"),
        ("Rejet - utilisateur non déclaré", "AUT-03"),
        ("Rejet", "EDT-11"),
        ("Refusé (code 42)", "EDT-11"),
        ("Import annulé", "EDT-11"),
        ("Import des données - Erreur", "EDT-11"),
        ("Rejet - Seuil dépassé", "AUT-02"),
    ],
)
def test_the_last_import_did_not_pass(status: str, category: str) -> None:
    finding = only(changed((Kind.ENT_BILANS, last_runs(("2026-11-21T04:10:00", status)))))
    assert finding.category == category
    assert any(status in evidence.value for evidence in finding.evidence)


@pytest.mark.parametrize("status", ["Rejet - Seuil dépassé", "Rejet - UAI différent", "Import des données - Erreur"])
def test_a_later_success_settles_it(status: str) -> None:
    runs = last_runs(("2026-11-21T04:10:00", status), ("2026-11-22T04:10:00", "Import réalisé avec succès"))
    assert categories(changed((Kind.ENT_BILANS, runs))) == []


def test_the_successful_twin_of_one_minute_settles_nothing_of_the_other_file() -> None:
    runs = last_runs(
        ("2026-11-21T04:10:00", "Rejet - Seuil dépassé"), ("2026-11-21T04:11:00", "Import réalisé avec succès")
    )
    assert categories(changed((Kind.ENT_BILANS, runs))) == ["AUT-02"]


@pytest.mark.parametrize("status", ["Import réalisé", "Terminé", "Import réalisé avec succès (3 avertissements)"])
def test_words_of_success(status: str) -> None:
    run = ImportRun(when="", status=status, origin=Origin("e", 1))
    assert outcome(run) is Outcome.SUCCESS
    refused = ImportRun(when="", status=f"{status} : non".replace(" avec succès", ""), origin=Origin("e", 1))
    assert outcome(refused) is not Outcome.SUCCESS
