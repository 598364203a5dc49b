"""The command that keeps an agent's decision: this person has that account, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tui.cli_access import analyse, load_settings, open_store, whole_ent
from tui.cli_followed import agent_of, right_now
from tui.cli_options import DONE, EXPORTS, JSON
from tui.cli_output import say, write_json
from tui.cli_person import answers, person_meant
from tui.french_click import FrenchCommand

if TYPE_CHECKING:
    from diagnostics.model import Link, Record
    from diagnostics.school import School


@click.command(cls=FrenchCommand, name="associer")
@click.argument("person", metavar="PERSONNE")
@click.argument("account", metavar="[COMPTE]", required=False)
@click.option("--aucun", "without", is_flag=True, help="Note que la personne n'a aucun compte dans l'ENT.")
@click.option("--confirmer", "sure", is_flag=True, help="Associe même un compte déjà pris, ou d'un autre profil.")
@EXPORTS
@JSON
def decide(person: str, account: str | None, without: bool, sure: bool, paths: tuple[str, ...], as_json: bool) -> int:
    """Associe une personne des exports à un compte de l'ENT, ou note qu'elle n'en a aucun ; « annuler » le défait.

    PERSONNE : fichier:ligne, identifiant, ou nom exact. COMPTE : fichier:ligne, uid ou login.
    """
    from diagnostics.documents import place
    from diagnostics.matching import account_keys
    from diagnostics.model import Decision

    if without == bool(account):
        raise click.UsageError("Donnez un COMPTE, ou --aucun sans lui.")
    settings = load_settings()
    store = open_store(settings)
    school = analyse(paths, settings)
    link = link_meant(school, person)
    chosen = account_meant(school, account) if account else None
    if chosen is not None and not sure:
        refuse_doubtful(school, link, chosen)
    links = [link, *waiting_beside(school, link)]
    agent, at = agent_of(settings), right_now().isoformat(timespec="microseconds")
    key = account_keys(chosen)[0] if chosen is not None else ""
    store.decide(*(Decision(record_key=one.key, account_key=key, agent=agent, at=at) for one in links))
    if as_json:
        found = {"ids": dict(chosen.ids)} if chosen is not None else None
        files = {export.id: export for export in school.loaded.exports}
        write_json({"records": [place(one.record, files) for one in links], "account": found})
    else:
        what = f"→ {named(chosen)}" if chosen is not None else ": aucun compte"
        say(f"{named(link.record)} {what}", f"({len(links)} fiches)" if len(links) > 1 else "")
    return DONE


def link_meant(school: School, wanted: str) -> Link:
    """The record to decide on: the one at that place, else the first of that person that nobody decided.

    Raises:
        Refusal: nobody, or several, are meant, or no export but the ENT's knows the person.
    """
    from diagnostics.safety import Refusal

    person = person_meant(school, wanted)
    origins = {record.origin for record in person.records}
    links = [link for link in school.links if link.record.origin in origins]
    if not links:
        raise Refusal(f"« {wanted} » : seuls des comptes de l'ENT ont cette personne, il n'y a rien à rapprocher.")
    links.sort(key=lambda link: (not answers(school, link.record, wanted), link.decided_by != "programme"))
    return links[0]


def waiting_beside(school: School, link: Link) -> list[Link]:
    """The other records of that person that wait for the same answer: one decision is for them all."""
    from diagnostics.model import Verdict

    person = next((one for one in school.identities if any(r.origin == link.record.origin for r in one.records)), None)
    origins = {record.origin for record in person.records} if person else set()
    return [
        other
        for other in school.links
        if other.key != link.key
        and other.record.origin in origins
        and other.verdict is not Verdict.CERTAIN
        and other.decided_by == "programme"
        and not other.expected
    ]


def account_meant(school: School, wanted: str) -> Record:
    """An account of the ENT, by its place or one of its identifiers, loaded or known of the whole ENT.

    Raises:
        Refusal: none, or several.
    """
    from diagnostics import matching
    from diagnostics.safety import Refusal

    found = [one for one in matching.accounts(school.loaded.active()) if answers(school, one, wanted)]
    if not found and (far := whole_ent(f"ent:uid:{wanted.strip().upper()}")):
        found = [far]
    if len(found) != 1:
        why = "plusieurs comptes répondent à cela" if found else "aucun compte de l'ENT ne répond à cela"
        raise Refusal(f"« {wanted} » : {why}. « ent-triage match » montre l'uid des comptes possibles.")
    return found[0]


def refuse_doubtful(school: School, link: Link, account: Record) -> None:
    """Refuse an account of another profile, or that another record of the same export already has.

    Raises:
        Refusal: why, and how to insist.
    """
    from diagnostics.matching import account_keys
    from diagnostics.model import PROFILE_LABELS
    from diagnostics.safety import Refusal
    from tui.finding import apart

    insist = "Pour associer quand même : --confirmer."
    if apart(link.record.profile, account.profile):
        mine, theirs = PROFILE_LABELS[link.record.profile], PROFILE_LABELS[account.profile]
        raise Refusal(f"C'est le compte d'un {theirs}, pour un {mine}. {insist}")
    keys = set(account_keys(account))
    for other in school.links:
        beside = other.record.origin.export == link.record.origin.export and other.key != link.key
        if beside and other.account is not None and keys & set(account_keys(other.account)):
            raise Refusal(f"Ce compte est déjà celui de {named(other.record)}. {insist}")


def named(record: Record) -> str:
    return f"{record.surname} {record.given_names}".strip()


COMMANDS: tuple[click.Command, ...] = (decide,)
