"""The directory of a whole ENT as the program keeps it: one folder beside the base of cases, its owner's alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from diagnostics.matching import keys
from diagnostics.matching.search.index import Asked, Index
from diagnostics.matching.search.region import match_region
from diagnostics.model import Candidate, Link, Record, Verdict
from diagnostics.safety import Refusal
from diagnostics.settings import data_path

FOLDER = "annuaire"
AGAIN = "Refaites-le : « ent-triage annuaire construire FICHIER… »."


class Region:
    """The directory of a whole ENT, open for as long as one searches; may be asked from several threads.

    Attributes:
        persons: how many accounts it holds.
        made_on: ISO date-time at which it was built, local time.
    """

    def __init__(self, index: Index) -> None:
        self._index = index
        self.persons = index.persons
        self.made_on = index.made_on

    def search(self, text: str, limit: int = 20) -> tuple[Candidate, ...]:
        """Accounts that fit what is typed, best first; () for an empty text.

        Names, birth date, INE, login, class and school in any order and spelling; the last word may be unfinished.
        ``why`` tells the account from its namesakes on one line (profile, birth, class, school, login), ``score`` goes
        from 0 to 100, ``fields`` is empty.
        """
        return self._index.find(text, limit)

    def candidates(self, record: Record) -> tuple[Candidate, ...]:
        """Accounts that may be a person's, best first, at most five, compared field by field and explained."""
        return self.match((Link(key="", record=record, verdict=Verdict.ABSENT),))[0].candidates

    def match(
        self,
        links: Iterable[Link],
        *,
        progress: Callable[[int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> tuple[Link, ...]:
        """The same persons against the whole ENT, in their order (``region.match_region``)."""
        return match_region(links, self._index, progress=progress, cancelled=cancelled)

    def account(self, key: str) -> Record | None:
        """The account that an agent's decision names (``matching.account_keys``), None when it is no longer there."""
        found = [record for record in self._index.asked(Asked.of_key(key)) if key in keys.account_keys(record)]
        return found[0] if len(found) == 1 else None

    def close(self) -> None:
        self._index.close()


def region_path() -> Path:
    """Where the directory is kept."""
    return data_path() / FOLDER


def open_region(path: Path | None = None) -> Region | None:
    """The directory of the whole ENT, None when none was built.

    Raises:
        Refusal: it is there and cannot be read, or another version of the program wrote it.
    """
    path = path or region_path()
    try:
        return Region(Index(path))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as problem:
        raise Refusal(f"L’annuaire de tout l’ENT n’est pas lisible. {AGAIN}") from problem
