"""Planting of every family of defects, in an order that lets each keep its own persons."""

from __future__ import annotations

from diagnostics.demo_school import (
    defects_accounts,
    defects_base,
    defects_identity,
    defects_messages,
    defects_structures,
)
from diagnostics.demo_school.plan import Plan
from diagnostics.demo_school.truth import Ledger
from diagnostics.demo_school.views import Exports


def plant(exports: Exports, ledger: Ledger) -> None:
    """Rare situations choose their families first (twins, siblings, homonyms), then those that fit anyone."""
    plan = Plan(exports, ledger)
    defects_structures.plant(plan)
    defects_identity.homonym_pupils(plan)
    defects_base.plant(plan)
    defects_structures.old_groups(plan)
    defects_identity.plant(plan)
    defects_accounts.plant(plan)
    defects_messages.plant(plan)
