"""Search of accounts in the whole ENT, for the screen of matching."""

from __future__ import annotations

from diagnostics.model import Candidate, Link, Profile
from tui.session import Session

LIMIT = 50
CHILDREN = frozenset({Profile.ELEVE})
ADULTS = frozenset({Profile.ENSEIGNANT, Profile.NON_ENSEIGNANT, Profile.COLLECTIVITE})
POPULATIONS = (CHILDREN, frozenset({Profile.PARENT}), ADULTS)
"""Profiles that never share an account: a pupil is never handed a guardian's."""


def find_accounts(session: Session, link: Link, query: str) -> tuple[Candidate, ...]:
    """Accounts that answer the query, best first, with the program's comparison when it made one."""
    from diagnostics.matching.search import find

    compared = {id(candidate.account): candidate for candidate in link.candidates}
    found = find(session.account_list(), query, LIMIT)
    return tuple(compared.get(id(one.account), one) for one in found)


def apart(one: Profile, other: Profile) -> bool:
    """Whether the two profiles can never be one account's."""
    populations = [next((p for p in POPULATIONS if profile in p), None) for profile in (one, other)]
    return None not in populations and populations[0] is not populations[1]
