"""Search of accounts in the whole ENT, for the screen of matching."""

from __future__ import annotations

from diagnostics.model import Candidate, Link
from tui.session import Session

LIMIT = 50


def find_accounts(session: Session, link: Link, query: str) -> tuple[Candidate, ...]:
    """Accounts that answer the query, those nearest to the person first."""
    from diagnostics.matching import search

    accounts = tuple(session.accounts().values())
    return tuple(search.find(accounts, query))[:LIMIT]
