"""Whom an agent must decide of, what was decided, and who has which account because of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from diagnostics.model import Decision, Link, Record, Verdict
from tui.directory import Directory, Index

if TYPE_CHECKING:
    from diagnostics.store import Store


class Deciding(Directory):
    """The queue of persons to match, and the decisions on them.

    Attributes:
        agent: who decides.
        decisions: what agents decided, by key of the record.
        stale: decisions were taken since the analysis.
    """

    def __init__(self) -> None:
        super().__init__()
        self.agent = ""
        self.decisions: Mapping[str, Decision] = {}
        self.stale = False
        self._person: dict[str, str] = {}
        self._given: Sequence[Link] | None = None

    def open_store(self) -> Store:
        """Where decisions are kept."""
        raise NotImplementedError

    def show(self, index: Index) -> None:
        super().show(index)
        self._person, self._given = {}, None

    def hold(self, decisions: Mapping[str, Decision]) -> None:
        """These are the decisions from now on."""
        self.decisions, self._given = decisions, None

    def to_match(self) -> list[Link]:
        """Who waits for an agent, one link for each person: to confirm first, then those without account."""
        seen: set[str] = set()
        found = []
        for verdict in (Verdict.REVIEW, Verdict.ABSENT):
            for link in self.unsettled:
                if link.verdict is verdict and self.waits(link) and (person := self.person_of(link)) not in seen:
                    seen.add(person)
                    found.append(link)
        return found

    def waits(self, link: Link) -> bool:
        """Whether a link needs an agent: not certain, not decided, and nothing explains the absence."""
        return link.verdict is not Verdict.CERTAIN and link.key not in self.decisions and not link.expected

    def person_of(self, link: Link) -> str:
        """What tells a person from another in the queue: the identity the program made, else the record itself."""
        if link.key not in self._person:
            identity = self.identity(link.record)
            self._person[link.key] = identity.id if identity else link.key
        return self._person[link.key]

    def same_person(self, link: Link) -> list[Link]:
        """The undecided links of the other records of that person: one decision answers them all."""
        person = self.person_of(link)
        return [other for other in self.unsettled if other.key != link.key and self.waits(other)
                and self.person_of(other) == person]  # fmt: skip

    def decide(self, link: Link, account: Record | None) -> None:
        """Keep the agent's choice for every record of the person; on disk before this returns.

        Raises:
            Refusal: the base does not take the write.
        """
        store = self.open_store()
        key = self.account_key(account) if account is not None else ""
        moment = datetime.now().astimezone().isoformat(timespec="microseconds")
        store.decide(*(
            Decision(record_key=one.key, account_key=key, agent=self.agent, at=moment)
            for one in (link, *self.same_person(link))
        ))  # fmt: skip
        self.hold(store.decisions())
        self.stale = True

    def chosen_account(self, link: Link) -> Record | None:
        """The account that holds for a link: the agent's, else the program's when certain."""
        decision = self.decisions.get(link.key)
        if decision is None:
            return link.account if link.verdict is Verdict.CERTAIN else None
        return self.account_of(decision.account_key) if decision.account_key else None

    def holder(self, account: Record, besides: Link) -> Link | None:
        """Another record of the same export that has this account, by the program's verdict or an agent's decision."""
        export = besides.record.origin.export
        settled = self.places.holders(export, account) if self.places else []
        for link in (*settled, *self.given()):
            if link.key != besides.key and link.record.origin.export == export:
                chosen = self.chosen_account(link)
                if chosen is not None and self.same_account(chosen, account):
                    return link
        return None

    def given(self) -> Sequence[Link]:
        """The links to which an agent gave an account since the analysis."""
        if self._given is None:
            self._given = [link for link in self.unsettled if self.chosen_account(link) is not None]
        return self._given
