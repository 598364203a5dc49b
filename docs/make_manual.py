"""Writes the man page from the commands themselves: ``python -m docs.make_manual``; a test says when it is stale."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from diagnostics.settings import CONFIG_VARIABLE, DATA_VARIABLE
from diagnostics.tickets.outbound import glpi, imap, zammad
from tui.app import DRIVER_VARIABLE
from tui.cli import main_group
from tui.french_click import french_marks, tied
from tui.glyphs import ASCII_VARIABLE
from tui.theme import LOOK_VARIABLE, LOOKS
from tui.widgets.drawn import CURSOR_VARIABLE

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
VARIABLES = (
    (CONFIG_VARIABLE, "fichier des réglages"),
    (DATA_VARIABLE, "dossier de la base, du journal et de l'annuaire de tout l'ENT"),
    (ASCII_VARIABLE, "« 1 » : aucun signe hors ASCII à l'écran"),
    (LOOK_VARIABLE, f"aspect de l'écran : {', '.join(LOOKS)}"),
    ("NO_COLOR", "aucune couleur"),
    (CURSOR_VARIABLE, "« 1 » : le curseur du terminal reste visible sur la ligne choisie (lecteurs d'écran)"),
    (DRIVER_VARIABLE, "« stock » : l'écran est redessiné sans économie, pour un terminal qui s'affiche mal"),
    (imap.PASSWORD_VARIABLE, "mot de passe de la boîte de courriel (envoyer --vers brouillons)"),
    (glpi.USER_TOKEN_VARIABLE, "jeton d'utilisateur de GLPI"),
    (glpi.APP_TOKEN_VARIABLE, "jeton d'application de GLPI"),
    (zammad.TOKEN_VARIABLE, "jeton de Zammad"),
)
JSON = ("--json", "écrit un seul document JSON, en UTF-8, sur la sortie standard ; ce qui est à lire va sur l'autre")
HELP = ("--help, --aide, -h", "affiche l'aide de la commande")


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
        ".SH OPTIONS COMMUNES",
        *definitions((JSON, HELP)),
    ]
    for heading, names in main_group.sections.items():
        lines.append(f".SH {escape(heading.upper())}")
        for name in names:
            lines += command_lines(name, main_group.commands[name], context)
    lines += [".SH CODES DE RETOUR", *definitions(CODES), ".SH FICHIERS", *definitions(FILES)]
    lines += [".SH ENVIRONNEMENT", *definitions(VARIABLES)]
    return "\n".join(lines) + "\n"


def command_lines(name: str, command: click.Command, parent: click.Context) -> list[str]:
    context = click.Context(command, info_name=name, parent=parent)
    usage = " ".join(command.collect_usage_pieces(context)).replace("[OPTIONS]", "").strip()
    lines = [".TP", f".B {escape(name)} {escape(usage)}".rstrip(), escape(command.help or "")]
    for parameter in command.params:
        record = parameter.get_help_record(context) if isinstance(parameter, click.Option) else None
        if record and record[0] != JSON[0]:
            lines += [".RS", ".TP", f".B {escape(record[0])}", escape(french_marks(record[1])) or "\\&", ".RE"]
    return lines


def definitions(rows: tuple[tuple[str, str], ...]) -> list[str]:
    return [line for term, text in rows for line in (".TP", f".B {escape(term)}", escape(text))]


def escape(text: str) -> str:
    """Text that roff prints as it is: no line begins with a control character."""
    words = tied(" ".join(text.split())).replace("\\", "\\e").replace("-", "\\-").replace("\N{NO-BREAK SPACE}", "\\~")
    return "\\&" + words if words[:1] in {".", "'"} else words


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE.name, file=sys.stderr)
