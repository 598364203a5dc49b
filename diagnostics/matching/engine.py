"""Every record of the other exports set against the accounts of the ENT."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import log2

from diagnostics.matching import absent, clusters, keys
from diagnostics.matching.accounts import account_exports, merged
from diagnostics.matching.candidates import Index
from diagnostics.matching.compare import Pair, compare, walled
from diagnostics.matching.decide import CERTAIN_BITS, Decided, decide, score
from diagnostics.matching.explain import fields, why
from diagnostics.matching.families import Families
from diagnostics.matching.people import People, Person, Wall
from diagnostics.matching.weights import Weights
from diagnostics.model import Candidate, Decision, Export, Kind, Link, Record, Verdict

Progress = Callable[[str, int, int], None]
COMFORTABLE_BITS = CERTAIN_BITS + 6.0
"""Evidence beyond which no account near in spelling only can be a rival."""
LEAST_SHARE = 0.03
"""No export is held to be complete beyond that: newcomers and leavers are always there."""
STEP = "rapprochement avec l’ENT"


def match(
    exports: Iterable[Export],
    *,
    against: str | None = None,
    decisions: Mapping[str, Decision] | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> tuple[Link, ...]:
    """One link for each record of the active exports that are not the ENT's accounts.

    Args:
        exports: as loaded; superseded ones are left out.
        against: file name, member or id of the export to hold as the accounts; by default every ENT account export.
        decisions: agents' decisions by record key; they outrank everything.
        progress: called with (French step, done, in all).
        cancelled: asked often; what is already decided is returned.

    Returns:
        Links in the order of exports and records. Empty when no account export is loaded.
    """
    return tuple(
        link
        for _, links in match_steps(
            exports, against=against, decisions=decisions, progress=progress, cancelled=cancelled
        )
        for link in links
    )


def match_steps(
    exports: Iterable[Export],
    *,
    against: str | None = None,
    decisions: Mapping[str, Decision] | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Iterator[tuple[Export, tuple[Link, ...]]]:
    """``match`` export by export, so that partial results show at once."""
    active = keys.active(exports)
    holders = account_exports(active, against)
    held = {export.id for export in holders}
    sources = [export for export in active if export.id not in held and export.records]
    groups = merged(holders)
    if not groups or not sources:
        return
    run = Run(holders, sources, groups, decisions or {})
    total = sum(len(export.records) for export in sources)
    done = 0
    if progress:
        progress(STEP, 0, total)
    for number, export in enumerate(sources):
        if cancelled and cancelled():
            return
        links = run.links(number)
        done += len(export.records)
        if progress:
            progress(STEP, done, total)
        yield export, links


class Run:
    """One run: accounts, sources and weights prepared once, exports decided one after the other."""

    def __init__(
        self,
        holders: Sequence[Export],
        sources: Sequence[Export],
        groups: Sequence[Sequence[Record]],
        decisions: Mapping[str, Decision],
    ) -> None:
        self.sources = sources
        self.decisions = decisions
        self.people = People()
        self.accounts = [self.people.person(group) for group in groups]
        for place, account in enumerate(self.accounts):
            account.place = place
        self.account_place: dict[str, int] = {}
        for place, group in enumerate(groups):
            for record in group:
                for key in keys.account_keys(record):
                    self.account_place.setdefault(key, place)
        together = clusters.by_identifiers(sources, self.people)
        records = [record for _, _, record in clusters.numbered(sources)]
        members = together.groups()
        self.cluster = [together.root(place) for place in range(len(records))]
        self.persons: list[Person] = []
        for place, record in enumerate(records):
            together_with = members[self.cluster[place]]
            mates = [record, *(records[other] for other in together_with if other != place)]
            person = self.people.person(_statements(mates))
            person.place = place
            self.persons.append(person)
        self.starts = []
        start = 0
        for export in sources:
            self.starts.append(start)
            start += len(export.records)
        self.families = Families(holders, sources, groups, self.persons, self.accounts, self.cluster)
        self.index = Index(self.accounts)
        self.population: Counter[Wall] = Counter(account.wall for account in self.accounts)
        self.weights = Weights([*self.persons, *self.accounts], len(sources) + 1)
        self.weights.shared_ids = self._shared_ids()
        self._decided: dict[int, Decided] = {}
        self._prior: dict[int, float] = {}
        self._keys: dict[int, list[str]] = {}
        self._around = self._surroundings()
        self._done_walls: set[tuple[int, bool]] = set()
        for number in range(len(sources)):
            self._decide(number, guardians=False)
        self._link_children()

    def links(self, number: int) -> tuple[Link, ...]:
        """Links of one source export."""
        self._decide(number, guardians=True)
        export, start = self.sources[number], self.starts[number]
        found = []
        for offset, record in enumerate(export.records):
            place = start + offset
            found.append(self._link(export, record, self._keys[number][offset], place))
        return tuple(found)

    def _link(self, export: Export, record: Record, key: str, place: int) -> Link:
        decided = self._decided[place]
        base = self._prior[place]
        candidates = tuple(
            Candidate(
                account=pair.account.records[0],
                score=score(pair.bits + base),
                why=why(pair),
                fields=fields(pair),
            )
            for pair in decided.pairs
        )
        decision = self.decisions.get(key)
        if decision is not None:
            if not decision.account_key:
                return Link(
                    key=key, record=record, verdict=Verdict.ABSENT, why=f"aucun compte, décidé par {decision.agent}",
                    expected=absent.expected(record, export, self._around[place]),
                    decided_by=decision.agent, decided_at=decision.at,
                )  # fmt: skip
            chosen = self.account_place.get(decision.account_key)
            if chosen is not None:
                pair = self._compare(self.persons[place], self.accounts[chosen])
                candidate = Candidate(account=pair.account.records[0], score=100.0, why=why(pair), fields=fields(pair))
                return Link(
                    key=key, record=record, verdict=Verdict.CERTAIN, account=candidate.account,
                    candidates=(candidate,), why=f"décidé par {decision.agent} ; {candidate.why}",
                    decided_by=decision.agent, decided_at=decision.at,
                )  # fmt: skip
            return Link(
                key=key, record=record, verdict=Verdict.REVIEW, candidates=candidates,
                why=f"le compte choisi par {decision.agent} n’est plus dans les exports chargés",
            )  # fmt: skip
        if decided.certain:
            return Link(
                key=key, record=record, verdict=Verdict.CERTAIN, account=candidates[0].account,
                candidates=candidates, why=candidates[0].why,
            )  # fmt: skip
        if candidates:
            reason = candidates[0].why
            if len(candidates) > 1:
                reason = f"{len(candidates)} comptes possibles ; le plus proche : {reason}"
            return Link(key=key, record=record, verdict=Verdict.REVIEW, candidates=candidates, why=reason)
        return Link(
            key=key, record=record, verdict=Verdict.ABSENT, why="aucun compte ne lui ressemble assez",
            expected=absent.expected(record, export, self._around[place]),
        )  # fmt: skip

    def _compare(self, person: Person, account: Person) -> Pair:
        return compare(person, account, self.weights, self.population[max(person.wall, account.wall)])

    def _decide(self, number: int, guardians: bool) -> None:
        if (number, guardians) in self._done_walls:
            return
        self._done_walls.add((number, guardians))
        export, start = self.sources[number], self.starts[number]
        if number not in self._keys:
            self._keys[number] = keys.unique_keys(export.records, export.kind)
        chosen = [
            self.persons[start + offset]
            for offset in range(len(export.records))
            if (self.persons[start + offset].wall is Wall.GUARDIAN) is guardians
        ]
        if not chosen:
            return
        export_keys = self._keys[number]
        chosen.sort(key=lambda person: export_keys[person.place - start])
        settled = [self.index.settled(person) for person in chosen]
        prior = self._priors(chosen, settled)
        pairs: dict[int, dict[int, Pair]] = {}
        uneasy: list[int] = []
        for place, person in enumerate(chosen):
            found: dict[int, Pair] = {}
            best = -99.0
            for account_place in self.index.exact(person):
                account = self.accounts[account_place]
                if walled(person, account):
                    continue
                pair = found[account_place] = self._compare(person, account)
                best = max(best, pair.bits)
            pairs[place] = found
            if best + prior[person.wall] < COMFORTABLE_BITS:
                uneasy.append(place)
        near = self.index.near([chosen[place] for place in uneasy])
        for place, accounts in zip(uneasy, near, strict=True):
            person = chosen[place]
            found = pairs[place]
            for account_place in accounts:
                account = self.accounts[account_place]
                if account_place not in found and not walled(person, account):
                    found[account_place] = self._compare(person, account)
        reserved: dict[int, int] = {}
        for place, person in enumerate(chosen):
            decision = self.decisions.get(export_keys[person.place - start])
            if decision is not None and decision.account_key in self.account_place:
                reserved[self.account_place[decision.account_key]] = place
        same_human: dict[int, int] = {}
        for place, person in enumerate(chosen):
            same_human[place] = self.cluster[person.place]
        for place, result in enumerate(decide(chosen, pairs, prior, reserved, same_human)):
            person = chosen[place]
            self._decided[person.place] = result
            self._prior[person.place] = prior[person.wall]

    def _priors(self, chosen: Sequence[Person], settled: Sequence[Sequence[int]]) -> dict[Wall, float]:
        """Bits to add to a pair: log2 of (present / (accounts × absent × accounts without record))."""
        found = {}
        for wall in Wall:
            mine = [hits for person, hits in zip(chosen, settled, strict=True) if person.wall is wall]
            accounts = len(self.accounts) if wall is Wall.OPEN else self.population[wall]
            if not mine:
                continue
            population = max(1, accounts)
            met = sum(1 for hits in mine if hits)
            distinct = len({place for hits in mine for place in hits})
            absent_share = _coarse((len(mine) - met + 0.5) / (len(mine) + 1))
            orphan_share = _coarse(1 - distinct / (population + 1))
            found[wall] = log2((1 - absent_share) / (population * absent_share * orphan_share))
        return found

    def _shared_ids(self) -> frozenset[tuple[str, str]]:
        """Identifiers borne by two accounts, or by two humans of the sources."""
        found: set[tuple[str, str]] = {key for key, places in self.index.ids.items() if len(places) > 1}
        seen: dict[tuple[str, str], int] = {}
        for person in self.persons:
            mine = self.cluster[person.place]
            for name, values in keys_of(person.records[0]):
                other = seen.setdefault((name, values), mine)
                if other != mine:
                    found.add((name, values))
        return frozenset(found)

    def _link_children(self) -> None:
        linked = {place: decided.pairs[0].account.place for place, decided in self._decided.items() if decided.certain}
        self.families.link_children(linked)

    def _surroundings(self) -> list[absent.Around]:
        sts_names: set[tuple[str, str]] = set()
        siecle_names: set[tuple[str, str]] = set()
        sts = siecle = False
        for export, start in zip(self.sources, self.starts, strict=True):
            if export.kind is Kind.STS_EMP:
                sts, target = True, sts_names
            elif export.kind is Kind.SIECLE_ELEVES:
                siecle, target = True, siecle_names
            else:
                continue
            for offset in range(len(export.records)):
                names = self.persons[start + offset].names
                target.update((form, given) for form in names.forms for given in names.compact_given)
        found = []
        for person in self.persons:
            mine = {(form, given) for form in person.names.forms for given in person.names.compact_given}
            found.append(
                absent.Around(
                    sts_loaded=sts,
                    in_sts=not mine.isdisjoint(sts_names),
                    in_siecle=not mine.isdisjoint(siecle_names) if siecle else None,
                    contact_only=person.place in self.families.contact_only,
                )
            )
        return found


def keys_of(record: Record) -> Iterator[tuple[str, str]]:
    for name in keys.HARD_IDS:
        if name in record.ids and (value := keys.hard_id(record, name)):
            yield name, value


def _statements(records: Sequence[Record]) -> Sequence[Record]:
    """The record and those of its mates that state something else."""
    first = records[0]
    return [first, *(other for other in records[1:] if _adds(first, other))]


def _adds(first: Record, other: Record) -> bool:
    return (
        other.surname != first.surname
        or other.given_names != first.given_names
        or other.usage_name != first.usage_name
        or bool(other.birth_date and other.birth_date != first.birth_date)
        or bool(other.division and other.division != first.division)
        or bool(other.sex and other.sex != first.sex)
        or any(first.ids.get(name) != value for name, value in other.ids.items() if name in keys.HARD_IDS)
    )


def _coarse(share: float) -> float:
    """A share rounded up on a scale of half powers of two: one person more or less changes no verdict."""
    step = LEAST_SHARE
    while step < share:
        step *= 1.414
    return min(step, 0.9)
