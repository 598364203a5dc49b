"""Names in any order and spelling, and who among them is concerned."""

from __future__ import annotations

from datetime import datetime

import pytest

from diagnostics import intake
from diagnostics.intake.divisions import CLASS
from diagnostics.intake.message import Message
from diagnostics.intake.names import names
from diagnostics.model import Profile
from diagnostics.settings import Settings


def cut(text: str) -> Message:
    return intake.split(intake.read(text.encode(), name="message"), settings=Settings(), now=datetime(2025, 10, 6, 9))


def who(text: str) -> list[tuple[str, str]]:
    return [(person.surname, person.given_names) for one in cut(text).incidents for person in one.persons]


@pytest.mark.parametrize(
    ("text", "surname", "given"),
    [
        ("élève Camille Berthou", "Berthou", "Camille"),
        ("élève BERTHOU Camille", "BERTHOU", "Camille"),
        ("élève Camille BERTHOU", "BERTHOU", "Camille"),
        ("Mme Berthou", "Berthou", ""),
        ("M. Q. Berthou", "Berthou", "Q."),
        ("Camille B. (5e2)", "B.", "Camille"),
        ("Rozenn Le Dily", "Le Dily", "Rozenn"),
        ("Mme Yasmina de La Roche", "de La Roche", "Yasmina"),
        ("c'est camille berthou", "berthou", "camille"),
        ("je m'appelle berthou camille", "berthou", "camille"),
        ("Jean-Noël Quéré-Maout", "Quéré-Maout", "Jean-Noël"),
        ("l'élève OUATTARA-DIOP Awa", "OUATTARA-DIOP", "Awa"),
        ("Mme Ferreira Da Costa", "Ferreira Da Costa", ""),
        ("M. GIRARDIN V.", "GIRARDIN", "V."),
        ("A.-M. Berthou", "Berthou", "A.-M."),
        ("Mme Noël Pascale", "Noël", "Pascale"),
        ("Maria do Céu Berthou Lopes", "Berthou Lopes", "Maria do Céu"),
        ("NGUYEN Thi Mai", "NGUYEN", "Thi Mai"),
        ("Marceau-Berthou Ombeline", "Marceau-Berthou", "Ombeline"),
        ("Mme Classe", "Classe", ""),
    ],
)
def test_a_name_is_read_in_any_order_and_case(text: str, surname: str, given: str) -> None:
    (name,) = names(text)
    assert (name.surname, name.given) == (surname, given)


@pytest.mark.parametrize(
    "text",
    [
        "Le collège Jean Moulin et le lycée Marie Curie",
        "EduConnect, Pronote et SIECLE sont en panne depuis Lundi",
        "Bonjour Madame la Principale",
        "Import EDT du Vendredi",
        "les vacances de Noël",
        "Impossible depuis Mardi",
    ],
)
def test_schools_products_and_days_are_no_persons(text: str) -> None:
    assert names(text) == []


@pytest.mark.parametrize(
    "code",
    ["5C", "5e2", "6emeB", "2GT4", "1STMG2", "TG3", "3ème A", "terminale 3", "4SEGPA", "5EME1", "2nde 6", "1MELEC"],
)
def test_classes_are_recognised_as_people_write_them(code: str) -> None:
    match = CLASS.search(f"l'élève est en {code}.")
    assert match is not None
    assert match[0] == code


@pytest.mark.parametrize(
    "text", ["le 5 septembre", "3 essais", "à 8h30", "12/09/2025", "502 Bad Gateway", "04 65 71 00 12"]
)
def test_numbers_are_no_classes(text: str) -> None:
    assert CLASS.search(text) is None


def test_parent_and_children_are_concerned_and_share_their_name() -> None:
    text = "M. Bastien Rivoire (papa de Louane en 5C et de Timéo en 6D) a deux comptes et reçoit tout en double."
    (incident,) = cut(text).incidents
    found = [(p.surname, p.given_names, p.profile, p.division) for p in incident.persons]
    assert found == [
        ("Rivoire", "Bastien", Profile.PARENT, ""),
        ("Rivoire", "Louane", Profile.ELEVE, "5C"),
        ("Rivoire", "Timéo", Profile.ELEVE, "6D"),
    ]


def test_the_writer_is_concerned_when_he_speaks_of_himself() -> None:
    text = "Bonjour,\nje ne peux plus lire mes mails académiques, mon mot de passe est refusé.\nAnatole Grosbois, maths"
    assert who(text) == [("Grosbois", "Anatole")]


@pytest.mark.parametrize(
    "text",
    [
        "Bonjour,\nAlma Rivet (4C) ne passe pas de l'ENT à Pronote.\nSolène Prat\nRéférente numérique",
        "Bonjour,\nM. Yves Caron me signale qu'Alma Rivet (4C) ne passe pas de l'ENT à Pronote.\nMerci",
        "Bonjour,\nAlma Rivet (4C) ne passe pas de l'ENT à Pronote, vu avec M. Caron.\nMerci",
        "Alma Rivet (4C), nouvelle déléguée à la place de Lucie Fabre, ne passe pas de l'ENT à Pronote.",
    ],
)
def test_signatories_relays_and_predecessors_are_only_mentioned(text: str) -> None:
    assert who(text) == [("Rivet", "Alma")]


def test_those_only_mentioned_are_kept_apart() -> None:
    message = cut("Bonjour,\nAlma Rivet (4C) ne passe pas de l'ENT à Pronote.\nSolène Prat\nRéférente numérique")
    assert [person.surname for person in message.others] == ["Prat"]


def test_a_parent_writing_for_a_child_is_not_concerned_by_the_child_s_trouble() -> None:
    text = "Bonjour,\nma fille Alma Rivet (1STMG2) n'a pas le manuel d'histoire dans le médiacentre.\nMme Rivet"
    assert who(text) == [("Rivet", "Alma")]


def test_a_parent_locked_out_is_concerned_with_the_child() -> None:
    text = "Bonjour,\nje n'arrive plus à voir les notes de mon fils Tom (3A), j'ai perdu mes codes.\nKarim Bellec"
    assert who(text) == [("Bellec", "Karim"), ("Bellec", "Tom")]


def test_a_foster_child_never_takes_the_name_of_the_family() -> None:
    text = (
        "Bonjour,\nNous accueillons Brandon (6E) en tant que famille d'accueil et n'avons aucun code pour Pronote.\n"
        "M. et Mme Cazals"
    )
    assert ("", "Brandon") in who(text)


def test_what_is_said_of_several_coordinated_names_holds_for_all() -> None:
    (incident,) = cut("Alma Rivet, Tom Bellec et Zoé Garrec (profs arrivés lundi) n'ont pas de compte ENT.").incidents
    assert {person.profile for person in incident.persons} == {Profile.ENSEIGNANT}
    assert len(incident.persons) == 3


def test_the_only_profile_said_is_that_of_the_only_person() -> None:
    (incident,) = cut("Alma Rivet impossible d'accéder à pronote (élève)").incidents
    assert incident.persons[0].profile is Profile.ELEVE


def test_the_names_of_a_list_are_in_the_order_that_most_show_and_none_signs() -> None:
    text = (
        "Bonjour, voici les élèves qui ne voient pas le groupe d'anglais dans la messagerie :\n"
        "Abadie Clovis\nde Montbert Aymar\nEl Hattabi Nour\nJean-Baptiste Rose\nCordialement, S. Lantier"
    )
    assert who(text) == [
        ("Abadie", "Clovis"),
        ("de Montbert", "Aymar"),
        ("El Hattabi", "Nour"),
        ("Jean-Baptiste", "Rose"),
    ]


def test_a_child_whose_surname_is_told_elsewhere_does_not_take_that_of_the_parent() -> None:
    text = "Le père d'Yaëlle Sarzin (5C) reçoit encore ses bulletins, il faut le retirer.\nMarie Floch, maman de Yaëlle"
    assert who(text) == [("Sarzin", "Yaëlle")]


def test_the_trouble_of_the_other_parent_is_not_that_of_who_writes() -> None:
    text = "Bonjour, ma fille est Lyna Carlin en 5C. Ma femme a deux comptes EduConnect.\nBenoit Carlin"
    (one,) = cut(text).incidents
    assert [(person.given_names, person.profile) for person in one.persons] == [
        ("Lyna", Profile.ELEVE),
        ("", Profile.PARENT),
    ]
