"""The school year: dates and the behaviours that they make normal (knowledge.md §2.3).

A behaviour that is normal at a date is answered and awaited, not sent to a support. Dates that no document fixes are
approximations, marked « (appréciation) » in their sources; the school's own settings come before them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import msgspec

from diagnostics.model import Profile

NEW_YEAR_MONTH = 8
"""In August the exports are those of the year that comes (001:45, 004:47); the exact day is a judgement."""
MONDAY, THURSDAY = 0, 3
HOLIDAYS = 17
"""Days of a two-week holiday, from Friday evening to Monday morning."""
OPENING = time(8, 0)
"""Hour at which a delay counted in days ends: offices open (004:419 shows 08:00)."""
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
)  # fmt: skip


class Behaviour(msgspec.Struct, frozen=True, kw_only=True):
    """Something that the calendar explains, over one school year."""

    slug: str
    label: str
    start: date
    until: date
    """First day on which it no longer explains anything."""
    normal: bool
    """True: answer and wait, no ticket before ``until``. False: a reminder that goes with the route."""
    explanation: str
    advice: str = ""
    """First thing to do, when there is one."""
    profiles: tuple[Profile, ...] = ()
    """Profiles concerned; empty means all."""
    sources: tuple[str, ...] = ()

    def at(self, day: date) -> bool:
        return self.start <= day < self.until

    def ends(self) -> datetime:
        """When waiting is over."""
        return datetime.combine(self.until, OPENING)


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A behaviour of every year: ``start`` and ``until`` compute its dates from the year the rentrée falls in."""

    slug: str
    label: str
    start: Callable[[int], date]
    until: Callable[[int], date]
    normal: bool
    explanation: str
    advice: str = ""
    profiles: tuple[Profile, ...] = ()
    sources: tuple[str, ...]

    def of_year(self, year: int) -> Behaviour:
        return Behaviour(
            slug=self.slug,
            label=self.label,
            start=self.start(year),
            until=self.until(year),
            normal=self.normal,
            explanation=self.explanation,
            advice=self.advice,
            profiles=self.profiles,
            sources=self.sources,
        )


def school_year(day: date) -> int:
    """First calendar year of the school year of a day: 2025 for 14/10/2025 and for 30/06/2026."""
    return day.year if day.month >= NEW_YEAR_MONTH else day.year - 1


def rentree(year: int) -> date:
    """Return of the pupils in September ``year``, to a day or so: the first Monday to Thursday of the month.

    Right for 2020 and 2022 to 2026, one day early in 2021; a school's own block dates come before it (appréciation).
    """
    day = date(year, 9, 1)
    while day.weekday() > THURSDAY:
        day += timedelta(days=1)
    return day


def toussaint(year: int) -> date:
    """Return from the Toussaint holidays, « jusqu'à Toussaint environ » (003:704): first Monday after 1 November."""
    day = date(year, 11, 2)
    while day.weekday() != MONDAY:
        day += timedelta(days=1)
    return day


def in_class(start: date, end: date) -> int:
    """Days from ``start`` to ``end`` that no school holidays cover: two weeks at Toussaint and Noël everywhere, and in
    winter and spring two of the weeks that the zones share out (appréciation)."""
    days = (end - start).days
    for year in range(school_year(start), school_year(end) + 1):
        for first, last in (
            (toussaint(year) - timedelta(days=HOLIDAYS), toussaint(year)),
            (date(year, 12, 19), date(year + 1, 1, 5)),
            (date(year + 1, 2, 6), date(year + 1, 3, 9)),
            (date(year + 1, 4, 3), date(year + 1, 5, 11)),
        ):
            shared = (min(end, last) - max(start, first)).days
            days -= min(max(shared, 0), HOLIDAYS)
    return max(days, 0)


def days_after_rentree(days: int) -> Callable[[int], date]:
    return lambda year: rentree(year) + timedelta(days=days)


def on(month: int, day: int) -> Callable[[int], date]:
    """That day of the school year: before August it falls in the second calendar year."""
    return lambda year: date(year if month >= NEW_YEAR_MONTH else year + 1, month, day)


RULES: tuple[Rule, ...] = (
    Rule(
        slug="coupure_ete",
        label="interruption estivale de l'ENT",
        start=on(8, 16),
        until=on(9, 1),
        normal=True,
        explanation="l'ENT est interrompu, au moins en partie, pendant le changement d'année",
        advice="Suivre BLO-02 : répondre avec les dates annoncées par l'éditeur, et rouvrir le cas si l'ENT reste fermé"
        " après.",
        sources=("001:41", "004:41", "004:437", "(appréciation) bornes d'après 2022"),
    ),
    Rule(
        slug="blocage_rentree",
        label="blocage des parents et des élèves jusqu'à la rentrée",
        start=on(8, 1),
        until=rentree,
        normal=True,
        explanation="un blocage des accès des parents et des élèves existe par défaut jusqu'à la rentrée",
        advice="Vérifier les dates dans Administration > Accès portail > Blocage des accès ENT.",
        profiles=(Profile.ELEVE, Profile.PARENT),
        sources=("003:794-806", "004:411-437", "(appréciation) date de rentrée approchée"),
    ),
    Rule(
        slug="annuaire_nouvelle_annee",
        label="données annuaire de la nouvelle année en cours de chargement",
        start=on(8, 1),
        until=on(9, 1),
        normal=True,
        explanation="la DSI remet à Kosmos les données de la nouvelle année vers le 18 août ; les nouveaux élèves et"
        " leurs responsables arrivent dans l'ENT la dernière semaine d'août",
        sources=("001:45", "004:47", "003:2023"),
    ),
    Rule(
        slug="rapprochement_aout",
        label="fratries à rapprocher avant l'envoi des nouveaux élèves",
        start=on(8, 1),
        until=on(9, 1),
        normal=False,
        explanation="les rapprochements de responsables doivent être finis avant la dernière semaine d'août, quand"
        " l'académie envoie les nouveaux élèves à l'ENT",
        sources=("003:2023",),
    ),
    Rule(
        slug="premier_import",
        label="premier import de l'emploi du temps, forcément manuel",
        start=on(8, 20),
        until=days_after_rentree(14),
        normal=False,
        explanation="le premier import de l'année est forcément manuel, fin août ; l'automatique ne se remet en place"
        " que quelques jours après la rentrée",
        sources=("001:79-80", "004:82-83", "002:369-373", "003:1045", "(appréciation) bornes"),
    ),
    Rule(
        slug="seuils_rentree",
        label="beaucoup de changements après le premier import",
        start=on(8, 25),
        until=on(10, 1),
        normal=False,
        explanation="en début d'année les changements sont nombreux et l'import automatisé se bloque sur ses seuils",
        sources=("003:1055", "(appréciation) bornes"),
    ),
    Rule(
        slug="version_connecteur",
        label="version de Pronote à changer dans le connecteur",
        start=on(8, 15),
        until=on(10, 1),
        normal=False,
        explanation="chaque année la version de Pronote est à changer dans le connecteur ; les autres paramètres sont"
        " conservés",
        sources=("003:820", "003:829", "003:835", "(appréciation) bornes"),
    ),
    Rule(
        slug="identifiants_rentree",
        label="import des identifiants Pronote à refaire en début d'année",
        start=on(8, 25),
        until=on(10, 1),
        normal=False,
        explanation="en début d'année, l'import des identifiants est à refaire quand des parents n'accèdent pas à"
        " Pronote alors que leur identifiant est dans l'annuaire",
        sources=("003:897", "(appréciation) bornes"),
    ),
    Rule(
        slug="identifiants_csv_tardifs",
        label="identifiants ENT en csv pas encore là",
        start=on(8, 20),
        until=days_after_rentree(7),
        normal=True,
        explanation="les identifiants ENT arrivent parfois quelques jours après la rentrée",
        sources=("000:52", "(appréciation) une semaine"),
    ),
    Rule(
        slug="anciens_toussaint",
        label="anciens élèves et personnels encore présents",
        start=on(8, 1),
        until=toussaint,
        normal=True,
        explanation="les anciens élèves et enseignants gardent l'accès jusqu'à la Toussaint environ pour récupérer"
        " leurs données, puis sont retirés automatiquement",
        advice="En attendant, retirer les anciens des listes de la messagerie : Administration > Messagerie >"
        " Carnet d'adresses.",
        sources=("003:704-710", "(appréciation) retour des vacances de la Toussaint"),
    ),
    Rule(
        slug="bascule_mai",
        label="bascule de la base élèves par le rectorat",
        start=on(5, 1),
        until=on(6, 1),
        normal=False,
        explanation="les doublons de responsables sont à supprimer avant la bascule de mai, sinon ils se reproduisent"
        " dans l'année en préparation",
        sources=("002:162-166",),
    ),
    Rule(
        slug="arrivee_niveaux",
        label="arrivée des CM2 et des 3es",
        start=on(6, 1),
        until=on(7, 15),
        normal=False,
        explanation="avant la bascule des CM2 ou des 3es : aucune fiche bloquante ni incomplète, et les fratries"
        " rapprochées",
        sources=("003:759-775", "(appréciation) bornes"),
    ),
    Rule(
        slug="fin_officielle",
        label="fin officielle de l'année",
        start=on(7, 4),
        until=on(7, 16),
        normal=True,
        explanation="l'année finit officiellement autour du 4 juillet : les imports automatisés sortent alors les"
        " élèves de leurs classes et des listes de contacts",
        advice="Suivre CDT-02 : repousser la fin d'année dans EDT (jamais au-delà du 15 juillet), créer une période de"
        " vacances, puis refaire un import manuel dans l'ENT.",
        sources=("003:1100-1114",),
    ),
    Rule(
        slug="archivage",
        label="archivage des cahiers de textes et des espaces de classe",
        start=on(7, 15),
        until=on(7, 26),
        normal=True,
        explanation="l'ENT archive les cahiers de textes et les espaces de classe à la mi-juillet ; cela peut durer"
        " plusieurs jours",
        advice="Attendre la fin de l'archivage, puis chercher dans le « Dossier archive ».",
        sources=("003:779-786", "001:42-43", "(appréciation) dix jours"),
    ),
)
"""Behaviours of every year, in the order of the school year."""
BEHAVIOUR_SLUGS = frozenset(rule.slug for rule in RULES)


def year_behaviours(year: int) -> tuple[Behaviour, ...]:
    """All behaviours of the school year that starts in ``year``, with their dates."""
    return tuple(rule.of_year(year) for rule in RULES)


def behaviour(slug: str, year: int) -> Behaviour:
    """One behaviour of the school year that starts in ``year``.

    Raises:
        KeyError: no such behaviour.
    """
    for rule in RULES:
        if rule.slug == slug:
            return rule.of_year(year)
    raise KeyError(slug)


def label(slug: str) -> str:
    """What a behaviour is called in French.

    Raises:
        KeyError: no such behaviour.
    """
    return {rule.slug: rule.label for rule in RULES}[slug]


def behaviours(day: date | datetime) -> tuple[Behaviour, ...]:
    """The behaviours that hold on a day, in the order of the school year."""
    day = day.date() if isinstance(day, datetime) else day
    return tuple(one for one in year_behaviours(school_year(day)) if one.at(day))


def holds(slug: str, day: date | datetime) -> bool:
    """Whether a behaviour holds on a day.

    Raises:
        KeyError: no such behaviour.
    """
    day = day.date() if isinstance(day, datetime) else day
    return behaviour(slug, school_year(day)).at(day)


def french_moment(moment: date | datetime, now: date | datetime | None = None) -> str:
    """``jeudi 17 septembre 14:00``; the year is said when it is not that of ``now``, the hour when there is one."""
    text = f"{DAYS[moment.weekday()]} {'1er' if moment.day == 1 else moment.day} {MONTHS[moment.month - 1]}"
    if now is not None and moment.year != now.year:
        text += f" {moment.year}"
    if isinstance(moment, datetime) and moment.time() != time(0, 0):
        text += f" {moment:%H:%M}"
    return text
