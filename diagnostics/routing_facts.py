"""What is known of an incident besides its category: facts given, read in its evidence, or stated by its text.

Facts, all optional:
    since: ISO date-time at which the source was corrected (or the wait began);
    entered: ISO date at which the person entered the source base;
    source_ok: "oui" or "non", whether the datum is right in its source base;
    breaks_at: one of ``catalogue.BREAKS``, where the path to the service stops;
    is_local: "oui" for an account of the ENT's own directory; origin: one of ``catalogue.HOMES``;
    in_ent, in_edt, in_sts, import_failed, both_academic, deposit_refused: "oui" or "non";
    at_fault: the base that says otherwise than the others (« ENT », « EDT », « SIECLE », « STS-Web », « EduConnect »);
    state: what EduConnect says of the accounts (« non activé », « bloqué », « expiré », « inactif »);
    twin: "oui" when the file refused as a double came beside one that was taken; imported: "non" for a file that lies
    among the exports and that no import took;
    certificate: "expire"; wrong_match: "ent" or "pronote"; first_recipient: actor of the first ticket;
    edt_version: year of EDT/Pronote, else that of the school year;
    diary ("pronote" or "ent"), hosting ("index" or "etablissement"), educonnect ("avant" or "apres"): taken from the
    settings when not given.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta

from diagnostics import catalogue
from diagnostics.catalogue.card import ACCOUNT_HOMES
from diagnostics.model import Incident, Profile
from diagnostics.safety import Refusal
from diagnostics.settings import Settings
from diagnostics.text import fold

ONE_PERSON, CLASS, PROFILE, EVERYBODY, OTHER_SCHOOLS = catalogue.SCOPES
LOCAL_DIRECTORY = re.compile(
    r"(?!.*\b(?:AAF|ACADEMIQUE|FEDERATEUR|EDUCONNECT|COLLECTIVITE))(?:.*)\b(?:ENT|LOCALE?|INVITES?)\b"
)
LOCKED = re.compile(r"\b(?<!PAS )(?:BLOQUE|VERROUILLE)")
"""What a sender says of an account that too many tries have closed."""
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
SCOPE_WORDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (OTHER_SCHOOLS, re.compile(
        r"\b(?:AUTRES? (?:ETABLISSEMENTS?|COLLEGES?|LYCEES?|ECOLES?)"
        r"|(?:COLLEGES?|LYCEES?|CITE SCOLAIRE|ETABLISSEMENTS?) VOISINE?S?"
        r"|PLUSIEURS (?:ETABLISSEMENTS|COLLEGES|LYCEES))\b"
    )),
    (EVERYBODY, re.compile(
        r"\b(?:TOUT LE MONDE|TOUS (?:NOS |LES )?(?:UTILISATEURS|USAGERS|COMPTES|PROFILS)|PLUS PERSONNE"
        r"|PERSONNE NE|TOUT (?:LE COLLEGE|LE LYCEE|L ETABLISSEMENT))\b"
    )),
    (CLASS, re.compile(
        r"\b(?:TOUTE (?:LA|UNE|MA|SA) CLASSE|TOUS (?:LES|MES|SES) ELEVES (?:DE LA|DE MA|DU|D UNE|DE) "
        r"(?:CLASSE|[3-6] ?E?(?:ME)? ?[A-Z0-9]\b|GROUPE))"
    )),
    (PROFILE, re.compile(
        r"\b(?:TOU(?:S|TES) (?:NOS |LES )?"
        r"(?:PARENTS|ELEVES|FAMILLES|PROFS|PROFESSEURS|ENSEIGNANTS|PERSONNELS|RESPONSABLES)"
        r"|AUCUN (?:PARENT|ELEVE|PROF|PROFESSEUR|ENSEIGNANT)\b|AUCUNE FAMILLE)\b"
    )),
)  # fmt: skip
"""Widest first: the scope that a sentence states."""
DAY_MONTH = re.compile(r"(?<!\d)(\d{1,2})/(\d{1,2})(?:/(\d{4}|\d{2}))?(?!\d)")


def known_facts(facts: Mapping[str, str], settings: Settings, now: datetime) -> dict[str, str]:
    """The facts given, completed by what the settings say."""
    known = {name: value for name, value in facts.items() if value}
    since = settings.educonnect_since or catalogue.preset(settings.academie).educonnect_since
    defaults = {
        "diary": settings.timetable_diary,
        "hosting": settings.pronote_hosting,
        "educonnect": ("apres" if now.date().isoformat() >= since[:10] else "avant") if since else "",
    }
    return {**{name: value for name, value in defaults.items() if value}, **known}


def stated_facts(incident: Incident) -> dict[str, str]:
    """Facts that an incident states: those of its finding, the directory of the account, the date of entry."""
    records = [item.record for item in incident.evidence if item.record is not None]
    found: dict[str, str] = {}
    directories = {fold(record.extra["directory"]) for record in records if record.extra.get("directory")}
    if directories and all(LOCAL_DIRECTORY.match(name) for name in directories):
        found["is_local"] = "oui"
    entries = [record.extra["entry_date"][:10] for record in records if record.extra.get("entry_date")]
    entries = [entry for entry in entries if ISO_DAY.fullmatch(entry)]
    if entries:
        found["entered"] = min(entries)
    if incident.category == "EDU-05" and LOCKED.search(fold(incident.text)):
        found["state"] = "bloque"
    return {**found, **incident.facts}


def home(profiles: Collection[Profile], known: Mapping[str, str]) -> str:
    """The directory that authenticates these persons; "" when they do not share one."""
    if known.get("is_local") == "oui":
        return ACCOUNT_HOMES[Profile.AUTRE]
    if known.get("origin") in catalogue.HOMES:
        return known["origin"]
    homes = {ACCOUNT_HOMES[profile] for profile in profiles if profile in ACCOUNT_HOMES}
    return homes.pop() if len(homes) == 1 else ""


def scope_of(text: str) -> str:
    """Who sees the symptom, as a text states it; one person when it does not."""
    folded = fold(text)
    for scope, words in SCOPE_WORDS:
        if words.search(folded):
            return scope
    return ONE_PERSON


def told_date(tried: Iterable[str], now: datetime) -> datetime | None:
    """The latest day that sentences about what was done name (« exports relancés le 22/09 »), never after ``now``."""
    days = []
    for told in tried:
        for day, month, year in DAY_MONTH.findall(told):
            full = int(year) + (2000 if len(year) == 2 else 0) if year else now.year
            try:
                found = date(full, int(month), int(day))
                if not year and found > now.date():
                    found = found.replace(year=full - 1)
            except ValueError:
                continue
            if found <= now.date():
                days.append(found)
    return datetime.combine(max(days), datetime.min.time()) if days else None


def moment(known: Mapping[str, str], name: str) -> datetime | None:
    """A fact as a date-time without zone.

    Raises:
        Refusal: it is not an ISO date.
    """
    value = known.get(name, "")
    if not value:
        return None
    try:
        return datetime.fromisoformat(value).replace(tzinfo=None)
    except ValueError as error:
        raise Refusal(f"Date illisible « {value} » : écrivez-la 2026-09-12 ou 2026-09-12T10:00.") from error


def end_of_day(value: str) -> datetime:
    """An ISO date-time as it is; a date means that the whole day is blocked.

    Raises:
        Refusal: it is not an ISO date.
    """
    found = moment({"date": value}, "date")
    assert found is not None
    return found + timedelta(days=1) if len(value) == len("2026-09-01") else found
