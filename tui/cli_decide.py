"""The command that keeps an agent's decision: this person has that account, or none."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.cli_access import analyse, load_settings, open_store, whole_ent
from tui.cli_followed import agent_of, right_now
from tui.cli_options import DONE, EXPORTS, JSON
from tui.cli_output import say, write_json
from tui.cli_person import people_named
from tui.french_click import FrenchCommand

if TYPE_CHECKING:
    from diagnostics.model import Link, Record
    from diagnostics.school import School

NAMED = 8
"""Persons named when what was written does not say which."""


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
    people = People(analyse(paths, settings))
    link = people.meant(person)
    chosen = people.account(account) if account else None
    if chosen is not None and not sure:
        people.refuse_doubtful(link, chosen)
    links = [link, *people.waiting_beside(link)]
    agent, at = agent_of(settings), right_now().isoformat(timespec="microseconds")
    key = account_keys(chosen)[0] if chosen is not None else ""
    store.decide(*(Decision(record_key=one.key, account_key=key, agent=agent, at=at) for one in links))
    if as_json:
        found = {"ids": dict(chosen.ids)} if chosen is not None else None
        write_json({"records": [place(one.record, people.files) for one in links], "account": found})
    else:
        what = f"→ {named(chosen)}" if chosen is not None else ": aucun compte"
        say(f"{named(link.record)} {what}", f"({len(links)} fiches)" if len(links) > 1 else "")
    return DONE


class People:
    """Who is meant by what an agent writes, among the persons of the exports and the accounts of the ENT."""

    def __init__(self, school: School) -> None:
        self.school = school
        self.files = {export.id: export for export in school.loaded.exports}
        self.owner = {record.origin: one.id for one in school.identities for record in one.records}

    def meant(self, wanted: str) -> Link:
        """The link of a person, by the place of a record, an identifier, or a name that only they have.

        Raises:
            Refusal: nobody, or several.
        """
        from diagnostics.safety import Refusal

        links = [link for link in self.school.links if self.answers(link.record, wanted)]
        links = links or self.links_named(wanted, exact=True)
        if len({self.person(link) for link in links}) == 1:
            return next((link for link in links if link.decided_by == "programme"), links[0])
        why = "plusieurs personnes répondent à cela" if links else "personne ne répond exactement à cela"
        near = {self.person(link): link for link in links or self.links_named(wanted)}
        listed = "".join(
            f"\n  {self.places(link.record)[0]}  {named(link.record)}" for link in [*near.values()][:NAMED]
        )
        raise Refusal(f"« {wanted} » : {why}. Donnez fichier:ligne" + (f", par exemple :{listed}" if near else "."))

    def account(self, wanted: str) -> Record:
        """An account of the ENT, by its place or one of its identifiers, loaded or known of the whole ENT.

        Raises:
            Refusal: none, or several.
        """
        from diagnostics import matching
        from diagnostics.safety import Refusal

        found = [one for one in matching.accounts(self.school.loaded.active()) if self.answers(one, wanted)]
        if not found and (far := whole_ent(f"ent:uid:{wanted.strip().upper()}")):
            found = [far]
        if len(found) != 1:
            why = "plusieurs comptes répondent à cela" if found else "aucun compte de l'ENT ne répond à cela"
            raise Refusal(f"« {wanted} » : {why}. « ent-triage match » montre l'uid des comptes possibles.")
        return found[0]

    def links_named(self, wanted: str, *, exact: bool = False) -> list[Link]:
        people = {identity.id for identity in people_named(self.school, wanted, exact=exact)}
        return [link for link in self.school.links if self.person(link) in people]

    def answers(self, record: Record, wanted: str) -> bool:
        """Whether a record stands at that place, or bears that identifier."""
        ids = {value.casefold() for value in record.ids.values() if value}
        return wanted in self.places(record) or wanted.strip().casefold() in ids

    def places(self, record: Record) -> Sequence[str]:
        """« fichier.csv:12 » as the commands show it, with its whole path, with the name of the archive alone."""
        export = self.files.get(record.origin.export)
        names = (export.label, export.file, Path(export.file).name) if export else ("",)
        return [f"{name}:{record.origin.line}" for name in names]

    def person(self, link: Link) -> str:
        """What tells a person from another: the identity that the program made, else the record itself."""
        return self.owner.get(link.record.origin, link.key)

    def waiting_beside(self, link: Link) -> list[Link]:
        """The other records of that person that wait for the same answer: one decision is for them all."""
        from diagnostics.model import Verdict

        return [
            other
            for other in self.school.links
            if other.key != link.key
            and self.person(other) == self.person(link)
            and other.verdict is not Verdict.CERTAIN
            and other.decided_by == "programme"
            and not other.expected
        ]

    def refuse_doubtful(self, link: Link, account: Record) -> None:
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
        for other in self.school.links:
            beside = other.record.origin.export == link.record.origin.export and other.key != link.key
            if beside and other.account is not None and keys & set(account_keys(other.account)):
                raise Refusal(f"Ce compte est déjà celui de {named(other.record)}. {insist}")


def named(record: Record) -> str:
    return f"{record.surname} {record.given_names}".strip()


COMMANDS: tuple[click.Command, ...] = (decide,)
