"""A message in, incidents out: read, set apart what says nothing, cut, find who, name the problem, route."""

from __future__ import annotations

from diagnostics.intake.edit import cut_at, join, set_category, set_persons
from diagnostics.intake.message import Message
from diagnostics.intake.raw import RawMessage
from diagnostics.intake.read import read
from diagnostics.intake.sensitive import Sensitive
from diagnostics.intake.shown import document, report
from diagnostics.intake.split import count_incidents, prepare, split

__all__ = [
    "Message",
    "RawMessage",
    "Sensitive",
    "count_incidents",
    "cut_at",
    "document",
    "join",
    "prepare",
    "read",
    "report",
    "set_category",
    "set_persons",
    "split",
]
