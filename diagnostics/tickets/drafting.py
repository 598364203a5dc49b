"""From an incident and its route to a ticket: one incident, short sentences, everybody named, documents attached."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from diagnostics import catalogue, routing
from diagnostics.model import Actor, Attachment, Export, Identity, Incident, Profile, Record, Route, Ticket
from diagnostics.safety import clean_lines
from diagnostics.settings import Settings
from diagnostics.text import french_date
from diagnostics.tickets import attachments, blocks, evidence, facts, library
from diagnostics.tickets.check import check_ticket, incomplete, wants_class
from diagnostics.tickets.context import Context
from diagnostics.tickets.crowds import too_many
from diagnostics.tickets.files import distinct, sort_of
from diagnostics.tickets.library import Question, Template, Wanted
from diagnostics.tickets.phrases import capital, named, tidy
from diagnostics.tickets.reading import people_in, strangers_in
from diagnostics.tickets.register import Register
from diagnostics.tickets.standing import waited
from diagnostics.tickets.told import day_said

WITHOUT = "sans_"
"""Prefix of the field by which an agent says why an attachment is not there."""
FREE_TEXTS = ("reason", "raw", "state", "status", "function")
"""Keys of ``Record.extra`` in which a tool or a clerk writes what they like."""
WITHDRAW = "Pièce à retirer"
OVERRULE = "pret_malgre"
"""Field by which an agent says why the ticket leaves before what is missing."""
SCENE = (
    Question(key="constat", label="date et heure du constat", question="À quelle date et à quelle heure ?"),
    Question(key="portee", label="portée", question="Qui voit le défaut : une personne, une classe, un profil, tous ?"),
    Question(key="verifie", label="ce qui a été vérifié", question="Qu'est-ce qui a été essayé, et à quelle date ?"),
)
"""Fields of the common head (knowledge.md §10); what is expected comes from the template."""
_last: list[tuple[Sequence[Export], Sequence[Identity], Register]] = []


def register_of(exports: Sequence[Export], identities: Sequence[Identity] = ()) -> Register:
    """The register of these exports; the last is kept: the tickets of a load are drafted in a row."""
    if _last and _last[0][0] is exports and _last[0][1] is identities:
        return _last[0][2]
    register = Register([export for export in exports if export.analysed], identities)
    _last[:] = [(exports, identities, register)]
    return register


def draft(
    incident: Incident,
    route: Route,
    *,
    exports: Sequence[Export],
    settings: Settings,
    now: datetime,
    fields: Mapping[str, str] | None = None,
    files: Sequence[Attachment] = (),
    identities: Sequence[Identity] = (),
    stage: str = "",
    first: Ticket | None = None,
) -> Ticket:
    """The ticket of one incident, addressed to whoever must act now.

    When the school must act first, the draft is the note to the school (E1 to E4, or R1), recipient ETAB, and it says
    who gets a ticket if that is not enough; the ticket to that support is the same call with ``stage="support"``.
    When an answer is all it takes (``Card.answer``), the draft is R1.
    Otherwise it is the ticket to ``route.recipient``. Other stages: "reponse" (R1), "precisions" (R2),
    "relance" (R3, which quotes ``first``).

    Args:
        fields: what the agent answered, by field key; ``sans_<attachment>`` says why an attachment is not there and
            ``pret_malgre`` why the ticket leaves before the rest. An answer outranks what the data say.
        files: what the agent attaches, already recognised (``files.attach``).
        identities: who is who over the exports; without them a person is found by an unambiguous name only.
    """
    answers = {key: clean_lines(value).strip() for key, value in (fields or {}).items()}
    override = Path(settings.templates).expanduser() if settings.templates else None
    profiles = {person.profile for person in incident.persons} - {Profile.INCONNU}
    template = library.template_for(
        incident.category,
        route.recipient,
        route.first_actor,
        stage or ("reponse" if is_answered(incident, route, settings) else ""),
        profiles=profiles,
        base=incident.facts.get("at_fault", ""),
        override=override,
    )
    register = register_of(exports, identities)
    shown = concerning(incident, template)
    by_person = register.concerned(shown)
    records = tuple(record for found in by_person for record in found)
    told = (
        incident.persons
        + people_in(incident.text)
        + tuple(who for text in told_by_exports(shown, records) for who in strangers_in(text))
    )
    children = () if incident.category.startswith("SEC-") else register.children_of(records)
    unmasked = frozenset(template.unmasked)
    context = Context(
        incident=shown,
        route=route,
        settings=settings,
        now=now,
        register=register,
        records=by_person,
        redactor=register.redactor(shown, records, others=told, unmasked=unmasked),
        teller=register.redactor(shown, records, others=told, relatives=children, unmasked=unmasked),
        children=children,
        unmasked=unmasked,
        inside=template.stage == "source",
    )
    values = {
        question.key: value for question in asked(template, incident) if (value := answer(question, answers, context))
    }
    made = attachments.extracts(context.incident, template, register, records, context.redactor)
    lacking = tuple(lacking_attachments(template, incident.category, made, files, answers))
    recipient = actor_of(template, route)
    lists = blocks.person_list(context) + evidence.statement(context)
    joined = unique((*lists, *(attachment for _, attachment in made), *files))
    names = blocks.names_of(
        template,
        context,
        values,
        joined,
        recipient=recipient,
        reference=ticket_id(incident, template),
        absent=[
            (wanted.label, answers[WITHOUT + wanted.key])
            for wanted in template.attachments
            if answers.get(WITHOUT + wanted.key)
        ],
        first=first,
    )
    ticket = Ticket(
        id=ticket_id(incident, template),
        incident=incident,
        route=route,
        template=template.id,
        recipient=recipient,
        subject=blocks.subject(template, names),
        body=tidy(library.render(template.body, names)),
        fields={**values, **{key: value for key, value in answers.items() if value}, **reach(settings, recipient)},
        missing=() if answers.get(OVERRULE) else tuple(missing(template, context, values, lacking, answers, files)),
        attachments=joined,
    )
    return msgspec.structs.replace(ticket, checks=check_ticket(ticket, template, shown))


def is_answered(incident: Incident, route: Route, settings: Settings) -> bool:
    """Whether an answer ends the matter, as far as is known: nothing was tried yet, and it is the référent's."""
    card = catalogue.cards(settings.catalogue).get(incident.category)
    return bool(card and card.answer) and route.first_actor is Actor.REF and not incident.tried


def concerning(incident: Incident, template: Template) -> Incident:
    """The incident as this ticket may tell it: of a leak, the one who sees, never the one who is seen (§10, E4)."""
    if not incident.category.startswith("SEC-"):
        return incident
    adults = tuple(person for person in incident.persons if person.profile is not Profile.ELEVE)
    return msgspec.structs.replace(incident, persons=adults or incident.persons[:1], evidence=())


def told_by_exports(incident: Incident, records: Sequence[Record]) -> Iterator[str]:
    """The free texts of the exports, which may name somebody whom no loaded export knows."""
    for item in incident.evidence:
        yield item.value
    for record in records:
        yield from (record.extra.get(key, "") for key in FREE_TEXTS)


def ticket_id(incident: Incident, template: Template) -> str:
    """Our number of the ticket: the same incident and template give the same number over reloads."""
    return numbered(incident.id, template.id)


def numbered(incident: str, template: str) -> str:
    return "T-" + hashlib.sha256(f"{incident}\0{template}".encode()).hexdigest()[:8].upper()


def incident_of(reference: str, incidents: Iterable[str], known: Iterable[Template]) -> str:
    """Id of the incident whose ticket bears our number (« T-1A2B3C4D », in any case), "" when it is none of them."""
    wanted = reference.strip().upper()
    names = [template.id for template in known]
    return next((i for i in incidents if any(numbered(i, name) == wanted for name in names)), "")


def actor_of(template: Template, route: Route) -> Actor:
    """Whom the ticket goes to; an answer to a user or to the sender goes through the school."""
    if template.recipient == library.SUPPORT:
        return route.recipient
    return Actor(template.recipient) if template.recipient in frozenset(Actor) else Actor.ETAB


def asked(template: Template, incident: Incident) -> tuple[Question, ...]:
    """The questions of a ticket, those of the common head first."""
    own = {question.key for question in template.fields}
    head = SCENE if template.scene else ()
    return tuple(question for question in head if question.key not in own) + tuple(
        question for question in template.fields
    )


def answer(question: Question, answers: Mapping[str, str], context: Context) -> str:
    """The agent's answer, else what the data or the message say, else the template's usual value.

    What is only asked for other categories is not looked for: it would say nothing of this incident.
    """
    known = facts.known(question.key, context).strip() if question.concerns(context.incident.category) else ""
    given = answers.get(question.key, "")
    if question.date and given:
        return day_said(given, context.now)
    return given or known or question.default


def lacking_attachments(
    template: Template,
    category: str,
    made: Sequence[tuple[Wanted, Attachment]],
    files: Sequence[Attachment],
    answers: Mapping[str, str],
) -> Iterator[Wanted]:
    """The mandatory attachments that neither the exports nor the agent give. A file answers one of them."""
    done = {wanted.key for wanted, _ in made}
    left = [sort_of(attachment) for attachment in files]
    for wanted in sorted(template.attachments, key=lambda wanted: (not wanted.required(category), len(wanted.accept))):
        if wanted.key in done:
            continue
        fitting = [sort for sort in left if sort in wanted.accept][: wanted.count]
        for sort in fitting:
            left.remove(sort)
        if wanted.required(category) and len(fitting) < wanted.count and not answers.get(WITHOUT + wanted.key):
            yield wanted


def missing(
    template: Template,
    context: Context,
    values: Mapping[str, str],
    lacking: Sequence[Wanted],
    answers: Mapping[str, str],
    files: Sequence[Attachment] = (),
) -> Iterator[str]:
    """What is left to do before the ticket can leave, one French sentence each."""
    settings, route = context.settings, context.route
    uai, school = blocks.school_of(context)
    if not (uai and school):
        yield "Établissement : indiquez son nom et son UAI dans les réglages (school_name, uai)."
    if not settings.sender_name:
        yield "Émetteur : indiquez votre nom dans les réglages (sender_name, sender_function, sender_contact)."
    for person in context.incident.persons:
        yield from incomplete(person)
        if wants_class(person, context.incident):
            yield f"Classe : indiquez la classe de {named(person)}."
    for question in asked(template, context.incident):
        if question.date and question.key in answers and question.key not in values:
            example = f"{context.now:%d/%m/%Y}"
            yield f"{capital(question.label)} : « {answers[question.key]} » n'est pas une date. Écrivez {example}."
            continue
        if not question.needed(context.incident) or question.key in answers:
            continue
        if question.key == "verifie":
            yield from untried(question, context)
        elif question.key not in values:
            yield f"{capital(question.label)} : {question.question}"
    yield from crowded(template, context, files)
    for wanted in lacking:
        how = f" ({wanted.count} fichiers)" if wanted.count > 1 else ""
        yield f"Pièce à joindre : {wanted.label}{how}."
    if (
        template.stage == "support"
        and route.wait_until
        and later(route.wait_until, context.now)
        and not waited(context)
    ):
        yield f"Délai en cours : attendez le {french_date(route.wait_until)} avant d'envoyer."


def crowded(template: Template, context: Context, files: Sequence[Attachment]) -> Iterator[str]:
    """The agent's files that show others than the persons of the ticket; a support that must have the file imported has
    it whole."""
    category, count = context.incident.category, len(context.incident.persons)
    made_for = any(library.covers(pattern, category) for pattern in template.used_for)
    imported = {sort for one in template.attachments if made_for and one.accept[0] == "xml" for sort in one.accept}
    for file in files:
        if too_many(file.persons, count) and sort_of(file) not in imported:
            yield (
                f"{WITHDRAW} : {file.name} montre {file.persons} personnes, le ticket en concerne {count or 'zéro'}."
                " Joignez un extrait."
            )


def untried(question: Question, context: Context) -> Iterator[str]:
    """What must be tried, or told to have been tried: steps of the agent first, then anything at all."""
    route, told = context.route, bool(context.incident.tried)
    if not told and route.try_first and route.first_actor is Actor.REF:
        yield f"À essayer d'abord : {route.try_first[0].rstrip('. ')}. Notez ensuite le résultat et la date."
    elif not told and not blocks.compared(context):
        yield f"{capital(question.label)} : {question.question}"


def later(iso: str, now: datetime) -> bool:
    """Whether the ISO date or date-time is after ``now``; an unreadable one is not."""
    try:
        when = datetime.fromisoformat(iso)
    except ValueError:
        return False
    if (when.tzinfo is None) != (now.tzinfo is None):
        return when.replace(tzinfo=None) > now.replace(tzinfo=None)
    return when > now


def reach(settings: Settings, recipient: Actor) -> dict[str, str]:
    """How to reach the recipient, when the settings or the académie's preset say it, and the sender's address."""
    contact = routing.contact(recipient, settings)
    found = {"mail_to": contact.mail, "mail_from": settings.sender_contact}
    addresses = {key: value for key, value in found.items() if "@" in value}
    by_hand = " ; ".join(filter(None, (contact.channel, contact.url, contact.phone)))
    return {**addresses, "contact": by_hand} if by_hand else addresses


def unique(joined: Sequence[Attachment]) -> tuple[Attachment, ...]:
    """The attachments under names that differ."""
    names = distinct([attachment.name for attachment in joined])
    return tuple(msgspec.structs.replace(one, name=name) for one, name in zip(joined, names, strict=True))


def question_back(about: Incident | Ticket, *, settings: Settings | None = None) -> str:
    """The question back to the sender (R2): what is not known, as a closed list.

    Of a ticket, what its template still needs; of an incident, what a ticket would need.
    """
    settings = settings or Settings()
    incident = about.incident if isinstance(about, Ticket) else about
    override = Path(settings.templates).expanduser() if settings.templates else None
    known = library.templates(override)
    template = library.template_for(incident.category, Actor.ETAB, stage="precisions", override=override)
    wanted: list[str] = []
    if isinstance(about, Ticket) and about.template in known:
        wanted = [
            question.question
            for question in asked(known[about.template], incident)
            if question.needed(incident) and question.key not in about.fields
        ]
    return blocks.question_back(template, incident, settings, wanted)
