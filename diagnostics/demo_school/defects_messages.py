"""Three incoming messages: the worked example of the documents, a forwarded mail, a vague one (knowledge.md §2.1)."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from email.message import EmailMessage
from email.policy import SMTP

from diagnostics.demo_school.people import Person
from diagnostics.demo_school.plan import Plan
from diagnostics.demo_school.views import official

EXAMPLE = (
    "Action à faire\tAnalyse et résolution pb dans l'ent des anomalies sur des comptes ent ----- Margaux Perrot "
    "impossible à accéder à pronot (élève)\n"
    "Description\t----- Rola Mohamed n'est plus dans l'annuaire (parent) détection d'un compte écrasé ----- des "
    "messages intempestifs pour le rejet d'un compte enseignant Dimitaux Christophe"
)
"""Word for word as the documents give it (seed 003, lines 133-134)."""
VAGUE = (
    "Bonjour,\n\nÇa ne marche toujours pas depuis ce matin, merci de faire quelque chose rapidement.\n\nCordialement\n"
)
PARIS_IN_SUMMER = timezone(timedelta(hours=2))
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip


def plant(plan: Plan) -> None:
    messages, ledger = plan.exports.messages, plan.ledger
    messages["message_1_exemple.txt"] = EXAMPLE.encode()
    ledger.messages.append(("message_1_exemple.txt", ("PRN-01", "ANN-02", "ANN-04"), (), False))
    people = concerned(plan)
    if people:
        messages["message_2_transfere.eml"] = forwarded(plan, *people)
        ledger.messages.append(("message_2_transfere.eml", ("ANN-02", "PRN-01"), people, False))
    messages["message_3_vague.txt"] = VAGUE.encode()
    ledger.messages.append(("message_3_vague.txt", (), (), True))


def concerned(plan: Plan) -> tuple[Person, Person, Person] | None:
    """A guardian whose account vanished, that guardian's child, a pupil without Pronote."""
    gone = [e.persons[0] for e in plan.ledger.required if e.category == "ANN-02"]
    lost = [
        e.persons[0]
        for e in plan.ledger.required
        if e.category == "PRN-01" and e.persons[0].division and e.note == "aucun identifiant Pronote dans l’ENT"
    ]
    if not gone or not lost or gone[0].family is None:
        return None
    return gone[0], gone[0].family.pupils[0], lost[0]


def forwarded(plan: Plan, guardian: Person, child: Person, pupil: Person) -> bytes:
    school = plan.school
    day = school.today
    title = "Mme" if guardian.sex == "F" else "M."
    guardian_name = f"{guardian.given} {official(guardian.shown_surname)}"
    body = (
        "Bonjour,\n\n"
        "Je vous transfère le message du secrétariat, pouvez-vous regarder ?\n\n"
        "Merci,\nLa vie scolaire\n\n"
        "---------- Message transféré ----------\n"
        f"De : Secrétariat <secretariat.{school.uai.lower()}@ac-exemple.invalid>\n"
        f"Date : {day.day} {MONTHS[day.month - 1]} {day.year} à 08:12\n"
        "Objet : comptes ENT\n\n"
        "Bonjour,\n\n"
        f"{title} {guardian_name} (responsable de {child.given} {official(child.surname)}, {child.division}) "
        "n'est plus dans l'annuaire de l'ENT : la connexion EduConnect fonctionne mais le compte a disparu depuis "
        "quelques jours.\n\n"
        f"Autre chose : {pupil.given} {official(pupil.surname)} (élève de {pupil.division}) n'arrive pas à ouvrir "
        "Pronote depuis l'ENT, alors que le reste de l'ENT fonctionne.\n\n"
        "Cordialement,\nLe secrétariat\n"
    )
    mail = EmailMessage(policy=SMTP)
    mail["From"] = f"Vie scolaire <viescolaire.{school.uai.lower()}@ac-exemple.invalid>"
    mail["To"] = f"Référent ENT <referent.{school.uai.lower()}@ac-exemple.invalid>"
    mail["Date"] = datetime(day.year, day.month, day.day, 8, 40, tzinfo=PARIS_IN_SUMMER)
    mail["Subject"] = "Tr : comptes ENT"
    mail["Message-ID"] = f"<demo.{school.uai.lower()}.{day.isoformat()}@ac-exemple.invalid>"
    mail.set_content(body, charset="utf-8", cte="quoted-printable")
    return mail.as_bytes()
