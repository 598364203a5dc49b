"""One run of the matching: what is prepared once, the first pass, what it teaches, the second pass.

The second pass looks again at the records that the first left open, against accounts enriched with what the records
already certain state: STS-Web gives an account the birth date and the other surname that an EDT record needs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import log2

from diagnostics import text
from diagnostics.matching import clusters, keys, learning
from diagnostics.matching.candidates import Index, hopeless
from diagnostics.matching.compare import Pair, compare
from diagnostics.matching.decide import COMFORTABLE_BITS, THIN, Decided, decide
from diagnostics.matching.families import Families
from diagnostics.matching.namesakes import Namesakes
from diagnostics.matching.people import WALLS, People, Person, Wall
from diagnostics.matching.weights import Weights
from diagnostics.model import Decision, Export, Record

LEAST_SHARE = 0.03
"""No export is held to be complete beyond that: newcomers and leavers are always there."""
LIKELY_SHARE = 0.1
"""Share of absents supposed before anything is compared."""
SURE_SHARE = 0.045
"""Share of absents, and of accounts without record, that a certainty supposes at the least: an export that shows fewer
makes nobody surer, so that no person added does either."""
TOLERANCE = 1.0
"""Bits by which what was learned may fall short of that: shares are told from few persons."""
FEWEST_SHARES = 20
"""Persons of an export from whom a larger share of absents is believed."""
SMALL_PAIRS = 40_000
"""Persons times accounts up to which everyone meets whoever is near, however sure."""
EVERYONE = 999.0
ROUNDS = 3
Statement = tuple[int, tuple[str, ...], tuple[str, ...]]
"""Number of a set of names, dates, classes."""
COARSE_STEP = 1.414


class Run:
    """State of one run; ``sources`` and their records keep the caller's order, everything else follows the content.

    Attributes:
        persons: one for each source record, numbered over the exports in their order (its ``place``).
        accounts: one for each account.
        keys: keys of the records of each source export.
        order: source exports in an order that their content decides.
        decided, prior: by place, once decided.
    """

    def __init__(
        self,
        holders: Sequence[Export],
        sources: Sequence[Export],
        groups: Sequence[Sequence[Record]],
        decisions: Mapping[str, Decision],
        elsewhere: Callable[[str], Record | None] | None = None,
    ) -> None:
        self.sources = sources
        self.decisions = decisions
        self._elsewhere = elsewhere
        self.people = People()
        self.accounts = [self.people.person(group) for group in groups]
        for place, account in enumerate(self.accounts):
            account.place = place
        self.account_place = _places_of_keys(groups)
        # A file that is cut proves nothing of who is missing from it (diagnostics/school.py).
        self._cut = next((export.label for export in holders if "incomplet" in export.meta), "")
        self._whole = {
            WALLS[record.profile] for export in holders if "incomplet" not in export.meta for record in export.records
        }
        together = clusters.by_identifiers(sources, self.people)
        self._records = [record for _, _, record in clusters.numbered(sources)]
        members = together.groups()
        self.cluster = [together.root(place) for place in range(len(self._records))]
        self.persons: list[Person] = []
        for place, record in enumerate(self._records):
            group = members[self.cluster[place]]
            mates = [self._records[other] for other in group if other != place] if len(group) > 1 else []
            mates.sort(key=clusters.stated)
            person = self.people.person([record, *(mate for mate in mates if adds(record, mate))])
            person.place = place
            self.persons.append(person)
        self._small = len(self.persons) * len(self.accounts) <= SMALL_PAIRS
        self.starts: list[int] = []
        self._export_of: list[int] = []
        for number, export in enumerate(sources):
            self.starts.append(len(self._export_of))
            self._export_of.extend([number] * len(export.records))
        self.keys = [keys.unique_keys(export.records, export.kind) for export in sources]
        self.order = sorted(
            range(len(sources)), key=lambda n: (sources[n].kind, sources[n].school, sources[n].sha256, sources[n].id)
        )
        self.families = Families(holders, sources, groups, self.persons, self.accounts, self.cluster)
        self._population: Counter[tuple[Wall, str]] = Counter(
            (account.wall, school) for account in self.accounts for school in account.schools or ("",)
        )
        self._sizes: dict[tuple[Wall, frozenset[str]], tuple[int, int]] = {}
        self.weights = Weights(self.accounts)
        self.weights.shared_ids = self._shared_ids()
        settled = learning.settled_by_name(self.persons, self.accounts)
        names = learning.class_names(settled, self.accounts)
        self.weights.learn_classes(learning.class_agreement(settled, names), names)
        self.weights.foreign_ids = learning.foreign_ids(settled)
        self.decided: dict[int, Decided] = {}
        self.prior: dict[int, float] = {}
        self._namesakes = Namesakes(self.persons, self.cluster, self._export_of, self.decided)
        self._pairs: dict[int, dict[int, Pair]] = {}
        self._indexes: dict[Wall, Index] = {}
        self._passes: set[tuple[int, bool]] = set()
        self._linked: dict[int, list[int]] = {}
        self._enriched: dict[tuple[int, int], Person] = {}
        self._richer: list[Person] = []
        self._rich_indexes: dict[Wall, Index] = {}

    def first_pass(self, number: int) -> None:
        """Decide one export on what its records, their mates and the accounts state."""
        if not self._passes:
            # Guardians are told by their children, so pupils of every export come first.
            for other in self.order:
                self._first(other, guardians=False)
            self.families.link_children(self._certain())
        self._first(number, guardians=True)

    def _first(self, number: int, *, guardians: bool) -> None:
        if (number, guardians) in self._passes:
            return
        self._passes.add((number, guardians))
        chosen = self._chosen(number, guardians)
        uneasy: dict[Wall, list[Person]] = {}
        for person in chosen:
            found = self._pairs[person.place] = {}
            enough = (
                EVERYONE
                if self._small
                else COMFORTABLE_BITS
                - self._prior_of(self._around(person.wall, person.schools)[0], LIKELY_SHARE, LIKELY_SHARE)
            )
            index = self._index(person.wall)
            if self._meet(person, index.rivals(person), found) >= enough:
                continue
            if self._meet(person, index.related(person), found) < enough:
                uneasy.setdefault(person.wall, []).append(person)
        for wall, persons in uneasy.items():
            for person, near in zip(persons, self._index(wall).near(persons), strict=True):
                self._meet(person, near, self._pairs[person.place])
        self._settle(number, chosen)

    def enrich(self) -> None:
        """Give each account the statements of the records that are certainly its own."""
        for place, account in sorted(self._certain().items()):
            self._linked.setdefault(account, []).append(place)
        self.families.link_children(self._certain())
        richer = [self._enrich(place, None) for place in sorted(self._linked)]
        self._richer = [
            account
            for account in richer
            if account.names is not self.accounts[account.place].names
            or account.dates != self.accounts[account.place].dates
        ]

    def second_pass(self, number: int) -> None:
        """Look again at the records of one export that are not certain."""
        for guardians in (False, True):
            chosen = self._chosen(number, guardians)
            open_ones = [person for person in chosen if not self.decided[person.place].certain]
            if not open_ones:
                continue
            by_wall: dict[Wall, list[Person]] = {}
            for person in open_ones:
                by_wall.setdefault(person.wall, []).append(person)
            for wall, persons in by_wall.items():
                index = self._rich_index(wall)
                for person, near in zip(persons, index.near(persons), strict=True):
                    found = self._pairs[person.place]
                    for place in {*found, *index.rivals(person), *index.related(person), *near}:
                        account = self._enrich(place, number)
                        if (place not in found or account is not self.accounts[place]) and not hopeless(
                            person, account
                        ):
                            found[place] = self.compare(person, account)
            self._settle(number, chosen)

    def settle_alike(self) -> None:
        """A record that states the very same name and birth date as certain ones of other exports is the same human's.

        What alone kept it from being certain is that few of its export have an account.
        """
        same: dict[tuple[Wall, str, str, str], set[int]] = {}
        for place, decided in self.decided.items():
            if decided.certain and (key := self._statement(place)):
                same.setdefault(key, set()).add(decided.pairs[0].account.place)
        for place, decided in self.decided.items():
            if decided.reason == THIN and (key := self._statement(place)):
                best = decided.pairs[0]
                if same.get(key) == {best.account.place}:
                    self.decided[place] = Decided(certain=True, pairs=[best])

    def _statement(self, place: int) -> tuple[Wall, str, str, str] | None:
        record = self._records[place]
        if not record.birth_date or not record.given_names:
            return None
        return self.persons[place].wall, text.fold(record.surname), text.fold(record.given_names), record.birth_date

    def children_absent(self, guardian: int) -> bool:
        """Whether a guardian has children and none of them has an account, certain or possible."""
        children = self.families.children(guardian)
        return bool(children) and not any(self.decided[child].pairs for child in children if child in self.decided)

    def cut(self, place: int) -> str:
        """The file whose missing end may hold a person's account, "" when another one states the whole population."""
        wall = self.persons[place].wall
        return "" if wall in self._whole else self._cut

    def chosen(self, key: str) -> Person | None:
        """The account that a decision names, of the loaded ones or of the whole ENT; None when nothing knows it."""
        place = self.account_place.get(key)
        if place is not None:
            return self.accounts[place]
        record = self._elsewhere(key) if self._elsewhere else None
        return self.people.person((record,)) if record is not None else None

    def compare(self, person: Person, account: Person) -> Pair:
        here, elsewhere = self._around(max(person.wall, account.wall), person.schools)
        return compare(person, account, self.weights, here, elsewhere)

    def _around(self, wall: Wall, schools: frozenset[str]) -> tuple[int, int]:
        """Accounts of a population in some schools (or in no known school), and elsewhere."""
        found = self._sizes.get((wall, schools))
        if found is None:
            counts = {school: count for (kind, school), count in self._population.items() if wall in (Wall.OPEN, kind)}
            here = sum(count for school, count in counts.items() if not schools or not school or school in schools)
            whole = sum(counts.values())
            # Whoever has no account of his school may have his anywhere.
            found = self._sizes[wall, schools] = (here, whole - here) if here else (whole, 0)
        return found

    def _chosen(self, number: int, guardians: bool) -> list[Person]:
        start, size = self.starts[number], len(self.sources[number].records)
        chosen = [p for p in self.persons[start : start + size] if (p.wall is Wall.GUARDIAN) is guardians]
        export_keys = self.keys[number]
        return sorted(chosen, key=lambda person: export_keys[person.place - start])

    def _settle(self, number: int, chosen: Sequence[Person]) -> None:
        pairs = {place: self._pairs[person.place] for place, person in enumerate(chosen)}
        prior, sure = self._priors(chosen)
        export_keys, start = self.keys[number], self.starts[number]
        reserved: dict[int, int] = {}
        for place, person in enumerate(chosen):
            decision = self.decisions.get(export_keys[person.place - start])
            if decision is not None and decision.account_key in self.account_place:
                reserved[self.account_place[decision.account_key]] = place
        same_human = {place: self.cluster[person.place] for place, person in enumerate(chosen)}
        tell = self.weights.classes_tell
        results = decide(chosen, pairs, prior, sure, reserved, same_human, self._namesakes.dispute, tell)
        for person, result in zip(chosen, results, strict=True):
            self.decided[person.place] = result
            self.prior[person.place] = prior[person.wall]

    def _certain(self) -> dict[int, int]:
        """Account of each record that is certain, by place."""
        return {place: decided.pairs[0].account.place for place, decided in self.decided.items() if decided.certain}

    def _enrich(self, place: int, but: int | None) -> Person:
        """An account with the statements of its certain records, but for those of one export."""
        base = self.accounts[place]
        linked = [other for other in self._linked.get(place, ()) if self._export_of[other] != but]
        if not linked:
            return base
        key = (place, but if but is not None and len(linked) != len(self._linked[place]) else -1)
        found = self._enriched.get(key)
        if found is None:
            statements = [learning.lesson(base, self._records[other]) for other in linked]
            found = self._enriched[key] = self.people.person([*base.records, *statements])
            found.place, found.wall, found.profile = base.place, base.wall, base.profile
            found.child_names, found.child_accounts = base.child_names, base.child_accounts
            found.contacts = base.contacts
        return found

    def _index(self, wall: Wall) -> Index:
        """Accounts that a person of this population may have."""
        index = self._indexes.get(wall)
        if index is None:
            index = self._indexes[wall] = Index(
                [account for account in self.accounts if wall is Wall.OPEN or account.wall in (wall, Wall.OPEN)]
            )
        return index

    def _rich_index(self, wall: Wall) -> Index:
        """The accounts whose names or dates their certain records complete."""
        index = self._rich_indexes.get(wall)
        if index is None:
            index = self._rich_indexes[wall] = Index(
                [account for account in self._richer if wall is Wall.OPEN or account.wall in (wall, Wall.OPEN)]
            )
        return index

    def _meet(self, person: Person, accounts: Iterable[int], found: dict[int, Pair]) -> float:
        """Compare with the accounts not met yet; the best evidence so far."""
        for place in accounts:
            if place not in found and not hopeless(person, self.accounts[place]):
                found[place] = self.compare(person, self.accounts[place])
        return max((pair.bits for pair in found.values()), default=-99.0)

    def _prior_of(self, accounts: int, absent_share: float, orphan_share: float) -> float:
        """Bits to add to the evidence of a pair: log2 of (present / (accounts × absent × accounts without record))."""
        return log2((1 - absent_share) / (max(1, accounts) * absent_share * orphan_share))

    def _priors(self, chosen: Sequence[Person]) -> tuple[dict[Wall, float], dict[Wall, float]]:
        """The prior of each population to rank by, and the one that a certainty takes.

        Learned from the evidence itself (expectation–maximisation): a record whose best pair is strong counts as
        present, and its account as one that has a record. Rows that state the same count once, and so does an account
        that several dispute: a rival makes nobody surer.
        """
        told: dict[Wall, set[Statement]] = {}
        claims: dict[Wall, dict[int, float]] = {}
        sizes: dict[Wall, int] = {}
        for person in chosen:
            pairs = self._pairs[person.place].values()
            best = max(pairs, key=lambda pair: (pair.bits, -pair.account.place), default=None)
            bits = best.bits if best else -99.0
            claimed = claims.setdefault(person.wall, {})
            if best:
                claimed[best.account.place] = max(bits, claimed.get(best.account.place, -99.0))
            told.setdefault(person.wall, set()).add((person.names.number, person.dates, person.divisions))
            sizes[person.wall] = max(sizes.get(person.wall, 1), self._around(person.wall, person.schools)[0])
        found, sure = {}, {}
        for wall, statements in told.items():
            accounts, many, strengths = sizes[wall], len(statements), list(claims[wall].values())
            absent_share = orphan_share = 0.5
            for _ in range(ROUNDS):
                prior = self._prior_of(accounts, absent_share, orphan_share)
                present = sum(1 / (1 + 2.0 ** -max(-60.0, min(60.0, bits + prior))) for bits in strengths)
                absent_share = min(0.9, max(LEAST_SHARE, 1 - (present + 0.5) / (many + 1)))
                orphan_share = min(1.0, max(LEAST_SHARE, 1 - present / (accounts + 1)))
            found[wall] = learned = self._prior_of(accounts, _coarse(absent_share, 0.9), _coarse(orphan_share, 1.0))
            supposed = self._prior_of(accounts, SURE_SHARE, SURE_SHARE)
            sure[wall] = min(supposed, learned + TOLERANCE) if many >= FEWEST_SHARES else supposed
        return found, sure

    def _shared_ids(self) -> frozenset[tuple[Wall, str, str]]:
        """Identifiers borne by two accounts, or by two humans of the sources, of one population."""
        borne: Counter[tuple[Wall, str, str]] = Counter(
            (account.wall, name, value)
            for account in self.accounts
            for name, values in account.ids.items()
            for value in values
        )
        found = {key for key, bearers in borne.items() if bearers > 1}
        seen: dict[tuple[Wall, str, str], int] = {}
        for place, record in enumerate(self._records):
            for name, stated in record.ids.items():
                if name in keys.HARD_IDS and (value := keys.comparable(name, stated)):
                    key = (self.persons[place].wall, name, value)
                    if seen.setdefault(key, self.cluster[place]) != self.cluster[place]:
                        found.add(key)
        return frozenset(found)


def adds(first: Record, other: Record) -> bool:
    """Whether a record states of the same human something that the first does not."""
    return (
        other.surname != first.surname
        or other.given_names != first.given_names
        or other.usage_name != first.usage_name
        or bool(other.birth_date and other.birth_date != first.birth_date)
        or bool(other.division and other.division != first.division)
        or bool(other.sex and other.sex != first.sex)
        or any(first.ids.get(name) != value for name, value in other.ids.items() if name in keys.HARD_IDS)
    )


def _places_of_keys(groups: Sequence[Sequence[Record]]) -> dict[str, int]:
    """Account of each key under which it may have been chosen; a key that two accounts bear chooses none."""
    found: dict[str, int] = {}
    for place, group in enumerate(groups):
        for key in {key for record in group for key in keys.account_keys(record)}:
            found[key] = place if found.get(key, place) == place else -1
    return {key: place for key, place in found.items() if place >= 0}


def _coarse(share: float, most: float) -> float:
    """A share rounded up on a scale of half powers of two: one person more or less changes no verdict."""
    step = LEAST_SHARE
    while step < share:
        step *= COARSE_STEP
    return min(step, most)
