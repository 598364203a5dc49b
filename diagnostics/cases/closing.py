"""A newer load says what became of the incidents: solved, still there, back. What it closes, an agent can undo."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from diagnostics.cases import dates
from diagnostics.cases.alike import group_of
from diagnostics.cases.follow import move
from diagnostics.cases.recheck import Change, compare
from diagnostics.model import KIND_LABELS, Export, Finding, Kind, Struct
from diagnostics.settings import Settings
from diagnostics.states import FIRST_STATE, SOLVED
from diagnostics.store import PROGRAM, Followed, Group, IncidentState, Snapshot, Store
from diagnostics.store.values import INCIDENT, decode

if TYPE_CHECKING:
    from diagnostics.school import School

CAME_BACK = "revenu dans"
"""How the last line of the note of a reopened incident begins."""
OLD_EXPORTS = "aucun export plus récent n'est chargé"


class Seen(Struct, frozen=True, kw_only=True):
    """What the exports loaded say of a followed incident."""

    incident: str
    change: Change
    why: str
    """French sentence."""


class News(Struct, frozen=True, kw_only=True):
    """What a load changes, against the last one of the same school."""

    seen: tuple[Seen, ...] = ()
    new: tuple[str, ...] = ()
    """Ids of findings that the last load did not show."""
    back: tuple[str, ...] = ()
    """Those of them that an earlier load showed."""
    gone: int = 0
    """How many findings of the last load are solved: no longer there, though they could be seen."""


def after_load(store: Store, school: School) -> News:
    """What this load says of the incidents followed and of the last load; remembered for the next one.

    Raises:
        Refusal: the base does not take the write.
    """
    found = {finding.id: finding.category for finding in school.findings}
    exports = newest(school.loaded.active())
    past = store.snapshots(school.uai)
    store.keep_snapshot(school.uai, exports, found)
    unchecked = {category for category, _ in school.not_checked}
    last, before = last_other(past, exports, found)
    new = tuple(identifier for identifier in found if last and identifier not in last.findings)
    return News(
        seen=look_again(store.followed(), store.incident_states(), school),
        new=new,
        back=tuple(identifier for identifier in new if any(identifier in snapshot.findings for snapshot in before)),
        gone=sum(
            i not in found and category not in unchecked for i, category in (last.findings if last else {}).items()
        ),
    )


def last_other(
    past: Sequence[Snapshot], exports: Mapping[str, str], found: Mapping[str, str]
) -> tuple[Snapshot | None, Sequence[Snapshot]]:
    """The last load that was not this very one, and those before it."""
    kept = list(past)
    while kept and (dict(kept[-1].exports), dict(kept[-1].findings)) == (dict(exports), dict(found)):
        kept.pop()
    return (kept[-1], kept[:-1]) if kept else (None, ())


def look_again(
    followed: Mapping[str, Followed], states: Mapping[str, IncidentState], school: School
) -> tuple[Seen, ...]:
    """What the loaded exports say of the incidents that wait, of those that were solved, and of those that an agent
    closed and that newer exports still show: these are told and stay closed, since somebody decided it."""
    mine = {
        incident: known
        for incident, known in followed.items()
        if known.incident.finding and incident in states and school.uai in ("", known.school)
    }
    waiting = {i: known for i, known in mine.items() if not states[i].closed}
    over = {i: known for i, known in mine.items() if states[i].closed}
    exports = school.loaded.active()
    results = compare(
        [stub(known) for known in {known.incident.finding: known for known in waiting.values()}.values()],
        school.findings,
        unchecked={category for category, _ in school.not_checked} | school.unseen,
    )
    by_finding = {result.before.id: result for result in results if result.before}
    found = []
    for incident, known in waiting.items():
        result = by_finding[known.incident.finding]
        change, why = result.change, ""
        if change is Change.SOLVED:
            proof = proving(known, exports)
            change, why = (change, f"ne se voit plus dans {proof}") if proof else (Change.NOT_CHECKED, OLD_EXPORTS)
        elif change is Change.REMAINS:
            proof = proving(known, exports, result.after)
            why = f"se voit encore dans {proof}" if proof else OLD_EXPORTS
            change = change if proof else Change.NOT_CHECKED
            if proof and result.solved:
                why += f" ; réglé pour {len(result.solved)} des personnes"
        elif change is Change.NOT_CHECKED:
            why = "les exports chargés ne permettent pas de le vérifier"
        found.append(Seen(incident=incident, change=change, why=why))
    there = {finding.id: finding for finding in school.findings}
    for incident, known in over.items():
        state = states[incident]
        later = [export for export in exports if dates.newer(export.made_on, state.since)]
        finding = there.get(known.incident.finding)
        if finding is None or not later:
            continue
        later = showing(finding, later)
        if state.state == SOLVED:
            found.append(Seen(incident=incident, change=Change.BACK, why=f"{CAME_BACK} {label(later)}"))
        else:
            why = f"{state.state} le {dates.said(state.since)}, se voit encore dans {label(later)}"
            found.append(Seen(incident=incident, change=Change.REMAINS, why=why))
    return tuple(found)


def stub(known: Followed) -> Finding:
    incident = known.incident
    return Finding(id=incident.finding, category=incident.category, summary=incident.summary, persons=incident.persons)


def proving(known: Followed, exports: Sequence[Export], finding: Finding | None = None) -> str:
    """The export that shows the incident as it is now: newer than when it was taken up, none being older; else "".

    Args:
        finding: the anomaly as it is seen now: of the newer exports, those that it quotes are named first.
    """
    current, latest = newest(exports), max(known.seen_in.values(), default="")
    if any(dates.newer(known.seen_in[kind], made_on) for kind, made_on in current.items() if kind in known.seen_in):
        return ""
    later = [export for export in exports if dates.newer(export.made_on, known.seen_in.get(export.kind, latest))]
    return label(showing(finding, later) if finding else later)


def showing(finding: Finding, exports: Sequence[Export]) -> list[Export]:
    """The exports that an anomaly quotes, all when it quotes none of them."""
    quoted = {proof.origin.export for proof in finding.evidence}
    return [export for export in exports if export.id in quoted] or list(exports)


def label(exports: Sequence[Export]) -> str:
    """« l'export ENT annuaire du 16/09/2026 » of the newest."""
    if not exports:
        return ""
    # A list whose software was not named proves less than an export that says what it is.
    best = max(exports, key=lambda export: (export.kind is not Kind.TABLEAU, export.made_on, export.kind))
    told = " (date du fichier)" if best.made_from == "fichier" else ""
    return f"l'export {KIND_LABELS[Kind(best.kind)]} du {dates.said(best.made_on)}{told}"


def newest(exports: Iterable[Export]) -> dict[str, str]:
    """Kind of export → date of the newest."""
    found: dict[str, str] = {}
    for export in exports:
        found[str(export.kind)] = max(export.made_on, found.get(str(export.kind), ""))
    return found


def settle(store: Store, seen: Iterable[Seen], agent: str, *, settings: Settings, now: datetime) -> tuple[str, ...]:
    """Record « résolu » for what the exports show to be solved, with the proof in the note; the ids.

    A shared ticket is solved when nothing seen of any of its incidents says otherwise.
    """
    seen = tuple(seen)
    whys = {one.incident: one.why for one in seen if one.change is Change.SOLVED}
    waiting = {one.incident for one in seen} - set(whys)
    groups, done = store.groups(), set[str]()
    for incident in whys:
        together = members(incident, groups)
        if incident not in done and waiting.isdisjoint(together):
            done |= set(enter(store, together, SOLVED, whys, agent, settings=settings, now=now))
    return tuple(incident for incident in store.incident_states() if incident in done)


def reopen(store: Store, seen: Iterable[Seen], agent: str, *, settings: Settings, now: datetime) -> tuple[str, ...]:
    """Record « à qualifier » for what came back after it was solved, with what shows it in the note; the ids."""
    whys = {one.incident: one.why for one in seen if one.change is Change.BACK}
    groups, done = store.groups(), set[str]()
    for incident in whys:
        if incident not in done:
            together = members(incident, groups)
            done |= set(enter(store, together, FIRST_STATE, whys, agent, settings=settings, now=now))
    return tuple(incident for incident in store.incident_states() if incident in done)


def members(incident: str, groups: Mapping[str, Group]) -> tuple[str, ...]:
    """The incidents of one ticket."""
    group = group_of(incident, groups)
    return (group.lead, *group.members) if group else (incident,)


def enter(
    store: Store,
    together: Sequence[str],
    state: str,
    whys: Mapping[str, str],
    agent: str,
    *,
    settings: Settings,
    now: datetime,
) -> tuple[str, ...]:
    """Move the incidents of one ticket, each with what the exports say of it; what an agent took back is not done
    again by the program alone."""
    if agent == PROGRAM and any(taken_back(store, incident, state) for incident in together):
        return ()
    states = store.incident_states()
    notes = {
        incident: f"{states[incident].note if incident in states else ''}\n{whys.get(incident, '')}".strip()
        for incident in together
    }
    return move(store, together, state, agent, settings=settings, now=now, notes=notes)


def taken_back(store: Store, incident: str, state: str) -> bool:
    """Whether an agent undid what the program had entered of an incident."""
    return any(
        step.undone and step.agent == PROGRAM and step.kind == INCIDENT and step.after
        and decode(step.after, IncidentState).state == state
        for step in store.history(incident)
    )  # fmt: skip
