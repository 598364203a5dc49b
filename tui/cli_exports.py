"""Commands on what exports say: what they are, who is in them, who is who, what is wrong."""

from __future__ import annotations

import click

from tui.cli_access import analyse, decisions, listed, load, load_settings, whole_ent
from tui.cli_options import ANOMALIES, DONE, JSON, PATHS, REFUSED
from tui.cli_output import print_exports, print_findings, say, write_json
from tui.french_click import FrenchCommand
from tui.listing import FIRST_SORT, SORTS

ORDERS = [name for name in SORTS if name != "nouvelles"]
"""Those of the list on the screen; what is new is known of the last load, and a command loads nothing for good."""


@click.command(cls=FrenchCommand, name="exports")
@PATHS
@JSON
def exports(paths: tuple[str, ...], as_json: bool) -> int:
    """Dit ce que sont les fichiers, ce qui en a été lu et ce qui a été refusé."""
    from diagnostics.documents import exports_document

    loaded = load(paths, silent=not as_json)
    if as_json:
        write_json(exports_document(loaded))
    else:
        print_exports(loaded)
    return REFUSED if loaded.refused else DONE


@click.command(cls=FrenchCommand, name="people")
@PATHS
@JSON
def people(paths: tuple[str, ...], as_json: bool) -> int:
    """Liste les personnes lues dans les fichiers."""
    from diagnostics.documents import people_document

    loaded = load(paths)
    if as_json:
        write_json(people_document(loaded))
    else:
        from diagnostics.model import PROFILE_LABELS
        from diagnostics.text import french_date

        for export in loaded.exports:
            for record in export.records:
                say(
                    f"{export.label}:{record.origin.line}",
                    PROFILE_LABELS[record.profile],
                    f"{record.surname} {record.given_names}",
                    french_date(record.birth_date),
                    record.division,
                )
    return REFUSED if loaded.refused else DONE


@click.command(cls=FrenchCommand, name="match")
@PATHS
@click.option(
    "--against", metavar="ENT", type=click.Path(),
    help="Fichier des comptes à qui tout comparer (par défaut : ceux de l'ENT).",
)  # fmt: skip
@JSON
def match(paths: tuple[str, ...], against: str | None, as_json: bool) -> int:
    """Rapproche chaque personne des exports d'un compte de l'ENT : certain, à confirmer ou absent."""
    from diagnostics import matching
    from diagnostics.documents import match_document

    settings = load_settings()
    loaded = load([*paths, *([against] if against and against not in paths else [])], settings)
    if not matching.accounts(loaded.active(), against):
        say("Aucun compte de l'ENT dans ces fichiers : ajoutez l'annuaire ou le fichier des identifiants.", err=True)
        return REFUSED
    links = matching.match(loaded.active(), against=against, decisions=decisions(settings), elsewhere=whole_ent)
    if as_json:
        write_json(match_document(loaded, links))
    else:
        from diagnostics.model import VERDICT_LABELS

        labels = {export.id: export.label for export in loaded.exports}
        for link in links:
            chosen = link.account or (link.candidates[0].account if link.candidates else None)
            say(
                VERDICT_LABELS[link.verdict],
                f"{labels[link.record.origin.export]}:{link.record.origin.line}",
                f"{link.record.surname} {link.record.given_names}",
                f"{chosen.surname} {chosen.given_names} ({chosen.ids.get('uid', '?')})" if chosen else "–",
                link.why,
            )
    return REFUSED if loaded.refused else DONE


@click.command(cls=FrenchCommand, name="check")
@PATHS
@click.option(
    "--filtrer",
    "query",
    metavar="MOTS",
    default="",
    help="Celles qui disent tous ces mots ; « !mot » exclut ; « code:PRN », « gravite:1 », « id:… » aussi.",
)
@click.option(
    "--trier",
    "order",
    type=click.Choice(ORDERS),
    default=FIRST_SORT,
    metavar="ORDRE",
    help=f"Ordre : {', '.join(ORDERS)}.",
)
@JSON
def check(paths: tuple[str, ...], query: str, order: str, as_json: bool) -> int:
    """Cherche les anomalies : preuve, cause, qui agit, à qui va le ticket."""
    from diagnostics.documents import check_document

    settings = load_settings()
    school = listed(analyse(paths, settings), settings, query, order)
    if as_json:
        write_json(check_document(school))
    else:
        print_findings(school)
    if school.findings:
        return ANOMALIES
    return REFUSED if school.loaded.refused else DONE


COMMANDS: tuple[click.Command, ...] = (exports, people, match, check)
