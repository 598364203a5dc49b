"""The facts of a ticket: what the message says, then what the exports say, with file and line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from diagnostics.model import KIND_LABELS, KINSHIP, Attachment, Evidence
from diagnostics.safety import clean
from diagnostics.text import fold, french_date, one_colon
from diagnostics.tickets import attachments, masking, wording
from diagnostics.tickets.context import Context
from diagnostics.tickets.phrases import capital, named, sentence, without_codes
from diagnostics.tickets.reading import MAX_TEXT, sentences
from diagnostics.tickets.register import mark

LEAK = "SEC-"
"""Family whose messages tell what somebody saw of a third person: they are never quoted (knowledge.md §10, E4)."""
LEAK_SEEN = "SEC-01"
MARKS_ONLY = 2
"""Words of what is no sentence: « M. », « Bonjour à tous »."""
MAX_FACTS = 12
"""Lines of evidence in the text; the attachments hold the rest."""
MAX_QUOTE = 300
"""Characters of one quoted value or sentence."""
SCHOOL_FIELDS = frozenset({"établissement", "établissement principal"})
EMPTY_VALUES = frozenset({"", "(vide)"})
NOTHING = re.compile(r"^\(vide\) — (.+)$")
LINK_WORDS = re.compile(
    r"^(?:bonjour|bonsoir|et|par ailleurs|autre chose|au passage|sinon|de plus|en plus|rien à voir,? mais)\b"
    r"\s*[,:]?\s*",
    re.IGNORECASE,
)
"""Words that tied a sentence to the one before it."""
ONE = re.compile(r"1 ([^\W\d_]+)")
FEMININE = frozenset({"CLASSE", "PERSONNE", "FICHE", "DIVISION", "PARTIE", "STRUCTURE", "AUTRE", "LIGNE", "ADRESSE"})
"""Nouns with which a summary opens."""
PRIVATE_NOTE = "Un fait privé du message n'est pas repris ici."


def summary(context: Context) -> str:
    """What happens, in one or two sentences that hold no private fact and nobody else; those of a message as such."""
    plain = gist(context)
    told_by_somebody = context.incident.text and not plain.startswith(
        capital(wording.symptom(context.incident.category))
    )
    if context.incident.category == LEAK_SEEN:
        return plain
    return received(plain) if told_by_somebody else in_letters(plain)


def gist(context: Context) -> str:
    """The same, without saying whose words they are."""
    text = " ".join(told(part, context) for part in sentences(context.incident.summary))
    if context.incident.category.startswith(LEAK) and context.incident.text:
        text = ""
    if context.incident.category == LEAK_SEEN:
        return "Les données d'une personne sont visibles par quelqu'un qui ne doit pas les voir."
    kept = [part for part in sentences(text) if not masking.PRIVATE.search(part)]
    if not any(len(part.split()) > MARKS_ONLY for part in kept):
        return f"{capital(wording.symptom(context.incident.category))}."
    return " ".join(kept)


def received(said: str) -> str:
    """The words of a message as the words of somebody else: « Ma fille ne voit pas Pronote » is not our daughter."""
    inner = said.replace("« ", "“").replace(" »", "”").replace("«", "“").replace("»", "”")
    return f"Message reçu : « {inner.rstrip('.')} »."


def in_letters(text: str) -> str:
    """« 1 classe sans aucun cours » → « Une classe sans aucun cours »: a sentence does not open with that figure."""
    if not (opening := ONE.match(text)):
        return text
    article = "Une" if fold(opening[1]) in FEMININE else "Un"
    return f"{article} {text[opening.start(1) :]}"


def probable(context: Context) -> str:
    """What the rule that saw the anomaly holds for its cause."""
    return (
        f"Cause probable : {sentence(one_colon(without_codes(context.safe(context.incident.cause))))}"
        if context.incident.cause
        else ""
    )


def found(context: Context) -> str:
    """The facts: what the message says, then what the exports say, with file and line."""
    told = told_facts(context)
    lines = stated(context)
    if len(lines) > MAX_FACTS:
        left = len(lines) - MAX_FACTS
        plural_mark = "s" if left > 1 else ""
        lines = [*lines[:MAX_FACTS], f"- et {left} autre{plural_mark} : voir le relevé joint."]
    parts = []
    if told:
        parts.append("\n".join(("Ce que dit le message :", *told)))
    if lines:
        parts.append("\n".join(filter(None, ("Relevé dans les exports :", *lines, files_read(context)))))
    return "\n\n".join(parts)


def told_facts(context: Context) -> list[str]:
    """The sentences of the message, without private facts and without anybody else."""
    kept: list[str] = []
    hidden = False
    if context.incident.category.startswith(LEAK):
        return kept
    summed_up = gist(context)
    for part in sentences(context.incident.text[:MAX_TEXT]):
        if masking.PRIVATE.search(part):
            hidden = True
            continue
        safe = told(part, context)
        if safe and safe not in summed_up:
            kept.append(f"- {safe}")
    return kept[:MAX_FACTS] + ([f"- {PRIVATE_NOTE}"] if hidden else [])


def told(part: str, context: Context) -> str:
    """A sentence of the message as the ticket quotes it: on its own, cleared, bounded."""
    return sentence(LINK_WORDS.sub("", clean(context.safe(part)))[:MAX_QUOTE])


def stated(context: Context) -> list[str]:
    """The evidence as lines: one for each person when there are several, else one for each place."""
    shown = [(item, value) for item in context.incident.evidence if (value := shown_value(item, context)) is not None]
    several = len(context.incident.persons) > 1
    lines: dict[str, dict[str, list[str]]] = {}
    for item, value in shown:
        owner = context.owner.get(mark(item.record)) if item.record is not None else None
        line = f"{item.origin.line}" if item.origin.line else ""
        where = ", ".join(filter(None, (kind_of(item, context), f"ligne {line}" if line else "")))
        who = f"{named(owner)}\0{owner.division}\0{owner.identity}" if owner and several else ""
        head, key = (who, where) if who else (place(item, context), "")
        told = f"{context.safe(clean(item.field))} {quoted(value)}"
        found = lines.setdefault(head, {}).setdefault(key, [])
        if told not in found:
            found.append(told)
    return [f"- {head.split(chr(0))[0]} : {by_place(places)}." for head, places in lines.items()]


def by_place(places: Mapping[str, Sequence[str]]) -> str:
    """« EDT, ligne 74 : nom « BEAUIN » ; STS-Web, ligne 56 : nom « BEAUDIN » »."""
    return " ; ".join(f"{place} : {', '.join(told)}" if place else ", ".join(told) for place, told in places.items())


def quoted(value: str) -> str:
    return f"« {value[:MAX_QUOTE]} »" if value else "vide"


def kind_of(item: Evidence, context: Context) -> str:
    export = context.register.exports.get(item.origin.export)
    return KIND_LABELS[export.kind] if export else context.safe(clean(item.file))


def files_read(context: Context) -> str:
    """« Fichiers : SIECLE élèves, eleves.xml »: which files the lines of several persons were read in."""
    found: dict[str, None] = {}
    for item in context.incident.evidence:
        if shown_value(item, context) is not None and item.record is not None and mark(item.record) in context.owner:
            found[", ".join(filter(None, (kind_of(item, context), context.safe(clean(item.file)))))] = None
    if len(context.incident.persons) < 2 or not found:
        return ""
    return f"{'Fichiers' if len(found) > 1 else 'Fichier'} : {' ; '.join(found)}."


def statement(context: Context) -> tuple[Attachment, ...]:
    """The whole list of facts as a table, when the text cannot hold it."""
    if len(stated(context)) <= MAX_FACTS:
        return ()
    rows = []
    for item in context.incident.evidence:
        if (value := shown_value(item, context)) is not None:
            who = context.owner.get(mark(item.record)) if item.record is not None else None
            rows.append([
                who.surname if who else "",
                who.given_names if who else "",
                place(item, context),
                context.safe(item.field),
                value,
            ])  # fmt: skip
    content = attachments.table(["Nom", "Prénom", "Où", "Champ", "Valeur"], rows)
    return (
        Attachment(name="releve.csv", content=content, media_type=attachments.CSV_TYPE, about="relevé des exports"),
    )


def shown_value(item: Evidence, context: Context) -> str | None:
    """The value of an evidence as the ticket may show it; None when it is somebody else's or must not be shown."""
    if item.record is not None and context.incident.persons and mark(item.record) not in context.owner:
        return None
    if item.field == KINSHIP and not context.inside:
        return None
    raw = french_date(clean(item.value))
    if raw in EMPTY_VALUES:
        return ""
    raw = NOTHING.sub(r"vide (\1)", raw)
    if item.field in SCHOOL_FIELDS:
        # The name of a school is nobody's, though it is often made of somebody's.
        return masking.scrub(raw, context.unmasked) or None
    sort = masking.sort_of(item.field)
    value = masking.mask(sort, raw, context.unmasked) if sort else context.safe(raw)
    return value or None


def place(item: Evidence, context: Context) -> str:
    """« SIECLE élèves, eleves.xml, ligne 12 »."""
    export = context.register.exports.get(item.origin.export)
    return ", ".join(filter(None, (
        KIND_LABELS[export.kind] if export else "",
        context.safe(clean(item.file)),
        f"ligne {item.origin.line}" if item.origin.line else "",
    )))  # fmt: skip
