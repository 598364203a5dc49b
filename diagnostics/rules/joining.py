"""From identities to views: the records of one person together, and what is left apart because it is not settled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from diagnostics.model import Export, Identity, Link, Record, Verdict
from diagnostics.rules.basics import division_key, locate
from diagnostics.rules.view import TOOLS, WALL, Tool, View, name_keys


def build_views(
    active: Iterable[Export],
    identities: Iterable[Identity],
    loaded: Callable[[Record], Record | None],
    link_at: Mapping[int, Link],
) -> tuple[tuple[View, ...], dict[int, View]]:
    """Views of the identities, then of the records that no identity holds (joined by the account they state)."""
    tools = {export.id: TOOLS.get(export.kind, Tool.OTHER) for export in active}
    views: list[View] = []
    at: dict[int, View] = {}
    for identity in identities:
        records = [r for stated in identity.records if (r := loaded(stated)) is not None and id(r) not in at]
        for part in settled_parts(records, tools, link_at):
            view = View(identity, identity.profile)
            for record in part:
                view.add(tools[record.origin.export], record)
                at[id(record)] = view
            views.append(view)
    accounts: dict[tuple[str, str], View] = {}
    for view in views:
        for record in view.of(Tool.ENT):
            if uid := record.ids.get("uid", ""):
                accounts.setdefault((uid, WALL.get(record.profile, "")), view)
    for export in active:
        tool = tools[export.id]
        for record in export.records:
            if id(record) in at:
                continue
            account = (record.ids.get("uid", ""), WALL.get(record.profile, ""))
            known = accounts.get(account) if tool is Tool.ENT and account[0] else None
            if known is None:
                known = View(None, record.profile)
                views.append(known)
                if tool is Tool.ENT and account[0]:
                    accounts[account] = known
            known.add(tool, record)
            at[id(record)] = known
    views = join_unknown(views, at)
    views.sort(key=lambda view: (view.key, locate(view.best)[1:], view.best.birth_date))
    return tuple(views), at


def settled_parts(
    records: list[Record], tools: Mapping[str, Tool], link_at: Mapping[int, Link]
) -> Iterator[list[Record]]:
    """The records of an identity, the accounts apart when the ministry's own record is still to confirm against them.

    A crossed identifier may hold two namesakes together: what waits for the agent is not said of either.
    """
    doubtful = [
        record for record in records if (link := link_at.get(id(record))) is not None and link.verdict is Verdict.REVIEW
    ]
    sources = {id(r) for r in doubtful if tools[r.origin.export] in {Tool.SIECLE, Tool.STS}}
    if not sources or not any(tools[r.origin.export] is Tool.ENT for r in records):
        if records:
            yield records
        return
    mine = {id(record) for record in doubtful}
    yield [record for record in records if id(record) in mine]
    yield [record for record in records if id(record) not in mine]


def join_unknown(views: list[View], at: dict[int, View]) -> list[View]:
    """Join the accounts of EduConnect of those whom the ENT does not know to what SIECLE says of them.

    No account settles who they are, and EduConnect states no birth date: the name must be borne once on each side, by a
    pupil of one class or by the guardian of a child of one name.
    """
    siecle: dict[tuple[str, str, str], list[View]] = defaultdict(list)
    educonnect: dict[tuple[str, str, str], list[View]] = defaultdict(list)
    for view in views:
        if Tool.ENT in view.by_tool:
            continue
        found = siecle if Tool.SIECLE in view.by_tool else educonnect if Tool.EDUCONNECT in view.by_tool else None
        if found is not None and Tool.EDUCONNECT not in (view.by_tool if found is siecle else ()):
            for key in {key for record in view.records() for key in name_keys(record)}:
                found[WALL.get(view.profile, ""), *key].append(view)
    gone: set[int] = set()
    for name, loose in educonnect.items():
        known = siecle.get(name, ())
        if len(loose) != 1 or len(known) != 1 or id(loose[0]) in gone:
            continue
        account, owner = loose[0], known[0]
        classes = [{division_key(r.division) for r in v.records() if r.division} for v in (account, owner)]
        if all(classes) and not classes[0] & classes[1]:
            continue
        gone.add(id(account))
        for tool, records in account.by_tool.items():
            for record in records:
                owner.add(tool, record)
                at[id(record)] = owner
    return [view for view in views if id(view) not in gone]
