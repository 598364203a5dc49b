"""A pasted message taken back: its text, its case, what was typed of its incidents; one gesture, which can be undone.

What was taken back stays in the history, for whoever wants it again, until the retention removes it from the disk.
"""

from __future__ import annotations

from collections.abc import Sequence

from diagnostics.safety import Refusal
from diagnostics.states import SENT
from diagnostics.store import Case, Facts, Group, Store
from diagnostics.store.store import rows_of
from diagnostics.store.values import CASE, FOLLOWED, GROUP, INCIDENT, ROUTE, TEXT, TICKET, Change, decode


def withdraw(store: Store, text: str, place: str, case: str, incidents: Sequence[str], agent: str) -> None:
    """Forget a message that an agent pasted, with its incidents.

    Args:
        text: as it was pasted; what was read of it may be another text.
        place: where this agent's messages are kept (« messages »).
        case: id of the case that it opened.
        incidents: ids of the incidents that were cut from it.

    Raises:
        Refusal: it was not pasted by this agent, a ticket of it is on its way, or the base does not take the write.
    """
    store.update(agent, lambda facts: changes(facts, text, f"{agent}/{place}/", case, incidents))


def changes(facts: Facts, text: str, start: str, case: str, incidents: Sequence[str]) -> list[Change]:
    texts = dict(rows_of(facts.connection, TEXT))
    same = [
        subject for subject, held in sorted(texts.items()) if subject.startswith(start) and decode(held, str) == text
    ]
    if not same:
        raise Refusal("Ce message n'a pas été collé par vous : il vient d'un fichier. Retirez le fichier et relisez.")
    if len(same) > 1:  # pasted twice: the other one keeps the case
        return [Change(kind=TEXT, subject=same[-1])]
    held: Case | None = facts.get(CASE, case)
    gone = dict.fromkeys((*incidents, *(held.incidents if held else ())))
    refuse_engaged(facts, list(gone))
    typed = [subject for subject in texts if any(subject.endswith(f"/{incident}") for incident in gone)]
    found = [Change(kind=TEXT, subject=subject) for subject in (same[0], *typed)]
    found.append(Change(kind=CASE, subject=case))
    for incident in gone:
        kinds = [TICKET, FOLLOWED, ROUTE]
        if not facts.state(incident).closed:  # what is closed counts in the statistics, without a word of the message
            kinds.append(INCIDENT)
        found += [Change(kind=kind, subject=incident) for kind in kinds]
    return found


def refuse_engaged(facts: Facts, incidents: Sequence[str]) -> None:
    """Refuse while a support has one of these incidents, or when another one shares its ticket.

    Raises:
        Refusal: which.
    """
    groups: dict[str, Group] = facts.all(GROUP)
    for incident in incidents:
        if facts.state(incident).state in SENT:
            raise Refusal(
                "Un ticket de ce message est parti : sa relance aura besoin du message. "
                "Notez d'abord l'incident résolu ou clos."
            )
        if any(incident in (group.lead, *group.members) for group in groups.values()):
            raise Refusal("Un incident de ce message partage son ticket avec un autre : séparez-les d'abord.")
