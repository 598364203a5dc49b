"""What arrives: text files, mails, forms on one line; and what is set apart from the message proper."""

from __future__ import annotations

import time
from datetime import datetime
from email.message import EmailMessage

import pytest

from diagnostics import intake
from diagnostics.intake.clean import pieces
from diagnostics.intake.message import Message
from diagnostics.intake.parts import Part
from diagnostics.safety import Refusal
from diagnostics.settings import Settings

NOW = datetime(2025, 10, 6, 9)


def cut(content: str | bytes, name: str = "message.txt") -> Message:
    raw = intake.read(content.encode() if isinstance(content, str) else content, name=name)
    return intake.split(raw, settings=Settings(), now=NOW)


def parts(text: str, wanted: Part) -> list[str]:
    return [text[piece.start : piece.end] for piece in pieces(text) if piece.part is wanted]


def mail(body: str, *, html: bool = False, attachment: str = "") -> bytes:
    message = EmailMessage()
    message["From"] = "Solange Pardieu <s.pardieu@exemple.invalid>"
    message["To"] = "assistance@exemple.invalid"
    message["Subject"] = "Fwd: accès Pronote"
    message["Date"] = "Mon, 06 Oct 2025 08:30:00 +0200"
    message.set_content(body, subtype="html" if html else "plain")
    if attachment:
        message.add_attachment(b"x", maintype="image", subtype="png", filename=attachment)
    return message.as_bytes()


def test_a_mail_gives_its_text_its_sender_and_the_names_of_what_came_with_it() -> None:
    raw = intake.read(mail("Bonjour,\nL'ENT est inaccessible.", attachment="ecran.png"), name="a.eml")
    assert "L'ENT est inaccessible." in raw.text
    assert raw.sender.startswith("Solange Pardieu")
    assert raw.attachments == ("ecran.png",)
    assert raw.sent_on.startswith("2025-10-06")


def test_a_mail_in_html_only_gives_its_visible_text() -> None:
    body = "<html><head><style>p{}</style></head><body><p>Bonjour,</p><p>Le bloc <b>Pronote</b> est vide.</p>"
    message = cut(mail(body, html=True), "a.eml")
    assert [one.category for one in message.incidents] == ["PRN-10"]
    assert "style" not in message.raw.text


def test_offsets_count_characters_of_the_text() -> None:
    text = "Bonjour,\n\nLa messagerie de l'ENT refuse les pièces jointes.\n\nMerci"
    (incident,) = cut(text).incidents
    span = incident.spans[0]
    assert text[span.start : span.end] == "La messagerie de l'ENT refuse les pièces jointes."


def test_greetings_formulas_and_signatures_are_set_apart() -> None:
    text = (
        "Bonjour Madame,\n\nL'ENT rame.\n\nBien cordialement,\nOdile Garnier\nCPE, collège des Acacias\n04 65 71 00 10"
    )
    assert parts(text, Part.BODY) == ["L'ENT rame."]
    assert "Odile Garnier" in parts(text, Part.SIGNATURE)


def test_a_name_that_opens_a_sentence_is_no_greeting() -> None:
    text = "Mme Odile Garnier, AESH de Tom Lebrun (6A), ne voit pas les devoirs de l'élève."
    assert parts(text, Part.GREETING) == []
    (incident,) = cut(text).incidents
    assert {person.surname for person in incident.persons} == {"Garnier", "Lebrun"}


def test_what_a_reply_quotes_is_kept_apart() -> None:
    text = (
        "La messagerie refuse encore les pièces jointes.\n\nLe 3/10/2025 à 11:02, Référent ENT a écrit :\n"
        "> Je n'ai plus mes classes"
    )
    message = cut(text)
    assert [one.category for one in message.incidents] == ["MSG-05"]
    assert any("plus mes classes" in quote for quote in parts(text, Part.QUOTE))


@pytest.mark.parametrize(
    "head",
    [
        "Pouvez-vous regarder ? Merci, Anne\n\n---------- Message transféré ----------\n"
        "De : Yann Corlay <y@exemple.invalid>\n",
        "Pour traitement.\n\nDe : Yann Corlay\nEnvoyé : lundi 6 octobre 2025 08:12\nÀ : Secrétariat\nObjet : compte\n",
    ],
)
def test_the_sender_of_a_forward_is_who_wrote_first(head: str) -> None:
    text = head + "\nBonjour,\nJe n'arrive plus à ouvrir ARENA, mon mot de passe académique est refusé.\n"
    message = cut(text)
    assert message.sender is not None
    assert (message.sender.given_names, message.sender.surname) == ("Yann", "Corlay")
    (incident,) = message.incidents
    assert incident.category == "ANN-11"
    assert incident.persons[0].surname == "Corlay"


def test_a_form_pasted_on_one_line_is_read_by_fields() -> None:
    text = (
        "Établissement : LP Curie\tDemandeur : Farid Oulmi (CPE)\tObjet : educonnect\t"
        "Description : l'élève Jeanne Quilliou 1MELEC a son compte EduConnect verrouillé"
    )
    message = cut(text)
    (incident,) = message.incidents
    assert incident.category == "EDU-05"
    assert [person.surname for person in incident.persons] == ["Quilliou"]
    assert not incident.text.startswith("Établissement")


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n" + b"\0" * 600, b"\0" * 700])
def test_what_is_no_text_is_refused(content: bytes) -> None:
    with pytest.raises(Refusal):
        intake.read(content, name="image.png")


def test_escape_sequences_never_reach_the_screen() -> None:
    message = cut("L'ENT est inaccessible \x1b[2J\u202epour tous.")
    assert "\x1b" not in message.raw.text
    assert "\u202e" not in intake.report(message)


def test_wrapped_lines_are_one_sentence_and_short_lines_are_not() -> None:
    wrapped = (
        "Bonjour,\nDepuis la mise à jour de mercredi les moyennes affichées dans Pronote sont\n"
        "fausses pour toutes les classes de quatrième et de troisième du collège, sans\nexception.\n"
    )
    assert len(cut(wrapped).incidents) == 1
    lines = "le wifi du CDI est en panne\nInès Daroux 4B a oublié son mot de passe educonnect\n"
    assert [one.category for one in cut(lines).incidents] == ["HOR-01", "EDU-01"]


@pytest.mark.parametrize("filler", ["\n", "M.  ", ". ", "( a. ", "a ... ", "6B ", "en 503 "])
def test_a_long_monotonous_text_is_read_in_a_time_that_grows_as_it_does(filler: str) -> None:
    text = "Bonjour,\n" + filler * (40_000 // len(filler)) + "\nJe suis professeur de musique.\nMerci"
    began = time.process_time()
    cut(text)
    # A second at most here, minutes for a pattern that starts again at each character: the bound is no measure.
    assert time.process_time() - began < 10


@pytest.mark.parametrize(
    "text",
    [
        "Bonjour, je vous transfère le message ci-dessous. Anne Morvan (accueil)\n\n-----Message d'origine-----\n"
        "De : Karim SARDI\nEnvoyé : mardi 7 octobre 2025\nÀ : Collège\nObjet : ENT\n\n"
        "Bonjour, la messagerie refuse mes pièces jointes. K. Sardi",
        "Salut Steph, tu peux regarder ça ?\n\n> De : Karim SARDI\n> À : Gwen\n"
        "> Bonjour Gwen, la messagerie refuse mes pièces jointes. K. Sardi",
    ],
)
def test_a_mail_that_a_short_note_passes_on_is_the_message(text: str) -> None:
    (one,) = cut(text).incidents
    assert one.category == "MSG-05"
    assert [person.surname for person in one.persons] == ["Sardi"]


def test_whoever_fills_in_a_form_is_the_writer() -> None:
    message = cut(
        "Profil : parent\nNom : Amrouche\nPrénom : Latifa\nÉlève concerné : Amrouche Sofiane, TSTI2D2\n"
        "Description : je ne reçois plus de notification quand un message arrive dans l'ENT"
    )
    (one,) = message.incidents
    assert [(person.given_names, person.profile.value) for person in one.persons] == [
        ("Latifa", "parent"),
        ("Sofiane", "eleve"),
    ]
