"""Secrets, closed matters and answers under a quote."""

from __future__ import annotations

from datetime import datetime

import pytest

from diagnostics import intake
from diagnostics.intake.message import Message
from diagnostics.intake.raw import RawMessage
from diagnostics.intake.sensitive import sensitive
from diagnostics.intake.split import split
from diagnostics.settings import Settings


def read(text: str) -> Message:
    raw = RawMessage(name="message", text=text)
    return split(raw, settings=Settings(), now=datetime(2026, 11, 22, 9))


def kinds(text: str) -> set[str]:
    return {one.kind for one in sensitive(text)}


@pytest.mark.parametrize(
    "text",
    [
        "Le mot de passe de Mme TESTARD est Ab12cd!",
        "Le mot de passe EduConnect de M. ESSAI : ab_cd99",
        "mdp : Ab12cd34",
        "le mot de passe de Mme TESTARD (Ab-Essai#4) circule",
        "identifiant : a.essai, mot de passe Essai.Ida.1975! merci",
        "le mdp est bien azerty",
        "le mot de passe provisoire qui m'a été donné est Xk7pQ2",
        "mot de passe « les petits chats » refusé",
        "mot de passe oublié donc j'ai mis Chaton12!",
        "login atestard / Essai1234 refusé",
        "le code reçu par SMS était 482913",
    ],
)
def test_a_password_is_sensitive_whoever_it_belongs_to(text: str) -> None:
    assert "mot de passe" in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "Le mot de passe de Mme TESTARD est refusé depuis le 12/03.",
        "Le mot de passe de ma fille est toujours incorrect.",
        "mot de passe oublié, elle est en TSTMG2 (3e2 avant), arrivée le 12/09/2025 à 10h30",
        "mot de passe perdu pour les élèves de 6e1/6e2, message « mot de passe invalide »",
        "le mot de passe est bien pris en compte mais le code UAI 0771234X est refusé",
        "Mme TESTARD, tel 06 39 98 41 07, mail t@exemple.invalid, a perdu son mot de passe.",
    ],
)
def test_no_secret_is_seen_where_none_is_said(text: str) -> None:
    assert not kinds(text)


def test_what_stands_beside_a_password_is_sensitive_too() -> None:
    text = (
        "Le mot de passe de Mme TESTARD est Ab12cd! et son login i.testard9, tel 06 39 98 41 07, mail"
        " i.testard@exemple.invalid, née le 12/03/1980."
    )
    assert kinds(text) == {"mot de passe", "identifiant", "téléphone", "adresse mail", "date de naissance"}


def test_a_line_that_only_gives_a_password_is_no_incident() -> None:
    message = read("mdp : Ab12cd34\r\nLe compte EduConnect de Mme TESTARD Ida est bloqué.\r\n")
    assert [one.category for one in message.incidents] == ["EDU-05"]
    assert "mot de passe" in {one.kind for one in message.sensitive}


@pytest.mark.parametrize(
    "text",
    [
        "Bonjour, tout va bien, merci pour votre aide, le problème est résolu !",
        "Bonjour,\n\nLe souci a été réglé, merci.",
    ],
)
def test_a_matter_that_is_closed_is_no_incident(text: str) -> None:
    assert not read(text).incidents


def test_an_answer_under_a_quote_is_read_and_asks_for_details() -> None:
    message = read(
        "Bonjour,\n\n> Le 12/11, X a écrit :\n> L'import EDT est rejeté pour seuil dépassé.\n\n"
        "Nous avons décoché les seuils mais ça recommence."
    )
    (incident,) = message.incidents
    assert message.raw.text[incident.spans[0].start :].startswith("Nous avons")
    assert message.needs_clarification or incident.category


def test_a_password_is_hidden_as_the_message_is_read_and_stays_flagged() -> None:
    said = "Mon compte EduConnect est bloqué, mdp c Soleil2013! et mon nom est TESTARD."
    raw = intake.read(said.encode(), name="message")
    assert "Soleil" not in raw.text
    assert len(raw.text) == len(said)
    assert raw.text.endswith("et mon nom est TESTARD.")
    assert "mot de passe" in {one.kind for one in sensitive(raw.text)}
    assert intake.read(raw.text.encode(), name="message").text == raw.text
