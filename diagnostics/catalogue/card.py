"""The shape of a card of the catalogue and of an académie preset: what TOML files may say."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from diagnostics.model import Actor, Profile

SCOPES = ("une personne", "classe", "profil", "tous", "autres établissements")
"""Who sees the symptom, from the narrowest to the widest (knowledge.md §7.2, step 5)."""
HOMES = ("EduConnect", "annuaire académique", "ENT", "collectivité")
"""Directories that authenticate (seed 003:182-188); the home of an account decides the route of an access incident."""
TEMPLATES = frozenset({
    "K1", "K2", "K3", "K4", "K5", "K6", "I1", "I2", "D1", "D2", "D3", "D4", "E1", "E2", "E3", "E4", "R1", "R2", "R3",
    "A1", "A2",
})  # fmt: skip
"""Ticket templates of knowledge.md §10."""

ACCOUNT_HOMES: Mapping[Profile, str] = {
    Profile.ELEVE: HOMES[0],
    Profile.PARENT: HOMES[0],
    Profile.ENSEIGNANT: HOMES[1],
    Profile.NON_ENSEIGNANT: HOMES[1],
    Profile.AUTRE: HOMES[2],
    Profile.COLLECTIVITE: HOMES[3],
}
BREAKS = ("EduConnect", "ARENA", "ENT", "Pronote")
"""Doors on the way of a user, in order: where the path breaks (knowledge.md §7.2, step 6)."""


EITHER = "|"
"""Between the values of a fact that suit a step."""
UNKNOWN = "inconnu"
"""Value that no fact takes: a step that names it alone is for when the fact is not known."""


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing to try, with the conditions under which it is worth trying."""

    text: str
    menu: str = ""
    """Menu path, or ``@name`` of a path that varies with the project or the year (``menus.toml``)."""
    since: str = ""
    until: str = ""
    """ISO dates: the step applies from ``since`` on and before ``until``."""
    edt_from: int = 0
    edt_until: int = 0
    """Versions of EDT/Pronote (years, inclusive); 0 means no bound."""
    when: Mapping[str, str] = {}
    """Facts that must not be contradicted (``{cahier = "pronote"}``); « a|b » is either."""
    profiles: tuple[Profile, ...] = ()
    """Profiles concerned; empty means all."""
    seasons: tuple[str, ...] = ()
    off_seasons: tuple[str, ...] = ()
    """Slugs of ``school_year`` behaviours: the step is for when one of ``seasons`` holds, and none of
    ``off_seasons``."""
    gesture: str = ""
    """What the step does (``gestures.GESTURES``): a step already done is not proposed again."""
    decisive: bool = False
    """Once all decisive steps are done, the matter is the recipient's."""


class Turn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a profile, a home directory or a scope changes the route."""

    why: str
    see: str = ""
    """Code of the card to follow instead."""
    first_actor: Actor | None = None
    recipient: Actor | None = None
    wait_hours: int | None = None


class Alternative(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Another recipient; taken when its facts or words are there, proposed otherwise."""

    to: Actor
    when: str
    """French, after « si » or « quand » is implied: when this recipient is the right one."""
    first_actor: Actor | None = None
    facts: Mapping[str, str] = {}
    words: tuple[str, ...] = ()
    """Phrases which, found in the incident's text or evidence, state this case."""
    wait_hours: int | None = None
    template: str = ""
    expected: str = ""
    """What is asked of this recipient, when it is not what the card asks."""


class Card(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One kind of problem: how it shows, where it is born, what to try, who mends it."""

    code: str
    label: str
    symptoms: tuple[str, ...]
    evidence: tuple[str, ...]
    causes: tuple[str, ...]
    try_first: tuple[Step, ...]
    first_actor: Actor
    recipient: Actor
    expected: str = ""
    """What is asked of the recipient, in one sentence; « [cette personne/ces personnes] » follows the number."""
    recipient_alternatives: tuple[Alternative, ...] = ()
    wait_hours: int = 0
    wait_why: str = ""
    answer: bool = False
    """Whether what the référent answers ends the matter: a ticket only if that is not enough."""
    recheck: str = ""
    """French infinitive: what to reload or test after the delay."""
    attachments: tuple[str, ...] = ()
    template: str = ""
    source_template: str = ""
    """Template of the note to the school when the source must be corrected first."""
    severity: int = 2
    by_profile: Mapping[Profile, Turn] = {}
    by_home: Mapping[str, Turn] = {}
    by_break: Mapping[str, Turn] = {}
    by_scope: Mapping[str, Turn] = {}
    seasons: tuple[str, ...] = ()
    """Slugs of ``school_year`` behaviours that explain the symptom."""
    see_also: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    @property
    def family(self) -> str:
        return self.code[:3]

    def template_for(self, recipient: Actor) -> str:
        """Template of a ticket of this kind sent to ``recipient``, "" when the catalogue names none."""
        if recipient is self.recipient:
            return self.template
        for alternative in self.recipient_alternatives:
            if alternative.to is recipient and alternative.template:
                return alternative.template
        return self.source_template if recipient is Actor.ETAB else ""


class Document(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a source reference points to."""

    title: str
    url: str = ""


class MenuPath(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One wording of a menu path that varies (knowledge.md §5)."""

    path: str
    edt_from: int = 0
    edt_until: int = 0
    sources: tuple[str, ...] = ()


class Contact(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How to reach an actor, as a document states it."""

    name: str = ""
    channel: str = ""
    phone: str = ""
    mail: str = ""
    url: str = ""
    note: str = ""
    sources: tuple[str, ...] = ()


class Preset(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the documents say of one académie; all of it can be replaced by settings."""

    slug: str
    name: str
    aliases: tuple[str, ...] = ()
    territory: str = ""
    as_of: str = ""
    """ISO date of the document: contacts age."""
    brands: tuple[str, ...] = ()
    portals: tuple[str, ...] = ()
    educonnect_since: str = ""
    educonnect_note: str = ""
    menus: Mapping[str, tuple[MenuPath, ...]] = {}
    contacts: Mapping[Actor, Contact] = {}
    sources: tuple[str, ...] = ()
