"""The four writing rules, each with its reason, as the documents' worked example gives it (knowledge.md §2.1).

1. One incident, one ticket. 2. Short, precise sentences. 3. Name, first name and profile of every person, classes or
groups. 4. Documents that allow the diagnosis.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from diagnostics.model import PROFILE_LABELS, Actor, Incident, Person, Profile, RuleCheck, Ticket
from diagnostics.tickets import masking, wording
from diagnostics.tickets.library import Template
from diagnostics.tickets.ours import Ours, read_back
from diagnostics.tickets.reading import (
    Mention,
    announced_count,
    body_of,
    incidents_in,
    mentions,
    sentences,
    services_in,
)
from diagnostics.tickets.vocabulary import ANNOUNCED, CLASS, GROUP, PROCEDURE, PROFILE_WORDS, UNNAMED

LONG_SENTENCE = 50
"""Words above which a sentence is no longer short (judgement; the longest of the kept examples has 42)."""
TERSE = 10
"""Words under which a text cannot hold who, what and when."""
NEAR = 60
"""Characters around a name in which its profile is looked for."""
EXCERPT = 60
UNFINISHED = re.compile(r"\[à compléter[^\]]*\]")
WORD = re.compile(r"[\w'’-]+")


def check_text(
    text: str,
    *,
    attachments: int = 0,
    persons: Sequence[Person] | None = None,
    incidents: int | None = None,
) -> tuple[RuleCheck, ...]:
    """The verdict on each rule for any text.

    Args:
        attachments: documents that came with it; an attachment announced in the text counts as one.
        persons: those concerned, when a better reader knows them; looked for in the text otherwise.
        incidents: how many incidents it tells, when a better reader knows; counted in the text otherwise.
    """
    if (ours := read_back(text)) is not None:
        return _written_here(ours, attachments, persons, incidents)
    parts = incidents_in(text)
    return (
        _one_incident(parts, max(len(parts), announced_count(text)) if incidents is None else incidents),
        _clear(text),
        _persons_named(text, persons),
        _documents(text, parts, attachments),
    )


def _written_here(
    ours: Ours, attachments: int, persons: Sequence[Person] | None, incidents: int | None
) -> tuple[RuleCheck, ...]:
    """The verdict on a ticket that this program wrote, by its blocks."""
    parts = incidents_in(ours.told)
    named = persons or ours.persons
    if gaps := UNFINISHED.findall(ours.body):
        clear = unfinished(gaps)
    elif long := [part for part in sentences(ours.told) if len(WORD.findall(part)) > LONG_SENTENCE]:
        clear = RuleCheck(rule=2, ok=False, why=f"Phrase trop longue : « {excerpt(long[0])} ». Coupez-la.")
    else:
        clear = RuleCheck(rule=2, ok=True, why="Les indications sont claires et concises.")
    count = max(attachments, ours.pieces)
    if ours.lacking:
        documents = RuleCheck(rule=4, ok=False, why=" ".join(ours.lacking))
    elif ours.settled and not count:
        documents = RuleCheck(rule=4, ok=True, why="Aucun document n'est nécessaire, ou le ticket dit pourquoi.")
    else:
        documents = _documents(ours.told, parts, count)
    return (
        _one_incident(parts, max(1, len(parts)) if incidents is None else incidents),
        clear,
        _persons_named(ours.told, named)
        if named
        else RuleCheck(rule=3, ok=True, why="Aucune personne n'est en cause."),
        documents,
    )


def _one_incident(parts: Sequence[str], count: int) -> RuleCheck:
    if count <= 1:
        return RuleCheck(rule=1, ok=True, why="Un seul incident pour ce ticket.")
    lines = [f"{count} incidents pour 1 seul ticket : faites {count} tickets."]
    if len(parts) == count:
        lines += [f"({number}) « {excerpt(part)} » : {_routed(part)}." for number, part in enumerate(parts, 1)]
    else:
        lines.append("Leurs traitements peuvent être différents et traités par des services différents.")
    return RuleCheck(rule=1, ok=False, why=" ".join(lines))


def _routed(part: str) -> str:
    label, support, _ = next(services_in(part), ("un service à préciser", "destinataire à préciser", ""))
    return f"{label}, {support}"


def excerpt(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= EXCERPT else text[:EXCERPT].rsplit(" ", 1)[0] + "…"


def _clear(text: str) -> RuleCheck:
    told, _ = body_of(text)
    count = len(WORD.findall(told))
    if not any(services_in(told)):
        return RuleCheck(
            rule=2, ok=False, why="Le texte ne dit pas quel service est touché ni ce qui se passe. Précisez les faits."
        )
    if count < TERSE:
        return RuleCheck(
            rule=2, ok=False, why=f"Le texte est trop court ({count} mots) : dites quoi, qui, quand et quel message."
        )
    long = [part for part in sentences(told) if len(WORD.findall(part)) > LONG_SENTENCE]
    if long:
        return RuleCheck(
            rule=2,
            ok=False,
            why=f"Phrase trop longue ({len(WORD.findall(long[0]))} mots) : « {excerpt(long[0])} ». Coupez-la.",
        )
    return RuleCheck(rule=2, ok=True, why="Les indications sont claires et concises.")


def incomplete(person: Person) -> Iterator[str]:
    """What rule 3 still wants of a person, as things to do."""
    who = " ".join(filter(None, (person.surname.upper(), person.given_names))) or "la personne concernée"
    who = who.rstrip(".")
    if not person.surname or person.surname.endswith("."):
        yield f"Nom : indiquez le nom de {who}."
    if not person.given_names or person.given_names.endswith("."):
        yield f"Prénom : indiquez le prénom de {who}."
    if person.profile is Profile.INCONNU:
        yield f"Profil : dites si {who} est élève, responsable, enseignant ou autre."


def wants_class(person: Person, incident: Incident) -> bool:
    """Whether the class of a pupil is still to be told. An anomaly of the data about a pupil to whom no export gives a
    class (a leaver, a pupil left in EDT) says just that."""
    return person.profile is Profile.ELEVE and not person.division and bool(incident.text or not incident.evidence)


def _persons_named(text: str, persons: Sequence[Person] | None) -> RuleCheck:
    if persons:
        lacks = [lack for person in persons for lack in incomplete(person)]
        unclassed = [p for p in persons if p.profile is Profile.ELEVE and not p.division]
        if lacks:
            return RuleCheck(rule=3, ok=False, why=" ".join(lacks))
        return _all_named(len(persons), bool(unclassed))
    told, signature = body_of(text)
    named = mentions(told)
    lacks = [lack for mention in named for lack in _lacks(mention, told)]
    if lacks:
        return RuleCheck(rule=3, ok=False, why=" ".join(dict.fromkeys(lacks)))
    if unnamed := UNNAMED.search(told):
        why = f"« {unnamed[0]} » : citez le nom, le prénom et la classe d'un ou deux exemples."
        if not named:
            return RuleCheck(rule=3, ok=False, why=why)
    if named:
        pupils = re.search(r"\bélèves?\b", told) is not None
        return _all_named(len(named), pupils and not CLASS.search(told))
    if GROUP.search(told) or CLASS.search(told):
        return RuleCheck(rule=3, ok=True, why="Aucune personne n'est en cause : le groupe ou les classes sont cités.")
    if PROCEDURE.search(told):
        return RuleCheck(rule=3, ok=True, why="Aucune personne n'est en cause : c'est une question de procédure.")
    return _sender_named(signature)


def _lacks(mention: Mention, told: str) -> Iterator[str]:
    if not mention.surname:
        yield f"Nom manquant ou abrégé : « {mention.text} »."
    if not mention.given_names:
        yield f"Prénom manquant ou abrégé : « {mention.text} »."
    around = told[max(0, mention.position - NEAR) : mention.position + len(mention.text) + NEAR]
    if not PROFILE_WORDS.search(around) and not CLASS.search(around):
        yield f"Profil manquant : dites si « {mention.text} » est élève, responsable, enseignant ou autre."


def _all_named(count: int, without_class: bool) -> RuleCheck:
    if count == 1:
        why = "Le nom, le prénom et le profil de la personne sont précisés."
    else:
        why = f"Les noms, prénoms et profils des {count} personnes sont précisés."
    return RuleCheck(rule=3, ok=True, why=why + (" Ajoutez la classe des élèves." if without_class else ""))


def _sender_named(signature: str) -> RuleCheck:
    """Nobody is named: the one concerned is the one who writes."""
    found = mentions(signature)
    if any(mention.surname and mention.given_names for mention in found):
        return RuleCheck(rule=3, ok=True, why="La personne qui écrit donne son nom et son prénom.")
    return RuleCheck(
        rule=3, ok=False, why="Personne n'est cité : indiquez nom, prénom, profil et classe des personnes concernées."
    )


def _documents(text: str, parts: Sequence[str], attachments: int) -> RuleCheck:
    if attachments:
        plural = "s" if attachments > 1 else ""
        return RuleCheck(rule=4, ok=True, why=f"{attachments} document{plural} joint{plural}.")
    told, rest = body_of(text)
    if announced := ANNOUNCED.search(f"{told}\n{rest}"):
        return RuleCheck(
            rule=4,
            ok=True,
            why=f"Le texte annonce un document (« {announced[0].strip()} ») : vérifiez qu'il est joint.",
        )
    wanted: list[str] = []
    for part in parts or [told]:
        document = next((document for _, _, document in services_in(part)), "une copie d'écran")
        if document not in wanted:
            wanted.append(document)
    return RuleCheck(rule=4, ok=False, why=f"Aucun document complémentaire. À joindre : {' ; '.join(wanted)}.")


def check_ticket(ticket: Ticket, template: Template, shown: Incident) -> tuple[RuleCheck, ...]:
    """The four rules on a draft, from what it holds; ``shown`` is the incident as the draft may tell it."""
    category, persons = ticket.incident.category, shown.persons
    one = RuleCheck(rule=1, ok=True, why=f"Un seul incident : {wording.symptom(category)}.")
    gaps = UNFINISHED.findall(ticket.body)
    long = [part for part in sentences(ticket.body) if len(WORD.findall(part)) > LONG_SENTENCE]
    if harm := must_not_leave(ticket):
        clear = RuleCheck(rule=2, ok=False, why=f"Ne doit pas partir : {', '.join(harm)}. Retirez-le du texte.")
    elif gaps:
        clear = unfinished(gaps)
    elif long:
        clear = RuleCheck(rule=2, ok=False, why=f"Phrase trop longue : « {excerpt(long[0])} ». Coupez-la.")
    else:
        clear = RuleCheck(rule=2, ok=True, why="Phrases courtes, rien à compléter.")
    lacks = [lack for person in persons for lack in incomplete(person)]
    lacks += [
        f"Classe : indiquez la classe de {person.surname.upper()} {person.given_names}."
        for person in persons
        if wants_class(person, shown)
    ]
    if lacks:
        who = RuleCheck(rule=3, ok=False, why=" ".join(lacks[:3]))
    elif persons:
        labels = sorted({PROFILE_LABELS[person.profile] for person in persons})
        who = RuleCheck(rule=3, ok=True, why=cited(len(persons), labels))
    else:
        who = RuleCheck(rule=3, ok=True, why="Aucune personne n'est en cause.")
    return (one, clear, who, _ticket_documents(ticket, template))


def must_not_leave(ticket: Ticket) -> list[str]:
    """What the text shows that no ticket may: a password or a full identifier; a private fact, outside the school."""
    text = f"{ticket.subject}\n{ticket.body}"
    found = masking.exposed(text)
    if ticket.recipient is not Actor.ETAB:
        found += [f"un fait privé (« {word} »)" for word in masking.private_facts(text)[:2]]
    return found


def unfinished(gaps: Sequence[str]) -> RuleCheck:
    many = "Un blanc reste" if len(gaps) == 1 else f"{len(gaps)} blancs restent"
    return RuleCheck(rule=2, ok=False, why=f"{many} dans le texte : {gaps[0]}.")


def cited(count: int, labels: Sequence[str]) -> str:
    """« Une personne citée : élève. », « 3 personnes citées : élève, responsable. »"""
    return f"{'Une personne citée' if count == 1 else f'{count} personnes citées'} : {', '.join(labels)}."


def _ticket_documents(ticket: Ticket, template: Template) -> RuleCheck:
    lacking = [lack for lack in ticket.missing if lack.startswith(("Pièce à joindre", "Pièce à retirer"))]
    if lacking:
        return RuleCheck(rule=4, ok=False, why=" ".join(lacking))
    count = len(ticket.attachments)
    if count:
        return RuleCheck(
            rule=4, ok=True, why=f"{count} pièce{'s' if count > 1 else ''} jointe{'s' if count > 1 else ''}."
        )
    if not any(wanted.required(ticket.incident.category) for wanted in template.attachments):
        return RuleCheck(rule=4, ok=True, why="Aucun document n'est nécessaire pour ce ticket.")
    return RuleCheck(rule=4, ok=True, why="Le ticket dit pourquoi aucune pièce n'est jointe.")
