"""What the intake makes of a message: an immutable whole that the terminal, the scripts and the tickets share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from diagnostics.intake.parts import Piece
from diagnostics.intake.persons import Mention
from diagnostics.intake.raw import RawMessage
from diagnostics.intake.sensitive import Sensitive
from diagnostics.model import Incident, Person, Route, Span
from diagnostics.settings import Settings

if TYPE_CHECKING:
    from diagnostics.school import School


@dataclass(frozen=True)
class Context:
    """What a message was read with: kept so that an edit can be worked out again."""

    settings: Settings
    now: datetime
    school: School | None = None


@dataclass(frozen=True)
class Message:
    """A message cut into incidents.

    Attributes:
        raw: as it arrived; all offsets count its ``text``.
        pieces: greeting, body, signature, quotes…, in order.
        incidents: in order of appearance.
        routes: by incident id.
        others: persons named who are not concerned (signatory, relay, predecessor).
        needs_clarification: nothing usable is said: ask before routing.
        questions: the closed list to send back, French.
        resolved: ranges that say something works again.
        homonyms: by « Prénom Nom », the loaded persons that may be meant, when more than one.
        findings: by incident id, (finding id, « explique » or « contredit », French sentence).
        mentions: every person named, in order.
    """

    raw: RawMessage
    pieces: tuple[Piece, ...]
    incidents: tuple[Incident, ...]
    routes: Mapping[str, Route]
    context: Context
    others: tuple[Person, ...] = ()
    needs_clarification: bool = False
    questions: tuple[str, ...] = ()
    sensitive: tuple[Sensitive, ...] = ()
    resolved: tuple[Span, ...] = ()
    homonyms: Mapping[str, tuple[Person, ...]] = field(default_factory=dict)
    findings: Mapping[str, tuple[tuple[str, str, str], ...]] = field(default_factory=dict)
    mentions: tuple[Mention, ...] = ()
    sender: Person | None = None

    def incident(self, incident_id: str) -> Incident:
        """The incident of that id.

        Raises:
            KeyError: there is none.
        """
        for one in self.incidents:
            if one.id == incident_id:
                return one
        raise KeyError(incident_id)
