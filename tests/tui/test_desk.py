"""Routing, searching, lists to leave with, messages mended: by their keys, what is kept and what is said."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from pathlib import Path
from threading import Event

import msgspec
import pytest
from click.testing import CliRunner
from test_screens import lines, opened
from textual import events
from textual.pilot import Pilot
from tui_fake import FakeSession
from tui_school import make, record

from diagnostics import cases
from diagnostics.matching.corrections import Waiting
from diagnostics.matching.search import build, region_path
from diagnostics.model import Actor, Incident, Profile, Route
from diagnostics.safety import Refusal
from diagnostics.settings import Settings
from diagnostics.store import Store
from tui.app import READ, TriageApp
from tui.cli import main_group
from tui.cli_route import route
from tui.jobs import Cancelled, Report
from tui.messages import Failed, Finished
from tui.screens.anomalies import Anomalies
from tui.screens.corrections import Corrections
from tui.screens.loading import Loading
from tui.screens.matching import Matching
from tui.screens.messages import Messages
from tui.screens.person import PersonSheet
from tui.screens.routing import Routing
from tui.screens.search import Search
from tui.session import Session
from tui.widgets.prompt import sentences


@pytest.fixture(autouse=True)
def private_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENT_TRIAGE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("ENT_TRIAGE_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.chdir(tmp_path)


async def test_the_late_word_of_a_stopped_job_is_not_taken_for_that_of_its_successor(tmp_path: Path) -> None:
    end = Event()

    def work(report: Report, cancelled: Cancelled) -> None:
        end.wait(5)

    async with opened(tmp_path) as (app, pilot):
        app.jobs.start(READ, work)
        old = app.jobs.running[READ]
        app.do_recharger()
        app.jobs.start(READ, work)
        new = app.jobs.running[READ]
        app.post_message(Failed(READ, old, "arrêté"))
        app.post_message(Finished(READ, old, None))
        await pilot.pause()
        assert app.jobs.running == {READ: new}
        assert app.message != "arrêté"
        app.post_message(Failed(READ, new, "arrêté"))
        await pilot.pause()
        assert not app.jobs.running
        assert app.message == "arrêté"
        end.set()


async def test_messages_told_before_are_there_when_no_export_is(tmp_path: Path) -> None:
    def session() -> Session:
        return Session([], settings=Settings(agent="testeur"), store_path=tmp_path / "store.sqlite", demo=False)

    session().add_message("Bonjour, la mère de Lise AMARANTE ne voit plus les notes de sa fille.")
    later = session()
    async with TriageApp(later).run_test(size=(80, 24)) as pilot:
        await all_done(pilot)
        assert "1 message reçu, 1 incident" in "\n".join(lines(pilot.app))
        later.add_message("Bonjour, le compte de Maël BASTIDE est bloqué.")
        assert [message.raw.name for message in later.messages] == ["message collé 1", "message collé 2"]


async def test_the_first_message_is_got_ready_for_when_the_agent_goes_to_the_messages(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        assert isinstance(app.session, FakeSession)
        assert app.session.preparations == 0
        await pilot.press("m", "q", "m")
        await all_done(pilot)
        assert app.session.preparations == 1


async def all_done(pilot: Pilot[int]) -> None:
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


# Routage.


async def test_the_route_is_shown_and_changed_with_a_reason_then_taken_back(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("p", "r")
        sheet = app.sheet
        assert isinstance(sheet, Routing)
        text = "\n".join(lines(app))
        for part in (
            "Agit d’abord",
            "Ticket vers   Index Éducation",
            "48 heures",
            "Vérifiez la fiche",
            "la source fait",
        ):
            assert part in text
        await pilot.press("b", "k", *"vu", "enter")
        assert sheet.incident is not None
        assert Store.open(tmp_path / "store.sqlite").routes()[sheet.incident.id].recipient == "KOSMOS"
        text = "\n".join(lines(app))
        assert "Kosmos   (votre choix)" in text
        assert "Index Éducation : proposé par le programme" in text
        await pilot.press("t")
        assert app.session.route(sheet.incident).recipient is Actor.KOSMOS  # type: ignore[union-attr]
        await pilot.press("q", "u", "u")
        assert not app.session.rerouted
        await pilot.press("b", "d", "enter")
        assert app.session.rerouted[sheet.incident.id].why == "si la fiche de SIECLE est juste"


async def test_nothing_changes_without_a_reason(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("p", "r", "r", "n", "enter")
        assert not app.session.rerouted
        assert "raison" in app.message
        await pilot.press("r", "e")
        assert "C’est déjà le cas" in app.message
        await pilot.press("x")
        assert "Rien n’a été changé" in app.message


async def test_marked_incidents_are_routed_together_in_one_gesture(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("p", "space", "space", "r")
        assert "vaut pour les 2 incidents" in lines(app)[1]
        await pilot.press("d", "7", *"vacances", "enter")
        assert len(app.session.rerouted) == 2
        await pilot.press("q", "u")
        assert not app.session.rerouted


def test_the_command_line_shows_and_changes_a_route_as_the_screen_does(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "data" / "ent-triage.sqlite")
    incident = Incident(id="abc123", category="PRN-01", summary="Pronote ne reconnaît pas une élève")
    proposed = Route(first_actor=Actor.REF, recipient=Actor.INDEX)
    cases.move(store, ["abc123"], "prêt", "claire", settings=Settings(), now=datetime.now().astimezone(),
               about={"abc123": cases.taken_up(incident, proposed)})  # fmt: skip
    runner = CliRunner()
    assert "Ticket vers : Index Éducation" in runner.invoke(route, ["abc"]).output
    refused = runner.invoke(route, ["abc", "--vers", "kosmos"])
    assert isinstance(refused.exception, Refusal)
    changed = runner.invoke(route, ["abc", "--vers", "kos", "--attendre", "aucune", "--raison", "vu avec eux"])
    assert "Ticket vers : Kosmos" in changed.output
    assert "Sinon : Index Éducation, proposé par le programme" in changed.output
    assert store.routes()["abc123"].why == "vu avec eux"
    runner.invoke(route, ["abc", "--comme-propose"])
    assert not store.routes()


# Recherche.


async def test_someone_is_found_as_one_types_and_the_next_ones_follow(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("slash", *"bast")
        sheet = app.sheet
        assert isinstance(sheet, Search)
        assert {identity.surname for identity in sheet.list.rows} == {"BASTIDE", "BASTIDE-10"}
        assert "≠ BASTIDE" in "\n".join(lines(app))
        await pilot.press("down", "enter")
        page = app.sheet
        assert isinstance(page, PersonSheet)
        assert page.identity is sheet.list.rows[1]
        await pilot.press("comma")
        assert page.identity is sheet.list.rows[0]
        await pilot.press("q")
        assert app.sheet is sheet


async def test_nobody_found_is_said_and_leaves_the_way_back(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("p", "V", *"zzzz", "enter")
        assert "Personne ne répond à « zzzz »" in app.message
        await pilot.press("slash", "ctrl+u", "escape", "q")
        assert isinstance(app.sheet, Anomalies)


async def test_results_are_sorted_by_the_menu(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("slash", *"2012", "enter", "q", "s", "n")
        sheet = app.sheet
        assert isinstance(sheet, Search)
        names = [identity.surname for identity in sheet.list.rows]
        assert len(names) > 2
        assert names == sorted(names)
        assert "tri : nom, prénom" in lines(app)[1]


async def test_the_whole_ent_is_searched_when_its_directory_was_built(tmp_path: Path) -> None:
    far = record("ailleurs", 1, "ZUCCARELLI", "Ottavio", birth="2012-04-05", login="ottavio.z", uid="ABC12345")
    region_path().parent.mkdir(parents=True, exist_ok=True)
    build(
        [far, record("ailleurs", 2, "MARTIN", "Paul", birth="2011-01-01", login="paul.m", uid="ABC12346")],
        region_path(),
    )
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("a", "slash", *"zuccareli")
        sheet = app.sheet
        assert isinstance(sheet, Matching)
        assert "tout l’ENT (2 comptes" in lines(app)[1]
        assert sheet.candidate is not None
        assert sheet.candidate.account.surname == "ZUCCARELLI"
        link = sheet.link
        assert link is not None
        await pilot.press("enter", "enter")
        chosen = app.session.chosen_account(link)
        assert chosen is not None
        assert chosen.ids["uid"] == "ABC12345"


# Les listes.


async def test_filters_say_what_they_hide_and_the_sort_menu_what_holds(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("p", "space", "slash", *"prn", "enter")
        assert "filtre : prn (8 cachées)" in lines(app)[1]
        await pilot.press("slash", "ctrl+u", *"edt", "enter")
        assert "dont 1 hors filtre" in lines(app)[1]
        await pilot.press("q", "s")
        assert any(line.startswith("► g  gravité") for line in lines(app))
        await pilot.press("p")
        sheet = app.sheet
        assert isinstance(sheet, Anomalies)
        assert sheet.sort == "personne"
        assert not sheet.palette.display


async def test_the_persons_to_match_are_gone_through_in_the_order_one_wants(tmp_path: Path) -> None:
    async with opened(tmp_path, pending=6) as (app, pilot):
        await pilot.press("a", "semicolon", "s", "n")
        sheet = app.sheet
        assert isinstance(sheet, Matching)
        names = [link.record.surname for link in sheet.people.links]
        assert names == sorted(names)
        assert sheet.link is not None
        assert sheet.link.key == "k1"
        await pilot.press("enter", "s", "p")
        assert [link.key for link in sheet.people.links] == [f"k{i}" for i in range(6)]
        assert sheet.undecided() == 5


async def test_a_new_analysis_never_changes_whom_the_next_key_decides_of(tmp_path: Path) -> None:
    async with opened(tmp_path, pending=6) as (app, pilot):
        await pilot.press("a", "semicolon", "semicolon", "slash", *"haddad", "enter", "down")
        sheet = app.sheet
        assert isinstance(sheet, Matching)
        assert sheet.link is not None
        before = sheet.link.key
        app.session.take(make(12, 6))
        sheet.refresh_all()
        assert sheet.link is not None
        assert sheet.link.key == before
        assert sheet.people.index == 2


@pytest.mark.parametrize("size", [(80, 24), (60, 15)])
async def test_every_field_of_a_comparison_can_be_read_on_a_small_screen(tmp_path: Path, size: tuple[int, int]) -> None:
    async with opened(tmp_path, screen=size) as (app, pilot):
        await pilot.press("a")
        sheet = app.sheet
        assert isinstance(sheet, Matching)
        assert sheet.candidate is not None
        seen = "\n".join(lines(app))
        while sheet.comparison.hidden_below:
            assert "Page suiv." in seen
            await pilot.press("pagedown")
            seen += "\n".join(lines(app))
        assert all(field.field in seen for field in sheet.candidate.fields)
        assert "Lu dans" in seen
        await pilot.press("enter")
        assert sheet.comparison.top == 0


async def test_of_two_accounts_that_fit_as_well_none_is_proposed(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        app.show_matching()
        sheet = app.sheet
        assert isinstance(sheet, Matching)
        assert sheet.link is not None
        first = sheet.link.candidates[0]
        twin = msgspec.structs.replace(first, account=record("ent-twin", 99, "AMARANTE", "Lisee"))
        level = msgspec.structs.replace(sheet.link, candidates=(first, twin))
        sheet.people.links[0] = level
        sheet.show_link()
        await pilot.press("enter")
        assert sheet.prompt.question is not None
        assert "2 comptes à égalité" in sheet.prompt.question.label
        assert not app.session.decisions
        await pilot.press("escape", "down", "up", "enter")
        assert app.session.decisions[level.key].account_key == app.session.account_key(first.account)


async def test_an_undone_match_is_shown_again(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("a")
        sheet = app.sheet
        assert isinstance(sheet, Matching)
        first = sheet.link
        await pilot.press("x", "semicolon", "u")
        assert sheet.link == first
        assert sheet.undecided() == 3


async def test_the_files_loaded_can_be_sorted(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("c")
        sheet = app.sheet
        assert isinstance(sheet, Loading)
        before = [row.key for row in sheet.list.rows]
        await pilot.press("s", "a")
        assert sheet.list.rows[0].refused is not None
        assert "tri : à regarder" in lines(app)[1]
        await pilot.press("s", "l")
        assert [row.key for row in sheet.list.rows] == before


async def test_the_lists_to_leave_with_are_shown_and_written(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("l")
        await app.workers.wait_for_complete()
        await pilot.pause()
        sheet = app.sheet
        assert isinstance(sheet, Corrections)
        assert "À choisir dans l’écran « Rapprochements »" in "\n".join(lines(app))
        await pilot.press("w", "enter")
        assert "4 fichiers écrits" in app.message
        assert len(list((tmp_path / "tickets-ent").rglob("corrections.csv"))) == 1


async def test_who_has_no_account_yet_is_in_the_lists_too(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("l")
        await app.workers.wait_for_complete()
        await pilot.pause()
        sheet = app.sheet
        assert isinstance(sheet, Corrections)
        assert sheet.lists is not None
        link = app.session.to_match()[1]
        name = f"{link.record.surname} {link.record.given_names}"
        asked = Waiting(person=name, birth_date="", profile="élève", verdict="absent", why="aucun compte proche")
        sheet.take(dataclasses.replace(sheet.lists, waiting=(asked,)))
        sheet.list.go_to_key(f"attente 0 {name}")
        sheet.moved()
        await pilot.pause()
        assert "aucun compte proche" in "\n".join(lines(app))
        await pilot.press("w", "enter")
        assert len(list((tmp_path / "tickets-ent").rglob("personnes_sans_compte.csv"))) == 1
        await pilot.press("a")
        assert isinstance(app.sheet, Matching)
        assert app.sheet.link == link


# Les messages.

TOLD = (
    "Bonjour,\nMaël BASTIDE (5A) n'arrive pas à aller sur Pronote depuis l'ENT.\n"
    "Le compte EduConnect de sa mère, hospitalisée, est bloqué.\nMerci"
)


async def opened_message(app: TriageApp) -> Messages:
    app.show_messages()
    sheet = app.sheet
    assert isinstance(sheet, Messages)
    sheet.add(TOLD)
    return sheet


async def test_a_pasted_message_is_taken_once_with_its_lines(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        app.show_messages()
        app.sheet.post_message(events.Paste(TOLD.replace("\n", "\r")))
        await pilot.pause()
        assert [message.raw.text.strip() for message in app.session.messages] == [TOLD]
        assert not app.session.pasted
        assert isinstance(app.sheet, Messages)


async def test_a_message_can_be_typed_and_outlives_the_program_while_it_is(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("m", "n", *"Bastide", "enter")
        assert "Échap terminer" in lines(app)[-1]
        app.sheet.post_message(events.Paste("ne va plus\rsur Pronote"))
        await pilot.pause()
        assert not app.session.messages
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("m", "n", "ctrl+end", "!", "escape")
        sheet = app.sheet
        assert isinstance(sheet, Messages)
        assert [message.raw.text.strip() for message in app.session.messages] == ["Bastide\nne va plus\nsur Pronote!"]
        assert sheet.list.display
        assert sheet.row is not None
        await pilot.press("n", "escape")
        assert "Rien n’a été noté" in app.message


async def test_a_password_that_is_pasted_never_reaches_the_disk(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        app.show_messages()
        app.sheet.post_message(events.Paste("Maël BASTIDE n'ouvre plus Pronote, son mot de passe : Soleil2013!"))
        await pilot.pause()
        assert len(app.session.messages) == 1
    assert not any(b"Soleil2013" in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


async def test_a_pasted_message_can_be_removed_and_put_back_after_a_restart(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        sheet = await opened_message(app)
        await pilot.press("down", "x")
        assert "placez-vous sur sa ligne" in app.message
        await pilot.press("up", "x")
        assert "Message retiré" in app.message
        assert not sheet.list.rows
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("u", "m")
        assert [message.raw.text.strip() for message in app.session.messages] == [TOLD]
        case = cases.case_id(app.session.messages[0].raw.text)
    config = tmp_path / "config.toml"
    config.write_text(f'agent = "testeur"\nstore = "{tmp_path / "store.sqlite"}"\n', encoding="utf-8")
    found = CliRunner().invoke(main_group, ["dossier", case, "--retirer-message"])
    assert found.exit_code == 0, found.output
    assert not Store.open(tmp_path / "store.sqlite").cases()


async def test_what_is_no_incident_is_closed_with_a_reason(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        sheet = await opened_message(app)
        count = len(sheet.list.rows)
        await pilot.press("down", "i", *"rien", "enter")
        assert len(sheet.list.rows) < count
        assert "clos cachés" in lines(app)[1]
        await pilot.press("h")
        assert len(sheet.list.rows) == count
        await pilot.press("u")
        assert "clos" not in lines(app)[1]


async def test_an_incident_says_why_it_is_what_it_is_and_hides_no_private_fact(tmp_path: Path) -> None:
    async with opened(tmp_path, screen=(100, 40)) as (app, pilot):
        sheet = await opened_message(app)
        await pilot.press("down", "enter")
        text = "\n".join(lines(app))
        assert "Confiance" in text
        assert "d’après «" in text
        await pilot.press("o")
        text = "\n".join(lines(app))
        assert "Bonjour," in text
        assert "santé (« hospitalisée »)" in text
        assert sheet.original


async def test_a_cut_category_and_people_are_kept_and_undone(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        sheet = await opened_message(app)
        count = len(sheet.session.messages[0].incidents)
        await pilot.press("down", "e", *"edt-09", "enter")
        incident = sheet.incident
        assert incident is not None
        assert incident.category == "EDT-09"
        before = incident.alternatives[0]
        assert "catégorie choisie" in "\n".join(lines(app))
        await pilot.press("minus", "down", "up", "space", "space", "space", "enter")
        assert len(sheet.session.messages[0].incidents) == count + 1
        await pilot.press("equals_sign")
        assert len(sheet.session.messages[0].incidents) == count
        again = FakeSession(tmp_path, make(12, 3))
        assert again.cut_messages(None)[0].raw.text.strip() == TOLD
        await pilot.press("u", "u", "u")
        assert sheet.session.messages[0].incidents[0].category == before
        assert "découpe du message" in app.message


async def test_people_are_taken_off_added_and_chosen_among_several(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        sheet = await opened_message(app)
        await pilot.press("down", "a", "enter")
        assert sheet.incident is not None
        assert not sheet.incident.persons
        assert "personne n’est nommé" in "\n".join(lines(app))
        await pilot.press("a", *"quelqu", "enter", *"bastide", "enter")
        assert sheet.palette.display
        await pilot.press("enter")
        (person,) = sheet.incident.persons
        assert person.identity
        assert person.profile is Profile.ELEVE


async def test_the_question_back_is_copied(tmp_path: Path) -> None:
    async with opened(tmp_path) as (app, pilot):
        await opened_message(app)
        await pilot.press("down", "y")
        assert "Copié" in app.message
        assert "?" in (tmp_path / "data" / "copie.txt").read_text(encoding="utf-8")


def test_the_place_of_a_cut_goes_from_sentence_to_sentence() -> None:
    text = "Bonjour. Le compte est bloqué ; - Zoé (5A) ne voit rien ! Merci"
    assert [text[at:].split()[0] for at in sentences(text)] == ["Le", "Zoé", "Merci"]
