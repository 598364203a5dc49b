"""One person: who is meant by what an agent writes, and the command that shows what every export says of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tui.cli_access import analyse, load_settings, open_store
from tui.cli_options import DONE, EXPORTS, JSON, REFUSED
from tui.cli_output import say, write_json
from tui.french_click import FrenchCommand

if TYPE_CHECKING:
    from diagnostics.model import Identity, Record
    from diagnostics.school import School

EXACT = 100.0
"""Score of a search whose every word is written in the record: nothing less says who is meant."""
NAMED = 8
"""Persons named when what was written does not say which."""


@click.command(cls=FrenchCommand, name="personne")
@click.argument("words", metavar="TEXTE…", nargs=-1, required=True)
@click.option("--limite", "limit", default=5, type=click.IntRange(min=1), metavar="N", help="Personnes au plus (5).")
@EXPORTS
@JSON
def show_person(words: tuple[str, ...], limit: int, paths: tuple[str, ...], as_json: bool) -> int:
    """Montre une personne dans tous les exports : ce que chacun en dit, ce qui se contredit, ses anomalies, ses
    comptes."""
    from diagnostics.documents import person_document

    settings = load_settings()
    school = analyse(paths, settings)
    states = {incident: held.state for incident, held in open_store(settings, reading=True).incident_states().items()}
    people = people_named(school, " ".join(words))
    documents = [person_document(school, states, identity) for identity in people[:limit]]
    if as_json:
        write_json({"persons": documents, "found": len(people)})
    else:
        for document in documents:
            tell(document)
        if len(people) > limit:
            say(f"Autres personnes qui répondent à cela : {len(people) - limit}. Précisez, ou --limite.", err=True)
    if not people:
        say("Personne de ce nom dans ces exports.", err=True)
    return REFUSED if school.loaded.refused else DONE


def people_named(school: School, query: str, *, exact: bool = False) -> list[Identity]:
    """Persons of whom some export says every word, best first; names however spelt, unless ``exact``."""
    from diagnostics.matching.search import Finder

    owner = {record.origin: identity for identity in school.identities for record in identity.records}
    records = [record for identity in school.identities for record in identity.records]
    found: dict[str, Identity] = {}
    # A space at the end: the last word is whole, nobody is still typing.
    for one in Finder(records).find(query + " ", len(records)):
        if not exact or one.score >= EXACT:
            identity = owner[one.account.origin]
            found.setdefault(identity.id, identity)
    return list(found.values())


def person_meant(school: School, wanted: str) -> Identity:
    """The person meant, by the place of a record, an identifier, or a name that only they have.

    Raises:
        Refusal: nobody, or several; says how to name each.
    """
    from diagnostics.safety import Refusal

    found = [one for one in school.identities if any(answers(school, record, wanted) for record in one.records)]
    found = found or people_named(school, wanted, exact=True)
    if len(found) == 1:
        return found[0]
    why = "plusieurs personnes répondent à cela" if found else "personne ne répond exactement à cela"
    near = (found or people_named(school, wanted))[:NAMED]
    listed = [f"  {places(school, one.records[0])[0]}  {one.surname} {one.given_names}" for one in near]
    advice = "\n".join(["Donnez fichier:ligne, par exemple :", *listed]) if listed else "Donnez fichier:ligne."
    raise Refusal(f"« {wanted} » : {why}. {advice}")


def answers(school: School, record: Record, wanted: str) -> bool:
    """Whether a record stands at that place, or bears that identifier."""
    ids = {value.casefold() for value in record.ids.values() if value}
    return wanted.strip().casefold() in ids or (":" in wanted and wanted in places(school, record))


def places(school: School, record: Record) -> Sequence[str]:
    """« fichier.csv:12 » as the commands show it, with its whole path, with the name of the archive alone."""
    export = next((one for one in school.loaded.exports if one.id == record.origin.export), None)
    names = (export.label, export.file, Path(export.file).name) if export else ("",)
    return [f"{name}:{record.origin.line}" for name in names]


def tell(document: dict[str, Any]) -> None:
    """A person as text: what is said of them, then what is wrong."""
    from diagnostics.model import PROFILE_LABELS, VERDICT_LABELS, Profile, Verdict
    from diagnostics.text import french_date

    say(
        f"{document['surname']} {document['given_names']}",
        PROFILE_LABELS[Profile(document["profile"])],
        document["division"],
        french_date(document["birth_date"] or ""),
    )
    for record in document["records"]:
        say(
            f"    {record['label']}:{record['line']}",
            f"{record['surname']} {record['given_names']}",
            french_date(record["birth_date"] or ""),
            record["division"],
        )
    for contradiction in document["contradictions"]:
        for value in contradiction["values"]:
            said = french_date(value["value"]) if "naissance" in contradiction["field"].lower() else value["value"]
            say(f"    ≠ {contradiction['field']}", said or "–", f"{value['label']}:{value['line']}")
    for incident in document["incidents"]:
        say(f"    ! {incident['incident']}", incident["category"], incident["summary"], f"({incident['state']})")
    for link in document["links"]:
        account = link["account"] or {}
        said = account.get("uid") or account.get("login") or VERDICT_LABELS[Verdict(link["verdict"])]
        say("    Compte :", said, f"d'après {link['label']}:{link['line']}", link["why"])


COMMANDS: tuple[click.Command, ...] = (show_person,)
