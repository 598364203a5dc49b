"""Commands on the directory of a whole ENT: make it, search it, find there whom a school does not know."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.cli_access import decisions, load, load_settings
from tui.cli_options import DONE, JSON, PATHS, REFUSED
from tui.cli_output import say, write_json
from tui.french_click import FrenchCommand

if TYPE_CHECKING:
    from diagnostics.matching.search import Region
    from diagnostics.model import Link, Record

EVERY_SECONDS = 2.0


@click.command(cls=FrenchCommand, name="annuaire")
@click.argument("paths", metavar="[FICHIER…]", nargs=-1, type=click.Path())
@click.option("--oublier", "forget", is_flag=True, help="Efface l'annuaire gardé.")
@JSON
def directory(paths: tuple[str, ...], forget: bool, as_json: bool) -> int:
    """Construit l'annuaire de tout l'ENT à partir d'exports de comptes ; sans fichier, dit ce qui est gardé."""
    from diagnostics.matching import search

    if forget:
        gone = search.forget_region()
        if as_json:
            write_json({"forgotten": gone})
        else:
            say("Annuaire de tout l'ENT effacé." if gone else "Aucun annuaire de tout l'ENT n'était gardé.")
        return DONE
    if not paths:
        return tell(search.open_region(), as_json)
    built = search.build_region(paths, mapping=load_settings().columns, progress=Telling())
    for refused in built.refused:
        say(f"{refused.file} : {refused.reason}", err=True)
    if as_json:
        refusals = [{"file": refused.file, "reason": refused.reason} for refused in built.refused]
        write_json({"persons": built.persons, "files": built.files, "refused": refusals})
    else:
        files = f"{built.files} fichier{'s' if built.files > 1 else ''}"
        say(f"Annuaire de tout l'ENT : {built.persons} comptes de {files}. « ent-triage chercher NOM » y cherche.")
        say(f"Gardé dans {search.region_path()}, lisible de vous seul, {load_settings().retention.directory} jours.")
    return REFUSED if built.refused else DONE


class Telling:
    """Says how far the making is, now and then, on standard error."""

    def __init__(self) -> None:
        self._said = time.monotonic()

    def __call__(self, file: str, persons: int) -> None:
        if time.monotonic() - self._said > EVERY_SECONDS:
            self._said = time.monotonic()
            say(f"{persons} comptes lus", Path(file).name, err=True)


def tell(region: Region | None, as_json: bool) -> int:
    """What is kept, if anything."""
    from diagnostics.text import french_date

    if as_json:
        write_json({"persons": region.persons if region else 0, "made_on": region.made_on if region else None})
    elif region is None:
        say("Aucun annuaire de tout l'ENT. « ent-triage annuaire FICHIER… » en construit un.")
    else:
        say(f"Annuaire de tout l'ENT : {region.persons} comptes, fait le {french_date(region.made_on)}.")
    return DONE


def opened() -> Region:
    from diagnostics.matching.search import open_region
    from diagnostics.safety import Refusal

    region = open_region()
    if region is None:
        raise Refusal("Aucun annuaire de tout l'ENT : construisez-le avec « ent-triage annuaire FICHIER… ».")
    return region


@click.command(cls=FrenchCommand, name="chercher")
@click.argument("words", metavar="TEXTE…", nargs=-1, required=True)
@click.option("--limite", "limit", default=20, metavar="N", help="Nombre de comptes au plus (20 par défaut).")
@JSON
def find(words: tuple[str, ...], limit: int, as_json: bool) -> int:
    """Cherche un compte dans l'annuaire de tout l'ENT : nom, prénom, naissance, INE, login, classe, dans tout ordre."""
    # A space at the end: the last word is whole, nobody is still typing.
    found = opened().search(" ".join(words) + " ", max(1, limit))
    if as_json:
        write_json({"accounts": [account_entry(c.account) | {"score": c.score, "why": c.why} for c in found]})
        return DONE
    for candidate in found:
        account = candidate.account
        say(f"{candidate.score:3.0f}", f"{account.surname} {account.given_names}", candidate.why)
    if not found:
        say("Aucun compte ne ressemble à cela dans tout l'ENT.", err=True)
    return DONE


@click.command(cls=FrenchCommand, name="retrouver")
@PATHS
@JSON
def find_unknown(paths: tuple[str, ...], as_json: bool) -> int:
    """Cherche dans l'annuaire de tout l'ENT les personnes des exports que les comptes chargés ne connaissent pas."""
    from diagnostics import matching, model

    region = opened()
    settings = load_settings()
    loaded = load(paths, settings)
    exports = loaded.active()
    if matching.accounts(exports):
        links = matching.match(exports, decisions=decisions(settings), elsewhere=region.account)
        asked = [link for link in links if link.verdict is model.Verdict.ABSENT and link.decided_by == "programme"]
    else:
        asked = [
            model.Link(key=key, record=record, verdict=model.Verdict.ABSENT)
            for export in exports
            for key, record in zip(matching.unique_keys(export.records, export.kind), export.records, strict=True)
        ]
    found = region.match(asked)
    if as_json:
        files = {export.id: export.label for export in exports}
        write_json({"links": [link_entry(link, files) for link in found]})
        return REFUSED if loaded.refused else DONE
    for link in found:
        record = link.record
        say(model.VERDICT_LABELS[link.verdict], f"{record.surname} {record.given_names}", link.why)
        for candidate in link.candidates:
            account = candidate.account
            school = account.extra.get("main_school", "") or account.school
            uid = account.ids.get("uid", "") or account.ids.get("login", "")
            say(
                "   ", f"{candidate.score:3.0f}", f"{account.surname} {account.given_names}", uid, school, candidate.why
            )
    if not found:
        say("Les comptes chargés connaissent tout le monde.")
    return REFUSED if loaded.refused else DONE


def account_entry(account: Record) -> dict[str, object]:
    """An account for scripts."""
    return {
        "surname": account.surname,
        "usage_name": account.usage_name,
        "given_names": account.given_names,
        "birth_date": account.birth_date or None,
        "profile": account.profile.value,
        "division": account.division,
        "school": account.extra.get("main_school", "") or account.school,
        "ids": dict(account.ids),
    }


def link_entry(link: Link, files: Mapping[str, str]) -> dict[str, object]:
    """A person and what the whole ENT has for them, in the shape of « match »."""
    record = link.record
    return {
        "record": {
            "file": files.get(record.origin.export, ""),
            "line": record.origin.line,
            "surname": record.surname,
            "given_names": record.given_names,
            "ids": dict(record.ids),
        },
        "verdict": link.verdict.value,
        "account": account_entry(link.account) if link.account is not None else None,
        "candidates": [{"account": account_entry(c.account), "score": c.score, "why": c.why} for c in link.candidates],
        "why": link.why,
        "expected": link.expected,
    }


COMMANDS: tuple[click.Command, ...] = (directory, find, find_unknown)
