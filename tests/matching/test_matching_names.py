"""Comparison of names: every damage of the requirement falls on a level that counts for the person."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from matching_cases import person

from diagnostics.matching.names import CLOSE, SAME, Level, compare_given, compare_surnames
from diagnostics.matching.people import NameComparison, People, compare_names
from diagnostics.matching.spelling import repair, slip, sound
from diagnostics.model import Record

LETTERS = st.text("abcdefghijklmnopqrstuvwxyzéèêçàœøßłđı -'’", min_size=0, max_size=14)


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        ("Brévan", "BREVAN", Level.EXACT),
        ("Łukowska", "LUKOWSKA", Level.EXACT),
        ("Cœurville", "COEURVILLE", Level.EXACT),
        ("Sørbo", "SORBO", Level.EXACT),
        ("D’Ambrelle", "DAMBRELLE", Level.EXACT),
        ("Körlin", "KOERLIN", Level.ACCENTS),
        ("Brévan", "BrÃ©van", Level.ACCENTS),
        ("Brévan", "Br├®van", Level.ACCENTS),
        ("Brévan", "Br?van", Level.ACCENTS),
        ("Brévan", "Brvan", Level.ACCENTS),
        ("DE LA BRELLE", "BRELLE", Level.PARTICLE),
        ("LE GOARVEN", "LEGOARVEN", Level.EXACT),
        ("LEGOARVEN", "GOARVEN", Level.PARTICLE),
        ("BEN SALMI", "SALMI", Level.PARTICLE),
        ("BRELLAN-CORMET", "CORMET", Level.PART),
        ("BRELLAN-CORMET", "CORMET BRELLAN", Level.PARTICLE),
        ("BRELLAN-CORMET", "CORMTE", Level.PART_SLIP),
        ("BRELLAN-CORMET", "BRELLAN-DASTIER", Level.SHARED),
        ("BRELLAN", "BRELALN", Level.SLIP),
        ("BRELLAN", "BRELAN", Level.SLIP),
        ("BRELLAN", "BRELLAB", Level.SLIP),
        ("PHELIPPOT", "FELIPO", Level.SOUND),
        ("BRELLANDIER", "BRELLANDI", Level.CUT),
        ("LY", "LE", Level.DIFFERENT),
        ("BRELLAN", "CORMET", Level.DIFFERENT),
        ("BRELLAN", "", Level.UNKNOWN),
    ],
)
def test_surnames_fall_on_their_level(left: str, right: str, level: Level) -> None:
    assert compare_surnames(left, right) is level
    assert compare_surnames(right, left) is level


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        ("Lyès", "LYES", Level.EXACT),
        ("Marie-Lou", "Marielou", Level.EXACT),
        ("Zoé", "Zo?", Level.ACCENTS),
        ("Jean", "Jean-Marc", Level.PART),
        ("MARIE DESI", "Marie-Désirée", Level.PART),
        ("Marc-Jean", "Jean-Marc", Level.PART),
        ("Jean-Luc", "Jean-Marc", Level.SHARED),
        ("J.-M.", "Jean-Marc", Level.INITIAL),
        ("J", "Jean-Marc", Level.INITIAL),
        ("Mohamed", "Muhammad", Level.VARIANT),
        ("Ilyès", "Lyes", Level.VARIANT),
        ("Alex", "Alexandra", Level.NICKNAME),
        ("Chris", "Christophe", Level.NICKNAME),
        ("Cyprein", "Cyprien", Level.SLIP),
        ("Bertilel", "Bertille", Level.SLIP),
        ("Gonttran", "Gontran", Level.SLIP),
        ("Gontrsn", "Gontran", Level.SLIP),
        ("Gonttrqn", "Gontran", Level.SLIPS),
        ("Faustimf", "Faustimp", Level.LETTER),
        ("Léo", "Léa", Level.OTHER),
        ("Louis", "Louise", Level.OTHER),
        ("Nina", "Lina", Level.OTHER),
        ("Kelvo", "Kelva", Level.OTHER),
        ("Aubin", "Bertille", Level.DIFFERENT),
    ],
)
def test_given_names_fall_on_their_level(left: str, right: str, level: Level) -> None:
    assert compare_given(left, right) is level
    assert compare_given(right, left) is level


def test_two_given_names_that_exist_are_never_taken_for_a_slip() -> None:
    for left, right in (("Mathis", "Mathias"), ("Marie", "Maria"), ("Jade", "Jane"), ("Daniel", "Danielle")):
        assert compare_given(left, right) not in CLOSE


@given(LETTERS, LETTERS)
@example("a", "aß")
@settings(max_examples=150, deadline=None)
def test_levels_do_not_depend_on_the_side(left: str, right: str) -> None:
    assert compare_surnames(left, right) is compare_surnames(right, left)
    assert compare_given(left, right) is compare_given(right, left)


@given(LETTERS)
@settings(max_examples=80, deadline=None)
def test_a_name_is_itself(value: str) -> None:
    assert compare_surnames(value, value) in {Level.EXACT, Level.UNKNOWN}
    assert compare_given(value, value) in {Level.EXACT, Level.UNKNOWN, Level.INITIAL}


def test_mojibake_is_undone_once_and_twice() -> None:
    assert repair("HÃ©lÃ¨ne") == ("Hélène", True)
    assert repair("Hélène".encode().decode("cp1252").encode().decode("cp1252")) == ("Hélène", True)
    assert repair("Hélène") == ("Hélène", False)


def test_a_slip_says_which() -> None:
    assert slip("BRELLAN", "BRELLLAN") == "doublée"
    assert slip("BRELLAN", "BRELALN") == "inversées"
    assert slip("BRELLAN", "BRELLZN") == "voisine"
    assert slip("BRELLAN", "BRELLN") == "oubliée"
    assert slip("BRELLAN", "BRELLWN") == "autre"


def test_names_that_sound_alike_share_a_key() -> None:
    assert sound("PHILIPPE") == sound("FILIPE")
    assert sound("QUENTIN") == sound("KENTIN")
    assert sound("MARTIN") != sound("MARTON")


def compared(left: Record, right: Record) -> NameComparison:
    people = People()
    return compare_names(people.names((left,)), people.names((right,)))


def test_usage_and_birth_names_cross() -> None:
    seen = compared(person("CORMET", "Bertille", usage_name="BRELLAN"), person("BRELLAN", "Bertille"))
    assert seen.surname is Level.CROSSED
    assert seen.given in SAME


def test_two_women_of_one_married_name_differ_by_the_birth_name() -> None:
    left = person("CORMET", "Bertille", usage_name="BRELLAN")
    assert compared(left, person("CORMTE", "Bertille", usage_name="BRELLAN")).second in CLOSE
    assert compared(left, person("DASTIER", "Bertille", usage_name="BRELLAN")).second is Level.DIFFERENT


@pytest.mark.parametrize("inverted", [("Bertille", "BRELLAN"), ("Bertille", "BRELALN"), ("Bertille", "B.")])
def test_surname_and_given_name_may_be_exchanged(inverted: tuple[str, str]) -> None:
    seen = compared(person(*inverted), person("BRELLAN", "Bertille"))
    assert seen.inverted or seen.shuffled


def test_a_spouse_whose_birth_name_is_my_given_name_is_not_me() -> None:
    seen = compared(person("MOHAMED", "Echati", usage_name="SALMI"), person("SALMI", "Mohamed"))
    assert seen.given not in SAME


def test_a_name_cut_at_the_wrong_place_is_the_same_words() -> None:
    seen = compared(person("DE", "LA BRELLE Jean"), person("DE LA BRELLE", "Jean"))
    assert seen.shuffled
    assert seen.surname is Level.EXACT


def test_a_further_given_name_is_recognised() -> None:
    seen = compared(person("BRELLAN", "Aubin", other_given_names="Cyprien, Elzéar"), person("BRELLAN", "Elzéar"))
    assert seen.given is Level.SECOND
