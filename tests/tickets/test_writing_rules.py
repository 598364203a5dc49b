"""The four writing rules on any text, with reasons."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnostics.model import Person, Profile, RuleCheck
from diagnostics.tickets import check_text
from diagnostics.tickets.reading import incidents_in, mentions

CORPUS = Path(__file__).parents[2].parent / "shared" / "domain" / "incidents.jsonl"
FLOOR = 0.95
"""Share of the labelled corpus on which each rule must agree."""


def verdicts(text: str, attachments: int = 0) -> tuple[bool, ...]:
    return tuple(check.ok for check in check_text(text, attachments=attachments))


def why(text: str, rule: int) -> RuleCheck:
    return check_text(text)[rule - 1]


def test_three_troubles_in_one_ticket_break_rules_one_and_four_with_the_reasons() -> None:
    text = (
        "Action à faire\tRésolution de pb dans l'ent ----- Ysaline Tournier impossible à accéder à pronote (élève)\n"
        "Description\t----- Adib Rahmani n'est plus dans l'annuaire (parent) détection d'un compte écrasé ----- "
        "messages pour le rejet d'un compte enseignant Delcambre Firmin"
    )
    assert verdicts(text) == (False, True, True, False)
    assert "3 incidents pour 1 seul ticket" in why(text, 1).why
    for support in ("Index Éducation", "DSI académique", "Kosmos"):
        assert support in why(text, 1).why
    assert "copie d'écran" in why(text, 4).why
    assert "fichier csv des comptes rejetés" in why(text, 4).why


@pytest.mark.skipif(not CORPUS.exists(), reason="the labelled corpus is not beside the repository")
def test_the_verdicts_agree_with_the_labelled_corpus() -> None:
    agreed = {"r1": 0, "r2": 0, "r3": 0, "r4": 0}
    total = 0
    for line in CORPUS.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        if expected := entry["writing_rules"]:
            total += 1
            for rule, ok in zip(agreed, verdicts(entry["text"], len(entry["attachments"])), strict=True):
                agreed[rule] += ok == expected[rule]
    assert all(count >= FLOOR * total for count in agreed.values()), agreed


ONE = [
    "Bonjour,\nMme Ilona Fabrègue (professeure de SVT) ne voit plus la classe 4C dans son cahier de textes.\n"
    "Cordialement",
    "L'ENT affiche une page blanche pour tous les élèves depuis 8h15. Pronote en direct fonctionne. Est-ce général ?",
    "Bonjour, mon fils Ewen Kermarrec (6B) ne peut pas activer son compte EduConnect : « code expiré ». Merci d'avance",
    "Import EDT refusé ce matin à 7h30 : « Rejet - Double du fichier d'import ». Que dois-je faire ?",
    "Pour reproduire :\n1) ouvrir la messagerie\n2) joindre un fichier\n3) envoyer\n« Erreur 500 » s'affiche.",
]
SEVERAL = [
    ("a) les 3e n'ont plus accès au médiacentre\nb) Mme Ilona Fabrègue (AESH) ne figure pas dans l'annuaire", 2),
    ("Jean-Luc Thibaud n'a pas ses classes dans le cahier de textes. Pronote affiche l'an dernier pour les 6e.", 2),
    ("Le premier : Lina Roussel 4B n'a pas Pronote. Le second : Tom Roussel 6A n'a pas de compte EduConnect.", 2),
    (
        "Bonjour,\n- Ewen Kermarrec (6B) a oublié son mot de passe EduConnect\n- quota de la rubrique CDI atteint\n",
        2,
    ),
    (
        "1. L'import EDT est en attente depuis hier.\n2. Les parents de 6e sont bloqués.\n3. Pronote est indisponible.",
        3,
    ),
    ("Ma classe 4C manque dans le cahier de textes. Par ailleurs, mon mot de passe ARENA est refusé.", 2),
    ("Le bloc Pronote est vide pour tous. Autre chose : Mme Ilona Fabrègue n'a pas de compte ENT.", 2),
    ("Pronote est lent.\nSinon la messagerie de l'ENT refuse les pièces jointes.", 2),
    ("* rejet d'un compte\n* un parent bloqué sur EduConnect\n* plus de notes sur le bloc Pronote\n* quota dépassé", 4),
]


@pytest.mark.parametrize("text", ONE)
def test_one_trouble_is_one_incident(text: str) -> None:
    assert len(incidents_in(text)) == 1
    assert why(text, 1).ok


@pytest.mark.parametrize(("text", "count"), SEVERAL)
def test_several_troubles_are_counted(text: str, count: int) -> None:
    assert len(incidents_in(text)) == count
    assert f"{count} incidents pour 1 seul ticket" in why(text, 1).why


def test_a_better_count_is_used_when_given() -> None:
    assert not check_text("Pronote est en panne.", incidents=2)[0].ok
    assert check_text(SEVERAL[0][0], incidents=1)[0].ok


def test_a_count_that_the_text_announces_is_believed() -> None:
    assert "2 incidents" in why("J'ai deux soucis avec l'ENT et Pronote, je vous appelle demain matin.", 1).why


def test_a_forwarded_message_is_read_when_nothing_is_told_above_it() -> None:
    text = (
        "Voir ci-dessous\n\n-----Message d'origine-----\nDe : secretariat@exemple.invalid\nObjet : doublon\n\n"
        "Mme Ilona Fabrègue, mère d'élève, apparaît en double dans SIECLE et reçoit tout deux fois.\n"
    )
    assert verdicts(text) == (True, True, True, False)


def test_what_is_fixed_and_what_caused_it_are_no_second_incident() -> None:
    for text in (
        "Ce n'est pas ça, l'emploi du temps est bon maintenant. En revanche la messagerie refuse les pièces jointes.",
        "Les groupes de NSI n'existent pas dans le médiacentre. Dans EDT les cours sont sur des parties de classe.",
    ):
        assert len(incidents_in(text)) == 1


def test_a_question_of_procedure_names_nobody() -> None:
    assert why("Comment créer un compte invité dans l'ENT pour l'atelier théâtre ?", 3).ok


def test_quoted_mail_greetings_and_signatures_tell_no_incident() -> None:
    text = (
        "Bonjour,\nPronote est indisponible depuis 8h pour tous.\nCordialement\nIlona Fabrègue\n\n"
        "Le 03/10/2025 à 11:02, Référent ENT a écrit :\n> La messagerie est bloquée.\n> EduConnect est en panne.\n"
    )
    assert len(incidents_in(text)) == 1


@pytest.mark.parametrize(
    "text", ["Ça ne marche pas.", "Bonjour problème merci", "Pronote HS", "Import EDT rejeté encore"]
)
def test_a_vague_or_terse_text_breaks_rule_two(text: str) -> None:
    assert not why(text, 2).ok


def test_an_endless_sentence_breaks_rule_two() -> None:
    assert "trop longue" in why("Pronote est en panne " + "et cela depuis hier " * 20, 2).why


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Mme Fabrègue, professeure, n'a pas de compte ENT depuis lundi matin au collège.", "Prénom manquant"),
        ("L'élève Ewen K. (6B) n'a pas de compte ENT depuis lundi matin au collège.", "Nom manquant"),
        ("Ilona Fabrègue ne peut plus se connecter depuis lundi, message « accès refusé ».", "Profil manquant"),
        ("Des parents de 6B ne peuvent pas ouvrir EduConnect depuis lundi matin.", "citez le nom"),
        ("Import EDT encore rejeté ce matin dans l'ENT avec le même message que lundi.", "Personne n'est cité"),
    ],
)
def test_what_rule_three_wants_is_told(text: str, said: str) -> None:
    check = why(text, 3)
    assert not check.ok
    assert said in check.why


@pytest.mark.parametrize(
    "text",
    [
        "Ilona Fabrègue, professeure de SVT, n'a pas de compte ENT depuis lundi matin.",
        "FABRÈGUE Ilona (enseignante) n'a pas de compte ENT depuis lundi matin.",
        "Les élèves de 6B ne voient plus leur cahier de textes depuis lundi matin dans l'ENT.",
        "je suis ewen kermarrec en 6B j'ai oublié mon mot de passe educonnect merci de m'aider",
        "Je n'arrive plus à ouvrir la console GAR depuis lundi matin.\n\nIlona Fabrègue, documentaliste",
        "Au collège Jean Moulin, tous les parents de 6B sont bloqués depuis lundi sur EduConnect.",
    ],
)
def test_persons_well_named_or_groups_keep_rule_three(text: str) -> None:
    assert why(text, 3).ok, why(text, 3).why


def test_better_known_persons_are_used_when_given() -> None:
    named = Person(surname="KERMARREC", given_names="Ewen", profile=Profile.ELEVE, division="6B")
    unnamed = Person(surname="KERMARREC", profile=Profile.ELEVE)
    assert check_text("Compte bloqué.", persons=[named])[2].ok
    assert "le prénom de KERMARREC" in check_text("Compte bloqué.", persons=[unnamed])[2].why


def test_a_school_or_a_service_is_no_person() -> None:
    assert mentions("Au Collège Jean Moulin, le serveur Pronote et EduConnect. Internet Explorer. HTTP Error.") == []


@pytest.mark.parametrize(
    "text",
    [
        "Pronote est en panne, voir ci-joint.",
        "Pronote est en panne. PJ : capture.png",
        "Pronote est en panne. Je joins une copie d'écran.",
        "Pronote est en panne. La capture d'écran est jointe.",
        "Pronote est en panne (capture en pièce jointe).",
    ],
)
def test_an_announced_document_keeps_rule_four_and_is_to_be_verified(text: str) -> None:
    check = why(text, 4)
    assert check.ok
    assert "vérifiez" in check.why


def test_a_trouble_with_attached_files_announces_none() -> None:
    assert not why("La messagerie refuse toutes les pièces jointes de plus de 3 Mo.", 4).ok


def test_documents_that_came_keep_rule_four() -> None:
    assert check_text("Pronote est en panne.", attachments=2)[3].why == "2 documents joints."


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=300))
def test_any_text_gets_its_four_verdicts(text: str) -> None:
    checks = check_text(text)
    assert [check.rule for check in checks] == [1, 2, 3, 4]
    assert all(check.why for check in checks)
