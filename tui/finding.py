"""Search of accounts in the whole ENT, for the screen of matching."""

from __future__ import annotations

from collections.abc import Iterable

from diagnostics.model import Candidate, Link, Profile
from tui.session import Session

LIMIT = 50
CHILDREN = frozenset({Profile.ELEVE})
ADULTS = frozenset({Profile.ENSEIGNANT, Profile.NON_ENSEIGNANT, Profile.COLLECTIVITE})
POPULATIONS = (CHILDREN, frozenset({Profile.PARENT}), ADULTS)
"""Profiles that never share an account: a pupil is never handed a guardian's."""


def find_accounts(session: Session, link: Link, query: str) -> tuple[Candidate, ...]:
    """Accounts that answer the query, best first, with the program's comparison when it made one: those of the loaded
    exports, then those that only the directory of the whole ENT knows.

    Raises:
        Refusal: the directory is there and cannot be read.
    """
    from diagnostics.matching.search import find

    compared = {candidate.account.mark: candidate for candidate in link.candidates}
    found = [compared.get(one.account.mark, one) for one in find(session.account_list(), query, LIMIT)]
    region = session.region()
    far = region.search(query, LIMIT) if region is not None else ()
    return (*found, *elsewhere(session, far))


def likely_elsewhere(session: Session, link: Link) -> tuple[Candidate, ...]:
    """Accounts of the whole ENT that may be this person's, compared and explained; () without a directory.

    Raises:
        Refusal: the directory is there and cannot be read.
    """
    region = session.region()
    return elsewhere(session, region.candidates(link.record)) if region is not None else ()


def elsewhere(session: Session, candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Those whose account no loaded export has."""
    from diagnostics.matching import account_keys

    known = session.accounts()
    return tuple(one for one in candidates if not any(key in known for key in account_keys(one.account)))


def apart(one: Profile, other: Profile) -> bool:
    """Whether the two profiles can never be one account's."""
    populations = [next((p for p in POPULATIONS if profile in p), None) for profile in (one, other)]
    return None not in populations and populations[0] is not populations[1]
