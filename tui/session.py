"""What the screens share: the school as analysed, what agents decided, and how to find one's way in both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from diagnostics.model import (
    Identity,
    Incident,
    Link,
    Loaded,
    Route,
    Ticket,
)
from diagnostics.safety import Refusal
from diagnostics.settings import Settings
from diagnostics.states import CLOSED, FIRST_STATE, SENT
from tui import analysis, following, received, undoing
from tui.analysis import CarryOut, Partly, Task
from tui.deciding import Deciding
from tui.directory import Index
from tui.half_typed import pasted
from tui.keeper import Keeper

if TYPE_CHECKING:
    from diagnostics.intake import Message
    from diagnostics.school import School
    from diagnostics.sources.unknown_columns import Unmapped
    from diagnostics.store import IncidentState, Rerouted, SavedTicket, Store
    from tui.jobs import Cancelled, Report

PATHS_PLACE = "chemins"
TYPED = ("ticket/", "relance/")
"""Where texts being typed are kept, before the id of their incident."""
MESSAGES_PLACE = "messages"


class Session(Deciding):
    """One agent at work on one school.

    Attributes:
        paths: files and folders given, in order.
        pasted: tables and reports pasted from another window, in order.
        told: messages pasted from another window, in order.
        messages: messages received, cut into incidents.
        carry_out: what reads and analyses: here, or in a process of its own (``apart``).
        past: anomalies by family at earlier loads, oldest first.
        since: moment of the last load that found something else, "" when there is none.
        new: ids of the anomalies that it had not found.
        gone: how many of its anomalies are found no more.
        left_out: ids of the exports that the agent set aside.
        school: the last analysis, None before the first.
        begun: ids of the incidents whose ticket was being typed when it was last looked at.
        undone: what the last undo or redo changed, in French.
        ready: the index of an analysis that is not shown yet.
        settled: ids of the followed incidents that loads of this day showed to be solved.
        read_only: why nothing can be kept, in French; "" when all is well.
    """

    def __init__(
        self,
        paths: Sequence[str | Path],
        *,
        settings: Settings,
        store_path: str | Path,
        demo: bool,
        carry_out: CarryOut = analysis.carry_out,
    ) -> None:
        super().__init__()
        self.carry_out = carry_out
        self.paths = [str(path) for path in paths]
        self.settings = settings
        self.store_path = store_path
        self.demo = demo
        self.pasted: list[str] = []
        self.told: list[str] = []
        self.messages: list[Message] = []
        self.past: list[Counter[str]] = []
        self.since = ""
        self.new: set[str] = set()
        self.gone = 0
        self.left_out: set[str] = set()
        self.loaded: Loaded | None = None
        self.store: Store | None = None
        self.agent = settings.agent
        self.states: Mapping[str, IncidentState] = {}
        self.drafts: Mapping[str, SavedTicket] = {}
        self.begun: set[str] = set()
        self.rerouted: Mapping[str, Rerouted] = {}
        self.ready: Index | None = None
        self.undone = ""
        self.settled: tuple[str, ...] = ()
        self.read_only = ""
        self.keeper = Keeper(lambda place, text: self.open_store().keep_text(place, text, self.agent))

    # What a job runs; none of it touches a widget.

    def open_store(self) -> Store:
        """The store, opened at its first use: SQLAlchemy must not delay the first paint.

        A base that cannot be opened is read as it can be, and takes nothing: ``read_only`` says why.
        """
        if self.store is None:
            from diagnostics.store import Store
            from diagnostics.store.store import login_name

            self.agent = self.agent or login_name()
            try:
                self.store = Store.open(self.store_path)
            except Refusal as refusal:
                from diagnostics.store.rescue import read_only

                self.store = read_only(self.store_path, refusal.reason)
                self.read_only = refusal.reason
            self.told = self.store.kept_texts(MESSAGES_PLACE, self.agent)
        return self.store

    def last_paths(self) -> list[str]:
        """What was loaded the last time, when nothing is given."""
        kept = self.open_store().kept_text(PATHS_PLACE, self.agent)
        return [path for path in kept.split("\n") if path]

    def read(self, report: Report, cancelled: Cancelled, partly: Partly) -> School | None:
        """Read the files and analyse them; None when there is nothing to read, but messages may be kept.

        ``partly`` is told what was read when its analysis takes long.
        """
        store = self.open_store()
        last = self.last_paths()
        if not self.pasted and (not self.paths or [str(Path(path).absolute()) for path in self.paths] == last):
            self.pasted = pasted(self)
        if not self.paths:
            self.paths = [path for path in last if Path(path).exists()]
        if not self.paths and not self.pasted:
            self.messages = self.cut_messages(None)
            return None
        outcome = self.carry_out(self.task(), report, cancelled, partly)
        if not self.demo and not self.read_only:
            store.keep_text(PATHS_PLACE, "\n".join(str(Path(path).absolute()) for path in self.paths), self.agent)
        self.loaded = outcome.loaded
        self.messages = following.as_cut(self, outcome.messages)
        following.remember(self, outcome.school)
        self.ready = Index(outcome.school)
        return outcome.school

    def task(self, *, loaded: Loaded | None = None) -> Task:
        """What there is to read, or to analyse again when it was read."""
        return Task(
            settings=self.settings,
            paths=tuple(self.paths),
            pasted=tuple(self.pasted),
            told=tuple(self.told),
            loaded=loaded,
            left_out=frozenset(self.left_out),
            decisions=self.open_store().decisions(),
        )

    def unfinished_drafts(self) -> list[Incident]:
        """Incidents with a draft that did not leave, or whose text was being typed when the program ended."""
        known = self.known_incidents().values()
        written = self.drafts.keys() | self.begun
        return [i for i in known if i.id in written and self.state(i) not in CLOSED | SENT]

    def cut_messages(self, school: School | None) -> list[Message]:
        """The messages found among the files, then the pasted ones, cut into incidents."""
        self.open_store()
        if not self.told and not (school and school.loaded.messages):
            return []
        found = received.cut(school.loaded.messages if school else (), self.told, school, self.settings)
        return following.as_cut(self, found)

    def add_message(self, text: str) -> None:
        """A message copied from another window, which opens a case; kept on disk before this returns.

        A password that it tells is hidden before that: it must not wait on the disk for the purge.
        """
        from diagnostics.intake.sensitive import veiled

        text = veiled(text)
        self.open_store()  # what was told before comes first
        self.told.append(text)
        self.keep_text(f"{MESSAGES_PLACE}/{following.right_now().isoformat(timespec='microseconds')}", text)
        self.messages = self.cut_messages(self.school)
        if self.messages and self.messages[-1].raw.name == received.PASTED.format(len(self.told)):
            following.keep_case(self, self.messages[-1])

    def change_message(self, before: Message, after: Message) -> None:
        """Keep a message as the agent cut it; on disk before this returns."""
        self.messages[self.messages.index(before)] = after
        following.keep_case(self, after, cut=True)

    def analyse(self, report: Report, cancelled: Cancelled) -> School:
        """Match, look for anomalies and route, on what is loaded less what was set aside."""
        school = self.carry_out(self.task(loaded=self.loaded or Loaded()), report, cancelled, lambda _: None).school
        self.ready = Index(school)
        return school

    def prepare(self) -> None:
        """Load what reading a message needs, so that the first one is as quick as the others."""
        from diagnostics import intake

        intake.prepare()

    # What the screens call.

    def take(self, school: School) -> None:
        """Show this analysis from now on."""
        self.stale = False
        self.show(self.ready if self.ready and self.ready.school is school else Index(school))
        self.ready = None
        self.refresh_state()

    def refresh_state(self) -> None:
        """Read again what agents decided (another agent may share the base)."""
        store = self.open_store()
        self.hold(store.decisions())
        self.states = store.incident_states()
        self.drafts = store.tickets()
        self.begun = {place.partition("/")[2] for place in store.kept_places(self.agent) if place.startswith(TYPED)}
        self.rerouted = store.routes()

    @property
    def incidents(self) -> Sequence[Incident]:
        return self.school.incidents if self.school else ()

    @property
    def links(self) -> Sequence[Link]:
        return self.school.links if self.school else ()

    def known_incidents(self) -> dict[str, Incident]:
        """Every incident by id, from the data and from the messages."""
        told = (incident for message in self.messages for incident in message.incidents)
        return {incident.id: incident for incident in (*self.incidents, *told)}

    def route(self, incident: Incident) -> Route | None:
        """The route of an incident, as an agent changed it when one did."""
        found = self.proposed_route(incident)
        change = self.rerouted.get(incident.id)
        if found is None or change is None:
            return found
        from diagnostics.cases import rerouting

        return rerouting.applied(found, change)

    def proposed_route(self, incident: Incident) -> Route | None:
        """What the program says, whatever agents changed."""
        if self.school and incident.id in self.school.routes:
            return self.school.routes[incident.id]
        return next((m.routes[incident.id] for m in self.messages if incident.id in m.routes), None)

    def state(self, incident: Incident) -> str:
        found = self.states.get(incident.id)
        return found.state if found else FIRST_STATE

    def is_closed(self, incident: Incident) -> bool:
        return self.state(incident) in CLOSED

    def was_sent(self, incident: Incident) -> bool:
        return self.state(incident) in SENT

    def open_incidents(self) -> list[Incident]:
        return [incident for incident in self.incidents if not self.is_closed(incident)]

    def set_state(
        self, incidents: Iterable[Incident], state: str, *, note: str = "", until: str = "", sent: Ticket | None = None
    ) -> None:
        """Move incidents, with what it takes to follow them once their exports are no longer loaded; on disk before
        this returns.

        Args:
            until: ISO date-time to look again; "" leaves it to the state, the route and the settings.
            sent: the ticket that left, which reminders quote.

        Raises:
            Refusal: the base does not take the write.
        """
        from diagnostics import cases

        store, now = self.open_store(), datetime.now().astimezone()
        incidents = list(incidents)
        following.refuse_held(self, incidents)
        if incidents:  # one gesture, undone at once
            cases.move(
                store, [incident.id for incident in incidents], state, self.agent,
                settings=self.settings, now=now, note=note, until=until,
                about=following.followed(self, incidents), sent=sent,
            )  # fmt: skip
        self.states = store.incident_states()

    def comment(self, incidents: Iterable[Incident], text: str) -> None:
        """Keep a note on incidents, their states and dates unchanged; on disk before this returns.

        Raises:
            Refusal: the base does not take the write.
        """
        from diagnostics import cases

        store = self.open_store()
        for incident in incidents:
            cases.note(store, incident.id, text, self.agent)
        self.states = store.incident_states()

    def save_draft(self, ticket: SavedTicket) -> None:
        store = self.open_store()
        store.save_ticket(ticket, self.agent)
        self.drafts = store.tickets()

    def change_settings(self, answers: Mapping[str, str]) -> None:
        """Keep settings that the agent gave; on disk before this returns.

        Raises:
            Refusal: the folder of the settings cannot be written.
        """
        from diagnostics.settings import save_settings

        self.settings = msgspec.structs.replace(self.settings, **answers)
        save_settings(self.settings, only=answers)

    def unmapped(self, file: str, member: str) -> Unmapped | None:
        """The columns of a file to be named; those an agent named already, when all are known.

        Raises:
            Refusal: the file cannot be opened.
        """
        from diagnostics import load

        pasted = {analysis.PASTED.format(number): text for number, text in enumerate(self.pasted, 1)}
        for mapping in (self.settings.columns, {}):
            if file in pasted:
                found = load.unmapped_text(pasted[file], file, mapping=mapping)
            else:
                found = load.unmapped(file, member=member, mapping=mapping)
            if found:
                return found
        return None

    def name_columns(self, signature: str, names: Mapping[str, str]) -> None:
        """Keep what the columns of a header mean, or forget it when empty; on disk before this returns.

        Raises:
            Refusal: the folder of the settings cannot be written.
        """
        from diagnostics.settings import save_settings

        others = {key: value for key, value in self.settings.columns.items() if key != signature}
        settings = msgspec.structs.replace(
            self.settings, columns={**others, signature: dict(names)} if names else others
        )
        save_settings(settings, only=("columns",))
        self.settings = settings

    def keep_text(self, place: str, text: str) -> None:
        """Keep a text, "" to forget it; on disk before this returns."""
        if not self.read_only:
            self.keeper.drop(place)
            self.open_store().keep_text(place, text, self.agent)
            self._note_typed(place, text)

    def keep_typed(self, place: str, text: str) -> None:
        """Keep a text being typed, so that a dropped line loses nothing; a base that is slow does not stop the hand."""
        if not self.read_only:
            self._note_typed(place, text)
            self.keeper.keep(place, text)

    def _note_typed(self, place: str, text: str) -> None:
        if place.startswith(TYPED):
            (self.begun.add if text else self.begun.discard)(place.partition("/")[2])

    def kept_text(self, place: str) -> str:
        waiting = self.keeper.pending(place)
        return self.open_store().kept_text(place, self.agent) if waiting is None else waiting

    def undo(self) -> str:
        """Take back the last gesture: all that it decided; returns what the base calls it, "" when there is none."""
        return self._travel(undone=False)

    def redo(self) -> str:
        return self._travel(undone=True)

    def _travel(self, *, undone: bool) -> str:
        store = self.open_store()
        step = store.redo if undone else store.undo
        before = undoing.held(self)
        kinds = step(self.agent)
        self.refresh_state()
        self.stale = self.stale or before.decisions != self.decisions
        self.undone = undoing.told(self, before, kinds)
        return kinds

    def incidents_of(self, identity: Identity) -> list[Incident]:
        return [i for i in self.incidents if any(person.identity == identity.id for person in i.persons)]

    def links_of(self, identity: Identity) -> list[Link]:
        return [link for record in identity.records for link in (self.places.links_of(record) if self.places else ())]
