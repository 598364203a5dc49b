"""From evidence to verdicts, over the whole of an export.

*Certain* asks four things at once, so that it is never wrong: evidence against every rival that is not in the data
(``CERTAIN_BITS``), a clear lead over every other account for this record and over every other record for this account
(``LEAD_BITS``), no contradiction, and names that agree. Elimination never makes a certainty: a rival that is added or
taken away can only take certainty off.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from diagnostics.matching import assignment, spelling
from diagnostics.matching.classes import ClassLevel
from diagnostics.matching.compare import Pair
from diagnostics.matching.dates import AGREEING, STRONG, DateLevel
from diagnostics.matching.homes import HomeLevel
from diagnostics.matching.names import CLOSE, SAME, Level
from diagnostics.matching.people import Person, Wall

CERTAIN_BITS = 13.0
"""A chance in 8 000 that the account is someone else's, before the lead and the gates (benchmarks/matching.py)."""
MOVED_BITS = 3.0
"""More, for a pupil whose class is another of the same level, the birth date not being the same: pupils move, and have
namesakes."""
COMFORTABLE_BITS = CERTAIN_BITS + 6.0
"""Evidence beyond which no account that shares less can be a rival."""
LEAD_BITS = 8.0
"""A chance in 250 that the account or the record is the rival's, on top of all the rest."""
REVIEW_BITS = 0.0
"""A candidate is shown when it is more likely the person than not: under that, naming it would be a guess."""
NO_RIVAL = 99.0
LEAST_RANK = -20.0
TAKEN_BITS = 4.0
"""Lead by which an account that is certain for another record is no longer shown."""
TIE = 1e-6
MOST_CANDIDATES = 5
ALARM = "attention : ce compte porte le même identifiant, le reste ne concorde pas"
LONG = 6
"""Letters of a surname from which one keystroke inside it seldom makes another family's."""
TWIN = frozenset({Level.SOUND, Level.SLIP, Level.SLIPS, Level.CUT, Level.PART_SLIP})
"""Given names so near that parents of twins choose them; a class that differs is then another child's."""
INITIAL = "le prénom n’est qu’une initiale"
GIVEN = "un agent a donné ce compte à une autre fiche"
UNLIKE = ""
"""What differs is told with the candidate."""
CLAIMED = "ce compte convient aussi à la fiche « {} »{} du même export"
RIVAL = "un autre compte lui ressemble presque autant"
NAMESAKE = "les exports connaissent un homonyme ou un jumeau"
THIN = "trop peu d’indices pour écarter quelqu’un d’autre"
SCORE_SCALE = 3.0
"""Bits for each halving of the distance to 0 or 100, so that sure pairs do not all show 100."""


@dataclass(slots=True)
class Decided:
    """The verdict on one record: ``pairs`` are the candidates, best first; the first one's account when certain."""

    certain: bool = False
    pairs: list[Pair] = field(default_factory=list)
    reason: str = ""


def plausible(pair: Pair) -> bool:
    """Whether a pair may be shown at all: two given names that have nothing in common need more than a family name."""
    if pair.names.given is not Level.DIFFERENT or pair.names.inverted:
        return True
    if pair.account.wall is Wall.OPEN and pair.home in {HomeLevel.SAME, HomeLevel.NEAR}:
        return True
    return bool(pair.decides) or pair.contact or (bool(pair.date) and pair.date < DateLevel.PARTIAL)


def alarming(pair: Pair) -> bool:
    """Whether a hard identifier of the record is the account's, whatever the names say and whoever else bears it."""
    theirs = pair.account.ids
    return any(not values.isdisjoint(theirs.get(name, frozenset())) for name, values in pair.person.ids.items())


def abbreviated(pair: Pair) -> bool:
    """Whether a given name cut to its initial is all that keeps one surname from being one person."""
    return (
        pair.names.given is Level.INITIAL
        and pair.names.surname in SAME
        and not pair.contradicts
        and pair.date not in {DateLevel.DIFFERENT, DateLevel.SAME_YEAR}
        and pair.division is not ClassLevel.DIFFERENT
        and pair.sex >= 0
    )


def agrees(pair: Pair, *, classes_tell: bool = True) -> bool:
    """Whether the names say one human, the birth date and the rest saying nothing against."""
    names = pair.names
    if pair.contradicts:
        return False
    if pair.date in {DateLevel.DIFFERENT, DateLevel.SAME_YEAR}:
        return False
    if names.given in {Level.OTHER, Level.DIFFERENT, Level.NEAR, Level.SHARED}:
        return False
    if names.given is Level.LETTER and not pair.decides and pair.account.wall is not Wall.GUARDIAN:
        return False
    moved = pair.account.wall is Wall.PUPIL and pair.division > ClassLevel.EXACT
    if moved and names.given in TWIN and not pair.decides:
        return False
    if classes_tell and pair.division is ClassLevel.DIFFERENT and not pair.date and not pair.decides:
        return False
    if names.surname in {Level.DIFFERENT, Level.NEAR, Level.SHARED}:
        # A married name: an adult whose given name agrees with a birth date, or a child's account, or an identifier.
        if names.given not in SAME:
            return False
        if pair.date is DateLevel.EXACT:
            return bool(pair.decides) or pair.account.wall is not Wall.PUPIL
        return pair.account.wall is Wall.GUARDIAN and pair.children > 0
    if not one_family(pair) and not told(pair) and not slipped(pair):
        return False
    if names.given not in SAME and pair.division is not ClassLevel.EXACT and not told(pair):
        # « Jean » and « Jean-Claude » teach in one school: a given name written otherwise is another one's as well.
        return False
    if names.given is Level.UNKNOWN and not pair.decides:
        return False
    if names.given is Level.INITIAL and not pair.decides and pair.date is not DateLevel.EXACT:
        return False
    return names.surname is not Level.UNKNOWN or bool(pair.decides)


def one_family(pair: Pair) -> bool:
    """Whether the surnames, when they are near, are one but for its particles and its accents."""
    level, (left, right) = pair.names.surname, pair.names.surname_pair
    if level is Level.PARTICLE and left is not None and right is not None:
        # « NGUYEN VAN » is not « NGUYEN »: a particle opens a name.
        return set(left.tokens) == set(right.tokens) or left.compact.endswith(right.compact) or (
            right.compact.endswith(left.compact)
        )  # fmt: skip
    return level in SAME or level not in CLOSE


def told(pair: Pair) -> bool:
    """Whether something besides the names says one human: a birth date, an identifier, a child, a home, a phone."""
    return (
        bool(pair.decides)
        or (pair.date in AGREEING and pair.date is not DateLevel.PARTIAL)
        or pair.children > 0
        or pair.contact
        or pair.home is HomeLevel.SAME
        or pair.names.shuffled
    )


def slipped(pair: Pair) -> bool:
    """Whether two near surnames can only be one that was mistyped, or half of one, the class being the same.

    MARTIN and MARTINEZ, FORT and FAURE, BERGER and VERGER are two families: what is heard alike, what differs at either
    end, what is borne on both sides proves nothing where names are all there is.
    """
    if pair.division is not ClassLevel.EXACT or pair.borne:
        return False
    level, (left, right) = pair.names.surname, pair.names.surname_pair
    if level is Level.PART:
        return True
    if level is not Level.SLIP or left is None or right is None:
        return False
    one, other = left.compact, right.compact
    kind = spelling.slip(one, other)
    if kind in {"doublée", "inversées"}:
        return True
    return kind == "voisine" and min(len(one), len(other)) >= LONG and one[0] == other[0] and one[-1] == other[-1]


def needed(pair: Pair) -> float:
    """Evidence that a certainty takes: more when a name is all that speaks, against the class."""
    moved = pair.division is ClassLevel.SAME_YEAR and pair.date not in STRONG and not pair.decides
    return CERTAIN_BITS + (MOVED_BITS if moved else 0.0)


def decide(
    persons: Sequence[Person],
    pairs: Mapping[int, Mapping[int, Pair]],
    prior: Mapping[Wall, float],
    sure: Mapping[Wall, float],
    reserved: Mapping[int, int] | None = None,
    same_human: Mapping[int, int] | None = None,
    namesake: Callable[[Pair, float], bool] = lambda pair, worth: False,
    classes_tell: bool = True,
) -> list[Decided]:
    """Verdicts for the persons of one export.

    Args:
        persons: in an order that their content decides.
        pairs: by person, by account, every pair worth a look.
        prior: bits to add to the evidence of a pair, by population: positive when nearly everyone has an account.
        sure: the same for a certainty.
        reserved: accounts that an agent gave to a person of this export, and which; still rivals, never offered.
        namesake: whether another human whom the sources know may be meant as well, given a pair and its evidence.
        classes_tell: whether another class level speaks against a pair (not when the accounts are of last year).
        same_human: persons of this export that a hard identifier says are one, by place: they are no rivals.
    """
    kept = reserved or {}
    worth: dict[int, dict[int, float]] = {}
    for place, found in pairs.items():
        base = prior[persons[place].wall]
        worth[place] = {
            account: pair.bits + base
            for account, pair in found.items()
            if pair.bits + base > REVIEW_BITS and plausible(pair)
        }
    claims: dict[int, list[int]] = {}
    for place, found_worth in worth.items():
        for account in found_worth:
            claims.setdefault(account, []).append(place)
    given: dict[int, int] = {}
    contested: dict[int, dict[int, float]] = {}
    for place, found_worth in worth.items():
        if any(len(claims[account]) > 1 for account in found_worth):
            contested[place] = found_worth
        elif found_worth:
            given[place] = _best(found_worth)
    for block in assignment.blocks(contested):
        given.update(assignment.best(block, contested))
    human = same_human or {}

    # Leads are taken over every pair compared, shown or not, and on ranks, which the loaded data does not move: whoever
    # is added may only shorten them.
    rivals: dict[int, list[int]] = {}
    for place, found in pairs.items():
        for account, pair in found.items():
            if pair.rank > LEAST_RANK:
                rivals.setdefault(account, []).append(place)

    def lead_over_records(place: int, account: int) -> float:
        mine = pairs[place][account].rank
        others = (
            pairs[other][account].rank
            for other in rivals.get(account, ())
            if other != place and human.get(other, other) != human.get(place, place)
        )
        return mine - max(others, default=mine - NO_RIVAL)

    def lead_over_accounts(place: int, account: int) -> float:
        found = pairs[place]
        mine = found[account].rank
        return mine - max((pair.rank for a, pair in found.items() if a != account), default=mine - NO_RIVAL)

    def doubt(place: int, account: int) -> str | None:
        """What keeps an account from being certain, in French; None when nothing does."""
        pair = pairs[place][account]
        enough = pair.bits + sure[persons[place].wall]
        if kept.get(account, place) != place:
            return GIVEN
        if not agrees(pair, classes_tell=classes_tell):
            return UNLIKE
        if lead_over_records(place, account) < LEAD_BITS:
            return claimed(place, account)
        if lead_over_accounts(place, account) < LEAD_BITS:
            return RIVAL
        if namesake(pair, enough):
            return NAMESAKE
        return None if enough >= needed(pair) else THIN

    def claimed(place: int, account: int) -> str:
        """The other record of the export that an account suits, named."""
        mine = human.get(place, place)
        others = [other for other in rivals.get(account, ()) if other != place and human.get(other, other) != mine]
        record = persons[max(others, key=lambda other: (pairs[other][account].rank, -other))].records[0]
        where = f", ligne {record.origin.line}" if record.origin.line else ""
        return CLAIMED.format(f"{record.surname} {record.given_names}".strip(), where)

    certain: dict[int, int] = {}
    doubts: dict[int, str] = {}
    for place, found_worth in worth.items():
        if found_worth:
            account = _best(found_worth)
            said = doubt(place, account)
            if said is None:
                certain[place] = account
            else:
                doubts[place] = said
    taken = {account: place for place, account in certain.items()}

    def left_over(place: int) -> Decided:
        """What is shown of a record that no evidence brings near an account: never nothing when a fact says who."""
        found = sorted(pairs.get(place, {}).items(), key=lambda item: (-item[1].bits, item[0]))
        open_ones = [(account, pair) for account, pair in found if kept.get(account, place) == place]
        if alarms := [pair for _, pair in open_ones if alarming(pair)]:
            return Decided(pairs=alarms[:MOST_CANDIDATES], reason=ALARM)
        initials = [
            pair
            for account, pair in open_ones
            if abbreviated(pair)
            and (account not in taken or human.get(taken[account], taken[account]) == human.get(place, place))
        ]
        return Decided(pairs=initials[:MOST_CANDIDATES], reason=INITIAL if initials else "")

    holders = {account: place for place, account in given.items()}

    def preferred(place: int) -> int | None:
        """The account that the whole block leaves a record, unless exchanging it with another's is worth as much."""
        mine = given.get(place)
        if mine is None:
            return None
        for account, value in worth[place].items():
            other = holders.get(account, place)
            if other != place and mine in worth[other]:
                gain = value + worth[other][mine] - worth[place][mine] - worth[other][account]
                if abs(gain) < TIE:
                    return None
        return mine

    decided = []
    for place in range(len(persons)):
        found_worth = worth.get(place, {})
        if place in certain:
            decided.append(Decided(certain=True, pairs=[pairs[place][certain[place]]]))
            continue
        if not found_worth:
            decided.append(left_over(place))
            continue
        best = preferred(place)
        ranked = sorted(
            (account != best, -value, account)
            for account, value in found_worth.items()
            if (
                kept.get(account, place) == place
                and (
                    account not in taken
                    or human.get(taken[account], taken[account]) == human.get(place, place)
                    or pairs[taken[account]][account].rank - pairs[place][account].rank < TAKEN_BITS
                )
            )
        )
        candidates = [pairs[place][account] for _, _, account in ranked[:MOST_CANDIDATES]]
        decided.append(Decided(pairs=candidates, reason=doubts[place]) if candidates else left_over(place))
    return decided


def _best(worth: Mapping[int, float]) -> int:
    if len(worth) == 1:
        return next(iter(worth))
    return min(worth, key=lambda account: (-worth[account], account))


def score(bits: float) -> float:
    """0 to 100, 50 when the pair is as likely as not."""
    odds: float = 2.0 ** (-max(-60.0, min(60.0, bits)) / SCORE_SCALE)
    return round(100.0 / (1.0 + odds), 1)
