"""Incident, calendar and settings to a route: who acts first, what to try, who gets the ticket, how long to wait.

The order is that of knowledge.md §7.2: exposed personal data; no usable fact; behaviours that the calendar makes
normal; the directory where the account lives; who sees the symptom; where the path breaks; whether the source is right;
the delay; what was already tried. Cards say all of it (``catalogue``): nothing here knows a category, except that the
family SEC comes before everything. The same arguments give the same route: ``now`` is given, never read.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

import msgspec

from diagnostics import catalogue, school_year
from diagnostics.catalogue import Alternative, Card, Contact, Preset, Step, Turn, gestures
from diagnostics.catalogue.card import EITHER
from diagnostics.model import ACTOR_LABELS, PROFILE_LABELS, Actor, Incident, Profile, Route
from diagnostics.routing_facts import (
    EVERYBODY,
    ONE_PERSON,
    OTHER_SCHOOLS,
    end_of_day,
    home,
    known_facts,
    moment,
    scope_of,
    stated_facts,
    told_date,
)
from diagnostics.safety import Refusal
from diagnostics.settings import Settings
from diagnostics.text import fold, one_colon

URGENT_FAMILY = "SEC"
WAITING = "attente"
SOURCE_GESTURES = frozenset({
    "correction_siecle", "doublons_siecle", "saisie_sts", "exports_sts", "export_edt", "groupes_generes",
    "sortie_ancien_etab",
})  # fmt: skip
"""Gestures that a right source makes unnecessary (knowledge.md §7.2, steps 7 and 8)."""
BLOCK = "blocage_rentree"
QUESTIONS = (
    "Demander quel service est en cause : EduConnect, l'ENT, Pronote, la messagerie, l'emploi du temps.",
    "Demander qui est touché : nom, prénom, profil, classe ; une personne, une classe, tout le monde.",
    "Demander le message exact affiché, la date et l'heure, et une copie d'écran.",
)


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """Where the turns of the cards have led."""

    card: Card
    first_actor: Actor
    recipient: Actor
    wait_hours: int
    reasons: tuple[str, ...] = ()


def route(
    *,
    category: str,
    profiles: Collection[Profile] = (),
    scope: str = ONE_PERSON,
    settings: Settings,
    now: datetime,
    tried: Collection[str] = (),
    facts: Mapping[str, str] | None = None,
    text: str = "",
    cause: str = "",
) -> Route:
    """The route of one incident.

    ``scope`` is one of ``catalogue.SCOPES``; ``facts`` are those of ``routing_facts``; ``tried`` holds slugs of
    ``gestures.GESTURES`` or the sender's sentences; ``text`` is the incident's text and evidence, searched for the
    words that the cards' alternatives name; ``cause`` is the one that the data shows, said instead of the card's.

    Raises:
        Refusal: unknown category or scope, or a date among the facts that is not ISO.
    """
    if not category:
        return Route(
            first_actor=Actor.REF,
            recipient=Actor.REF,
            try_first=QUESTIONS,
            why="Le message ne dit pas assez pour savoir qui doit agir : demander des précisions avant tout ticket.",
        )
    if scope not in catalogue.SCOPES:
        raise Refusal(f"Portée inconnue « {scope} ». Portées connues : {', '.join(catalogue.SCOPES)}.")
    now = now.replace(tzinfo=None)
    card = catalogue.card(category, settings.catalogue)
    concerned = tuple(sorted(set(profiles) - {Profile.INCONNU}))
    known = known_facts(facts or {}, settings, now)
    preset = catalogue.preset(settings.academie)
    if card.family != URGENT_FAMILY and (season := normal_season(card, concerned, settings, now)):
        return awaited(card, season, concerned, known, preset, tried, now)
    course = follow(card, concerned, scope, known, settings)
    course, chosen = choose(course, known, text)
    if known.get("source_ok") == "non" and course.first_actor is not Actor.ETAB and course.card.source_template:
        reason = "La donnée est fausse à la source : l'établissement la corrige d'abord."
        course = msgspec.structs.replace(course, first_actor=Actor.ETAB, reasons=(*course.reasons, reason))
    return settle(course, chosen, concerned, known, preset, tried, now, cause)


def route_incident(
    incident: Incident,
    *,
    settings: Settings,
    now: datetime,
    scope: str = "",
    facts: Mapping[str, str] | None = None,
) -> Route:
    """The route of an incident, from data or from a message; ``scope`` and ``facts`` complete what it states."""
    evidence = [item.value for item in incident.evidence]
    return route(
        category=incident.category,
        profiles=[person.profile for person in incident.persons],
        scope=scope or scope_of(incident.text),
        settings=settings,
        now=now,
        tried=incident.tried,
        facts={**stated_facts(incident), **(facts or {})},
        text=" \n ".join([incident.text, incident.cause, *evidence]),
        cause=incident.cause,
    )


def contact(actor: Actor, settings: Settings) -> Contact:
    """How to reach an actor: the settings' fields over those of the académie's preset; empty fields are unknown."""
    found = catalogue.preset(settings.academie).contacts.get(actor, Contact(name=ACTOR_LABELS[actor]))
    own = settings.contacts.get(actor.value)
    if own is None:
        return found
    stated = {name: value for name, value in msgspec.structs.asdict(own).items() if value}
    sources = ("réglages de l'établissement", *found.sources)
    return msgspec.structs.replace(found, **stated, sources=sources)


def follow(
    card: Card, profiles: Collection[Profile], scope: str, known: Mapping[str, str], settings: Settings
) -> Course:
    """Take the card's turns (directory, profile, break, scope); a turn may lead to another card, each card once."""
    cards = catalogue.cards(settings.catalogue)
    where = home(profiles, known)
    seen = {card.code}
    course = start(card, ())
    moved = True
    while moved:
        moved = False
        for turn, name in turns(course.card, where, profiles, scope, known):
            reason = f"{sentence(name)} : {turn.why}."
            if turn.see:
                if turn.see in seen:
                    continue
                seen.add(turn.see)
                reason = f"{sentence(name)} : {turn.why} (fiche {turn.see})."
                course = start(cards[turn.see], (*course.reasons, reason))
                moved = True
            course = msgspec.structs.replace(
                course,
                first_actor=turn.first_actor or course.first_actor,
                recipient=turn.recipient or course.recipient,
                wait_hours=course.wait_hours if turn.wait_hours is None else turn.wait_hours,
                reasons=course.reasons if moved else (*course.reasons, reason),
            )
            if moved:
                break
    return course


def start(card: Card, reasons: tuple[str, ...]) -> Course:
    return Course(
        card=card,
        first_actor=card.first_actor,
        recipient=card.recipient,
        wait_hours=card.wait_hours,
        reasons=reasons,
    )


def turns(
    card: Card, where: str, profiles: Collection[Profile], scope: str, known: Mapping[str, str]
) -> Iterable[tuple[Turn, str]]:
    """The turns of a card that apply, in the order of the decision, each with what triggers it."""
    if turn := card.by_home.get(where):
        yield turn, f"compte « {where} »"
    applying = [card.by_profile[profile] for profile in profiles if profile in card.by_profile]
    if applying and len(applying) == len(profiles) and all(turn == applying[0] for turn in applying):
        yield applying[0], f"profil {' et '.join(PROFILE_LABELS[profile] for profile in profiles)}"
    if turn := card.by_break.get(known.get("breaks_at", "")):
        yield turn, f"le passage s'arrête à {known['breaks_at']}"
    wider = (scope, EVERYBODY) if scope == OTHER_SCHOOLS else (scope,)
    for level in wider:
        if turn := card.by_scope.get(level):
            yield turn, f"portée « {scope} »"
            return


def choose(course: Course, known: Mapping[str, str], text: str) -> tuple[Course, Alternative | None]:
    """The card's alternative that facts or words state, if any."""
    folded = f" {fold(text)} "
    for alternative in course.card.recipient_alternatives:
        by_facts = bool(alternative.facts) and all(
            known.get(name) == value for name, value in alternative.facts.items()
        )
        if by_facts or any(f" {fold(phrase)} " in folded for phrase in alternative.words):
            chosen = msgspec.structs.replace(
                course,
                first_actor=alternative.first_actor or course.first_actor,
                recipient=alternative.to,
                wait_hours=course.wait_hours if alternative.wait_hours is None else alternative.wait_hours,
                reasons=(*course.reasons, sentence(alternative.when) + "."),
            )
            return chosen, alternative
    return course, None


def settle(
    course: Course,
    chosen: Alternative | None,
    profiles: Collection[Profile],
    known: Mapping[str, str],
    preset: Preset,
    tried: Collection[str],
    now: datetime,
    cause: str,
) -> Route:
    """Delay, what is already done, and the words: the route."""
    card = course.card
    urgent = card.family == URGENT_FAMILY
    steps = [step for step in card.try_first if applies(step, profiles, known, now)]
    since = moment(known, "since") or told_date(tried, now)
    hours, until, waiting = (0, None, "") if urgent else delay(course, since, moment(known, "entered"), now)
    told = gestures.done(tried)
    done = told - {WAITING} if hours else told
    if known.get("source_ok") == "oui" or "since" in known:
        done |= SOURCE_GESTURES
    if course.wait_hours and since is not None and not hours:
        done |= {WAITING}
    reasons = list(course.reasons)
    if urgent:
        reasons.append("Donnée personnelle exposée : agir tout de suite, avant toute autre chose.")
    else:
        probable = one_colon(decapitalised(cause.rstrip("."))) if cause else " ; ou ".join(card.causes[:2])
        reasons.append(f"Cause probable : {probable}.")
        reasons += [f"En ce moment : {one.explanation}." for one in seasons(card, now) if not one.normal]
    if told:
        reasons.append(f"Déjà fait : {', '.join(gestures.GESTURES[name].label for name in sorted(told))}.")
    first_actor = course.first_actor
    decisive = [step.gesture for step in steps if step.decisive]
    if decisive and done.issuperset(decisive) and first_actor is not course.recipient:
        first_actor = course.recipient
        reasons.append(f"Ce qu'il fallait faire d'abord est fait : c'est à {ACTOR_LABELS[course.recipient]}.")
    if waiting:
        reasons.append(waiting)
    return Route(
        first_actor=first_actor,
        recipient=course.recipient,
        wait_hours=hours,
        wait_until=until.isoformat(timespec="minutes") if until else "",
        try_first=tuple(step_line(step, preset) for step in steps if step.gesture not in done),
        why=" ".join(reasons),
        alternatives=others(course, chosen),
    )


def delay(
    course: Course, since: datetime | None, entered: datetime | None, now: datetime
) -> tuple[int, datetime | None, str]:
    """Hours to wait, until when, and how it is said. Hours run over week-ends: feeds do not rest."""
    hours = course.wait_hours
    if not hours:
        return 0, None, ""
    then = f", puis {course.card.recheck}" if course.card.recheck else ""
    why = f" {sentence(course.card.wait_why.rstrip('.'))}." if course.card.wait_why else ""
    if since is None and entered is not None and entered + timedelta(hours=hours) > now:
        until = entered + timedelta(hours=hours)
        said = school_year.french_moment(until, now)
        return hours, until, f"Arrivée récente : attendre jusqu'au {said}{then}.{why}"
    if since is None:
        # No date is said: the delay runs from a correction that nobody has told, and would move on at each opening.
        return hours, now + timedelta(hours=hours), f"Une fois la correction faite, attendre {hours} h{then}.{why}"
    until = since + timedelta(hours=hours)
    if until > now:
        return hours, until, f"Attendre jusqu'au {school_year.french_moment(until, now)}{then}.{why}"
    return 0, None, f"Le délai de {hours} h est passé depuis le {school_year.french_moment(until, now)}."


def applies(step: Step, profiles: Collection[Profile], known: Mapping[str, str], now: datetime) -> bool:
    """Whether a step is worth proposing: its dates, its season, its EDT version, its profiles, its facts."""
    today = now.date().isoformat()
    version = known.get("edt_version", "")
    year = int(version) if version.isdigit() else school_year.school_year(now.date())
    return not (
        (step.since and today < step.since)
        or (step.until and today >= step.until)
        or (step.seasons and not any(school_year.holds(slug, now) for slug in step.seasons))
        or any(school_year.holds(slug, now) for slug in step.off_seasons)
        or (step.edt_from and year < step.edt_from)
        or (step.edt_until and year > step.edt_until)
        or (step.profiles and profiles and not set(step.profiles) & set(profiles))
        or any(name in known and known[name] not in value.split(EITHER) for name, value in step.when.items())
    )


def step_line(step: Step, preset: Preset) -> str:
    """A step as one line, with the menu path of the académie."""
    if not step.menu:
        return step.text
    if not step.menu.startswith("@"):
        return f"{step.text} Menu : {step.menu}."
    name = step.menu[1:]
    variants = preset.menus.get(name) or catalogue.menus()[name]
    return f"{step.text} Menu : {' ; ou '.join(variant.path for variant in variants)}."


def others(course: Course, chosen: Alternative | None) -> tuple[tuple[Actor, str], ...]:
    """Other recipients, each with when it would be theirs."""
    found = [(one.to, one.when) for one in course.card.recipient_alternatives if one is not chosen]
    if chosen is not None and course.card.recipient is not course.recipient:
        found.insert(0, (course.card.recipient, "dans les autres cas"))
    return tuple(found)


def seasons(card: Card, now: datetime) -> list[school_year.Behaviour]:
    """The behaviours of the calendar that hold now and that the card names."""
    return [one for one in school_year.behaviours(now) if one.slug in card.seasons]


def normal_season(
    card: Card, profiles: Collection[Profile], settings: Settings, now: datetime
) -> tuple[school_year.Behaviour, datetime] | None:
    """The behaviour that makes the symptom normal now, and when that ends; the school's own dates come first."""
    if BLOCK in card.seasons and (end := block_end(profiles, settings)):
        if end > now and school_year.school_year(end.date()) == school_year.school_year(now.date()):
            rule = next(
                one for one in school_year.year_behaviours(school_year.school_year(now.date())) if one.slug == BLOCK
            )
            return rule, end
        card = msgspec.structs.replace(card, seasons=tuple(slug for slug in card.seasons if slug != BLOCK))
    for one in seasons(card, now):
        if one.normal and (not one.profiles or not profiles or set(one.profiles) & set(profiles)):
            return one, one.ends()
    return None


def block_end(profiles: Collection[Profile], settings: Settings) -> datetime | None:
    """End of « Blocage des accès ENT » for these profiles, from the settings; the latest when both are concerned."""
    stated = {Profile.PARENT: settings.block_parents_until, Profile.ELEVE: settings.block_pupils_until}
    concerned = [profile for profile in stated if not profiles or profile in profiles]
    ends = [end_of_day(stated[profile]) for profile in concerned if stated[profile]]
    return max(ends) if ends else None


def awaited(
    card: Card,
    season: tuple[school_year.Behaviour, datetime],
    profiles: Collection[Profile],
    known: Mapping[str, str],
    preset: Preset,
    tried: Collection[str],
    now: datetime,
) -> Route:
    """The route of a behaviour that is normal now: answer, wait, no ticket before."""
    behaviour, until = season
    done = gestures.done(tried)
    steps = [step_line(step, preset) for step in card.try_first
             if applies(step, profiles, known, now) and step.gesture not in done]  # fmt: skip
    repeated = card.code in behaviour.advice or any(
        step.menu and step.menu in behaviour.advice for step in card.try_first
    )
    advice = [behaviour.advice] if behaviour.advice and not repeated else []
    first = card.first_actor if card.first_actor in {Actor.ETAB, Actor.REF} else Actor.REF
    then = f", puis {card.recheck}" if card.recheck else ""
    return Route(
        first_actor=first,
        recipient=card.recipient,
        wait_hours=max(1, math.ceil((until - now).total_seconds() / 3600)),
        wait_until=until.isoformat(timespec="minutes"),
        try_first=(*advice, *steps),
        why=f"Normal en cette période : {behaviour.explanation}. Répondre, sans ticket : attendre jusqu'au"
        f" {school_year.french_moment(until, now)}{then}.",
        alternatives=tuple((one.to, one.when) for one in card.recipient_alternatives),
    )


def sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def decapitalised(text: str) -> str:
    """``L'import…`` → ``l'import…``; an acronym keeps its capitals."""
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] in "'’ " else text
