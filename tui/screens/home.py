"""Aujourd'hui: what is loaded, how fresh, what is wrong, and where to start."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from textual import events
from textual.widget import Widget

from diagnostics.model import KIND_LABELS, Export, Incident, Verdict
from tui import flow, following, half_typed, strings, today
from tui.actions import HOME, Action
from tui.glyphs import fit, width_of
from tui.screens.base import WIDE, Sheet
from tui.screens.wording import people_of
from tui.theme import ACCENT, BAD, DIM, GOOD, KEY, NORMAL, TITLE, WARN, Span, Spans
from tui.widgets.prompt import Question, complete_path
from tui.widgets.virtual_list import VirtualList

HIGHLIGHT = 58
"""Cells of the current line shown reversed: what it is, not where it leads."""
WHERE = 20
"""Cells kept on the right for where a line leads, or since when it waits."""
ARROW = 28
"""Cells of what is drawn on the left of the ENT."""
DRAWABLE = 80
"""Columns from which both sides of the ENT are drawn; under that, a line for each source."""
BAR = 10
"""Longest bar, in cells; each cell costs three bytes."""
SEVERITY_ROLES = {1: BAD, 2: WARN, 3: NORMAL}


@dataclass(frozen=True)
class Item:
    """A line of the overview: a heading when it leads nowhere."""

    key: str
    spans: tuple[Span, ...]
    go: Callable[[], None] | None = None
    where: str = ""


def heading(text: str) -> Item:
    return Item(key=f"titre {text}", spans=((text, TITLE),))


class Home(Sheet):
    screen_id = HOME

    def __init__(self) -> None:
        super().__init__()
        self.items = VirtualList(
            self.draw, id="items", key=lambda item: item.key, skip=lambda item: item.go is None, highlight=HIGHLIGHT
        )

        self._weeks: list[Counter[str]] = []
        self._weeks_of: object = None
        self._whole = False
        """The last rows shown were those of an analysed school."""

    def body(self) -> Iterable[Widget]:
        yield self.items

    def target(self) -> VirtualList:
        return self.items

    def draw(self, item: Item, width: int) -> Spans:
        if not item.where:
            return item.spans
        *before, (text, role) = item.spans
        room = width - WHERE - sum(width_of(span) for span, _ in before)
        return [*before, (fit(text, room) + " ", role), (item.where, NORMAL)]

    def fill(self) -> None:
        whole = self.session.school is not None
        # What was shown while the files were read is no reason to stand far from what is to be done.
        self.items.show(self.rows(), keep=self._whole or not whole)
        self._whole = whole

    def on_resize(self, event: events.Resize) -> None:
        self.call_after_refresh(self.fill)

    def state_line(self) -> tuple[Spans, Spans]:
        school = self.session.school
        if school is None:
            return [(strings.LOCAL, DIM)], ()
        exports = school.loaded.active()
        unused = len(school.loaded.exports) - len(exports)
        apart = f" (et {strings.plural(unused, 'remplacé')})" if unused else ""
        text = (
            f"{strings.plural(len(exports), 'export')}{apart} · "
            f"{strings.plural(sum(e.records_kept for e in exports), 'fiche')} · "
            f"{strings.plural(len(school.identities), 'personne')}"
        )
        stale = [(f"  {strings.STALE}", WARN)] if self.session.stale else []
        below = len(self.items.rows) - self.items.top - self.items.page
        return [(text, NORMAL), *stale], [(f"encore {strings.plural(below, 'ligne')}", DIM)] if below > 0 else ()

    def rows(self) -> list[Item]:
        if self.session.school is None:
            return [
                *self.closed_door(),
                *self.interrupted(),
                *self.first_steps(),
                *self.received(),
                *self.followed(),
                *self.exports(),
            ]
        return [
            *self.closed_door(),
            *self.interrupted(),
            *self.followed(),
            *self.to_do(),
            *self.flow(),
            *self.families(),
            *self.exports(),
            *self.not_checked(),
        ]

    def closed_door(self) -> list[Item]:
        """Why nothing is kept, when the base cannot be written."""
        if not self.session.read_only:
            return []
        said = strings.read_only(self.session.read_only)
        why = ((fit(self.session.read_only, self.app.size.width - 4), WARN),)
        return [heading(strings.CLOSED_DOOR), Item("lecture seule", why, lambda: self.say(said))]

    def interrupted(self) -> list[Item]:
        """The answers that were being typed when the program ended."""
        found = [] if self.prompt.is_open else half_typed.left(self.session)
        known = self.session.known_incidents() if found else {}
        rows = [heading(half_typed.HEADING)] if found else []
        for one in found:
            about = known.get(one.spot.about)
            who = f"{about.category} {people_of(about)}".rstrip() + ", " if about is not None else ""
            spans = (("□ ", WARN), (f"{who}{one.spot.label} ", NORMAL), (one.text, KEY))
            go = partial(half_typed.resume, self.triage, one)
            rows.append(Item(f"saisie {one.place}", spans, go, strings.BEING_TYPED))
        return rows

    def first_steps(self) -> list[Item]:
        if self.triage.jobs.running:
            return [heading("Lecture des exports…")]
        return [
            heading("Pour commencer"),
            Item("charger", (("Charger un dossier ou des fichiers d’exports", NORMAL),), self.do_charger, "touche o"),
            Item("chargement", (("Voir ce qui se charge, et où le télécharger", NORMAL),),
                 self.triage.show_loading, "touche c"),
            Item("demonstration", (("Essayer sur un établissement inventé, avec une visite", NORMAL),),
                 self.triage.open_demo, ""),
        ]  # fmt: skip

    def received(self) -> list[Item]:
        """The messages, which need no export to be read."""
        session = self.session
        if not session.messages:
            return []
        count = sum(not session.is_closed(i) for message in session.messages for i in message.incidents)
        text = f"{strings.plural(len(session.messages), 'message reçu', 'messages reçus')}, "
        text += strings.plural(count, "incident")
        return [Item("messages", (("· ", NORMAL), (text, NORMAL)), self.triage.show_messages, "Messages")]

    def followed(self) -> list[Item]:
        """Reminders, delays that end, unfinished drafts: a line each, what hurts most first."""
        found = today.lines(self.session, datetime.now().astimezone())
        if not found:
            return []
        rows = [heading(strings.FOLLOWED_TODAY)]
        for line in found[: today.SHOWN]:
            spans = (line.sign, (fit(line.action, 10), NORMAL), (line.title, NORMAL))
            key = f"suivi {line.action} {line.incident}"
            rows.append(Item(key, spans, lambda x=line: self.open_line(x), line.when))  # type: ignore[misc]
        if rest := found[today.SHOWN :]:
            text = strings.plural(len(rest), "autre suivi", "autres suivis")
            rest_ids = "id:" + ",".join(line.incident for line in rest)
            rows.append(
                Item("suite", (("… ", DIM), (text, NORMAL)), lambda: self.triage.show_anomalies(rest_ids), "Anomalies")
            )
        return said_once(rows, blank=" ")

    def open_line(self, line: today.Line) -> None:
        """The ticket to finish or to remind, else the incident where it was found."""
        incident = self.session.known_incidents().get(line.incident)
        if incident is None:
            self.say(strings.not_loaded(line.why))
        elif line.action == today.JOIN:
            self.triage.open_tickets(following.proposed(self.session, incident), keep=False)
        elif line.opens_ticket:
            self.triage.open_tickets([incident], keep=False)
        elif incident in self.session.incidents:
            self.triage.show_incident(incident)
        else:
            self.triage.show_messages(incident.id)
        if incident is not None and line.why:
            self.triage.say(line.why[:1].upper() + line.why[1:] + ".")

    def to_do(self) -> list[Item]:
        session = self.session
        rows = [heading("À faire")]
        by_severity = Counter(incident.severity for incident in session.open_incidents())
        for severity in (1, 2, 3):
            if count := by_severity[severity]:
                one, many = strings.SEVERITY_COUNTS[severity]
                words = f"{strings.number(count)} {'anomalie ' + one if count == 1 else many_words(severity, many)}"
                rows.append(
                    Item(
                        f"gravité {severity}",
                        ((f"{strings.SEVERITY_SIGNS[severity]} ", SEVERITY_ROLES[severity]), (words, NORMAL)),
                        lambda s=severity: self.triage.show_anomalies(f"gravite:{s}"),  # type: ignore[misc]
                        "Anomalies",
                    )
                )
        if session.since and (session.new or session.gone):
            text = f"depuis le {strings.moment(session.since)} : "
            text += f"{strings.plural(len(session.new), 'nouvelle')}, {strings.plural(session.gone, 'disparue')}"
            rows.append(Item("nouvelles", (("+ ", ACCENT), (text, NORMAL)), self.show_new, "Anomalies"))
        waiting = session.to_match()
        review = sum(link.verdict is Verdict.REVIEW for link in waiting)
        if review:
            text = f"{strings.plural(review, 'personne')} à rapprocher d’un compte de l’ENT"
            rows.append(
                Item("rapprocher", (("? ", ACCENT), (text, NORMAL)), self.triage.show_matching, "Rapprochement")
            )
        if absent := len(waiting) - review:
            text = f"{strings.plural(absent, 'personne')} sans compte trouvé"
            rows.append(Item("absents", (("? ", ACCENT), (text, NORMAL)), self.triage.show_matching, "Rapprochement"))
        refused = session.school.loaded.refused if session.school else ()
        if refused:
            text = strings.plural(len(refused), "fichier refusé", "fichiers refusés")
            rows.append(Item("refus", (("× ", WARN), (text, NORMAL)), self.triage.show_loading, "Chargement"))
        rows += self.received()
        if drafts := session.unfinished_drafts():
            text = strings.plural(len(drafts), "brouillon de ticket", "brouillons de tickets")
            rows.append(Item("brouillons", (("□ ", NORMAL), (text, NORMAL)), self.triage.show_tickets, "Tickets"))
        if len(rows) == 1:
            rows.append(
                Item("rien", (("√ ", GOOD), ("rien n’attend dans ces exports", NORMAL)), self.triage.show_loading)
            )
        return said_once(rows)

    def flow(self) -> list[Item]:
        """Who feeds the ENT, drawn: persons stated, share recognised, gaps, and the ENT at the end of the arrows."""
        places = self.session.places
        if places is None or not places.arrows or not places.accounts:
            return []
        found, accounts = places.arrows, strings.number(places.accounts)
        drawn = flow.drawing(found, accounts, wide=self.app.size.width >= WIDE)
        rows = [heading(strings.FLOW)]
        if self.app.size.width < DRAWABLE:
            drawn = [flow.Drawn(arrow, None, f"► ENT {accounts}", True) for arrow in found]
        for number, line in enumerate(drawn):
            spans = [*left_arrow(line.left), (line.middle, KEY if line.is_ent else NORMAL), *right_arrow(line.right)]
            rows.append(Item(f"flux {number}", tuple(spans), self.triage.show_matching))
        return rows

    def families(self) -> list[Item]:
        counts = Counter(incident.category.split("-")[0] for incident in self.session.open_incidents())
        if not counts:
            return []
        most = max(counts.values())
        weeks = len(self.weeks())
        shades = f" ; à droite, {weeks} semaines (chaque ligne a son échelle)" if weeks > 1 else ""
        rows = [heading(f"Anomalies par famille{shades}")]
        if weeks > 1:
            totals = [week.total() for week in self.weeks()[:-1]]
            total = sum(counts.values())
            spans: tuple[Span, ...] = ((fit("toutes", 31), NORMAL), (f"{total:>4} ", NORMAL), (" " * (BAR + 1), DIM),
                                       (flow.spark([*totals, total]), NORMAL))  # fmt: skip
            rows.append(Item("famille", spans, self.triage.show_anomalies))
        for family, count in counts.most_common():
            bar = "█" * max(1, round(count * BAR / most))
            spans = (
                (f"{family} ", NORMAL),
                (fit(strings.FAMILIES.get(family, ""), 27), NORMAL),
                (f"{count:>4} ", NORMAL),
                (fit(bar, BAR + 1), NORMAL),
                (self.trend(family, count), NORMAL),
            )
            rows.append(Item(f"famille {family}", spans, lambda f=family: self.triage.show_anomalies(f"code:{f}")))  # type: ignore[misc]
        return rows

    def trend(self, family: str, count: int) -> str:
        """The counts of the earlier weeks and of this load, as shades; the first load has nothing to compare with."""
        past = [week[family] for week in self.weeks()]
        return flow.spark([*past[:-1], count]) if len(past) > 1 else ""

    def weeks(self) -> list[Counter[str]]:
        """Anomalies by family, week by week; read once for each analysis."""
        school = self.session.school
        if school is not None and self._weeks_of is not school:
            self._weeks_of = school
            self._weeks = flow.by_week(self.session.open_store().snapshots(school.uai))
        return self._weeks

    def exports(self) -> list[Item]:
        loaded = self.session.loaded
        if loaded is None:
            return []
        rows = [heading("Exports lus")]
        rows += [self.export_row(export) for export in loaded.exports]
        for refused in loaded.refused:
            spans = (("× ", WARN), (f"{short_name(refused.file)} : {refused.reason}", NORMAL))
            rows.append(Item(f"refus {refused.file}", spans, self.triage.show_loading))
        return rows

    def export_row(self, export: Export) -> Item:
        school = self.session.school
        old, role = strings.age(export.made_on, school.now if school else datetime.now()), NORMAL
        if not export.analysed:
            old, role = "mis à part" if export.set_aside else "remplacé", WARN
        warned = any(note.warning for note in export.notes) or export.refused
        spans = (
            ("! " if warned else "  ", WARN),
            (fit(KIND_LABELS[export.kind], 28), NORMAL),
            (fit(strings.number(export.records_kept), 7, right=True) + "  ", NORMAL),
            (fit(old, 15), role),
            (short_name(export.file), NORMAL),
        )
        return Item(f"export {export.id}", spans, lambda: self.triage.show_loading(export.id))

    def not_checked(self) -> list[Item]:
        missing = self.session.school.not_checked if self.session.school else ()
        if not missing:
            return []
        by_need: dict[str, list[str]] = {}
        for category, need in missing:
            by_need.setdefault(need, []).append(category)
        rows = [heading("Non vérifié, faute d’export")]
        for need, categories in by_need.items():
            spans = ((f"{short_list(categories)}  ", DIM), (need, NORMAL))
            key = f"manque {need}"
            rows.append(Item(key, spans, lambda k=key: self.triage.show_loading(k)))  # type: ignore[misc]
        return rows

    # Actions.

    def show_new(self) -> None:
        self.show_incidents([i for i in self.session.incidents if i.id in self.session.new])

    def show_incidents(self, incidents: list[Incident]) -> None:
        self.triage.show_anomalies("id:" + ",".join(incident.id for incident in incidents))

    def do_ouvrir(self) -> None:
        item = self.items.current
        if item is not None and item.go:
            item.go()

    def do_charger(self) -> None:
        self.ask(Question("Chemin :", self.triage.add_path, complete=complete_path))

    def label(self, action: Action) -> str:
        return "quitter" if action.id == "retour" else super().label(action)

    def back(self) -> bool:
        """Only q leaves: an arrow too many must not close the program."""
        if self.pressed in {"q", "ctrl+c"}:
            return False
        self.say("q quitte le programme (tout est enregistré).")
        return True

    def do_autre_volet(self) -> None:
        """Tab goes from one heading to the next."""
        rows = self.items.rows
        after = next((i for i in range(self.items.cursor + 1, len(rows)) if rows[i].go is None), 0)
        self.items.go(after + 1)
        self.show_state()


def said_once(rows: list[Item], blank: str = "") -> list[Item]:
    """Where lines lead, or since when they wait, said on the first of those that would say the same.

    The others have the whole line, or keep that column blank.
    """
    return [
        replace(row, where=blank) if before is not None and row.where and before.where == row.where else row
        for before, row in zip([None, *rows], rows, strict=False)
    ]


def left_arrow(arrow: flow.Arrow | None) -> list[Span]:
    """« SIECLE 1 855 ─ 95 % ≠38 ─ »."""
    if arrow is None:
        return [(" " * ARROW, NORMAL)]
    return [
        (fit(arrow.source, 7), KEY),
        (fit(strings.number(arrow.stated), 6, right=True) + " ─ ", NORMAL),
        (f"{arrow.share} % ".rjust(6), NORMAL),
        (f"≠{arrow.apart}".ljust(4), WARN if arrow.gaps else DIM if arrow.apart else GOOD),
        (" ─", NORMAL),
    ]


def right_arrow(arrow: flow.Arrow | None) -> list[Span]:
    """« ─ 96 % ≠35 ─ 2 606 EDT, Pronote »."""
    if arrow is None:
        return []
    return [
        (f"─ {arrow.share} % ", NORMAL),
        (f"≠{arrow.apart}".ljust(4), WARN if arrow.gaps else DIM if arrow.apart else GOOD),
        (f"─ {strings.number(arrow.stated)} ", NORMAL),
        (arrow.source, KEY),
    ]


def many_words(severity: int, many: str) -> str:
    return many if severity == 1 else f"anomalies {many}"


def short_list(codes: list[str]) -> str:
    """« PRN-01, PRN-02 +3 »: the need matters more than every code it would allow."""
    more = f" +{len(codes) - 2}" if len(codes) > 2 else ""
    return ", ".join(codes[:2]) + more


def short_name(path: str) -> str:
    """The file without its folders."""
    return path.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1] or path
