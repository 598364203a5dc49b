"""Which import a « Rapprochements » screen is of: that of the timetable or that of Pronote's identifiers."""

from __future__ import annotations

from diagnostics.model import Kind, Profile, Record
from diagnostics.rules.data import SchoolData

EDT_SCREEN, PRONOTE_SCREEN = "edt", "pronote"
"""Values of ``Export.meta["screen"]``."""
OF_EDT = (Kind.EDT_CLAIR, Kind.EDT_CHIFFRE, Kind.ENT_BILANS, Kind.ENT_BILAN_PRELIMINAIRE)
"""What is exported by whoever imports a timetable."""


def screen_of(data: SchoolData, record: Record) -> str:
    """The import of a row: what its title says and, when the title was not copied, the only one that can be.

    One person on one screen is told once. The import of a timetable has teachers and pupils only; without any trace of
    a timetable beside a file of Pronote's identifiers, the screen is that of the identifiers.
    """
    export = data.export_of(record)
    if said := export.meta.get("screen", "") if export else "":
        return said
    if record.profile is Profile.PARENT or (data.of(Kind.IDPN) and not data.of(*OF_EDT)):
        return PRONOTE_SCREEN
    return EDT_SCREEN
