"""Findings and links of the program against the truth of a demo school: what is missed, what is said wrongly.

A reported (category, person) is right when the truth requires or tolerates it; a division or a group is right when the
finding quotes it. Homonyms are told apart by the division where the finding gives one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

import msgspec

from diagnostics.demo_school.truth import WITHOUT_PERSONS, Truth, TruthFinding, TruthLink, TruthPerson
from diagnostics.model import Finding, Link, Person, Profile, Record, Verdict
from diagnostics.text import code, code_source, fold

CODES = re.compile(r"[0-9A-Za-z]+(?: [0-9A-Za-z]+)?")


class Score(msgspec.Struct, kw_only=True):
    """One category: expected and found persons (or structures), what was missed, what is false."""

    category: str
    expected: int = 0
    found: int = 0
    said: int = 0
    missed: list[str] = []
    false: list[str] = []

    @property
    def recall(self) -> float:
        return self.found / self.expected if self.expected else 1.0

    @property
    def precision(self) -> float:
        return 1 - len(self.false) / self.said if self.said else 1.0


HEADER = f"{'catégorie':<12}{'attendus':>9}{'trouvés':>9}{'dits':>7}{'à tort':>8}{'rappel':>9}{'précision':>11}"


def line(one: Score) -> str:
    """One line of the table of recall and precision."""
    return (
        f"{one.category:<12}{one.expected:>9}{one.found:>9}{one.said:>7}{len(one.false):>8}"
        f"{one.recall:>9.3f}{one.precision:>11.3f}"
    )


def is_person(said: Person, true: TruthPerson) -> bool:
    """Whether a finding names this person, by any spelling an export gives."""
    name = (fold(said.surname), fold(said.given_names))
    if said.profile not in (Profile.INCONNU, Profile(true.profile)) and not both_staff(said.profile, true.profile):
        return False
    if name not in {(fold(surname), fold(given)) for surname, given in true.aliases}:
        return False
    divisions = {code(d) for d in (*true.divisions, true.division) if d}
    return not said.division or not divisions or code(said.division) in divisions


def both_staff(one: Profile, other: str) -> bool:
    outside = (Profile.ELEVE, Profile.PARENT)
    return one not in outside and other not in outside


def label(person: TruthPerson | Person) -> str:
    return f"{person.surname} {person.given_names} {person.division}".strip()


def quoted(finding: Finding) -> set[str]:
    """Codes of divisions and groups that a finding writes anywhere."""
    texts = [finding.summary, finding.cause, *(e.value for e in finding.evidence), *(e.field for e in finding.evidence)]
    found = {code(word) for value in texts for word in re.split(r"[^0-9A-Za-zÀ-ÿ]+", value)}
    found |= {code(match) for value in texts for match in CODES.findall(value)}
    return found | {code(person.division) for person in finding.persons}


def quotes(finding: Finding, true: TruthFinding) -> bool:
    return bool({code(s) for s in true.structures} & quoted(finding))


def findings(truth: Truth, said: Iterable[Finding]) -> dict[str, Score]:
    """One score a category, over what is required and what is reported."""
    scores: dict[str, Score] = {}
    by_category: dict[str, list[Finding]] = defaultdict(list)
    for finding in said:
        by_category[finding.category].append(finding)
    for true in truth.findings:
        required(scores.setdefault(true.category, Score(category=true.category)), true, by_category)
    allowed: dict[str, list[TruthFinding]] = defaultdict(list)
    for true in (*truth.findings, *truth.tolerated):
        for category in (true.category, *true.instead):
            allowed[category].append(true)
    for category, reported in by_category.items():
        score = scores.setdefault(category, Score(category=category))
        for finding in reported:
            judge(score, finding, allowed[category])
    return dict(sorted(scores.items()))


def required(score: Score, true: TruthFinding, by_category: Mapping[str, list[Finding]]) -> None:
    reported = [f for category in (true.category, *true.instead) for f in by_category.get(category, ())]
    if not true.persons:
        score.expected += 1
        if any(not true.structures or quotes(finding, true) for finding in reported):
            score.found += 1
        else:
            score.missed.append(" ".join(true.structures) or true.note)
        return
    named = [p for p in true.persons if any(is_person(s, p) for finding in reported for s in finding.persons)]
    if true.any_of:
        score.expected += 1
        score.found += bool(named)
        if not named:
            score.missed.append(" ou ".join(label(p) for p in true.persons))
        return
    score.expected += len(true.persons)
    score.found += len(named)
    score.missed += [f"{label(p)} ({true.note})" for p in true.persons if p not in named]


def judge(score: Score, finding: Finding, allowed: list[TruthFinding]) -> None:
    """Count what a finding says, and what of it nothing bears out."""
    whole = any(true.structures and quotes(finding, true) for true in allowed)
    if whole or (finding.category in WITHOUT_PERSONS and allowed):
        score.said += 1
        return
    if not finding.persons:
        score.said += 1
        score.false.append(finding.summary)
        return
    for person in finding.persons:
        score.said += 1
        if not any(is_person(person, p) for true in allowed for p in true.persons):
            score.false.append(f"{label(person)} : {finding.summary}")


class LinkScore(msgspec.Struct, kw_only=True):
    """One export: certain links right and wrong, candidates, absents."""

    source: str
    total: int = 0
    certain: int = 0
    wrong: list[str] = []
    """Certain links to another person's account."""
    unacceptable: list[str] = []
    """Verdicts that the truth does not accept, wrong links included."""
    first: int = 0
    """Persons with an account whose account is the chosen or the first one."""
    with_account: int = 0
    unknown: int = 0
    """Records of the truth for which no link was given."""


def links(truth: Truth, given: Iterable[tuple[str, Link]]) -> dict[str, LinkScore]:
    """``given``: (kind of the export, link). Each truth is used once, so that homonyms are counted one by one."""
    by_key: dict[tuple[str, str], list[Link]] = defaultdict(list)
    for source, link in given:
        for key in keys(source, link.record.ids, link.record):
            by_key[source, key].append(link)
    scores: dict[str, LinkScore] = {}
    used: set[int] = set()
    for true in truth.links:
        score = scores.setdefault(true.source, LinkScore(source=true.source))
        score.total += 1
        found = next(
            (
                link
                for key in keys(true.source, true.ids, true)
                for link in by_key.get((true.source, key), ())
                if id(link) not in used and (not key.startswith("name:") or same_name(link.record, true))
            ),
            None,
        )
        if found is None:
            score.unknown += 1
            continue
        used.add(id(found))
        judge_link(score, true, found)
    return scores


def judge_link(score: LinkScore, true: TruthLink, found: Link) -> None:
    chosen = found.account.ids.get("uid", "") if found.account else ""
    best = chosen or (found.candidates[0].account.ids.get("uid", "") if found.candidates else "")
    name = f"{true.surname} {true.given_names} [{true.trap}]"
    if true.account_uid:
        score.with_account += 1
        score.first += best in true.account_uids
    if found.verdict is Verdict.CERTAIN:
        score.certain += 1
        if chosen not in true.account_uids:
            score.wrong.append(name)
    if found.verdict.value not in true.acceptable_verdicts or (chosen and chosen not in true.account_uids):
        score.unacceptable.append(f"{name} : {found.verdict.value}")


def keys(source: str, ids: Mapping[str, str], person: Record | TruthLink) -> list[str]:
    """What finds a record again, surest first."""
    found = [f"{k}:{ids[k]}" for k in ("eleve_id", "personne_id", "sts_id", "ident", "educonnect") if ids.get(k)]
    if source == "ent_rapprochements":
        birth = getattr(person, "birth_date", "")
        found.append(f"source:{ids.get('code_source') or code_source(person.given_names, person.surname, birth)}")
    return [*found, f"name:{fold(person.surname)}|{fold(person.given_names)}"]


def same_name(record: Record, true: TruthLink) -> bool:
    return fold(record.surname) == fold(true.surname) and fold(record.given_names) == fold(true.given_names)
