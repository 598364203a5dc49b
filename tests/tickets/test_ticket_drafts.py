"""Drafts: addressed to whoever must act now, saying only what concerns the persons named, asking for the rest."""

from __future__ import annotations

import re

import msgspec
import pytest
from ticket_makers import (
    ALL,
    GUARDIAN,
    OTHER_PUPIL,
    REJECTED,
    SCREENSHOT,
    SETTINGS,
    SIECLE,
    SIECLE_PUPIL,
    evidence,
    export,
    incident,
    person,
    record,
    route,
    ticket,
)

from diagnostics.model import Actor, Identity, Kind, Person, Profile
from diagnostics.settings import Settings
from diagnostics.tickets import question_back, templates, wording
from diagnostics.tickets.drafting import OVERRULE

ABSENT = incident(
    "ANN-01",
    "KERGUELEN Maïwenn est dans SIECLE sans compte dans l'ENT",
    persons=[person(SIECLE_PUPIL)],
    proof=[evidence(SIECLE_PUPIL, "DATE_NAISS", "2013-02-14"), evidence(SIECLE_PUPIL, "DIVISION", "5B")],
)
REJECTION = incident(
    "ANN-04",
    "Le compte de DIMITRIADIS Chris est rejeté",
    persons=[person(REJECTED)],
    proof=[evidence(REJECTED, "Motif", REJECTED.extra["reason"])],
)
SCHOOL_FIRST = route(Actor.ETAB, Actor.DSI, steps=["Compléter la fiche : SIECLE > Fiches élèves > Identité."])
TO_DSI = route(Actor.DSI, Actor.DSI)
TO_KOSMOS = route(Actor.KOSMOS, Actor.KOSMOS)


def test_the_school_that_acts_first_receives_the_note_and_learns_who_is_next() -> None:
    draft = ticket(ABSENT, SCHOOL_FIRST, ALL)
    assert (draft.template, draft.recipient) == ("E1", Actor.ETAB)
    assert "SIECLE > Fiches élèves > Identité" in draft.body
    assert "un ticket sera adressé à la DSI académique" in draft.body


def test_the_ticket_to_the_support_is_the_same_incident_one_stage_later() -> None:
    draft = ticket(ABSENT, SCHOOL_FIRST, ALL, stage="support")
    assert (draft.template, draft.recipient) == ("D1", Actor.DSI)
    assert draft.id != ticket(ABSENT, SCHOOL_FIRST, ALL).id


def test_a_ticket_says_what_is_needed_to_act() -> None:
    body = ticket(ABSENT, TO_DSI, ALL).body
    for told in (
        "Collège des Essais (0381234A)",
        "Camille Vautrin, référente ENT",
        "KERGUELEN Maïwenn, élève, classe 5B",
        "eleves.csv, ligne 12",
        "Constaté le : 05/11/2025.",
        "Portée : une personne",
        "aucun compte de ce nom (ENT annuaire du 06/11/2025)",
        "fiche trouvée (SIECLE élèves du 05/11/2025), entrée le 03/11/2025",
        "Attendu :",
        "1. extrait.csv",
    ):
        assert told in body


def test_the_subject_names_service_symptom_and_public_but_nobody() -> None:
    subject = ticket(ABSENT, TO_DSI, ALL).subject
    assert subject == "[Annuaire ENT] compte absent — élève, 5B"
    assert "KERGUELEN" not in subject


@pytest.mark.parametrize("category", sorted(wording.SYMPTOMS))
def test_every_category_gives_a_draft_with_a_short_subject_for_every_stage(category: str) -> None:
    many = [person(SIECLE_PUPIL)] * 30
    for stage in ("", "support", "source", "reponse", "precisions", "relance"):
        for persons in ([], [person(SIECLE_PUPIL)], many):
            draft = ticket(incident(category, persons=persons), route(Actor.REF, Actor.KOSMOS), ALL, stage=stage)
            assert 0 < len(draft.subject) <= 80
            assert "\n" not in draft.subject
            assert "{{" not in draft.body
            assert draft.body.strip()


def test_birth_date_ine_phone_mail_and_address_are_masked_for_a_support() -> None:
    guardian = record(
        "resp",
        4,
        "TESTARD",
        "Solène",
        profile=GUARDIAN,
        ids={"personne_id": "990001"},
        extra={"phone": "06 39 98 41 07", "mail": "s.testard@exemple.invalid", "address": "3 rue des Mouettes"},
    )
    told = [
        evidence(guardian, "TEL_PORTABLE", "06 39 98 41 07"),
        evidence(guardian, "MEL", "s.testard@exemple.invalid"),
        evidence(guardian, "Adresse", "3 rue des Mouettes"),
        evidence(guardian, "Date de naissance", "1981-04-30"),
        evidence(guardian, "INE", "123456789AB"),
        evidence(guardian, "Mot de passe", "azerty12"),
        evidence(guardian, "code source", "Solène$TESTARD$1981-04-30"),
    ]
    about = incident("EDU-03", "Inscription impossible", persons=[person(guardian)], proof=told)
    draft = ticket(about, TO_DSI, [export("resp", Kind.SIECLE_RESPONSABLES, [guardian])])
    everything = draft.body + "".join(a.content.decode() for a in draft.attachments)
    for secret in ("39 98", "s.testard", "Mouettes", "30/04", "04-30", "3456789", "azerty12"):
        assert secret not in everything
    assert "exemple.invalid" in everything
    assert "** ** ** ** 07" in everything


def test_what_a_free_text_repeats_of_the_person_is_masked_too() -> None:
    rejected = record(
        "rejets",
        3,
        "LUPIN",
        "Rose",
        birth_date="2012-03-04",
        ids={"ine": "123456789AB", "idpn": "KVX8NTH4DPQ3SYU7"},
        extra={"reason": "né le 04/03/2012 ou 2012-03-04, INE 123456789AB, IDPN KVX8NTH4DPQ3SYU7, 0639984107"},
    )
    about = incident(
        "ANN-04", persons=[person(rejected)], proof=[evidence(rejected, "Motif", rejected.extra["reason"])]
    )
    draft = ticket(about, TO_KOSMOS, [export("rejets", Kind.ENT_REJETS, [rejected])])
    everything = draft.body + draft.attachments[0].content.decode()
    for secret in ("04/03", "03-04", "3456789", "NTH4DPQ3", "39984"):
        assert secret not in everything


@pytest.mark.parametrize(("made_from", "known"), [("contenu", True), ("fichier", False), ("nom", False)])
def test_when_a_rejection_came_is_never_taken_from_the_file_itself(made_from: str, known: bool) -> None:
    rejected = record("rejets", 3, "LUPIN", "Rose", extra={"reason": "UAI inconnu"})
    source = msgspec.structs.replace(export("rejets", Kind.ENT_REJETS, [rejected], "2025-11-06"), made_from=made_from)
    about = incident("ANN-04", persons=[person(rejected)], proof=[evidence(rejected, "Motif", "UAI inconnu")])
    body = ticket(about, TO_KOSMOS, [source]).body
    assert ("Message reçu le : 06/11/2025" in body) is known
    assert ("Message reçu le : [à compléter" in body) is not known


def test_the_school_sees_the_value_to_correct_but_never_the_whole_ine() -> None:
    about = msgspec.structs.replace(ABSENT, evidence=(*ABSENT.evidence, evidence(SIECLE_PUPIL, "INE", "123456789AB")))
    body = ticket(about, SCHOOL_FIRST, ALL).body
    assert "14/02/2013" in body
    assert "123456789AB" not in body


def test_nobody_else_appears_even_when_a_reason_names_them() -> None:
    draft = ticket(REJECTION, TO_KOSMOS, ALL)
    everything = draft.body + "".join(a.content.decode() for a in draft.attachments)
    for other in ("BALMAT", "Théo", "812399"):
        assert other not in everything
    assert "jointure déjà utilisée par" in everything


def test_evidence_of_somebody_else_is_left_out() -> None:
    about = msgspec.structs.replace(ABSENT, evidence=(*ABSENT.evidence, evidence(OTHER_PUPIL, "DIVISION", "5C")))
    assert "5C" not in ticket(about, TO_DSI, ALL).body


def test_a_ready_ticket_has_its_fields_and_its_attachments() -> None:
    draft = ticket(REJECTION, TO_KOSMOS, ALL)
    assert draft.ready
    assert draft.missing == ()
    assert [a.name for a in draft.attachments] == ["csv_rejet.csv"]
    assert all(check.ok for check in draft.checks)


def test_without_the_file_of_rejections_the_ticket_waits_for_it() -> None:
    about = incident("ANN-04", "Un compte est rejeté", persons=[person(REJECTED)], text="Compte rejeté le 06/11.")
    draft = ticket(about, TO_KOSMOS, [])
    assert not draft.ready
    assert any(lack.startswith("Pièce à joindre : lignes du fichier csv") for lack in draft.missing)
    assert any(lack.startswith("Motif de rejet :") for lack in draft.missing)
    assert not draft.checks[3].ok


def test_what_is_missing_is_asked_in_french_and_shown_in_the_text() -> None:
    about = incident("POR-07", "L'ENT ne s'ouvre plus", text="L'ENT ne s'ouvre plus depuis hier.")
    draft = ticket(about, TO_KOSMOS)
    assert "[à compléter : adresse de la page]" in draft.body
    assert any(lack.startswith("Adresse de la page :") for lack in draft.missing)


def test_the_answers_of_the_agent_complete_the_ticket() -> None:
    about = incident("POR-07", "L'ENT ne s'ouvre plus", text="L'ENT ne s'ouvre plus pour tout le monde.")
    answers = {
        "constat": "10/11/2025 à 8 h 10",
        "verifie": "essai depuis deux réseaux le 10/11",
        "adresse": "la page d'accueil",
        "navigateurs": "Firefox et Chrome",
        "reference_erreur": "aucune",
    }
    assert not ticket(about, TO_KOSMOS, fields=answers).ready
    draft = ticket(about, TO_KOSMOS, fields=answers, files=[SCREENSHOT])
    assert draft.missing == ()
    assert draft.ready
    assert "Portée : tous les utilisateurs" in draft.body
    assert "Essai depuis deux réseaux" in draft.body


def test_the_agent_may_say_why_an_attachment_is_not_there() -> None:
    about = incident(
        "ANN-11", "Mot de passe refusé", persons=[person(REJECTED)], text="Refusé, constaté le 06/11 à 8h."
    )
    answers = {
        "verifie": "réinitialisation le 07/11",
        "fonction": "professeur",
        "service_agent": "ARENA",
        "message_exact": "aucun",
        "sans_capture": "l'agent est absent",
    }
    draft = ticket(about, TO_DSI, fields=answers)
    assert draft.ready
    assert "Pièce absente : copie d'écran du message (l'agent est absent)" in draft.body


def test_the_agent_may_send_before_the_rest_by_saying_why() -> None:
    about = incident(
        "ANN-11", "Mot de passe refusé", persons=[person(REJECTED)], text="Refusé, constaté le 06/11 à 8h."
    )
    draft = ticket(about, TO_DSI, fields={OVERRULE: "urgence du conseil de classe"})
    assert draft.missing == ()


def test_one_screenshot_does_not_stand_for_three() -> None:
    about = incident("CDT-05", "Deux rubriques pour la 5B")
    assert any("3 fichiers" in lack for lack in ticket(about, TO_KOSMOS, files=[SCREENSHOT]).missing)
    assert not any("Pièce" in lack for lack in ticket(about, TO_KOSMOS, files=[SCREENSHOT] * 3).missing)


def test_files_of_one_name_keep_different_names() -> None:
    draft = ticket(incident("CDT-05"), TO_KOSMOS, files=[SCREENSHOT] * 3)
    assert [a.name for a in draft.attachments] == ["ecran.png", "ecran-2.png", "ecran-3.png"]


def test_a_pupil_without_class_and_a_person_without_first_name_are_asked_for() -> None:
    about = incident(
        "EDU-05",
        persons=[
            Person(surname="BALMAT", given_names="Théo", profile=Profile.ELEVE),
            Person(surname="TESTARD", profile=Profile.PARENT),
            Person(surname="LUPIN", given_names="Rose"),
        ],
    )
    draft = ticket(about, TO_DSI)
    for lack in ("la classe de BALMAT Théo", "le prénom de TESTARD", "dites si LUPIN Rose est élève"):
        assert any(lack in missing for missing in draft.missing)
    assert not draft.checks[2].ok


def test_what_the_referent_must_try_first_is_asked_for_until_it_is_told() -> None:
    to = route(Actor.REF, Actor.KOSMOS, steps=["Refaire l'import des identifiants."])
    about = incident("PRN-02", persons=[person(SIECLE_PUPIL)], proof=ABSENT.evidence)
    assert any("Refaire l'import" in lack for lack in ticket(about, to, ALL).missing)
    told = ticket(about, to, ALL, fields={"verifie": "import refait le 09/11, sans effet"})
    assert not any("Refaire l'import" in lack for lack in told.missing)


def test_a_delay_that_runs_holds_the_ticket_back() -> None:
    waiting = route(Actor.DSI, Actor.DSI, wait_until="2025-11-12T08:00")
    past = route(Actor.DSI, Actor.DSI, wait_until="2025-11-09T08:00")
    assert any(lack.startswith("Délai en cours") for lack in ticket(ABSENT, waiting, ALL).missing)
    assert not any(lack.startswith("Délai en cours") for lack in ticket(ABSENT, past, ALL).missing)


def test_without_settings_the_school_is_read_in_the_exports_and_the_sender_is_asked_for() -> None:
    draft = ticket(REJECTION, TO_KOSMOS, ALL, settings=Settings())
    assert "Collège des Essais (0381234A)" in draft.body
    assert [lack.split(" :")[0] for lack in draft.missing] == ["Émetteur"]


def test_private_facts_and_secrets_of_a_message_stay_with_the_school() -> None:
    about = incident(
        "SIE-07",
        "Suite au jugement du 9 janvier le père n'a pas d'accès",
        persons=[Person(surname="TREVOUX", given_names="Loïc", profile=Profile.PARENT)],
        text="Suite au jugement du 9 janvier il garde l'autorité parentale. Il n'a aucun compte. "
        "Son mot de passe : azerty12. Son numéro est le 06 39 98 77 20.",
    )
    for stage in ("", "support", "reponse"):
        body = ticket(about, SCHOOL_FIRST, stage=stage).body
        for secret in ("jugement", "autorité parentale", "azerty12"):
            assert secret not in body
    assert "77 20" not in ticket(about, SCHOOL_FIRST, stage="support").body


def test_a_colleague_named_in_the_message_does_not_leave_with_it() -> None:
    about = incident(
        "EDU-05",
        "Compte bloqué",
        persons=[Person(surname="BALMAT", given_names="Théo", profile=Profile.ELEVE, division="5B")],
        text="Théo Balmat a bloqué son compte. Ma collègue Mme Ursule Fontbonne a vu la même chose hier.",
    )
    body = ticket(about, TO_DSI).body
    assert "Fontbonne" not in body
    assert "Théo Balmat" in body


def test_the_exact_message_quoted_by_the_user_is_kept() -> None:
    about = incident("PRN-07", persons=[person(SIECLE_PUPIL)], text="Elle lit « Identification impossible » à 8h10.")
    assert "Message exact : « Identification impossible »." in ticket(about, TO_KOSMOS, stage="support").body


def test_of_a_leak_the_one_who_is_seen_is_never_told() -> None:
    viewer = Person(surname="AUBIN", given_names="Hanna", profile=Profile.PARENT)
    about = incident(
        "SEC-01",
        "AUBIN Hanna voit les notes de BALMAT Théo",
        persons=[viewer, person(OTHER_PUPIL)],
        proof=[evidence(OTHER_PUPIL, "DIVISION", "5B")],
    )
    for stage in ("", "support"):
        draft = ticket(about, SCHOOL_FIRST, ALL, stage=stage)
        everything = draft.body + "".join(a.content.decode() for a in draft.attachments)
        assert "AUBIN Hanna" in everything
        assert "BALMAT" not in everything
        assert "Théo" not in everything


def test_of_a_leak_the_message_is_not_quoted() -> None:
    about = incident(
        "SEC-01",
        "Je vois les notes d'un certain Ulysse V. en 4B",
        persons=[
            Person(surname="AUBIN", given_names="Hanna", profile=Profile.PARENT),
            Person(surname="V.", given_names="Ulysse", profile=Profile.ELEVE, division="4B"),
        ],
        text="Je vois sur mon compte les absences et les notes d'un certain Ulysse V. en 4B.",
    )
    for stage in ("", "support"):
        body = ticket(about, SCHOOL_FIRST, stage=stage).body
        assert "Ulysse" not in body
        assert "4B" not in body
        assert "absences" not in body


def test_a_sentence_of_the_message_is_told_once_and_stands_on_its_own() -> None:
    about = incident(
        "EDU-05",
        "Et Ruben Castelin a bloqué son compte EduConnect",
        persons=[Person(surname="CASTELIN", given_names="Ruben", profile=Profile.ELEVE, division="6A")],
        text="Et Ruben Castelin a bloqué son compte EduConnect. Il a essayé six fois.",
    )
    body = ticket(about, TO_DSI).body
    assert body.count("Ruben Castelin a bloqué") == 1
    assert "\nMessage reçu : « Ruben Castelin a bloqué son compte EduConnect ».\n" in body
    assert "- Il a essayé six fois." in body


def test_what_is_asked_is_that_of_the_category_even_when_the_template_serves_it_by_default() -> None:
    about = incident("ANN-10", "AESH à associer", persons=[person(REJECTED)])
    assert "Attendu : Permettre d'associer l'AESH à l'élève." in ticket(about, route(Actor.REF, Actor.KOSMOS)).body


def test_a_predecessor_named_in_the_message_does_not_leave_with_it() -> None:
    about = incident(
        "EDU-08",
        "Administration EduConnect inaccessible",
        persons=[Person(surname="BATISTE", given_names="Odile", profile=Profile.ENSEIGNANT)],
        text="Je remplace Mme Sicaud comme référente ENT. La page répond « accès refusé ».",
    )
    assert "Sicaud" not in ticket(about, TO_DSI).body


def test_a_date_of_the_message_is_not_taken_for_that_of_the_trouble() -> None:
    persons = [person(REJECTED)]
    for text, when in [
        ("Les exports ont été relancés le 22/09. Rien ne change.", "[à compléter : date et heure du constat]"),
        ("Constaté le 22/09 à 8h15 sur deux postes.", "22/09/2025 à 08:15"),
    ]:
        assert f"Constaté le : {when}." in ticket(incident("ANN-03", persons=persons, text=text), TO_DSI).body


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Refusé depuis ce matin 8h30.", "Constaté : « depuis ce matin 8h30 », message lu le 10/11/2025."),
        ("Refusé hier vers 14 h.", "Constaté : « hier vers 14 h », message lu le 10/11/2025."),
        ("Refusé depuis le 3/11.", "Constaté : depuis le 03/11/2025."),
        ("Refusé depuis l'ENT.", "Constaté le : [à compléter"),
        (
            "Refusé. Nous avons vidé le cache et essayé avec Firefox.",
            "- Nous avons vidé le cache et essayé avec Firefox.",
        ),
        ("Refusé, il n'y a pas de message d'erreur.", "Message exact : aucun."),
        ("Plusieurs enseignants sont refusés.", "Portée : plusieurs personnes."),
    ],
)
def test_what_a_message_says_is_not_asked_again(text: str, told: str) -> None:
    assert told in ticket(incident("ANN-11", "Connexion refusée à l'agent", text=text), TO_DSI).body


def test_of_a_leak_the_viewer_is_the_adult_whatever_the_order() -> None:
    viewer = Person(surname="AUBIN", given_names="Hanna", profile=Profile.PARENT)
    about = incident(
        "SEC-01",
        "Le compte de AUBIN Hanna est rattaché à BALMAT Théo",
        persons=[person(OTHER_PUPIL), viewer],
        proof=[evidence(OTHER_PUPIL, "DIVISION", "5B")],
    )
    body = ticket(about, SCHOOL_FIRST, ALL).body
    assert "AUBIN Hanna, responsable" in body
    assert "donne accès aux données d'un élève dont cette personne n'est pas responsable" in body
    assert "BALMAT" not in body


def test_a_namesake_quoted_by_the_evidence_is_not_the_person() -> None:
    one = record("eleves", 2, "LUPIN", "Rose", division="4A", ids={"ine": "111111111AA"})
    candidate = record("annuaire", 9, "LUPIN", "Rose", ids={"uid": "QAA00077"})
    exports = [export("eleves", Kind.SIECLE_ELEVES, [one]), export("annuaire", Kind.ENT_ANNUAIRE, [candidate])]
    known = Identity(id="x", profile=Profile.ELEVE, surname="LUPIN", given_names="Rose", records=(one,))
    proof = [evidence(one, "Nom", "LUPIN"), evidence(candidate, "Identifiant", "QAA00077")]
    draft = ticket(incident("ANN-01", persons=[person(one, "x")], proof=proof), TO_DSI, exports, identities=[known])
    assert "QAA00077" not in draft.body + draft.attachments[0].content.decode()


def test_a_pupil_whom_no_export_places_is_said_to_have_no_class() -> None:
    leaver = record("edt", 4, "LUPIN", "Rose")
    about = incident("EDT-02", "1 élève sans classe", persons=[person(leaver)], proof=[evidence(leaver, "classe", "")])
    draft = ticket(about, route(Actor.ETAB, Actor.INDEX, steps=["Supprimer la fiche."]), ALL)
    assert "LUPIN Rose, élève, sans classe dans les exports" in draft.body
    assert draft.ready


def test_a_staff_correction_is_not_asked_in_siecle() -> None:
    about = incident("ANN-06", "Nom mal écrit", persons=[person(REJECTED)])
    assert ticket(about, SCHOOL_FIRST, ALL).template == "E2"
    about = incident("ANN-06", "Nom mal écrit", persons=[person(SIECLE_PUPIL)])
    assert ticket(about, SCHOOL_FIRST, ALL).template == "E1"


def test_two_homonyms_are_nobody_until_someone_says_who() -> None:
    one = record("eleves", 2, "LUPIN", "Rose", division="4A", ids={"ine": "111111111AA"}, birth_date="2012-01-01")
    two = record("eleves", 3, "LUPIN", "Rose", division="4B", ids={"ine": "222222222BB"}, birth_date="2012-09-09")
    account = record("annuaire", 9, "LUPIN", "Rose", ids={"uid": "QAA00077"})
    exports = [export("eleves", Kind.SIECLE_ELEVES, [one, two]), export("annuaire", Kind.ENT_ANNUAIRE, [account])]
    proof = [evidence(one, "INE", ""), evidence(two, "INE", ""), evidence(account, "Nom", "")]
    nobody = Person(surname="LUPIN", given_names="Rose", profile=Profile.ELEVE)
    assert ticket(incident("ANN-01", persons=[nobody], proof=proof), TO_DSI, exports).attachments == ()
    classed = incident("ANN-01", persons=[person(one)], proof=proof[:1])
    content = ticket(classed, TO_DSI, exports).attachments[0].content.decode()
    assert "11*******AA" in content
    assert "22*******BB" not in content
    assert "QAA00077" not in content
    known = Identity(
        id="x", profile=Profile.ELEVE, surname="LUPIN", given_names="Rose", division="4B", records=(two, account)
    )
    draft = ticket(incident("ANN-01", persons=[person(two, "x")], proof=proof), TO_DSI, exports, identities=[known])
    content = draft.attachments[0].content.decode()
    assert "QAA00077" in content
    assert "11*******AA" not in content


def test_many_persons_go_into_a_list() -> None:
    persons = [Person(surname=f"NOM{n}", given_names="Ana", profile=Profile.PARENT) for n in range(40)]
    draft = ticket(incident("PRN-02", persons=persons), TO_KOSMOS)
    assert "et 15 autres : voir la liste jointe" in draft.body
    assert draft.attachments[0].name == "personnes.csv"
    assert draft.attachments[0].content.decode().count("Ana") == 40
    assert draft.subject.endswith("— 40 responsables")


def test_a_reminder_quotes_the_first_ticket() -> None:
    first = ticket(REJECTION, TO_KOSMOS, ALL)
    again = ticket(
        REJECTION,
        TO_KOSMOS,
        ALL,
        stage="relance",
        first=first,
        fields={"numero": "K-4521", "date_ticket": "06/11/2025", "faits_nouveaux": "rien"},
    )
    assert again.template == "R3"
    assert again.recipient is Actor.KOSMOS
    assert "K-4521" in again.subject
    assert "> Motif de rejet" in again.body
    assert again.ready


def test_one_incident_keeps_its_number_over_reloads() -> None:
    assert ticket(REJECTION, TO_KOSMOS, ALL).id == ticket(REJECTION, TO_KOSMOS, ALL).id
    assert ticket(REJECTION, TO_KOSMOS, ALL).id != ticket(ABSENT, TO_DSI, ALL).id


def test_braces_in_data_are_shown_as_they_are() -> None:
    odd = record("eleves", 5, "{{ 7*7 }}", "{% raw %}", division="5B")
    draft = ticket(incident("ANN-01", "{{ entete }}", persons=[person(odd)]), TO_DSI, [SIECLE])
    assert "{{ 7*7 }}".upper() in draft.body.upper()


def test_the_question_back_asks_what_the_template_lacks() -> None:
    draft = ticket(incident("POR-07", text="L'ENT ne marche pas."), TO_KOSMOS)
    text = question_back(draft, settings=SETTINGS)
    assert "Quelle est l'adresse de la page" in text
    assert "N'envoyez jamais de mot de passe" in text
    assert "Camille Vautrin" in text


def test_the_question_back_on_a_vague_message_is_a_closed_list() -> None:
    text = question_back(incident("SUP-02", text="Ça ne marche toujours pas."))
    assert text.count("?") >= 6
    assert "1. " in text


def test_the_question_back_uses_what_the_reader_of_the_message_found_missing() -> None:
    text = question_back(incident("PRN-01", text="…", missing=["Dans quelle classe est l'élève ?"]))
    assert "1. Dans quelle classe est l'élève ?" in text


def test_the_mail_addresses_come_from_the_settings() -> None:
    draft = ticket(REJECTION, TO_KOSMOS, ALL)
    assert draft.fields["mail_to"] == "support@exemple.invalid"
    assert draft.fields["mail_from"] == "camille.vautrin@exemple.invalid"


def test_a_namesake_in_the_directory_is_said_and_not_taken() -> None:
    one = record("eleves", 2, "LUPIN", "Rose", division="4A", ids={"ine": "111111111AA"})
    two = record("eleves", 3, "LUPIN", "Rose", division="4B", ids={"ine": "222222222BB"})
    account = record("annuaire", 9, "LUPIN", "Rose", ids={"uid": "QAA00077"})
    exports = [export("eleves", Kind.SIECLE_ELEVES, [one, two]), export("annuaire", Kind.ENT_ANNUAIRE, [account])]
    body = ticket(incident("ANN-01", persons=[person(one)]), TO_DSI, exports).body
    assert "sans certitude que ce soit la personne" in body


def test_a_superseded_export_is_not_used() -> None:
    old = msgspec.structs.replace(SIECLE, id="vieux", superseded_by="eleves", records=())
    assert ticket(ABSENT, TO_DSI, [old, *ALL]).attachments == ticket(ABSENT, TO_DSI, ALL).attachments


def test_no_template_leaves_a_gap_that_nobody_is_asked_about() -> None:
    for template in templates().values():
        for code in (c for c in template.used_for if c in wording.SYMPTOMS):
            about = incident(code, persons=[person(REJECTED)], text="Un message.")
            draft = ticket(about, route(Actor.REF, Actor.KOSMOS), stage=template.stage)
            gaps = len(set(re.findall(r"\[à compléter[^\]]*", draft.body)))
            assert gaps <= len(draft.missing)


def test_a_ticket_is_signed_by_the_school_whose_export_names_the_person() -> None:
    here = record("college", 3, "OURDIN", "Léa", division="4B")
    there = record("lycee", 5, "PASTREL", "Noé", division="2A")
    exports = [
        msgspec.structs.replace(
            export("college", Kind.SIECLE_ELEVES, [here]), school="0381742M", school_name="Collège"
        ),
        msgspec.structs.replace(export("lycee", Kind.SIECLE_ELEVES, [there]), school="0261555Z", school_name="Lycée"),
    ]
    both = incident("ANN-15", persons=[person(here)], proof=[evidence(here, "classe", "4B")])
    for settings in (msgspec.structs.replace(SETTINGS, uai="0261555Z", school_name="Lycée"), SETTINGS):
        made = ticket(both, route(Actor.ETAB, Actor.KOSMOS), exports, settings=settings)
        assert "Établissement : Collège (0381742M)" in made.body
