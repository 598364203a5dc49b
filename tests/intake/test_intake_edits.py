"""What an agent changes, the document of scripts, and properties that hold for any text."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnostics import intake
from diagnostics.intake.message import Message
from diagnostics.model import Actor, Person, Profile
from diagnostics.safety import Refusal
from diagnostics.settings import Settings

NOW = datetime(2025, 10, 6, 9)
TWO = "1) Le wifi du CDI est en panne.\n2) Tom Bellec (3A) ne passe pas de l'ENT à Pronote."
KEYS = {
    "start", "end", "text", "category", "alternatives", "confidence", "persons", "first_actor", "recipient", "why",
    "missing",
}  # fmt: skip


def cut(text: str) -> Message:
    return intake.split(intake.read(text.encode(errors="replace"), name="message"), settings=Settings(), now=NOW)


def test_a_cut_gives_two_incidents_and_leaves_the_old_message_whole() -> None:
    text = "Tom Bellec (3A) ne passe pas de l'ENT à Pronote, le wifi du CDI est coupé."
    before = cut(text)
    (incident,) = before.incidents if len(before.incidents) == 1 else (before.incidents[0],)
    offset = text.index("le wifi")
    if len(before.incidents) == 1:
        after = intake.cut_at(before, incident.id, offset)
        assert [one.category for one in after.incidents] == ["PRN-01", "HOR-01"]
        assert after.routes[after.incidents[1].id].recipient is Actor.AUTRE
        assert before.incidents == (incident,)
    else:
        assert [one.category for one in before.incidents] == ["PRN-01", "HOR-01"]


@pytest.mark.parametrize("offset", [0, 10_000])
def test_a_cut_outside_the_incident_is_refused_with_what_to_do(offset: int) -> None:
    message = cut("Le wifi du CDI est en panne.")
    with pytest.raises(Refusal, match="curseur"):
        intake.cut_at(message, message.incidents[0].id, offset)


def test_two_incidents_joined_are_one() -> None:
    message = cut(TWO)
    first, second = message.incidents
    joined = intake.join(message, first.id, second.id)
    (incident,) = joined.incidents
    assert incident.spans[0].start == first.spans[0].start
    assert incident.spans[-1].end == second.spans[-1].end
    with pytest.raises(Refusal):
        intake.join(message, first.id, first.id)


def test_another_category_changes_the_route_and_keeps_the_reading_as_alternative() -> None:
    message = cut(TWO)
    incident = message.incidents[1]
    changed = intake.set_category(message, incident.id, "prn-09".upper())
    again = changed.incident(incident.id)
    assert again.category == "PRN-09"
    assert again.alternatives[0] == incident.category
    assert changed.routes[incident.id].first_actor is Actor.ETAB
    with pytest.raises(Refusal):
        intake.set_category(message, incident.id, "XXX-99")


def test_other_persons_can_be_set() -> None:
    message = cut(TWO)
    incident = message.incidents[1]
    person = Person(surname="Garrec", given_names="Zoé", profile=Profile.ELEVE, division="3B")
    changed = intake.set_persons(message, incident.id, [person])
    assert changed.incident(incident.id).persons == (person,)
    assert message.incident(incident.id).persons[0].surname == "Bellec"


def test_the_document_has_the_keys_that_scripts_rely_on() -> None:
    message = cut("Bonjour,\n" + TWO + "\nMerci")
    document = intake.document(message)
    assert {"incidents", "needs_clarification", "questions", "sensitive"} <= set(document)
    for one in document["incidents"]:
        assert set(one) >= KEYS
        assert message.raw.text[one["start"] : one["end"]] == one["text"]


def test_the_report_fits_in_eighty_columns() -> None:
    report = intake.report(cut(TWO + "\n3) ça ne marche pas non plus au secrétariat"))
    assert max(len(line) for line in report.splitlines()) <= 80
    assert "2 incidents" in report or "3 incidents" in report


def test_private_facts_are_flagged_and_stay_out_of_what_tickets_read() -> None:
    text = "Tom Bellec (3A), hospitalisé depuis lundi, ne passe pas de l'ENT à Pronote. Mot de passe : Soleil2012"
    message = cut(text)
    (incident,) = message.incidents
    assert {one.kind for one in message.sensitive} == {"santé", "mot de passe"}
    for said in (incident.text, incident.summary):
        assert "hospitalis" not in said
        assert "Soleil2012" not in said
    for one in message.sensitive:
        assert text[one.start : one.end]


def test_a_function_is_no_private_fact() -> None:
    message = cut("L'assistante sociale, Mme Rabier, n'apparaît pas dans l'annuaire de l'ENT.")
    assert message.sensitive == ()


def test_the_same_message_gives_the_same_result() -> None:
    assert intake.document(cut(TWO)) == intake.document(cut(TWO))


WORDS = st.sampled_from([
    "Pronote", "ENT", "EduConnect", "ne marche pas", "plus", "Tom", "Bellec", "3A", "bonjour", "merci", ",", ".", ";",
    ":", "-", "-----", "\n", "\n\n", "1)", "«", "»", "(", ")", "@", "12/09", "le", "la", "mon",
])  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.text(max_size=300), st.lists(WORDS, max_size=60).map(" ".join)))
def test_no_text_breaks_the_intake_and_offsets_stay_inside(text: str) -> None:
    message = cut(text)
    length = len(message.raw.text)
    seen: list[tuple[int, int]] = []
    for one in message.incidents:
        for span in one.spans:
            assert 0 <= span.start < span.end <= length
            assert all(span.end <= start or end <= span.start for start, end in seen)
            seen.append((span.start, span.end))
        assert one.id in message.routes
    for fact in message.sensitive:
        assert 0 <= fact.start < fact.end <= length
    intake.document(message)
    intake.report(message)
    assert intake.count_incidents(text) >= 0
