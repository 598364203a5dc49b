"""States of accounts as tools word them, and functions that an account lacks."""

from __future__ import annotations

import msgspec
import pytest
from clean_school import changed, extra, only, records, with_records

from diagnostics.model import Kind, Profile, Record
from diagnostics.rules.states import State, fold_state


@pytest.mark.parametrize(
    ("written", "state"),
    [
        ("Actif", State.ACTIVE),
        ("Compte activé", State.ACTIVE),
        ("Débloqué", State.ACTIVE),
        ("non actif", State.NOT_ACTIVATED),
        ("Non-actif", State.NOT_ACTIVATED),
        ("Compte non actif", State.NOT_ACTIVATED),
        ("Pas encore activé", State.NOT_ACTIVATED),
        ("Inactif", State.IDLE),
        ("Invalide", State.REMOVED),
        ("Désactivé", State.REMOVED),
        ("Zorglub", State.UNKNOWN),
    ],
)
def test_a_negation_is_read_before_the_word_it_denies(written: str, state: State) -> None:
    assert fold_state(written) is state


@pytest.mark.parametrize("written", ["non actif", "Invalide", "Statut 7"])
def test_no_account_passes_as_sound_when_its_state_says_otherwise(written: str) -> None:
    chosen = records(Kind.EDUCONNECT_ELEVES, Profile.ELEVE)[5]
    finding = only(
        changed((Kind.EDUCONNECT_ELEVES, with_records(lambda r: extra(r, state=written) if r is chosen else r)))
    )
    assert finding.category == "EDU-05"
    assert len(finding.persons) == 1
    assert written in {evidence.value for evidence in finding.evidence}


def test_the_only_head_of_the_school_without_function() -> None:
    heads = [r for r in records(Kind.STS_EMP, Profile.NON_ENSEIGNANT) if r.extra.get("function") == "DIR"]

    def bare(record: Record) -> Record:
        if record.profile is Profile.NON_ENSEIGNANT and record.surname == heads[0].surname:
            kept = {name: value for name, value in record.extra.items() if name != "function"}
            return msgspec.structs.replace(record, extra=kept)
        return record

    finding = only(changed((Kind.ENT_ANNUAIRE, with_records(bare))))
    assert finding.category == "ANN-09"
    assert len(finding.persons) == 1
