"""Two loads compared: what is solved, what is still there, what is new, what is back (that is how a case closes)."""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable, Mapping

import msgspec

from diagnostics import text
from diagnostics.model import Finding, Person


class Change(enum.StrEnum):
    SOLVED = "résolu"
    REMAINS = "toujours là"
    NEW = "nouveau"
    BACK = "de retour"
    NOT_CHECKED = "non revérifié"
    """The exports of the newer load cannot show it: nothing says that it is solved."""


class Recheck(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one finding.

    ``before`` is None for a new one and ``after`` for a solved one; ``solved`` and ``added`` are the persons who left
    or joined a finding that remains.
    """

    change: Change
    before: Finding | None = None
    after: Finding | None = None
    solved: tuple[Person, ...] = ()
    added: tuple[Person, ...] = ()

    @property
    def finding(self) -> Finding:
        found = self.after or self.before
        assert found is not None
        return found


def who(person: Person) -> tuple[str, str, str]:
    """A person over loads: identities may change when an export brings a better identifier, names seldom do."""
    return person.profile, text.fold(person.surname), text.fold(person.given_names)


def compare(
    before: Iterable[Finding],
    after: Iterable[Finding],
    *,
    past: Mapping[str, str] | Collection[str] = (),
    unchecked: Collection[str] = (),
) -> tuple[Recheck, ...]:
    """What became of the findings of the last load.

    Args:
        before: findings of the last load.
        after: findings of the newer one.
        past: ids of findings solved at some earlier time: those that come again are « de retour ».
        unchecked: categories that the newer exports cannot show (``not_checked``).
    """
    earlier, later = list(before), list(after)
    pairs, gone, come = paired(earlier, later)
    found = [remaining(old, new) for old, new in pairs]
    found += [
        Recheck(change=Change.NOT_CHECKED if old.category in unchecked else Change.SOLVED, before=old) for old in gone
    ]
    found += [Recheck(change=Change.BACK if new.id in past else Change.NEW, after=new) for new in come]
    order = list(Change)
    return tuple(
        sorted(found, key=lambda r: (r.finding.severity, r.finding.category, order.index(r.change), r.finding.id))
    )


def paired(
    earlier: list[Finding], later: list[Finding]
) -> tuple[list[tuple[Finding, Finding]], list[Finding], list[Finding]]:
    """Findings of both loads that are one: same id, else same category and most of the same persons."""
    by_id = {finding.id: finding for finding in later}
    pairs = [(old, by_id[old.id]) for old in earlier if old.id in by_id]
    taken = {new.id for _, new in pairs}
    gone = [old for old in earlier if old.id not in taken]
    come = [new for new in later if new.id not in taken]
    for old in list(gone):
        mine = {who(p) for p in old.persons}
        rivals = [(len(mine & {who(p) for p in new.persons}), new) for new in come if new.category == old.category]
        best = max(rivals, key=lambda r: (r[0], r[1].id), default=None)
        if best and best[0] and best[0] * 2 >= len(mine):
            pairs.append((old, best[1]))
            gone.remove(old)
            come.remove(best[1])
    return pairs, gone, come


def remaining(old: Finding, new: Finding) -> Recheck:
    earlier, later = {who(p) for p in old.persons}, {who(p) for p in new.persons}
    return Recheck(
        change=Change.REMAINS,
        before=old,
        after=new,
        solved=tuple(p for p in old.persons if who(p) not in later),
        added=tuple(p for p in new.persons if who(p) not in earlier),
    )
