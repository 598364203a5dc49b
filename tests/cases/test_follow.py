"""Taking up, moving, opening and reminding incidents."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from case_makers import NOW, SETTINGS, UAI, export, incident, person, route
from hypothesis import given
from hypothesis import strategies as st

from diagnostics import cases
from diagnostics.cases import dates
from diagnostics.model import Actor, Evidence, Kind, Origin, Profile, Record, Ticket
from diagnostics.safety import Refusal
from diagnostics.settings import Reminders
from diagnostics.states import STATES
from diagnostics.store import Case, Followed, Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(tmp_path / "b.sqlite")


def about(id: str = "i1", wait_until: str = "") -> dict[str, Followed]:
    return {id: cases.taken_up(incident(id), route(wait_until=wait_until), school=UAI)}


def ticket(id: str = "i1") -> Ticket:
    return Ticket(
        id="T-1",
        incident=incident(id),
        route=route(),
        template="I1",
        recipient=Actor.INDEX,
        subject="Objet",
        body="Texte",
    )


def test_what_is_kept_of_an_incident_holds_no_row_of_an_export() -> None:
    row = Record(origin=Origin("e", 3), profile=Profile.ELEVE, surname="Autre", extra={"raw": "ligne"})
    seen = Evidence(origin=Origin("e", 3), file="f.csv", field="nom", value="Autre", record=row)
    made = incident(persons=[person()])
    kept = cases.taken_up(
        msgspec.structs.replace(made, evidence=(seen,)),
        route(),
        exports=[export("2026-09-10"), export("2026-09-12"), export("", Kind.STS_EMP)],
    )
    assert kept.incident.evidence == ()
    assert kept.incident.persons == (person(),)
    assert kept.seen_in == {"ent_annuaire": "2026-09-12"}


def test_a_sent_ticket_comes_back_after_the_delay_of_the_settings(store: Store) -> None:
    cases.move(store, ["i1"], "envoyé", "claire", settings=SETTINGS, now=NOW, external="K-4711", about=about())
    state = store.incident_states()["i1"]
    assert (state.category, state.recipient, state.school, state.external) == ("PRN-01", "INDEX", UAI, "K-4711")
    assert state.until.startswith("2026-09-21T08:00")
    assert state.sent_at.startswith("2026-09-14")


def test_a_reminder_on_a_week_end_waits_for_monday() -> None:
    assert dates.in_days(NOW, 5).date().isoformat() == "2026-09-21"
    assert dates.in_days(NOW, 4).date().isoformat() == "2026-09-18"


def test_a_delay_ends_when_the_route_says(store: Store) -> None:
    wait = (NOW + timedelta(hours=48)).replace(tzinfo=None).isoformat(timespec="minutes")
    cases.move(store, ["i1"], "délai en cours", "claire", settings=SETTINGS, now=NOW, about=about(wait_until=wait))
    assert store.incident_states()["i1"].until == wait


def test_a_delay_without_an_end_is_asked_for(store: Store) -> None:
    with pytest.raises(Refusal, match="jusqu'à quand"):
        cases.move(store, ["i1"], "délai en cours", "claire", settings=SETTINGS, now=NOW, about=about())
    assert store.incident_states() == {}


def test_a_ticket_that_has_not_left_is_not_reminded(store: Store) -> None:
    with pytest.raises(Refusal, match="pas encore été envoyé"):
        cases.move(store, ["i1"], "relancé", "claire", settings=SETTINGS, now=NOW, about=about())
    cases.move(store, ["i1"], "envoyé", "claire", settings=SETTINGS, now=NOW, about=about())
    cases.move(store, ["i1"], "relancé", "claire", settings=SETTINGS, now=NOW)
    cases.move(store, ["i1"], "relancé", "claire", settings=SETTINGS, now=NOW)
    assert store.incident_states()["i1"].reminders == 2


def test_an_unknown_state_is_refused_with_those_that_exist(store: Store) -> None:
    with pytest.raises(Refusal, match="en attente de l'établissement"):
        cases.move(store, ["i1"], "perdu", "claire", settings=SETTINGS, now=NOW)


def test_fifteen_incidents_move_and_come_back_in_one_gesture(store: Store) -> None:
    ids = [f"i{n}" for n in range(15)]
    known = {id: cases.taken_up(incident(id), route()) for id in ids}
    cases.move(store, ids, "prêt", "claire", settings=SETTINGS, now=NOW, about=known)
    assert store.undo("claire") == "état de l'incident (15)"
    assert not store.incident_states()
    assert not store.followed()


def test_a_note_changes_neither_the_state_nor_its_dates(store: Store) -> None:
    cases.move(store, ["i1"], "envoyé", "claire", settings=SETTINGS, now=NOW, about=about())
    before = store.incident_states()["i1"]
    cases.note(store, "i1", "rappelés par téléphone", "paul", external="K-2")
    after = store.incident_states()["i1"]
    assert (after.note, after.external) == ("rappelés par téléphone", "K-2")
    assert (after.since, after.until, after.reminders) == (before.since, before.until, before.reminders)


def test_a_message_kept_twice_keeps_the_states_of_its_incidents(store: Store) -> None:
    case = Case(id="c1", title="Message", text="Bonjour", incidents=("i1", "i2"))
    known = {**about("i1"), **about("i2")}
    cases.open_case(store, case, known, "claire", NOW)
    assert {state.state for state in store.incident_states().values()} == {"à qualifier"}
    cases.move(store, ["i1"], "prêt", "claire", settings=SETTINGS, now=NOW)
    cases.open_case(store, case, known, "paul", NOW)
    assert store.incident_states()["i1"].state == "prêt"
    assert len(store.cases()) == 1
    assert cases.case_of("i2", store.cases()) == case


def test_a_reminder_quotes_the_first_ticket_and_its_number(store: Store) -> None:
    cases.move(
        store, ["i1"], "envoyé", "claire", settings=SETTINGS, now=NOW, external="K-4711", about=about(), sent=ticket()
    )
    made = cases.remind(store, "i1", settings=SETTINGS, now=NOW + timedelta(days=8), news="Deux élèves de plus.")
    assert made.template == "R3"
    assert made.recipient is Actor.INDEX
    assert "K-4711" in made.subject
    assert "14/09/2026" in made.body
    assert "Deux élèves de plus." in made.body
    assert "Texte" in made.body
    assert store.incident_states()["i1"].state == "envoyé"


def test_a_reminder_of_a_ticket_whose_text_was_not_kept_says_what_it_was_about(store: Store) -> None:
    cases.move(store, ["i1"], "envoyé", "claire", settings=SETTINGS, now=NOW, external="K-4711", about=about())
    made = cases.remind(store, "i1", settings=SETTINGS, now=NOW + timedelta(days=8), news="rien")
    assert "Le ticket K-4711, envoyé le 14/09/2026" in made.body
    (said,) = [line for line in made.body.splitlines() if line.startswith("Il portait sur : ")]
    assert said.startswith("Il portait sur : [Pronote] ")
    assert "Rappel du premier message" not in made.body


def test_a_reminder_of_what_was_not_sent_is_refused(store: Store) -> None:
    cases.move(store, ["i1"], "prêt", "claire", settings=SETTINGS, now=NOW, about=about())
    with pytest.raises(Refusal, match="ticket envoyé"):
        cases.remind(store, "i1", settings=SETTINGS, now=NOW)
    with pytest.raises(Refusal, match="pas suivi"):
        cases.remind(store, "i9", settings=SETTINGS, now=NOW)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("15/09/2026", "2026-09-15T08:00+00:00"),
        ("15/09/2026 14h", "2026-09-15T14:00+00:00"),
        ("15/09/2026 à 14:30", "2026-09-15T14:30+00:00"),
        ("2026-09-15", "2026-09-15T08:00+00:00"),
        ("+3", "2026-09-17T08:00+00:00"),
        ("27/11", "2026-11-27T08:00+00:00"),
        ("3.2", "2027-02-03T08:00+00:00"),
        ("27/11/26 9h", "2026-11-27T09:00+00:00"),
        ("1er octobre", "2026-10-01T08:00+00:00"),
        ("2 février 2027", "2027-02-02T08:00+00:00"),
        ("Demain", "2026-09-15T08:00+00:00"),
        ("lundi", "2026-09-21T08:00+00:00"),
        ("vendredi prochain 14h", "2026-09-18T14:00+00:00"),
        ("+5 jours", "2026-09-21T08:00+00:00"),
    ],
)
def test_dates_are_read_as_agents_write_them(written: str, expected: str) -> None:
    assert dates.read_date(written, NOW) == expected


@pytest.mark.parametrize("written", ["bientôt", "31/02/2027", "31/02", "", "12/09/2026", "3 sucres"])
def test_a_date_that_is_none_or_over_is_refused(written: str) -> None:
    with pytest.raises(Refusal):
        dates.read_date(written, NOW)


@given(
    state=st.sampled_from(STATES),
    recipient=st.sampled_from(["", *Actor]),
    wait=st.integers(0, 400),
    support=st.integers(0, 60),
    own=st.integers(0, 60),
)
def test_a_state_waits_for_a_date_to_come_or_for_nothing(
    state: str, recipient: str, wait: int, support: int, own: int
) -> None:
    try:
        until = dates.look_again_at(state, recipient, route(wait_hours=wait), Reminders(support, own), NOW)
    except Refusal:
        assert state == "délai en cours"
        assert wait == 0
        return
    waits = state in ("délai en cours", "en attente de l'établissement", "envoyé", "relancé")
    assert bool(until) == waits
    if waits:
        assert dates.moment(until, NOW).date() >= NOW.date()  # type: ignore[union-attr]
