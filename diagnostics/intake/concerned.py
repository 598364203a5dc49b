"""Of the persons that a message names, those whom an incident concerns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec

from diagnostics.intake.clean import PERSON_FIELDS, Part, Piece
from diagnostics.intake.keyed import cues_in, keyed
from diagnostics.intake.names import names
from diagnostics.intake.persons import Mention
from diagnostics.intake.sender import self_profile
from diagnostics.intake.tokens import is_given
from diagnostics.model import Person, Profile
from diagnostics.text import code, fold

NOT = r"(?:n['’]|ne\s|n\s)?\s*"
MINE = (
    r"(?:compte|mot de passe|mdp|identifiant|acc[eè]s|code|cahier|emploi du temps|espace|adresse|mail|t[ée]l\w*|"
    r"num[ée]ro|profil|nom|"
    r"portable|ent\b|pronote|educonnect|appli\w*|dossier|[ée]tat|bloc|bureau|pr[ée]nom|groupe|service)"
)
SELF = re.compile(
    rf"(?:\b(?:je|j|g)\b\s*|\bj['’]\s*){NOT}(?:arrive|peu[xt]|vois|re[cç]oi|ai\b|avais|trouve|retrouve|suis|"
    rf"me\b|m['’]|parvien|connai|"
    r"poss[eè]d|dispose|dois|veu|perdu|oubli|pas|plus|souhait|voudrai|essa|tent|cliqu|clic|ouvr|tombe|saisi|tap|enseign|travaill|compl[eè]te|[ée]cri|"
    r"utilis)|"
    rf"\bjai\b|\bjarr?ive|\bg (?:perdu|oubli|plus?|pas)|\bmon\s+{MINE}|"
    r"\bmes\s+(?:\w+\s+)?(?:classes|groupes|codes|identifiants|acc[eè]s|cours|mails|notifications|messages|s[ée]ances|"
    r"devoirs|notes|donn[ée]es|documents|fichiers)|\bma\s+(?:messagerie|classe|d[ée]l[ée]gation|session|"
    r"bo[iî]te|page|fiche|cl[ée]|"
    r"connexion|rubrique)|\bm['’](?:affiche|indique|est|a|ont|en|y)\b|"
    r"\bme\s+(?:dit|demande|r[ée]pond|refuse|renvoie|connecter|met|rejette|propose|sort)|\bmoi[- ]m[eê]me\b",
    re.IGNORECASE,
)
PARENTS_OWN = re.compile(
    rf"(?:\bje|\bj['’])\s*{NOT}(?:arrive|peux|vois|re[cç]oi|ai (?:pas|plus|oubli|perdu|deux|chang|aucun|"
    rf"re[cç]u)|suis (?!la |le |l['’])|parviens|"
    rf"me\s|essa|tent|retrouve|cliqu|clic|tombe)|\bnous\s+n['’](?:avons|arrivons|voyons|recevons|y)|"
    rf"\bnos\s+(?:codes|identifiants)|\bjai\b|\bg (?:perdu|oubli)|\bmon\s+{MINE}|\bmes\s+(?:codes|identifiants|"
    rf"acc)|\bmoi[- ]m[eê]me|\bme (?:dit|demande|met|renvoie|refuse|r[ée]pond|propose)|\bj['’]utilis|\bg plu\b",
    re.IGNORECASE,
)
"""A parent's own access, even when the child is named (« je ne vois plus les notes de ma fille »)."""
HINDERED = re.compile(
    r"\b(?:je|j)\b\s*(?:n['’]|ne\s|n\s)?\s*(?:arriv|peu[xt]|vois|re[cç]oi|trouve|retrouve|parvien|connai|poss[eè]d|"
    r"dispose)|\bj['’]\s*arrive|\bj(?:e n)?['’]ai (?:pas|plus|aucun|perdu|oubli|toujours pas|encore pas)|"
    rf"\bmon\s+{MINE}|\bmes\s+(?:\w+\s+)?(?:classes|groupes|codes|identifiants|acc[eè]s|cours)|"
    r"\bm['’](?:affiche|indique)|\bme\s+(?:dit|refuse|renvoie|rejette)|\bmoi[- ]m[eê]me\b",
    re.IGNORECASE,
)
"""What writers say of a trouble that is theirs, even beside somebody they name; « j'ai refait l'import » is none."""
HIMSELF = re.compile(r"^\W*(?:elle|lui)[- ]m[eê]me\b", re.IGNORECASE)
"""Who called speaks of their own trouble."""
NO_MEANS = re.compile(r"\b(?:plus|pas|aucun) moyen d[e'’]|^\W*impossible (?:pour moi )?d[e'’]", re.IGNORECASE)
TOGETHER = re.compile(r"\bmoi[- ]m[eê]me|\bet moi\b|\bnous[- ]m[eê]mes", re.IGNORECASE)
NAMELESS_PARENT = re.compile(
    r"(?:\b(?:la|le|sa) |^\W*|[;:,.\n]\s*)(?:maman|m[eè]re|papa|p[eè]re|responsable(?: l[ée]gale?)?|tut(?:eur|rice)) "
    r"(?:d[e'’]|du (?:jeune|petit)|des)|"
    r"\b(?:leur|sa|son) (?:maman|m[eè]re|papa|p[eè]re) (?:non plus|aussi|[ée]galement)",
    re.IGNORECASE,
)
"""« la mère de Soline Arnaud »: somebody whom nobody names."""
TIES = {
    "mère": re.compile(r"\b(?:maman|m[eè]re)\b", re.IGNORECASE),
    "père": re.compile(r"\b(?:papa|p[eè]re)\b", re.IGNORECASE),
}
OWN_OF_PARENTS = frozenset({
    "PRN-01", "PRN-07", "PRN-08", "PRN-11", "EDU-02", "EDU-03", "EDU-04", "EDU-05", "EDU-06", "EDU-09", "EDU-10",
    "SIE-01", "SIE-08", "SEC-01", "ANN-01", "ANN-02", "MSG-06",
})  # fmt: skip
"""Categories where the parent spoken of is the one whom the trouble hits."""
EVERYBODYS = frozenset({"POR-07", "EDU-07", "PRN-09", "BLO-02", "HOR-01", "SUP-02", "POR-08"})
"""Troubles that a family writer only reports: they hit all."""
FOSTER = re.compile(
    r"famille d['’]accueil|accueill|assistante? familiale?|foyer|[ée]ducat|tut(?:eur|rice)", re.IGNORECASE
)
OFFSPRING = re.compile(
    r"\b(?:sa|son) (?:maman|m[eè]re|papa|p[eè]re)\b|\b(?:ses|leurs|son|sa|leur) (?:\w+ )?(?:fils|filles?|enfants?)\b",
    re.IGNORECASE,
)
SIBLING = re.compile(
    r"\b(?:fr[eè]res?|s(?:œ|oe)urs?|jum(?:eau|elle)x?s?|cadet(?:te)?|a[iî]n[ée]e?|benjamine?)\W*(?:[^\W\d_]+\W+){0,2}$",
    re.IGNORECASE,
)
MY_CHILD = re.compile(r"\b(?:mon fils|ma fille|mon enfant|notre (?:fils|fille|enfant))\b", re.IGNORECASE)
FAMILY_BEFORE = re.compile(
    r"\b(?:enfants|fr[eè]res|s(?:œ|oe)urs|fratrie|famille|jumeaux|jumelles)\s+"
    r"((?-i:[A-ZÀ-Ý][\w'’-]+(?:[ -][A-ZÀ-Ý][\w'’-]+)?))\s*[(:][^.!?\n]*$",
    re.IGNORECASE,
)
SURNAME_FIELDS = frozenset({
    "NOM DE FAMILLE", "FAMILLE", "NOM DU PARENT", "NOM DES PARENTS", "NOM DU RESPONSABLE", "NOM DE L ELEVE",
    "RESPONSABLE", "RESPONSABLE LEGAL", "PARENT", "NOM",
})  # fmt: skip
"""Fields of a form whose surname a child named by a given name bears."""
OF_LEAVERS = frozenset({"ANN-07", "MSG-04"})
"""Categories about who has left: « l'ancien principal » is the one concerned."""
MAYBE_PUPILS = frozenset({Profile.ELEVE, Profile.INCONNU})
HOMONYMS = re.compile(
    r"homonym|m[êe]mes? (?:noms?|pr[ée]noms?)|confond|confus|m[ée]lang|l['’]un .{0,80}l['’]autre", re.IGNORECASE
)
"""Two persons of one name."""
OWN_RIGHTS = frozenset({"CON-05", "VSC-01", "POR-04", "CDT-06", "CDT-04"})
"""What a writer who says what they are cannot do, in categories that are else everybody's."""
OF_SIBLINGS = frozenset({"SIE-01", "SIE-02", "EDU-04"})
"""Categories where the children named are those of the guardian named."""
MISSPELT = re.compile(
    r"\bpr[ée]nom\b[^.]{0,90}?[«\"“]?\s*\b([A-ZÀ-Ý][\w'’-]+)\s*[»\"”]?\s*au lieu d[e'’]\s*[«\"“]?\s*([A-ZÀ-Ý][\w'’-]+)"
)
KIN = re.compile(
    r"\b(?:mon fils|ma fille|mon enfant|mes (?:deux |trois )?(?:enfants|fils|filles)|notre (?:fils|fille|enfant)|"
    r"nos enfants|papa|maman|m[eè]re|p[eè]re)\b",
    re.IGNORECASE,
)
PROCEDURAL = frozenset({
    "PRN-02", "PRN-03", "PRN-04", "PRN-05", "PRN-06", "PRN-09", "PRN-12", "EDU-07", "EDU-10", "EDU-11", "ANN-07",
    "ANN-08", "ANN-13", "ANN-14", "SIE-02", "SIE-05", "SIE-06", "SIE-09", "STS-02", "STS-03", "STS-04", "EDT-01",
    "EDT-02", "EDT-03", "EDT-04", "EDT-05", "EDT-06", "EDT-09", "EDT-10", "EDT-11", "EDT-12", "EDT-13", "AUT-01",
    "AUT-02", "AUT-03", "AUT-06", "GRP-03", "GRP-04", "CDT-02", "MSG-03", "MSG-04", "BLO-01", "BLO-02", "BLO-03",
    "CON-01", "CON-05", "POR-01", "POR-04", "POR-05", "POR-06", "POR-07", "POR-08", "HOR-01", "SUP-02", "VSC-01",
})  # fmt: skip
"""Categories where « je » works on the school's settings or asks how: the writer is not the one concerned."""
OF_FAMILY = frozenset({
    "EDU-02", "EDU-03", "EDU-04", "EDU-06", "EDU-09", "SIE-01", "SIE-02", "SIE-04", "SIE-08", "SEC-01", "ANN-02",
    "PRN-08", "BLO-01", "MSG-06", "EDU-10",
})  # fmt: skip
"""Categories whose trouble is the guardian's own."""
OF_TEACHERS = frozenset({"MSG-05", "CDT-01", "CDT-03", "CDT-06", "POR-02", "POR-03", "STS-01", "BLO-04"})
"""Categories where a teacher who signs speaks of his own work, even without « je »."""
OF_WRITER = frozenset({"SUP-01", "EDU-08", "EDT-07", "CON-03"})
"""Rights that one asks for oneself unless one names somebody else."""
PROFILE_CUES = {
    "eleve": Profile.ELEVE,
    "parent": Profile.PARENT,
    "prof": Profile.ENSEIGNANT,
    "agent": Profile.NON_ENSEIGNANT,
}
USUAL_PROFILES = {
    "ANN-03": Profile.ENSEIGNANT,
    "STS-01": Profile.ENSEIGNANT,
    "PRN-13": Profile.ENSEIGNANT,
    "CDT-01": Profile.ENSEIGNANT,
    "CDT-03": Profile.ENSEIGNANT,
    "EDU-01": Profile.ELEVE,
    "EDU-02": Profile.PARENT,
    "EDU-03": Profile.PARENT,
    "SIE-01": Profile.PARENT,
    "SIE-08": Profile.PARENT,
    "ANN-15": Profile.ELEVE,
}
"""Who the person is when the text does not say, by category."""


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

    @property
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
        if not named and category in OF_LEAVERS:
            named = [m for m in self.mentions if m.aside == "prédécesseur" and within(m, spans)]
        found = [self.person(m, category) for m in named]
        if self.alone:
            found = self.merged([*found, *self.elsewhere(category, found)])
        found += self.only_child(said, found, category)
        if not found and HIMSELF.search(said):
            found = [self.person(m, category) for m in self.mentions if m.aside == "relais"][:1]
        found = self.with_family_names([self.child(person) for person in found], said, category)
        found = self.corrected(self.without_families(found, named), category, said)
        if self.writer is not Profile.PARENT and self.of_nameless_parent(category, said, found):
            found = [*found, Person(profile=Profile.PARENT, function=tie_said(said))]
        adults = [p for p in found if p.profile is not Profile.ELEVE]
        called = self.caller is not None and not [p for p in adults if p.profile is not Profile.INCONNU]
        if called or self.speaks_of_self(category, said, found, adults):
            found = [*self.self_person(category), *found]
        return tuple(self.with_stated_profile(self.merged(found), said))

    def family_by_what_is_said(self, category: str, said: str, spans: Sequence[tuple[int, int]]) -> bool:
        """« J'ai deux comptes EduConnect, un pour Rose, un pour Victor », signed: only a parent says so."""
        if self.family or self.writer is not Profile.INCONNU or self.sender is None or category not in OF_FAMILY:
            return False
        named = [m for m in self.mentions if not m.aside and within(m, spans)]
        bare = bool(named) and all(not m.name.surname and m.profile is Profile.ELEVE for m in named)
        return bare and bool(self.sender.name.surname) and bool(PARENTS_OWN.search(said))

    def only_child(self, said: str, found: Sequence[Person], category: str) -> list[Person]:
        """« mon fils », in a message whose parent names one child only, be it in the signature."""
        if (
            self.writer is not Profile.PARENT
            or any(p.profile is Profile.ELEVE for p in found)
            or not MY_CHILD.search(said)
        ):
            return []
        pupils = merged([self.person(m, category) for m in self.mentions if m.profile is Profile.ELEVE and not m.aside])
        return pupils if len(pupils) == 1 else []

    def of_nameless_parent(self, category: str, said: str, found: Sequence[Person]) -> bool:
        """« la mère de Soline Arnaud a perdu ses codes »: she is concerned, whatever her name."""
        guardians = [person for person in found if person.profile is Profile.PARENT]
        pupils = [person for person in found if person.profile is Profile.ELEVE]
        return category in OWN_OF_PARENTS and bool(pupils) and not guardians and bool(NAMELESS_PARENT.search(said))

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
        match = MISSPELT.search(said) if category == "ANN-06" and self.writer is Profile.PARENT else None
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
        stated = {PROFILE_CUES[cue] for cue in cues_in(keyed(said).keys) if cue in PROFILE_CUES}
        return [msgspec.structs.replace(found[0], profile=stated.pop())] if len(stated) == 1 else found

    def elsewhere(self, category: str, found: Sequence[Person]) -> list[Person]:
        """Persons that the rest of the body names: all when the matter names none, else the writer's children."""
        body = [(p.start, p.end) for p in self.pieces if p.part in {Part.BODY, Part.TITLE}]
        body += [
            (p.start, p.end) for p in self.pieces if p.part is Part.FIELD and p.label.replace(" ", "_") in PERSON_FIELDS
        ]
        rest = [m for m in self.mentions if not m.aside and (m.filed or within(m, body))]
        if self.writer is Profile.PARENT and category not in EVERYBODYS:
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
        if TOGETHER.search(said):
            return True
        if self.writer is Profile.PARENT:
            adults = [p for p in adults if p.profile is not Profile.INCONNU]
            pupils = [p for p in found if p.profile is not Profile.PARENT]
            if pupils and category not in OF_FAMILY and not PARENTS_OWN.search(said):
                return False
        own = self.writer is Profile.PARENT and category not in EVERYBODYS and bool(PARENTS_OWN.search(said))
        if self.writer is Profile.PARENT and category in OF_SIBLINGS and not adults:
            return True
        rights = category in OWN_RIGHTS and self.sender is not None and not found
        if adults or (category in PROCEDURAL and not own and not rights):
            return False
        if found and self.writer is not Profile.PARENT:
            return bool(HINDERED.search(said))
        if not found and category in OF_WRITER and self.sender is not None:
            return True
        if not found and self.sender is not None and category in OWN_RIGHTS and HINDERED.search(said):
            return True
        if not found and self.sender is not None and category in OF_TEACHERS and NO_MEANS.search(said):
            return True
        teacher = self.sender is not None and self.sender.profile is Profile.ENSEIGNANT
        teacher = teacher and "tous" not in cues_in(keyed(said).keys)
        family = self.writer is Profile.PARENT and PARENTS_OWN.search(said)
        return bool(SELF.search(said)) or bool(family) or (not found and teacher and category in OF_TEACHERS)

    def self_person(self, category: str) -> list[Person]:
        if self.speaker is not None and (self.speaker.name.surname or self.speaker.name.given):
            person = self.person(self.speaker, category)
            if person.profile is Profile.INCONNU or self.writer is Profile.PARENT:
                person = msgspec.structs.replace(person, profile=self.writer)
            return [person]
        return [Person(profile=self.writer)] if self.writer is Profile.PARENT else []

    def with_family_names(self, found: list[Person], said: str, category: str) -> list[Person]:
        """« Mme Boutin … ses filles Sixtine et Domitille »: they bear the one surname that their parent has there."""
        surnames = {
            fold(p.surname): p.surname for p in found if p.surname and p.profile in {Profile.PARENT, Profile.INCONNU}
        }
        if len(surnames) != 1 or FOSTER.search(said):
            return found
        ((key, surname),) = surnames.items()
        signed = self.sender is not None and fold(self.sender.name.surname) == key
        if not (OFFSPRING.search(said) or signed or category in OF_SIBLINGS):
            return found
        return [
            msgspec.structs.replace(p, surname=surname)
            if p.given_names and not p.surname and p.profile is Profile.ELEVE
            else p
            for p in found
        ]

    def child(self, person: Person) -> Person:
        """A writer's child named without a surname bears, until someone says otherwise, that of the parent."""
        if self.writer is not Profile.PARENT or self.speaker is None or not self.speaker.name.surname:
            return person
        if person.profile is Profile.INCONNU and person.given_names:
            person = msgspec.structs.replace(person, profile=Profile.ELEVE)
        if (
            person.profile is Profile.ELEVE
            and not person.surname
            and not FOSTER.search(self.text)
            and (self.family or KIN.search(self.text))
        ):
            return msgspec.structs.replace(person, surname=cased(self.speaker.name.surname))
        return person

    def person(self, mention: Mention, category: str) -> Person:
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
        return merged(found, apart=bool(HOMONYMS.search(self.text)))

    def of_family(self, mention: Mention, category: str) -> str:
        """The surname of « Les enfants Abiven (Tanguy, Soazig) », of « Nom de famille : … », of a form's parent."""
        if FOSTER.search(self.text):
            return ""
        family = FAMILY_BEFORE.search(self.text[max(0, mention.start - 90) : mention.start])
        if family and not is_given(family[1]):
            return family[1]
        if mention.profile is not Profile.ELEVE:
            return ""
        for piece in self.pieces:
            said = self.text[piece.start : piece.end].strip()
            if piece.part is Part.FIELD and piece.label in SURNAME_FIELDS and ":" not in said and said:
                named = names(said)
                return named[0].surname if named and named[0].surname else said if len(said.split()) < 4 else ""
        return ""

    def of_sibling(self, mention: Mention) -> str:
        """The surname of « sa sœur Léa », « le petit frère (Noé) »: that of the pupil named last before."""
        before = self.text[max(0, mention.start - 40) : mention.start]
        if not SIBLING.search(before):
            return ""
        pupils = [
            m for m in self.mentions if m.end <= mention.start and m.name.surname and m.name.given and not m.aside
        ]
        pupils = [m for m in pupils if m.profile in {Profile.ELEVE, Profile.INCONNU}]
        return pupils[-1].name.surname if pupils else ""


def tie_said(said: str) -> str:
    """« mère » or « père » of who is named by the child only, "" when neither or both are said."""
    ties = {tie for tie, pattern in TIES.items() if pattern.search(said)}
    return ties.pop() if len(ties) == 1 else ""


def within(mention: Mention, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start <= mention.start < end for start, end in spans)


def person_of(mention: Mention, mentions: Sequence[Mention], category: str) -> Person:
    """A mention as a person; a child tied to a named parent bears that name."""
    surname = mention.name.surname
    if not surname and 0 <= mention.child_of < len(mentions):
        surname = mentions[mention.child_of].name.surname
    known = mention.profile is not Profile.INCONNU
    return Person(
        surname=cased(surname),
        given_names=cased(mention.name.given),
        profile=mention.profile if known or not surname else USUAL_PROFILES.get(category, Profile.INCONNU),
        division=mention.division,
        function=mention.function,
    )


def cased(name: str) -> str:
    """A name typed in small letters gets its capitals; any other is kept as written."""
    if name and name == name.lower():
        return re.sub(r"(^|[\s'’-])(\w)", lambda m: m[1] + m[2].upper(), name)
    return name


def merged(found: Sequence[Person], *, apart: bool = False) -> list[Person]:
    """Each person once: a bare given name joins the full name that has it, facts add up.

    ``apart``: two classes make two persons.
    """
    kept: list[Person] = []
    by_name: dict[str, list[int]] = {}
    for person in found:
        names = [name for name in {fold(person.surname), fold(person.given_names)} if name]
        near = sorted({place for name in names for place in by_name.get(name, ())})
        place = next((place for place in near if same_person(person, kept[place], apart=apart)), None)
        if place is None:
            place = len(kept)
            kept.append(person)
        else:
            kept[place] = united(kept[place], person)
        for name in names:
            if place not in by_name.setdefault(name, []):
                by_name[name].append(place)
    return kept


def same_person(one: Person, other: Person, *, apart: bool = False) -> bool:
    """Whether two ways of naming may be one person of the same message."""
    if apart and one.division and other.division and code(one.division) != code(other.division):
        return False
    surnames = fold(one.surname), fold(other.surname)
    givens = fold(one.given_names), fold(other.given_names)
    if not any(surnames + givens) or not (any((surnames[0], givens[0])) and any((surnames[1], givens[1]))):
        return False
    if all(surnames) and surnames[0] != surnames[1]:
        return all(givens) and surnames[0] == givens[1] and givens[0] == surnames[1]
    if all(givens) and givens[0] != givens[1]:
        return all(surnames) and initials(givens[0], givens[1])
    if all(givens):
        return True
    if not all(surnames):
        return False
    # A title and a surname beside a full name: one person unless their profiles differ.
    return len({one.profile, other.profile} - {Profile.INCONNU}) < 2


def initials(one: str, other: str) -> bool:
    """« G. » and « Gérald »."""
    short, long = sorted((one, other), key=len)
    return len(short) == 1 and long.startswith(short)


def united(known: Person, more: Person) -> Person:
    given = max(
        known.given_names, more.given_names, key=lambda name: (len(name.rstrip(".")) > 1, name == known.given_names)
    )
    return msgspec.structs.replace(
        known,
        surname=known.surname or more.surname,
        given_names=given,
        profile=known.profile if known.profile is not Profile.INCONNU else more.profile,
        division=known.division or more.division,
        function=known.function or more.function,
    )
