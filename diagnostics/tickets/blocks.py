"""The parts of a ticket's text that all templates share, each a few short lines; "" when there is nothing to say."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from diagnostics import catalogue
from diagnostics.catalogue import Card
from diagnostics.model import (
    ACTOR_LABELS,
    FROM_DATA,
    PROFILE_LABELS,
    Actor,
    Attachment,
    Incident,
    Person,
    Profile,
    Record,
    Ticket,
)
from diagnostics.safety import clean
from diagnostics.settings import Settings
from diagnostics.text import agreed, fold
from diagnostics.tickets import attachments, facts, library, masking, wording
from diagnostics.tickets.check import wants_class
from diagnostics.tickets.context import Context, made_on
from diagnostics.tickets.evidence import found, probable, summary
from diagnostics.tickets.library import SUBJECT_MAX, Template
from diagnostics.tickets.phrases import described, person_of, plural, quote, sentence, tidy, without_codes
from diagnostics.tickets.told import DAY, HOUR, NO_MESSAGE, QUOTED, quoted

MAX_LABELS = 2
"""Profiles, or classes, that a subject has room for."""
MAX_PERSONS = 25
"""Persons named in the text; the others are in the attached list."""
MAX_CHILDREN = 8
"""Children named under a guardian concerned: the support asks for the child and the class (knowledge.md §4.2)."""
NO_CLASS = ", sans classe dans les exports"
EXPECTED = "Traiter l'incident, ou dire ce qui l'empêche et ce qu'il faut corriger."
TO_FILL = "[à compléter : {}]"
QUESTIONS: tuple[tuple[str, str], ...] = (
    ("persons", "Qui est concerné : nom, prénom, profil (élève, responsable, enseignant, autre) et classe ?"),
    ("service", "Quel service est touché : ENT, Pronote, EduConnect, messagerie, autre ?"),
    ("message_exact", "Quel est le message exact affiché à l'écran ?"),
    ("constat", "À quelle date et à quelle heure ?"),
    ("portee", "Qui d'autre le voit : personne, la classe, tout l'établissement ?"),
    ("verifie", "Qu'avez-vous déjà essayé ?"),
    ("capture", "Pouvez-vous joindre une copie d'écran ?"),
)
"""The closed list of a question back (knowledge.md §10, R2), by what each asks for."""


def names_of(
    template: Template,
    context: Context,
    values: Mapping[str, str],
    joined: Sequence[Attachment],
    *,
    recipient: Actor,
    reference: str,
    absent: Sequence[tuple[str, str]] = (),
    first: Ticket | None = None,
) -> dict[str, Any]:
    """Everything a template may use: the blocks, and the plain values behind them."""
    incident = context.incident
    uai, school = school_of(context)
    settings = context.settings
    names: dict[str, Any] = dict.fromkeys(library.BLOCKS, "")
    names |= {
        "code": incident.category,
        "service": wording.service(incident.category),
        "symptome": wording.symptom(incident.category),
        "public": audience(incident, context.children),
        "modele": template.id,
        "destinataire": ACTOR_LABELS[recipient],
        "aujourdhui": context.now.strftime("%d/%m/%Y"),
        "etablissement": {"nom": school or TO_FILL.format("établissement"), "uai": uai or TO_FILL.format("UAI")},
        "emetteur": {
            "nom": settings.sender_name or TO_FILL.format("émetteur"),
            "fonction": settings.sender_function,
            "contact": settings.sender_contact,
        },
        "champs": {
            question.key: values.get(question.key)
            or (TO_FILL.format(question.label) if question.needed(incident) else "")
            for question in template.fields
        },
        "premier_ticket": {
            "numero": first.id if first else "",
            "objet": first.subject if first else "",
            "texte": quote(first.body) if first else "",
        },
        "personnes": people(context),
        "faits": found(context),
        "constat": scene(template, values),
        "message": exact_message(values, context),
        "verifie": verified(template, values, context),
        "attendu": f"Attendu : {expected}" if (expected := expected_of(template, incident, settings)) else "",
        "pieces": listing(joined, absent),
        "a_faire": to_do(context.route.try_first),
        "raison": sentence(without_codes(context.route.why)),
        "si_cela_persiste": facts.persistence(context),
        "signature": signature(settings),
        "resume": summary(context),
        "cause": probable(context),
        "donnees": incident.source == FROM_DATA,
        "plusieurs": len(incident.persons) > 1,
        "base_fausse": incident.facts.get("at_fault", ""),
    }
    names["objet"] = subject(template, names)
    names["entete"] = heading(names, settings, reference)
    return names


def expected_of(template: Template, incident: Incident, settings: Settings) -> str:
    """What is asked of the recipient: what a school's own template says, else the card of the category, else the
    template's sentence when it is made for the category."""
    card = catalogue.cards(settings.catalogue).get(incident.category)
    made_for = any(library.covers(pattern, incident.category) for pattern in template.used_for)
    own = template.expected if made_for else ""
    asked = own if own and template.by_hand else (asked_by(card, incident) if card else "") or own
    return agreed(asked or EXPECTED, several=len(incident.persons) != 1) if template.expected else ""


def asked_by(card: Card, incident: Incident) -> str:
    """What the card asks of whom the facts of the incident lead to."""
    for one in card.recipient_alternatives:
        if one.expected and one.facts and all(incident.facts.get(name) == value for name, value in one.facts.items()):
            return one.expected
    return card.expected


def school_of(context: Context) -> tuple[str, str]:
    """(UAI, name) of the school of the persons concerned: that of the exports that name them or prove the incident,
    else the settings', else what most exports state. Settings of another school than the exports' are not believed."""
    exports, settings = context.register.exports, context.settings
    origins = [proof.origin for proof in context.incident.evidence]
    origins += [record.origin for records in context.records for record in records]
    named = [export.school for origin in origins if (export := exports.get(origin.export)) and export.school]
    stated = named or [export.school for export in exports.values() if export.school]
    if settings.uai and (settings.uai in stated or not stated):
        uai, name = settings.uai, settings.school_name
    else:
        uai = _most(stated)
        name = "" if settings.uai else settings.school_name
    return uai, name or _most(e.school_name for e in exports.values() if e.school in ("", uai))


def _most(values: Iterable[str]) -> str:
    counts = Counter(value for value in values if value)
    return min(counts, key=lambda value: (-counts[value], value), default="")


def heading(names: Mapping[str, Any], settings: Settings, reference: str) -> str:
    sender = ", ".join(filter(None, (names["emetteur"]["nom"], settings.sender_function, settings.sender_contact)))
    return "\n".join((
        f"Établissement : {names['etablissement']['nom']} ({names['etablissement']['uai']})",
        f"Émetteur : {sender}",
        f"Objet : {names['objet']}",
        f"Notre référence : {reference}",
    ))  # fmt: skip


def subject(template: Template, names: Mapping[str, Any]) -> str:
    """The subject on one line, at most ``SUBJECT_MAX`` characters: whom it is about gives way, class first."""
    public = str(names.get("public", ""))
    text = ""
    for shorter in (public, public.rpartition(", ")[0] or public, ""):
        text = re.sub(r"\s*—\s*$", "", clean(library.render(template.subject, {**names, "public": shorter})))
        if len(text) <= SUBJECT_MAX:
            return text
    return text[: SUBJECT_MAX - 1].rsplit(" ", 1)[0].rstrip(" —,:") + "…"


def audience(incident: Incident, children: Sequence[Record] = ()) -> str:
    """« élève, 6A », « 3 responsables », « élève et responsable, 6A », « responsable, enfant en 6A »: whom the subject
    speaks of, without a name."""
    persons = incident.persons
    if not persons:
        return ""
    counts = Counter(person.profile for person in persons)
    divisions = sorted({person.division for person in persons if person.division})
    classes = sorted({child.division for child in children if child.division})
    if Profile.INCONNU in counts or len(counts) > MAX_LABELS:
        label = "" if len(persons) == 1 else f"{len(persons)} personnes"
    else:
        labels = [
            f"{count} {plural(PROFILE_LABELS[profile])}" if count > 1 else PROFILE_LABELS[profile]
            for profile, count in counts.items()
        ]
        label = " et ".join(labels)
    known = divisions if len(divisions) == 1 else []
    where = known[0] if known else ""
    if not divisions and 0 < len(classes) <= MAX_LABELS:
        where = f"enfant{'s' if len(classes) > 1 else ''} en {' et '.join(classes)}"
    if len(persons) == 1 and label in wording.symptom(incident.category).split() and (where or not divisions):
        return where
    return ", ".join(filter(None, (label, where)))


def people(context: Context) -> str:
    """The persons concerned, and nobody else: name, first name, profile, class or function."""
    persons = context.incident.persons
    if not persons:
        return ""
    several = len(persons) > 1
    lines = [
        f"- {described(person)}{NO_CLASS if without_class(person, context.incident) else ''}"
        + (with_children(person, records, context) if several else "")
        for person, records in list(zip(persons, context.records, strict=True))[:MAX_PERSONS]
    ]
    if len(persons) > MAX_PERSONS:
        left = len(persons) - MAX_PERSONS
        lines.append(f"- et {left} autre{'s' if left > 1 else ''} : voir la liste jointe.")
    elif context.children and not several:
        named_already = {(fold(p.surname), fold(p.given_names)) for p in persons}
        lines += [
            f"- enfant : {described(child)}"
            for record in context.children[:MAX_CHILDREN]
            if (child := person_of(record)) and (fold(child.surname), fold(child.given_names)) not in named_already
        ]
    return "\n".join(("Personne concernée :" if len(persons) == 1 else "Personnes concernées :", *lines))


def with_children(person: Person, records: Sequence[Record], context: Context) -> str:
    """« ; enfants : NOM Prénom (6A), NOM Prénom (4B) » of a guardian who is not alone in the list."""
    if person.profile is not Profile.PARENT or not context.children:
        return ""
    named = {(fold(one.surname), fold(one.given_names)) for one in context.incident.persons}
    found = dict.fromkeys(
        f"{child.surname.upper()} {child.given_names}" + (f" ({child.division})" if child.division else "")
        for child in context.register.children_of(records)
        if (fold(child.surname), fold(child.given_names)) not in named
    )
    shown = clean(", ".join(list(found)[:MAX_CHILDREN]))
    return f" ; enfant{'s' if len(found) > 1 else ''} : {shown}" if found else ""


def without_class(person: Person, incident: Incident) -> bool:
    return person.profile is Profile.ELEVE and not person.division and not wants_class(person, incident)


def person_list(context: Context) -> tuple[Attachment, ...]:
    """The list of the persons when there are too many for the text."""
    persons = context.incident.persons
    if len(persons) <= MAX_PERSONS:
        return ()
    rows = [[p.surname, p.given_names, PROFILE_LABELS[p.profile], p.division, p.function] for p in persons]
    content = attachments.table(["Nom", "Prénom", "Profil", "Classe", "Fonction"], rows)
    about = f"liste des {len(persons)} personnes concernées"
    return (Attachment(name="personnes.csv", content=content, media_type=attachments.CSV_TYPE, about=about),)


def scene(template: Template, values: Mapping[str, str]) -> str:
    if not template.scene:
        return ""
    when = values.get("constat") or TO_FILL.format("date et heure du constat")
    scope = values.get("portee") or TO_FILL.format("portée")
    label = "Constaté le" if when[:1].isdigit() or when.startswith(TO_FILL[:3]) else "Constaté"
    return f"{label} : {when}.\nPortée : {scope}."


def exact_message(values: Mapping[str, str], context: Context) -> str:
    text = values.get("message_exact") or quoted(context)
    if text.lower().rstrip(".") in ("aucun", "aucune", NO_MESSAGE):
        return "Message exact : aucun."
    return f"Message exact : « {clean(text)} »." if text and not masking.PRIVATE.search(text) else ""


def verified(template: Template, values: Mapping[str, str], context: Context) -> str:
    """What was tried, as told; for an anomaly of the data, the comparison that the program made."""
    if not template.scene:
        return ""
    lines = [part for part in (values.get("verifie"),) if part]
    if done := compared(context):
        lines.append(done)
    if not lines:
        return f"Déjà vérifié : {TO_FILL.format('ce qui a été essayé, et quand')}."
    return "Déjà vérifié :\n" + "\n".join(f"- {sentence(line)}" for line in lines)


def compared(context: Context) -> str:
    """The exports that the program set against each other to find the anomaly, with their dates."""
    exports = [export for export in context.register.exports.values() if export.id in context.cited]
    found = made_on(exports)
    what = "exports comparés" if len({export.kind for export in exports}) > 1 else "export relu"
    return f"{what} : {found}" if found else ""


def listing(joined: Sequence[Attachment], absent: Sequence[tuple[str, str]]) -> str:
    lines = [f"{number}. {clean(item.name)} : {clean(item.about)}" for number, item in enumerate(joined, 1)]
    lines += [f"Pièce absente : {label} ({clean(reason)})." for label, reason in absent]
    return "\n".join(("Pièces jointes :", *lines)) if joined else "\n".join(lines)


def to_do(steps: Sequence[str]) -> str:
    if not steps:
        return ""
    numbered = (f"{number}. {sentence(without_codes(step))}" for number, step in enumerate(steps, 1))
    return "\n".join(("À faire :", *numbered))


def signature(settings: Settings) -> str:
    return "\n".join(
        filter(None, ("Cordialement,", settings.sender_name, settings.sender_function, settings.sender_contact))
    )


def question_back(template: Template, incident: Incident, settings: Settings, wanted: Sequence[str]) -> str:
    """The text of R2: the questions of a ticket's template, else those that the incident leaves open."""
    complete = bool(incident.persons) and all(p.surname and p.given_names for p in incident.persons)
    known = {
        "persons": complete,
        "service": bool(incident.category) and incident.confidence >= 0.5 and incident.category != "SUP-02",
        "message_exact": bool(QUOTED.search(incident.text)),
        "constat": bool(HOUR.search(incident.text) or DAY.search(incident.text)),
        "verifie": bool(incident.tried),
    }
    asked = list(dict.fromkeys([*wanted, *incident.missing])) or [text for key, text in QUESTIONS if not known.get(key)]
    names: dict[str, Any] = dict.fromkeys(library.BLOCKS, "")
    names |= {
        "service": wording.service(incident.category),
        "symptome": wording.symptom(incident.category),
        "code": incident.category,
        "questions": "\n".join(f"{number}. {clean(text)}" for number, text in enumerate(asked, 1)),
        "signature": signature(settings),
        "champs": {question.key: TO_FILL.format(question.label) for question in template.fields},
        "etablissement": {"nom": settings.school_name, "uai": settings.uai},
        "emetteur": {
            "nom": settings.sender_name,
            "fonction": settings.sender_function,
            "contact": settings.sender_contact,
        },
        "premier_ticket": {"numero": "", "objet": "", "texte": ""},
    }
    return tidy(library.render(template.body, names))
