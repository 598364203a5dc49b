"""The directory of a whole ENT as the program keeps it: one folder beside the base of cases, its owner's alone."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from diagnostics.matching import keys
from diagnostics.matching.search import layout
from diagnostics.matching.search.asked import Asked
from diagnostics.matching.search.build import aside, build
from diagnostics.matching.search.index import Index
from diagnostics.matching.search.region import match_region
from diagnostics.model import Candidate, Link, Record, RefusedFile, Struct, Verdict
from diagnostics.safety import Refusal, os_reason
from diagnostics.settings import data_path

FOLDER = "annuaire"
HOW = "« ent-triage annuaire FICHIER… »"
AGAIN = f"Refaites-le : {HOW}."


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


class Built(Struct, frozen=True, kw_only=True):
    """What a directory was made of."""

    persons: int
    files: int
    refused: tuple[RefusedFile, ...] = ()
    """Files that gave no account, and rows that could not be read."""


def build_region(
    paths: Sequence[str | Path],
    *,
    mapping: Mapping[str, Mapping[str, str]] | None = None,
    progress: Callable[[str, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    path: Path | None = None,
) -> Built:
    """Make the directory from files of accounts of an ENT, in the place of the former one.

    ``progress`` is called with the file being read and the number of accounts so far.

    Raises:
        Refusal: no file states any account, or the folder cannot be written; the former directory stays.
    """
    from diagnostics.matching.search.gather import Gathered

    path = path or region_path()
    reading = ""

    def file(name: str) -> None:
        nonlocal reading
        reading = name

    def count(persons: int) -> None:
        if progress:
            progress(reading, persons)

    gathered = Gathered(paths, mapping=mapping, progress=file)
    accounts = iter(gathered)
    first = next(accounts, None)
    if first is None:
        reasons = "".join(f" {refused.file} : {refused.reason}" for refused in gathered.refused[:3])
        raise Refusal(f"Aucun compte de l’ENT dans ces fichiers : l’annuaire n’a pas été fait.{reasons}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        persons = build(itertools.chain((first,), accounts), path, progress=count, cancelled=cancelled)
    except OSError as problem:
        raise Refusal(f"{path} : écriture impossible ({os_reason(problem)}). L’annuaire n’a pas été fait.") from problem
    return Built(persons=persons, files=gathered.files, refused=tuple(gathered.refused))


def forget_region(before: datetime | None = None, *, path: Path | None = None, dry_run: bool = False) -> bool:
    """Remove the directory when it was made before a date, or in any case; whether there was one to remove.

    One that cannot be read has no date, and goes; so does what a building that was killed left behind.
    """
    path = path or region_path()
    if not dry_run:
        shutil.rmtree(aside(path), ignore_errors=True)
    if not path.is_dir():
        return False
    if before is not None:
        try:
            made = datetime.fromisoformat(layout.read_meta(path).made_on)
        except (OSError, ValueError):
            made = datetime.min
        if made >= before.replace(tzinfo=None):
            return False
    if not dry_run:
        shutil.rmtree(path)
    return True


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
