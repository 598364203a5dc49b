"""Of the persons that a message names, those whom an incident concerns."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec

from diagnostics.intake import speech
from diagnostics.intake.divisions import CLASS
from diagnostics.intake.forms import PERSON_FIELDS
from diagnostics.intake.keyed import cues_in, keyed
from diagnostics.intake.lexicon import Whose, is_of
from diagnostics.intake.names import names
from diagnostics.intake.parts import Part, Piece
from diagnostics.intake.people import cased, merged, person_of, same_person, united
from diagnostics.intake.persons import Mention
from diagnostics.intake.sender import self_profile
from diagnostics.intake.tokens import is_given
from diagnostics.model import Person, Profile
from diagnostics.text import fold


@dataclass(frozen=True)
class Reader:
    """What is needed to tell who is concerned.

    Attributes:
        caller: the family member who calls, in a phone note.
        alone: the message tells one matter only.
    """

    text: str
    pieces: Sequence[Piece]
    mentions: Sequence[Mention]
    sender: Mention | None
    caller: Mention | None
    alone: bool
    family: bool = False
    """The writer is known to be a parent, by what is said."""

    @functools.cached_property
    def writer(self) -> Profile:
        signed = self.sender is not None and self.sender.profile is Profile.PARENT
        if self.family or self.caller is not None or signed:
            return Profile.PARENT
        return self_profile(self.text)

    @property
    def speaker(self) -> Mention | None:
        """Who speaks: the family member who called, else who signs."""
        return self.caller or self.sender

    def concerned(self, category: str, spans: Sequence[tuple[int, int]]) -> tuple[Person, ...]:
        """Persons of one incident, each once; the writer when he speaks of himself."""
        said = " ".join(self.text[start:end] for start, end in spans)
        if self.family_by_what_is_said(category, said, spans):
            return replace(self, family=True).concerned(category, spans)
        signed = self.sender.start if self.sender is not None else -1
        named = [m for m in self.mentions if not m.aside and m.start != signed and within(m, spans)]
        if not named and is_of(category, Whose.OF_LEAVERS):
            named = [m for m in self.mentions if m.aside == "prédécesseur" and within(m, spans)]
        found = [self.person(m, category) for m in named]
        if self.alone:
            found = self.merged([*found, *self.elsewhere(category, found)])
        found += self.only_child(said, found, category)
        if not found and speech.PRONOUN.search(said):
            before = [m for m in self.mentions if m.end <= spans[0][0] and not m.aside]
            found = [self.person(m, category) for m in before[-1:]]
        if not found and speech.HIMSELF.search(said):
            found = [self.person(m, category) for m in self.mentions if m.aside == "relais"][:1]
        found = self.with_family_names(found, said, category)
        found = self.corrected(self.without_families(found, named), category, said)
        spouse = self.writer is Profile.PARENT and bool(speech.SPOUSE.search(said))
        if (spouse or self.writer is not Profile.PARENT) and self.of_nameless_parent(category, said, found):
            found = [*found, Person(profile=Profile.PARENT, function=tie_said(said))]
        adults = [p for p in found if p.profile is not Profile.ELEVE]
        others = [m for m in named if m.name.title and m != self.caller]
        # In a phone note, somebody else's case is not that of who called, unless it says « je ».
        mine = self.caller is None or not others or bool(speech.PARENTS_OWN.search(said))
        called = mine and self.caller is not None and all(p.profile is Profile.INCONNU for p in adults)
        if called or (mine and self.speaks_of_self(category, said, found, adults)):
            found = [*self.self_person(category), *found]
        return tuple(self.with_stated_profile(self.merged([*found, *self.namesakes(found, spans)]), said))

    def namesakes(self, found: list[Person], spans: Sequence[tuple[int, int]]) -> list[Person]:
        """« deux Emma Dubois : celle de 4eA … celle de 4eC »: two pupils of one name, each with a class."""
        two = [
            m
            for m in self.mentions
            if within(m, spans) and speech.TWO_OF.search(self.text[max(0, m.start - 16) : m.start])
        ]
        if len(two) != 1 or not found:
            return []
        person = self.person(two[0], "")
        classes = [
            " ".join(match[0].split())
            for match in CLASS.finditer(self.text, two[0].end, spans[-1][1])
            if speech.ONE_OF.search(self.text[max(0, match.start() - 16) : match.start()])
        ]
        if len(set(classes)) != 2:
            return []
        pupils = [msgspec.structs.replace(person, profile=Profile.ELEVE, division=division) for division in classes]
        found[:] = [one for one in found if not same_person(one, person)]
        return pupils

    def family_by_what_is_said(self, category: str, said: str, spans: Sequence[tuple[int, int]]) -> bool:
        """« J'ai deux comptes EduConnect, un pour Rose, un pour Victor », signed: only a parent says so."""
        if (
            self.family
            or self.writer is not Profile.INCONNU
            or self.sender is None
            or not is_of(category, Whose.OF_FAMILY)
        ):
            return False
        named = [m for m in self.mentions if not m.aside and within(m, spans)]
        bare = bool(named) and all(not m.name.surname and m.profile is Profile.ELEVE for m in named)
        return bare and bool(self.sender.name.surname) and bool(speech.PARENTS_OWN.search(said))

    def only_child(self, said: str, found: Sequence[Person], category: str) -> list[Person]:
        """« mon fils », in a message whose parent names one child only, be it in the signature."""
        if (
            self.writer is not Profile.PARENT
            or any(p.profile is Profile.ELEVE for p in found)
            or not speech.MY_CHILD.search(said)
        ):
            return []
        pupils = merged([self.person(m, category) for m in self.mentions if m.profile is Profile.ELEVE and not m.aside])
        return pupils if len(pupils) == 1 else []

    def of_nameless_parent(self, category: str, said: str, found: Sequence[Person]) -> bool:
        """« la mère de Soline Arnaud a perdu ses codes »: she is concerned, whatever her name."""
        guardians = [person for person in found if person.profile is Profile.PARENT]
        pupils = [person for person in found if person.profile in {Profile.ELEVE, Profile.INCONNU}]
        return (
            is_of(category, Whose.OWN_OF_PARENTS)
            and bool(pupils)
            and not guardians
            and bool(speech.NAMELESS_PARENT.search(said) or speech.SPOUSE.search(said))
        )

    def without_families(self, found: list[Person], named: Sequence[Mention]) -> list[Person]:
        """« la famille Cazeneuve » is nobody when a parent of it is named or writes; it gives a child its surname."""
        families = {fold(m.name.surname) for m in named if m.name.title in {"FAMILLE", "FAMILLES", "COUPLE"}}
        surnames = {fold(person.surname): person.surname for person in found if fold(person.surname) in families}
        own = self.writer is Profile.PARENT
        members = [p for p in found if p.given_names and (own or p.profile is not Profile.ELEVE)]
        if not families or not members:
            return found
        kept = [p for p in found if p.given_names or fold(p.surname) not in families]
        if len(surnames) != 1:
            return kept
        (surname,) = surnames.values()
        return [p if p.surname else msgspec.structs.replace(p, surname=surname) for p in kept]

    def corrected(self, found: list[Person], category: str, said: str) -> list[Person]:
        """« il est écrit MELINDA au lieu de MÉLISSANDE » in « le prénom de ma fille »: the right name is hers."""
        match = speech.MISSPELT.search(said) if category == "ANN-06" and self.writer is Profile.PARENT else None
        if match is None:
            return found
        wrong, right = (cased(match[n].capitalize() if match[n].isupper() else match[n]) for n in (1, 2))
        others = [p for p in found if fold(p.given_names) not in {fold(wrong), fold(right)} and p.given_names]
        known = next((p for p in found if fold(p.given_names) in {fold(wrong), fold(right)} or not p.given_names), None)
        surname = known.surname if known is not None else self.speaker.name.surname if self.speaker else ""
        division = next((p.division for p in found if p.division), "")
        child = Person(surname=cased(surname), given_names=right, profile=Profile.ELEVE, division=division)
        return [child, *others]

    def with_stated_profile(self, found: list[Person], said: str) -> list[Person]:
        """« Margaux Perrot … à pronot (élève) »: the only profile said is that of the only person."""
        if len(found) != 1 or found[0].profile is not Profile.INCONNU:
            return found
        stated = {speech.PROFILE_CUES[cue] for cue in cues_in(keyed(said).keys) if cue in speech.PROFILE_CUES}
        return [msgspec.structs.replace(found[0], profile=stated.pop())] if len(stated) == 1 else found

    def elsewhere(self, category: str, found: Sequence[Person]) -> list[Person]:
        """Persons that the rest of the body names: all when the matter names none, else the writer's children."""
        body = [(p.start, p.end) for p in self.pieces if p.part in {Part.BODY, Part.TITLE}]
        body += [
            (p.start, p.end) for p in self.pieces if p.part is Part.FIELD and p.label.replace(" ", "_") in PERSON_FIELDS
        ]
        rest = [m for m in self.mentions if not m.aside and (m.filed or within(m, body))]
        if self.writer is Profile.PARENT and not is_of(category, Whose.EVERYBODYS):
            # « Nolwenn Guéguen, maman d'Alan Guéguen (4e5) »
            signed = [(p.start, p.end) for p in self.pieces if p.part in {Part.SIGNATURE, Part.CLOSING}]
            rest += [m for m in self.mentions if m.profile is Profile.ELEVE and not m.aside and within(m, signed)]
        if found:
            if self.writer is not Profile.PARENT:
                return []
            rest = [m for m in rest if m.profile is Profile.ELEVE]
        return [self.person(m, category) for m in rest]

    def speaks_of_self(self, category: str, said: str, found: Sequence[Person], adults: Sequence[Person]) -> bool:
        """Whether the trouble is the writer's own."""
        if speech.TOGETHER.search(said):
            return True
        if self.writer is Profile.PARENT and speech.SPOUSE.search(said) and not speech.PARENTS_OWN.search(said):
            return False
        if self.writer is Profile.PARENT:
            adults = [p for p in adults if p.profile is not Profile.INCONNU]
            pupils = [p for p in found if p.profile is not Profile.PARENT]
            if pupils and not is_of(category, Whose.OF_FAMILY) and not speech.PARENTS_OWN.search(said):
                return False
        own = (
            self.writer is Profile.PARENT
            and not is_of(category, Whose.EVERYBODYS)
            and bool(speech.PARENTS_OWN.search(said))
        )
        if self.writer is Profile.PARENT and is_of(category, Whose.OF_SIBLINGS) and not adults:
            return True
        rights = is_of(category, Whose.OWN_RIGHTS) and self.sender is not None and not found
        if adults or (is_of(category, Whose.PROCEDURAL) and not own and not rights):
            return False
        if found and self.writer is not Profile.PARENT:
            return bool(speech.HINDERED.search(said))
        if not found and is_of(category, Whose.OF_WRITER) and self.sender is not None:
            return True
        if not found and self.sender is not None and is_of(category, Whose.OWN_RIGHTS) and speech.HINDERED.search(said):
            return True
        if (
            not found
            and self.sender is not None
            and is_of(category, Whose.OF_TEACHERS)
            and speech.NO_MEANS.search(said)
        ):
            return True
        if not found and self.sender is not None and speech.GIVES_CODES.search(self.text):
            return not is_of(category, Whose.PROCEDURAL)
        teacher = self.sender is not None and self.sender.profile is Profile.ENSEIGNANT
        teacher = teacher and "tous" not in cues_in(keyed(said).keys) and not speech.PUPILS.search(said)
        family = self.writer is Profile.PARENT and speech.PARENTS_OWN.search(said)
        return (
            bool(speech.SELF.search(said))
            or bool(family)
            or (not found and teacher and is_of(category, Whose.OF_TEACHERS))
        )

    def self_person(self, category: str) -> list[Person]:
        if self.speaker is not None and (self.speaker.name.surname or self.speaker.name.given):
            person = self.person(self.speaker, category)
            if person.profile is Profile.INCONNU or self.writer is Profile.PARENT:
                person = msgspec.structs.replace(person, profile=self.writer)
            return [person, *self.cosigners(category)]
        return [Person(profile=self.writer)] if self.writer is Profile.PARENT else []

    def cosigners(self, category: str) -> list[Person]:
        """« Leïla et Yann Ferrat »: who signs with the sender, when they write « nous »."""
        if self.speaker is None or self.writer is not Profile.PARENT or not speech.WE.search(self.text):
            return []
        last = self.speaker.end
        found = [m for m in self.mentions if m.start > last >= 0 and self.text[last : m.start].strip() == "et"]
        return [msgspec.structs.replace(self.person(m, category), profile=Profile.PARENT) for m in found]

    def with_family_names(self, found: list[Person], said: str, category: str) -> list[Person]:
        """« Mme Boutin … ses filles Sixtine et Domitille »: they bear the one surname that their parent has there."""
        surnames = {
            fold(p.surname): p.surname for p in found if p.surname and p.profile in {Profile.PARENT, Profile.INCONNU}
        }
        if len(surnames) != 1 or speech.FOSTER.search(said):
            return found
        ((key, surname),) = surnames.items()
        signed = self.sender is not None and fold(self.sender.name.surname) == key
        if not (speech.OFFSPRING.search(said) or signed or is_of(category, Whose.OF_SIBLINGS)):
            return found
        return [
            msgspec.structs.replace(p, surname=surname)
            if p.given_names and not p.surname and p.profile is Profile.ELEVE
            else p
            for p in found
        ]

    def child(self, person: Person, mention: Mention) -> Person:
        """A writer's child named without a surname bears, until someone says otherwise, that of the parent."""
        if self.writer is not Profile.PARENT or self.speaker is None or not self.speaker.name.surname:
            return person
        if not person.surname and self.of_another(mention):
            return person
        if person.profile is Profile.INCONNU and person.given_names:
            person = msgspec.structs.replace(person, profile=Profile.ELEVE)
        if (
            person.profile is Profile.ELEVE
            and not person.surname
            and not speech.FOSTER.search(self.text)
            and (self.family or speech.KIN.search(self.text))
        ):
            return msgspec.structs.replace(person, surname=cased(self.speaker.name.surname))
        return person

    @functools.cached_property
    def heads(self) -> list[Mention]:
        """Adults named by a title and a surname, who may be parents, in order."""
        return [
            m
            for m in self.mentions
            if m.name.surname and not m.name.given and m.name.title and not m.aside
            and m.profile in {Profile.PARENT, Profile.INCONNU}
        ]  # fmt: skip

    def of_another(self, mention: Mention) -> bool:
        """Whether the family named last before a given name is another than that of who speaks."""
        if self.speaker is None or speech.MY_CHILD.search(self.text[max(0, mention.start - 30) : mention.start]):
            return False
        last = next((m for m in reversed(self.heads) if m.end <= mention.start), None)
        return last is not None and fold(last.name.surname) != fold(self.speaker.name.surname)

    def person(self, mention: Mention, category: str) -> Person:
        """The person of a mention, with the surname of the family that speaks when nothing else gives one."""
        return self.child(self.read(mention, category), mention)

    def read(self, mention: Mention, category: str) -> Person:
        """The person of a mention; a given name alone takes the surname that the message gives it elsewhere."""
        made = person_of(mention, self.mentions, category)
        if made.surname or not made.given_names:
            return made
        if surname := self.of_sibling(mention) or self.of_family(mention, category):
            return msgspec.structs.replace(made, surname=cased(surname), profile=Profile.ELEVE)
        key = fold(made.given_names)
        full = {
            (fold(m.name.surname), m): person_of(m, self.mentions, category)
            for m in self.mentions
            if m.name.surname and fold(m.name.given) == key
        }
        if len({surname for surname, _ in full}) != 1:
            return made
        return united(made, next(iter(full.values())))

    def merged(self, found: Sequence[Person]) -> list[Person]:
        """Each person once; two of one name in two classes stay two when the message speaks of namesakes."""
        namesakes = speech.HOMONYMS.search(self.text) or any(
            speech.TWO_OF.search(self.text[max(0, m.start - 16) : m.start]) for m in self.mentions
        )
        return merged(found, apart=bool(namesakes))

    def of_family(self, mention: Mention, category: str) -> str:
        """The surname of « Les enfants Abiven (Tanguy, Soazig) », of « Nom de famille : … », of a form's parent."""
        if speech.FOSTER.search(self.text):
            return ""
        family = speech.FAMILY_BEFORE.search(self.text[max(0, mention.start - 90) : mention.start])
        if family and not is_given(family[1]):
            return family[1]
        if mention.profile is not Profile.ELEVE:
            return ""
        for piece in self.pieces:
            said = self.text[piece.start : piece.end].strip()
            if piece.part is Part.FIELD and piece.label in speech.SURNAME_FIELDS and ":" not in said and said:
                named = names(said)
                return named[0].surname if named and named[0].surname else said if len(said.split()) < 4 else ""
        return ""

    def of_sibling(self, mention: Mention) -> str:
        """The surname of « sa sœur Léa », « le petit frère (Noé) »: that of the pupil named last before."""
        before = self.text[max(0, mention.start - 40) : mention.start]
        if not speech.SIBLINGS.search(self.text, max(0, mention.start - 120), mention.start):
            return ""
        named = next((m for m in reversed(self.mentions) if m.end <= mention.start and m.name.surname), None)
        if (
            named
            and speech.SIBLING_OF.search(self.text[: named.start][-24:])
            and speech.APPOSED.fullmatch(self.text[named.end : mention.start])
        ):
            return named.name.surname
        if not speech.SIBLING.search(before):
            return ""
        pupils = [
            m
            for m in self.mentions
            if m.end <= mention.start and m.name.surname and m.name.given and m.aside in {"", "épargné"}
        ]
        pupils = [m for m in pupils if m.profile in {Profile.ELEVE, Profile.INCONNU}]
        return pupils[-1].name.surname if pupils else ""


def tie_said(said: str) -> str:
    """« mère » or « père » of who is named by the child only, "" when neither or both are said."""
    ties = {tie for tie, pattern in speech.TIES.items() if pattern.search(said)}
    return ties.pop() if len(ties) == 1 else ""


def within(mention: Mention, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start <= mention.start < end for start, end in spans)
