"""Where the persons of a ticket stand, base by base: in the source, in the directory, and for how long."""

from __future__ import annotations

from datetime import datetime, timedelta

from diagnostics.model import ENT_ACCOUNT_KINDS, Kind, Profile
from diagnostics.text import french_date
from diagnostics.tickets.context import SOURCE_KINDS, Context, presence
from diagnostics.tickets.told import of_exports

FAMILIES = frozenset({Profile.ELEVE, Profile.PARENT})
STAFF_KINDS = frozenset({Kind.STS_EMP})
FAMILY_KINDS = SOURCE_KINDS - STAFF_KINDS
"""SIECLE never held the staff, nor STS-Web the families."""
FEED_HOURS = 72
"""Longest delay of a feed; a longer one is that of a date of the school year."""
NEWCOMERS = frozenset({"ANN-01", "ANN-02", "ANN-03", "ANN-12", "EDU-06"})
"""Categories that an arrival may explain."""
RECENT_DAYS = 90
"""Age over which the entry of a person explains nothing any more: a feed takes two days."""


def source_state(context: Context) -> str:
    """Where the source stands: in SIECLE for families, in STS-Web for staff, since when."""
    found = {person.profile for person in context.incident.persons}
    kinds = FAMILY_KINDS if found <= FAMILIES else STAFF_KINDS if not found & FAMILIES else SOURCE_KINDS
    if not context.exports(kinds) or not found:
        return ""
    records = context.of(kinds)
    entries = recent_entries(context)
    first = "entrée" if len(context.incident.persons) == 1 else "dernière entrée"
    more = f", {first} le {french_date(entries[-1])}" if entries else ""
    if records and all(record.extra.get("exit_date") for record in records):
        more = ", avec une date de sortie"
    return presence(context, kinds, ("fiche trouvée", "fiche trouvée", "fiches trouvées"), "aucune fiche") + more


def recent_entries(context: Context) -> list[str]:
    """Entry dates (ISO) of the persons that are recent enough to tell why an account is missing, sorted."""
    if context.incident.category not in NEWCOMERS:
        return []
    oldest = (context.now - timedelta(days=RECENT_DAYS)).strftime("%Y-%m-%d")
    days = {record.extra.get("entry_date", "")[:10] for record in context.of(SOURCE_KINDS)}
    return sorted(day for day in days if day >= oldest)


def directory_search(context: Context) -> str:
    exports = context.exports(ENT_ACCOUNT_KINDS)
    if not exports or not context.incident.persons:
        return ""
    absent = "aucun compte de ce nom" if len(context.incident.persons) == 1 else "aucun compte de ces noms"
    return presence(context, ENT_ACCOUNT_KINDS, ("compte trouvé", "compte trouvé", "comptes trouvés"), absent)


def delay(context: Context) -> str:
    """Time from the latest source fact (a recent entry of the person, else the date of the source export) to the newest
    export that shows the anomaly: written again tomorrow, the ticket says the same."""
    found = context.of(SOURCE_KINDS)
    dates = recent_entries(context)
    if not dates:
        dates = sorted(context.register.exports[record.origin.export].made_on for record in found)
    day, seen = (dates[-1][:10] if dates else ""), of_exports(context)[:10]
    try:
        days = (datetime.fromisoformat(seen).date() - datetime.fromisoformat(day).date()).days
    except ValueError:
        return ""
    return f"{days} jour{'s' if days > 1 else ''} (du {french_date(day)} au {french_date(seen)})" if days >= 0 else ""


def waited(context: Context) -> bool:
    """Whether the delay of the route has passed since the source said what it says now."""
    found = context.of(SOURCE_KINDS)
    dates = recent_entries(context) or sorted(context.register.exports[one.origin.export].made_on for one in found)
    try:
        since = datetime.fromisoformat(dates[-1]) if dates else None
    except ValueError:
        return False
    hours = context.route.wait_hours
    return (
        since is not None
        and 0 < hours <= FEED_HOURS
        and (context.now.replace(tzinfo=None) - since.replace(tzinfo=None) >= timedelta(hours=hours))
    )
