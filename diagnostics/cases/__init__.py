"""Cases that are not forgotten: taken up, moved, reminded, checked again, joined, told."""

from __future__ import annotations

from diagnostics.cases.alike import (
    Proposal,
    Similar,
    case_of,
    group_of,
    join,
    merged,
    open_incidents,
    part,
    proposals,
    similar,
)
from diagnostics.cases.closing import News, Seen, after_load, look_again, reopen, settle
from diagnostics.cases.daily import Action, TodayItem, today
from diagnostics.cases.follow import case_id, move, note, of_message, open_case, postpone, taken_up
from diagnostics.cases.history import Dossier, dossier
from diagnostics.cases.reminders import remind
from diagnostics.cases.withdrawal import withdraw

__all__ = [
    "Action",
    "Dossier",
    "News",
    "Proposal",
    "Seen",
    "Similar",
    "TodayItem",
    "after_load",
    "case_id",
    "case_of",
    "dossier",
    "group_of",
    "join",
    "look_again",
    "merged",
    "move",
    "note",
    "of_message",
    "open_case",
    "open_incidents",
    "part",
    "postpone",
    "proposals",
    "remind",
    "reopen",
    "settle",
    "similar",
    "taken_up",
    "today",
    "withdraw",
]
