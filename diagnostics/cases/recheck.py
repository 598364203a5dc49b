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


def who(person: Person) -> tuple[str, ...]:
    """What names a person over loads: the identity, which a better identifier may change, and the name, which a
    correction may change; either is enough."""
    name = f"{person.profile}|{text.fold(person.surname)}|{text.fold(person.given_names)}"
    return (name, person.identity) if person.identity else (name,)


def known(persons: Iterable[Person]) -> frozenset[str]:
    return frozenset(key for person in persons for key in who(person))


def among(persons: Iterable[Person], others: Iterable[Person]) -> list[Person]:
    """Those of the persons who are among the others."""
    keys = known(others)
    return [person for person in persons if not keys.isdisjoint(who(person))]


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
        unchecked: categories that the newer exports cannot show (``not_checked``), or a category of one profile only
            (``ANN-01|parent``, ``coverage.unseen``).
    """
    earlier, later = list(before), list(after)
    pairs, gone, come = paired(earlier, later)
    found = [remaining(old, new) for old, new in pairs]
    found += [
        Recheck(change=Change.NOT_CHECKED if unseen(old, unchecked) else Change.SOLVED, before=old) for old in gone
    ]
    found += [Recheck(change=Change.BACK if new.id in past else Change.NEW, after=new) for new in come]
    order = list(Change)
    return tuple(
        sorted(found, key=lambda r: (r.finding.severity, r.finding.category, order.index(r.change), r.finding.id))
    )


def unseen(old: Finding, unchecked: Collection[str]) -> bool:
    """Whether the newer exports cannot show a finding of the last load, or somebody of it."""
    return old.category in unchecked or any(f"{old.category}|{person.profile}" in unchecked for person in old.persons)


def paired(
    earlier: list[Finding], later: list[Finding]
) -> tuple[list[tuple[Finding, Finding]], list[Finding], list[Finding]]:
    """Findings of both loads that are one: same id, else same category and most of the same persons."""
    by_id = {finding.id: finding for finding in later}
    pairs = [(old, by_id[old.id]) for old in earlier if old.id in by_id]
    taken = {new.id for _, new in pairs}
    gone = [old for old in earlier if old.id not in taken]
    come = [new for new in later if new.id not in taken]
    shared = [
        (len(among(old.persons, new.persons)), old, new)
        for old in gone
        for new in come
        if new.category == old.category and old.persons
    ]
    # The best pairs first, so that neither the order of the findings nor that of the files decides.
    for count, old, new in sorted(shared, key=lambda s: (-s[0], s[1].id, s[2].id)):
        if count and count * 2 >= len(old.persons) and old in gone and new in come:
            pairs.append((old, new))
            gone.remove(old)
            come.remove(new)
    return pairs, gone, come


def remaining(old: Finding, new: Finding) -> Recheck:
    still, before = among(old.persons, new.persons), among(new.persons, old.persons)
    return Recheck(
        change=Change.REMAINS,
        before=old,
        after=new,
        solved=tuple(person for person in old.persons if person not in still),
        added=tuple(person for person in new.persons if person not in before),
    )
