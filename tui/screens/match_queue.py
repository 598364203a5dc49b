"""Who is gone through in Rapprochement: their order, who is decided, and their lines in the list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from diagnostics.model import Link, Verdict
from diagnostics.text import fold
from tui import strings
from tui.glyphs import fit
from tui.screens.base import Sorts
from tui.screens.wording import SHORT_PROFILES, record_name
from tui.session import Session
from tui.theme import DIM, GOOD, NORMAL, WARN, Spans

SORTS: Sorts = {
    "programme": ("p", "à confirmer d’abord, puis sans compte"),
    "nom": ("n", "nom, prénom"),
    "profil": ("r", "profil, nom"),
    "classe": ("c", "classe, nom"),
    "score": ("s", "les plus ressemblants d’abord"),
}
VERDICT_SIGNS = {Verdict.CERTAIN: "√", Verdict.REVIEW: "?", Verdict.ABSENT: "×"}
FIXED, WHO = 42, 17
"""Cells of the columns other than the two names, and those of the class and the birth date, or of the children."""


class Queue:
    """The persons of a sitting, decided or not, in an order that stays.

    Attributes:
        links: one for each person.
        index: the current one.
        sort: name of the order, of ``SORTS``.
    """

    def __init__(self) -> None:
        self.links: list[Link] = []
        self.index = 0
        self.sort = "programme"
        self._place: dict[str, int] = {}
        """Where the program put each person."""
        self._school: object = None

    @property
    def current(self) -> Link | None:
        return self.links[self.index] if 0 <= self.index < len(self.links) else None

    def refresh(self, session: Session) -> bool:
        """Take the persons of a new analysis; returns whether there was one.

        It may end under the eyes of the agent: the person on whom they are stays, or the next key would decide for
        somebody else.
        """
        if self._school is not session.school:
            self._school = session.school
            held, near = self.current.key if self.current else "", self.index
            self.links = session.to_match()
            self._place = {link.key: place for place, link in enumerate(self.links)}
            self.index = 0
            self.sort_by(self.sort)
            self.index = self._index_of(held, near)
            return True
        if not self.links:
            self.links = session.to_match()
        return False

    def _index_of(self, key: str, near: int) -> int:
        """Where a person is; when an agent has decided of them, the place they left."""
        found = next((place for place, link in enumerate(self.links) if link.key == key), None)
        return min(near, max(len(self.links) - 1, 0)) if found is None else found

    def begin_at(self, session: Session, key: str) -> None:
        """The person of that key, else the first one who is not decided."""
        found = (place for place, link in enumerate(self.links) if link.key == key)
        self.index = next(found, self.next_undecided(session, 0))

    def next_undecided(self, session: Session, start: int) -> int:
        """The first undecided person from ``start``, going round; ``start`` when all are decided."""
        count = len(self.links)
        for step in range(count):
            index = (start + step) % count
            if self.links[index].key not in session.decisions:
                return index
        return min(start, max(count - 1, 0))

    def decided(self, session: Session) -> set[str]:
        """Keys of the persons of whom an agent has decided."""
        return {link.key for link in self.links if link.key in session.decisions}

    def sort_by(self, name: str) -> None:
        """Another order; the current person stays current."""
        held, self.sort = self.current, name
        orders: dict[str, Callable[[Link], Any]] = {
            "programme": lambda link: self._place[link.key],
            "nom": lambda link: fold(record_name(link.record)),
            "profil": lambda link: (SHORT_PROFILES[link.record.profile], fold(record_name(link.record))),
            "classe": lambda link: (not link.record.division, link.record.division, fold(record_name(link.record))),
            "score": lambda link: -(link.candidates[0].score if link.candidates else 0),
        }
        self._place = {**{link.key: i for i, link in enumerate(self.links)}, **self._place}
        self.links.sort(key=orders[name])
        if held is not None:
            self.index = self._index_of(held.key, self.index)

    def named(self, text: str) -> list[Link]:
        """Those whose name has every word."""
        words = fold(text).split()
        return [link for link in self.links if all(word in fold(record_name(link.record)) for word in words)]


def queue_header(width: int) -> Spans:
    name = name_width(width)
    return [(f"  {fit('Personne', name)} Profil Cl.   Né(e) le   Dans {fit('Le plus proche', name)}", DIM)]


def name_width(width: int) -> int:
    return max((width - FIXED) // 2, 14)


def draw_link(session: Session, link: Link, width: int) -> Spans:
    """A person: decided or not, who, and the account that is nearest or was chosen."""
    decided = link.key in session.decisions
    account = session.chosen_account(link)
    if decided:
        near = f"√ {record_name(account)}" if account else "√ aucun compte"
    elif link.candidates:
        name = record_name(link.candidates[0].account)
        near = f"{link.candidates[0].score:.0f} {strings.SAME_NAME if name == record_name(link.record) else name}"
    else:
        near = "–"
    return [
        ("√ " if decided else VERDICT_SIGNS[link.verdict] + " ", GOOD if decided else WARN),
        (fit(record_name(link.record), name_width(width)) + " ", NORMAL),
        (fit(SHORT_PROFILES[link.record.profile], 7), NORMAL),
        (fit(apart_by(link), WHO - 1) + " ", NORMAL),
        (fit(session.family(link.record), 4), NORMAL),
        (near, NORMAL),
    ]


def apart_by(link: Link) -> str:
    """What tells persons of one name apart: class and birth date, or the children."""
    record = link.record
    compared = link.candidates[0].fields if link.candidates else ()
    children = ", ".join(record.children) or next((one.left for one in compared if one.field == "enfants"), "")
    if children and not record.division:
        return f"de {children}"
    return fit(record.division, 6) + (strings.birth(record.birth_date) if record.birth_date else "")
