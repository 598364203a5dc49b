"""What touches a whole school at once, each on its own: a defect of everyone would hide those of a few persons."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from diagnostics.demo_school.imports import SUCCESS, import_file
from diagnostics.demo_school.truth import Ledger
from diagnostics.demo_school.views import Exports, Run
from diagnostics.model import Profile

IMPORTS_BEFORE_STOP = 4
STILL_LISTED = 10
"""One identifier in so many is in a file made with the box ticked, or with a filter of date."""
BLOCKED_FOR = timedelta(days=20)


def stopped_automation(exports: Exports, ledger: Ledger) -> None:
    """Nothing since the user who had the deposit address left: the last automatic import is of last year."""
    school = exports.school
    start = datetime(school.year, 6, 25, 5, 31)
    exports.runs = [
        Run(when, SUCCESS, True, import_file(school, when))
        for when in (start + timedelta(days=n) for n in range(IMPORTS_BEFORE_STOP))
    ]
    ledger.expect("AUT-03", note="plus aucun import depuis l’été", also=("GRP-02", "CDT-01", "CDT-02"))


def july(exports: Exports, ledger: Ledger) -> None:
    """The official end of the year has taken the pupils out of their classes in the ENT."""
    for account in exports.accounts:
        if account.person.profile is Profile.ELEVE:
            account.division, account.groups = "", []
    ledger.expect("CDT-02", note="élèves sortis de leurs classes début juillet", also=("GRP-01",))


def short_files(exports: Exports, ledger: Ledger) -> None:
    """Pronote's identifiers with the box « uniquement sans identifiant CAS », the ENT's with a filter of date."""
    exports.listed_every = STILL_LISTED
    ledger.expect("PRN-05", note="fichier d’identifiants Pronote réduit à quelques personnes")
    ledger.expect("ANN-13", note="fichier des identifiants ENT réduit à quelques personnes")


def blocked(exports: Exports, ledger: Ledger) -> None:
    """The block of access that nobody lifted at the return of the pupils."""
    until = (exports.school.today + BLOCKED_FOR).isoformat()
    ledger.settings |= {"block_parents_until": until, "block_pupils_until": until}
    ledger.expect("BLO-01", note="blocage des accès resté en place après la rentrée")


SCENARIOS: Mapping[str, Callable[[Exports, Ledger], None]] = {
    "arret": stopped_automation,
    "juillet": july,
    "fichiers": short_files,
    "blocage": blocked,
}
