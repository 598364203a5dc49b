"""When to look at an incident again, and how dates are read and said."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from diagnostics import school_year, states
from diagnostics.model import Actor, Route
from diagnostics.safety import Refusal
from diagnostics.settings import Reminders
from diagnostics.text import french_date, iso_date

SATURDAY = 5
HOUR = re.compile(r"\s+(?:à\s+)?(\d{1,2})\s*[h:]\s*(\d{2})?$")
WORDS = {"aujourd'hui": 0, "demain": 1, "après-demain": 2}
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
          "décembre")  # fmt: skip
SHORT_DAY = re.compile(r"(\d{1,2})(?:er)?\s*(?:[/.-]\s*(\d{1,2})|\s([a-zéû]{3,9}))(?:[/.-]?\s*(\d{2}(?:\d{2})?))?")
"""« 27/11 », « 27.11.26 », « 27 novembre », « 1er décembre 2026 »."""
DAYS_AHEAD = re.compile(r"\+\s*(\d{1,3})\s*(?:j|jours?)?")


def moment(iso: str, now: datetime) -> datetime | None:
    """A date or date-time as written by the program, comparable with ``now``; None when it is none."""
    try:
        found = datetime.fromisoformat(iso)
    except ValueError:
        return None
    if (found.tzinfo is None) == (now.tzinfo is None):
        return found
    return found.astimezone().replace(tzinfo=None) if now.tzinfo is None else found.replace(tzinfo=now.tzinfo)


def is_past(iso: str, now: datetime) -> bool:
    found = moment(iso, now)
    return found is not None and found <= now


def days_since(iso: str, now: datetime) -> int:
    """Whole days; 0 when the date is not one, or is ahead (a clock was set back)."""
    found = moment(iso, now)
    return max(0, (now.date() - found.date()).days) if found else 0


def in_days(now: datetime, days: int) -> datetime:
    """When offices open, so many days later; nobody answers on a week-end."""
    day = now + timedelta(days=max(0, days))
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return datetime.combine(day.date(), school_year.OPENING, tzinfo=now.tzinfo)


def look_again_at(state: str, recipient: str, route: Route | None, reminders: Reminders, now: datetime) -> str:
    """ISO date-time at which an incident that enters a state comes back to the list, "" when it does not wait.

    Raises:
        Refusal: a delay runs and nothing says until when.
    """
    match state:
        case states.DELAYED:
            if route and route.wait_until and not is_past(route.wait_until, now):
                return route.wait_until
            if route and route.wait_hours:
                return (now + timedelta(hours=route.wait_hours)).isoformat(timespec="minutes")
            raise Refusal("Délai en cours : jusqu'à quand ? Indiquez une date (--jusqu-au JJ/MM/AAAA).")
        case states.AT_SCHOOL:
            days = reminders.school
        case states.LEFT | states.REMINDED:
            days = reminders.school if recipient == Actor.ETAB else reminders.support
        case _:
            return ""
    return in_days(now, days).isoformat(timespec="minutes")


def read_date(text: str, now: datetime) -> str:
    """ISO date-time of « 15/09/2026 14:30 », « 2026-09-15 », « +3 » (days), « 15/09 », « 15 septembre », « demain »,
    « lundi 14h »; never in the past: a day without a year, or of the week, is the next such one.

    Raises:
        Refusal: it is none of these, or it is over.
    """
    text = text.strip().lower()
    if ahead := DAYS_AHEAD.fullmatch(text):
        return in_days(now, int(ahead[1])).isoformat(timespec="minutes")
    hour = HOUR.search(text)
    at = school_year.OPENING
    if hour and int(hour[1]) < 24 and int(hour[2] or 0) < 60:
        at = time(int(hour[1]), int(hour[2] or 0))
        text = text[: hour.start()]
    day = coming_day(text.strip().replace("’", "'"), now.date())
    if day is None:
        raise Refusal(
            f"« {text} » : cette date n'est pas comprise. Écrivez JJ/MM ou JJ/MM/AAAA, demain, lundi, ou +3 pour dans"
            " trois jours."
        )
    found = datetime.combine(day, at, tzinfo=now.tzinfo)
    if found <= now:
        raise Refusal(f"{french_date(found.isoformat())} : cette date est passée. Indiquez une date à venir.")
    return found.isoformat(timespec="minutes")


def coming_day(text: str, today: date) -> date | None:
    """The day that a text in lower case names, the next such one when it states no year; None when it is none."""
    if text in WORDS:
        return today + timedelta(days=WORDS[text])
    if (name := text.removesuffix(" prochain")) in WEEKDAYS:
        return today + timedelta(days=(WEEKDAYS.index(name) - today.weekday()) % 7 or 7)
    if found := SHORT_DAY.fullmatch(text):
        number, month, name, year = found.groups()
        if name and name not in MONTHS:
            return None
        rank = int(month) if month else MONTHS.index(name) + 1
        if year:
            return a_day(int(year) + (2000 if len(year) == 2 else 0), rank, int(number))
        this_year = a_day(today.year, rank, int(number))
        return a_day(today.year + 1, rank, int(number)) if this_year and this_year < today else this_year
    return date.fromisoformat(iso) if (iso := iso_date(text)) else None


def a_day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def said(iso: str) -> str:
    """« 15/09/2026 à 14:30 »; the hour is left out when it is that of any opening."""
    text = french_date(iso)
    return text.removesuffix(f" à {school_year.OPENING:%H:%M}")


def newer(made_on: str, than: str) -> bool:
    """Whether an export was surely made after a moment: of two dates of one day, only hours can tell."""
    if not made_on or not than:
        return False
    length = 16 if len(made_on) >= 16 and len(than) >= 16 else 10
    return made_on[:length].replace(" ", "T") > than[:length].replace(" ", "T")
