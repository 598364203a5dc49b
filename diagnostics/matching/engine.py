"""Every record of the other exports set against the accounts of the ENT."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Mapping

from diagnostics.matching import absent, keys
from diagnostics.matching.accounts import account_exports, merged
from diagnostics.matching.compare import Pair
from diagnostics.matching.decide import RIVAL, score
from diagnostics.matching.explain import fields, why
from diagnostics.matching.run import Run
from diagnostics.matching.surroundings import surroundings
from diagnostics.model import Candidate, Decision, Export, Link, Record, Verdict

Progress = Callable[[str, int, int], None]
Partial = Callable[[Export, tuple[Link, ...]], None]
Elsewhere = Callable[[str], Record | None]
STEP = "rapprochement avec l’ENT"
CUT = "« {} » est coupé : le compte peut être dans la partie qui manque, refaites cet export avant de conclure"


def match(
    exports: Iterable[Export],
    *,
    against: str | None = None,
    decisions: Mapping[str, Decision] | None = None,
    elsewhere: Elsewhere | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    partial: Partial | None = None,
) -> tuple[Link, ...]:
    """One link for each record of the active exports that are not the ENT's accounts.

    Args:
        exports: as loaded; superseded ones are left out.
        against: file name, member or id of the export to hold as the accounts; by default every ENT account export.
        decisions: agents' decisions by record key; they outrank everything.
        elsewhere: the account of a key that no loaded export has (``search.Region.account``), for such decisions.
        progress: called with (French step, records done, in all); each record is done twice.
        cancelled: asked between exports; nothing is returned once it says so.
        partial: called with an export and its first verdicts, which the evidence of the other exports may still mend.

    Returns:
        Links in the order of exports and records. Empty when no account export is loaded.
    """
    # A run makes a million objects that all live to its end: looking for garbage among them doubles its time.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _match(keys.active(exports), against, decisions or {}, elsewhere, progress, cancelled, partial)
    finally:
        if collecting:
            gc.enable()


def _match(
    active: tuple[Export, ...],
    against: str | None,
    decisions: Mapping[str, Decision],
    elsewhere: Elsewhere | None,
    progress: Progress | None,
    cancelled: Callable[[], bool] | None,
    partial: Partial | None,
) -> tuple[Link, ...]:
    holders = account_exports(active, against)
    held = {export.id for export in holders}
    sources = [export for export in active if export.id not in held and export.records]
    groups = merged(holders)
    if not groups or not sources:
        return ()
    total = 2 * sum(len(export.records) for export in sources)
    if progress:
        progress(STEP, 0, total)
    run = Run(holders, sources, groups, decisions, elsewhere)
    around = surroundings(run)
    done = 0
    for number in run.order:
        if cancelled and cancelled():
            return ()
        run.first_pass(number)
        done += len(sources[number].records)
        if partial:
            partial(sources[number], _links(run, number, around))
        if progress:
            progress(STEP, done, total)
    run.enrich()
    for number in run.order:
        if cancelled and cancelled():
            return ()
        run.second_pass(number)
        done += len(sources[number].records)
        if progress:
            progress(STEP, done, total)
    run.settle_alike()
    return tuple(link for number in range(len(sources)) for link in _links(run, number, around))


def _links(run: Run, number: int, around: Callable[[int], absent.Around]) -> tuple[Link, ...]:
    export, start = run.sources[number], run.starts[number]
    return tuple(
        _link(run, export, record, run.keys[number][offset], start + offset, around)
        for offset, record in enumerate(export.records)
    )


def _candidate(pair: Pair, prior: float) -> Candidate:
    return Candidate(
        account=pair.account.records[0], score=score(pair.bits + prior), why=why(pair), fields=fields(pair)
    )


def _link(
    run: Run, export: Export, record: Record, key: str, place: int, around: Callable[[int], absent.Around]
) -> Link:
    decision = run.decisions.get(key)
    if decision is not None and not decision.account_key:
        return Link(
            key=key,
            record=record,
            verdict=Verdict.ABSENT,
            why=f"aucun compte, décidé par {decision.agent}",
            expected=absent.expected(record, export, around(place)),
            decided_by=decision.agent,
            decided_at=decision.at,
        )
    decided, prior = run.decided[place], run.prior[place]
    if decision is not None and (chosen := run.chosen(decision.account_key)) is not None:
        pair = run.compare(run.persons[place], chosen)
        candidate = _candidate(pair, prior)
        return Link(
            key=key,
            record=record,
            verdict=Verdict.CERTAIN,
            account=candidate.account,
            candidates=(candidate,),
            why=f"décidé par {decision.agent} ; {candidate.why}",
            decided_by=decision.agent,
            decided_at=decision.at,
        )
    candidates = tuple(_candidate(pair, prior) for pair in decided.pairs)
    if decision is not None:
        return Link(
            key=key,
            record=record,
            verdict=Verdict.REVIEW,
            candidates=candidates,
            why=f"le compte choisi par {decision.agent} n’est plus dans les exports chargés",
        )
    if not candidates and (cut := run.cut(place)):
        return Link(key=key, record=record, verdict=Verdict.REVIEW, why=CUT.format(cut))
    if not candidates:
        return Link(
            key=key,
            record=record,
            verdict=Verdict.ABSENT,
            why=decided.reason or "aucun compte ne lui ressemble assez",
            expected=absent.expected(record, export, around(place)),
        )
    reason = candidates[0].why
    if decided.certain:
        return Link(
            key=key,
            record=record,
            verdict=Verdict.CERTAIN,
            account=candidates[0].account,
            candidates=candidates,
            why=reason,
        )
    if len(candidates) > 1:
        reason = f"{len(candidates)} comptes possibles ; le plus proche : {reason}"
    if decided.reason and (len(candidates) == 1 or decided.reason != RIVAL):
        reason = f"{decided.reason} ; {reason}"
    return Link(key=key, record=record, verdict=Verdict.REVIEW, candidates=candidates, why=reason)
