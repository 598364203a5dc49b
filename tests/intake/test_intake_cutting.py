"""Where a message is cut, what is no incident, and when to ask instead of routing."""

from __future__ import annotations

from datetime import datetime

import pytest

from diagnostics import intake
from diagnostics.intake.message import Message
from diagnostics.model import Actor
from diagnostics.settings import Settings

NOW = datetime(2025, 10, 6, 9)


def cut(text: str) -> Message:
    return intake.split(intake.read(text.encode(), name="message"), settings=Settings(), now=NOW)


def categories(text: str) -> list[str]:
    return [one.category for one in cut(text).incidents]


def test_numbered_items_are_incidents_of_their_own() -> None:
    text = (
        "Bonjour,\nTrois points à traiter :\n1) Le compte de Léo Marquis (prof) a été rejeté.\n"
        "2) Import EDT toujours en file d'attente depuis hier.\n3) Quota dépassé dans la rubrique Stages.\nMerci"
    )
    assert categories(text) == ["ANN-04", "EDT-03", "POR-02"]


def test_rules_between_matters_cut_them() -> None:
    text = "La tuile e-sidoc affiche utilisateur inconnu ----- Le vidéoprojecteur de la salle 4 est en panne"
    assert categories(text) == ["CON-04", "HOR-01"]


def test_two_matters_in_one_sentence_are_two() -> None:
    text = (
        "Zélie Bardin (5B) a oublié son mot de passe EduConnect et le bloc Pronote de la page d'accueil est vide "
        "pour tous."
    )
    assert categories(text) == ["EDU-01", "PRN-10"]


def test_a_word_that_announces_another_matter_cuts() -> None:
    text = (
        "Ma clé OTP est perdue, ARENA me refuse. Par ailleurs les élèves ne voient pas l'article publié hier.\n"
        "Alma Rivet"
    )
    assert categories(text) == ["ANN-11", "POR-01"]


@pytest.mark.parametrize(
    "text",
    [
        "Noé Carlin (6A) ne passe pas de l'ENT à Pronote. Idem pour sa sœur Lou Carlin en 4C.",
        "Noé Carlin 6A et Lou Carlin 4C ne passent pas de l'ENT à Pronote.",
        "Ces élèves ne passent pas de l'ENT à Pronote :\n- Noé Carlin 6A\n- Lou Carlin 4C",
    ],
)
def test_persons_with_one_symptom_are_one_incident(text: str) -> None:
    (incident,) = cut(text).incidents
    assert incident.category == "PRN-01"
    assert [person.given_names for person in incident.persons] == ["Noé", "Lou"]


def test_details_and_trials_belong_to_their_symptom() -> None:
    text = (
        "L'ENT affiche une erreur 502 pour tout le lycée. J'ai vidé le cache et changé de navigateur, même chose. "
        "Le réseau fonctionne."
    )
    (incident,) = cut(text).incidents
    assert incident.category == "POR-07"
    assert incident.text.endswith("Le réseau fonctionne.")


@pytest.mark.parametrize(
    "text",
    [
        "Bonjour, c'est tout bon, ma collègue a reçu ses accès. Merci beaucoup !",
        "Je suis absent du bureau jusqu'au 3 novembre. Ceci est une réponse automatique.",
        "Bonjour,\nLa réunion des référents aura lieu mardi à 14 h, l'ordre du jour suivra.\nBien à vous",
        "Bien reçu, je transmets au secrétariat. Cordialement",
        "",
        "   \n\n ",
    ],
)
def test_zero_is_an_answer(text: str) -> None:
    message = cut(text)
    assert message.incidents == ()
    assert not message.needs_clarification


@pytest.mark.parametrize(
    "text",
    [
        "ça ne marche toujours pas merci de faire quelque chose",
        "Bonjour j'arrive pas à me connecter pouvez-vous m'aider",
        "problème de connexion",
        "Accès impossible",
        "bonjour sa marche pas aider moi svp merci",
    ],
)
def test_a_vague_complaint_asks_a_closed_list_of_questions(text: str) -> None:
    message = cut(text)
    assert message.needs_clarification
    assert len(message.incidents) == 1
    assert len(message.questions) >= 5
    assert message.routes[message.incidents[0].id].first_actor is Actor.REF


@pytest.mark.parametrize(
    "text", ["Pronote ne répond plus pour tout le monde", "Import EDT auto encore rejeté ce matin"]
)
def test_a_terse_complaint_that_names_its_object_is_not_vague(text: str) -> None:
    message = cut(text)
    assert len(message.incidents) == 1
    assert not message.needs_clarification


def test_ids_are_stable_and_tell_spans_apart() -> None:
    text = "1) Quota dépassé.\n2) Le wifi du CDI est en panne."
    first, second = cut(text), cut(text)
    assert [one.id for one in first.incidents] == [one.id for one in second.incidents]
    assert len({one.id for one in first.incidents}) == 2


def test_what_was_tried_changes_who_acts() -> None:
    before = cut("Ada Morin (prof) ne passe pas de l'ENT à Pronote.")
    after = cut("Ada Morin (prof) ne passe pas de l'ENT à Pronote. J'ai déjà réimporté les identifiants Pronote hier.")
    assert before.routes[before.incidents[0].id].first_actor is Actor.REF
    assert after.routes[after.incidents[0].id].first_actor is Actor.INDEX
    assert after.incidents[0].tried


def test_sms_language_is_understood() -> None:
    text = "slt c la maman de Ewen 5emeA g perdu mdp educonect svp"
    (incident,) = cut(text).incidents
    assert incident.category == "EDU-02"
    assert "Ewen" in {person.given_names for person in incident.persons}


def test_the_words_that_led_to_the_category_are_given() -> None:
    (incident,) = cut("Compte ENT écrasé : Mme Odile Rochas n'est plus dans l'annuaire").incidents
    assert incident.category == "ANN-02"
    assert any("annuaire" in words for words in incident.words)
    assert 0.5 < incident.confidence <= 1


def test_neighbouring_matters_joined_by_and_are_two_only_when_neither_explains_the_other() -> None:
    both = "L'appel ne s'enregistre pas dans le module vie scolaire et les sanctions d'hier n'apparaissent plus."
    assert categories(both) == ["VSC-01", "VSC-02"]
    assert len(categories("Mme Ravel ne voit pas ses classes et son cahier de textes est vide depuis l'import.")) == 1
    assert len(categories("L'import EDT a échoué et le bilan indique 30 séances en moins.")) == 1


def test_whoever_a_clause_points_back_to_is_concerned_by_it() -> None:
    text = "M. Thierry Loisel ne voit aucune de ses classes et la messagerie lui refuse ses pièces jointes."
    assert [[person.surname for person in one.persons] for one in cut(text).incidents] == [["Loisel"], ["Loisel"]]


def test_the_number_of_a_class_in_brackets_opens_no_item() -> None:
    text = "Bonjour, le compte de la maman de Joaquim Teixeira (5e 2) a disparu de l'annuaire. Secrétariat"
    (one,) = cut(text).incidents
    assert one.text.startswith("le compte de la maman")


def test_a_note_that_opens_with_tel_is_read_and_no_titled_adult_is_a_pupil() -> None:
    text = "Tel: Mme Sanogo. Fille Aïssata en 2nde 9. Mot de passe EduConnect perdu."
    (one,) = cut(text).incidents
    assert {(person.surname, person.given_names) for person in one.persons} == {("Sanogo", ""), ("", "Aïssata")}
    assert all(person.profile.value != "eleve" for person in one.persons if person.surname == "Sanogo")


def test_the_same_for_somebody_else_with_another_trouble_is_another_matter() -> None:
    text = (
        "Appel 9h10 Mme Fassian (mère d'Adam Benali 4e B) : reçoit tout en double.\n"
        "Idem pour M. Ruizeau : ne voit que Camille, pas Alvaro"
    )
    first, second = cut(text).incidents
    assert (first.category, second.category) == ("SIE-01", "EDU-04")
    assert "Fassian" not in {person.surname for person in second.persons}


@pytest.mark.parametrize(
    "told",
    [
        "Anaïs LEMOINE 6A n'arrive plus à se connecter à l'ENT, et la classe de 5B ne voit pas le cahier de textes.",
        "Anaïs LEMOINE ne peut plus se connecter à EduConnect et le groupe de latin est vide dans l'ENT.",
        "Le père de Lou ROUX ne peut plus se connecter à EduConnect et les élèves de 4A ne voient plus Pronote.",
    ],
)
def test_a_vague_trouble_and_a_plain_one_joined_by_and_are_two(told: str) -> None:
    assert len(cut(told).incidents) == 2


def test_an_effect_joined_by_and_is_no_second_trouble() -> None:
    told = "Depuis l'import EDT de lundi les professeurs ne voient plus leurs cours et les parents ne comprennent plus."
    assert len(cut(told).incidents) == 1
