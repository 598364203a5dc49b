"""Who is concerned, over messages by several hands; what is no name; mails that hold other mails."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from diagnostics import intake
from diagnostics.intake.message import Message
from diagnostics.intake.phrases import Line, read_phrase
from diagnostics.model import Profile
from diagnostics.safety import Refusal
from diagnostics.settings import Settings
from diagnostics.text import fold

PEOPLE = Path(__file__).with_name("people.jsonl")
NOW = datetime(2025, 11, 15, 10)
FLOOR = 0.95
"""A little under what is reached on messages that the program has been set right on."""


def cut(text: str) -> Message:
    return intake.split(intake.read(text.encode(), name="message"), settings=Settings(), now=NOW)


def named(message: Message) -> list[tuple[str, str]]:
    return [(fold(p.surname), fold(p.given_names)) for one in message.incidents for p in one.persons]


def test_persons_concerned_are_found_in_messages_by_several_hands() -> None:
    right = false = missed = 0
    for line in PEOPLE.read_text(encoding="utf-8").splitlines()[::4]:
        label = json.loads(line)
        wanted = Counter((fold(surname), fold(given)) for surname, given in label["persons"])
        found = Counter(set(named(cut(label["text"]))))
        turned = Counter({(given, surname): number for (surname, given), number in found.items()})
        common = max((wanted & found).total(), (wanted & turned).total())
        right, false, missed = right + common, false + found.total() - common, missed + wanted.total() - common
    assert 2 * right / (2 * right + false + missed) >= FLOOR


@pytest.mark.parametrize(
    "text",
    [
        "La mère de Soline Arnaud (5e2) a perdu son mot de passe EduConnect.",
        "mère de KEITA Moussa (6E2) : mdp EduConnect perdu",
    ],
)
def test_a_guardian_whom_nobody_names_is_concerned_beside_the_child(text: str) -> None:
    (one,) = cut(text).incidents
    assert [person.profile for person in one.persons] == [Profile.ELEVE, Profile.PARENT]
    assert one.persons[1].surname == ""
    assert one.persons[1].function == "mère"


def test_a_password_is_neither_a_person_nor_a_matter() -> None:
    text = "le mdp de ma fille est Chaton2011 et son compte educonnect est bloqué. Fatoumata Sidibe 5C"
    assert all(surname == "SIDIBE" and given != "CHATON" for surname, given in named(cut(text)))
    assert not cut("Bonjour,\nLe mot de passe de Romane est Licorne99.\nMerci").incidents


def test_a_class_numbered_503_is_no_error_503() -> None:
    (one,) = cut("Louis Åkerström (503) n'a plus Pronote depuis l'ENT").incidents
    assert one.category == "PRN-01"
    (other,) = cut("Pronote affiche une erreur 503 pour tout le monde").incidents
    assert other.category == "PRN-09"


def test_two_short_sentences_about_two_persons_are_two_incidents() -> None:
    text = "Le nouvel élève arrivé mardi n'est pas dans l'ENT. La gestionnaire n'est pas dans Direction."
    assert [one.category for one in cut(text).incidents] == ["ANN-01", "ANN-09"]
    text = "Son père ne reçoit pas le SMS EduConnect. Lorenzo, lui, a oublié son mot de passe EduConnect."
    assert [one.category for one in cut(text).incidents] == ["EDU-03", "EDU-01"]


def test_a_ticket_number_that_is_given_is_not_asked() -> None:
    (one,) = cut("Bonjour, je relance mon ticket n° 458712 du 3 novembre resté sans réponse.").incidents
    assert one.category == "SUP-02"
    assert not one.missing


def test_a_part_cut_off_without_a_trouble_keeps_the_category() -> None:
    text = "Le compte de Mme Anne Roblin (parent) a disparu de l'annuaire, idem pour Carole Miquel, maman de Zoé (4A)."
    before = cut(text)
    after = intake.cut_at(before, before.incidents[0].id, text.index("idem"))
    assert [one.category for one in after.incidents] == ["ANN-02", "ANN-02"]


def mail(text: str, **headers: str) -> EmailMessage:
    made = EmailMessage()
    for name, value in headers.items():
        made[name] = value
    made.set_content(text)
    return made


def test_a_mail_attached_whole_tells_its_matter_and_its_sender() -> None:
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "Paul Kerdoncuff <pk@exemple.invalid>", "connexion"
    inner.set_content("<p>Bonjour,</p><p>mon fils L&eacute;o (4A) a oublié ses codes EduConnect.</p>", subtype="html")
    outer = mail("voir ci-joint\n", From="secretariat@exemple.invalid", Subject="TR: connexion")
    outer.add_attachment(inner)
    message = intake.split(intake.read(outer.as_bytes(), name="m.eml"), settings=Settings(), now=NOW)
    (one,) = message.incidents
    assert named(message) == [("KERDONCUFF", "LEO")]
    assert one.category == "EDU-01"
    assert message.sender is not None
    assert message.sender.surname == "Kerdoncuff"


def test_a_mailbox_of_several_mails_is_refused_and_one_mail_of_it_is_read() -> None:
    one = b"From a@b Mon Nov 10 10:00:00 2025\n" + mail("Noé Bihan (3C) absent de l'ENT\n", From="a@b.fr").as_bytes()
    assert "3C" in intake.read(one, name="m.mbox").text
    with pytest.raises(Refusal, match="chaque message"):
        intake.read(one + b"\n" + one, name="m.mbox")


def test_an_answer_below_a_quote_is_the_message() -> None:
    quoted = "Le 12/11/2025 à 10:00, Support a écrit :\n> Quel élève ?\n> Merci\n\n"
    text = quoted + "Enzo Cariou, 5A, compte EduConnect bloqué."
    assert named(cut(text)) == [("CARIOU", "ENZO")]


def test_an_export_that_came_with_a_mail_is_named_without_its_folders() -> None:
    made = mail("Léa Petit (6A) n'est pas dans l'ENT.\n", From="a@b.fr", Subject="x")
    made.add_attachment(b"a;b", maintype="text", subtype="csv", filename="../../annuaire.csv")
    raw = intake.read(made.as_bytes(), name="m.eml")
    assert raw.attachments == ("annuaire.csv",)
    assert "annuaire.csv" in raw.notes[0]


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("mot_de_passe .. oubli*", " mon mot de passe je l ai oublie ", True),
        ("mot_de_passe oubli*", " mon mot de passe je l ai oublie ", False),
        ("^ et|puis .. wifi", " et puis le wifi ", True),
        ("^ wifi", " le wifi ", False),
        ("a .. b", " a x x x x x x x b ", False),
        ("a ... b", " a x x x x x x x b ", True),
        ("parent & pronote", " pronote du parent ", True),
    ],
)
def test_a_phrase_of_the_lexicon_matches_words_gaps_and_beginnings(phrase: str, text: str, found: bool) -> None:
    line = Line(text)
    assert all(line.find(steps) for steps in read_phrase(phrase).sequences) is found


def test_two_namesakes_of_one_sentence_are_two_pupils() -> None:
    text = "nous avons deux Emma Dubois : celle de 4eA voit les notes de celle de 4eC. Merci d'intervenir vite."
    (one,) = cut(text).incidents
    assert one.category == "SEC-01"
    assert [(person.surname, person.division) for person in one.persons] == [("Dubois", "4eA"), ("Dubois", "4eC")]


def test_a_form_on_one_line_with_slashes_is_read() -> None:
    text = "Nom de l'élève : IMBERT / Prénom : Corto / Classe : 2nde 4 / Problème : compte EduConnect jamais activé"
    (one,) = cut(text).incidents
    assert [(p.surname, p.given_names, p.division) for p in one.persons] == [("IMBERT", "Corto", "2nde 4")]
