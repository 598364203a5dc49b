"""Click in French: usage, options and errors, without touching the process's locale."""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Mapping, Sequence
from typing import Any

import click
from click.shell_completion import CompletionItem

USAGE = "Utilisation : "
TYPED = re.compile(r" (?=[;:?!»])|(?<=«) ")
SHORT = 120
"""Characters of what a command does in the list of the commands."""


def explain(error: click.UsageError) -> str:
    """What is wrong with a command line, and what to type instead."""
    near: Sequence[str] = getattr(error, "possibilities", None) or ()
    hint = f" Vouliez-vous dire « {near[0]} » ?" if near else ""
    name = parameter_name(error)
    match error:
        case click.NoSuchOption():
            return f"Option inconnue : {error.option_name}.{hint}"
        case click.MissingParameter():
            return f"Il manque {name}."
        case click.BadOptionUsage():
            return f"L'option {error.option_name} attend une valeur."
        case click.BadParameter():
            return f"Valeur refusée pour {name} : {french_reason(error)}"
        case _ if error.message.startswith("Got unexpected extra argument"):
            return f"Il y a un argument de trop : {error.message.partition('(')[2].rstrip(')')}."
        case _:
            return error.message


def parameter_name(error: click.UsageError) -> str:
    parameter = getattr(error, "param", None)
    if isinstance(parameter, click.Argument):
        return f"l'argument {(parameter.metavar or parameter.name or '').upper().strip('[]…')}"
    if isinstance(parameter, click.Option):
        return f"l'option {parameter.opts[-1]}"
    return "un argument"


def french_marks(text: str) -> str:
    """The help of an option without the English marks that click adds."""
    return text.replace("[required]", "(obligatoire)").replace("[x>=1]", "(1 au moins)")


def french_reason(error: click.BadParameter) -> str:
    parameter = error.param
    if parameter is not None and isinstance(parameter.type, click.Path):
        return "ce fichier ou ce dossier n'existe pas ou n'est pas lisible."
    if parameter is not None and isinstance(parameter.type, click.Choice):
        return "choisissez parmi " + ", ".join(str(choice) for choice in parameter.type.choices) + "."
    if parameter is not None and isinstance(parameter.type, click.IntRange):
        return f"un nombre entier est attendu, {parameter.type.min} au moins."
    if parameter is not None and isinstance(parameter.type, click.types.IntParamType):
        return "un nombre entier est attendu."
    return error.message


def tied(text: str) -> str:
    """Words and the signs that French typography ties to them: no line may part them."""
    return TYPED.sub("\N{NO-BREAK SPACE}", text)


class FrenchCommand(click.Command):
    """A command whose help speaks French."""

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for paragraph in inspect.cleandoc(self.help or "").split("\n\n"):
            formatter.write_paragraph()
            with formatter.indentation():
                formatter.write_text(tied(paragraph))

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix=USAGE)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = [parameter for parameter in self.get_params(ctx) if isinstance(parameter, click.Option)]
        rows = [row for row in (option.get_help_record(ctx) for option in options) if row]
        with formatter.section("Options "):
            formatter.write_dl([(left, tied(french_marks(right))) for left, right in rows])

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "Affiche cette aide."
        return option


class FrenchGroup(FrenchCommand, click.Group):
    """A group that opens the program on paths when its first argument is not one of its commands."""

    command_class = FrenchCommand
    default_command = "ouvrir"
    sections: Mapping[str, Sequence[str]] = {}
    """Heading → commands, in the order of the help; every command stands in one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subcommand_metavar = "[CHEMIN… | COMMANDE …]"

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The commands that begin so, else the paths: both may be the first word."""
        return super().shell_complete(ctx, incomplete) or [CompletionItem(incomplete, type="file")]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        own = {name for parameter in self.get_params(ctx) for name in parameter.opts}
        if not args or args[0] not in own | set(self.commands):
            known = bool(args) and (args[0].startswith("-") or os.path.exists(args[0]))
            if ctx.resilient_parsing and not known:  # being completed: nothing is wrong yet
                return super().parse_args(ctx, args)
            if args and not known:
                import difflib

                near = difflib.get_close_matches(args[0], self.commands, n=1)
                hint = f" Vouliez-vous dire « {near[0]} » ?" if near else ""
                raise click.UsageError(f"« {args[0]} » n'est ni un fichier, ni un dossier, ni une commande.{hint}", ctx)
            args = [self.default_command, *args]
        return super().parse_args(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        for heading, names in self.sections.items():
            with formatter.section(f"{heading} "):
                formatter.write_dl([(name, tied(self.commands[name].get_short_help_str(SHORT))) for name in names])
