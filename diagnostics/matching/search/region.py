"""Records that the loaded accounts do not know, against a whole ENT on disk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import log2

from diagnostics.matching.compare import Pair, compare, walled
from diagnostics.matching.decide import MOST_CANDIDATES, Decided, decide, plausible, score
from diagnostics.matching.explain import fields, why
from diagnostics.matching.names import Level
from diagnostics.matching.people import People, Person, Wall
from diagnostics.matching.search.index import Index
from diagnostics.matching.weights import GIVEN_PRIOR, SURNAME_PRIOR, Weights
from diagnostics.model import Candidate, Link, Verdict

PRESENT = 0.5
"""Chance that someone whom the school does not know has an account elsewhere in the region: nothing says."""
CANDIDATES = 40
SHOWN_BITS = -10.0
"""A name that two hundred people of a region bear proves nobody and is all there is to begin with: they are shown, and
whoever is less likely than one in a thousand is not."""


class RegionWeights(Weights):
    """Weights whose frequencies are those of the region."""

    def __init__(self, index: Index) -> None:
        super().__init__(())
        self._index = index

    def surname_frequency(self, form: str) -> float:
        return self._index.frequency(form) + SURNAME_PRIOR

    def given_frequency(self, form: str) -> float:
        return self._index.frequency(form) + GIVEN_PRIOR


def match_region(
    links: Iterable[Link],
    index: Index,
    *,
    progress: Callable[[int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> tuple[Link, ...]:
    """Links of the same records against the accounts of a whole ENT, in their order.

    Among millions of accounts a name alone proves nothing: without a birth date or an identifier the best verdict is
    « à confirmer ».
    """
    people, weights = People(), RegionWeights(index)
    asked = list(links)
    accounts: dict[int, Person] = {}
    persons: list[Person] = []
    pairs: dict[int, dict[int, Pair]] = {}
    for place, link in enumerate(asked):
        if cancelled and cancelled():
            return ()
        person = people.person((link.record,))
        person.place = place
        persons.append(person)
        found = pairs[place] = {}
        for number, record in index.like(link.record, CANDIDATES):
            account = accounts.get(number)
            if account is None:
                account = accounts[number] = people.person((record,))
                account.place = number
            if not walled(person, account):
                found[account.place] = compare(person, account, weights, float(index.persons))
        if progress:
            progress(place + 1)
    prior = dict.fromkeys(Wall, log2(PRESENT / (max(1, index.persons) * (1 - PRESENT))))
    decided: dict[int, Decided] = {}
    for together in _by_export(asked):
        chosen = [persons[place] for place in together]
        mine = {position: pairs[place] for position, place in enumerate(together)}
        for place, verdict in zip(together, decide(chosen, mine, prior, prior), strict=True):
            decided[place] = verdict if verdict.pairs else _likeliest(pairs[place].values(), prior[Wall.OPEN])
    return tuple(_link(link, decided[place], prior[Wall.OPEN]) for place, link in enumerate(asked))


def _likeliest(pairs: Iterable[Pair], prior: float) -> Decided:
    """What is left to look at when nobody is more likely the person than not."""
    shown = [
        pair
        for pair in pairs
        if pair.bits + prior > SHOWN_BITS and plausible(pair) and pair.names.surname is not Level.DIFFERENT
    ]
    return Decided(pairs=sorted(shown, key=lambda pair: (-pair.bits, pair.account.place))[:MOST_CANDIDATES])


def _by_export(links: Sequence[Link]) -> Iterable[list[int]]:
    """Places of the links of each export: one account serves one person of an export, whatever the others state."""
    found: dict[str, list[int]] = {}
    for place, link in enumerate(links):
        found.setdefault(link.record.origin.export, []).append(place)
    return found.values()


def _link(link: Link, decided: Decided, prior: float) -> Link:
    candidates = tuple(
        Candidate(account=p.account.records[0], score=score(p.bits + prior), why=why(p), fields=fields(p))
        for p in decided.pairs
    )
    if not candidates:
        return Link(key=link.key, record=link.record, verdict=Verdict.ABSENT, expected=link.expected,
                    why="aucun compte ne lui ressemble assez dans tout l’ENT")  # fmt: skip
    verdict = Verdict.CERTAIN if decided.certain else Verdict.REVIEW
    return Link(key=link.key, record=link.record, verdict=verdict, candidates=candidates, why=candidates[0].why,
                account=candidates[0].account if decided.certain else None)  # fmt: skip
