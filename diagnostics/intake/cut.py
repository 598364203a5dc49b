"""Units to incidents: which sentences tell one symptom, where another begins, which tell none."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from diagnostics.intake import lexicon
from diagnostics.intake.classify import Scored, main_profile, score, with_profiles
from diagnostics.intake.turns import (
    ALSO,
    ANOTHER_THING,
    APART,
    APART_SAID,
    BACKWARDS,
    CALL_ONLY,
    CLAUSE,
    CONTRASTED,
    COUNTED,
    IDEM_BUT,
    OPPOSED,
    OWN_SUBJECT,
    PEOPLE_BACK,
    PRESENTS,
    QUOTED,
    SELF_NAMED,
    SUBJECT,
    WRITERS_OWN,
)
from diagnostics.intake.units import Before, Unit
from diagnostics.model import Profile

TOLD = 4.0
"""Points from which a unit with a trouble or a request names a matter."""
MARGIN = 0.6
"""Points by which it must surpass the sentences that tell nothing."""
PLAIN = 9.0
"""Points from which a unit tells even without a word of trouble or request."""
ANNOUNCES = 10.0
"""Points under which « trois difficultés distinctes » announces and does not tell."""
EVIDENT = 12.0
"""Points from which what looks like a statement or an invitation tells nonetheless."""
PLAINLY = 1.6
"""Times the points of « tells nothing » that it must then have."""
SURE = 6.0
"""Points from which a unit opens another matter on a line of its own."""
ALONE = 8.5
"""Points from which a sentence inside a paragraph is another matter, without any word that announces one."""
CLAUSE_SURE = 5.0
"""Points more than « tells nothing » on both sides for a sentence to be cut in two, about nobody new."""
CLAUSE_NEW = 3.5
"""The same when the second part names somebody."""
ANNOUNCED = 0.85
"""Share of the points of the line that announces a list under which an item is one of its cases."""
CLAUSE_VAGUE = 2.5
"""The same for the first part when the second plainly tells, with its own subject, what fails in another domain."""
COMMA = 2.0
"""Points more when a mere comma joins the two."""
AKIN = 0.55
"""Share of the best points that the other's category must have for two stretches to be about one matter."""
DISTINCT = 4.0
"""Points by which each of two clauses must prefer its own category to that of the other."""
DOMAINS: Mapping[str, str] = {
    "PRN": "pronote", "EDU": "comptes", "ANN": "comptes", "SIE": "comptes", "BLO": "comptes", "EDT": "emploi du temps",
    "AUT": "emploi du temps", "STS": "emploi du temps", "GRP": "emploi du temps", "CDT": "emploi du temps",
    "VSC": "emploi du temps", "MSG": "messagerie", "CON": "services", "POR": "portail", "HOR": "ailleurs",
    "SUP": "support", "SEC": "sécurité",
}  # fmt: skip
"""What the categories of a family are about: inside one domain a symptom, its cause and its effects sound alike."""
OUTSIDE = "ANN-11"
"""The académie's account has nothing to do with the other accounts."""

WORD = re.compile(r"\w+")
LONGEST_CUT = 700
"""Characters of a sentence above which it is not cut inside: no one writes it, a machine does."""
FEW_WORDS = 4
"""Words under which a unit tells only when it is sure: « Non toujours pas. »"""
SHORT_CLAUSE = 5
"""Words under which a side of a sentence tells nothing by itself."""


@dataclass(frozen=True)
class Judged:
    """A unit with what it may be about and what it does in the message."""

    unit: Unit
    scored: Scored
    tells: bool
    """It tells a trouble or asks for something that the catalogue knows."""
    people: tuple[int, ...] = ()
    """Places of the persons that it names and who may be concerned."""

    @property
    def start(self) -> int:
        return self.unit.start

    @property
    def end(self) -> int:
        return self.unit.end

    @property
    def before(self) -> Before:
        return self.unit.before

    def has(self, *cues: str) -> bool:
        return not self.scored.cues.isdisjoint(cues)

    @property
    def settled(self) -> bool:
        """It says that something works again, and nothing else."""
        if self.has("aussi"):
            return False
        told = self.has("panne") and self.scored.top >= PLAIN
        return self.has("resolu") or ((self.has("apaise") or self.scored.settled) and not told)


def judge(text: str, unit: Unit, names: Collection[int], people: Mapping[int, Profile]) -> Judged:
    """What one unit says, by itself; ``people`` holds the profile of each new person by the place of the name."""
    scored = score(text, unit.start, unit.end, names=names)
    here = [profile for place, profile in people.items() if unit.start <= place < unit.end]
    scored = with_profiles(scored, main_profile(text[unit.start : unit.end], here))
    known = scored.top >= min(scored.nothing + MARGIN, PLAIN)
    tells = asks(scored) and scored.top >= TOLD and known
    if "annonce" in scored.cues and scored.top < ANNOUNCES:
        tells = False
    named = any(unit.start <= place < unit.end for place in people)
    asked = "demande" in scored.cues and scored.top - (0.0 if named else scored.nothing) >= SURE
    faint = scored.top < max(PLAIN, scored.nothing + MARGIN)
    if scored.cues & {"rien"} and not scored.cues & {"panne"} and faint and not asked:
        tells = False
    if scored.cues & {"constat", "invitation"} and "panne" not in scored.cues and scored.top < EVIDENT:
        tells = False
    if SELF_NAMED.match(text, unit.start, unit.end) and not scored.cues & {"panne", "demande"}:
        tells = False
    if CALL_ONLY.match(text, unit.start, unit.end):
        tells = False
    if "marche_encore" in scored.cues and not scored.cues & {"panne"} and "?" not in text[unit.start : unit.end]:
        tells = False
    if len(WORD.findall(text[unit.start : unit.end])) < FEW_WORDS and scored.top < SURE:
        tells = False
    made = Judged(unit, scored, tells, tuple(place for place in people if unit.start <= place < unit.end))
    return replace(made, tells=tells and not made.settled)


def asks(scored: Scored) -> bool:
    """Whether a stretch says that something is wrong, asks for something, or is plainly about a matter."""
    plainly = SURE if "autre" in scored.cues else PLAIN
    return bool(scored.cues & {"panne", "demande"}) or scored.top >= max(plainly, PLAINLY * scored.nothing)


def clauses(
    text: str, unit: Unit, names: Collection[int], people: Collection[int], *, listed: bool = False
) -> list[Unit]:
    """A sentence cut where both sides tell, by themselves, troubles of different kinds.

    ``listed``: it is part of a sentence already cut, so that a comma may part two of three.
    """
    best: tuple[float, int, int] | None = None
    if unit.end - unit.start > LONGEST_CUT:
        return [unit]
    counted = COUNTED.match(text, unit.start, unit.end)
    if counted:
        unit, listed = Unit(counted.end(), unit.end, unit.before), True
    for match in CLAUSE.finditer(text, unit.start, unit.end):
        left, right = text[unit.start : match.start()], text[match.end() : unit.end]
        if (
            unfinished(left)
            or (match["named"] and not listed)
            or not (set(match[0]) & {"+", ";"} or OWN_SUBJECT.match(right))
        ):
            continue
        if min(len(WORD.findall(APART.sub(" ", side))) for side in (left, right)) < SHORT_CLAUSE:
            continue
        one = score(text, unit.start, match.start(), names=names)
        two = score(text, match.end(), unit.end, names=names)
        low = min(one.top - one.nothing, two.top - two.nothing)
        both = all(side.cues & {"panne", "demande"} for side in (one, two))
        newcomers = any(match.end() <= place < unit.end for place in people)
        newcomers = newcomers or other_person(text[unit.start : match.start()], right)
        needed = (CLAUSE_NEW if newcomers else CLAUSE_SURE) + (COMMA if match["comma"] and not listed else 0.0)
        added = not OPPOSED.search(match[0]) and all("panne" in side.cues for side in (one, two))
        neighbours = added and distinct(one, two)
        if added and far(one, two) and ANOTHER_THING.match(match[0] + right) and two.top - two.nothing >= CLAUSE_SURE:
            needed = min(needed, CLAUSE_VAGUE)
        if not both or low < needed or (akin(one, two) and not neighbours) or BACKWARDS.match(right):
            continue
        if PEOPLE_BACK.match(right):
            continue
        apart = bool(APART_SAID.match(right) or APART_SAID.search(match[0]))
        if not (newcomers or counted or neighbours or apart or far(one, two)) or "marche_encore" in one.cues | two.cues:
            continue
        if best is None or low > best[0]:
            best = (low, match.start(), match.end())
    if best is None:
        return [unit]
    head = Unit(unit.start, best[1], unit.before)
    tail = Unit(best[2], unit.end, Before.CLAUSE)
    return [part for side in (head, tail) for part in clauses(text, side, names, people, listed=True)]


def unfinished(left: str) -> bool:
    """Whether a bracket or a quotation opened on the left is still open."""
    return left.count("(") > left.count(")") or left.count("«") > left.count("»")


def akin(one: Scored, two: Scored) -> bool:
    """Whether two stretches may be about one matter: the best category of either is likely enough in the other."""
    if not one.best or not two.best or one.best == two.best:
        return True
    return two.points.get(one.best, 0.0) >= AKIN * two.top or one.points.get(two.best, 0.0) >= AKIN * one.top


def distinct(one: Scored, two: Scored) -> bool:
    """Whether two stretches are plainly of two neighbouring categories that have nothing to do with each other."""
    if frozenset((one.best, two.best)) not in lexicon.lexicon().independent:
        return False
    return min(one.top - one.points.get(two.best, 0.0), two.top - two.points.get(one.best, 0.0)) >= DISTINCT


def far(one: Scored, two: Scored) -> bool:
    """Whether two stretches are about different domains."""
    return domain(one.best) != domain(two.best)


def domain(category: str) -> str:
    return "agents" if category == OUTSIDE else DOMAINS.get(category[:3], "")


def groups(text: str, judged: Sequence[Judged]) -> list[list[Judged]]:
    """Units that tell, gathered by matter, in order; what tells nothing goes with what it explains or is left out."""
    made: list[list[Judged]] = []
    strongest: list[Scored] = []
    waiting: list[Judged] = []
    listed = sum(1 for one in judged if one.before >= Before.ITEM and one.tells) >= 2
    for one in judged:
        if one.settled:
            waiting = []
            if len(made) == 1 and one.before is Before.SENTENCE and one.has("retire") and not asked_for(made[0]):
                made.clear()
                strongest.clear()
        elif not one.tells:
            if made and not waiting and explains(text, one, made[-1], listed=listed):
                made[-1].append(one)
            else:
                waiting.append(one)
        elif not made or opens_another(text, one, made[-1], strongest[-1]):
            made.append([*head(text, waiting, one), one])
            strongest.append(one.scored)
            waiting = []
        else:
            between = [unit for unit in waiting if not unit.has("rien")]
            made[-1].extend([*between, one])
            strongest[-1] = max(strongest[-1], one.scored, key=lambda scored: scored.top)
            waiting = []
    return made


def asked_for(current: Sequence[Judged]) -> bool:
    return any(unit.has("demande") for unit in current)


def head(text: str, waiting: Sequence[Judged], one: Judged) -> list[Judged]:
    """The sentences just before, in the same block, that say who is concerned (« Je suis la mère de… »)."""
    found: list[Judged] = []
    following = one
    for unit in reversed(waiting):
        if following.before is not Before.SENTENCE:
            break
        found.insert(0, unit)
        following = unit
    kept = next((i for i, u in enumerate(found) if u.people or PRESENTS.search(text, u.start, u.end)), None)
    return [] if kept is None else found[kept:]


def explains(text: str, one: Judged, current: Sequence[Judged], *, listed: bool) -> bool:
    """Whether a sentence that tells nothing by itself goes with the matter before it."""
    if one.has("rien") and not one.people:
        return False
    if one.before >= Before.ITEM:
        return bool(one.people) or not listed
    if one.before >= Before.PARAGRAPH:
        return bool(one.people) and one.has("idem")
    if one.before is Before.LINE:
        return bool(one.people) or not (one.has("question") or text[one.start : one.end].endswith("?"))
    return True


def opens_another(text: str, one: Judged, current: Sequence[Judged], whole: Scored) -> bool:
    """Whether a unit that tells begins another matter than the current one, whose strongest unit is ``whole``."""
    same = akin(one.scored, whole)
    top, newcomers = one.scored.top, bool(one.people)
    if one.has("idem"):
        if (own := told_after_idem(text, one)) is not None:
            return bool(one.people) and own.top >= SURE and own.best != whole.best
        return not same and top >= (ALONE if newcomers and far(one.scored, whole) else ALONE + 2 * MARGIN)
    if one.before is Before.CLAUSE:
        return True
    if one.before >= Before.LINE and newcomers and quoted_differ(text, one, current):
        return True
    if one.before >= Before.ITEM and announced(text, current) and top < ANNOUNCED * whole.top:
        return False
    if one.before >= Before.ITEM:
        return one.scored.best != whole.best and not (same and not newcomers and one.has("suite"))
    if one.before is Before.LINE and not newcomers and announced(text, current) and not far(one.scored, whole):
        return False
    if one.has("autre"):
        return one.scored.best != whole.best or newcomers
    if one.has("question") and top < PLAIN:
        return False
    if one.has("aussi"):
        return not same
    if only_asks(text, current) and one.before is Before.SENTENCE:
        return False
    if one.before >= Before.LINE:
        needed = SURE + (4.0 if one.has("suite") and not newcomers else 0.0)
        return not same and top >= needed and (newcomers or far(one.scored, whole) or top >= ALONE)
    added = bool(re.match(r"\s*et\b", text[one.start : one.end], re.IGNORECASE))
    if CONTRASTED.match(text, one.start, one.end) and one.has("panne"):
        return not same and top >= SURE
    newcomers = newcomers or other_person(text[current[-1].start : current[-1].end], text[one.start : one.end])
    relative = SUBJECT.match(text, one.start, one.end)
    if relative is not None and relative["own"] and ALSO.search(text, one.start, one.end):
        return not same and top >= ALONE
    if newcomers and WRITERS_OWN.search(text, current[-1].start, current[-1].end) and not one.has("autre"):
        return not same and top >= ALONE and far(one.scored, whole)
    if (newcomers or (added and far(one.scored, whole))) and not one.has("suite"):
        return not same and top >= SURE
    return not same and not one.has("suite") and top >= ALONE and far(one.scored, whole)


def told_after_idem(text: str, one: Judged) -> Scored | None:
    """« Idem pour M. Ruiz : ne voit que Camille »: the trouble that is told there, None when it is only the same."""
    match = IDEM_BUT.match(text, one.start, one.end)
    scored = score(text, match.end(), one.end) if match else None
    return scored if scored is not None and "panne" in scored.cues else None


def other_person(before: str, after: str) -> bool:
    """« le nouvel élève… » then « la gestionnaire… », « Son fils, lui, … »: another person, though nobody is named."""
    first, second = SUBJECT.match(before), SUBJECT.match(after)
    if second is None:
        return False
    return first is not None and not second["own"] and role(first) != role(second)


def role(subject: re.Match[str]) -> str:
    return next(name for name in ("parent", "eleve", "prof", "agent") if subject[name])


def announced(text: str, current: Sequence[Judged]) -> bool:
    """Whether the matter so far ends with a colon: what is listed below are its cases."""
    return (
        text[current[-1].start : current[-1].end].rstrip().endswith(":")
        or current[0].before < Before.ITEM <= current[-1].before
    )


def only_asks(text: str, current: Sequence[Judged]) -> bool:
    """Whether all that is told so far is a question in general: what follows is its case."""
    if len(current) > 1 or current[0].people or current[0].has("panne"):
        return False
    return text[current[0].start : current[0].end].rstrip().endswith("?")


def quoted_differ(text: str, one: Judged, current: Sequence[Judged]) -> bool:
    """Two stretches that quote different messages are two matters (two motives of reject, two recipients)."""
    mine = {match[1].lower() for match in QUOTED.finditer(text, one.start, one.end)}
    theirs = {match[1].lower() for unit in current for match in QUOTED.finditer(text, unit.start, unit.end)}
    return bool(mine and theirs and not mine & theirs)
