"""Today's list, the second look that newer exports give, incidents that are one."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from case_makers import NOW, SETTINGS, UAI, export, finding, incident, person, route, school

from diagnostics import cases
from diagnostics.cases.history import sentence, text
from diagnostics.cases.recheck import Change
from diagnostics.model import Actor, Evidence, Incident, Kind, Origin
from diagnostics.safety import Refusal
from diagnostics.school import School
from diagnostics.store import PROGRAM, Case, Store

LATER = NOW + timedelta(days=8)
OLD, NEW = [export("2026-09-10")], [export("2026-09-20")]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(tmp_path / "b.sqlite")


def take(
    store: Store,
    made: Incident,
    state: str = "envoyé",
    *,
    seen: School | None = None,
    recipient: Actor = Actor.INDEX,
    **options: str,
) -> None:
    exports = seen.loaded.active() if seen else OLD
    about = {made.id: cases.taken_up(made, route(recipient), school=UAI, exports=exports)}
    cases.move(store, [made.id], state, "claire", settings=SETTINGS, now=NOW, about=about, **options)  # type: ignore[arg-type]


def lines(store: Store, loaded: School | None = None, now: object = LATER) -> list[tuple[str, str]]:
    return [(item.action.value, item.incident) for item in cases.today(store, loaded, now)]  # type: ignore[arg-type]


def test_nothing_is_to_do_before_a_delay_is_over(store: Store) -> None:
    take(store, incident("i1"))
    assert lines(store, now=NOW + timedelta(days=2)) == []


def test_a_ticket_without_an_answer_is_to_remind_and_says_since_when(store: Store) -> None:
    take(store, incident("i1"), external="K-4711")
    (item,) = cases.today(store, None, LATER)
    assert (item.action, item.incident, item.external) == (cases.Action.REMIND, "i1", "K-4711")
    assert "14/09/2026" in item.why
    assert "n° K-4711" in item.why
    assert "8 jours" in item.why
    assert item.late_days == 1


def test_what_hurts_most_comes_first(store: Store) -> None:
    take(store, incident("entretien", severity=3))
    take(store, incident("bloque", severity=1, persons=[person()]))
    take(store, incident("expose", "SEC-01"), "à qualifier")
    take(store, incident("pret", severity=1), "prêt")
    take(store, incident("ecole"), "en attente de l'établissement", recipient=Actor.ETAB)
    found = lines(store, school([finding("f1", severity=1), finding("f2", severity=1)], NEW))
    assert found == [
        ("qualifier", "expose"),
        ("relancer", "bloque"),
        ("envoyer", "pret"),
        ("qualifier", ""),
        ("relancer", "ecole"),
        ("relancer", "entretien"),
    ]


def test_anomalies_that_nobody_took_up_are_counted_and_exposed_data_told_one_by_one(store: Store) -> None:
    found = cases.today(
        store, school([finding("f1"), finding("f2"), finding("f3", severity=1), finding("f4", "SEC-01")], NEW), LATER
    )
    assert [(item.incident, item.count, item.severity) for item in found] == [("f4", 1, 1), ("", 1, 1), ("", 2, 2)]


def test_closed_incidents_leave_the_list(store: Store) -> None:
    take(store, incident("i1"), "clos")
    take(store, incident("i2"), "résolu")
    assert lines(store) == []


def test_an_incident_that_newer_exports_no_longer_show_is_to_close(store: Store) -> None:
    before = school([finding("f1")], OLD)
    take(store, incident("f1", "ANN-01", finding="f1"), seen=before)
    after = school([], NEW)
    assert lines(store, after) == [("clore", "f1")]
    seen = cases.look_again(store.followed(), store.incident_states(), after)
    assert cases.settle(store, seen, "claire", settings=SETTINGS, now=LATER) == ("f1",)
    state = store.incident_states()["f1"]
    assert state.state == "résolu"
    assert "20/09/2026" in state.note
    store.undo("claire")
    assert store.incident_states()["f1"].state == "envoyé"


def test_a_shared_ticket_is_closed_when_all_its_incidents_are_solved(store: Store) -> None:
    before = school([finding("f1"), finding("f2")], OLD)
    take(store, incident("f1", "ANN-01", finding="f1"), seen=before)
    take(store, incident("f2", "ANN-01", finding="f2"), seen=before)
    cases.join(store, "f1", ["f2"], "claire", now=NOW)
    for left, closed in (([finding("f2")], ()), ([], ("f1", "f2"))):
        seen = cases.look_again(store.followed(), store.incident_states(), school(left, NEW))
        assert cases.settle(store, seen, PROGRAM, settings=SETTINGS, now=LATER) == closed
    assert {state.state for state in store.incident_states().values()} == {"résolu"}


def test_what_the_program_closed_is_undone_by_an_agent_and_not_closed_again(store: Store) -> None:
    take(store, incident("f1", "ANN-01", finding="f1"), seen=school([finding("f1")], OLD))
    seen = cases.look_again(store.followed(), store.incident_states(), school([], NEW))
    assert cases.settle(store, seen, PROGRAM, settings=SETTINGS, now=LATER) == ("f1",)
    assert store.undo("paul") == "état de l'incident"
    assert store.incident_states()["f1"].state == "envoyé"
    assert cases.settle(store, seen, PROGRAM, settings=SETTINGS, now=LATER) == ()
    assert store.redo("paul") == ""
    assert cases.settle(store, seen, "paul", settings=SETTINGS, now=LATER) == ("f1",)


@pytest.mark.parametrize(
    "after",
    [
        pytest.param(school([], OLD), id="the same exports"),
        pytest.param(school([], [export("2026-09-01")]), id="older exports"),
        pytest.param(school([], [export("2026-09-01"), export("2026-09-20", Kind.STS_EMP)]), id="one older, one newer"),
        pytest.param(school([], [export("")]), id="no date"),
        pytest.param(school([], NEW, [("ANN-01", "l'annuaire")]), id="cannot be checked"),
    ],
)
def test_nothing_is_said_solved_without_a_proof(store: Store, after: School) -> None:
    take(store, incident("f1", "ANN-01", finding="f1"), seen=school([finding("f1")], OLD))
    (seen,) = cases.look_again(store.followed(), store.incident_states(), after)
    assert seen.change is Change.NOT_CHECKED
    assert cases.settle(store, [seen], "claire", settings=SETTINGS, now=LATER) == ()


def test_exports_of_another_school_say_nothing(store: Store) -> None:
    take(store, incident("f1", "ANN-01", finding="f1"), seen=school([finding("f1")], OLD))
    other = School(**{**school([], NEW).__dict__, "uai": "0699999Z"})
    assert cases.look_again(store.followed(), store.incident_states(), other) == ()


def test_a_delay_over_with_the_anomaly_still_there_says_so(store: Store) -> None:
    until = (NOW + timedelta(days=2)).isoformat()
    take(store, incident("f1", "ANN-01", finding="f1"), "délai en cours", until=until)
    (item,) = cases.today(store, school([finding("f1")], NEW), LATER)
    assert item.action is cases.Action.CHECK
    assert "se voit encore dans l'export ENT annuaire du 20/09/2026" in item.why
    (item,) = cases.today(store, None, LATER)
    assert "chargez un export récent" in item.why


def test_the_export_that_shows_an_anomaly_is_named_not_a_newer_one_that_does_not(store: Store) -> None:
    shown = finding("f1")
    take(store, incident("f1", "ANN-01", finding="f1"), seen=school([shown], OLD))
    quoting = export("2026-09-20", Kind.SIECLE_ELEVES)
    proof = Evidence(origin=Origin(quoting.id, 3), file="export.csv", field="compte", value="aucun")
    after = school(
        [msgspec.structs.replace(shown, evidence=(proof,))],
        [*NEW, quoting, export("2026-09-21", Kind.EDUCONNECT_RESPONSABLES)],
    )
    (seen,) = cases.look_again(store.followed(), store.incident_states(), after)
    assert "se voit encore dans l'export SIECLE élèves du 20/09/2026" in seen.why


def test_what_comes_back_after_it_was_solved_is_to_reopen(store: Store) -> None:
    take(store, incident("f1", "ANN-01", finding="f1"), "résolu", seen=school([finding("f1")], OLD))
    assert lines(store, school([finding("f1")], OLD)) == []
    assert lines(store, school([finding("f1")], NEW)) == [("rouvrir", "f1")]


def test_what_came_back_is_told_without_its_exports_once_it_is_reopened(store: Store) -> None:
    take(store, incident("f1", "ANN-01", finding="f1"), "résolu", seen=school([finding("f1")], OLD))
    seen = cases.look_again(store.followed(), store.incident_states(), school([finding("f1")], NEW))
    assert cases.reopen(store, seen, "claire", settings=SETTINGS, now=LATER) == ("f1",)
    (item,) = cases.today(store, None, LATER)
    assert (item.action, item.incident, item.state) == (cases.Action.REOPEN, "f1", "à qualifier")
    assert item.why == "revenu dans l'export ENT annuaire du 20/09/2026 après avoir été résolu"


def test_what_an_agent_set_aside_never_comes_back(store: Store) -> None:
    take(store, incident("f1", "ANN-01", finding="f1"), "clos", note="sans suite")
    assert lines(store, school([finding("f1")], NEW)) == []


def test_what_was_closed_and_is_still_in_a_newer_export_is_told_and_stays_closed(store: Store) -> None:
    take(store, incident("f1", "ANN-01", finding="f1"), "clos", seen=school([finding("f1")], OLD))
    followed, states = store.followed(), store.incident_states()
    assert cases.look_again(followed, states, school([finding("f1")], OLD)) == ()
    assert cases.look_again(followed, states, school([], NEW)) == ()
    (seen,) = cases.look_again(followed, states, school([finding("f1")], NEW))
    assert seen.change is Change.REMAINS
    assert "clos le" in seen.why
    assert "se voit encore dans l'export ENT annuaire du 20/09/2026" in seen.why
    assert cases.reopen(store, [seen], "claire", settings=SETTINGS, now=LATER) == ()
    assert store.incident_states()["f1"].state == "clos"


def test_one_ticket_is_for_one_service_and_one_recipient(store: Store) -> None:
    for name, category in (("i0", "PRN-01"), ("i1", "PRN-02"), ("i2", "ANN-02")):
        take(store, incident(name, category))
    with pytest.raises(Refusal, match="pas le même service"):
        cases.join(store, "i0", ["i1", "i2"], "claire", now=NOW)
    assert not store.groups()
    cases.join(store, "i0", ["i1"], "claire", now=NOW)
    assert store.groups()["i0"].members == ("i1",)


def test_a_load_says_what_changed_since_the_last(store: Store) -> None:
    first = cases.after_load(store, school([finding("a"), finding("b")], OLD))
    assert (first.new, first.back, first.gone) == ((), (), 0)
    second = cases.after_load(store, school([finding("b"), finding("c")], NEW))
    assert (second.new, second.back, second.gone) == (("c",), (), 1)
    again = cases.after_load(store, school([finding("b"), finding("c")], NEW))
    assert (again.new, again.gone) == (("c",), 1)
    third = cases.after_load(store, school([finding("a"), finding("b"), finding("c")], [export("2026-09-22")]))
    assert (third.new, third.back) == (("a",), ("a",))


def test_a_ticket_like_an_open_one_is_shown_with_the_reasons() -> None:
    mine = incident("n", "PRN-01", persons=[person()])
    found = cases.similar(
        mine,
        [
            mine,
            incident("meme", "PRN-01", persons=[person()]),
            incident("voisin", "PRN-04", persons=[person()]),
            incident("classe", "PRN-01", persons=[person("Autre", "Zoé")]),
            incident("rien", "STS-01", persons=[person("Tiers", "Ada", "3B")]),
        ],
    )
    assert [one.incident for one in found] == ["meme", "classe", "voisin"]
    assert "même personne : Vaugrenard Théodorine" in found[0].reasons[0]
    assert "même classe : 6A" in found[1].reasons


def test_namesakes_whose_class_differs_are_not_the_same_person() -> None:
    mine = incident("n", persons=[person(division="6A")])
    (found,) = cases.similar(mine, [incident("m", persons=[person(division="3B")])])
    assert all("personne" not in reason for reason in found.reasons)


def test_messages_on_one_problem_are_proposed_for_one_ticket_and_joined_by_the_agent_only(store: Store) -> None:
    for n in range(3):
        take(store, incident(f"i{n}", source=f"m{n}.txt", persons=[person(f"Nom{n}")]), "à qualifier")
    take(store, incident("autre", "STS-01", source="m9.txt"), "à qualifier")
    (item,) = [item for item in cases.today(store, None, NOW) if item.action is cases.Action.JOIN]
    assert (item.incident, item.count) == ("i0", 3)
    assert not store.groups()
    cases.join(store, "i0", ["i1", "i2"], "claire", now=NOW, why="même panne")
    cases.move(store, ["i1"], "prêt", "claire", settings=SETTINGS, now=NOW)
    assert {state.state for i, state in store.incident_states().items() if i != "autre"} == {"prêt"}
    (ready,) = [item for item in cases.today(store, None, NOW) if item.state == "prêt"]
    assert (ready.incident, ready.count) == ("i0", 3)
    followed = store.followed()
    shared = cases.merged(followed["i0"].incident, [followed[i].incident for i in store.groups()["i0"].members])
    assert [one.surname for one in shared.persons] == ["Nom0", "Nom1", "Nom2"]
    cases.part(store, "i2", "claire")
    assert store.groups()["i0"].members == ("i1",)
    cases.part(store, "i1", "claire")
    assert not store.groups()


def test_the_reminder_of_a_shared_ticket_names_everybody_on_it(store: Store) -> None:
    for n in range(2):
        take(store, incident(f"i{n}", source=f"m{n}.txt", persons=[person(f"Nom{n}")]), "à qualifier")
    cases.join(store, "i0", ["i1"], "claire", now=NOW)
    cases.move(store, ["i0"], "envoyé", "claire", settings=SETTINGS, now=NOW, external="K-1")
    body = cases.remind(store, "i1", settings=SETTINGS, now=LATER, news="rien").body
    assert "NOM0" in body.upper()
    assert "NOM1" in body.upper()


def test_open_incidents_are_those_to_set_a_new_one_against(store: Store) -> None:
    take(store, incident("i1", persons=[person()]), "envoyé")
    take(store, incident("i2", persons=[person()]), "clos")
    found = cases.similar(incident("i3", persons=[person()]), cases.open_incidents(store))
    assert [one.incident for one in found] == ["i1"]


def test_a_member_of_one_ticket_cannot_be_given_to_another(store: Store) -> None:
    for n in range(4):
        take(store, incident(f"i{n}"), "à qualifier")
    cases.join(store, "i0", ["i1"], "claire", now=NOW)
    with pytest.raises(Refusal, match="déjà un autre ticket"):
        cases.join(store, "i2", ["i1"], "claire", now=NOW)


def test_namesakes_stay_two_persons_in_a_shared_ticket() -> None:
    shared = cases.merged(
        incident("a", persons=[person(division="6A")]), [incident("b", persons=[person(division="6B"), person()])]
    )
    assert [one.division for one in shared.persons] == ["6A", "6B"]


def test_a_case_tells_its_message_its_incidents_and_who_decided_what(store: Store) -> None:
    known = {id: cases.taken_up(incident(id, persons=[person()]), route(), school=UAI) for id in ("aa1", "bb2")}
    case = Case(id="c1", title="Message de Mme Essai", text="Bonjour,\nplus rien.", incidents=("aa1", "bb2"))
    cases.open_case(store, case, known, "claire", NOW)
    cases.move(store, ["aa1"], "envoyé", "paul", settings=SETTINGS, now=NOW, external="K-1", note="appelé")
    store.undo("paul")
    cases.move(store, ["aa1"], "prêt", "paul", settings=SETTINGS, now=NOW)
    found = cases.dossier(store, "aa")
    assert (found.id, found.incidents) == ("c1", ("aa1", "bb2"))
    told = text(found)
    assert "plus rien." in told
    assert "Vaugrenard Théodorine (élève, 6A)" in told
    steps = [sentence(step) for step in found.steps]
    assert any("claire  dossier ouvert : 2 incidents" in step for step in steps)
    assert any("à qualifier → envoyé (n° K-1" in step and step.endswith("(annulé)") for step in steps)
    assert any("paul  état : à qualifier → prêt" in step for step in steps)
    document = cases.history.document(found)
    assert [one["incident"] for one in document["incidents"]] == ["aa1", "bb2"]
    assert document["history"][0]["agent"] == "claire"


def test_an_unknown_or_ambiguous_number_is_refused(store: Store) -> None:
    take(store, incident("ab1"), "prêt")
    take(store, incident("ab2"), "prêt")
    with pytest.raises(Refusal, match="aucun dossier"):
        cases.dossier(store, "zz")
    with pytest.raises(Refusal, match="plusieurs numéros"):
        cases.dossier(store, "ab")
