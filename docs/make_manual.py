"""Writes the man page from the commands themselves: ``python -m docs.make_manual``; a test says when it is stale."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from tui.cli import main_group
from tui.french_click import french_marks

PAGE = Path(__file__).parent / "ent-triage.1"
CODES = (
    ("0", "fait"),
    ("1", "anomalies trouvées (check)"),
    ("2", "commande mal écrite, ou terminal inutilisable"),
    ("3", "un fichier a été refusé"),
    ("4", "erreur interne"),
)
FILES = (
    ("config.toml", "réglages, dans le dossier de configuration de l'utilisateur ou là où ENT_TRIAGE_CONFIG le dit"),
    ("ent-triage.sqlite", "décisions, états et textes, dans le dossier de données ou là où ENT_TRIAGE_DATA le dit"),
    ("touches.toml", "touches remplacées, à côté de config.toml"),
)


def page() -> str:
    """The man page in roff, French, section 1."""
    context = click.Context(main_group, info_name="ent-triage")
    lines = [
        '.TH ENT-TRIAGE 1 "" "ent-triage" "Commandes"',
        ".SH NOM",
        "ent\\-triage \\- diagnostique les incidents d'identité de l'ENT et prépare un ticket par incident",
        ".SH SYNOPSIS",
        ".B ent\\-triage",
        "[\\fIchemin\\fR ...]",
        ".br",
        ".B ent\\-triage",
        "\\fIcommande\\fR [\\fIoptions\\fR] ...",
        ".SH DESCRIPTION",
        escape(main_group.help or ""),
        ".SH COMMANDES",
    ]
    for name, command in sorted(main_group.commands.items()):
        lines += command_lines(name, command, context)
    lines += [".SH CODES DE RETOUR", *definitions(CODES), ".SH FICHIERS", *definitions(FILES)]
    return "\n".join(lines) + "\n"


def command_lines(name: str, command: click.Command, parent: click.Context) -> list[str]:
    context = click.Context(command, info_name=name, parent=parent)
    usage = " ".join(command.collect_usage_pieces(context)).replace("[OPTIONS]", "").strip()
    lines = [".TP", f".B {escape(name)} {escape(usage)}".rstrip(), escape(command.help or "")]
    for parameter in command.params:
        record = parameter.get_help_record(context) if isinstance(parameter, click.Option) else None
        if record:
            lines += [".RS", ".TP", f".B {escape(record[0])}", escape(french_marks(record[1])) or "\\&", ".RE"]
    return lines


def definitions(rows: tuple[tuple[str, str], ...]) -> list[str]:
    return [line for term, text in rows for line in (".TP", f".B {escape(term)}", escape(text))]


def escape(text: str) -> str:
    """Text that roff prints as it is: no line begins with a control character."""
    words = " ".join(text.split()).replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + words if words[:1] in {".", "'"} else words


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE.name, file=sys.stderr)
