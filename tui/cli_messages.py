"""Commands on messages received: followed with their incidents, cut otherwise than the program did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from tui import completing
from tui.cli_access import load_settings, open_store, read_bytes
from tui.cli_followed import agent_of, loaded, right_now
from tui.cli_options import DONE, JSON, WITH
from tui.cli_output import say, write_json
from tui.french_click import FrenchCommand

if TYPE_CHECKING:
    from diagnostics.cases import Similar
    from diagnostics.intake import Message
    from diagnostics.model import Incident, Person
    from diagnostics.school import School
    from diagnostics.settings import Settings
    from diagnostics.store import Followed


@click.command(cls=FrenchCommand, name="suivre")
@click.argument("files", metavar="MESSAGE…", nargs=-1, required=True, type=click.Path())
@WITH
@JSON
def follow(files: tuple[str, ...], paths: tuple[str, ...], as_json: bool) -> int:
    """Ouvre un dossier pour chaque message : ses incidents restent liés, et ceux qui leur ressemblent sont nommés."""
    from diagnostics import cases, intake
    from diagnostics.cases import cuts

    settings, now = load_settings(), right_now()
    store = open_store(settings)
    school = loaded(paths, settings)
    documents = []
    for file in files:
        raw = intake.read(read_bytes(file), name=file)
        message = cuts.as_cut(intake.split(raw, school=school, settings=settings, now=now), store.cases())
        others = cases.open_incidents(store)
        if message.incidents:
            about = taken_up(message, school, settings)
            cuts.keep(store, message, about, agent_of(settings), now)
        alike = {incident.id: cases.similar(incident, others) for incident in message.incidents}
        documents.append(followed_document(file, message, cases.case_id(message.raw.text), alike))
    if as_json:
        write_json({"cases": documents})
    else:
        for document in documents:
            count = len(document["incidents"])
            say(document["case"] or "–", document["file"], f"{count} incident{'s' if count > 1 else ''}")
            for incident in document["incidents"]:
                say("   ", incident["incident"], incident["category"] or "à préciser", incident["recipient"])
                for one in incident["similar"]:
                    say("      semblable à", one["incident"], ", ".join(one["reasons"]))
    return DONE


def followed_document(file: str, message: Message, case: str, alike: Mapping[str, Sequence[Similar]]) -> dict[str, Any]:
    """A message followed, for scripts."""
    return {
        "file": file,
        "case": case if message.incidents else None,
        "needs_clarification": message.needs_clarification,
        "questions": list(message.questions),
        "incidents": [
            {
                "incident": incident.id,
                "category": incident.category,
                "recipient": message.routes[incident.id].recipient.value,
                "similar": [
                    {"incident": one.incident, "strength": one.strength, "reasons": list(one.reasons)}
                    for one in alike[incident.id]
                    if one.strength > 1
                ],
            }
            for incident in message.incidents
        ],
    }


@click.command(cls=FrenchCommand, name="decouper")
@click.argument("file", metavar="MESSAGE", type=click.Path())
@click.argument("number", metavar="[N]", required=False, type=click.IntRange(min=1))
@click.option("--couper", "words", metavar="MOTS", default="", help="Coupe l'incident N en deux, juste avant ces mots.")
@click.option("--reunir", "joined", is_flag=True, help="Réunit l'incident N et le suivant.")
@click.option(
    "--categorie", "category", metavar="CODE", default="", shell_complete=completing.codes,
    help="Change la catégorie de l'incident N.",
)  # fmt: skip
@click.option("--ajouter", "added", metavar="QUI", default="", help="Ajoute une personne à l'incident N.")
@click.option("--retirer", "removed", metavar="QUI", default="", help="Retire une personne de l'incident N.")
@WITH
@JSON
def recut(
    file: str,
    number: int | None,
    words: str,
    joined: bool,
    category: str,
    added: str,
    removed: str,
    paths: tuple[str, ...],
    as_json: bool,
) -> int:
    """Montre un message comme il est découpé, ou change le découpage, la catégorie, les personnes d'un incident.

    Ce qui est changé est suivi, et vaut pour toutes les commandes et pour l'écran ; « annuler » le défait. QUI :
    fichier:ligne, identifiant, ou nom exact.
    """
    from diagnostics import intake
    from diagnostics.cases import cuts

    if sum(map(bool, (words, joined, category, added, removed))) != (number is not None):
        raise click.UsageError("Donnez le rang N d'un incident et un changement, un seul à la fois ; ou rien des deux.")
    settings, now = load_settings(), right_now()
    store = open_store(settings)
    school = loaded(paths, settings)
    raw = intake.read(read_bytes(file), name=file)
    message = cuts.as_cut(intake.split(raw, school=school, settings=settings, now=now), store.cases())
    if number is not None:
        one = incident_of_rank(message, number)
        if words:
            message = intake.cut_at(message, one.id, place_of(message, one, words))
        elif joined:
            message = intake.join(message, one.id, incident_of_rank(message, number + 1).id)
        elif category:
            message = intake.set_category(message, one.id, category.upper())
        else:
            persons = with_person(message, one, school, added) if added else without(one, removed)
            message = intake.set_persons(message, one.id, persons)
        cuts.keep(store, message, taken_up(message, school, settings), agent_of(settings), now, cut=True)
    if as_json:
        write_json(intake.document(message))
    else:
        click.echo(intake.report(message))
        for rank, incident in enumerate(message.incidents, 1):
            say(f"Incident {rank} :", incident.id)
    return DONE


def incident_of_rank(message: Message, number: int) -> Incident:
    from diagnostics.safety import Refusal

    if number > len(message.incidents):
        raise Refusal(f"Incident {number} : ce message n'en a que {len(message.incidents)}.")
    return message.incidents[number - 1]


def place_of(message: Message, one: Incident, words: str) -> int:
    """Offset of these words in the text of an incident.

    Raises:
        Refusal: they are not there, or more than once.
    """
    from diagnostics.safety import Refusal

    text = message.raw.text
    found = [at for span in one.spans for at in range(span.start, span.end) if text.startswith(words, at, span.end)]
    if len(found) != 1:
        why = "y sont plusieurs fois : ajoutez ceux qui suivent" if found else "n'y sont pas : recopiez-les exactement"
        raise Refusal(f"« {words} » : dans cet incident, ces mots {why}.")
    return found[0]


def with_person(message: Message, one: Incident, school: School | None, wanted: str) -> tuple[Person, ...]:
    """The persons concerned and one more: of the exports, else of those that the message names.

    Raises:
        Refusal: nobody is surely meant.
    """
    from diagnostics.model import Person
    from diagnostics.safety import Refusal
    from tui.cli_person import person_meant

    others = [person for person in message.others if called(person, wanted)]
    if len(others) == 1 and (school is None or not others[0].identity):
        return (*one.persons, others[0])
    if school is None:
        raise Refusal(f"« {wanted} » : ses exports ne sont pas là. Donnez-les par --avec CHEMIN.")
    found = person_meant(school, wanted)
    person = Person(
        surname=found.surname,
        given_names=found.given_names,
        profile=found.profile,
        division=found.division,
        identity=found.id,
    )
    # A namesake chosen takes the place of the name that said too little.
    whole = f"{found.surname} {found.given_names}"
    kept = [other for other in one.persons if other.identity or not named_by(whole, other)]
    return (*kept, person)


def without(one: Incident, wanted: str) -> tuple[Person, ...]:
    """The persons concerned, less one.

    Raises:
        Refusal: nobody, or several, of that name.
    """
    from diagnostics.safety import Refusal

    gone = [person for person in one.persons if called(person, wanted)]
    if len(gone) != 1:
        why = "plusieurs personnes ont" if gone else "personne n'a"
        raise Refusal(f"« {wanted} » : {why} ce nom dans cet incident.")
    return tuple(person for person in one.persons if person is not gone[0])


def named_by(name: str, person: Person) -> bool:
    """Whether a person is called by words of this name alone."""
    from diagnostics.text import words

    said = set(words(f"{person.surname} {person.given_names}"))
    return bool(said) and said <= set(words(name))


def called(person: Person, wanted: str) -> bool:
    """Whether every word written is in the person's name."""
    from diagnostics.text import words

    return bool(words(wanted)) and set(words(wanted)) <= set(words(f"{person.surname} {person.given_names}"))


def taken_up(message: Message, school: School | None, settings: Settings) -> dict[str, Followed]:
    """What it takes to follow the incidents of a message without its exports."""
    from diagnostics import cases

    return {
        incident.id: cases.taken_up(
            incident,
            message.routes[incident.id],
            school=school.uai if school else settings.uai,
            exports=school.loaded.active() if school else (),
        )
        for incident in message.incidents
    }


COMMANDS: tuple[click.Command, ...] = (follow, recut)
