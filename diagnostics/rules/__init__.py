"""From identities to findings: one function a rule, named here in the order they are run."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from diagnostics.model import Finding
from diagnostics.rules import (
    access,
    accounts,
    annuaire,
    automation,
    bilan,
    diary,
    differences,
    doubled_accounts,
    edt,
    educonnect,
    families,
    groups,
    homonyms,
    identifiers,
    links,
    messaging,
    overwritten,
    pronote,
    pupils,
    renaming,
    security,
    siecle,
    sts,
)
from diagnostics.rules.basics import collector_paused
from diagnostics.rules.coverage import not_checked, unseen
from diagnostics.rules.data import SchoolData

__all__ = ["RULES", "SchoolData", "not_checked", "run", "unseen"]

Rule = Callable[[SchoolData], Iterable[Finding]]
EXPOSED = "SEC-"
"""Family of the data that a stranger sees: it waits for nothing."""
RULES: tuple[Rule, ...] = (
    security.foreign_children,
    security.crossed,
    annuaire.missing_families,
    annuaire.vanished_accounts,
    annuaire.missing_staff,
    annuaire.rejected_accounts,
    annuaire.still_elsewhere,
    annuaire.identifiers_file,
    doubled_accounts.doubled_accounts,
    accounts.former,
    accounts.local_accounts,
    accounts.functions,
    accounts.updated_phones,
    differences.names,
    differences.classes,
    families.split_accounts,
    educonnect.states,
    educonnect.without_educonnect,
    educonnect.unknown_to_ent,
    educonnect.wrong_door,
    homonyms.namesakes,
    pronote.missing_identifiers,
    pronote.stale_identifiers,
    pronote.unrecognised_elsewhere,
    pronote.shared_teachers,
    identifiers.old_file,
    identifiers.short_identifiers_file,
    siecle.doubled_guardians,
    siecle.carers,
    siecle.contacts,
    siecle.legal_guardians,
    siecle.incomplete,
    links.refused_links,
    pupils.doubled_pupils,
    siecle.unreachable,
    siecle.changed_contacts,
    sts.without_services,
    sts.unknown_structures,
    sts.unknown_teachers,
    sts.doubled_divisions,
    edt.unrecognised,
    edt.leavers,
    bilan.abnormal_report,
    edt.wrong_file,
    edt.lonely_parts,
    overwritten.overwritten,
    renaming.renamings,
    automation.doubles,
    automation.over_limits,
    automation.rejected,
    automation.stopped,
    automation.errors,
    groups.empty,
    groups.outdated,
    groups.discordant,
    diary.without_courses,
    diary.out_of_classes,
    diary.rubrics,
    access.blocked,
    messaging.without_mail,
)


def run(data: SchoolData) -> tuple[Finding, ...]:
    """Every anomaly the data shows, what hurts first (exposed data, then people locked out), then by category; the same
    whatever the order of the files."""
    with collector_paused():
        found = [finding for rule in RULES for finding in rule(data)]
    return tuple(sorted(found, key=lambda f: (not f.category.startswith(EXPOSED), f.severity, f.category, f.id)))
