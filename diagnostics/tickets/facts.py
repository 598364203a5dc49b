"""What the data and the message already say of a ticket's fields, so that the agent is asked for the rest only.

Every answer is read from a record, an export, the route or the text; nothing is supposed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from diagnostics import catalogue
from diagnostics.model import (
    ACTOR_LABELS,
    ENT_ACCOUNT_KINDS,
    PROFILE_LABELS,
    Actor,
    Kind,
    Profile,
)
from diagnostics.text import fold, french_date, header
from diagnostics.tickets.context import (
    EDUCONNECT_KINDS,
    PRONOTE_KINDS,
    SOURCE_KINDS,
    Context,
    evidence_of,
    made_on,
    presence,
)
from diagnostics.tickets.phrases import capital, function_label, named, without_codes
from diagnostics.tickets.standing import FAMILY_KINDS, FEED_HOURS, delay, directory_search, source_state
from diagnostics.tickets.told import (
    VERSION,
    agent_service,
    browsers,
    error_reference,
    observed,
    page,
    quoted,
    scope,
)
from diagnostics.tickets.told import tried as told_tried

SOON = "dans la semaine"
"""Time left to a school to correct a datum that locks nobody out (judgement)."""
URGENT = "dans les 48 h"
"""The same when somebody is locked out: the delay that a support asks to have waited (seed 002:325)."""
WHOLE = "la fiche entière (ni « à compléter », ni bloquante)"
DOUBLES = "les fiches en double du responsable"
TO_CHECK = {
    "ANN-01": WHOLE,
    "ANN-12": WHOLE,
    "EDU-06": WHOLE,
    "SIE-01": DOUBLES,
    "SIE-02": DOUBLES,
    "EDU-04": "nom, prénom, courriel et portable du responsable, identiques sur toutes ses fiches",
}
"""Categories in which the evidence does not name the field that is wrong (knowledge.md §4.2, §4.3)."""
MOTIVES = (
    (r"NAISSANCE", "la date de naissance"),
    (r"COURRIEL|\bMAIL|\bMEL\b", "le courriel"),
    (r"\bINE\b|JOINTURE", "l'INE et l'établissement d'origine"),
    (r"CLASSE|DIVISION", "la division"),
    (r"\bPRENOM", "le prénom"),
    (r"\bNOM\b", "le nom"),
    (r"FONCTION|PROFIL|DISCIPLINE", "la fonction"),
    (r"ELEVE|RESPONSABLE|LIEN", "le lien entre l'élève et le responsable"),
)
"""Words of a « motif de rejet » (formats.md §6.3) and the field of the sheet that they speak of."""

EXCHANGED: Mapping[str, frozenset[Kind]] = {
    "SIECLE": FAMILY_KINDS | {Kind.SIECLE_STRUCTURES},
    "STS-Web": frozenset({Kind.STS_EMP, Kind.EMP_STS, Kind.EDT_CLAIR}),
}
"""Exports whose dates tell of the exchanges of an application."""
TEACHING_LABELS = frozenset({"ENSEIGNEMENT", "ENSEIGNANT"})
WITH_ARTICLE = {
    Actor.DSI: "la DSI académique",
    Actor.DRANE: "la DRANE",
    Actor.AUTRE: "un autre service",
}
AMISS = re.compile(r"\b(?:moins|pas|non|aucun|rejet|erreur|supprim)", re.IGNORECASE)
"""Words of the counts that say what went wrong."""
MOST_COUNTS = 4
MENU = re.compile(r"(?:\b(?:EDT|Pronote|SIECLE|STS-Web) : )?[^.,:;«»()]+ > [^.,:;«»()]+")
QUOTED_IN_FIELD = re.compile(r"\s*(?:\([^)]*\)|\S*[\d*\[][^\s,]*)")
"""What the name of a field may quote: a name between brackets, a number, an identifier masked or removed."""
APPLICATIONS = (("NetSynchro", "netsynchro"), ("STS-Web", "sts"), ("SIECLE", "siecle"))


def known(key: str, context: Context) -> str:
    """What is already known of the field ``key``, or ""."""
    reader = READERS.get(key)
    return reader(context) if reader else ""


def reason(context: Context) -> str:
    """The « motif de rejet » as written."""
    return evidence_of(context, "motif", "reason", "motifderejet", "motifdurejet") or next(
        (context.safe(found) for records in context.records for r in records if (found := r.extra.get("reason"))), ""
    )


def rejection_date(context: Context) -> str:
    """The date that the rejection file states; that of the file itself is when it was saved, not when it came."""
    cited = {item.origin.export for item in context.incident.evidence}
    exports = [export for export in context.exports((Kind.ENT_REJETS,)) if export.made_from == "contenu"]
    days = [export.made_on for export in exports if export.id in cited] or [export.made_on for export in exports]
    return french_date(max(days, default=""))


def version(*software: str) -> Callable[[Context], str]:
    """The version that the message states, else that of the software that wrote an export."""

    def read(context: Context) -> str:
        if told := VERSION.search(context.incident.text):
            return " ".join(told[1].split())
        for export in context.exports((Kind.EDT_CLAIR, Kind.EDT_CHIFFRE, Kind.IDPN, Kind.EMP_STS)):
            wrote = export.meta.get("software", "")
            if any(name in wrote.upper() for name in software) and any(character.isdigit() for character in wrote):
                return context.safe(wrote)
        return ""

    return read


def hosting(context: Context) -> str:
    told = {"index": "Index Éducation", "etablissement": "l'établissement"}
    return told.get(context.settings.pronote_hosting, "")


def last_run(context: Context) -> tuple[str, str, str]:
    """(date, status, manual or automated) of the latest import that the evidence names."""
    cited = {(item.origin.export, item.origin.line) for item in context.incident.evidence}
    runs = [run for export in context.exports((Kind.ENT_BILANS,)) for run in export.runs]
    named = [run for run in runs if (run.origin.export, run.origin.line) in cited]
    if not named and context.incident.text:
        # The message quotes what the history says of an import: the latest of them.
        said = fold(context.incident.text)
        named = [run for run in runs if run.status and fold(run.status) in said]
    if not named:
        return "", "", ""
    run = max(named, key=lambda run: run.when)
    return french_date(run.when), run.status, {True: "automatisé", False: "manuel", None: ""}[run.auto]


def counts(context: Context) -> str:
    """What went wrong first, from the report that the evidence quotes: another one may be that of another import."""
    cited = {item.origin.export for item in context.incident.evidence}
    exports = [export for export in context.exports((Kind.ENT_BILAN_PRELIMINAIRE,)) if export.id in cited]
    found = [count for export in exports for count in export.counts if count.value]
    found.sort(key=lambda count: not AMISS.search(count.label))
    return context.safe(" ; ".join(f"{count.value} {count.label}" for count in found[:MOST_COUNTS]))


def in_pronote(context: Context) -> str:
    exports = context.exports(PRONOTE_KINDS)
    if not exports or not context.incident.persons:
        return ""
    return presence(context, PRONOTE_KINDS, ("oui", "personne", "personnes"), "non trouvé")


def pronote_identifier(context: Context) -> str:
    """Whether the accounts of the ENT hold a Pronote identifier, from the exports that state one for somebody."""
    stating = {
        export.id
        for export in context.exports(ENT_ACCOUNT_KINDS)
        if any(record.ids.get("idpn") for record in export.records)
    }
    accounts = [[r for r in records if r.origin.export in stating] for records in context.records]
    known_accounts = [records for records in accounts if records]
    if not known_accounts:
        return ""
    count = sum(any(record.ids.get("idpn") for record in records) for records in known_accounts)
    if len(known_accounts) == 1:
        return "oui" if count else "non"
    return f"{count or 'aucun'} compte{'s' if count > 1 else ''} sur {len(known_accounts)}"


def account_state(context: Context) -> str:
    states = {
        record.extra.get("state") or record.extra.get("status", "") for record in context.of(EDUCONNECT_KINDS)
    } - {""}
    if not states and context.incident.facts.get("state") == "absent":
        return "aucun compte dans la liste"
    return ", ".join(sorted(states))


def profiles(context: Context) -> str:
    found = {PROFILE_LABELS[person.profile] for person in context.incident.persons}
    return ", ".join(sorted(found - {PROFILE_LABELS[Profile.INCONNU]}))


def counter(context: Context) -> str:
    """The directory where the profile logs in (knowledge.md §1)."""
    found = {person.profile for person in context.incident.persons}
    if found and found <= {Profile.ELEVE, Profile.PARENT}:
        return "EduConnect"
    return "annuaire académique (ARENA)" if found and found <= {Profile.ENSEIGNANT, Profile.NON_ENSEIGNANT} else ""


def function(context: Context) -> str:
    stated = [person.function for person in context.incident.persons if person.function]
    stated += [found for records in context.records for record in records if (found := record.extra.get("function"))]
    label = function_label(stated[0]) if stated else ""
    teaching = [person for person in context.incident.persons if person.profile is Profile.ENSEIGNANT]
    if teaching and (not label or fold(label) in TEACHING_LABELS):
        return PROFILE_LABELS[Profile.ENSEIGNANT]
    return context.safe(label)


def application(context: Context) -> str:
    text = header(context.incident.text + context.incident.summary)
    for label, word in APPLICATIONS:
        if word in text:
            return label
    return {"SIE": "SIECLE", "STS": "STS-Web"}.get(context.incident.category[:3], "")


def exchange_dates(context: Context) -> str:
    return made_on(context.exports(EXCHANGED.get(application(context), SOURCE_KINDS | {Kind.EMP_STS, Kind.EDT_CLAIR})))


def viewer(context: Context) -> str:
    """Who sees what is not theirs; what is seen is never told (knowledge.md §10, E4)."""
    persons = context.incident.persons
    if context.incident.category != "SEC-01" or len(persons) != 1 or context.incident.text:
        return ""
    (person,) = persons
    account = f"le compte de {named(person)} ({PROFILE_LABELS[person.profile]})"
    if person.profile is Profile.ELEVE:
        return f"{account} donne accès aux données d'un autre élève"
    return f"{account} donne accès aux données d'un élève dont cette personne n'est pas responsable"


def evidence_fields(context: Context) -> str:
    """What to look at on the sheet; a field that quotes an identifier or a name loses it."""
    if known := TO_CHECK.get(context.incident.category):
        return known
    if motive := fold(reason(context)):
        return next((field for words, field in MOTIVES if re.search(words, motive)), WHOLE)
    fields = (item.field for item in context.incident.evidence if item.field)
    seen = dict.fromkeys(QUOTED_IN_FIELD.sub("", context.safe(field)).strip(" ,:") for field in fields)
    return ", ".join([field for field in seen if len(field) > 2][:5])


def menu_path(*software: str) -> Callable[[Context], str]:
    """The first menu path of these programs that a step names (« EDT : A > B > C »)."""

    def read(context: Context) -> str:
        for step in context.route.try_first:
            for match in MENU.finditer(step):
                if (path := match[0].strip(" .«»")).startswith(software):
                    return capital(context.safe(path))
        return ""

    return read


def deadline(context: Context) -> str:
    """A length of time, not a date: it would be another one each day the note is written."""
    card = catalogue.cards(context.settings.catalogue).get(context.incident.category)
    # A message states no severity: that of the category holds.
    hurts = card.severity if card and context.incident.text else context.incident.severity
    return URGENT if hurts == 1 else SOON


def gestures(context: Context) -> str:
    return "\n".join(f"{number}. {without_codes(step)}" for number, step in enumerate(context.route.try_first, 1))


def write_again(context: Context) -> str:
    if 0 < context.route.wait_hours <= FEED_HOURS:
        return f"Si rien n'a changé {context.route.wait_hours} h après, répondez à ce message avec une copie d'écran."
    if context.route.wait_until:
        until = french_date(context.route.wait_until[:10])
        return f"Si rien n'a changé le {until}, répondez à ce message avec une copie d'écran."
    return "Si cela ne suffit pas, répondez à ce message avec le message exact, l'heure et une copie d'écran."


def structures(kinds: frozenset[Kind]) -> Callable[[Context], str]:
    """The values that the evidence quotes from exports of these kinds: names of classes or groups."""

    def read(context: Context) -> str:
        wanted = {export.id for export in context.exports(kinds)}
        values = dict.fromkeys(
            item.value for item in context.incident.evidence if item.origin.export in wanted and item.value
        )
        return context.safe(", ".join(list(values)[:10]))

    return read


def tried(context: Context) -> str:
    return context.safe(" ; ".join(context.incident.tried)) or told_tried(context)


def persistence(context: Context) -> str:
    """« Si cela persiste… »: who gets the ticket then. A feed's delay runs from the correction, which is to come."""
    if context.route.recipient in (Actor.ETAB, Actor.REF):
        return ""
    recipient = WITH_ARTICLE.get(context.route.recipient, ACTOR_LABELS[context.route.recipient])
    hours, until = context.route.wait_hours, context.route.wait_until
    if 0 < hours <= FEED_HOURS:
        delayed = f" {hours} h après la correction"
    else:
        delayed = f" après le {french_date(until[:10])}" if until else ""
    return f"Si cela persiste{delayed}, prévenez le référent ENT : un ticket sera adressé à {recipient}."


READERS: Mapping[str, Callable[[Context], str]] = {
    "constat": observed,
    "portee": scope,
    "verifie": tried,
    "message_exact": quoted,
    "motif": reason,
    "date_message": rejection_date,
    "adresse": page,
    "navigateurs": browsers,
    "reference_erreur": error_reference,
    "version": version("EDT", "PRONOTE"),
    "version_edt": version("EDT"),
    "version_pronote": version("PRONOTE"),
    "hebergement": hosting,
    "date_import": lambda context: last_run(context)[0],
    "statut_import": lambda context: last_run(context)[1],
    "mode_import": lambda context: last_run(context)[2],
    "comptes": counts,
    "dernier_echange": lambda context: made_on(context.exports((Kind.IDPN,))),
    "nom_sts": structures(frozenset({Kind.STS_EMP})),
    "nom_siecle": structures(frozenset({Kind.SIECLE_ELEVES, Kind.SIECLE_STRUCTURES, Kind.SIECLE_CSV})),
    "nom_edt": structures(frozenset({Kind.EDT_CLAIR})),
    "nom_ent": structures(frozenset(ENT_ACCOUNT_KINDS)),
    "dans_base": in_pronote,
    "identifiant": pronote_identifier,
    "etat_source": source_state,
    "recherche_ent": directory_search,
    "delai": delay,
    "profil_compte": profiles,
    "guichet": counter,
    "etat_compte": account_state,
    "fonction": function,
    "service_agent": agent_service,
    "application": application,
    "dates_echange": exchange_dates,
    "qui_voit": viewer,
    "champ": evidence_fields,
    "chemin": menu_path("SIECLE"),
    "menu": menu_path("EDT", "Pronote"),
    "echeance": deadline,
    "quoi_faire": gestures,
    "quand_recrire": write_again,
}
"""By key of a template's field. A key that is not here is always asked of the agent."""
