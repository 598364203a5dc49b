"""One account serves one person: the assignment of greatest total evidence inside a block of rivals."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence

Edges = Mapping[int, Mapping[int, float]]
"""For each record, the accounts it may have and the worth of each (above 0: better than having none)."""


def blocks(edges: Edges) -> list[list[int]]:
    """Records that dispute accounts among them, directly or not; each block and the list are sorted."""
    parent: dict[int, int] = {record: record for record in edges}

    def root(record: int) -> int:
        while parent[record] != record:
            parent[record] = parent[parent[record]]
            record = parent[record]
        return record

    owner: dict[int, int] = {}
    for record in sorted(edges):
        for account in edges[record]:
            first = owner.setdefault(account, record)
            parent[root(record)] = root(first)
    found: dict[int, list[int]] = {}
    for record in sorted(edges):
        found.setdefault(root(record), []).append(record)
    return sorted(found.values())


def best(records: Sequence[int], edges: Edges) -> dict[int, int]:
    """Account of each record in the assignment of greatest total worth; records left without one are not in it.

    Shortest augmenting paths with potentials (Jonker & Volgenant 1987), on the edges that exist.
    """
    # cost = -worth; each record also has a private dummy account of cost 0, so that having none is allowed.
    potential_account: dict[int, float] = {}
    potential_record: dict[int, float] = {}
    holder: dict[int, int] = {}
    held: dict[int, int] = {}
    for record in records:
        potential_record[record] = -max([0.0, *edges[record].values()])
    for start in records:
        _augment(start, edges, potential_record, potential_account, holder, held)
    return {record: account for record, account in held.items() if account >= 0}


def _augment(
    start: int,
    edges: Edges,
    potential_record: dict[int, float],
    potential_account: dict[int, float],
    holder: dict[int, int],
    held: dict[int, int],
) -> None:
    distance: dict[int, float] = {}
    came: dict[int, int] = {}
    done: dict[int, float] = {}
    reached_records: dict[int, float] = {start: 0.0}
    queue: list[tuple[float, int]] = []

    def relax(record: int, base: float) -> None:
        for account, cost in _costs(record, edges):
            if account in done:
                continue
            length = base + cost - potential_record[record] - potential_account.get(account, 0.0)
            if length < distance.get(account, float("inf")) - 1e-12:
                distance[account] = length
                came[account] = record
                heapq.heappush(queue, (length, account))

    relax(start, 0.0)
    while True:
        length, account = heapq.heappop(queue)
        if account in done or length > distance[account] + 1e-12:
            continue
        done[account] = length
        if account not in holder:
            break
        next_record = holder[account]
        reached_records[next_record] = length
        relax(next_record, length)
    final = length
    for record, reached in reached_records.items():
        potential_record[record] += final - reached
    for other, reached in done.items():
        potential_account[other] = potential_account.get(other, 0.0) + reached - final
    while True:
        record = came[account]
        before = held.get(record)
        holder[account] = record
        held[record] = account
        if record == start:
            return
        assert before is not None
        account = before


def _costs(record: int, edges: Edges) -> Iterable[tuple[int, float]]:
    for account, worth in edges[record].items():
        if worth > 0:
            yield account, -worth
    yield -1 - record, 0.0
