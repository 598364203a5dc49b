"""What the data shows decides which note is written, what it says of dates, and what stays in the school."""

from __future__ import annotations

import msgspec
import pytest
from ticket_makers import NOW, evidence, export, incident, person, record, route, ticket

from diagnostics.model import KINSHIP, Actor, Evidence, Kind, Origin, Profile
from diagnostics.tickets import masking, templates
from diagnostics.tickets.check import check_ticket
from diagnostics.tickets.evidence import in_letters
from diagnostics.tickets.told import day_said

PUPIL = record("siecle", 3, "OLIVETTI", "Rosa", division="4B", ids={"ine": "100000001AA"})
ACCOUNT = record("annuaire", 4, "OLIVETTI", "Rosa", division="4B", ids={"uid": "ABC1"})
SIECLE = export("siecle", Kind.SIECLE_ELEVES, [PUPIL], "2025-11-05")
ENT = export("annuaire", Kind.ENT_ANNUAIRE, [ACCOUNT], "2025-11-09")
TO_SCHOOL = route(Actor.ETAB, Actor.DSI, steps=["Corriger la fiche. Menu : SIECLE Base élèves > Fiches élèves."])


def different(at_fault: str) -> tuple[str, str]:
    """(template, text) of the note about a name that one base writes otherwise."""
    about = incident("ANN-06", "Un nom diffère.", persons=[person(PUPIL)], proof=[evidence(PUPIL, "nom", "OLIVETI")])
    about = msgspec.structs.replace(about, facts={"at_fault": at_fault} if at_fault else {})
    draft = ticket(about, TO_SCHOOL, [SIECLE, ENT])
    return draft.template, draft.body


@pytest.mark.parametrize(("at_fault", "template"), [("SIECLE", "E1"), ("", "E1"), ("EDT", "E3")])
def test_a_note_is_about_the_base_that_is_wrong(at_fault: str, template: str) -> None:
    made, text = different(at_fault)
    assert made == template
    assert ("elle se fait dans SIECLE" in text) == (template == "E1")


def test_a_note_says_in_which_screen_and_by_when_without_a_date_that_moves() -> None:
    _, text = different("SIECLE")
    assert "Où : SIECLE Base élèves > Fiches élèves." in text
    assert "Échéance : dans la semaine." in text
    assert "SIECLE est juste" in different("ENT")[1]


def test_an_absence_is_observed_when_the_directory_was_exported() -> None:
    about = incident("ANN-01", persons=[person(PUPIL)], proof=[evidence(PUPIL, "compte ENT", "aucun")])
    draft = ticket(
        about, route(Actor.DSI, Actor.DSI), [SIECLE, export("annuaire", Kind.ENT_ANNUAIRE, [], "2025-11-09")]
    )
    assert "Constaté le : 09/11/2025." in draft.body
    assert "Exports comparés : ENT annuaire du 09/11/2025, SIECLE élèves du 05/11/2025." in draft.body
    assert "4 jours (du 05/11/2025 au 09/11/2025)" in draft.body


def test_an_older_export_that_held_the_account_is_quoted() -> None:
    lost = record("ancien", 9, "OLIVETTI", "Rosa", ids={"uid": "ABC1"})
    twin = record("ancien", 10, "OLIVETTI", "Rose", ids={"uid": "ABC2"})
    proof = [evidence(one, "compte présent le 01/10/2025", one.ids["uid"]) for one in (lost, twin)]
    text = ticket(incident("ANN-02", persons=[person(PUPIL)], proof=proof), route(Actor.DSI, Actor.DSI), [SIECLE]).body
    assert "compte présent le 01/10/2025 « ABC1 »" in text
    assert "ABC2" not in text


def test_what_a_person_is_to_a_child_never_leaves_the_school() -> None:
    carer = record("siecle", 8, "PORTAL", "Ivan", profile=Profile.PARENT)
    proof = Evidence(origin=Origin("siecle", 8), file="siecle.csv", field=KINSHIP, value="assistant familial")
    about = incident("SIE-04", "Personne à contacter.", persons=[person(carer)], proof=[proof])
    exports = [export("siecle", Kind.SIECLE_RESPONSABLES, [carer])]
    assert "assistant familial" in ticket(about, TO_SCHOOL, exports).body
    assert "assistant familial" not in ticket(about, TO_SCHOOL, exports, stage="support").body


def test_the_name_of_a_school_is_nobody_s() -> None:
    stranger = record("siecle", 12, "MOULIN", "Jean", division="4B")
    proof = [evidence(ACCOUNT, "établissement principal", "LYCEE JEAN MOULIN")]
    exports = [export("siecle", Kind.SIECLE_ELEVES, [PUPIL, stranger]), ENT]
    about = incident("ANN-12", persons=[person(ACCOUNT)], proof=proof)
    assert "« LYCEE JEAN MOULIN »" in ticket(about, route(Actor.DSI, Actor.DSI), exports).body


def test_what_is_asked_follows_the_number_of_persons() -> None:
    one, two = person(PUPIL), person(record("siecle", 5, "ARDENT", "Yves", division="4B"))
    asked = {
        count: ticket(incident("ANN-01", persons=persons), route(Actor.DSI, Actor.DSI), [SIECLE]).body
        for count, persons in ((1, [one]), (2, [one, two]))
    }
    assert (
        "Attendu : Dire si l'annuaire académique connaît cette personne, et créer ou rétablir son compte." in asked[1]
    )
    assert "connaît ces personnes, et créer ou rétablir leur compte." in asked[2]


def test_an_import_that_recognises_nobody_is_not_asked_for_its_settings() -> None:
    draft = ticket(incident("EDT-01", persons=[person(PUPIL)]), route(Actor.REF, Actor.KOSMOS), [SIECLE])
    assert not [line for line in draft.missing if line.startswith(("Socle", "Pilotage", "Statut"))]
    assert "[à compléter" not in draft.body.partition("Version d'EDT")[2].partition("\n")[2].partition("Constaté")[0]


def test_what_an_answer_ends_is_answered_until_something_was_tried() -> None:
    about = incident("EDT-08", "Un groupe a disparu à l'import.")
    to = route(Actor.REF, Actor.KOSMOS, steps=["Saisir dans EDT."])
    assert ticket(about, to).template == "R1"
    assert ticket(about, to, stage="support").template == "K3"
    assert ticket(msgspec.structs.replace(about, tried=("import refait",)), to).template == "K3"
    assert "Émetteur : Camille Vautrin" in ticket(about, to).body
    assert NOW.strftime("%d/%m/%Y") not in ticket(about, to).body


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("1 classe sans aucun cours.", "Une classe sans aucun cours."),
        ("1 élève n'a pas de compte.", "Un élève n'a pas de compte."),
        ("12 élèves sont partis.", "12 élèves sont partis."),
        ("1 234 fiches", "1 234 fiches"),
    ],
)
def test_a_sentence_does_not_open_with_the_figure_one(said: str, written: str) -> None:
    assert in_letters(said) == written


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("hier", "09/11/2025"),
        ("Hier vers 8h30", "09/11/2025 à 08:30"),
        ("7/11", "07/11/2025"),
        ("le 24/12", "24/12/2024"),
        ("07/11/25 à 14 h", "07/11/2025 à 14:00"),
        ("2025-11-07", "07/11/2025"),
        ("ce matin", "10/11/2025"),
        ("lundi", "03/11/2025"),
        ("vendredi dernier", "07/11/2025"),
        ("31/02/2025", ""),
        ("je ne sais plus", ""),
        ("un jour", ""),
    ],
)
def test_a_day_is_understood_as_people_write_it_or_asked_again(said: str, written: str) -> None:
    assert day_said(said, NOW) == written
    about = incident("ANN-04", persons=[person(PUPIL)])
    draft = ticket(about, route(Actor.KOSMOS, Actor.KOSMOS), [SIECLE], fields={"date_message": said})
    told = [line for line in draft.missing if line.startswith("Date du message")]
    if written:
        assert f"Message reçu le : {written}." in draft.body
        assert not told
    else:
        assert told == [f"Date du message de rejet : « {said} » n'est pas une date. Écrivez 10/11/2025."]


def test_the_class_and_the_reference_of_the_error_are_those_of_the_message() -> None:
    text = "Les élèves de 3A ne peuvent plus rendre leurs devoirs : erreur 500, page blanche."
    draft = ticket(incident("CDT-06", "Devoirs impossibles.", text=text), route(Actor.KOSMOS, Actor.KOSMOS))
    assert "Portée : classe 3A." in draft.body
    assert "Référence de l'erreur : erreur 500." in draft.body


def test_the_words_of_a_message_are_quoted_and_a_lock_out_is_as_urgent_as_its_category() -> None:
    text = "Ma fille Rosa n'est pas dans l'ENT : « compte inconnu »."
    about = incident("ANN-01", text, persons=[person(PUPIL)], text=text)
    body = ticket(about, TO_SCHOOL, [SIECLE]).body
    assert "Message reçu : « Ma fille Rosa n'est pas dans l'ENT : “compte inconnu” »." in body
    assert "Échéance : dans les 48 h." in body


@pytest.mark.parametrize(
    ("typed", "harm"),
    [
        ("son INE est 123456789AB", "INE"),
        ("mdp Soleil2013!", "mot de passe ou code"),
        ("mot de passe : Licorne99", "mot de passe ou code"),
        ("le mot de passe « Tournesol7 » ne marche plus", "mot de passe ou code"),
        ("le père est en prison", "un fait privé (« prison »)"),
        ("il est épileptique", "un fait privé (« épileptique »)"),
    ],
)
def test_a_text_that_shows_what_must_not_leave_is_not_ready(typed: str, harm: str) -> None:
    about = incident("ANN-01", "Compte absent.", persons=[person(PUPIL)])
    known = templates()
    sound = ticket(about, route(Actor.DSI, Actor.DSI), [SIECLE])
    for draft, refused in ((sound, False), (msgspec.structs.replace(sound, body=f"{sound.body}{typed}.\n"), True)):
        rule = check_ticket(draft, known[draft.template], about)[1]
        assert (harm in rule.why) is refused
        assert not (refused and rule.ok)


@pytest.mark.parametrize(
    "said",
    [
        "Le mot de passe a été réinitialisé le 12/11/2025 à 14h30",
        "le mot de passe du compte BLC17011 est refusé",
        "M. Juge et Mme Prison n'ont pas d'accès",
        "Mot de passe oublié par l'élève de 6A",
    ],
)
def test_what_only_looks_like_a_secret_is_let_through(said: str) -> None:
    assert not masking.exposed(said)
    assert not masking.private_facts(said)
