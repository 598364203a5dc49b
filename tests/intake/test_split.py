"""Messages cut into incidents: how many, what, who, for whom."""

from __future__ import annotations

from datetime import datetime

import pytest

from diagnostics import intake
from diagnostics.intake.message import Message
from diagnostics.settings import Settings

NOW = datetime(2026, 9, 14, 9).astimezone()
WORKED_EXAMPLE = (
    "Action à faire\tAnalyse et résolution pb dans l'ent des anomalies sur des comptes ent ----- Margaux Perrot "
    "impossible à accéder à pronot (élève)\nDescription\t----- Rola Mohamed n'est plus dans l'annuaire (parent) "
    "détection d'un compte écrasé ----- des messages intempestifs pour le rejet d'un compte enseignant Dimitaux "
    "Christophe"
)


def split(text: str) -> Message:
    return intake.split(intake.read(text.encode(), name="message.txt"), settings=Settings(), now=NOW)


def categories(text: str) -> list[str]:
    return [incident.category for incident in split(text).incidents]


def test_the_worked_example_is_three_incidents_for_three_supports() -> None:
    """knowledge.md §2.1, seed 003:131-168."""
    message = split(WORKED_EXAMPLE)
    assert [incident.category for incident in message.incidents] == ["PRN-01", "ANN-02", "ANN-04"]
    assert [message.routes[incident.id].recipient for incident in message.incidents] == ["INDEX", "DSI", "KOSMOS"]
    assert [incident.persons[0].profile for incident in message.incidents] == ["eleve", "parent", "enseignant"]


def test_spans_quote_the_text_they_were_cut_from() -> None:
    for incident in split(WORKED_EXAMPLE).incidents:
        for span in incident.spans:
            assert WORKED_EXAMPLE[span.start : span.end].strip()
        assert incident.text in WORKED_EXAMPLE


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bonjour,\nMerci beaucoup, tout fonctionne maintenant.\nCordialement,\nOdile Vautrin", []),
        ("Réponse automatique : je suis absente jusqu'au 3 novembre. En cas d'urgence contactez le secrétariat.", []),
        ("L'import automatique est rejeté ce matin : « Rejet - Double du fichier d'import ».", ["AUT-01"]),
        ("Léonie Baudrier (4C) a oublié son mot de passe EduConnect.", ["EDU-01"]),
        ("Je suis la mère d'Ilyes Ferkous en 6B et je ne retrouve plus mon mot de passe EduConnect.", ["EDU-02"]),
        ("Pronote affiche « Identification impossible » pour Nino Castellan (3A).", ["PRN-07"]),
        ("L'ENT est très lent depuis ce matin pour tout le collège, erreur 504.", ["POR-07"]),
        ("NetSynchro : certificat expiré, plus aucune mise à jour.", ["SIE-09"]),
        ("Le vidéoprojecteur de la salle 12 ne s'allume plus.", ["HOR-01"]),
    ],
)
def test_plain_messages_are_named(text: str, expected: list[str]) -> None:
    assert categories(text) == expected


def test_a_list_is_one_incident_an_item() -> None:
    text = (
        "Bonjour,\n\nPlusieurs points :\n"
        "- Solveig Marchais (5D) n'apparaît pas dans l'ENT, elle est arrivée lundi\n"
        "- le quota de la rubrique « Théâtre » est atteint\n"
        "- M. Anselme Dubreuil (techno) ne peut plus enregistrer ses séances dans le cahier de textes\n\nMerci"
    )
    assert [category[:3] for category in categories(text)] == ["ANN", "POR", "CDT"]


def test_several_people_with_one_symptom_are_one_incident() -> None:
    message = split("Apolline Quéré et Basile Nédélec, en 5B, ne passent pas de l'ENT à Pronote.")
    assert len(message.incidents) == 1
    assert {(p.surname.upper(), p.given_names) for p in message.incidents[0].persons} == {
        ("QUÉRÉ", "Apolline"),
        ("NÉDÉLEC", "Basile"),
    }


def test_who_signs_is_not_who_is_concerned() -> None:
    message = split(
        "Bonjour,\nThibault Lemarquis (3C) n'a plus accès à Pronote depuis l'ENT.\nCordialement,\nHélène Vasquez\nCPE"
    )
    assert [person.surname.upper() for person in message.incidents[0].persons] == ["LEMARQUIS"]


def test_what_is_too_vague_is_asked() -> None:
    message = split("Bonjour, ça ne marche pas, pouvez-vous faire quelque chose ? Merci")
    assert message.needs_clarification
    assert message.questions


def test_a_message_without_end_or_full_of_escapes_is_read() -> None:
    message = split("\x1b]0;pwned\x07 Zoé n'arrive pas sur Pronote\u202e " * 200)
    assert "\x1b" not in "".join(incident.text for incident in message.incidents)
