"""Routes: who acts first, who gets the ticket, how long to wait, and why."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from diagnostics import catalogue, routing
from diagnostics.model import Actor, Evidence, Incident, Origin, Person, Profile, Record, Route
from diagnostics.routing import contact, route, route_incident
from diagnostics.routing_facts import scope_of
from diagnostics.safety import Refusal
from diagnostics.settings import Contact, Settings

CORPUS = Path(__file__).parent.parent.parent / "shared" / "domain" / "incidents.jsonl"
SCHOOL = Settings(academie="lyon")
WINTER = datetime(2026, 1, 20, 10, 0)
TUESDAY = datetime(2026, 9, 15, 16, 0)
PUPIL, PARENT, TEACHER = Profile.ELEVE, Profile.PARENT, Profile.ENSEIGNANT


def routed(category: str, *profiles: Profile, now: datetime = WINTER, **more: object) -> Route:
    given_settings = more.pop("settings", SCHOOL)
    return route(category=category, profiles=profiles, settings=given_settings, now=now, **more)  # type: ignore[arg-type]


def owners(found: Route) -> tuple[str, str]:
    return found.first_actor.value, found.recipient.value


def test_a_plain_case_follows_its_card() -> None:
    found = routed("PRN-01", PUPIL)
    assert owners(found) == ("REF", "INDEX")
    assert found.wait_hours == 0
    assert found.alternatives == ((Actor.KOSMOS, "l'import des identifiants dans l'ENT échoue"),)


@pytest.mark.parametrize("code", catalogue.cards())
def test_every_category_has_a_route_in_every_month(code: str) -> None:
    card = catalogue.card(code)
    for month in range(1, 13):
        found = routed(code, now=datetime(2026, month, 10, 9, 0))
        assert found.try_first
        assert found.why
        assert found.recipient is card.recipient
    assert routed(code).first_actor is card.first_actor


# ------------------------------------------------------------------------------------------ the home of the account
@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        (Profile.ELEVE, ("REF", "DSI")),
        (Profile.PARENT, ("ETAB", "DSI")),
        (Profile.ENSEIGNANT, ("DSI", "DSI")),
        (Profile.NON_ENSEIGNANT, ("DSI", "DSI")),
        (Profile.AUTRE, ("REF", "KOSMOS")),
        (Profile.COLLECTIVITE, ("AUTRE", "AUTRE")),
    ],
)
def test_a_forgotten_password_goes_where_the_account_lives(profile: Profile, expected: tuple[str, str]) -> None:
    assert owners(routed("EDU-01", profile)) == expected


def test_a_local_account_of_a_teacher_is_mended_in_the_ent() -> None:
    assert owners(routed("EDU-01", TEACHER, facts={"is_local": "oui"})) == ("REF", "KOSMOS")


def test_a_newcomer_teacher_does_not_come_by_siecle() -> None:
    steps = " ".join(routed("ANN-01", TEACHER).try_first)
    assert "STS-Web" in steps


def test_mixed_profiles_keep_the_card_s_own_route() -> None:
    assert owners(routed("EDU-05", PUPIL, PARENT)) == ("REF", "DSI")
    assert owners(routed("EDU-05", PARENT)) == ("ETAB", "DSI")


# ------------------------------------------------------------------------------------------------------- the scope
@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("une personne", ("REF", "INDEX")),
        ("classe", ("REF", "INDEX")),
        ("profil", ("REF", "KOSMOS")),
        ("tous", ("REF", "KOSMOS")),
        ("autres établissements", ("KOSMOS", "KOSMOS")),
    ],
)
def test_the_wider_the_scope_the_less_it_is_one_identifier(scope: str, expected: tuple[str, str]) -> None:
    assert owners(routed("PRN-01", PUPIL, scope=scope)) == expected


def test_an_unknown_scope_is_refused_in_french() -> None:
    with pytest.raises(Refusal, match="Portée inconnue"):
        routed("PRN-01", scope="partout")


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("la cité scolaire voisine a le même souci", "autres établissements"),
        ("la tuile ne marche plus pour tout le monde", "tous"),
        ("le bloc est vide pour tous les élèves", "profil"),
        ("toute la classe est touchée", "classe"),
        ("tous les élèves de la 4A", "classe"),
        ("mon fils ne voit rien", "une personne"),
    ],
)
def test_the_scope_is_read_in_the_text(text: str, scope: str) -> None:
    assert scope_of(text) == scope


def test_where_the_path_breaks_changes_the_card() -> None:
    assert owners(routed("PRN-01", TEACHER, facts={"breaks_at": "ARENA"})) == ("DSI", "DSI")


# -------------------------------------------------------------------------------------------- the calendar, the delay
def test_waiting_is_a_route() -> None:
    found = routed("ANN-01", PUPIL, now=TUESDAY, facts={"since": "2026-09-15T14:00"})
    assert (found.wait_hours, found.wait_until) == (48, "2026-09-17T14:00")
    assert "Attendre jusqu'au jeudi 17 septembre 14:00, puis recharger l'annuaire de l'ENT" in found.why
    assert found.first_actor is Actor.ETAB


def test_the_delay_runs_over_the_week_end() -> None:
    found = routed("ANN-01", PUPIL, now=datetime(2026, 1, 16, 18, 0), facts={"since": "2026-01-16T17:00"})
    assert found.wait_until == "2026-01-18T17:00"


def test_once_the_delay_is_over_the_recipient_acts() -> None:
    found = routed("ANN-01", PUPIL, now=TUESDAY, facts={"since": "2026-09-12T10:00"})
    assert owners(found) == ("DSI", "DSI")
    assert (found.wait_hours, found.wait_until) == (0, "")


def test_without_a_date_the_delay_counts_from_the_correction() -> None:
    found = routed("STS-01", TEACHER)
    assert (found.wait_hours, found.wait_until) == (48, "2026-01-22T10:00")
    assert "48 h" in found.why


def test_a_gar_manager_waits_a_day() -> None:
    assert routed("CON-03", TEACHER).wait_hours == 24


def test_a_queue_of_more_than_a_day_is_kosmos() -> None:
    assert routed("EDT-03", facts={"since": "2026-01-20T08:00"}).first_actor is Actor.REF
    assert routed("EDT-03", facts={"since": "2026-01-18T08:00"}).first_actor is Actor.KOSMOS


def test_leavers_are_answered_until_toussaint() -> None:
    found = routed("ANN-07", PUPIL, now=TUESDAY)
    assert found.wait_until == "2026-11-02T08:00"
    assert found.wait_hours > 1000
    assert "Normal en cette période" in found.why
    assert routed("ANN-07", PUPIL, now=datetime(2026, 11, 10)).wait_until == ""


def test_classes_empty_in_july_are_no_ticket_before_the_16th() -> None:
    found = routed("CDT-02", PUPIL, now=datetime(2026, 7, 7, 9, 0))
    assert found.wait_until == "2026-07-16T08:00"
    assert any("15 juillet" in step for step in found.try_first)


def test_the_ent_closed_in_august_is_no_breakdown() -> None:
    found = routed("POR-07", now=datetime(2026, 8, 20, 9, 0), scope="tous")
    assert found.first_actor is Actor.REF
    assert found.wait_until == "2026-09-01T08:00"


def test_the_school_s_block_dates_come_before_the_default() -> None:
    school = Settings(block_parents_until="2026-09-12", block_pupils_until="2026-08-31T23:30")
    now = datetime(2026, 9, 8, 9, 0)
    assert routed("BLO-01", PARENT, now=now, settings=school).wait_until == "2026-09-13T00:00"
    assert routed("BLO-01", PUPIL, now=now, settings=school).wait_until == ""
    assert routed("BLO-01", PARENT, now=now).wait_until == "", "the default block ends with the rentrée"
    early = datetime(2026, 8, 31, 9, 0)
    assert routed("BLO-01", PUPIL, now=early).wait_until == "2026-09-01T08:00"


def test_staff_are_never_blocked_by_the_block() -> None:
    assert routed("BLO-01", TEACHER, now=datetime(2026, 8, 31, 9, 0)).wait_until == ""


def test_reminders_of_the_season_go_with_the_route() -> None:
    assert "version de Pronote" in routed("PRN-06", now=datetime(2026, 9, 5)).why
    assert "version de Pronote est à changer" not in routed("PRN-06").why


# ------------------------------------------------------------------------------------------------ what was tried, facts
def test_steps_already_made_are_not_proposed_again() -> None:
    found = routed("PRN-01", PUPIL, tried=["presence_pronote", "j'ai réexporté les identifiants Pronote"])
    assert not any("est dans la base Pronote" in step or "Refaire l'export" in step for step in found.try_first)
    assert "Déjà fait" in found.why
    assert found.first_actor is Actor.REF


def test_once_the_decisive_step_is_made_the_recipient_acts() -> None:
    assert routed("PRN-01", PUPIL, tried=["import_identifiants"]).first_actor is Actor.INDEX


def test_a_sentence_with_a_date_starts_the_delay() -> None:
    tried = ["Les exports structure et services vers SIECLE ont été relancés le 22/09"]
    later = routed("ANN-03", TEACHER, now=datetime(2025, 9, 29, 10, 0), tried=tried)
    assert owners(later) == ("DSI", "DSI")
    sooner = routed("ANN-03", TEACHER, now=datetime(2025, 9, 23, 10, 0), tried=tried)
    assert owners(sooner) == ("ETAB", "DSI")
    assert sooner.wait_until == "2025-09-24T00:00"


def test_an_import_that_fails_is_kosmos() -> None:
    found = routed("PRN-01", PUPIL, facts={"import_failed": "oui"})
    assert owners(found) == ("REF", "KOSMOS")
    assert (Actor.INDEX, "dans les autres cas") in found.alternatives


def test_a_reject_for_a_siecle_datum_is_the_school_s() -> None:
    assert owners(routed("ANN-04", PUPIL, text="motif : date de naissance absente")) == ("ETAB", "DSI")
    assert owners(routed("ANN-04", TEACHER, text="motif : identifiant de jointure déjà utilisé")) == (
        "KOSMOS",
        "KOSMOS",
    )


def test_an_expired_certificate_is_the_dsi_s() -> None:
    assert owners(routed("SIE-09", text="NetSynchro nous renvoie « certificat expiré »")) == ("DSI", "DSI")
    assert owners(routed("SIE-09")) == ("ETAB", "DSI")


def test_a_wrong_source_is_mended_first() -> None:
    assert routed("ANN-02", PARENT, facts={"source_ok": "non"}).first_actor is Actor.ETAB
    assert routed("ANN-02", PARENT).first_actor is Actor.DSI


def test_steps_follow_the_date_and_the_version() -> None:
    before, after = (" ".join(routed("PRN-04", now=now).try_first) for now in (datetime(2022, 9, 6), WINTER))
    assert "mode complet" in before
    assert "Premier import de l'année en « mode complet »" not in after
    old = " ".join(routed("EDT-05", facts={"edt_version": "2021"}).try_first)
    new = " ".join(routed("EDT-05", facts={"edt_version": "2025"}).try_first)
    assert "K-d'école" in old
    assert "« Skolengo »" not in old
    assert "« Skolengo »" in new


def test_steps_follow_the_settings_of_the_school() -> None:
    own = " ".join(routed("EDT-10", settings=Settings(timetable_diary="pronote")).try_first)
    assert "ne pas générer les séances" in own
    assert "laissant la date" not in own
    hosted = " ".join(routed("PRN-06", settings=Settings(pronote_hosting="index")).try_first)
    assert "console d'hébergement" in hosted
    assert "adresse publique" not in hosted


def test_menus_are_those_of_the_academie() -> None:
    lyon = " ".join(routed("EDT-01", settings=Settings(academie="lyon")).try_first + routed("MSG-01").try_first)
    toulouse = " ".join(routed("MSG-01", settings=Settings(academie="toulouse")).try_first)
    anywhere = " ".join(routed("MSG-01", settings=Settings()).try_first)
    assert "Gestion vie scolaire" in lyon
    assert "Pédagogie > Gestion emploi du temps" in toulouse
    assert "Gestion vie scolaire" not in toulouse
    assert "Gestion vie scolaire" in anywhere
    assert "Pédagogie" in anywhere


# ---------------------------------------------------------------------------------------------------- what is urgent
@pytest.mark.parametrize("now", [WINTER, datetime(2026, 7, 7), datetime(2026, 8, 20)])
def test_exposed_data_never_wait(now: datetime) -> None:
    found = routed("SEC-01", PARENT, now=now)
    assert owners(found) == ("ETAB", "DSI")
    assert (found.wait_hours, found.wait_until) == (0, "")
    assert "Couper l'accès" in found.try_first[0]
    assert "tout de suite" in found.why


def test_a_wrong_match_goes_to_whoever_holds_it() -> None:
    assert owners(routed("SEC-01", PARENT, facts={"wrong_match": "pronote"})) == ("ETAB", "INDEX")


def test_a_message_that_says_nothing_is_asked_for_more() -> None:
    found = routed("")
    assert found.first_actor is Actor.REF
    assert len(found.try_first) == 3
    assert "précisions" in found.why


def test_an_unknown_category_is_refused() -> None:
    with pytest.raises(Refusal):
        routed("XXX-01")


# ----------------------------------------------------------------------------------------------------------- incidents
def incident(category: str, *, text: str = "", record: Record | None = None, profile: Profile = PUPIL) -> Incident:
    evidence = (
        (Evidence(origin=record.origin, file="siecle.xml", field="entrée", value="x", record=record),) if record else ()
    )
    person = Person(surname="Zyskind", given_names="Ode", profile=profile)
    return Incident(id="i", category=category, summary="", persons=(person,), evidence=evidence, text=text)


def test_a_recent_entry_is_waited_for() -> None:
    record = Record(origin=Origin("e", 3), profile=PUPIL, extra={"entry_date": "2026-01-19"})
    found = route_incident(incident("ANN-01", record=record), settings=SCHOOL, now=WINTER)
    assert found.wait_until == "2026-01-21T00:00"
    assert "Arrivée récente" in found.why


def test_an_old_entry_does_not_shorten_the_delay() -> None:
    record = Record(origin=Origin("e", 3), profile=PUPIL, extra={"entry_date": "2025-09-01"})
    found = route_incident(incident("ANN-01", record=record), settings=SCHOOL, now=WINTER)
    assert owners(found) == ("ETAB", "DSI")
    assert found.wait_hours == 48


@pytest.mark.parametrize(
    ("directory", "local"), [("Annuaire ENT", True), ("AAF", False), ("Annuaire académique de l'ENT", False)]
)
def test_a_local_account_is_seen_in_the_evidence(directory: str, local: bool) -> None:
    record = Record(origin=Origin("e", 3), profile=TEACHER, extra={"directory": directory})
    found = route_incident(incident("EDU-01", record=record, profile=TEACHER), settings=SCHOOL, now=WINTER)
    assert owners(found) == (("REF", "KOSMOS") if local else ("DSI", "DSI"))


def test_the_text_of_an_incident_gives_its_scope() -> None:
    found = route_incident(
        incident("PRN-01", text="Pronote ne s'ouvre plus pour tout le monde"), settings=SCHOOL, now=WINTER
    )
    assert owners(found) == ("REF", "KOSMOS")


def test_a_time_zone_changes_nothing() -> None:
    assert routed("ANN-01", PUPIL, now=WINTER.replace(tzinfo=UTC)) == routed("ANN-01", PUPIL)


@hypothesis_settings(max_examples=60, deadline=None)
@given(
    code=st.sampled_from(list(catalogue.cards())),
    profiles=st.lists(st.sampled_from(list(Profile)), max_size=4),
    scope=st.sampled_from(catalogue.SCOPES),
    now=st.datetimes(datetime(2019, 1, 1), datetime(2035, 1, 1)),
    tried=st.lists(st.text(max_size=40), max_size=2),
)
def test_the_same_arguments_give_the_same_route(
    code: str, profiles: list[Profile], scope: str, now: datetime, tried: list[str]
) -> None:
    one = route(category=code, profiles=profiles, scope=scope, settings=SCHOOL, now=now, tried=tried)
    two = route(category=code, profiles=list(reversed(profiles)), scope=scope, settings=SCHOOL, now=now, tried=tried)
    assert one == two
    assert one.why
    assert not one.wait_until or datetime.fromisoformat(one.wait_until) > now


# ------------------------------------------------------------------------------------------------------------ contacts
def test_contacts_come_from_the_preset_then_from_the_settings() -> None:
    assert contact(Actor.DSI, SCHOOL).phone == "04.72.80.64.88"
    own = Settings(academie="lyon", contacts={"DSI": Contact(phone="04 65 71 00 00")})
    assert contact(Actor.DSI, own).phone == "04 65 71 00 00"
    assert contact(Actor.DSI, own).mail == "assistance@ac-lyon.fr"
    assert contact(Actor.DSI, Settings()).phone == ""
    assert contact(Actor.ETAB, Settings()).name == "établissement"


def test_a_school_s_own_card_changes_its_routes(tmp_path: Path) -> None:
    (tmp_path / "ecole.toml").write_text('[PRN-09]\nfirst_actor = "REF"\n', encoding="utf-8")
    assert routed("PRN-09", settings=Settings(catalogue=str(tmp_path))).first_actor is Actor.REF


def test_the_labelled_corpus_is_routed_as_its_readers_did() -> None:
    if not CORPUS.exists():
        pytest.skip("the labelled corpus is not beside the repository")
    exact = acceptable = persists = total = 0
    for line in CORPUS.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        for one in case["incidents"]:
            text = " ".join(span["text"] for span in one["spans"])
            found = route(
                category=one["category"],
                profiles=[Profile(person["profil"] or "inconnu") for person in one["persons"]],
                scope=routing.scope_of(text),
                settings=SCHOOL,
                now=datetime.fromisoformat(case["date"] + "T10:00"),
                tried=[text],
                text=text,
            )
            total += 1
            exact += found.first_actor == one["destination"]
            acceptable += found.first_actor in {one["destination"], *one["acceptable_destinations"]}
            persists += found.recipient == one["ticket_if_persists"]
    assert exact >= 0.9 * total
    assert acceptable == total
    assert persists == total


@pytest.mark.parametrize("code", sorted(catalogue.cards()))
def test_reasons_are_whole_sentences(code: str) -> None:
    why = route(category=code, settings=Settings(), now=datetime(2026, 11, 22, 10, tzinfo=UTC)).why
    assert ".." not in why
    assert ". ." not in why


# ------------------------------------------------------------------------------------------- advice and the calendar
@pytest.mark.parametrize(
    ("category", "day", "said", "unsaid"),
    [
        ("SIE-02", datetime(2026, 11, 20), "déjà dans l'ENT", "dernière semaine d'août"),
        ("SIE-02", datetime(2026, 8, 10), "dernière semaine d'août", "déjà dans l'ENT"),
        ("SIE-01", datetime(2026, 5, 12), "bascule de la base élèves", "dernière semaine d'août"),
        ("SIE-01", datetime(2026, 11, 20), "Doublons responsables", "bascule de la base élèves"),
        ("ANN-07", datetime(2026, 11, 20), "La Toussaint est passée", ""),
        ("ANN-07", datetime(2026, 9, 20), "Carnet d'adresses", "La Toussaint est passée"),
        ("CDT-02", datetime(2026, 7, 8), "15 juillet", "Hors de la fin d'année"),
        ("CDT-02", datetime(2026, 11, 20), "Hors de la fin d'année", "15 juillet"),
    ],
)
def test_a_step_is_proposed_in_its_season_only(category: str, day: datetime, said: str, unsaid: str) -> None:
    steps = " ".join(routed(category, now=day).try_first)
    assert said in steps
    assert not unsaid or unsaid not in steps


def test_no_route_of_november_speaks_of_august_or_july_as_to_come() -> None:
    for code in catalogue.cards():
        steps = " ".join(routed(code, now=datetime(2026, 11, 20, 9)).try_first)
        assert "août" not in steps, code
        assert "juillet" not in steps, code


def test_the_cause_that_the_data_shows_is_said_instead_of_the_card_s() -> None:
    cause = "Trop d'essais ou sécurité : lire l'état, débloquer ou réinitialiser."
    incident = Incident(id="i", category="EDU-05", summary="bloqué", cause=cause)
    why = route_incident(incident, settings=SCHOOL, now=WINTER).why
    assert "Cause probable : trop d'essais ou sécurité" in why
    assert "trois mois" not in why


def test_waiting_is_told_by_its_day_and_hour_then_what_to_load_again() -> None:
    found = routed("STS-01", TEACHER, now=TUESDAY, facts={"since": "2026-09-15T14:00"})
    assert found.wait_until == "2026-09-17T14:00"
    assert "jeudi 17 septembre 14:00, puis recharger" in found.why


def test_a_mistake_of_edt_alone_waits_for_no_directory() -> None:
    found = routed("ANN-06", Profile.ELEVE, facts={"at_fault": "EDT"})
    assert (owners(found), found.wait_hours) == (("ETAB", "KOSMOS"), 0)
    assert "48 h" not in found.why
    assert routed("ANN-06", Profile.ELEVE, facts={"at_fault": "SIECLE"}).wait_hours == 48


def test_nothing_is_asked_of_the_school_when_the_directory_alone_is_wrong() -> None:
    for category, first in (("ANN-06", "DSI"), ("ANN-15", "REF")):
        found = routed(category, Profile.ELEVE, facts={"at_fault": "ENT"})
        assert (owners(found), found.wait_hours) == ((first, "DSI"), 48)
        assert not any("SIECLE" in step and "rien" not in step for step in found.try_first)


def test_a_file_that_no_import_took_and_a_refused_twin_are_put_right_by_the_school() -> None:
    assert owners(routed("EDT-05", facts={"imported": "non"})) == ("ETAB", "ETAB")
    assert owners(routed("AUT-01", facts={"twin": "oui"})) == ("ETAB", "ETAB")
    assert owners(routed("AUT-01", facts={"twin": "non"})) == ("REF", "INDEX")


@pytest.mark.parametrize(
    ("state", "step"), [("non_active", "informer de nouveau"), ("bloque", "réinitialiser"), ("supprime", "Désactivé")]
)
def test_what_the_account_is_in_tells_the_one_thing_to_do(state: str, step: str) -> None:
    (said,) = routed("EDU-05", Profile.ELEVE, facts={"state": state}).try_first
    assert step in said
    assert len(routed("EDU-05", Profile.ELEVE).try_first) > 3
