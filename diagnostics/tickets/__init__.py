"""Tickets: one for each incident, from a template, checked by the four writing rules, written and never sent."""

from __future__ import annotations

from diagnostics.tickets import bundle, files
from diagnostics.tickets.check import check_text
from diagnostics.tickets.drafting import draft, question_back
from diagnostics.tickets.library import Template, check_templates, template_for, templates

__all__ = (
    "Template",
    "bundle",
    "check_templates",
    "check_text",
    "draft",
    "files",
    "question_back",
    "template_for",
    "templates",
)
